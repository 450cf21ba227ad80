using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xenios.Protocol;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Pushed requests, revocation and introspection: RFC 9126, RFC 7009, RFC 7662; threats D10, E11; standards PAR-01 … PAR-04, REV-01, INT-01.</summary>
public class ClientEndpointTests : IAsyncLifetime
{
    private const string Prefix = "urn:ietf:params:oauth:request_uri:";

    private static readonly (string Name, string? Value) Offline = ("scope", "openid profile email offline_access");

    private XeniosHost _host = null!;

    protected virtual string? Postgres => null;

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync(options =>
    {
        options.Postgres = Postgres;
        options.Resources = TokenResources.Yaml;
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_pushed_request_is_answered_with_201_and_signs_in_with_nothing_but_its_name()
    {
        var shop = new RelyingParty(_host);
        var (status, json) = await PushAsync(shop);
        Assert.Equal(201, status);
        Assert.InRange(json.GetProperty("expires_in").GetInt32(), 1, 90);
        var page = await WalkAsync(shop, json.GetProperty("request_uri").GetString()!);
        Assert.Equal(shop.State, page.LocationParameter("state"));
        Assert.Equal(200, (await shop.RedeemAsync(page.LocationParameter("code"))).Status);
    }

    [Fact]
    public async Task Its_page_may_be_opened_twice_before_the_sign_in_and_not_after_it()
    {
        var shop = new RelyingParty(_host);
        var uri = (await PushAsync(shop)).Json.GetProperty("request_uri").GetString()!;
        var browser = _host.NewBrowser();
        Assert.Equal("S03", (await browser.GoAsync(Url(shop, uri))).Id);
        Assert.NotNull((await WalkAsync(shop, uri, browser)).LocationParameter("code"));
        var again = await browser.GoAsync(Url(shop, uri));
        Assert.Equal(("S64", "invalid_request_uri"), (again.Id, again.Error));
        Assert.Null(again.Location);
    }

    [Fact]
    public async Task An_expired_or_foreign_or_unknown_name_is_a_page()
    {
        var shop = new RelyingParty(_host);
        var uri = (await PushAsync(shop)).Json.GetProperty("request_uri").GetString()!;
        var browser = _host.NewBrowser();
        Assert.Equal("invalid_request_uri", (await browser.GoAsync($"{XeniosHost.Url}/oauth2/authorize?client_id=second&request_uri={Uri.EscapeDataString(uri)}")).Error);
        Assert.Equal("invalid_request_uri", (await browser.GoAsync(Url(shop, Prefix + "unknown"))).Error);
        _host.Clock.Advance(TimeSpan.FromSeconds(91));
        Assert.Equal("invalid_request_uri", (await browser.GoAsync(Url(shop, uri))).Error);
    }

    [Fact]
    public async Task A_sign_in_that_takes_longer_than_the_name_lives_still_ends_well()
    {
        var shop = new RelyingParty(_host);
        var browser = _host.NewBrowser();
        var page = await browser.GoAsync(Url(shop, (await PushAsync(shop)).Json.GetProperty("request_uri").GetString()!));
        _host.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.NotNull((await browser.PickAsync(await browser.LeaveAsync(page), "ada")).LocationParameter("code"));
    }

    [Theory]
    [InlineData("redirect_uri", "https://evil.test/cb", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request")]
    [InlineData("client_id", "second", "invalid_request")]
    public async Task What_authorize_refuses_is_refused_when_pushed(string name, string? value, string error)
    {
        var (status, json) = await PushAsync(new RelyingParty(_host), (name, value));
        Assert.Equal((400, error), (status, json.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_client_that_must_push_is_refused_when_it_does_not()
    {
        await using var host = await XeniosHost.StartAsync(options =>
            options.Resources = TokenResources.Yaml.Replace("refresh_rotation: false", "require_pushed_authorization_requests: true", StringComparison.Ordinal));
        var second = new RelyingParty(host) { ClientId = "second", Secret = TokenResources.SecondSecret, RedirectUri = "https://second.test/cb" };
        Assert.Equal("invalid_request", (await host.NewBrowser().GoAsync(second.AuthorizeUrl())).LocationParameter("error"));
    }

    [Fact]
    public async Task An_unauthenticated_client_pushes_nothing()
    {
        var (status, json) = await PostAsync("/oauth2/par", "shop", "wrong", []);
        Assert.Equal((401, "invalid_client"), (status, json.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_revoked_refresh_token_ends_its_access_tokens_too()
    {
        var shop = new RelyingParty(_host);
        var tokens = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        Assert.True((await IntrospectAsync(tokens.RefreshToken!)).GetProperty("active").GetBoolean());
        Assert.Equal(200, (await PostAsync("/oauth2/revoke", "shop", shop.Secret!, [new("token", tokens.RefreshToken), new("token_type_hint", "access_token")])).Status);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(401, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.False((await IntrospectAsync(tokens.AccessToken)).GetProperty("active").GetBoolean());
        Assert.False((await IntrospectAsync(tokens.RefreshToken!)).GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task A_revoked_access_token_dies_alone()
    {
        var shop = new RelyingParty(_host);
        var tokens = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        await PostAsync("/oauth2/revoke", "shop", shop.Secret!, [new("token", tokens.AccessToken)]);
        Assert.Equal(401, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal(200, (await shop.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_foreign_or_unknown_token_is_answered_200_and_left_alone()
    {
        var shop = new RelyingParty(_host);
        var tokens = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        foreach (var token in new[] { tokens.AccessToken, tokens.RefreshToken!, "nonsense" })
        {
            Assert.Equal(200, (await PostAsync("/oauth2/revoke", "second", TokenResources.SecondSecret, [new("token", token)])).Status);
        }

        Assert.Equal(200, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal(200, (await shop.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Fact]
    public async Task Introspection_tells_the_client_and_the_API_and_nobody_else()
    {
        var shop = new RelyingParty(_host);
        var tokens = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", ("resource", "https://api.shop.test"));
        var own = await IntrospectAsync(tokens.AccessToken);
        Assert.True(own.GetProperty("active").GetBoolean());
        Assert.Equal("shop", own.GetProperty("client_id").GetString());
        Assert.Equal("Bearer", own.GetProperty("token_type").GetString());
        Assert.True((await PostAsync("/oauth2/introspect", "machine", TokenResources.MachineSecret, [new("token", tokens.AccessToken)])).Json.GetProperty("active").GetBoolean());
        var foreign = await PostAsync("/oauth2/introspect", "second", TokenResources.SecondSecret, [new("token", tokens.AccessToken)]);
        Assert.Equal("{\"active\":false}", foreign.Json.GetRawText());
        Assert.Equal(401, (await PostAsync("/oauth2/introspect", "second", "wrong", [new("token", tokens.AccessToken)])).Status);
        Assert.Equal("{\"active\":false}", (await IntrospectAsync(tokens.IdToken)).GetRawText());
    }

    [Theory]
    [InlineData("/oauth2/par")]
    [InlineData("/oauth2/revoke")]
    [InlineData("/oauth2/introspect")]
    public async Task Only_posts_of_forms_are_read(string path)
    {
        using var client = _host.NewClient();
        using var get = await client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        using var json = new StringContent("{}", Encoding.UTF8, "application/json");
        using var post = await client.PostAsync(new Uri(path, UriKind.Relative), json);
        Assert.Equal(HttpStatusCode.BadRequest, post.StatusCode);
    }

    private static string Url(RelyingParty party, string uri) =>
        $"{XeniosHost.Url}/oauth2/authorize?client_id={party.ClientId}&request_uri={Uri.EscapeDataString(uri)}";

    private async Task<Page> WalkAsync(RelyingParty party, string uri, Browser? browser = null)
    {
        browser ??= _host.NewBrowser();
        return await browser.PickAsync(await browser.LeaveAsync(await browser.GoAsync(Url(party, uri))), "ada");
    }

    private Task<(int Status, JsonElement Json)> PushAsync(RelyingParty party, params (string Name, string? Value)[] changes)
    {
        var query = new Uri(party.AuthorizeUrl([("client_id", null), .. changes])).Query.TrimStart('?');
        return PostAsync("/oauth2/par", party.ClientId, party.Secret!, Parameters.ParseForm(query).Pairs.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)));
    }

    private async Task<JsonElement> IntrospectAsync(string token) =>
        (await PostAsync("/oauth2/introspect", "shop", new RelyingParty(_host).Secret!, [new("token", token)])).Json;

    private async Task<(int Status, JsonElement Json)> PostAsync(string path, string clientId, string secret, IEnumerable<KeyValuePair<string, string?>> form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new FormUrlEncodedContent(form.Where(field => field.Value is not null).Select(field => new KeyValuePair<string, string>(field.Key, field.Value!)));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret}")));
        using var client = _host.NewClient();
        using var answer = await client.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, body.Length == 0 ? default : JsonDocument.Parse(body).RootElement);
    }
}

[Trait("Category", "Postgres")]
public sealed class ClientEndpointOnPostgresTests : ClientEndpointTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
