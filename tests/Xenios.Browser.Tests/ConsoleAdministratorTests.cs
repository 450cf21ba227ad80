using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>Who may use the console: shown, added, removed, and let in by a link (decision 10).</summary>
[Collection(nameof(Site))]
public sealed class ConsoleAdministratorTests(Site site) : BrowserTest(site)
{
    private const string Password = "correct-horse-battery";

    [Fact]
    public async Task An_administrator_is_added_by_email_and_password_and_removed_after_a_question_while_the_account_stays()
    {
        var email = $"{Fresh()}@example.com";
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/keys");
        await tab.Page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(tab.Page.GetByPlaceholder("Page, person, application, connection or support code")).ToBeFocusedAsync();
        await tab.Page.Keyboard.TypeAsync("setup link");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.HasHeadingAsync("Administrators");
        await tab.ShowsAsync("Can sign in", exact: true);
        await tab.CheckAsync();

        await tab.PressAsync("Add administrator");
        var dialog = tab.Part(AriaRole.Dialog, "Add administrator");
        await dialog.GetByText("By email and password").ClickAsync();
        await tab.TypeAsync("Email", email);
        await tab.TypeAsync("Password", "short");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add administrator" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByLabel("Password", new() { Exact = true })).ToHaveAttributeAsync("aria-invalid", "true");
        await tab.CheckAsync();
        await tab.TypeAsync("Password", Password);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add administrator" }).ClickAsync();
        await tab.ShowsAsync($"{email} is an administrator now");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await tab.Page.GetByPlaceholder("Name or email").FillAsync(email);
        await tab.PressAsync($"Remove {email}");
        var question = tab.Part(AriaRole.Dialog, $"Take the console away from {email}?");
        await Assertions.Expect(question).ToContainTextAsync("They can do nothing in the console any more");
        await Assertions.Expect(question).ToContainTextAsync("The account stays");
        await tab.CheckAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await tab.ShowsAsync($"{email} is no administrator any more");
        Assert.DoesNotContain(email, await EmailsAsync());
        Assert.Equal(1, (await Site.ManageAsync(HttpMethod.Get, $"/users?q={email}")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_user_is_found_and_made_an_administrator_and_one_without_a_password_is_refused_at_the_field()
    {
        var name = Fresh();
        await Site.ManageAsync(HttpMethod.Post, "/users", new { username = $"{name}-bare" });
        await Site.ManageAsync(HttpMethod.Post, "/users", new { username = $"{name}-able", password = Password });
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/settings/administrators");
        await tab.PressAsync("Add administrator");
        var dialog = tab.Part(AriaRole.Dialog, "Add administrator");
        var field = dialog.GetByPlaceholder("User name, email, X handle or ID");
        await ChooseAsync($"{name}-bare");
        await Assertions.Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(dialog).ToContainTextAsync("this user has none");
        await tab.CheckAsync();
        await ChooseAsync($"{name}-able");
        await tab.ShowsAsync($"{name}-able is an administrator now");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = $"{name}-able" })).ToContainTextAsync("Can sign in");

        async Task ChooseAsync(string user)
        {
            await field.FillAsync(user);
            await tab.Page.GetByRole(AriaRole.Option).Filter(new() { HasText = user }).ClickAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Add administrator" }).ClickAsync();
        }
    }

    [Fact]
    public async Task The_last_administrator_who_can_sign_in_is_not_removed_and_the_question_says_why()
    {
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/settings/administrators");
        foreach (var other in (await Site.ManageAsync(HttpMethod.Get, "/administrators")).GetProperty("items").EnumerateArray().Where(one => Text(one, "email") != tab.Administrator))
        {
            await Site.ManageAsync(HttpMethod.Delete, $"/administrators/{Text(other, "user_id")}");
        }

        await tab.Page.ReloadAsync();
        await tab.PressAsync($"Remove {tab.Administrator}");
        var question = tab.Part(AriaRole.Dialog, $"Take the console away from {tab.Administrator}?");
        await Assertions.Expect(question).ToContainTextAsync("This is you");
        await question.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Assertions.Expect(question.GetByRole(AriaRole.Alert)).ToContainTextAsync("This is the last administrator who can sign in");
        await tab.CheckAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        Assert.Equal([tab.Administrator], await EmailsAsync());
    }

    [Fact]
    public async Task A_setup_link_is_shown_once_with_its_end_and_opens_the_page_of_a_new_administrator()
    {
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/settings/administrators");
        await tab.PressAsync("Setup link");
        var dialog = tab.Part(AriaRole.Dialog, "Make a setup link");
        await Assertions.Expect(dialog).ToContainTextAsync("may do everything");
        await tab.CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make a setup link" }).ClickAsync();
        var link = dialog.Locator("code");
        await Assertions.Expect(link).ToHaveTextAsync(new Regex($"^{Regex.Escape(Site.Id)}/setup\\?k=\\S+$"));
        var address = await link.InnerTextAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("Works once, until");
        await tab.CheckAsync();
        await tab.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(link).ToBeVisibleAsync();

        var newcomer = await NewBrowserAsync();
        await newcomer.GoAsync(address);
        await newcomer.ArrivedAsync("S70");

        await tab.PressAsync("I have copied it");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await tab.PressAsync("Setup link");
        await Assertions.Expect(dialog).Not.ToContainTextAsync("/setup?k=");
    }

    private static string Fresh() => $"adm{Guid.NewGuid():N}"[..14];

    private static string? Text(System.Text.Json.JsonElement one, string name) => one.TryGetProperty(name, out var value) ? value.GetString() : null;

    private async Task<IEnumerable<string?>> EmailsAsync() =>
        (await Site.ManageAsync(HttpMethod.Get, "/administrators")).GetProperty("items").EnumerateArray().Select(one => Text(one, "email")).ToArray();
}
