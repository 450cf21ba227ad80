using Xenios.Server.Tests.SignIn.Gates;
using Xenios.Testing;
using static Xenios.Server.Tests.Resources.ApplierTests;

namespace Xenios.Server.Tests.Resources;

/// <summary>What applying a file again must not undo: a proof, and what is sealed.</summary>
public sealed class AppliedAgainTests
{
    // Threats A01: the file's unproved claim to an address, applied again after somebody proved it.
    [Theory]
    [InlineData("{ email: claimed@v.test, email_verified: false, password: attackers-own-password, attributes: { nickname: evil } }")]
    [InlineData("{ email: CLAIMED@v.test, password: attackers-own-password }")]
    [InlineData("{ email: claimed@v.test, status: blocked }")]
    public async Task An_entry_that_vouches_for_nothing_never_touches_the_account_of_whoever_proved_the_address(string entry)
    {
        await using var host = await XeniosHost.StartAsync();
        Assert.Empty(await ApplyAsync($"users:\n  - {entry}\n", host));
        var ben = await Newcomer.ArriveAsync(host);
        await ben.GiveAsync("claimed@v.test");
        if ((await ben.ProveAsync()).Id == "S20")
        {
            await ben.PressAsync("take-over");
        }

        Assert.Equal("rp.test", ben.Page.Location!.Host);
        var owner = await host.QueryAsync("SELECT * FROM users WHERE email_verified_by = 'code'");

        Assert.Empty(await ApplyAsync($"users:\n  - {entry}\n", host));
        Assert.Equal(owner, await host.QueryAsync("SELECT * FROM users WHERE email_verified_by = 'code'"));
        Assert.Equal(["0", "1"], await host.QueryAsync("SELECT email_verified FROM users WHERE email_key = 'claimed@v.test' ORDER BY email_verified"));

        // Nor where the entry comes only afterwards.
        await host.ExecuteAsync("DELETE FROM users WHERE email_key = 'claimed@v.test' AND email_verified = 0");
        Assert.Empty(await ApplyAsync($"users:\n  - {entry}\n", host));
        Assert.Equal(owner, await host.QueryAsync("SELECT * FROM users WHERE email_verified_by = 'code'"));
    }

    [Fact]
    public async Task An_upstream_secret_is_sealed_anew_only_when_it_changed()
    {
        await using var host = await XeniosHost.StartAsync(options => options.Resources = WithSecret("first-upstream-secret-0123456789"));
        var secrets = await host.QueryAsync("SELECT secrets_sealed FROM connections");
        Assert.Empty(await ApplyAsync(WithSecret("first-upstream-secret-0123456789"), host));
        Assert.Equal(secrets, await host.QueryAsync("SELECT secrets_sealed FROM connections"));
        Assert.Empty(await ApplyAsync(WithSecret("other-upstream-secret-0123456789"), host));
        Assert.NotEqual(secrets, await host.QueryAsync("SELECT secrets_sealed FROM connections"));
    }

    private static string WithSecret(string secret) =>
        XeniosHost.Resources.Replace("kind: x, name: X }", $"kind: x, name: X, client_id: eC1hcHAtY2xpZW50LWlkOjE6Y2k, client_secret: {secret} }}", StringComparison.Ordinal);
}
