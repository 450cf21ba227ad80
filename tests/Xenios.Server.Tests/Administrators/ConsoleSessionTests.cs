using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.Administrators;

/// <summary>The browser's session in the console and at the API: whose counts, from where, and how long (decision 10; threats L06, G01, I01, C09).</summary>
public sealed class ConsoleSessionTests : IAsyncLifetime
{
    private XeniosHost _host = null!;

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync(options => options.MoreResources.Add(XeniosHost.Resources.Replace("slug: default", "slug: two", StringComparison.Ordinal)));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Page_of_the_console_is_reached_by_signing_in_and_is_the_one_that_was_asked_for()
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var browser = _host.NewBrowser();
        var page = await browser.SignInToConsoleAsync("ada@example.com", $"{XeniosHost.Url}/console/users/usr_1?tab=sign-ins&q=a%20b");
        Assert.Equal(("console", $"{XeniosHost.Url}/console/users/usr_1?tab=sign-ins&q=a%20b"), (page.Id, page.Url.AbsoluteUri));
        Assert.Equal("console", (await browser.GetAsync(ConsoleRig.Console)).Id);
        Assert.Equal("/console/", (await browser.GetAsync($"{XeniosHost.Url}/console")).Headers["Location"]);
    }

    [Theory] // open redirects: what comes back is always below /console/
    [InlineData("/console//evil.test")]
    [InlineData("/console/..%2f..%2fevil")]
    [InlineData("/console/%5cevil.test")]
    [InlineData("/console/%2f%2fevil.test")]
    public async Task Way_back_stays_in_the_console(string path)
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var page = await _host.NewBrowser().SignInToConsoleAsync("ada@example.com", XeniosHost.Url + path);
        Assert.Equal("id.test", page.Url.Host);
        Assert.StartsWith("/console/", page.Url.AbsolutePath, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/console/users?q=a", "/console/users?q=a")]
    [InlineData("/console/e/two/connections", "/console/e/two/connections")]
    [InlineData("https://evil.test/console/", "/console/")]
    [InlineData("//evil.test/console/", "/console/")]
    [InlineData("/\\evil.test", "/console/")]
    [InlineData("/console/\\evil.test", "/console/")]
    [InlineData("/console/\n/evil", "/console/")]
    [InlineData("/console/../signin", "/console/")]
    [InlineData("/console/%2e%2E/signin", "/console/")]
    [InlineData("/console", "/console/")]
    [InlineData("/signin", "/console/")]
    [InlineData("javascript:alert(1)", "/console/")]
    [InlineData("", "/console/")]
    public async Task Signing_in_anew_leads_back_to_a_page_of_the_console_only(string back, string arrived)
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var page = await _host.NewBrowser().SignInToConsoleAsync("ada@example.com", $"{XeniosHost.Url}/console/signin?return_to={Uri.EscapeDataString(back)}");
        Assert.Equal(("console", XeniosHost.Url + arrived), (page.Id, page.Url.AbsoluteUri));
    }

    [Fact]
    public async Task Administrator_may_what_the_operator_may_in_every_environment_and_stands_in_the_audit_log()
    {
        var ada = await _host.AddAdministratorAsync("ada@example.com");
        var browser = _host.NewBrowser();
        await browser.SignInToConsoleAsync("ada@example.com");
        var (status, _, me) = await browser.CallAsync("GET", "/api/v1/me");
        Assert.Equal((200, "administrator", $"administrator:{ada}"), (status, me.GetProperty("kind").GetString(), me.GetProperty("caller").GetString()));
        Assert.Equal("""["manage:read","manage:write","manage:server"]""", me.GetProperty("permissions").ToString());
        Assert.Equal(_host.Clock.GetUtcNow().AddHours(12), me.GetProperty("sign_in_again_at").GetDateTimeOffset());

        Assert.Equal(200, (await browser.CallAsync("GET", "/api/v1/environments")).Status);
        Assert.Equal(200, (await browser.CallAsync("PATCH", "/e/two/api/v1/settings", new { display_name = "Changed" })).Status);
        Assert.Equal(201, (await browser.CallAsync("POST", "/api/v1/administrators", new { email = "bea@example.com", password = ConsoleRig.Password })).Status);
        Assert.Equal(
            [$"administrator:{ada}|administrator.created", $"administrator:{ada}|environment.changed"],
            (await _host.QueryAsync("SELECT caller, action FROM audit_events WHERE caller LIKE 'administrator:%' AND action <> 'user.created'")).Order(StringComparer.Ordinal));
    }

    [Theory] // L06: what a foreign page can make a browser send is nobody's call
    [InlineData("X-Xenios-Console", null)]
    [InlineData("X-Xenios-Console", "")]
    [InlineData("X-Xenios-Console", "0")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Origin", "https://evil.test")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://id.test")]
    [InlineData("Origin", "https://id.test:8443")]
    [InlineData("Origin", "https://id.test.evil.test")]
    public async Task Call_that_a_foreign_page_could_send_is_refused(string header, string? value)
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var browser = _host.NewBrowser();
        await browser.SignInToConsoleAsync("ada@example.com");
        await Expect.UnchangedAsync(_host, async () =>
        {
            Assert.Equal((401, "unauthorized"), await OutcomeAsync(browser, "PATCH", "/api/v1/settings", new { display_name = "Evil" }, (header, value)));
            Assert.Equal((401, "unauthorized"), await OutcomeAsync(browser, "GET", "/api/v1/me", null, (header, value)));
            Assert.Equal((401, "unauthorized"), await OutcomeAsync(browser, "DELETE", "/api/v1/me/session", null, (header, value)));
        });
        Assert.Equal(200, (await browser.CallAsync("GET", "/api/v1/me")).Status);
    }

    [Fact] // L06: a form needs no preflight
    public async Task Form_of_a_foreign_page_changes_nothing()
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var browser = _host.NewBrowser();
        await browser.SignInToConsoleAsync("ada@example.com");
        await Expect.UnchangedAsync(_host, async () =>
        {
            foreach (var path in new[] { "/api/v1/administrators", "/api/v1/keys/rotate", "/api/v1/setup-links" })
            {
                Assert.Equal(HttpStatusCode.Unauthorized, (await browser.PostAsync(XeniosHost.Url + path, [new("email", "eve@example.com"), new("password", ConsoleRig.Password)])).Status);
            }
        });
    }

    [Theory] // no preflight is answered, so no other origin's script may send the header
    [InlineData("/api/v1/me", "GET")]
    [InlineData("/api/v1/administrators", "POST")]
    [InlineData("/e/two/api/v1/settings", "PATCH")]
    [InlineData("/api/v1/me/session", "DELETE")]
    public async Task Preflight_of_another_origin_is_not_allowed(string path, string method)
    {
        await _host.AddAdministratorAsync("ada@example.com");
        foreach (var origin in new[] { "https://evil.test", "https://spa.test", XeniosHost.Url })
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, XeniosHost.Url + path);
            request.Headers.TryAddWithoutValidation("Origin", origin);
            request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", method);
            request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "x-xenios-console");
            var answer = await _host.NewBrowser().SendAsync(request);
            Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
            Assert.False((int)answer.Status is >= 200 and < 300, $"{path}: {answer.Status}");
        }
    }

    [Fact]
    public async Task Browsers_that_send_neither_origin_nor_fetch_metadata_are_served()
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var browser = _host.NewBrowser();
        await browser.SignInToConsoleAsync("ada@example.com");
        Assert.Equal(200, (await browser.CallAsync("GET", "/api/v1/me", null, ("Sec-Fetch-Site", null), ("Origin", null))).Status);
    }

    [Fact]
    public async Task Password_of_somebody_else_opens_neither_the_console_nor_a_session()
    {
        await _host.AddUserAsync("eve@example.com");
        var browser = _host.NewBrowser();
        var page = await browser.SignInToConsoleAsync("eve@example.com");
        Expect.Page(page, "S63", HttpStatusCode.Forbidden);
        Assert.Equal("not_an_administrator", page.Error);
        Assert.Empty(await _host.QueryAsync("SELECT session_id FROM sessions"));
        Assert.Equal("S71", (await browser.PressAsync(page, "/other")).Id);
        Assert.Equal("S71", (await browser.GoAsync(ConsoleRig.Console)).Id);
        Assert.Equal(401, (await browser.CallAsync("GET", "/api/v1/me")).Status);
    }

    [Fact]
    public async Task Session_that_came_by_a_connection_does_not_count()
    {
        var browser = _host.NewBrowser();
        await new RelyingParty(_host).SignInAsync(browser);
        var ada = (await _host.QueryAsync("SELECT user_id FROM sessions"))[0];
        using var api = new ManagementClient(_host);
        Assert.Equal(200, (await api.PatchAsync($"/users/{ada}", new { password = ConsoleRig.Password, username = "ada" })).Status);
        Assert.Equal(201, (await api.PostAsync("/administrators", new { user_id = ada })).Status);
        await new RelyingParty(_host).SignInAsync(browser);

        // The password was new, so X was asked again; it still opens the shop, not the server.
        Assert.NotEmpty(await _host.QueryAsync("SELECT session_id FROM sessions"));
        Assert.Equal(401, (await browser.CallAsync("GET", "/api/v1/me")).Status);
        Assert.Equal("S71", (await browser.GoAsync(ConsoleRig.Console)).Id);
        Assert.Equal("console", (await browser.SignInToConsoleAsync("ada")).Id);
        Assert.Equal(200, (await browser.CallAsync("GET", "/api/v1/me")).Status);
    }

    [Fact]
    public async Task Former_administrator_is_out_with_the_next_call()
    {
        await _host.AddAdministratorAsync("bea@example.com");
        var ada = await _host.AddAdministratorAsync("ada@example.com");
        var browser = _host.NewBrowser();
        await browser.SignInToConsoleAsync("ada@example.com");
        using var api = new ManagementClient(_host);
        Assert.Equal(204, (await api.DeleteAsync($"/administrators/{ada}")).Status);
        Assert.Equal((403, "forbidden"), await OutcomeAsync(browser, "GET", "/api/v1/me"));
        Assert.Equal("S71", (await browser.GoAsync(ConsoleRig.Console)).Id);
    }

    [Fact]
    public async Task Blocked_administrator_is_out_with_the_next_call_and_does_not_come_back()
    {
        await _host.AddAdministratorAsync("bea@example.com");
        var ada = await _host.AddAdministratorAsync("ada@example.com");
        var browser = _host.NewBrowser();
        await browser.SignInToConsoleAsync("ada@example.com");
        using var api = new ManagementClient(_host);
        Assert.Equal(200, (await api.PatchAsync($"/users/{ada}", new { status = "blocked" })).Status);
        Assert.Equal(401, (await browser.CallAsync("GET", "/api/v1/me")).Status);
        Assert.Equal("account_blocked", (await browser.SignInToConsoleAsync("ada@example.com")).Error);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_on_the_server()
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var browser = _host.NewBrowser();
        await browser.SignInToConsoleAsync("ada@example.com");
        var cookie = browser.CookiesOf("id.test").Single(one => one.Key.Contains("session", StringComparison.Ordinal));
        Assert.Equal(204, (await browser.CallAsync("DELETE", "/api/v1/me/session")).Status);
        Assert.DoesNotContain(cookie.Key, browser.CookiesOf("id.test").Keys);
        browser.SetCookie("id.test", cookie.Key, cookie.Value);
        Assert.Equal(401, (await browser.CallAsync("GET", "/api/v1/me")).Status);
        Assert.Equal("S71", (await browser.GoAsync(ConsoleRig.Console)).Id);
    }

    [Fact]
    public async Task Session_counts_for_twelve_hours_of_use_and_ends_sooner_unused()
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var (busy, idle) = (_host.NewBrowser(), _host.NewBrowser());
        await busy.SignInToConsoleAsync("ada@example.com");
        await idle.SignInToConsoleAsync("ada@example.com");
        foreach (var hour in Enumerable.Range(1, 11))
        {
            _host.Clock.Advance(TimeSpan.FromHours(1));
            Assert.Equal((200, hour), ((await busy.CallAsync("GET", "/api/v1/me")).Status, hour));
        }

        Assert.Equal(401, (await idle.CallAsync("GET", "/api/v1/me")).Status);
        _host.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(401, (await busy.CallAsync("GET", "/api/v1/me")).Status);
        Assert.Equal("console", (await busy.SignInToConsoleAsync("ada@example.com")).Id);
        Assert.Equal(200, (await busy.CallAsync("GET", "/api/v1/me")).Status);
    }

    [Fact]
    public async Task Session_of_another_environment_is_nobodys()
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var browser = _host.NewBrowser();
        await new RelyingParty(_host) { Issuer = TwoEnvironmentsHost.Second }.SignInAsync(browser);
        var second = browser.CookiesOf("id.test").Single(one => one.Key.Contains("session", StringComparison.Ordinal));
        foreach (var path in new[] { "/api/v1/me", "/e/two/api/v1/me" })
        {
            Assert.Equal(401, (await browser.CallAsync("GET", path)).Status);
        }

        // Not even under the name of the default environment's cookie.
        var home = (await _host.QueryAsync("SELECT environment_id FROM environments WHERE is_default = 1"))[0];
        browser.SetCookie("id.test", $"__Host-xenios-session-{home}", second.Value);
        Assert.Equal(401, (await browser.CallAsync("GET", "/api/v1/me")).Status);
        Expect.Page(await browser.GoAsync($"{TwoEnvironmentsHost.Second}/console/"), "S65", HttpStatusCode.NotFound);
    }

    [Fact] // H03, H05: the console's door is the same as any other
    public async Task Wrong_passwords_at_the_console_are_throttled_and_tell_nothing()
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var browser = _host.NewBrowser();
        var page = await browser.SignInToConsoleAsync("ada@example.com", password: "wrong-horse-battery");
        Assert.Equal(("S71", "password_wrong"), (page.Id, page.Error));
        Assert.Equal("password_wrong", (await _host.NewBrowser().SignInToConsoleAsync("nobody@example.com")).Error);
        foreach (var _ in Enumerable.Range(0, 9))
        {
            page = await browser.PressAsync(page, "/password", ("username", "ada@example.com"), ("password", "wrong-horse-battery"));
        }

        Assert.Equal("too_many_tries", (await _host.NewBrowser().SignInToConsoleAsync("ada@example.com")).Error);
    }

    [Fact] // a token is a token: the header changes nothing for whoever sends one
    public async Task Bearer_token_counts_before_the_session()
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var browser = _host.NewBrowser();
        await browser.SignInToConsoleAsync("ada@example.com");
        Assert.Equal(401, (await browser.CallAsync("GET", "/api/v1/me", null, ("Authorization", "Bearer nonsense"))).Status);
    }

    private static async Task<(int, string?)> OutcomeAsync(Browser browser, string method, string path, object? body = null, params (string, string?)[] changes)
    {
        var (status, code, _) = await browser.CallAsync(method, path, body, changes);
        return (status, code);
    }
}
