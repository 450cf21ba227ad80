using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Environments;
using Xenios.Server.Storage;
using Xenios.Testing;

namespace Xenios.Server.Tests.Environments;

/// <summary>Signing keys at rest and in public (threats F02, as far as there is no rotation yet).</summary>
public sealed class SigningKeysTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("xenios-keys-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Keys_stay_the_same_over_restarts_and_tokens_of_before_still_count()
    {
        string jwks, token;
        await using (var first = await StartAsync())
        {
            jwks = await JwksAsync(first);
            token = (await new RelyingParty(first).SignInAndRedeemAsync(first.NewBrowser())).AccessToken;
        }

        await using var second = await StartAsync();
        Assert.Equal(jwks, await JwksAsync(second));
        Assert.Equal(200, (await new RelyingParty(second).UserInfoAsync(token)).Status);
        Assert.Equal(["2"], await second.QueryAsync("SELECT COUNT(*) FROM signing_keys"));
    }

    [Fact]
    public async Task The_key_set_says_what_is_public_and_nothing_else()
    {
        await using var host = await StartAsync();
        using var document = JsonDocument.Parse(await JwksAsync(host));
        var keys = document.RootElement.GetProperty("keys").EnumerateArray().ToArray();
        Assert.Equal(["ES256", "RS256"], keys.Select(key => key.GetProperty("alg").GetString()).Order(StringComparer.Ordinal));
        Assert.Distinct(keys.Select(key => key.GetProperty("kid").GetString()));
        foreach (var key in keys)
        {
            var expected = key.GetProperty("kty").GetString() == "RSA" ? new[] { "alg", "e", "kid", "kty", "n", "use" } : ["alg", "crv", "kid", "kty", "use", "x", "y"];
            Assert.Equal(expected, key.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
            Assert.Equal("sig", key.GetProperty("use").GetString());
            Assert.Matches("^[0-9a-f]{16,}$", key.GetProperty("kid").GetString());
        }
    }

    [Fact]
    public async Task Private_halves_are_sealed_at_rest_each_for_its_own_place()
    {
        await using var host = await StartAsync();
        var vault = host.Services.GetRequiredService<Vault>();
        var rows = (await host.QueryAsync("SELECT environment_id, key_id, private_key_sealed FROM signing_keys")).Select(row => row.Split('|')).ToArray();
        var database = Convert.ToHexStringLower(await ReadWhileOpenAsync(Path.Combine(host.Data, "xenios.db")))
            + Convert.ToHexStringLower(await ReadWhileOpenAsync(Path.Combine(host.Data, "xenios.db-wal")));
        foreach (var row in rows)
        {
            var opened = Convert.ToHexStringLower(vault.Open(KeyRing.Purpose(row[0], row[1]), Convert.FromHexString(row[2])));
            Assert.Contains(row[2][..80], database, StringComparison.Ordinal);
            Assert.DoesNotContain(opened[^64..], database, StringComparison.Ordinal);
            Assert.DoesNotContain(opened[80..144], database, StringComparison.Ordinal);
            Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => vault.Open(KeyRing.Purpose(row[0], rows.First(other => other != row)[1]), Convert.FromHexString(row[2])));
        }
    }

    [Fact]
    public async Task A_server_without_the_sealing_key_does_not_start_and_says_which_is_missing()
    {
        await using (await StartAsync())
        {
        }

        var stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => XeniosHost.StartAsync(options =>
        {
            options.Data = _data;
            options.Settings["SealingKey"] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        }));
        Assert.Matches("^SealingKey: The sealing key '[0-9a-f]{8}' is not configured", stopped.Message);
    }

    private Task<XeniosHost> StartAsync() => XeniosHost.StartAsync(options => options.Data = _data);

    private static async Task<string> JwksAsync(XeniosHost host)
    {
        using var client = host.NewClient();
        return await client.GetStringAsync(new Uri("/oauth2/jwks", UriKind.Relative));
    }

    private static async Task<byte[]> ReadWhileOpenAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        await file.CopyToAsync(copy);
        return copy.ToArray();
    }
}
