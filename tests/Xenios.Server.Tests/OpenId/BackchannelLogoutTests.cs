using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xenios.Protocol;
using Xenios.Server.Hosting;
using Xenios.Server.OpenId;
using Xenios.Server.Sessions;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Applications are told that a session ended (OpenID Connect Back-Channel Logout 1.0; standards BCL-01, BCL-02; threats I03, I04).</summary>
public class BackchannelLogoutTests : IAsyncLifetime
{
    private readonly List<(Uri Url, string Body, string Type)> _posts = [];
    private Func<HttpStatusCode> _answer = () => HttpStatusCode.OK;
    private XeniosHost _host = null!;

    protected virtual string? Postgres => null;

    private BackchannelLogout Deliveries => _host.Services.GetRequiredService<BackchannelLogout>();

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync(options =>
        {
            options.Postgres = Postgres;
            options.Resources = XeniosHost.Resources
                .Replace("    redirect_uris: [https://rp.test/cb,", "    backchannel_logout_uri: https://rp.test/ended?for=shop\n    redirect_uris: [https://rp.test/cb,", StringComparison.Ordinal)
                .Replace("    redirect_uris: [https://other.test/cb]", "    backchannel_logout_uri: https://other.test/ended\n    redirect_uris: [https://other.test/cb]", StringComparison.Ordinal);
        });
        _host.Upstreams.Intercept = InterceptAsync;
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact] // BCL-01, I04: each member, checked with a library that is not ours
    public async Task Logout_token_says_which_session_ended_and_nothing_else()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var tokens = await shop.SignInAndRedeemAsync(browser);
        await SignOutAsync(browser);
        await ArrivedAsync(1);
        var (url, token, type) = Received(0);
        Assert.Equal(("https://rp.test/ended?for=shop", "application/x-www-form-urlencoded"), (url.AbsoluteUri, type));

        var idToken = Jwt.Payload(tokens.IdToken);
        Assert.Equal(("logout+jwt", "RS256"), (Text(Jwt.Header(token), "typ"), Text(Jwt.Header(token), "alg")));
        var payload = Jwt.Payload(token);
        Assert.Equal(["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"], payload.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal((XeniosHost.Url, "shop"), (Text(payload, "iss"), Text(payload, "aud")));
        Assert.Equal((Text(idToken, "sub"), Text(idToken, "sid")), (Text(payload, "sub"), Text(payload, "sid")));
        Assert.Equal("""{"http://schemas.openid.net/event/backchannel-logout":{}}""", payload.GetProperty("events").GetRawText());
        Assert.InRange(payload.GetProperty("exp").GetInt64() - payload.GetProperty("iat").GetInt64(), 1, 120);
        await ValidateAsync(token, "shop");
    }

    [Fact] // BCL-01: the algorithm of the application's ID tokens
    public async Task Logout_token_is_signed_as_the_id_tokens_of_its_application()
    {
        var browser = _host.NewBrowser();
        await RelyingParty.Other(_host).SignInAndRedeemAsync(browser);
        await SignOutAsync(browser);
        await ArrivedAsync(1);
        Assert.Equal("ES256", Text(Jwt.Header(Received(0).Token), "alg"));
        await ValidateAsync(Received(0).Token, "other");
    }

    [Fact] // I03: all that took part, once each, and nobody else
    public async Task Every_application_of_the_session_is_told_once_and_no_other()
    {
        var browser = _host.NewBrowser();
        foreach (var party in (RelyingParty[])[new(_host), RelyingParty.Other(_host), RelyingParty.Spa(_host), new(_host)])
        {
            await party.SignInAsync(browser);
        }

        await new RelyingParty(_host).SignInAsync(_host.NewBrowser());
        await SignOutAsync(browser);
        await ArrivedAsync(2);
        await QueuedAsync(0);
        await Deliveries.DeliverAsync(CancellationToken.None);
        Assert.Equal(["other", "shop"], _posts.Select((_, i) => Text(Jwt.Payload(Received(i).Token), "aud")).Order(StringComparer.Ordinal));
        Assert.Equal(["1"], await _host.QueryAsync("SELECT COUNT(*) FROM session_applications WHERE due_at IS NULL"));
    }

    [Theory] // BCL-02
    [InlineData("an administrator ends the session")]
    [InlineData("an administrator ends all sessions")]
    [InlineData("the person is blocked")]
    [InlineData("the session expires")]
    [InlineData("the application asks with its ID token")]
    [InlineData("somebody else signs in")]
    public async Task Applications_are_told_whatever_ended_the_session(string end)
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var page = await shop.SignInAsync(browser, "ben");
        page = await browser.PressAsync(page, "/email", ("email", "ben@example.com"));
        page = await browser.PressAsync(page, "/email/code", ("code", _host.MailedCode));
        var tokens = await shop.RedeemAsync(page.LocationParameter("code"));
        var (sub, sid) = (Text(Jwt.Payload(tokens.IdToken), "sub"), Text(Jwt.Payload(tokens.IdToken), "sid"));
        var environment = (await _host.QueryAsync("SELECT environment_id FROM environments")).Single();
        var signOut = _host.Services.GetRequiredService<SignOut>();
        switch (end)
        {
            case "an administrator ends the session":
                Assert.True(await signOut.RevokeAsync(environment, sub, sid, CancellationToken.None));
                break;
            case "an administrator ends all sessions":
                Assert.Equal(1, await signOut.RevokeAllAsync(environment, sub, CancellationToken.None));
                break;
            case "the person is blocked":
                await _host.ApplyAsync("users: [{ email: ben@example.com, email_verified: true, status: blocked }]");
                await Deliveries.DeliverAsync(CancellationToken.None);
                break;
            case "the session expires":
                _host.Clock.Advance(TimeSpan.FromHours(8));
                await _host.SweepAsync();
                await Deliveries.DeliverAsync(CancellationToken.None);
                break;
            case "the application asks with its ID token":
                await browser.GetAsync($"{XeniosHost.Url}/oauth2/logout?id_token_hint={tokens.IdToken}");
                break;
            default:
                await shop.SignInAsync(browser, "finn", ("prompt", "login"));
                await Deliveries.DeliverAsync(CancellationToken.None);
                break;
        }

        await ArrivedAsync(1);
        Assert.Equal((sub, sid), (Text(Jwt.Payload(Received(0).Token), "sub"), Text(Jwt.Payload(Received(0).Token), "sid")));
        Assert.Empty(await _host.QueryAsync($"SELECT session_id FROM sessions WHERE session_id = '{sid}'"));
        Assert.Equal(401, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
    }

    [Theory] // BCL-02: 200 and 204 are done, everything else is tried again
    [InlineData(HttpStatusCode.OK, true)]
    [InlineData(HttpStatusCode.NoContent, true)]
    [InlineData(HttpStatusCode.Accepted, false)]
    [InlineData(HttpStatusCode.Found, false)]
    [InlineData(HttpStatusCode.BadRequest, false)]
    [InlineData(HttpStatusCode.ServiceUnavailable, false)]
    public async Task What_is_not_acknowledged_is_told_again_with_a_new_token(HttpStatusCode status, bool done)
    {
        _answer = () => status;
        var browser = _host.NewBrowser();
        await new RelyingParty(_host).SignInAsync(browser);
        await SignOutAsync(browser);
        await ArrivedAsync(1);
        await QueuedAsync(done ? 0 : 1);
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        await Deliveries.DeliverAsync(CancellationToken.None);
        Assert.Equal(done ? 1 : 2, _posts.Count);
        if (!done)
        {
            Assert.NotEqual(Text(Jwt.Payload(Received(0).Token), "jti"), Text(Jwt.Payload(Received(1).Token), "jti"));
            await ValidateAsync(Received(1).Token, "shop");
        }
    }

    [Fact] // I04: a cap, and then a line for the operator
    public async Task Application_that_never_answers_is_given_up_after_six_tries()
    {
        _answer = () => throw new HttpRequestException("down");
        var browser = _host.NewBrowser();
        await new RelyingParty(_host).SignInAsync(browser);
        await SignOutAsync(browser);
        await ArrivedAsync(1);
        for (var i = 0; i < 10; i++)
        {
            _host.Clock.Advance(TimeSpan.FromHours(7));
            await Deliveries.DeliverAsync(CancellationToken.None);
        }

        Assert.Equal(SessionApplications.MostAttempts, _posts.Count);
        Assert.Equal(["0"], await _host.QueryAsync("SELECT COUNT(*) FROM session_applications"));
        Assert.Single(_host.Log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("[242]", StringComparison.Ordinal));
    }

    [Fact] // I04: nothing of a token is in the log
    public async Task Logs_hold_no_logout_token()
    {
        _answer = () => HttpStatusCode.BadRequest;
        var browser = _host.NewBrowser();
        await new RelyingParty(_host).SignInAsync(browser);
        await SignOutAsync(browser);
        await ArrivedAsync(1);
        await QueuedAsync(1);
        var signature = Received(0).Token.Split('.')[2];
        Assert.DoesNotContain(_host.Log.Lines, line => line.Contains(signature, StringComparison.Ordinal));
    }

    [Fact] // I04: the queue is in the database
    public async Task What_was_not_delivered_before_a_restart_is_delivered_after_it()
    {
        _answer = () => HttpStatusCode.BadGateway;
        var browser = _host.NewBrowser();
        await new RelyingParty(_host).SignInAsync(browser);
        await SignOutAsync(browser);
        await ArrivedAsync(1);
        _answer = () => HttpStatusCode.OK;
        await _host.RestartAsync();
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        await Deliveries.DeliverAsync(CancellationToken.None);
        await QueuedAsync(0);
        Assert.Equal(2, _posts.Count);
    }

    [Fact] // the address is the application's of now
    public async Task Application_that_wants_to_hear_no_more_is_not_told()
    {
        var browser = _host.NewBrowser();
        await new RelyingParty(_host).SignInAsync(browser);
        await _host.ApplyAsync(XeniosHost.Resources);
        await SignOutAsync(browser);
        await QueuedAsync(0);
        Assert.Empty(_posts);
    }

    [Fact] // BCL-02, I04: the browser never waits
    public async Task Sleeping_application_does_not_hold_up_signing_out()
    {
        var release = new TaskCompletionSource();
        _host.Upstreams.Intercept = async (request, ct) =>
        {
            if (request.RequestUri!.Host != "rp.test")
            {
                return null;
            }

            await release.Task.WaitAsync(ct);
            return new HttpResponseMessage(HttpStatusCode.OK);
        };
        var browser = _host.NewBrowser();
        await new RelyingParty(_host).SignInAsync(browser);
        await SignOutAsync(browser);
        Assert.NotEqual(["0"], await _host.QueryAsync("SELECT COUNT(*) FROM session_applications"));
        release.SetResult();
        await QueuedAsync(0);
    }

    [Fact] // I04: a time-out of our own
    public async Task Application_that_does_not_answer_in_time_is_told_again()
    {
        await _host.RestartAsync(options => options.VisitLimit = TimeSpan.FromMilliseconds(200));
        var browser = _host.NewBrowser();
        await new RelyingParty(_host).SignInAsync(browser);
        _host.Upstreams.Intercept = async (_, ct) =>
        {
            await Task.Delay(Timeout.Infinite, ct);
            return null;
        };
        await SignOutAsync(browser);
        await QueuedAsync(1);
        await UntilAsync(() => Task.FromResult(_host.Log.Lines.Any(line => line.Contains("[241]", StringComparison.Ordinal) && line.Contains("no answer in time", StringComparison.Ordinal))));
    }

    [Fact] // I04, K01: a name that leads inside is refused when it is called
    public async Task Address_that_leads_inside_is_not_called()
    {
        await _host.ApplyAsync(XeniosHost.Resources.Replace(
            "    redirect_uris: [https://rp.test/cb,", "    backchannel_logout_uri: https://inside.localhost/ended\n    redirect_uris: [https://rp.test/cb,", StringComparison.Ordinal));
        var browser = _host.NewBrowser();
        await new RelyingParty(_host).SignInAsync(browser);

        // From here on the real guard, as in production.
        await _host.RestartAsync(options =>
        {
            options.Resources = "environment: { slug: default }";
            options.Services = services => services.AddSingleton(provider => new OutgoingHttp(provider.GetRequiredService<HostSettings>(), () => false));
        });
        await SignOutAsync(browser);
        await UntilAsync(() => Task.FromResult(_host.Log.Lines.Any(line => line.Contains("[241]", StringComparison.Ordinal) && line.Contains("the address is private", StringComparison.Ordinal))));
        Assert.Empty(_posts);
    }

    [Fact] // E09, F01: a logout token is no hint, no access token
    public async Task Logout_token_is_taken_for_nothing_else()
    {
        var (shop, browser, other) = (new RelyingParty(_host), _host.NewBrowser(), _host.NewBrowser());
        await shop.SignInAsync(browser);
        await shop.SignInAsync(other);
        await SignOutAsync(browser);
        await ArrivedAsync(1);
        var token = Received(0).Token;
        Assert.Equal(401, (await shop.UserInfoAsync(token)).Status);
        var page = await other.GetAsync($"{XeniosHost.Url}/oauth2/logout?id_token_hint={token}&post_logout_redirect_uri=https%3A%2F%2Frp.test%2F");
        Expect.Page(page, "S76", HttpStatusCode.OK);
    }

    [Theory] // I04, K01: refused when it is registered, and once more when it is called
    [InlineData("https://10.0.0.1/ended")]
    [InlineData("https://169.254.169.254/latest")]
    [InlineData("https://[fd00::1]/ended")]
    [InlineData("https://[::ffff:192.168.0.1]/ended")]
    [InlineData("http://shop.example/ended")]
    [InlineData("https://rp.test/ended#now")]
    [InlineData("file:///etc/passwd")]
    public async Task Address_inside_cannot_be_registered(string uri)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => _host.ApplyAsync(XeniosHost.Resources.Replace(
            "    redirect_uris: [https://rp.test/cb,", $"    backchannel_logout_uri: \"{uri}\"\n    redirect_uris: [https://rp.test/cb,", StringComparison.Ordinal)));
        Assert.Contains("backchannel_logout_uri", refused.Message, StringComparison.Ordinal);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private async Task<HttpResponseMessage?> InterceptAsync(HttpRequestMessage request, CancellationToken ct)
    {
        if (request.RequestUri!.Host is not ("rp.test" or "other.test"))
        {
            return null;
        }

        lock (_posts)
        {
            _posts.Add((request.RequestUri, request.Content!.ReadAsStringAsync(ct).Result, request.Content.Headers.ContentType!.MediaType!));
        }

        await Task.Yield();
        return new HttpResponseMessage(_answer());
    }

    private (Uri Url, string Token, string Type) Received(int index)
    {
        var form = Parameters.ParseForm(_posts[index].Body);
        Assert.Equal(["logout_token"], form.Pairs.Select(pair => pair.Key));
        return (_posts[index].Url, form["logout_token"]!, _posts[index].Type);
    }

    private static async Task SignOutAsync(Browser browser) =>
        Expect.Page(await browser.PressAsync(await browser.GoAsync($"{XeniosHost.Url}/signin"), "/signin/out"), "S37", HttpStatusCode.OK);

    // The worker runs on the real clock.
    private Task ArrivedAsync(int count) => UntilAsync(() => Task.FromResult(_posts.Count >= count));

    private Task QueuedAsync(int count) => UntilAsync(async () =>
        (await _host.QueryAsync($"SELECT COUNT(*) FROM session_applications WHERE due_at > {_host.Clock.GetUtcNow().ToUnixTimeMilliseconds()}")).Single() == $"{count}"
        && (await _host.QueryAsync($"SELECT COUNT(*) FROM session_applications WHERE due_at <= {_host.Clock.GetUtcNow().ToUnixTimeMilliseconds()}")).Single() == "0");

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; tries < 500; tries++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(20);
        }

        Assert.Fail("It did not come about within ten seconds.");
    }

    private async Task ValidateAsync(string token, string clientId)
    {
        using var client = _host.NewClient();
        var keys = new Microsoft.IdentityModel.Tokens.JsonWebKeySet(await client.GetStringAsync(new Uri("/oauth2/jwks", UriKind.Relative)));
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = XeniosHost.Url,
            ValidAudience = clientId,
            IssuerSigningKeys = keys.GetSigningKeys(),
            ValidTypes = ["logout+jwt"],
            LifetimeValidator = (_, expires, _, _) => expires > _host.Clock.GetUtcNow(),
        });
        Assert.True(result.IsValid, result.Exception?.Message);
    }
}

/// <summary>The same on PostgreSQL.</summary>
[Trait("Category", "Postgres")]
public sealed class BackchannelLogoutOnPostgresTests : BackchannelLogoutTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
