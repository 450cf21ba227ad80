using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Xenios.Protocol.Tokens;

/// <summary>An ID token (OpenID Connect Core §2): what it says, and how it is written.</summary>
public sealed record IdToken
{
    /// <summary>The <c>typ</c> header of an ID token.</summary>
    public const string Type = "JWT";

    /// <summary>Who issued it.</summary>
    public required string Issuer { get; init; }

    /// <summary>The client it is for.</summary>
    public required string ClientId { get; init; }

    /// <summary>The person.</summary>
    public required string Subject { get; init; }

    /// <summary>When it was issued.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the person really signed in.</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>The nonce of the request, exactly as sent; null when none was sent.</summary>
    public string? Nonce { get; init; }

    /// <summary>Public id of the session.</summary>
    public string? SessionId { get; init; }

    /// <summary>The access token issued beside it, for <c>at_hash</c>.</summary>
    public string? AccessToken { get; init; }

    /// <summary>Further claims, where the client wants them here and not only in userinfo.</summary>
    public IReadOnlyList<Claim> Claims { get; init; } = [];

    /// <summary>The left half of a token's SHA-256 (OpenID Connect Core §3.1.3.6); both our algorithms use SHA-256.</summary>
    /// <param name="token">The access token.</param>
    public static string HalfHash(string token) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)).AsSpan(0, 16));

    /// <summary>Signs it.</summary>
    /// <param name="key">The environment's key for the client's algorithm.</param>
    public string Sign(SigningKey key) => TokenSigner.Sign(key, Type, this, static (json, token) =>
    {
        json.WriteString("iss", token.Issuer);
        json.WriteString("sub", token.Subject);
        json.WriteString("aud", token.ClientId);
        json.WriteNumber("exp", token.ExpiresAt.ToUnixTimeSeconds());
        json.WriteNumber("iat", token.IssuedAt.ToUnixTimeSeconds());
        json.WriteNumber("auth_time", token.AuthTime.ToUnixTimeSeconds());
        if (token.Nonce is { } nonce)
        {
            json.WriteString("nonce", nonce);
        }

        if (token.AccessToken is { } accessToken)
        {
            json.WriteString("at_hash", HalfHash(accessToken));
        }

        if (token.SessionId is { } sid)
        {
            json.WriteString("sid", sid);
        }

        foreach (var claim in token.Claims)
        {
            claim.Write(json);
        }
    });
}
