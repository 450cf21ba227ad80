namespace Xenios.Sdk;

/// <summary>An application that signs people in through this server: an OAuth client (contract §3, <c>applications</c>).</summary>
public record ApplicationResource
{
    /// <summary>Public name of the client: 1 to 128 of A–Z, a–z, 0–9 and <c>. _ ~ -</c>; unique in the environment. Required.</summary>
    public string? ClientId { get; init; }

    /// <summary>Name shown on sign-in and consent pages, 1 to 100 characters. Default: the <c>client_id</c>.</summary>
    public string? Name { get; init; }

    /// <summary>Whether it may be used; one that is switched off is as unknown as one that is not there. Default true.</summary>
    public bool? Enabled { get; init; }

    /// <summary>What kind of program it is, which decides whether it can keep a secret. Default <see cref="ApplicationType.Web"/>.</summary>
    public ApplicationType? Type { get; init; }

    /// <summary>
    /// Secret of a confidential client, write-only: 32 to 256 of A–Z, a–z, 0–9 and <c>- _ .</c>; with <see cref="CompatProfile.Kinde"/> 40 to 60
    /// letters and digits. Absent for <see cref="ApplicationType.Spa"/> and <see cref="ApplicationType.Native"/>.
    /// </summary>
    public string? ClientSecret { get; init; }

    /// <summary>
    /// Where authorization responses may go, compared as they stand (RFC 9700 §4.1.3); each at most 2,048 characters. Default: none.
    /// </summary>
    public IReadOnlyList<string>? RedirectUris { get; init; }

    /// <summary>Where a browser may go after sign-out (RP-Initiated Logout §3.1); same rules as <see cref="RedirectUris"/>. Default: none.</summary>
    public IReadOnlyList<string>? PostLogoutRedirectUris { get; init; }

    /// <summary>
    /// Grants the client may use. Default: <see cref="GrantType.AuthorizationCode"/> and <see cref="GrantType.RefreshToken"/>; for
    /// <see cref="ApplicationType.Machine"/> <see cref="GrantType.ClientCredentials"/>.
    /// </summary>
    public IReadOnlyList<GrantType>? GrantTypes { get; init; }

    /// <summary>Scopes the client may ask for (RFC 6749 §3.3). Default <c>openid profile email offline_access</c>; for machines none.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Whether it must push its authorization requests (RFC 9126 §5). Default false.</summary>
    public bool? RequirePushedAuthorizationRequests { get; init; }

    /// <summary>APIs it may ask access tokens for with <c>resource</c> (RFC 8707): absolute URIs without fragment. Default: none.</summary>
    public IReadOnlyList<string>? Resources { get; init; }

    /// <summary>
    /// The one way the client proves itself at the token endpoint. Default <see cref="TokenEndpointAuthMethod.ClientSecretBasic"/>;
    /// <see cref="TokenEndpointAuthMethod.None"/> for <see cref="ApplicationType.Spa"/> and <see cref="ApplicationType.Native"/>.
    /// </summary>
    public TokenEndpointAuthMethod? TokenEndpointAuthMethod { get; init; }

    /// <summary>Public keys for <see cref="TokenEndpointAuthMethod.PrivateKeyJwt"/> (RFC 7517), at most 20. Not together with <see cref="JwksUri"/>.</summary>
    public JwksResource? Jwks { get; init; }

    /// <summary>Where the client publishes those keys: https, or http on a loopback host; at most 2,048 characters. Not together with <see cref="Jwks"/>.</summary>
    public string? JwksUri { get; init; }

    /// <summary>The only signature its assertions may have. Default: any that the method and the keys allow.</summary>
    public AssertionSigningAlgorithm? TokenEndpointAuthSigningAlg { get; init; }

    /// <summary>What its assertions may name as audience. Default <see cref="AssertionAudience.Issuer"/>.</summary>
    public AssertionAudience? AssertionAudience { get; init; }

    /// <summary>Signature of ID tokens. Default <see cref="SigningAlgorithm.RS256"/> (OpenID Connect Core §15.1).</summary>
    public SigningAlgorithm? IdTokenSignedResponseAlg { get; init; }

    /// <summary>Life of an access token in seconds, 60 to 86,400. Default 3,600.</summary>
    public int? AccessTokenLifetime { get; init; }

    /// <summary>Whether a request without PKCE is refused. Default true; false for a confidential client only.</summary>
    public bool? RequirePkce { get; init; }

    /// <summary>Whether a refresh token is replaced at each use. Default true; false for a confidential client only.</summary>
    public bool? RefreshRotation { get; init; }

    /// <summary>Whether profile and email claims stand in the ID token too, and not only in userinfo. Default false.</summary>
    public bool? ClaimsInIdToken { get; init; }

    /// <summary>Origins that scripts may call the token and userinfo endpoints from (CORS), as <c>scheme://host[:port]</c>. Default: none.</summary>
    public IReadOnlyList<string>? AllowedOrigins { get; init; }

    /// <summary>Where logout tokens are posted (OpenID Connect Back-Channel Logout §2.2); empty: nowhere. Default empty.</summary>
    public string? BackchannelLogoutUri { get; init; }

    /// <summary>Whether a person without an email is asked for one. Default true.</summary>
    public bool? RequireEmail { get; init; }

    /// <summary>Scopes granted without asking the person, unless the request says <c>prompt=consent</c>. Default: none.</summary>
    public IReadOnlyList<string>? TrustedScopes { get; init; }

    /// <summary>
    /// Whether the person is asked before the application gets its scopes. Default false; a public application that asks for <c>offline_access</c> is asked for
    /// either way, unless it is among the <see cref="TrustedScopes"/>.
    /// </summary>
    public bool? RequireConsent { get; init; }

    /// <summary>What <c>sub</c> is after an external sign-in (D2). Default <see cref="LocalSubject.Mandatory"/>.</summary>
    public LocalSubject? LocalSubject { get; init; }

    /// <summary>Whether the page is skipped when it would offer one way only (D1, D-11). Default false.</summary>
    public bool? AutoRedirectSingleOption { get; init; }

    /// <summary>Which client library's expectations are met beyond the standards. Default <see cref="CompatProfile.Plain"/>.</summary>
    public CompatProfile? CompatProfile { get; init; }

    /// <summary>Slugs of the connections offered: the short form of a login flow with one step. Not together with <see cref="LoginFlow"/>.</summary>
    public IReadOnlyList<string>? Connections { get; init; }

    /// <summary>Steps a person goes through. Not together with <see cref="Connections"/>.</summary>
    public LoginFlowResource? LoginFlow { get; init; }

    /// <summary>The client's name; never its secret.</summary>
    public sealed override string ToString() => $"application {ClientId}";
}

/// <summary>What a person goes through to sign in to an application, in order (contract §3, <c>login_flow</c>).</summary>
public sealed record LoginFlowResource
{
    /// <summary>Steps; each must be passed. At least one.</summary>
    public IReadOnlyList<LoginStepResource>? Steps { get; init; }
}

/// <summary>One step of a login flow: the person picks one of its options.</summary>
public sealed record LoginStepResource
{
    /// <summary>Ways to pass the step. At least one.</summary>
    public IReadOnlyList<SignInOptionResource>? Options { get; init; }
}

/// <summary>One way to pass a step: a connection or a method of this server, exactly one of the two.</summary>
public sealed record SignInOptionResource
{
    /// <summary>Slug of a connection.</summary>
    public string? Connection { get; init; }

    /// <summary>A way to sign in that this server itself offers.</summary>
    public SignInMethod? Method { get; init; }
}
