using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>Signed in without an application, and out again (S36, S37, S76; OpenID Connect RP-Initiated Logout 1.0).</summary>
[Collection(nameof(Site))]
public sealed class SignOutTests(Site site) : BrowserTest(site)
{
    [Fact]
    public async Task Signing_out_in_the_demo_ends_the_session_here_as_well()
    {
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("ada");
        await tab.HelloAsync("Ada Byström");
        Assert.True((await AskSilentlyAsync(tab)).ContainsKey("code"));

        await tab.GoAsync(Site.Shop);
        await tab.PressAsync("Sign out");
        await tab.ArrivedAsync("signed-out");
        await Microsoft.Playwright.Assertions.Expect(tab.Main).ToContainTextAsync("You are signed out.");
        await tab.CheckAsync();
        Assert.Equal("login_required", (await AskSilentlyAsync(tab))["error"]);
    }

    [Fact]
    public async Task Without_an_application_the_server_shows_who_is_signed_in_and_signs_out()
    {
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("ada");
        await tab.HelloAsync("Ada Byström");
        await tab.GoAsync($"{Site.Id}/signin");
        await tab.ArrivedAsync("S36");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        await tab.PressAsync("Sign out");
        await tab.ArrivedAsync("S37");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        Assert.Equal("login_required", (await AskSilentlyAsync(tab))["error"]);
    }

    [Fact]
    public async Task A_sign_out_that_nothing_proves_asks_first()
    {
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("ada");
        await tab.HelloAsync("Ada Byström");
        await tab.GoAsync($"{Site.Id}/oauth2/logout?post_logout_redirect_uri={Uri.EscapeDataString("https://evil.example/")}");
        await tab.ArrivedAsync("S76", "logout_unproved");
        await tab.CheckAsync();
        await tab.PressAsync("Stay signed in");
        await tab.ArrivedAsync("S36");
        await tab.GoAsync($"{Site.Id}/oauth2/logout");
        await tab.ArrivedAsync("S76");
        await tab.PressAsync("Sign out");
        await tab.ArrivedAsync("S37");
        await tab.PressAsync("Sign in again");
        await tab.ArrivedAsync("S02");
    }

    private async Task<IReadOnlyDictionary<string, string>> AskSilentlyAsync(Tab tab)
    {
        await tab.GoAsync(Site.Rp.AuthorizeUrl("both", ("prompt", "none")));
        await tab.ArrivedAsync("arrived");
        return Site.Rp.Answers.Last().Fields;
    }
}
