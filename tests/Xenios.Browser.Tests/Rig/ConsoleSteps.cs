using Microsoft.Playwright;

namespace Xenios.Browser.Tests.Rig;

/// <summary>What an administrator does in the console.</summary>
public static class ConsoleSteps
{
    private const string Password = "correct-horse-battery";

    /// <summary>Opens a page of the console as an administrator, who signed in by its pages once in this run; from then on the browser has that session.</summary>
    /// <param name="tab">The tab.</param>
    /// <param name="site">What runs.</param>
    /// <param name="path">Path below <c>/console</c>, for example <c>/keys</c>.</param>
    public static async Task OpenConsoleAsync(this Tab tab, Site site, string path)
    {
        if (site.Administrator is { } known)
        {
            await tab.Page.Context.AddCookiesAsync(known.Cookies);
            await tab.GoAsync($"{site.Id}/console{path}");
        }
        else
        {
            var email = $"admin-{Guid.NewGuid():N}@example.com";
            await site.ManageAsync(HttpMethod.Post, "/administrators", new { email, password = Password });
            await tab.GoAsync($"{site.Id}/console{path}");
            await tab.SignInToConsoleAsync(email);
            await tab.Page.WaitForURLAsync($"{site.Id}/console**");
            site.Administrator = (email, [.. (await tab.Page.Context.CookiesAsync([site.Id])).Where(cookie => cookie.HttpOnly).Select(Kept)]);
        }

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        tab.Administrator = site.Administrator.Value.Email;
    }

    /// <summary>Fills in the sign-in page of the console.</summary>
    /// <param name="tab">The tab.</param>
    /// <param name="email">The administrator.</param>
    public static async Task SignInToConsoleAsync(this Tab tab, string email)
    {
        await tab.ArrivedAsync("S71");
        await tab.Page.Locator("input[name=username]").FillAsync(email);
        await tab.Page.Locator("input[name=password]").FillAsync(Password);
        await tab.Page.Locator("input[name=password]").PressAsync("Enter");
    }

    /// <summary>The cell, alert, dialog or other part of the page with a role and a name.</summary>
    /// <param name="tab">The tab.</param>
    /// <param name="role">Role.</param>
    /// <param name="name">Name.</param>
    public static ILocator Part(this Tab tab, AriaRole role, string name) => tab.Page.GetByRole(role, new() { Name = name });

    /// <summary>Asserts that a text is shown.</summary>
    /// <param name="tab">The tab.</param>
    /// <param name="text">The text, or a part of one.</param>
    /// <param name="exact">Whether it is the whole text, letter for letter.</param>
    public static Task ShowsAsync(this Tab tab, string text, bool exact = false) => Assertions.Expect(tab.Page.GetByText(text, new() { Exact = exact }).Filter(new() { Visible = true }).First).ToBeVisibleAsync();

    private static Cookie Kept(BrowserContextCookiesResult cookie) => new()
    {
        Name = cookie.Name,
        Value = cookie.Value,
        Domain = cookie.Domain,
        Path = cookie.Path,
        Expires = cookie.Expires,
        HttpOnly = cookie.HttpOnly,
        Secure = cookie.Secure,
        SameSite = cookie.SameSite,
    };
}
