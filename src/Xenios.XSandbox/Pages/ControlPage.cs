using System.Globalization;
using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Control;
using Xenios.XSandbox.Faults;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.People;

namespace Xenios.XSandbox.Pages;

/// <summary>The page at <c>/sandbox</c>: break things, change people, see who asked for what.</summary>
internal static class ControlPage
{
    private static readonly Dictionary<string, string> Titles = new(StringComparer.Ordinal)
    {
        [EndpointNames.Authorize] = "Consent page (2.0)",
        [EndpointNames.Token] = "Token (2.0)",
        [EndpointNames.Revoke] = "Revoke (2.0)",
        [EndpointNames.UsersMe] = "Profile (2.0)",
        [EndpointNames.RequestToken] = "Request token (1.0a)",
        [EndpointNames.Authenticate] = "Consent page (1.0a)",
        [EndpointNames.AccessToken] = "Access token (1.0a)",
        [EndpointNames.VerifyCredentials] = "Profile (1.0a)",
    };

    public static Page Create(XSandboxOptions options, Sandbox sandbox, string? done, Rejection? rejection)
    {
        var faults = sandbox.Faults.All;
        return new(
            rejection?.Status ?? StatusCodes.Status200OK,
            "Control page",
            Markup.Of($"""
                <p class="lead">This stands in for X at <code>{options.Url.GetLeftPart(UriPartial.Authority)}</code>.
                Break it, change its people, and see what it was asked.</p>
                {Message(done, rejection)}
                <nav aria-label="On this page"><ul class="jump">
                <li><a href="#faults">Faults</a></li><li><a href="#people">People</a></li><li><a href="#settings">Settings</a></li>
                <li><a href="#apps">Apps</a></li><li><a href="#requests">Requests</a></li>
                </ul></nav>
                <section class="card" id="faults" aria-labelledby="faults-title">
                <h2 id="faults-title">Faults</h2>
                {Markup.Join(EndpointNames.All.Select(endpoint => FaultForm(endpoint, faults.GetValueOrDefault(endpoint))))}
                <div class="actions">
                <form method="post" action="/sandbox/faults/down"><button>X is down: 503 everywhere</button></form>
                <form method="post" action="/sandbox/faults/clear"><button>Switch all faults off</button></form>
                </div>
                </section>
                <section class="card" id="people" aria-labelledby="people-title">
                <h2 id="people-title">People</h2>
                {Markup.Join(sandbox.People.All.Select(person => PersonForm(person, sandbox.People)))}
                </section>
                {SettingsForm(sandbox.Settings.Value)}
                <section class="card" id="apps" aria-labelledby="apps-title">
                <h2 id="apps-title">Apps</h2>
                {Markup.Join(sandbox.Apps.All.Select(App))}
                </section>
                <section class="card" id="requests" aria-labelledby="requests-title">
                <h2 id="requests-title">Newest requests</h2>
                {Requests(sandbox.Log.Newest)}
                </section>
                <section class="card" aria-labelledby="reset-title">
                <h2 id="reset-title">Start over</h2>
                <p>Ends every code and token, and forgets added apps, added people, faults and requests.</p>
                <form method="post" action="/sandbox/reset"><button>Reset the sandbox</button></form>
                </section>
                """),
            Heading: "X sandbox",
            Wide: true);
    }

    private static Markup Message(string? done, Rejection? rejection) => rejection is not null
        ? Markup.Of($"""<div class="note bad" role="alert"><p>Nothing was changed. {rejection.Message}</p></div>""")
        : Markup.When(done is not null, Markup.Of($"""<div class="note ok" role="status"><p>Done.</p></div>"""));

    private static Markup FaultForm(string endpoint, Fault? fault)
    {
        var id = $"fault-{endpoint}";
        var options = FaultCatalog.All
            .Where(kind => kind.Endpoints.Contains(endpoint))
            .Select(kind => Option(kind.Name, kind.Title, kind.Kind == fault?.Kind));
        return Markup.Of($"""
            <form method="post" action="/sandbox/faults" class="line" aria-labelledby="{id}">
            <input type="hidden" name="endpoint" value="{endpoint}">
            <div class="row fault">
            <div class="title"><h3 id="{id}">{Titles[endpoint]}</h3>{Status(fault)}</div>
            <div class="full"><label for="{id}-kind">What goes wrong</label>
            <select id="{id}-kind" name="kind"><option value="">Nothing</option>{Markup.Join(options)}</select></div>
            <div><label for="{id}-seconds">Seconds</label>
            <input id="{id}-seconds" type="text" inputmode="numeric" name="seconds" value="{Seconds(fault)}" autocomplete="off"></div>
            <div><label for="{id}-times">Times</label>
            <input id="{id}-times" type="text" inputmode="numeric" name="times" value="{Number(fault?.Times)}" placeholder="always"
            autocomplete="off"></div>
            <button>Set <span class="hide">{Titles[endpoint]}</span></button>
            </div>
            </form>
            """);
    }

    private static Markup Status(Fault? fault) => fault is null
        ? Markup.Of($"""<span class="soft">works</span>""")
        : Markup.Of($"""<span class="on">{FaultCatalog.Of(fault.Kind).Title}</span>""");

    private static Markup PersonForm(Person person, PersonDirectory people)
    {
        var id = $"person-{person.Key}";
        var before = Markup.When(person.PreviousUsername is not null, Markup.Of($", before: @{person.PreviousUsername}"));
        return Markup.Of($"""
            <form method="post" action="/sandbox/people/{person.Key}" class="line" aria-labelledby="{id}">
            <div class="row person-edit">
            <div class="title"><h3 id="{id}">{person.Name}</h3><span class="soft">{people.Describe(person)}</span></div>
            <div><label for="{id}-username">Handle</label>
            <input id="{id}-username" type="text" name="username" value="{person.Username}"
            autocomplete="off" autocapitalize="none" spellcheck="false"></div>
            <div class="full"><label for="{id}-email">E-mail</label>
            <input id="{id}-email" type="text" inputmode="email" name="email" value="{person.Email}" placeholder="none"
            autocomplete="off" spellcheck="false"></div>
            <div><label for="{id}-state">It is</label>
            <select id="{id}-state" name="email_state">
            {Option("confirmed", "confirmed", person.EmailState != EmailState.Unconfirmed)}
            {Option("unconfirmed", "not confirmed", person.EmailState == EmailState.Unconfirmed)}
            </select></div>
            <button>Save <span class="hide">{person.Name}</span></button>
            </div>
            <div class="checks">
            {Check("suspended", "Suspended by X", person.Suspended)}
            {Check("locked", "Locked by X", person.Locked)}
            {Check("refuses", "Says no", person.Refuses)}
            <p class="soft">Id <code>{person.Id}</code>{before}</p>
            </div>
            </form>
            """);
    }

    private static Markup SettingsForm(Settings settings) => Markup.Of($"""
        <section class="card" id="settings" aria-labelledby="settings-title">
        <h2 id="settings-title">Settings</h2>
        <form method="post" action="/sandbox/settings">
        <div class="settings">
        {Check("stay_logged_in", "People stay logged in; the consent page of 1.0a returns at once when they approved before", settings.StayLoggedIn)}
        {Check("lax_token_secret", "Accept an access token request of 1.0a signed without the token secret", settings.LaxTokenSecret)}
        {Check("email_when_signed", "Give confirmed_email to signed profile requests of 2.0", settings.EmailWhenSigned)}
        </div>
        <button>Save settings</button>
        </form>
        </section>
        """);

    private static Markup App(SandboxApp app) => Markup.Of($"""
        <details>
        <summary>{app.Name}{Markup.When(app.BuiltIn, Markup.Of($" (built in)"))}</summary>
        <dl>
        <dt>Client ID</dt><dd><code>{app.ClientId}</code></dd>
        <dt>Client Secret</dt><dd><code>{app.ClientSecret ?? "none: the app is public"}</code></dd>
        <dt>API Key</dt><dd><code>{app.ApiKey}</code></dd>
        <dt>API Key Secret</dt><dd><code>{app.ApiKeySecret}</code></dd>
        <dt>Callbacks</dt><dd>{Markup.Join(app.Callbacks.DefaultIfEmpty("none").Select(callback => Markup.Of($"<code>{callback}</code><br>")))}</dd>
        </dl>
        </details>
        """);

    private static Markup Requests(IReadOnlyList<LoggedRequest> requests) => requests.Count == 0
        ? Markup.Of($"""<p class="soft">None yet.</p>""")
        : Markup.Of($"""
            <div class="scroll" role="region" aria-labelledby="requests-title" tabindex="0">
            <table>
            <thead><tr>
            <th scope="col">UTC</th><th scope="col">Request</th><th scope="col">Answer</th><th scope="col">Person</th><th scope="col">Why</th>
            </tr></thead>
            <tbody>{Markup.Join(requests.Select(Row))}</tbody>
            </table>
            </div>
            """);

    private static Markup Row(LoggedRequest request) => Markup.Of($"""
        <tr>
        <td class="nowrap">{request.At.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}</td>
        <td class="nowrap">{request.Method} <code>{request.Path}</code></td>
        <td>{(request.Status == 0 ? "none" : Number(request.Status))}</td><td>{request.Person}</td><td>{request.Reason}</td>
        </tr>
        """);

    private static Markup Option(string value, string title, bool isSelected) => isSelected
        ? Markup.Of($"""<option value="{value}" selected>{title}</option>""")
        : Markup.Of($"""<option value="{value}">{title}</option>""");

    private static Markup Check(string name, string title, bool isOn) => Markup.Of(
        $"""<label class="check"><input type="checkbox" name="{name}" value="1"{Markup.When(isOn, new(" checked"))}> <span>{title}</span></label>""");

    private static string Seconds(Fault? fault) => fault is not null && FaultCatalog.Of(fault.Kind).Seconds is not null ? Number(fault.Seconds) : "";

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
