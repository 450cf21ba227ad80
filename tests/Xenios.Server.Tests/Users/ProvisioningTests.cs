using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>New people: asked as the scheme says, called as the policy says, managed, or signed in without any account (threats C01, C04).</summary>
public abstract class ProvisioningTests(AccountHost accounts)
{
    private readonly XeniosHost _host = accounts.Fresh();

    [Fact]
    public async Task Consent_creates_nothing_until_it_is_given_and_going_back_creates_nothing()
    {
        var person = await _host.NewPersonAsync(accounts.NewAddress(), name: "Grace");
        var before = await _host.SnapshotAsync();
        var grace = await Visitor.ArriveAsync(accounts, "consent", person);
        Assert.Equal(("S10", "Hello Grace"), (grace.State, grace.Page.Heading));
        Assert.Equal("rp.test", await grace.PressAsync("cancel"));
        Assert.Equal("access_denied", grace.Page.LocationParameter("error"));
        Assert.Equal(before, await _host.SnapshotAsync());

        grace = await Visitor.ArriveAsync(accounts, "consent", person);
        Assert.Equal("rp.test", await grace.PressAsync("create"));
        Assert.Equal("Grace", (await grace.ClaimsAsync()).GetProperty("name").GetString());
        Assert.Equal("rp.test", (await Visitor.ArriveAsync(accounts, "consent", person)).State);
    }

    // D3 (b): the signed-in user asks for it.
    [Fact]
    public async Task Whoever_has_an_account_already_signs_in_to_it_instead_and_is_asked()
    {
        var (address, user) = await accounts.AddUserAsync("password: correct-horse-battery");
        var ada = await Visitor.ArriveAsync(accounts, "consent", await _host.NewPersonAsync(accounts.NewAddress()));
        Assert.Equal("S19", await ada.PressAsync("existing"));
        Assert.Equal("S19 password_wrong", await ada.PressAsync("prove", ("username", accounts.NewAddress()), ("password", "correct-horse-battery")));
        Assert.Equal("S18", await ada.PressAsync("prove", ("username", address), ("password", "correct-horse-battery")));
        Assert.Equal("rp.test", await ada.PressAsync("link", ("link", "yes")));
        Assert.Equal(user, await ada.SubjectAsync());
    }

    [Fact]
    public async Task Password_consent_asks_for_a_password_and_takes_the_name_by_the_policy()
    {
        var person = await _host.NewPersonAsync(accounts.NewAddress(), $"pw_{Guid.NewGuid():N}"[..14]);
        var ada = await Visitor.ArriveAsync(accounts, "password", person);
        Assert.Equal("S75", ada.State);
        Assert.Equal("S75 password_unsuitable", await ada.PressAsync("create", ("password", "short")));
        Assert.Equal("rp.test", await ada.PressAsync("create", ("password", "correct-horse-battery"), ("username", "admin")));
        var user = await ada.SubjectAsync();
        var name = (await _host.QueryAsync($"SELECT username FROM users WHERE user_id = '{user}'"))[0];
        Assert.StartsWith("pw_", name, StringComparison.Ordinal);

        var later = await Visitor.OpenAsync(accounts, accounts.Ways);
        await later.PressAsync("way/password");
        Assert.Equal("rp.test", await later.PressAsync("password", ("username", name), ("password", "correct-horse-battery")));
        Assert.Equal(user, await later.SubjectAsync());
    }

    [Fact]
    public async Task A_name_that_is_taken_is_asked_for_again_with_a_free_one_in_the_field()
    {
        var (_, owner) = await accounts.AddUserAsync($"username: taken{Guid.NewGuid():N}"[..24]);
        var taken = (await _host.QueryAsync($"SELECT username FROM users WHERE user_id = '{owner}'"))[0];
        var ada = await Visitor.ArriveAsync(accounts, "full", await _host.NewPersonAsync(accounts.NewAddress()));
        Assert.Equal("S75", ada.State);
        Assert.Equal("S75 username_malformed", await ada.PressAsync("create", ("username", "not a name"), ("password", "correct-horse-battery")));
        Assert.Equal("S24 username_taken", await ada.PressAsync("create", ("username", taken.ToUpperInvariant()), ("password", "correct-horse-battery")));
        Assert.Equal($"{taken.ToUpperInvariant()}2", ada.Page.Forms.SelectMany(form => form.Fields).First(field => field.Key == "username").Value);
        Assert.Equal("rp.test", await ada.PressAsync("create", ("password", "correct-horse-battery")));
        Assert.Equal([$"{taken.ToUpperInvariant()}2"], await _host.QueryAsync($"SELECT username FROM users WHERE user_id = '{await ada.SubjectAsync()}'"));
    }

    // PRM-03: the code that proves the person is one more page, not the same questions again.
    [Theory]
    [InlineData("consent", "S10")]
    [InlineData("full", "S75")]
    public async Task What_was_answered_before_the_code_of_a_fresh_sign_in_is_not_asked_again(string connection, string asked)
    {
        var (browser, person) = (_host.NewBrowser(), await _host.NewPersonAsync(accounts.NewAddress()));
        var page = await accounts.Many.SignInAsync(browser, person, ("connection", connection), ("prompt", "login"));
        if (page.Id == "S19")
        {
            page = await browser.PressAsync(page, "/apart");
        }

        Assert.Equal(asked, page.Id);
        page = await browser.PressAsync(page, "/create", ("username", $"fresh{Guid.NewGuid():N}"[..20]), ("password", "correct-horse-battery"));
        Assert.Equal("S13", page.Id);
        page = await browser.PressAsync(page, "/email/code", ("code", _host.MailedCode));
        Assert.Equal(("rp.test", null), (page.Location?.Host, page.LocationParameter("error")));
    }

    // Decision 7, B6.2: no account, a subject that stays.
    [Theory]
    [InlineData("wso2")]
    [InlineData("pass")]
    public async Task Without_provisioning_no_account_arises_and_the_subject_is_the_same_each_time(string connection)
    {
        var person = await _host.NewPersonAsync(accounts.NewAddress(), name: "Guest");
        var (users, identities) = (await _host.QueryAsync("SELECT * FROM users"), await _host.QueryAsync("SELECT * FROM linked_identities"));
        var first = await Visitor.ArriveAsync(accounts, connection, person, accounts.Loose);
        var claims = await first.ClaimsAsync();
        var subject = claims.GetProperty("sub").GetString()!;
        Assert.StartsWith("fed_", subject, StringComparison.Ordinal);
        Assert.Equal("Guest", claims.GetProperty("name").GetString());
        Assert.Equal(person.Replace('-', '_'), claims.GetProperty("x_handle").GetString());
        Assert.Equal(connection == "wso2", claims.GetProperty("email_verified").GetBoolean());

        Assert.Equal(subject, await (await Visitor.ArriveAsync(accounts, connection, person, accounts.Loose)).SubjectAsync());
        Assert.NotEqual(subject, await (await Visitor.ArriveAsync(accounts, connection, await _host.NewPersonAsync(accounts.NewAddress()), accounts.Loose)).SubjectAsync());
        Assert.Equal(users, await _host.QueryAsync("SELECT * FROM users"));
        Assert.Equal(identities, await _host.QueryAsync("SELECT * FROM linked_identities"));

        // Sealed, and gone with the last session.
        Assert.DoesNotContain(person.Replace('-', '_'), string.Join('|', await _host.QueryAsync("SELECT * FROM guests")), StringComparison.Ordinal);
        Assert.Equal("rp.test", (await first.Browser.GoAsync(first.App.AuthorizeUrl(("prompt", "none")))).Location!.Host);
        _host.Clock.Advance(TimeSpan.FromDays(3));
        await _host.SweepAsync();
        Assert.Equal(["0"], await _host.QueryAsync("SELECT COUNT(*) FROM guests"));
    }

    [Fact]
    public async Task A_guest_without_a_session_still_refreshes_and_is_forgotten_with_the_refresh_token()
    {
        var app = accounts.Loose;
        var page = await app.SignInAsync(_host.NewBrowser(), await _host.NewPersonAsync(accounts.NewAddress()), ("connection", "wso2"), ("scope", "openid profile offline_access"));
        var tokens = await app.RedeemAsync(page.LocationParameter("code"));
        _host.Clock.Advance(TimeSpan.FromDays(10));
        await _host.SweepAsync();
        var again = await app.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(200, again.Status);
        Assert.Equal((200, "Newcomer"), await NameAsync(app, again.AccessToken));
        _host.Clock.Advance(TimeSpan.FromDays(100));
        await _host.SweepAsync();
        Assert.Equal(["0"], await _host.QueryAsync("SELECT COUNT(*) FROM guests"));
    }

    [Fact]
    public async Task The_external_subject_is_asserted_only_where_the_policy_says_so()
    {
        var person = await _host.NewPersonAsync(accounts.NewAddress());
        var claims = await (await Visitor.ArriveAsync(accounts, "external", person, accounts.Loose)).ClaimsAsync();
        Assert.Equal(claims.GetProperty("x_id").GetString(), claims.GetProperty("sub").GetString());
    }

    // B20: three settings, with and without an account.
    [Fact]
    public async Task The_subject_is_local_optional_or_federated_as_each_application_says()
    {
        var person = await _host.NewPersonAsync(accounts.NewAddress());
        var stranger = await Visitor.ArriveAsync(accounts, "wso2", person);
        Assert.Equal("S27 local_account_needed", stranger.State);
        Assert.StartsWith("fed_", await (await Visitor.ArriveAsync(accounts, "wso2", person, accounts.Loose)).SubjectAsync(), StringComparison.Ordinal);
        Assert.StartsWith("fed_", await (await Visitor.ArriveAsync(accounts, "wso2", person, accounts.Federated)).SubjectAsync(), StringComparison.Ordinal);

        var user = await (await Visitor.ArriveAsync(accounts, "wso2jit", person)).SubjectAsync();
        Assert.StartsWith("usr_", user, StringComparison.Ordinal);
        Assert.Equal(user, await (await Visitor.ArriveAsync(accounts, "wso2jit", person, accounts.Loose)).SubjectAsync());
        var federated = await Visitor.ArriveAsync(accounts, "wso2jit", person, accounts.Federated);
        var subject = await federated.SubjectAsync();
        Assert.StartsWith("fed_", subject, StringComparison.Ordinal);

        // The account behind it still decides, and its session is nobody's local one.
        Assert.Equal("login_required", (await federated.Browser.GoAsync(accounts.Many.AuthorizeUrl(("prompt", "none")))).LocationParameter("error"));
        await _host.ExecuteAsync($"UPDATE users SET status = 'blocked' WHERE user_id = '{user}'");
        Assert.Equal("login_required", (await federated.Browser.GoAsync(accounts.Federated.AuthorizeUrl(("prompt", "none")))).LocationParameter("error"));
        Assert.Equal("S62 account_blocked", (await Visitor.ArriveAsync(accounts, "wso2jit", person, accounts.Federated)).State);
    }

    // Checklist 68, C01: a clash gives a suffix, never somebody's account.
    [Fact]
    public async Task The_handle_becomes_the_user_name_with_a_suffix_where_it_is_taken()
    {
        var handle = $"h_{Guid.NewGuid():N}"[..13];
        var person = await _host.NewPersonAsync(null, handle);
        var first = await (await Visitor.ArriveAsync(accounts, "named", person)).SubjectAsync();
        await _host.PatchPersonAsync(person, """{"username":"moved_away_now"}""");
        var second = await (await Visitor.ArriveAsync(accounts, "named", await _host.NewPersonAsync(null, handle.ToUpperInvariant()))).SubjectAsync();
        Assert.NotEqual(first, second);
        Assert.Equal([handle], await _host.QueryAsync($"SELECT username FROM users WHERE user_id = '{first}'"));
        Assert.Equal([handle.ToUpperInvariant() + "2"], await _host.QueryAsync($"SELECT username FROM users WHERE user_id = '{second}'"));
        await _host.PatchPersonAsync(person, $$"""{"username":"{{person.Replace('-', '_')}}"}""");
    }

    private static async Task<(int Status, string? Name)> NameAsync(RelyingParty app, string token)
    {
        var (status, claims, _) = await app.UserInfoAsync(token);
        return (status, status == 200 ? claims.GetProperty("name").GetString() : null);
    }
}

public sealed class ProvisioningOnSqliteTests(AccountHost accounts) : ProvisioningTests(accounts), IClassFixture<AccountHost>;

[Trait("Category", "Postgres")]
public sealed class ProvisioningOnPostgresTests(AccountHostOnPostgres accounts) : ProvisioningTests(accounts), IClassFixture<AccountHostOnPostgres>;
