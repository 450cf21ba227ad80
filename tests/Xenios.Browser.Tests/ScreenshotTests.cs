using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>The pictures of the documentation, taken by <c>tests/screenshots</c>; no part of <c>./test</c>.</summary>
[Collection(nameof(Site))]
[Trait("Category", "Screenshots")]
public sealed class ScreenshotTests(Site site) : BrowserTest(site)
{
    private const long MostBytes = 200 * 1024;

    [Fact]
    public async Task The_pages_of_a_sign_in_as_pictures()
    {
        var tab = await NewBrowserAsync();
        await tab.OpenDemoAsync();
        await TakeAsync(tab, "demo-signed-out");
        await tab.PressAsync("Sign in with X");
        await tab.ArrivedAsync("S03");
        await TakeAsync(tab, "sign-in");
        await tab.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await TakeAsync(tab, "sign-in-dark");
        await tab.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await tab.Page.SetViewportSizeAsync(390, 844);
        await TakeAsync(tab, "sign-in-phone");
        await tab.Page.SetViewportSizeAsync(1280, 800);
        await tab.PressAsync("Sign in with X");
        await tab.AtXAsync();
        await TakeAsync(tab, "sandbox-consent");
        await tab.PickAsync("ada");
        await tab.HelloAsync("Ada Byström");
        await TakeAsync(tab, "demo-signed-in");
        await tab.GoAsync($"{Site.Id}/signin");
        await tab.ArrivedAsync("S36");
        await TakeAsync(tab, "signed-in");
    }

    [Fact]
    public async Task The_pages_that_ask_for_an_email_as_pictures()
    {
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("ben");
        await tab.ArrivedAsync("S11");
        await TakeAsync(tab, "email");
        await tab.TypeAsync("E-mail", "ben@example.com");
        await tab.PressAsync("Send me a code");
        await tab.ArrivedAsync("S13");
        await TakeAsync(tab, "code");
    }

    [Fact]
    public async Task The_pages_that_ask_who_and_whether_as_pictures()
    {
        var tab = await NewBrowserAsync();
        await tab.GoAsync(Site.Rp.AuthorizeUrl("asking", ("connection", "x"), ("prompt", "consent")));
        await tab.AtXAsync();
        await tab.PickAsync("ada");
        await tab.ArrivedAsync("S30");
        await TakeAsync(tab, "consent");
        await tab.PressAsync("Allow");
        await tab.ArrivedAsync("arrived");
        await tab.GoAsync(Site.Rp.AuthorizeUrl("both", ("prompt", "select_account")));
        await tab.ArrivedAsync("S35");
        await TakeAsync(tab, "account-chooser");
    }

    [Fact]
    public async Task The_pages_that_connect_accounts_as_pictures()
    {
        await Site.X.AddPersonAsync("joan", "joan@example.com");
        await Site.X.AddPersonAsync("mary", "mary@example.com");
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("joan");
        await tab.ArrivedAsync("S19");
        await TakeAsync(tab, "show-it-is-yours");
        await tab.PressAsync("Send me a code");
        await tab.ArrivedAsync("S13");
        await tab.TypeAsync("6-digit code", await Site.MailedCodeAsync("joan@example.com"));
        await tab.PressAsync("Continue");
        await tab.ArrivedAsync("S18");
        await TakeAsync(tab, "connect-accounts");

        tab = await NewBrowserAsync();
        await tab.SignInAsync("ben");
        await tab.ArrivedAsync("S11");
        await tab.TypeAsync("E-mail", "unproved@example.com");
        await tab.PressAsync("Send me a code");
        await tab.ArrivedAsync("S13");
        await tab.TypeAsync("6-digit code", await Site.MailedCodeAsync("unproved@example.com"));
        await tab.PressAsync("Continue");
        await tab.ArrivedAsync("S20");
        await TakeAsync(tab, "never-confirmed");

        tab = await NewBrowserAsync();
        await tab.GoAsync(Site.Rp.AuthorizeUrl("matching", ("connection", "matching")));
        await tab.AtXAsync();
        await tab.PickAsync("mary");
        await tab.ArrivedAsync("S21");
        await TakeAsync(tab, "which-account");
    }

    [Fact]
    public async Task The_pages_of_trouble_as_pictures()
    {
        var tab = await NewBrowserAsync();
        await tab.SignInAsync("dev");
        await tab.ArrivedAsync("S50", "access_denied");
        await TakeAsync(tab, "said-no");

        await Site.X.FaultAsync("users_me", new { kind = "client_not_enrolled" });
        await tab.SignInAsync("ada");
        await tab.ArrivedAsync("S55", "X-106");
        await TakeAsync(tab, "connection-broken");
    }

    [Fact]
    public async Task The_pages_of_the_console_as_pictures()
    {
        // Something to look at: who came in, who said no, whom X was not asked about.
        var person = await NewBrowserAsync();
        await person.SignInAsync("ada");
        await person.HelloAsync("Ada Byström");
        person = await NewBrowserAsync();
        await person.SignInAsync("dev");
        await person.ArrivedAsync("S50", "access_denied");
        var signIns = (await Site.ManageAsync(HttpMethod.Get, "/sign-ins")).GetProperty("items").EnumerateArray();
        var ada = signIns.First(signIn => signIn.GetProperty("outcome").GetString() == "ok");

        var tab = await NewBrowserAsync();
        await tab.OpenConsoleAsync(Site, "/");
        foreach (var (path, name) in new[]
        {
            ("/", "home"), ("/sign-ins", "sign-ins"), ($"/sign-ins/{ada.GetProperty("support_code").GetString()}", "timeline"), ("/users", "users"),
            ($"/users/{ada.GetProperty("user").GetString()}", "user"), ("/applications", "applications"), ("/applications/new", "add-application"),
            ("/applications/demo/login-flow", "login-flow"), ("/connections", "connections"), ("/connections/new/x", "connect-x"), ("/connections/x", "connection"),
            ("/connections/x/attributes", "attributes"), ("/connections/x/test", "connection-test"), ("/audit", "audit"), ("/keys", "keys"),
            ("/settings/environment", "environment"), ("/settings/administrators", "administrators"),
        })
        {
            await tab.GoAsync($"{Site.Id}/console{path}");
            await Assertions.Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await tab.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await TakeAsync(tab, $"console-{name}");
            await tab.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            await TakeAsync(tab, $"console-{name}-dark");
            await tab.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        }
    }

    private static async Task TakeAsync(Tab tab, string name)
    {
        var folder = Environment.GetEnvironmentVariable("XENIOS_SCREENSHOTS") is { Length: > 0 } named ? named : Path.Combine(Path.GetTempPath(), "xenios-screenshots");
        var path = Path.GetFullPath(Path.Combine(folder, name + ".png"));
        await tab.Page.ScreenshotAsync(new() { Path = path, Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
        Assert.InRange(new FileInfo(path).Length, 1, MostBytes);
    }
}
