namespace Xenios.Protocol;

/// <summary>What an authorization code stands for, kept on the server while the code is in the browser. Never a claim: those are read when it is redeemed.</summary>
public sealed record AuthorizationCode
{
    /// <summary>The client it was issued to.</summary>
    public required string ClientId { get; init; }

    /// <summary>The redirect URI it was sent to.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>Whether the authorization request named the redirect URI.</summary>
    public bool RedirectUriSent { get; init; }

    /// <summary>S256 challenge, if the request had one.</summary>
    public string? CodeChallenge { get; init; }

    /// <summary>Nonce for the ID token.</summary>
    public string? Nonce { get; init; }

    /// <summary>Granted scopes.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Whether fewer scopes were granted than asked for.</summary>
    public bool ScopesNarrowed { get; init; }

    /// <summary>APIs the request named with <c>resource</c>; empty for this server's own userinfo (RFC 8707).</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Claims asked for one by one; null for none.</summary>
    public Authorize.RequestedClaims? Claims { get; init; }

    /// <summary>The person who signed in.</summary>
    public required string UserId { get; init; }

    /// <summary>Public id of the session, the <c>sid</c> claim.</summary>
    public required string SessionId { get; init; }

    /// <summary>When the person signed in.</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>Issuer of the host where the request began.</summary>
    public required string Issuer { get; init; }

    /// <summary>Names everything issued from this code, so that a second use can revoke it all (RFC 6749 §4.1.2).</summary>
    public required string GrantId { get; init; }

    /// <summary>Support code of the sign-in it ends.</summary>
    public string? SupportCode { get; init; }
}
