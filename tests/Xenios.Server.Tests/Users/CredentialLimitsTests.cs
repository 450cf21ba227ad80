using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Users;
using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>Passwords under load and under guessing: who is counted, what is given back, how many are looked at at once (threats H01, H05, L05).</summary>
public abstract class CredentialLimitsTests(AccountHost accounts)
{
    private const string Password = "correct-horse-battery";
    private const string Wrong = "wrong-horse-battery";

    private readonly XeniosHost _host = accounts.Fresh();

    [Fact] // H05: an office behind one address
    public async Task Right_passwords_use_nothing_up()
    {
        var (address, _) = await accounts.AddUserAsync($"password: {Password}");
        for (var i = 0; i < 12; i++)
        {
            var page = await PasswordPageAsync("198.51.100.1");
            Assert.Equal("rp.test", await page.PressAsync("password", ("username", address), ("password", Password)));
        }

        Assert.All(await _host.QueryAsync($"SELECT count FROM counters WHERE kind LIKE 'passwords%' AND window_ends_at > {_host.Clock.GetUtcNow().ToUnixTimeMilliseconds()}"), count => Assert.Equal("0", count));

        // Wrong ones are: the tenth still is looked at, then nothing is.
        var wrong = await PasswordPageAsync("198.51.100.1");
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("S71 password_wrong", await wrong.PressAsync("password", ("username", address), ("password", Wrong)));
        }

        Assert.Equal("S16 too_many_tries", await wrong.PressAsync("password", ("username", address), ("password", Password)));
    }

    [Fact] // H05: one household has 2^64 addresses
    public async Task Wrong_passwords_count_together_for_the_addresses_of_one_ipv6_network_and_leave_others_alone()
    {
        var (address, _) = await accounts.AddUserAsync($"password: {Password}");
        for (var i = 0; i < 10; i++)
        {
            var page = await PasswordPageAsync($"2001:db8:5:6::{i:x}");
            Assert.Equal("S71 password_wrong", await page.PressAsync("password", ("username", address), ("password", Wrong)));
        }

        Assert.Equal("S16 too_many_tries", await (await PasswordPageAsync("2001:db8:5:6:ffff::1")).PressAsync("password", ("username", address), ("password", Password)));
        Assert.Equal("rp.test", await (await PasswordPageAsync("2001:db8:5:7::1")).PressAsync("password", ("username", address), ("password", Password)));
    }

    // H05, A09: whoever calls themselves after the victim at X reaches S19 with an address of their own each time.
    [Fact]
    public async Task Passwords_tried_on_an_account_found_by_its_name_count_for_the_account_whatever_address_arrived()
    {
        var name = $"victim_{Guid.NewGuid():N}"[..15];
        await accounts.AddUserAsync($"username: {name}, password: {Password}");
        var namesake = await _host.NewPersonAsync(accounts.NewAddress(), name);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("S19 password_wrong", await (await NamesakeAsync()).PressAsync("prove", ("password", Wrong)));
        }

        Assert.Equal("S16 too_many_tries", await (await NamesakeAsync()).PressAsync("prove", ("password", Password)));

        async Task<Visitor> NamesakeAsync()
        {
            await _host.PatchPersonAsync(namesake, $$"""{"email":"{{accounts.NewAddress()}}"}""");
            var visitor = await Visitor.ArriveAsync(accounts, "rules", namesake);
            Assert.Equal("S19", visitor.State);
            return visitor;
        }
    }

    [Fact] // L05
    public async Task As_many_passwords_as_there_are_cores_are_looked_at_and_whoever_finds_the_queue_full_is_told_so_and_loses_no_try()
    {
        var (address, _) = await accounts.AddUserAsync($"password: {Password}");
        var (page, prove) = (await PasswordPageAsync("198.51.100.7"), await Visitor.ArriveAsync(accounts, "x", await _host.NewPersonAsync(address)));
        var full = await Visitor.ArriveAsync(accounts, "full", await _host.NewPersonAsync(accounts.NewAddress()));
        using (await BusyAsync())
        {
            foreach (var answer in new[] { await page.ForceAsync("password", ("username", address), ("password", Wrong)), await prove.ForceAsync("prove", ("password", Password)), await full.ForceAsync("create", ("consent", "yes"), ("username", "someone"), ("password", Password)) })
            {
                Expect.Page(answer, "S16", HttpStatusCode.ServiceUnavailable);
                Assert.Equal(("server_busy", "5"), (answer.Error, answer.Headers["Retry-After"]));
            }

            // Nothing is hashed for what is refused anyway.
            Assert.Equal("username_malformed", (await full.ForceAsync("create", ("consent", "yes"), ("username", "not a name"), ("password", Password))).Error);
            Assert.Equal("S24 username_taken", await full.PressAsync("create", ("username", "CLEO"), ("password", Password)));
        }

        Assert.All(await _host.QueryAsync($"SELECT count FROM counters WHERE kind IN ('passwords_by_name', 'passwords_by_name_and_network') AND window_ends_at > {_host.Clock.GetUtcNow().ToUnixTimeMilliseconds()}"), count => Assert.Equal("0", count));
        Assert.Equal("rp.test", await page.PressAsync("password", ("username", address), ("password", Password)));
        Assert.Equal("S18", await prove.PressAsync("prove", ("password", Password)));
    }

    [Fact] // L05
    public async Task A_network_chooses_a_hundred_passwords_an_hour()
    {
        var person = await _host.NewPersonAsync(accounts.NewAddress());
        var first = await Visitor.ArriveAsync(accounts, "password", person, browser: From("2001:db8:8:8::1"));
        Assert.Equal("rp.test", await first.PressAsync("create", ("password", Password)));
        Assert.Equal(1, await _host.ExecuteAsync($"UPDATE counters SET count = 100 WHERE kind = 'passwords_chosen_by_network' AND count = 1 AND window_ends_at > {_host.Clock.GetUtcNow().ToUnixTimeMilliseconds()}"));
        var next = await Visitor.ArriveAsync(accounts, "password", await _host.NewPersonAsync(accounts.NewAddress()), browser: From("2001:db8:8:8::2"));
        Assert.Equal("S16 too_many_tries", await next.PressAsync("create", ("password", Password)));
        var elsewhere = await Visitor.ArriveAsync(accounts, "password", await _host.NewPersonAsync(accounts.NewAddress()), browser: From("2001:db8:8:9::1"));
        Assert.Equal("rp.test", await elsewhere.PressAsync("create", ("password", Password)));
    }

    [Theory] // S75
    [InlineData("")]
    [InlineData(" ")]
    public async Task A_blank_user_name_is_said_to_be_none(string name)
    {
        var ada = await Visitor.ArriveAsync(accounts, "full", await _host.NewPersonAsync(accounts.NewAddress()));
        Assert.Equal("S75 username_malformed", await ada.PressAsync("create", ("username", name), ("password", Password)));
        Assert.Equal(HttpStatusCode.BadRequest, ada.Page.Status);
    }

    private Browser From(string address)
    {
        var browser = _host.NewBrowser();
        browser.Address = IPAddress.Parse(address);
        return browser;
    }

    private async Task<Visitor> PasswordPageAsync(string address)
    {
        var visitor = await Visitor.OpenAsync(accounts, accounts.Ways, From(address));
        Assert.Equal("S71", await visitor.PressAsync("way/password"));
        return visitor;
    }

    // Every place is taken, and so is the queue.
    private async Task<IDisposable> BusyAsync()
    {
        var places = _host.Services.GetRequiredService<PasswordSignIn>().Places;
        var leases = new List<RateLimitLease>();
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            leases.Add(await places.AcquireAsync());
        }

        Assert.All(leases, lease => Assert.True(lease.IsAcquired));
        var waiting = Enumerable.Range(0, 32).Select(_ => places.AcquireAsync().AsTask()).ToList();
        Assert.All(waiting, wait => Assert.False(wait.IsCompleted));
        return new Held(leases, waiting);
    }

    private sealed class Held(List<RateLimitLease> leases, List<Task<RateLimitLease>> waiting) : IDisposable
    {
        public void Dispose()
        {
            leases.ForEach(lease => lease.Dispose());
            waiting.ForEach(wait => wait.ContinueWith(lease => lease.Result.Dispose(), TaskScheduler.Default).Wait());
        }
    }
}

public sealed class CredentialLimitsOnSqliteTests(AccountHost accounts) : CredentialLimitsTests(accounts), IClassFixture<AccountHost>;

[Trait("Category", "Postgres")]
public sealed class CredentialLimitsOnPostgresTests(AccountHostOnPostgres accounts) : CredentialLimitsTests(accounts), IClassFixture<AccountHostOnPostgres>;
