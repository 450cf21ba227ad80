using System.Net;
using Xenios.Protocol;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Signing out after a question, and by posts of other sites (OpenID Connect RP-Initiated Logout 1.0; standards RIL-01 to RIL-04; threats I01, I02).</summary>
public sealed class LogoutConfirmationTests(SharedHost shared) : IClassFixture<SharedHost>, IAsyncLifetime
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
    [InlineData("client_id instead of a token", null, "shop", "s t&", "https://rp.test/?state=s%20t%26")]
    [InlineData("without state", null, "shop", null, "https://rp.test/")]
    [InlineData("token of another session", "other session", null, "s", "https://rp.test/?state=s")]
    [InlineData("token and its client_id", "other session", "shop", "s", "https://rp.test/?state=s")]
    public async Task Confirmed_logout_leads_back_with_state_only(string why, string? hint, string? clientId, string? state, string location)
    {
        var page = await AskAsync(hint, clientId, Registered, state);
        Assert.Equal((why, "S76"), (why, page.Id));
        Assert.Contains("Then you go back to Shop.", page.Html, StringComparison.Ordinal);
        page = await _browser.PressAsync(page, "/signin/out");
        Assert.Equal((HttpStatusCode.SeeOther, location), (page.Status, page.Headers["Location"]));
        await SignedOutAsync();
    }

    [Theory] // RIL-02, RIL-03, I02: what is not registered for an application that is known leads nowhere, confirmed or not
    [InlineData("no application", null, null, Registered)]
    [InlineData("unknown application", null, "nobody", Registered)]
    [InlineData("address of another application", null, "other", Registered)]
    [InlineData("unregistered", null, "shop", "https://evil.test/")]
    [InlineData("query added", null, "shop", "https://rp.test/?x=1")]
    [InlineData("script", null, "shop", "javascript:alert(1)")]
    [InlineData("client_id against the token", "other session", "other", Registered)]
    [InlineData("forged token beside client_id", "forged", "shop", Registered)]
    [InlineData("access token beside client_id", "access token", "shop", Registered)]
    public async Task Confirmed_logout_without_a_known_address_ends_on_our_page(string why, string? hint, string? clientId, string uri)
    {
        var page = await AskAsync(hint, clientId, uri, "s");
        Assert.Equal((why, "S76"), (why, page.Id));
        Assert.DoesNotContain("Then you go back", page.Html, StringComparison.Ordinal);
        page = await _browser.PressAsync(page, "/signin/out");
        Expect.Page(page, "S37", HttpStatusCode.OK);
        await SignedOutAsync();
    }

    [Theory] // I02: the fields of the form are checked when they come back
    [InlineData("post_logout_redirect_uri", "https://evil.test/")]
    [InlineData("client_id", "other")]
    public async Task Changed_form_leads_nowhere(string name, string value)
    {
        var page = await AskAsync(null, "shop", Registered, "s");
        var form = page.Forms.Single();
        page = await _browser.PostAsync($"{XeniosHost.Url}/signin/out", form.Fields.Select(field => field.Key == name ? new(name, value) : field));
        Expect.Page(page, "S37", HttpStatusCode.OK);
        Assert.DoesNotContain("evil.test", page.Html, StringComparison.Ordinal);
    }

    [Fact] // RIL-04: the wish of the application, over the browser's own
    public async Task Question_and_answer_speak_the_language_asked_for()
    {
        var page = await _browser.GetAsync(Url(("ui_locales", "xx de"), ("client_id", "shop")));
        Assert.Contains("<html lang=\"de\"", page.Html, StringComparison.Ordinal);
        page = await _browser.PressAsync(page, "/signin/out");
        Expect.Page(page, "S37", HttpStatusCode.OK);
        Assert.Contains("<html lang=\"de\"", page.Html, StringComparison.Ordinal);
    }

    [Fact] // nobody could confirm: the person may follow a link, the browser is not sent
    public async Task Signed_out_already_and_without_a_token_the_way_back_is_a_link()
    {
        var page = await _host.NewBrowser().GetAsync(Url(("client_id", "shop"), ("post_logout_redirect_uri", Registered), ("state", "s")));
        Expect.Page(page, "S37", HttpStatusCode.OK);
        Assert.Contains("href=\"https://rp.test/?state=s\"", page.Html, StringComparison.Ordinal);
        page = await _host.NewBrowser().GetAsync(Url(("client_id", "shop"), ("post_logout_redirect_uri", "https://evil.test/")));
        Assert.DoesNotContain("evil.test", page.Html, StringComparison.Ordinal);
    }

    [Fact] // RIL-01, H06: a cross-site post has no Lax cookies; the token never stands in an address
    public async Task Post_of_another_site_signs_out_without_the_token_in_an_address()
    {
        var page = await PostFromElsewhereAsync(("id_token_hint", _tokens.IdToken), ("post_logout_redirect_uri", Registered), ("state", "s"));
        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
        var next = page.Headers["Location"];
        Assert.StartsWith("/oauth2/logout?parked=", next, StringComparison.Ordinal);
        Assert.DoesNotContain(_tokens.IdToken[..20], next, StringComparison.Ordinal);
        page = await _browser.GetAsync(XeniosHost.Url + next);
        Assert.Equal("https://rp.test/?state=s", page.Headers["Location"]);
        await SignedOutAsync();
    }

    [Fact]
    public async Task Parked_post_counts_once_and_for_two_minutes()
    {
        var other = await _shop.SignInAndRedeemAsync(_host.NewBrowser());
        var next = (await PostFromElsewhereAsync(("id_token_hint", other.IdToken), ("post_logout_redirect_uri", Registered))).Headers["Location"];
        Assert.Equal("S76", (await _browser.GetAsync(XeniosHost.Url + next)).Id);
        Assert.DoesNotContain("Then you go back", (await _browser.GetAsync(XeniosHost.Url + next)).Html, StringComparison.Ordinal);

        next = (await PostFromElsewhereAsync(("id_token_hint", _tokens.IdToken))).Headers["Location"];
        _host.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("S76", (await _browser.GetAsync(XeniosHost.Url + next)).Id);
    }

    [Theory] // I01: what is not proved is asked about, and makes the server store nothing
    [InlineData("forged")]
    [InlineData("access token")]
    [InlineData("twice")]
    [InlineData(null)]
    public async Task Unproved_post_of_another_site_stores_nothing_and_is_asked_about(string? hint)
    {
        var stored = await _host.QueryAsync("SELECT COUNT(*) FROM ephemeral");
        var token = await HintAsync(hint == "twice" ? "own" : hint);
        (string, string?)[] parameters = [("id_token_hint", token), ("client_id", "shop"), ("post_logout_redirect_uri", Registered), .. hint == "twice" ? [("id_token_hint", token)] : Array.Empty<(string, string?)>()];
        var page = await PostFromElsewhereAsync(parameters);
        Assert.DoesNotContain("id_token_hint", page.Headers["Location"], StringComparison.Ordinal);
        Assert.Equal(stored, await _host.QueryAsync("SELECT COUNT(*) FROM ephemeral"));
        Expect.Page(await _browser.GetAsync(XeniosHost.Url + page.Headers["Location"]), "S76", HttpStatusCode.OK);
    }

    private static string Url(params (string Name, string? Value)[] parameters) =>
        $"{Logout}?{Parameters.Format(parameters.Select(p => new KeyValuePair<string, string?>(p.Name, p.Value)))}";

    private async Task<Page> AskAsync(string? hint, string? clientId, string uri, string? state) => await _browser.GetAsync(
        Url(("id_token_hint", await HintAsync(hint)), ("client_id", clientId), ("post_logout_redirect_uri", uri), ("state", state)));

    private async Task<string?> HintAsync(string? hint) => hint switch
    {
        null => null,
        "own" => _tokens.IdToken,
        "access token" => _tokens.AccessToken,
        "forged" => _tokens.IdToken[..^8] + "AAAAAAAA",
        _ => (await _shop.SignInAndRedeemAsync(_host.NewBrowser())).IdToken,
    };

    private async Task<Page> PostFromElsewhereAsync(params (string Name, string? Value)[] parameters)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Logout)
        {
            Content = new FormUrlEncodedContent(parameters.Where(p => p.Value is not null).Select(p => new KeyValuePair<string, string>(p.Name, p.Value!))),
        };
        return await _host.NewBrowser().SendAsync(request);
    }

    private async Task SignedOutAsync() =>
        Expect.ErrorAtClient(await _browser.GetAsync(_shop.AuthorizeUrl(("prompt", "none"))), _shop, "login_required");
}
