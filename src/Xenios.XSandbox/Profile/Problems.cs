using System.Text.Json.Nodes;
using Xenios.XSandbox.Http;

namespace Xenios.XSandbox.Profile;

/// <summary>The error bodies of X's second API (x-platform §2.4).</summary>
internal static class Problems
{
    // Live bodies still carry the old host name.
    private const string Types = "https://api.twitter.com/2/problems/";

    // The account in the public traces: a JSON number beyond 2^53.
    private const long AccountId = 1243608864848629761;

    public static Answer Unauthorized() => Plain(401, "Unauthorized", "Unauthorized");

    public static Answer Forbidden(string detail = "Forbidden") => Plain(403, "Forbidden", detail);

    public static Answer TooManyRequests() => Plain(429, "Too Many Requests", "Too Many Requests");

    public static Answer InternalError() => Plain(500, "Internal Server Error", "Internal Server Error");

    public static Answer Unavailable() => Plain(503, "Service Unavailable", "Service Unavailable");

    public static Answer CreditsDepleted() => Send(402, new()
    {
        ["account_id"] = AccountId,
        ["title"] = "CreditsDepleted",
        ["detail"] = $"Your enrolled account [{AccountId}] does not have any credits to fulfill this request.",
        ["type"] = Types + "credits",
    });

    public static Answer UsageCapped() => Send(429, new()
    {
        ["account_id"] = AccountId,
        ["product_name"] = "standard-basic",
        ["title"] = "UsageCapExceeded",
        ["period"] = "Monthly",
        ["scope"] = "Product",
        ["detail"] = "Usage cap exceeded: Monthly product cap",
        ["type"] = Types + "usage-capped",
    });

    public static Answer NotEnrolled(string appId = "27988566") => Send(403, new()
    {
        ["client_id"] = appId,
        ["detail"] = "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App that is"
            + " attached to a Project. You can create a project via the developer portal.",
        ["registration_url"] = "https://developer.twitter.com/en/docs/projects/overview",
        ["title"] = "Client Forbidden",
        ["required_enrollment"] = "Appropriate Level of API Access",
        ["reason"] = "client-not-enrolled",
        ["type"] = Types + "client-forbidden",
    });

    public static Answer UserSuspended() => Send(403, new()
    {
        ["detail"] = "The user used for authentication is suspended",
        ["title"] = "Forbidden",
        ["status"] = 403,
        ["type"] = Types + "user-suspended",
    });

    public static Answer UnsupportedAuthentication() => Send(403, new()
    {
        ["title"] = "Unsupported Authentication",
        ["detail"] = "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  Supported authentication types are"
            + " [OAuth 1.0a User Context, OAuth 2.0 User Context].",
        ["type"] = Types + "unsupported-authentication",
        ["status"] = 403,
    });

    public static Answer NoOAuth2Here() => Forbidden("You are not permitted to use OAuth2 on this endpoint");

    public static Answer InvalidParameter(string parameter, IEnumerable<string> values, string message) => Send(400, new()
    {
        ["errors"] = new JsonArray(new JsonObject
        {
            ["parameters"] = new JsonObject { [parameter] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]) },
            ["message"] = message,
        }),
        ["title"] = "Invalid Request",
        ["detail"] = "One or more parameters to your request was invalid.",
        ["type"] = Types + "invalid-request",
    });

    /// <summary>The error that stands beside <c>data</c> when one field could not be given.</summary>
    public static JsonObject NotAuthorizedForField(string field) => new()
    {
        ["resource_type"] = "user",
        ["field"] = field,
        ["title"] = "Field Authorization Error",
        ["section"] = "data",
        ["detail"] = $"Sorry, you are not authorized to access '{field}' on the User.",
        ["type"] = Types + "not-authorized-for-field",
    };

    private static Answer Plain(int status, string title, string detail) => Send(status, new()
    {
        ["title"] = title,
        ["type"] = "about:blank",
        ["status"] = status,
        ["detail"] = detail,
    });

    private static Answer Send(int status, JsonObject body) => Answer.Json(status, body);
}
