using Dapper;
using Xenios.Server.Connectors;
using Xenios.Server.Hosting;
using Xenios.Server.Sessions;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>The only writer of linked identities and of what hangs on them: handles, and claims to an address that somebody else proved.</summary>
internal sealed class IdentityWriter(SignOut signOut, TimeProvider time)
{
    /// <summary>Attaches an identity to a user that was created in the same transaction.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="connection">Connection id.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="scope">The transaction.</param>
    /// <param name="used">Whether the person signs in with it now; false where an administrator names it.</param>
    /// <returns>False when the identity is attached already, to whomever, or the user has another one of this connection: nothing was written.</returns>
    public async Task<bool> AttachAsync(string environment, string user, string connection, ExternalIdentity identity, WriteScope scope, bool used = true)
    {
        var now = time.GetUtcNow();
        var id = Secrets.NewId("idn", now);
        var attached = await scope.Connection.ExecuteAsync(
            """
            INSERT INTO linked_identities (environment_id, identity_id, user_id, connection_id, connector, issuer, subject, handle, email, linked_at, last_used_at)
            VALUES (@environment, @id, @user, @connection, @Connector, @Issuer, @Subject, @Handle, @email, @now, @used)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                environment,
                id,
                user,
                connection,
                identity.Connector,
                identity.Issuer,
                identity.Subject,
                identity.Handle,
                email = EmailAddress.Parse(identity.Email)?.Text,
                now = now.ToUnixTimeMilliseconds(),
                used = used ? now.ToUnixTimeMilliseconds() : 0L,
            },
            scope.Transaction) == 1;
        if (attached && identity.Handle is { } handle)
        {
            await NoteHandleAsync(environment, id, connection, identity, handle, scope);
        }

        return attached;
    }

    /// <summary>Attaches an identity to a user that was there before, if what the rules relied on is still so where it is written (threats, invariant 6).</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="connection">Connection id.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="proved">The address that was proved and must be the user's confirmed one; null when the person signed in to the account.</param>
    /// <param name="replaces">Whether the user's former identity of this connection goes.</param>
    /// <param name="scope">The transaction.</param>
    /// <param name="used">Whether the person signs in with it now; false where an administrator names it.</param>
    /// <returns>False when it is not so any more: the transaction is of no use then. Otherwise the handle that went.</returns>
    public async Task<(bool Attached, string? Replaced)> LinkAsync(
        string environment, string user, string connection, ExternalIdentity identity, EmailAddress? proved, bool replaces, WriteScope scope, bool used = true)
    {
        // A conditional write of the user's row: it holds the row until the end, so that nobody blocks or changes it in between.
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var holds = await scope.Connection.ExecuteAsync(
            """
            UPDATE users SET updated_at = @now
            WHERE environment_id = @environment AND user_id = @user AND status = 'active'
              AND (@key IS NULL OR (email_key = @key AND email_verified = 1 AND sign_in_to_link = 0
                AND NOT EXISTS (SELECT 1 FROM administrators a WHERE a.environment_id = @environment AND a.user_id = @user)))
            """,
            new { environment, user, key = proved?.Key, now },
            scope.Transaction) == 1;
        if (!holds)
        {
            return (false, null);
        }

        var replaced = replaces
            ? await scope.Connection.ExecuteScalarAsync<string?>(
                "SELECT identity_id FROM linked_identities WHERE environment_id = @environment AND user_id = @user AND connection_id = @connection",
                new { environment, user, connection },
                scope.Transaction)
            : null;
        var former = replaced is null ? null : await DetachAsync(environment, user, replaced, scope);
        return (await AttachAsync(environment, user, connection, identity, scope, used), former);
    }

    /// <summary>Takes an identity from its user. Its handles stay in the history.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="identity">Identity id.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>Its handle, or its subject where it had none; null when there is no such identity.</returns>
    public async Task<string?> DetachAsync(string environment, string user, string identity, WriteScope scope)
    {
        var former = await scope.Connection.ExecuteScalarAsync<string?>(
            "DELETE FROM linked_identities WHERE environment_id = @environment AND identity_id = @identity AND user_id = @user RETURNING COALESCE(handle, subject)",
            new { environment, identity, user },
            scope.Transaction);
        await scope.Connection.ExecuteAsync(
            "UPDATE identity_handles SET seen_until = @now WHERE environment_id = @environment AND identity_id = @identity AND seen_until IS NULL",
            new { environment, identity, now = time.GetUtcNow().ToUnixTimeMilliseconds() },
            scope.Transaction);
        return former;
    }

    /// <summary>Notes the handle an identity has now. Whoever had it before has it no longer: a handle that changed hands leads to nobody's past.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="id">Identity id.</param>
    /// <param name="connection">Connection id.</param>
    /// <param name="identity">What came back.</param>
    /// <param name="handle">Its handle.</param>
    /// <param name="scope">The transaction.</param>
    public async Task NoteHandleAsync(string environment, string id, string connection, ExternalIdentity identity, string handle, WriteScope scope)
    {
        var values = new
        {
            environment,
            id,
            connection,
            identity.Issuer,
            identity.Subject,
            handle,
            key = Key(handle),
            now = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };

        // The same account at the upstream may be known by two connections; that is nobody else.
        var others = (await scope.Connection.QueryAsync<string>(
            """
            SELECT h.identity_id FROM identity_handles h JOIN linked_identities i ON i.environment_id = h.environment_id AND i.identity_id = h.identity_id
            WHERE h.environment_id = @environment AND h.issuer = @Issuer AND h.handle_key = @key AND h.seen_until IS NULL AND i.subject <> @Subject
            """,
            values,
            scope.Transaction)).AsList();
        foreach (var other in others)
        {
            await scope.Connection.ExecuteAsync(
                "UPDATE linked_identities SET handle = NULL WHERE environment_id = @environment AND identity_id = @other", new { environment, other }, scope.Transaction);
            await scope.Connection.ExecuteAsync(
                "UPDATE identity_handles SET seen_until = @now WHERE environment_id = @environment AND identity_id = @other AND handle_key = @key AND seen_until IS NULL",
                new { environment, other, values.key, values.now },
                scope.Transaction);
        }

        await scope.Connection.ExecuteAsync(
            "UPDATE identity_handles SET seen_until = @now WHERE environment_id = @environment AND identity_id = @id AND handle_key <> @key AND seen_until IS NULL", values, scope.Transaction);
        await scope.Connection.ExecuteAsync(
            """
            INSERT INTO identity_handles (environment_id, identity_id, connection_id, issuer, handle, handle_key, seen_from, seen_until, user_id)
            SELECT @environment, @id, @connection, @Issuer, @handle, @key, @now, NULL, (SELECT user_id FROM linked_identities WHERE environment_id = @environment AND identity_id = @id)
            WHERE NOT EXISTS (SELECT 1 FROM identity_handles h WHERE h.environment_id = @environment AND h.identity_id = @id AND h.handle_key = @key AND h.seen_until IS NULL)
            ON CONFLICT DO NOTHING
            """,
            values,
            scope.Transaction);
    }

    /// <summary>Ends every claim of an active account to an address that never proved it: the address, the password chosen with it, and what was opened with it go (threats A01, A03, A04).</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="address">The address that somebody proved.</param>
    /// <param name="owner">Who proved it.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>Whether there was such a claim.</returns>
    public async Task<bool> EndClaimsAsync(string environment, EmailAddress address, string owner, WriteScope scope)
    {
        var claimants = (await scope.Connection.QueryAsync<string>(
            """
            UPDATE users SET email = NULL, email_key = NULL, email_verified_by = NULL, password_hash = NULL, updated_at = @now
            WHERE environment_id = @environment AND email_key = @Key AND email_verified = 0 AND user_id <> @owner AND status = 'active'
              AND NOT EXISTS (SELECT 1 FROM administrators a WHERE a.environment_id = users.environment_id AND a.user_id = users.user_id)
            RETURNING user_id
            """,
            new { environment, address.Key, owner, now = time.GetUtcNow().ToUnixTimeMilliseconds() },
            scope.Transaction)).AsList();
        foreach (var claimant in claimants)
        {
            await EndSessionsAsync(environment, claimant, null, scope);

            // Nobody can ever have come in by it, and nobody will.
            await scope.Connection.ExecuteAsync(
                """
                DELETE FROM users WHERE environment_id = @environment AND user_id = @claimant AND username IS NULL
                  AND NOT EXISTS (SELECT 1 FROM linked_identities i WHERE i.environment_id = @environment AND i.user_id = @claimant)
                """,
                new { environment, claimant },
                scope.Transaction);
        }

        return claimants.Count > 0;
    }

    /// <summary>Ends a user's sessions and refresh tokens, as every change of the ways in does (threats A03).</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="except">Public id of the session that goes on; null for none.</param>
    /// <param name="scope">The transaction.</param>
    public Task EndSessionsAsync(string environment, string user, string? except, WriteScope scope) => signOut.RevokeAllAsync(environment, user, scope, except);

    // Handles are ASCII and compared without regard to case, as X does.
    private static string Key(string handle) => handle.ToLowerInvariant();
}
