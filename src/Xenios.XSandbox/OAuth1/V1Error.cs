using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Http;

namespace Xenios.XSandbox.OAuth1;

/// <summary>An error of X's first API with its code, in any of the dialects X speaks (x-platform §3.7).</summary>
internal sealed record V1Error(int Code, int Status, string Message)
{
    public static readonly V1Error CouldNotAuthenticate = new(32, 401, "Could not authenticate you");
    public static readonly V1Error InvalidParameter = new(44, 400, "x_auth_access_type parameter is invalid.");
    public static readonly V1Error AccountSuspended = new(64, 403, "Your account is suspended and is not permitted to access this feature");
    public static readonly V1Error NotPermitted = new(87, 403, "Client is not permitted to perform this action.");
    public static readonly V1Error RateLimited = new(88, 429, "Rate limit exceeded");
    public static readonly V1Error InvalidToken = new(89, 401, "Invalid or expired token");
    public static readonly V1Error OverCapacity = new(130, 503, "Over capacity");
    public static readonly V1Error InternalError = new(131, 500, "Internal error");
    public static readonly V1Error TimestampOutOfBounds = new(135, 401, "Timestamp out of bounds");
    public static readonly V1Error BadAuthenticationData = new(215, 400, "Bad authentication data");
    public static readonly V1Error AppSuspended = new(416, 401, "Invalid / suspended application");
    public static readonly V1Error DesktopOnly = new(417, 401, "Desktop applications only support the oauth_callback value 'oob'");

    public static readonly V1Error AccountLocked = new(
        326,
        403,
        "To protect our users from spam and other malicious activity, this account is temporarily locked."
            + " Please log in to https://x.com to unlock your account.");

    public static readonly V1Error CallbackNotApproved =
        new(415, 403, "Callback URL not approved for this client application. Approved callback URLs can be adjusted in your application settings");

    public static readonly V1Error PlanMissing = new(
        453,
        403,
        "You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints (e.g. media post, oauth) only."
            + " If you need access to this endpoint, you may need a different access level.");

    public Answer Json() => Answer.Json(Status, new JsonObject
    {
        ["errors"] = new JsonArray(new JsonObject { ["code"] = Code, ["message"] = Message }),
    });

    /// <summary>JSON to callers that accept it, XML to all others, as far as anybody could see from outside.</summary>
    public Answer For(HttpRequest request) => AcceptsJson(request)
        ? Json()
        : Answer.Text(
            Status,
            $"<?xml version='1.0' encoding='UTF-8'?><errors><error code=\"{Code}\">{WebUtility.HtmlEncode(Message)}</error></errors>",
            "application/xml; charset=utf-8");

    /// <summary>The older dialect in which <c>/oauth/access_token</c> complains about a token: without a code, naming the path.</summary>
    public static Answer Hash(HttpRequest request, string message) => AcceptsJson(request)
        ? InvalidToken.Json()
        : Answer.Text(
            401,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><hash>"
                + $"<error>{WebUtility.HtmlEncode(message)}</error><request>{WebUtility.HtmlEncode(request.Path)}</request></hash>",
            "application/xml; charset=utf-8");

    private static bool AcceptsJson(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("json", StringComparison.OrdinalIgnoreCase);
}
