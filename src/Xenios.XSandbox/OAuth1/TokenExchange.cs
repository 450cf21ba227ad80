using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Faults;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.Pages;
using Xenios.XSandbox.People;

namespace Xenios.XSandbox.OAuth1;

/// <summary>The signed calls around the browser step: request token, access token, and giving the latter back (x-platform §3.2, §3.4).</summary>
internal sealed class TokenExchange(SignatureCheck signatures, SignedTokens tokens, PersonDirectory people)
{
    public async Task<IResult> RequestTokenAsync(HttpContext http)
    {
        var (request, error) = await signatures.CheckAsync(http, null);
        error ??= Problem(http, request!);
        if (error is not null)
        {
            return error.For(http.Request);
        }

        var token = tokens.IssueRequestToken(request!.App, request.Values["oauth_callback"]);
        var confirmed = CallNotes.Of(http).Fault is { Kind: FaultKind.CallbackNotConfirmed } ? "false" : "true";
        return Form(
            new("oauth_token", token.Value),
            new("oauth_token_secret", token.Secret),
            new("oauth_callback_confirmed", confirmed));
    }

    public async Task<IResult> AccessTokenAsync(HttpContext http)
    {
        var (request, error) = await signatures.CheckAsync(http, tokens.FindRequestToken);
        if (error is not null)
        {
            return error == V1Error.InvalidToken ? V1Error.Hash(http.Request, "Invalid / expired Token") : error.For(http.Request);
        }

        var notes = CallNotes.Of(http);
        var token = (RequestToken)request!.Token!;
        if (token.IsUsed)
        {
            notes.Reason = "the request token was used before";
            return Answer.Text(401, "This feature is temporarily unavailable");
        }

        if (request.Values.GetValueOrDefault("oauth_verifier", "") is not { Length: > 0 } verifier)
        {
            notes.Reason = "oauth_verifier is missing";
            return V1Error.Hash(http.Request, "Required oauth_verifier parameter not provided");
        }

        if (people.Find(token.Exchange(verifier)) is not { } person)
        {
            notes.Reason = "nobody approved this request token, or oauth_verifier is wrong";
            return V1Error.Hash(http.Request, "Error processing your OAuth request: Invalid oauth_verifier parameter");
        }

        notes.Person = person.Key;
        var access = tokens.IssueAccessToken(request.App, person);
        var isNameless = notes.Fault is { Kind: FaultKind.NoUserId };
        return Form(
            new("oauth_token", access.Value),
            new("oauth_token_secret", access.Secret),
            new("user_id", isNameless ? null : person.Id),
            new("screen_name", isNameless ? null : person.Username));
    }

    public async Task<IResult> InvalidateAsync(HttpContext http)
    {
        var (request, error) = await signatures.CheckAsync(http, tokens.FindAccessToken);
        if (error is not null)
        {
            return error.Json();
        }

        var token = (SignedAccessToken)request!.Token!;
        tokens.Revoke(token);
        return Answer.Json(200, new JsonObject { ["access_token"] = token.Value });
    }

    private static V1Error? Problem(HttpContext http, SignedRequest request)
    {
        var notes = CallNotes.Of(http);
        if (request.Values.GetValueOrDefault("x_auth_access_type") is not (null or "read" or "write"))
        {
            notes.Reason = "x_auth_access_type must be read or write";
            return V1Error.InvalidParameter;
        }

        if (request.Values.GetValueOrDefault("oauth_callback", "") is not { Length: > 0 } callback)
        {
            notes.Reason = "oauth_callback is missing";
            return V1Error.BadAuthenticationData;
        }

        if (callback == RequestToken.OutOfBand)
        {
            return null;
        }

        if (request.App.Callbacks.Count == 0)
        {
            notes.Reason = "the app has no callback registered";
            return V1Error.DesktopOnly;
        }

        if (!CallbackRules.AllowsWithQuery(request.App, callback))
        {
            notes.Reason = "oauth_callback is not registered";
            return V1Error.CallbackNotApproved;
        }

        return null;
    }

    // X labels form-encoded text as HTML.
    private static Answer Form(params IEnumerable<KeyValuePair<string, string?>> pairs) =>
        Answer.Text(200, Parameters.Format(pairs), Markup.ContentType);
}
