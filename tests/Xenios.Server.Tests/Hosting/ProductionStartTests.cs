using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Environments;
using Xenios.Testing;

namespace Xenios.Server.Tests.Hosting;

/// <summary>What stands against a start in production, and what a fresh start holds (threats L03).</summary>
public sealed class ProductionStartTests : IDisposable
{
    private const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private const string Production =
        """
        environment: { slug: default, kind: production, display_name: Live }
        connections:
          - { slug: x, kind: x, name: X, client_id: eC1hcHAtY2xpZW50LWlkOjE6Y2k, client_secret: an-x-app-secret-of-a-plausible-length-0123456789 }
        """;

    private readonly string _data = Directory.CreateTempSubdirectory("xenios-production-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Production_needs_a_sealing_key_a_mail_server_and_no_sandbox()
    {
        var lines = await RefusedAsync([]);
        Assert.Equal(["SealingKey", "Sandbox", "Mail"], lines.Select(line => line.Split(':')[0]));
        Assert.All(lines, line => Assert.Contains("production", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SealingKey", Key, "Sandbox", "Mail")]
    [InlineData("Sandbox", "off", "SealingKey", "Mail")]
    [InlineData("Mail:Host", "127.0.0.1", "SealingKey", "Sandbox")]
    public async Task Each_of_them_is_missed_on_its_own(string key, string value, params string[] missed) =>
        Assert.Equal(missed, (await RefusedAsync(new() { [key] = value, ["Mail:From"] = "no-reply@v.test" })).Select(line => line.Split(':')[0]));

    [Fact]
    public async Task Who_does_what_the_refusal_said_can_start()
    {
        await RefusedAsync([]);
        await using var host = await StartAsync(Complete());
        Assert.Equal(["production"], await host.QueryAsync("SELECT kind FROM environments"));
    }

    [Fact]
    public async Task A_running_environment_that_becomes_production_keeps_what_it_sealed()
    {
        await using (await XeniosHost.StartAsync(options => options.Data = _data))
        {
        }

        var generated = (await File.ReadAllTextAsync(Path.Combine(_data, "sealing.key"))).Trim();
        var settings = Complete();
        var stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(settings));
        Assert.Contains("sealing.key", stopped.Message, StringComparison.Ordinal);

        settings["SealingKey"] = $"own:{Key},{generated}";
        await using var host = await StartAsync(settings);
        Assert.Equal(["production"], await host.QueryAsync("SELECT kind FROM environments"));
    }

    // L03
    [Fact]
    public async Task A_fresh_start_has_no_users_no_applications_and_no_secrets_but_random_keys()
    {
        static void Fresh(XeniosHostOptions options) => (options.Settings["Resources"], options.Services) = (null, services => services.AddSingleton<KeyMaker>());
        await using var host = await XeniosHost.StartAsync(Fresh);
        await using var other = await XeniosHost.StartAsync(Fresh);
        foreach (var table in new[] { "users", "linked_identities", "sessions", "applications" })
        {
            Assert.Equal(["0"], await host.QueryAsync($"SELECT COUNT(*) FROM {table}"));
        }

        Assert.Equal(["x|null"], await host.QueryAsync("SELECT slug, secrets_sealed FROM connections"));
        var rows = string.Join('\n', await host.QueryAsync("SELECT settings FROM connections")) + string.Join('\n', await host.QueryAsync("SELECT slug, kind, display_name FROM environments"));
        Assert.DoesNotMatch("(?i)secret|password|admin|token|key", rows);
        Assert.Empty((await host.QueryAsync("SELECT key_id FROM signing_keys")).Intersect(await other.QueryAsync("SELECT key_id FROM signing_keys")));
        Assert.NotEqual(await File.ReadAllTextAsync(Path.Combine(host.Data, "sealing.key")), await File.ReadAllTextAsync(Path.Combine(other.Data, "sealing.key")));
    }

    private static Dictionary<string, string?> Complete() => new() { ["SealingKey"] = Key, ["Sandbox"] = "off", ["Mail:Host"] = "127.0.0.1", ["Mail:From"] = "no-reply@v.test" };

    private async Task<string[]> RefusedAsync(Dictionary<string, string?> settings) =>
        (await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(settings))).Message.Split('\n');

    private Task<XeniosHost> StartAsync(Dictionary<string, string?> settings) => XeniosHost.StartAsync(options =>
    {
        (options.Data, options.Resources) = (_data, Production);
        foreach (var (key, value) in settings)
        {
            options.Settings[key] = value;
        }
    });
}
