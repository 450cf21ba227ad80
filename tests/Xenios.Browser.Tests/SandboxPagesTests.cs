using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>The pages of the X sandbox that people meet, besides the two consent pages of the main job.</summary>
[Collection(nameof(Site))]
public sealed class SandboxPagesTests(Site site) : BrowserTest(site)
{
    [Fact]
    public async Task The_control_page_breaks_X_and_mends_it()
    {
        var tab = await NewBrowserAsync();
        await tab.GoAsync($"{Site.X.Url}/sandbox");
        await tab.CheckAsync();
        await tab.PressAsync("X is down: 503 everywhere");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Done.");
        await tab.CheckAsync();

        var visitor = await NewBrowserAsync();
        await visitor.OpenDemoAsync();
        await visitor.PressAsync("Go straight to X");
        await visitor.HasHeadingAsync("Something is technically wrong");
        await visitor.CheckAsync();

        await tab.PressAsync("Switch all faults off");
        await Assertions.Expect(tab.Page.GetByText("503 over capacity").And(tab.Page.Locator(".on"))).ToHaveCountAsync(0);
        await visitor.SignInAsync("ada");
        await visitor.HelloAsync("Ada Byström");
    }

    [Fact]
    public async Task Cancelling_at_X_of_the_first_generation_needs_a_link_back()
    {
        var tab = await NewBrowserAsync();
        await tab.LeaveForXAsync(Site.Old);
        await tab.PressAsync("Cancel");
        await tab.CheckAsync();
        await tab.PressAsync("Return to Demo");
        await tab.ArrivedAsync("S50", "access_denied");
    }

    [Fact]
    public async Task A_consent_page_answered_twice_says_so()
    {
        var tab = await NewBrowserAsync();
        await tab.LeaveForXAsync();
        await tab.CallbackOfAsync("ada");
        await tab.PickAsync("ada");
        await tab.HasHeadingAsync("Something went wrong");
        await tab.CheckAsync();
    }

    [Fact]
    public async Task The_mailbox_page_shows_the_code()
    {
        var tab = await NewBrowserAsync();
        await tab.SignInAsync(await Site.X.AddPersonWithoutEmailAsync());
        await tab.ArrivedAsync("S11");
        await tab.TypeAsync("E-mail", "mailbox@example.com");
        await tab.PressAsync("Send me a code");
        await tab.ArrivedAsync("S13");
        var mailbox = await NewTabAsync(tab);
        await mailbox.GoAsync($"{Site.Id}/dev/mail");
        await Assertions.Expect(mailbox.Page.Locator("article").First).ToContainTextAsync("mailbox@example.com");
        await mailbox.CheckAsync();
    }
}
