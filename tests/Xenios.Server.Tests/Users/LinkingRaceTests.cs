using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>Many at once: at most one user, no lost or double identity, and whoever loses gets a page that explains.</summary>
public abstract class LinkingRaceTests(AccountHost accounts)
{
    private readonly XeniosHost _host = accounts.Fresh();

    [Theory]
    [InlineData("trusted")]
    [InlineData("wso2jit")]
    public async Task Many_callbacks_of_one_new_person_make_one_user(string connection)
    {
        for (var round = 0; round < 3; round++)
        {
            var person = await _host.NewPersonAsync(accounts.NewAddress(), $"r{round}_{Guid.NewGuid():N}"[..14]);
            var users = await CountAsync("users");
            var walks = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Visitor.ArriveAsync(accounts, connection, person))));
            Assert.All(walks, walk => Assert.Equal("rp.test", walk.State));
            var subjects = await Task.WhenAll(walks.Select(walk => walk.SubjectAsync()));
            Assert.Single(subjects.Distinct());
            Assert.Equal(users + 1, await CountAsync("users"));
            Assert.Equal(1, await CountAsync($"linked_identities WHERE user_id = '{subjects[0]}'"));
        }
    }

    // Two X accounts with the address of one account here: one is connected, the other is asked whether to replace it.
    [Fact]
    public async Task Of_two_identities_that_are_connected_with_one_account_at_once_one_wins_and_the_other_is_asked()
    {
        for (var round = 0; round < 3; round++)
        {
            var (address, user) = await accounts.AddUserAsync();
            var people = new[] { await _host.NewPersonAsync(address), await _host.NewPersonAsync(address) };
            var walks = await Task.WhenAll(people.Select(person => Task.Run(() => Visitor.ArriveAsync(accounts, "trusted", person))));
            Assert.Equal(["S23", "rp.test"], walks.Select(walk => walk.State).Order(StringComparer.Ordinal));
            Assert.Equal(1, await CountAsync($"linked_identities WHERE user_id = '{user}'"));
        }
    }

    [Fact]
    public async Task The_question_answered_many_times_at_once_connects_once()
    {
        var (address, user) = await accounts.AddUserAsync();
        var ada = await Visitor.ArriveAsync(accounts, "prompt", await _host.NewPersonAsync(address));
        var (sessions, mails) = (await CountAsync("sessions"), _host.Mail.Count);
        var pages = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => i % 2 == 0 ? ada.ForceAsync("link", ("link", "yes")) : ada.ForceAsync("apart"))));
        Assert.Single(pages, page => page.Location?.Host == "rp.test");
        Assert.All(pages, page => Assert.True(page.Status is HttpStatusCode.SeeOther or HttpStatusCode.BadRequest, $"{page.Status}"));
        Assert.Equal(sessions + 1, await CountAsync("sessions"));
        Assert.InRange(await CountAsync($"linked_identities WHERE user_id = '{user}'"), 0, 1);
        Assert.Equal(1, await CountAsync($"linked_identities WHERE email = '{address}'"));
        Assert.InRange(_host.Mail.Count - mails, 0, 1);
    }

    // One enters the code while another identity of the same address is being connected.
    [Fact]
    public async Task A_code_that_races_with_a_link_ends_in_one_account_and_a_question()
    {
        for (var round = 0; round < 3; round++)
        {
            var (address, user) = await accounts.AddUserAsync();
            var slow = await Visitor.ArriveAsync(accounts, "trusted", await _host.NewPersonAsync());
            await slow.PressAsync("email", ("email", address));
            var code = _host.MailedCode;
            var other = await _host.NewPersonAsync(address);
            var both = await Task.WhenAll(
                Task.Run(async () => await slow.PressAsync("email/code", ("code", code))),
                Task.Run(async () => (await Visitor.ArriveAsync(accounts, "trusted", other)).State));
            Assert.Equal(["S18", "rp.test"], both);
            Assert.Equal("S23", await slow.PressAsync("link", ("link", "yes")));
            Assert.Equal(1, await CountAsync($"linked_identities WHERE user_id = '{user}'"));
        }
    }

    // Blocked between the question and the answer: asked again where it is written.
    [Fact]
    public async Task An_account_blocked_or_taken_from_its_address_while_the_question_stands_is_not_joined()
    {
        var (address, user) = await accounts.AddUserAsync();
        var ada = await Visitor.ArriveAsync(accounts, "prompt", await _host.NewPersonAsync(address));
        await _host.ExecuteAsync($"UPDATE users SET status = 'blocked' WHERE user_id = '{user}'");
        Assert.Equal("S62 account_blocked", await ada.PressAsync("link", ("link", "yes")));

        (address, user) = await accounts.AddUserAsync();
        var ben = await Visitor.ArriveAsync(accounts, "prompt", await _host.NewPersonAsync(address));
        await _host.ExecuteAsync($"UPDATE users SET email_verified = 0 WHERE user_id = '{user}'");
        Assert.Equal("S20", await ben.PressAsync("link", ("link", "yes")));
        Assert.Equal(0, await CountAsync($"linked_identities WHERE user_id = '{user}'"));
    }

    [Fact]
    public async Task Many_newcomers_who_want_one_name_get_one_each()
    {
        var name = $"same{Guid.NewGuid():N}"[..14];
        var walks = new List<Visitor>();
        for (var i = 0; i < 5; i++)
        {
            var walk = await Visitor.ArriveAsync(accounts, "full", await _host.NewPersonAsync(accounts.NewAddress()));
            walks.Add(walk);
        }

        var states = await Task.WhenAll(walks.Select(walk => Task.Run(() => walk.PressAsync("create", ("username", name), ("password", "correct-horse-battery")))));
        Assert.Single(states, state => state == "rp.test");
        Assert.Equal(4, states.Count(state => state == "S24 username_taken"));
        Assert.Equal(1, await CountAsync($"users WHERE username_key = '{name}'"));
    }

    private async Task<long> CountAsync(string table) =>
        long.Parse((await _host.QueryAsync($"SELECT COUNT(*) FROM {table}"))[0], System.Globalization.CultureInfo.InvariantCulture);
}

public sealed class LinkingRaceOnSqliteTests(AccountHost accounts) : LinkingRaceTests(accounts), IClassFixture<AccountHost>;

[Trait("Category", "Postgres")]
public sealed class LinkingRaceOnPostgresTests(AccountHostOnPostgres accounts) : LinkingRaceTests(accounts), IClassFixture<AccountHostOnPostgres>;
