using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Faults;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.OAuth1;
using Xenios.XSandbox.OAuth2;
using Xenios.XSandbox.People;

namespace Xenios.XSandbox.Profile;

/// <summary>X's profile call of the second generation, <c>/2/users/me</c>, for either generation's tokens (x-platform §2).</summary>
internal sealed class UsersMe(
    AppRegistry apps, PersonDirectory people, Grants grants, SignedCaller signed, RateLimits limits, CurrentSettings settings)
{
    private static readonly string[] KnownParameters = ["expansions", "tweet.fields", "user.fields"];

    public async Task<IResult> GetAsync(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method))
        {
            return Problems.NoOAuth2Here();
        }

        var (caller, refusal) = await IdentifyAsync(http);
        if (caller is null)
        {
            return refusal!;
        }

        CallNotes.Of(http).App = caller.App.ClientId;
        CallNotes.Of(http).Person = caller.Person.Key;
        return Refusal(http, caller) ?? Profile(http, caller);
    }

    private async Task<(Caller? Caller, IResult? Refusal)> IdentifyAsync(HttpContext http)
    {
        const string Bearer = "Bearer ";
        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith("OAuth ", StringComparison.OrdinalIgnoreCase))
        {
            var (call, _) = await signed.IdentifyAsync(http);
            return call is null
                ? (null, Problems.Unauthorized())
                : (new(call.App, call.Person, null, settings.Value.EmailWhenSigned && call.Token.MayReadEmail), null);
        }

        var token = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : "";
        if (token.StartsWith("AAAAAAAAAAAAAAAAAAAA", StringComparison.Ordinal))
        {
            return (null, Problems.UnsupportedAuthentication());
        }

        if (grants.FindAccessToken(token) is not { } grant
            || apps.ByClientId(grant.ClientId) is not { Suspended: false } app
            || people.Find(grant.PersonKey) is not { } person)
        {
            CallNotes.Of(http).Reason = "the access token is missing, unknown, expired or revoked, or its app is suspended";
            return (null, Problems.Unauthorized());
        }

        var mayReadEmail = app.RequestEmail && grant.Scopes.Contains(XScopes.ReadEmail, StringComparer.Ordinal);
        return (new(app, person, grant.Scopes, mayReadEmail), null);
    }

    private Answer? Refusal(HttpContext http, Caller caller)
    {
        http.Response.Headers["x-access-level"] = "read";
        if (!caller.App.Enrolled)
        {
            return Problems.NotEnrolled(caller.App.AppId);
        }

        if (!caller.App.Credits)
        {
            return Problems.CreditsDepleted();
        }

        if (caller.Person.Suspended)
        {
            return Problems.UserSuspended();
        }

        if (caller.Person.Locked)
        {
            return V1Error.AccountLocked.Json();
        }

        if (caller.Scopes is { } scopes && !(scopes.Contains(XScopes.ReadPosts) && scopes.Contains(XScopes.ReadUsers)))
        {
            CallNotes.Of(http).Reason = "the token needs both scopes, tweet.read and users.read";
            return Problems.Forbidden();
        }

        return limits.TryCount(http, EndpointNames.UsersMe, caller.App.AppId, caller.Person.Id) ? null : Problems.TooManyRequests();
    }

    private static Answer Profile(HttpContext http, Caller caller)
    {
        var query = RequestBody.Query(http.Request);
        if (query.Pairs.Select(pair => pair.Key).FirstOrDefault(name => !KnownParameters.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            return Problems.InvalidParameter(
                unknown,
                [query[unknown] ?? ""],
                $"The query parameter [{unknown}] is not one of [{string.Join(',', KnownParameters)}]");
        }

        var fields = (query["user.fields"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        return UserFields.Problem(fields)
            ?? Answer.Json(200, Bend(new JsonObject { ["data"] = UserFields.Of(caller.Person, fields, caller.MayReadEmail) }, http, caller.Person));
    }

    private static JsonObject Bend(JsonObject body, HttpContext http, Person person)
    {
        var data = body["data"]!.AsObject();
        switch (CallNotes.Of(http).Fault?.Kind)
        {
            case FaultKind.NoId:
                data.Remove("id");
                break;
            case FaultKind.EmptyId:
                data["id"] = "";
                break;
            case FaultKind.IdNumber:
                data["id"] = long.Parse(person.Id, CultureInfo.InvariantCulture);
                break;
            case FaultKind.PartialErrors:
                data.Remove(UserFields.Email);
                body["errors"] = new JsonArray(Problems.NotAuthorizedForField(UserFields.Email));
                break;
        }

        return body;
    }

    /// <summary>Who asks about whom. Scopes are null for a signed request, which has none.</summary>
    private sealed record Caller(SandboxApp App, Person Person, IReadOnlyList<string>? Scopes, bool MayReadEmail);
}
