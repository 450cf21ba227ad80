using System.Net;
using System.Text.Json;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Refresh tokens and pushed requests of one environment count nowhere else (threats F03); the rest of that row is in <see cref="TwoEnvironmentsTests"/>.</summary>
public sealed class OtherIssuerTests : IAsyncLifetime
{
    private XeniosHost _host = null!;

    private RelyingParty Home => new(_host);

    private RelyingParty Away => new(_host) { Issuer = TwoEnvironmentsHost.Second };

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync(options =>
    {
        options.Resources = TokenResources.Yaml;
        options.MoreResources.Add(TokenResources.Yaml.Replace("slug: default", "slug: two", StringComparison.Ordinal));
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Refresh_token_of_one_issuer_is_unknown_at_another_and_stays_good_at_home()
    {
        var tokens = await Home.SignInAndRedeemAsync(_host.NewBrowser(), "ada", ("scope", "openid offline_access"));
        Expect.Json(await Away.RefreshAsync(tokens.RefreshToken), 400, "invalid_grant");
        Assert.Equal(200, (await Home.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Fact]
    public async Task Pushed_request_of_one_issuer_is_unknown_at_another()
    {
        var shop = Home;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/par");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"shop:{shop.Secret}")));
        request.Content = new FormUrlEncodedContent(Protocol.Parameters.ParseForm(new Uri(shop.AuthorizeUrl()).Query.AsSpan(1)).Pairs);
        using var client = _host.NewClient();
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var uri = Uri.EscapeDataString(JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("request_uri").GetString()!);
        Assert.Equal("invalid_request_uri", (await _host.NewBrowser().GoAsync($"{TwoEnvironmentsHost.Second}/oauth2/authorize?client_id=shop&request_uri={uri}")).Error);
        Assert.Equal("S03", (await _host.NewBrowser().GoAsync($"{XeniosHost.Url}/oauth2/authorize?client_id=shop&request_uri={uri}")).Id);
    }
}
