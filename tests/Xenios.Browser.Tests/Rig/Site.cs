using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace Xenios.Browser.Tests.Rig;

/// <summary>Everything that runs for the tests: the server with its X, the demo twice, an application of the tests' own, and Chromium. Started once.</summary>
/// <remarks>The names differ in their registrable part, so that SameSite means something (decision 5).</remarks>
public sealed class Site : IAsyncLifetime
{
    private const string Secret = "browser-secret-0123456789-abcdefghijklmnop";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("xenios-browser-");
    private readonly List<RunningProgram> _programs = [];
    private IPlaywright? _playwright;

    /// <summary>The server under test.</summary>
    public string Id { get; private set; } = "";

    /// <summary>The demo, which signs in with X of the second generation.</summary>
    public string Shop { get; private set; } = "";

    /// <summary>The demo once more, with X of the first generation.</summary>
    public string Old { get; private set; } = "";

    /// <summary>The X sandbox.</summary>
    public XControl X { get; private set; } = null!;

    /// <summary>The tests' own application.</summary>
    public RelyingParty Rp { get; private set; } = null!;

    /// <summary>The browser.</summary>
    public IBrowser Browser { get; private set; } = null!;

    /// <summary>For a browser that differs in more than its options.</summary>
    public IPlaywright Playwright => _playwright!;

    /// <summary>The administrator of the run with the session they have in the console; null until the first test opens it.</summary>
    public (string Email, Cookie[] Cookies)? Administrator { get; set; }

    /// <summary>How long the server took from its start to its first line, and until it was ready.</summary>
    public (TimeSpan FirstLine, TimeSpan Ready) Start { get; private set; }

    /// <summary>What the server wrote.</summary>
    public string ServerOutput => _programs[0].Output;

    /// <summary>Base URLs that may be asked for anything.</summary>
    public HashSet<string> Known { get; } = [];

    /// <summary>The system's browser, never one that a package brought along.</summary>
    internal static string ChromiumPath => Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } path ? path : "/usr/bin/chromium";

    /// <summary>Its command line: nothing of its own goes out.</summary>
    internal static string[] ChromiumArguments =>
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    public async Task InitializeAsync()
    {
        var ports = RunningProgram.FreePorts(4);
        Id = $"http://id.localhost:{ports[0]}";
        X = new XControl($"http://x.localhost:{ports[1]}");
        Shop = $"http://shop.localhost:{ports[2]}";
        Old = $"http://old.localhost:{ports[3]}";
        Rp = await RelyingParty.StartAsync(Id);
        Known.UnionWith([Id, X.Url, Shop, Old, Rp.Url, Rp.ElsewhereUrl]);

        var resources = Path.Combine(_data.FullName, "resources.yaml");
        await File.WriteAllTextAsync(resources, SiteResources.Text(Shop, Old, Rp.Url, Secret));
        var clock = Stopwatch.StartNew();
        var server = Run("src/Xenios.Host", "xenios", ["up", "--url", Id, "--sandbox:url", X.Url, "--data", Path.Combine(_data.FullName, "data"), "--resources", resources]);
        var firstLine = server.FirstLine.ContinueWith(_ => clock.Elapsed, TaskScheduler.Default);
        await server.AnswersAsync($"{Id}/health/ready");
        Start = (await firstLine, clock.Elapsed);

        var demos = new[] { StartDemoAsync("demo", Shop), StartDemoAsync("first", Old) };
        _playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(BrowserTest.Patience);
        Browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = ChromiumPath, Args = ChromiumArguments });
        await Task.WhenAll(demos);
    }

    public async Task DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.CloseAsync();
        }

        _playwright?.Dispose();
        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        if (Rp is not null)
        {
            await Rp.DisposeAsync();
        }

        _data.Delete(recursive: true);
    }

    /// <summary>The newest code mailed to an address.</summary>
    public async Task<string> MailedCodeAsync(string address)
    {
        var mails = await LocalHttp.GetAsync($"{Id}/dev/mail.json");
        return mails.EnumerateArray().First(mail => mail.GetProperty("to").GetString() == address).GetProperty("code").GetString()!;
    }

    /// <summary>Calls the management API as the operator.</summary>
    /// <param name="method">Method.</param>
    /// <param name="path">Path below <c>/api/v1</c>.</param>
    /// <param name="body">What is sent as JSON; null for nothing.</param>
    public async Task<JsonElement> ManageAsync(HttpMethod method, string path, object? body = null)
    {
        var access = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_data.FullName, "data", "operator.json"))).RootElement;
        return await LocalHttp.SendAsync(method, $"{Id}/api/v1{path}", body, access.GetProperty("token").GetString());
    }

    /// <summary>How many mails went to an address.</summary>
    public async Task<int> MailsToAsync(string address)
    {
        var mails = await LocalHttp.GetAsync($"{Id}/dev/mail.json");
        return mails.EnumerateArray().Count(mail => mail.GetProperty("to").GetString() == address);
    }

    private async Task StartDemoAsync(string clientId, string url)
    {
        var demo = Run(
            "samples/demo",
            "Xenios.Demo",
            [],
            ("Authority", Id),
            ("ClientId", clientId),
            ("ClientSecret", Secret),
            ("Urls", $"http://127.0.0.1:{new Uri(url).Port}"),
            ("PublicUrl", url));
        await demo.AnswersAsync($"{url}/");
    }

    private RunningProgram Run(string project, string assembly, string[] arguments, params (string Name, string Value)[] environment)
    {
        var program = RunningProgram.Start(project, assembly, arguments, environment);
        _programs.Add(program);
        return program;
    }
}

/// <summary>Tests in this collection share one <see cref="Site"/> and run one after the other: a fault of X is everybody's.</summary>
[CollectionDefinition(nameof(Site))]
public sealed class SiteCollection : ICollectionFixture<Site>;
