using System.Data.Common;
using System.Globalization;
using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Server.Storage;

namespace Xenios.Server.Sessions;

/// <summary>A chain of refresh tokens: what they stand for.</summary>
internal sealed record TokenFamily
{
    /// <summary>Id of the family, which is the grant's: revoking the grant ends the family and its access tokens.</summary>
    public required string Id { get; init; }

    /// <summary>The client it belongs to.</summary>
    public required string ClientId { get; init; }

    /// <summary>The person.</summary>
    public required string UserId { get; init; }

    /// <summary>Public id of the session it began in.</summary>
    public required string SessionId { get; init; }

    /// <summary>Issuer of the host it began on.</summary>
    public required string Issuer { get; init; }

    /// <summary>Granted scopes.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>APIs of the authorization.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>Claims asked for one by one.</summary>
    public RequestedClaims Claims { get; init; } = RequestedClaims.None;

    /// <summary>When the person signed in.</summary>
    public required DateTimeOffset AuthTime { get; init; }
}

/// <summary>A family whose newest token was presented.</summary>
/// <param name="Family">What it stands for.</param>
/// <param name="ExpiresAt">When it ends if it is not used.</param>
internal sealed record LiveFamily(TokenFamily Family, DateTimeOffset ExpiresAt);

/// <summary>What became of a presented refresh token.</summary>
/// <param name="Family">What it stands for; null when it is refused.</param>
/// <param name="Next">The refresh token to answer with.</param>
/// <param name="Error">Why it is refused.</param>
/// <param name="Reused">Whether a spent token was used again, which ended the family.</param>
internal sealed record Rotation(TokenFamily? Family, string? Next, OAuthError? Error, bool Reused = false)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => Error?.Code ?? "rotated";
}

/// <summary>Refresh tokens with rotation and reuse detection (RFC 9700 §4.14). A token is its family, its generation and a tag only we can make; none is stored.</summary>
internal sealed class TokenFamilies(Database database, Vault vault, TimeProvider time)
{
    /// <summary>How long a chain lives at most, however often it is used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    /// <summary>How long a token may lie unused.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromDays(30);

    // An answer lost on the way may be asked for once more: the same successor, only shortly, only to the same client (threats E04).
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private const string Columns = "family_id, client_id, user_id, session_id, issuer, scopes, resources, id_token_claims, userinfo_claims, auth_time, generation, rotated_at, expires_at, revoked_at";

    private static readonly Statement Insert = new(
        """
        INSERT INTO token_families (environment_id, family_id, client_id, user_id, session_id, issuer, scopes, resources, id_token_claims, userinfo_claims, auth_time, generation, rotated_at, expires_at, ends_at, revoked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13, $14, NULL)
        """);

    private static readonly Statement Rotate = new(
        $"""
        UPDATE token_families SET
            generation = generation + $1, rotated_at = CASE WHEN $1 = 1 THEN $2 ELSE rotated_at END,
            expires_at = CASE WHEN $3 < ends_at THEN $3 ELSE ends_at END
        WHERE environment_id = $4 AND family_id = $5 AND client_id = $6 AND issuer = $7 AND generation = $8 AND expires_at > $2 AND revoked_at IS NULL
        RETURNING {Columns}
        """);

    private static readonly Statement Select = new($"SELECT {Columns} FROM token_families WHERE environment_id = $1 AND family_id = $2");

    private static readonly Statement Revoke = new(
        "UPDATE token_families SET revoked_at = COALESCE(revoked_at, $1) WHERE environment_id = $2 AND family_id = $3 AND client_id = COALESCE($4, client_id)");

    /// <summary>Begins a family.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="family">What its tokens stand for.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>The first refresh token.</returns>
    public async Task<string> BeginAsync(string environment, TokenFamily family, WriteScope scope)
    {
        var now = time.GetUtcNow();
        await scope.ExecuteAsync(
            Insert,
            environment,
            family.Id,
            family.ClientId,
            family.UserId,
            family.SessionId,
            family.Issuer,
            string.Join(' ', family.Scopes),
            string.Join(' ', family.Resources),
            string.Join(' ', family.Claims.IdToken),
            string.Join(' ', family.Claims.UserInfo),
            family.AuthTime.ToUnixTimeMilliseconds(),
            now.ToUnixTimeMilliseconds(),
            (now + Idle).ToUnixTimeMilliseconds(),
            (now + Lifetime).ToUnixTimeMilliseconds());
        return TokenFor(environment, family.Id, 1);
    }

    /// <summary>Spends a refresh token and gives its successor, in one conditional write.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="issuer">Issuer of the host in use.</param>
    /// <param name="client">The authenticated client.</param>
    /// <param name="token">The presented token.</param>
    /// <param name="check">Checks the request against what the token stands for, before it is spent.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Rotation> RotateAsync(string environment, string issuer, Client client, string token, Func<TokenFamily, OAuthError?> check, CancellationToken ct)
    {
        if (Read(environment, token) is not { } presented)
        {
            return Refused("the refresh token is not one of ours");
        }

        return await database.WriteAsync(
            async scope =>
            {
                var now = time.GetUtcNow();
                var spent = await scope.FirstAsync(
                    Rotate,
                    Row.Read,
                    client.RefreshRotation ? 1L : 0L,
                    now.ToUnixTimeMilliseconds(),
                    (now + Idle).ToUnixTimeMilliseconds(),
                    environment,
                    presented.Family,
                    client.ClientId,
                    issuer,
                    presented.Generation);
                if (spent is not null)
                {
                    var family = spent.ToFamily();
                    if (check(family) is { } error)
                    {
                        scope.Abandon();
                        return new Rotation(null, null, error);
                    }

                    return new Rotation(family, TokenFor(environment, family.Id, spent.Generation), null);
                }

                return await WhyNotAsync(environment, issuer, client, presented, check, now, scope);
            },
            ct);
    }

    /// <summary>Ends a family.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="family">Its id.</param>
    /// <param name="client">The client whose it must be; null for whichever.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>Whether there was such a family.</returns>
    public async Task<bool> RevokeAsync(string environment, string family, string? client, WriteScope scope) =>
        await scope.ExecuteAsync(Revoke, time.GetUtcNow().ToUnixTimeMilliseconds(), environment, family, client) == 1;

    /// <summary>What a refresh token stands for while it could be spent: one read, nothing is changed.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="token">The token.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<LiveFamily?> FindLiveAsync(string environment, string token, CancellationToken ct)
    {
        if (Read(environment, token) is not { } presented)
        {
            return null;
        }

        var row = await database.FirstAsync(Select, Row.Read, ct, environment, presented.Family);
        return row is { RevokedAt: null } && row.Generation == presented.Generation && row.ExpiresAt > time.GetUtcNow().ToUnixTimeMilliseconds()
            ? new LiveFamily(row.ToFamily(), DateTimeOffset.FromUnixTimeMilliseconds(row.ExpiresAt))
            : null;
    }

    /// <summary>The family and generation of a token, if it is one of ours.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="token">The token.</param>
    public (string Family, long Generation)? Read(string environment, string token)
    {
        var parts = token.Split('.');
        return parts.Length == 3 && token.Length <= 128
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            && vault.IsTag(Purpose(environment, parts[0], generation), parts[2])
                ? (parts[0], generation)
                : null;
    }

    private static Rotation Refused(string why) => new(null, null, OAuthError.InvalidGrant(why));

    private static string Purpose(string environment, string family, long generation) =>
        string.Create(CultureInfo.InvariantCulture, $"refresh_token|{environment}|{family}|{generation}");

    private async Task<Rotation> WhyNotAsync(
        string environment, string issuer, Client client, (string Family, long Generation) presented, Func<TokenFamily, OAuthError?> check, DateTimeOffset now, WriteScope scope)
    {
        var row = await scope.FirstAsync(Select, Row.Read, environment, presented.Family);
        if (row is null || row.ClientId != client.ClientId || row.Issuer != issuer || row.RevokedAt is not null || row.ExpiresAt <= now.ToUnixTimeMilliseconds())
        {
            scope.Abandon();
            return Refused(row is null ? "there is no such refresh token" : row.ClientId != client.ClientId ? "the refresh token is another client's" : "the refresh token is expired or revoked");
        }

        var family = row.ToFamily();
        if (presented.Generation == row.Generation - 1 && now.ToUnixTimeMilliseconds() - row.RotatedAt <= Grace.TotalMilliseconds)
        {
            scope.Abandon();
            return check(family) is { } error ? new Rotation(null, null, error) : new Rotation(family, TokenFor(environment, family.Id, row.Generation), null);
        }

        await RevokeAsync(environment, family.Id, null, scope);
        return new Rotation(family, null, OAuthError.InvalidGrant("a spent refresh token was used again; its family is revoked"), Reused: true);
    }

    private string TokenFor(string environment, string family, long generation) =>
        string.Create(CultureInfo.InvariantCulture, $"{family}.{generation}.{vault.Tag(Purpose(environment, family, generation))}");

    private sealed record Row(
        string Id, string ClientId, string UserId, string SessionId, string Issuer, string Scopes, string Resources, string IdTokenClaims, string UserInfoClaims,
        long AuthTime, long Generation, long RotatedAt, long ExpiresAt, long? RevokedAt)
    {
        public static Row Read(DbDataReader row) => new(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6), row.GetString(7), row.GetString(8),
            row.GetInt64(9), row.GetInt64(10), row.GetInt64(11), row.GetInt64(12), row.IsDBNull(13) ? null : row.GetInt64(13));

        public TokenFamily ToFamily() => new()
        {
            Id = Id,
            ClientId = ClientId,
            UserId = UserId,
            SessionId = SessionId,
            Issuer = Issuer,
            Scopes = Protocol.Scopes.Split(Scopes),
            Resources = Protocol.Scopes.Split(Resources),
            Claims = new RequestedClaims(Protocol.Scopes.Split(IdTokenClaims), Protocol.Scopes.Split(UserInfoClaims)),
            AuthTime = DateTimeOffset.FromUnixTimeMilliseconds(AuthTime),
        };
    }
}
