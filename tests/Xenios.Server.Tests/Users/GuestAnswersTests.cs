using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>People whom an application knows by a subject that is no local account's: named by hints, asked for consent, forgotten (decision 7; standards PRM-07, PRM-04).</summary>
public abstract class GuestAnswersTests(AccountHost accounts)
{
    private const string Applications =
        """
        environment: { slug: default }
        applications:
          - { client_id: asking, name: Asking, type: web, client_secret: aski-secret-0123456789-abcdefghijklmnop, redirect_uris: [https://rp.test/cb], connections: [wso2, wso2jit, external], local_subject: SUBJECT, require_consent: true }
        """;

    private readonly XeniosHost _host = accounts.Fresh();

    private RelyingParty Asking => new(_host) { ClientId = "asking", Secret = "aski-secret-0123456789-abcdefghijklmnop" };

    [Theory] // PRM-07
    [InlineData("wso2", "optional")]
    [InlineData("external", "optional")]
    [InlineData("wso2jit", "disabled")]
    public async Task The_one_who_is_named_by_a_hint_may_answer_after_a_sign_in_and_nobody_else(string connection, string subject)
    {
        var (app, person) = (subject == "disabled" ? accounts.Federated : accounts.Loose, await _host.NewPersonAsync(accounts.NewAddress()));
        var first = await Visitor.ArriveAsync(accounts, connection, person, app);
        var tokens = await app.RedeemAsync(first.Page.LocationParameter("code"));
        foreach (var browser in new[] { _host.NewBrowser(), first.Browser })
        {
            var back = await app.SignInAsync(browser, person, ("connection", connection), ("id_token_hint", tokens.IdToken));
            var again = await app.RedeemAsync(back.LocationParameter("code"));
            Assert.Equal((string)(await app.ValidateAsync(tokens.IdToken))["sub"], (string)(await app.ValidateAsync(again.IdToken))["sub"]);
        }

        var other = await _host.NewPersonAsync(accounts.NewAddress());
        await Expect.UnchangedAsync(_host, async () =>
            Expect.ErrorAtClient(await app.SignInAsync(_host.NewBrowser(), other, ("connection", connection), ("id_token_hint", tokens.IdToken)), app, "login_required"));
    }

    [Theory] // PRM-04
    [InlineData("wso2", "optional")]
    [InlineData("external", "optional")]
    [InlineData("wso2jit", "disabled")]
    public async Task A_yes_is_asked_once_also_where_the_next_sign_in_is_in_another_browser(string connection, string subject)
    {
        await _host.ApplyAsync(Applications.Replace("SUBJECT", subject, StringComparison.Ordinal));
        var person = await _host.NewPersonAsync(accounts.NewAddress());
        var first = await Visitor.ArriveAsync(accounts, connection, person, Asking);
        Assert.Equal("S30", first.State);
        Assert.Equal("rp.test", await first.PressAsync("consent", ("consent", "allow")));
        Assert.Equal("rp.test", (await Visitor.ArriveAsync(accounts, connection, person, Asking)).State);
        Assert.NotNull((await first.Browser.GetAsync(Asking.AuthorizeUrl(("prompt", "none")))).LocationParameter("code"));

        // A yes of one is none of another.
        Assert.Equal("S30", (await Visitor.ArriveAsync(accounts, connection, await _host.NewPersonAsync(accounts.NewAddress()), Asking)).State);
    }

    [Fact]
    public async Task What_a_guest_allowed_is_forgotten_with_the_guest_and_what_others_allowed_is_not()
    {
        await _host.ApplyAsync(Applications.Replace("SUBJECT", "optional", StringComparison.Ordinal));
        var guest = await Visitor.ArriveAsync(accounts, "wso2", await _host.NewPersonAsync(accounts.NewAddress()), Asking);
        await guest.PressAsync("consent", ("consent", "allow"));
        var subject = await guest.SubjectAsync();
        var local = await Visitor.ArriveAsync(accounts, "wso2jit", await _host.NewPersonAsync(accounts.NewAddress()), Asking);
        await local.PressAsync("consent", ("consent", "allow"));
        var user = await local.SubjectAsync();
        _host.Clock.Advance(TimeSpan.FromDays(1));
        await _host.SweepAsync();
        Assert.Equal([subject], await _host.QueryAsync($"SELECT user_id FROM consents WHERE user_id = '{subject}'"));
        _host.Clock.Advance(TimeSpan.FromDays(2));
        await _host.SweepAsync();
        Assert.Empty(await _host.QueryAsync($"SELECT subject FROM guests WHERE subject = '{subject}'"));
        Assert.Empty(await _host.QueryAsync($"SELECT user_id FROM consents WHERE user_id = '{subject}'"));
        Assert.Equal([user], await _host.QueryAsync($"SELECT user_id FROM consents WHERE user_id = '{user}'"));
    }

    [Fact] // E05: the person behind the subject is blocked
    public async Task Blocking_ends_what_applications_hold_under_the_federated_subject()
    {
        await _host.ApplyAsync(
            """
            environment: { slug: default }
            applications:
              - { client_id: asking, name: Asking, type: web, client_secret: aski-secret-0123456789-abcdefghijklmnop, redirect_uris: [https://rp.test/cb], scopes: [openid, offline_access], connections: [wso2jit], local_subject: disabled }
            """);
        var (address, user) = await accounts.AddUserAsync();
        var (app, browser, person) = (Asking, _host.NewBrowser(), await _host.NewPersonAsync(address));
        var tokens = await app.RedeemAsync((await app.SignInAsync(browser, person, ("connection", "wso2jit"), ("scope", "openid offline_access"))).LocationParameter("code"));
        Assert.Equal(200, tokens.Status);
        await _host.ApplyAsync($"environment: {{ slug: default }}\nusers:\n  - {{ email: {address}, email_verified: true, status: blocked }}");
        await _host.ApplyAsync($"environment: {{ slug: default }}\nusers:\n  - {{ email: {address}, email_verified: true, status: active }}");
        Expect.Json(await app.RefreshAsync(tokens.RefreshToken), 400, "invalid_grant");
        Expect.ErrorAtClient(await browser.GetAsync(app.AuthorizeUrl(("prompt", "none"))), app, "login_required");
        Assert.Empty(await _host.QueryAsync($"SELECT s.session_id FROM sessions s JOIN guests g ON g.subject = s.user_id WHERE g.user_id = '{user}'"));
    }
}

public sealed class GuestAnswersOnSqliteTests(AccountHost accounts) : GuestAnswersTests(accounts), IClassFixture<AccountHost>;

[Trait("Category", "Postgres")]
public sealed class GuestAnswersOnPostgresTests(AccountHostOnPostgres accounts) : GuestAnswersTests(accounts), IClassFixture<AccountHostOnPostgres>;
