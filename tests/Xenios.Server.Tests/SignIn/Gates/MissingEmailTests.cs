using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn.Gates;

/// <summary>What <c>missing_email</c> and <c>require_email</c> do when X gives no address, and what a provider's address does.</summary>
public sealed class MissingEmailTests(GateHost gate) : IClassFixture<GateHost>
{
    private readonly XeniosHost _host = gate.Fresh();

    [Fact]
    public async Task Ask_optional_can_be_skipped_and_is_not_asked_again()
    {
        var ben = await Newcomer.ArriveAsync(_host, gate.Many, "optional");
        Assert.Equal("S12", ben.Page.Id);
        Assert.NotNull(ben.Page.SupportCode);
        Assert.Equal("rp.test", (await ben.PressAsync("email/skip")).Location!.Host);
        Assert.Null(await EmailOfAsync(ben));
        var again = await gate.Many.SignInAsync(_host.NewBrowser(), ben.Person, ("connection", "optional"));
        Assert.Equal("rp.test", again.Location!.Host);
    }

    [Fact]
    public async Task Ask_optional_with_an_address_still_demands_the_code()
    {
        var ben = await Newcomer.ArriveAsync(_host, gate.Many, "optional");
        var before = await _host.SnapshotAsync();
        Assert.Equal("S13", (await ben.GiveAsync(ben.Address)).Id);
        Assert.Equal("S13", (await ben.PressAsync("email/skip")).Id);
        Assert.Equal("S14", (await ben.EnterAsync(Newcomer.Not(_host.MailedCode))).Id);
        Assert.Equal(before, await _host.SnapshotAsync());
        await ben.ProveAsync();
        Assert.Equal(ben.Address, await EmailOfAsync(ben));
    }

    [Fact]
    public async Task Ask_optional_can_be_skipped_after_a_change_of_mind()
    {
        var ben = await Newcomer.ArriveAsync(_host, gate.Many, "optional");
        await ben.GiveAsync(ben.Address);
        Assert.Equal("S12", (await ben.PressAsync("email/change")).Id);
        await ben.PressAsync("email/skip");
        Assert.Null(await EmailOfAsync(ben));
    }

    [Fact]
    public async Task Allow_without_goes_on_without_asking()
    {
        var app = gate.Many;
        var page = await app.SignInAsync(_host.NewBrowser(), await _host.NewPersonAsync(), ("connection", "without"));
        Assert.Equal("rp.test", page.Location!.Host);
        var (_, person, _) = await app.UserInfoAsync((await app.RedeemAsync(page.LocationParameter("code"))).AccessToken);
        Assert.False(person.TryGetProperty("email", out _));
        Assert.False(person.TryGetProperty("email_verified", out _));
    }

    [Fact]
    public async Task An_application_that_needs_no_email_does_not_ask_for_one()
    {
        var page = await gate.Lax.SignInAsync(_host.NewBrowser(), await _host.NewPersonAsync());
        Assert.Equal("rp.test", page.Location!.Host);
    }

    [Theory]
    [InlineData("reject", "S51", "email_needed")]
    [InlineData("closed", "S27", "sign_up_closed")]
    public async Task Somebody_turned_away_leaves_nothing_behind(string connection, string page, string error)
    {
        var before = await _host.SnapshotAsync();
        // Where nobody new is taken, whoever is here already may still be found: an address that nobody has comes from X.
        var ben = await Newcomer.ArriveAsync(_host, gate.Many, connection, await _host.NewPersonAsync(connection == "closed" ? $"{Guid.NewGuid():N}@v.test" : null));
        Assert.Equal((page, error, HttpStatusCode.Forbidden), (ben.Page.Id, ben.Page.Error, ben.Page.Status));
        Assert.NotNull(ben.Page.SupportCode);
        foreach (var action in new[] { "email", "email/skip", "email/code", "email/change" })
        {
            Assert.Equal(page, (await ben.PressAsync(action, ("email", ben.Address), ("code", "000000"))).Id);
        }

        Assert.Equal(before, await _host.SnapshotAsync());
        var back = await ben.PressAsync("cancel");
        Assert.Equal(("rp.test", "access_denied", ben.App.State), (back.Location!.Host, back.LocationParameter("error"), back.LocationParameter("state")));
    }

    // C06
    [Theory]
    [InlineData("x", false, "null|0|null")]
    [InlineData("trusted", true, "{0}|1|trusted_connection")]
    public async Task An_address_from_X_counts_as_verified_only_where_the_connection_is_trusted(string connection, bool verified, string stored)
    {
        var app = gate.Many;
        var address = $"{connection}-{Guid.NewGuid():N}@v.test";
        var page = await app.SignInAsync(_host.NewBrowser(), await _host.NewPersonAsync(address), ("connection", connection));
        var (_, person, _) = await app.UserInfoAsync((await app.RedeemAsync(page.LocationParameter("code"))).AccessToken);
        Assert.Equal(address, person.GetProperty("email").GetString());
        Assert.Equal(verified, person.GetProperty("email_verified").GetBoolean());
        Assert.Equal(
            [string.Format(System.Globalization.CultureInfo.InvariantCulture, stored, address)],
            await _host.QueryAsync($"SELECT email, email_verified, email_verified_by FROM users WHERE user_id = '{person.GetProperty("sub").GetString()}'"));
    }

    private async Task<string?> EmailOfAsync(Newcomer ben)
    {
        var (_, person, _) = await ben.App.UserInfoAsync((await ben.App.RedeemAsync(ben.Page.LocationParameter("code"))).AccessToken);
        return person.TryGetProperty("email", out var email) ? email.GetString() : null;
    }
}
