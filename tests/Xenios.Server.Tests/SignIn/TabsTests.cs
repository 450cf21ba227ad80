using Xenios.Server.Tests.Connectors.X;
using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn;

/// <summary>Two tabs, the back button and reloads, in any order, and nothing of one request in the other (standards AUT-18).</summary>
public sealed class TabsTests(BothGenerations rig) : IClassFixture<BothGenerations>
{
    private const string Two = BothGenerations.Two;
    private const string One = BothGenerations.One;

    private readonly XeniosHost _host = rig.Host;

    [Theory]
    [InlineData(Two, Two, true)]
    [InlineData(Two, Two, false)]
    [InlineData(One, One, true)]
    [InlineData(One, One, false)]
    [InlineData(Two, One, true)]
    [InlineData(One, Two, false)]
    public async Task Two_tabs_finish_in_either_order_each_for_its_own_request(string first, string second, bool inOrder)
    {
        var browser = _host.NewBrowser();
        var (a, b) = (new RelyingParty(_host), new RelyingParty(_host));
        var (pageA, pageB) = (await browser.GoAsync(a.AuthorizeUrl()), await browser.GoAsync(b.AuthorizeUrl()));
        Assert.NotEqual(pageA.Url, pageB.Url);
        var (xa, xb) = (await browser.LeaveAsync(pageA, first), await browser.LeaveAsync(pageB, second));
        foreach (var (x, shop) in inOrder ? new[] { (xa, a), (xb, b) } : [(xb, b), (xa, a)])
        {
            var back = await browser.PickAsync(x, "ada");
            Assert.Equal(shop.State, back.LocationParameter("state"));
            var tokens = await shop.RedeemAsync(back.LocationParameter("code"));
            Assert.Equal(200, tokens.Status);
            Assert.Equal(shop.Nonce, (await shop.ValidateAsync(tokens.IdToken))["nonce"]);
        }
    }

    [Theory]
    [InlineData(Two)]
    [InlineData(One)]
    public async Task One_page_opened_in_two_tabs_ends_once_and_the_other_starts_again(string connection)
    {
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        var (xa, xb) = (await browser.LeaveAsync(page, connection), await browser.LeaveAsync(page, connection));
        Assert.NotEqual(xa.Url, xb.Url);
        var back = await browser.PickAsync(xa, "ada");
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);

        var late = await browser.PickAsync(xb, "ada");
        Assert.Equal(("S59", "callback_late"), (late.Id, late.Error));
        back = await browser.PressAsync(late, "/again");
        Assert.Equal((shop.State, "https://rp.test/cb"), (back.LocationParameter("state"), back.Location!.GetLeftPart(UriPartial.Path)));
    }

    [Fact]
    public async Task Two_people_in_two_tabs_of_one_browser_the_later_one_stays()
    {
        var browser = _host.NewBrowser();
        var (a, b) = (new RelyingParty(_host), new RelyingParty(_host));
        var (xa, xb) = (await BothGenerations.LeaveAsync(_host, browser, Two, a), await BothGenerations.LeaveAsync(_host, browser, Two, b));
        var ada = await a.RedeemAsync((await browser.PickAsync(xa, "ada")).LocationParameter("code"));
        var finn = await b.RedeemAsync((await browser.PickAsync(xb, "finn")).LocationParameter("code"));
        Assert.NotEqual((await a.ValidateAsync(ada.IdToken))["sub"], (await b.ValidateAsync(finn.IdToken))["sub"]);
        var silent = await browser.GoAsync(a.AuthorizeUrl(("prompt", "none")));
        var now = await a.RedeemAsync(silent.LocationParameter("code"));
        Assert.Equal((await b.ValidateAsync(finn.IdToken))["sub"], (await a.ValidateAsync(now.IdToken))["sub"]);
    }

    [Theory]
    [InlineData(Two)]
    [InlineData(One)]
    public async Task Back_from_X_and_reload_and_leave_again_work(string connection)
    {
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        await browser.LeaveAsync(page, connection);
        var again = await browser.GoAsync(page.Url.AbsoluteUri);
        Assert.Equal("S01", again.Id);
        Assert.Equal("S01", (await browser.GoAsync(page.Url.AbsoluteUri)).Id);

        // The page that the history kept is as good as the reloaded one.
        var back = await browser.PickAsync(await browser.LeaveAsync(page, connection), "ada");
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);
    }

    [Fact]
    public async Task Back_after_the_end_leads_to_a_new_start_and_not_to_another_account()
    {
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        var back = await browser.PickAsync(await browser.LeaveAsync(page, Two), "ada");
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);
        var before = await _host.SnapshotAsync();
        var old = await browser.GoAsync(page.Url.AbsoluteUri);
        Assert.Equal(("S59", "journey_finished", 400), (old.Id, old.Error, (int)old.Status));
        var left = await browser.LeaveAsync(page, Two);
        Assert.Equal("S59", left.Id);
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.Equal(shop.State, (await browser.PressAsync(left, "/again")).LocationParameter("state"));
    }

    [Fact]
    public async Task A_page_of_trouble_reloaded_stays_and_a_second_answer_of_X_does_not_change_it()
    {
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var x = await BothGenerations.LeaveAsync(_host, browser, Two, shop);
        var no = await browser.PickAsync(x, "dev");
        Assert.Equal("S50", no.Id);
        Assert.Equal(("S50", no.SupportCode), ((await browser.GoAsync(no.Url.AbsoluteUri)) is var reloaded ? reloaded.Id : null, reloaded.SupportCode));
        var (before, calls) = (await _host.SnapshotAsync(), _host.Upstreams.Calls.Count);
        var state = System.Web.HttpUtility.ParseQueryString(x.Url.Query)["state"];
        Assert.Equal("S59", (await browser.GoAsync($"{XeniosHost.Url}/login/callback?state={state}&code=later")).Id);
        Assert.Equal((before, calls), (await _host.SnapshotAsync(), _host.Upstreams.Calls.Count));
    }

    [Fact]
    public async Task A_form_of_one_tab_is_worth_nothing_for_the_journey_of_the_other()
    {
        var browser = _host.NewBrowser();
        var (a, b) = (await browser.GoAsync(new RelyingParty(_host).AuthorizeUrl()), await browser.GoAsync(new RelyingParty(_host).AuthorizeUrl()));
        var (formA, formB) = (a.Forms.First(form => form.Connection == Two), b.Forms.First(form => form.Connection == Two));
        var page = await browser.PostAsync(new Uri(b.Url, formB.Action).AbsoluteUri, formA.Fields);
        Assert.Equal(("S59", "form_foreign", 400), (page.Id, page.Error, (int)page.Status));
    }

    // Twice at once: one is told to wait for nothing, none is told that it broke.
    [Theory]
    [InlineData(Two)]
    [InlineData(One)]
    public async Task Two_answers_of_X_at_once_for_one_journey_sign_in_once(string connection)
    {
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        var (xa, xb) = (await browser.LeaveAsync(page, connection), await browser.LeaveAsync(page, connection));
        var callbacks = new List<string>();
        foreach (var x in new[] { xa, xb })
        {
            callbacks.Add((await browser.GetAsync($"{x.Url}&sandbox_person=ada")).Location!.AbsoluteUri);
        }

        var sessions = (await _host.QueryAsync("SELECT session_id FROM sessions")).Count;
        var both = new TaskCompletionSource();
        var waiting = 0;
        _host.Upstreams.Intercept = async (request, _) =>
        {
            if (request.RequestUri!.AbsolutePath is "/2/oauth2/token" or "/oauth/access_token")
            {
                if (Interlocked.Increment(ref waiting) == 2)
                {
                    both.SetResult();
                }

                await both.Task;
            }

            return null;
        };
        var cookie = browser.CookiesOf("id.test");
        var answers = await Task.WhenAll(callbacks.Select(async callback =>
        {
            var tab = _host.NewBrowser();
            foreach (var (name, value) in cookie)
            {
                tab.SetCookie("id.test", name, value);
            }

            return await tab.GoAsync(callback);
        }));
        _host.Upstreams.Intercept = null;

        var code = Assert.Single(answers, answer => answer.LocationParameter("code") is not null).LocationParameter("code");
        Assert.Equal("S59", Assert.Single(answers, answer => answer.LocationParameter("code") is null).Id);
        Assert.Equal(200, (await shop.RedeemAsync(code)).Status);
        Assert.Equal(sessions + 1, (await _host.QueryAsync("SELECT session_id FROM sessions")).Count);
    }
}
