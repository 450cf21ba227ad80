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
