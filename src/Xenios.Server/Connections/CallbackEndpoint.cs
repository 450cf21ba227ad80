using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Protocol;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Sessions;
using Xenios.Server.SignIn;
using Xenios.Server.Storage;

namespace Xenios.Server.Connections;

/// <summary>Where upstreams send browsers back to. The paths are constant; what came back is told by its key.</summary>
internal static class CallbackEndpoint
{
    private static readonly string[] Paths = ["/login/callback", "/commonauth"];

    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in Paths)
        {
            routes.MapGet(path, Arrive);
            routes.MapPost(path, Bounce);
        }

        ConnectionTestPages.Map(routes);
    }

    private static async Task<IResult> Arrive(
        HttpContext context,
        EnvironmentContext environment,
        JourneyStore journeys,
        JourneyPages pages,
        JourneyRunner runner,
        UpstreamVisits visits,
        ConnectionTests tests,
        TimeProvider time,
        CancellationToken ct)
    {
        var reply = FormReader.Query(context.Request);
        if (KeyOf(reply) is not { } key)
        {
            return PageRenderer.Stale(context, environment, "callback_without_state");
        }

        // Used up before anything is exchanged, whoever brings it: a second arrival finds nothing (threats B01).
        var taken = await journeys.TakeTripAsync(environment.Snapshot.Id, key, ct);
        if (taken.Value is not { } trip || !string.Equals(trip.Host, environment.BaseUrl, StringComparison.Ordinal))
        {
            return PageRenderer.Stale(context, environment, "callback_unknown");
        }

        if (trip.Test is not null)
        {
            return await ConnectionTestPages.ArriveAsync(context, environment, tests, trip, taken.State == EphemeralState.Live, reply);
        }

        var found = await journeys.FindAsync(environment.Snapshot.Id, trip.JourneyId, ct);
        if (found.Value is not { } journey)
        {
            return PageRenderer.Stale(context, environment, "journey_unknown");
        }

        var browser = BrowserCookies.Read(context, environment, BrowserCookies.Browser);
        if (browser is null || !Secrets.Same(JourneyDoor.HashOf(browser), trip.BrowserHash))
        {
            return pages.OtherBrowser(context, environment, journey);
        }

        if (taken.State != EphemeralState.Live || found.State != EphemeralState.Live)
        {
            return pages.StartAgain(context, environment, journey, taken.State == EphemeralState.Taken ? "callback_repeated" : "callback_late");
        }

        var connection = WaysIn.Connections(environment, journey).FirstOrDefault(offered => string.Equals(offered.Id, trip.ConnectionId, StringComparison.Ordinal));
        if (connection is null)
        {
            return await runner.ContinueAsync(context, environment, Gone(journey, trip), found.Version, ct);
        }

        var (told, completed) = await visits.CompleteAsync(journey, connection, trip, reply);
        if (!completed.TryGet(out var identity, out var failure))
        {
            return await runner.TroubleAsync(context, environment, new StoredJourney(told, found.Version), connection.Slug, failure, ct);
        }

        var arrived = told.Restarted() with { Connection = connection.Slug, Identity = identity, AuthTime = identity.AuthTime ?? time.GetUtcNow(), Proved = identity.AuthTime is not null };
        return await runner.ContinueAsync(context, environment, arrived, found.Version, ct);
    }

    // Browsers leave Lax cookies out of cross-site posts; the same parameters fetched with GET bring them.
    private static async Task<IResult> Bounce(HttpContext context, EnvironmentContext environment, CancellationToken ct)
    {
        var form = await FormReader.ReadAsync(context.Request, ct);
        var query = form is null ? "" : Parameters.Format(form.Pairs.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)));
        return query.Length is 0 or > 8192
            ? PageRenderer.Stale(context, environment, "callback_without_state")
            : new SeeOther($"{context.Request.PathBase}{context.Request.Path}?{query}");
    }

    private static string? KeyOf(Parameters reply)
    {
        foreach (var name in (ReadOnlySpan<string>)["state", "oauth_token", "denied"])
        {
            if (reply[name] is { } key)
            {
                return key.Length <= 512 && !reply.IsRepeated(name) ? key : null;
            }
        }

        return null;
    }

    private static Journey Gone(Journey journey, UpstreamTrip trip) => journey.Restarted() with
    {
        Ask = JourneyAsk.AfterTrouble,
        Trouble = new JourneyTrouble("S55", "connection_unavailable", trip.Connection),
    };
}
