using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.Pages;
using Xenios.XSandbox.People;

namespace Xenios.XSandbox.OAuth2;

/// <summary>X's consent page of the second generation: <c>/i/oauth2/authorize</c>.</summary>
internal sealed class AuthorizeEndpoint(XSandboxOptions options, AppRegistry apps, PersonDirectory people, Logins logins, Grants grants)
{
    private readonly ExpiringStore<AuthorizeRequest> _waiting = new(10_000, TimeSpan.FromMinutes(30), options.Time);

    public Task<IResult> ShowAsync(HttpContext http)
    {
        var (request, refusal) = AuthorizeRequest.Read(http, apps);
        return Task.FromResult(request is null ? refusal! : Show(http, request));
    }

    public async Task<IResult> DecideAsync(HttpContext http)
    {
        var form = await RequestBody.ReadFormAsync(http);
        if (_waiting.Take(form?["transaction"]) is not { } request)
        {
            return MessagePages.ConsentGone();
        }

        CallNotes.Of(http).App = request.App.ClientId;
        if (form!.Pairs.Any(pair => pair.Key == "cancel"))
        {
            return Refuse(http, request, "the person chose Cancel");
        }

        return people.Find(form["person"]) is { } person ? Answer(http, request, person) : Ask(http, request);
    }

    public void Reset() => _waiting.Clear();

    private IResult Show(HttpContext http, AuthorizeRequest request) => NamedPerson.Of(http.Request, people) switch
    {
        { IsUnknown: true } => MessagePages.UnknownPerson(),
        { Person: { } person } => Answer(http, request, person),
        _ => Ask(http, request),
    };

    private Page Ask(HttpContext http, AuthorizeRequest request)
    {
        var transaction = Credential.Reference();
        _waiting.TryAdd(transaction, request);
        var asks = request.Scopes.Select(scope => new ConsentLine(XScopes.Meaning(scope), scope)).ToList();
        return ConsentPage.Create(new(http.Request.Path, transaction, request.App, asks, logins.Current(http.Request)?.Username, null), people);
    }

    private IResult Answer(HttpContext http, AuthorizeRequest request, Person person)
    {
        CallNotes.Of(http).Person = person.Key;
        if (person.Refuses)
        {
            return Refuse(http, request, "this person says no");
        }

        logins.Remember(http, person, request.App);
        return Redirection.To(request.RedirectUri, [new("state", request.State), new("code", grants.IssueCode(request, person))]);
    }

    private static Redirection Refuse(HttpContext http, AuthorizeRequest request, string reason)
    {
        CallNotes.Of(http).Reason = reason;
        return Redirection.To(request.RedirectUri, [new("error", "access_denied"), new("state", request.State)]);
    }
}
