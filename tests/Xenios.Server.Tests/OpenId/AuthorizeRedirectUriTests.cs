using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Where answers go: only to registered addresses (threats D01, D02, D04; standards AUT-02, AUT-03).</summary>
public sealed class AuthorizeRedirectUriTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly XeniosHost _host = shared.Host;

    public static TheoryData<string> NearMisses =>
    [
        "https://rp.test/cb/", "https://rp.test/cb/x", "https://rp.test/c", "https://rp.test/", "https://rp.test", "https://rp.test/CB", "https://rp.test/cb/..",
        "https://rp.test/x/../cb", "https://rp.test/cb/..;/", "https://rp.test/cb/%2e%2e/evil", "https://rp.test/%63b", "https://RP.test/cb", "HTTPS://rp.test/cb",
        "https://rp.test:443/cb", "https://rp.test:8443/cb", "https://rp.test./cb", "https://rp.test/cb.", "http://rp.test/cb", "//rp.test/cb", "/cb",
        "https://rp.test@evil.test/cb", "https://user@rp.test/cb", "https://evil.test/cb", "https://rp.test.evil.test/cb", "https://evil.test/https://rp.test/cb",
        "https://rp.test\\@evil.test/cb", "https:\\\\rp.test\\cb", "https://rp.test/cb\\", "https://rp.test/cb#", "https://rp.test/cb#code=1", "https://rp.test/cb?",
        "https://rp.test/cb?x=1", "https://rp.test/cb?keep=2", "https://rp.test/cb?keep=1&x=1", "https://rp.test/cb?keep=1#", "https://rp.test/cb;a", "\thttps://rp.test/cb",
        " https://rp.test/cb", "https://rp.test/cb ", "https://rp.test/cb\n", "https://rp.test/cb\0", "https://rp.test/cb\0.evil.test", "https://rp。test/cb",
        "https://rp.test/cb\u200b", "https://rp.test/ｃb", "https:rp.test/cb", "https:///rp.test/cb", "javascript:alert(1)", "JavaScript:alert(1)//https://rp.test/cb",
        "data:text/html,x", "https://rp.test/cb,https://evil.test/", "https://rp.test/cb https://evil.test/", "*",
    ];

    [Theory] // D01, AUT-02, AUT-03
    [MemberData(nameof(NearMisses))]
    public Task Address_that_is_not_exactly_a_registered_one_gets_a_page_and_never_a_redirect(string uri) => Expect.UnchangedAsync(_host, async () =>
    {
        var shop = new RelyingParty(_host);
        foreach (var more in ((string, string?)[][])[[], [("prompt", "none")], [("response_mode", "form_post")], [("response_type", "bogus")]])
        {
            Expect.Page(await _host.NewBrowser().GetAsync(shop.AuthorizeUrl([("redirect_uri", uri), .. more])), "S64");
        }
    });

    [Theory] // D04, AUT-02
    [InlineData("invalid_client", "client_id", null)]
    [InlineData("invalid_client", "client_id", "nobody")]
    [InlineData("invalid_client", "client_id", "SHOP")]
    [InlineData("invalid_client", "client_id", "shop\0")]
    [InlineData("invalid_request", "redirect_uri", null)]
    [InlineData("invalid_request", "redirect_uri", "https://evil.test/")]
    public Task Neither_client_nor_address_may_be_missing_whatever_else_is_sent(string error, string name, string? value) => Expect.UnchangedAsync(_host, async () =>
    {
        var shop = new RelyingParty(_host);
        string[][] others = [["prompt", "none"], ["response_mode", "form_post"], ["response_mode", "fragment"], ["request", "e30.e30."], ["request_uri", "https://evil.test/r"], ["scope", "bogus"]];
        foreach (var other in others)
        {
            var page = await _host.NewBrowser().GetAsync(shop.AuthorizeUrl((name, value), (other[0], other[1])));
            Expect.Page(page, "S64");
            Assert.Equal(error, page.Error);
            Assert.DoesNotContain("evil.test", page.Html, StringComparison.Ordinal);
        }
    });

    [Theory] // AUT-03, AUT-17, D02
    [InlineData("https://rp.test/cb", "https://rp.test/cb?code=")]
    [InlineData("https://rp.test/cb?keep=1", "https://rp.test/cb?keep=1&code=")]
    public async Task Exact_address_gets_the_answer_and_keeps_its_own_query(string uri, string start)
    {
        var page = await new RelyingParty(_host) { RedirectUri = uri }.SignInAsync(_host.NewBrowser());
        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
        Assert.StartsWith(start, page.Headers["Location"], StringComparison.Ordinal);
    }

    [Theory] // D02, RFC 8252 §7.3
    [InlineData("http://127.0.0.1/cb")]
    [InlineData("http://127.0.0.1:1/cb")]
    [InlineData("http://127.0.0.1:51004/cb")]
    [InlineData("http://127.0.0.1:65535/cb")]
    [InlineData("http://[::1]:51004/cb")]
    [InlineData("com.example.app:/cb")]
    public async Task Native_application_may_listen_on_any_loopback_port(string uri)
    {
        var native = SharedHost.Native(_host, uri);
        var page = await native.SignInAsync(_host.NewBrowser());
        Assert.StartsWith(uri + "?code=", page.Headers["Location"], StringComparison.Ordinal);
        Assert.Equal(200, (await native.RedeemAsync(page.LocationParameter("code"))).Status);
    }

    [Theory] // D02
    [InlineData("http://127.0.0.1:0/cb")]
    [InlineData("http://127.0.0.1:65536/cb")]
    [InlineData("http://127.0.0.1:+80/cb")]
    [InlineData("http://127.0.0.1:/cb")]
    [InlineData("http://127.0.0.1:80x/cb")]
    [InlineData("http://127.0.0.1:8080/cb/")]
    [InlineData("http://127.0.0.1:8080/cb?x=1")]
    [InlineData("http://127.0.0.1:8080/cb#x")]
    [InlineData("http://127.0.0.1:8080@evil.test/cb")]
    [InlineData("http://127.0.0.1@evil.test/cb")]
    [InlineData("http://127.0.0.1.evil.test/cb")]
    [InlineData("http://127.0.0.1:80.evil.test/cb")]
    [InlineData("http://127.0.0.2/cb")]
    [InlineData("http://127.1/cb")]
    [InlineData("http://0x7f.1/cb")]
    [InlineData("http://2130706433/cb")]
    [InlineData("http://[::ffff:127.0.0.1]/cb")]
    [InlineData("http://[0:0:0:0:0:0:0:1]/cb")]
    [InlineData("http://localhost/cb")]
    [InlineData("http://localhost.evil.test/cb")]
    [InlineData("https://127.0.0.1:8080/cb")]
    [InlineData("com.example.app:/cb/x")]
    [InlineData("com.example.app.evil:/cb")]
    public async Task Look_alike_of_a_loopback_address_is_refused(string uri) =>
        Expect.Page(await _host.NewBrowser().GetAsync(SharedHost.Native(_host, uri).AuthorizeUrl()), "S64");

    [Fact] // D02: the exception is for native applications only
    public async Task Web_application_has_no_free_port()
    {
        var page = await _host.NewBrowser().GetAsync(new RelyingParty(_host) { RedirectUri = "https://rp.test:9000/cb" }.AuthorizeUrl());
        Expect.Page(page, "S64");
    }

    [Fact] // AUT-02, RFC 6749 §3.1.2.3
    public async Task Plain_oauth_request_may_leave_out_the_only_address_and_redeems_without_it()
    {
        var other = RelyingParty.Other(_host);
        var page = await other.SignInAsync(_host.NewBrowser(), "ada", ("redirect_uri", null), ("scope", "profile"));
        Assert.StartsWith("https://other.test/cb?code=", page.Headers["Location"], StringComparison.Ordinal);
        var tokens = await other.RedeemAsync(page.LocationParameter("code"), ("redirect_uri", null));
        Assert.Equal(200, tokens.Status);

        // AUT-05: without openid there is no ID token.
        Assert.Null(tokens.Text("id_token"));
    }
}
