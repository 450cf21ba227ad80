using Dapper;
using Xenios.Server.Hosting;

namespace Xenios.Server.Storage;

/// <summary>Counts events within a window of time, for limits that must hold under any number of parallel requests and on every node.</summary>
internal sealed class Counters(Database database, TimeProvider time)
{
    /// <summary>Counts one event in one conditional write.</summary>
    /// <param name="kind">What is counted.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="key">For whom, such as an address; stored as a hash.</param>
    /// <param name="window">Length of the window; it begins with its first event.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Events in the window so far, this one included, and when the window ends.</returns>
    public Task<(long Count, DateTimeOffset WindowEnds)> AddAsync(string kind, string environment, string key, TimeSpan window, CancellationToken ct) =>
        database.WriteAsync(
            async scope =>
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
            },
            ct);
}
