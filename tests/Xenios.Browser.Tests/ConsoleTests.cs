using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>What an administrator finds out and changes in the console (ux 2.6, 2.7): every page passes axe in light and dark and fits a phone, and no policy is broken.</summary>
[Collection(nameof(Site))]
public sealed class ConsoleTests(Site site) : BrowserTest(site)
{
    [Fact]
    public async Task A_support_code_leads_from_the_search_to_the_story_of_the_sign_in_and_its_remedy()
    {
        var person = await NewBrowserAsync();
        await person.SignInAsync("eve");
        await person.ArrivedAsync("S57", "X-118");
        var code = await person.Page.Locator("[data-support-code]").InnerTextAsync();

        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/");
        await tab.Page.Keyboard.PressAsync("Control+k");
        await tab.Page.GetByPlaceholder("Page, person, application, connection or support code").FillAsync(code.ToLowerInvariant());
        await tab.Part(AriaRole.Button, code).ClickAsync();
        await tab.Page.WaitForURLAsync($"{Site.Id}/console/sign-ins/{code}");
        await tab.HasHeadingAsync(code);
        await tab.HeadingIsFocusedAsync();
        await tab.ShowsAsync("X has suspended this person's account");
        await tab.ShowsAsync("What to do:");
        await tab.ShowsAsync("user-suspended");
        await tab.PressAsync("Open all");
        await tab.ShowsAsync("state 43 characters, S256");
        await tab.CheckAsync();
    }

    [Fact]
    public async Task Sign_ins_are_narrowed_by_the_address_and_a_row_opens_its_story()
    {
        var person = await NewBrowserAsync();
        await person.SignInAsync("dev");
        await person.ArrivedAsync("S50", "access_denied");

        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/sign-ins?outcome=refused");
        var rows = tab.Page.Locator("tbody tr[data-leads]");
        await Assertions.Expect(rows.First).ToContainTextAsync("Refused");
        await Assertions.Expect(rows.Filter(new() { HasText = "Signed in" })).ToHaveCountAsync(0);
        await tab.CheckAsync();

        await tab.Page.GetByPlaceholder("Support code, @handle, email or user ID").FillAsync("nobody-has-this-handle");
        await tab.ShowsAsync("Nothing fits what you asked for.");
        await tab.PressAsync("Show all");
        await rows.First.ClickAsync();
        await tab.ShowsAsync("What happened");
    }

    [Fact]
    public async Task Home_begins_with_three_things()
    {
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/");
        await tab.HasHeadingAsync("Three things and you are live");
        await Assertions.Expect(tab.Main.Locator("ol > li h2")).ToHaveTextAsync(["Try signing in", "Connect X", "Add your app"]);
        await tab.CheckAsync();
    }

    [Fact]
    public async Task Home_says_what_went_wrong_what_to_do_about_it_and_where()
    {
        var person = await NewBrowserAsync();
        await person.SignInAsync("eve");
        await person.ArrivedAsync("S57", "X-118");

        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/");
        var entry = tab.Main.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "X-118" });
        await Assertions.Expect(entry).ToContainTextAsync("X has suspended this person's account");
        await Assertions.Expect(entry).ToContainTextAsync("What to do:");
        await Assertions.Expect(tab.Main.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "A-04" })).ToContainTextAsync("Set Mail:Host");
        await tab.CheckAsync();
        await entry.GetByRole(AriaRole.Link, new() { Name = "See the newest" }).ClickAsync();
        await tab.ShowsAsync("What happened");
    }

    [Fact]
    public async Task The_audit_log_shows_what_was_before_and_after_and_that_its_chain_is_whole()
    {
        var name = $"Named {Guid.NewGuid():N}"[..20];
        await Site.ManageAsync(HttpMethod.Patch, "/settings", new { display_name = name });

        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/audit?action=environment.changed");
        await tab.CheckAsync();
        await tab.Page.Locator("tbody button").First.ClickAsync();
        var details = tab.Part(AriaRole.Dialog, "Environment changed");
        await Assertions.Expect(details.GetByText(name)).ToBeVisibleAsync();
        await Assertions.Expect(details.GetByText("display_name")).ToBeVisibleAsync();
        await tab.CheckAsync();
        await tab.Page.Keyboard.PressAsync("Escape");

        await tab.PressAsync("Check the chain");
        await tab.ShowsAsync("The chain is whole");
    }

    [Fact]
    public async Task Rotating_keys_says_first_what_it_means_and_then_shows_the_next_ones()
    {
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/keys");
        await tab.CheckAsync();
        await tab.PressAsync("Rotate keys");
        var question = tab.Part(AriaRole.Dialog, "Change the signing keys?");
        await Assertions.Expect(question).ToContainTextAsync("Nobody is signed out");
        await tab.CheckAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Rotate keys" }).ClickAsync();
        await tab.ShowsAsync("The next keys are published");
        await tab.ShowsAsync("Published already, so that applications know it before it signs.");
        var keys = await Site.ManageAsync(HttpMethod.Get, "/keys");
        Assert.Contains(keys.GetProperty("items").EnumerateArray(), key => key.GetProperty("state").GetString() == "next");
    }

    [Fact]
    public async Task A_resource_file_shows_what_it_would_change_and_changes_it_only_then()
    {
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/settings/resource-file");
        await tab.CheckAsync();
        await tab.PressAsync("Edit below");
        await Assertions.Expect(tab.Page.GetByLabel("Resource file", new() { Exact = true })).ToHaveValueAsync(new Regex("slug: default"));
        await tab.PressAsync("Show what would change");
        await tab.ShowsAsync("Nothing to change");

        await tab.TypeAsync("Resource file", "environment:\n  sign_in_retention_day: 12");
        await tab.PressAsync("Show what would change");
        await tab.ShowsAsync("line 2: unknown field; did you mean sign_in_retention_days?");

        // What was typed stays in the tab, a secret never.
        await Assertions.Expect(tab.Page.GetByLabel("Resource file", new() { Exact = true })).ToHaveValueAsync(new Regex("retention_day"));
        await tab.Page.ReloadAsync();
        await Assertions.Expect(tab.Page.GetByLabel("Resource file", new() { Exact = true })).ToHaveValueAsync(new Regex("retention_day"));
        await tab.TypeAsync("Resource file", "connections:\n  - slug: x\n    client_secret: a-secret-of-the-tests");
        Assert.DoesNotContain("a-secret-of-the-tests", await tab.Page.EvaluateAsync<string>("JSON.stringify({ ...sessionStorage, ...localStorage })"));

        await tab.TypeAsync("Resource file", "environment:\n  sign_in_retention_days: 12");
        await tab.PressAsync("Show what would change");
        await tab.ShowsAsync("1 thing would change");
        Assert.NotEqual(12, await RetentionAsync());
        await tab.CheckAsync();
        await tab.PressAsync("Apply");
        await tab.ShowsAsync("Applied, 1 thing changed");
        Assert.Equal(12, await RetentionAsync());
    }

    [Fact]
    public async Task A_change_is_shown_before_it_is_saved_and_can_be_taken_back()
    {
        await Site.ManageAsync(HttpMethod.Patch, "/settings", new { display_name = "Before" });
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/settings/environment");
        await tab.CheckAsync();
        await tab.TypeAsync("Name", "After");
        await tab.ShowsAsync("1 unsaved change");
        await tab.PressAsync("Save");
        var review = tab.Part(AriaRole.Dialog, "This will change");
        await Assertions.Expect(review).ToContainTextAsync("Before");
        await Assertions.Expect(review).ToContainTextAsync("After");
        await tab.CheckAsync();
        await tab.PressAsync("Save these changes");
        await tab.ShowsAsync("Saved", exact: true);
        Assert.Equal("After", await NameAsync());
        await ApartAsync(tab, "Undo");
        await tab.PressAsync("Undo");
        await tab.ShowsAsync("Taken back");
        Assert.Equal("Before", await NameAsync());
    }

    // What can be taken back does not hide what is to be saved next, on no screen.
    private static async Task ApartAsync(Tab tab, string taken)
    {
        await tab.TypeAsync("Name", "Next");
        foreach (var (width, height) in new[] { (320, 640), (1280, 800) })
        {
            await tab.Page.SetViewportSizeAsync(width, height);
            await Axe.SettleAsync(tab.Page);
            var said = await tab.Part(AriaRole.Button, taken).BoundingBoxAsync();
            var bar = await tab.Part(AriaRole.Region, "Unsaved changes").BoundingBoxAsync();
            Assert.True(said!.Y >= 0 && said.X + said.Width <= width && said.Y + said.Height < bar!.Y, $"{taken} at {said.Y} is over the bar at {bar!.Y} on a screen of {width} px.");
        }

        await tab.PressAsync("Discard");
    }

    [Fact]
    public async Task Who_was_slower_keeps_what_was_typed_and_sees_what_the_other_changed()
    {
        await Site.ManageAsync(HttpMethod.Patch, "/settings", new { display_name = "Mine", sign_in_retention_days = 30 });
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/settings/environment");
        await tab.TypeAsync("Name", "Typed");
        await Site.ManageAsync(HttpMethod.Patch, "/settings", new { sign_in_retention_days = 77 });
        await tab.PressAsync("Save");
        await tab.PressAsync("Save these changes");
        await tab.ShowsAsync("Somebody else changed this meanwhile");
        await tab.ShowsAsync("77");
        await Assertions.Expect(tab.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Typed");
        await tab.PressAsync("Save");
        await tab.PressAsync("Save these changes");
        await tab.ShowsAsync("Saved", exact: true);
        Assert.Equal(("Typed", 77), (await NameAsync(), await RetentionAsync()));
    }

    [Fact]
    public async Task What_a_rule_refuses_stands_at_its_field_and_nothing_typed_is_lost()
    {
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/settings/sessions");
        await tab.CheckAsync();
        await tab.TypeAsync("Ends at the latest after", "1");
        await tab.Part(AriaRole.Combobox, "Unit of Ends at the latest after").ClickAsync();
        await tab.Part(AriaRole.Option, "minutes").ClickAsync();
        var field = tab.Page.GetByLabel("Ends at the latest after", new() { Exact = true });
        await field.ClearAsync();
        await field.PressSequentiallyAsync("1.5");
        await Assertions.Expect(field).ToHaveValueAsync("1.5");
        await tab.TypeAsync("Ends at the latest after", "1");
        await tab.PressAsync("Save");
        await tab.PressAsync("Save these changes");
        await Assertions.Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(field).ToBeFocusedAsync();
        await Assertions.Expect(field).ToHaveValueAsync("1");
        await tab.PressAsync("Discard");
        await Assertions.Expect(field).Not.ToHaveAttributeAsync("aria-invalid", "true");
    }

    [Fact]
    public async Task A_session_that_ends_while_typing_loses_nothing_and_the_save_goes_on_by_itself()
    {
        await Site.ManageAsync(HttpMethod.Patch, "/settings", new { display_name = "Before" });
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/settings/environment");
        await tab.TypeAsync("Name", "Kept");
        await tab.Page.Context.ClearCookiesAsync();
        await tab.PressAsync("Save");
        await tab.PressAsync("Save these changes");
        await tab.ShowsAsync("Please sign in again");

        var opened = await tab.Page.Context.RunAndWaitForPageAsync(() => tab.PressAsync("Sign in"));
        var again = new Tab(opened, Site);
        await again.SignInToConsoleAsync(tab.Administrator!);
        await again.HasHeadingAsync("Signed in");
        await tab.Page.BringToFrontAsync();
        await tab.ShowsAsync("Saved", exact: true);
        Assert.Equal("Kept", await NameAsync());
    }

    [Fact]
    public async Task What_was_typed_is_there_again_after_the_page_was_loaded_anew()
    {
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/settings/environment");
        await tab.TypeAsync("Name", "Half a na");
        tab.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await tab.Page.ReloadAsync();
        await tab.ShowsAsync("We kept what you typed");
        await Assertions.Expect(tab.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Half a na");
        await tab.PressAsync("Discard");
    }

    [Fact]
    public async Task The_console_speaks_German_from_its_first_word_to_its_last()
    {
        var tab = await NewBrowserAsync(options => options.Locale = "de-DE");
        await tab.OpenConsoleAsync(Site, "/keys");
        await tab.HasHeadingAsync("Schlüssel");
        Assert.Equal("de", await tab.Page.Locator("html").GetAttributeAsync("lang"));
        await tab.ShowsAsync("Signiert mit ES256");
        await tab.CheckAsync();
    }

    [Fact]
    public async Task The_keyboard_alone_reaches_the_content_the_search_and_a_row()
    {
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/applications");
        await tab.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(tab.Part(AriaRole.Link, "Skip to content")).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab.Main).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(tab.Page.GetByPlaceholder("Page, person, application, connection or support code")).ToBeFocusedAsync();
        await tab.Page.Keyboard.TypeAsync("audit");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.HasHeadingAsync("Audit");
        await tab.HeadingIsFocusedAsync();
        Assert.Equal("Audit · Xenios", await tab.Page.TitleAsync());
    }

    private async Task<string?> NameAsync() => (await SettingsAsync()).GetProperty("display_name").GetString();

    private async Task<int?> RetentionAsync() => (await SettingsAsync()).TryGetProperty("sign_in_retention_days", out var days) ? days.GetInt32() : null;

    private Task<JsonElement> SettingsAsync() => Site.ManageAsync(HttpMethod.Get, "/settings");
}
