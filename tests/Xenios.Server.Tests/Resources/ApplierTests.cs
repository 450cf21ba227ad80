using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Resources;
using Xenios.Server.Tests.SignIn.Gates;
using Xenios.Testing;

namespace Xenios.Server.Tests.Resources;

/// <summary>A resource file makes the environment what it says: all or nothing, and the same twice.</summary>
public abstract class ApplierTests(GateHost gate)
{
    private readonly XeniosHost _host = gate.Fresh();

    [Fact]
    public async Task Applying_twice_changes_nothing_but_versions_and_times()
    {
        var before = await LastingAsync();
        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await ApplyAsync(GateHost.Resources));
        Assert.Equal(before, await LastingAsync());
    }

    [Theory]
    [InlineData("applications:\n  - { client_id: fresh, name: Fresh, type: spa, redirect_uris: [https://fresh.test/cb] }\nusers:\n  - { username: ok, email: not-an-address }\n", "users[0].email")]
    [InlineData("users:\n  - { username: fresh, email: fresh@v.test }\n  - { username: thief, email: admin@v.test, email_verified: true }\n", "users[1]")]
    [InlineData("environment: { display_name: Changed }\nconnections:\n  - { slug: fresh, kind: x, name: X }\nusers:\n  - { username: cleo, email: ADMIN@v.test, email_verified: true }\n", "users[0]")]
    [InlineData("users:\n  - { username: fresh, pasword: hunter2hunter2 }\n", "users[0].pasword")]
    [InlineData("applications:\n  - { client_id: fresh, name: Fresh, type: web, redirect_uris: [https://fresh.test/cb], connections: [nowhere] }\n", "applications[0]")]
    public async Task A_file_that_is_half_wrong_applies_nothing(string file, string field)
    {
        var before = await _host.SnapshotAsync();
        var errors = await ApplyAsync(file);
        Assert.Contains(errors, error => error.Field.StartsWith(field, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.True(error.Line > 0));
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Fact]
    public async Task A_rotated_secret_works_at_once_and_one_that_is_left_out_stays()
    {
        var shop = new RelyingParty(_host);
        var code = (await shop.SignInAsync(_host.NewBrowser())).LocationParameter("code");
        const string Rotated = "shop-secret-ROTATED-789-abcdefghijklmnop";
        try
        {
            Assert.Empty(await ApplyAsync(GateHost.Resources.Replace(shop.Secret!, Rotated, StringComparison.Ordinal)));
            Assert.Empty(await ApplyAsync(GateHost.Resources.Replace($"    client_secret: {shop.Secret}\n", "", StringComparison.Ordinal)));
            Assert.Equal("invalid_client", (await shop.RedeemAsync("x")).Error);
            Assert.Equal(200, (await new RelyingParty(_host) { Secret = Rotated }.RedeemAsync(code, ("code_verifier", shop.Verifier))).Status);
            Assert.DoesNotContain(await _host.QueryAsync("SELECT settings, secret_hashes FROM applications"), row => row.Contains("ROTATED", StringComparison.Ordinal) || row.Contains("shop-secret", StringComparison.Ordinal));
        }
        finally
        {
            await ApplyAsync(GateHost.Resources);
        }
    }

    [Theory] // E05, A03
    [InlineData("{ username: changed, email: changed@v.test, email_verified: true, password: another-horse-battery }", true)]
    [InlineData("{ username: changed, email: moved@v.test, email_verified: true }", true)]
    [InlineData("{ username: changed, email: Changed@v.test, password: correct-horse-battery }", false)]
    [InlineData("{ username: changed, attributes: { name: Other }, sign_in_to_link: true }", false)]
    public async Task Another_password_or_address_ends_sessions_and_refresh_tokens_and_nothing_else_does(string user, bool ends)
    {
        const string Application = "environment: { slug: default }\napplications: [{ client_id: ways, name: W, type: web, client_secret: ways-secret-0123456789-abcdefghijklmnop, redirect_uris: [https://rp.test/cb], scopes: [openid, offline_access], login_flow: { steps: [{ options: [{ connection: x }, { method: password }] }] } }]\n";
        await _host.ExecuteAsync("DELETE FROM users WHERE username_key = 'changed'");
        Assert.Empty(await ApplyAsync(Application + "users:\n  - { username: changed, email: changed@v.test, email_verified: true, password: correct-horse-battery }\n"));
        var (app, browser) = (new RelyingParty(_host) { ClientId = "ways", Secret = "ways-secret-0123456789-abcdefghijklmnop" }, _host.NewBrowser());
        var page = await browser.PressAsync(await browser.GoAsync(app.AuthorizeUrl(("scope", "openid offline_access"))), "/way/password");
        page = await browser.PressAsync(page, "/password", ("username", "changed"), ("password", "correct-horse-battery"));
        var tokens = await app.RedeemAsync(page.LocationParameter("code"));
        Assert.Equal(200, tokens.Status);

        Assert.Empty(await ApplyAsync($"environment: {{ slug: default }}\nusers:\n  - {user}\n"));
        var silent = await browser.GetAsync(app.AuthorizeUrl(("prompt", "none")));
        Assert.Equal(ends ? "login_required" : null, silent.LocationParameter("error"));
        Assert.Equal((ends ? 400 : 200, ends ? 401 : 200), ((await app.RefreshAsync(tokens.RefreshToken)).Status, (await app.UserInfoAsync(tokens.AccessToken)).Status));
    }

    [Fact]
    public async Task A_password_is_stored_as_a_hash_and_keeps_it_while_it_is_the_same()
    {
        var hash = (await _host.QueryAsync("SELECT password_hash FROM users WHERE username = 'admin'")).Single();
        Assert.Equal(PasswordVerificationResult.Success, new PasswordHasher<object>().VerifyHashedPassword(this, hash, "correct-horse-battery"));
        foreach (var table in new[] { "users", "applications", "connections", "environments" })
        {
            Assert.DoesNotContain(await _host.QueryAsync($"SELECT * FROM {table}"), row => row.Contains("correct-horse", StringComparison.Ordinal) || row.Contains("attackers-own", StringComparison.Ordinal));
        }

        Assert.Empty(await ApplyAsync("users:\n  - { username: ADMIN, password: correct-horse-battery }\n"));
        Assert.Equal([hash], await _host.QueryAsync("SELECT password_hash FROM users WHERE username = 'admin'"));
    }

    [Theory]
    [InlineData("$2b$10$abcdefghijklmnopqrstuuS0Kq3Hq8wXg0Z7o1m2n3p4q5r6s7t8u")]
    [InlineData("pbkdf2$sha256$600000$c2FsdA==$aGFzaA==")]
    [InlineData("AQAAAAIAAYagAAAA")]
    [InlineData("x")]
    public async Task A_password_can_follow_a_stored_hash_of_another_scheme(string imported)
    {
        Assert.Empty(await ApplyAsync("users:\n  - { username: imported }\n"));
        await _host.ExecuteAsync($"UPDATE users SET password_hash = '{imported}' WHERE username = 'imported'");
        Assert.Equal([imported], await _host.QueryAsync("SELECT password_hash FROM users WHERE username = 'imported'"));
        Assert.Empty(await ApplyAsync("users:\n  - { username: imported, password: a-password-of-ours }\n"));
        var hash = (await _host.QueryAsync("SELECT password_hash FROM users WHERE username = 'imported'")).Single();
        Assert.Equal(PasswordVerificationResult.Success, new PasswordHasher<object>().VerifyHashedPassword(this, hash, "a-password-of-ours"));
    }

    [Theory]
    [InlineData("email: verified@v.test", "verified@v.test|1|administrator")]
    [InlineData("status: active", "verified@v.test|1|administrator")]
    [InlineData("email: Verified@V.test", "Verified@V.test|1|administrator")]
    [InlineData("email: verified@v.test, email_verified: false", "verified@v.test|0|null")]
    [InlineData("email: moved@v.test", "moved@v.test|0|null")]
    [InlineData("email: moved@v.test, email_verified: true", "moved@v.test|1|administrator")]
    public async Task What_an_entry_does_not_name_stays(string named, string stored)
    {
        await _host.ExecuteAsync("DELETE FROM users WHERE username = 'named'");
        Assert.Empty(await ApplyAsync("users:\n  - { username: named, email: verified@v.test, email_verified: true }\n"));
        Assert.Empty(await ApplyAsync($"users:\n  - {{ username: named, {named} }}\n"));
        Assert.Equal([stored], await _host.QueryAsync("SELECT email, email_verified, email_verified_by FROM users WHERE username = 'named'"));
    }

    // C06: who confirmed an address is about that address.
    [Fact]
    public async Task An_address_that_an_administrator_gives_was_not_confirmed_by_the_code_of_another()
    {
        await _host.ExecuteAsync("DELETE FROM users WHERE username = 'named'");
        Assert.Empty(await ApplyAsync("users:\n  - { username: named, email: proved@v.test, email_verified: true }\n"));
        await _host.ExecuteAsync("UPDATE users SET email_verified_by = 'code' WHERE username = 'named'");
        Assert.Empty(await ApplyAsync("users:\n  - { username: named, email: given@v.test, email_verified: true }\n"));
        Assert.Equal(["administrator"], await _host.QueryAsync("SELECT email_verified_by FROM users WHERE username = 'named'"));
    }

    // A15
    [Fact]
    public async Task A_status_of_blocked_in_the_file_blocks()
    {
        Assert.Empty(await ApplyAsync("users:\n  - { username: cleo, status: blocked }\n"));
        Assert.Equal(["blocked"], await _host.QueryAsync("SELECT status FROM users WHERE username = 'cleo'"));
        Assert.Empty(await ApplyAsync("users:\n  - { username: cleo, attributes: { nickname: C } }\n"));
        Assert.Equal(["blocked"], await _host.QueryAsync("SELECT status FROM users WHERE username = 'cleo'"));
        Assert.Empty(await ApplyAsync("users:\n  - { username: cleo, status: active }\n"));
        Assert.Equal(["active"], await _host.QueryAsync("SELECT status FROM users WHERE username = 'cleo'"));
    }

    private Task<IReadOnlyList<ResourceFileError>> ApplyAsync(string file) => ApplyAsync(file, _host);

    internal static Task<IReadOnlyList<ResourceFileError>> ApplyAsync(string file, XeniosHost host) =>
        host.Services.GetRequiredService<Applier>().ApplyAsync(ResourceFile.Read(file, "test.yaml", _ => null), CancellationToken.None);

    private async Task<string> LastingAsync() => string.Join(
        '\n',
        (await Task.WhenAll(
            _host.QueryAsync("SELECT environment_id, slug, kind, display_name, is_default, created_at FROM environments ORDER BY 1"),
            _host.QueryAsync("SELECT * FROM signing_keys ORDER BY key_id"),
            _host.QueryAsync("SELECT client_id, settings, secret_hashes, created_at FROM applications ORDER BY 1"),
            _host.QueryAsync("SELECT connection_id, slug, settings, secrets_sealed, created_at FROM connections ORDER BY 1"),
            _host.QueryAsync("SELECT user_id, status, username, email, email_key, email_verified, email_verified_by, password_hash, attributes, created_at FROM users ORDER BY 1"),
            _host.QueryAsync("SELECT * FROM linked_identities ORDER BY identity_id"))).SelectMany(rows => rows));
}

public sealed class ApplierOnSqliteTests(GateHost gate) : ApplierTests(gate), IClassFixture<GateHost>;

[Trait("Category", "Postgres")]
public sealed class ApplierOnPostgresTests(GateHostOnPostgres gate) : ApplierTests(gate), IClassFixture<GateHostOnPostgres>;
