using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>The same walks in a browser whose scripts are switched off.</summary>
[Collection(nameof(Site))]
public sealed class WithoutScriptTests(Site site) : BrowserTest(site)
{
    [Theory]
    [InlineData(null)]
    [InlineData("old")]
    public async Task The_main_job_needs_no_script(string? generation)
    {
        var tab = await NewBrowserWithoutScriptAsync();
        await tab.SignInAsync("ada", generation is null ? null : Site.Old);
        await tab.HelloAsync("Ada Byström");
        await tab.FitsAsync();
        await tab.PressAsync("Sign out");
        await tab.ArrivedAsync("signed-out");
    }

    [Fact]
    public async Task The_email_walk_needs_no_script()
    {
        var tab = await NewBrowserWithoutScriptAsync();
        await tab.SignInAsync(await Site.X.AddPersonWithoutEmailAsync());
        await tab.ArrivedAsync("S11");
        await tab.FitsAsync();
        await tab.PressAsync("Send me a code");
        await tab.ArrivedAsync("S11", "email_malformed");
        await Assertions.Expect(tab.Page.GetByLabel("E-mail")).ToBeFocusedAsync();
        await tab.TypeAsync("E-mail", "noscript@example.com");
        await tab.PressAsync("Send me a code");
        await tab.ArrivedAsync("S13");
        await tab.FitsAsync();

        // Too early: the server alone says so, by showing the page again.
        await tab.PressAgainAsync("Send again");
        await tab.ArrivedAsync("S13");
        Assert.Equal(1, await Site.MailsToAsync("noscript@example.com"));

        await tab.TypeAsync("6-digit code", "wrong");
        await tab.PressAsync("Continue");
        await tab.ArrivedAsync("S14", "code_wrong");
        await Assertions.Expect(tab.Page.GetByLabel("6-digit code")).ToBeFocusedAsync();
        await tab.TypeAsync("6-digit code", await Site.MailedCodeAsync("noscript@example.com"));
        await tab.PressAsync("Continue");
        await tab.ArrivedAsync("signed-in");
    }

    [Fact]
    public async Task Trouble_needs_no_script_either()
    {
        await Site.X.FaultAsync("token", new { kind = "rate_limited", times = 1 });
        var tab = await NewBrowserWithoutScriptAsync();
        await tab.SignInAsync("ada");
        await tab.ArrivedAsync("S54", "X-109");
        await Assertions.Expect(tab.Page.Locator("time")).ToContainTextAsync("UTC");
        await tab.FitsAsync();
        await tab.PressAsync("Try again");
        await tab.AtXAsync();
        await tab.PickAsync("ada");
        await tab.HelloAsync("Ada Byström");
    }

    [Fact]
    public async Task A_posted_response_waits_for_its_button()
    {
        var tab = await NewBrowserWithoutScriptAsync();
        await FormPostTests.SignInAsync(tab, Site);
        await tab.ArrivedAsync("form_post");
        await tab.FitsAsync();
        await tab.PressAsync("Continue");
        await tab.ArrivedAsync("arrived");
        FormPostTests.IsRight(Site.Rp.Answers.Last());
    }
}
