using System.Collections.Frozen;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Connectors;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Management;
using Xenios.Server.Resources;
using Xenios.Server.SignIn;
using Xenios.Server.Storage;

namespace Xenios.Server.Connections;

/// <summary>
/// Tests a connection: first what can be found out without a person, then a visit of an administrator's own that has no journey, so that nobody can be created,
/// connected or signed in by it. Its address works once, for ten minutes, in the browser that opened it.
/// </summary>
internal sealed class ConnectionTests(
    EphemeralStore store, Database database, UpstreamVisits visits, Vault vault, ConnectionCredentials credentials, TimeProvider time)
{
    /// <summary>How long its address works.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Path of its address; the id follows.</summary>
    public const string Path = "/connections/test/";

    // After that nothing of the person is left.
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(50);

    private static readonly EphemeralKind<ConnectionTest> Tests = new("connection_test", ConnectionTestJson.Default.ConnectionTest);

    /// <summary>Begins a test, and runs its first part.</summary>
    /// <param name="caller">Who tests.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="id">Slug or id of the connection, switched on or not.</param>
    /// <param name="place">With which set of credentials.</param>
    /// <param name="ct">Ends outgoing calls.</param>
    public async Task<Result<ConnectionTest, Problem>> StartAsync(Caller caller, EnvironmentContext environment, string id, CredentialsPlace place, CancellationToken ct)
    {
        if (environment.Snapshot.ConnectionOrder.FirstOrDefault(one => one.Slug == id || one.Id == id) is not { } current)
        {
            return Problem.NotFound("connection");
        }

        var (connection, set) = await ResolveAsync(environment.Snapshot, current.Id, WireName.Of(place), null, ct);
        if (connection?.Credentials is null || ConnectorCatalog.Find(connection.Kind, connection.Protocol) is not { } connector)
        {
            return connection is null && place != CredentialsPlace.Current ? Problem.NotFound("set of credentials")
                : Problem.Conflict("no_credentials", "This connection has nothing to sign in at its upstream with. Enter credentials first.");
        }

        var context = visits.Context(connection, connection.CallbackFor(environment.BaseUrl), null);
        using var limit = visits.Limit(ct);
        var failure = await connector.CheckAsync(context, limit.Token);
        var lines = ConnectionTestLines.Prepared(connection, context.Calls, failure, time.GetUtcNow());
        var test = new ConnectionTest
        {
            Id = Secrets.New(),
            Caller = caller.Name,
            ConnectionId = connection.Id,
            Connection = connection.Slug,
            Name = connection.Name,
            Credentials = WireName.Of(place),
            CredentialsId = set,
            Source = WireName.Of(connection.Credentialed),
            Host = environment.BaseUrl,
            StartedAt = time.GetUtcNow(),
            IsFinished = failure is not null,
            Hops = lines,
        };
        await store.PutAsync(Tests, environment.Snapshot.Id, test.Id, test, Lifetime, Kept, ct);
        return test;
    }

    /// <summary>A test and whether anything may still come of it; null for none of this environment.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="id">Id of the test.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<(ConnectionTest Test, bool IsLive)?> FindAsync(string environment, string id, CancellationToken ct) =>
        (id.Length <= 64 ? await store.GetAsync(Tests, environment, id, ct) : default) is { Value: { } test, State: var state } ? (test, state == EphemeralState.Live) : null;

    /// <summary>Sends a browser to the upstream: the first one that asks, and no other.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="id">Id of the test.</param>
    /// <param name="browser">Hash of the browser's handle.</param>
    /// <param name="ct">Ends outgoing calls.</param>
    /// <returns>Where to, or the test that it ends; both null where the address does not work (any more).</returns>
    public async Task<(Uri? Url, ConnectionTest? Ended)> OpenAsync(EnvironmentContext environment, string id, string browser, CancellationToken ct)
    {
        var found = id.Length <= 64 ? await store.GetAsync(Tests, environment.Snapshot.Id, id, ct) : default;
        if (found is not { State: EphemeralState.Live, Value: { BrowserHash: null, IsFinished: false } test } || test.Host != environment.BaseUrl)
        {
            return (null, null);
        }

        var (connection, _) = await ResolveAsync(environment.Snapshot, test.ConnectionId, test.Credentials, test.CredentialsId, ct);
        if (connection?.Credentials is null)
        {
            return (null, await EndAsync(environment, test with { BrowserHash = browser }, found.Version, [Gone(test)]));
        }

        var callback = connection.CallbackFor(environment.BaseUrl);
        var context = visits.Context(connection, callback, null);
        using var limit = visits.Limit(ct);
        if (!(await UpstreamVisits.Connector(connection).BeginAsync(context, limit.Token)).TryGet(out var redirect, out var failure))
        {
            var lines = ConnectionTestLines.Prepared(connection, context.Calls, failure, time.GetUtcNow());
            return (null, await EndAsync(environment, test with { BrowserHash = browser, Hops = [] }, found.Version, lines));
        }

        var trip = new UpstreamTrip
        {
            JourneyId = "",
            Test = test.Id,
            Connection = connection.Slug,
            ConnectionId = connection.Id,
            BrowserHash = browser,
            Host = environment.BaseUrl,
            CallbackUrl = callback,
            Memo = redirect.Memo,
            LeftAt = time.GetUtcNow(),
        };
        var isFirst = await database.WriteAsync(
            async scope =>
            {
                if (!await store.ReplaceAsync(Tests, environment.Snapshot.Id, test.Id, test with { BrowserHash = browser }, found.Version, scope))
                {
                    return false;
                }

                await store.PutAsync(JourneyStore.Trips, environment.Snapshot.Id, redirect.Key, trip, Lifetime, TimeSpan.Zero, scope);
                return true;
            },
            ct);
        return (isFirst ? redirect.Url : null, null);
    }

    /// <summary>Finishes a test whose trip was just taken.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="trip">The trip.</param>
    /// <param name="browser">Hash of the handle of the browser that brought it; null without one.</param>
    /// <param name="reply">The callback's parameters.</param>
    /// <returns>The test; null where it is over, or another browser's.</returns>
    public async Task<ConnectionTest?> CompleteAsync(EnvironmentContext environment, UpstreamTrip trip, string? browser, Parameters reply)
    {
        var found = await store.GetAsync(Tests, environment.Snapshot.Id, trip.Test!, CancellationToken.None);
        if (found is not { State: EphemeralState.Live, Value: { IsFinished: false } test } || browser is null || !Secrets.Same(browser, trip.BrowserHash))
        {
            return null;
        }

        var arrived = time.GetUtcNow();
        var (connection, _) = await ResolveAsync(environment.Snapshot, test.ConnectionId, test.Credentials, test.CredentialsId, CancellationToken.None);
        if (connection?.Credentials is null)
        {
            return await EndAsync(environment, test, found.Version, [Gone(test)]);
        }

        var context = visits.Context(connection, trip.CallbackUrl, null);
        using var limit = visits.Limit(CancellationToken.None);
        var completed = await UpstreamVisits.Connector(connection).CompleteAsync(context, reply, trip.Memo, limit.Token);
        return await EndAsync(environment, test, found.Version, ConnectionTestLines.Visited(connection, context, trip, reply, arrived, completed));
    }

    private async Task<ConnectionTest?> EndAsync(EnvironmentContext environment, ConnectionTest test, long version, IReadOnlyList<Hop> lines)
    {
        var ended = test with { IsFinished = true, Hops = [.. test.Hops, .. lines] };
        var isFirst = await database.WriteAsync(
            async scope =>
            {
                if (!await store.ReplaceAsync(Tests, environment.Snapshot.Id, test.Id, ended, version, scope))
                {
                    return false;
                }

                if (ended is { WentWell: true, CredentialsId: { } set })
                {
                    await CredentialSetRows.NoteTestAsync(environment.Snapshot.Id, set, time.GetUtcNow(), scope);
                }

                return true;
            },
            CancellationToken.None);
        return isFirst ? ended : null;
    }

    // The connection as it is now, by its id: one that was deleted and made anew is another. A set is read when it is needed, because it is hardly ever.
    private async Task<(Connection? Connection, string? Set)> ResolveAsync(EnvironmentSnapshot environment, string connection, string place, string? set, CancellationToken ct)
    {
        if (place == WireName.Of(CredentialsPlace.Current))
        {
            return (environment.ConnectionOrder.FirstOrDefault(one => one.Id == connection), null);
        }

        return await database.ReadAsync(
            async db =>
            {
                var sets = await CredentialSetRows.ListAsync(db, environment.Id, connection, time.GetUtcNow());
                return sets.FirstOrDefault(one => set is null ? one.Place == place : one.Id == set) is { } found
                    && await ConnectionRows.FindAsync(db, environment.Id, connection) is { } stored
                    ? (found.Resolve(environment.Id, stored, environment.Kind, vault, credentials, FrozenDictionary<string, AttributeType>.Empty), found.Id)
                    : ((Connection?)null, (string?)null);
            },
            ct);
    }

    private Hop Gone(ConnectionTest test) => Hop.Of(ConnectionTestLines.Back, time.GetUtcNow(), ("connection", test.Name), ("with", "nothing")).Ended(HopOutcome.Failed, "connection_unavailable");
}
