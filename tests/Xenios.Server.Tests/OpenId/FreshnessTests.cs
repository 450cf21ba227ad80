using Xenios.Server.Tests.Connectors.X;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>
/// <c>prompt=login</c> and <c>max_age</c> where the upstream proves a fresh sign-in and where it does not (standards PRM-03, PRM-05, PRM-06; threats B10).
/// X over OAuth 1.0a asks for credentials with <c>force_login</c>; over OAuth 2.0 it lets in whoever is signed in there.
/// </summary>
public sealed class FreshnessTests(BothGenerations both) : IClassFixture<BothGenerations>
{
    private readonly XeniosHost _host = both.Host;

    [Theory] // PRM-03, PRM-05, PRM-06
    [InlineData("prompt", "login")]
    [InlineData("max_age", "0")]
    public async Task Signing_in_again_gives_a_later_auth_time_and_the_old_page_gives_nothing(string name, string value)
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var first = AuthTime(await SignInAsync(shop, browser, BothGenerations.One));
        _host.Clock.Advance(TimeSpan.FromMinutes(5));

        // A silent answer in between does not make the sign-in younger.
        Assert.Equal(first, AuthTime(await shop.RedeemAsync((await browser.GetAsync(shop.AuthorizeUrl())).LocationParameter("code"))));

        var asked = await browser.GoAsync(shop.AuthorizeUrl((name, value)));
        Assert.Equal("S02", asked.Id);
        var atX = await browser.LeaveAsync(asked, BothGenerations.One);
        Assert.Contains("force_login=true", atX.Url.Query, StringComparison.Ordinal);
        Assert.Equal(first + 300, AuthTime(await shop.RedeemAsync((await browser.PickAsync(atX, "ada")).LocationParameter("code"))));

        // Back button, then the same button, or a reload.
        await Expect.UnchangedAsync(_host, async () =>
        {
            foreach (var page in (Page[])[await browser.LeaveAsync(asked, BothGenerations.One), await browser.GetAsync(asked.Url.AbsoluteUri)])
            {
                Expect.Page(page, "S59");
                Assert.Equal("journey_finished", page.Error);
            }
        });
    }

    [Fact] // PRM-05: exactly as old is young enough, a second more is not
    public async Task Proved_session_satisfies_max_age_until_it_is_too_old()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var first = AuthTime(await SignInAsync(shop, browser, BothGenerations.One, ("max_age", "600")));
        _host.Clock.Advance(TimeSpan.FromSeconds(60));
        foreach (var prompt in (string?[])[null, "none"])
        {
            var back = await browser.GetAsync(shop.AuthorizeUrl(("max_age", "60"), ("prompt", prompt)));
            Assert.Equal(first, AuthTime(await shop.RedeemAsync(back.LocationParameter("code"))));
        }

        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        Expect.ErrorAtClient(await browser.GetAsync(shop.AuthorizeUrl(("max_age", "60"), ("prompt", "none"))), shop, "login_required");
        Assert.Equal("S02", (await browser.GoAsync(shop.AuthorizeUrl(("max_age", "60")))).Id);
    }

    [Fact] // PRM-05: what is proved once need not be proved again to be asked something else
    public async Task Proved_session_that_is_young_enough_only_has_to_answer_the_question()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var first = AuthTime(await SignInAsync(shop, browser, BothGenerations.One, ("max_age", "600")));
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        var page = await browser.GoAsync(shop.AuthorizeUrl(("max_age", "600"), ("prompt", "consent select_account")));
        Assert.Equal("S35", page.Id);
        page = await browser.PressAsync(page, "/account");
        Assert.Equal("S30", page.Id);
        Assert.Equal(first, AuthTime(await shop.RedeemAsync((await browser.PressAsync(page, "/consent", ("consent", "allow"))).LocationParameter("code"))));
    }

    [Theory] // B10: coming back from X is no proof, a code typed here is
    [InlineData("prompt", "login")]
    [InlineData("max_age", "0")]
    [InlineData("max_age", "3600")]
    public async Task Where_X_proves_nothing_a_code_does(string name, string value)
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var first = AuthTime(await SignInAsync(shop, browser, BothGenerations.Two));
        _host.Clock.Advance(TimeSpan.FromHours(2));
        Expect.ErrorAtClient(await browser.GetAsync(shop.AuthorizeUrl(("max_age", "86400"), ("prompt", "none"))), shop, "login_required");

        var mails = _host.Mail.Count;
        var page = await browser.PickAsync(await browser.LeaveAsync(await browser.GoAsync(shop.AuthorizeUrl((name, value))), BothGenerations.Two), "ada");
        Assert.Equal(("S13", mails + 1), (page.Id, _host.Mail.Count));
        Assert.Equal("ada@example.com", _host.Mail[0].To);
        Assert.Contains("@ada_bystrom", _host.Mail[0].Text, StringComparison.Ordinal);

        // A wrong code is no proof either.
        Assert.Equal("S14", (await browser.PressAsync(page, "/email/code", ("code", _host.MailedCode == "000000" ? "111111" : "000000"))).Id);
        _host.Clock.Advance(TimeSpan.FromSeconds(10));
        var back = await browser.PressAsync(page, "/email/code", ("code", _host.MailedCode));
        Assert.Equal(first + 7210, AuthTime(await shop.RedeemAsync(back.LocationParameter("code"))));

        // What was proved stays proved, and with its time.
        var silent = await browser.GetAsync(shop.AuthorizeUrl(("max_age", "60"), ("prompt", "none")));
        Assert.Equal(first + 7210, AuthTime(await shop.RedeemAsync(silent.LocationParameter("code"))));
    }

    [Fact] // B10: no other mailbox than the person's own says who this is
    public async Task The_code_goes_to_the_address_of_the_person_and_to_no_other()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var page = await browser.PickAsync(await browser.LeaveAsync(await browser.GoAsync(shop.AuthorizeUrl(("prompt", "login"))), BothGenerations.Two), "ada");
        Assert.DoesNotContain(page.Forms, form => form.Action.EndsWith("/email/change", StringComparison.Ordinal));
        var (mails, token) = (_host.Mail.Count, page.Forms[0].Fields.First(field => field.Key == "form_token"));
        var journey = page.Url.AbsoluteUri.Replace("/email/code", "", StringComparison.Ordinal);
        foreach (var action in (string[])["/email", "/email/change", "/email/skip"])
        {
            Assert.Equal("S13", (await browser.PostAsync(journey + action, [token, new("email", "thief@v.test")])).Id);
        }

        Assert.Equal((mails, "ada@example.com"), (_host.Mail.Count, _host.Mail[0].To));
    }

    [Fact] // B10, OpenID Connect Core §3.1.2.1: what cannot be proved is not claimed
    public async Task Where_nothing_can_prove_it_the_application_is_told_and_nothing_changes()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var person = await _host.NewPersonAsync();
        await _host.ApplyAsync(BothGenerations.Resources.Replace("connections: [two, one]", "connections: [two, one]\n    require_email: false", StringComparison.Ordinal));
        await browser.PickAsync(await browser.LeaveAsync(await browser.GoAsync(shop.AuthorizeUrl()), BothGenerations.Two), person);
        foreach (var (name, value) in (IReadOnlyList<(string, string)>)[("prompt", "login"), ("max_age", "0"), ("max_age", "3600")])
        {
            await Expect.UnchangedAsync(_host, async () =>
            {
                var asked = await browser.GoAsync(shop.AuthorizeUrl((name, value)));
                Assert.Equal("S02", asked.Id);
                Expect.ErrorAtClient(await browser.PickAsync(await browser.LeaveAsync(asked, BothGenerations.Two), person), shop, "login_required");

                // The page that led there is used up.
                Assert.Equal("journey_finished", (await browser.GoAsync(asked.Url.AbsoluteUri)).Error);
            });
        }

        // The session from before goes on.
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).LocationParameter("code"));
    }

    [Fact] // B10: over OAuth 1.0a too, only a visit that asked for credentials proves anything
    public async Task Ordinary_visit_of_the_first_generation_proves_nothing()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await SignInAsync(shop, browser, BothGenerations.One);
        Expect.ErrorAtClient(await browser.GetAsync(shop.AuthorizeUrl(("max_age", "3600"), ("prompt", "none"))), shop, "login_required");
    }

    [Fact] // PRM-06, B10: acr and amr are absent, because nothing is known of how X did it
    public async Task Nothing_is_said_about_how_X_did_it()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var tokens = await SignInAsync(shop, browser, BothGenerations.One, ("acr_values", "1 2"), ("max_age", "60"));
        foreach (var token in (string[])[tokens.IdToken, tokens.AccessToken])
        {
            var claims = Jwt.Payload(token);
            Assert.False(claims.TryGetProperty("acr", out _) || claims.TryGetProperty("amr", out _));
        }
    }

    private static async Task<TokenAnswer> SignInAsync(RelyingParty shop, Browser browser, string connection, params (string Name, string? Value)[] changes) =>
        await shop.RedeemAsync((await browser.PickAsync(await browser.LeaveAsync(await browser.GoAsync(shop.AuthorizeUrl(changes)), connection), "ada")).LocationParameter("code"));

    private static long AuthTime(TokenAnswer answer) => Jwt.Payload(answer.IdToken).GetProperty("auth_time").GetInt64();
}
