using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>What the script adds: the page that says where one is going, and one sign-in for two clicks (S05).</summary>
[Collection(nameof(Site))]
public sealed class ComfortTests(Site site) : BrowserTest(site)
{
    // Playwright looks away from a page as soon as the browser is about to leave it, so the page itself says what it shows.
    private const string ReportStates = """
        addEventListener('DOMContentLoaded', () => {
          const main = document.querySelector('main');
          const report = () => console.debug(`${main.dataset.page}: ${document.querySelector('h1').textContent}`);
          new MutationObserver(report).observe(main, { attributes: true, attributeFilter: ['data-page'] });
        });
        """;

    private const string PressWhatHasTheFocus = """
        addEventListener('DOMContentLoaded', () => new MutationObserver(() => document.activeElement.click())
          .observe(document.querySelector('main'), { attributes: true, attributeFilter: ['data-page'] }));
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_slow_X_is_announced_after_two_seconds_and_the_sign_in_ends_well(bool pressesAgain)
    {
        await Site.X.FaultAsync("request_token", new { kind = "delay", seconds = 4, times = 1 });
        var tab = await NewBrowserAsync();
        await tab.Page.AddInitScriptAsync(ReportStates);
        if (pressesAgain)
        {
            await tab.Page.AddInitScriptAsync(PressWhatHasTheFocus);
        }

        var states = new List<string>();
        tab.Page.Console += (_, message) => states.Add(message.Text);
        await tab.OpenDemoAsync(Site.Old);
        await tab.PressAsync("Sign in with X");
        await tab.ArrivedAsync("S03");
        await tab.PressAsync("Sign in with X classic");
        await tab.AtXAsync();
        Assert.Equal(["S05: Taking you to X classic"], states);

        await tab.PickAsync("ada");
        await tab.HelloAsync("Ada Byström");
        Assert.Equal(pressesAgain ? 2 : 1, await Site.X.CountAsync("request_token"));
    }

    [Fact]
    public async Task The_page_that_announces_X_is_as_good_as_any_other()
    {
        var tab = await NewBrowserAsync();
        await tab.Page.AddInitScriptAsync("addEventListener('submit', event => event.preventDefault())");
        await tab.GoAsync(Site.Rp.AuthorizeUrl("both"));
        await tab.ArrivedAsync("S01");
        await tab.PressAsync("Sign in with X");
        await tab.ArrivedAsync("S05");
        await tab.HasHeadingAsync("Taking you to X");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Continue to X" })).ToBeFocusedAsync();
        await tab.CheckAsync();
    }

    [Fact]
    public async Task A_double_click_starts_one_sign_in()
    {
        await Site.X.FaultAsync("request_token", new { kind = "delay", seconds = 1 });
        var tab = await NewBrowserAsync();
        await tab.OpenDemoAsync(Site.Old);
        await tab.PressAsync("Sign in with X");
        await tab.ArrivedAsync("S03");
        await tab.Main.Locator("[data-connection]").DblClickAsync();
        await tab.AtXAsync();
        await tab.PickAsync("ada");
        await tab.HelloAsync("Ada Byström");
        Assert.Equal(1, await Site.X.CountAsync("request_token"));
    }
}
