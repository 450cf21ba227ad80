namespace Xenios.Protocol.Tokens;

/// <summary>A JWT access token (RFC 9068): what it says, and how it is written. It holds no personal data.</summary>
public sealed record AccessToken
{
    /// <summary>The <c>typ</c> header of an access token (RFC 9068 §2.1).</summary>
    public const string Type = "at+jwt";

    /// <summary>Who issued it.</summary>
    public required string Issuer { get; init; }

    /// <summary>For whom it is, at least one: never a client id, so it cannot pass as an ID token.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>The person, or the client acting for itself.</summary>
    public required string Subject { get; init; }

    /// <summary>The client it was issued to.</summary>
    public required string ClientId { get; init; }

    /// <summary>Granted scopes; the claim is left out when there are none, because its value cannot be empty (RFC 6749 §3.3).</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Unique id; the part before the dot names the grant it belongs to.</summary>
    public required string Id { get; init; }

    /// <summary>Public id of the session; null without one.</summary>
    public string? SessionId { get; init; }

    /// <summary>When it was issued.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the person really signed in; null for a client acting for itself.</summary>
    public DateTimeOffset? AuthTime { get; init; }

    /// <summary>Names of claims that userinfo gives for this token beyond its scopes (OpenID Connect Core §5.5); the claim is left out when there are none.</summary>
    public IReadOnlyList<string> UserInfoClaims { get; init; } = [];

    /// <summary>Signs it.</summary>
    /// <param name="key">The environment's key for access tokens of this client.</param>
    public string Sign(SigningKey key) => TokenSigner.Sign(key, Type, this, static (json, token) =>
    {
        json.WriteString("iss", token.Issuer);
        if (token.Audiences.Count == 1)
        {
            json.WriteString("aud", token.Audiences[0]);
        }
        else
        {
            json.WriteStartArray("aud");
            foreach (var audience in token.Audiences)
            {
                json.WriteStringValue(audience);
            }

            json.WriteEndArray();
        }

        json.WriteString("sub", token.Subject);
        json.WriteString("client_id", token.ClientId);
        json.WriteNumber("iat", token.IssuedAt.ToUnixTimeSeconds());
        json.WriteNumber("exp", token.ExpiresAt.ToUnixTimeSeconds());
        json.WriteString("jti", token.Id);
        if (token.Scopes.Count > 0)
        {
            json.WriteString("scope", string.Join(' ', token.Scopes));
        }

        if (token.AuthTime is { } authTime)
        {
            json.WriteNumber("auth_time", authTime.ToUnixTimeSeconds());
        }

        if (token.SessionId is { } sid)
        {
            json.WriteString("sid", sid);
        }

        if (token.UserInfoClaims.Count > 0)
        {
            json.WriteStartArray("userinfo_claims");
            foreach (var name in token.UserInfoClaims)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }
    });
}
