using System.Data.Common;
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
    /// <summary>When it was last used, to within <see cref="SessionLimits.Step"/>; set when it is opened.</summary>
    public DateTimeOffset LastUsedAt { get; init; }

    /// <summary>When it ends unless it is used; set when it is opened.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it ends however much it is used; set when it is opened.</summary>
    public DateTimeOffset EndsAt { get; init; }
}

/// <summary>Sessions: found by the time and the hash of the cookie, gone when signed out. <see cref="SignOut"/> ends them.</summary>
internal sealed class SessionStore(Database database, TimeProvider time)
{
    /// <summary>Most sessions of one person that are listed.</summary>
    public const int MostListed = 100;

    private const string Columns =
        """
        s.session_id AS Id, s.user_id AS UserId, s.host AS Host, s.connection AS Connection, s.auth_time AS AuthTime,
        s.last_used_at AS LastUsedAt, s.expires_at AS ExpiresAt, s.ends_at AS EndsAt
        """;

    // An active account, or somebody without one whose account behind it, if there is any, is active.
    private const string IsSomebody =
        """
        (u.status = 'active' OR (u.user_id IS NULL AND EXISTS (
            SELECT 1 FROM guests g LEFT JOIN users v ON v.environment_id = g.environment_id AND v.user_id = g.user_id
            WHERE g.environment_id = s.environment_id AND g.subject = s.user_id AND (g.user_id IS NULL OR v.status = 'active'))))
        """;

    private static readonly Statement Insert = new(
        """
        INSERT INTO sessions (environment_id, cookie_hash, session_id, user_id, host, connection, auth_time, proved, last_used_at, expires_at, ends_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """);

    private static readonly Statement Select = new(
        $"""
        SELECT s.session_id, s.user_id, s.host, s.connection, s.auth_time, s.last_used_at, s.expires_at, s.ends_at, s.proved,
               CASE WHEN u.user_id IS NULL OR u.email IS NOT NULL OR EXISTS (
                   SELECT 1 FROM linked_identities i WHERE i.environment_id = s.environment_id AND i.user_id = s.user_id AND i.email IS NOT NULL) THEN 1 ELSE 0 END
        FROM sessions s LEFT JOIN users u ON u.environment_id = s.environment_id AND u.user_id = s.user_id
        WHERE s.environment_id = $1 AND s.cookie_hash = $2 AND s.host = $3 AND s.expires_at > $4 AND {IsSomebody}
        """);

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

        return await database.FirstAsync(Select, Read, ct, environment, Secrets.KeyOf(cookie), host, time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <summary>Whether a session that was found earlier still lives, as part of a transaction.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="session">The session as it was found.</param>
    /// <param name="scope">The transaction.</param>
    public async Task<bool> LivesAsync(string environment, Session session, WriteScope scope) => await scope.Connection.ExecuteScalarAsync<long>(
        $"""
        SELECT COUNT(*) FROM sessions s LEFT JOIN users u ON u.environment_id = s.environment_id AND u.user_id = s.user_id
        WHERE s.environment_id = @environment AND s.session_id = @Id AND s.user_id = @UserId AND s.host = @Host AND s.expires_at > @now AND {IsSomebody}
        """,
        new { environment, session.Id, session.UserId, session.Host, now = time.GetUtcNow().ToUnixTimeMilliseconds() },
        scope.Transaction) == 1;

    /// <summary>A person's live sessions, the last used first, at most <see cref="MostListed"/>.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<IReadOnlyList<Session>> ListAsync(string environment, string user, CancellationToken ct) => database.ReadAsync(
        async db => (IReadOnlyList<Session>)
        [
            .. (await db.QueryAsync<Row>(
                $"""
                SELECT {Columns} FROM sessions s WHERE s.environment_id = @environment AND s.user_id = @user AND s.expires_at > @now
                ORDER BY s.last_used_at DESC, s.session_id DESC LIMIT {MostListed}
                """,
                new { environment, user, now = time.GetUtcNow().ToUnixTimeMilliseconds() })).Select(row => row.ToSession()),
        ],
        ct);

    /// <summary>Opens a session under a new cookie value and ends the one it replaces: no value survives a sign-in (threats G01).</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="limits">How long it lives.</param>
    /// <param name="session">The session. A person who signs in again keeps the public id, so that applications served before can still name it.</param>
    /// <param name="replaced">Cookie value of the browser's former session, or null.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>The session as it was opened, and its cookie's value.</returns>
    public async Task<(Session Opened, string Cookie)> OpenAsync(string environment, SessionLimits limits, Session session, string? replaced, WriteScope scope)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var former = replaced is null ? default : await scope.Connection.QuerySingleOrDefaultAsync<(string? Id, long IsKept)>(
            """
            DELETE FROM sessions WHERE environment_id = @environment AND cookie_hash = @hash
            RETURNING session_id, CASE WHEN user_id = @UserId AND host = @Host AND expires_at > @now THEN 1 ELSE 0 END
            """,
            new { environment, hash = Secrets.KeyOf(replaced), session.UserId, session.Host, now = now.ToUnixTimeMilliseconds() },
            scope.Transaction);
        if (former is { Id: { } ended, IsKept: 0 })
        {
            await SessionApplications.EndedAsync(environment, ended, now, scope);
        }

        var opened = session with
        {
            Id = former is { Id: { } kept, IsKept: 1 } ? kept : session.Id,
            LastUsedAt = now,
            ExpiresAt = now + limits.Idle,
            EndsAt = now + limits.Lifetime,
        };
        var cookie = Secrets.NewHandle(now);
        await scope.ExecuteAsync(
            Insert,
            environment,
            Secrets.KeyOf(cookie),
            opened.Id,
            opened.UserId,
            opened.Host,
            opened.Connection,
            opened.AuthTime.ToUnixTimeMilliseconds(),
            opened.Proved ? 1L : 0L,
            now.ToUnixTimeMilliseconds(),
            opened.ExpiresAt.ToUnixTimeMilliseconds(),
            opened.EndsAt.ToUnixTimeMilliseconds());
        return (opened, cookie);
    }

    /// <summary>Whether a use of a session has to be noted: once per <see cref="SessionLimits.Step"/>.</summary>
    /// <param name="limits">How long it may lie unused.</param>
    /// <param name="session">The session as it was found.</param>
    public bool IsUseUnwritten(SessionLimits limits, Session session) => time.GetUtcNow() - session.LastUsedAt >= limits.Step;

    /// <summary>Notes that a session is used, which moves its idle limit, in a transaction that is needed anyway.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="limits">How long it may lie unused.</param>
    /// <param name="session">The session.</param>
    /// <param name="scope">The transaction.</param>
    public Task NoteUseAsync(string environment, SessionLimits limits, Session session, WriteScope scope)
    {
        var now = time.GetUtcNow();
        return scope.Connection.ExecuteAsync(
            """
            UPDATE sessions SET last_used_at = @now, expires_at = CASE WHEN @idle < ends_at THEN @idle ELSE ends_at END
            WHERE environment_id = @environment AND session_id = @Id AND expires_at > @now
            """,
            new { now = now.ToUnixTimeMilliseconds(), idle = (now + limits.Idle).ToUnixTimeMilliseconds(), environment, session.Id },
            scope.Transaction);
    }

    /// <summary>Notes that a session is used, where nothing else is written: at most once per <see cref="SessionLimits.Step"/>.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="limits">How long it may lie unused.</param>
    /// <param name="session">The session as it was found.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public Task NoteUseAsync(string environment, SessionLimits limits, Session session, CancellationToken ct) => !IsUseUnwritten(limits, session)
        ? Task.CompletedTask
        : database.WriteAsync(
            async scope =>
            {
                await NoteUseAsync(environment, limits, session, scope);
                return true;
            },
            ct);

    private static Session Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        UserId = row.GetString(1),
        Host = row.GetString(2),
        Connection = row.IsDBNull(3) ? null : row.GetString(3),
        AuthTime = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        LastUsedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
        ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
        EndsAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(7)),
        Proved = row.GetInt64(8) == 1,
        HasEmail = row.GetInt64(9) == 1,
    };

    private sealed class Row
    {
        public string Id { get; init; } = "";

        public string UserId { get; init; } = "";

        public string Host { get; init; } = "";

        public string? Connection { get; init; }

        public long AuthTime { get; init; }

        public long LastUsedAt { get; init; }

        public long ExpiresAt { get; init; }

        public long EndsAt { get; init; }

        public Session ToSession() => new()
        {
            Id = Id,
            UserId = UserId,
            Host = Host,
            Connection = Connection,
            AuthTime = DateTimeOffset.FromUnixTimeMilliseconds(AuthTime),
            LastUsedAt = DateTimeOffset.FromUnixTimeMilliseconds(LastUsedAt),
            ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt),
            EndsAt = DateTimeOffset.FromUnixTimeMilliseconds(EndsAt),
        };
    }
}
