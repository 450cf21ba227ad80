using Dapper;
using Xenios.Protocol;
using Xenios.Server.Connections;
using Xenios.Server.Connectors;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>What changed about an account's identities, for whoever tells its owner.</summary>
/// <param name="Handle">Handle of the identity, or its subject where it had none.</param>
/// <param name="ConnectionId">Its connection.</param>
/// <param name="Address">The account's confirmed address; null for none.</param>
internal sealed record IdentityChange(string Handle, string ConnectionId, string? Address);

/// <summary>
/// Connects and disconnects identities on request: of the signed-in person, or of an administrator, never of anybody else (D3, invariant b). The caller has made
/// sure who asks; both end every other session of the account (threats A03).
/// </summary>
internal sealed class IdentityAdmin(Database database, IdentityWriter identities)
{
    /// <summary>The account is blocked or gone.</summary>
    public const string Blocked = AccountRules.Blocked;

    /// <summary>The identity belongs to another account here (S22): it is never moved in silence.</summary>
    public const string OfAnotherAccount = "identity_of_another_account";

    /// <summary>The account has another identity of this connection (S23).</summary>
    public const string HasAnother = "account_has_another_identity";

    /// <summary>There is no such identity.</summary>
    public const string Unknown = "identity_unknown";

    /// <summary>Nothing else would let the person in.</summary>
    public const string LastWayIn = "last_way_in";

    /// <summary>Connects an identity with an account.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">The account.</param>
    /// <param name="connection">The connection the identity came by.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="replace">Whether the account's present identity of this connection goes.</param>
    /// <param name="session">Public id of the session that goes on; null for none.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>What changed, or one of the codes of this class.</returns>
    public Task<Result<IdentityChange, string>> LinkAsync(
        string environment, string user, Connection connection, ExternalIdentity identity, bool replace, string? session, CancellationToken ct) =>
        WriteAsync(scope => LinkAsync(environment, user, connection, identity, replace, session, scope), ct);

    /// <summary>Connects an identity with an account as part of a transaction, which is of no use when it fails.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">The account.</param>
    /// <param name="connection">The connection of the identity.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="replace">Whether the account's present identity of this connection goes.</param>
    /// <param name="session">Public id of the session that goes on; null for none.</param>
    /// <param name="scope">The transaction.</param>
    /// <param name="used">Whether the person signs in with it now; false where an administrator names it.</param>
    /// <returns>What changed, or one of the codes of this class.</returns>
    public async Task<Result<IdentityChange, string>> LinkAsync(
        string environment, string user, Connection connection, ExternalIdentity identity, bool replace, string? session, WriteScope scope, bool used = true)
    {
        var (owner, others) = await scope.Connection.QuerySingleAsync<(string? Owner, long Others)>(
            """
            SELECT (SELECT user_id FROM linked_identities WHERE environment_id = @environment AND connection_id = @Id AND issuer = @Issuer AND subject = @Subject) AS Owner,
                   (SELECT COUNT(*) FROM linked_identities WHERE environment_id = @environment AND connection_id = @Id AND user_id = @user) AS Others
            """,
            new { environment, connection.Id, identity.Issuer, identity.Subject, user },
            scope.Transaction);
        var change = new IdentityChange(identity.Handle ?? identity.Subject, connection.Id, await AccountLookup.ConfirmedAddressAsync(environment, user, scope));
        if (owner is not null)
        {
            return owner == user ? change : OfAnotherAccount;
        }

        if (others > 0 && !replace)
        {
            return HasAnother;
        }

        var (attached, _) = await identities.LinkAsync(environment, user, connection.Id, identity, null, others > 0, scope, used);
        if (!attached)
        {
            return await AccountWriter.IsActiveAsync(environment, user, scope) ? OfAnotherAccount : Blocked;
        }

        await identities.EndSessionsAsync(environment, user, session, scope);
        return change;
    }

    /// <summary>Disconnects an identity, unless it is the last way in.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">The account.</param>
    /// <param name="identity">Identity id.</param>
    /// <param name="emailIsWayIn">Whether some application lets people in by a code to their confirmed address.</param>
    /// <param name="session">Public id of the session that goes on; null for none.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>What changed, or one of the codes of this class.</returns>
    public Task<Result<IdentityChange, string>> UnlinkAsync(
        string environment, string user, string identity, bool emailIsWayIn, string? session, CancellationToken ct) =>
        WriteAsync(scope => UnlinkAsync(environment, user, identity, emailIsWayIn, session, scope), ct);

    /// <summary>Disconnects an identity as part of a transaction, which is of no use when it fails.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">The account.</param>
    /// <param name="identity">Identity id.</param>
    /// <param name="emailIsWayIn">Whether some application lets people in by a code to their confirmed address.</param>
    /// <param name="session">Public id of the session that goes on; null for none.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>What changed, or one of the codes of this class.</returns>
    public async Task<Result<IdentityChange, string>> UnlinkAsync(string environment, string user, string identity, bool emailIsWayIn, string? session, WriteScope scope)
    {
        // The user's row is held from here on: of two that go at once, the second sees that the first is gone.
        var held = await scope.Connection.ExecuteAsync(
            "UPDATE users SET updated_at = updated_at WHERE environment_id = @environment AND user_id = @user", new { environment, user }, scope.Transaction);
        var ways = await scope.Connection.QuerySingleOrDefaultAsync<Ways>(
            """
            SELECT i.connection_id AS ConnectionId, u.email AS Email, u.email_verified AS EmailVerified,
                   CASE WHEN u.password_hash IS NOT NULL AND (u.username IS NOT NULL OR u.email_verified = 1) THEN 1 ELSE 0 END AS HasPassword,
                   (SELECT COUNT(*) FROM linked_identities o WHERE o.environment_id = u.environment_id AND o.user_id = u.user_id) AS Identities
            FROM linked_identities i JOIN users u ON u.environment_id = i.environment_id AND u.user_id = i.user_id
            WHERE i.environment_id = @environment AND i.identity_id = @identity AND i.user_id = @user
            """,
            new { environment, identity, user },
            scope.Transaction);
        if (held == 0 || ways is null)
        {
            return Unknown;
        }

        if (ways is { Identities: <= 1, HasPassword: 0 } && !(emailIsWayIn && ways.EmailVerified == 1))
        {
            return LastWayIn;
        }

        var handle = await identities.DetachAsync(environment, user, identity, scope);
        await identities.EndSessionsAsync(environment, user, session, scope);
        return new IdentityChange(handle!, ways.ConnectionId, ways.EmailVerified == 1 ? ways.Email : null);
    }

    private Task<Result<IdentityChange, string>> WriteAsync(Func<WriteScope, Task<Result<IdentityChange, string>>> write, CancellationToken ct) => database.WriteAsync(
        async scope =>
        {
            var result = await write(scope);
            if (!result.TryGet(out _, out _))
            {
                scope.Abandon();
            }

            return result;
        },
        ct);

    private sealed class Ways
    {
        public string ConnectionId { get; init; } = "";

        public string? Email { get; init; }

        public long EmailVerified { get; init; }

        public long HasPassword { get; init; }

        public long Identities { get; init; }
    }
}
