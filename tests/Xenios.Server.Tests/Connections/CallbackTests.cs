using System.Web;
using Xenios.Server.Tests.Connectors.X;
using Xenios.Testing;

namespace Xenios.Server.Tests.Connections;

/// <summary>The callback belongs to one visit, one browser and one connection, and is used once, before anything is exchanged (threats B01, B02, B03, B07, B11).</summary>
public sealed class CallbackTests(BothGenerations rig) : IClassFixture<BothGenerations>
{
    private const string Two = BothGenerations.Two;
    private const string One = BothGenerations.One;

    private readonly XeniosHost _host = rig.Host;

    public static TheoryData<string> Nonsense =>
    [
        "", "?", "?state=", "?code=abc", "?state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&code=abc", "?oauth_token=abc&oauth_verifier=def", "?denied=abc",
        "?error=access_denied", "?error=invalid_request&error_description=Redirect%20is%20requested.", "?state=%00&code=a", "?state=%ff%fe&code=a",
        "?state=a&state=b&code=c", "?oauth_token=a&oauth_token=b", "?state[]=a&code=b", "?state=" + new string('a', 5000), "?state=../../x&code=a", "?%F0%9F%98%80=1",
    ];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task A_callback_of_no_visit_is_one_calm_page_and_no_call(string query)
    {
        foreach (var path in (string[])["/login/callback", "/commonauth", "/LOGIN/Callback"])
        {
            var page = await NothingHappensAsync(_host.NewBrowser(), XeniosHost.Url + path + query);
            Assert.Equal(("S59", 400), (page.Id, (int)page.Status));
            Assert.Contains("href=\"/signin\"", page.Html, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(Two)]
    [InlineData(One)]
    public async Task A_callback_brought_by_another_browser_is_refused_and_used_up(string connection)
    {
        var (attacker, victim) = (_host.NewBrowser(), _host.NewBrowser());
        await victim.GoAsync(new RelyingParty(_host).AuthorizeUrl());
        var callback = await CallbackOfAsync(attacker, connection);

        var page = await NothingHappensAsync(victim, callback);
        Assert.Equal(("S60", "other_browser", 400), (page.Id, page.Error, (int)page.Status));
        Assert.Equal("S59", (await NothingHappensAsync(attacker, callback)).Id);

        // And one without any cookie.
        var bare = await NothingHappensAsync(_host.NewBrowser(), await CallbackOfAsync(attacker, connection));
        Assert.Equal(400, (int)bare.Status);
    }

    [Theory]
    [InlineData(Two)]
    [InlineData(One)]
    public async Task A_callback_used_twice_signs_in_once(string connection)
    {
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var callback = await CallbackOfAsync(browser, connection, shop: shop);
        var back = await browser.GetAsync(callback);
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);

        var again = await NothingHappensAsync(browser, callback);
        Assert.Equal(("S59", "callback_repeated", 400), (again.Id, again.Error, (int)again.Status));
        var restarted = await browser.PressAsync(again, "/again");
        Assert.Equal(shop.State, restarted.LocationParameter("state"));
    }

    [Theory]
    [InlineData(Two)]
    [InlineData(One)]
    public async Task A_callback_after_fifteen_minutes_is_too_late_and_the_way_is_still_known(string connection)
    {
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var callback = await CallbackOfAsync(browser, connection, shop: shop);
        _host.Clock.Advance(TimeSpan.FromMinutes(16));
        var late = await NothingHappensAsync(browser, callback);
        Assert.Equal(("S59", "callback_late", 400), (late.Id, late.Error, (int)late.Status));

        var again = await browser.PressAsync(late, "/again");
        Assert.Equal("x.test", again.Url.Host);
        Assert.Equal(200, (await shop.RedeemAsync((await browser.PickAsync(again, "ada")).LocationParameter("code"))).Status);
    }

    // B03: PKCE towards X, and the verifier of the visit that the state names.
    [Fact]
    public async Task Codes_swapped_between_two_visits_of_one_browser_are_worth_nothing()
    {
        var browser = _host.NewBrowser();
        var (a, b) = (Query(await CallbackOfAsync(browser, Two)), Query(await CallbackOfAsync(browser, Two)));
        var before = await _host.SnapshotAsync();
        var page = await browser.GoAsync($"{XeniosHost.Url}/login/callback?state={a["state"]}&code={Uri.EscapeDataString(b["code"]!)}");
        Assert.Equal(("S59", "X-112", 400), (page.Id, page.Error, (int)page.Status));
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    // B02 as far as it exists: one path, and the visit knows its connection.
    [Fact]
    public async Task What_one_connection_got_is_worth_nothing_at_another()
    {
        var browser = _host.NewBrowser();
        var (two, one) = (Query(await CallbackOfAsync(browser, Two)), Query(await CallbackOfAsync(browser, One)));
        string[] mixed =
        [
            $"state={two["state"]}&oauth_token={one["oauth_token"]}&oauth_verifier={one["oauth_verifier"]}",
            $"oauth_token={one["oauth_token"]}&code={Uri.EscapeDataString(two["code"]!)}",
        ];
        foreach (var query in mixed)
        {
            var page = await NothingHappensAsync(browser, $"{XeniosHost.Url}/login/callback?{query}");
            Assert.InRange((int)page.Status, 400, 502);
        }
    }

    // B07: X is known to accept a signature without the token's secret, so only our comparison stands between.
    [Fact]
    public async Task A_request_token_of_another_visit_is_never_exchanged()
    {
        await _host.ChangeSandboxAsync("""{"lax_token_secret": true}""");
        var browser = _host.NewBrowser();
        var (mine, other) = (Query(await CallbackOfAsync(browser, One)), Query(await CallbackOfAsync(_host.NewBrowser(), One, "ben")));
        string[] queries =
        [
            $"state={mine["oauth_token"]}&oauth_token={other["oauth_token"]}&oauth_verifier={other["oauth_verifier"]}",
            $"denied={mine["oauth_token"]}&oauth_verifier={mine["oauth_verifier"]}&oauth_token={other["oauth_token"]}",
        ];
        foreach (var query in queries)
        {
            var page = await NothingHappensAsync(browser, $"{XeniosHost.Url}/login/callback?{query}");
            Assert.Contains(page.Id, new[] { "S59", "S60" });
            mine = Query(await CallbackOfAsync(browser, One));
        }

        await _host.ChangeSandboxAsync("""{"lax_token_secret": false}""");
    }

    [Theory]
    [InlineData("oauth_token={0}")]
    [InlineData("oauth_token={0}&oauth_verifier=")]
    [InlineData("oauth_token={0}&oauth_verifier=a&oauth_verifier=b")]
    public async Task A_reply_without_its_verifier_is_refused_before_any_call(string query)
    {
        var browser = _host.NewBrowser();
        var token = Query(await CallbackOfAsync(browser, One))["oauth_token"]!;
        var page = await NothingHappensAsync(browser, $"{XeniosHost.Url}/login/callback?{string.Format(null, System.Text.CompositeFormat.Parse(query), token)}");
        Assert.Equal("X-115", page.Error);
    }

    [Fact]
    public async Task A_made_up_verifier_or_code_signs_nobody_in()
    {
        var browser = _host.NewBrowser();
        var (two, one) = (Query(await CallbackOfAsync(browser, Two)), Query(await CallbackOfAsync(browser, One)));
        var before = await _host.SnapshotAsync();
        foreach (var query in (string[])[$"state={two["state"]}&code=made-up", $"oauth_token={one["oauth_token"]}&oauth_verifier=made-up"])
        {
            var page = await browser.GoAsync($"{XeniosHost.Url}/login/callback?{query}");
            Assert.Equal(("S59", "X-112", 400), (page.Id, page.Error, (int)page.Status));
        }

        Assert.Equal(before, await _host.SnapshotAsync());
    }

    // Lax cookies stay away from cross-site posts.
    [Fact]
    public async Task A_posted_callback_is_fetched_again_with_GET_and_then_works()
    {
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var query = Query(await CallbackOfAsync(browser, Two, shop: shop));
        var bounced = await _host.NewBrowser().PostAsync($"{XeniosHost.Url}/login/callback", query.AllKeys.Select(name => new KeyValuePair<string, string>(name!, query[name]!)), follow: false);
        Assert.Equal(303, (int)bounced.Status);
        Assert.Equal(("id.test", "/login/callback"), (bounced.Location!.Host, bounced.Location.AbsolutePath));
        var back = await browser.GoAsync(bounced.Location.AbsoluteUri);
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);
    }

    [Fact]
    public async Task A_scanner_that_only_asks_for_the_head_uses_nothing_up()
    {
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var callback = await CallbackOfAsync(browser, Two, shop: shop);
        using var client = _host.NewClient();
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, callback));
        Assert.Equal(200, (await shop.RedeemAsync((await browser.GetAsync(callback)).LocationParameter("code"))).Status);
    }

    // B11: the result waits in the journey, for this browser, once.
    [Fact]
    public async Task A_journey_that_came_back_from_X_is_of_no_use_in_another_browser_or_later()
    {
        var (browser, thief, shop) = (_host.NewBrowser(), _host.NewBrowser(), new RelyingParty(_host));
        await thief.GoAsync(shop.AuthorizeUrl());
        var email = await BothGenerations.SignInAsync(_host, browser, Two, "ben", shop);
        Assert.Equal("S11", email.Id);
        Assert.Equal("S60", (await NothingHappensAsync(thief, email.Url.AbsoluteUri)).Id);
        var form = email.Forms.First(form => form.Action.EndsWith("/email", StringComparison.Ordinal));
        var stolen = await thief.PostAsync(new Uri(email.Url, form.Action).AbsoluteUri, [.. form.Fields, new("email", "thief@example.com")]);
        Assert.Equal(400, (int)stolen.Status);
        Assert.Empty(_host.Mail);

        _host.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(("S59", "journey_expired"), ((await NothingHappensAsync(browser, email.Url.AbsoluteUri)) is var late ? late.Id : null, late.Error));
    }

    private static System.Collections.Specialized.NameValueCollection Query(string url) => HttpUtility.ParseQueryString(new Uri(url).Query);

    private async Task<string> CallbackOfAsync(Browser browser, string connection, string person = "ada", RelyingParty? shop = null)
    {
        var x = await BothGenerations.LeaveAsync(_host, browser, connection, shop);
        var answer = await browser.GetAsync($"{x.Url}&sandbox_person={person}");
        Assert.Equal("id.test", answer.Location?.Host);
        return answer.Location!.AbsoluteUri;
    }

    private async Task<Page> NothingHappensAsync(Browser browser, string url)
    {
        var (before, calls) = (await _host.SnapshotAsync(), _host.Upstreams.Calls.Count);
        var page = await browser.GoAsync(url);
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.Equal(calls, _host.Upstreams.Calls.Count);
        Assert.Null(page.Location);
        Assert.NotEqual(500, (int)page.Status);
        Assert.DoesNotContain("   at ", page.Html, StringComparison.Ordinal);
        return page;
    }
}
