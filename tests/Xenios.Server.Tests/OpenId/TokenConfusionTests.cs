using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Every artefact at every endpoint: only its own accepts it (threat E09; standards ATK-02).</summary>
public sealed class TokenConfusionTests(SharedHost shared) : IClassFixture<SharedHost>, IAsyncLifetime
{
    private readonly XeniosHost _host = shared.Host;
    private Artefacts _artefacts = null!;

    public async Task InitializeAsync() => _artefacts = await Artefacts.CollectAsync(_host);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Only_an_access_token_opens_userinfo()
    {
        foreach (var name in Artefacts.Names)
        {
            var (status, _, _) = await _artefacts.Party.UserInfoAsync(_artefacts[name]);
            Assert.Equal((name, name == "access token" ? 200 : 401), (name, status));
        }
    }

    [Fact]
    public Task Only_a_code_is_redeemed() => Expect.UnchangedAsync(_host, async () =>
    {
        foreach (var name in Artefacts.Names.Where(name => name != "code"))
        {
            Expect.Json(await _artefacts.Party.RedeemAsync(_artefacts[name]), 400, "invalid_grant");
        }

        Assert.Equal(200, (await _artefacts.Party.RedeemAsync(_artefacts["code"])).Status);
    });

    [Fact]
    public async Task Only_the_session_cookie_is_a_session()
    {
        var cookie = _artefacts.Browser.CookiesOf("id.test").Keys.Single(name => name.Contains("-session-", StringComparison.Ordinal));
        foreach (var name in Artefacts.Names)
        {
            var browser = _host.NewBrowser();
            browser.SetCookie("id.test", cookie, _artefacts[name]);
            var page = await browser.GetAsync(_artefacts.Party.AuthorizeUrl(("prompt", "none")));
            Assert.Equal((name, name == "session cookie"), (name, page.LocationParameter("code") is not null));
        }
    }

    [Fact]
    public async Task Only_the_id_token_signs_out_without_asking()
    {
        await Expect.UnchangedAsync(_host, async () =>
        {
            foreach (var name in Artefacts.Names.Where(name => name != "ID token"))
            {
                var page = await _artefacts.Browser.GetAsync(LogoutUrl(_artefacts[name]));
                Assert.Equal((name, "S76"), (name, page.Id));
                Assert.Null(page.Location);
            }
        });
        Assert.Equal("https://rp.test/?state=s", (await _artefacts.Browser.GetAsync(LogoutUrl(_artefacts["ID token"]))).Headers["Location"]);
    }

    [Fact] // with H02: the code of another journey is none either
    public Task Only_the_mailed_code_of_this_journey_proves_the_mailbox() => Expect.UnchangedAsync(_host, async () =>
    {
        foreach (var name in Artefacts.Names)
        {
            // So that the mails of an hour are never used up.
            _host.Clock.Advance(TimeSpan.FromMinutes(61));
            var browser = _host.NewBrowser();
            var page = await browser.PressAsync(await _artefacts.Party.SignInAsync(browser, "ben"), "/email", ("email", "ben@example.com"));
            if (_artefacts[name] == _host.MailedCode)
            {
                continue; // once in a million runs
            }

            page = await browser.PressAsync(page, "/email/code", ("code", _artefacts[name]));
            Assert.Equal((name, "S14", HttpStatusCode.BadRequest), (name, page.Id, page.Status));
        }
    });

    [Fact]
    public Task Only_a_journey_opens_a_page_and_only_an_upstream_state_returns() => Expect.UnchangedAsync(_host, async () =>
    {
        foreach (var name in Artefacts.Names.Where(name => name != "journey id"))
        {
            Assert.NotEqual(HttpStatusCode.OK, (await _artefacts.Browser.GetAsync($"{XeniosHost.Url}/signin/{Uri.EscapeDataString(_artefacts[name])}")).Status);
        }

        var calls = _host.Upstreams.Calls.Count;
        foreach (var name in Artefacts.Names.Where(name => name != "upstream state"))
        {
            Expect.Page(await _artefacts.Browser.GetAsync($"{XeniosHost.Url}/login/callback?code=c&state={Uri.EscapeDataString(_artefacts[name])}"), "S59");
        }

        Assert.Equal(calls, _host.Upstreams.Calls.Count);
    });

    [Fact]
    public Task No_artefact_is_a_client_secret() => Expect.UnchangedAsync(_host, async () =>
    {
        foreach (var name in Artefacts.Names.Where(name => name != "client secret"))
        {
            var impostor = new RelyingParty(_host) { Secret = _artefacts[name] };
            Expect.Json(await impostor.RedeemAsync("any"), 401, "invalid_client");
        }
    });

    private static string LogoutUrl(string hint) =>
        $"{XeniosHost.Url}/oauth2/logout?id_token_hint={Uri.EscapeDataString(hint)}&post_logout_redirect_uri=https%3A%2F%2Frp.test%2F&state=s";
}
