using System.Text.Json.Nodes;
using Xenios.XSandbox.Http;

namespace Xenios.XSandbox.OAuth2;

/// <summary>The error bodies of X's token endpoint with its exact texts (x-platform §1.8).</summary>
internal static class OAuth2Errors
{
    public static Answer MissingAuthorization() => Error(401, "unauthorized_client", "Missing valid authorization header");

    public static Answer InvalidCode() => Invalid("Value passed for the authorization code was invalid.");

    public static Answer InvalidToken() => Invalid("Value passed for the token was invalid.");

    public static Answer RedirectMismatch() => Invalid("Value passed for the redirect uri did not match the uri of the authorization code.");

    public static Answer Missing(string parameter) => Invalid($"Missing required parameter [{parameter}].");

    public static Answer Repeated(string parameter) => Invalid($"Parameter [{parameter}] was passed more than once.");

    public static Answer UnsupportedGrant() => Error(400, "unsupported_grant_type", "Value passed for the grant type was invalid.");

    public static Answer TooLarge() => Error(413, "invalid_request", "The request body is too large.");

    private static Answer Invalid(string description) => Error(400, "invalid_request", description);

    private static Answer Error(int status, string code, string description) =>
        Answer.Json(status, new JsonObject { ["error"] = code, ["error_description"] = description });
}
