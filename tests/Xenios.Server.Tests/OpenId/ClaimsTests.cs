using System.Text.Json;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Claims asked for one by one (OpenID Connect Core §5.5; standards CLM-01, CLM-04, PRM-06, PRM-08).</summary>
public sealed class ClaimsTests : IAsyncLifetime
{
    private XeniosHost _host = null!;

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync(options => options.Resources = TokenResources.Yaml);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact] // CLM-01: in the ID token, at userinfo, and after a refresh
    public async Task Claims_come_where_they_were_asked_for_also_after_a_refresh()
    {
        var shop = new RelyingParty(_host);
        var tokens = await shop.SignInAndRedeemAsync(
            _host.NewBrowser(),
            "ada",
            ("scope", "openid offline_access"),
            ("claims", """{"id_token":{"name":{"essential":true},"x_handle":null,"auth_time":{"essential":true}},"userinfo":{"email":null,"unheard_of":{"essential":true}}}"""));
        foreach (var answer in (TokenAnswer[])[tokens, await shop.RefreshAsync(tokens.RefreshToken)])
        {
            var claims = Jwt.Payload(answer.IdToken);
            Assert.Equal(("Ada Byström", "ada_bystrom"), (claims.GetProperty("name").GetString(), claims.GetProperty("x_handle").GetString()));
            Assert.True(claims.TryGetProperty("auth_time", out _));
            Assert.False(claims.TryGetProperty("email", out _) || claims.TryGetProperty("picture", out _));
            var info = (await shop.UserInfoAsync(answer.AccessToken)).Json;
            Assert.Equal(["sub", "email"], info.EnumerateObject().Select(member => member.Name));
        }
    }

    [Fact] // CLM-01: besides what the scopes give, not instead of it
    public async Task Claims_come_besides_those_of_the_scopes()
    {
        var shop = new RelyingParty(_host);
        var tokens = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", ("scope", "openid email"), ("claims", """{"userinfo":{"name":null}}"""));
        Assert.Equal(["sub", "name", "email", "email_verified"], (await shop.UserInfoAsync(tokens.AccessToken)).Json.EnumerateObject().Select(member => member.Name));
    }

    [Fact] // never more than the client may have
    public async Task Claim_of_a_scope_that_the_client_may_not_have_is_not_given()
    {
        await _host.ApplyAsync(TokenResources.Yaml.Replace("[openid, profile, email, offline_access, orders:read]", "[openid, profile]", StringComparison.Ordinal));
        var shop = new RelyingParty(_host);
        var tokens = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", ("scope", "openid"), ("claims", """{"id_token":{"email":null},"userinfo":{"email":null,"email_verified":null,"x_id":null}}"""));
        Assert.False(Jwt.Payload(tokens.IdToken).TryGetProperty("email", out _));
        Assert.Equal(["sub", "x_id"], (await shop.UserInfoAsync(tokens.AccessToken)).Json.EnumerateObject().Select(member => member.Name));
    }

    [Theory] // CLM-01, CLM-04, PRM-08
    [InlineData("null members", """{"id_token":null,"userinfo":null}""", null)]
    [InlineData("language tags", """{"userinfo":{"name#ja":{"essential":true}}}""", null)]
    [InlineData("a value that is not so", """{"userinfo":{"name":{"essential":true,"value":"Nobody"}}}""", null)]
    [InlineData("a class that is wished for", """{"id_token":{"acr":{"values":["1"]}}}""", null)]
    [InlineData("a class that is insisted on", """{"id_token":{"acr":{"essential":true,"values":["1"]}}}""", "unmet_authentication_requirements")]
    [InlineData("no object", "[]", "invalid_request")]
    [InlineData("no JSON", "{", "invalid_request")]
    [InlineData("a member twice", """{"userinfo":{},"userinfo":{}}""", "invalid_request")]
    public async Task Malformed_claims_are_refused_and_unmet_ones_are_not(string what, string claims, string? error)
    {
        var shop = new RelyingParty(_host);
        var back = await shop.SignInAsync(_host.NewBrowser(), "ada", ("claims", claims));
        if (error is null)
        {
            Assert.True(back.LocationParameter("code") is not null, what);
        }
        else
        {
            Expect.ErrorAtClient(back, shop, error);
        }
    }

    [Fact] // CLM-01, PAR-02: the same through a pushed request
    public async Task Pushed_request_carries_claims_and_hint_and_is_refused_at_once_when_they_are_wrong()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var before = await shop.SignInAndRedeemAsync(browser);
        var good = await PushAsync(shop, ("scope", "openid"), ("claims", """{"id_token":{"email":null}}"""), ("id_token_hint", before.IdToken), ("prompt", "none"));
        Assert.Equal(201, good.Status);
        var uri = Uri.EscapeDataString(good.Json.GetProperty("request_uri").GetString()!);
        var back = await browser.GetAsync($"{XeniosHost.Url}/oauth2/authorize?client_id=shop&request_uri={uri}");
        Assert.Equal("ada@example.com", Jwt.Payload((await shop.RedeemAsync(back.LocationParameter("code"))).IdToken).GetProperty("email").GetString());

        foreach (var (name, value, error) in (IReadOnlyList<(string, string, string)>)
            [("claims", "[]", "invalid_request"), ("id_token_hint", before.AccessToken, "invalid_request"), ("prompt", "none login", "invalid_request"), ("max_age", "-1", "invalid_request"),
             ("claims", """{"id_token":{"acr":{"essential":true,"value":"1"}}}""", "unmet_authentication_requirements")])
        {
            var (status, json) = await PushAsync(shop, (name, value));
            Assert.Equal((400, error), (status, json.GetProperty("error").GetString()));
        }

        // Finn is signed in where Ada was named: the rules of a direct request hold.
        var other = _host.NewBrowser();
        await shop.SignInAsync(other, "finn");
        var named = await PushAsync(shop, ("id_token_hint", before.IdToken), ("prompt", "none"));
        uri = Uri.EscapeDataString(named.Json.GetProperty("request_uri").GetString()!);
        Expect.ErrorAtClient(await other.GetAsync($"{XeniosHost.Url}/oauth2/authorize?client_id=shop&request_uri={uri}"), shop, "login_required");
    }

    private async Task<(int Status, JsonElement Json)> PushAsync(RelyingParty shop, params (string Name, string? Value)[] changes)
    {
        var query = Protocol.Parameters.ParseForm(new Uri(shop.AuthorizeUrl(changes)).Query.AsSpan(1));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/par") { Content = new FormUrlEncodedContent(query.Pairs) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{shop.ClientId}:{shop.Secret}")));
        using var client = _host.NewClient();
        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }
}
