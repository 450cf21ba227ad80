using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>The main job without a pointer.</summary>
[Collection(nameof(Site))]
public sealed class KeyboardTests(Site site) : BrowserTest(site)
{
    private const int MostStops = 12;

    [Fact]
    public async Task Tab_and_Enter_are_enough_for_the_main_job()
    {
        var tab = await NewBrowserAsync();
        await tab.OpenDemoAsync();
        await PressByKeyAsync(tab, "Sign in with X");
        await tab.ArrivedAsync("S03");
        await PressByKeyAsync(tab, "Sign in with X");
        await tab.AtXAsync();
        await PressByKeyAsync(tab, "Ada Byström");
        await tab.HelloAsync("Ada Byström");
        await PressByKeyAsync(tab, "Sign out");
        await tab.ArrivedAsync("signed-out");
    }

    [Fact]
    public async Task Every_stop_on_the_way_is_visible()
    {
        var tab = await NewBrowserAsync();
        await tab.GoAsync(Site.Rp.AuthorizeUrl("both"));
        await tab.ArrivedAsync("S01");
        for (var stop = 0; stop < 3; stop++)
        {
            await tab.Page.Keyboard.PressAsync("Tab");
            Assert.Equal("solid", await tab.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
        }
    }

    private static async Task PressByKeyAsync(Tab tab, string name)
    {
        for (var stop = 0; stop < MostStops; stop++)
        {
            await tab.Page.Keyboard.PressAsync("Tab");
            if ((await tab.Page.EvaluateAsync<string>("document.activeElement.textContent")).Trim().Contains(name, StringComparison.Ordinal))
            {
                await tab.Page.Keyboard.PressAsync("Enter");
                return;
            }
        }

        Assert.Fail($"{name} was not among the first {MostStops} stops of {tab.Page.Url}.");
    }
}
