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
    /// <param name="journey">The journey it belongs to.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="ct">Ends outgoing calls.</param>
    /// <returns>Where to send the browser.</returns>
    public async Task<Result<Uri, UpstreamFailure>> BeginAsync(EnvironmentContext environment, Journey journey, Connection connection, CancellationToken ct)
    {
        var callback = connection.CallbackFor(environment.BaseUrl);
        using var limit = Limit(ct);
        var begun = await Connector(connection).BeginAsync(Context(connection, callback, journey), limit.Token);
        if (!begun.TryGet(out var redirect, out var failure))
        {
            return failure;
        }

        var trip = new UpstreamTrip
        {
            JourneyId = journey.Id,
            Connection = connection.Slug,
            ConnectionId = connection.Id,
            BrowserHash = journey.BrowserHash,
            Host = environment.BaseUrl,
            CallbackUrl = callback,
            Memo = redirect.Memo,
        };
        await journeys.PutTripAsync(environment.Snapshot.Id, redirect.Key, trip, ct);
        return redirect.Url;
    }

    /// <summary>Completes a visit whose trip was just taken. The code is exchanged at once and not given up when the browser leaves: X allows 30 seconds.</summary>
    /// <param name="journey">The journey it belongs to.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="trip">The trip.</param>
    /// <param name="reply">The callback's parameters.</param>
    public async Task<Result<ExternalIdentity, UpstreamFailure>> CompleteAsync(Journey journey, Connection connection, UpstreamTrip trip, Parameters reply)
    {
        using var limit = Limit(CancellationToken.None);
        return await Connector(connection).CompleteAsync(Context(connection, trip.CallbackUrl, journey), reply, trip.Memo, limit.Token);
    }

    private static IConnector Connector(Connection connection) =>
        ConnectorCatalog.Find(connection.Kind, connection.Protocol) ?? throw new InvalidOperationException($"No connector for {connection.Kind}; such a connection is never offered.");

    private static List<KeyValuePair<string, string>> Parameters(Connection connection, Journey journey)
    {
        var parameters = new List<KeyValuePair<string, string>>();
        foreach (var (name, source) in connection.UpstreamParameters)
        {
            var value = source.Value ?? source.Alias switch
            {
                "login_hint" => journey.Request?.LoginHint,
                "prompt" => journey.Request is { Prompts.Count: > 0 } request ? string.Join(' ', request.Prompts) : null,
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

    // The limit runs on the real clock even where a test's clock stands still: it guards a socket.
    private CancellationTokenSource Limit(CancellationToken ct)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(http.VisitLimit);
        return limit;
    }

    private ConnectorContext Context(Connection connection, string callback, Journey journey) => new()
    {
        Credentials = connection.Credentials!,
        WebHost = connection.WebHost,
        ApiHost = connection.ApiHost,
        CallbackUrl = callback,
        Scopes = connection.Scopes,
        Parameters = Parameters(connection, journey),
        ForceLogin = journey.Request is { } request && SessionRules.NeedsProof(request),
        IdentityIssuer = connection.IdentityIssuer,
        Http = http.Client,
        Time = time,
    };
}
