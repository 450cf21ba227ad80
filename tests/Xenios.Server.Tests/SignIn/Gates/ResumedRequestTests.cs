using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn.Gates;

/// <summary>The application's request survives the detour over the mailbox (standards BRK-03).</summary>
public sealed class ResumedRequestTests(GateHost gate) : IClassFixture<GateHost>
{
    private readonly XeniosHost _host = gate.Fresh();

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(29)]
    public async Task The_same_request_is_resumed_with_state_nonce_and_PKCE_also_after_a_while(int minutes)
    {
        var app = new RelyingParty(_host);
        var ben = await Newcomer.ArriveAsync(_host, app);
        await ben.GiveAsync(ben.Address);
        _host.Clock.Advance(TimeSpan.FromMinutes(minutes));
        if (minutes >= 10)
        {
            await ben.PressAsync("email/code/resend");
        }

        var back = await ben.ProveAsync();
        Assert.StartsWith($"{app.RedirectUri}?", back.Location!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal((app.State, XeniosHost.Url), (back.LocationParameter("state"), back.LocationParameter("iss")));
        var code = back.LocationParameter("code");
        Assert.Equal("invalid_grant", (await app.RedeemAsync(code, ("code_verifier", new string('x', 43)))).Error);

        var again = await app.SignInAsync(ben.Browser);
        var tokens = await app.RedeemAsync(again.LocationParameter("code"));
        Assert.Equal(app.Nonce, (await app.ValidateAsync(tokens.IdToken))["nonce"]);
    }

    [Fact]
    public async Task After_half_an_hour_the_person_starts_again_with_the_same_request()
    {
        var app = new RelyingParty(_host);
        var ben = await Newcomer.ArriveAsync(_host, app);
        await ben.GiveAsync(ben.Address);
        var code = _host.MailedCode;
        _host.Clock.Advance(TimeSpan.FromMinutes(30));
        var before = await _host.SnapshotAsync();
        var page = await ben.EnterAsync(code);
        Assert.Equal(("S59", "journey_expired"), (page.Id, page.Error));
        Assert.Equal(before, await _host.SnapshotAsync());

        page = await ben.Browser.PressAsync(page, "/again");
        if (page.Url.Host == "id.test")
        {
            page = await ben.Browser.LeaveAsync(page);
        }

        page = await ben.Browser.PickAsync(page, ben.Person);
        Assert.Equal("S11", page.Id);
        page = await ben.Browser.PressAsync(page, "/email", ("email", ben.Address));
        page = await ben.Browser.PressAsync(page, "/email/code", ("code", _host.MailedCode));
        Assert.Equal(app.State, page.LocationParameter("state"));
        Assert.Equal(200, (await app.RedeemAsync(page.LocationParameter("code"))).Status);
    }
}
