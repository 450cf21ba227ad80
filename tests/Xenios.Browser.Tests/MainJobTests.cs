using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>The main job as people do it, with both generations of X.</summary>
[Collection(nameof(Site))]
public sealed class MainJobTests(Site site) : BrowserTest(site)
{
    [Fact]
    public async Task Three_clicks_lead_from_the_demo_to_Hello_Ada()
    {
        var tab = await NewBrowserAsync();
        await tab.OpenDemoAsync();
        await tab.CheckAsync();

        await tab.PressAsync("Sign in with X");
        await tab.ArrivedAsync("S03");
        await tab.HasHeadingAsync("Sign in to Demo");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        await tab.PressAsync("Sign in with X");

        await tab.AtXAsync();
        await tab.CheckAsync();
        await tab.PickAsync("ada");

        await tab.HelloAsync("Ada Byström");
        await tab.CheckAsync();
    }

    [Fact]
    public async Task The_first_generation_of_X_signs_in_as_well()
    {
        var tab = await NewBrowserAsync();
        await tab.LeaveForXAsync(Site.Old);
        Assert.Contains("/oauth/authenticate?oauth_token=", tab.Page.Url, StringComparison.Ordinal);
        await tab.CheckAsync();
        await tab.PickAsync("ada");
        await tab.HelloAsync("Ada Byström");
    }

    [Fact]
    public async Task An_application_that_names_the_connection_saves_a_click()
    {
        var tab = await NewBrowserAsync();
        await tab.OpenDemoAsync();
        await tab.PressAsync("Go straight to X");
        await tab.AtXAsync();
        await tab.PickAsync("ada");
        await tab.HelloAsync("Ada Byström");
    }

    [Fact]
    public async Task A_browser_that_was_here_before_is_shown_what_it_used_last_first()
    {
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("ada", Site.Old);
        await tab.HelloAsync("Ada Byström");
        await tab.PressAsync("Sign out");
        await tab.ArrivedAsync("signed-out");

        await tab.GoAsync(Site.Rp.AuthorizeUrl("both"));
        await tab.ArrivedAsync("S02");
        await tab.CheckAsync();
        var first = tab.Main.Locator("[data-connection]").First;
        Assert.Equal("x1", await first.GetAttributeAsync("data-connection"));
        await Assertions.Expect(first).ToHaveAccessibleDescriptionAsync("Last used");
    }

    [Fact]
    public async Task Several_connections_are_offered_side_by_side()
    {
        var tab = await NewBrowserAsync();
        await tab.GoAsync(Site.Rp.AuthorizeUrl("both"));
        await tab.ArrivedAsync("S01");
        await tab.CheckAsync();
        await tab.PressAsync("Sign in with X classic");
        await tab.AtXAsync();
        await tab.PickAsync("finn");
        await tab.ArrivedAsync("arrived");
    }

    [Fact]
    public void The_server_says_where_it_is_and_is_ready_within_15_seconds()
    {
        Assert.InRange(Site.Start.Ready, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.InRange(Site.Start.FirstLine, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Contains(Site.Id, Site.ServerOutput, StringComparison.Ordinal);
    }
}
