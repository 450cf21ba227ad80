using System.Text.Json;
using Xenios.Server.Tests.SignIn.Gates;
using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>Who an identity is, and what an upstream cannot say (threats A08, A09, A15, C01, C02, C05).</summary>
public sealed class AccountsTests(GateHost gate) : IClassFixture<GateHost>
{
    private readonly XeniosHost _host = gate.Fresh();

    // A08
    [Fact]
    public async Task A_linked_identity_that_later_asserts_the_administrators_address_stays_who_it_was()
    {
        var person = await _host.NewPersonAsync($"{Guid.NewGuid():N}@v.test");
        var (subject, _) = await SignInAsync(person, "trusted");
        var users = await _host.QueryAsync("SELECT user_id, username, email, email_key, email_verified, email_verified_by, password_hash, status FROM users ORDER BY user_id");
        await _host.PatchPersonAsync(person, """{"email":"admin@v.test"}""");

        var (again, claims) = await SignInAsync(person, "trusted");
        Assert.Equal(subject, again);
        Assert.NotEqual("admin@v.test", claims.GetProperty("email").GetString());
        Assert.Equal(users, await _host.QueryAsync("SELECT user_id, username, email, email_key, email_verified, email_verified_by, password_hash, status FROM users ORDER BY user_id"));
        Assert.Equal(["admin@v.test"], await _host.QueryAsync($"SELECT email FROM linked_identities WHERE user_id = '{subject}'"));
    }

    // A08: nor where the account holds no address of its own.
    [Fact]
    public async Task An_address_that_X_asserts_later_is_never_verified()
    {
        var person = await _host.NewPersonAsync($"{Guid.NewGuid():N}@v.test");
        await SignInAsync(person, "x");
        await _host.PatchPersonAsync(person, """{"email":"admin@v.test"}""");
        var (_, claims) = await SignInAsync(person, "x");
        Assert.False(claims.GetProperty("email_verified").GetBoolean());
    }

    // A09, C01
    [Fact]
    public async Task Nobody_is_found_by_a_name_or_an_id_that_upstream_asserts()
    {
        var admin = await _host.QueryAsync("SELECT * FROM users WHERE username = 'admin'");
        var (subject, claims) = await SignInAsync(await _host.NewPersonAsync($"{Guid.NewGuid():N}@v.test", "admin", admin[0].Split('|')[1]), "x");
        Assert.Equal("admin", claims.GetProperty("preferred_username").GetString());
        Assert.NotEqual(admin[0].Split('|')[1], subject);
        Assert.Equal(admin, await _host.QueryAsync("SELECT * FROM users WHERE username = 'admin'"));
        Assert.Equal(["null"], await _host.QueryAsync($"SELECT username FROM users WHERE user_id = '{subject}'"));
    }

    // A09: a freed handle taken by somebody else.
    [Fact]
    public async Task A_handle_that_changed_hands_is_another_account()
    {
        var first = await _host.NewPersonAsync($"{Guid.NewGuid():N}@v.test", "freed_handle");
        var (owner, _) = await SignInAsync(first, "x");
        await _host.PatchPersonAsync(first, """{"username":"moved_on"}""");
        var (other, _) = await SignInAsync(await _host.NewPersonAsync($"{Guid.NewGuid():N}@v.test", "freed_handle"), "x");
        Assert.NotEqual(owner, other);
        Assert.Equal(owner, (await SignInAsync(first, "x")).Subject);
    }

    // A15
    [Fact]
    public async Task A_blocked_account_gets_nowhere_and_its_sessions_and_tokens_stop()
    {
        var (app, browser) = (gate.Many, _host.NewBrowser());
        var person = await _host.NewPersonAsync($"{Guid.NewGuid():N}@v.test");
        var page = await app.SignInAsync(browser, person, ("connection", "x"));
        var tokens = await app.RedeemAsync(page.LocationParameter("code"));
        var pending = (await app.SignInAsync(browser, person)).LocationParameter("code");
        Assert.Equal(200, (await app.UserInfoAsync(tokens.AccessToken)).Status);
        var subject = (await app.ValidateAsync(tokens.IdToken))["sub"];
        await _host.ExecuteAsync($"UPDATE users SET status = 'blocked' WHERE user_id = '{subject}'");
        var before = await _host.SnapshotAsync();

        Assert.Equal(401, (await app.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal("invalid_grant", (await app.RedeemAsync(pending)).Error);
        Assert.Equal("login_required", (await browser.GoAsync(app.AuthorizeUrl(("prompt", "none")))).LocationParameter("error"));
        Assert.Equal("S02", (await browser.GoAsync(app.AuthorizeUrl())).Id);
        var other = _host.NewBrowser();
        page = await app.SignInAsync(other, person, ("connection", "x"));
        Assert.Equal(("S62", "account_blocked", System.Net.HttpStatusCode.Forbidden), (page.Id, page.Error, page.Status));
        Assert.NotNull(page.SupportCode);
        Assert.DoesNotContain(other.CookiesOf("id.test"), cookie => cookie.Key.Contains("session", StringComparison.Ordinal));
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    // A15: blocked while the person was at X.
    [Fact]
    public async Task An_account_blocked_during_the_sign_in_is_blocked_at_its_end()
    {
        var (app, browser) = (gate.Many, _host.NewBrowser());
        var person = await _host.NewPersonAsync($"{Guid.NewGuid():N}@v.test");
        var (subject, _) = await SignInAsync(person, "x");
        var atX = await browser.GoAsync(app.AuthorizeUrl(("connection", "x")));
        await _host.ExecuteAsync($"UPDATE users SET status = 'blocked' WHERE user_id = '{subject}'");
        Assert.Equal("S62", (await browser.PickAsync(atX, person)).Id);
    }

    // C02
    [Fact]
    public async Task Rights_that_upstream_asserts_are_neither_stored_nor_said()
    {
        _host.Upstreams.Intercept = (request, _) => Task.FromResult(request.RequestUri!.AbsolutePath != "/2/users/me" ? null : new HttpResponseMessage
        {
            Content = new StringContent(
                """
                {"data":{"id":"4711","name":"Eve","username":"eve_x","confirmed_email":"eve-rights@v.test","roles":["admin"],"is_admin":true,"organization_id":"org_1",
                "permissions":"all","groups":"admins","sub":"usr_1","iss":"https://evil.test","email_verified":"true","status":"active","user_id":"usr_2"}}
                """,
                System.Text.Encoding.UTF8,
                "application/json"),
        });
        try
        {
            var (subject, claims) = await SignInAsync("ada", "x");
            Assert.Equal(
                ["email", "email_verified", "name", "preferred_username", "sub", "updated_at", "x_handle", "x_id"],
                claims.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal));
            Assert.Equal(["""{"name":"Eve","preferred_username":"eve_x"}"""], await _host.QueryAsync($"SELECT attributes FROM users WHERE user_id = '{subject}'"));
        }
        finally
        {
            _host.Upstreams.Intercept = null;
        }
    }

    // C05, C06
    [Fact]
    public async Task Protocol_claims_forced_into_a_row_do_not_reach_tokens_or_userinfo()
    {
        var app = RelyingParty.Other(_host);
        var page = await app.SignInAsync(_host.NewBrowser(), await _host.NewPersonAsync($"{Guid.NewGuid():N}@v.test"));
        var subject = (string)(await app.ValidateAsync((await app.RedeemAsync(page.LocationParameter("code"))).IdToken))["sub"];
        var reserved = new[] { "iss", "sub", "aud", "exp", "azp", "acr", "amr", "auth_time", "cnf", "scope", "client_id", "act", "email", "email_verified", "x_id", "sid", "nonce", "updated_at", "roles" };
        var forced = JsonSerializer.Serialize(reserved.Append("nickname").ToDictionary(name => name, _ => "forced"));
        await _host.ExecuteAsync($"UPDATE users SET attributes = '{forced}' WHERE user_id = '{subject}'");

        var person = await _host.QueryAsync($"SELECT i.handle FROM linked_identities i WHERE i.user_id = '{subject}'");
        page = await app.SignInAsync(_host.NewBrowser(), person[0].Replace('_', '-'));
        var tokens = await app.RedeemAsync(page.LocationParameter("code"));
        var claims = await app.ValidateAsync(tokens.IdToken);
        var (_, info, _) = await app.UserInfoAsync(tokens.AccessToken);
        Assert.Equal((subject, XeniosHost.Url, "other"), ((string)claims["sub"], (string)claims["iss"], (string)claims["aud"]));
        Assert.Equal(["nickname"], claims.Where(claim => "forced".Equals(claim.Value)).Select(claim => claim.Key));
        Assert.Equal(["nickname"], info.EnumerateObject().Where(claim => claim.Value.ValueKind == JsonValueKind.String && claim.Value.GetString() == "forced").Select(claim => claim.Name));
        Assert.Distinct(info.EnumerateObject().Select(claim => claim.Name));
    }

    private async Task<(string Subject, JsonElement Claims)> SignInAsync(string person, string connection)
    {
        var app = gate.Many;
        var page = await app.SignInAsync(_host.NewBrowser(), person, ("connection", connection));
        var (_, claims, _) = await app.UserInfoAsync((await app.RedeemAsync(page.LocationParameter("code"))).AccessToken);
        return (claims.GetProperty("sub").GetString()!, claims);
    }
}
