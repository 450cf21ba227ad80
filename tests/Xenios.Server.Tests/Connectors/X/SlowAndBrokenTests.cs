using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Hosting;
using Xenios.Server.Tests.Hosting;
using Xenios.Testing;

namespace Xenios.Server.Tests.Connectors.X;

/// <summary>A server whose connection speaks to a listener of the test's own over real sockets.</summary>
public sealed class RawUpstream : IAsyncDisposable
{
    private RawUpstream(RawServer server, XeniosHost host) => (Server, Host) = (server, host);

    public XeniosHost Host { get; }

    internal RawServer Server { get; }

    /// <summary>Starts both.</summary>
    /// <param name="limit">Limit of a visit; null for the product's own.</param>
    public static async Task<RawUpstream> StartAsync(TimeSpan? limit)
    {
        var server = RawServer.Saying("");
        var host = await XeniosHost.StartAsync(options =>
        {
            options.Resources = Resources(server.Port);
            options.Services = services => services.AddSingleton(provider => new OutgoingHttp(provider.GetRequiredService<HostSettings>(), () => true)
            {
                VisitLimit = limit ?? OutgoingHttp.DefaultVisitLimit,
            });
        });
        return new RawUpstream(server, host);
    }

    /// <summary>A browser at X, and the callback that makes the server call. X's page is not asked: the code is of no matter.</summary>
    public async Task<(Browser Browser, string Callback)> LeaveAsync()
    {
        var browser = Host.NewBrowser();
        var left = await browser.GetAsync(new RelyingParty(Host).AuthorizeUrl(("connection", BothGenerations.Two)));
        return (browser, $"{XeniosHost.Url}/login/callback?state={left.LocationParameter("state")}&code=c");
    }

    /// <summary>Points the connection at another port.</summary>
    public Task PointAsync(int port) => Host.ApplyAsync(Resources(port));

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static string Resources(int port) => BothGenerations.Resources.Replace(
        "slug: two, kind: x, name: X",
        $"slug: two, kind: x, name: X, client_id: app, client_secret: secret-of-the-app, hosts: {{ web: {XeniosHost.SandboxUrl}, api: \"http://127.0.0.1:{port}\" }}",
        StringComparison.Ordinal);
}

/// <summary>Real sockets that drip, break off or never stop (threats K02): the person waits no longer than the limit, and the server takes no more than a megabyte.</summary>
public sealed class SlowAndBrokenTests(SlowAndBrokenTests.Rig rig) : IClassFixture<SlowAndBrokenTests.Rig>
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    private static readonly TimeSpan Drip = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData("says nothing", "S53", "X-110")]
    [InlineData("drips its headers", "S53", "X-110")]
    [InlineData("drips its body", "S53", "X-110")]
    [InlineData("never ends", "S52", "X-115")]
    [InlineData("never ends its headers", "S52", "X-110")]
    [InlineData("hangs up at once", "S52", "X-110")]
    [InlineData("hangs up in the body", "S52", "X-110")]
    [InlineData("speaks nonsense", "S52", "X-110")]
    [InlineData("sends nonsense chunks", "S52", "X-110")]
    [InlineData("sends a gzip bomb", "S52", "X-115")]
    [InlineData("does not exist", "S52", "X-111")]
    public async Task An_upstream_that_is_slow_or_broken_ends_on_a_page_in_time(string how, string id, string error)
    {
        long sent = 0;
        rig.Upstream.Server.Answer = (stream, ct) => AnswerAsync(how, stream, bytes => Interlocked.Add(ref sent, bytes), ct);
        await rig.Upstream.PointAsync(how == "does not exist" ? 1 : rig.Upstream.Server.Port);
        var host = rig.Upstream.Host;
        var before = await host.SnapshotAsync();
        var (browser, callback) = await rig.Upstream.LeaveAsync();
        var watch = Stopwatch.StartNew();
        var page = await browser.GoAsync(callback);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
        Assert.Equal((id, error), (page.Id, page.Error));
        Assert.Equal(before, await host.SnapshotAsync());

        // What lay in the sockets' own buffers is not ours.
        Assert.True(Interlocked.Read(ref sent) < 16 * 1024 * 1024, $"{sent} bytes were taken");
    }

    internal static async Task AnswerAsync(string how, NetworkStream stream, Action<int> count, CancellationToken ct)
    {
        async Task Say(string text)
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text), ct);
            count(text.Length);
        }

        async Task Forever(string text, TimeSpan pause)
        {
            while (!ct.IsCancellationRequested)
            {
                await Say(text);
                await Task.Delay(pause, ct);
            }
        }

        switch (how)
        {
            case "says nothing":
                await Task.Delay(Timeout.Infinite, ct);
                break;
            case "drips its headers":
                await Say("HTTP/1.1 200 OK\r\nX-A: ");
                await Forever("a", Drip);
                break;
            case "drips its body":
                await Say(Head + "Content-Length: 100000\r\n\r\n");
                await Forever(" ", Drip);
                break;
            case "never ends":
                await Say(Head + "\r\n\"");
                await Forever(new string('a', 256 * 1024), TimeSpan.Zero);
                break;
            case "never ends its headers":
                await Say("HTTP/1.1 200 OK\r\n");
                await Forever($"X-A: {new string('a', 1024)}\r\n", TimeSpan.Zero);
                break;
            case "hangs up in the body":
                await Say(Head + "Content-Length: 1000\r\n\r\n{\"access_token\":\"");
                break;
            case "speaks nonsense":
                await Say("SSH-2.0-OpenSSH_9.2\r\n\r\n");
                break;
            case "sends nonsense chunks":
                await Say(Head + "Transfer-Encoding: chunked\r\n\r\nzzz\r\nnonsense\r\n");
                break;
            case "sends a gzip bomb":
                using (var bomb = new MemoryStream())
                {
                    using (var gzip = new System.IO.Compression.GZipStream(bomb, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
                    {
                        await gzip.WriteAsync(new byte[50 * 1024 * 1024], ct);
                    }

                    await Say($"{Head}Content-Encoding: gzip\r\nContent-Length: {bomb.Length}\r\n\r\n{Encoding.Latin1.GetString(bomb.ToArray())}");
                }

                break;
        }
    }

    /// <summary>One upstream and one server, with a short limit.</summary>
    public sealed class Rig : IAsyncLifetime
    {
        public RawUpstream Upstream { get; private set; } = null!;

        public async Task InitializeAsync() => Upstream = await RawUpstream.StartAsync(TimeSpan.FromSeconds(2));

        public async Task DisposeAsync() => await Upstream.DisposeAsync();
    }
}

/// <summary>The limit as it is delivered: the one slow test, in a class of its own so that others run beside it.</summary>
public sealed class VisitLimitTests
{
    [Fact]
    public async Task A_person_waits_ten_seconds_and_not_longer()
    {
        await using var upstream = await RawUpstream.StartAsync(null);
        upstream.Server.Answer = (stream, ct) => SlowAndBrokenTests.AnswerAsync("drips its body", stream, _ => { }, ct);
        var (browser, callback) = await upstream.LeaveAsync();
        var watch = Stopwatch.StartNew();
        var page = await browser.GoAsync(callback);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(9.5), TimeSpan.FromSeconds(15));
        Assert.Equal(("S53", "X-110", 504), (page.Id, page.Error, (int)page.Status));
    }
}
