using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Sessions;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Applications are told that a session ended (OpenID Connect Back-Channel Logout 1.0; standards BCL-01, BCL-02; threats I03, I04).</summary>
public class BackchannelLogoutTests : BackchannelRig
{
    [Fact] // BCL-01, I04: each member, checked with a library that is not ours
    public async Task Logout_token_says_which_session_ended_and_nothing_else()
    {
        var (shop, browser) = (new RelyingParty(Host), Host.NewBrowser());
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
        var browser = Host.NewBrowser();
        await RelyingParty.Other(Host).SignInAndRedeemAsync(browser);
        await SignOutAsync(browser);
        await ArrivedAsync(1);
        Assert.Equal("ES256", Text(Jwt.Header(Received(0).Token), "alg"));
        await ValidateAsync(Received(0).Token, "other");
    }

    [Fact] // I03: all that took part, once each, and nobody else
    public async Task Every_application_of_the_session_is_told_once_and_no_other()
    {
        var browser = Host.NewBrowser();
        foreach (var party in (RelyingParty[])[new(Host), RelyingParty.Other(Host), RelyingParty.Spa(Host), new(Host)])
        {
            await party.SignInAsync(browser);
        }

        await new RelyingParty(Host).SignInAsync(Host.NewBrowser());
        await SignOutAsync(browser);
        await ArrivedAsync(2);
        await QueuedAsync(0);
        await Deliveries.DeliverAsync(CancellationToken.None);
        Assert.Equal(["other", "shop"], Posts.Select((_, i) => Text(Jwt.Payload(Received(i).Token), "aud")).Order(StringComparer.Ordinal));
        Assert.Equal(["1"], await Host.QueryAsync("SELECT COUNT(*) FROM session_applications WHERE due_at IS NULL"));
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
        var (shop, browser) = (new RelyingParty(Host), Host.NewBrowser());
        var page = await shop.SignInAsync(browser, "ben");
        page = await browser.PressAsync(page, "/email", ("email", "ben@example.com"));
        page = await browser.PressAsync(page, "/email/code", ("code", Host.MailedCode));
        var tokens = await shop.RedeemAsync(page.LocationParameter("code"));
        var (sub, sid) = (Text(Jwt.Payload(tokens.IdToken), "sub"), Text(Jwt.Payload(tokens.IdToken), "sid"));
        var environment = (await Host.QueryAsync("SELECT environment_id FROM environments")).Single();
        var signOut = Host.Services.GetRequiredService<SignOut>();
        switch (end)
        {
            case "an administrator ends the session":
                Assert.True(await signOut.RevokeAsync(environment, sub, sid, CancellationToken.None));
                break;
            case "an administrator ends all sessions":
                Assert.Equal(1, await signOut.RevokeAllAsync(environment, sub, CancellationToken.None));
                break;
            case "the person is blocked":
                await Host.ApplyAsync("users: [{ email: ben@example.com, email_verified: true, status: blocked }]");
                await Deliveries.DeliverAsync(CancellationToken.None);
                break;
            case "the session expires":
                Host.Clock.Advance(TimeSpan.FromHours(8));
                await Host.SweepAsync();
                await Deliveries.DeliverAsync(CancellationToken.None);
                break;
            case "the application asks with its ID token":
                await browser.GetAsync($"{XeniosHost.Url}/oauth2/logout?id_token_hint={tokens.IdToken}");
                break;
            default:
                page = await shop.SignInAsync(browser, "finn", ("prompt", "login"));
                await browser.PressAsync(page, "/email/code", ("code", Host.MailedCode));
                await Deliveries.DeliverAsync(CancellationToken.None);
                break;
        }

        await ArrivedAsync(1);
        Assert.Equal((sub, sid), (Text(Jwt.Payload(Received(0).Token), "sub"), Text(Jwt.Payload(Received(0).Token), "sid")));
        Assert.Empty(await Host.QueryAsync($"SELECT session_id FROM sessions WHERE session_id = '{sid}'"));
        Assert.Equal(401, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
    }

    [Fact] // E09, F01: a logout token is no hint, no access token
    public async Task Logout_token_is_taken_for_nothing_else()
    {
        var (shop, browser, other) = (new RelyingParty(Host), Host.NewBrowser(), Host.NewBrowser());
        await shop.SignInAsync(browser);
        await shop.SignInAsync(other);
        await SignOutAsync(browser);
        await ArrivedAsync(1);
        var token = Received(0).Token;
        Assert.Equal(401, (await shop.UserInfoAsync(token)).Status);
        var page = await other.GetAsync($"{XeniosHost.Url}/oauth2/logout?id_token_hint={token}&post_logout_redirect_uri=https%3A%2F%2Frp.test%2F");
        Expect.Page(page, "S76", HttpStatusCode.OK);
    }
}

/// <summary>The same on PostgreSQL.</summary>
[Trait("Category", "Postgres")]
public sealed class BackchannelLogoutOnPostgresTests : BackchannelLogoutTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
