using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Testing;

namespace Xenios.Server.Tests.Hosting;

/// <summary>What strangers can make the server do is bounded (threats L05, G04; standards COM-11, PAR-02).</summary>
public sealed class RateLimitTests : IAsyncLifetime
{
    private const int AtOnce = 64;
    private const int Waiting = 192;
    private const int BeginningsPerMinute = 300;

    private static readonly string[] Endpoints = ["/oauth2/token", "/oauth2/par", "/oauth2/revoke", "/oauth2/introspect"];

    private XeniosHost _host = null!;

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact] // L05: the four endpoints share one bound; each refuses in JSON
    public async Task When_64_run_and_192_wait_the_next_is_told_to_come_back_and_none_of_the_others_is_lost()
    {
        using var client = _host.NewClient();
        using var held = new HeldBody();
        var all = Enumerable.Range(0, AtOnce + Waiting + 1).Select(i => client.PostAsync(new Uri(Endpoints[i % Endpoints.Length], UriKind.Relative), held.New())).ToList();

        // None of their bodies ends, so the one that is answered is the one too many.
        var refused = await Task.WhenAny(all).WaitAsync(TimeSpan.FromSeconds(60));
        await IsToldToComeBackAsync(await refused);
        foreach (var path in Endpoints)
        {
            await IsToldToComeBackAsync(await client.PostAsync(new Uri(path, UriKind.Relative), held.New()).WaitAsync(TimeSpan.FromSeconds(60)));
        }

        Assert.Equal(1, all.Count(request => request.IsCompleted));

        // Only those endpoints wait: metadata, pages and userinfo go on.
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/.well-known/openid-configuration", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri("/oauth2/userinfo", UriKind.Relative))).StatusCode);
        Assert.Equal("S03", (await _host.NewBrowser().GoAsync(new RelyingParty(_host).AuthorizeUrl())).Id);

        held.Release();
        Assert.All(await Task.WhenAll(all.Where(request => request != refused)), answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync(new Uri("/oauth2/token", UriKind.Relative), held.New())).StatusCode);
    }

    [Fact]
    public async Task A_client_that_goes_away_gives_its_place_back()
    {
        using var client = _host.NewClient();
        using var held = new HeldBody();
        using var gone = new CancellationTokenSource();
        var running = Enumerable.Range(0, AtOnce).Select(_ => client.PostAsync(new Uri("/oauth2/token", UriKind.Relative), held.New(), gone.Token)).ToList();
        await held.ReadAsync(AtOnce);
        await gone.CancelAsync();
        await Task.WhenAll(running.Select(request => Assert.ThrowsAnyAsync<Exception>(() => request)));
        using var form = new FormUrlEncodedContent([new("grant_type", "authorization_code")]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync(new Uri("/oauth2/token", UriKind.Relative), form).WaitAsync(TimeSpan.FromSeconds(20))).StatusCode);
    }

    [Theory] // L05
    [InlineData("/oauth2/authorize")]
    [InlineData("/signin")]
    public async Task A_network_may_begin_300_sign_ins_a_minute(string path)
    {
        for (var i = 0; i < BeginningsPerMinute; i++)
        {
            Assert.NotEqual(429, (await BeginAsync(path, "203.0.113.7")).Status);
        }

        _host.Clock.Advance(TimeSpan.FromSeconds(18.5));
        Assert.Equal((429, "42"), await BeginAsync(path, "203.0.113.7"));
        Assert.NotEqual(429, (await BeginAsync(path, "203.0.113.8")).Status);

        _host.Clock.Advance(TimeSpan.FromSeconds(41));
        Assert.Equal((429, "1"), await BeginAsync(path, "203.0.113.7"));
        _host.Clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.NotEqual(429, (await BeginAsync(path, "203.0.113.7")).Status);
    }

    [Theory] // L05, ux S16
    [InlineData("/signin", "", "de-DE,en", "Kurze Pause")]
    [InlineData("/oauth2/authorize", "?ui_locales=de&client_id=shop", "en", "Kurze Pause")]
    [InlineData("/oauth2/authorize", "?client_id=shop", "sv", "Take a short break")]
    public async Task Somebody_whose_network_began_too_many_gets_a_page_in_their_language(string path, string query, string language, string heading)
    {
        for (var i = 0; i < BeginningsPerMinute; i++)
        {
            await BeginAsync(path, "203.0.113.20");
        }

        var browser = _host.NewBrowser();
        browser.Address = IPAddress.Parse("203.0.113.20");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{XeniosHost.Url}{path}{query}");
        request.Headers.Add("Accept-Language", language);
        var page = await browser.SendAsync(request);
        Expect.Page(page, "S16", HttpStatusCode.TooManyRequests);
        Assert.Equal(("too_many_tries", heading, "60"), (page.Error, page.Heading, page.Headers["Retry-After"]));
        Assert.Contains("12:01 UTC", page.Html, StringComparison.Ordinal);
        Assert.Contains($"href=\"{path}{query.Replace("&", "&amp;", StringComparison.Ordinal)}\"", page.Html, StringComparison.Ordinal);
    }

    [Fact] // L05: one household has 2^64 addresses
    public async Task Addresses_of_one_ipv6_network_count_together_and_both_forms_of_an_ipv4_address_too()
    {
        for (var i = 0; i < BeginningsPerMinute; i++)
        {
            await BeginAsync("/oauth2/authorize", $"2001:db8:1:2::{i:x}");
            await BeginAsync("/signin", "198.51.100.1");
        }

        Assert.Equal(429, (await BeginAsync("/oauth2/authorize", "2001:db8:1:2:ffff::1")).Status);
        Assert.NotEqual(429, (await BeginAsync("/oauth2/authorize", "2001:db8:1:3::1")).Status);
        Assert.Equal(429, (await BeginAsync("/signin", "198.51.100.1")).Status);
        Assert.Equal(429, (await BeginAsync("/signin", "::ffff:198.51.100.1")).Status);
    }

    [Fact] // G04
    public async Task A_header_of_another_address_does_not_help()
    {
        for (var i = 0; i < BeginningsPerMinute; i++)
        {
            await BeginAsync("/oauth2/authorize", "203.0.113.9", $"10.0.{i / 256}.{i % 256}");
        }

        Assert.Equal(429, (await BeginAsync("/oauth2/authorize", "203.0.113.9", "192.0.2.1")).Status);
    }

    private static async Task IsToldToComeBackAsync(HttpResponseMessage refused)
    {
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal(("application/json", "no-store"), (refused.Content.Headers.ContentType!.MediaType, refused.Headers.CacheControl!.ToString()));
        Assert.Equal("temporarily_unavailable", JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString());
    }

    private async Task<(int Status, string? RetryAfter)> BeginAsync(string path, string address, string? forwardedFor = null)
    {
        var server = (TestServer)_host.Services.GetRequiredService<IServer>();
        var context = await server.SendAsync(request =>
        {
            (request.Request.Method, request.Request.Scheme, request.Request.Host, request.Request.Path) = ("GET", "https", new HostString("id.test"), path);
            request.Connection.RemoteIpAddress = IPAddress.Parse(address);
            if (forwardedFor is not null)
            {
                request.Request.Headers["X-Forwarded-For"] = forwardedFor;
            }
        });
        return (context.Response.StatusCode, context.Response.Headers.RetryAfter);
    }

    /// <summary>Bodies of requests that do not end before they are released: whoever reads one is busy.</summary>
    private sealed class HeldBody : IDisposable
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim _read = new(0);

        public HttpContent New() => new Body(this) { Headers = { ContentType = new("application/x-www-form-urlencoded") } };

        /// <summary>Waits until so many are being read.</summary>
        public async Task ReadAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Assert.True(await _read.WaitAsync(TimeSpan.FromSeconds(30)), $"{i} of {count} requests are being read");
            }
        }

        public void Release() => _released.TrySetResult();

        public void Dispose() => _read.Dispose();

        private sealed class Body(HeldBody held) : HttpContent
        {
            protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
            {
                await stream.WriteAsync("grant_type=x&"u8.ToArray());
                await stream.FlushAsync();
                held._read.Release();
                await held._released.Task;
                await stream.WriteAsync("client_id=nobody"u8.ToArray());
            }

            protected override bool TryComputeLength(out long length)
            {
                length = 0;
                return false;
            }
        }
    }
}
