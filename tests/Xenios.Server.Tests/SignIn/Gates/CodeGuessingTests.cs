using System.Net;
using Xenios.Server.Hosting;
using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn.Gates;

/// <summary>Guessing codes, and using them elsewhere than where they belong (threats H01, H02, A02).</summary>
public sealed class CodeGuessingTests(GateHost gate) : IClassFixture<GateHost>
{
    private readonly XeniosHost _host = gate.Fresh();

    // H01
    [Fact]
    public async Task Of_two_hundred_parallel_guesses_at_most_five_are_looked_at_and_the_right_code_is_refused_afterwards()
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync(ben.Address);
        var code = _host.MailedCode;
        var before = await _host.SnapshotAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => ben.SendAsync(ben.Browser, "email/code", follow: false, ("code", Newcomer.Not(code))))));
        Assert.All(answers, answer => Assert.True((int)answer.Status is 303 or 400 or 429, $"{answer.Status}"));
        for (var i = 0; i < 5; i++)
        {
            await ben.EnterAsync(Newcomer.Not(code));
        }

        Assert.Equal("S16", ben.Page.Id);
        Assert.Equal(5, await LookedAtAsync(ben.Address));
        var right = await ben.EnterAsync(code);
        Assert.Equal(("S16", HttpStatusCode.TooManyRequests), (right.Id, right.Status));
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    // H01
    [Fact]
    public async Task New_codes_give_no_tries_beyond_those_of_the_hour()
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync(ben.Address);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 5; i++)
            {
                await ben.EnterAsync(Newcomer.Not(_host.MailedCode));
            }

            _host.Clock.Advance(TimeSpan.FromMinutes(5));
            Assert.Equal("S13", (await ben.PressAsync("email/code/resend")).Id);
        }

        Assert.Equal(15, await LookedAtAsync(ben.Address));
        var before = await _host.SnapshotAsync();
        var page = await ben.ProveAsync();
        Assert.Equal(("S16", HttpStatusCode.TooManyRequests), (page.Id, page.Status));

        // Nor does a second journey to the same address.
        var other = await Newcomer.ArriveAsync(_host);
        await other.GiveAsync(ben.Address);
        Assert.Equal("S16", (await other.ProveAsync()).Id);
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    // H01, H05: a throttle is no weapon.
    [Fact]
    public async Task Wrong_codes_typed_for_somebody_elses_address_do_not_shut_its_owner_out_elsewhere()
    {
        var (address, attacker) = ($"{await _host.NewPersonAsync()}@v.test", From("2001:db8:1:1::1"));
        for (var journey = 0; journey < 3; journey++)
        {
            var guesser = await Newcomer.ArriveAsync(_host, browser: attacker);
            await guesser.GiveAsync(address);
            for (var i = 0; i < 5; i++)
            {
                // Another address of the same network is the same network.
                attacker.Address = IPAddress.Parse($"2001:db8:1:1::{journey}{i}");
                await guesser.EnterAsync(Newcomer.Not(_host.MailedCode));
            }
        }

        var last = await Newcomer.ArriveAsync(_host, browser: attacker);
        await last.GiveAsync(address);
        Assert.Equal("S16", (await last.ProveAsync()).Id);
        var owner = await Newcomer.ArriveAsync(_host, browser: From("2001:db8:1:2::1"));
        await owner.GiveAsync(address);
        Assert.Equal("rp.test", (await owner.ProveAsync()).Location!.Host);
    }

    // H01: limits by address, network and instance.
    [Fact]
    public async Task A_network_types_thirty_wrong_codes_an_hour_whatever_the_addresses_and_right_ones_do_not_count()
    {
        var office = From("198.51.100.30");
        for (var journey = 0; journey < 6; journey++)
        {
            var guesser = await Newcomer.ArriveAsync(_host, browser: office);
            await guesser.GiveAsync(guesser.Address);
            for (var i = 0; i < 5; i++)
            {
                await guesser.EnterAsync(Newcomer.Not(_host.MailedCode));
            }

            // A colleague, in between.
            var colleague = await Newcomer.ArriveAsync(_host, browser: From("198.51.100.30"));
            await colleague.GiveAsync(colleague.Address);
            Assert.Equal(journey < 5 ? "rp.test" : null, (await colleague.ProveAsync()).Location?.Host);
        }

        var elsewhere = await Newcomer.ArriveAsync(_host, browser: From("198.51.100.31"));
        await elsewhere.GiveAsync(elsewhere.Address);
        Assert.Equal("rp.test", (await elsewhere.ProveAsync()).Location!.Host);
    }

    // H01: not even from everywhere at once.
    [Fact]
    public async Task Wrong_codes_of_all_networks_together_are_limited_too()
    {
        var one = await Newcomer.ArriveAsync(_host, browser: From("198.51.100.40"));
        await one.GiveAsync(one.Address);
        Assert.Equal("S14", (await one.EnterAsync(Newcomer.Not(_host.MailedCode))).Id);
        Assert.Equal(1, await _host.ExecuteAsync($"UPDATE counters SET count = 2000 WHERE kind = 'codes' AND count = 1 AND window_ends_at > {_host.Clock.GetUtcNow().ToUnixTimeMilliseconds()}"));
        var other = await Newcomer.ArriveAsync(_host, browser: From("198.51.100.41"));
        await other.GiveAsync(other.Address);
        Assert.Equal("S16", (await other.ProveAsync()).Id);
        _host.Clock.Advance(TimeSpan.FromHours(1));
    }

    // H02, A02
    [Fact]
    public async Task A_code_of_one_journey_is_worth_nothing_in_another_to_the_same_address()
    {
        var browser = _host.NewBrowser();
        var one = await Newcomer.ArriveAsync(_host, browser: browser);
        await one.GiveAsync(one.Address);
        var ones = _host.MailedCode;
        var other = await Newcomer.ArriveAsync(_host, browser: browser);
        await other.GiveAsync(one.Address);
        var before = await _host.SnapshotAsync();
        Assert.NotEqual(ones, _host.MailedCode);
        Assert.Equal(("S14", HttpStatusCode.BadRequest), ((await other.EnterAsync(ones)).Id, other.Page.Status));
        Assert.Equal("S14", (await one.EnterAsync(_host.MailedCode)).Id);
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.Equal("rp.test", (await one.EnterAsync(ones)).Location!.Host);
    }

    // H02, A02, A12
    [Fact]
    public async Task A_code_typed_in_another_browser_is_refused_and_still_works_in_its_own()
    {
        var victim = await Newcomer.ArriveAsync(_host);
        await victim.GiveAsync(victim.Address);
        var code = _host.MailedCode;
        var before = await _host.SnapshotAsync();
        var attacker = await Newcomer.ArriveAsync(_host);
        var page = await victim.SendAsync(attacker.Browser, "email/code", follow: true, ("code", code));
        Assert.Equal(("S60", "other_browser", HttpStatusCode.BadRequest), (page.Id, page.Error, page.Status));
        page = await victim.SendAsync(_host.NewBrowser(), "email/code", follow: true, ("code", code));
        Assert.Equal(("S61", HttpStatusCode.BadRequest), (page.Id, page.Status));
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.Equal("rp.test", (await victim.EnterAsync(code)).Location!.Host);
    }

    // H02
    [Theory]
    [InlineData("email/skip", "S11")]
    [InlineData("email/code", "S11")]
    [InlineData("email/code/resend", "S11")]
    [InlineData("email/change", "S11")]
    public async Task A_step_cannot_be_skipped_by_calling_the_next(string action, string due)
    {
        var ben = await Newcomer.ArriveAsync(_host);
        var before = await _host.SnapshotAsync();
        var mails = _host.Mail.Count;
        Assert.Equal(due, (await ben.PressAsync(action, ("code", "000000"), ("email_declined", "true"), ("proved", "true"))).Id);
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.Equal(mails, _host.Mail.Count);
    }

    // H02
    [Theory]
    [InlineData("email")]
    [InlineData("email/skip")]
    [InlineData("email/change")]
    [InlineData("email/code")]
    [InlineData("email/code/resend")]
    public async Task Nothing_happens_before_anybody_came_from_X(string action)
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.PressAsync("other");
        var before = await _host.SnapshotAsync();
        var mails = _host.Mail.Count;
        Assert.Equal("S03", (await ben.PressAsync(action, ("email", "a@v.test"), ("code", "000000"))).Id);
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.Equal(mails, _host.Mail.Count);
    }

    // H02
    [Fact]
    public async Task A_finished_journey_accepts_its_code_no_second_time()
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync(ben.Address);
        var code = _host.MailedCode;
        await ben.EnterAsync(code);
        var before = await _host.SnapshotAsync();
        var page = await ben.EnterAsync(code);
        Assert.Equal(("S59", "journey_finished", HttpStatusCode.BadRequest), (page.Id, page.Error, page.Status));
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Theory]
    [InlineData("email")]
    [InlineData("email/code")]
    [InlineData("email/skip")]
    public async Task A_form_that_is_not_ours_changes_nothing(string action)
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync(ben.Address);
        var before = await _host.SnapshotAsync();
        var mails = _host.Mail.Count;
        var page = await ben.Browser.PostAsync(
            $"{XeniosHost.Url}/signin/{ben.Journey}/{action}", [new("code", _host.MailedCode), new("email", "evil@v.test"), new("form_token", "AAAAAAAAAAAAAAAAAAAAAA")]);
        Assert.Equal(("S59", "form_foreign", HttpStatusCode.BadRequest), (page.Id, page.Error, page.Status));
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.Equal(mails, _host.Mail.Count);
    }

    private Browser From(string address)
    {
        var browser = _host.NewBrowser();
        browser.Address = IPAddress.Parse(address);
        return browser;
    }

    private async Task<long> LookedAtAsync(string address)
    {
        var hash = Convert.ToHexStringLower(Secrets.Hash(address));
        var rows = await _host.QueryAsync("SELECT key_hash, count FROM counters WHERE kind = 'codes_for_address'");
        return long.Parse(rows.Single(row => row.StartsWith(hash, StringComparison.Ordinal)).Split('|')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
