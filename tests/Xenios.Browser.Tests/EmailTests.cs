using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>X shared no address: it is asked for, proved, and asked for only once (S11–S18).</summary>
[Collection(nameof(Site))]
public sealed class EmailTests(Site site) : BrowserTest(site)
{
    [Fact]
    public async Task Ben_proves_an_email_once_and_is_not_asked_again_in_another_browser()
    {
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("ben");
        await tab.ArrivedAsync("S11");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();

        await tab.TypeAsync("E-mail", "ben");
        await tab.PressAsync("Send me a code");
        await tab.ArrivedAsync("S11", "email_malformed");
        await Assertions.Expect(tab.Page.GetByLabel("E-mail")).ToBeFocusedAsync();
        await Assertions.Expect(tab.Page.GetByLabel("E-mail")).ToHaveValueAsync("ben");
        await tab.CheckAsync();

        await tab.TypeAsync("E-mail", "ben@example.com");
        await tab.PressAsync("Send me a code");
        await tab.ArrivedAsync("S13");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        var code = await Site.MailedCodeAsync("ben@example.com");

        await tab.TypeAsync("6-digit code", code == "000000" ? "000001" : "000000");
        await tab.PressAsync("Continue");
        await tab.ArrivedAsync("S14", "code_wrong");
        await Assertions.Expect(tab.Page.GetByLabel("6-digit code")).ToBeFocusedAsync();
        await tab.CheckAsync();

        await tab.TypeAsync("6-digit code", code);
        await tab.PressAsync("Continue");
        await tab.HelloAsync("Ben Okafor");
        await Assertions.Expect(tab.Page.Locator(".facts")).ToContainTextAsync("ben@example.com");

        var elsewhere = await NewBrowserAsync();
        await elsewhere.SignInAsync("ben");
        await elsewhere.HelloAsync("Ben Okafor");
    }

    [Fact]
    public async Task A_code_is_typed_right_away_or_pasted_with_its_space()
    {
        var tab = await NewBrowserAsync(options => options.Permissions = ["clipboard-read", "clipboard-write"]);
        await AskForCodeAsync(tab, "paste@example.com");
        var code = await Site.MailedCodeAsync("paste@example.com");
        await tab.Page.EvaluateAsync("text => navigator.clipboard.writeText(text)", $" {code[..3]} {code[3..]}\n");
        await tab.HeadingIsFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Control+V");
        await Assertions.Expect(tab.Page.GetByLabel("6-digit code")).ToHaveValueAsync(code);

        await tab.Page.GetByLabel("6-digit code").FillAsync("");
        await tab.Page.Locator("h1").FocusAsync();
        await tab.Page.Keyboard.TypeAsync(code);
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.ArrivedAsync("signed-in");
    }

    [Fact]
    public async Task Another_mail_can_be_asked_for_after_a_countdown_and_not_before()
    {
        var tab = await NewBrowserAsync();
        await tab.Page.Clock.InstallAsync();
        await AskForCodeAsync(tab, "again@example.com");
        var again = tab.Page.GetByRole(AriaRole.Button, new() { Name = "Send again" });
        await Assertions.Expect(again).ToBeDisabledAsync();
        await Assertions.Expect(again).ToContainTextAsync("sec");
        await tab.Page.Clock.FastForwardAsync("00:31");
        await Assertions.Expect(again).ToBeEnabledAsync();

        // Only the browser's clock was moved: the server still counts, and shows what is left.
        await again.ClickAsync();
        await Assertions.Expect(again).ToBeDisabledAsync();
        await tab.ArrivedAsync("S13");
        Assert.Equal(1, await Site.MailsToAsync("again@example.com"));
    }

    [Fact]
    public async Task A_mistyped_address_can_be_changed()
    {
        var tab = await NewBrowserAsync();
        await AskForCodeAsync(tab, "mistyped@example.com");
        await tab.PressAsync("Different e-mail");
        await tab.ArrivedAsync("S11");
        await tab.TypeAsync("E-mail", "right@example.com");
        await tab.PressAsync("Send me a code");
        await tab.ArrivedAsync("S13");
        await tab.TypeAsync("6-digit code", await Site.MailedCodeAsync("right@example.com"));
        await tab.PressAsync("Continue");
        await tab.ArrivedAsync("signed-in");
        await Assertions.Expect(tab.Page.Locator(".facts")).ToContainTextAsync("right@example.com");
    }

    [Fact]
    public async Task Five_wrong_codes_bring_a_break_that_says_how_long()
    {
        var tab = await NewBrowserAsync();
        await AskForCodeAsync(tab, "guess@example.com");
        var code = await Site.MailedCodeAsync("guess@example.com");
        for (var i = 1; i < 5; i++)
        {
            await tab.TypeAsync("6-digit code", $"{(int.Parse(code, System.Globalization.CultureInfo.InvariantCulture) + i) % 1_000_000:D6}");
            await tab.PressAsync("Continue");
            await tab.ArrivedAsync("S14", "code_wrong");
        }

        await tab.TypeAsync("6-digit code", "x");
        await tab.PressAsync("Continue");
        await tab.ArrivedAsync("S16", "too_many_tries");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Timer)).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^[45]:[0-9]{2}$"));
        await tab.CheckAsync();

        await tab.GoAsync(tab.Page.Url);
        await tab.ArrivedAsync("S16", "too_many_tries");
    }

    [Fact]
    public async Task The_address_of_somebody_else_is_not_handed_over()
    {
        var tab = await NewBrowserAsync();
        await AskForCodeAsync(tab, "cleo@example.com");
        await tab.TypeAsync("6-digit code", await Site.MailedCodeAsync("cleo@example.com"));
        await tab.PressAsync("Continue");
        await tab.ArrivedAsync("S18");
        await tab.CheckAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Checkbox)).Not.ToBeCheckedAsync();
        await tab.PressAsync("Keep them apart");
        await tab.ArrivedAsync("S11", "email_belongs_to_account");
        await tab.CheckAsync();
    }

    [Fact]
    public async Task Where_an_address_is_optional_it_can_be_skipped()
    {
        var person = await Site.X.AddPersonWithoutEmailAsync();
        var tab = await NewBrowserAsync();
        await tab.GoAsync(Site.Rp.AuthorizeUrl("optional", ("connection", "optional")));
        await tab.AtXAsync();
        await tab.PickAsync(person);
        await tab.ArrivedAsync("S12");
        await tab.CheckAsync();
        await tab.PressAsync("Skip");
        await tab.ArrivedAsync("arrived");
    }

    private async Task AskForCodeAsync(Tab tab, string address)
    {
        await tab.SignInAsync(await Site.X.AddPersonWithoutEmailAsync());
        await tab.ArrivedAsync("S11");
        await tab.TypeAsync("E-mail", address);
        await tab.PressAsync("Send me a code");
        await tab.ArrivedAsync("S13");
    }
}
