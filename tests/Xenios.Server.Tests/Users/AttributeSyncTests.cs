using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>What later sign-ins copy, in all four modes, and what none of them touches (threats C03).</summary>
public sealed class AttributeSyncTests
{
    private const string Connection =
        "connections:\n  - { slug: x, kind: x, name: X, policy: { email_trust: when_provider_says_verified, attribute_sync: MODE }, attributes: ["
        + "{ external: name, local: name, provision: true }, { external: username, local: nick, provision: true }, { external: description, local: bio, provision: true }, "
        + "{ external: profile_image_url, local: picture, provision: true }, { external: location, local: place, provision: false }] }";

    [Theory]
    [InlineData("none", "Old", "old_handle", "Old bio", "old")]
    [InlineData("preserve_local", "New", "new_handle", "Old bio", "new")]
    [InlineData("override_all", "New", "new_handle", null, "new")]
    [InlineData("profile_only", "New", "old_handle", "Old bio", "new")]
    public async Task Each_mode_copies_what_it_says_and_never_more(string mode, string name, string nick, string? bio, string picture)
    {
        await using var host = await XeniosHost.StartAsync(options => options.Resources = XeniosHost.Resources.Replace(
            "connections:\n  - { slug: x, kind: x, name: X }", Connection.Replace("MODE", mode, StringComparison.Ordinal), StringComparison.Ordinal));
        var person = await host.NewPersonAsync("sync@v.test", "old_handle", "Old");
        await host.PatchPersonAsync(person, """{"description":"Old bio","profile_image_url":"https://img.test/old","location":"Oslo"}""");
        var shop = new RelyingParty(host);
        await shop.SignInAndRedeemAsync(host.NewBrowser(), person);
        await host.ExecuteAsync("UPDATE users SET username = 'local', username_key = 'local', password_hash = 'kept' WHERE username IS NULL");
        var guarded = await GuardedAsync(host);

        await host.PatchPersonAsync(person, """{"name":"New","username":"new_handle","description":"","profile_image_url":"https://img.test/new","email":"moved@v.test"}""");
        var tokens = await shop.SignInAndRedeemAsync(host.NewBrowser(), person);

        var (_, claims, _) = await shop.UserInfoAsync(tokens.AccessToken);
        string? Text(string claim) => claims.TryGetProperty(claim, out var value) ? value.GetString() : null;
        Assert.Equal((name, nick, bio, $"https://img.test/{picture}", null), (Text("name"), Text("nick"), Text("bio"), Text("picture"), Text("place")));
        Assert.Equal("new_handle", Text("x_handle"));
        Assert.Equal("sync@v.test", Text("email"));
        Assert.True(claims.GetProperty("email_verified").GetBoolean());
        Assert.Equal(guarded, await GuardedAsync(host));
    }

    private static Task<IReadOnlyList<string>> GuardedAsync(XeniosHost host) =>
        host.QueryAsync("SELECT user_id, status, username, username_key, email, email_key, email_verified, email_verified_by, password_hash, created_at FROM users ORDER BY user_id");
}
