using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>Whether the application may, and who is asked: S30 and S35.</summary>
[Collection(nameof(Site))]
public sealed class ConsentTests(Site site) : BrowserTest(site)
{
    [Fact]
    public async Task Finn_reads_what_is_asked_for_and_allows_it_once()
    {
        var tab = await NewBrowserAsync();
        await AskAsync(tab);
        await tab.HasHeadingAsync("Shop of all things would like to");
        await tab.HeadingIsFocusedAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["know you again when you come back", "see your name and picture", "see your e-mail"]);
        await Assertions.Expect(tab.Main).ToContainTextAsync($"go on to {new Uri(Site.Rp.Url).Authority}.");
        await tab.CheckAsync();
        await tab.PressAsync("Allow");
        await tab.ArrivedAsync("arrived");
        Assert.True(Site.Rp.Answers.Last().Fields.ContainsKey("code"));

        await tab.GoAsync(Site.Rp.AuthorizeUrl("asking"));
        await tab.ArrivedAsync("arrived");
        Assert.True(Site.Rp.Answers.Last().Fields.ContainsKey("code"));
    }

    [Fact]
    public async Task Allowing_again_can_be_asked_for()
    {
        var tab = await NewBrowserAsync(options => options.Locale = "de-DE");
        await tab.GoAsync(Site.Rp.AuthorizeUrl("demo", ("connection", "x"), ("prompt", "consent"), ("redirect_uri", $"{Site.Shop}/callback")));
        await tab.AtXAsync();
        await tab.PickAsync("ada");
        await tab.ArrivedAsync("S30");
        await tab.HasHeadingAsync("Demo möchte");
        await tab.CheckAsync();
        await tab.PressAsync("Nicht Sie? @ada_bystrom");
        await tab.ArrivedAsync("S03");
    }

    [Fact]
    public async Task Saying_no_needs_neither_script_nor_pointer()
    {
        var tab = await NewBrowserWithoutScriptAsync();
        await tab.GoAsync(Site.Rp.AuthorizeUrl("asking", ("connection", "x"), ("prompt", "consent")));
        await tab.AtXAsync();
        await tab.PickAsync("finn");
        await tab.ArrivedAsync("S30");
        await tab.FitsAsync();
        await KeyAsync(tab, "Do not allow");
        await tab.ArrivedAsync("arrived");
        Assert.Equal("access_denied", Site.Rp.Answers.Last().Fields["error"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_chooser_goes_on_with_who_is_here_or_with_somebody_else(bool script)
    {
        var tab = script ? await NewBrowserAsync() : await NewBrowserWithoutScriptAsync();
        await tab.GoAsync(Site.Rp.AuthorizeUrl("both", ("connection", "x")));
        await tab.AtXAsync();
        await tab.PickAsync("ada");
        await tab.ArrivedAsync("arrived");

        await tab.GoAsync(Site.Rp.AuthorizeUrl("both", ("prompt", "select_account")));
        await tab.ArrivedAsync("S35");
        await Assertions.Expect(tab.Page.Locator(".person")).ToContainTextAsync("Ada Byström");
        if (script)
        {
            await tab.HeadingIsFocusedAsync();
            await tab.CheckAsync();
        }

        await KeyAsync(tab, "Continue as @ada_bystrom");
        await tab.ArrivedAsync("arrived");
        Assert.True(Site.Rp.Answers.Last().Fields.ContainsKey("code"));

        await tab.GoAsync(Site.Rp.AuthorizeUrl("both", ("prompt", "select_account")));
        await KeyAsync(tab, "Another account");
        await tab.ArrivedAsync("S02");
    }

    private async Task AskAsync(Tab tab)
    {
        await tab.GoAsync(Site.Rp.AuthorizeUrl("asking"));
        await tab.ArrivedAsync("S03");
        await tab.Main.Locator("[data-connection]").ClickAsync();
        await tab.AtXAsync();
        await tab.PickAsync("finn");
        await tab.ArrivedAsync("S30");
    }

    private static async Task KeyAsync(Tab tab, string name)
    {
        var button = tab.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
        for (var stop = 0; stop < 8; stop++)
        {
            await tab.Page.Keyboard.PressAsync("Tab");
            if (await button.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                await tab.Page.Keyboard.PressAsync("Enter");
                return;
            }
        }

        Assert.Fail($"{name} was not among the first stops of {tab.Page.Url}.");
    }
}
