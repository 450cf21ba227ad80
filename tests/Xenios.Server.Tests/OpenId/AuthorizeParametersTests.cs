using System.Net;
using System.Text;
using Xenios.Protocol;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>How parameters are read: once, whole, from the query or the body (threat D05; standards COM-01 to COM-03, AUT-01, AUT-06, AUT-07, AUT-12).</summary>
public sealed class AuthorizeParametersTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly XeniosHost _host = shared.Host;

    [Theory] // D05, COM-01
    [InlineData("response_type", "code")]
    [InlineData("response_mode", "query")]
    [InlineData("scope", "openid")]
    [InlineData("nonce", "n")]
    [InlineData("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")]
    [InlineData("code_challenge_method", "S256")]
    [InlineData("prompt", "login")]
    [InlineData("max_age", "60")]
    [InlineData("login_hint", "a@b.test")]
    [InlineData("ui_locales", "de")]
    [InlineData("acr_values", "0")]
    [InlineData("display", "page")]
    [InlineData("claims", "{}")]
    [InlineData("id_token_hint", "e30.e30.")]
    [InlineData("connection", "x")]
    [InlineData("kc_idp_hint", "x")]
    public Task Parameter_sent_twice_is_refused(string name, string value) => Expect.UnchangedAsync(_host, async () =>
    {
        var shop = new RelyingParty(_host);
        var url = $"{shop.AuthorizeUrl((name, value))}&{name}={Uri.EscapeDataString(value)}";
        Expect.ErrorAtClient(await _host.NewBrowser().GetAsync(url), shop, "invalid_request");
    });

    [Theory] // COM-01: as long as they are not proved, neither address nor state may be used
    [InlineData("client_id", "shop", true)]
    [InlineData("redirect_uri", "https://rp.test/cb", true)]
    [InlineData("state", "s", false)]
    public async Task Repeated_client_address_or_state_is_not_believed(string name, string value, bool page)
    {
        var shop = new RelyingParty(_host);
        var answer = await _host.NewBrowser().GetAsync($"{shop.AuthorizeUrl((name, value))}&{name}={Uri.EscapeDataString(value)}");
        if (page)
        {
            Expect.Page(answer, "S64");
            return;
        }

        Assert.Equal("invalid_request", answer.LocationParameter("error"));
        Assert.Null(answer.LocationParameter("state"));
    }

    [Fact] // D05: a semicolon separates nothing, and a name is its exact octets
    public async Task Parameter_cannot_be_smuggled_past_its_name()
    {
        var shop = new RelyingParty(_host);
        foreach (var more in (string[])["&x=1;prompt=none", "&Prompt=none", "&prompt%00=none", "&prompt[]=none", "&prompt%20=none", "&%70rompt%5B0%5D=none"])
        {
            Assert.Equal("S03", (await _host.NewBrowser().GoAsync(shop.AuthorizeUrl() + more)).Id);
        }

        Expect.ErrorAtClient(await _host.NewBrowser().GetAsync(shop.AuthorizeUrl() + "&%70rompt=none"), shop, "login_required");
    }

    public static TheoryData<string> States => new()
    {
        string.Concat(Enumerable.Range(0x20, 0x5f).Select(c => (char)c)),
        "Grüße, 世界, \U0001F600, e\u0301, \u200b, \u2028",
        "\0\t\r\n",
        "%41%2B+%zz%",
        new string('s', 2048),
        "\"><script>alert(1)</script>",
    };

    [Theory] // D05, AUT-06: byte for byte, on success and on error
    [MemberData(nameof(States))]
    public async Task State_and_nonce_come_back_as_they_were_sent(string state)
    {
        var nonce = state.Length > 512 ? state[..512] : state;
        var shop = new RelyingParty(_host);
        var back = await shop.SignInAsync(_host.NewBrowser(), "ada", ("state", state), ("nonce", nonce));
        Assert.Equal(state, Parameters.ParseForm(back.Location!.OriginalString.Split('?')[1])["state"]);
        var tokens = await shop.RedeemAsync(back.LocationParameter("code"));
        Assert.Equal(nonce, Jwt.Payload(tokens.IdToken).GetProperty("nonce").GetString());

        var refused = await _host.NewBrowser().GetAsync(shop.AuthorizeUrl(("state", state), ("prompt", "none")));
        Assert.Equal(state, Parameters.ParseForm(refused.Location!.OriginalString.Split('?')[1])["state"]);
    }

    [Theory] // D05, AUT-06: refused, not cut
    [InlineData(2049)]
    [InlineData(100_000)]
    public Task State_that_is_too_long_is_refused(int length) => Expect.UnchangedAsync(_host, async () =>
    {
        var page = await _host.NewBrowser().GetAsync(new RelyingParty(_host).AuthorizeUrl(("state", new string('s', length))));
        Assert.Equal("invalid_request", page.LocationParameter("error"));
        Assert.Null(page.LocationParameter("state"));
        Assert.True(page.Headers["Location"].Length < 500);
    });

    [Fact] // AUT-07, IDT-03
    public async Task What_was_not_sent_is_not_returned()
    {
        var shop = new RelyingParty(_host);
        var back = await shop.SignInAsync(_host.NewBrowser(), "ada", ("state", null), ("nonce", null));
        Assert.Equal(["code", "iss"], Parameters.ParseForm(back.Location!.Query.TrimStart('?')).Pairs.Select(pair => pair.Key));
        var claims = Jwt.Payload((await shop.RedeemAsync(back.LocationParameter("code"))).IdToken);
        Assert.False(claims.TryGetProperty("nonce", out _));
        Assert.False(claims.TryGetProperty("s_hash", out _));
    }

    [Fact] // AUT-01
    public async Task Post_gives_what_get_gives()
    {
        var shop = new RelyingParty(_host);
        var browser = _host.NewBrowser();
        var page = await browser.PostAsync($"{XeniosHost.Url}/oauth2/authorize", Fields(shop.AuthorizeUrl()));
        Assert.Equal("S03", page.Id);
        var back = await browser.PickAsync(await browser.LeaveAsync(page), "ada");
        Assert.Equal(shop.State, back.LocationParameter("state"));
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);

        // J03: 303, so that nothing is posted again.
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync($"{XeniosHost.Url}/oauth2/authorize", Fields(shop.AuthorizeUrl()), follow: false)).Status);
        var silent = await browser.PostAsync($"{XeniosHost.Url}/oauth2/authorize", Fields(shop.AuthorizeUrl()));
        Assert.NotNull(silent.LocationParameter("code"));
    }

    [Fact] // D05: a post takes its body only
    public async Task Query_of_a_post_is_not_read()
    {
        var shop = new RelyingParty(_host);
        var page = await _host.NewBrowser().PostAsync($"{XeniosHost.Url}/oauth2/authorize?prompt=none&client_id=other", Fields(shop.AuthorizeUrl()));
        Assert.Equal("S03", page.Id);
        Expect.Page(await _host.NewBrowser().PostAsync(shop.AuthorizeUrl(), [new("prompt", "none")]), "S64");
    }

    [Fact] // D04, AUT-01: the same errors
    public async Task Post_is_refused_as_get_is()
    {
        var shop = new RelyingParty(_host);
        var authorize = $"{XeniosHost.Url}/oauth2/authorize";
        Expect.Page(await _host.NewBrowser().PostAsync(authorize, Fields(shop.AuthorizeUrl(("redirect_uri", "https://evil.test/")))), "S64");
        Expect.ErrorAtClient(await _host.NewBrowser().PostAsync(authorize, Fields(shop.AuthorizeUrl(("prompt", "none")))), shop, "login_required");
        Expect.ErrorAtClient(await _host.NewBrowser().PostAsync(authorize, [.. Fields(shop.AuthorizeUrl()), new("scope", "openid")]), shop, "invalid_request");
    }

    [Theory] // D05: more parameters than any honest request has, by either method; the one beyond the limit must not get lost
    [InlineData(true)]
    [InlineData(false)]
    public async Task Too_many_parameters_are_refused(bool post)
    {
        var shop = new RelyingParty(_host);
        var more = Enumerable.Range(0, 200).Select(i => new KeyValuePair<string, string>($"p{i}", "v")).ToArray();
        var page = post
            ? await _host.NewBrowser().PostAsync($"{XeniosHost.Url}/oauth2/authorize", [.. Fields(shop.AuthorizeUrl()), .. more])
            : await _host.NewBrowser().GetAsync(shop.AuthorizeUrl([.. more.Select(pair => (pair.Key, (string?)pair.Value))]));
        Expect.Page(page, "S64");
    }

    [Theory] // COM-03
    [InlineData("application/json", "{\"client_id\":\"shop\"}")]
    [InlineData("text/plain", "client_id=shop")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"client_id\"\r\n\r\nshop\r\n--b--")]
    [InlineData("application/x-www-form-urlencodedx", "client_id=shop")]
    public async Task Body_that_is_no_form_is_refused(string type, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{XeniosHost.Url}/oauth2/authorize") { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        Expect.Page(await _host.NewBrowser().SendAsync(request), "S64");
    }

    [Theory] // AUT-12: a wish for a connection, by the names of other client families too
    [InlineData("connection")]
    [InlineData("connection_id")]
    [InlineData("kc_idp_hint")]
    [InlineData("fidp")]
    public async Task Wish_for_a_connection_leads_straight_to_it(string name)
    {
        var page = await _host.NewBrowser().GoAsync(new RelyingParty(_host).AuthorizeUrl((name, "x")));
        Assert.Equal("x.test", page.Url.Host);
    }

    private static KeyValuePair<string, string>[] Fields(string url) => [.. Parameters.ParseForm(new Uri(url).Query.AsSpan(1)).Pairs];
}
