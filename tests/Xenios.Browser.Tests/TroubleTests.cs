using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>Something is in the way at X or here: the page says what, and there is always a way on (S08, S18, S27, S50–S57).</summary>
[Collection(nameof(Site))]
public sealed class TroubleTests(Site site) : BrowserTest(site)
{
    [Theory]
    [InlineData("token", "unavailable", "S52", "X-110", "X has problems right now", "Try X anyway")]
    [InlineData("users_me", "drop", "S52", "X-110", "X has problems right now", "Try X anyway")]
    [InlineData("token", "rate_limited", "S54", "X-109", "X asks us to slow down", "Try again")]
    [InlineData("users_me", "client_not_enrolled", "S55", "X-106", "Sign in with X does not work at the moment", "Try again")]
    [InlineData("token", "code_expired", "S59", "X-112", "Let us start again", "Start again")]
    public async Task A_fault_of_X_has_its_page_and_trying_again_signs_in(string endpoint, string fault, string page, string error, string heading, string again)
    {
        await Site.X.FaultAsync(endpoint, new { kind = fault });
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("ada");
        await tab.ArrivedAsync(page, error);
        await tab.HasHeadingAsync(heading);
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();

        await Site.X.NoFaultsAsync();
        await tab.PressAsync(again);
        await tab.AtXAsync();
        await tab.PickAsync("ada");
        await tab.HelloAsync("Ada Byström");
    }

    [Fact]
    public async Task An_X_that_does_not_answer_is_given_up_after_ten_seconds_and_the_demo_is_told()
    {
        await Site.X.FaultAsync("token", new { kind = "delay", seconds = 60, times = 1 });
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("ada");
        await tab.ArrivedAsync("S53", "X-110");
        await tab.HasHeadingAsync("X takes too long");
        await tab.CheckAsync();
        await tab.PressAsync("Back to Demo");
        await tab.ArrivedAsync("problem", "refused");
        await Microsoft.Playwright.Assertions.Expect(tab.Main).ToContainTextAsync("temporarily_unavailable");
        await tab.CheckAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("old")]
    public async Task Dev_says_no_and_goes_back_to_the_demos_own_page(string? generation)
    {
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("dev", generation is null ? null : Site.Old);
        await tab.ArrivedAsync("S50", "access_denied");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        await tab.PressAsync(generation is null ? "Back to Demo" : "Back to First");
        await tab.ArrivedAsync("problem", "access_denied");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        await tab.PressAsync("Try again");
        await tab.ArrivedAsync("S03");
    }

    [Fact]
    public async Task Eve_is_suspended_at_X_and_can_come_back_as_somebody_else()
    {
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("eve");
        await tab.ArrivedAsync("S57", "X-118");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        await tab.PressAsync("Try again");
        await tab.AtXAsync();
        await tab.PickAsync("finn");
        await tab.HelloAsync("Finn O’Dwyer");
    }

    [Fact]
    public async Task Cleo_shares_the_address_of_an_account_and_gets_no_second_one()
    {
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("cleo");
        await tab.ArrivedAsync("S19");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        await tab.PressAsync("Use another way to sign in");
        await tab.ArrivedAsync("S03");
    }

    [Theory]
    [InlineData("closed", "ada", "S27", "local_account_needed")]
    [InlineData("demanding", "ben", "S51", "email_needed")]
    public async Task A_policy_that_turns_somebody_away_says_so(string application, string person, string page, string error)
    {
        var tab = await NewBrowserAsync();
        await tab.GoAsync(Site.Rp.AuthorizeUrl(application, ("connection", application)));
        await tab.AtXAsync();
        await tab.PickAsync(person);
        await tab.ArrivedAsync(page, error);
        await tab.CheckAsync();
        await tab.PressAsync("Back to Shop of all things");
        await tab.ArrivedAsync("arrived");
        Assert.Equal("access_denied", Site.Rp.Answers.Last().Fields["error"]);
    }

    [Fact]
    public async Task An_application_without_a_way_in_says_so()
    {
        var tab = await NewBrowserAsync();
        await tab.GoAsync(Site.Rp.AuthorizeUrl("empty"));
        await tab.ArrivedAsync("S08", "no_way_in");
        await tab.CheckAsync();
        await tab.PressAsync("Back to Shop of all things");
        await tab.ArrivedAsync("arrived");
    }

    [Fact]
    public async Task A_support_code_can_be_copied()
    {
        var tab = await NewBrowserAsync(options => options.Permissions = ["clipboard-read", "clipboard-write"]);
        await tab.SignInAsync("dev");
        await tab.ArrivedAsync("S50", "access_denied");
        await tab.PressAsync("Copy code");
        await Microsoft.Playwright.Assertions.Expect(tab.Page.Locator("[data-live]")).ToHaveTextAsync("Copied");
        Assert.Equal(await tab.Page.Locator("[data-support-code]").TextContentAsync(), await tab.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await tab.CheckAsync();
    }
}
