using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Management;
using Xenios.Server.Storage;

namespace Xenios.Server.Environments;

/// <summary>Changes signing keys, by command and by schedule: next, active, retired, former, gone. Any number of nodes may do it at once; each change happens once.</summary>
internal sealed partial class KeyRotation(Database database, KeyMaker maker, Vault vault, SnapshotCache snapshots, AuditLog audit, TimeProvider time, ILogger<KeyRotation> logger) : BackgroundService
{
    /// <summary>How keys are listed: the one that signs comes first of its algorithm.</summary>
    public const string InOrder =
        "ORDER BY CASE state WHEN 'active' THEN 0 WHEN 'next' THEN 1 WHEN 'retired' THEN 2 ELSE 3 END, changed_at DESC, key_id";

    /// <summary>The keys of an environment as they are, the signing ones first.</summary>
    /// <param name="environment">The environment.</param>
    public static SigningKeyList List(EnvironmentSnapshot environment) => List(environment.KeyRecords, environment.KeySchedule);

    /// <summary>Publishes a next key for every algorithm that has none; after the overlap they sign. Asking again meanwhile changes nothing.</summary>
    /// <param name="caller">Who asks, and for which environment.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>Every key of the environment, as it then is.</returns>
    public async Task<SigningKeyList> RotateAsync(Caller caller, CancellationToken ct)
    {
        var keys = await ChangeAsync(
            caller.EnvironmentId,
            caller,
            keys => [.. SigningAlgorithms.All.Where(algorithm => !keys.Any(key => key.State == KeyState.Next && key.Algorithm == algorithm)).Select(algorithm => new KeyStep.Publish(algorithm))],
            ct);
        return List(keys, snapshots.All.First(snapshot => snapshot.Id == caller.EnvironmentId).KeySchedule);
    }

    /// <summary>Does what is due in every environment. What is not due costs no query.</summary>
    /// <param name="ct">Ends it between environments.</param>
    public async Task TurnAsync(CancellationToken ct)
    {
        foreach (var environment in snapshots.All)
        {
            if (environment.KeySchedule.Due(environment.KeyRecords, time.GetUtcNow()).Count > 0)
            {
                await ChangeAsync(environment.Id, null, keys => environment.KeySchedule.Due(keys, time.GetUtcNow()), ct);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        do
        {
            try
            {
                await TurnAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Whatever it was, it must not end the server.
                Log.Failed(logger, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static SigningKeyList List(IReadOnlyList<KeyRecord> keys, KeySchedule schedule) => new(
    [
        .. keys.Select(key => new SigningKeyView { Kid = key.KeyId, Alg = key.Algorithm, State = key.State, Since = key.Since, Until = schedule.EndOf(key, keys) }),
    ]);

    // What a caller asked for is noted; what the schedule does is not. Gives every key as it then is, or, after a dry run, as it would be.
    private async Task<IReadOnlyList<KeyRecord>> ChangeAsync(
        string environment, Caller? caller, Func<IReadOnlyList<KeyRecord>, IReadOnlyList<KeyStep>> decide, CancellationToken ct)
    {
        var keeps = caller is not { IsDryRun: true };
        var changed = await database.WriteAsync(
            async scope =>
            {
                // The version is what other nodes look at, and its row is the lock: whoever comes second finds the work done.
                await scope.Connection.ExecuteAsync("UPDATE environments SET version = version + 1 WHERE environment_id = @environment", new { environment }, scope.Transaction);
                var keys = await ReadAsync(environment, scope);
                var (steps, now) = (decide(keys), time.GetUtcNow());
                foreach (var step in steps)
                {
                    await TakeAsync(environment, step, now, keeps, scope);
                }

                if (steps.Count == 0 || !keeps)
                {
                    scope.Abandon();
                }

                if (steps.Count == 0)
                {
                    return keys;
                }

                var after = await ReadAsync(environment, scope);
                if (caller is not null)
                {
                    var made = after.Select(key => key.KeyId).Except(keys.Select(key => key.KeyId), StringComparer.Ordinal);
                    await audit.WriteAsync(scope, caller, "keys.rotated", "keys", null, new JsonObject { ["kids"] = new JsonArray([.. made.Select(kid => JsonValue.Create(kid))]) });
                }

                return after;
            },
            ct);
        if (keeps)
        {
            await snapshots.ReloadAsync(ct);
        }

        return changed;
    }

    private static async Task<IReadOnlyList<KeyRecord>> ReadAsync(string environment, WriteScope scope) =>
    [
        .. (await scope.Connection.QueryAsync<(string KeyId, string Algorithm, string State, long ChangedAt)>(
            $"SELECT key_id, algorithm, state, changed_at FROM signing_keys WHERE environment_id = @environment {InOrder}", new { environment }, scope.Transaction))
            .Select(row => Record(row.KeyId, row.Algorithm, row.State, row.ChangedAt)),
    ];

    /// <summary>A stored key without its halves.</summary>
    /// <param name="keyId">Its <c>kid</c>.</param>
    /// <param name="algorithm"><c>RS256</c> or <c>ES256</c>.</param>
    /// <param name="state">The stored state.</param>
    /// <param name="changedAt">Since when, in milliseconds.</param>
    public static KeyRecord Record(string keyId, string algorithm, string state, long changedAt) => new(
        keyId,
        algorithm,
        WireName.TryParse<KeyState>(state, out var known) ? known : throw new InvalidOperationException($"A signing key has the unknown state {state}."),
        DateTimeOffset.FromUnixTimeMilliseconds(changedAt));

    private async Task TakeAsync(string environment, KeyStep step, DateTimeOffset now, bool keeps, WriteScope scope)
    {
        switch (step)
        {
            case KeyStep.Publish publish:
                using (var key = maker.Make(publish.Algorithm))
                {
                    await KeyRing.AddAsync(environment, key, KeyState.Next, vault, now, scope);
                    if (keeps)
                    {
                        Log.Published(logger, key.Algorithm, key.KeyId);
                    }
                }

                break;

            case KeyStep.Activate activate:
                await scope.Connection.ExecuteAsync(
                    """
                    UPDATE signing_keys SET state = CASE state WHEN 'active' THEN 'retired' ELSE 'active' END, changed_at = @now
                    WHERE environment_id = @environment AND algorithm = @Algorithm AND (state = 'active' OR key_id = @KeyId)
                    """,
                    new { now = now.ToUnixTimeMilliseconds(), environment, activate.Next.Algorithm, activate.Next.KeyId },
                    scope.Transaction);
                Log.Activated(logger, activate.Next.Algorithm, activate.Next.KeyId);
                break;

            case KeyStep.Withdraw { Retired: var retired }:
                await KeyRing.WithdrawAsync(environment, retired, vault, now, scope);
                Log.Withdrawn(logger, retired.Algorithm, retired.KeyId);
                break;

            case KeyStep.Remove remove:
                await scope.Connection.ExecuteAsync(
                    "DELETE FROM signing_keys WHERE environment_id = @environment AND key_id = @KeyId AND state = 'former'", new { environment, remove.Former.KeyId }, scope.Transaction);
                Log.Removed(logger, remove.Former.Algorithm, remove.Former.KeyId);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 140, Level = LogLevel.Information, Message = "The next {Algorithm} key {KeyId} is published")]
        public static partial void Published(ILogger logger, string algorithm, string keyId);

        [LoggerMessage(EventId = 141, Level = LogLevel.Information, Message = "The {Algorithm} key {KeyId} signs from now on")]
        public static partial void Activated(ILogger logger, string algorithm, string keyId);

        [LoggerMessage(EventId = 142, Level = LogLevel.Information, Message = "The {Algorithm} key {KeyId} is removed: no session is as old as the tokens it signed")]
        public static partial void Removed(ILogger logger, string algorithm, string keyId);

        [LoggerMessage(EventId = 144, Level = LogLevel.Information, Message = "The {Algorithm} key {KeyId} is published no more: every token it signed has expired")]
        public static partial void Withdrawn(ILogger logger, string algorithm, string keyId);

        [LoggerMessage(EventId = 143, Level = LogLevel.Warning, Message = "Signing keys could not be changed; the next try is in a minute")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
