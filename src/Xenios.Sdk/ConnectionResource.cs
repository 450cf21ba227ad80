namespace Xenios.Sdk;

/// <summary>A configured external sign-in provider (contract §3, <c>connections</c>; §5 for kinds other than X).</summary>
public record ConnectionResource
{
    /// <summary>Name in addresses and references: a–z, 0–9 and <c>-</c>, 1 to 63 characters, no leading <c>-</c>. Required.</summary>
    public string? Slug { get; init; }

    /// <summary>Which connector speaks to the provider. Required.</summary>
    public ConnectionKind? Kind { get; init; }

    /// <summary>Name on the button, 1 to 100 characters. Default <c>X</c> for <see cref="ConnectionKind.X"/>, else the slug.</summary>
    public string? Name { get; init; }

    /// <summary>A note for administrators, at most 1,000 characters. Default empty.</summary>
    public string? Description { get; init; }

    /// <summary>Whether people can sign in with it. Default true.</summary>
    public bool? Enabled { get; init; }

    /// <summary>How the server speaks to X (D2). Default: the preset's, <see cref="ConnectionProtocol.OAuth2"/> for Kinde's.</summary>
    public ConnectionProtocol? Protocol { get; init; }

    /// <summary>
    /// OAuth 2.0 client ID at the provider. For X blank together with <see cref="ClientSecret"/>: shared credentials or the X sandbox, outside
    /// production.
    /// </summary>
    public string? ClientId { get; init; }

    /// <summary>OAuth 2.0 client secret at the provider, write-only; blank with a client ID: a public app, for X of type Native App.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>
    /// API Key (consumer key) of the X app, for <see cref="ConnectionProtocol.OAuth1a"/>. Blank together with <see cref="ApiKeySecret"/>: the X
    /// sandbox, outside production.
    /// </summary>
    public string? ApiKey { get; init; }

    /// <summary>API Key Secret of the X app, write-only.</summary>
    public string? ApiKeySecret { get; init; }

    /// <summary>Path registered at the provider (D2). Default: the preset's, <see cref="CallbackStyle.LoginCallback"/> for Kinde's.</summary>
    public CallbackStyle? CallbackStyle { get; init; }

    /// <summary>
    /// Callback address sent to the provider as it stands; empty: computed per domain. https, or http on a loopback host. Default empty.
    /// </summary>
    public string? CallbackUrl { get; init; }

    /// <summary>
    /// Host of the callback: <c>current</c> (the one the sign-in began on), <c>default</c>, or a verified host that receives the callbacks of all domains.
    /// Default <c>current</c>.
    /// </summary>
    public string? CallbackHost { get; init; }

    /// <summary>
    /// Scopes asked for at the provider. Default for X <c>tweet.read users.read users.email</c>, for <see cref="ConnectionKind.Oidc"/>
    /// <c>openid profile email</c>.
    /// </summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Where X answers; for tests and proxies. Default <c>https://x.com</c> and <c>https://api.x.com</c>.</summary>
    public XHostsResource? Hosts { get; init; }

    /// <summary>
    /// Issuer of an OpenID provider; required for <see cref="ConnectionKind.Oidc"/>, optional for <see cref="ConnectionKind.OAuth2"/>.
    /// </summary>
    public string? Issuer { get; init; }

    /// <summary>Where the browser is sent; required for <see cref="ConnectionKind.OAuth2"/>, and for no other kind.</summary>
    public string? AuthorizationEndpoint { get; init; }

    /// <summary>Where codes are exchanged; required for <see cref="ConnectionKind.OAuth2"/>, and for no other kind.</summary>
    public string? TokenEndpoint { get; init; }

    /// <summary>Where the profile is read; required for <see cref="ConnectionKind.OAuth2"/>, and for no other kind.</summary>
    public string? UserinfoEndpoint { get; init; }

    /// <summary>Extra parameters for the provider's authorization page, by the name they are sent under (A8); at most 20. Default: none.</summary>
    public IReadOnlyDictionary<string, UpstreamParameterResource>? UpstreamParams { get; init; }

    /// <summary>What happens when an external profile arrives (D2). Default: the preset <see cref="PolicyPreset.Kinde"/>.</summary>
    public PolicyResource? Policy { get; init; }

    /// <summary>External attribute that identifies the person. For X always <c>id</c>; default otherwise <c>sub</c>.</summary>
    public string? SubjectAttribute { get; init; }

    /// <summary>Which external attributes become which local ones. Default: none beyond what the connector itself maps.</summary>
    public IReadOnlyList<AttributeMappingResource>? Attributes { get; init; }

    /// <summary>Whether the provider's tokens are kept, sealed, for calls on the person's behalf. Default false.</summary>
    public bool? StoreTokens { get; init; }

    /// <summary>The connection's name; never its credentials.</summary>
    public sealed override string ToString() => $"connection {Slug}";
}

/// <summary>Where X answers (contract §3, <c>hosts</c>): absolute origins without a path, https, or http on a loopback host.</summary>
public sealed record XHostsResource
{
    /// <summary>Origin of the pages a browser is sent to. Default <c>https://x.com</c>.</summary>
    public string? Web { get; init; }

    /// <summary>Origin of the API. Default <c>https://api.x.com</c>.</summary>
    public string? Api { get; init; }
}

/// <summary>
/// One extra parameter for the provider's authorization page: a fixed value or one taken from the request, exactly one of the two (A8).
/// </summary>
public sealed record UpstreamParameterResource
{
    /// <summary>Fixed text, sent as it is; at most 1,024 characters without control characters.</summary>
    public string? Value { get; init; }

    /// <summary>Parameter of the authorization request to copy: <c>prompt</c> or <c>login_hint</c>. Absent there, it is left out.</summary>
    public string? Alias { get; init; }
}

/// <summary>Carries one external attribute over to a local one (B11).</summary>
public sealed record AttributeMappingResource
{
    /// <summary>The attribute's name at the provider, 1 to 128 characters. Required.</summary>
    public string? External { get; init; }

    /// <summary>
    /// The attribute's name here: a letter, then letters, digits and <c>_</c>, 64 at most; no protocol claim, identifier or right. <c>groups</c> is the one
    /// exception: its value, names separated by commas, becomes the account's groups (D2, <c>group_sync</c>). Required.
    /// </summary>
    public string? Local { get; init; }

    /// <summary>Whether the value is stored with the account; otherwise only people without a local account have it in their tokens. Default true.</summary>
    public bool? Provision { get; init; }

    /// <summary>Value where the provider sends none, at most 1,024 characters. Default: nothing is stored then.</summary>
    public string? Default { get; init; }
}
