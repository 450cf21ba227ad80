using System.Buffers;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.Pages;

namespace Xenios.XSandbox.OAuth2;

/// <summary>An authorization request X would show a consent page for.</summary>
internal sealed record AuthorizeRequest(
    SandboxApp App,
    string RedirectUri,
    IReadOnlyList<string> Scopes,
    string State,
    string Challenge,
    bool IsPlain)
{
    private const int LongestState = 500;

    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    private static readonly string[] Own =
        ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];

    /// <summary>Reads a request or gives what X answers instead. Almost every mistake strands the browser at X (x-platform §1.6).</summary>
    public static (AuthorizeRequest? Request, IResult? Refusal) Read(HttpContext http, AppRegistry apps)
    {
        var query = RequestBody.Query(http.Request);
        if (Own.FirstOrDefault(query.IsRepeated) is { } repeated)
        {
            return Stranded(http, $"{repeated} was sent more than once.");
        }

        if (apps.ByClientId(query["client_id"]) is not { } app)
        {
            return Stranded(http, apps.ByApiKey(query["client_id"]) is null
                ? "client_id is not the Client ID of a registered app."
                : "client_id is an API Key. OAuth 2.0 needs the Client ID.");
        }

        CallNotes.Of(http).App = app.ClientId;
        if (app.Suspended || !app.OAuth2)
        {
            return Stranded(http, app.Suspended ? "The app is suspended." : "OAuth 2.0 is switched off for the app.");
        }

        if (query["redirect_uri"] is not { } redirectUri || !CallbackRules.Allows(app, redirectUri))
        {
            return Stranded(http, $"redirect_uri is not a registered callback. Registered: {List(app.Callbacks)}.");
        }

        if (query["state"] is { Length: > LongestState } longState)
        {
            CallNotes.Of(http).Reason = $"state has {longState.Length} characters, the limit is {LongestState}";
            return (null, Redirection.To(redirectUri, [new("error", "invalid_request"), new("error_description", "Redirect is requested.")]));
        }

        return Problem(query) is { } problem
            ? Stranded(http, problem)
            : (new(app, redirectUri, Protocol.Scopes.Split(query["scope"]), query["state"]!, query["code_challenge"]!, IsPlainMethod(query)), null);
    }

    private static string? Problem(Parameters query)
    {
        if (query["response_type"] != "code")
        {
            return "response_type must be code.";
        }

        if (query["state"] is null)
        {
            return "state is missing.";
        }

        var scopes = Protocol.Scopes.Split(query["scope"]);
        if (scopes.Count == 0 || scopes.FirstOrDefault(scope => !XScopes.IsKnown(scope)) is not null)
        {
            return scopes.Count == 0 ? "scope is missing." : $"X does not know the scope {scopes.First(scope => !XScopes.IsKnown(scope))}.";
        }

        if (query["code_challenge_method"] is not ("S256" or "s256" or "plain"))
        {
            return "code_challenge_method must be S256 or plain. X demands PKCE of every app.";
        }

        var challenge = query["code_challenge"] ?? "";
        var fits = IsPlainMethod(query)
            ? challenge.Length is > 0 and <= 128 && !challenge.AsSpan().ContainsAnyExcept(Unreserved)
            : Pkce.IsChallenge(challenge);
        return fits ? null : "code_challenge is missing or malformed. X demands PKCE of every app.";
    }

    private static bool IsPlainMethod(Parameters query) => query["code_challenge_method"] == "plain";

    private static string List(IReadOnlyList<string> callbacks) =>
        callbacks.Count == 0 ? "none" : string.Join(", ", callbacks.Take(20));

    private static (AuthorizeRequest?, IResult?) Stranded(HttpContext http, string reason)
    {
        CallNotes.Of(http).Reason = reason;
        return (null, MessagePages.SomethingWentWrong(reason));
    }
}
