using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Management;
using Xenios.Testing;

namespace Xenios.Server.Tests.Environments;

/// <summary>Keys change while people sign in, and no token is lost (threats F02; standards DSC-08, DSC-09, COM-08).</summary>
public class KeyRotationTests : IAsyncLifetime
{
    private XeniosHost _host = null!;

    protected virtual string? Postgres => null;

    private KeyRotation Rotation => _host.Services.GetRequiredService<KeyRotation>();

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync(options => options.Postgres = Postgres);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact] // F02, DSC-09: the whole life of a key, seen from outside
    public async Task Rotated_key_is_published_before_it_signs_and_the_old_one_after()
    {
        var (shop, other) = (new RelyingParty(_host), RelyingParty.Other(_host));
        var before = await KeysAsync();
        var old = await shop.SignInAndRedeemAsync(_host.NewBrowser());
        await CommandAsync("/api/v1/keys/rotate");
        var published = await KeysAsync();
        Assert.Equal(4, published.Count);
        Assert.Superset(before.ToHashSet(), published.ToHashSet());

        // Published, not used: anybody may still have a copy without it.
        await TurnAfterAsync(TimeSpan.FromMinutes(59));
        Assert.Contains(KeyOf((await shop.SignInAndRedeemAsync(_host.NewBrowser())).IdToken), before);
        await TurnAfterAsync(TimeSpan.FromMinutes(1));
        var renewed = await shop.SignInAndRedeemAsync(_host.NewBrowser());
        foreach (var token in (string[])[renewed.IdToken, renewed.AccessToken, (await other.SignInAndRedeemAsync(_host.NewBrowser())).IdToken])
        {
            Assert.Contains(KeyOf(token), published.Except(before));
        }

        // Old and new count side by side.
        Assert.Equal(published.Order(StringComparer.Ordinal), (await KeysAsync()).Order(StringComparer.Ordinal));
        await shop.ValidateAsync(renewed.IdToken);
        var late = await shop.RedeemAsync((await shop.SignInAsync(_host.NewBrowser())).LocationParameter("code"));
        Assert.Equal(200, (await shop.UserInfoAsync(late.AccessToken)).Status);
        var browser = _host.NewBrowser();
        await shop.SignInAsync(browser);
        Assert.Equal("S76", (await browser.GetAsync($"{XeniosHost.Url}/oauth2/logout?id_token_hint={old.IdToken}")).Id);

        // Until the longest-lived token signed with it has expired.
        await TurnAfterAsync(TimeSpan.FromHours(24));
        Assert.Equal(4, (await KeysAsync()).Count);
        await TurnAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal(published.Except(before).Order(StringComparer.Ordinal), (await KeysAsync()).Order(StringComparer.Ordinal));

        // After that the public halves stay for a day, the longest life of a session, and then nothing.
        Assert.Equal(["active|2", "former|2"], await _host.QueryAsync("SELECT state, COUNT(*) FROM signing_keys GROUP BY state ORDER BY state"));
        await TurnAfterAsync(TimeSpan.FromHours(24));
        Assert.Equal(["2"], await _host.QueryAsync("SELECT COUNT(*) FROM signing_keys"));
    }

    [Fact] // F02: a token signed with the old key a moment before the change counts to its end
    public async Task Access_token_of_a_retired_key_counts_until_it_expires()
    {
        var shop = new RelyingParty(_host);
        await CommandAsync("/api/v1/keys/rotate");
        _host.Clock.Advance(TimeSpan.FromHours(1));
        var token = await shop.SignInAndRedeemAsync(_host.NewBrowser());
        await Rotation.TurnAsync(CancellationToken.None);
        Assert.NotEqual(KeyOf(token.AccessToken), KeyOf((await shop.SignInAndRedeemAsync(_host.NewBrowser())).AccessToken));
        Assert.Equal(200, (await shop.UserInfoAsync(token.AccessToken)).Status);
        await TurnAfterAsync(TimeSpan.FromSeconds(3599));
        Assert.Equal(200, (await shop.UserInfoAsync(token.AccessToken)).Status);
    }

    [Fact] // COM-08: a copy that knows the old set learns of the new one
    public async Task Change_gives_the_key_set_another_tag_and_its_copies_live_shorter_than_the_overlap()
    {
        using var client = _host.NewClient();
        using var first = await client.GetAsync(new Uri("/oauth2/jwks", UriKind.Relative));
        await CommandAsync("/api/v1/keys/rotate");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/oauth2/jwks");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await client.SendAsync(again);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.NotEqual(first.Headers.ETag, second.Headers.ETag);
        Assert.True(second.Headers.CacheControl is { Public: true } cache && cache.MaxAge <= TimeSpan.FromSeconds(300));
    }

    [Fact] // F02, DSC-08
    public async Task Published_keys_are_public_only_and_of_names_that_differ()
    {
        await CommandAsync("/api/v1/keys/rotate");
        using var client = _host.NewClient();
        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri("/oauth2/jwks", UriKind.Relative)));
        var keys = document.RootElement.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(["RSA", "RSA", "EC", "EC"], keys.Select(key => key.GetProperty("kty").GetString()));
        Assert.Distinct(keys.Select(key => key.GetProperty("kid").GetString()));
        Assert.All(keys, key => Assert.Empty(key.EnumerateObject().Select(member => member.Name).Intersect(["d", "p", "q", "dp", "dq", "qi", "k", "oth"])));

        // And at rest each private half is sealed for its own place.
        var sealedKeys = await _host.QueryAsync("SELECT environment_id, key_id, private_key_sealed FROM signing_keys");
        Assert.Equal(4, sealedKeys.Count);
        var vault = _host.Services.GetRequiredService<Xenios.Server.Storage.Vault>();
        foreach (var row in sealedKeys.Select(row => row.Split('|')))
        {
            Assert.NotEmpty(vault.Open(KeyRing.Purpose(row[0], row[1]), Convert.FromHexString(row[2])));
        }
    }

    [Fact]
    public async Task Command_given_again_while_the_next_keys_wait_changes_nothing()
    {
        var first = await CommandAsync("/api/v1/keys/rotate");
        var second = await CommandAsync("/api/v1/keys/rotate");
        Assert.Equal(first.GetRawText(), second.GetRawText());
        var keys = first.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["active", "active", "next", "next"], keys.Select(key => key.GetProperty("state").GetString()));
        Assert.Equal(_host.Clock.GetUtcNow() + TimeSpan.FromHours(1), keys[2].GetProperty("until").GetDateTimeOffset());
    }

    [Fact] // many nodes, one change
    public async Task Rotated_at_once_from_everywhere_makes_one_next_key_per_algorithm()
    {
        var environment = _host.Services.GetRequiredService<SnapshotCache>().Default.Id;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Rotation.RotateAsync(Caller.Server(environment), CancellationToken.None))));
        Assert.Equal(4, (await KeysAsync()).Count);
        _host.Clock.Advance(TimeSpan.FromHours(1));
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Rotation.TurnAsync(CancellationToken.None))));
        Assert.Equal(["active|2", "retired|2"], await _host.QueryAsync("SELECT state, COUNT(*) FROM signing_keys GROUP BY state ORDER BY state"));
    }

    [Fact]
    public async Task Keys_change_by_themselves_when_their_time_is_over()
    {
        var before = await KeysAsync();
        await TurnAfterAsync(TimeSpan.FromDays(90) - TimeSpan.FromMinutes(61));
        Assert.Equal(before, await KeysAsync());
        await TurnAfterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(4, (await KeysAsync()).Count);
        await TurnAfterAsync(TimeSpan.FromHours(1));
        await TurnAfterAsync(TimeSpan.FromHours(25));
        Assert.Empty((await KeysAsync()).Intersect(before));
        Assert.Equal(2, (await KeysAsync()).Count);
    }

    [Fact]
    public async Task Environment_says_when_keys_change()
    {
        await _host.ApplyAsync("environment: { slug: default, signing_keys: { rotation_days: 1, overlap: 300 } }");
        await TurnAfterAsync(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(300));
        Assert.Equal(4, (await KeysAsync()).Count);
        await TurnAfterAsync(TimeSpan.FromSeconds(300));
        await _host.ApplyAsync("environment: { slug: default, signing_keys: { rotation_days: 0 } }");
        await TurnAfterAsync(TimeSpan.FromHours(25));
        var keys = await KeysAsync();
        await TurnAfterAsync(TimeSpan.FromDays(4000));
        Assert.Equal(keys, await KeysAsync());
    }

    [Fact] // what became due while no server ran is done at the start
    public async Task Restarted_server_has_the_same_keys_and_does_what_became_due_meanwhile()
    {
        await CommandAsync("/api/v1/keys/rotate");
        var (published, active) = (await KeysAsync(), await ActiveAsync());
        await _host.RestartAsync();
        Assert.Equal(published.Order(StringComparer.Ordinal), (await KeysAsync()).Order(StringComparer.Ordinal));
        Assert.Equal(active, await ActiveAsync());
        _host.Clock.Advance(TimeSpan.FromHours(2));
        await _host.RestartAsync();
        for (var tries = 0; tries < 200 && (await ActiveAsync()).SequenceEqual(active); tries++)
        {
            await Task.Delay(20);
        }

        Assert.Empty((await ActiveAsync()).Intersect(active));
    }

    [Fact] // F03: one environment's keys are its own
    public async Task Rotating_one_environment_leaves_the_other_alone()
    {
        await _host.ApplyAsync(XeniosHost.Resources.Replace("slug: default", "slug: two", StringComparison.Ordinal));
        var other = await KeysAsync("/e/two");
        await CommandAsync("/api/v1/keys/rotate");
        Assert.Equal(other, await KeysAsync("/e/two"));
        await CommandAsync("/e/two/api/v1/keys/rotate");
        Assert.Equal(4, (await KeysAsync("/e/two")).Count);
        Assert.Empty((await KeysAsync()).Intersect(await KeysAsync("/e/two")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer ")]
    [InlineData("Basic {token}")]
    [InlineData("{token}")]
    public async Task Command_without_the_operators_token_is_refused(string? authorization)
    {
        var before = await KeysAsync();
        foreach (var (method, path) in ((HttpMethod, string)[])[(HttpMethod.Post, "/api/v1/keys/rotate"), (HttpMethod.Get, "/api/v1/keys")])
        {
            using var request = new HttpRequestMessage(method, path);
            if (authorization is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization.Replace("{token}", OperatorAccess.Read(_host.Data)!.Token, StringComparison.Ordinal));
            }

            using var client = _host.NewClient();
            using var answer = await client.SendAsync(request);
            Assert.Equal((HttpStatusCode.Unauthorized, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            Assert.Equal("unauthorized", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString());
            Assert.StartsWith("Bearer", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(before, await KeysAsync());
    }

    private static string KeyOf(string token) => Jwt.Header(token).GetProperty("kid").GetString()!;

    private async Task<IReadOnlyList<string>> ActiveAsync() => await _host.QueryAsync("SELECT key_id FROM signing_keys WHERE state = 'active' ORDER BY key_id");

    private async Task TurnAfterAsync(TimeSpan time)
    {
        _host.Clock.Advance(time);
        await Rotation.TurnAsync(CancellationToken.None);
    }

    private async Task<List<string>> KeysAsync(string prefix = "")
    {
        using var client = _host.NewClient();
        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri($"{prefix}/oauth2/jwks", UriKind.Relative)));
        return [.. document.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }

    // As the program's own commands do it.
    private async Task<JsonElement> CommandAsync(string path)
    {
        var access = OperatorAccess.Read(_host.Data)!;
        Assert.Equal(XeniosHost.Url, access.Url);
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access.Token);
        using var client = _host.NewClient();
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }
}

/// <summary>The same on PostgreSQL, and two nodes on one database.</summary>
[Trait("Category", "Postgres")]
public sealed class KeyRotationOnPostgresTests : KeyRotationTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;

    [Fact] // F02: restart of a second node sees the same set, and so does one that runs
    public async Task Another_node_sees_the_change()
    {
        var (database, _) = await XeniosHost.CreateDatabaseAsync(PostgresServer.ConnectionString);
        void Shared(XeniosHostOptions options)
        {
            options.Settings["Database"] = database;
            options.Settings["SealingKey"] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        }

        await using var one = await XeniosHost.StartAsync(Shared);
        await using var two = await XeniosHost.StartAsync(Shared);
        var environment = one.Services.GetRequiredService<SnapshotCache>().Default.Id;
        await one.Services.GetRequiredService<KeyRotation>().RotateAsync(Caller.Server(environment), CancellationToken.None);

        // Which the second node asks every two seconds: the clock of tests stands still.
        await two.Services.GetRequiredService<SnapshotCache>().CompareAsync(CancellationToken.None);
        Assert.Equal(await JwksAsync(one), await JwksAsync(two));
        var token = await new RelyingParty(one).SignInAndRedeemAsync(one.NewBrowser());
        Assert.Equal(200, (await new RelyingParty(two).UserInfoAsync(token.AccessToken)).Status);
        Assert.Equal(4, (await one.QueryAsync("SELECT key_id FROM signing_keys")).Count);
    }

    private static async Task<string> JwksAsync(XeniosHost host)
    {
        using var client = host.NewClient();
        return await client.GetStringAsync(new Uri("/oauth2/jwks", UriKind.Relative));
    }
}
