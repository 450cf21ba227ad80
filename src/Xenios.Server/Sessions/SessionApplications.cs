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

/// <summary>Everything one application has to be told.</summary>
/// <param name="Environment">Environment id.</param>
/// <param name="ClientId">The application's <c>client_id</c>.</param>
internal sealed record LogoutQueue(string Environment, string ClientId);

/// <summary>Which applications took part in a session and want to hear of its end (OpenID Connect Back-Channel Logout 1.0). The rows are the queue of those still to be told.</summary>
internal sealed class SessionApplications(Database database, TimeProvider time) : IDisposable
{
    /// <summary>Tries before an application is given up on: at once, then after 30 seconds, 2 minutes, 10 minutes, an hour and 6 hours.</summary>
    public const int MostAttempts = 6;

    private const int Batch = 16;
    private const int MostQueues = 128;

    // When the try after so many is due.
    private const string NextTry = "@now + CASE attempts WHEN 0 THEN 30000 WHEN 1 THEN 120000 WHEN 2 THEN 600000 WHEN 3 THEN 3600000 ELSE 21600000 END";

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

    /// <summary>Whom something is due to be told, at most 128 applications.</summary>
    /// <param name="ct">Ends the reading.</param>
    public async Task<IReadOnlyList<LogoutQueue>> DueAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return await database.ReadAsync(
            async db => (await db.QueryAsync<LogoutQueue>(
                "SELECT DISTINCT environment_id AS Environment, client_id AS ClientId FROM session_applications WHERE due_at <= @now LIMIT @MostQueues", new { now, MostQueues })).AsList(),
            ct);
    }

    /// <summary>Takes an application's next notices, at most 16, and plans their next try: whoever dies while delivering loses none, and no two nodes deliver the same try.</summary>
    /// <param name="queue">The application.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public Task<IReadOnlyList<LogoutNotice>> TakeAsync(LogoutQueue queue, CancellationToken ct)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteAsync(
            async scope => (IReadOnlyList<LogoutNotice>)(await scope.Connection.QueryAsync<LogoutNotice>(
                $"""
                UPDATE session_applications SET attempts = attempts + 1, due_at = {NextTry}
                WHERE (environment_id, session_id, client_id) IN (
                    SELECT environment_id, session_id, client_id FROM session_applications
                    WHERE due_at <= @now AND environment_id = @Environment AND client_id = @ClientId ORDER BY due_at LIMIT {Batch}) AND due_at <= @now
                RETURNING environment_id AS Environment, session_id AS SessionId, client_id AS ClientId, user_id AS UserId, issuer AS Issuer, attempts AS Attempt
                """,
                new { now, queue.Environment, queue.ClientId },
                scope.Transaction)).AsList(),
            ct);
    }

    /// <summary>Counts everything that is due to be told to an application as tried.</summary>
    /// <param name="queue">The application.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>How many notices were given up with it.</returns>
    public Task<int> PostponeAsync(LogoutQueue queue, CancellationToken ct)
    {
        var of = new { now = time.GetUtcNow().ToUnixTimeMilliseconds(), queue.Environment, queue.ClientId, Last = MostAttempts - 1 };
        return database.WriteAsync(
            async scope =>
            {
                const string Due = "due_at <= @now AND environment_id = @Environment AND client_id = @ClientId";
                var givenUp = await scope.Connection.ExecuteAsync($"DELETE FROM session_applications WHERE {Due} AND attempts >= @Last", of, scope.Transaction);
                await scope.Connection.ExecuteAsync($"UPDATE session_applications SET attempts = attempts + 1, due_at = {NextTry} WHERE {Due}", of, scope.Transaction);
                return givenUp;
            },
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
