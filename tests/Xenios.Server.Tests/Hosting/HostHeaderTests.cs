using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Testing;

namespace Xenios.Server.Tests.Hosting;

/// <summary>Host names and what proxies say about them (threat G04; standards COM-12, DSC-02).</summary>
public sealed class HostHeaderTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly XeniosHost _host = shared.Host;

    [Theory] // before any work: nothing is read, written or redirected
    [InlineData("evil.test")]
    [InlineData("id.test.evil.test")]
    [InlineData("evil.id.test")]
    [InlineData("id.test:8443")]
    [InlineData("id.test:80")]
    [InlineData("id.test.")]
    [InlineData("127.0.0.1")]
    [InlineData("x.test")]
    public Task Unknown_host_is_told_so_and_nothing_else(string name) => Expect.UnchangedAsync(_host, async () =>
    {
        var shop = new RelyingParty(_host);
        foreach (var url in (string[])[shop.AuthorizeUrl(), $"{XeniosHost.Url}/.well-known/openid-configuration", $"{XeniosHost.Url}/signin", $"{XeniosHost.Url}/oauth2/logout"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Host = name;
            var page = await _host.NewBrowser().SendAsync(request);
            Expect.Page(page, "S67", HttpStatusCode.MisdirectedRequest);
            Assert.Empty(page.SetCookies);
            Assert.DoesNotContain("evil", page.Html, StringComparison.Ordinal);
        }
    });

    [Theory]
    [InlineData("id.test")]
    [InlineData("ID.test")]
    [InlineData("id.test:443")]
    public async Task Own_host_is_answered_with_the_configured_name(string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{XeniosHost.Url}/.well-known/openid-configuration");
        request.Headers.Host = name;
        Assert.Contains("\"issuer\":\"https://id.test\"", (await _host.NewBrowser().SendAsync(request)).Html, StringComparison.Ordinal);
    }

    [Theory] // without trusted proxies nobody's word counts
    [InlineData("X-Forwarded-Host", "evil.test")]
    [InlineData("X-Forwarded-Proto", "http")]
    [InlineData("X-Forwarded-Prefix", "/evil")]
    [InlineData("X-Forwarded-Port", "80")]
    [InlineData("X-Original-Host", "evil.test")]
    [InlineData("X-Original-URL", "/oauth2/logout")]
    [InlineData("X-Rewrite-URL", "/oauth2/logout")]
    [InlineData("X-Host", "evil.test")]
    [InlineData("Forwarded", "host=evil.test;proto=http")]
    [InlineData("X-HTTP-Method-Override", "DELETE")]
    public async Task Forwarded_header_of_a_stranger_changes_nothing(string name, string value)
    {
        var shop = new RelyingParty(_host);
        async Task<Page> GetAsync(string url)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Add(name, value);
            return await _host.NewBrowser().SendAsync(request);
        }

        var discovery = await GetAsync($"{XeniosHost.Url}/.well-known/openid-configuration");
        Assert.Contains("\"issuer\":\"https://id.test\"", discovery.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", discovery.Html, StringComparison.Ordinal);

        var start = await GetAsync(shop.AuthorizeUrl());
        Assert.StartsWith("/signin/", start.Headers["Location"], StringComparison.Ordinal);
        Assert.All(start.SetCookies, cookie => Assert.Contains("secure", cookie, StringComparison.Ordinal));

        var x = await GetAsync(shop.AuthorizeUrl(("connection", "x")));
        Assert.Contains("redirect_uri=https%3A%2F%2Fid.test%2Flogin%2Fcallback", x.Headers["Location"], StringComparison.Ordinal);
        Assert.Equal(XeniosHost.Url, (await GetAsync(shop.AuthorizeUrl(("prompt", "none")))).LocationParameter("iss"));
    }

    [Fact] // code mail: no link, and no name but the configured ones
    public async Task Mail_names_no_host_of_a_header()
    {
        var browser = _host.NewBrowser();
        var page = await new RelyingParty(_host).SignInAsync(browser, "ben");
        var form = page.Forms.First(candidate => candidate.Action.EndsWith("/email", StringComparison.Ordinal));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(page.Url, form.Action)) { Content = new FormUrlEncodedContent([.. form.Fields, new("email", "ben@example.com")]) };
        request.Headers.Add("X-Forwarded-Host", "evil.test");
        await browser.SendAsync(request);
        Assert.Equal("ben@example.com", _host.Mail[0].To);
        Assert.DoesNotContain("evil", _host.Mail[0].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("://", _host.Mail[0].Text, StringComparison.Ordinal);
    }

    [Theory] // with a trusted proxy its word counts, but only its own, and never for issuer or scheme
    [InlineData("10.0.0.1", "id.test", "http", 200)]
    [InlineData("10.0.0.1", "evil.test", "https", 421)]
    [InlineData("10.0.0.1", "id.test, evil.test", "https", 421)]
    [InlineData("10.0.0.1", "evil.test, id.test", "https", 200)]
    [InlineData("192.0.2.1", "evil.test", "http", 200)]
    public async Task Proxy_is_believed_only_if_it_is_trusted(string proxy, string forwardedHost, string proto, int status)
    {
        await using var host = await XeniosHost.StartAsync(options => options.Settings["Proxy:TrustedNetworks"] = "10.0.0.0/8");
        var server = (TestServer)host.Services.GetRequiredService<IServer>();
        var answer = await server.SendAsync(context =>
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse(proxy);
            (context.Request.Method, context.Request.Scheme, context.Request.Host) = ("GET", "http", new HostString("id.test:443"));
            (context.Request.Path, context.Request.QueryString) = ("/oauth2/authorize", new QueryString(new Uri(new RelyingParty(host).AuthorizeUrl()).Query));
            context.Request.Headers["X-Forwarded-Host"] = forwardedHost;
            context.Request.Headers["X-Forwarded-Proto"] = proto;
        });
        Assert.Equal(status == 200 ? 303 : status, answer.Response.StatusCode);
        if (status == 200)
        {
            Assert.StartsWith("/signin/", answer.Response.Headers.Location.ToString(), StringComparison.Ordinal);
            Assert.StartsWith("__Host-", answer.Response.Headers.SetCookie.ToString(), StringComparison.Ordinal);
            Assert.Contains("secure", answer.Response.Headers.SetCookie.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory] // COM-13: over plain http, which is served to this computer only, there is no HSTS and no __Host-, and the rest stays
    [InlineData("http://127.0.0.1:7400")]
    public async Task Plain_http_on_this_computer_has_plain_cookies(string url)
    {
        await using var host = await XeniosHost.StartAsync(options => options.Settings["Url"] = url);
        var server = (TestServer)host.Services.GetRequiredService<IServer>();
        var answer = await server.SendAsync(context =>
        {
            (context.Request.Method, context.Request.Scheme, context.Request.Host) = ("GET", "http", new HostString("127.0.0.1:7400"));
            (context.Request.Path, context.Request.QueryString) = ("/oauth2/authorize", new QueryString(new Uri(new RelyingParty(host).AuthorizeUrl()).Query));
        });
        var cookie = answer.Response.Headers.SetCookie.ToString();
        Assert.StartsWith("xenios-browser-", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("secure", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.False(answer.Response.Headers.ContainsKey("Strict-Transport-Security"));
    }
}
