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

    private async Task<long> LookedAtAsync(string address)
    {
        var hash = Convert.ToHexStringLower(Secrets.Hash(address));
        var rows = await _host.QueryAsync("SELECT key_hash, count FROM counters WHERE kind = 'codes_for_address'");
        return long.Parse(rows.Single(row => row.StartsWith(hash, StringComparison.Ordinal)).Split('|')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
