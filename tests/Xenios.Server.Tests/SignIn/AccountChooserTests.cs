using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn;

/// <summary><c>prompt=select_account</c> (S35; standards PRM-04).</summary>
public sealed class AccountChooserTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly XeniosHost _host = shared.Host;

    [Fact] // PRM-04: shown though there is one session
    public async Task Chooser_is_shown_and_choosing_answers_with_the_session_that_is_there()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var before = Jwt.Payload((await shop.SignInAndRedeemAsync(browser)).IdToken);
        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        await Expect.UnchangedAsync(_host, async () =>
        {
            var page = await browser.GoAsync(shop.AuthorizeUrl(("prompt", "select_account")));
            Assert.Equal(("S35", "Who are you today?"), (page.Id, page.Heading));
            Assert.Contains("Ada Byström", System.Net.WebUtility.HtmlDecode(page.Html), StringComparison.Ordinal);
            Assert.Contains("@ada_bystrom", page.Html, StringComparison.Ordinal);
            var after = Jwt.Payload((await shop.RedeemAsync((await browser.PressAsync(page, "/account")).LocationParameter("code"))).IdToken);
            foreach (var claim in (string[])["sub", "sid", "auth_time"])
            {
                Assert.Equal(before.GetProperty(claim).GetRawText(), after.GetProperty(claim).GetRawText());
            }

            Assert.Equal("journey_finished", (await browser.PressAsync(page, "/account")).Error);
        });
    }

    [Fact]
    public async Task Another_account_is_another_sign_in()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var ada = Jwt.Payload((await shop.SignInAndRedeemAsync(browser)).IdToken);
        var page = await browser.PressAsync(await browser.GoAsync(shop.AuthorizeUrl(("prompt", "select_account"))), "/other");
        Assert.Equal("S02", page.Id);
        var finn = Jwt.Payload((await shop.RedeemAsync((await browser.PickAsync(await browser.LeaveAsync(page), "finn")).LocationParameter("code"))).IdToken);
        Assert.NotEqual(ada.GetProperty("sub").GetString(), finn.GetProperty("sub").GetString());
        Assert.NotEqual(ada.GetProperty("sid").GetString(), finn.GetProperty("sid").GetString());
    }

    [Fact] // Core §3.1.2.1: values of prompt add up
    public async Task Chooser_comes_before_consent_and_a_sign_in_instead_of_it()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        Assert.Equal("S03", (await browser.GoAsync(shop.AuthorizeUrl(("prompt", "select_account")))).Id);
        await shop.SignInAsync(browser);
        var page = await browser.GoAsync(shop.AuthorizeUrl(("prompt", "consent select_account")));
        Assert.Equal("S35", page.Id);
        page = await browser.PressAsync(page, "/account");
        Assert.Equal("S30", page.Id);
        Assert.NotNull((await browser.PressAsync(page, "/consent", ("consent", "allow"))).LocationParameter("code"));
        Assert.Equal("S02", (await browser.GoAsync(shop.AuthorizeUrl(("prompt", "select_account login")))).Id);
    }

    [Fact] // AUT-14
    public async Task Going_back_tells_the_application()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await shop.SignInAsync(browser);
        var page = await browser.GoAsync(shop.AuthorizeUrl(("prompt", "select_account")));
        Expect.ErrorAtClient(await browser.PressAsync(page, "/cancel"), shop, "access_denied");
    }

    [Fact] // D08: choosing is a form of our own page, in its browser
    public async Task Choice_needs_our_form_and_its_browser()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await shop.SignInAsync(browser);
        var page = await browser.GoAsync(shop.AuthorizeUrl(("prompt", "select_account")));
        Assert.Equal("form_foreign", (await browser.PostAsync(page.Url.AbsoluteUri, [])).Error);
        var other = _host.NewBrowser();
        await other.GoAsync(shop.AuthorizeUrl());
        Assert.Equal("other_browser", (await other.PressAsync(page, "/account")).Error);
    }

    [Fact] // AUT-18: two tabs, two people: a page that shows Ada never answers for Finn
    public async Task Chooser_of_a_session_that_was_replaced_asks_for_a_sign_in()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await shop.SignInAsync(browser);
        var page = await browser.GoAsync(shop.AuthorizeUrl(("prompt", "select_account")));
        await new RelyingParty(_host).SignInAsync(browser, "finn", ("prompt", "select_account"));
        page = await browser.PressAsync(page, "/account");
        Assert.Equal("S02", page.Id);
    }
}
