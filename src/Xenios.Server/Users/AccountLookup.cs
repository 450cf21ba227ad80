using System.Data.Common;
using System.Text.Json;
using Dapper;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>An identity that is linked already, with what a sign-in may have to refresh.</summary>
internal sealed class LinkedAccount
{
    /// <summary>Identity id.</summary>
    public string IdentityId { get; init; } = "";

    /// <summary>User id.</summary>
    public string UserId { get; init; } = "";

    /// <summary><c>active</c> or <c>blocked</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Stored handle.</summary>
    public string? Handle { get; init; }

    /// <summary>Stored address of the identity.</summary>
    public string? Email { get; init; }

    /// <summary>Confirmed address of the account; null without one.</summary>
    public string? ConfirmedEmail { get; init; }

    /// <summary>Whether any address of the person is known, confirmed or given by an upstream.</summary>
    public bool HasEmail { get; init; }

    /// <summary>The user's attributes as JSON.</summary>
    public string Attributes { get; init; } = "{}";

    /// <summary>The user's groups as JSON.</summary>
    public string Groups { get; init; } = "{}";

    /// <summary>Reads a row: the properties in their order.</summary>
    /// <param name="reader">At the row.</param>
    public static LinkedAccount Read(DbDataReader reader) => new()
    {
        IdentityId = reader.GetString(0),
        UserId = reader.GetString(1),
        Status = reader.GetString(2),
        Handle = reader.IsDBNull(3) ? null : reader.GetString(3),
        Email = reader.IsDBNull(4) ? null : reader.GetString(4),
        ConfirmedEmail = reader.IsDBNull(5) ? null : reader.GetString(5),
        HasEmail = reader.GetInt32(6) == 1,
        Attributes = reader.GetString(7),
        Groups = reader.GetString(8),
    };
}

/// <summary>A local user that might be the person, with what a page may show of it.</summary>
internal sealed class StoredMatch
{
    /// <summary>User id.</summary>
    public string UserId { get; init; } = "";

    /// <summary><c>active</c> or <c>blocked</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>User name as stored.</summary>
    public string? Username { get; init; }

    /// <summary>User name as compared.</summary>
    public string? UsernameKey { get; init; }

    /// <summary>Address as stored.</summary>
    public string? Email { get; init; }

    /// <summary>Address as compared.</summary>
    public string? EmailKey { get; init; }

    /// <summary>1 when the address is confirmed.</summary>
    public long EmailVerified { get; init; }

    /// <summary>1 when its mailbox alone does not open the account.</summary>
    public long SignInToLink { get; init; }

    /// <summary>1 when it has a password.</summary>
    public long HasPassword { get; init; }

    /// <summary>When it was made, in milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Handle or subject of its identity of the connection in use; null when it has none.</summary>
    public string? OtherIdentity { get; init; }
}

/// <summary>Finds whom an identity or an address belongs to.</summary>
internal sealed class AccountLookup(Database database)
{
    private static readonly Statement Linked = new(
        """
        SELECT i.identity_id, i.user_id, u.status, i.handle, i.email, CASE WHEN u.email_verified = 1 THEN u.email END,
               CASE WHEN u.email IS NOT NULL OR EXISTS (
                   SELECT 1 FROM linked_identities o WHERE o.environment_id = u.environment_id AND o.user_id = u.user_id AND o.email IS NOT NULL) THEN 1 ELSE 0 END,
               u.attributes, u.group_names
        FROM linked_identities i JOIN users u ON u.environment_id = i.environment_id AND u.user_id = i.user_id
        WHERE i.environment_id = $1 AND i.connection_id = $2 AND i.issuer = $3 AND i.subject = $4
        """);

    /// <summary>The account of an external identity: one read.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="connection">Connection id.</param>
    /// <param name="issuer">Upstream issuer.</param>
    /// <param name="subject">Upstream subject.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<LinkedAccount?> FindAsync(string environment, string connection, string issuer, string subject, CancellationToken ct) =>
        database.FirstAsync(Linked, LinkedAccount.Read, ct, environment, connection, issuer, subject);

    /// <summary>The local users that a new identity might belong to: one read.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="connection">Connection id.</param>
    /// <param name="emailKeys">Addresses as compared; at most three.</param>
    /// <param name="usernameKeys">User names as compared; at most two.</param>
    /// <param name="user">The user that was signed in to; null for none.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Confirmed holders first; at most ten, because anybody may claim an address.</returns>
    public async Task<IReadOnlyList<StoredMatch>> FindMatchesAsync(
        string environment, string connection, IReadOnlyList<string> emailKeys, IReadOnlyList<string> usernameKeys, string? user, CancellationToken ct) => await database.ReadAsync(
        async db => (await db.QueryAsync<StoredMatch>(
            """
            SELECT u.user_id AS UserId, u.status AS Status, u.username AS Username, u.username_key AS UsernameKey, u.email AS Email, u.email_key AS EmailKey,
                   u.email_verified AS EmailVerified, u.created_at AS CreatedAt,
                   CASE WHEN u.sign_in_to_link = 1 OR EXISTS (
                       SELECT 1 FROM administrators a WHERE a.environment_id = u.environment_id AND a.user_id = u.user_id) THEN 1 ELSE 0 END AS SignInToLink,
                   CASE WHEN u.password_hash IS NULL THEN 0 ELSE 1 END AS HasPassword,
                   (SELECT COALESCE(i.handle, i.subject) FROM linked_identities i
                    WHERE i.environment_id = u.environment_id AND i.user_id = u.user_id AND i.connection_id = @connection) AS OtherIdentity
            FROM users u
            WHERE u.environment_id = @environment
              AND (u.email_key IN (@first, @second, @third) OR u.username_key IN (@name, @otherName) OR u.user_id = @user)
            ORDER BY u.email_verified DESC, u.created_at, u.user_id LIMIT 10
            """,
            new
            {
                environment,
                connection,
                first = emailKeys.ElementAtOrDefault(0),
                second = emailKeys.ElementAtOrDefault(1),
                third = emailKeys.ElementAtOrDefault(2),
                name = usernameKeys.ElementAtOrDefault(0),
                otherName = usernameKeys.ElementAtOrDefault(1),
                user,
            })).AsList(),
        ct);

    /// <summary>A user's confirmed address as stored, read as part of a transaction; null for none.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="scope">The transaction.</param>
    public static Task<string?> ConfirmedAddressAsync(string environment, string user, WriteScope scope) => scope.Connection.ExecuteScalarAsync<string?>(
        "SELECT email FROM users WHERE environment_id = @environment AND user_id = @user AND email_verified = 1", new { environment, user }, scope.Transaction);

    /// <summary>Whether a user name belongs to somebody: one read.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="username">The name.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<bool> IsNameTakenAsync(string environment, string username, CancellationToken ct) => database.ReadAsync(
        async db => await db.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM users WHERE environment_id = @environment AND username_key = @key", new { environment, key = Usernames.Key(username) }) > 0,
        ct);

    /// <summary>Reads stored attributes.</summary>
    /// <param name="json">The column.</param>
    public static IReadOnlyDictionary<string, string> ReadAttributes(string json) =>
        JsonSerializer.Deserialize(json, UserJson.Default.DictionaryStringString) ?? [];
}
