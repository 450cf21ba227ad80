using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Two environments on one host, with equal application names and secrets: nothing of one counts in the other (threats F03, G03; standards DSC-02, COM-12).</summary>
public sealed class TwoEnvironmentsTests(TwoEnvironmentsHost shared) : IClassFixture<TwoEnvironmentsHost>
{
    private const string Second = TwoEnvironmentsHost.Second;

    private readonly XeniosHost _host = shared.Host;

    private RelyingParty First => new(_host);

    private RelyingParty Other => new(_host) { Issuer = Second };

    public static TheoryData<bool> BothWays => [true, false];

    [Fact] // F03, PRM-07: an ID token of one environment names nobody in the other
    public async Task Hint_of_one_environment_is_none_in_the_other()
    {
        var browser = _host.NewBrowser();
        var (first, second) = (await First.SignInAndRedeemAsync(browser), await Other.SignInAndRedeemAsync(browser));
        Expect.ErrorAtClient(await browser.GetAsync(First.AuthorizeUrl(("prompt", "none"), ("id_token_hint", second.IdToken), ("state", null))), First, "invalid_request", state: false);
        Expect.ErrorAtClient(await browser.GetAsync(Other.AuthorizeUrl(("prompt", "none"), ("id_token_hint", first.IdToken), ("state", null))), Other, "invalid_request", state: false);
    }

    [Fact] // D08: nor is a yes in one environment a yes in the other
    public async Task Consent_in_one_environment_is_none_in_the_other()
    {
        var (browser, other) = (_host.NewBrowser(), Other);
        await First.SignInAsync(browser);
        await browser.PressAsync(await browser.GoAsync(First.AuthorizeUrl(("prompt", "consent"))), "/consent", ("consent", "allow"));
        await other.SignInAsync(browser);
        Assert.Equal(["1|default"], await _host.QueryAsync("SELECT COUNT(*), MIN(e.slug) FROM consents c JOIN environments e ON e.environment_id = c.environment_id"));
    }

    [Fact] // the second one works as a whole
    public async Task Person_signs_in_and_out_under_the_path_of_an_environment()
    {
        var (shop, browser) = (Other, _host.NewBrowser());
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        Assert.StartsWith($"{Second}/signin/", page.Url.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri(page.Url, StyleOf(page)).AbsoluteUri)).Status);
        var back = await browser.PickAsync(await browser.LeaveAsync(page), "ada");
        Assert.Equal(Second, back.LocationParameter("iss"));

        var tokens = await shop.RedeemAsync(back.LocationParameter("code"));
        Assert.Equal(Second, (await shop.ValidateAsync(tokens.IdToken))["iss"]);
        Assert.Equal(200, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal("S36", (await browser.GoAsync($"{Second}/signin")).Id);

        var post = await browser.PostAsync($"{Second}/oauth2/authorize", Protocol.Parameters.ParseForm(new Uri(shop.AuthorizeUrl()).Query.AsSpan(1)).Pairs);
        Assert.NotNull(post.LocationParameter("code"));
        var outside = await browser.PostAsync($"{Second}/oauth2/logout", [new("id_token_hint", tokens.IdToken), new("post_logout_redirect_uri", "https://rp.test/")]);
        Assert.Equal("https://rp.test/", outside.Headers["Location"]);
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public async Task Code_of_one_is_unknown_in_the_other_and_stays_good_at_home(bool forth)
    {
        var (home, away) = forth ? (First, Other) : (Other, First);
        var code = (await home.SignInAsync(_host.NewBrowser())).LocationParameter("code");
        await Expect.UnchangedAsync(_host, async () => Expect.Json(await away.RedeemAsync(code, ("code_verifier", home.Verifier)), 400, "invalid_grant"));
        Assert.Equal(200, (await home.RedeemAsync(code)).Status);
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public async Task Access_token_of_one_opens_nothing_in_the_other(bool forth)
    {
        var (home, away) = forth ? (First, Other) : (Other, First);
        var tokens = await home.SignInAndRedeemAsync(_host.NewBrowser());
        Assert.Equal(401, (await away.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal(200, (await home.UserInfoAsync(tokens.AccessToken)).Status);
    }

    [Theory] // also when its value is put into the other one's cookie
    [MemberData(nameof(BothWays))]
    public async Task Session_of_one_is_none_in_the_other(bool forth)
    {
        var (home, away) = forth ? (First, Other) : (Other, First);
        var browser = _host.NewBrowser();
        await home.SignInAsync(browser);
        var other = _host.NewBrowser();
        await away.SignInAsync(other);
        Expect.ErrorAtClient(await browser.GetAsync(away.AuthorizeUrl(("prompt", "none"))), away, "login_required");

        var (_, value) = browser.CookiesOf("id.test").Single(cookie => cookie.Key.Contains("-session-", StringComparison.Ordinal));
        var (name, _) = other.CookiesOf("id.test").Single(cookie => cookie.Key.Contains("-session-", StringComparison.Ordinal));
        browser.SetCookie("id.test", name, value);
        Expect.ErrorAtClient(await browser.GetAsync(away.AuthorizeUrl(("prompt", "none"))), away, "login_required");
        Assert.NotNull((await browser.GetAsync(home.AuthorizeUrl(("prompt", "none")))).LocationParameter("code"));
    }

    [Theory] // and one browser may be signed in to both, and out of one
    [MemberData(nameof(BothWays))]
    public async Task Id_token_of_one_signs_out_of_nothing_in_the_other(bool forth)
    {
        var (home, away) = forth ? (First, Other) : (Other, First);
        var browser = _host.NewBrowser();
        var tokens = await home.SignInAndRedeemAsync(browser);
        await away.SignInAsync(browser);
        await Expect.UnchangedAsync(_host, async () =>
        {
            var page = await browser.GetAsync($"{away.Issuer}/oauth2/logout?id_token_hint={tokens.IdToken}&post_logout_redirect_uri=https%3A%2F%2Frp.test%2F");
            Expect.Page(page, "S76", HttpStatusCode.OK);
        });
        await browser.GetAsync($"{home.Issuer}/oauth2/logout?id_token_hint={tokens.IdToken}");
        Expect.ErrorAtClient(await browser.GetAsync(home.AuthorizeUrl(("prompt", "none"))), home, "login_required");
        Assert.NotNull((await browser.GetAsync(away.AuthorizeUrl(("prompt", "none")))).LocationParameter("code"));
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public async Task Journey_of_one_cannot_be_gone_on_with_in_the_other(bool forth)
    {
        var (home, away) = forth ? (First, Other) : (Other, First);
        var browser = _host.NewBrowser();
        await away.SignInAsync(browser);
        var page = await browser.GoAsync(home.AuthorizeUrl());
        var form = page.Forms.First(candidate => candidate.Connection == "x");
        await Expect.UnchangedAsync(_host, async () =>
        {
            Expect.Page(await browser.GetAsync(Move(page.Url, home, away)), "S59");
            Expect.Page(await browser.PostAsync(Move(new Uri(page.Url, form.Action), home, away), form.Fields), "S59");
        });

        // The visit to the upstream neither.
        var x = await browser.LeaveAsync(page);
        var ada = x.Forms.First(candidate => candidate.Buttons.Any(button => button.Value == "ada"));
        var back = (await browser.PostAsync(new Uri(x.Url, ada.Action).AbsoluteUri, [.. ada.Fields, new("person", "ada")], follow: false)).Location!;
        var calls = _host.Upstreams.Calls.Count;
        await Expect.UnchangedAsync(_host, async () => Expect.Page(await browser.GetAsync(Move(back, home, away)), "S59"));
        Assert.Equal(calls, _host.Upstreams.Calls.Count);
        Assert.NotNull((await browser.GetAsync(back.AbsoluteUri)).LocationParameter("code"));
    }

    [Fact] // G03: the same person is two people, and one blocked is not the other
    public async Task Account_of_one_is_not_an_account_of_the_other()
    {
        var here = Jwt.Payload((await First.SignInAndRedeemAsync(_host.NewBrowser())).IdToken).GetProperty("sub").GetString();
        var there = Jwt.Payload((await Other.SignInAndRedeemAsync(_host.NewBrowser())).IdToken).GetProperty("sub").GetString();
        Assert.NotEqual(here, there);
    }

    private static string Move(Uri url, RelyingParty from, RelyingParty to) => to.Issuer + url.AbsoluteUri[from.Issuer.Length..];

    private static string StyleOf(Page page)
    {
        const string Start = "<link rel=\"stylesheet\" href=\"";
        var from = page.Html.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        return page.Html[from..page.Html.IndexOf('"', from)];
    }
}
