using Microsoft.Extensions.DependencyInjection;
using Xenios.Protocol;
using Xenios.Server.Connections;
using Xenios.Server.Connectors;
using Xenios.Server.Environments;
using Xenios.Server.Users;
using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>Connecting and disconnecting on request, and what is remembered of handles (kinde-and-wso2 A7.3, B21; threats A03, A09).</summary>
public abstract class IdentityAdminTests(AccountHost accounts)
{
    private readonly XeniosHost _host = accounts.Fresh();

    private IdentityAdmin Admin => _host.Services.GetRequiredService<IdentityAdmin>();

    private EnvironmentSnapshot Snapshot => _host.Services.GetRequiredService<SnapshotCache>().All.Single();

    [Fact]
    public async Task The_last_way_in_is_never_taken_away()
    {
        var ada = await Visitor.ArriveAsync(accounts, "never", await _host.NewPersonAsync(accounts.NewAddress()));
        var user = await ada.SubjectAsync();
        var identity = await IdentityOfAsync(user);
        Assert.Equal("last_way_in", await UnlinkAsync(user, identity));
        Assert.Equal("last_way_in", await UnlinkAsync(user, identity, emailIsWayIn: true));
        Assert.Equal("identity_unknown", await UnlinkAsync("usr_0", identity));
        Assert.Equal("identity_unknown", await UnlinkAsync(user, "idn_0"));
        Assert.Equal("rp.test", (await ada.Browser.GoAsync(ada.App.AuthorizeUrl(("prompt", "none")))).Location!.Host);

        // A confirmed address counts where some application lets people in by a code.
        var (address, other) = await accounts.AddUserAsync();
        Assert.Equal("rp.test", (await Visitor.ArriveAsync(accounts, "trusted", await _host.NewPersonAsync(address))).State);
        Assert.Equal("last_way_in", await UnlinkAsync(other, await IdentityOfAsync(other)));
        Assert.Null(await UnlinkAsync(other, await IdentityOfAsync(other), emailIsWayIn: true));
    }

    [Fact]
    public async Task Disconnecting_ends_the_other_sessions_and_the_identity_is_a_strangers_again()
    {
        var (address, user) = await accounts.AddUserAsync("password: correct-horse-battery");
        var person = await _host.NewPersonAsync(address);
        var ada = await Visitor.ArriveAsync(accounts, "trusted", person);
        Assert.Equal(user, await ada.SubjectAsync());
        Assert.Null(await UnlinkAsync(user, await IdentityOfAsync(user)));
        Assert.Equal("login_required", (await ada.Browser.GoAsync(ada.App.AuthorizeUrl(("prompt", "none")))).LocationParameter("error"));
        Assert.Equal("S19", (await Visitor.ArriveAsync(accounts, "x", person)).State);
        Assert.Equal(["1"], await _host.QueryAsync($"SELECT COUNT(*) FROM identity_handles WHERE handle = '{person.Replace('-', '_')}' AND seen_until IS NOT NULL"));
    }

    [Fact]
    public async Task Of_two_identities_that_go_at_once_one_stays()
    {
        for (var round = 0; round < 4; round++)
        {
            var (_, user) = await accounts.AddUserAsync();
            foreach (var connection in new[] { "trusted", "prompt" })
            {
                Assert.Null(await LinkAsync(user, connection, $"{9_000 + round}"));
            }

            var identities = await _host.QueryAsync($"SELECT identity_id FROM linked_identities WHERE user_id = '{user}'");
            var answers = await Task.WhenAll(identities.Select(identity => Task.Run(() => UnlinkAsync(user, identity))));
            Assert.Equal(["", "last_way_in"], answers.Select(answer => answer ?? "").Order(StringComparer.Ordinal));
        }
    }

    // B21: never a silent move.
    [Fact]
    public async Task An_identity_of_another_account_and_a_second_one_are_refused_and_replacing_is_explicit()
    {
        var ((_, mine), (_, theirs)) = (await accounts.AddUserAsync(), await accounts.AddUserAsync());
        Assert.Null(await LinkAsync(mine, "trusted", "7001"));
        Assert.Null(await LinkAsync(mine, "trusted", "7001"));
        Assert.Equal("identity_of_another_account", await LinkAsync(theirs, "trusted", "7001"));
        Assert.Equal("account_has_another_identity", await LinkAsync(mine, "trusted", "7002"));
        Assert.Null(await LinkAsync(mine, "trusted", "7002", replace: true));
        Assert.Equal(["7002"], await _host.QueryAsync($"SELECT subject FROM linked_identities WHERE user_id = '{mine}'"));
        await _host.ExecuteAsync($"UPDATE users SET status = 'blocked' WHERE user_id = '{theirs}'");
        Assert.Equal("account_blocked", await LinkAsync(theirs, "trusted", "7003"));
        Assert.Equal("account_blocked", await LinkAsync("usr_nobody", "trusted", "7004"));
    }

    [Fact]
    public async Task One_identity_asked_for_by_many_accounts_at_once_goes_to_one_of_them()
    {
        var users = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            users.Add((await accounts.AddUserAsync()).UserId);
        }

        var answers = await Task.WhenAll(users.Select(user => Task.Run(() => LinkAsync(user, "trusted", "8001"))));
        Assert.Single(answers, answer => answer is null);
        Assert.All(answers, answer => Assert.True(answer is null or "identity_of_another_account", answer));
        Assert.Equal(["1"], await _host.QueryAsync("SELECT COUNT(*) FROM linked_identities WHERE subject = '8001'"));
    }

    // A09
    [Fact]
    public async Task Handles_are_remembered_and_one_that_changed_hands_leads_to_its_new_owner_only()
    {
        var handle = $"freed_{Guid.NewGuid():N}"[..14];
        var first = await _host.NewPersonAsync(null, handle);
        var one = await Visitor.ArriveAsync(accounts, "named", first);
        var owner = await one.SubjectAsync();
        await _host.PatchPersonAsync(first, $$"""{"username":"{{first.Replace('-', '_')}}"}""");

        // Its old owner was not seen since: the handle is no longer said of them.
        var two = await Visitor.ArriveAsync(accounts, "named", await _host.NewPersonAsync(null, handle));
        Assert.NotEqual(owner, await two.SubjectAsync());
        Assert.Equal(["null"], await _host.QueryAsync($"SELECT handle FROM linked_identities WHERE user_id = '{owner}'"));
        Assert.Equal(
            ["False", "True"],
            (await _host.QueryAsync($"SELECT seen_until FROM identity_handles WHERE handle_key = '{handle}' ORDER BY seen_from, seen_until DESC")).Select(until => (until == "null").ToString()).Order(StringComparer.Ordinal));

        var back = await Visitor.ArriveAsync(accounts, "named", first);
        var claims = await back.ClaimsAsync();
        Assert.Equal((owner, first.Replace('-', '_')), (claims.GetProperty("sub").GetString(), claims.GetProperty("x_handle").GetString()));
        Assert.Equal(
            [handle, first.Replace('-', '_')],
            await _host.QueryAsync($"SELECT h.handle FROM identity_handles h JOIN linked_identities i ON i.identity_id = h.identity_id WHERE i.user_id = '{owner}' ORDER BY CASE WHEN h.seen_until IS NULL THEN 1 ELSE 0 END"));
    }

    // B10
    [Fact]
    public async Task A_managed_account_keeps_what_is_synced_until_it_is_released()
    {
        var handle = $"m_{Guid.NewGuid():N}"[..13];
        var ada = await Visitor.ArriveAsync(accounts, "wso2jit", await _host.NewPersonAsync(accounts.NewAddress(), handle));
        var user = await ada.SubjectAsync();
        Assert.Equal([$"{Snapshot.Connections["wso2jit"].Id}|{handle}"], await _host.QueryAsync($"SELECT managed_by, username FROM users WHERE user_id = '{user}'"));
        string Change(string attribute) => $"environment: {{ slug: default }}\nusers:\n  - {{ username: {handle}, attributes: {{ {attribute}: Changed }} }}";
        Assert.Contains("managed by connection wso2jit", (await Assert.ThrowsAsync<InvalidOperationException>(() => _host.ApplyAsync(Change("name")))).Message, StringComparison.Ordinal);
        await _host.ApplyAsync(Change("middle_name"));
        using var api = new ManagementClient(_host);
        var released = await api.PatchAsync($"/users/{user}", """{"managed_by":null}""");
        Assert.Equal((200, null), (released.Status, released.Text("managed_by")));
        await _host.ApplyAsync(Change("name"));
        Assert.Equal(user, await (await Visitor.ArriveAsync(accounts, "wso2jit", ada.Person)).SubjectAsync());
    }

    private async Task<string> IdentityOfAsync(string user) => (await _host.QueryAsync($"SELECT identity_id FROM linked_identities WHERE user_id = '{user}'"))[0];

    private async Task<string?> UnlinkAsync(string user, string identity, bool emailIsWayIn = false) =>
        FailureOf(await Admin.UnlinkAsync(Snapshot.Id, user, identity, emailIsWayIn, null, CancellationToken.None));

    private async Task<string?> LinkAsync(string user, string connection, string subject, bool replace = false)
    {
        Connection found = Snapshot.Connections[connection];
        var identity = new ExternalIdentity { Connector = "x", Issuer = found.IdentityIssuer, Subject = subject };
        return FailureOf(await Admin.LinkAsync(Snapshot.Id, user, found, identity, replace, null, CancellationToken.None));
    }

    private static string? FailureOf(Result<IdentityChange, string> result) => result.TryGet(out _, out var failure) ? null : failure;
}

public sealed class IdentityAdminOnSqliteTests(AccountHost accounts) : IdentityAdminTests(accounts), IClassFixture<AccountHost>;

[Trait("Category", "Postgres")]
public sealed class IdentityAdminOnPostgresTests(AccountHostOnPostgres accounts) : IdentityAdminTests(accounts), IClassFixture<AccountHostOnPostgres>;
