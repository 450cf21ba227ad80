using Xenios.Testing;

namespace Xenios.Server.Tests.Management;

/// <summary>Who may call the management API, and what for (decisions 2 and 3; threats L01, L06).</summary>
public sealed class CallerTests : IAsyncLifetime
{
    private const string Secret = "machine-secret-0123456789-abcdefghijkl";
    private const string Machines =
        $"""
        environment: {"{"} slug: default {"}"}
        applications:
          - {"{"} client_id: reader, type: machine, client_secret: {Secret}, scopes: ["manage:read"] {"}"}
          - {"{"} client_id: writer, type: machine, client_secret: {Secret}, scopes: ["manage:read", "manage:write"] {"}"}
          - {"{"} client_id: other, type: machine, client_secret: {Secret}, scopes: ["orders:read"] {"}"}
        """;

    private XeniosHost _host = null!;

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync(options => options.MoreResources.AddRange([Machines, "environment: { slug: two }"]));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("reader", "GET", 200, null)]
    [InlineData("reader", "POST", 403, "insufficient_scope")]
    [InlineData("writer", "GET", 200, null)]
    [InlineData("writer", "POST", 200, null)]
    [InlineData("other", "GET", 403, "insufficient_scope")]
    public async Task Machine_may_do_what_its_scopes_say(string client, string method, int status, string? code)
    {
        using var api = new ManagementClient(_host, await TokenAsync(client));
        var answer = await api.SendAsync(method, method == "GET" ? "/keys" : "/keys/rotate");
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(status == 403, answer.Challenge.Contains("insufficient_scope", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scope_taken_from_a_machine_is_gone_from_its_tokens_at_once()
    {
        using var api = new ManagementClient(_host, await TokenAsync("writer"));
        Assert.Equal(200, (await api.GetAsync("/keys")).Status);
        await _host.ApplyAsync(Machines.Replace("[\"manage:read\", \"manage:write\"]", "[\"orders:read\"]", StringComparison.Ordinal));
        Assert.Equal(403, (await api.GetAsync("/keys")).Status);
    }

    [Fact]
    public async Task Machine_of_one_environment_is_nobody_in_another()
    {
        using var api = new ManagementClient(_host, await TokenAsync("writer"), "/e/two");
        var answer = await api.GetAsync("/keys");
        Assert.Equal((401, "unauthorized"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Token_of_a_person_is_refused()
    {
        var tokens = await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser());
        foreach (var token in (string[])[tokens.AccessToken, tokens.IdToken, "x", ""])
        {
            using var api = new ManagementClient(_host, token);
            var answer = await api.GetAsync("/keys");
            Assert.Equal((401, "unauthorized"), (answer.Status, answer.Code));
            Assert.StartsWith("Bearer", answer.Challenge, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Only_a_machine_may_have_the_scopes_of_the_management_API()
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => _host.ApplyAsync(
            "applications: [{ client_id: web, type: web, client_secret: " + Secret + ", redirect_uris: [https://web.test/cb], scopes: [openid, \"manage:read\"] }]"));
        Assert.Contains("type machine", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "", 404)]
    [InlineData("DELETE", "/keys", 405)]
    public async Task What_is_not_there_is_a_problem_too(string method, string path, int status)
    {
        using var api = new ManagementClient(_host);
        Assert.Equal(status, (await api.SendAsync(method, path)).Status);
    }

    private async Task<string> TokenAsync(string client) =>
        (await new RelyingParty(_host) { ClientId = client, Secret = Secret }.RedeemAsync(null, [("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null)])).AccessToken;
}
