namespace Xenios.Protocol;

/// <summary>The checks of a token request that redeems a code (RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 9700).</summary>
public static class TokenRules
{
    // Lists by design: RFC 8707 §2, RFC 8693 §2.1.
    private static readonly string[] Lists = ["resource", "audience"];

    /// <summary>Checks what holds for every form that a client sends: no parameter twice (RFC 6749 §3.2).</summary>
    /// <param name="form">The form body.</param>
    public static OAuthError? CheckForm(Parameters form)
    {
        if (form.TooMany)
        {
            return OAuthError.InvalidRequest("Too many parameters.");
        }

        return form.Repeated.FirstOrDefault(name => !Lists.Contains(name, StringComparer.Ordinal)) is { } twice
            ? OAuthError.InvalidRequest(twice.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && twice.Length <= 64 ? $"{twice} was sent more than once." : "A parameter was sent more than once.")
            : null;
    }

    /// <summary>Whether the client may use a grant type.</summary>
    /// <param name="client">The authenticated client.</param>
    /// <param name="grantType">A supported grant type.</param>
    public static OAuthError? CheckGrant(Client client, string grantType) =>
        client.GrantTypes.Contains(grantType, StringComparer.Ordinal) ? null : new("unauthorized_client", "This client may not use that grant_type.");

    /// <summary>Checks a code that was just taken against the request that brought it.</summary>
    /// <param name="code">What the code stands for.</param>
    /// <param name="client">The authenticated client.</param>
    /// <param name="form">The form body.</param>
    /// <param name="issuer">Issuer of the host in use.</param>
    public static OAuthError? CheckCode(AuthorizationCode code, Client client, Parameters form, string issuer) =>
        CheckOwner(code, client, issuer) ?? CheckRedirectUri(code, form["redirect_uri"]) ?? Pkce.Verify(code.CodeChallenge, form["code_verifier"]);

    /// <summary>Checks the <c>scope</c> of a refresh: the granted scopes or fewer (RFC 6749 §6).</summary>
    /// <param name="granted">What the refresh token stands for.</param>
    /// <param name="scope">The parameter; null asks for all of them.</param>
    public static OAuthError? CheckScope(IReadOnlyList<string> granted, string? scope) =>
        Scopes.Split(scope).All(name => granted.Contains(name, StringComparer.Ordinal)) ? null : new("invalid_scope", "The scope is wider than what was granted.");

    private static OAuthError? CheckOwner(AuthorizationCode code, Client client, string issuer)
    {
        if (!string.Equals(code.ClientId, client.ClientId, StringComparison.Ordinal))
        {
            return OAuthError.InvalidGrant("the code was issued to another client");
        }

        return string.Equals(code.Issuer, issuer, StringComparison.Ordinal) ? null : OAuthError.InvalidGrant("the code was issued on another host");
    }

    // Sent: must be equal. Absent: only a code bound by PKCE, or a request that never named one, may do without (OAuth 2.1 against RFC 6749 §4.1.3).
    private static OAuthError? CheckRedirectUri(AuthorizationCode code, string? sent)
    {
        if (sent is null)
        {
            return code.RedirectUriSent && code.CodeChallenge is null ? OAuthError.InvalidGrant("redirect_uri is missing") : null;
        }

        return string.Equals(sent, code.RedirectUri, StringComparison.Ordinal) ? null : OAuthError.InvalidGrant("redirect_uri differs from the authorization request");
    }
}
