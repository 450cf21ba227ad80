using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Testing;

namespace Xenios.Server.Tests.Hosting;

/// <summary>Whoever sends slowly takes nobody else's place at the endpoints that clients call (threats L05).</summary>
public sealed class SlowBodyTests
{
    private const int AtOncePerNetwork = 16;
    private const int WaitingPerNetwork = 112;

    [Theory] // L05: one stranger cannot keep all applications from their tokens
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", "203.0.113.8")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")]
    public async Task A_network_that_sends_slowly_takes_a_quarter_of_the_places_and_no_more(string slow, string same, string another)
    {
        await using var host = await XeniosHost.StartAsync();
        using var never = new CancellationTokenSource();
        var held = await AllButOneAsync([.. Enumerable.Range(0, AtOncePerNetwork + WaitingPerNetwork + 1)
            .Select(i => SendAsync(host, i % 2 == 0 ? slow : same, new EndlessBody(), never.Token))]);

        // Everybody else goes on, many times over.
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(401, (await SendAsync(host, another, Form(), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20))).Status);
        }

        // When the slow ones go, their places are free again.
        await never.CancelAsync();
        await Task.WhenAll(held.Select(request => Assert.ThrowsAnyAsync<Exception>(() => request)));
        Assert.Equal(401, (await SendAsync(host, slow, Form(), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20))).Status);
    }

    [Fact] // L05: the networks together stay within the bound of all
    public async Task Many_networks_that_send_slowly_share_the_places_of_all()
    {
        await using var host = await XeniosHost.StartAsync();
        using var never = new CancellationTokenSource();
        var held = await AllButOneAsync([.. Enumerable.Range(0, 257).Select(i => SendAsync(host, $"198.51.100.{i / AtOncePerNetwork}", new EndlessBody(), never.Token))]);
        await never.CancelAsync();
        await Task.WhenAll(held.Select(request => Assert.ThrowsAnyAsync<Exception>(() => request)));
    }

    [Fact] // a server of this computer only has one address, which is everybody
    public async Task On_a_server_of_this_computer_only_its_address_has_all_places()
    {
        await using var host = await XeniosHost.StartAsync(options => options.Settings["Url"] = "http://127.0.0.1:7499");
        using var never = new CancellationTokenSource();
        var held = await AllButOneAsync([.. Enumerable.Range(0, 257).Select(_ => SendAsync(host, "127.0.0.1", new EndlessBody(), never.Token, "127.0.0.1:7499"))]);
        await never.CancelAsync();
        await Task.WhenAll(held.Select(request => Assert.ThrowsAnyAsync<Exception>(() => request)));
    }

    [Theory] // L05: and each place is taken for a few seconds at most
    [InlineData("/oauth2/token")]
    [InlineData("/oauth2/par")]
    [InlineData("/oauth2/revoke")]
    [InlineData("/oauth2/introspect")]
    public async Task Body_that_does_not_end_is_refused_after_five_seconds(string path)
    {
        await using var host = await XeniosHost.StartAsync(options => options.Services = services => services.AddSingleton<TimeProvider>(new TenfoldTimers()));
        var started = TimeProvider.System.GetTimestamp();
        var (status, json) = await SendAsync(host, "203.0.113.7", new EndlessBody(), CancellationToken.None, path: path).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromSeconds(0.49), "it was given its time");
        Assert.Equal((400, "invalid_request"), (status, json.GetProperty("error").GetString()));
        Assert.Contains("5 seconds", json.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        Assert.Equal(401, (await SendAsync(host, "203.0.113.7", Form(), CancellationToken.None, path: path)).Status);
    }

    // None of their bodies ends, so the one that is answered is the one too many.
    private static async Task<List<Task<(int Status, JsonElement Json)>>> AllButOneAsync(List<Task<(int Status, JsonElement Json)>> all)
    {
        var refused = await Task.WhenAny(all).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(429, (await refused).Status);
        all.Remove(refused);
        Assert.DoesNotContain(all, request => request.IsCompleted);
        return all;
    }

    private static MemoryStream Form() => new("grant_type=authorization_code&client_id=nobody&token=x"u8.ToArray());

    private static async Task<(int Status, JsonElement Json)> SendAsync(
        XeniosHost host, string address, Stream body, CancellationToken ct, string name = "id.test", string path = "/oauth2/token")
    {
        var server = (TestServer)host.Services.GetRequiredService<IServer>();
        var context = await server.SendAsync(
            request =>
            {
                (request.Request.Method, request.Request.Scheme, request.Request.Host, request.Request.Path) = ("POST", name == "id.test" ? "https" : "http", new HostString(name), path);
                (request.Request.ContentType, request.Request.Body) = ("application/x-www-form-urlencoded", body);
                request.Connection.RemoteIpAddress = IPAddress.Parse(address);
            },
            ct);
        return (context.Response.StatusCode, (await JsonDocument.ParseAsync(context.Response.Body, default, ct)).RootElement);
    }

    /// <summary>Timers that come ten times as soon; the time of day stands still.</summary>
    private sealed class TenfoldTimers : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 10 : dueTime, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A body of which a little comes, and no more until the request is given up.</summary>
    private sealed class EndlessBody : Stream
    {
        private int _reads;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.IsEmpty)
            {
                return 0; // asks only whether there is something
            }

            if (_reads++ > 0)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            "grant_type=x&"u8.CopyTo(buffer.Span);
            return 13;
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
