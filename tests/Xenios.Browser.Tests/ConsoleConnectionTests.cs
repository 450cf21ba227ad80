using System.Text.Json;
using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>Connections in the console (ux 2.5, kinde-and-wso2 part E): X by both roads, its policy, its attributes, its keys, where it is shown.</summary>
[Collection(nameof(Site))]
public sealed class ConsoleConnectionTests(Site site) : BrowserTest(site)
{
    [Fact]
    public async Task X_is_found_as_Twitter_tested_with_the_own_account_and_then_turned_on()
    {
        var slug = Fresh();
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/settings/authentication");
        await Assertions.Expect(tab.Part(AriaRole.Heading, "Social connections")).ToBeVisibleAsync();
        await tab.CheckAsync();
        await tab.PressAsync("Add connection");
        await tab.TypeAsync("Find a kind of connection", "twit");
        await tab.PressAsync("Next");
        await tab.HasHeadingAsync("Connect X (Twitter)");
        await tab.ShowsAsync($"{Site.Id}/login/callback");
        await tab.ShowsAsync("Without keys people meet the X sandbox");
        await tab.CheckAsync();

        await tab.TypeAsync("Short name", slug);
        await tab.Part(AriaRole.Radio, "Connect at once when proved on both sides").ClickAsync();
        var opened = await tab.Page.Context.RunAndWaitForPageAsync(() => tab.PressAsync("Test now with your own X account"));
        await opened.Locator("button[name=person][value=ada]").ClickAsync();
        await tab.ShowsAsync("All is well.");
        await Assertions.Expect(tab.Page.Locator("ol[aria-label='What the test found'] > li[data-outcome=ok]")).ToHaveCountAsync(7);
        var tested = await ReadAsync(slug);
        Assert.False(tested.GetProperty("enabled").GetBoolean());
        Assert.Equal("auto_if_trusted", tested.GetProperty("policy").GetProperty("link_policy").GetString());

        // Loaded anew, the page goes on with the same connection; and the default that is chosen again is the default at the server too.
        await tab.Page.ReloadAsync();
        await Assertions.Expect(tab.Page.GetByLabel("Short name", new() { Exact = true })).ToHaveValueAsync(slug);
        await Assertions.Expect(tab.Page.GetByLabel("Short name", new() { Exact = true })).ToBeDisabledAsync();
        await tab.Part(AriaRole.Radio, "Ask, after proof").ClickAsync();
        await tab.PressAsync("Turn on");
        await tab.Page.WaitForURLAsync($"{Site.Id}/console/connections/{slug}");
        var on = await ReadAsync(slug);
        Assert.True(on.GetProperty("enabled").GetBoolean());
        Assert.Equal(["preset"], on.GetProperty("policy").EnumerateObject().Select(setting => setting.Name));
        await tab.HasHeadingAsync("X");
        await tab.CheckAsync();
    }

    [Fact]
    public async Task A_custom_connector_gets_a_name_then_Twitter_then_the_same_form_and_a_name_that_is_taken_is_told_at_its_field()
    {
        var slug = Fresh();
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/connections");
        await tab.PressAsync("Create connection");
        await tab.Part(AriaRole.Menuitem, "Custom connector").ClickAsync();
        await tab.CheckAsync();
        var name = tab.Page.GetByLabel("Name *", new() { Exact = true }).Or(tab.Page.GetByRole(AriaRole.Textbox, new() { Name = "Name", Exact = true })).First;
        await name.FillAsync("x1");
        await tab.PressAsync("Finish");
        await tab.ShowsAsync("There is a connection of this name already.");
        await name.FillAsync(slug);
        await tab.PressAsync("Finish");

        await tab.ShowsAsync("New authenticator");
        await tab.TypeAsync("Find a kind of connection", "Twitter");
        await tab.PressAsync("Next");
        await tab.ShowsAsync($"{Site.Id}/commonauth");
        await tab.TypeAsync("API Key", "key-of-the-console-tests");
        await tab.TypeAsync("API Secret", "key-of-the-console-tests");
        await tab.ShowsAsync("This is the same as above.");
        await tab.TypeAsync("API Secret", " secret-of-the-console-tests ");
        await tab.CheckAsync();
        await tab.PressAsync("Finish");
        await tab.Page.WaitForURLAsync($"{Site.Id}/console/connections/{slug}");
        var made = await ReadAsync(slug);
        Assert.Equal("oauth1a", made.GetProperty("protocol").GetString());
        Assert.Equal("wso2", made.GetProperty("preset").GetString());
        Assert.True(made.GetProperty("has_api_key_secret").GetBoolean());
    }

    [Fact]
    public async Task The_switch_of_just_in_time_provisioning_changes_nothing_else()
    {
        var slug = await MakeAsync(new { missing_email = "reject" });
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, $"/connections/{slug}/provisioning");
        await tab.CheckAsync();
        await SwitchAsync(tab, "Just-in-time provisioning");
        await SaveAsync(tab);
        var policy = (await ReadAsync(slug)).GetProperty("policy");
        Assert.Equal("off", policy.GetProperty("jit").GetString());
        Assert.Equal("reject", policy.GetProperty("missing_email").GetString());

        await SwitchAsync(tab, "Just-in-time provisioning");
        await SaveAsync(tab);
        Assert.False((await ReadAsync(slug)).GetProperty("policy").TryGetProperty("jit", out _));
    }

    [Fact]
    public async Task A_mapping_shows_at_once_what_it_gives_and_a_handle_is_no_subject()
    {
        var slug = await MakeAsync(new { });
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, $"/connections/{slug}/attributes");
        await tab.CheckAsync();
        await tab.PressAsync("Add attribute mapping");
        var dialog = tab.Part(AriaRole.Dialog, "Add attribute mapping");
        await dialog.GetByRole(AriaRole.Combobox, new() { Name = "External attribute" }).FillAsync("location");
        await dialog.GetByRole(AriaRole.Combobox, new() { Name = "Local attribute" }).FillAsync("nickname");
        await tab.Page.GetByRole(AriaRole.Option, new() { Name = "nickname", Exact = true }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Listbox)).ToHaveCountAsync(0);
        await tab.CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add attribute mapping" }).ClickAsync();
        await Assertions.Expect(tab.Page.Locator("[data-sample=nickname]")).ToHaveTextAsync("Göteborg");
        await SaveAsync(tab);
        var mappings = (await ReadAsync(slug)).GetProperty("attributes").EnumerateArray();
        Assert.Contains(mappings, mapping => mapping.GetProperty("external").GetString() == "location" && mapping.GetProperty("local").GetString() == "nickname");

        await tab.Page.GetByRole(AriaRole.Combobox, new() { Name = "Subject attribute" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Option, new() { Name = "username: the handle" }).ClickAsync();
        await tab.ShowsAsync("L-204");
    }

    [Fact]
    public async Task A_switch_shows_or_hides_the_connection_in_one_application()
    {
        var slug = await MakeAsync(new { });
        var client = $"{slug}-app";
        await Site.ManageAsync(HttpMethod.Post, "/applications", new { client_id = client, name = client, type = "web", redirect_uris = new[] { "https://shop.example/callback" }, connections = new[] { "x" } });
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, $"/connections/{slug}/applications");
        await tab.CheckAsync();
        await SwitchAsync(tab, $"Show it in {client}");
        await tab.ShowsAsync($"On for {client}");
        Assert.Equal(["x", slug], await OfferedAsync(client));
        await SwitchAsync(tab, $"Show it in {client}");
        await tab.ShowsAsync($"Off for {client}");
        Assert.Equal(["x"], await OfferedAsync(client));
    }

    [Fact]
    public async Task The_next_keys_stand_beside_those_in_use_until_they_are_put_into_use_and_none_are_forgotten_without_a_question()
    {
        var slug = Fresh();
        await Site.ManageAsync(HttpMethod.Post, "/connections", new { slug, kind = "x", client_id = "first-client-of-tests", client_secret = "first-secret-of-tests" });
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, $"/connections/{slug}");
        await tab.PressAsync("Change keys");
        await tab.TypeAsync("Client ID", "second-client-of-tests");
        await tab.TypeAsync("Client Secret", "second-secret-of-tests");
        await tab.CheckAsync();
        await tab.PressAsync("Save");
        await Assertions.Expect(tab.Page.Locator("[data-credentials=next]")).ToContainTextAsync("second-client-of-tests");
        Assert.Equal("first-client-of-tests", (await ReadAsync(slug)).GetProperty("client_id").GetString());

        await tab.PressAsync("Put into use");
        await tab.Part(AriaRole.Dialog, "Put keys into use that nobody tested?").GetByRole(AriaRole.Button, new() { Name = "Use them untested" }).ClickAsync();
        await Assertions.Expect(tab.Page.Locator("[data-credentials=former]")).ToContainTextAsync("first-client-of-tests");
        Assert.Equal("second-client-of-tests", (await ReadAsync(slug)).GetProperty("client_id").GetString());

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await tab.PressAsync("Forget");
        var question = tab.Part(AriaRole.Dialog, "Forget the former keys?");
        await Assertions.Expect(question).ToContainTextAsync("There is no way back to them.");
        await tab.CheckAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Forget" }).ClickAsync();
        await Assertions.Expect(tab.Page.Locator("[data-credentials=former]")).ToHaveCountAsync(0);
        await Assertions.Expect(question).ToHaveCountAsync(0);
        await tab.CheckAsync();
    }

    [Fact]
    public async Task Another_callback_path_is_what_the_page_says_as_soon_as_it_is_saved_and_a_change_elsewhere_stands_in_nobodys_way()
    {
        var slug = await MakeAsync(new { });
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, $"/connections/{slug}");
        await tab.ShowsAsync($"{Site.Id}/login/callback", exact: true);
        await tab.Part(AriaRole.Combobox, "Callback path").ClickAsync();
        await tab.Page.GetByRole(AriaRole.Option, new() { Name = "/commonauth" }).ClickAsync();
        await Site.ManageAsync(HttpMethod.Patch, $"/connections/{slug}", new { policy = new { missing_email = "reject" } });
        await SaveAsync(tab);
        await tab.ShowsAsync("Saved", exact: true);
        var saved = await ReadAsync(slug);
        Assert.Equal(("commonauth", "reject"), (saved.GetProperty("callback_style").GetString(), saved.GetProperty("policy").GetProperty("missing_email").GetString()));
        await tab.ShowsAsync($"{Site.Id}/commonauth", exact: true);
        await Assertions.Expect(tab.Page.GetByText($"{Site.Id}/login/callback", new() { Exact = true })).ToHaveCountAsync(0);
    }

    private static string Fresh() => $"c{Guid.NewGuid():N}"[..12];

    private async Task<string> MakeAsync(object policy)
    {
        var slug = Fresh();
        await Site.ManageAsync(HttpMethod.Post, "/connections", new { slug, kind = "x", name = slug, policy });
        return slug;
    }

    private Task<JsonElement> ReadAsync(string slug) => Site.ManageAsync(HttpMethod.Get, $"/connections/{slug}");

    private async Task<string[]> OfferedAsync(string client) =>
        [.. (await Site.ManageAsync(HttpMethod.Get, $"/applications/{client}")).GetProperty("connections").EnumerateArray().Select(one => one.GetString()!)];

    private static Task SwitchAsync(Tab tab, string name) => tab.Page.GetByRole(AriaRole.Switch, new() { Name = name }).PressAsync("Space");

    private static async Task SaveAsync(Tab tab)
    {
        await tab.PressAsync("Save");
        await tab.PressAsync("Save these changes");
        await Assertions.Expect(tab.Part(AriaRole.Region, "Unsaved changes")).ToHaveCountAsync(0);
    }
}
