using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.Hosting;

/// <summary>Methods and unknown paths (standards COM-04).</summary>
public sealed class RoutingTests : IAsyncLifetime
{
    private XeniosHost _host = null!;

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("GET", "/oauth2/token", "POST")]
    [InlineData("PUT", "/oauth2/token", "POST")]
    [InlineData("DELETE", "/oauth2/authorize", "GET, POST")]
    [InlineData("HEAD", "/login/callback", "GET, POST")]
    [InlineData("GET", "/signin/x/again", "POST")]
    [InlineData("POST", "/oauth2/jwks", "GET")]
    public async Task A_wrong_method_is_405_and_names_the_right_ones(string method, string path, string allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var client = _host.NewClient();
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(allowed.Split(", ").Order(), answer.Content.Headers.Allow.Order());
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/oauth2/nothing")]
    [InlineData("/signin/a/b/c/d")]
    [InlineData("/favicon.ico")]
    public async Task An_unknown_path_is_a_page_with_a_way_on(string path)
    {
        var page = await _host.NewBrowser().GetAsync(XeniosHost.Url + path);
        Assert.Equal((HttpStatusCode.NotFound, "S65", "not_found"), (page.Status, page.Id, page.Error));
        Assert.Contains("href=\"/signin\"", page.Html, StringComparison.Ordinal);
    }
}
