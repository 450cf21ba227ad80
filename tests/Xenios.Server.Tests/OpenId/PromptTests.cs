using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>When a session answers, and when the person has to (standards PRM-01 to PRM-05, AUT-18).</summary>
public sealed class PromptTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly XeniosHost _host = shared.Host;

    [Fact] // PRM-01: no page, no upstream visit, one redirect
    public Task Without_a_session_prompt_none_says_so_at_once() => Expect.UnchangedAsync(_host, async () =>
    {
        var shop = new RelyingParty(_host);
        var calls = _host.Upstreams.Calls.Count;
        var page = await _host.NewBrowser().GetAsync(shop.AuthorizeUrl(("prompt", "none"), ("connection", "x")));
        Expect.ErrorAtClient(page, shop, "login_required");
        Assert.Equal(calls, _host.Upstreams.Calls.Count);
        Assert.Empty(page.SetCookies);
    });

    [Theory] // PRM-01, PRM-03 to PRM-05: what a session satisfies
    [InlineData(null, null, 0, true)]
    [InlineData("none", null, 0, true)]
    [InlineData("consent", null, 0, false)]
    [InlineData(null, "60", 60, false)] // B10: X does not say since when
    [InlineData("none", "60", 60, false)]
    [InlineData(null, "0", 0, false)]
    [InlineData("none", "0", 0, false)]
    [InlineData("login", null, 0, false)]
    [InlineData("create", null, 0, false)]
    [InlineData("select_account", null, 0, false)]
    [InlineData("login consent", null, 0, false)]
    public async Task Session_answers_only_where_it_is_enough(string? prompt, string? maxAge, int age, bool enough)
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await shop.SignInAsync(browser);
        _host.Clock.Advance(TimeSpan.FromSeconds(age));
        var page = await browser.GoAsync(shop.AuthorizeUrl(("prompt", prompt), ("max_age", maxAge)));
        if (enough)
        {
            Assert.NotNull(page.LocationParameter("code"));
        }
        else if (prompt == "none")
        {
            Expect.ErrorAtClient(page, shop, "login_required");
        }
        else
        {
            Assert.Null(page.Location);
            Assert.Equal(prompt switch { "select_account" => "S35", "consent" => "S30", _ => "S02" }, page.Id);
        }
    }

    [Fact] // PRM-03: going away from the page does not help either
    public async Task Prompt_login_that_is_left_unanswered_gives_no_code()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await shop.SignInAsync(browser);
        var asked = await browser.GoAsync(shop.AuthorizeUrl(("prompt", "login")));
        var reloaded = await browser.GetAsync(asked.Url.AbsoluteUri);
        Assert.Equal((HttpStatusCode.OK, asked.Id), (reloaded.Status, reloaded.Id));
    }

    [Theory] // AUT-18: each request gets its own answer, in whatever order they end
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_tabs_end_in_either_order(bool firstFirst)
    {
        var browser = _host.NewBrowser();
        var (shop, other) = (new RelyingParty(_host), RelyingParty.Other(_host));
        var atX = await browser.LeaveAsync(await browser.GoAsync(shop.AuthorizeUrl()));
        var alsoAtX = await browser.LeaveAsync(await browser.GoAsync(other.AuthorizeUrl()));
        var ends = new List<(RelyingParty Party, Page Page)>();
        foreach (var first in (bool[])[firstFirst, !firstFirst])
        {
            ends.Add((first ? shop : other, await browser.PickAsync(first ? atX : alsoAtX, "ada")));
        }

        // Both tabs came back before either application redeemed.
        foreach (var (party, page) in ends)
        {
            Assert.Equal(party.State, page.LocationParameter("state"));
            var tokens = await party.RedeemAsync(page.LocationParameter("code"));
            Assert.Equal((200, party.Nonce), (tokens.Status, Jwt.Payload(tokens.IdToken).GetProperty("nonce").GetString()));
        }
    }

    [Fact] // AUT-18: reloading and going back
    public async Task Reloading_and_going_back_before_the_end_is_harmless()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("S03", (await browser.GetAsync(page.Url.AbsoluteUri)).Id);
            await browser.LeaveAsync(page);
        }

        Assert.Equal(200, (await shop.RedeemAsync((await browser.PickAsync(await browser.LeaveAsync(page), "ada")).LocationParameter("code"))).Status);
    }

    [Fact] // I01, RIL-01: signing in again is the same session to those it served before
    public async Task Id_token_from_before_signing_in_again_still_signs_out()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var before = await shop.SignInAndRedeemAsync(browser);
        await RelyingParty.Spa(_host).SignInAsync(browser, "ada", ("prompt", "select_account"));
        var page = await browser.GetAsync($"{XeniosHost.Url}/oauth2/logout?id_token_hint={before.IdToken}&post_logout_redirect_uri=https%3A%2F%2Frp.test%2F");
        Assert.Equal("https://rp.test/", page.Headers.GetValueOrDefault("Location"));
    }
}
