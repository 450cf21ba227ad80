using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>What is done to many at once in the lists of the console (ux 2.6): one after the other, with a result that leaves nothing unsaid.</summary>
[Collection(nameof(Site))]
public sealed class ConsoleBulkTests(Site site) : BrowserTest(site)
{
    [Fact]
    public async Task Chosen_users_are_blocked_and_who_was_not_is_named_with_the_reason()
    {
        var (name, ids) = await MakeUsersAsync(3);
        var tab = await OpenUsersAsync(name, 3);
        await tab.Part(AriaRole.Checkbox, "All on this page").ClickAsync();
        await tab.ShowsAsync("3 chosen");
        await tab.Part(AriaRole.Checkbox, $"Choose {name}2").ClickAsync();
        await tab.ShowsAsync("2 chosen");
        await tab.CheckAsync();

        // Somebody else is quicker with the last one.
        await Site.ManageAsync(HttpMethod.Delete, $"/users/{ids[2]}");
        await tab.PressAsync("Block");
        var dialog = tab.Part(AriaRole.Dialog, "Block 2 users?");
        await Assertions.Expect(dialog).ToContainTextAsync("They are signed out everywhere");
        await Assertions.Expect(dialog.GetByRole(AriaRole.List, new() { Name = "Whom or what it concerns" })).ToContainTextAsync($"{name}1");
        await tab.CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Block" }).ClickAsync();
        await tab.ShowsAsync("1 of 2 done");
        await Assertions.Expect(dialog.GetByRole(AriaRole.List, new() { Name = "Not done" })).ToContainTextAsync($"{name}3: ");
        await tab.CheckAsync();
        await dialog.GetByText("Close", new() { Exact = true }).ClickAsync();
        Assert.Equal(("blocked", "active"), (await StatusAsync(ids[0]), await StatusAsync(ids[1])));
        await Assertions.Expect(tab.Page.Locator("tbody tr")).ToHaveCountAsync(2);

        // What is so already is left alone, and said to be.
        await tab.Part(AriaRole.Checkbox, "All on this page").ClickAsync();
        await tab.PressAsync("Unblock");
        dialog = tab.Part(AriaRole.Dialog, "Unblock 1 user?");
        await Assertions.Expect(dialog).ToContainTextAsync("1 of the chosen is so already and is left alone.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Unblock" }).ClickAsync();
        await tab.ShowsAsync("1 user is unblocked");
        Assert.Equal("active", await StatusAsync(ids[0]));
    }

    [Fact]
    public async Task Users_are_deleted_only_after_their_number_was_typed_and_a_row_that_is_chosen_does_not_open()
    {
        var (name, ids) = await MakeUsersAsync(2);
        var tab = await OpenUsersAsync(name, 2);
        await tab.Page.Locator("td[data-choose]").First.ClickAsync(new() { Position = new() { X = 2, Y = 2 } });
        await tab.HasHeadingAsync("Users");
        await tab.Part(AriaRole.Checkbox, "All on this page").ClickAsync();
        await tab.PressAsync("Delete");
        var dialog = tab.Part(AriaRole.Dialog, "Delete 2 users?");
        var delete = dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" });
        await Assertions.Expect(delete).ToBeDisabledAsync();
        await tab.CheckAsync();
        await tab.TypeAsync("Type 2 to go on", "2");
        await delete.ClickAsync();
        await tab.ShowsAsync("2 users are deleted");
        Assert.Equal(0, (await Site.ManageAsync(HttpMethod.Get, $"/users?q={name}")).GetProperty("items").GetArrayLength());
        Assert.Equal(2, ids.Length);
    }

    [Fact]
    public async Task Applications_are_switched_off_and_on_by_the_keyboard_alone()
    {
        var name = Fresh();
        foreach (var number in new[] { 1, 2 })
        {
            await Site.ManageAsync(HttpMethod.Post, "/applications", new { client_id = $"{name}{number}", type = "web", redirect_uris = new[] { "https://shop.example/callback" }, connections = new[] { "x" } });
        }

        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, $"/applications?q={name}");
        await Assertions.Expect(tab.Page.Locator("tbody tr[data-leads]")).ToHaveCountAsync(2);
        await tab.Part(AriaRole.Checkbox, $"Choose {name}1").FocusAsync();
        await tab.Page.Keyboard.PressAsync("Space");
        await tab.Page.Keyboard.PressAsync("ArrowDown");
        await tab.Page.Keyboard.PressAsync("Space");
        await tab.ShowsAsync("2 chosen");
        await tab.CheckAsync();
        await TurnAsync("Switch off", "2 applications are off", false);
        await tab.Page.Keyboard.PressAsync("Space");
        await tab.ShowsAsync("2 chosen");
        await TurnAsync("Switch on", "2 applications are on", true);

        async Task TurnAsync(string deed, string done, bool isOn)
        {
            await tab.Part(AriaRole.Button, deed).FocusAsync();
            await tab.Page.Keyboard.PressAsync("Enter");
            var dialog = tab.Part(AriaRole.Dialog, $"{deed} 2 applications?");
            await Assertions.Expect(dialog).ToBeVisibleAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = deed }).FocusAsync();
            await tab.Page.Keyboard.PressAsync("Enter");
            await tab.ShowsAsync(done);

            // The buttons are gone with the choice; the focus is where the next choice begins.
            await Assertions.Expect(tab.Part(AriaRole.Checkbox, "All on this page")).ToBeFocusedAsync();
            foreach (var number in new[] { 1, 2 })
            {
                var application = await Site.ManageAsync(HttpMethod.Get, $"/applications/{name}{number}");
                Assert.Equal(isOn, !application.TryGetProperty("enabled", out var enabled) || enabled.GetBoolean());
            }
        }
    }

    [Fact]
    public async Task Whoever_stops_is_told_what_was_done_and_what_was_not_tried_and_that_stays_chosen()
    {
        var (name, ids) = await MakeUsersAsync(3);
        var tab = await OpenUsersAsync(name, 3);
        var held = new TaskCompletionSource();
        await tab.Page.RouteAsync(new Regex("/api/v1/users/"), async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });
        await tab.Part(AriaRole.Checkbox, "All on this page").ClickAsync();
        await tab.PressAsync("Block");
        var dialog = tab.Part(AriaRole.Dialog, "Block 3 users?");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Block" }).ClickAsync();
        await tab.ShowsAsync("0 of 3 are behind it");
        await Assertions.Expect(tab.Part(AriaRole.Button, "Stop")).ToBeFocusedAsync();
        await tab.CheckAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.ShowsAsync("Stops after this one");
        held.SetResult();
        await tab.ShowsAsync("1 of 3 done");
        await tab.ShowsAsync($"2 were not tried any more: {name}2, {name}3");
        await dialog.GetByText("Close", new() { Exact = true }).ClickAsync();
        await tab.ShowsAsync("2 chosen");
        Assert.Equal(("blocked", "active", "active"), (await StatusAsync(ids[0]), await StatusAsync(ids[1]), await StatusAsync(ids[2])));
    }

    private static string Fresh() => $"b{Guid.NewGuid():N}"[..12];

    private async Task<(string Name, string[] Ids)> MakeUsersAsync(int count)
    {
        var (name, ids) = (Fresh(), new string[count]);
        for (var index = 0; index < count; index++)
        {
            ids[index] = (await Site.ManageAsync(HttpMethod.Post, "/users", new { username = $"{name}{index + 1}" })).GetProperty("id").GetString()!;
        }

        return (name, ids);
    }

    private async Task<Tab> OpenUsersAsync(string name, int count)
    {
        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, $"/users?q={name}");
        await Assertions.Expect(tab.Page.Locator("tbody tr[data-leads]")).ToHaveCountAsync(count);
        return tab;
    }

    private async Task<string?> StatusAsync(string user) => (await Site.ManageAsync(HttpMethod.Get, $"/users/{user}")).GetProperty("status").GetString();
}
