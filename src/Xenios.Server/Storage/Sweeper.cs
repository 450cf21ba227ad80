using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xenios.Server.Audit;
using Xenios.Server.Environments;

namespace Xenios.Server.Storage;

/// <summary>Deletes rows whose time is over, a bounded number at a time, once a minute.</summary>
internal sealed partial class Sweeper(Database database, AuditLog audit, TimeProvider time, ILogger<Sweeper> logger) : BackgroundService
{
    private const int Batch = 5000;
    private const int UsualRetentionDays = 30;

    // In a fixed order, so that what they allowed goes with the same guests, in one transaction.
    private const string GuestsThatEnd =
        """
        SELECT g.environment_id, g.subject FROM guests g WHERE g.ends_at <= @now
            AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.environment_id = g.environment_id AND s.user_id = g.subject)
            AND NOT EXISTS (SELECT 1 FROM token_families f WHERE f.environment_id = g.environment_id AND f.user_id = g.subject)
        ORDER BY g.ends_at, g.environment_id, g.subject LIMIT @Batch
        """;

    // Each table's expiry column is indexed; the inner query bounds the write.
    private static readonly string[] Statements =
    [
        "DELETE FROM ephemeral WHERE (environment_id, kind, key_hash) IN (SELECT environment_id, kind, key_hash FROM ephemeral WHERE keep_until <= @now LIMIT @Batch)",

        // Applications that want to hear of a session's end are queued before its row goes.
        """
        UPDATE session_applications SET due_at = @now WHERE due_at IS NULL AND (environment_id, session_id) IN (
            SELECT environment_id, session_id FROM sessions WHERE expires_at <= @now LIMIT @Batch)
        """,
        """
        DELETE FROM sessions WHERE (environment_id, cookie_hash) IN (
            SELECT s.environment_id, s.cookie_hash FROM sessions s WHERE s.expires_at <= @now AND NOT EXISTS (
                SELECT 1 FROM session_applications a WHERE a.environment_id = s.environment_id AND a.session_id = s.session_id AND a.due_at IS NULL)
            LIMIT @Batch)
        """,
        "DELETE FROM token_families WHERE (environment_id, family_id) IN (SELECT environment_id, family_id FROM token_families WHERE expires_at <= @now LIMIT @Batch)",
        $"DELETE FROM consents WHERE (environment_id, user_id) IN ({GuestsThatEnd}); DELETE FROM guests WHERE (environment_id, subject) IN ({GuestsThatEnd})",
        "DELETE FROM connection_credentials WHERE ends_at <= @now",
        "DELETE FROM counters WHERE (environment_id, kind, key_hash) IN (SELECT environment_id, kind, key_hash FROM counters WHERE window_ends_at <= @now LIMIT @Batch)",
    ];

    /// <summary>Sweeps once.</summary>
    /// <param name="ct">Ends it between tables.</param>
    /// <returns>Rows deleted, and notices queued: 0 when nothing was over.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var deleted = 0;
        foreach (var statement in Statements)
        {
            deleted += await database.WriteAsync(
                scope => scope.Connection.ExecuteAsync(statement, new { now = time.GetUtcNow().ToUnixTimeMilliseconds(), Batch }, scope.Transaction), ct);
        }

        return deleted + await SweepLogsAsync(ct);
    }

    // How long timelines and audit events are kept is the environment's setting, and counts for what is there already.
    private async Task<int> SweepLogsAsync(CancellationToken ct)
    {
        var deleted = 0;
        var environments = await database.ReadAsync(db => db.QueryAsync<(string Id, string Settings)>("SELECT environment_id, settings FROM environments"), ct);
        foreach (var (environment, stored) in environments)
        {
            var settings = EnvironmentSettings.Read(stored);
            var end = time.GetUtcNow().AddDays(-(settings.SignInRetentionDays ?? UsualRetentionDays)).ToUnixTimeMilliseconds();
            deleted += await database.WriteAsync(
                scope => scope.Connection.ExecuteAsync(
                    "DELETE FROM sign_ins WHERE (environment_id, support_code) IN (SELECT environment_id, support_code FROM sign_ins WHERE environment_id = @environment AND started_at <= @end LIMIT @Batch)",
                    new { environment, end, Batch },
                    scope.Transaction),
                ct);
            if (settings.AuditRetentionDays is > 0 and var days)
            {
                deleted += await audit.SweepAsync(environment, time.GetUtcNow().AddDays(-days), Batch, ct);
            }
        }

        return deleted;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await SweepAsync(stoppingToken) >= Batch)
                {
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Whatever it was, it must not end the server.
                Log.Failed(logger, exception);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "Expired rows could not be swept; the next try is in a minute")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
