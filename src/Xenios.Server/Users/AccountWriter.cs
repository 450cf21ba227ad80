using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Connectors;
using Xenios.Server.Sessions;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>The only writer of users and their identities: whoever abandons a sign-in leaves nothing behind.</summary>
internal sealed class AccountWriter(IdentityWriter identities, SignOut signOut, TimeProvider time)
{
    private static readonly Statement Use = new(
        """
        UPDATE linked_identities SET handle = $1, email = $2, last_used_at = $3
        WHERE environment_id = $4 AND identity_id = $5 AND user_id = $6
          AND EXISTS (SELECT 1 FROM users u WHERE u.environment_id = $4 AND u.user_id = $6 AND u.status = 'active')
        """);

    private const string UniqueViolation = "23505";

    /// <summary>Creates a user.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">The user; its attributes are stored as they are.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>False when the user name or the confirmed address belongs to somebody: nothing was written.</returns>
    public async Task<bool> CreateAsync(string environment, NewUser user, WriteScope scope)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return await scope.Connection.ExecuteAsync(
            """
            INSERT INTO users (environment_id, user_id, status, username, username_key, email, email_key, email_verified, email_verified_by, password_hash, attributes,
                group_names, managed_by, sign_in_to_link, created_at, updated_at)
            VALUES (@environment, @Id, @status, @Username, @usernameKey, @email, @emailKey, @verified, @VerifiedBy, @PasswordHash, @attributes,
                @groups, @ManagedBy, @signInToLink, @now, @now)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                environment,
                user.Id,
                status = user.IsBlocked ? "blocked" : "active",
                user.Username,
                usernameKey = user.Username is null ? null : Usernames.Key(user.Username),
                email = user.Email?.Text,
                emailKey = user.Email?.Key,
                verified = user.VerifiedBy is null ? 0L : 1L,
                user.VerifiedBy,
                user.PasswordHash,
                attributes = WriteAttributes(user.Attributes),
                groups = WriteAttributes(user.Groups),
                user.ManagedBy,
                signInToLink = user.SignInToLink ? 1L : 0L,
                now,
            },
            scope.Transaction) == 1;
    }

    /// <summary>The first free user name: the wanted one, or one made from it.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="wanted">The name wanted.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>Null when none of sixteen is free.</returns>
    public static async Task<string?> FreeNameAsync(string environment, string wanted, WriteScope scope)
    {
        foreach (var name in Usernames.Alternatives(wanted).Prepend(wanted))
        {
            var taken = await scope.Connection.ExecuteScalarAsync<long>(
                "SELECT COUNT(*) FROM users WHERE environment_id = @environment AND username_key = @key", new { environment, key = Usernames.Key(name) }, scope.Transaction);
            if (taken == 0)
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>Whether a user may sign in now, asked in the transaction that opens the session.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="scope">The transaction.</param>
    public static async Task<bool> IsActiveAsync(string environment, string user, WriteScope scope) => await scope.Connection.ExecuteScalarAsync<long>(
        "SELECT COUNT(*) FROM users WHERE environment_id = @environment AND user_id = @user AND status = 'active'", new { environment, user }, scope.Transaction) == 1;

    /// <summary>Changes a user as an administrator said; what was not named stays. Blocking ends all sessions and grants, and so does another
    /// password or address: whoever came in by the former one is out (threats A03, E05).</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="resource">What was said.</param>
    /// <param name="email">The address in it; null for none.</param>
    /// <param name="verified">Whether the administrator vouches for that address; null to leave one that is stored already as it is.</param>
    /// <param name="passwordHash">Password hash to store.</param>
    /// <param name="attributes">Attributes to store, as JSON.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>False when the confirmed address belongs to another user: nothing was written.</returns>
    public async Task<bool> UpdateAsync(
        string environment, string user, UserResource resource, EmailAddress? email, bool? verified, string? passwordHash, string attributes, WriteScope scope)
    {
        var taken = verified == true && await scope.Connection.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM users WHERE environment_id = @environment AND email_key = @Key AND email_verified = 1 AND user_id <> @user",
            new { environment, email!.Key, user },
            scope.Transaction) > 0;
        if (taken)
        {
            return false;
        }

        var waysChanged = await scope.Connection.ExecuteScalarAsync<long>(
            """
            SELECT COUNT(*) FROM users WHERE environment_id = @environment AND user_id = @user
              AND (password_hash IS DISTINCT FROM @passwordHash OR COALESCE(@emailKey, email_key) IS DISTINCT FROM email_key)
            """,
            new { environment, user, passwordHash, emailKey = email?.Key },
            scope.Transaction) > 0;
        await scope.Connection.ExecuteAsync(
            """
            UPDATE users SET
                email = COALESCE(@email, email), email_key = COALESCE(@emailKey, email_key),
                email_verified = CASE WHEN @emailKey IS NULL OR (email_key = @emailKey AND @verified IS NULL) THEN email_verified ELSE COALESCE(@verified, 0) END,
                email_verified_by = CASE
                    WHEN @emailKey IS NULL OR (email_key = @emailKey AND @verified IS NULL) THEN email_verified_by
                    WHEN @verified = 1 AND email_key = @emailKey THEN COALESCE(email_verified_by, 'administrator')
                    WHEN @verified = 1 THEN 'administrator' END,
                status = COALESCE(@status, status), password_hash = @passwordHash, attributes = @attributes,
                sign_in_to_link = COALESCE(@signInToLink, sign_in_to_link), updated_at = @now
            WHERE environment_id = @environment AND user_id = @user
              AND (COALESCE(@email, email) IS DISTINCT FROM email OR (@emailKey IS NOT NULL AND @verified IS NOT NULL AND @verified <> email_verified)
                OR COALESCE(@status, status) <> status OR COALESCE(@signInToLink, sign_in_to_link) <> sign_in_to_link OR password_hash IS DISTINCT FROM @passwordHash OR attributes <> @attributes)
            """,
            new
            {
                environment,
                user,
                email = email?.Text,
                emailKey = email?.Key,
                verified = verified is { } vouched ? vouched ? 1L : 0L : (long?)null,
                status = resource.Status is { } status ? WireName.Of(status) : null,
                signInToLink = resource.SignInToLink is { } wish ? wish ? 1L : 0L : (long?)null,
                passwordHash,
                attributes,
                now = time.GetUtcNow().ToUnixTimeMilliseconds(),
            },
            scope.Transaction);
        if (waysChanged || resource.Status == UserStatus.Blocked)
        {
            await signOut.RevokeAllAsync(environment, user, scope);
        }

        return true;
    }

    /// <summary>Gives a user that has none the address it has just proved.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="email">The address.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>False when the address belongs to somebody, or the user has one meanwhile or is blocked: nothing was written.</returns>
    public async Task<bool> ConfirmEmailAsync(string environment, string user, EmailAddress email, WriteScope scope)
    {
        try
        {
            return await scope.Connection.ExecuteAsync(
                """
                UPDATE users SET email = @Text, email_key = @Key, email_verified = 1, email_verified_by = 'code', updated_at = @now
                WHERE environment_id = @environment AND user_id = @user AND email IS NULL AND status = 'active'
                  AND NOT EXISTS (SELECT 1 FROM users o WHERE o.environment_id = @environment AND o.email_key = @Key AND o.email_verified = 1)
                """,
                new { environment, user, email.Text, email.Key, now = time.GetUtcNow().ToUnixTimeMilliseconds() },
                scope.Transaction) == 1;
        }
        catch (DbException exception) when (exception.SqlState == UniqueViolation)
        {
            return false; // somebody else proved it at the same moment
        }
    }

    /// <summary>Notes another sign-in: handle and address of the identity, and the user's attributes by the connection's <c>attribute_sync</c>.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="account">What is stored.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="identity">What came back this time.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>False when the account was blocked or deleted meanwhile.</returns>
    public async Task<bool> NoteSignInAsync(string environment, LinkedAccount account, Connection connection, ExternalIdentity identity, WriteScope scope)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await SyncAsync(environment, account.UserId, account.Attributes, account.Groups, connection, identity, scope);
        if (identity.Handle is { } handle && !string.Equals(handle, account.Handle, StringComparison.Ordinal))
        {
            await identities.NoteHandleAsync(environment, account.IdentityId, connection.Id, identity, handle, scope);
        }

        return await scope.ExecuteAsync(
            Use,
            identity.Handle ?? account.Handle,
            EmailAddress.Parse(identity.Email)?.Text ?? account.Email,
            now,
            environment,
            account.IdentityId,
            account.UserId) == 1;
    }

    /// <summary>Copies what a connection brings to a user it was just connected with.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="identity">What came back.</param>
    /// <param name="scope">The transaction.</param>
    public async Task SyncAsync(string environment, string user, Connection connection, ExternalIdentity identity, WriteScope scope)
    {
        var (attributes, groups) = await scope.Connection.QuerySingleAsync<(string Attributes, string Groups)>(
            "SELECT attributes, group_names FROM users WHERE environment_id = @environment AND user_id = @user", new { environment, user }, scope.Transaction);
        await SyncAsync(environment, user, attributes, groups, connection, identity, scope);
    }

    private async Task SyncAsync(
        string environment, string user, string attributesColumn, string groupsColumn, Connection connection, ExternalIdentity identity, WriteScope scope)
    {
        var (attributes, groups) = (AccountLookup.ReadAttributes(attributesColumn), AccountLookup.ReadAttributes(groupsColumn));
        var synced = connection.Attributes.Sync(attributes, connection.Attributes.Apply(identity), connection.Policy.AttributeSync);
        var grouped = connection.Attributes.SyncGroups(groups, identity, connection.Id, connection.Policy.GroupSync);
        if (!ReferenceEquals(attributes, synced) || !ReferenceEquals(groups, grouped))
        {
            await scope.Connection.ExecuteAsync(
                "UPDATE users SET attributes = @attributes, group_names = @groups, updated_at = @now WHERE environment_id = @environment AND user_id = @user",
                new { attributes = WriteAttributes(synced), groups = WriteAttributes(grouped), now = time.GetUtcNow().ToUnixTimeMilliseconds(), environment, user },
                scope.Transaction);
        }
    }

    /// <summary>Writes attributes for their column.</summary>
    /// <param name="attributes">Names and values.</param>
    public static string WriteAttributes(IReadOnlyDictionary<string, string> attributes) =>
        JsonSerializer.Serialize(new Dictionary<string, string>(attributes), UserJson.Default.DictionaryStringString);
}

/// <summary>A user to be created.</summary>
internal sealed record NewUser
{
    /// <summary>Id, the <c>sub</c> of every token.</summary>
    public required string Id { get; init; }

    /// <summary>User name; null for none.</summary>
    public string? Username { get; init; }

    /// <summary>Address; null for none.</summary>
    public EmailAddress? Email { get; init; }

    /// <summary>How the address was confirmed; null when it was not.</summary>
    public string? VerifiedBy { get; init; }

    /// <summary>Password hash; null for none.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Whether the account starts blocked.</summary>
    public bool IsBlocked { get; init; }

    /// <summary>Attributes.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Groups by name, each with the id of the connection that gave it; empty for an administrator.</summary>
    public IReadOnlyDictionary<string, string> Groups { get; init; } = new Dictionary<string, string>();

    /// <summary>Connection that manages it; null for none.</summary>
    public string? ManagedBy { get; init; }

    /// <summary>Whether its mailbox alone does not open it.</summary>
    public bool SignInToLink { get; init; }
}

/// <summary>How user columns are written.</summary>
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class UserJson : JsonSerializerContext;
