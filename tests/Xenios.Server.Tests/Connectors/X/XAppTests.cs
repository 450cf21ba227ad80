using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Environments;
using Xenios.Server.Storage;
using Xenios.Testing;

namespace Xenios.Server.Tests.Connectors.X;

/// <summary>Apps of one's own at X, public and confidential, and what a change of app, protocol or hosts means for people: nothing (x-platform §1.2, §4.4; BRK-01).</summary>
public sealed class XAppTests : IAsyncLifetime
{
    private const string Shop =
        """
        applications:
          - client_id: shop
            name: Shop
            type: web
            client_secret: shop-secret-0123456789-abcdefghijklmnop
            redirect_uris: [https://rp.test/cb]
            grant_types: [authorization_code]
            scopes: [openid, profile, email]
            connections: [x]
        connections:
        """;

    private const string Hosts = $$"""hosts: { web: {{XeniosHost.SandboxUrl}}, api: {{XeniosHost.SandboxUrl}} }""";

    private XeniosHost _host = null!;

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync(options => options.Resources = Shop + "\n  - { slug: x, kind: x, name: X }\n");

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("web", true)]
    [InlineData("bot", true)]
    [InlineData("native", false)]
    [InlineData("spa", false)]
    public async Task An_app_of_every_type_signs_people_in_and_proves_itself_as_X_demands(string type, bool basic)
    {
        var app = await _host.AddAppAsync(type);
        await _host.ApplyAsync(OAuth2(app));
        var claims = await BothGenerations.ClaimsAsync(_host, "x");
        Assert.Equal("1846092417305964545", claims["x_id"]);
        Assert.Equal(basic, _host.Upstreams.Authorizations.Any(header => header.StartsWith("Basic ", StringComparison.Ordinal)));
        Assert.Equal(["https://x.com"], await _host.QueryAsync("SELECT issuer FROM linked_identities"));
    }

    [Fact]
    public async Task The_built_in_app_is_of_the_sandbox_alone_and_its_people_never_equal_real_ones()
    {
        var inSandbox = await BothGenerations.ClaimsAsync(_host, "x");
        Assert.Equal(["sandbox"], await _host.QueryAsync("SELECT issuer FROM linked_identities"));
        await _host.ApplyAsync(OAuth2(await _host.AddAppAsync("web")));
        var real = await BothGenerations.ClaimsAsync(_host, "x");
        Assert.NotEqual(inSandbox["sub"], real["sub"]);
    }

    [Fact]
    public async Task Neither_another_protocol_nor_another_app_nor_other_hosts_change_who_somebody_is()
    {
        var (first, second) = (await _host.AddAppAsync("web"), await _host.AddAppAsync("native"));
        string[] stages =
        [
            OAuth2(first),
            OAuth1(first),
            OAuth2(second),
            OAuth1(second),
            OAuth2(first).Replace($"api: {XeniosHost.SandboxUrl}", "api: https://api.x.com", StringComparison.Ordinal),
            OAuth2(first).Replace(Hosts, "callback_style: commonauth, " + Hosts, StringComparison.Ordinal),
        ];
        _host.Upstreams.Intercept = (request, _) =>
        {
            // X's own name, answered here.
            request.RequestUri = new Uri(new Uri(XeniosHost.SandboxUrl), request.RequestUri!.PathAndQuery);
            request.Headers.Host = null;
            return Task.FromResult<HttpResponseMessage?>(null);
        };
        object? subject = null;
        foreach (var stage in stages)
        {
            await _host.RestartAsync(options => options.Resources = stage);
            var claims = await BothGenerations.ClaimsAsync(_host, "x");
            subject ??= claims["sub"];
            Assert.Equal((subject, "1846092417305964545"), (claims["sub"], claims["x_id"]));
        }

        Assert.Equal(["1"], await _host.QueryAsync("SELECT COUNT(*) FROM users"));
        Assert.Equal(["1"], await _host.QueryAsync("SELECT COUNT(*) FROM linked_identities"));
    }

    [Theory]
    [InlineData("callback_style: commonauth", "https://id.test/commonauth")]
    [InlineData("policy: { preset: wso2, jit: on }", "https://id.test/commonauth")]
    [InlineData("policy: { preset: wso2, jit: on }, callback_style: login_callback", "https://id.test/login/callback")]
    [InlineData("description: x", "https://id.test/login/callback")]
    public async Task The_callback_is_the_configured_one_and_both_paths_answer(string setting, string expected)
    {
        var resources = Shop + $"\n  - {{ slug: x, kind: x, name: X, protocol: oauth2, {setting} }}\n";
        await _host.ApplyAsync(resources);
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var x = await BothGenerations.LeaveAsync(_host, browser, "x", shop);
        var query = System.Web.HttpUtility.ParseQueryString(x.Url.Query);
        Assert.Equal(expected, query["redirect_uri"]);

        // Whichever of the two the browser is sent to, the visit is found by its key.
        var back = await browser.GoAsync(x.Url + "&sandbox_person=ada");
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);
        var other = expected.EndsWith("commonauth", StringComparison.Ordinal) ? "/login/callback" : "/commonauth";
        browser = _host.NewBrowser();
        x = await browser.GoAsync(shop.AuthorizeUrl(("connection", "x")));
        var answer = await browser.GetAsync(x.Url + "&sandbox_person=ada");
        back = await browser.GoAsync(XeniosHost.Url + other + answer.Location!.Query);
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);
    }

    [Fact]
    public async Task The_wso2_preset_speaks_the_first_generation_unless_told_otherwise()
    {
        await _host.ApplyAsync(Shop + "\n  - { slug: x, kind: x, name: X, policy: { preset: wso2, jit: on } }\n");
        await BothGenerations.ClaimsAsync(_host, "x");
        Assert.Contains(("POST", "/oauth/request_token"), _host.Upstreams.Calls);
    }

    // Before: the server accepted the file, offered the connection and broke with a 500 when it was used.
    [Fact]
    public async Task A_key_of_the_first_generation_needs_its_own_secret_whatever_else_is_stored()
    {
        await _host.ApplyAsync(OAuth2(await _host.AddAppAsync("web")));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => _host.ApplyAsync(
            Shop + "\n  - { slug: x, kind: x, name: X, protocol: oauth1a, api_key: abcdefghijklmnopqrstuvwxy }\n"));
        Assert.Contains("api_key_secret", error.Message, StringComparison.Ordinal);
    }

    // A row may be older than that rule.
    [Fact]
    public async Task A_stored_key_without_its_secret_is_not_offered()
    {
        await _host.Services.GetRequiredService<Database>().WriteAsync(
            scope => scope.Connection.ExecuteAsync(
                "UPDATE connections SET settings = json_set(settings, '$.protocol', 'oauth1a', '$.api_key', 'abcdefghijklmnopqrstuvwxy')", null, scope.Transaction),
            CancellationToken.None);
        await _host.Services.GetRequiredService<SnapshotCache>().ReloadAsync(CancellationToken.None);
        var page = await BothGenerations.LeaveAsync(_host, _host.NewBrowser(), "x");
        Assert.Equal(("S08", "no_way_in", 503), (page.Id, page.Error, (int)page.Status));
    }

    [Fact]
    public async Task The_secret_of_one_app_is_never_sent_with_the_id_of_another()
    {
        var (confidential, native) = (await _host.AddAppAsync("web"), await _host.AddAppAsync("native"));
        await _host.ApplyAsync(OAuth2(confidential));
        await _host.ApplyAsync(OAuth2(native));
        await BothGenerations.ClaimsAsync(_host, "x");
        Assert.DoesNotContain(_host.Upstreams.Authorizations, header => header.StartsWith("Basic ", StringComparison.Ordinal));

        // An export without secrets applies again and keeps them.
        await _host.ApplyAsync(OAuth2(confidential));
        await _host.ApplyAsync(Shop + $"\n  - {{ slug: x, kind: x, name: X, client_id: {Text(confidential, "client_id")}, {Hosts} }}\n");
        await BothGenerations.ClaimsAsync(_host, "x");
        Assert.Contains(_host.Upstreams.Authorizations, header => header.StartsWith("Basic ", StringComparison.Ordinal));
    }

    // BRK-01: nothing in a request moves the callback.
    [Fact]
    public async Task Headers_of_a_request_do_not_move_the_callback()
    {
        using var client = _host.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new RelyingParty(_host).AuthorizeUrl(("connection", "x")));
        request.Headers.Add("X-Forwarded-Host", "evil.test");
        request.Headers.Add("X-Forwarded-Proto", "http");
        request.Headers.Add("X-Forwarded-Prefix", "/evil");
        request.Headers.Add("Forwarded", "host=evil.test;proto=http");
        request.Headers.Add("X-Original-Host", "evil.test");
        using var answer = await client.SendAsync(request);
        Assert.Equal("https://id.test/login/callback", System.Web.HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["redirect_uri"]);
    }

    private static string Text(JsonElement app, string name) => app.GetProperty(name).GetString() ?? "";

    private static string OAuth2(JsonElement app) =>
        Shop + $"\n  - {{ slug: x, kind: x, name: X, protocol: oauth2, client_id: {Text(app, "client_id")}, client_secret: \"{Text(app, "client_secret")}\", {Hosts} }}\n";

    private static string OAuth1(JsonElement app) =>
        Shop + $"\n  - {{ slug: x, kind: x, name: X, protocol: oauth1a, api_key: {Text(app, "api_key")}, api_key_secret: {Text(app, "api_key_secret")}, {Hosts} }}\n";
}
