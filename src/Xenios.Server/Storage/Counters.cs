using System.Diagnostics.Metrics;
using Dapper;
using Xenios.Server.Hosting;

namespace Xenios.Server.Storage;

/// <summary>So many events of one kind within a window of time.</summary>
/// <param name="Kind">What is counted.</param>
/// <param name="Key">For whom, such as an address; stored as a hash.</param>
/// <param name="Most">Events that a window holds.</param>
/// <param name="Window">Length of the window; it begins with its first event.</param>
internal readonly record struct CountLimit(string Kind, string Key, int Most, TimeSpan Window);

/// <summary>Counts events within a window of time, for limits that must hold under any number of parallel requests and on every node.</summary>
internal sealed class Counters(Database database, TimeProvider time)
{
    /// <summary>Meter of everything that is refused because there was too much of it.</summary>
    public static readonly Meter Meter = new("Xenios.Limits");

    /// <summary>Refusals, with the name of the limit.</summary>
    public static readonly Counter<long> Refusals = Meter.CreateCounter<long>("xenios.limit.refusals", "{refusal}", "What was refused because a limit was reached, by limit.");

    /// <summary>Counts one event in one conditional write.</summary>
    /// <param name="kind">What is counted.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="key">For whom, such as an address; stored as a hash.</param>
    /// <param name="window">Length of the window; it begins with its first event.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Events in the window so far, this one included, and when the window ends.</returns>
    public Task<(long Count, DateTimeOffset WindowEnds)> AddAsync(string kind, string environment, string key, TimeSpan window, CancellationToken ct) =>
        database.WriteAsync(scope => AddAsync(kind, environment, key, window, scope), ct);

    /// <summary>Counts one event under several limits, in one transaction. One that is reached keeps the event from being counted under those after it.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="limits">The limits, the narrowest first, in the same order everywhere.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Null when the event is within all of them; otherwise when the window of the one that is reached ends.</returns>
    public Task<DateTimeOffset?> AddAsync(string environment, IReadOnlyList<CountLimit> limits, CancellationToken ct) =>
        database.WriteAsync(
            async scope =>
            {
                foreach (var limit in limits)
                {
                    var (count, ends) = await AddAsync(limit.Kind, environment, limit.Key, limit.Window, scope);
                    if (count > limit.Most)
                    {
                        Refusals.Add(1, new KeyValuePair<string, object?>("xenios.limit", limit.Kind));
                        return ends;
                    }
                }

                return (DateTimeOffset?)null;
            },
            ct);

    /// <summary>Takes one event back that turned out to be none of those that are limited, as a right password is.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="limits">Limits it was counted under, all of them.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task GiveBackAsync(string environment, IReadOnlyList<CountLimit> limits, CancellationToken ct) =>
        database.WriteAsync(
            async scope =>
            {
                var changed = 0;
                foreach (var limit in limits)
                {
                    changed += await scope.Connection.ExecuteAsync(
                        """
                        UPDATE counters SET count = count - 1
                        WHERE environment_id = @environment AND kind = @Kind AND key_hash = @hash AND count > 0 AND window_ends_at > @now
                        """,
                        new { environment, limit.Kind, hash = Secrets.Hash(limit.Key), now = time.GetUtcNow().ToUnixTimeMilliseconds() },
                        scope.Transaction);
                }

                return changed;
            },
            ct);

    private async Task<(long Count, DateTimeOffset WindowEnds)> AddAsync(string kind, string environment, string key, TimeSpan window, WriteScope scope)
    {
        var now = time.GetUtcNow();
        var (count, ends) = await scope.Connection.QuerySingleAsync<(long, long)>(
            """
            INSERT INTO counters (environment_id, kind, key_hash, count, window_ends_at) VALUES (@environment, @kind, @hash, 1, @ends)
            ON CONFLICT (environment_id, kind, key_hash) DO UPDATE SET
                count = CASE WHEN counters.window_ends_at <= @now THEN 1 ELSE counters.count + 1 END,
                window_ends_at = CASE WHEN counters.window_ends_at <= @now THEN @ends ELSE counters.window_ends_at END
            RETURNING count, window_ends_at
            """,
            new { environment, kind, hash = Secrets.Hash(key), ends = (now + window).ToUnixTimeMilliseconds(), now = now.ToUnixTimeMilliseconds() },
            scope.Transaction);
        return (count, DateTimeOffset.FromUnixTimeMilliseconds(ends));
    }
}
