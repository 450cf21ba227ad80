using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Server.Connectors;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Resources;
using Xenios.Server.SignIn;

namespace Xenios.Server.Connections;

/// <summary>Visits to upstreams: begun with a trip that is stored under the upstream's own key, completed once.</summary>
internal sealed class UpstreamVisits(JourneyStore journeys, OutgoingHttp http, TimeProvider time)
{
    /// <summary>Begins a visit.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="stored">The journey it belongs to.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="ct">Ends outgoing calls.</param>
    /// <returns>The journey with what happened, and where to send the browser.</returns>
    public async Task<(Journey Journey, Result<Uri, UpstreamFailure> Begun)> BeginAsync(EnvironmentContext environment, StoredJourney stored, Connection connection, CancellationToken ct)
    {
        var journey = stored.Journey;
        var callback = connection.CallbackFor(environment.BaseUrl);
        using var limit = Limit(ct);
        var upstream = Context(connection, callback, journey);
        var begun = await Connector(connection).BeginAsync(upstream, limit.Token);
        if (!begun.TryGet(out var redirect, out var failure))
        {
            return (journey.Noted(VisitHops.Failed(connection, upstream.Calls, [], failure, time.GetUtcNow())), failure);
        }

        var now = time.GetUtcNow();
        var trip = new UpstreamTrip
        {
            JourneyId = journey.Id,
            Connection = connection.Slug,
            ConnectionId = connection.Id,
            ClientKey = connection.Credentials!.Key,
            BrowserHash = journey.BrowserHash,
            Host = environment.BaseUrl,
            CallbackUrl = callback,
            Memo = redirect.Memo,
            LeftAt = now,
        };
        journey = journey.Noted([.. VisitHops.Of(connection, upstream.Calls), VisitHops.Sent(connection, redirect.Facts, now)]);
        await journeys.PutTripAsync(environment.Snapshot.Id, redirect.Key, trip, stored with { Journey = journey }, ct);
        return (journey, redirect.Url);
    }

    /// <summary>Completes a visit whose trip was just taken. The code is exchanged at once and not given up when the browser leaves: X allows 30 seconds.</summary>
    /// <param name="journey">The journey it belongs to.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="trip">The trip.</param>
    /// <param name="reply">The callback's parameters.</param>
    /// <returns>The journey with what happened, and who came back.</returns>
    public async Task<(Journey Journey, Result<ExternalIdentity, UpstreamFailure> Completed)> CompleteAsync(Journey journey, Connection connection, UpstreamTrip trip, Parameters reply)
    {
        using var limit = Limit(CancellationToken.None);
        connection = connection.For(trip.ClientKey, time.GetUtcNow());
        var (upstream, back) = (Context(connection, trip.CallbackUrl, journey), VisitHops.Back(connection, trip, reply, time.GetUtcNow()));
        var completed = await Connector(connection).CompleteAsync(upstream, reply, trip.Memo, limit.Token);
        return completed.TryGet(out var identity, out var failure)
            ? (journey.Noted([back, .. VisitHops.Of(connection, upstream.Calls, identity)]), identity)
            : (journey.Noted(VisitHops.Failed(connection, upstream.Calls, [back], failure, time.GetUtcNow())), failure);
    }

    /// <summary>The connector of a connection.</summary>
    /// <param name="connection">A connection that has credentials.</param>
    public static IConnector Connector(Connection connection) =>
        ConnectorCatalog.Find(connection.Kind, connection.Protocol) ?? throw new InvalidOperationException($"No connector for {connection.Kind}; such a connection is never offered.");

    private static List<KeyValuePair<string, string>> Parameters(Connection connection, Journey? journey)
    {
        var parameters = new List<KeyValuePair<string, string>>();
        foreach (var (name, source) in connection.UpstreamParameters)
        {
            var value = source.Value ?? source.Alias switch
            {
                "login_hint" => journey?.Request?.LoginHint,
                "prompt" => journey?.Request is { Prompts.Count: > 0 } request ? string.Join(' ', request.Prompts) : null,
                _ => null,
            };

            // Other names are refused when saved; here once more, because a row may be older than the rule (threats B09).
            if (!string.IsNullOrEmpty(value) && value.Length <= 1024 && !value.Any(char.IsControl)
                && UpstreamParameterRules.IsAllowed(name))
            {
                parameters.Add(new(name, value));
            }
        }

        return parameters;
    }

    /// <summary>The time limit of one half of a visit. It runs on the real clock even where a test's clock stands still: it guards a socket.</summary>
    /// <param name="ct">Ends it earlier.</param>
    public CancellationTokenSource Limit(CancellationToken ct)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(http.VisitLimit);
        return limit;
    }

    /// <summary>What a connector needs to know.</summary>
    /// <param name="connection">A connection that has credentials.</param>
    /// <param name="callback">Callback address.</param>
    /// <param name="journey">The journey that the visit belongs to; null for a connection test.</param>
    public ConnectorContext Context(Connection connection, string callback, Journey? journey) => new()
    {
        Credentials = connection.Credentials!,
        WebHost = connection.WebHost,
        ApiHost = connection.ApiHost,
        CallbackUrl = callback,
        Scopes = connection.Scopes,
        Parameters = Parameters(connection, journey),
        ForceLogin = journey?.Request is { } request && SessionRules.NeedsProof(request),
        IdentityIssuer = connection.IdentityIssuer,
        Http = http.Client,
        Time = time,
    };
}
