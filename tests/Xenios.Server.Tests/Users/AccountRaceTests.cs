using Xenios.Server.Tests.SignIn.Gates;
using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>Two at once, on either database: what the rules decided is decided again where it is written.</summary>
public abstract class AccountRaceTests(GateHost gate)
{
    private readonly XeniosHost _host = gate.Fresh();

    [Fact]
    public async Task Two_callbacks_of_the_same_new_person_make_one_user_and_both_browsers_are_signed_in_as_it()
    {
        for (var round = 0; round < 3; round++)
        {
            var person = await _host.NewPersonAsync($"race-{round}@v.test");
            var users = await CountAsync("users");
            _host.Upstreams.Intercept = Together("/2/users/me", 2);
            var (one, other) = (new RelyingParty(_host), new RelyingParty(_host));
            var pages = await Task.WhenAll(one.SignInAsync(_host.NewBrowser(), person), other.SignInAsync(_host.NewBrowser(), person));
            _host.Upstreams.Intercept = null;

            Assert.All(pages, page => Assert.Equal("rp.test", page.Location?.Host));
            var subjects = new[]
            {
                (await one.ValidateAsync((await one.RedeemAsync(pages[0].LocationParameter("code"))).IdToken))["sub"],
                (await other.ValidateAsync((await other.RedeemAsync(pages[1].LocationParameter("code"))).IdToken))["sub"],
            };
            Assert.Single(subjects.Distinct());
            Assert.Equal(users + 1, await CountAsync("users"));
            Assert.Equal(["1"], await _host.QueryAsync($"SELECT COUNT(*) FROM linked_identities WHERE user_id = '{subjects[0]}'"));
        }
    }

    [Fact]
    public async Task Of_two_people_who_prove_the_same_address_at_once_one_gets_it_and_the_other_is_told()
    {
        for (var round = 0; round < 3; round++)
        {
            var address = $"both-{round}@v.test";
            var (one, other) = (await Newcomer.ArriveAsync(_host), await Newcomer.ArriveAsync(_host));
            await one.GiveAsync(address);
            var ones = _host.MailedCode;
            await other.GiveAsync(address);
            var others = _host.MailedCode;

            var pages = await Task.WhenAll(Task.Run(() => one.EnterAsync(ones)), Task.Run(() => other.EnterAsync(others)));
            Assert.Single(pages, page => page.Location?.Host == "rp.test");
            var loser = pages[0].Id is null ? other : one;
            Assert.Equal(("S18", null), (loser.Page.Id, loser.Page.Error));
            Assert.Equal(["1|1"], await _host.QueryAsync($"SELECT COUNT(*), SUM(email_verified) FROM users WHERE email_key = '{address}'"));
            Assert.Equal(["0"], await _host.QueryAsync($"SELECT COUNT(*) FROM linked_identities WHERE handle = '{loser.Person.Replace('-', '_')}'"));

            await loser.PressAsync("email/change");
            await loser.GiveAsync(loser.Address);
            Assert.Equal("rp.test", (await loser.ProveAsync()).Location?.Host);
            _host.Clock.Advance(TimeSpan.FromHours(1));
        }
    }

    [Theory]
    [InlineData("x", "email/code")]
    [InlineData("optional", "email/skip")]
    public async Task A_journey_finished_twice_in_parallel_opens_one_session_and_gives_one_code(string connection, string action)
    {
        var ben = await Newcomer.ArriveAsync(_host, gate.Many, connection);
        if (action == "email/code")
        {
            await ben.GiveAsync(ben.Address);
        }

        var (users, sessions, codes) = (await CountAsync("users"), await CountAsync("sessions"), await CountAsync("ephemeral WHERE kind = 'authorization_code'"));
        var code = action == "email/code" ? _host.MailedCode : "";
        var pages = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ben.SendAsync(ben.Browser, action, follow: false, ("code", code)))));

        Assert.Single(pages, page => page.Location?.Host == "rp.test");
        Assert.All(pages, page => Assert.True((int)page.Status is 303 or 400, $"{page.Status} {page.Id}"));
        Assert.Equal(
            (users + 1, sessions + 1, codes + 1),
            (await CountAsync("users"), await CountAsync("sessions"), await CountAsync("ephemeral WHERE kind = 'authorization_code'")));
    }

    // Every caller waits here until all have come: what follows runs at once.
    private static Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>> Together(string path, int count)
    {
        var arrived = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return async (request, ct) =>
        {
            if (request.RequestUri!.AbsolutePath == path)
            {
                if (Interlocked.Increment(ref arrived) == count)
                {
                    all.SetResult();
                }

                await all.Task.WaitAsync(ct);
            }

            return null;
        };
    }

    private async Task<long> CountAsync(string table) =>
        long.Parse((await _host.QueryAsync($"SELECT COUNT(*) FROM {table}"))[0], System.Globalization.CultureInfo.InvariantCulture);
}

public sealed class AccountRaceOnSqliteTests(GateHost gate) : AccountRaceTests(gate), IClassFixture<GateHost>;

[Trait("Category", "Postgres")]
public sealed class AccountRaceOnPostgresTests(GateHostOnPostgres gate) : AccountRaceTests(gate), IClassFixture<GateHostOnPostgres>;
