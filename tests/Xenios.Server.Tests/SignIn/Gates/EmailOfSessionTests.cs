using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn.Gates;

/// <summary>Somebody without an address comes from an application that wants none to one that does: asked then, signed in or not, and once.</summary>
public abstract class EmailOfSessionTests(GateHost gate)
{
    private readonly XeniosHost _host = gate.Fresh();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_application_that_wants_an_address_gets_one_before_its_code(bool signedIn)
    {
        var (shop, browser, person) = (new RelyingParty(_host), _host.NewBrowser(), await _host.NewPersonAsync());
        Assert.NotNull((await gate.Lax.SignInAsync(browser, person)).LocationParameter("code"));
        Assert.NotNull((await browser.GetAsync(gate.Lax.AuthorizeUrl(("prompt", "none")))).LocationParameter("code"));

        // PRM-01: silently that is an interaction that is required.
        Expect.ErrorAtClient(await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none"))), shop, "interaction_required");

        browser = signedIn ? browser : _host.NewBrowser();
        var page = signedIn ? await browser.GoAsync(shop.AuthorizeUrl()) : await shop.SignInAsync(browser, person);
        Assert.Equal("S11", page.Id);
        page = await browser.PressAsync(page, "/email", ("email", $"{person}@v.test"));
        Assert.Equal("S13", page.Id);
        Assert.Contains($"@{person.Replace('-', '_')}", _host.Mail[0].Text, StringComparison.Ordinal);
        var back = await browser.PressAsync(page, "/email/code", ("code", _host.MailedCode));
        var info = (await shop.UserInfoAsync((await shop.RedeemAsync(back.LocationParameter("code"))).AccessToken)).Json;
        Assert.Equal(($"{person}@v.test", true), (info.GetProperty("email").GetString(), info.GetProperty("email_verified").GetBoolean()));
        Assert.Equal(["code"], await _host.QueryAsync($"SELECT email_verified_by FROM users WHERE email = '{person}@v.test'"));

        // K-L67: asked once.
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).LocationParameter("code"));
        Assert.NotNull((await shop.SignInAsync(_host.NewBrowser(), person)).LocationParameter("code"));
    }

    [Fact] // an address of somebody else is not handed over to a session either (A07)
    public async Task Address_of_somebody_else_stays_theirs()
    {
        var (shop, browser, person) = (new RelyingParty(_host), _host.NewBrowser(), await _host.NewPersonAsync());
        await gate.Lax.SignInAsync(browser, person);
        await Expect.UnchangedAsync(_host, async () =>
        {
            var page = await browser.PressAsync(await browser.GoAsync(shop.AuthorizeUrl()), "/email", ("email", "cleo@example.com"));
            page = await browser.PressAsync(page, "/email/code", ("code", _host.MailedCode));
            Assert.Equal(("S11", "email_belongs_to_account"), (page.Id, page.Error));
        });
    }

    [Theory] // A03: a session that was taken must not become a way in of its own
    [InlineData(null)]
    [InlineData("select_account")]
    public async Task A_session_gives_its_account_an_address_only_right_after_a_sign_in(string? prompt)
    {
        var (shop, browser, person) = (new RelyingParty(_host), _host.NewBrowser(), await _host.NewPersonAsync());
        await gate.Lax.SignInAsync(browser, person);
        _host.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("S11", (await AskedAsync()).Id);

        _host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var page = await AskedAsync();
        Assert.Equal("S02", page.Id);
        await Expect.UnchangedAsync(_host, async () =>
        {
            var token = page.Forms[0].Fields.First(field => field.Key == "form_token").Value;
            var forced = await browser.PostAsync($"{page.Url.AbsoluteUri}/email", [new("form_token", token), new("email", "thief@v.test")]);
            Assert.Equal("S02", forced.Id);
        });

        // Coming from X again is enough: then it is the person.
        page = await browser.PickAsync(await browser.LeaveAsync(page), person);
        Assert.Equal("S11", page.Id);
        page = await browser.PressAsync(page, "/email", ("email", $"{person}@v.test"));
        Assert.Equal(shop.State, (await browser.PressAsync(page, "/email/code", ("code", _host.MailedCode))).LocationParameter("state"));

        async Task<Page> AskedAsync()
        {
            var asked = await browser.GoAsync(shop.AuthorizeUrl(("prompt", prompt)));
            return asked.Id == "S35" ? await browser.PressAsync(asked, "/account") : asked;
        }
    }

    [Theory] // A03: on first mailbox proof
    [InlineData(true)]
    [InlineData(false)]
    public async Task Proving_an_address_ends_the_other_sessions_and_refresh_tokens_of_the_account(bool signedIn)
    {
        await _host.ApplyAsync(
            """
            environment: { slug: default }
            applications:
              - { client_id: keeper, name: Keeper, type: web, client_secret: keep-secret-0123456789-abcdefghijklmnop, redirect_uris: [https://rp.test/cb], scopes: [openid, profile, email, offline_access], connections: [x], require_email: false }
            """);
        var keeper = new RelyingParty(_host) { ClientId = "keeper", Secret = "keep-secret-0123456789-abcdefghijklmnop" };
        var (shop, thief, browser, person) = (new RelyingParty(_host), _host.NewBrowser(), _host.NewBrowser(), await _host.NewPersonAsync());
        var taken = await keeper.SignInAndRedeemAsync(thief, person, ("scope", "openid offline_access"));
        var own = await keeper.SignInAndRedeemAsync(browser, person, ("scope", "openid offline_access"));
        Assert.Equal(200, (await keeper.RefreshAsync(taken.RefreshToken)).Status);

        var page = signedIn ? await browser.GoAsync(shop.AuthorizeUrl()) : await shop.SignInAsync(browser, person, ("prompt", "create"));
        Assert.Equal("S11", page.Id);
        page = await browser.PressAsync(page, "/email", ("email", $"{person}@v.test"));
        Assert.NotNull((await browser.PressAsync(page, "/email/code", ("code", _host.MailedCode))).LocationParameter("code"));

        Expect.ErrorAtClient(await thief.GetAsync(keeper.AuthorizeUrl(("prompt", "none"))), keeper, "login_required");
        Expect.Json(await keeper.RefreshAsync(taken.RefreshToken), 400, "invalid_grant");
        Assert.Equal(401, (await keeper.UserInfoAsync(taken.AccessToken)).Status);

        // The session that asked goes on, with what began in it.
        Assert.NotNull((await browser.GetAsync(keeper.AuthorizeUrl(("prompt", "none")))).LocationParameter("code"));
        Assert.Equal(signedIn ? 200 : 400, (await keeper.RefreshAsync(own.RefreshToken)).Status);
    }

    [Fact] // S11 belongs to whoever is signed in as well
    public async Task A_mistyped_address_is_said_on_the_page_that_asks_for_it()
    {
        var (browser, person) = (_host.NewBrowser(), await _host.NewPersonAsync());
        await gate.Lax.SignInAsync(browser, person);
        var page = await browser.PressAsync(await browser.GoAsync(new RelyingParty(_host).AuthorizeUrl()), "/email", ("email", "nobody"));
        Assert.Equal(("S11", "email_malformed", System.Net.HttpStatusCode.BadRequest), (page.Id, page.Error, page.Status));
        Assert.Contains("value=\"nobody\"", page.Html, StringComparison.Ordinal);
    }

    [Fact] // policy: who may do without is not asked
    public async Task Connection_that_lets_people_do_without_asks_nobody()
    {
        var (many, browser, person) = (gate.Many, _host.NewBrowser(), await _host.NewPersonAsync());
        Assert.NotNull((await many.SignInAsync(browser, person, ("connection", "without"))).LocationParameter("code"));
        Assert.NotNull((await browser.GetAsync(many.AuthorizeUrl(("prompt", "none")))).LocationParameter("code"));
        Assert.NotNull((await browser.GetAsync(many.AuthorizeUrl())).LocationParameter("code"));
    }

    [Fact] // an address that X gave is one, confirmed or not
    public async Task Address_from_X_is_enough()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await gate.Lax.SignInAsync(browser);
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).LocationParameter("code"));
    }

    [Fact] // A16, race: of two who prove one address at once, one gets it
    public async Task Address_proved_twice_belongs_to_the_first()
    {
        var shop = new RelyingParty(_host);
        var pages = new List<(Browser Browser, Page Page, string Code)>();
        var address = $"{await _host.NewPersonAsync()}@v.test";
        for (var i = 0; i < 2; i++)
        {
            var (browser, person) = (_host.NewBrowser(), await _host.NewPersonAsync());
            await gate.Lax.SignInAsync(browser, person);
            var page = await browser.PressAsync(await browser.GoAsync(shop.AuthorizeUrl()), "/email", ("email", address));
            pages.Add((browser, page, _host.MailedCode));
        }

        var ends = await Task.WhenAll(pages.Select(entry => Task.Run(() => entry.Browser.PressAsync(entry.Page, "/email/code", ("code", entry.Code)))));
        Assert.Single(ends, end => end.LocationParameter("code") is not null);
        Assert.Equal("S11", Assert.Single(ends, end => end.Location is null).Id);
        Assert.Equal(["1"], await _host.QueryAsync($"SELECT COUNT(*) FROM users WHERE email = '{address}'"));
    }
}

public sealed class EmailOfSessionOnSqliteTests(GateHost gate) : EmailOfSessionTests(gate), IClassFixture<GateHost>;

[Trait("Category", "Postgres")]
public sealed class EmailOfSessionOnPostgresTests(GateHostOnPostgres gate) : EmailOfSessionTests(gate), IClassFixture<GateHostOnPostgres>;
