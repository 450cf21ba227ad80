using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Audit;
using Xenios.Testing;

namespace Xenios.Server.Tests.Audit;

/// <summary>The list of sign-ins, what it finds and what ends up in it.</summary>
public abstract class SignInListTests(string? postgres)
{
    [Fact]
    public async Task List_is_searched_by_code_handle_address_user_and_narrowed_by_every_filter()
    {
        await using var host = await StartAsync();
        var shop = new RelyingParty(host);
        await shop.SignInAndRedeemAsync(host.NewBrowser(), "ada");
        host.Clock.Advance(TimeSpan.FromHours(1));
        var no = await shop.SignInAsync(host.NewBrowser(), "dev");
        host.Clock.Advance(TimeSpan.FromHours(1));
        await RelyingParty.Other(host).SignInAndRedeemAsync(host.NewBrowser(), "ada");

        using var api = new ManagementClient(host);
        async Task<string> FindAsync(string query) => string.Join(',', (await api.GetAsync("/sign-ins" + query)).Items.Select(item => $"{Text(item, "application")}:{Text(item, "outcome")}"));
        Assert.Equal("other:ok,shop:refused,shop:ok", await FindAsync(""));
        Assert.Equal("shop:refused", await FindAsync($"?q={no.SupportCode!.ToLowerInvariant()}"));
        Assert.Equal("other:ok,shop:ok", await FindAsync("?q=@AD"));
        Assert.Equal("", await FindAsync("?q=ada_c"));
        var user = Text((await api.GetAsync("/sign-ins?q=ada")).Items[0], "user")!;
        Assert.Equal("other:ok,shop:ok", await FindAsync($"?q={user}"));
        Assert.Equal("", await FindAsync("?q=usr_nobody"));
        Assert.Equal("", await FindAsync("?q=nobody@example.com"));
        await host.ExecuteAsync($"UPDATE users SET email = 'ada@example.com', email_key = 'ada@example.com' WHERE user_id = '{user}'");
        Assert.Equal("other:ok,shop:ok", await FindAsync("?q=ada@example.com"));
        Assert.Equal("other:ok", await FindAsync("?application=other"));
        Assert.Equal("shop:refused", await FindAsync("?outcome=refused"));
        Assert.Equal("other:ok,shop:ok", await FindAsync("?outcome=ok&connection=x"));
        Assert.Equal("", await FindAsync("?connection=y"));
        Assert.Equal("other:ok,shop:refused", await FindAsync("?from=2026-11-21T13:00:00Z"));
        Assert.Equal("shop:ok", await FindAsync("?to=2026-11-21T13:00:00Z"));

        var first = await api.GetAsync("/sign-ins?limit=2");
        Assert.Equal(2, first.Items.Count);
        var second = await api.GetAsync($"/sign-ins?limit=2&cursor={first.Text("next_cursor")}");
        Assert.Equal(("shop", 1), (Text(second.Items[0], "application"), second.Items.Count));
        Assert.Null(second.Text("next_cursor"));
    }

    [Fact]
    public async Task Sign_ins_are_counted_by_how_they_ended_and_what_went_wrong_by_its_code()
    {
        await using var host = await StartAsync();
        var (shop, begin) = (new RelyingParty(host), host.Clock.GetUtcNow());
        async Task LeaveAsync()
        {
            var browser = host.NewBrowser();
            await browser.LeaveAsync(await browser.GoAsync(shop.AuthorizeUrl()));
        }

        await shop.SignInAndRedeemAsync(host.NewBrowser(), "ada");
        host.Clock.Advance(TimeSpan.FromHours(30));
        await shop.SignInAndRedeemAsync(host.NewBrowser(), "ada");
        await shop.SignInAsync(host.NewBrowser(), "dev");
        await LeaveAsync();
        host.Clock.Advance(TimeSpan.FromHours(1));
        await host.FaultAsync("token", """{ "kind": "credits_depleted" }""");
        var first = await shop.SignInAsync(host.NewBrowser(), "ada");
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await shop.SignInAsync(host.NewBrowser(), "ada");
        await LeaveAsync();

        using var api = new ManagementClient(host);
        string Moment(double hours) => Uri.EscapeDataString((begin + TimeSpan.FromHours(hours)).ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        var counted = (await api.GetAsync($"/sign-ins/statistics?since={Moment(-24)},{Moment(24)},{Moment(31)}")).Json;
        static string Of(JsonElement period) => string.Join(' ', new[] { "ok", "refused", "failed", "abandoned", "running" }.Select(name => period.GetProperty(name).GetInt64()));
        Assert.Equal(["1 0 0 0 0", "1 1 0 1 0", "0 0 2 0 1"], counted.GetProperty("periods").EnumerateArray().Select(Of));
        Assert.Equal("1 1 2 1 1", Of(counted.GetProperty("last_day")));
        Assert.Equal(begin + TimeSpan.FromHours(30), counted.GetProperty("last_connected_at").GetDateTimeOffset());
        Assert.Equal(0, counted.GetProperty("median_ms").GetInt64());
        var error = Assert.Single(counted.GetProperty("errors").EnumerateArray());
        var code = error.GetProperty("error").GetProperty("code").GetString();
        Assert.Equal((2L, second.SupportCode), (error.GetProperty("count").GetInt64(), error.GetProperty("support_code").GetString()));
        Assert.NotEqual(first.SupportCode, second.SupportCode);
        Assert.Equal(2, (await api.GetAsync($"/sign-ins?error_code={code}")).Items.Count);
        Assert.Equal(2, (await api.GetAsync($"/sign-ins?error_code={code}&outcome=failed&application=shop")).Items.Count);
        Assert.Empty((await api.GetAsync($"/sign-ins?error_code={code}&application=other")).Items);
        Assert.Empty((await api.GetAsync("/sign-ins?error_code=X-999")).Items);

        Assert.Equal(["sinse: A-10"], (await api.GetAsync($"/sign-ins/statistics?sinse={Moment(0)}")).Errors);
        using var other = new ManagementClient(host, prefix: "/e/none");
        Assert.Equal(404, (await other.GetAsync("/sign-ins/statistics")).Status);
        foreach (var wrong in new[] { "yesterday", $"{Moment(2)},{Moment(1)}", Moment(-24 * 40), string.Join(',', Enumerable.Range(0, 32).Select(hour => Moment(hour))) })
        {
            var refused = await api.GetAsync($"/sign-ins/statistics?since={wrong}");
            Assert.Equal((400, "since"), (refused.Status, refused.Json.GetProperty("errors")[0].GetProperty("field").GetString()));
        }
    }

    [Fact]
    public async Task Sign_in_of_another_environment_is_not_there()
    {
        await using var host = await StartAsync(options => options.MoreResources.Add(XeniosHost.Resources.Replace("slug: default", "slug: two", StringComparison.Ordinal)));
        var page = await host.NewBrowser().GoAsync(new RelyingParty(host).AuthorizeUrl(("redirect_uri", "https://evil.test/")));
        await host.Services.GetRequiredService<RefusedSignIns>().FlushAsync(CancellationToken.None);
        using var api = new ManagementClient(host);
        using var other = new ManagementClient(host, prefix: "/e/two");
        Assert.Equal(200, (await api.GetAsync($"/sign-ins/{page.SupportCode}")).Status);
        Assert.Equal(404, (await other.GetAsync($"/sign-ins/{page.SupportCode}")).Status);
        Assert.Empty((await other.GetAsync("/sign-ins")).Items);
        Assert.Empty((await other.GetAsync($"/sign-ins?q={page.SupportCode}")).Items);
    }

    [Fact]
    public async Task Refusal_before_a_sign_in_began_is_found_by_its_support_code()
    {
        await using var host = await StartAsync();
        var (shop, browser) = (new RelyingParty(host), host.NewBrowser());
        (string Error, Page Page)[] refusals =
        [
            ("invalid_client", await browser.GoAsync(shop.AuthorizeUrl(("client_id", "nobody")))),
            ("invalid_request", await browser.GoAsync(shop.AuthorizeUrl(("redirect_uri", "https://evil.test/")))),
            ("callback_unknown", await browser.GoAsync($"{XeniosHost.Url}/login/callback?state=x&code=y")),
            ("journey_unknown", await browser.GoAsync($"{XeniosHost.Url}/signin/nothing")),
        ];
        await host.Services.GetRequiredService<RefusedSignIns>().FlushAsync(CancellationToken.None);
        using var api = new ManagementClient(host);
        foreach (var (error, page) in refusals)
        {
            Assert.Equal(error, page.Error);
            var shown = await api.GetAsync($"/sign-ins/{page.SupportCode}");
            Assert.Equal((200, "refused", error), (shown.Status, shown.Text("outcome"), shown.Text("error_code")));
            Assert.Equal(ErrorCatalogue.All[error].Remedy, shown.Json.GetProperty("error").GetProperty("remedy").GetString());
        }

        Assert.Equal("shop", (await api.GetAsync($"/sign-ins/{refusals[1].Page.SupportCode}")).Text("application"));
    }

    [Fact]
    public async Task Refused_address_of_a_known_application_stands_in_the_story_without_its_query_and_no_other_does()
    {
        await using var host = await StartAsync();
        var (shop, browser) = (new RelyingParty(host), host.NewBrowser());
        (string? Address, Page Page)[] refusals =
        [
            ("http://127.0.0.1:3000/callback", await browser.GoAsync(shop.AuthorizeUrl(("redirect_uri", "http://127.0.0.1:3000/callback?secret=1")))),
            (null, await browser.GoAsync(shop.AuthorizeUrl(("redirect_uri", "https://ada:password@shop.test/callback")))),
            (null, await browser.GoAsync(shop.AuthorizeUrl(("redirect_uri", "https://shop.test/" + new string('a', 500))))),
            (null, await browser.GoAsync(shop.AuthorizeUrl(("redirect_uri", "nonsense")))),
            (null, await browser.GoAsync(shop.AuthorizeUrl(("client_id", "nobody"), ("redirect_uri", "https://shop.test/callback")))),
        ];
        await host.Services.GetRequiredService<RefusedSignIns>().FlushAsync(CancellationToken.None);
        using var api = new ManagementClient(host);
        foreach (var (address, page) in refusals)
        {
            var data = (await api.GetAsync($"/sign-ins/{page.SupportCode}")).Json.GetProperty("hops")[0].GetProperty("data");
            Assert.Equal(address, data.TryGetProperty("redirect_uri", out var sent) ? sent.GetString() : null);
        }
    }

    [Fact]
    public async Task Timelines_go_when_the_environment_says_so_a_bounded_number_at_a_time()
    {
        await using var host = await StartAsync();
        await new RelyingParty(host).SignInAndRedeemAsync(host.NewBrowser());
        host.Clock.Advance(TimeSpan.FromDays(10));
        await host.SweepAsync();
        Assert.Equal(["1"], await host.QueryAsync("SELECT COUNT(*) FROM sign_ins"));

        await host.ApplyAsync("environment: { slug: default, sign_in_retention_days: 10 }");
        await host.ExecuteAsync(
            """
            INSERT INTO sign_ins (environment_id, support_code, outcome, started_at, hops)
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5001)
            SELECT e.environment_id, 'CODE' || n.i, 'ok', 0, '[]' FROM n, environments e
            """);
        await host.SweepAsync();
        Assert.Equal(["2"], await host.QueryAsync("SELECT COUNT(*) FROM sign_ins"));
        await host.SweepAsync();
        Assert.Equal(["0"], await host.QueryAsync("SELECT COUNT(*) FROM sign_ins"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.ApplyAsync("environment: { slug: default, sign_in_retention_days: 0 }"));
    }

    protected static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private Task<XeniosHost> StartAsync(Action<XeniosHostOptions>? more = null) => XeniosHost.StartAsync(options =>
    {
        options.Postgres = postgres;
        more?.Invoke(options);
    });
}

public sealed class SignInListOnSqliteTests() : SignInListTests(null)
{
    [Fact]
    public async Task Refusals_beyond_what_may_wait_are_dropped_counted_and_said()
    {
        await using var host = await XeniosHost.StartAsync();
        var refused = host.Services.GetRequiredService<RefusedSignIns>();
        var (browser, url) = (host.NewBrowser(), new RelyingParty(host).AuthorizeUrl(("client_id", "nobody")));
        for (var i = 0; i < RefusedSignIns.MostWaiting + 5; i++)
        {
            await browser.GetAsync(url);
        }

        Assert.Equal(5, refused.Dropped);
        await refused.FlushAsync(CancellationToken.None);
        Assert.Equal([$"{RefusedSignIns.MostWaiting}"], await host.QueryAsync("SELECT COUNT(*) FROM sign_ins"));
        Assert.Contains(host.Log.Lines, line => line.Contains("5 refusals were not written", StringComparison.Ordinal));
    }
}

[Trait("Category", "Postgres")]
public sealed class SignInListOnPostgresTests() : SignInListTests(PostgresServer.ConnectionString);
