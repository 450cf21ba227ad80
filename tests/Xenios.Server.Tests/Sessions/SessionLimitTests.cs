using Xenios.Testing;

namespace Xenios.Server.Tests.Sessions;

/// <summary>How long people stay signed in, as the environment says (threats G01).</summary>
public class SessionLimitTests
{
    private const string Silent = "prompt";

    protected virtual string? Postgres => null;

    [Fact]
    public async Task Unused_session_ends_after_eight_hours_and_used_one_after_a_day()
    {
        await using var host = await StartAsync("");
        var (idle, used, shop) = (host.NewBrowser(), host.NewBrowser(), new RelyingParty(host));
        await shop.SignInAsync(idle);
        await shop.SignInAsync(used);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            host.Clock.Advance(TimeSpan.FromHours(7));
            Assert.True(await IsSignedInAsync(used, shop));
        }

        Assert.False(await IsSignedInAsync(idle, shop));
        host.Clock.Advance(TimeSpan.FromHours(3) - TimeSpan.FromSeconds(1));
        Assert.True(await IsSignedInAsync(used, shop));
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await IsSignedInAsync(used, shop));
    }

    [Fact]
    public async Task Environment_says_how_long_and_each_name_is_changed_alone()
    {
        await using var host = await StartAsync("sessions: { lifetime: 7200, idle_lifetime: 600 }");
        var shop = new RelyingParty(host);
        var browser = host.NewBrowser();
        await shop.SignInAsync(browser);
        host.Clock.Advance(TimeSpan.FromSeconds(599));
        Assert.True(await IsSignedInAsync(browser, shop));
        host.Clock.Advance(TimeSpan.FromSeconds(600));
        Assert.False(await IsSignedInAsync(browser, shop));

        await host.ApplyAsync("environment: { slug: default, sessions: { idle_lifetime: 0 } }");
        await shop.SignInAsync(browser);
        host.Clock.Advance(TimeSpan.FromSeconds(7199));
        Assert.True(await IsSignedInAsync(browser, shop));
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await IsSignedInAsync(browser, shop));
    }

    [Fact]
    public async Task Cookie_outlives_the_browser_only_where_the_environment_says_so()
    {
        await using var host = await StartAsync("");
        Assert.DoesNotContain("max-age", await SessionCookieAsync(host), StringComparison.Ordinal);
        await host.ApplyAsync("environment: { slug: default, sessions: { persistent: true, lifetime: 2592000 } }");
        Assert.Contains("max-age=2592000;", await SessionCookieAsync(host), StringComparison.Ordinal);
    }

    [Fact] // COD-03: the session may end between the code and its redemption
    public async Task Code_dies_with_a_session_that_expires()
    {
        await using var host = await StartAsync("sessions: { lifetime: 300 }");
        var (shop, browser) = (new RelyingParty(host), host.NewBrowser());
        await shop.SignInAsync(browser);
        host.Clock.Advance(TimeSpan.FromSeconds(290));
        var code = (await browser.GetAsync(shop.AuthorizeUrl())).LocationParameter("code");
        Assert.NotNull(code);
        host.Clock.Advance(TimeSpan.FromSeconds(10));
        Expect.Json(await shop.RedeemAsync(code), 400, "invalid_grant");
    }

    [Fact] // OpenID Connect Core §11, I03: without offline_access nothing works when nobody is signed in
    public async Task Access_token_without_offline_access_ends_with_its_session_and_one_with_it_goes_on()
    {
        await using var host = await StartAsync("", OpenId.TokenResources.Yaml);
        var (shop, browser) = (new RelyingParty(host), host.NewBrowser());
        var bound = await shop.SignInAndRedeemAsync(browser);
        var offline = await shop.RedeemAsync((await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid offline_access")))).LocationParameter("code"));
        Assert.Equal(200, (await shop.UserInfoAsync(bound.AccessToken)).Status);
        await browser.PressAsync(await browser.GoAsync($"{XeniosHost.Url}/signin"), "/signin/out");
        Assert.Equal(401, (await shop.UserInfoAsync(bound.AccessToken)).Status);
        Assert.Equal(200, (await shop.UserInfoAsync(offline.AccessToken)).Status);
        Assert.Equal(200, (await shop.RefreshAsync(offline.RefreshToken)).Status);
    }

    [Theory]
    [InlineData("sessions: { lifetime: 299 }", "environment.sessions.lifetime")]
    [InlineData("sessions: { lifetime: 31536001 }", "environment.sessions.lifetime")]
    [InlineData("sessions: { idle_lifetime: -1 }", "environment.sessions.idle_lifetime")]
    [InlineData("sessions: { idle_lifetime: 1 }", "environment.sessions.idle_lifetime")]
    [InlineData("signing_keys: { rotation_days: -1 }", "environment.signing_keys.rotation_days")]
    [InlineData("signing_keys: { overlap: 299 }", "environment.signing_keys.overlap")]
    public async Task Impossible_limit_is_refused_and_nothing_is_applied(string setting, string field)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(setting));
        Assert.Contains($"{field}: ", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<bool> IsSignedInAsync(Browser browser, RelyingParty shop) =>
        (await browser.GetAsync(shop.AuthorizeUrl((Silent, "none")))).LocationParameter("code") is not null;

    private static async Task<string> SessionCookieAsync(XeniosHost host) =>
        (await new RelyingParty(host).SignInAsync(host.NewBrowser())).SetCookies.Single(cookie => cookie.Contains("-session-", StringComparison.Ordinal));

    private Task<XeniosHost> StartAsync(string setting, string? resources = null) => XeniosHost.StartAsync(options =>
    {
        options.Postgres = Postgres;
        options.Resources = (resources ?? XeniosHost.Resources).Replace("slug: default,", $"slug: default, {setting}{(setting.Length > 0 ? "," : "")}", StringComparison.Ordinal);
    });
}

/// <summary>The same on PostgreSQL.</summary>
[Trait("Category", "Postgres")]
public sealed class SessionLimitOnPostgresTests : SessionLimitTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
