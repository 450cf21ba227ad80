using Microsoft.IdentityModel.JsonWebTokens;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Clients acting for themselves, and resource indicators: RFC 6749 §4.4, RFC 8707, standards CCG-01, RES-01, threats E10.</summary>
public sealed class ClientCredentialsTests : IAsyncLifetime
{
    private XeniosHost _host = null!;
    private RelyingParty _machine = null!;

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync(options => options.Resources = TokenResources.Yaml);
        _machine = new RelyingParty(_host) { ClientId = "machine", Secret = TokenResources.MachineSecret };
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_machine_gets_an_access_token_for_its_API_and_nothing_of_a_person()
    {
        var answer = await AskAsync();
        Assert.Equal(200, answer.Status);
        Assert.Null(answer.Text("id_token"));
        Assert.Null(answer.RefreshToken);
        var token = new JsonWebToken(answer.AccessToken);
        Assert.Equal("client:machine", token.Subject);
        Assert.Equal("https://api.shop.test", Assert.Single(token.Audiences));
        Assert.Equal("orders:read orders:write", token.GetPayloadValue<string>("scope"));
        Assert.Equal("at+jwt", token.Typ);
        Assert.Equal(TimeSpan.FromSeconds(120), token.ValidTo - token.IssuedAt);
        Assert.Equal(401, (await _machine.UserInfoAsync(answer.AccessToken)).Status);
    }

    [Theory]
    [InlineData("scope", "openid", "invalid_scope")]
    [InlineData("scope", "orders:read offline_access", "invalid_scope")]
    [InlineData("scope", "orders:delete", "invalid_scope")]
    [InlineData("resource", "https://api.other.test", "invalid_target")]
    [InlineData("resource", "not a uri", "invalid_target")]
    public async Task What_is_not_its_own_is_refused(string name, string value, string error) => Assert.Equal(error, (await AskAsync((name, value))).Error);

    [Fact]
    public async Task A_client_of_another_kind_may_not() =>
        Assert.Equal("unauthorized_client", (await new RelyingParty(_host).RedeemAsync(null, ("grant_type", "client_credentials"))).Error);

    [Fact]
    public async Task A_resource_named_in_the_authorization_becomes_the_audience_and_the_token_request_may_only_narrow_it()
    {
        var shop = new RelyingParty(_host);
        var page = await shop.SignInAsync(_host.NewBrowser(), "ada", ("resource", "https://api.shop.test"));
        var code = page.LocationParameter("code");
        Assert.Equal("invalid_target", (await shop.RedeemAsync(code, ("resource", "https://api2.shop.test"))).Error);
        var again = await shop.RedeemAsync((await shop.SignInAsync(_host.NewBrowser(), "ada", ("resource", "https://api.shop.test"))).LocationParameter("code"));
        Assert.Equal("https://api.shop.test", Assert.Single(new JsonWebToken(again.AccessToken).Audiences));
        Assert.Equal(401, (await shop.UserInfoAsync(again.AccessToken)).Status);
    }

    [Fact]
    public async Task An_unknown_resource_is_refused_by_redirect()
    {
        var page = await _host.NewBrowser().GoAsync(new RelyingParty(_host).AuthorizeUrl(("resource", "https://evil.test")));
        Assert.Equal("invalid_target", page.LocationParameter("error"));
    }

    private Task<TokenAnswer> AskAsync(params (string Name, string? Value)[] changes) =>
        _machine.RedeemAsync(null, [("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null), .. changes]);
}
