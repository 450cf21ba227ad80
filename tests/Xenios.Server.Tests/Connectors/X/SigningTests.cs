using Xenios.Protocol.OAuth1;
using Xenios.Testing;

namespace Xenios.Server.Tests.Connectors.X;

/// <summary>Signatures of OAuth 1.0a through the pipeline, where the sandbox checks every one, and what the log may not say (threats B08).</summary>
public sealed class SigningTests(BothGenerations rig) : IClassFixture<BothGenerations>
{
    private readonly XeniosHost _host = rig.Host;

    [Fact]
    public async Task Nonces_never_repeat_and_times_are_ours()
    {
        for (var i = 0; i < 20; i++)
        {
            await BothGenerations.ClaimsAsync(_host, BothGenerations.One);
        }

        var headers = _host.Upstreams.Authorizations.Where(header => header.StartsWith("OAuth ", StringComparison.Ordinal)).Select(header => AuthorizationHeader.Parse(header)!.ToDictionary(pair => pair.Key, pair => pair.Value)).ToList();
        Assert.True(headers.Count >= 60);
        Assert.Equal(headers.Count, headers.Select(header => header["oauth_nonce"]).Distinct(StringComparer.Ordinal).Count());
        Assert.All(headers, header => Assert.True(header["oauth_nonce"].Length >= 22 && header["oauth_nonce"].All(char.IsAscii)));
        Assert.All(headers, header => Assert.Equal(("HMAC-SHA1", "1.0"), (header["oauth_signature_method"], header["oauth_version"])));
        Assert.All(headers, header => Assert.DoesNotContain("oauth_token_secret", header.Keys));
    }

    [Fact]
    public async Task The_browser_is_sent_the_token_and_never_its_secret()
    {
        var x = await BothGenerations.LeaveAsync(_host, _host.NewBrowser(), BothGenerations.One);
        Assert.Equal("oauth_token", Assert.Single(System.Web.HttpUtility.ParseQueryString(x.Url.Query).AllKeys));
    }

    // XD-42, XD-44: everything an operator needs, nothing a thief could use.
    [Theory]
    [InlineData(BothGenerations.Two, "token", "users_me")]
    [InlineData(BothGenerations.One, "access_token", "verify_credentials")]
    public async Task The_log_holds_no_secret_token_verifier_code_cookie_or_address(string connection, string exchange, string profile)
    {
        var secrets = new HashSet<string>(StringComparer.Ordinal);
        _host.Upstreams.Intercept = async (request, ct) =>
        {
            if (request.Headers.Authorization?.Parameter is { } proof)
            {
                secrets.Add(proof);
            }

            if (request.Content is not null)
            {
                await request.Content.LoadIntoBufferAsync(ct);
                var sent = Xenios.Protocol.Parameters.ParseForm(await request.Content.ReadAsStringAsync(ct));
                secrets.UnionWith(new[] { sent["code"], sent["code_verifier"], sent["oauth_verifier"], sent["oauth_token"] }.OfType<string>());
            }

            return null;
        };
        string[] kinds = ["", "unauthorized", "server_error", "malformed", "drop", "rate_limited"];
        foreach (var (endpoint, kind) in from endpoint in new[] { exchange, profile } from kind in kinds select (endpoint, kind))
        {
            _host.Clock.Advance(TimeSpan.FromMinutes(16));
            await _host.NoFaultsAsync();
            if (kind.Length > 0)
            {
                await _host.FaultAsync(endpoint, $$"""{"kind": "{{kind}}"}""");
            }

            var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
            var x = await BothGenerations.LeaveAsync(_host, browser, connection, shop);
            secrets.UnionWith(System.Web.HttpUtility.ParseQueryString(x.Url.Query) is var query ? new[] { query["state"], query["oauth_token"] }.OfType<string>() : []);
            var back = await browser.PickAsync(x, "ada");
            secrets.UnionWith(browser.CookiesOf("id.test").Where(cookie => !cookie.Key.Contains("last", StringComparison.Ordinal)).Select(cookie => cookie.Value));
            if (back.LocationParameter("code") is { } code)
            {
                secrets.Add(code);
                var tokens = await shop.RedeemAsync(code);
                secrets.UnionWith([tokens.AccessToken, tokens.IdToken, shop.Verifier]);
            }
        }

        _host.Upstreams.Intercept = null;
        await _host.NoFaultsAsync();
        foreach (var app in (await _host.SandboxStateAsync()).GetProperty("apps").EnumerateArray())
        {
            secrets.UnionWith([app.GetProperty("client_secret").GetString()!, app.GetProperty("api_key_secret").GetString()!]);
        }

        secrets.UnionWith(["shop-secret-0123456789-abcdefghijklmnop", "ada@example.com"]);
        Assert.True(secrets.Count > 40, $"only {secrets.Count} values were collected");
        var log = string.Join('\n', _host.Log.Lines);
        Assert.All(secrets, secret => Assert.False(log.Contains(secret, StringComparison.Ordinal), "a secret stands in the log"));
    }
}
