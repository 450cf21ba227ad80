using System.Globalization;
using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Faults;

namespace Xenios.XSandbox.Http;

/// <summary>What every endpoint of the sandbox shares: the host check, X's headers, the fault that is switched on, and the request log.</summary>
internal sealed class SandboxEndpoint(XSandboxOptions options, FaultBoard faults, RequestLog log)
{
    /// <summary>Says in words what X only hints at; a real X never sends it.</summary>
    public const string ReasonHeader = "x-sandbox-reason";

    /// <summary>Wraps a handler.</summary>
    /// <param name="endpoint">The name faults know it by; null for what no fault applies to.</param>
    /// <param name="handler">What answers when no fault does.</param>
    public RequestDelegate Wrap(string? endpoint, Func<HttpContext, Task<IResult>> handler) => async http =>
    {
        if (!options.Exposed && !http.Request.Host.Host.Equals(options.Url.Host, StringComparison.OrdinalIgnoreCase))
        {
            // A page of another name that resolves to this address must not drive the sandbox (DNS rebinding).
            await Answer.Text(StatusCodes.Status421MisdirectedRequest, $"The X sandbox answers at {options.Url} only.").ExecuteAsync(http);
            return;
        }

        var started = options.Time.GetTimestamp();
        var notes = CallNotes.Of(http);

        // A fault is about what comes to the endpoint from outside, not about the sandbox's own form on its page.
        var isOwnForm = endpoint is not null && EndpointNames.Pages.Contains(endpoint) && HttpMethods.IsPost(http.Request.Method);
        notes.Fault = endpoint is null || isOwnForm ? null : faults.Take(endpoint);
        AddHeaders(http.Response.Headers, notes.Fault);
        try
        {
            await SendAsync(http, notes, await AnswerAsync(http, endpoint, notes, handler));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            // The caller hung up: nobody is left to answer.
        }

        Log(http, endpoint, notes, started);
    };

    private static async Task SendAsync(HttpContext http, CallNotes notes, IResult? answer)
    {
        if (answer is null)
        {
            http.Abort();
            return;
        }

        if (notes.Reason is { } reason)
        {
            http.Response.Headers[ReasonHeader] = reason;
        }

        if (notes.Fault is { Kind: FaultKind.WrongContentType })
        {
            http.Response.OnStarting(() =>
            {
                http.Response.ContentType = "application/octet-stream";
                return Task.CompletedTask;
            });
        }

        await answer.ExecuteAsync(http);
    }

    /// <summary>The answer to give, or null to give none.</summary>
    private async Task<IResult?> AnswerAsync(HttpContext http, string? endpoint, CallNotes notes, Func<HttpContext, Task<IResult>> handler)
    {
        if (notes.Fault is { } fault)
        {
            notes.Reason = $"the fault {FaultCatalog.Of(fault.Kind).Name} is switched on";
            if (fault.Kind == FaultKind.Drop)
            {
                return null;
            }

            if (fault.Kind == FaultKind.Delay)
            {
                await Task.Delay(TimeSpan.FromSeconds(fault.Seconds), options.Time, http.RequestAborted);
            }
            else if (FaultAnswers.For(endpoint!, fault, http, options.Time.GetUtcNow()) is { } instead)
            {
                return instead;
            }
        }

        return await handler(http);
    }

    private void AddHeaders(IHeaderDictionary headers, Fault? fault)
    {
        var offset = fault is { Kind: FaultKind.ClockOffset } ? fault.Seconds : 0;
        headers.Date = options.Time.GetUtcNow().AddSeconds(offset).ToString("R", CultureInfo.InvariantCulture);
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["api-version"] = "2.164";
    }

    private void Log(HttpContext http, string? endpoint, CallNotes notes, long started)
    {
        if (endpoint is null)
        {
            return;
        }

        log.Add(new LoggedRequest(
            options.Time.GetUtcNow(),
            http.Request.Method,
            http.Request.Path.Value ?? "",
            endpoint,
            notes.Fault is { Kind: FaultKind.Drop } ? 0 : http.Response.StatusCode,
            notes.App,
            notes.Person,
            notes.Fault is { } fault ? FaultCatalog.Of(fault.Kind).Name : null,
            notes.Reason,
            (int)options.Time.GetElapsedTime(started).TotalMilliseconds));
    }
}
