namespace Xenios.Protocol.Authorize;

/// <summary>Where the answer to an authorization request goes, once the redirect URI is proved to be the client's.</summary>
/// <param name="RedirectUri">The redirect URI exactly as sent.</param>
/// <param name="State">The client's <c>state</c>, returned unchanged; null when none was sent.</param>
/// <param name="Mode">How the answer travels.</param>
public sealed record AuthorizeReturn(string RedirectUri, string? State, ResponseMode Mode);

/// <summary>A checked authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1): whoever holds one need not check it again.</summary>
public sealed record AuthorizeRequest
{
    /// <summary>The client that asks.</summary>
    public required string ClientId { get; init; }

    /// <summary>Where the answer goes.</summary>
    public required AuthorizeReturn Return { get; init; }

    /// <summary>Whether <c>redirect_uri</c> stood in the request; then the token request must repeat it unless the code is bound by PKCE.</summary>
    public bool RedirectUriSent { get; init; } = true;

    /// <summary>Scopes granted: those asked for that the client may have, in the order asked.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Whether every scope asked for was granted; otherwise the token response must name the granted ones (RFC 6749 §5.1).</summary>
    public bool ScopesNarrowed { get; init; }

    /// <summary>APIs named with <c>resource</c> (RFC 8707); empty for none.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Echoed in the ID token; null when none was sent.</summary>
    public string? Nonce { get; init; }

    /// <summary>S256 challenge; null only for a confidential client that need not use PKCE.</summary>
    public string? CodeChallenge { get; init; }

    /// <summary>Values of <c>prompt</c>.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>Seconds since the last real sign-in that the client accepts; null for any.</summary>
    public long? MaxAge { get; init; }

    /// <summary>Who the client thinks is coming; only ever a hint.</summary>
    public string? LoginHint { get; init; }

    /// <summary>Slug of the connection to go to without asking; null when the person chooses.</summary>
    public string? Connection { get; init; }

    /// <summary>Name under which the request was pushed (RFC 9126); null for one that came with the browser.</summary>
    public string? PushedKey { get; init; }

    /// <summary>Who alone may answer, by <c>id_token_hint</c> or the <c>sub</c> of <c>claims</c>; null for anybody (OpenID Connect Core §3.1.2.1, §5.5.1).</summary>
    public IReadOnlyList<string>? Subjects { get; init; }

    /// <summary>Claims asked for one by one that the client may have; null for none.</summary>
    public RequestedClaims? Claims { get; init; }

    /// <summary>Languages the person prefers, best first.</summary>
    public string? UiLocales { get; init; }

    /// <summary>The request without one of its scopes, which the token response then has to say.</summary>
    /// <param name="scope">The scope.</param>
    public AuthorizeRequest Without(string scope) =>
        this with { Scopes = [.. Scopes.Where(name => !string.Equals(name, scope, StringComparison.Ordinal))], ScopesNarrowed = true };

    /// <summary>Whether the client asked with a prompt value.</summary>
    /// <param name="prompt">Such as <c>none</c>.</param>
    public bool HasPrompt(string prompt) => Prompts.Contains(prompt, StringComparer.Ordinal);
}
