using System.Data.Common;
using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Protocol.Tokens;
using Xenios.Sdk;
using Xenios.Server.Hosting;
using Xenios.Server.Resources;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>What tokens and userinfo may say about a person.</summary>
internal sealed class PersonClaims
{
    /// <summary><c>active</c> or <c>blocked</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Confirmed or administrator-given address of the account.</summary>
    public string? Email { get; init; }

    /// <summary>1 when that address is confirmed.</summary>
    public long EmailVerified { get; init; }

    /// <summary>Attributes as JSON.</summary>
    public string Attributes { get; init; } = "{}";

    /// <summary>When the user last changed, in milliseconds.</summary>
    public long UpdatedAt { get; init; }

    /// <summary>Numeric id at X; null without an X identity.</summary>
    public string? XId { get; init; }

    /// <summary>Handle at X.</summary>
    public string? XHandle { get; init; }

    /// <summary>Address X gave, unconfirmed by us.</summary>
    public string? XEmail { get; init; }

    /// <summary>1 while the session lives: it was not signed out and has not expired.</summary>
    public long SessionLives { get; init; }

    /// <summary>1 when everything issued with the grant was revoked.</summary>
    public long GrantRevoked { get; init; }

    /// <summary>Whether tokens may be issued or honoured.</summary>
    public bool IsActive => Status == "active";

    /// <summary>Whether an access token counts: one without <c>offline_access</c> lives no longer than its session (OpenID Connect Core §11, threats I03).</summary>
    /// <param name="scopes">The token's scopes.</param>
    public bool Honours(IReadOnlyList<string> scopes) =>
        IsActive && GrantRevoked == 0 && (SessionLives == 1 || scopes.Contains(Scopes.OfflineAccess, StringComparer.Ordinal));

    /// <summary>The claims of the granted scopes (OpenID Connect Core §5.4); absent values are left out.</summary>
    /// <param name="scopes">Granted scopes.</param>
    /// <param name="types">The environment's own attributes with their types; null for none.</param>
    public List<Claim> For(IReadOnlyList<string> scopes, IReadOnlyDictionary<string, AttributeType>? types = null)
    {
        var claims = new List<Claim>();
        if (scopes.Contains(Scopes.Profile, StringComparer.Ordinal))
        {
            var attributes = AccountLookup.ReadAttributes(Attributes);
            foreach (var (name, value) in attributes)
            {
                // Refused when saved; here once more, because a row may be older than the rule (threats C05).
                if (!AttributeRules.IsReserved(name) && value.Length > 0)
                {
                    claims.Add(types is null ? new(name, value) : LocalAttributes.ToClaim(name, value, types));
                }
            }

            if (XId is not null)
            {
                claims.Add(new("x_id", XId));
            }

            if (XHandle is not null)
            {
                claims.Add(new("x_handle", XHandle));
            }

            claims.Add(new("updated_at", UpdatedAt / 1000));
        }

        if (scopes.Contains(Scopes.Email, StringComparer.Ordinal) && (Email ?? XEmail) is { } email)
        {
            claims.Add(new("email", email));
            claims.Add(new("email_verified", Email is not null && EmailVerified == 1));
        }

        return claims;
    }

    /// <summary>The claims of the granted scopes, and those that were asked for one by one (OpenID Connect Core §5.5).</summary>
    /// <param name="scopes">Granted scopes.</param>
    /// <param name="names">Names of further claims; the request's check has left only those the client may have.</param>
    /// <param name="types">The environment's own attributes with their types; null for none.</param>
    public List<Claim> For(IReadOnlyList<string> scopes, IReadOnlyList<string> names, IReadOnlyDictionary<string, AttributeType>? types = null) => names.Count == 0
        ? For(scopes, types)
        : [.. For([Scopes.Profile, Scopes.Email], types).Where(claim =>
            names.Contains(claim.Name, StringComparer.Ordinal) || scopes.Contains(RequestedClaims.ScopeOf(claim.Name), StringComparer.Ordinal))];
}

/// <summary>Reads what may be said about a person: one read, with everything that could forbid saying it.</summary>
internal sealed class UserClaims(Database database, Guests guests, TimeProvider time)
{
    private static readonly Statement Select = new(
        """
        SELECT u.status, u.email, u.email_verified, u.attributes, u.updated_at, i.subject, i.handle, i.email,
               CASE WHEN EXISTS (SELECT 1 FROM sessions s WHERE s.environment_id = $1 AND s.session_id = $3 AND s.expires_at > $4) THEN 1 ELSE 0 END,
               CASE WHEN EXISTS (SELECT 1 FROM ephemeral e WHERE e.environment_id = $1 AND e.kind = $5 AND e.key_hash IN ($6, $7)) THEN 1 ELSE 0 END
        FROM users u
        LEFT JOIN linked_identities i ON i.environment_id = u.environment_id AND i.identity_id = (
            SELECT l.identity_id FROM linked_identities l
            WHERE l.environment_id = u.environment_id AND l.user_id = u.user_id AND l.connector = 'x'
            ORDER BY l.last_used_at DESC LIMIT 1)
        WHERE u.environment_id = $1 AND u.user_id = $2
        """);

    /// <summary>Reads a person's claims.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="session">Public session id; whether it lives is part of the answer.</param>
    /// <param name="grant">Grant id; whether it was revoked is part of the answer.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="token">The <c>jti</c> of the access token in use, which may have been revoked alone; null for none.</param>
    /// <returns>Null when there is no such user.</returns>
    public Task<PersonClaims?> FindAsync(string environment, string user, string? session, string grant, CancellationToken ct, string? token = null) =>
        Guests.IsGuest(user) ? database.ReadAsync(db => guests.FindAsync(db, null, environment, user, session, grant, token), ct)
        : database.FirstAsync(Select, Read, ct, environment, user, session ?? "", Now, RevokedGrants.Kind.Name, Secrets.KeyOf(grant), Secrets.KeyOf(token ?? grant));

    /// <summary>Reads a person's claims as part of a transaction.</summary>
    /// <inheritdoc cref="FindAsync(string, string, string?, string, CancellationToken, string?)"/>
    public Task<PersonClaims?> FindAsync(string environment, string user, string? session, string grant, WriteScope scope) =>
        Guests.IsGuest(user) ? guests.FindAsync(scope.Connection, scope.Transaction, environment, user, session, grant, null)
        : scope.FirstAsync(Select, Read, environment, user, session ?? "", Now, RevokedGrants.Kind.Name, Secrets.KeyOf(grant), Secrets.KeyOf(grant));

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static PersonClaims Read(DbDataReader row) => new()
    {
        Status = row.GetString(0),
        Email = Text(row, 1),
        EmailVerified = row.GetInt64(2),
        Attributes = row.GetString(3),
        UpdatedAt = row.GetInt64(4),
        XId = Text(row, 5),
        XHandle = Text(row, 6),
        XEmail = Text(row, 7),
        SessionLives = row.GetInt64(8),
        GrantRevoked = row.GetInt64(9),
    };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
