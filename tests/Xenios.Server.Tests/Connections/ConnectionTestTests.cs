using System.Text.Json;
using Xenios.Server.Tests.Connectors.X;
using Xenios.Testing;

namespace Xenios.Server.Tests.Connections;

/// <summary>Connection tests: seven lines, nobody signed in, nothing of a sign-in disturbed (contract §5, ux 2.5 step 3, kinde-and-wso2 B14).</summary>
public sealed class ConnectionTestTests(BothGenerations rig) : IClassFixture<BothGenerations>, IAsyncLifetime
{
    private readonly XeniosHost _host = rig.Host;
    private readonly ManagementClient _api = new(rig.Host);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _host.NoFaultsAsync();
    }

    [Theory]
    [InlineData("two", "reach, credentials, back, exchange, scopes, profile, email")]
    [InlineData("one", "reach, credentials, back, exchange, profile, email")]
    public async Task A_test_tells_every_line_and_creates_connects_and_signs_in_nobody(string connection, string lines)
    {
        var (before, signIns) = (await _host.SnapshotAsync(), await _host.QueryAsync("SELECT COUNT(*) FROM sign_ins"));
        var begun = await StartAsync(connection);
        Assert.Equal((200, "waiting", "running", "sandbox"), (begun.Status, begun.Text("state"), begun.Text("outcome"), begun.Text("source")));
        Assert.Equal(["reach ok", "credentials ok"], Lines(begun));
        Assert.StartsWith($"{XeniosHost.Url}/", begun.Text("url"), StringComparison.Ordinal);

        var browser = _host.NewBrowser();
        var x = await browser.GoAsync(begun.Text("url")!);
        Assert.Equal("opened", (await ReadAsync(connection, begun)).Text("state"));
        var page = await browser.PickAsync(x, "ada");
        var ended = await ReadAsync(connection, begun);
        Assert.Equal(("finished", "ok", null), (ended.Text("state"), ended.Text("outcome"), ended.Text("url")));
        Assert.Equal(lines, string.Join(", ", ended.Json.GetProperty("hops").EnumerateArray().Select(hop => hop.GetProperty("kind").GetString())));
        Assert.All(Lines(ended), line => Assert.EndsWith(" ok", line, StringComparison.Ordinal));

        // The page says the same; the mailbox is masked, and no secret is anywhere.
        Assert.Equal(("S90", 200, null), (page.Id, (int)page.Status, page.Error));
        foreach (var hop in ended.Json.GetProperty("hops").EnumerateArray())
        {
            Assert.Contains(hop.GetProperty("title").GetString()!, System.Net.WebUtility.HtmlDecode(page.Html), StringComparison.Ordinal);
        }

        Assert.StartsWith("a…@", ended.Json.GetProperty("hops").EnumerateArray().Last().GetProperty("data").GetProperty("email").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("ada@", ended.Body + page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(browser.CookiesOf("id.test").Keys, name => name.Contains("session", StringComparison.Ordinal));
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.Equal(signIns, await _host.QueryAsync("SELECT COUNT(*) FROM sign_ins"));
    }

    // What can be found out without a person (x-platform §5, last table).
    [Theory]
    [InlineData("two", "token", "unauthorized", "credentials failed X-102")]
    [InlineData("two", "token", "client_not_enrolled", "credentials failed X-106")]
    [InlineData("two", "token", "rate_limited", "credentials failed X-109")]
    [InlineData("two", "token", "server_error", "credentials failed X-110")]
    [InlineData("two", "token", "malformed", "credentials failed X-115")]
    [InlineData("two", "token", "drop", "reach failed X-110")]
    [InlineData("two", "token", "cloudflare", "reach failed X-111")]
    [InlineData("one", "request_token", "unauthorized", "credentials failed X-101")]
    [InlineData("one", "request_token", "drop", "reach failed X-110")]
    public async Task What_X_has_against_the_server_is_said_at_once_with_code_and_remedy(string connection, string endpoint, string fault, string last)
    {
        await _host.FaultAsync(endpoint, $$"""{"kind":"{{fault}}"}""");
        var begun = await StartAsync(connection);
        Assert.Equal((200, "finished", "failed", null), (begun.Status, begun.Text("state"), begun.Text("outcome"), begun.Text("url")));
        Assert.Equal(last, Lines(begun)[^1]);
        var error = begun.Json.GetProperty("hops").EnumerateArray().Last().GetProperty("error");
        Assert.NotEqual("", error.GetProperty("title").GetString());
        Assert.NotEqual("", error.GetProperty("remedy").GetString());
    }

    [Fact]
    public async Task A_host_that_nobody_reaches_is_the_first_line()
    {
        _host.Upstreams.Intercept = (_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");
        var begun = await StartAsync("two");
        _host.Upstreams.Intercept = null;
        Assert.Equal(["reach failed X-111"], Lines(begun));
    }

    [Theory]
    [InlineData("two", "users_me", "forbidden", "profile failed X-105")]
    [InlineData("two", "users_me", "credits_depleted", "profile failed X-107")]
    [InlineData("two", "users_me", "user_suspended", "profile failed X-118")]
    [InlineData("one", "access_token", "unauthorized", "exchange failed X-102")]
    [InlineData("one", "verify_credentials", "rate_limited", "profile failed X-109")]
    public async Task Where_the_visit_breaks_the_lines_end_with_code_and_remedy(string connection, string endpoint, string fault, string last)
    {
        await _host.FaultAsync(endpoint, $$"""{"kind":"{{fault}}"}""");
        var (page, ended) = await VisitAsync(connection, "ada");
        Assert.Equal(("failed", last, last[^5..]), (ended.Text("outcome"), Lines(ended)[^1], page.Error));
    }

    [Theory]
    [InlineData("two")]
    [InlineData("one")]
    public async Task Who_says_no_at_X_is_told_so(string connection)
    {
        var (page, ended) = await VisitAsync(connection, "dev");
        Assert.Equal(("refused", "back refused access_denied", "access_denied"), (ended.Text("outcome"), Lines(ended)[^1], page.Error));
    }

    [Theory] // XD-25, XD-26: a missing address keeps nobody out
    [InlineData("two")]
    [InlineData("one")]
    public async Task A_missing_address_is_a_line_with_its_reason_and_no_failure(string connection)
    {
        var (page, ended) = await VisitAsync(connection, "ben");
        Assert.Equal(("ok", "email refused X-114", null), (ended.Text("outcome"), Lines(ended)[^1], page.Error));
        Assert.Contains("Request email from users", ended.Json.GetProperty("hops").EnumerateArray().Last().GetProperty("title").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_works_once_in_the_browser_that_opened_it_and_for_ten_minutes()
    {
        var begun = await StartAsync("two");
        var (first, second) = (_host.NewBrowser(), _host.NewBrowser());
        var x = await first.GoAsync(begun.Text("url")!);
        foreach (var page in new[] { await second.GoAsync(begun.Text("url")!), await first.GoAsync(begun.Text("url")!), await second.GoAsync($"{XeniosHost.Url}/connections/test/nobody") })
        {
            Assert.Equal(("S90", "connection_test_over", 400), (page.Id, page.Error, (int)page.Status));
        }

        // What X sends back is worth nothing in another browser, and nothing the second time.
        var back = (await first.GetAsync($"{x.Url}&sandbox_person=ada")).Location!;
        Assert.Equal("connection_test_over", (await second.GoAsync(back.AbsoluteUri)).Error);
        Assert.Equal("connection_test_over", (await first.GoAsync(back.AbsoluteUri)).Error);
        Assert.Equal("opened", (await ReadAsync("two", begun)).Text("state"));

        var late = await StartAsync("two");
        _host.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("connection_test_over", (await first.GoAsync(late.Text("url")!)).Error);
        Assert.Equal(("expired", "abandoned"), ((await ReadAsync("two", late)).Text("state"), (await ReadAsync("two", late)).Text("outcome")));

        // Within the hour everything about it is forgotten.
        _host.Clock.Advance(TimeSpan.FromMinutes(50));
        await _host.SweepAsync();
        Assert.Equal(404, (await ReadAsync("two", late)).Status);
        Assert.Equal(["0"], await _host.QueryAsync("SELECT COUNT(*) FROM ephemeral WHERE kind = 'connection_test'"));
    }

    [Theory]
    [InlineData("two")]
    [InlineData("one")]
    public async Task The_state_of_a_test_signs_nobody_in_and_that_of_a_sign_in_finishes_no_test(string connection)
    {
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        var begun = await StartAsync(connection);
        var testing = await browser.GoAsync(begun.Text("url")!);
        var signing = await BothGenerations.LeaveAsync(_host, browser, connection, shop);

        // One browser, both visits open: each comes back as what it is.
        var ended = await browser.PickAsync(testing, "ada");
        Assert.Equal(("S90", null), (ended.Id, ended.Location));
        Assert.Equal("ok", (await ReadAsync(connection, begun)).Text("outcome"));
        var arrived = await browser.PickAsync(signing, "ada");
        Assert.Equal(200, (await shop.RedeemAsync(arrived.LocationParameter("code"))).Status);

        begun = await StartAsync(connection);
        await browser.GoAsync(begun.Text("url")!);
        arrived = await BothGenerations.SignInAsync(_host, _host.NewBrowser(), connection, "ada", shop);
        Assert.NotNull(arrived.LocationParameter("code"));
        Assert.Equal("opened", (await ReadAsync(connection, begun)).Text("state"));
    }

    [Fact]
    public async Task A_connection_is_tested_before_it_is_switched_on_and_one_without_credentials_is_not()
    {
        await _api.PostAsync("/connections", new { slug = "off", kind = "x", enabled = false });
        var (_, ended) = await VisitAsync("off", "ada");
        Assert.Equal("ok", ended.Text("outcome"));
        await _api.PostAsync("/connections", new { slug = "other", kind = "oidc", issuer = "https://op.test", client_id = "id", client_secret = "secret-of-other" });
        Assert.Equal((409, "no_credentials"), ((await StartAsync("other")).Status, (await StartAsync("other")).Code));
        Assert.Equal(404, (await StartAsync("nobody")).Status);
        Assert.Equal((400, "credentials: malformed"), ((await _api.PostAsync("/connections/two/test", """{"credentials":"old"}""")).Status, (await _api.PostAsync("/connections/two/test", """{"credentials":"old"}""")).Errors[0]));
    }

    private Task<ManagementAnswer> StartAsync(string connection) => _api.PostAsync($"/connections/{connection}/test");

    private Task<ManagementAnswer> ReadAsync(string connection, ManagementAnswer begun) => _api.GetAsync($"/connections/{connection}/test/{begun.Text("result_id")}");

    private async Task<(Page Page, ManagementAnswer Ended)> VisitAsync(string connection, string person)
    {
        var (begun, browser) = (await StartAsync(connection), _host.NewBrowser());
        var page = await browser.PickAsync(await browser.GoAsync(begun.Text("url")!), person);
        Assert.Equal("S90", page.Id);
        return (page, await ReadAsync(connection, begun));
    }

    private static List<string> Lines(ManagementAnswer answer) =>
    [
        .. answer.Json.GetProperty("hops").EnumerateArray().Select(hop =>
            $"{hop.GetProperty("kind").GetString()} {hop.GetProperty("outcome").GetString()}{(hop.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? " " + error.GetProperty("code").GetString() : "")}"),
    ];
}
