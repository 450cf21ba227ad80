using Dapper;
using Xenios.Protocol.Authorize;
using Xenios.Server.Hosting;
using Xenios.Server.Storage;

namespace Xenios.Server.Sessions;

/// <summary>A signed-in browser.</summary>
internal sealed record Session
{
    /// <summary>Public id, the <c>sid</c> claim.</summary>
    public required string Id { get; init; }

    /// <summary>The person.</summary>
    public required string UserId { get; init; }

    /// <summary>Base URL of the host it belongs to: on any other it is nobody's.</summary>
    public required string Host { get; init; }

    /// <summary>Slug of the connection the person came by.</summary>
    public string? Connection { get; init; }

    /// <summary>When the person signed in.</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>Whether it is proved that the person showed credentials then; an upstream that only remembered the person proves nothing (threats B10).</summary>
    public bool Proved { get; init; }

    /// <summary>Whether an address of the person is known, confirmed or given by the upstream. Read with the session, not stored with it.</summary>
    public bool HasEmail { get; init; }

    /// <summary>What the rules of the protocol need to know.</summary>
    public SessionState State => new(UserId, AuthTime, Proved);
}

/// <summary>Sessions: found by the hash of the cookie, gone when signed out.</summary>
internal sealed class SessionStore(Database database, TimeProvider time)
{
    /// <summary>How long a session lives at most.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The live session of a cookie: one read, none without a cookie.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="host">Base URL of the host in use.</param>
    /// <param name="cookie">The cookie's value, or null.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Session?> FindAsync(string environment, string host, string? cookie, CancellationToken ct)
    {
        if (cookie is null)
        {
            return null;
        }

        var row = await database.ReadAsync(
            db => db.QuerySingleOrDefaultAsync<Row>(
                """
                SELECT s.session_id AS Id, s.user_id AS UserId, s.host AS Host, s.connection AS Connection, s.auth_time AS AuthTime, s.proved AS Proved,
                       CASE WHEN u.email IS NOT NULL OR EXISTS (
                           SELECT 1 FROM linked_identities i WHERE i.environment_id = s.environment_id AND i.user_id = s.user_id AND i.email IS NOT NULL) THEN 1 ELSE 0 END AS HasEmail
                FROM sessions s JOIN users u ON u.environment_id = s.environment_id AND u.user_id = s.user_id
                WHERE s.environment_id = @environment AND s.cookie_hash = @hash AND s.host = @host AND s.expires_at > @now AND u.status = 'active'
                """,
                new { environment, hash = Secrets.Hash(cookie), host, now = time.GetUtcNow().ToUnixTimeMilliseconds() }),
            ct);
        return row is null
            ? null
            : new Session
            {
                Id = row.Id,
                UserId = row.UserId,
                Host = row.Host,
                Connection = row.Connection,
                AuthTime = DateTimeOffset.FromUnixTimeMilliseconds(row.AuthTime),
                Proved = row.Proved == 1,
                HasEmail = row.HasEmail == 1,
            };
    }

    /// <summary>Whether a session that was found earlier still lives, as part of a transaction.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="session">The session as it was found.</param>
    /// <param name="scope">The transaction.</param>
    public async Task<bool> LivesAsync(string environment, Session session, WriteScope scope) => await scope.Connection.ExecuteScalarAsync<long>(
        """
        SELECT COUNT(*) FROM sessions s JOIN users u ON u.environment_id = s.environment_id AND u.user_id = s.user_id
        WHERE s.environment_id = @environment AND s.session_id = @Id AND s.user_id = @UserId AND s.host = @Host AND s.expires_at > @now AND u.status = 'active'
        """,
        new { environment, session.Id, session.UserId, session.Host, now = time.GetUtcNow().ToUnixTimeMilliseconds() },
        scope.Transaction) == 1;

    /// <summary>Opens a session under a new cookie value and ends the one it replaces: no value survives a sign-in (threats G01).</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="session">The session. A person who signs in again keeps the public id, so that applications served before can still name it.</param>
    /// <param name="replaced">Cookie value of the browser's former session, or null.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>The session as it was opened, and its cookie's value.</returns>
    public async Task<(Session Opened, string Cookie)> OpenAsync(string environment, Session session, string? replaced, WriteScope scope)
    {
        var now = time.GetUtcNow();
        var former = replaced is null ? null : await scope.Connection.ExecuteScalarAsync<string?>(
            """
            DELETE FROM sessions WHERE environment_id = @environment AND cookie_hash = @hash
            RETURNING CASE WHEN user_id = @UserId AND host = @Host AND expires_at > @now THEN session_id END
            """,
            new { environment, hash = Secrets.Hash(replaced), session.UserId, session.Host, now = now.ToUnixTimeMilliseconds() },
            scope.Transaction);
        var opened = former is null ? session : session with { Id = former };
        var cookie = Secrets.New();
        await scope.Connection.ExecuteAsync(
            """
            INSERT INTO sessions (environment_id, cookie_hash, session_id, user_id, host, connection, auth_time, proved, expires_at)
            VALUES (@environment, @hash, @Id, @UserId, @Host, @Connection, @authTime, @proved, @expires)
            """,
            new
            {
                environment,
                hash = Secrets.Hash(cookie),
                opened.Id,
                opened.UserId,
                opened.Host,
                opened.Connection,
                authTime = opened.AuthTime.ToUnixTimeMilliseconds(),
                proved = opened.Proved ? 1L : 0L,
                expires = (now + Lifetime).ToUnixTimeMilliseconds(),
            },
            scope.Transaction);
        return (opened, cookie);
    }

    /// <summary>Ends the session of a cookie.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="cookie">The cookie's value.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task EndAsync(string environment, string cookie, CancellationToken ct) => database.WriteAsync(
        scope => scope.Connection.ExecuteAsync(
            "DELETE FROM sessions WHERE environment_id = @environment AND cookie_hash = @hash", new { environment, hash = Secrets.Hash(cookie) }, scope.Transaction),
        ct);

    private sealed class Row
    {
        public string Id { get; init; } = "";

        public string UserId { get; init; } = "";

        public string Host { get; init; } = "";

        public string? Connection { get; init; }

        public long AuthTime { get; init; }

        public long Proved { get; init; }

        public long HasEmail { get; init; }
    }
}
