using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Protocol.Tokens;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Storage;
using Xenios.Testing;

namespace Xenios.Server.Tests.Environments;

/// <summary>What a key is good for after it was published (standards PRM-07, RIL-04; threats F02, F03).</summary>
public class FormerKeyTests : IAsyncLifetime
{
    private XeniosHost _host = null!;

    protected virtual string? Postgres => null;

    private KeyRotation Rotation => _host.Services.GetRequiredService<KeyRotation>();

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync(options => options.Postgres = Postgres);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact] // PRM-07, F02: an application may hold an ID token as long as the session lives, whatever happened to its key
    public async Task Hint_counts_as_long_as_the_session_may_live_though_its_key_is_published_no_more()
    {
        await _host.ApplyAsync("environment: { slug: default, sessions: { lifetime: 604800, idle_lifetime: 0 } }");
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await Rotation.RotateAsync(Caller.Server(_host.Services.GetRequiredService<SnapshotCache>().Default.Id), CancellationToken.None);
        _host.Clock.Advance(TimeSpan.FromHours(1));
        var tokens = await shop.SignInAndRedeemAsync(browser);
        await TurnAfterAsync(TimeSpan.Zero);
        await TurnAfterAsync(TimeSpan.FromHours(25));
        Assert.DoesNotContain(KeyOf(tokens.IdToken), await PublishedAsync());

        await _host.RestartAsync();
        await TurnAfterAsync(TimeSpan.FromDays(5));
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none"), ("id_token_hint", tokens.IdToken)))).LocationParameter("code"));
        var signOut = await browser.GetAsync($"{XeniosHost.Url}/oauth2/logout?id_token_hint={tokens.IdToken}&post_logout_redirect_uri=https%3A%2F%2Frp.test%2F");
        Assert.Equal("https://rp.test/", signOut.Headers.GetValueOrDefault("Location"));

        // No session is as old: the key is gone, and with it what it proved.
        await TurnAfterAsync(TimeSpan.FromDays(2));
        await shop.SignInAsync(browser);
        Expect.ErrorAtClient(await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none"), ("id_token_hint", tokens.IdToken))), shop, "invalid_request");
        Assert.Equal("S76", (await browser.GetAsync($"{XeniosHost.Url}/oauth2/logout?id_token_hint={tokens.IdToken}")).Id);
    }

    [Fact] // F02, F03: whoever got hold of an old key gains no access by it, and its private half is nowhere
    public async Task Former_key_signs_nothing_that_is_accepted_and_only_its_public_half_is_stored()
    {
        var shop = new RelyingParty(_host);
        var tokens = await shop.SignInAndRedeemAsync(_host.NewBrowser());
        var stolen = SigningKey.FromPrivateKey("ES256", Jwt.KeyOf(_host, "ES256").ExportPrivateKey());
        await Rotation.RotateAsync(Caller.Server(_host.Services.GetRequiredService<SnapshotCache>().Default.Id), CancellationToken.None);
        await TurnAfterAsync(TimeSpan.FromHours(1));
        await TurnAfterAsync(TimeSpan.FromHours(25));
        Assert.Equal(["former"], await _host.QueryAsync($"SELECT state FROM signing_keys WHERE key_id = '{stolen.KeyId}'"));

        var now = _host.Clock.GetUtcNow().ToUnixTimeSeconds();
        var payload = Regex.Replace(Jwt.Payload(tokens.AccessToken).GetRawText(), "\"(exp)\":[0-9]+", $"\"exp\":{now + 3600}");
        var forged = Jwt.Compact(Jwt.Header(tokens.AccessToken).GetRawText(), payload, Jwt.By(stolen));
        Assert.Equal(401, (await shop.UserInfoAsync(forged)).Status);

        var vault = _host.Services.GetRequiredService<Vault>();
        foreach (var row in (await _host.QueryAsync("SELECT environment_id, key_id, private_key_sealed, algorithm FROM signing_keys WHERE state = 'former'")).Select(row => row.Split('|')))
        {
            var stored = vault.Open(KeyRing.Purpose(row[0], row[1]), Convert.FromHexString(row[2]));
            Assert.ThrowsAny<CryptographicException>(() => SigningKey.FromPrivateKey(row[3], stored));
            Assert.Equal(row[1], SigningKey.FromPublicKey(row[3], stored).KeyId);
        }
    }

    private static string KeyOf(string token) => Jwt.Header(token).GetProperty("kid").GetString()!;

    private async Task TurnAfterAsync(TimeSpan time)
    {
        _host.Clock.Advance(time);
        await Rotation.TurnAsync(CancellationToken.None);
    }

    private async Task<string> PublishedAsync()
    {
        using var client = _host.NewClient();
        return await client.GetStringAsync(new Uri("/oauth2/jwks", UriKind.Relative));
    }
}

/// <summary>The same on PostgreSQL.</summary>
[Trait("Category", "Postgres")]
public sealed class FormerKeyOnPostgresTests : FormerKeyTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
