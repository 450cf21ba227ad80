using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn.Gates;

/// <summary>No address from X: asked for once and proved by a code (Kinde A10; S11, S13–S16).</summary>
public sealed class EmailGateTests(GateHost gate) : IClassFixture<GateHost>
{
    private readonly XeniosHost _host = gate.Fresh();

    [Fact]
    public async Task No_user_and_no_session_exist_until_the_code_is_right()
    {
        var before = await _host.SnapshotAsync();
        var ben = await Newcomer.ArriveAsync(_host);
        Assert.Equal(("S11", HttpStatusCode.OK), (ben.Page.Id, ben.Page.Status));
        Assert.NotNull(ben.Page.SupportCode);
        await ben.GiveAsync(ben.Address);
        Assert.Equal(("S13", HttpStatusCode.OK), (ben.Page.Id, ben.Page.Status));
        Assert.NotNull(ben.Page.SupportCode);
        Assert.DoesNotContain(ben.Address, ben.Page.Html, StringComparison.Ordinal);
        Assert.Equal(before, await _host.SnapshotAsync());

        var back = await ben.ProveAsync();
        Assert.Equal("rp.test", back.Location!.Host);
        var tokens = await ben.App.RedeemAsync(back.LocationParameter("code"));
        var (_, person, _) = await ben.App.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(ben.Address, person.GetProperty("email").GetString());
        Assert.True(person.GetProperty("email_verified").GetBoolean());
        Assert.Equal(
            [$"{ben.Address}|{ben.Address}|1|code|active"],
            await _host.QueryAsync($"SELECT email, email_key, email_verified, email_verified_by, status FROM users WHERE user_id = '{person.GetProperty("sub").GetString()}'"));
    }

    [Fact]
    public async Task The_address_is_asked_for_once_also_in_another_browser()
    {
        var first = await Newcomer.ArriveAsync(_host);
        await first.GiveAsync(first.Address);
        await first.ProveAsync();
        var mails = _host.Mail.Count;

        var again = await new RelyingParty(_host).SignInAsync(_host.NewBrowser(), first.Person);
        Assert.Equal("rp.test", again.Location!.Host);
        Assert.Equal(mails, _host.Mail.Count);
    }

    [Fact]
    public async Task A_wrong_code_creates_nothing_and_says_so()
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync(ben.Address);
        var before = await _host.SnapshotAsync();
        foreach (var wrong in new[] { Newcomer.Not(_host.MailedCode), "", "abcdef", _host.MailedCode + "0" })
        {
            var page = await ben.EnterAsync(wrong);
            Assert.Equal(("S14", "code_wrong", HttpStatusCode.BadRequest), (page.Id, page.Error, page.Status));
            Assert.NotNull(page.SupportCode);
        }

        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.Equal("rp.test", (await ben.ProveAsync()).Location!.Host);
    }

    [Theory]
    [InlineData("{0} {1}")]
    [InlineData(" {0}-{1} ")]
    [InlineData("{0}\u00A0{1}")]
    public async Task A_code_may_be_typed_as_the_mail_shows_it(string form)
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync(ben.Address);
        var code = _host.MailedCode;
        var page = await ben.EnterAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, code[..3], code[3..]));
        Assert.Equal("rp.test", page.Location!.Host);
    }

    [Fact]
    public async Task A_code_older_than_ten_minutes_is_too_old_and_a_new_one_works()
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync(ben.Address);
        var old = _host.MailedCode;
        _host.Clock.Advance(TimeSpan.FromMinutes(10));
        var before = await _host.SnapshotAsync();
        var page = await ben.EnterAsync(old);
        Assert.Equal(("S15", "code_too_old", HttpStatusCode.BadRequest), (page.Id, page.Error, page.Status));
        Assert.NotNull(page.SupportCode);
        Assert.Equal(before, await _host.SnapshotAsync());

        page = await ben.PressAsync("email/code/resend");
        Assert.Equal("S13", page.Id);
        Assert.Equal("rp.test", (await ben.ProveAsync()).Location!.Host);
    }

    [Fact]
    public async Task A_code_works_until_the_tenth_minute_is_over()
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync(ben.Address);
        _host.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        Assert.Equal("rp.test", (await ben.ProveAsync()).Location!.Host);
    }

    [Theory]
    [InlineData("email/code/resend")]
    [InlineData("email")]
    public async Task No_second_mail_goes_out_within_thirty_seconds(string action)
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync(ben.Address);
        var mails = _host.Mail.Count;
        var code = _host.MailedCode;
        _host.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("S13", (await ben.PressAsync(action, ("email", ben.Address))).Id);
        Assert.Equal(mails, _host.Mail.Count);

        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("S13", (await ben.PressAsync(action, ("email", ben.Address))).Id);
        Assert.Equal(mails + 1, _host.Mail.Count);
        Assert.Equal("S14", (await ben.EnterAsync(code)).Id);
        Assert.Equal("rp.test", (await ben.ProveAsync()).Location!.Host);
    }

    [Fact]
    public async Task Another_address_can_be_given_and_the_first_code_is_void()
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync("first-" + ben.Address);
        var first = _host.MailedCode;
        Assert.Equal("S11", (await ben.PressAsync("email/change")).Id);
        await ben.GiveAsync(ben.Address);
        Assert.Equal("S14", (await ben.EnterAsync(first)).Id);
        Assert.Equal("rp.test", (await ben.ProveAsync()).Location!.Host);
        Assert.Equal(["0"], await _host.QueryAsync($"SELECT COUNT(*) FROM users WHERE email = 'first-{ben.Address}'"));
    }

    [Fact]
    public async Task Another_way_forgets_who_came_and_what_was_typed()
    {
        var ben = await Newcomer.ArriveAsync(_host);
        await ben.GiveAsync(ben.Address);
        var code = _host.MailedCode;
        var before = await _host.SnapshotAsync();
        Assert.Equal("S03", (await ben.PressAsync("other")).Id);
        Assert.Equal("S03", (await ben.EnterAsync(code)).Id);
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Fact]
    public async Task A_login_hint_fills_the_field_but_proves_nothing()
    {
        var app = new RelyingParty(_host);
        var page = await app.SignInAsync(_host.NewBrowser(), await _host.NewPersonAsync(), ("login_hint", "hint@v.test"));
        Assert.Equal("S11", page.Id);
        Assert.Contains("value=\"hint@v.test\"", page.Html, StringComparison.Ordinal);
    }
}
