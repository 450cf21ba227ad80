namespace Xenios.Protocol;

/// <summary>A rule of a specification that a request broke.</summary>
/// <param name="Code">The registered error code, such as <c>invalid_request</c> (RFC 6749 §4.1.2.1, §5.2; OpenID Connect Core §3.1.2.6).</param>
/// <param name="Description">Public text for a developer: ASCII without quotes and backslashes (RFC 6749 §5.2).</param>
/// <param name="LogDetail">What only the operator should read; never a secret.</param>
public sealed record OAuthError(string Code, string Description, string? LogDetail = null)
{
    /// <summary><c>invalid_request</c>: a parameter is missing, repeated, malformed or does not fit the others.</summary>
    /// <param name="description">Public text.</param>
    public static OAuthError InvalidRequest(string description) => new("invalid_request", description);

    /// <summary><c>invalid_grant</c>: the code or token is unknown, expired, used, or somebody else's. Which of them is never said to the client.</summary>
    /// <param name="logDetail">Which of them it was, for the operator.</param>
    public static OAuthError InvalidGrant(string logDetail) =>
        new("invalid_grant", "The code is unknown, expired, already used, or was not issued for this request.", logDetail);

    /// <summary><c>invalid_client</c>: who the client says it is could not be proved.</summary>
    /// <param name="logDetail">What was wrong, for the operator.</param>
    public static OAuthError InvalidClient(string logDetail) =>
        new("invalid_client", "The client is unknown or did not authenticate the way it is registered.", logDetail);
}
