using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>Connecting with an account that exists, as a person sees it (S18–S21).</summary>
[Collection(nameof(Site))]
public sealed class LinkingTests(Site site) : BrowserTest(site)
{
    [Fact]
    public async Task Joan_shows_that_the_account_is_hers_ticks_the_box_and_both_are_one()
    {
        await Site.X.AddPersonAsync("joan", "joan@example.com");
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("joan");
        await tab.ArrivedAsync("S19");
        await tab.PressAsync("Send me a code");
        await tab.ArrivedAsync("S13");
        await tab.TypeAsync("6-digit code", await Site.MailedCodeAsync("joan@example.com"));
        await tab.PressAsync("Continue");
        await tab.ArrivedAsync("S18");
        await tab.CheckAsync();
        await tab.FitsAsync();

        // Without the tick nothing is connected, and the page says what is missing.
        await tab.PressAsync("Connect and continue");
        await tab.ArrivedAsync("S18", "link_not_agreed");
        await tab.CheckAsync();
        await tab.Page.GetByRole(AriaRole.Checkbox).CheckAsync();
        await tab.PressAsync("Connect and continue");
        await tab.HelloAsync("joan at X");
        await Assertions.Expect(tab.Page.Locator(".facts")).ToContainTextAsync("joan@example.com");

        // From now on X alone is enough.
        var elsewhere = await NewBrowserAsync();
        await elsewhere.SignInAsync("joan");
        await elsewhere.HelloAsync("joan at X");
    }

    [Fact]
    public async Task An_account_that_nobody_finished_is_started_afresh_by_who_proves_the_address()
    {
        var tab = await NewBrowserAsync();
        await tab.SignInAsync(await Site.X.AddPersonWithoutEmailAsync());
        await tab.ArrivedAsync("S11");
        await tab.TypeAsync("E-mail", "unproved@example.com");
        await tab.PressAsync("Send me a code");
        await tab.ArrivedAsync("S13");
        await tab.TypeAsync("6-digit code", await Site.MailedCodeAsync("unproved@example.com"));
        await tab.PressAsync("Continue");
        await tab.ArrivedAsync("S20");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        await tab.FitsAsync();
    }

    [Fact]
    public async Task Mary_is_asked_which_of_two_accounts_is_hers()
    {
        await Site.X.AddPersonAsync("mary", "mary@example.com");
        var tab = await NewBrowserAsync();
        await tab.GoAsync(Site.Rp.AuthorizeUrl("matching", ("connection", "matching")));
        await tab.AtXAsync();
        await tab.PickAsync("mary");
        await tab.ArrivedAsync("S21");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        await tab.FitsAsync();
    }
}
