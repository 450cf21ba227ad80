using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.Pages;
using Xenios.XSandbox.People;

namespace Xenios.XSandbox.OAuth1;

/// <summary>
/// X's consent page of the first generation: <c>/oauth/authenticate</c>, which may return at once, and <c>/oauth/authorize</c>, which never does.
/// </summary>
internal sealed class AuthenticateEndpoint(XSandboxOptions options, AppRegistry apps, PersonDirectory people, Logins logins, SignedTokens tokens)
{
    private readonly ExpiringStore<RequestToken> _waiting = new(10_000, TimeSpan.FromMinutes(15), options.Time);

    public Task<IResult> AuthenticateAsync(HttpContext http) => Task.FromResult(Show(http, mayReturnAtOnce: true));

    public Task<IResult> AuthorizeAsync(HttpContext http) => Task.FromResult(Show(http, mayReturnAtOnce: false));

    public async Task<IResult> DecideAsync(HttpContext http)
    {
        var form = await RequestBody.ReadFormAsync(http);
        if (_waiting.Take(form?["transaction"]) is not { } token || apps.ByApiKey(token.ApiKey) is not { } app)
        {
            return MessagePages.Whoa(hasToken: true, "This consent page is too old or was answered before.");
        }

        CallNotes.Of(http).App = app.ApiKey;
        if (form!.Pairs.Any(pair => pair.Key == "cancel"))
        {
            return Cancel(http, token, app);
        }

        return people.Find(form["person"]) is { } person ? Answer(http, token, app, person) : Ask(http, token, app);
    }

    public void Reset() => _waiting.Clear();

    private IResult Show(HttpContext http, bool mayReturnAtOnce)
    {
        var query = RequestBody.Query(http.Request);
        if (!query.TryGet("oauth_token", out var value))
        {
            return Whoa(http, hasToken: false, "oauth_token is missing in the address.");
        }

        if (tokens.FindRequestToken(value) is not { IsWaiting: true } token)
        {
            return Whoa(http, hasToken: true, "The request token is unknown, older than 15 minutes, or was answered before.");
        }

        if (apps.ByApiKey(token.ApiKey) is not { Suspended: false, OAuth1A: true } app)
        {
            return Whoa(http, hasToken: true, "The app is suspended or has OAuth 1.0a switched off.");
        }

        CallNotes.Of(http).App = app.ApiKey;
        switch (NamedPerson.Of(http.Request, people))
        {
            case { IsUnknown: true }:
                return MessagePages.UnknownPerson();
            case { Person: { } named }:
                return Answer(http, token, app, named);
        }

        var isForced = query["force_login"] is "true" or "1" or "t";
        var isKnown = logins.Current(http.Request) is { } current && logins.HasApproved(current, app);
        return mayReturnAtOnce && app.SignInWithX && isKnown && !isForced
            ? Answer(http, token, app, logins.Current(http.Request)!)
            : Ask(http, token, app);
    }

    private Page Ask(HttpContext http, RequestToken token, SandboxApp app)
    {
        var query = RequestBody.Query(http.Request);
        var transaction = Credential.Reference();
        _waiting.TryAdd(transaction, token);
        List<ConsentLine> asks = [new("See posts and profiles you can see, your own included", null)];
        if (app.RequestEmail)
        {
            asks.Add(new("See the e-mail address of your account", null));
        }

        var warning = query["oauth_token_secret"] is null
            ? null
            : "The address of this page contains oauth_token_secret. Send the browser only oauth_token: the secret now stands in its history.";
        var hint = query["screen_name"] ?? logins.Current(http.Request)?.Username;
        return ConsentPage.Create(new(http.Request.Path, transaction, app, asks, hint, warning), people);
    }

    private IResult Answer(HttpContext http, RequestToken token, SandboxApp app, Person person)
    {
        CallNotes.Of(http).Person = person.Key;
        if (person.Refuses)
        {
            // This one follows the link of X's page without being asked to, so that scripts need not.
            return token.IsOutOfBand ? Cancel(http, token, app) : Deny(http, token) ?? new Redirection(DeniedAddress(token));
        }

        if (token.Approve(person) is not { } verifier)
        {
            return Whoa(http, hasToken: true, "The request token was answered before.");
        }

        logins.Remember(http, person, app);
        return token.IsOutOfBand
            ? MessagePages.Pin(app.Name, verifier)
            : Redirection.To(token.Callback, [new("oauth_token", token.Value), new("oauth_verifier", verifier)]);
    }

    private static IResult Cancel(HttpContext http, RequestToken token, SandboxApp app) =>
        Deny(http, token) ?? (token.IsOutOfBand ? MessagePages.Denied(app.Name) : MessagePages.Denied(app.Name, DeniedAddress(token)));

    private static IResult? Deny(HttpContext http, RequestToken token)
    {
        if (!token.Deny())
        {
            return Whoa(http, hasToken: true, "The request token was answered before.");
        }

        CallNotes.Of(http).Reason = "the person said no";
        return null;
    }

    private static string DeniedAddress(RequestToken token) => Redirection.Address(token.Callback, [new("denied", token.Value)]);

    private static Page Whoa(HttpContext http, bool hasToken, string reason)
    {
        CallNotes.Of(http).Reason = reason;
        return MessagePages.Whoa(hasToken, reason);
    }
}
