using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>The same address as an account here: proof, the question, one user afterwards (S18, S19, S21, S23; threats A06–A12).</summary>
public abstract class LinkingTests(AccountHost accounts)
{
    private readonly XeniosHost _host = accounts.Fresh();

    [Fact]
    public async Task An_address_from_X_that_is_known_here_is_proved_by_code_then_asked_about_and_then_one_user_has_both()
    {
        var (address, user) = await accounts.AddUserAsync("attributes: { nickname: N }");
        var person = await _host.NewPersonAsync(address, name: "Ada at X");
        var ada = await Visitor.ArriveAsync(accounts, "x", person);
        var before = await _host.SnapshotAsync();
        Assert.Equal("S19", ada.State);
        Assert.Equal("S18", await ada.ProveByCodeAsync());

        // Both accounts are shown, nothing is ticked, and nothing has happened yet.
        Assert.Contains(address, ada.Page.Html, StringComparison.Ordinal);
        Assert.Contains("@" + person.Replace('-', '_'), ada.Page.Html, StringComparison.Ordinal);
        Assert.Matches("<input type=\"checkbox\"[^>]* name=\"link\"", ada.Page.Html);
        Assert.DoesNotContain(" checked", ada.Page.Html, StringComparison.Ordinal);
        Assert.Equal("S18 link_not_agreed", await Unticked(ada));
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.False(ada.HasSession);

        Assert.Equal("rp.test", await ada.PressAsync("link", ("link", "yes")));
        var claims = await ada.ClaimsAsync();
        Assert.Equal((user, "N", "Ada at X"), (claims.GetProperty("sub").GetString(), claims.GetProperty("nickname").GetString(), claims.GetProperty("name").GetString()));
        Assert.Equal((address, true), (claims.GetProperty("email").GetString(), claims.GetProperty("email_verified").GetBoolean()));
        Assert.Equal([user], await _host.QueryAsync($"SELECT user_id FROM users WHERE email_key = '{address}'"));
        Assert.Equal([user], await _host.QueryAsync($"SELECT user_id FROM linked_identities WHERE email = '{address}'"));
        Assert.Equal((address, $"@{person.Replace('-', '_')} was connected to your account"), (_host.Mail[0].To, _host.Mail[0].Subject));

        // The next time X alone is enough.
        var again = await Visitor.ArriveAsync(accounts, "x", person);
        Assert.Equal(("rp.test", user), (again.State, await again.SubjectAsync()));
    }

    [Fact]
    public async Task The_account_can_be_proved_by_signing_in_to_it()
    {
        var (address, user) = await accounts.AddUserAsync("password: correct-horse-battery");
        var ada = await Visitor.ArriveAsync(accounts, "x", await _host.NewPersonAsync(address));
        Assert.Equal("S19 password_wrong", await ada.PressAsync("prove", ("password", "correct-horse-batterie")));
        Assert.Equal("S18", await ada.PressAsync("prove", ("password", "correct-horse-battery")));
        Assert.Equal("rp.test", await ada.PressAsync("link", ("link", "yes")));
        Assert.Equal(user, await ada.SubjectAsync());
    }

    // A07, A12: the mailbox alone does not open an account with rights or a second factor.
    [Theory]
    [InlineData("x", true)]
    [InlineData("x", false)]
    [InlineData("trusted", true)]
    [InlineData("wso2jit", true)]
    public async Task A_guarded_account_needs_a_sign_in_as_well(string connection, bool fromX)
    {
        var ada = await Visitor.ArriveAsync(accounts, connection, await _host.NewPersonAsync(fromX ? "guarded@v.test" : null));
        var before = await _host.SnapshotAsync();
        Assert.Equal("S19", !fromX ? await ada.TypeAndProveAsync("guarded@v.test") : connection == "x" ? await ada.ProveByCodeAsync() : ada.State);
        Assert.DoesNotContain(ada.Page.Forms, form => form.Action.EndsWith("/prove/code", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.SeeOther, (await ada.ForceAsync("link", ("link", "yes"))).Status);
        Assert.Equal("S19 password_wrong", await ada.PressAsync("prove", ("password", "wrong-horse-battery")));
        Assert.Equal(before, await _host.SnapshotAsync());

        Assert.Equal("S18", await ada.PressAsync("prove", ("password", "correct-horse-battery")));
        Assert.Equal("rp.test", await ada.PressAsync("link", ("link", "yes")));
        await _host.ExecuteAsync("DELETE FROM linked_identities WHERE user_id = (SELECT user_id FROM users WHERE username = 'guarded')");
    }

    [Fact]
    public async Task Kept_apart_a_separate_account_arises_and_the_other_is_untouched()
    {
        var (address, user) = await accounts.AddUserAsync();
        var stored = await _host.QueryAsync($"SELECT * FROM users WHERE user_id = '{user}'");
        var ada = await Visitor.ArriveAsync(accounts, "x", await _host.NewPersonAsync(address));
        Assert.Equal("rp.test", await ada.PressAsync("apart"));
        var claims = await ada.ClaimsAsync();
        Assert.NotEqual(user, claims.GetProperty("sub").GetString());
        Assert.False(claims.GetProperty("email_verified").GetBoolean());
        Assert.Equal(stored, await _host.QueryAsync($"SELECT * FROM users WHERE user_id = '{user}'"));
        Assert.Equal(["null"], await _host.QueryAsync($"SELECT email FROM users WHERE user_id = '{claims.GetProperty("sub").GetString()}'"));
    }

    [Fact]
    public async Task A_trusted_address_is_connected_at_once_told_by_mail_and_on_wish_asked_about_first()
    {
        var (address, user) = await accounts.AddUserAsync();
        var ada = await Visitor.ArriveAsync(accounts, "trusted", await _host.NewPersonAsync(address));
        Assert.Equal(("rp.test", user), (ada.State, await ada.SubjectAsync()));
        Assert.Equal((address, $"@{ada.Person.Replace('-', '_')} was connected to your account"), (_host.Mail[0].To, _host.Mail[0].Subject));

        (address, user) = await accounts.AddUserAsync();
        var ben = await Visitor.ArriveAsync(accounts, "prompt", await _host.NewPersonAsync(address));
        Assert.Equal("S18", ben.State);
        Assert.Equal("rp.test", await ben.PressAsync("link", ("link", "yes")));
        Assert.Equal(user, await ben.SubjectAsync());
    }

    // A15
    [Fact]
    public async Task A_blocked_account_is_never_joined()
    {
        var (address, user) = await accounts.AddUserAsync("status: blocked");
        var before = await _host.QueryAsync("SELECT * FROM linked_identities");
        Assert.Equal("S62 account_blocked", (await Visitor.ArriveAsync(accounts, "trusted", await _host.NewPersonAsync(address))).State);
        var ada = await Visitor.ArriveAsync(accounts, "x", await _host.NewPersonAsync(address));
        Assert.Equal("S62 account_blocked", await ada.ProveByCodeAsync());
        Assert.Equal(before, await _host.QueryAsync("SELECT * FROM linked_identities"));
        Assert.Equal(["blocked"], await _host.QueryAsync($"SELECT status FROM users WHERE user_id = '{user}'"));
    }

    [Fact]
    public async Task Several_accounts_that_match_are_asked_about_never_guessed()
    {
        var (address, first) = await accounts.AddUserAsync();
        var name = $"shared_{address[3..^7]}";
        var (_, second) = await accounts.AddUserAsync($"username: {name}, password: correct-horse-battery");
        var ada = await Visitor.ArriveAsync(accounts, "rules", await _host.NewPersonAsync(address, name));
        var before = await _host.SnapshotAsync();
        Assert.Equal("S21", ada.State);
        Assert.DoesNotContain(address, ada.Page.Html, StringComparison.Ordinal);

        // A name alone proves nothing (A09): that one wants its password.
        var other = (await _host.QueryAsync($"SELECT user_id FROM users WHERE user_id IN ('{first}', '{second}') ORDER BY email_verified DESC, created_at, user_id")).ToList();
        Assert.Equal("S19", await ada.PressAsync("which", ("account", $"{other.IndexOf(second) + 1}")));
        Assert.Equal("S19 password_wrong", await ada.PressAsync("prove", ("password", "attackers-own-password")));
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.Equal("S18", await ada.PressAsync("prove", ("password", "correct-horse-battery")));
        Assert.Equal("rp.test", await ada.PressAsync("link", ("link", "yes")));
        Assert.Equal(second, await ada.SubjectAsync());
    }

    [Fact]
    public async Task None_of_the_accounts_that_match_leads_to_a_separate_one()
    {
        var (address, _) = await accounts.AddUserAsync();
        var name = $"none_{address[3..^7]}";
        await accounts.AddUserAsync($"username: {name}");
        var ada = await Visitor.ArriveAsync(accounts, "rules", await _host.NewPersonAsync(address, name));
        Assert.Equal(HttpStatusCode.SeeOther, (await ada.ForceAsync("which", ("account", "7"))).Status);
        Assert.Equal("rp.test", await ada.PressAsync("apart"));
        Assert.Equal(["null"], await _host.QueryAsync($"SELECT email FROM users WHERE user_id = '{await ada.SubjectAsync()}'"));
    }

    [Fact]
    public async Task Another_X_account_replaces_the_first_only_when_the_person_says_so()
    {
        var (address, user) = await accounts.AddUserAsync();
        var first = await Visitor.ArriveAsync(accounts, "trusted", await _host.NewPersonAsync(address, $"old_{address[3..^7]}"));
        var person = await _host.NewPersonAsync(address, $"new_{address[3..^7]}");
        var second = await Visitor.ArriveAsync(accounts, "trusted", person);
        Assert.Equal("S23", second.State);
        Assert.Contains($"@old_{address[3..^7]}", second.Page.Html, StringComparison.Ordinal);
        Assert.Equal("rp.test", await second.PressAsync("replace"));
        Assert.Equal(user, await second.SubjectAsync());
        Assert.Equal([$"new_{address[3..^7]}"], await _host.QueryAsync($"SELECT handle FROM linked_identities WHERE user_id = '{user}'"));
        Assert.Equal(["was connected to your account", "was disconnected"], _host.Mail.Take(2).Select(mail => mail.Subject[(mail.Subject.IndexOf(' ', StringComparison.Ordinal) + 1)..]));

        // The former one is a stranger now, and asked in turn.
        var again = await Visitor.ArriveAsync(accounts, "trusted", first.Person);
        Assert.Equal("S23", again.State);
        Assert.Equal("rp.test", await again.PressAsync("apart"));
        Assert.NotEqual(user, await again.SubjectAsync());
    }

    // A11: a proof belongs to the journey and the identity it was given for.
    [Fact]
    public async Task A_proof_that_somebody_else_gave_meanwhile_opens_nothing()
    {
        var (address, user) = await accounts.AddUserAsync();
        var evil = await Visitor.ArriveAsync(accounts, "x", await _host.NewPersonAsync(address));
        await evil.PressAsync("prove/code");
        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        var good = await Visitor.ArriveAsync(accounts, "x", await _host.NewPersonAsync(address));
        Assert.Equal("S18", await good.ProveByCodeAsync());
        var code = _host.MailedCode;
        Assert.Equal("rp.test", await good.PressAsync("link", ("link", "yes")));

        Assert.Equal("S14 code_wrong", await evil.PressAsync("email/code", ("code", code)));
        foreach (var action in new[] { "link", "replace", "take-over", "create", "which" })
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await evil.ForceAsync(action, ("link", "yes"), ("consent", "yes"), ("account", "1"))).Status);
        }

        Assert.Equal([good.Person.Replace('-', '_')], await _host.QueryAsync($"SELECT handle FROM linked_identities WHERE user_id = '{user}'"));
    }

    // A10
    [Fact]
    public async Task A_connection_switched_off_while_the_question_stands_connects_nothing()
    {
        var (address, user) = await accounts.AddUserAsync();
        var ada = await Visitor.ArriveAsync(accounts, "prompt", await _host.NewPersonAsync(address));
        Assert.Equal("S18", ada.State);
        const string Connection = "environment: { slug: default }\nconnections:\n  - { slug: prompt, kind: x, name: X, enabled: SWITCH, policy: { email_trust: when_provider_says_verified, link_policy: auto_if_trusted, prompt_before_link: true } }";
        await _host.ApplyAsync(Connection.Replace("SWITCH", "false", StringComparison.Ordinal));
        Assert.Equal("S55 connection_unavailable", await ada.PressAsync("link", ("link", "yes")));
        await _host.ApplyAsync(Connection.Replace("SWITCH", "true", StringComparison.Ordinal));
        Assert.Equal(["0"], await _host.QueryAsync($"SELECT COUNT(*) FROM linked_identities WHERE user_id = '{user}'"));
        Assert.False(ada.HasSession);
    }

    // A03: whoever else had a session or a refresh token of the account starts anew.
    [Fact]
    public async Task Connecting_ends_the_other_sessions_and_refresh_tokens_of_the_account()
    {
        var (address, _) = await accounts.AddUserAsync("password: correct-horse-battery");
        var elsewhere = await Visitor.OpenAsync(accounts, accounts.Ways);
        await elsewhere.PressAsync("way/password");
        Assert.Equal("rp.test", await elsewhere.PressAsync("password", ("username", address), ("password", "correct-horse-battery")));
        var scoped = await elsewhere.Browser.GoAsync(elsewhere.App.AuthorizeUrl(("scope", "openid offline_access")));
        var tokens = await elsewhere.App.RedeemAsync(scoped.LocationParameter("code"));
        Assert.NotNull(tokens.RefreshToken);

        Assert.Equal("rp.test", (await Visitor.ArriveAsync(accounts, "trusted", await _host.NewPersonAsync(address))).State);
        Assert.Equal("login_required", (await elsewhere.Browser.GoAsync(elsewhere.App.AuthorizeUrl(("prompt", "none")))).LocationParameter("error"));
        Assert.Equal("invalid_grant", (await elsewhere.App.RefreshAsync(tokens.RefreshToken)).Error);
    }

    private static Task<string> Unticked(Visitor visitor) => visitor.PressAsync("link", ("link", ""));
}

public sealed class LinkingOnSqliteTests(AccountHost accounts) : LinkingTests(accounts), IClassFixture<AccountHost>;

[Trait("Category", "Postgres")]
public sealed class LinkingOnPostgresTests(AccountHostOnPostgres accounts) : LinkingTests(accounts), IClassFixture<AccountHostOnPostgres>;
