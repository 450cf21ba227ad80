using System.Net;
using System.Text;
using Xenios.Protocol;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Signing out (threats I01 to I03; standards RIL-01 to RIL-05).</summary>
public sealed class LogoutTests(SharedHost shared) : IClassFixture<SharedHost>, IAsyncLifetime
{
    private const string Logout = $"{XeniosHost.Url}/oauth2/logout";
    private const string Registered = "https://rp.test/";

    private readonly XeniosHost _host = shared.Host;
    private Browser _browser = null!;
    private RelyingParty _shop = null!;
    private TokenAnswer _tokens = null!;

    public async Task InitializeAsync()
    {
        (_browser, _shop) = (_host.NewBrowser(), new RelyingParty(_host));
        _tokens = await _shop.SignInAndRedeemAsync(_browser);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory] // RIL-01, RIL-04, I02
    [InlineData("GET", null, "https://rp.test/")]
    [InlineData("GET", "s t&\"<b>", "https://rp.test/?state=s%20t%26%22%3Cb%3E")]
    [InlineData("POST", "s", "https://rp.test/?state=s")]
    public async Task Id_token_of_the_session_signs_out_and_leads_back_with_state_only(string method, string? state, string location)
    {
        (string, string?)[] parameters = [("id_token_hint", _tokens.IdToken), ("post_logout_redirect_uri", Registered), ("state", state), ("client_id", "shop"), ("logout_hint", "ada"), ("ui_locales", "de")];
        var page = method == "GET"
            ? await _browser.GetAsync(Url(parameters))
            : await _browser.PostAsync(Logout, parameters.Where(p => p.Item2 is not null).Select(p => new KeyValuePair<string, string>(p.Item1, p.Item2!)));
        Assert.Equal((HttpStatusCode.SeeOther, location), (page.Status, page.Headers["Location"]));
        await SignedOutAsync();
    }

    [Fact] // RIL-02: valid hint, no address
    public async Task Id_token_without_an_address_ends_on_our_page()
    {
        var page = await _browser.GetAsync(Url(("id_token_hint", _tokens.IdToken)));
        Expect.Page(page, "S37", HttpStatusCode.OK);
        await SignedOutAsync();
    }

    [Fact] // RIL-04
    public async Task Expired_id_token_still_says_whose_it_was()
    {
        var page = await AfterAsync(TimeSpan.FromHours(3), () => _browser.GetAsync(Url(("id_token_hint", _tokens.IdToken), ("post_logout_redirect_uri", Registered))));
        Assert.Equal(Registered, page.Headers["Location"]);
        await SignedOutAsync();
    }

    [Theory] // I01, I02, RIL-02, RIL-03
    [InlineData("no parameters", null, null, null)]
    [InlineData("state only", null, null, "s")]
    [InlineData("address without hint", null, Registered, null)]
    [InlineData("hint of another session", "other session", Registered, null)]
    [InlineData("hint of another person", "other person", Registered, null)]
    [InlineData("hint of another application's address", "own", "https://other.test/", null)]
    [InlineData("access token", "access token", Registered, null)]
    [InlineData("unregistered", "own", "https://evil.test/", null)]
    [InlineData("query added", "own", "https://rp.test/?x=1", null)]
    [InlineData("path added", "own", "https://rp.test/x", null)]
    [InlineData("fragment added", "own", "https://rp.test/#x", null)]
    [InlineData("other case", "own", "https://RP.test/", null)]
    [InlineData("script", "own", "javascript:alert(1)", null)]
    [InlineData("without scheme", "own", "//evil.test", null)]
    [InlineData("backslash", "own", "/\\evil.test", null)]
    [InlineData("the redirect URI is no logout address", "own", "https://rp.test/cb", null)]
    public async Task Unproved_logout_asks_first_and_leads_nowhere(string why, string? hint, string? uri, string? state)
    {
        var token = hint switch
        {
            null => null,
            "own" => _tokens.IdToken,
            "access token" => _tokens.AccessToken,
            "other session" => (await _shop.SignInAndRedeemAsync(_host.NewBrowser())).IdToken,
            _ => (await _shop.SignInAndRedeemAsync(_host.NewBrowser(), "finn")).IdToken,
        };
        await Expect.UnchangedAsync(_host, async () =>
        {
            foreach (var method in (string[])["GET", "POST"])
            {
                (string, string?)[] parameters = [("id_token_hint", token), ("post_logout_redirect_uri", uri), ("state", state)];
                var page = method == "GET"
                    ? await _browser.GetAsync(Url(parameters))
                    : await _browser.PostAsync(Logout, parameters.Where(p => p.Item2 is not null).Select(p => new KeyValuePair<string, string>(p.Item1, p.Item2!)));
                Expect.Page(page, "S76", HttpStatusCode.OK);
                Assert.DoesNotContain("evil.test", page.Html, StringComparison.Ordinal);
                Assert.DoesNotContain("javascript:", page.Html, StringComparison.Ordinal);
            }
        });
    }

    [Theory] // RIL-03, RIL-04, COM-01
    [InlineData("client_id", "other")]
    [InlineData("client_id", "nobody")]
    [InlineData("id_token_hint", "twice")]
    [InlineData("post_logout_redirect_uri", Registered)]
    [InlineData("state", "b")]
    public Task Contradiction_or_repetition_is_asked_about(string name, string value) => Expect.UnchangedAsync(_host, async () =>
    {
        var url = Url(("id_token_hint", _tokens.IdToken), ("post_logout_redirect_uri", Registered), ("state", "a"));
        Expect.Page(await _browser.GetAsync($"{url}&{name}={Uri.EscapeDataString(value == "twice" ? _tokens.IdToken : value)}"), "S76", HttpStatusCode.OK);
    });

    [Fact] // I01: the question is answered by a form of ours only
    public async Task Question_is_answered_by_a_post_with_its_token()
    {
        var page = await _browser.GetAsync(Logout);
        await Expect.UnchangedAsync(_host, async () =>
        {
            foreach (var forged in (KeyValuePair<string, string>[][])[[], [new("form_token", "x")], [new("form_token", await OtherTokenAsync())]])
            {
                Expect.Page(await _browser.PostAsync($"{XeniosHost.Url}/signin/out", forged), "S76", HttpStatusCode.OK);
            }

            Assert.NotEqual(HttpStatusCode.OK, (await _browser.GetAsync($"{XeniosHost.Url}/signin/out")).Status);
        });
        Expect.Page(await _browser.PressAsync(page, "/signin/out"), "S37", HttpStatusCode.OK);
        await SignedOutAsync();
    }

    [Theory] // RIL-02, RIL-03, I02: nobody is signed in here
    [InlineData(true, Registered, Registered)]
    [InlineData(true, "https://evil.test/", null)]
    [InlineData(false, Registered, null)]
    [InlineData(false, null, null)]
    public Task Browser_without_session_is_led_back_only_with_proof(bool hint, string? uri, string? location) => Expect.UnchangedAsync(_host, async () =>
    {
        var page = await _host.NewBrowser().GetAsync(Url(("id_token_hint", hint ? _tokens.IdToken : null), ("post_logout_redirect_uri", uri)));
        Assert.Equal(location, page.Headers.GetValueOrDefault("Location"));
        if (location is null)
        {
            Expect.Page(page, "S37", HttpStatusCode.OK);
        }
    });

    [Fact] // RIL-05, I03, G01: at every application of the browser, and nowhere else
    public async Task Signed_out_is_signed_out_everywhere_in_this_browser()
    {
        var elsewhere = _host.NewBrowser();
        await _shop.SignInAsync(elsewhere);
        var cookies = _browser.CookiesOf("id.test");
        await _browser.GetAsync(Url(("id_token_hint", _tokens.IdToken)));
        foreach (var party in (RelyingParty[])[_shop, RelyingParty.Other(_host), RelyingParty.Spa(_host)])
        {
            Expect.ErrorAtClient(await _browser.GetAsync(party.AuthorizeUrl(("prompt", "none"))), party, "login_required");
        }

        // The cookie deleted from the browser is dead at the server as well.
        var thief = _host.NewBrowser();
        foreach (var (name, value) in cookies)
        {
            thief.SetCookie("id.test", name, value);
        }

        Expect.ErrorAtClient(await thief.GetAsync(_shop.AuthorizeUrl(("prompt", "none"))), _shop, "login_required");
        Assert.NotNull((await elsewhere.GetAsync(_shop.AuthorizeUrl(("prompt", "none")))).LocationParameter("code"));
    }

    [Theory] // COM-03, D05
    [InlineData("application/json", "{}")]
    [InlineData("text/plain", "x")]
    [InlineData("application/x-www-form-urlencoded", "huge")]
    public Task Body_that_is_no_form_is_refused(string type, string body) => Expect.UnchangedAsync(_host, async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Logout) { Content = new StringContent(body == "huge" ? "state=" + new string('s', 40_000) : body, Encoding.UTF8, type) };
        Expect.Page(await _browser.SendAsync(request), "S59");
    });

    private static string Url(params (string Name, string? Value)[] parameters) =>
        $"{Logout}?{Parameters.Format(parameters.Select(p => new KeyValuePair<string, string?>(p.Name, p.Value)))}";

    private async Task<string> OtherTokenAsync()
    {
        var browser = _host.NewBrowser();
        await _shop.SignInAsync(browser);
        var page = await browser.GoAsync($"{XeniosHost.Url}/signin");
        await browser.PressAsync(page, "/signin/out");
        return page.Forms[0].Fields.Single().Value;
    }

    private async Task<Page> AfterAsync(TimeSpan time, Func<Task<Page>> act)
    {
        _host.Clock.Advance(time);
        return await act();
    }

    private async Task SignedOutAsync() =>
        Expect.ErrorAtClient(await _browser.GetAsync(_shop.AuthorizeUrl(("prompt", "none"))), _shop, "login_required");
}
