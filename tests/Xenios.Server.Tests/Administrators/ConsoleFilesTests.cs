using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Administrators;
using Xenios.Testing;

namespace Xenios.Server.Tests.Administrators;

/// <summary>The console's files as they are served: one page for every path, policy, caching, compression (architecture §9; threats J01, J03).</summary>
public sealed partial class ConsoleFilesTests : IAsyncLifetime
{
    private const string Page = """<!doctype html><html><head><meta name="csp-nonce" content="__NONCE__"><script type="module" src="/console/assets/index-Ab1.js"></script></head><body><div id="root"></div></body></html>""";
    private static readonly string Script = string.Concat(Enumerable.Repeat("console.log('hello');\n", 500));
    private XeniosHost _host = null!;
    private Browser _ada = null!;

    public async Task InitializeAsync()
    {
        var files = ConsoleFiles.Of(new Dictionary<string, Func<byte[]>>
        {
            ["index.html"] = () => Encoding.UTF8.GetBytes(Page),
            ["favicon.svg"] = () => "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8.ToArray(),
            ["assets/index-Ab1.js"] = () => Encoding.UTF8.GetBytes(Script),
            ["assets/index-Cd2.css"] = () => "a{}"u8.ToArray(),
        });
        _host = await XeniosHost.StartAsync(options => options.Services = services => services.AddSingleton(files));
        await _host.AddAdministratorAsync("ada@example.com");
        _ada = _host.NewBrowser();
        await _ada.SignInToConsoleAsync("ada@example.com");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/console/")]
    [InlineData("/console/users")]
    [InlineData("/console/sign-ins/K7PX4-9QM2T")]
    [InlineData("/console/applications/com.example.app")]
    [InlineData("/console/index.html")]
    public async Task Every_path_of_the_console_is_its_one_page(string path)
    {
        var page = await _ada.GetAsync(XeniosHost.Url + path);
        Assert.Equal((HttpStatusCode.OK, "text/html; charset=utf-8", "no-cache"), (page.Status, page.Headers["Content-Type"], page.Headers["Cache-Control"]));
        Assert.Contains("<div id=\"root\">", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_lets_in_the_consoles_own_files_and_nothing_else()
    {
        var page = await _ada.GetAsync(ConsoleRig.Console);
        var policy = page.Headers["Content-Security-Policy"];
        var nonce = Nonce().Match(page.Html).Groups[1].Value;
        Assert.Matches("^[A-Za-z0-9_-]{43}$", nonce);
        Assert.Equal(
            $"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            policy);
        Assert.Equal(("nosniff", "no-referrer", "same-origin", "DENY"), (page.Headers["X-Content-Type-Options"], page.Headers["Referrer-Policy"], page.Headers["Cross-Origin-Opener-Policy"], page.Headers["X-Frame-Options"]));

        // A page with another answer's nonce would have no styles, so it is never taken from a cache.
        Assert.False(page.Headers.ContainsKey("ETag"));
        Assert.NotEqual(nonce, Nonce().Match((await _ada.GetAsync(ConsoleRig.Console)).Html).Groups[1].Value);
    }

    [Fact]
    public async Task Page_is_for_administrators_and_its_files_hold_no_secret()
    {
        var stranger = _host.NewBrowser();
        var page = await stranger.GetAsync($"{XeniosHost.Url}/console/users");
        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
        Assert.Empty(page.Html);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync($"{XeniosHost.Url}/console/assets/index-Ab1.js")).Status);
        Assert.Equal("image/svg+xml", (await stranger.GetAsync($"{XeniosHost.Url}/console/favicon.svg")).Headers["Content-Type"]);
    }

    [Fact]
    public async Task Files_with_a_hash_in_their_name_are_kept_for_good_and_others_are_asked_for_again()
    {
        var script = await _ada.GetAsync($"{XeniosHost.Url}/console/assets/index-Ab1.js");
        Assert.Equal((Script, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"), (script.Html, script.Headers["Content-Type"], script.Headers["Cache-Control"]));
        var icon = await _ada.GetAsync($"{XeniosHost.Url}/console/favicon.svg");
        Assert.Equal("no-cache", icon.Headers["Cache-Control"]);
        var again = await SendAsync(HttpMethod.Get, "favicon.svg", ("If-None-Match", icon.Headers["ETag"]));
        Assert.Equal((HttpStatusCode.NotModified, 0), (again.Status, again.Body.Length));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "favicon.svg", ("If-None-Match", "\"other\""))).Status);
        var head = await SendAsync(HttpMethod.Head, "assets/index-Ab1.js");
        Assert.Equal((HttpStatusCode.OK, 0), (head.Status, head.Body.Length));
    }

    [Theory]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip;q=1.0, br;q=0", "gzip")]
    [InlineData("gzip", "gzip")]
    [InlineData("deflate", null)]
    [InlineData("", null)]
    public async Task Files_are_sent_compressed_as_the_browser_accepts(string accepts, string? encoding)
    {
        var answer = await SendAsync(HttpMethod.Get, "assets/index-Ab1.js", ("Accept-Encoding", accepts));
        Assert.Equal((encoding, "Accept-Encoding"), (answer.Headers.GetValueOrDefault("Content-Encoding"), answer.Headers["Vary"]));
        using Stream body = encoding switch
        {
            "br" => new BrotliStream(new MemoryStream(answer.Body), CompressionMode.Decompress),
            "gzip" => new GZipStream(new MemoryStream(answer.Body), CompressionMode.Decompress),
            _ => new MemoryStream(answer.Body),
        };
        using var reader = new StreamReader(body);
        Assert.Equal(Script, await reader.ReadToEndAsync());
        Assert.True(encoding is null || answer.Body.Length < Script.Length / 10);
        Assert.True(encoding is null || answer.Headers["ETag"].EndsWith($"-{encoding}\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("assets/index-Zz9.js")]
    [InlineData("assets/")]
    [InlineData("assets/..%2findex.html")]
    [InlineData("assets/../../appsettings.json")]
    public async Task What_the_console_does_not_have_is_not_found_or_its_page(string path)
    {
        var answer = await _ada.GetAsync($"{XeniosHost.Url}/console/{path}");
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Expect.NoTrace(answer);
    }

    private async Task<(HttpStatusCode Status, byte[] Body, IReadOnlyDictionary<string, string> Headers)> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var client = _host.NewClient();
        using var request = new HttpRequestMessage(method, $"/console/{path}");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await client.SendAsync(request);
        var all = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(), all);
    }

    [GeneratedRegex("content=\"([^\"]*)\"")]
    private static partial Regex Nonce();
}
