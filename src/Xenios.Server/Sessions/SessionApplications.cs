using Dapper;
using Xenios.Server.Storage;

namespace Xenios.Server.Sessions;

/// <summary>One application that has to be told that a session ended.</summary>
internal sealed class LogoutNotice
{
    /// <summary>Environment id.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Public id of the session that ended.</summary>
    public string SessionId { get; init; } = "";

    /// <summary>The application's <c>client_id</c>.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>The person.</summary>
    public string UserId { get; init; } = "";

    /// <summary>Issuer of the host the session was on.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Which try this is, from 1.</summary>
    public long Attempt { get; init; }

    /// <summary>Whether there is no further one.</summary>
    public bool IsLast => Attempt >= SessionApplications.MostAttempts;
}

/// <summary>Which applications took part in a session and want to hear of its end (OpenID Connect Back-Channel Logout 1.0). The rows are the queue of those still to be told.</summary>
internal sealed class SessionApplications(Database database, TimeProvider time) : IDisposable
{
    /// <summary>Tries before an application is given up on: at once, then after 30 seconds, 2 minutes, 10 minutes, an hour and 6 hours.</summary>
    public const int MostAttempts = 6;

    private const int Batch = 16;

    private readonly SemaphoreSlim _work = new(0, 1);

    /// <summary>Notes that an application takes part in a session, in the transaction that gives it a code.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="session">The session.</param>
    /// <param name="client">The application's <c>client_id</c>.</param>
    /// <param name="scope">The transaction.</param>
    public static Task NoteAsync(string environment, Session session, string client, WriteScope scope) => scope.Connection.ExecuteAsync(
        """
        INSERT INTO session_applications (environment_id, session_id, client_id, user_id, issuer, attempts)
        SELECT environment_id, session_id, @client, user_id, host, 0 FROM sessions WHERE environment_id = @environment AND session_id = @Id
        ON CONFLICT (environment_id, session_id, client_id) DO NOTHING
        """,
        new { client, environment, session.Id },
        scope.Transaction);

    /// <summary>Queues the applications of a session that ended, in the transaction that ended it.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="session">Public id of the session.</param>
    /// <param name="now">The present.</param>
    /// <param name="scope">The transaction.</param>
    public static Task EndedAsync(string environment, string session, DateTimeOffset now, WriteScope scope) => scope.Connection.ExecuteAsync(
        "UPDATE session_applications SET due_at = @now WHERE environment_id = @environment AND session_id = @session AND due_at IS NULL",
        new { now = now.ToUnixTimeMilliseconds(), environment, session },
        scope.Transaction);

    /// <summary>Takes the next notices, at most 16, and plans their next try: whoever dies while delivering loses none, and no two nodes deliver the same try.</summary>
    /// <param name="ct">Ends the wait for the start.</param>
    public async Task<IReadOnlyList<LogoutNotice>> TakeAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (await database.ReadAsync(db => db.ExecuteScalarAsync<long?>("SELECT 1 FROM session_applications WHERE due_at <= @now LIMIT 1", new { now }), ct) is null)
        {
            return [];
        }

        return await database.WriteAsync(
            async scope => (await scope.Connection.QueryAsync<LogoutNotice>(
                $"""
                UPDATE session_applications SET attempts = attempts + 1, due_at = @now + CASE attempts
                    WHEN 0 THEN 30000 WHEN 1 THEN 120000 WHEN 2 THEN 600000 WHEN 3 THEN 3600000 ELSE 21600000 END
                WHERE (environment_id, session_id, client_id) IN (
                    SELECT environment_id, session_id, client_id FROM session_applications WHERE due_at <= @now ORDER BY due_at LIMIT {Batch}) AND due_at <= @now
                RETURNING environment_id AS Environment, session_id AS SessionId, client_id AS ClientId, user_id AS UserId, issuer AS Issuer, attempts AS Attempt
                """,
                new { now },
                scope.Transaction)).AsList(),
            ct);
    }

    /// <summary>Drops a notice that was delivered or given up.</summary>
    /// <param name="notice">The notice.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public Task DropAsync(LogoutNotice notice, CancellationToken ct) => database.WriteAsync(
        scope => scope.Connection.ExecuteAsync(
            "DELETE FROM session_applications WHERE environment_id = @Environment AND session_id = @SessionId AND client_id = @ClientId", notice, scope.Transaction),
        ct);

    /// <summary>Says that there may be work, after the transaction that made it.</summary>
    public void Wake()
    {
        try
        {
            _work.Release();
        }
        catch (SemaphoreFullException)
        {
            // It was said already.
        }
    }

    /// <summary>Waits until there may be work: at once after <see cref="Wake"/>, otherwise a quarter of a minute, for what other nodes or a sweep left.</summary>
    /// <param name="ct">Ends the wait.</param>
    public async Task WaitAsync(CancellationToken ct)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var woken = _work.WaitAsync(enough.Token);
        await Task.WhenAny(woken, Task.Delay(TimeSpan.FromSeconds(15), time, enough.Token));
        await enough.CancelAsync();
        ct.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public void Dispose() => _work.Dispose();
}
