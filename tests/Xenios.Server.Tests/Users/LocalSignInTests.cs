using System.Net;
using Xenios.Server.Tests.SignIn.Gates;
using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>Ways in of this server itself: a password (S71) and a code by mail, throttled and telling nobody who is known (threats A01, A02, H03, H05).</summary>
public abstract class LocalSignInTests(AccountHost accounts)
{
    private readonly XeniosHost _host = accounts.Fresh();

    [Fact]
    public async Task A_password_of_the_resource_file_signs_in_by_name_and_by_confirmed_address()
    {
        var (address, user) = await accounts.AddUserAsync($"username: pat{Guid.NewGuid():N}, password: correct-horse-battery");
        var name = (await _host.QueryAsync($"SELECT username FROM users WHERE user_id = '{user}'"))[0];
        foreach (var typed in new[] { name, name.ToUpperInvariant(), address, address.ToUpperInvariant() })
        {
            var pat = await PasswordPageAsync();
            Assert.Equal("rp.test", await pat.PressAsync("password", ("username", typed), ("password", "correct-horse-battery")));
            Assert.Equal(user, await pat.SubjectAsync());
        }

        Assert.DoesNotContain(await _host.QueryAsync("SELECT password_hash FROM users"), hash => hash.Contains("correct-horse", StringComparison.Ordinal));
    }

    // H03: every wrong answer looks alike.
    [Fact]
    public async Task A_wrong_password_an_unknown_name_an_account_without_a_password_and_an_unproved_address_get_the_same_answer()
    {
        var (known, _) = await accounts.AddUserAsync("password: correct-horse-battery");
        var (without, _) = await accounts.AddUserAsync();
        var claimed = accounts.NewAddress();
        await _host.ApplyAsync($"environment: {{ slug: default }}\nusers:\n  - {{ email: {claimed}, password: correct-horse-battery }}");
        var pages = new List<string>();
        foreach (var (name, password) in new[] { (known, "wrong-horse-battery"), (without, "correct-horse-battery"), (accounts.NewAddress(), "correct-horse-battery"), (claimed, "correct-horse-battery"), ("no such name!", "x") })
        {
            var page = await PasswordPageAsync();
            Assert.Equal("S71 password_wrong", await page.PressAsync("password", ("username", name), ("password", password)));
            Assert.Equal(HttpStatusCode.BadRequest, page.Page.Status);
            Assert.False(page.HasSession);
            var html = System.Text.RegularExpressions.Regex.Replace(page.Page.Html, "(?<=form_token\" value=\")[^\"]*|(?<=<code data-support-code[^>]*>)[^<]*|(?<=/signin/)[^/]*|(?<=name=\"username\" value=\")[^\"]*", "");
            pages.Add(html);
        }

        Assert.Single(pages.Distinct());
    }

    // H05
    [Fact]
    public async Task Passwords_are_throttled_before_they_are_looked_at_and_long_ones_refused_fast()
    {
        var (address, _) = await accounts.AddUserAsync("password: correct-horse-battery");
        var page = await PasswordPageAsync();
        var huge = await page.PressAsync("password", ("username", address), ("password", new string('p', 60_000)));
        Assert.Equal("S71 password_wrong", huge);
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Run(() => page.ForceAsync("password", ("username", address), ("password", "wrong-horse-battery")))));
        Assert.Equal(9, answers.Count(answer => answer.Error == "password_wrong"));
        Assert.Equal(21, answers.Count(answer => answer.Error == "too_many_tries"));
        Assert.Equal("S16 too_many_tries", await page.PressAsync("password", ("username", address), ("password", "correct-horse-battery")));
        Assert.False(page.HasSession);

        // Slowed down, not locked: later the right one works, and meanwhile somebody else's does.
        var (other, _) = await accounts.AddUserAsync("password: correct-horse-battery");
        var neighbour = await PasswordPageAsync();
        Assert.Equal("rp.test", await neighbour.PressAsync("password", ("username", other), ("password", "correct-horse-battery")));
        _host.Clock.Advance(TimeSpan.FromMinutes(16));
        var later = await PasswordPageAsync();
        Assert.Equal("rp.test", await later.PressAsync("password", ("username", address), ("password", "correct-horse-battery")));
    }

    [Fact]
    public async Task A_blocked_account_says_so_only_to_whoever_knows_its_password()
    {
        var (address, _) = await accounts.AddUserAsync("password: correct-horse-battery, status: blocked");
        var page = await PasswordPageAsync();
        Assert.Equal("S71 password_wrong", await page.PressAsync("password", ("username", address), ("password", "wrong-horse-battery")));
        Assert.Equal("S62 account_blocked", await page.PressAsync("password", ("username", address), ("password", "correct-horse-battery")));
    }

    [Fact]
    public async Task Ways_that_an_application_does_not_offer_are_closed()
    {
        var (address, _) = await accounts.AddUserAsync("password: correct-horse-battery");
        var page = await Visitor.OpenAsync(accounts, accounts.Many);
        Assert.Equal("S01", page.State);
        foreach (var action in new[] { "way/password", "password", "email", "prove" })
        {
            var answer = await page.ForceAsync(action, ("username", address), ("password", "correct-horse-battery"), ("email", address));
            Assert.Equal((HttpStatusCode.SeeOther, false), (answer.Status, page.HasSession));
            Assert.DoesNotContain("password", answer.Location!.AbsolutePath, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_code_signs_in_whoever_confirmed_the_address_and_tells_an_unknown_one_only_in_its_own_mailbox()
    {
        var (address, user) = await accounts.AddUserAsync();
        var known = await Visitor.OpenAsync(accounts, accounts.Ways);
        Assert.Equal("S01 email_malformed", await known.PressAsync("email", ("email", "nobody")));
        Assert.Equal("S13", await known.PressAsync("email", ("email", address)));
        Assert.Equal("S14 code_wrong", await known.PressAsync("email/code", ("code", Newcomer.Not(_host.MailedCode))));
        Assert.Equal("rp.test", await known.PressAsync("email/code", ("code", _host.MailedCode)));
        Assert.Equal(user, await known.SubjectAsync());

        var before = await _host.SnapshotAsync();
        var unknown = await Visitor.OpenAsync(accounts, accounts.Ways);
        var nobody = accounts.NewAddress();
        Assert.Equal("S13", await unknown.PressAsync("email", ("email", nobody)));
        Assert.Equal(nobody, _host.Mail[0].To);
        Assert.Equal("S27 sign_up_closed", await unknown.PressAsync("email/code", ("code", _host.MailedCode)));
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    // A07, A12, docs/linking.md: the mailbox alone does not open it, whichever page the code was typed on.
    [Fact]
    public async Task A_code_opens_an_account_with_sign_in_to_link_only_together_with_its_password()
    {
        var (address, user) = await accounts.AddUserAsync("password: correct-horse-battery, sign_in_to_link: true");
        var kim = await Visitor.OpenAsync(accounts, accounts.Ways);
        await kim.PressAsync("email", ("email", address));
        Assert.Equal("S19", await kim.PressAsync("email/code", ("code", _host.MailedCode)));
        Assert.Contains(address, kim.Page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(kim.Page.Forms, form => form.Action.EndsWith("/apart", StringComparison.Ordinal));
        foreach (var action in new[] { "apart", "prove/code", "email/code", "link" })
        {
            await kim.ForceAsync(action, ("code", _host.MailedCode), ("link", "yes"));
            Assert.False(kim.HasSession);
        }

        kim = await Visitor.OpenAsync(accounts, accounts.Ways);
        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        await kim.PressAsync("email", ("email", address));
        await kim.PressAsync("email/code", ("code", _host.MailedCode));
        Assert.Equal("S19 password_wrong", await kim.PressAsync("prove", ("password", "wrong-horse-battery")));
        Assert.False(kim.HasSession);
        Assert.Equal("rp.test", await kim.PressAsync("prove", ("password", "correct-horse-battery")));
        Assert.Equal(user, await kim.SubjectAsync());
    }

    [Fact] // A07, A12
    public async Task A_code_opens_no_account_with_sign_in_to_link_that_has_no_password()
    {
        var (address, _) = await accounts.AddUserAsync("sign_in_to_link: true");
        var kim = await Visitor.OpenAsync(accounts, accounts.Ways);
        await Expect.UnchangedAsync(_host, async () =>
        {
            await kim.PressAsync("email", ("email", address));
            Assert.Equal("S19 sign_in_needed", await kim.PressAsync("email/code", ("code", _host.MailedCode)));
            Assert.Equal(HttpStatusCode.Forbidden, kim.Page.Status);
            Assert.Equal("password_wrong", (await kim.ForceAsync("prove", ("password", ""))).Error);
            Assert.False(kim.HasSession);
            Assert.Equal("S01", await kim.PressAsync("other"));
        });
    }

    private async Task<Visitor> PasswordPageAsync()
    {
        var visitor = await Visitor.OpenAsync(accounts, accounts.Ways);
        Assert.Equal("S71", await visitor.PressAsync("way/password"));
        return visitor;
    }
}

public sealed class LocalSignInOnSqliteTests(AccountHost accounts) : LocalSignInTests(accounts), IClassFixture<AccountHost>;

[Trait("Category", "Postgres")]
public sealed class LocalSignInOnPostgresTests(AccountHostOnPostgres accounts) : LocalSignInTests(accounts), IClassFixture<AccountHostOnPostgres>;
