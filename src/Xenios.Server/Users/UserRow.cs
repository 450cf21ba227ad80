using System.Data.Common;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Environments;

namespace Xenios.Server.Users;

/// <summary>A stored user, as administrators see and change it.</summary>
internal record UserRow
{
    /// <summary>The columns, from <c>users u</c>.</summary>
    public const string Columns =
        """
        u.user_id AS Id, u.status AS Status, u.username AS Username, u.username_key AS UsernameKey, u.email AS Email, u.email_key AS EmailKey,
        u.email_verified AS EmailVerified, u.email_verified_by AS EmailVerifiedBy, u.password_hash AS PasswordHash, u.attributes AS Attributes,
        u.group_names AS Groups, u.managed_by AS ManagedBy, u.sign_in_to_link AS SignInToLink, u.created_at AS CreatedAt, u.updated_at AS UpdatedAt,
        (SELECT MAX(i.last_used_at) FROM linked_identities i WHERE i.environment_id = u.environment_id AND i.user_id = u.user_id) AS LastUsedAt,
        (SELECT MAX(s.auth_time) FROM sessions s WHERE s.environment_id = u.environment_id AND s.user_id = u.user_id) AS LastAuthTime
        """;

    /// <summary>The rule of <see cref="MayEnterByPassword"/> as a condition on <c>users u</c>.</summary>
    public const string EntersByPassword =
        "u.status = 'active' AND u.password_hash IS NOT NULL AND (u.email_verified = 1 OR (u.username_key IS NOT NULL AND u.username_key NOT LIKE '%@%'))";

    /// <summary>User id.</summary>
    public string Id { get; init; } = "";

    /// <summary><c>active</c> or <c>blocked</c>.</summary>
    public string Status { get; init; } = "active";

    /// <summary>User name as written; null for none.</summary>
    public string? Username { get; init; }

    /// <summary>User name as compared.</summary>
    public string? UsernameKey { get; init; }

    /// <summary>Address as written; null for none.</summary>
    public string? Email { get; init; }

    /// <summary>Address as compared.</summary>
    public string? EmailKey { get; init; }

    /// <summary>1 when the address is confirmed.</summary>
    public long EmailVerified { get; init; }

    /// <summary>How it was confirmed; null when it was not.</summary>
    public string? EmailVerifiedBy { get; init; }

    /// <summary>Password hash; null for none. Never shown.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Attributes as JSON.</summary>
    public string Attributes { get; init; } = "{}";

    /// <summary>Groups as JSON.</summary>
    public string Groups { get; init; } = "{}";

    /// <summary>Id of the connection that manages the account; null for none.</summary>
    public string? ManagedBy { get; init; }

    /// <summary>1 when its mailbox alone does not open it.</summary>
    public long SignInToLink { get; init; }

    /// <summary>When it was made, in milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it last changed, in milliseconds.</summary>
    public long UpdatedAt { get; init; }

    /// <summary>When an identity of it was last used, in milliseconds; 0 for never, null without one.</summary>
    public long? LastUsedAt { get; init; }

    /// <summary>When the person signed in for the newest live session, in milliseconds; null without one.</summary>
    public long? LastAuthTime { get; init; }

    /// <summary>
    /// Whether the person can sign in by password as <see cref="PasswordSignIn"/> looks for it: active, with a password, and a confirmed address or a user name. A
    /// user name that is an address is looked for as an address.
    /// </summary>
    public bool MayEnterByPassword => Status == "active" && PasswordHash is not null && (EmailVerified == 1 || UsernameKey?.Contains('@', StringComparison.Ordinal) == false);

    /// <summary>Reads one user: one read.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="transaction">The transaction; null for none.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <returns>Null when there is none in this environment.</returns>
    public static Task<UserRow?> FindAsync(DbConnection connection, DbTransaction? transaction, string environment, string user) =>
        connection.QuerySingleOrDefaultAsync<UserRow?>($"SELECT {Columns} FROM users u WHERE u.environment_id = @environment AND u.user_id = @user", new { environment, user }, transaction);

    /// <summary>Id of the user who confirmed an address; null for none.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="transaction">The transaction; null for none.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="emailKey">The address as compared.</param>
    public static Task<string?> FindConfirmedAsync(DbConnection connection, DbTransaction? transaction, string environment, string emailKey) => connection.ExecuteScalarAsync<string?>(
        "SELECT user_id FROM users WHERE environment_id = @environment AND email_key = @emailKey AND email_verified = 1", new { environment, emailKey }, transaction);

    /// <summary>The user as the management API shows it.</summary>
    /// <param name="environment">Its environment, which knows the connections.</param>
    public UserView ToView(EnvironmentSnapshot environment) => new()
    {
        Id = Id,
        Username = Username,
        Email = Email,
        EmailVerified = EmailVerified == 1,
        Status = Status == "active" ? UserStatus.Active : UserStatus.Blocked,
        Attributes = Sorted(Attributes),
        ManagedBy = ManagedBy is null ? null : SlugOf(environment, ManagedBy),
        SignInToLink = SignInToLink == 1,
        HasPassword = PasswordHash is not null,
        Groups = [.. Sorted(Groups).Keys],
        CreatedAt = Time(CreatedAt),
        UpdatedAt = Time(UpdatedAt),
        LastSignInAt = Math.Max(LastUsedAt ?? 0, LastAuthTime ?? 0) is > 0 and var last ? Time(last) : null,
    };

    /// <summary>What a resource file would say of it; without its password.</summary>
    public UserResource ToResource() => new()
    {
        Username = Username,
        Email = Email,
        EmailVerified = EmailVerified == 1,
        Attributes = Sorted(Attributes),
        SignInToLink = SignInToLink == 1,
        Status = Status == "active" ? UserStatus.Active : UserStatus.Blocked,
    };

    /// <summary>Slug of a connection; its id where it is gone.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="connection">Connection id.</param>
    public static string SlugOf(EnvironmentSnapshot environment, string connection) =>
        environment.ConnectionOrder.FirstOrDefault(one => one.Id == connection)?.Slug ?? connection;

    /// <summary>A time of a column.</summary>
    /// <param name="milliseconds">Milliseconds since 1970.</param>
    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    /// <summary>Never the password hash.</summary>
    public override string ToString() => Id;

    private static SortedDictionary<string, string> Sorted(string json) => new(new Dictionary<string, string>(AccountLookup.ReadAttributes(json)), StringComparer.Ordinal);
}
