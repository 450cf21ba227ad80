using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Faults;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.OAuth1;
using Xenios.XSandbox.People;

namespace Xenios.XSandbox.Profile;

/// <summary>X's profile call of the first generation, <c>/1.1/account/verify_credentials.json</c> (x-platform §3.6).</summary>
internal sealed class VerifyCredentials(SignedCaller signed, RateLimits limits)
{
    public async Task<IResult> GetAsync(HttpContext http)
    {
        if (http.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return Problems.NoOAuth2Here();
        }

        var (call, error) = await signed.IdentifyAsync(http);
        if (call is null)
        {
            return error!.Json();
        }

        http.Response.Headers["x-access-level"] = "read";
        return (Refusal(http, call)?.Json()) ?? Answer.Json(200, Bend(Body(call), http));
    }

    private V1Error? Refusal(HttpContext http, SignedCall call) => call switch
    {
        { App.V11Access: false } => V1Error.PlanMissing,
        { Person.Suspended: true } => V1Error.AccountSuspended,
        { Person.Locked: true } => V1Error.AccountLocked,
        _ => limits.TryCount(http, EndpointNames.VerifyCredentials, call.App.AppId, call.Person.Id) ? null : V1Error.RateLimited,
    };

    private static JsonObject Body(SignedCall call)
    {
        var person = call.Person;
        var body = new JsonObject
        {
            ["id"] = long.Parse(person.Id, CultureInfo.InvariantCulture),
            ["id_str"] = person.Id,
            ["name"] = person.Name,
            ["screen_name"] = person.Username,
            ["location"] = person.Location,
            ["description"] = person.Description,
            ["url"] = person.Url,
        };
        if (!IsFalse(call, "include_entities"))
        {
            body["entities"] = new JsonObject { ["description"] = new JsonObject { ["urls"] = new JsonArray() } };
        }

        AddAccount(body, person);
        if (!IsTrue(call, "skip_status"))
        {
            body["status"] = Status(person);
        }

        // Without the permission the member is absent; without an address it is null.
        if (IsTrue(call, "include_email") && call.Token.MayReadEmail && call.App.RequestEmail)
        {
            body["email"] = person.ConfirmedEmail;
        }

        return body;
    }

    private static void AddAccount(JsonObject body, Person person)
    {
        body["protected"] = person.Protected;
        body["followers_count"] = 12;
        body["friends_count"] = 34;
        body["listed_count"] = 0;
        body["created_at"] = Date(person.CreatedAt);
        body["favourites_count"] = 78;
        body["utc_offset"] = null;
        body["time_zone"] = null;
        body["geo_enabled"] = false;
        body["verified"] = person.VerifiedType != "none";
        body["statuses_count"] = 56;
        body["lang"] = null;
        body["profile_image_url"] = person.ProfileImageUrl.Replace("https://", "http://", StringComparison.Ordinal);
        body["profile_image_url_https"] = person.ProfileImageUrl;
        body["default_profile"] = true;
        body["default_profile_image"] = person.HasDefaultImage;
        body["following"] = false;
        body["follow_request_sent"] = false;
        body["notifications"] = false;
        body["suspended"] = false;
        body["needs_phone_verification"] = false;
    }

    private static JsonObject Status(Person person) => new()
    {
        ["created_at"] = Date(person.CreatedAt.AddDays(1)),
        ["id"] = 1846092417305964600,
        ["id_str"] = "1846092417305964600",
        ["text"] = "Hello from the sandbox",
        ["truncated"] = false,
    };

    private static JsonObject Bend(JsonObject body, HttpContext http)
    {
        switch (CallNotes.Of(http).Fault?.Kind)
        {
            case FaultKind.NoId:
                body.Remove("id");
                body.Remove("id_str");
                break;
            case FaultKind.EmptyId:
                body["id_str"] = "";
                break;
            case FaultKind.IdNumber:
                body["id_str"] = body["id"]!.DeepClone();
                break;
        }

        return body;
    }

    private static string Date(DateTimeOffset date) => date.ToString("ddd MMM dd HH:mm:ss '+0000' yyyy", CultureInfo.InvariantCulture);

    private static bool IsTrue(SignedCall call, string name) => call.Request.Values.GetValueOrDefault(name) is "true" or "t" or "1";

    private static bool IsFalse(SignedCall call, string name) => call.Request.Values.GetValueOrDefault(name) is "false" or "f" or "0";
}
