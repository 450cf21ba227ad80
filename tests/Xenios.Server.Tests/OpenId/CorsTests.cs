using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>The CORS matrix: threats G06.</summary>
public sealed class CorsTests : IAsyncLifetime
{
    private const string Registered = "https://spa.test";

    private XeniosHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await XeniosHost.StartAsync(options =>
        {
            options.Resources = XeniosHost.Resources.Replace("name: Spa", "name: Spa\n    allowed_origins: [https://spa.test]", StringComparison.Ordinal);
            options.MoreResources.Add("environment: { slug: two, display_name: Two }");
        });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/.well-known/openid-configuration", "https://evil.test", "*")]
    [InlineData("/.well-known/oauth-authorization-server", "https://evil.test", "*")]
    [InlineData("/.well-known/oauth-authorization-server/e/two", "https://evil.test", "*")]
    [InlineData("/.well-known/openid-configuration/e/two", "https://evil.test", "*")]
    [InlineData("/e/two/.well-known/openid-configuration", "https://evil.test", "*")]
    [InlineData("/e/two/oauth2/jwks", "https://evil.test", "*")]
    [InlineData("/e/two/oauth2/token", Registered, null)]
    [InlineData("/.well-known/other/e/two", "https://evil.test", null)]
    [InlineData("/oauth2/token/e/two", Registered, null)]
    [InlineData("/oauth2/jwks", "https://evil.test", "*")]
    [InlineData("/oauth2/token", Registered, Registered)]
    [InlineData("/oauth2/userinfo", Registered, Registered)]
    [InlineData("/oauth2/revoke", Registered, Registered)]
    [InlineData("/oauth2/par", Registered, Registered)]
    [InlineData("/oauth2/token", "https://evil.test", null)]
    [InlineData("/oauth2/token", "null", null)]
    [InlineData("/oauth2/token", "https://SPA.test", null)]
    [InlineData("/oauth2/token", "https://spa.test.evil.test", null)]
    [InlineData("/oauth2/userinfo", "https://evil.test", null)]
    [InlineData("/oauth2/authorize", Registered, null)]
    [InlineData("/oauth2/introspect", Registered, null)]
    [InlineData("/oauth2/logout", Registered, null)]
    [InlineData("/signin", Registered, null)]
    public async Task A_preflight_is_answered_for_whom_the_matrix_names_and_never_with_credentials(string path, string origin, string? allowed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        using var client = _host.NewClient();
        using var answer = await client.SendAsync(request);
        Assert.Equal(allowed, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? Assert.Single(values) : null);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        if (allowed is not null)
        {
            Assert.Equal(204, (int)answer.StatusCode);
            Assert.True(int.Parse(Assert.Single(answer.Headers.GetValues("Access-Control-Max-Age")), System.Globalization.CultureInfo.InvariantCulture) <= 600);
        }
    }

    [Fact] // DSC-01, DSC-04: nothing is announced that is not there
    public async Task The_answer_names_only_headers_that_are_used()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/oauth2/token");
        request.Headers.Add("Origin", Registered);
        using var client = _host.NewClient();
        using var answer = await client.SendAsync(request);
        Assert.Equal("authorization, content-type", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Headers")));
        Assert.Equal("WWW-Authenticate", Assert.Single(answer.Headers.GetValues("Access-Control-Expose-Headers")));
    }

    [Fact]
    public async Task The_answer_itself_carries_the_header_for_a_registered_origin_even_when_it_is_an_error()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/oauth2/userinfo");
        request.Headers.Add("Origin", Registered);
        using var client = _host.NewClient();
        using var answer = await client.SendAsync(request);
        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal(Registered, Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains("Origin", answer.Headers.Vary);
    }
}
