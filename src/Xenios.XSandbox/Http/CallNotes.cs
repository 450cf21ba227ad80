using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Faults;

namespace Xenios.XSandbox.Http;

/// <summary>What one request turned out to be, gathered while it is answered: for the request log, and for the fault that bends the answer.</summary>
internal sealed class CallNotes
{
    private const int LongestReason = 400;

    /// <summary>The client id or API key of the app that called.</summary>
    public string? App { get; set; }

    /// <summary>The key of the person the call was about.</summary>
    public string? Person { get; set; }

    /// <summary>Why the call was refused, in more words than X would say; never a secret.</summary>
    public string? Reason
    {
        get;

        // It travels in a header, which holds printable ASCII only.
        set => field = value is null ? null : string.Concat(value.Take(LongestReason).Select(c => c is >= ' ' and <= '~' ? c : '?'));
    }

    /// <summary>The fault that applies to this call.</summary>
    public Fault? Fault { get; set; }

    public static CallNotes Of(HttpContext http)
    {
        if (http.Features.Get<CallNotes>() is not { } notes)
        {
            http.Features.Set(notes = new CallNotes());
        }

        return notes;
    }
}
