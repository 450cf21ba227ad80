using System.Text.Json;
using Xenios.Server.Audit;
using Xenios.Server.Tests.Connectors.X;
using Xenios.Testing;

namespace Xenios.Server.Tests.Audit;

/// <summary>Any sign-in can be explained from its support code (ux 2.7, contract §5).</summary>
public sealed class TimelineTests(BothGenerations rig) : IClassFixture<BothGenerations>
{
    private readonly XeniosHost _host = rig.Host;

    public static TheoryData<string> Faults => [.. FaultTable.Rows.Where(row => row.Page != "-" && row.Kind is not ("delay" or "drop")).Select(row => row.ToString())];

    [Theory]
    [InlineData(BothGenerations.Two, "asked,page,sent,back,exchange,profile,rule,account,session,code_issued,tokens")]
    [InlineData(BothGenerations.One, "asked,page,request_token,sent,back,exchange,profile,rule,account,session,code_issued,tokens")]
    public async Task Sign_in_tells_its_hops_in_order(string connection, string kinds)
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        var x = await browser.LeaveAsync(page, connection);
        _host.Clock.Advance(TimeSpan.FromSeconds(3));
        var back = await browser.PickAsync(x, "ada");
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);

        var shown = await ShowAsync(page.SupportCode!);
        var hops = shown.GetProperty("hops").EnumerateArray().ToList();
        Assert.Equal(kinds, string.Join(',', hops.Select(hop => hop.GetProperty("kind").GetString())));
        Assert.All(hops, hop => Assert.Equal("ok", hop.GetProperty("outcome").GetString()));
        Assert.Equal(("ok", "shop", connection, "ada_bystrom"), (Text(shown, "outcome"), Text(shown, "application"), Text(shown, "connection"), Text(shown, "handle")));
        Assert.Equal(3000, shown.GetProperty("duration_ms").GetInt64());
        Assert.Equal("known_identity", Text(shown.GetProperty("rule"), "code"));
        Assert.Equal("Shop asked for sign-in", Text(hops[0], "title"));
        Assert.Equal("openid profile email", Fact(hops[0], "scopes"));
        Assert.Equal(3000, Hop(hops, "back").GetProperty("duration_ms").GetInt64());
        Assert.Equal(("@ada_bystrom", "present"), (Fact(Hop(hops, "profile"), "handle"), Fact(Hop(hops, "profile"), "email")));
        Assert.True(Hop(hops, "exchange").GetProperty("duration_ms").GetInt64() >= 0);
        Assert.Equal(connection == BothGenerations.Two ? "state 43 characters, S256" : "signed request token", Fact(Hop(hops, "sent"), "protection"));
        if (connection == BothGenerations.Two)
        {
            Assert.Contains("users.read", Fact(Hop(hops, "exchange"), "granted"), StringComparison.Ordinal);
        }

        // As people write it.
        foreach (var written in (string[])[page.SupportCode!.ToLowerInvariant(), page.SupportCode!.Replace("-", "", StringComparison.Ordinal)])
        {
            Assert.Equal(page.SupportCode, Text(await ShowAsync(written), "support_code"));
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Failure_of_X_is_found_by_the_support_code_of_its_page_with_its_code_and_remedy(string name)
    {
        var row = FaultTable.Rows.Single(row => row.ToString() == name);
        await _host.NoFaultsAsync();
        _host.Clock.Advance(TimeSpan.FromMinutes(16));
        await _host.FaultAsync(row.Endpoint, $$"""{"kind": "{{row.Kind}}"}""");
        var page = await BothGenerations.SignInAsync(_host, _host.NewBrowser(), row.Connection);
        await _host.NoFaultsAsync();

        var shown = await ShowAsync(page.SupportCode!);
        Assert.Equal(("failed", row.Error, row.Connection), (Text(shown, "outcome"), Text(shown, "error_code"), Text(shown, "connection")));
        Assert.Equal(ErrorCatalogue.All[row.Error].Remedy, Text(shown.GetProperty("error"), "remedy"));
        var hops = shown.GetProperty("hops").EnumerateArray().ToList();
        Assert.Equal(("page", row.Page), (Text(hops[^1], "kind"), Fact(hops[^1], "page")));
        Assert.Equal(("failed", row.Error), (Text(hops[^2], "outcome"), Text(hops[^2].GetProperty("error"), "code")));
        Assert.Equal(row.Endpoint switch { "request_token" => "request_token", "token" or "access_token" => "exchange", _ => "profile" }, Text(hops[^2], "kind"));
    }

    [Fact]
    public async Task A_no_at_X_is_a_refusal_and_the_way_back_from_it_a_sign_in()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var no = await BothGenerations.SignInAsync(_host, browser, BothGenerations.Two, "dev", shop);
        Assert.Equal("S50", no.Id);
        var refused = await ShowAsync(no.SupportCode!);
        Assert.Equal(("refused", "access_denied"), (Text(refused, "outcome"), Text(refused, "error_code")));

        var back = await browser.PickAsync(await browser.LeaveAsync(no, BothGenerations.Two), "ada");
        Assert.NotNull(back.LocationParameter("code"));
        var done = await ShowAsync(no.SupportCode!);
        Assert.Equal("ok", Text(done, "outcome"));
        Assert.False(done.TryGetProperty("error_code", out _));
        Assert.Equal(2, done.GetProperty("hops").EnumerateArray().Count(hop => Text(hop, "kind") == "sent"));
    }

    [Fact]
    public async Task A_sign_in_that_nobody_goes_on_with_is_running_for_half_an_hour_and_abandoned_then()
    {
        var page = await _host.NewBrowser().GoAsync(new RelyingParty(_host).AuthorizeUrl(("connection", BothGenerations.Two)));
        Assert.Equal("x.test", page.Url.Host);
        var running = (await ListAsync("?outcome=running")).First();
        Assert.Equal("two", Text(running, "connection"));
        _host.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal("abandoned", Text(await ShowAsync(Text(running, "support_code")!), "outcome"));
        Assert.Empty(await ListAsync("?outcome=running"));
        Assert.Contains(await ListAsync("?outcome=abandoned"), item => Text(item, "support_code") == Text(running, "support_code"));
    }

    [Fact]
    public async Task A_code_redeemed_wrongly_or_twice_stands_at_the_end_of_its_sign_in()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var page = await browser.GoAsync(shop.AuthorizeUrl());
        var back = await browser.PickAsync(await browser.LeaveAsync(page, BothGenerations.Two), "ada");
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(back.LocationParameter("code"), ("code_verifier", new string('x', 43)))).Error);
        var shown = await ShowAsync(page.SupportCode!);
        Assert.Equal(("failed", "invalid_grant", "tokens"), (Text(shown, "outcome"), Text(shown, "error_code"), Text(shown.GetProperty("hops").EnumerateArray().Last(), "kind")));
        await shop.RedeemAsync(back.LocationParameter("code"));
        Assert.Equal("code_reused", Text((await ShowAsync(page.SupportCode!)).GetProperty("hops").EnumerateArray().Last(), "kind"));
    }

    [Theory]
    [InlineData("/sign-ins/ZZZZZ-ZZZZZ", 404)]
    [InlineData("/sign-ins/short", 404)]
    [InlineData("/sign-ins/%27%20OR%201%3D1", 404)]
    [InlineData("/sign-ins?outcome=nonsense", 400)]
    [InlineData("/sign-ins?from=yesterday", 400)]
    [InlineData("/sign-ins?to=x", 400)]
    [InlineData("/sign-ins?cursor=eA", 400)]
    [InlineData("/sign-ins?cursor=%%%", 400)]
    [InlineData("/sign-ins?limit=0", 400)]
    [InlineData("/sign-ins?bogus=1", 400)]
    public async Task What_is_asked_wrongly_is_a_problem(string path, int status)
    {
        using var api = new ManagementClient(_host);
        var answer = await api.GetAsync(path);
        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.Type));
    }

    private static JsonElement Hop(IEnumerable<JsonElement> hops, string kind) => hops.First(hop => Text(hop, "kind") == kind);

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string? Fact(JsonElement hop, string name) => Text(hop.GetProperty("data"), name);

    private async Task<JsonElement> ShowAsync(string code)
    {
        using var api = new ManagementClient(_host);
        var answer = await api.GetAsync($"/sign-ins/{code}");
        Assert.True(answer.Status == 200, $"{code}: {answer.Body}");
        return answer.Json;
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync(string query)
    {
        using var api = new ManagementClient(_host);
        return (await api.GetAsync("/sign-ins" + query)).Items;
    }
}
