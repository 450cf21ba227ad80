namespace Xenios.XSandbox.Faults;

/// <summary>The endpoints a fault can be switched on for, by the names the control API uses.</summary>
internal static class EndpointNames
{
    public const string Authorize = "authorize";
    public const string Token = "token";
    public const string Revoke = "revoke";
    public const string UsersMe = "users_me";
    public const string RequestToken = "request_token";
    public const string Authenticate = "authenticate";
    public const string AccessToken = "access_token";
    public const string VerifyCredentials = "verify_credentials";

    public static readonly IReadOnlyList<string> All =
        [Authorize, Token, Revoke, UsersMe, RequestToken, Authenticate, AccessToken, VerifyCredentials];

    /// <summary>Pages for a browser.</summary>
    public static readonly IReadOnlyList<string> Pages = [Authorize, Authenticate];

    /// <summary>Calls from server to server.</summary>
    public static readonly IReadOnlyList<string> Api = [Token, Revoke, UsersMe, RequestToken, AccessToken, VerifyCredentials];

    /// <summary>Calls that answer in the words of X's first API.</summary>
    public static readonly IReadOnlyList<string> V1 = [RequestToken, AccessToken, VerifyCredentials];

    /// <summary>Calls that may carry an OAuth 1.0a signature.</summary>
    public static readonly IReadOnlyList<string> Signed = [UsersMe, RequestToken, AccessToken, VerifyCredentials];

    /// <summary>Calls that say who the person is.</summary>
    public static readonly IReadOnlyList<string> Profiles = [UsersMe, VerifyCredentials];
}
