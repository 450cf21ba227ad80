using Xenios.Server.Tests.Connectors.X;
using Xenios.Testing;

namespace Xenios.Server.Tests.Connections;

/// <summary>What an administrator changes holds for the next callback, without a restart (standards BRK-04, threats A10), and wishes for a connection.</summary>
public sealed class ChangesTests(BothGenerations rig) : IClassFixture<BothGenerations>
{
    private const string Two = BothGenerations.Two;
    private const string One = BothGenerations.One;

    private readonly XeniosHost _host = rig.Host;

    public static TheoryData<string, string> WaysOut => new()
    {
        { Two, "connection" },
        { One, "connection" },
        { Two, "offer" },
        { One, "offer" },
    };

    [Theory]
    [MemberData(nameof(WaysOut))]
    public async Task A_connection_taken_away_while_the_person_is_at_X_lets_nobody_in(string connection, string what)
    {
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var x = await BothGenerations.LeaveAsync(_host, browser, connection, shop);
        await _host.ApplyAsync(Without(connection, what));
        var (before, calls) = (await _host.SnapshotAsync(), _host.Upstreams.Calls.Count);

        var page = await browser.PickAsync(x, "ada");
        Assert.Equal(("S55", "connection_unavailable", 502), (page.Id, page.Error, (int)page.Status));
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.Equal(calls, _host.Upstreams.Calls.Count);

        // The other way is offered, the one that is gone is not.
        var other = connection == Two ? One : Two;
        Assert.Equal([other], page.Forms.Select(form => form.Connection).OfType<string>());
        var back = await browser.PickAsync(await browser.LeaveAsync(page, other), "ada");
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);
        await _host.ApplyAsync(BothGenerations.Resources);
    }

    [Theory]
    [MemberData(nameof(WaysOut))]
    public async Task A_connection_taken_away_while_the_address_is_proved_creates_nobody(string connection, string what)
    {
        var browser = _host.NewBrowser();
        var page = await BothGenerations.SignInAsync(_host, browser, connection, "ben");
        page = await browser.PressAsync(page, "/email", ("email", $"ben-{connection}-{what}@example.com"));
        Assert.Equal("S13", page.Id);
        await _host.ApplyAsync(Without(connection, what));
        var before = await _host.SnapshotAsync();

        page = await browser.PressAsync(page, "/email/code", ("code", _host.MailedCode));
        Assert.Equal(("S55", "connection_unavailable"), (page.Id, page.Error));
        Assert.Equal(before, await _host.SnapshotAsync());
        await _host.ApplyAsync(BothGenerations.Resources);
    }

    [Fact]
    public async Task A_connection_taken_away_before_the_button_is_pressed_is_gone()
    {
        var browser = _host.NewBrowser();
        var start = await browser.GoAsync(new RelyingParty(_host).AuthorizeUrl());
        await _host.ApplyAsync(Without(Two, "connection"));
        var calls = _host.Upstreams.Calls.Count;
        var page = await browser.LeaveAsync(start, Two);
        Assert.Equal(("S65", 404), (page.Id, (int)page.Status));
        Assert.Equal(calls, _host.Upstreams.Calls.Count);
        await _host.ApplyAsync(BothGenerations.Resources);
    }

    [Theory]
    [InlineData("jit: off", "S27", "local_account_needed", 403)]
    [InlineData("missing_email: reject", "S51", "email_needed", 403)]
    [InlineData("missing_email: ask_optional", "S12", null, 200)]
    [InlineData("missing_email: ask_and_verify", "S11", null, 200)]
    public async Task A_policy_changed_while_the_person_is_at_X_decides_about_them(string policy, string id, string? error, int status)
    {
        var browser = _host.NewBrowser();
        var x = await BothGenerations.LeaveAsync(_host, browser, Two);
        await _host.ApplyAsync(BothGenerations.Resources.Replace("slug: two, kind: x, name: X", $"slug: two, kind: x, name: X, policy: {{ {policy} }}", StringComparison.Ordinal));
        var before = await _host.SnapshotAsync();
        var page = await browser.PickAsync(x, "ben");
        Assert.Equal((id, error, status), (page.Id, page.Error, (int)page.Status));
        Assert.Equal(before, await _host.SnapshotAsync());
        await _host.ApplyAsync(BothGenerations.Resources);
    }

    [Fact]
    public async Task Trust_in_addresses_changed_while_the_person_is_at_X_decides_whether_theirs_is_confirmed()
    {
        foreach (var (person, trust, verified) in new[] { ("trusted", "when_provider_says_verified", 1), ("untrusted", "never", 0) })
        {
            await _host.AddPersonAsync($$"""{"key": "{{person}}", "username": "{{person}}", "name": "P", "email": "{{person}}@example.com"}""");
            var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
            var x = await BothGenerations.LeaveAsync(_host, browser, Two, shop);
            await _host.ApplyAsync(BothGenerations.Resources.Replace("slug: two, kind: x, name: X", $"slug: two, kind: x, name: X, policy: {{ email_trust: {trust} }}", StringComparison.Ordinal));
            var back = await browser.PickAsync(x, person);
            Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);
            Assert.Equal([$"{verified}"], await _host.QueryAsync($"SELECT u.email_verified FROM users u JOIN linked_identities i ON i.user_id = u.user_id WHERE i.handle = '{person}'"));
        }

        await _host.ApplyAsync(BothGenerations.Resources);
    }

    // The protocol changed while the person is at X: what they bring back fits no longer, and nothing breaks.
    [Theory]
    [InlineData(Two, "slug: two, kind: x, name: X", "slug: two, kind: x, name: X, protocol: oauth1a", "state={0}&oauth_token={0}&oauth_verifier=v")]
    [InlineData(One, "name: Old X, protocol: oauth1a", "name: Old X, protocol: oauth2", "oauth_token={0}&state={0}&code=c")]
    public async Task A_reply_to_the_former_protocol_starts_again(string connection, string from, string to, string mixed)
    {
        foreach (var mix in new[] { false, true })
        {
            var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
            var x = await BothGenerations.LeaveAsync(_host, browser, connection, shop);
            var key = System.Web.HttpUtility.ParseQueryString(x.Url.Query) is var query ? query["state"] ?? query["oauth_token"] : null;
            await _host.ApplyAsync(BothGenerations.Resources.Replace(from, to, StringComparison.Ordinal));
            var (before, calls) = (await _host.SnapshotAsync(), _host.Upstreams.Calls.Count);
            var page = mix
                ? await browser.GoAsync($"{XeniosHost.Url}/login/callback?{mixed.Replace("{0}", key, StringComparison.Ordinal)}")
                : await browser.PickAsync(x, "ada");
            Assert.Equal(("S59", "callback_unknown", 400), (page.Id, page.Error, (int)page.Status));
            Assert.Equal(before, await _host.SnapshotAsync());
            Assert.Equal(calls, _host.Upstreams.Calls.Count);
            var back = await browser.PickAsync(await browser.LeaveAsync(page, connection), "ada");
            Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);
            await _host.ApplyAsync(BothGenerations.Resources);
        }
    }

    [Theory]
    [InlineData("connection", Two, "/i/oauth2/authorize")]
    [InlineData("connection_id", Two, "/i/oauth2/authorize")]
    [InlineData("kc_idp_hint", One, "/oauth/authenticate")]
    [InlineData("fidp", One, "/oauth/authenticate")]
    public async Task A_wish_for_a_connection_by_any_name_goes_straight_to_X(string name, string connection, string path)
    {
        var x = await _host.NewBrowser().GoAsync(new RelyingParty(_host).AuthorizeUrl((name, connection)));
        Assert.Equal(("x.test", path), (x.Url.Host, x.Url.AbsolutePath));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("TWO")]
    [InlineData("")]
    [InlineData("../two")]
    [InlineData("two,one")]
    public async Task A_wish_for_an_unknown_connection_shows_the_page(string connection)
    {
        var page = await _host.NewBrowser().GoAsync(new RelyingParty(_host).AuthorizeUrl(("connection", connection)));
        Assert.Equal(("S01", 200), (page.Id, (int)page.Status));
        Assert.Equal([Two, One], page.Forms.Select(form => form.Connection).OfType<string>());
    }

    [Theory]
    [MemberData(nameof(WaysOut))]
    public async Task A_wish_for_a_connection_that_is_off_or_not_offered_shows_the_page(string connection, string what)
    {
        await _host.ApplyAsync(Without(connection, what));
        var page = await _host.NewBrowser().GoAsync(new RelyingParty(_host).AuthorizeUrl(("connection", connection)));
        Assert.Equal(("S03", 200), (page.Id, (int)page.Status));
        Assert.DoesNotContain(page.Forms, form => form.Connection == connection);
        await _host.ApplyAsync(BothGenerations.Resources);
    }

    // ux part 8: no page of a sign-in without a next step, also where no application waits.
    [Fact]
    public async Task Without_an_application_trouble_still_leads_somewhere()
    {
        var browser = _host.NewBrowser();
        var x = await browser.LeaveAsync(await browser.GoAsync(XeniosHost.Url + "/signin"), Two);
        await _host.ApplyAsync(Without(Two, "connection").Replace("name: Old X,", "name: Old X, enabled: false,", StringComparison.Ordinal));
        var page = await browser.PickAsync(x, "ada");
        Assert.Equal(("S55", "connection_unavailable"), (page.Id, page.Error));
        Assert.Contains("href=\"/signin\"", page.Html, StringComparison.Ordinal);
        await _host.ApplyAsync(BothGenerations.Resources);
    }

    private static string Without(string connection, string what) => what == "connection"
        ? BothGenerations.Resources.Replace($"slug: {connection},", $"slug: {connection}, enabled: false,", StringComparison.Ordinal)
        : BothGenerations.Resources.Replace("connections: [two, one]", $"connections: [{(connection == Two ? One : Two)}]", StringComparison.Ordinal);
}
