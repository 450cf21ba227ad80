using System.Globalization;
using System.Text.Json.Nodes;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Faults;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.People;

namespace Xenios.XSandbox.Control;

/// <summary>How the control API writes what the sandbox knows. Secrets are shown: they are as made up as everything else.</summary>
internal static class StateJson
{
    public static JsonObject App(SandboxApp app) => new()
    {
        ["name"] = app.Name,
        ["type"] = app.Type switch { AppType.Native => "native", AppType.Spa => "spa", AppType.Bot => "bot", _ => "web" },
        ["built_in"] = app.BuiltIn,
        ["app_id"] = app.AppId,
        ["client_id"] = app.ClientId,
        ["client_secret"] = app.ClientSecret,
        ["api_key"] = app.ApiKey,
        ["api_key_secret"] = app.ApiKeySecret,
        ["callbacks"] = new JsonArray([.. app.Callbacks.Select(callback => JsonValue.Create(callback))]),
        ["oauth1a"] = app.OAuth1A,
        ["oauth2"] = app.OAuth2,
        ["request_email"] = app.RequestEmail,
        ["terms_url"] = app.TermsUrl,
        ["privacy_url"] = app.PrivacyUrl,
        ["sign_in_with_x"] = app.SignInWithX,
        ["enrolled"] = app.Enrolled,
        ["suspended"] = app.Suspended,
        ["credits"] = app.Credits,
        ["v11_access"] = app.V11Access,
    };

    public static JsonObject Person(Person person, PersonDirectory people) => new()
    {
        ["key"] = person.Key,
        ["id"] = person.Id,
        ["username"] = person.Username,
        ["previous_username"] = person.PreviousUsername,
        ["name"] = person.Name,
        ["email"] = person.Email,
        ["email_state"] = person.EmailState switch { EmailState.Confirmed => "confirmed", EmailState.Unconfirmed => "unconfirmed", _ => "none" },
        ["profile_image_url"] = person.ProfileImageUrl,
        ["description"] = person.Description,
        ["location"] = person.Location,
        ["url"] = person.Url,
        ["verified_type"] = person.VerifiedType,
        ["protected"] = person.Protected,
        ["suspended"] = person.Suspended,
        ["locked"] = person.Locked,
        ["refuses"] = person.Refuses,
        ["summary"] = people.Describe(person),
    };

    public static JsonObject Fault(Fault fault)
    {
        var kind = FaultCatalog.Of(fault.Kind);
        return new()
        {
            ["kind"] = kind.Name,
            ["seconds"] = kind.Seconds is null ? null : fault.Seconds,
            ["text"] = fault.Text,
            ["times"] = fault.Times,
        };
    }

    public static JsonObject Settings(Settings settings) => new()
    {
        ["stay_logged_in"] = settings.StayLoggedIn,
        ["lax_token_secret"] = settings.LaxTokenSecret,
        ["email_when_signed"] = settings.EmailWhenSigned,
    };

    public static JsonObject Request(LoggedRequest request) => new()
    {
        ["at"] = request.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ["method"] = request.Method,
        ["path"] = request.Path,
        ["endpoint"] = request.Endpoint,
        ["status"] = request.Status,
        ["app"] = request.App,
        ["person"] = request.Person,
        ["fault"] = request.Fault,
        ["reason"] = request.Reason,
        ["milliseconds"] = request.Milliseconds,
    };

    public static JsonObject Kind(FaultDescription kind) => new()
    {
        ["kind"] = kind.Name,
        ["title"] = kind.Title,
        ["seconds"] = kind.Seconds,
        ["endpoints"] = new JsonArray([.. kind.Endpoints.Select(endpoint => JsonValue.Create(endpoint))]),
    };
}
