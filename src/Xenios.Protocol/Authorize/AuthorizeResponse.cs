namespace Xenios.Protocol.Authorize;

/// <summary>An answer to an authorization request: what is sent, and to where. It always carries <c>iss</c> (RFC 9207) and the client's <c>state</c>.</summary>
/// <param name="Return">Where it goes.</param>
/// <param name="Fields">Names and values in the order they are sent.</param>
public sealed record AuthorizeResponse(AuthorizeReturn Return, IReadOnlyList<KeyValuePair<string, string?>> Fields)
{
    /// <summary>A code for the client (RFC 6749 §4.1.2).</summary>
    /// <param name="back">Where it goes.</param>
    /// <param name="issuer">Who answers.</param>
    /// <param name="code">The authorization code.</param>
    public static AuthorizeResponse Success(AuthorizeReturn back, string issuer, string code) =>
        new(back, [new("code", code), .. State(back), new("iss", issuer)]);

    /// <summary>An error for the client (RFC 6749 §4.1.2.1).</summary>
    /// <param name="back">Where it goes.</param>
    /// <param name="issuer">Who answers.</param>
    /// <param name="error">What went wrong.</param>
    public static AuthorizeResponse Failure(AuthorizeReturn back, string issuer, OAuthError error) =>
        new(back, [new("error", error.Code), new("error_description", error.Description), .. State(back), new("iss", issuer)]);

    /// <summary>The redirect URI with the fields in its query; an existing query is kept (RFC 6749 §3.1.2).</summary>
    public string ToQueryUrl()
    {
        var uri = Return.RedirectUri;
        var separator = !uri.Contains('?', StringComparison.Ordinal) ? "?" : uri.EndsWith('?') || uri.EndsWith('&') ? "" : "&";
        return $"{uri}{separator}{Parameters.Format(Fields)}";
    }

    // No state sent, no state returned.
    private static KeyValuePair<string, string?>[] State(AuthorizeReturn back) => back.State is null ? [] : [new("state", back.State)];
}
