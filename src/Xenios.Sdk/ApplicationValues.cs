using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>What kind of program an application is (contract §3, <c>type</c>).</summary>
[JsonConverter(typeof(WireNameConverter<ApplicationType>))]
public enum ApplicationType
{
    /// <summary><c>web</c>: runs on a server and can keep a secret.</summary>
    Web,

    /// <summary><c>spa</c>: runs in the browser; public.</summary>
    Spa,

    /// <summary><c>native</c>: runs on a device (RFC 8252); public.</summary>
    Native,

    /// <summary><c>machine</c>: acts for itself, without a person.</summary>
    Machine,
}

/// <summary>How a client obtains tokens, by the short names of contract §3.</summary>
[JsonConverter(typeof(WireNameConverter<GrantType>))]
public enum GrantType
{
    /// <summary><c>authorization_code</c> (RFC 6749 §4.1).</summary>
    AuthorizationCode,

    /// <summary><c>refresh_token</c> (RFC 6749 §6).</summary>
    RefreshToken,

    /// <summary><c>client_credentials</c> (RFC 6749 §4.4).</summary>
    ClientCredentials,

    /// <summary><c>device_code</c> (RFC 8628); in requests <c>urn:ietf:params:oauth:grant-type:device_code</c>.</summary>
    DeviceCode,

    /// <summary><c>token_exchange</c> (RFC 8693); in requests <c>urn:ietf:params:oauth:grant-type:token-exchange</c>.</summary>
    TokenExchange,
}

/// <summary>How a client proves itself at the token endpoint (OpenID Connect Core §9).</summary>
[JsonConverter(typeof(WireNameConverter<TokenEndpointAuthMethod>))]
public enum TokenEndpointAuthMethod
{
    /// <summary><c>client_secret_basic</c>: the secret in the Authorization header.</summary>
    ClientSecretBasic,

    /// <summary><c>client_secret_post</c>: the secret in the body.</summary>
    ClientSecretPost,

    /// <summary><c>none</c>: a public client.</summary>
    None,

    /// <summary><c>private_key_jwt</c>: an assertion signed with the client's own key (RFC 7523).</summary>
    PrivateKeyJwt,

    /// <summary><c>client_secret_jwt</c>: an assertion with an HMAC over the secret (RFC 7523).</summary>
    ClientSecretJwt,
}

/// <summary>What a client's assertion may name as its audience.</summary>
[JsonConverter(typeof(WireNameConverter<AssertionAudience>))]
public enum AssertionAudience
{
    /// <summary><c>issuer</c>: the issuer, as FAPI 2.0 and the update of RFC 7523 want it.</summary>
    Issuer,

    /// <summary><c>issuer_or_token_endpoint</c>: also the URL of the token endpoint, for clients that follow OpenID Connect Core §9 to the letter.</summary>
    IssuerOrTokenEndpoint,
}

/// <summary>Signature algorithms of client assertions (RFC 7518 §3.1).</summary>
[JsonConverter(typeof(WireNameConverter<AssertionSigningAlgorithm>))]
public enum AssertionSigningAlgorithm
{
    /// <summary><c>RS256</c>: RSA PKCS #1 v1.5 with SHA-256.</summary>
    [JsonStringEnumMemberName("RS256")]
    RS256,

    /// <summary><c>RS384</c>: RSA PKCS #1 v1.5 with SHA-384.</summary>
    [JsonStringEnumMemberName("RS384")]
    RS384,

    /// <summary><c>RS512</c>: RSA PKCS #1 v1.5 with SHA-512.</summary>
    [JsonStringEnumMemberName("RS512")]
    RS512,

    /// <summary><c>PS256</c>: RSA-PSS with SHA-256.</summary>
    [JsonStringEnumMemberName("PS256")]
    PS256,

    /// <summary><c>PS384</c>: RSA-PSS with SHA-384.</summary>
    [JsonStringEnumMemberName("PS384")]
    PS384,

    /// <summary><c>PS512</c>: RSA-PSS with SHA-512.</summary>
    [JsonStringEnumMemberName("PS512")]
    PS512,

    /// <summary><c>ES256</c>: ECDSA with SHA-256.</summary>
    [JsonStringEnumMemberName("ES256")]
    ES256,

    /// <summary><c>ES384</c>: ECDSA with SHA-384.</summary>
    [JsonStringEnumMemberName("ES384")]
    ES384,

    /// <summary><c>ES512</c>: ECDSA with SHA-512.</summary>
    [JsonStringEnumMemberName("ES512")]
    ES512,

    /// <summary><c>HS256</c>: HMAC with SHA-256, for <c>client_secret_jwt</c>.</summary>
    [JsonStringEnumMemberName("HS256")]
    HS256,

    /// <summary><c>HS384</c>: HMAC with SHA-384, for <c>client_secret_jwt</c>.</summary>
    [JsonStringEnumMemberName("HS384")]
    HS384,

    /// <summary><c>HS512</c>: HMAC with SHA-512, for <c>client_secret_jwt</c>.</summary>
    [JsonStringEnumMemberName("HS512")]
    HS512,
}

/// <summary>Signature algorithms offered for ID tokens (RFC 7518 §3.1).</summary>
[JsonConverter(typeof(WireNameConverter<SigningAlgorithm>))]
public enum SigningAlgorithm
{
    /// <summary><c>RS256</c>: RSA with SHA-256.</summary>
    [JsonStringEnumMemberName("RS256")]
    RS256,

    /// <summary><c>ES256</c>: ECDSA on P-256 with SHA-256.</summary>
    [JsonStringEnumMemberName("ES256")]
    ES256,
}

/// <summary>Whether <c>sub</c> names a local account after an external sign-in (D2).</summary>
[JsonConverter(typeof(WireNameConverter<LocalSubject>))]
public enum LocalSubject
{
    /// <summary><c>mandatory</c>: always a local account; refused without one.</summary>
    Mandatory,

    /// <summary><c>optional</c>: the local account if there is one, else the federated subject.</summary>
    Optional,

    /// <summary><c>disabled</c>: always the federated subject.</summary>
    Disabled,
}

/// <summary>Which family of client libraries an application uses (contract §3, <c>compat_profile</c>).</summary>
[JsonConverter(typeof(WireNameConverter<CompatProfile>))]
public enum CompatProfile
{
    /// <summary><c>plain</c>: the standards and nothing else.</summary>
    Plain,

    /// <summary><c>kinde</c>: what Kinde's libraries expect.</summary>
    Kinde,

    /// <summary><c>wso2</c>: what WSO2's libraries expect.</summary>
    Wso2,
}

/// <summary>Ways to sign in that this server itself offers in a login flow.</summary>
[JsonConverter(typeof(WireNameConverter<SignInMethod>))]
public enum SignInMethod
{
    /// <summary><c>password</c>: username or email with a password.</summary>
    Password,

    /// <summary><c>email_code</c>: a code sent to the address.</summary>
    EmailCode,

    /// <summary><c>passkey</c>: WebAuthn.</summary>
    Passkey,
}
