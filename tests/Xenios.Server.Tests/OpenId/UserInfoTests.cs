using System.Text;
using System.Text.Json;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>The userinfo endpoint (standards UIN-01, UIN-02, UIN-04, ATK-02, ATK-03, TOK-04, COM-06, COM-10).</summary>
public sealed class UserInfoTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string UserInfo = $"{XeniosHost.Url}/oauth2/userinfo";

    private readonly XeniosHost _host = shared.Host;

    [Theory] // UIN-01, UIN-02, COM-10
    [InlineData("GET", "Bearer", null)]
    [InlineData("GET", "bearer", null)]
    [InlineData("GET", "BEARER", "application/jwt")]
    [InlineData("POST", "Bearer", null)]
    [InlineData("POST", null, null)]
    public async Task Token_is_taken_from_the_header_or_the_form(string method, string? scheme, string? accept)
    {
        var token = (await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser())).AccessToken;
        using var request = new HttpRequestMessage(new HttpMethod(method), UserInfo);
        if (scheme is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {token}");
        }
        else
        {
            request.Content = new FormUrlEncodedContent([new("access_token", token)]);
        }

        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        var page = await _host.NewBrowser().SendAsync(request);
        Assert.Equal((200, "application/json", "no-store"), ((int)page.Status, page.Headers["Content-Type"], page.Headers["Cache-Control"]));
        Assert.False(page.Headers.ContainsKey("Access-Control-Allow-Origin"));
    }

    [Theory] // ATK-03, TOK-04: what is no token at all gets a challenge without an error
    [InlineData("GET", "", null, null)]
    [InlineData("GET", "?access_token={token}", null, null)]
    [InlineData("POST", "?access_token={token}", null, null)]
    [InlineData("POST", "", null, "{\"access_token\":\"{token}\"}")]
    [InlineData("GET", "", "Basic {token}", null)]
    public async Task Token_is_never_taken_from_elsewhere(string method, string query, string? authorization, string? json)
    {
        var token = (await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser())).AccessToken;
        string With(string text) => text.Replace("{token}", token, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), UserInfo + With(query));
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", With(authorization));
        }

        if (json is not null)
        {
            request.Content = new StringContent(With(json), Encoding.UTF8, "application/json");
        }

        var page = await _host.NewBrowser().SendAsync(request);
        Assert.Equal((401, "Bearer realm=\"xenios\"", ""), ((int)page.Status, page.Headers["WWW-Authenticate"], page.Html));
    }

    [Theory] // ATK-03: more than one way at once
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(false, 2)]
    public async Task Token_sent_twice_is_refused(bool header, int inForm)
    {
        var token = (await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser())).AccessToken;
        using var request = new HttpRequestMessage(HttpMethod.Post, UserInfo);
        if (header)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        request.Content = new FormUrlEncodedContent(Enumerable.Repeat(new KeyValuePair<string, string>("access_token", token), inForm));
        var page = await _host.NewBrowser().SendAsync(request);
        Assert.Equal((400, "application/json"), ((int)page.Status, page.Headers["Content-Type"]));
        Assert.Contains("error=\"invalid_request\"", page.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Theory] // ATK-03
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public Task Nonsense_is_an_invalid_token(string token) => Expect.UnchangedAsync(_host, async () =>
    {
        var (status, json, challenge) = await new RelyingParty(_host).UserInfoAsync(token);
        Assert.Equal((401, "invalid_token"), (status, json.GetProperty("error").GetString()));
        Assert.StartsWith("Bearer realm=\"xenios\", error=\"invalid_token\"", challenge, StringComparison.Ordinal);
    });

    [Theory] // UIN-02, IDT-07, COM-06
    [InlineData("openid", "ada", "sub")]
    [InlineData("openid email", "ada", "sub email email_verified")]
    [InlineData("openid profile", "ada", "sub name preferred_username picture x_id x_handle updated_at")]
    [InlineData("openid email", "ben", "sub")]
    public async Task Claims_follow_the_scopes_and_what_is_not_known_is_absent(string scope, string person, string members)
    {
        // Ben has no address: lax people may come without one.
        await _host.ApplyAsync("environment: { slug: default }\napplications:\n  - { client_id: spa, name: Spa, type: spa, redirect_uris: [https://spa.test/cb], grant_types: [authorization_code], require_email: false, connections: [x] }");
        var spa = RelyingParty.Spa(_host);
        var tokens = await spa.RedeemAsync((await spa.SignInAsync(_host.NewBrowser(), person, ("scope", scope))).LocationParameter("code"));
        var (status, json, _) = await spa.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(200, status);
        Assert.Equal(members.Split(' '), json.EnumerateObject().Select(member => member.Name));
        Assert.All(json.EnumerateObject(), member => Assert.True(member.Value.ValueKind != JsonValueKind.Null && member.Value.ToString().Length > 0));
        if (json.TryGetProperty("updated_at", out var updated))
        {
            Assert.Equal(_host.Clock.GetUtcNow().ToUnixTimeSeconds(), updated.GetInt64());
        }

        if (json.TryGetProperty("email_verified", out var verified))
        {
            Assert.Contains(verified.ValueKind, (JsonValueKind[])[JsonValueKind.True, JsonValueKind.False]);
        }
    }

    [Fact] // UIN-04, COD-03: the account is blocked
    public async Task Blocked_account_is_told_nothing_and_its_code_and_session_die()
    {
        await using var host = await XeniosHost.StartAsync();
        var shop = new RelyingParty(host);
        var browser = host.NewBrowser();
        var tokens = await shop.SignInAndRedeemAsync(browser);
        var code = (await browser.GetAsync(shop.AuthorizeUrl())).LocationParameter("code");
        await host.ExecuteAsync("UPDATE users SET status = 'blocked'");

        var (status, json, _) = await shop.UserInfoAsync(tokens.AccessToken);
        Assert.Equal((401, "invalid_token"), (status, json.GetProperty("error").GetString()));
        Expect.Json(await shop.RedeemAsync(code), 400, "invalid_grant");
        Expect.ErrorAtClient(await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none"))), shop, "login_required");
    }
}
