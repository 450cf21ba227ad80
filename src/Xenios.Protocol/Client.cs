namespace Xenios.Protocol;

/// <summary>An application as the hot path sees it: an immutable part of a snapshot.</summary>
public sealed record Client
{
    /// <summary>The application's <c>client_id</c>.</summary>
    public required string ClientId { get; init; }

    /// <summary>Name shown on the sign-in page.</summary>
    public required string Name { get; init; }

    /// <summary>True for native applications, whose loopback redirect URIs match on any port (RFC 8252 §7.3).</summary>
    public bool IsNative { get; init; }

    /// <summary>Registered redirect URIs, compared as they stand (RFC 9700 §4.1.3).</summary>
    public required IReadOnlyList<string> RedirectUris { get; init; }

    /// <summary>Registered addresses for the way back from sign-out (RP-Initiated Logout §3.1).</summary>
    public IReadOnlyList<string> PostLogoutRedirectUris { get; init; } = [];

    /// <summary>Where it is told that a session ended (OpenID Connect Back-Channel Logout §2.2); null when it does not want to know.</summary>
    public string? BackchannelLogoutUri { get; init; }

    /// <summary>Grant types the client may use, in their wire names.</summary>
    public required IReadOnlyList<string> GrantTypes { get; init; }

    /// <summary>Scopes the client may ask for; others are left out of the grant.</summary>
    public required IReadOnlyList<string> AllowedScopes { get; init; }

    /// <summary>The one way the client authenticates.</summary>
    public ClientAuthenticationMethod AuthenticationMethod { get; init; }

    /// <summary>Salted hashes of the live secrets; none for a public client.</summary>
    public IReadOnlyList<ClientSecretHash> Secrets { get; init; } = [];

    /// <summary>The live secrets themselves, for <see cref="ClientAuthenticationMethod.ClientSecretJwt"/> only: an HMAC cannot be checked by a hash.</summary>
    public IReadOnlyList<ClientAssertionSecret> AssertionSecrets { get; init; } = [];

    /// <summary>Registered keys for <see cref="ClientAuthenticationMethod.PrivateKeyJwt"/>; null when they lie at <see cref="JwksUri"/> or there are none.</summary>
    public ClientKeys? Keys { get; init; }

    /// <summary>Where the client publishes its keys; null when they are registered by value or there are none.</summary>
    public Uri? JwksUri { get; init; }

    /// <summary>The only <c>alg</c> its assertions may have; null for any that its method allows.</summary>
    public string? AssertionAlgorithm { get; init; }

    /// <summary>Whether its assertions may name the token endpoint as audience; FAPI 2.0 and the update of RFC 7523 want the issuer alone.</summary>
    public bool AcceptsTokenEndpointAudience { get; init; }

    /// <summary><c>RS256</c> or <c>ES256</c>.</summary>
    public string IdTokenSigningAlgorithm { get; init; } = SigningAlgorithms.RS256;

    /// <summary>Algorithm of access tokens: ES256, or RS256 where a client family insists on it.</summary>
    public string AccessTokenSigningAlgorithm { get; init; } = SigningAlgorithms.ES256;

    /// <summary>Seconds an access token lives, 60 to 86,400.</summary>
    public int AccessTokenLifetime { get; init; } = 3600;

    /// <summary>Whether PKCE is demanded. A request that uses it is honoured either way.</summary>
    public bool RequirePkce { get; init; } = true;

    /// <summary>Whether a refresh token is replaced at each use; false only for a confidential client.</summary>
    public bool RefreshRotation { get; init; } = true;

    /// <summary>Whether authorization requests must be pushed (RFC 9126 §5).</summary>
    public bool RequirePushedRequests { get; init; }

    /// <summary>APIs the client may ask access tokens for (RFC 8707), as absolute URIs.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Whether profile and email claims stand in the ID token too, and not only in userinfo.</summary>
    public bool ClaimsInIdToken { get; init; }

    /// <summary>Whether a person without an email is asked for one.</summary>
    public bool RequireEmail { get; init; } = true;

    /// <summary>Whether the person is asked before the client gets its scopes.</summary>
    public bool RequireConsent { get; init; }

    /// <summary>Scopes the client gets without anybody being asked.</summary>
    public IReadOnlyList<string> TrustedScopes { get; init; } = [];

    /// <summary>Whether <c>sub</c> must name a local account; without one nobody is signed in to this client.</summary>
    public bool LocalSubjectRequired { get; init; } = true;

    /// <summary>Whether <c>sub</c> names the person at the upstream even where there is a local account.</summary>
    public bool FederatedSubject { get; init; }

    /// <summary>Ways to sign in that this server itself offers the client's people, in their wire names: <c>password</c>, <c>email_code</c>.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Origins whose scripts may call the endpoints that clients call themselves.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Slugs of the connections offered on the sign-in page, in order.</summary>
    public IReadOnlyList<string> Connections { get; init; } = [];

    /// <summary>Whether a single sign-in option is taken without showing the page.</summary>
    public bool AutoRedirectSingleOption { get; init; }

    /// <summary>True when the client has no secret to keep.</summary>
    public bool IsPublic => AuthenticationMethod == ClientAuthenticationMethod.None;
}
