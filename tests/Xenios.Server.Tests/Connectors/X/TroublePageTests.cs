using Xenios.Testing;

namespace Xenios.Server.Tests.Connectors.X;

/// <summary>From every page of trouble the person can give up, and the application learns why in OAuth's words (standards AUT-14, threats B12).</summary>
public sealed class TroublePageTests(BothGenerations rig) : IClassFixture<BothGenerations>
{
    private readonly XeniosHost _host = rig.Host;

    [Theory]
    [InlineData("S50", "", "", "access_denied")]
    [InlineData("S52", "users_me", "unavailable", "temporarily_unavailable")]
    [InlineData("S52", "token", "cloudflare", "temporarily_unavailable")]
    [InlineData("S53", "token", "delay", "temporarily_unavailable")]
    [InlineData("S54", "users_me", "rate_limited", "temporarily_unavailable")]
    [InlineData("S55", "users_me", "credits_depleted", "server_error")]
    [InlineData("S57", "users_me", "user_suspended", "access_denied")]
    [InlineData("S59", "token", "code_expired", "access_denied")]
    public async Task Giving_up_tells_the_application_why_with_state_and_issuer(string id, string endpoint, string kind, string error)
    {
        await _host.NoFaultsAsync();
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        if (endpoint.Length > 0)
        {
            await _host.FaultAsync(endpoint, $$"""{"kind": "{{kind}}"}""");
        }

        var before = await _host.SnapshotAsync();
        var page = await BothGenerations.SignInAsync(_host, browser, BothGenerations.Two, endpoint.Length > 0 ? "ada" : "dev", shop);
        Assert.Equal(id, page.Id);
        var back = await browser.PressAsync(page, "/cancel");

        Assert.StartsWith("https://rp.test/cb?", back.Location?.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal((error, shop.State, XeniosHost.Url), (back.LocationParameter("error"), back.LocationParameter("state"), back.LocationParameter("iss")));
        Assert.Null(back.LocationParameter("code"));
        Assert.Equal(before, await _host.SnapshotAsync());

        // The journey is over: the page in the browser's history leads nowhere but to a new start.
        Assert.Equal("S59", (await browser.GoAsync(page.Url.AbsoluteUri)).Id);
    }

    [Fact]
    public async Task An_app_that_X_suspended_shows_its_page_and_a_server_error_to_the_application()
    {
        await _host.NoFaultsAsync();
        var key = (await _host.SandboxStateAsync()).GetProperty("apps")[0].GetProperty("client_id").GetString()!;
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        await _host.ChangeAppAsync(key, """{"suspended": true}""");
        try
        {
            var page = await BothGenerations.LeaveAsync(_host, browser, BothGenerations.One, shop);
            Assert.Equal(("S56", "X-108", 502), (page.Id, page.Error, (int)page.Status));
            var back = await browser.PressAsync(page, "/cancel");
            Assert.Equal(("server_error", shop.State), (back.LocationParameter("error"), back.LocationParameter("state")));
        }
        finally
        {
            await _host.ChangeAppAsync(key, """{"suspended": false}""");
        }

        await BothGenerations.ClaimsAsync(_host, BothGenerations.One);
    }

    [Theory]
    [InlineData(BothGenerations.Two)]
    [InlineData(BothGenerations.One)]
    public async Task Who_says_no_at_X_comes_to_a_calm_page_and_can_change_their_mind(string connection)
    {
        await _host.NoFaultsAsync();
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var before = await _host.SnapshotAsync();
        var page = await BothGenerations.SignInAsync(_host, browser, connection, "dev", shop);
        Assert.Equal(("S50", "access_denied", 200), (page.Id, page.Error, (int)page.Status));
        Assert.Equal(before, await _host.SnapshotAsync());

        var back = await browser.PickAsync(await browser.LeaveAsync(page, connection), "ada");
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);
    }

    [Theory]
    [InlineData(BothGenerations.Two)]
    [InlineData(BothGenerations.One)]
    public async Task A_suspended_person_is_told_that_X_did_not_confirm_the_account(string connection)
    {
        await _host.NoFaultsAsync();
        var before = await _host.SnapshotAsync();
        var page = await BothGenerations.SignInAsync(_host, _host.NewBrowser(), connection, "eve");
        Assert.Equal(("S57", "X-118", 403), (page.Id, page.Error, (int)page.Status));
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Fact]
    public async Task A_rate_limit_names_the_moment_that_X_named()
    {
        await _host.NoFaultsAsync();
        await _host.FaultAsync("users_me", """{"kind": "rate_limited", "seconds": 600}""");
        var until = _host.Clock.GetUtcNow().AddSeconds(600);
        var page = await BothGenerations.SignInAsync(_host, _host.NewBrowser(), BothGenerations.Two);
        await _host.NoFaultsAsync();
        Assert.Contains($"datetime=\"{until:yyyy-MM-ddTHH:mm:ssZ}\"", page.Html, StringComparison.Ordinal);
    }

    // B12: callback errors are input of a stranger.
    [Theory]
    [InlineData("error=<script>alert(1)</script>")]
    [InlineData("error=invalid_request&error_description=%0d%0aSet-Cookie:%20a=b&error_uri=javascript:alert(1)")]
    [InlineData("error=temporarily_unavailable&error_uri=https://evil.test/")]
    [InlineData("error=access_denied&error_description=%3Cimg%20src=x%20onerror=alert(1)%3E")]
    public async Task What_the_callback_says_about_an_error_is_never_shown_or_followed(string query)
    {
        await _host.NoFaultsAsync();
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var x = await BothGenerations.LeaveAsync(_host, browser, BothGenerations.Two, shop);
        var state = System.Web.HttpUtility.ParseQueryString(x.Url.Query)["state"];
        var (before, calls) = (await _host.SnapshotAsync(), _host.Upstreams.Calls.Count);

        var page = await browser.GoAsync($"{XeniosHost.Url}/login/callback?state={state}&{query}");
        Assert.Contains(page.Id, new[] { "S50", "S55" });
        Assert.Equal(calls, _host.Upstreams.Calls.Count);
        Assert.Equal(before, await _host.SnapshotAsync());
        foreach (var echo in (string[])["<script>", "alert(", "javascript:", "Set-Cookie", "evil.test", "onerror"])
        {
            Assert.DoesNotContain(echo, page.Html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(page.Headers, header => header.Value.Contains(echo, StringComparison.OrdinalIgnoreCase));
        }

        var back = await browser.PressAsync(page, "/cancel");
        Assert.Equal((shop.State, XeniosHost.Url), (back.LocationParameter("state"), back.LocationParameter("iss")));
        Assert.Contains(back.LocationParameter("error"), new[] { "access_denied", "server_error" });
        Assert.Null(back.LocationParameter("error_uri"));
        Assert.DoesNotContain(_host.Log.Lines, line => line.Contains('\r', StringComparison.Ordinal) || line.Contains("\nSet-Cookie", StringComparison.Ordinal));
    }
}
