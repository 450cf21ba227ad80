using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Protocol;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Sessions;
using Xenios.Server.SignIn;

namespace Xenios.Server.Connections;

/// <summary>The browser part of a connection test: its address, and the page it ends on (S90).</summary>
internal static class ConnectionTestPages
{
    private const string Over = "connection_test_over";

    /// <summary>Adds the route.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(ConnectionTests.Path + "{id}", OpenAsync).RequireRateLimiting(RateLimits.Beginnings);

    /// <summary>Ends a test whose trip came back to a callback address.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="tests">The tests.</param>
    /// <param name="trip">The trip, taken just now.</param>
    /// <param name="isLive">Whether it was the first to be taken, and in time.</param>
    /// <param name="reply">The callback's parameters.</param>
    public static async Task<IResult> ArriveAsync(HttpContext context, EnvironmentContext environment, ConnectionTests tests, UpstreamTrip trip, bool isLive, Parameters reply)
    {
        var browser = BrowserCookies.Read(context, environment, BrowserCookies.Browser) is { } handle ? JourneyDoor.HashOf(handle) : null;
        return Page(context, environment, isLive ? await tests.CompleteAsync(environment, trip, browser, reply) : null);
    }

    private static async Task<IResult> OpenAsync(HttpContext context, EnvironmentContext environment, string id, ConnectionTests tests, CancellationToken ct)
    {
        var browser = JourneyDoor.HashOf(BrowserCookies.EnsureBrowser(context, environment));
        var (url, ended) = await tests.OpenAsync(environment, id, browser, ct);
        return url is null ? Page(context, environment, ended) : new SeeOther(url.AbsoluteUri);
    }

    private static IResult Page(HttpContext context, EnvironmentContext environment, ConnectionTest? test)
    {
        var texts = PageRenderer.TextsFor(context);
        var frame = PageRenderer.Frame("S90", texts, environment.Snapshot.DisplayName, null);
        return PageRenderer.Send(context, test is null
            ? frame with { Status = StatusCodes.Status400BadRequest, Error = Over, Heading = texts["S90.over"], Text = [texts["S90.overText"]] }
            : frame with { Error = test.Error, Text = [texts["S90.text"]], Items = [new PageItem.Points([.. test.Hops.Select(Line)])] });
    }

    // As the console shows it: the line, its time, and what to do.
    private static string Line(Hop hop)
    {
        var mark = hop.Outcome switch { HopOutcome.Ok => "✓", HopOutcome.Failed => "✗", _ => "!" };
        var took = hop.Duration is { } duration ? string.Create(CultureInfo.InvariantCulture, $" ({duration} ms)") : "";
        return hop.Error is { } code && ErrorCatalogue.Find(code) is var entry
            ? $"{mark} {ConnectionTestLines.Title(hop)}{took} – {code}: {entry.Title}. {entry.Remedy}."
            : $"{mark} {ConnectionTestLines.Title(hop)}{took}";
    }
}
