using Xenios.Testing;

namespace Xenios.Server.Tests.Connectors.X;

/// <summary>Whatever X answers, the person sees one page that says what to do next, nothing is left behind, and the next try works (threats K02, A10).</summary>
public sealed class FaultTests(BothGenerations rig) : IClassFixture<BothGenerations>
{
    private readonly XeniosHost _host = rig.Host;

    public static TheoryData<string> Rows => [.. FaultTable.Rows.Select(row => row.ToString())];

    public static TheoryData<string, string, string> Pages
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var (connection, endpoint, kind) in FaultTable.Pages)
            {
                data.Add(connection, endpoint, kind);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_fault_of_X_ends_on_its_page_leaves_nothing_and_the_same_page_leads_to_a_good_sign_in(string name)
    {
        var row = FaultTable.Rows.Single(row => row.ToString() == name);
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        await FreshAsync();
        await _host.FaultAsync(row.Endpoint, $$"""{"kind": "{{row.Kind}}"}""");
        var before = await _host.SnapshotAsync();

        var page = await BothGenerations.SignInAsync(_host, browser, row.Connection, shop: shop);
        if (row.Page == "-")
        {
            Assert.Equal("code", page.LocationParameter("code") is null ? $"{page.Id} {page.Error}" : "code");
            return;
        }

        Assert.Equal((row.Page, row.Error, row.Status), (page.Id, page.Error, (int)page.Status));
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.DoesNotContain(browser.CookiesOf("id.test").Keys, cookie => cookie.Contains("session", StringComparison.Ordinal));
        Assert.NotNull(page.SupportCode);
        Assert.Contains(_host.Log.Lines, line => line.Contains(page.SupportCode!.Replace("-", "", StringComparison.Ordinal), StringComparison.Ordinal) && line.Contains(row.Error, StringComparison.Ordinal));
        Assert.Contains(page.Forms, form => form.Action.EndsWith("/cancel", StringComparison.Ordinal));

        await FreshAsync();
        var back = await browser.PickAsync(await browser.LeaveAsync(page, row.Connection), "ada");
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_person_stranded_on_a_page_of_X_can_go_back_and_try_again(string connection, string endpoint, string kind)
    {
        var (browser, shop) = (_host.NewBrowser(), new RelyingParty(_host));
        await FreshAsync();
        var start = await browser.GoAsync(shop.AuthorizeUrl());
        await _host.FaultAsync(endpoint, $$"""{"kind": "{{kind}}"}""");
        var before = await _host.SnapshotAsync();
        if (kind == "drop")
        {
            await Assert.ThrowsAnyAsync<Exception>(() => browser.LeaveAsync(start, connection));
        }
        else
        {
            var stranded = await browser.LeaveAsync(start, connection);
            Assert.Equal("x.test", stranded.Url.Host);
            Assert.True((int)stranded.Status >= 400);
        }

        Assert.Equal(before, await _host.SnapshotAsync());
        await _host.NoFaultsAsync();
        var back = await browser.PickAsync(await browser.LeaveAsync(start, connection), "ada");
        Assert.Equal(200, (await shop.RedeemAsync(back.LocationParameter("code"))).Status);
    }

    [Fact]
    public async Task Every_fault_of_the_sandbox_has_its_row()
    {
        var known = from kind in (await _host.SandboxStateAsync()).GetProperty("fault_kinds").EnumerateArray()
                    from endpoint in kind.GetProperty("endpoints").EnumerateArray()
                    select $"{endpoint.GetString()} {kind.GetProperty("kind").GetString()}";
        var covered = FaultTable.Rows.Select(row => $"{row.Endpoint} {row.Kind}").Concat(FaultTable.Pages.Select(page => $"{page.Endpoint} {page.Kind}"));

        // We never call revoke, and a page that is slow is only slow.
        string[] without = ["authorize delay", "authenticate delay"];
        Assert.Equal([], known.Where(fault => !fault.StartsWith("revoke ", StringComparison.Ordinal)).Except(covered).Except(without));
    }

    // X counts calls per person and a quarter of an hour; the rows must not add up.
    private async Task FreshAsync()
    {
        await _host.NoFaultsAsync();
        _host.Clock.Advance(TimeSpan.FromMinutes(16));
    }
}
