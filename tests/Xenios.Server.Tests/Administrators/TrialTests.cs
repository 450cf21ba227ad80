using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.Administrators;

/// <summary><em>Try it now</em>: an administrator goes through a sign-in without any application, and stays in the console (decision 12; ux 2.3).</summary>
public sealed class TrialTests : IAsyncLifetime
{
    private const string Try = $"{XeniosHost.Url}/console/try";
    private XeniosHost _host = null!;
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync(options => options.MoreResources.Add(XeniosHost.Resources.Replace("slug: default", "slug: two", StringComparison.Ordinal)));
        await _host.AddAdministratorAsync("boss@example.com");
        _browser = _host.NewBrowser();
        await _browser.SignInToConsoleAsync("boss@example.com");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Ada_is_greeted_with_her_claims_and_the_administrator_stays_signed_in()
    {
        var page = await _browser.GoAsync(Try);
        Assert.Equal(("S03", "Sign in to Demo"), (page.Id, page.Heading));
        page = await _browser.PickAsync(await _browser.LeaveAsync(page), "ada");
        Assert.Equal(("try", "Hello Ada Byström"), (page.Id, page.Heading));
        Expect.PageHeaders(page);
        Assert.Contains("x_handle: ", page.Html, StringComparison.Ordinal);
        Assert.Contains("email_verified: ", page.Html, StringComparison.Ordinal);

        var code = System.Text.RegularExpressions.Regex.Match(page.Html, "href=\"/console/sign-ins/([0-9A-Z]{10})\"").Groups[1].Value;
        var (status, _, timeline) = await _browser.CallAsync("GET", $"/api/v1/sign-ins/{code}");
        Assert.Equal((200, "ok"), (status, timeline.GetProperty("outcome").GetString()));
        Assert.Single(await _host.QueryAsync("SELECT session_id FROM sessions"));
        Assert.Equal("boss@example.com", (await _browser.CallAsync("GET", "/api/v1/me")).Json.GetProperty("email").GetString());

        // It was a real sign-in: Ada has an account now, as the connection's rules say, and nothing beyond.
        Assert.Equal(["1"], await _host.QueryAsync("SELECT COUNT(*) FROM linked_identities"));
        Assert.Single(await _host.QueryAsync("SELECT user_id FROM administrators"));
    }

    [Fact]
    public async Task Ben_is_asked_for_an_email_as_at_any_application()
    {
        var page = await _browser.PickAsync(await _browser.LeaveAsync(await _browser.GoAsync(Try)), "ben");
        Assert.Equal("S11", page.Id);
        page = await _browser.PressAsync(page, "/email", ("email", "ben@example.com"));
        page = await _browser.PressAsync(page, "/email/code", ("code", _host.MailedCode));
        Assert.Equal("try", page.Id);
        Assert.Contains("email: ben@example.com", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Person_who_says_no_can_begin_again()
    {
        var page = await _browser.PickAsync(await _browser.LeaveAsync(await _browser.GoAsync(Try)), "dev");
        Assert.Equal("S50", page.Id);
        page = await _browser.PickAsync(await _browser.LeaveAsync(page), "ada");
        Assert.Equal("try", page.Id);
    }

    [Fact]
    public async Task Other_environment_is_tried_from_the_same_console()
    {
        var page = await _browser.GoAsync($"{TwoEnvironmentsHost.Second}/console/try");
        page = await _browser.PickAsync(await _browser.LeaveAsync(page), "ada");
        Assert.Equal("try", page.Id);
        Assert.Contains("href=\"/console/e/two/sign-ins/", page.Html, StringComparison.Ordinal);
        Assert.Equal(200, (await _browser.CallAsync("GET", "/api/v1/me")).Status);
    }

    [Fact]
    public async Task Stranger_signs_in_to_the_console_first()
    {
        var stranger = _host.NewBrowser();
        var page = await stranger.SignInToConsoleAsync("boss@example.com", Try);
        Assert.Equal(("S03", "Sign in to Demo"), (page.Id, page.Heading));
        Assert.Equal("S71", (await _host.NewBrowser().GoAsync($"{TwoEnvironmentsHost.Second}/console/try")).Id);
    }

    [Fact]
    public async Task Result_is_shown_to_the_browser_that_tried_for_half_an_hour()
    {
        var page = await _browser.PickAsync(await _browser.LeaveAsync(await _browser.GoAsync(Try)), "ada");
        Expect.Page(await _host.NewBrowser().GoAsync(page.Url.AbsoluteUri), "S65", HttpStatusCode.NotFound);
        Assert.Equal("try", (await _browser.GoAsync(page.Url.AbsoluteUri)).Id);
        Expect.Page(await _browser.GoAsync($"{Try}/unknown"), "S65", HttpStatusCode.NotFound);
        _host.Clock.Advance(TimeSpan.FromMinutes(31));
        Expect.Page(await _browser.GoAsync(page.Url.AbsoluteUri), "S65", HttpStatusCode.NotFound);
    }
}
