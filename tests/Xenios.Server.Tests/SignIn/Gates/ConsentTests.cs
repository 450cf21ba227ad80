using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn.Gates;

/// <summary>Consent (S30): asked where the application or the request says so, remembered, and asked again only for what is new (threats D08, E05; standards PRM-01, PRM-04, AUT-14, RFT-01).</summary>
public class ConsentTests : IAsyncLifetime
{
    private XeniosHost _host = null!;

    protected virtual string? Postgres => null;

    public async Task InitializeAsync() => _host = await ConsentHost.StartAsync(Postgres);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_yes_is_asked_once_and_again_only_for_what_is_new()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var page = await shop.SignInAsync(browser, "ada", ("scope", "openid profile"));
        Assert.Equal(("S30", "Shop would like to"), (page.Id, page.Heading));
        Assert.Equal(["know you again when you come back", "see your name and picture"], ConsentHost.Points(page));
        Assert.Equal(["0|0"], await _host.QueryAsync("SELECT (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM sessions)"));
        var back = await ConsentHost.AnswerAsync(browser, page, "allow");
        Assert.Equal((shop.State, 200), (back.LocationParameter("state"), (await shop.RedeemAsync(back.LocationParameter("code"))).Status));

        // As much, and less, without a word; in another browser too.
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("scope", "profile openid")))).LocationParameter("code"));
        Assert.NotNull((await shop.SignInAsync(_host.NewBrowser(), "ada", ("scope", "openid"), ("prompt", null))).LocationParameter("code"));

        // More: what is new, and nothing else, from the live session.
        page = await browser.GoAsync(shop.AuthorizeUrl(("scope", "openid profile email orders:read")));
        Assert.Equal("S30", page.Id);
        Assert.Equal(["see your e-mail", "use “orders:read”"], ConsentHost.Points(page));
        back = await ConsentHost.AnswerAsync(browser, page, "allow");
        Assert.Equal("ada@example.com", (await shop.UserInfoAsync((await shop.RedeemAsync(back.LocationParameter("code"))).AccessToken)).Json.GetProperty("email").GetString());
        Assert.Equal(["shop||openid profile email orders:read"], await _host.QueryAsync("SELECT client_id, resource, scopes FROM consents"));
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none"), ("scope", "openid email orders:read profile")))).LocationParameter("code"));
    }

    [Fact] // RFC 8707: a yes for one API is none for another
    public async Task A_yes_counts_for_the_API_it_was_given_for()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await ConsentHost.AnswerAsync(browser, await shop.SignInAsync(browser, "ada", ("scope", "openid orders:read"), ("resource", "https://api.shop.test")), "allow");
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid orders:read"), ("resource", "https://api.shop.test")))).LocationParameter("code"));
        foreach (var resource in (string?[])["https://other.shop.test", null])
        {
            var page = await browser.GoAsync(shop.AuthorizeUrl(("scope", "openid orders:read"), ("resource", resource)));
            Assert.Equal(("S30", resource is null ? 2 : 3), (page.Id, ConsentHost.Points(page).Length));
        }
    }

    [Fact] // AUT-14: no is told to the application, and nothing is left of it
    public async Task A_no_goes_back_to_the_application_and_leaves_nothing()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await Expect.UnchangedAsync(_host, async () =>
        {
            var page = await shop.SignInAsync(browser);
            Expect.ErrorAtClient(await ConsentHost.AnswerAsync(browser, page, "deny"), shop, "access_denied");
            Assert.Equal("journey_finished", (await ConsentHost.AnswerAsync(browser, page, "allow")).Error);
        });
        Assert.Empty(await _host.QueryAsync("SELECT user_id FROM users"));
    }

    [Fact] // AUT-14: nor is anything lost that was there
    public async Task A_no_to_more_keeps_what_was_allowed_before()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await ConsentHost.AnswerAsync(browser, await shop.SignInAsync(browser, "ada", ("scope", "openid")), "allow");
        await Expect.UnchangedAsync(_host, async () =>
            Expect.ErrorAtClient(await ConsentHost.AnswerAsync(browser, await browser.GoAsync(shop.AuthorizeUrl()), "deny"), shop, "access_denied"));
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid"), ("prompt", "none")))).LocationParameter("code"));
    }

    [Fact] // PRM-01
    public async Task Silently_a_missing_yes_is_consent_required()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await ConsentHost.Plain(_host).SignInAsync(browser);
        await Expect.UnchangedAsync(_host, async () =>
        {
            var page = await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")));
            Expect.ErrorAtClient(page, shop, "consent_required");
            Assert.Empty(page.SetCookies);
        });
    }

    [Fact] // PRM-04: shown though it is stored, and though nobody else would ask
    public async Task Prompt_consent_always_asks_and_for_everything()
    {
        var (plain, browser) = (ConsentHost.Plain(_host), _host.NewBrowser());
        await plain.SignInAsync(browser);
        for (var i = 0; i < 2; i++)
        {
            var page = await browser.GoAsync(plain.AuthorizeUrl(("prompt", "consent")));
            Assert.Equal("S30", page.Id);
            Assert.Equal(3, ConsentHost.Points(page).Length);
            Assert.NotNull((await ConsentHost.AnswerAsync(browser, page, "allow")).LocationParameter("code"));
        }

        Assert.NotNull((await browser.GetAsync(plain.AuthorizeUrl())).LocationParameter("code"));
    }

    [Fact]
    public async Task Trusted_scopes_are_granted_without_asking()
    {
        var (twin, browser) = (ConsentHost.Twin(_host), _host.NewBrowser());
        Assert.NotNull((await twin.SignInAsync(browser, "ada", ("scope", "openid profile"))).LocationParameter("code"));
        var page = await browser.GoAsync(twin.AuthorizeUrl());
        Assert.Equal(["see your e-mail"], ConsentHost.Points(page));
    }

    [Fact] // CLM-01: by whichever parameter it is asked for
    public async Task Claim_asked_for_by_name_needs_the_same_yes()
    {
        var (twin, browser) = (ConsentHost.Twin(_host), _host.NewBrowser());
        var page = await twin.SignInAsync(browser, "ada", ("scope", "openid"), ("claims", """{"id_token":{"email":null}}"""));
        Assert.Equal(["see your e-mail"], ConsentHost.Points(page));
    }

    [Fact] // RFT-01, OpenID Connect Core §11
    public async Task Public_application_gets_a_refresh_token_only_after_a_yes()
    {
        var (native, browser) = (ConsentHost.Native(_host), _host.NewBrowser());
        Assert.NotNull((await native.SignInAsync(browser)).LocationParameter("code"));

        // Silently it is left out, and the answer says so.
        var silent = await native.RedeemAsync((await browser.GetAsync(native.AuthorizeUrl(("scope", "openid offline_access"), ("prompt", "none")))).LocationParameter("code"));
        Assert.Equal((200, "openid", null), (silent.Status, silent.Text("scope"), silent.RefreshToken));

        var page = await browser.GoAsync(native.AuthorizeUrl(("scope", "openid email offline_access")));
        Assert.Equal(["keep this access while you are away"], ConsentHost.Points(page));
        Assert.Contains("127.0.0.1", page.Html, StringComparison.Ordinal);
        var tokens = await native.RedeemAsync((await ConsentHost.AnswerAsync(browser, page, "allow")).LocationParameter("code"));
        Assert.NotNull(tokens.RefreshToken);
        Assert.NotNull((await native.RedeemAsync((await browser.GetAsync(native.AuthorizeUrl(("scope", "openid offline_access"), ("prompt", "none")))).LocationParameter("code"))).RefreshToken);
    }

    [Fact] // E05
    public async Task Refresh_token_ends_when_the_yes_is_taken_back()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var page = await shop.SignInAsync(browser, "ada", ("scope", "openid offline_access"));
        var tokens = await shop.RedeemAsync((await ConsentHost.AnswerAsync(browser, page, "allow")).LocationParameter("code"));
        tokens = await shop.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(200, tokens.Status);
        Assert.Equal(1, await _host.ExecuteAsync("DELETE FROM consents"));
        Expect.Json(await shop.RefreshAsync(tokens.RefreshToken), 400, "invalid_grant");
        Assert.Equal("S30", (await browser.GoAsync(shop.AuthorizeUrl(("scope", "openid")))).Id);
    }

    [Fact] // D08: by its id, not by its name
    public async Task Another_application_of_the_same_name_asks_for_itself()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await ConsentHost.AnswerAsync(browser, await shop.SignInAsync(browser), "allow");
        Assert.Equal("S30", (await browser.GoAsync(ConsentHost.Twin(_host).AuthorizeUrl())).Id);
    }

    [Fact] // D08: one person's yes is nobody else's
    public async Task Another_person_is_asked_too()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await ConsentHost.AnswerAsync(browser, await shop.SignInAsync(browser), "allow");
        Assert.Equal("S30", (await shop.SignInAsync(_host.NewBrowser(), "finn")).Id);

        // "Not you?" leads to another way in, and the yes is asked for anew.
        var page = await browser.GoAsync(shop.AuthorizeUrl(("prompt", "consent")));
        Assert.Contains("@ada_bystrom", page.Html, StringComparison.Ordinal);
        page = await browser.PressAsync(page, "/other");
        Assert.Equal("S02", page.Id);
        page = await browser.PickAsync(await browser.LeaveAsync(page), "finn");
        Assert.Equal("S30", page.Id);
        Assert.Contains("@finn_", page.Html, StringComparison.Ordinal);
    }

    [Fact] // D08: approval is bound to the browser, needs our form, and cannot be repeated
    public async Task Yes_counts_only_from_its_own_page_in_its_own_browser()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var page = await shop.SignInAsync(browser);
        var url = page.Url.AbsoluteUri;
        await Expect.UnchangedAsync(_host, async () =>
        {
            var token = page.Forms[0].Fields.First(field => field.Key == "form_token");
            var other = _host.NewBrowser();
            await other.GoAsync(shop.AuthorizeUrl());
            Assert.Equal((HttpStatusCode.BadRequest, "other_browser"), await StatusAsync(other.PostAsync(url, [token, new("consent", "allow")])));
            Assert.Equal("S60", (await other.GetAsync(url)).Id);
            Assert.Equal((HttpStatusCode.BadRequest, "form_foreign"), await StatusAsync(browser.PostAsync(url, [new("consent", "allow")])));
            Assert.Equal((HttpStatusCode.BadRequest, "form_foreign"), await StatusAsync(browser.PostAsync(url, [new("form_token", "x"), new("consent", "allow")])));
            foreach (var fields in (KeyValuePair<string, string>[][])[[token], [token, new("consent", "yes")], [token, new("consent", "allow"), new("consent", "deny")]])
            {
                Assert.Equal("S30", (await browser.PostAsync(url, fields)).Id);
            }

            Assert.NotEqual(HttpStatusCode.SeeOther, (await browser.GetAsync(url + "?consent=allow")).Status);
        });
        Assert.NotNull((await ConsentHost.AnswerAsync(browser, page, "allow")).LocationParameter("code"));
        Assert.Equal("journey_finished", (await ConsentHost.AnswerAsync(browser, page, "allow")).Error);
    }

    [Fact] // D07: the page that was not shown cannot be answered
    public async Task Yes_before_the_question_counts_for_nothing()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var start = await browser.GoAsync(shop.AuthorizeUrl());
        var token = start.Forms[0].Fields.First(field => field.Key == "form_token");
        Assert.Equal("S03", (await browser.PostAsync(start.Url.AbsoluteUri + "/consent", [token, new("consent", "allow")])).Id);
        Assert.Equal("S30", (await browser.PickAsync(await browser.LeaveAsync(start), "ada")).Id);
    }

    [Fact] // a yes from a session that is over answers for nobody
    public async Task Signing_out_before_the_answer_asks_for_a_sign_in()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await ConsentHost.Plain(_host).SignInAsync(browser);
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        Assert.Equal("S30", page.Id);
        await _host.ExecuteAsync("DELETE FROM sessions");
        page = await ConsentHost.AnswerAsync(browser, page, "allow");
        Assert.Equal("S02", page.Id);
        Assert.Empty(await _host.QueryAsync("SELECT client_id FROM consents"));
    }

    [Theory] // D01, 0.1-6: an address that was removed while the question stood gets nothing, neither a code nor an error
    [InlineData("allow")]
    [InlineData("deny")]
    public async Task Answer_goes_to_no_address_that_was_removed_meanwhile(string answer)
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await ConsentHost.Plain(_host).SignInAsync(browser);
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        Assert.Equal("S30", page.Id);
        await _host.ApplyAsync(ConsentHost.Resources.Replace("https://rp.test/cb", "https://rp.test/new", StringComparison.Ordinal));
        Expect.Page(await ConsentHost.AnswerAsync(browser, page, answer), "S64");
        Assert.Empty(await _host.QueryAsync("SELECT client_id FROM consents"));
    }

    [Fact] // D08, J01: a name is text, and shows nothing but itself
    public async Task Name_of_the_application_is_inert_and_its_address_stands_beside()
    {
        const string Name = "X \u202eSupport\u2066 <b>bold</b>";
        await _host.ApplyAsync(ConsentHost.Resources.Replace("name: Shop\n    client_secret: shop", $"name: \"{Name}\"\n    client_secret: shop", StringComparison.Ordinal));
        var page = await new RelyingParty(_host).SignInAsync(_host.NewBrowser());
        Assert.Equal("X Support <b>bold</b> would like to", page.Heading);
        Assert.DoesNotContain("<b>bold", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", page.Html, StringComparison.Ordinal);
        Assert.Contains("go on to rp.test.", page.Html, StringComparison.Ordinal);
        Expect.PageHeaders(page);

        page = await ConsentHost.Native(_host, "com.example.app:/cb").SignInAsync(_host.NewBrowser(), "ada", ("scope", "openid offline_access"));
        Assert.Contains("go on to com.example.app.", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_speaks_German_too()
    {
        var page = await new RelyingParty(_host).SignInAsync(_host.NewBrowser(), "ada", ("ui_locales", "de"));
        Assert.Equal("Shop möchte", page.Heading);
        Assert.Contains("Ihre E-Mail-Adresse sehen", ConsentHost.Points(page));
    }

    private static async Task<(HttpStatusCode Status, string? Error)> StatusAsync(Task<Page> page) => ((await page).Status, (await page).Error);
}

[Trait("Category", "Postgres")]
public sealed class ConsentOnPostgresTests : ConsentTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
