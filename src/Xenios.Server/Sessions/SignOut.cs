using Dapper;
using Xenios.Server.Hosting;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.Sessions;

/// <summary>Ends sessions, and with each what hangs on it: its codes and the access tokens without <c>offline_access</c> die, its applications are told (threats I03).</summary>
/// <remarks>
/// Grants with <c>offline_access</c> were given for the time after signing out (Back-Channel Logout §2.7) and live on when the person signs out or the session
/// expires. When an administrator ends a session, or blocks the person, they end too.
/// </remarks>
internal sealed class SignOut(Database database, SessionApplications applications, RevokedGrants revoked, TimeProvider time)
{
    /// <summary>The person signs out of a browser.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="cookie">Value of the session's cookie.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public async Task EndAsync(string environment, string cookie, CancellationToken ct)
    {
        await database.WriteAsync(scope => EndAsync("cookie_hash = @hash", new { environment, hash = Secrets.KeyOf(cookie) }, environment, scope), ct);
        applications.Wake();
    }

    /// <summary>An administrator, or the person from elsewhere, ends one session and every grant that began in it.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id; another person's session is left alone.</param>
    /// <param name="session">Public id of the session.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>Whether there was such a session.</returns>
    public async Task<bool> RevokeAsync(string environment, string user, string session, CancellationToken ct)
    {
        var ended = await database.WriteAsync(scope => RevokeAsync(environment, user, session, scope), ct);
        applications.Wake();
        return ended;
    }

    /// <summary>An administrator ends one session and every grant that began in it, as part of a transaction.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id; another person's session is left alone.</param>
    /// <param name="session">Public id of the session.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>Whether there was such a session. Its applications are told after <see cref="Wake"/>, or within a quarter of a minute.</returns>
    public async Task<bool> RevokeAsync(string environment, string user, string session, WriteScope scope)
    {
        var count = await EndAsync("user_id = @user AND session_id = @session", new { environment, user, session }, environment, scope);
        if (count > 0)
        {
            await EndGrantsAsync("user_id = @user AND session_id = @session", new { environment, user, session, now = Now }, environment, scope);
        }

        return count > 0;
    }

    /// <summary>Says that applications may have to be told, after a transaction that ended sessions.</summary>
    public void Wake() => applications.Wake();

    /// <summary>Ends all sessions and all grants of a person.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>How many sessions ended.</returns>
    public async Task<int> RevokeAllAsync(string environment, string user, CancellationToken ct)
    {
        var ended = await database.WriteAsync(scope => RevokeAllAsync(environment, user, scope), ct);
        applications.Wake();
        return ended;
    }

    /// <summary>Ends all sessions and all grants of a person as part of a transaction, such as the one that blocks them.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="scope">The transaction.</param>
    /// <param name="except">Public id of the session that goes on with its grants; null for none.</param>
    /// <returns>How many sessions ended. Their applications are told within a quarter of a minute.</returns>
    public async Task<int> RevokeAllAsync(string environment, string user, WriteScope scope, string? except = null)
    {
        except ??= "";

        // Also what applications hold that know the person by the subject of a guest (local_subject).
        const string Theirs = "(user_id = @user OR user_id IN (SELECT subject FROM guests WHERE environment_id = @environment AND user_id = @user)) AND session_id <> @except";
        var ended = await EndAsync(Theirs, new { environment, user, except }, environment, scope);
        await EndGrantsAsync(Theirs, new { environment, user, except, now = Now }, environment, scope);
        return ended;
    }

    /// <summary>Ends what people have who came by a connection, as the beginning of the transaction that deletes it: a way in that is gone keeps nobody in (threats A03).</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="connection">Connection id.</param>
    /// <param name="slug">Its slug.</param>
    /// <param name="scope">The transaction; the identities are still there.</param>
    public async Task RevokeConnectionAsync(string environment, string connection, string slug, WriteScope scope)
    {
        const string Theirs =
            """
            (user_id IN (SELECT user_id FROM linked_identities WHERE environment_id = @environment AND connection_id = @connection)
             OR (user_id, session_id) IN (SELECT s.user_id, s.session_id FROM sessions s WHERE s.environment_id = @environment AND s.connection = @slug))
            """;
        await EndGrantsAsync(Theirs, new { environment, connection, slug, now = Now }, environment, scope);
        await EndAsync(Theirs, new { environment, connection, slug }, environment, scope);
    }

    private async Task<int> EndAsync(string which, object parameters, string environment, WriteScope scope)
    {
        var sessions = (await scope.Connection.QueryAsync<string>(
            $"DELETE FROM sessions WHERE environment_id = @environment AND {which} RETURNING session_id", parameters, scope.Transaction)).AsList();
        foreach (var session in sessions)
        {
            await SessionApplications.EndedAsync(environment, session, time.GetUtcNow(), scope);
        }

        return sessions.Count;
    }

    // The refresh tokens and, by the mark, the access tokens that are out.
    private async Task EndGrantsAsync(string which, object parameters, string environment, WriteScope scope)
    {
        var families = (await scope.Connection.QueryAsync<string>(
            $"UPDATE token_families SET revoked_at = @now WHERE environment_id = @environment AND {which} AND revoked_at IS NULL AND expires_at > @now RETURNING family_id",
            parameters,
            scope.Transaction)).AsList();
        foreach (var family in families)
        {
            await revoked.RevokeAsync(environment, family, "signed out", scope);
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();
}
