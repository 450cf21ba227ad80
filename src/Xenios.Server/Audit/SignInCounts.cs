using Dapper;
using Xenios.Sdk;
using Xenios.Server.Storage;

namespace Xenios.Server.Audit;

/// <summary>Counts the table <c>sign_ins</c>, by an index that holds all that is counted.</summary>
internal sealed class SignInCounts(Database database, TimeProvider time)
{
    private const int MostErrors = 20;
    private const int MostDurations = 1000;

    /// <summary>The statement that counts a period by outcome.</summary>
    internal const string ByOutcome =
        """
        SELECT CASE WHEN outcome = 'running' AND started_at <= @abandoned THEN 'abandoned' ELSE outcome END AS Outcome, COUNT(*) AS Count
        FROM sign_ins WHERE environment_id = @environment AND started_at >= @from AND started_at < @to GROUP BY 1
        """;

    /// <summary>The statement that counts the codes of what failed in a period.</summary>
    internal const string ByError =
        """
        SELECT error_code AS Code, COUNT(*) AS Count FROM sign_ins
        WHERE environment_id = @environment AND started_at >= @from AND started_at < @to AND outcome = 'failed' AND error_code IS NOT NULL
        GROUP BY error_code ORDER BY 2 DESC, 1 LIMIT @most
        """;

    /// <summary>Counts periods and the last 24 hours.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="since">First moments of the periods, the oldest first.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<SignInStatistics> CountAsync(string environment, IReadOnlyList<DateTimeOffset> since, CancellationToken ct) => database.ReadAsync(
        async db =>
        {
            var now = time.GetUtcNow();
            var (day, end, abandoned) = ((now - TimeSpan.FromDays(1)).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds() + 1, SignInQuery.AbandonedAt(time));
            async Task<SignInPeriod> PeriodAsync(long from, long to)
            {
                var counts = (await db.QueryAsync<(string Outcome, long Count)>(ByOutcome, new { environment, from, to, abandoned })).ToDictionary(row => row.Outcome, row => row.Count);
                return new(
                    DateTimeOffset.FromUnixTimeMilliseconds(from),
                    counts.GetValueOrDefault("running"),
                    counts.GetValueOrDefault("ok"),
                    counts.GetValueOrDefault("refused"),
                    counts.GetValueOrDefault("failed"),
                    counts.GetValueOrDefault("abandoned"));
            }

            var periods = new List<SignInPeriod>(since.Count);
            for (var i = 0; i < since.Count; i++)
            {
                periods.Add(await PeriodAsync(since[i].ToUnixTimeMilliseconds(), i + 1 < since.Count ? since[i + 1].ToUnixTimeMilliseconds() : end));
            }

            var durations = (await db.QueryAsync<long>(
                """
                SELECT ended_at - started_at FROM sign_ins
                WHERE environment_id = @environment AND started_at >= @day AND outcome = 'ok' AND ended_at IS NOT NULL ORDER BY started_at DESC LIMIT @MostDurations
                """,
                new { environment, day, MostDurations })).Order().ToArray();
            var errors = new List<SignInErrorCount>();
            foreach (var (code, count) in (await db.QueryAsync<(string Code, long Count)>(ByError, new { environment, from = day, to = end, most = MostErrors })).AsList())
            {
                var filter = new SignInFilter { ErrorCode = code, Outcome = "failed" };
                var newest = await db.QueryFirstAsync<SignInRow>(SignInQuery.Statement(filter, null), new { environment, ErrorCode = code, outcome = "failed", abandoned, limit = 1 });
                errors.Add(new(SignInApi.Explain(code), count, SupportCode.Readable(newest.SupportCode), DateTimeOffset.FromUnixTimeMilliseconds(newest.StartedAt)));
            }

            // Of each connection the newest one that went well; an environment has few connections.
            var connected = (await db.QueryAsync<long?>(
                """
                SELECT (SELECT s.started_at FROM sign_ins s WHERE s.environment_id = c.environment_id AND s.connection = c.slug AND s.outcome = 'ok' ORDER BY s.started_at DESC LIMIT 1)
                FROM connections c WHERE c.environment_id = @environment
                """,
                new { environment })).Max();
            return new SignInStatistics
            {
                Periods = periods,
                LastDay = await PeriodAsync(day, end),
                MedianMs = durations.Length == 0 ? null : durations[(durations.Length - 1) / 2],
                LastConnectedAt = connected is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
                Errors = errors,
            };
        },
        ct);
}
