using System.Text.Json;
using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>One server for the tests of a class, with a connection per policy and applications per kind of subject.</summary>
public class AccountHost : IAsyncLifetime
{
    private const string Connections = "x, trusted, prompt, rules, never, typed, consent, password, full, wso2, wso2jit, pass, mapped, merged, external, named";

    private static readonly string Resources = XeniosHost.Resources.Replace(
        "connections:\n  - { slug: x, kind: x, name: X }",
        $$"""
          - { client_id: many, name: Many, type: web, client_secret: many-secret-0123456789-abcdefghijklmnop, redirect_uris: [https://rp.test/cb], connections: [{{Connections}}] }
          - { client_id: loose, name: Loose, type: web, client_secret: loos-secret-0123456789-abcdefghijklmnop, redirect_uris: [https://rp.test/cb], connections: [{{Connections}}], local_subject: optional }
          - { client_id: federated, name: Federated, type: web, client_secret: fede-secret-0123456789-abcdefghijklmnop, redirect_uris: [https://rp.test/cb], connections: [{{Connections}}], local_subject: disabled }
          - client_id: ways
            name: Ways
            type: web
            client_secret: ways-secret-0123456789-abcdefghijklmnop
            redirect_uris: [https://rp.test/cb]
            login_flow: { steps: [{ options: [{ connection: x }, { method: password }, { method: email_code }] }] }
        attributes:
          - { name: karma, type: number }
          - { name: fan, type: boolean }
        connections:
          - { slug: x, kind: x, name: X }
          - { slug: trusted, kind: x, name: X, policy: { email_trust: when_provider_says_verified, link_policy: auto_if_trusted } }
          - { slug: prompt, kind: x, name: X, policy: { email_trust: when_provider_says_verified, link_policy: auto_if_trusted, prompt_before_link: true } }
          - slug: rules
            kind: x
            name: X
            policy: { email_trust: when_provider_says_verified, link_policy: auto_by_rules, link_rules: [{ external: email, local: email }, { external: username, local: username }] }
          - { slug: never, kind: x, name: X, policy: { link_policy: never, untrusted_email: unconfirmed_identity } }
          - { slug: typed, kind: x, name: X, policy: { link_typed_email: never } }
          - { slug: consent, kind: x, name: X, policy: { jit_scheme: consent } }
          - { slug: password, kind: x, name: X, policy: { jit_scheme: password_consent, username_source: handle } }
          - { slug: full, kind: x, name: X, policy: { jit_scheme: username_password_consent } }
          - { slug: wso2, kind: x, name: X, policy: { preset: wso2 } }
          - { slug: wso2jit, kind: x, name: X, policy: { preset: wso2, jit: on } }
          - { slug: pass, kind: x, name: X, policy: { on_no_match: pass_through } }
          - slug: mapped
            kind: x
            name: X
            policy: { attribute_sync: preserve_local, group_sync: override, missing_email: allow_without }
            attributes:
              - { external: description, local: nickname, provision: true }
              - { external: location, local: groups, provision: true }
              - { external: url, local: website, provision: false }
              - { external: nothing, local: locale, default: sv }
              - { external: absent, local: karma, default: "7" }
              - { external: protected, local: fan }
          - { slug: merged, kind: x, name: X, policy: { group_sync: merge, missing_email: allow_without }, attributes: [{ external: location, local: groups }] }
          - { slug: external, kind: x, name: X, policy: { jit: off, federated_subject: external } }
          - { slug: named, kind: x, name: X, policy: { username_source: handle, missing_email: allow_without } }
        """,
        StringComparison.Ordinal)
        + "\n  - { username: guarded, email: guarded@v.test, email_verified: true, password: correct-horse-battery, sign_in_to_link: true }";

    private int _addresses;

    /// <summary>The server; set before the first test runs.</summary>
    public XeniosHost Host { get; private set; } = null!;

    /// <summary>An application that insists on a local account, and offers every connection.</summary>
    public RelyingParty Many => App("many", "many");

    /// <summary>One that can do without (<c>local_subject: optional</c>).</summary>
    public RelyingParty Loose => App("loose", "loos");

    /// <summary>One that wants the federated subject (<c>local_subject: disabled</c>).</summary>
    public RelyingParty Federated => App("federated", "fede");

    /// <summary>One that offers X, a password and a code by mail.</summary>
    public RelyingParty Ways => App("ways", "ways");

    /// <summary>Connection string of a PostgreSQL server; null for SQLite.</summary>
    protected virtual string? Postgres => null;

    public async Task InitializeAsync() => Host = await XeniosHost.StartAsync(options => (options.Resources, options.Postgres) = (Resources, Postgres));

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>The server with all hourly limits behind it, so that one test does not use up another's.</summary>
    public XeniosHost Fresh()
    {
        Host.Clock.Advance(TimeSpan.FromHours(2));
        return Host;
    }

    /// <summary>An address that nobody has yet.</summary>
    public string NewAddress() => $"box{Interlocked.Increment(ref _addresses)}@v.test";

    /// <summary>Adds an account with a confirmed address, as an administrator would.</summary>
    /// <returns>Its address and id.</returns>
    public async Task<(string Address, string UserId)> AddUserAsync(string more = "", string? address = null)
    {
        address ??= NewAddress();
        await Host.ApplyAsync($"environment: {{ slug: default }}\nusers:\n  - {{ email: {address}, email_verified: true{(more.Length > 0 ? ", " : "")}{more} }}");
        return (address, (await Host.QueryAsync($"SELECT user_id FROM users WHERE email_key = '{address}' AND email_verified = 1"))[0]);
    }

    private RelyingParty App(string id, string secret) => new(Host) { ClientId = id, Secret = $"{secret}-secret-0123456789-abcdefghijklmnop" };
}

/// <summary>The same server on PostgreSQL.</summary>
public sealed class AccountHostOnPostgres : AccountHost
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}

/// <summary>Somebody on the way through the pages that find out who they are.</summary>
internal sealed class Visitor
{
    private Visitor(XeniosHost host, RelyingParty app, Browser browser, string person, Page page) => (Host, App, Browser, Person, Page) = (host, app, browser, person, page);

    public XeniosHost Host { get; }

    public RelyingParty App { get; }

    public Browser Browser { get; }

    public string Person { get; }

    /// <summary>Where the walk stands.</summary>
    public Page Page { get; private set; }

    /// <summary>Page id and error code, or the host that the browser was sent to.</summary>
    public string State => Page.Location is { } location ? location.Host : Page.Error is { } error ? $"{Page.Id} {error}" : Page.Id ?? Page.Status.ToString();

    /// <summary>Walks through X.</summary>
    public static async Task<Visitor> ArriveAsync(AccountHost accounts, string connection, string person, RelyingParty? app = null, Browser? browser = null)
    {
        (app, browser) = (app ?? accounts.Many, browser ?? accounts.Host.NewBrowser());
        return new(accounts.Host, app, browser, person, await app.SignInAsync(browser, person, ("connection", connection)));
    }

    /// <summary>Opens an application's sign-in page.</summary>
    public static async Task<Visitor> OpenAsync(AccountHost accounts, RelyingParty app, Browser? browser = null)
    {
        browser ??= accounts.Host.NewBrowser();
        return new(accounts.Host, app, browser, "", await browser.GoAsync(app.AuthorizeUrl()));
    }

    /// <summary>Presses the button whose form posts to this action.</summary>
    public async Task<string> PressAsync(string action, params (string Name, string Value)[] typed)
    {
        Page = await Browser.PressAsync(Page, $"/{action}", typed);
        return State;
    }

    /// <summary>Posts to an action that the page shown may not offer, with its form token.</summary>
    public Task<Page> ForceAsync(string action, params (string Name, string Value)[] typed)
    {
        var token = Page.Forms[0].Fields.First(field => field.Key == "form_token").Value;
        var journey = Page.Url.AbsolutePath.Split('/')[2];
        return Browser.PostAsync($"{XeniosHost.Url}/signin/{journey}/{action}", [new("form_token", token), .. typed.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))], follow: false);
    }

    /// <summary>On S19: a code by mail, typed.</summary>
    public async Task<string> ProveByCodeAsync()
    {
        await PressAsync("prove/code");
        return await PressAsync("email/code", ("code", Host.MailedCode));
    }

    /// <summary>On S11: an address, and the code that goes there.</summary>
    public async Task<string> TypeAndProveAsync(string address)
    {
        await PressAsync("email", ("email", address));
        return await PressAsync("email/code", ("code", Host.MailedCode));
    }

    /// <summary>Claims of the person who arrived at the application.</summary>
    public async Task<JsonElement> ClaimsAsync()
    {
        var tokens = await App.RedeemAsync(Page.LocationParameter("code"));
        var (status, claims, _) = await App.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(200, status);
        Assert.Equal((string)(await App.ValidateAsync(tokens.IdToken))["sub"], claims.GetProperty("sub").GetString());
        return claims;
    }

    /// <summary>The <c>sub</c> of the person who arrived.</summary>
    public async Task<string> SubjectAsync() => (await ClaimsAsync()).GetProperty("sub").GetString()!;

    /// <summary>Whether somebody is signed in to this browser.</summary>
    public bool HasSession => Browser.CookiesOf("id.test").Keys.Any(name => name.Contains("session", StringComparison.Ordinal));
}
