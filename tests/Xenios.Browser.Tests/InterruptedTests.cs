using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>Back button, second window, second browser, no cookies, wrong links (S59–S67).</summary>
[Collection(nameof(Site))]
public sealed class InterruptedTests(Site site) : BrowserTest(site)
{
    [Fact]
    public async Task The_callback_opened_again_starts_again_and_ends_well()
    {
        var tab = await NewBrowserAsync();
        var callback = "";
        tab.Page.Request += (_, request) => callback = request.Url.Contains("/login/callback?", StringComparison.Ordinal) ? request.Url : callback;
        await tab.SignInAsync("ada");
        await tab.HelloAsync("Ada Byström");

        await tab.GoAsync(callback);
        await tab.ArrivedAsync("S59", "callback_repeated");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        await tab.PressAsync("Start again");

        // The demo takes each state once; its own page leads on, and the session here asks nothing more.
        await tab.ArrivedAsync("problem", "state_unknown");
        await tab.PressAsync("Try again");
        await tab.HelloAsync("Ada Byström");
    }

    [Fact]
    public async Task The_back_button_after_a_sign_in_leads_to_a_page_that_goes_on()
    {
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("ada");
        await tab.HelloAsync("Ada Byström");
        await tab.Page.GoBackAsync();
        await tab.AtXAsync();
        await tab.Page.GoBackAsync();
        await tab.ArrivedAsync("S59", "journey_finished");
        await tab.CheckAsync();
    }

    [Fact]
    public async Task A_callback_opened_in_another_browser_signs_nobody_in_there()
    {
        var victim = await NewBrowserAsync();
        await victim.LeaveForXAsync();
        var callback = await victim.CallbackOfAsync("ada");

        var other = await NewBrowserAsync();
        await other.GoAsync(callback);
        await other.ArrivedAsync("S60", "other_browser");
        await other.HeadingIsFocusedAsync();
        await other.CheckAsync();
        await other.PressAsync("Start again here");
        await other.ArrivedAsync("S03");
        await other.PressAsync("Sign in with X");
        await other.AtXAsync();
        await other.PickAsync("finn");

        // The demo knows this browser as little as the server did.
        await other.ArrivedAsync("problem", "state_unknown");
        await other.PressAsync("Try again");
        await other.HelloAsync("Finn O’Dwyer");
    }

    [Fact]
    public async Task Blocked_cookies_are_named_as_the_reason_each_time()
    {
        var profile = Directory.CreateTempSubdirectory("xenios-profile-");
        Directory.CreateDirectory(Path.Combine(profile.FullName, "Default"));
        await File.WriteAllTextAsync(
            Path.Combine(profile.FullName, "Default", "Preferences"), """{"profile":{"default_content_setting_values":{"cookies":2}}}""");
        var browser = await Site.Playwright.Chromium.LaunchPersistentContextAsync(
            profile.FullName, new() { ExecutablePath = Site.ChromiumPath, Args = Site.ChromiumArguments, Locale = "en-GB" });
        var tab = new Tab((await WatchAsync(browser)).Pages[0], Site);

        await tab.OpenDemoAsync();
        await tab.PressAsync("Sign in with X");
        await tab.ArrivedAsync("S61", "cookies_blocked");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        await tab.PressAsync("Try again");
        await tab.ArrivedAsync("S61", "cookies_blocked");
        await browser.CloseAsync();
        profile.Delete(recursive: true);
    }

    [Theory]
    [InlineData("nobody", null, "invalid_client")]
    [InlineData("both", "https://evil.example/callback", "invalid_request")]
    public async Task A_wrong_link_is_shown_and_leads_nowhere(string application, string? redirectUri, string error)
    {
        var tab = await NewBrowserAsync();
        await tab.GoAsync(redirectUri is null ? Site.Rp.AuthorizeUrl(application) : Site.Rp.AuthorizeUrl(application, ("redirect_uri", redirectUri)));
        await tab.ArrivedAsync("S64", error);
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        await tab.Page.GetByText("For the people who run the app").ClickAsync();
        await tab.CheckAsync();
        Assert.StartsWith(Site.Id, tab.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_page_and_an_unknown_name_say_what_they_are()
    {
        var tab = await NewBrowserAsync();
        await tab.GoAsync($"{Site.Id}/nowhere");
        await tab.ArrivedAsync("S65", "not_found");
        await tab.CheckAsync();

        await tab.GoAsync($"{Site.Id}/signin/unknown");
        await tab.ArrivedAsync("S59", "journey_unknown");
        await tab.CheckAsync();
        await tab.PressAsync("Start again");
        await tab.ArrivedAsync("S01");

        var unknown = Site.Id.Replace("id.localhost", "localhost", StringComparison.Ordinal);
        Site.Known.Add(unknown);
        await tab.GoAsync(unknown);
        await tab.ArrivedAsync("S67", "A-02");
        await tab.CheckAsync();
        await tab.PressAsync($"Go to {Site.Id}");
        await tab.ArrivedAsync("S01");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_tabs_sign_in_side_by_side_in_either_order(bool firstComesFirst)
    {
        var one = await NewBrowserAsync();
        var two = await NewTabAsync(one);
        await one.LeaveForXAsync();
        await two.LeaveForXAsync();
        foreach (var tab in firstComesFirst ? [one, two] : new[] { two, one })
        {
            await tab.PickAsync(tab == one ? "ada" : "finn");
            await tab.HelloAsync(tab == one ? "Ada Byström" : "Finn O’Dwyer");
        }

        // One browser, one session: the last one counts, in both tabs.
        foreach (var tab in new[] { one, two })
        {
            await tab.GoAsync($"{Site.Id}/signin");
            await tab.ArrivedAsync("S36");
            await Assertions.Expect(tab.Page.Locator(".person")).ToContainTextAsync(firstComesFirst ? "finn_today" : "ada_bystrom");
        }
    }
}
