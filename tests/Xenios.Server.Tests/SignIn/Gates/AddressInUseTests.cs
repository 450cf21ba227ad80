using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn.Gates;

/// <summary>Addresses of accounts that exist (S18), unproved claims to them (threats A01, A04, A12), and that nobody can tell from outside (H03).</summary>
public sealed class AddressInUseTests(GateHost gate) : IClassFixture<GateHost>
{
    private readonly XeniosHost _host = gate.Fresh();

    [Theory]
    [InlineData("x")]
    [InlineData("trusted")]
    public async Task An_address_from_X_that_belongs_to_an_account_has_to_be_proved_and_changes_nothing_until_then(string connection)
    {
        var before = await _host.SnapshotAsync();
        var browser = _host.NewBrowser();
        var page = await gate.Many.SignInAsync(browser, await _host.NewPersonAsync("Admin@v.test"), ("connection", connection));
        Assert.Equal(("S19", null, HttpStatusCode.OK), (page.Id, page.Error, page.Status));
        Assert.NotNull(page.SupportCode);
        Assert.DoesNotContain(browser.CookiesOf("id.test"), cookie => cookie.Key.Contains("session", StringComparison.Ordinal));
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.Equal("S01", (await browser.PressAsync(page, "/other")).Id);
    }

    [Fact]
    public async Task With_linking_off_a_separate_account_arises_that_does_not_hold_the_address()
    {
        var app = gate.Many;
        var admin = await _host.QueryAsync("SELECT * FROM users WHERE username = 'admin'");
        var page = await app.SignInAsync(_host.NewBrowser(), await _host.NewPersonAsync("admin@v.test"), ("connection", "separate"));
        var (_, person, _) = await app.UserInfoAsync((await app.RedeemAsync(page.LocationParameter("code"))).AccessToken);
        Assert.False(person.GetProperty("email_verified").GetBoolean());
        Assert.Equal(["null|null"], await _host.QueryAsync($"SELECT email, email_key FROM users WHERE user_id = '{person.GetProperty("sub").GetString()}'"));
        Assert.Equal(admin, await _host.QueryAsync("SELECT * FROM users WHERE username = 'admin'"));
    }

    [Fact]
    public async Task A_typed_address_of_an_account_leads_to_the_question_after_the_proof_and_another_one_goes_on()
    {
        var before = await _host.SnapshotAsync();
        var ben = await Newcomer.ArriveAsync(_host);
        Assert.Equal("S13", (await ben.GiveAsync("ADMIN@v.test")).Id);
        var page = await ben.ProveAsync();
        Assert.Equal(("S18", null, HttpStatusCode.OK), (page.Id, page.Error, page.Status));
        Assert.NotNull(page.SupportCode);
        Assert.Equal("S18", (await ben.ReloadAsync()).Id);
        Assert.Equal("S18", (await ben.ProveAsync()).Id);
        Assert.Equal("S18", (await ben.PressAsync("email/skip")).Id);
        Assert.Equal(before, await _host.SnapshotAsync());

        page = await ben.PressAsync("apart");
        Assert.Equal(("S11", "email_belongs_to_account"), (page.Id, page.Error));
        Assert.Equal(before, await _host.SnapshotAsync());
        await ben.GiveAsync(ben.Address);
        Assert.Equal("rp.test", (await ben.ProveAsync()).Location!.Host);
        Assert.Equal(["1"], await _host.QueryAsync($"SELECT COUNT(*) FROM users WHERE email_key = '{ben.Address}'"));
    }

    // H03
    [Fact]
    public async Task Known_and_unknown_addresses_get_the_same_answers_and_the_same_mail()
    {
        var known = await WalkAsync("admin@v.test");
        var unknown = await WalkAsync("armin@v.test");
        Assert.Equal(known.Length, unknown.Length);
        Assert.All(known.Zip(unknown), pair => Assert.Equal(pair.First, pair.Second));
    }

    // A01, A03, A04
    [Fact]
    public async Task An_unproved_claim_to_an_address_is_never_joined_and_ends_when_somebody_proves_it()
    {
        // Somebody's X identity already hangs on the unproved account, as a trojan would.
        var trojan = await _host.NewPersonAsync();
        Assert.Equal("rp.test", (await gate.Many.SignInAsync(_host.NewBrowser(), trojan, ("connection", "without"))).Location!.Host);
        await _host.ExecuteAsync("UPDATE linked_identities SET user_id = (SELECT user_id FROM users WHERE email = 'squatter@v.test') WHERE handle = '" + trojan.Replace('-', '_') + "'");
        var squatting = _host.NewBrowser();
        var squatter = (await gate.Many.SignInAsync(squatting, trojan, ("connection", "without"))).LocationParameter("code");
        Assert.NotNull(squatter);

        var victim = await Newcomer.ArriveAsync(_host);
        await victim.GiveAsync("squatter@v.test");
        Assert.Equal("S20", (await victim.ProveAsync()).Id);
        Assert.Equal(["1"], await _host.QueryAsync("SELECT COUNT(*) FROM users WHERE email_key = 'squatter@v.test' AND password_hash IS NOT NULL"));
        var back = await victim.PressAsync("take-over");
        Assert.Equal("rp.test", back.Location!.Host);
        var victims = await victim.App.ValidateAsync((await victim.App.RedeemAsync(back.LocationParameter("code"))).IdToken);
        Assert.Equal(("squatter@v.test", "Your e-mail was confirmed by someone"), (_host.Mail[0].To, _host.Mail[0].Subject));

        Assert.Equal(
            [$"{victims["sub"]}|1|code|null|{victim.Person.Replace('-', '_')}"],
            await _host.QueryAsync("SELECT u.user_id, u.email_verified, u.email_verified_by, u.password_hash, i.handle FROM users u JOIN linked_identities i ON i.user_id = u.user_id WHERE u.email_key = 'squatter@v.test'"));

        // What the squatter had opened is over; the way in that remains leads to an account of its own.
        Assert.Equal("login_required", (await squatting.GoAsync(gate.Many.AuthorizeUrl(("prompt", "none")))).LocationParameter("error"));
        var app = gate.Many;
        var old = await app.SignInAsync(_host.NewBrowser(), trojan, ("connection", "without"));
        Assert.NotEqual(victims["sub"], (await app.ValidateAsync((await app.RedeemAsync(old.LocationParameter("code"))).IdToken))["sub"]);

        // The next claim comes too late.
        var late = await Newcomer.ArriveAsync(_host);
        await late.GiveAsync("squatter@v.test");
        Assert.Equal("S18", (await late.ProveAsync()).Id);
    }

    // Everything a stranger sees and what lands in the mailbox, with what differs by chance taken out.
    private async Task<string[]> WalkAsync(string address)
    {
        var ben = await Newcomer.ArriveAsync(_host);
        var mails = _host.Mail.Count;
        var given = await ben.SendAsync(ben.Browser, "email", follow: false, ("email", address));
        var form = await ben.ReloadAsync();
        var code = _host.MailedCode;
        var wrong = await ben.EnterAsync(Newcomer.Not(code));
        _host.Clock.Advance(TimeSpan.FromSeconds(30));
        var resent = await ben.SendAsync(ben.Browser, "email/code/resend", follow: false);
        var newest = _host.Mail[0];
        var changed = await ben.PressAsync("email/change");
        return
        [
            .. new[] { given, form, wrong, resent, changed }.Select(page => Clean(Seen(page), ben)),
            $"{_host.Mail.Count - mails} mails",
            Clean($"{newest.Subject}\n{newest.Text}", ben).Replace($"{_host.MailedCode[..3]} {_host.MailedCode[3..]}", "CODE", StringComparison.Ordinal),
            string.Join(' ', _host.Mail.Take(2).Select(mail => mail.To == address)),
        ];
    }

    private static string Seen(Page page) =>
        $"{page.Status} {page.Id} {page.Location} {string.Join(' ', page.Headers.OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}={header.Value}"))} {page.Html}";

    private static string Clean(string text, Newcomer ben) => System.Text.RegularExpressions.Regex
        .Replace(text, "(?<=name=\"form_token\" value=\")[^\"]*|(?<=<code data-support-code[^>]*>)[^<]*", "NONCE")
        .Replace(ben.Journey, "JOURNEY", StringComparison.Ordinal)
        .Replace(ben.Person.Replace('-', '_'), "PERSON", StringComparison.Ordinal);
}
