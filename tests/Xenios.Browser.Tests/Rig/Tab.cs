using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Xenios.Browser.Tests.Rig;

/// <summary>A tab and the person in front of it: what is pressed is found by the name that is read out.</summary>
/// <param name="page">Playwright's page.</param>
/// <param name="site">What runs.</param>
public sealed class Tab(IPage page, Site site)
{
    private const int Narrow = 320;

    /// <summary>Playwright's page.</summary>
    public IPage Page => page;

    /// <summary>The page's <c>main</c>.</summary>
    public ILocator Main => page.Locator("main");

    /// <summary>Who signed in to the console here; null for nobody.</summary>
    public string? Administrator { get; set; }

    /// <summary>Opens an address.</summary>
    public Task GoAsync(string url) => page.GotoAsync(url);

    /// <summary>Opens the demo.</summary>
    public async Task OpenDemoAsync(string? demo = null)
    {
        await page.GotoAsync(demo ?? site.Shop);
        await ArrivedAsync("signed-out");
    }

    /// <summary>From the demo's first page to X's page.</summary>
    public async Task LeaveForXAsync(string? demo = null)
    {
        await OpenDemoAsync(demo);
        await PressAsync("Sign in with X");
        await ArrivedAsync("S03");
        await Main.Locator("[data-connection]").ClickAsync();
        await AtXAsync();
    }

    /// <summary>From the demo's first page through X as somebody.</summary>
    public async Task SignInAsync(string person, string? demo = null)
    {
        await LeaveForXAsync(demo);
        await PickAsync(person);
    }

    /// <summary>Waits for X's page. Its address alone: without scripts, the event that a page is loaded is now and then never told.</summary>
    public Task AtXAsync() => Assertions.Expect(page).ToHaveURLAsync(new Regex($"^{Regex.Escape(site.X.Url)}/"));

    /// <summary>On X's page, picks somebody.</summary>
    public Task PickAsync(string person) => page.Locator($"button[name=person][value={person}]").ClickAsync();

    /// <summary>On X's page, what picking somebody would lead to: the callback, not yet opened.</summary>
    public async Task<string> CallbackOfAsync(string person)
    {
        var transaction = await page.Locator("input[name=transaction]").InputValueAsync();
        return await LocalHttp.PostAsync(page.Url.Split('?')[0], ("transaction", transaction), ("person", person));
    }

    /// <summary>Presses a button or a link by its whole name.</summary>
    public Task PressAsync(string name)
    {
        var exact = new PageGetByRoleOptions { Name = name, Exact = true };
        return page.GetByRole(AriaRole.Button, exact).Or(page.GetByRole(AriaRole.Link, exact)).ClickAsync();
    }

    /// <summary>Types into the field with a label.</summary>
    public Task TypeAsync(string label, string text) => page.GetByLabel(label, new() { Exact = true }).FillAsync(text);

    private static readonly Regex AnyText = new("");

    /// <summary>Presses a button that leads to the same state again, and waits for the new page.</summary>
    public async Task PressAgainAsync(string name)
    {
        await Main.EvaluateAsync("main => main.setAttribute('data-left', '')");
        await PressAsync(name);
        await Assertions.Expect(Main).Not.ToHaveAttributeAsync("data-left", AnyText);
    }

    /// <summary>Waits for a state of the pages, and for its error code or that it has none.</summary>
    public async Task ArrivedAsync(string id, string? error = null)
    {
        // Both are waited for: the page that is left may be of the same state.
        await Assertions.Expect(Main).ToHaveAttributeAsync("data-page", id);
        await (error is null
            ? Assertions.Expect(Main).Not.ToHaveAttributeAsync("data-error", AnyText)
            : Assertions.Expect(Main).ToHaveAttributeAsync("data-error", error));
    }

    /// <summary>Waits for the demo's page of somebody who is signed in.</summary>
    public async Task HelloAsync(string name)
    {
        await ArrivedAsync("signed-in");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"Hello {name}");
    }

    /// <summary>Asserts the page's main heading.</summary>
    public Task HasHeadingAsync(string text) => Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(text);

    /// <summary>What every page owes everybody: no rule of axe broken in light or dark, one focused heading, nothing beyond 320 px.</summary>
    public async Task CheckAsync()
    {
        var where = $"{await Main.GetAttributeAsync("data-page")} {page.Url}";
        Assert.Equal(1, await page.Locator("h1").CountAsync());
        Assert.False(string.IsNullOrWhiteSpace(await page.TitleAsync()), $"{where} has no title.");
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            var violations = await Axe.ViolationsAsync(page);
            Assert.True(violations.Length == 0, $"{where} ({scheme}): {string.Join("; ", violations)}");
        }

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await FitsAsync();
    }

    /// <summary>Asserts that the page's heading has the focus, so that it is what a screen reader begins with.</summary>
    public Task HeadingIsFocusedAsync() => Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();

    /// <summary>Asserts that nothing needs a sideways scroll on a narrow phone.</summary>
    public async Task FitsAsync()
    {
        var where = $"{await Main.GetAttributeAsync("data-page")} {page.Url}";
        var before = page.ViewportSize!;
        await page.SetViewportSizeAsync(Narrow, 640);
        var width = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(width <= Narrow, $"{where} is {width} px wide on a screen of {Narrow} px.");
        await page.SetViewportSizeAsync(before.Width, before.Height);
    }
}
