using System.Net;
using System.Text.RegularExpressions;
using Xenios.Testing;

namespace Xenios.Server.Tests;

/// <summary>What every refusal has in common, whoever caused it.</summary>
internal static partial class Expect
{
    /// <summary>A page of ours that says no: no redirect, no stack trace, the headers every page has.</summary>
    public static void Page(Page page, string id, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        Assert.Equal((id, status), (page.Id, page.Status));
        Assert.Null(page.Location);
        NoTrace(page);
        PageHeaders(page);
    }

    /// <summary>A redirect to the application with an error, its <c>state</c> and <c>iss</c>, and nothing else.</summary>
    public static void ErrorAtClient(Page page, RelyingParty party, string error, bool state = true)
    {
        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
        var location = page.Headers["Location"];
        Assert.StartsWith(party.RedirectUri, location, StringComparison.Ordinal);
        Assert.Equal((error, state ? party.State : null, party.Issuer), (page.LocationParameter("error"), page.LocationParameter("state"), page.LocationParameter("iss")));
        Assert.Null(page.LocationParameter("code"));

        // COM-05: the characters of RFC 6749 §4.1.2.1.
        Assert.Matches(Description(), page.LocationParameter("error_description"));
        NoTrace(page);
    }

    /// <summary>A JSON error of an OAuth endpoint (RFC 6749 §5.2).</summary>
    public static void Json(TokenAnswer answer, int status, string error)
    {
        Assert.Equal((status, error), (answer.Status, answer.Error));
        Assert.Matches(Description(), answer.Text("error_description"));
        Assert.Equal(["error", "error_description"], answer.Json.EnumerateObject().Select(member => member.Name));
    }

    /// <summary>Nothing that lasts is different afterwards.</summary>
    public static async Task UnchangedAsync(XeniosHost host, Func<Task> act)
    {
        var before = await host.SnapshotAsync();
        await act();
        Assert.Equal(before, await host.SnapshotAsync());
    }

    /// <summary>The headers of every HTML answer (J03, COM-07, COM-13).</summary>
    public static void PageHeaders(Page page)
    {
        Assert.Equal("text/html; charset=utf-8", page.Headers["Content-Type"]);
        Assert.Equal("no-store", page.Headers["Cache-Control"]);
        Assert.Equal("nosniff", page.Headers["X-Content-Type-Options"]);
        Assert.Equal("no-referrer", page.Headers["Referrer-Policy"]);
        Assert.Equal("DENY", page.Headers["X-Frame-Options"]);
        Assert.Equal("max-age=31536000", page.Headers["Strict-Transport-Security"]);
        var policy = page.Headers["Content-Security-Policy"];
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("base-uri 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    /// <summary>COM-11: no exception, no source, no internals.</summary>
    public static void NoTrace(Page page)
    {
        Assert.NotEqual(HttpStatusCode.InternalServerError, page.Status);
        Assert.DoesNotContain("Exception", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", page.Html, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\A[\x20\x21\x23-\x5B\x5D-\x7E]+\z")]
    private static partial Regex Description();
}
