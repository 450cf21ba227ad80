using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>Pages in the language of the browser, and their longer words on a small screen.</summary>
[Collection(nameof(Site))]
public sealed class LanguageTests(Site site) : BrowserTest(site)
{
    [Fact]
    public async Task A_German_browser_gets_German_pages()
    {
        var person = await Site.X.AddPersonWithoutEmailAsync();
        var tab = await NewBrowserAsync(options => options.Locale = "de-DE");
        await tab.OpenDemoAsync();
        await tab.PressAsync("Sign in with X");
        await tab.ArrivedAsync("S03");
        await tab.HasHeadingAsync("Bei Demo anmelden");
        await tab.CheckAsync();
        await tab.PressAsync("Mit X anmelden");
        await tab.AtXAsync();
        await tab.PickAsync(person);
        await tab.ArrivedAsync("S11");
        await tab.CheckAsync();
        await tab.TypeAsync("E-Mail-Adresse", "deutsch@example.com");
        await tab.PressAsync("Code senden");
        await tab.ArrivedAsync("S13");
        await tab.HasHeadingAsync("Code eingeben");
        await Assertions.Expect(tab.Page.Locator("html")).ToHaveAttributeAsync("lang", "de");
        await tab.CheckAsync();
    }

    [Fact]
    public async Task An_application_can_ask_for_a_language()
    {
        var tab = await NewBrowserAsync();
        await tab.GoAsync(Site.Rp.AuthorizeUrl("both", ("ui_locales", "fr de")));
        await tab.ArrivedAsync("S01");
        await tab.HasHeadingAsync("Bei Shop of all things anmelden");
    }
}
