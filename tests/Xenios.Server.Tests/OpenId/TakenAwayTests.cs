using Microsoft.IdentityModel.JsonWebTokens;
using Xenios.Server.Tests.SignIn.Gates;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>APIs are what was authorized and is still the application's; claims too (RFC 8707 §2.2; standards RES-01, RFT-02; threats E05, D08).</summary>
public sealed class TakenAwayTests : IAsyncLifetime
{
    private const string Api = "https://api.shop.test";
    private const string Second = "https://api2.shop.test";
    private const string Both = "[https://api.shop.test, https://api2.shop.test]";

    private static readonly (string Name, string? Value) Offline = ("scope", "openid profile email offline_access");

    private XeniosHost _host = null!;
    private RelyingParty _shop = null!;

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync(options => options.Resources = TokenResources.Yaml);
        _shop = new RelyingParty(_host);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact] // RES-01: a subset of nothing is nothing
    public async Task API_that_was_not_named_in_the_authorization_cannot_be_named_later()
    {
        var code = (await _shop.SignInAsync(_host.NewBrowser(), "ada", Offline)).LocationParameter("code");
        Assert.Equal("invalid_target", (await _shop.RedeemAsync(code, ("resource", Api))).Error);

        var tokens = await _shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        Assert.Equal("invalid_target", (await _shop.RefreshAsync(tokens.RefreshToken, ("resource", Api))).Error);
        var renewed = await _shop.RefreshAsync(tokens.RefreshToken);
        Assert.Equal("https://id.test/oauth2/userinfo", Assert.Single(new JsonWebToken(renewed.AccessToken).Audiences));
    }

    [Fact] // RES-01, D08: the person said yes to no API
    public async Task Consent_is_not_gone_round_by_naming_an_API_later()
    {
        await using var host = await ConsentHost.StartAsync();
        var (shop, browser) = (new RelyingParty(host), host.NewBrowser());
        var back = await ConsentHost.AnswerAsync(browser, await shop.SignInAsync(browser, "ada", ("scope", "openid orders:read")), "allow");
        Assert.Equal("invalid_target", (await shop.RedeemAsync(back.LocationParameter("code"), ("resource", Api))).Error);
    }

    [Fact] // RES-01, E05
    public async Task API_taken_from_the_application_is_gone_from_its_next_tokens()
    {
        var first = await TwoApisAsync();
        await TakeAsync($"[{Second}]");
        var second = await _shop.RefreshAsync(first.RefreshToken);
        Assert.Equal([Second], new JsonWebToken(second.AccessToken).Audiences);
        Assert.Equal("invalid_target", (await _shop.RefreshAsync(second.RefreshToken, ("resource", Api))).Error);
        Assert.Equal(200, (await _shop.RefreshAsync(second.RefreshToken, ("resource", Second))).Status);
    }

    [Fact] // E05: and where nothing is left the grant is worth nothing, but not lost if it was a mistake
    public async Task Grant_whose_every_API_was_taken_is_invalid_until_one_is_given_back()
    {
        var first = await TwoApisAsync();
        var code = (await _shop.SignInAsync(_host.NewBrowser(), "ada", ("resource", Api))).LocationParameter("code");
        await TakeAsync("[]");
        Assert.Equal("invalid_grant", (await _shop.RefreshAsync(first.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await _shop.RedeemAsync(code)).Error);
        await TakeAsync($"[{Api}]");
        Assert.Equal([Api], new JsonWebToken((await _shop.RefreshAsync(first.RefreshToken)).AccessToken).Audiences);
    }

    [Fact] // RES-01
    public async Task Token_request_may_name_a_part_of_what_was_authorized_and_the_next_one_another()
    {
        var first = await TwoApisAsync();
        Assert.Equal([Api, Second], new JsonWebToken(first.AccessToken).Audiences);
        var narrowed = await _shop.RefreshAsync(first.RefreshToken, ("resource", Second));
        Assert.Equal([Second], new JsonWebToken(narrowed.AccessToken).Audiences);
        Assert.Equal([Api, Second], new JsonWebToken((await _shop.RefreshAsync(narrowed.RefreshToken)).AccessToken).Audiences);
    }

    [Fact] // E05: a claim asked for by name is of a scope, too
    public async Task Claim_of_a_scope_taken_from_the_application_is_gone_from_its_next_tokens()
    {
        var first = await _shop.SignInAndRedeemAsync(
            _host.NewBrowser(), "ada", ("scope", "openid offline_access"), ("claims", """{"id_token":{"email":null,"x_handle":null},"userinfo":{"email":null,"name":null}}"""));
        Assert.True(Jwt.Payload(first.IdToken).TryGetProperty("email", out _));
        await _host.ApplyAsync(TokenResources.Yaml.Replace("[openid, profile, email, offline_access, orders:read]", "[openid, profile, offline_access]", StringComparison.Ordinal));
        var second = await _shop.RefreshAsync(first.RefreshToken);
        Assert.False(Jwt.Payload(second.IdToken).TryGetProperty("email", out _));
        Assert.True(Jwt.Payload(second.IdToken).TryGetProperty("x_handle", out _));
        Assert.Equal(["sub", "name"], (await _shop.UserInfoAsync(second.AccessToken)).Json.EnumerateObject().Select(member => member.Name));
    }

    private async Task<TokenAnswer> TwoApisAsync()
    {
        // The walk names a parameter once; resource may come several times.
        var browser = _host.NewBrowser();
        await _shop.SignInAsync(browser);
        var page = await browser.GetAsync(_shop.AuthorizeUrl(Offline, ("resource", Api)) + "&resource=" + Uri.EscapeDataString(Second));
        return await _shop.RedeemAsync(page.LocationParameter("code"));
    }

    private Task TakeAsync(string left) => _host.ApplyAsync(TokenResources.Yaml.Replace($"resources: {Both}", $"resources: {left}", StringComparison.Ordinal));
}
