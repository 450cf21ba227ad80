using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Administrators;
using Xenios.Testing;

namespace Xenios.Server.Tests.Administrators;

/// <summary>The first start: a link that makes an administrator, once (ux 2.2, S70; threats L03, H06, J03).</summary>
public class SetupTests : IAsyncLifetime
{
    private XeniosHost _host = null!;

    protected virtual string? Postgres => null;

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync(options =>
    {
        options.Postgres = Postgres;
        options.MoreResources.Add("environment: { slug: two }");
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Link_leads_by_an_email_and_a_password_into_the_console()
    {
        var (browser, link) = (_host.NewBrowser(), await _host.SetupLinkAsync());
        var first = await browser.GetAsync(link);
        Assert.Equal((HttpStatusCode.SeeOther, "/setup"), (first.Status, first.Headers["Location"]));
        var page = await browser.GoAsync(link);
        Assert.Equal(("S70", "Welcome. Who looks after this server?", $"{XeniosHost.Url}/setup"), (page.Id, page.Heading, page.Url.AbsoluteUri));
        Expect.PageHeaders(page);
        Assert.Contains("passkeys", page.Html, StringComparison.Ordinal);

        var arrived = await browser.PressAsync(page, "/setup", ("email", "Ada@example.com"), ("password", ConsoleRig.Password));
        Assert.Equal(("console", $"{XeniosHost.Url}/console/"), (arrived.Id, arrived.Url.AbsoluteUri));
        var (status, _, me) = await browser.CallAsync("GET", "/api/v1/me");
        Assert.Equal((200, "administrator", "Ada@example.com"), (status, me.GetProperty("kind").GetString(), me.GetProperty("email").GetString()));

        // The address counts as confirmed: who has the link commands the server, and signs in by it from now on.
        Assert.Equal(["1|administrator"], await _host.QueryAsync("SELECT email_verified, email_verified_by FROM users WHERE email_key = 'ada@example.com'"));
        Assert.Equal("console", (await _host.NewBrowser().SignInToConsoleAsync("ada@example.com")).Id);
        Assert.Equal(["setup"], await _host.QueryAsync("SELECT added_by FROM administrators"));
        Assert.Equal(["setup|setup_link.created", "setup|user.created", "setup|administrator.created"], (await AuditAsync()).Select(line => line.Replace("server|", "setup|", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Used_link_says_what_to_do_and_opens_nothing()
    {
        var (browser, link) = (_host.NewBrowser(), await _host.SetupLinkAsync());
        await browser.PressAsync(await browser.GoAsync(link), "/setup", ("email", "ada@example.com"), ("password", ConsoleRig.Password));
        await Expect.UnchangedAsync(_host, async () =>
        {
            foreach (var again in new[] { browser, _host.NewBrowser() })
            {
                var page = await again.GoAsync(link);
                Expect.Page(page, "S70", HttpStatusCode.NotFound);
                Assert.Equal("A-11", page.Error);
                Assert.Contains("xenios setup-link", page.Html, StringComparison.Ordinal);
                Assert.Empty(page.Forms);
            }
        });
    }

    [Theory] // L03: without the secret there is no page, whatever is sent in its place
    [InlineData("", HttpStatusCode.Forbidden)]
    [InlineData("?k=", HttpStatusCode.NotFound)]
    [InlineData("?k=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", HttpStatusCode.NotFound)]
    [InlineData("?k=a&k=b", HttpStatusCode.NotFound)]
    public async Task Setup_without_its_secret_is_closed(string query, HttpStatusCode status)
    {
        await _host.SetupLinkAsync();
        await Expect.UnchangedAsync(_host, async () =>
        {
            var browser = _host.NewBrowser();
            var page = await browser.GetAsync($"{XeniosHost.Url}/setup{query}");
            Expect.Page(page, "S70", status);
            Assert.Equal("A-11", page.Error);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync($"{XeniosHost.Url}/setup{query}", [new("email", "eve@example.com"), new("password", ConsoleRig.Password)])).Status);
        });
    }

    [Fact]
    public async Task Link_is_good_for_thirty_minutes_and_only_until_somebody_is_an_administrator()
    {
        var old = await _host.SetupLinkAsync();
        _host.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal("A-11", (await _host.NewBrowser().GoAsync(old)).Error);

        var forgotten = await _host.SetupLinkAsync();
        var open = _host.NewBrowser();
        var page = await open.GoAsync(forgotten);
        Assert.Null(page.Error);
        await _host.AddAdministratorAsync("ada@example.com");
        Assert.Equal("A-11", (await _host.NewBrowser().GoAsync(forgotten)).Error);
        Assert.Equal("A-11", (await open.PressAsync(page, "/setup", ("email", "eve@example.com"), ("password", ConsoleRig.Password))).Error);

        // One that is made later works again: that is how whoever forgot the password comes back in.
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null((await _host.NewBrowser().GoAsync(await _host.SetupLinkAsync())).Error);
    }

    [Fact]
    public async Task Of_many_who_send_the_page_at_once_one_becomes_an_administrator()
    {
        var links = new[] { await _host.SetupLinkAsync(), await _host.SetupLinkAsync() };
        var opened = new List<(Browser Browser, Page Page)>();
        foreach (var index in Enumerable.Range(0, 8))
        {
            var browser = _host.NewBrowser();
            opened.Add((browser, await browser.GoAsync(links[index % 2])));
        }

        var answers = await Task.WhenAll(opened.Select((one, index) => Task.Run(() => one.Browser.PressAsync(one.Page, "/setup", ("email", $"a{index}@example.com"), ("password", ConsoleRig.Password)))));
        Assert.Equal(1, answers.Count(answer => answer.Id == "console"));
        Assert.Equal(7, answers.Count(answer => answer.Error == "A-11"));
        Assert.Single(await _host.QueryAsync("SELECT user_id FROM administrators"));
        Assert.Equal(["1"], await _host.QueryAsync("SELECT COUNT(*) FROM users WHERE email LIKE 'a%@example.com'"));
    }

    [Theory]
    [InlineData("no address", ConsoleRig.Password, "email_malformed")]
    [InlineData("ada@example.com", "short", "password_unsuitable")]
    [InlineData("ada@example.com", "", "password_unsuitable")]
    [InlineData("CLEO@example.com", ConsoleRig.Password, "email_taken")]
    public async Task What_is_wrong_is_said_at_the_field_and_the_link_stays_good(string email, string password, string error)
    {
        var (browser, link) = (_host.NewBrowser(), await _host.SetupLinkAsync());
        var page = await browser.GoAsync(link);
        await Expect.UnchangedAsync(_host, async () =>
        {
            var again = await browser.PressAsync(page, "/setup", ("email", email), ("password", password));
            Expect.Page(again, "S70");
            Assert.Equal(error, again.Error);
            Assert.Contains($"value=\"{email}\"", again.Html, StringComparison.Ordinal);
            Assert.DoesNotContain(ConsoleRig.Password, again.Html, StringComparison.Ordinal);
            page = again;
        });
        Assert.Equal("console", (await browser.PressAsync(page, "/setup", ("email", "ada@example.com"), ("password", ConsoleRig.Password))).Id);
    }

    [Fact] // I01, decision 6: the form belongs to the browser that opened the link
    public async Task Form_of_another_browser_makes_nobody_an_administrator()
    {
        var link = await _host.SetupLinkAsync();
        var (browser, other) = (_host.NewBrowser(), _host.NewBrowser());
        var foreign = await other.GoAsync(link);
        await browser.GoAsync(link);
        await Expect.UnchangedAsync(_host, async () =>
        {
            var answer = await browser.PressAsync(foreign, "/setup", ("email", "eve@example.com"), ("password", ConsoleRig.Password));
            Assert.Equal("form_foreign", answer.Error);
        });
    }

    [Fact]
    public async Task Setup_is_where_the_default_environment_is()
    {
        var link = await _host.SetupLinkAsync();
        var page = await _host.NewBrowser().GoAsync(link.Replace("/setup", "/e/two/setup", StringComparison.Ordinal));
        Expect.Page(page, "S65", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task German_browser_gets_a_German_page()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{XeniosHost.Url}/setup");
        request.Headers.TryAddWithoutValidation("Accept-Language", "de");
        Assert.Equal("Dieser Link geht nicht mehr", (await _host.NewBrowser().SendAsync(request)).Heading);
    }

    [Fact]
    public async Task Start_prints_a_link_only_while_there_is_nobody()
    {
        var links = _host.Services.GetRequiredService<SetupLinks>();
        var link = await links.CreateWhileNobodyAsync(CancellationToken.None);
        Assert.StartsWith($"{XeniosHost.Url}/setup?k=", link!.Url, StringComparison.Ordinal);
        Assert.Equal(_host.Clock.GetUtcNow().AddMinutes(30), link.ExpiresAt);
        await _host.AddAdministratorAsync("ada@example.com");
        Assert.Null(await links.CreateWhileNobodyAsync(CancellationToken.None));

        // Without a password nobody opens the console.
        await _host.ExecuteAsync("UPDATE users SET password_hash = NULL");
        Assert.NotNull(await links.CreateWhileNobodyAsync(CancellationToken.None));

        // L04: neither the log nor the audit log nor the table holds what the link carries.
        var secret = link.Url.Split('=')[1];
        Assert.DoesNotContain(_host.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(await _host.QueryAsync("SELECT * FROM audit_events"), row => row.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(await _host.QueryAsync("SELECT * FROM ephemeral"), row => row.Contains(secret, StringComparison.Ordinal));
    }

    private Task<IReadOnlyList<string>> AuditAsync() => _host.QueryAsync("SELECT caller, action FROM audit_events WHERE action LIKE 'setup%' OR caller = 'setup' ORDER BY sequence");
}

[Trait("Category", "Postgres")]
public sealed class SetupOnPostgresTests : SetupTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
