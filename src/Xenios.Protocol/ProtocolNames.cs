namespace Xenios.Protocol;

/// <summary>Scopes this server knows (OpenID Connect Core §5.4).</summary>
public static class Scopes
{
    /// <summary>Makes the request an OpenID Connect request.</summary>
    public const string OpenId = "openid";

    /// <summary>Name, picture, handle.</summary>
    public const string Profile = "profile";

    /// <summary>Address and whether it is verified.</summary>
    public const string Email = "email";

    /// <summary>A refresh token (OpenID Connect Core §11).</summary>
    public const string OfflineAccess = "offline_access";

    /// <summary>Splits a space-separated scope value; empty for null. Order is kept, repetitions are dropped (RFC 6749 §3.3).</summary>
    /// <param name="scope">The value on the wire.</param>
    public static IReadOnlyList<string> Split(string? scope) =>
        scope is null ? [] : [.. scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
}

/// <summary>Where an authorization response goes (OAuth 2.0 Multiple Response Types, Form Post Response Mode).</summary>
public enum ResponseMode
{
    /// <summary>In the query of the redirect URI; the default for <c>response_type=code</c>.</summary>
    Query,

    /// <summary>In a form that the browser posts to the redirect URI.</summary>
    FormPost,
}

/// <summary>How a client proves itself at the token endpoint (OpenID Connect Core §9).</summary>
public enum ClientAuthenticationMethod
{
    /// <summary><c>client_secret_basic</c>.</summary>
    ClientSecretBasic,

    /// <summary><c>client_secret_post</c>.</summary>
    ClientSecretPost,

    /// <summary><c>none</c>: a public client.</summary>
    None,

    /// <summary><c>client_secret_jwt</c>: an assertion with an HMAC over the secret (RFC 7523).</summary>
    ClientSecretJwt,

    /// <summary><c>private_key_jwt</c>: an assertion signed with the client's own key (RFC 7523).</summary>
    PrivateKeyJwt,
}

/// <summary>Algorithms this server signs with (RFC 7518 §3.1).</summary>
public static class SigningAlgorithms
{
    /// <summary>RSA PKCS #1 v1.5 with SHA-256: OpenID Connect's default for ID tokens.</summary>
    public const string RS256 = "RS256";

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    public const string ES256 = "ES256";

    /// <summary>All of them: an environment has a key for each.</summary>
    public static readonly IReadOnlyList<string> All = [RS256, ES256];
}
