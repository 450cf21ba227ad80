using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Methods: what is not meant is refused and uses nothing up (standards COM-04).</summary>
public sealed class MethodTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly XeniosHost _host = shared.Host;

    [Theory]
    [InlineData("/oauth2/authorize", "GET, POST")]
    [InlineData("/oauth2/token", "POST")]
    [InlineData("/oauth2/par", "POST")]
    [InlineData("/oauth2/revoke", "POST")]
    [InlineData("/oauth2/introspect", "POST")]
    [InlineData("/oauth2/userinfo", "GET, POST")]
    [InlineData("/oauth2/logout", "GET, POST")]
    [InlineData("/oauth2/jwks", "GET, HEAD")]
    [InlineData("/.well-known/openid-configuration", "GET, HEAD")]
    [InlineData("/.well-known/oauth-authorization-server", "GET, HEAD")]
    [InlineData("/login/callback", "GET, POST")]
    [InlineData("/commonauth", "GET, POST")]
    [InlineData("/signin", "GET")]
    [InlineData("/signin/out", "GET, POST")]
    [InlineData("/signin/x/connections/x", "POST")]
    [InlineData("/signin/x/cancel", "POST")]
    [InlineData("/signin/x/email/code", "GET, POST")]
    [InlineData("/health/live", "GET")]
    [InlineData("/api/v1/keys", "GET")]
    [InlineData("/api/v1/keys/rotate", "POST")]
    public Task Wrong_method_is_refused_with_the_right_ones(string path, string allow) => Expect.UnchangedAsync(_host, async () =>
    {
        foreach (var method in (string[])["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
        {
            if (allow.Split(", ").Contains(method))
            {
                continue;
            }

            using var request = new HttpRequestMessage(new HttpMethod(method), XeniosHost.Url + path);
            var page = await _host.NewBrowser().SendAsync(request);
            Assert.Equal((path, method, HttpStatusCode.MethodNotAllowed), (path, method, page.Status));
            Assert.Equal(allow.Split(", ").Order(), page.Headers["Allow"].Split(", ").Order());
            Assert.Equal("nosniff", page.Headers["X-Content-Type-Options"]);
        }
    });

    [Fact]
    public async Task Head_uses_nothing_up()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await shop.SignInAsync(browser);
        await HeadAsync(browser, shop.AuthorizeUrl());

        var codes = await _host.QueryAsync("SELECT COUNT(*) FROM ephemeral");
        await HeadAsync(browser, shop.AuthorizeUrl());
        Assert.Equal(codes, await _host.QueryAsync("SELECT COUNT(*) FROM ephemeral"));

        // A mail scanner, a link preview: the callback of a waiting visit.
        var other = _host.NewBrowser();
        var x = await other.LeaveAsync(await other.GoAsync(shop.AuthorizeUrl()));
        var form = x.Forms.First(candidate => candidate.Buttons.Any(button => button.Value == "ada"));
        var allowed = await other.PostAsync(new Uri(x.Url, form.Action).AbsoluteUri, [.. form.Fields, new("person", "ada")], follow: false);
        await HeadAsync(other, allowed.Location!.AbsoluteUri);
        Assert.NotNull((await other.GetAsync(allowed.Location!.AbsoluteUri)).LocationParameter("code"));

        var signOut = await browser.GetAsync($"{XeniosHost.Url}/signin");
        await HeadAsync(browser, $"{XeniosHost.Url}/signin/out");
        Assert.Equal("S36", signOut.Id);
        Assert.Equal("S36", (await browser.GetAsync($"{XeniosHost.Url}/signin")).Id);
    }

    [Theory] // COM-11: no page of ours is JSON, and nothing that is not there is 500
    [InlineData("/oauth2/tokens")]
    [InlineData("/oauth2/token/x")]
    [InlineData("/.well-known/webfinger")]
    [InlineData("/e/nowhere/oauth2/authorize")]
    [InlineData("/e/default/oauth2/authorize")]
    [InlineData("/e/")]
    [InlineData("/favicon.ico")]
    [InlineData("/health/other")]
    [InlineData("/assets/none.css")]
    [InlineData("/..%2f..%2fetc/passwd")]
    [InlineData("//evil.test")]
    [InlineData("/signin/a/b/c/d")]
    public Task What_is_not_there_is_not_found(string path) => Expect.UnchangedAsync(_host, async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(XeniosHost.Url + path));
        var page = await _host.NewBrowser().SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Null(page.Location);
        Expect.NoTrace(page);
    });

    private static async Task HeadAsync(Browser browser, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, url);
        var page = await browser.SendAsync(request);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, ""), (page.Status, page.Html));
    }
}
