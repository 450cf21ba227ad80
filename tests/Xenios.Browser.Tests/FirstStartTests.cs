using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xenios.Browser.Tests.Rig;

namespace Xenios.Browser.Tests;

/// <summary>The first start as the newcomer sees it: the printed link, one page, the console, and a sign-in tried from there (ux 2.2, 2.3).</summary>
[Collection(nameof(Site))]
public sealed partial class FirstStartTests(Site site) : BrowserTest(site)
{
    private const string Password = "correct-horse-battery";

    [Fact]
    public async Task Printed_link_leads_into_the_console_and_from_there_Ada_signs_in_to_the_built_in_Demo()
    {
        await using var server = await FreshServer.StartAsync(Site);
        var tab = await NewBrowserAsync();
        await tab.GoAsync(server.SetupLink());
        await tab.ArrivedAsync("S70");
        await tab.HasHeadingAsync("Welcome. Who looks after this server?");
        await tab.HeadingIsFocusedAsync();
        await tab.CheckAsync();
        Assert.EndsWith("/setup", tab.Page.Url, StringComparison.Ordinal);

        await tab.TypeAsync("E-mail", "boss");
        await tab.TypeAsync("Password", Password);
        await tab.PressAsync("Create my account");
        await tab.ArrivedAsync("S70", "email_malformed");
        await tab.CheckAsync();
        await tab.TypeAsync("E-mail", "boss@example.com");
        await tab.TypeAsync("Password", Password);
        await tab.PressAsync("Create my account");
        await tab.Page.WaitForURLAsync(new Regex("/console/"));
        await ShownAsync(tab);

        // In a tab of its own, as the console opens it.
        var trial = await NewTabAsync(tab);
        await trial.GoAsync($"{server.Url}/console/try");
        await trial.ArrivedAsync("S03");
        await trial.HasHeadingAsync("Sign in to Demo");
        await trial.PressAsync("Sign in with X");
        await trial.Page.WaitForURLAsync($"{server.SandboxUrl}/**");
        await trial.PickAsync("ada");
        await trial.ArrivedAsync("try");
        await trial.HasHeadingAsync("Hello Ada Byström");
        await trial.HeadingIsFocusedAsync();
        await trial.CheckAsync();
        await trial.PressAsync("See how this went");
        await trial.Page.WaitForURLAsync(new Regex("/console/sign-ins/[0-9A-Z]{10}$"));
        await ShownAsync(trial);

        // The link is used up, and says what to do.
        var other = await NewBrowserAsync();
        await other.GoAsync(server.SetupLink());
        await other.ArrivedAsync("S70", "A-11");
        await other.CheckAsync();
    }

    [Fact]
    public async Task Administrator_signs_in_to_the_page_of_the_console_that_was_asked_for_without_script()
    {
        await using var server = await FreshServer.StartAsync(Site);
        var first = await NewBrowserWithoutScriptAsync();
        await first.GoAsync(server.SetupLink());
        await first.TypeAsync("E-mail", "boss@example.com");
        await first.TypeAsync("Password", Password);
        await first.PressAsync("Create my account");
        await first.Page.WaitForURLAsync($"{server.Url}/console/");

        var tab = await NewBrowserAsync();
        await tab.GoAsync($"{server.Url}/console/users");
        await tab.ArrivedAsync("S71");
        await tab.CheckAsync();
        await tab.TypeAsync("Name or e-mail", "boss@example.com");
        await tab.TypeAsync("Password", Password);
        await tab.PressAsync("Continue");
        await tab.Page.WaitForURLAsync($"{server.Url}/console/users");
        await ShownAsync(tab);
    }

    // The console's page is there when it says so and loads nothing any more; one that is left half loaded would complain.
    private static async Task ShownAsync(Tab tab)
    {
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        await tab.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }

    /// <summary>A server that nobody has set up yet.</summary>
    private sealed partial class FreshServer(RunningProgram program, string url, string sandboxUrl, DirectoryInfo data) : IAsyncDisposable
    {
        public string Url => url;

        public string SandboxUrl => sandboxUrl;

        public static async Task<FreshServer> StartAsync(Site site)
        {
            var ports = RunningProgram.FreePorts(2);
            var (url, sandbox, data) = ($"http://first.localhost:{ports[0]}", $"http://firstx.localhost:{ports[1]}", Directory.CreateTempSubdirectory("xenios-first-"));
            site.Known.UnionWith([url, sandbox]);
            var program = RunningProgram.Start("src/Xenios.Host", "xenios", ["up", "--url", url, "--sandbox:url", sandbox, "--data", data.FullName], []);
            await program.AnswersAsync($"{url}/health/ready");
            return new FreshServer(program, url, sandbox, data);
        }

        // The server answers a moment before it has said everything.
        public string SetupLink()
        {
            for (var tries = 0; tries < 200; tries++)
            {
                if (Link().Match(program.Output) is { Success: true } link)
                {
                    return link.Value;
                }

                Thread.Sleep(50);
            }

            throw new InvalidOperationException($"No setup link in:\n{program.Output}");
        }

        public async ValueTask DisposeAsync()
        {
            await program.DisposeAsync();
            data.Delete(recursive: true);
        }

        [GeneratedRegex("http://\\S+/setup\\?k=\\S+")]
        private static partial Regex Link();
    }
}
