using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Xenios.Browser.Tests.Rig;

/// <summary>A test with browsers. At its end nothing may have been refused by a policy, broken in a script, or asked of a stranger.</summary>
public abstract class BrowserTest(Site site) : IAsyncLifetime
{
    /// <summary>Longest wait for a page, in milliseconds.</summary>
    public const float Patience = 20_000;

    // Runs before anything of the page, and is no part of it: policies do not apply to it.
    private const string ReportViolations =
        "addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.effectiveDirective} refused ${e.blockedURI} on ${location.href}`), true)";

    private readonly List<IBrowserContext> _browsers = [];
    private readonly ConcurrentQueue<string> _complaints = [];

    /// <summary>What runs.</summary>
    protected Site Site => site;

    public Task InitializeAsync() => site.X.ResetAsync();

    public async Task DisposeAsync()
    {
        foreach (var browser in _browsers)
        {
            await browser.CloseAsync();
        }

        Assert.Empty(_complaints);
    }

    /// <summary>A browser of its own: no cookies, English.</summary>
    protected async Task<Tab> NewBrowserAsync(Action<BrowserNewContextOptions>? configure = null)
    {
        var options = new BrowserNewContextOptions { Locale = "en-GB", ViewportSize = new() { Width = 1280, Height = 800 } };
        configure?.Invoke(options);
        return await NewTabAsync(await WatchAsync(await site.Browser.NewContextAsync(options)));
    }

    /// <summary>A browser whose scripts are switched off.</summary>
    protected Task<Tab> NewBrowserWithoutScriptAsync() => NewBrowserAsync(options => options.JavaScriptEnabled = false);

    /// <summary>One more tab of the same browser.</summary>
    protected Task<Tab> NewTabAsync(Tab beside) => NewTabAsync(beside.Page.Context);

    /// <summary>Watches a browser that a test started by itself.</summary>
    protected async Task<IBrowserContext> WatchAsync(IBrowserContext browser)
    {
        _browsers.Add(browser);
        browser.SetDefaultTimeout(Patience);
        browser.Request += (_, request) => NoteRequest(request.Url);
        browser.Console += (_, message) => NoteConsole(message);
        browser.WebError += (_, error) => _complaints.Enqueue($"script: {error.Error}");
        await browser.AddInitScriptAsync(ReportViolations);
        return browser;
    }

    private async Task<Tab> NewTabAsync(IBrowserContext browser) => new(await browser.NewPageAsync(), site);

    private void NoteRequest(string url)
    {
        if (!url.StartsWith("data:", StringComparison.Ordinal) && !site.Known.Any(known => url.StartsWith(known + "/", StringComparison.Ordinal)))
        {
            _complaints.Enqueue($"request: {url}");
        }
    }

    // A page with an error status is noted by the browser as a failed load; that is no fault of the page.
    private void NoteConsole(IConsoleMessage message)
    {
        if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
        {
            _complaints.Enqueue($"console: {message.Text}");
        }
    }
}
