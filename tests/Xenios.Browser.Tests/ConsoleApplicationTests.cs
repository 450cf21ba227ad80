using System.Text.Json;
using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>Applications and users in the console (ux 2.3, 2.6).</summary>
[Collection(nameof(Site))]
public sealed class ConsoleApplicationTests(Site site) : BrowserTest(site)
{
    [Fact]
    public async Task An_application_is_made_by_what_it_is_built_with_and_its_secret_is_shown_once()
    {
        var name = Fresh();
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/applications");
        await tab.CheckAsync();
        await tab.PressAsync("Add application");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Web application with a server" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "ASP.NET Core" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Textbox, new() { Name = "Name", Exact = true }).FillAsync(name);
        await tab.CheckAsync();
        await tab.PressAsync("Create");
        await tab.ShowsAsync("Copy it now: it is shown this once.");
        await tab.ShowsAsync($"options.Authority = \"{Site.Id}\"");
        await tab.CheckAsync();

        // Microsoft's handler sends the secret in the body.
        var made = await ReadAsync(name);
        Assert.Equal("client_secret_post", made.GetProperty("token_endpoint_auth_method").GetString());
        Assert.Equal("https://localhost:5001/signin-oidc", made.GetProperty("redirect_uris")[0].GetString());
        await tab.Page.ReloadAsync();
        await Assertions.Expect(tab.Page.GetByText("Copy it now")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_page_that_waits_notices_the_first_sign_in_by_itself()
    {
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/applications/demo/try");
        await tab.CheckAsync();
        await tab.PressAsync("Wait for the first sign-in…");
        var person = await NewBrowserAsync();
        await person.SignInAsync("ada");
        await tab.ShowsAsync("First sign-in: @ada_bystrom");
        await tab.PressAsync("See how it went");
        await tab.ShowsAsync("What happened");
    }

    [Fact]
    public async Task A_new_secret_is_shown_once_and_both_work_for_the_overlap()
    {
        var id = await MakeAsync();
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, $"/applications/{id}");
        await tab.CheckAsync();
        await tab.PressAsync("Rotate secret");
        var dialog = tab.Part(AriaRole.Dialog, "Rotate secret");
        await Assertions.Expect(dialog).ToContainTextAsync("Both work for 1 day");
        await tab.CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Rotate secret" }).ClickAsync();
        await tab.ShowsAsync("Copy it now: it is shown this once.");
        await tab.ShowsAsync("The former one works until");
        await tab.Page.Keyboard.PressAsync("Escape");
        await tab.Page.Mouse.ClickAsync(5, 5);
        await tab.CheckAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("Copy it now: it is shown this once.");
        await Assertions.Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Close" })).ToHaveCountAsync(0);
        await tab.PressAsync("I have copied it");
        await Assertions.Expect(tab.Page.GetByText("Copy it now")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_sign_in_option_is_added_to_the_first_step_and_the_text_shows_the_same_flow()
    {
        var id = await MakeAsync();
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, $"/applications/{id}/login-flow");
        await tab.CheckAsync();
        await tab.PressAsync("Add sign in option");
        var dialog = tab.Part(AriaRole.Dialog, "Add sign in option");
        await Assertions.Expect(dialog.GetByText("Connection off")).ToHaveCountAsync(0);
        await tab.CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "X classic" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
        await Assertions.Expect(tab.Page.Locator("[data-option]")).ToHaveCountAsync(2);
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await tab.Page.GetByText("Text", new() { Exact = true }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Textbox)).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("\"x1\""));
        await tab.CheckAsync();
        await tab.PressAsync("Save");
        await tab.PressAsync("Save these changes");
        await Assertions.Expect(tab.Part(AriaRole.Region, "Unsaved changes")).ToHaveCountAsync(0);
        var options = (await Site.ManageAsync(HttpMethod.Get, $"/login-flows/{id}")).GetProperty("steps")[0].GetProperty("options").EnumerateArray();
        Assert.Equal(["x", "x1"], options.Select(option => option.GetProperty("connection").GetString()));
    }

    [Fact]
    public async Task What_is_wrong_with_an_address_stands_at_that_address_and_nothing_typed_is_lost()
    {
        var id = await MakeAsync();
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, $"/applications/{id}/addresses");
        await tab.CheckAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add address" }).First.ClickAsync();
        await tab.TypeAsync("Redirect addresses 2", "http://shop.example/callback");
        await tab.PressAsync("Save");
        await tab.PressAsync("Save these changes");
        var field = tab.Page.GetByLabel("Redirect addresses 2", new() { Exact = true });
        await Assertions.Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(field).ToHaveValueAsync("http://shop.example/callback");
        await tab.ShowsAsync("use https");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await tab.CheckAsync();
    }

    [Fact]
    public async Task A_person_is_found_blocked_after_a_question_and_let_in_again()
    {
        var email = $"{Fresh()}@example.com";
        var user = (await Site.ManageAsync(HttpMethod.Post, "/users", new { email, email_verified = true })).GetProperty("id").GetString()!;
        await Site.ManageAsync(HttpMethod.Post, $"/users/{user}/identities", new { connection = "x1", subject = Random.Shared.NextInt64(1_000_000_000, 9_000_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture), handle = "a_handle" });
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/users");
        await tab.CheckAsync();
        await tab.Page.GetByPlaceholder("User name, email, X handle or ID").FillAsync(email);
        await tab.Page.Locator("tbody tr[data-leads]").Filter(new() { HasText = email }).ClickAsync();
        await tab.HasHeadingAsync(email);
        foreach (var part in new[] { "Profile", "Sessions", "Sign-ins", "Data", "Ways in" })
        {
            await tab.Part(AriaRole.Tab, part).ClickAsync();
            await tab.CheckAsync();
        }

        await tab.ShowsAsync("@a_handle");
        await tab.PressAsync("Block");
        var question = tab.Page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(question).ToContainTextAsync("They are signed out everywhere");
        await tab.CheckAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Block" }).ClickAsync();
        await Assertions.Expect(tab.Part(AriaRole.Button, "Unblock")).ToBeVisibleAsync();
        Assert.Equal("blocked", await StatusAsync(user));
        await tab.PressAsync("Unblock");
        await tab.ShowsAsync("Unblocked");
        Assert.Equal("active", await StatusAsync(user));
    }

    private static string Fresh() => $"a{Guid.NewGuid():N}"[..12];

    private async Task<string> MakeAsync()
    {
        var id = Fresh();
        await Site.ManageAsync(HttpMethod.Post, "/applications", new { client_id = id, type = "web", redirect_uris = new[] { "https://shop.example/callback" }, connections = new[] { "x" } });
        return id;
    }

    private Task<JsonElement> ReadAsync(string id) => Site.ManageAsync(HttpMethod.Get, $"/applications/{id}");

    private async Task<string?> StatusAsync(string user) => (await Site.ManageAsync(HttpMethod.Get, $"/users/{user}")).GetProperty("status").GetString();
}
