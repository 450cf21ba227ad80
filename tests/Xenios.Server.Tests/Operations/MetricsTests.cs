using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Operations;
using Xenios.Server.Tests.Hosting;
using Xenios.Testing;

namespace Xenios.Server.Tests.Operations;

/// <summary><c>/metrics</c> through the real pipeline: what is counted, and who may read it. Meters belong to the process, so these tests run alone.</summary>
[Collection("Alone")]
public sealed partial class MetricsTests
{
    private const string Token = "a-token-of-the-operator";

    [Fact]
    public async Task Without_a_setting_there_are_no_metrics_and_nobody_listens()
    {
        await using var host = await XeniosHost.StartAsync();
        using var client = host.NewClient();
        using var answer = await client.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Null(host.Services.GetService<MetricReader>());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong-token-of-somebody")]
    [InlineData("Bearer ")]
    [InlineData("Basic " + Token)]
    [InlineData(Token)]
    public async Task Without_the_token_nothing_is_shown(string? authorization)
    {
        await using var host = await WithTokenAsync();
        using var client = host.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var answer = await client.SendAsync(request);
        Assert.Equal((HttpStatusCode.Unauthorized, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.StartsWith("Bearer", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sign_ins_tokens_calls_to_x_commits_and_mails_are_counted_and_read_back()
    {
        await using var host = await WithTokenAsync();
        var shop = new RelyingParty(host);
        var before = Parse(await host.MetricsAsync(Token));
        await shop.SignInAndRedeemAsync(host.NewBrowser());
        await shop.SignInAsync(host.NewBrowser(), "dev");
        await shop.RedeemAsync("no-such-code");
        await host.FaultAsync("users_me", """{"kind":"html_error"}""");
        await shop.SignInAsync(host.NewBrowser());
        await host.NoFaultsAsync();
        using var client = host.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        using var answer = await client.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var after = Parse(await answer.Content.ReadAsStringAsync());
        double Grown(string series) => after.GetValueOrDefault(series) - before.GetValueOrDefault(series);

        Assert.Equal(1, Grown("""xenios_sign_ins_total{xenios_connection_kind="x",xenios_sign_in_outcome="ok"}"""));
        Assert.Equal(1, Grown("""xenios_sign_ins_total{error_type="access_denied",xenios_connection_kind="x",xenios_sign_in_outcome="refused"}"""));
        Assert.Equal(1, Grown("""xenios_sign_ins_total{error_type="X-110",xenios_connection_kind="x",xenios_sign_in_outcome="failed"}"""));
        Assert.Equal(1, Grown("""xenios_token_requests_total{oauth_grant_type="authorization_code"}"""));
        Assert.Equal(1, Grown("""xenios_token_requests_total{error_type="invalid_grant",oauth_grant_type="authorization_code"}"""));
        Assert.Equal(2, Grown("""xenios_upstream_request_duration_seconds_count{http_request_method="POST",http_response_status_code="200",url_template="/2/oauth2/token",xenios_connection_kind="x",xenios_upstream_step="exchange"}"""));
        Assert.True(Grown("xenios_database_commits_total") >= 5);
        Assert.Equal(Grown("xenios_database_commits_total"), Grown("xenios_database_commit_duration_seconds_count"));
        Assert.True(Grown("xenios_database_commit_size_count") >= 5);
        Assert.Contains(after.Keys, series => series.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal) && series.Contains("http_route=\"/oauth2/token\"", StringComparison.Ordinal));
        Assert.Contains(after.Keys, series => series.StartsWith("dotnet_", StringComparison.Ordinal));
        Assert.True(after.ContainsKey("xenios_database_queue_length"));
    }

    [Fact]
    public async Task Refusals_by_a_limit_and_mails_are_counted()
    {
        await using var host = await XeniosHost.StartAsync(options => (options.Settings["Operations:Token"], options.Resources) = (Token, SignIn.Gates.GateHost.Resources));
        var before = Parse(await host.MetricsAsync(Token));
        var ben = await SignIn.Gates.Newcomer.ArriveAsync(host, new RelyingParty(host));
        await ben.GiveAsync("ben@v.test");
        using var client = new HttpClient(host.HandlerFor("id.test", IPAddress.Parse("203.0.113.9"))) { BaseAddress = new Uri(XeniosHost.Url) };
        var refused = 0;
        for (var i = 0; i < 303; i++)
        {
            using var answer = await client.GetAsync(new Uri(new RelyingParty(host).AuthorizeUrl()));
            refused += answer.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        var after = Parse(await host.MetricsAsync(Token));
        Assert.Equal(3, refused);
        Assert.Equal(3, after["""xenios_limit_refusals_total{xenios_limit="beginnings"}"""] - before.GetValueOrDefault("""xenios_limit_refusals_total{xenios_limit="beginnings"}"""));
        Assert.Equal(host.Mail.Count, after["""xenios_mails_total{xenios_mail_outcome="sent"}"""] - before.GetValueOrDefault("""xenios_mails_total{xenios_mail_outcome="sent"}"""));
        Assert.True(host.Mail.Count > 0);
    }

    [Fact]
    public async Task Listener_of_its_own_answers_metrics_and_health_and_nothing_else()
    {
        var port = FreePort();
        await using var host = await XeniosHost.StartAsync(options => options.Settings["Operations:Listen"] = $"http://127.0.0.1:{port}");
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Assert.NotEmpty(Parse(await client.GetStringAsync(new Uri("/metrics", UriKind.Relative))));
        Assert.Equal("live", await client.GetStringAsync(new Uri("/health/live", UriKind.Relative)));
        Assert.Equal("ready", await client.GetStringAsync(new Uri("/health/ready", UriKind.Relative)));
        foreach (var path in (string[])["/", "/signin", "/api/v1/keys", "/.well-known/openid-configuration", "/oauth2/jwks", "/dev/mail"])
        {
            using var nothing = await client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal((path, HttpStatusCode.NotFound), (path, nothing.StatusCode));
        }

        // The public address shows none of it.
        using var outside = host.NewClient();
        using var hidden = await outside.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
    }

    [Fact]
    public async Task Token_is_asked_for_on_the_listener_too_and_by_any_host_name()
    {
        var port = FreePort();
        await using var host = await XeniosHost.StartAsync(options => (options.Settings["Operations:Listen"], options.Settings["Operations:Token"]) = ($"http://127.0.0.1:{port}", Token));
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        using var refused = await client.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var scraper = host.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        (request.Headers.Host, request.Headers.Authorization) = ("10.1.2.3:7400", new("Bearer", Token));
        using var answer = await scraper.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public void Points_of_one_instrument_are_bounded()
    {
        using var meter = new Meter("Xenios.TestOfBounds");
        using var reader = new MetricReader(null);
        var counter = meter.CreateCounter<long>("xenios.test_of_bounds");
        for (var i = 0; i < MetricReader.MostPoints + 500; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("n", i));
        }

        var found = Assert.Single(reader.Collect(), metric => metric.Name == "xenios.test_of_bounds");
        Assert.Equal(MetricReader.MostPoints + 1, found.Points.Count);
        Assert.Equal(500, Assert.Single(found.Points, point => point.Labels.Any(label => label.Key == "otel.metric.overflow")).Value);
    }

    [Fact]
    public void Values_on_a_bound_count_below_it_and_a_known_point_allocates_nothing()
    {
        using var meter = new Meter("Xenios.TestOfBuckets");
        using var reader = new MetricReader(null);
        var histogram = meter.CreateHistogram<double>("xenios.test_of_buckets", advice: new() { HistogramBucketBoundaries = [1, 2] });
        foreach (var value in (double[])[0.5, 1, 1.5, 2, 3])
        {
            histogram.Record(value, new KeyValuePair<string, object?>("a", "b"));
        }

        Assert.Equal([2L, 2L, 1L], Assert.Single(Assert.Single(reader.Collect(), metric => metric.Name == "xenios.test_of_buckets").Points).Buckets);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            histogram.Record(1, new KeyValuePair<string, object?>("a", "b"));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    private static Task<XeniosHost> WithTokenAsync() => XeniosHost.StartAsync(options => options.Settings["Operations:Token"] = Token);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // As strict as a scraper: every line is a comment of a known kind or a sample; every sample belongs to a type declared before it; no series comes twice.
    private static Dictionary<string, double> Parse(string text)
    {
        var (series, types) = (new Dictionary<string, double>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        foreach (var line in text[..^1].Split('\n'))
        {
            if (line.StartsWith('#'))
            {
                Assert.Matches("^# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .+$", line);
                if (line.Split(' ') is ["#", "TYPE", var name, var type])
                {
                    Assert.True(types.TryAdd(name, type), $"{name} is declared twice");
                }

                continue;
            }

            var sample = SamplePattern().Match(line);
            Assert.True(sample.Success, line);
            var family = sample.Groups["name"].Value;
            Assert.True(types.ContainsKey(family) || types.GetValueOrDefault(SuffixPattern().Replace(family, "")) == "histogram", $"{family} has no type");
            Assert.True(series.TryAdd(line[..line.LastIndexOf(' ')], double.Parse(sample.Groups["value"].Value.Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture)), $"twice: {line}");
        }

        foreach (var (name, count) in series.Where(one => one.Key.Contains("_count", StringComparison.Ordinal) && types.GetValueOrDefault(one.Key.Split("_count")[0]) == "histogram"))
        {
            var infinite = name.EndsWith('}') ? $"{name[..^1].Replace("_count{", "_bucket{", StringComparison.Ordinal)},le=\"+Inf\"}}" : name.Replace("_count", "_bucket{le=\"+Inf\"}", StringComparison.Ordinal);
            Assert.Equal(count, series[infinite]);
        }

        return series;
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*")*\})? (?<value>[-+0-9.eE]+|\+Inf|-Inf|NaN)$""")]
    private static partial Regex SamplePattern();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex SuffixPattern();
}
