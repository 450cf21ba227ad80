using System.Net;
using Microsoft.Extensions.Configuration;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Connectors;
using Xenios.Server.Hosting;

namespace Xenios.Server.Tests.Hosting;

/// <summary>Outgoing calls reach nothing inside, whatever the address looks like (threats K01).</summary>
public sealed class OutgoingHttpTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("192.0.0.192")]
    [InlineData("192.0.2.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::7f00:1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:5601:5601")]
    [InlineData("2001:db8::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void An_address_inside_is_refused(string address) => Assert.False(Guard(false).IsAllowed(IPAddress.Parse(address), "api.x.com"));

    [Theory]
    [InlineData("104.244.42.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("100.63.255.255")]
    [InlineData("169.253.255.255")]
    [InlineData("2606:4700::6810:1")]
    [InlineData("2a04:4e42::1")]
    [InlineData("::ffff:104.244.42.1")]
    public void An_address_outside_is_fine(string address) => Assert.True(Guard(false).IsAllowed(IPAddress.Parse(address), "api.x.com"));

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.1.2.3", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("10.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    public void Outside_production_this_computer_is_fine_and_nothing_else(string address, bool allowed) =>
        Assert.Equal(allowed, Guard(true).IsAllowed(IPAddress.Parse(address), "localhost"));

    [Theory]
    [InlineData("10.1.2.3", "x.corp.example", true)]
    [InlineData("10.2.2.3", "x.corp.example", false)]
    [InlineData("192.168.7.7", "proxy.corp.example", true)]
    [InlineData("192.168.7.7", "PROXY.corp.example", true)]
    [InlineData("192.168.7.7", "evil-proxy.corp.example", false)]
    [InlineData("::ffff:10.1.2.3", "x.corp.example", true)]
    public void What_the_operator_allows_is_fine_and_nothing_beside_it(string address, string host, bool allowed) =>
        Assert.Equal(allowed, Guard(false, "10.1.0.0/16, proxy.corp.example").IsAllowed(IPAddress.Parse(address), host));

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://127.1:{0}/")]
    [InlineData("http://2130706433:{0}/")]
    [InlineData("http://0x7f000001:{0}/")]
    [InlineData("http://0177.0.0.1:{0}/")]
    [InlineData("http://0:{0}/")]
    [InlineData("http://[::1]:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://[::ffff:7f00:1]:{0}/")]
    [InlineData("http://localhost:{0}/")]
    [InlineData("http://LOCALHOST:{0}/")]
    [InlineData("http://localhost.:{0}/")]
    [InlineData("http://x.localhost:{0}/")]
    public async Task No_spelling_of_this_computer_is_connected_to_in_production(string url)
    {
        await using var canary = RawServer.Saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var address = new Uri(url.Replace("{0}", canary.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        using var guard = Guard(false);
        await Assert.ThrowsAsync<HttpRequestException>(() => guard.Client.GetAsync(address));
        Assert.Equal(0, canary.Connections);

        // The canary does sing where it is allowed to.
        using var open = Guard(true);
        using var answer = await open.Client.GetAsync(new Uri($"http://127.0.0.1:{canary.Port}/"));
        Assert.Equal(1, canary.Connections);
    }

    // Every connector of the catalogue, at each call it makes.
    [Theory]
    [InlineData("oauth1a", "request token")]
    [InlineData("oauth1a", "access token")]
    [InlineData("oauth2", "token")]
    public async Task A_connector_sent_to_a_forbidden_address_fails_without_touching_it(string protocol, string call)
    {
        await using var canary = RawServer.Saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var guard = Guard(false);
        var connector = ConnectorCatalog.Find(ConnectionKind.X, protocol == "oauth2" ? ConnectionProtocol.OAuth2 : ConnectionProtocol.OAuth1a)!;
        var context = new ConnectorContext
        {
            Credentials = new("key", new Secret("secret")),
            WebHost = new Uri("https://x.com"),
            ApiHost = new Uri($"http://localhost:{canary.Port}"),
            CallbackUrl = "https://id.test/login/callback",
            Scopes = ["tweet.read", "users.read"],
            IdentityIssuer = "https://x.com",
            Http = guard.Client,
            Time = TimeProvider.System,
        };
        UpstreamFailure? failure;
        if (call == "request token")
        {
            Assert.False((await connector.BeginAsync(context, CancellationToken.None)).TryGet(out _, out failure));
        }
        else
        {
            var memo = protocol == "oauth2"
                ? new Dictionary<string, string> { ["state"] = "s", ["code_verifier"] = "v" }
                : new Dictionary<string, string> { ["oauth_token"] = "t", ["oauth_token_secret"] = "s" };
            var reply = Parameters.ParseForm(protocol == "oauth2" ? "state=s&code=c" : "oauth_token=t&oauth_verifier=v");
            Assert.False((await connector.CompleteAsync(context, reply, memo, CancellationToken.None)).TryGet(out _, out failure));
        }

        Assert.Equal((UpstreamFailureKind.Unavailable, "X-111"), (failure!.Kind, failure.Code));
        Assert.Contains("Outgoing:AllowPrivate", failure.Detail, StringComparison.Ordinal);
        Assert.Equal(0, canary.Connections);
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_not_an_order()
    {
        await using var inside = RawServer.Saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var front = RawServer.Saying($"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inside.Port}/\r\nContent-Length: 0\r\n\r\n");
        using var guard = Guard(true);
        using var answer = await guard.Client.GetAsync(new Uri($"http://127.0.0.1:{front.Port}/"));
        Assert.Equal((302, 0), ((int)answer.StatusCode, inside.Connections));
    }

    [Fact]
    public async Task Cookies_of_an_upstream_are_neither_kept_nor_sent_and_nothing_traces_us()
    {
        await using var server = RawServer.Saying("HTTP/1.1 200 OK\r\nSet-Cookie: guest_id=1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var guard = Guard(true);
        using var activity = new System.Diagnostics.Activity("sign-in").Start();
        for (var i = 0; i < 2; i++)
        {
            using var answer = await guard.Client.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/"));
        }

        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.DoesNotContain("cookie", request, StringComparison.OrdinalIgnoreCase));
        Assert.All(server.Requests, request => Assert.DoesNotContain("traceparent", request, StringComparison.OrdinalIgnoreCase));
    }

    private static OutgoingHttp Guard(bool allowLoopback, string? allowPrivate = null)
    {
        var values = new Dictionary<string, string?> { ["Url"] = "https://id.test", ["Listen"] = "http://127.0.0.1:1", ["Outgoing:AllowPrivate"] = allowPrivate };
        var settings = HostSettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), out var wrong);
        Assert.True(settings is not null, string.Join('\n', wrong));
        return new OutgoingHttp(settings, () => allowLoopback);
    }
}
