using Xenios.Testing;

namespace Xenios.Server.Tests.Sessions;

/// <summary>What a sign-in costs the database (architecture §5): the promises about writes, and the reads as they are.</summary>
[Collection("Alone")]
public sealed class CommitCountTests
{
    [Fact]
    public Task Sign_in_costs_what_was_promised_on_sqlite() => CostAsync(null);

    /// <summary>Walks a returning person's sign-in and a silent one, and counts each hop.</summary>
    internal static async Task CostAsync(string? postgres)
    {
        await using var host = await XeniosHost.StartAsync(options => options.Postgres = postgres);
        var (shop, browser) = (new RelyingParty(host), host.NewBrowser());
        await shop.SignInAndRedeemAsync(host.NewBrowser());

        using var meter = new DatabaseMeter();
        async Task<T> Costs<T>(long commits, long reads, Func<Task<T>> act)
        {
            var before = meter.Counts;
            var result = await act();
            Assert.Equal((commits, reads), (meter.Counts.Commits - before.Commits, meter.Counts.Reads - before.Reads));
            return result;
        }

        // A browser without cookies: the journey is put; there is no session to look for.
        var start = await Costs(1, 0, () => browser.GetAsync(shop.AuthorizeUrl()));
        var page = await Costs(0, 1, () => browser.GetAsync(start.Location!.AbsoluteUri));
        var form = page.Forms.First(candidate => candidate.Connection == "x");

        // The journey is read, the trip put.
        var leave = await Costs(1, 1, () => browser.PostAsync(new Uri(page.Url, form.Action).AbsoluteUri, form.Fields, follow: false));
        var x = await browser.GetAsync(leave.Location!.AbsoluteUri);
        var ada = x.Forms.First(candidate => candidate.Buttons.Any(button => button.Value == "ada"));
        var back = await browser.PostAsync(new Uri(x.Url, ada.Action).AbsoluteUri, [.. ada.Fields, new("person", "ada")], follow: false);

        // The trip is taken, journey and identity are read, the end is written.
        var end = await Costs(2, 2, () => browser.GetAsync(back.Location!.AbsoluteUri));

        // The code is taken, and in the same transaction the person's claims are read.
        var tokens = await Costs(1, 0, () => shop.RedeemAsync(end.LocationParameter("code")));
        Assert.Equal(200, tokens.Status);
        Assert.Equal((5L, 4L), meter.Counts);

        await Costs(0, 1, () => shop.UserInfoAsync(tokens.AccessToken));

        // With a live session: one write, the code (promise b).
        var silent = await Costs(1, 1, () => browser.GetAsync(shop.AuthorizeUrl()));
        Assert.NotNull(silent.LocationParameter("code"));

        // Also when the use of the session has to be noted.
        host.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.NotNull((await Costs(1, 1, () => browser.GetAsync(shop.AuthorizeUrl()))).LocationParameter("code"));

        // A public application without offline_access, and one that trusts its scopes, ask nobody: not a query more.
        var spa = await Costs(1, 1, () => browser.GetAsync(RelyingParty.Spa(host).AuthorizeUrl()));
        Assert.NotNull(spa.LocationParameter("code"));
        await host.ApplyAsync(XeniosHost.Resources.Replace("redirect_uris: [https://spa.test/cb]", "redirect_uris: [https://spa.test/cb]\n    require_consent: true\n    trusted_scopes: [openid, profile, email]", StringComparison.Ordinal));
        await Costs(1, 1, () => browser.GetAsync(RelyingParty.Spa(host).AuthorizeUrl()));

        // Where consent counts it costs the one read.
        await host.ApplyAsync(XeniosHost.Resources.Replace("redirect_uris: [https://spa.test/cb]", "redirect_uris: [https://spa.test/cb]\n    require_consent: true", StringComparison.Ordinal));
        var silently = await Costs(0, 2, () => browser.GetAsync(RelyingParty.Spa(host).AuthorizeUrl(("prompt", "none"))));
        Assert.Equal("consent_required", silently.LocationParameter("error"));

        // What asks for nothing writes nothing.
        await Costs(0, 1, () => browser.GetAsync(shop.AuthorizeUrl(("prompt", "none"), ("max_age", "0"))));
        await Costs(0, 0, () => browser.GetAsync(shop.AuthorizeUrl(("redirect_uri", "https://evil.test/"))));
        await Costs(0, 0, () => browser.GetAsync($"{XeniosHost.Url}/.well-known/openid-configuration"));
    }
}

/// <summary>The same on PostgreSQL.</summary>
[Collection("Alone")]
[Trait("Category", "Postgres")]
public sealed class CommitCountOnPostgresTests
{
    [Fact]
    public Task Sign_in_costs_the_same_on_postgres() => CommitCountTests.CostAsync(PostgresServer.ConnectionString);
}
