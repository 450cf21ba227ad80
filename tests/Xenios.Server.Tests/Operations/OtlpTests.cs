using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Xenios.Testing;

namespace Xenios.Server.Tests.Operations;

/// <summary>Traces and metrics at a collector: what was called and how it went, never with which values (threats L04).</summary>
[Collection("Alone")]
public sealed partial class OtlpTests
{
    [Fact]
    public async Task Traces_and_metrics_reach_the_collector_and_say_routes_never_addresses()
    {
        await using var collector = await Collector.StartAsync();
        await using var host = await XeniosHost.StartAsync(options => options.Settings["Otlp:Endpoint"] = collector.Url);
        var (shop, browser) = (new RelyingParty(host), host.NewBrowser());
        var tokens = await shop.SignInAndRedeemAsync(browser);
        using var api = new ManagementClient(host);
        var user = (await api.GetAsync("/users")).Items[0].GetProperty("id").GetString()!;
        await api.GetAsync($"/users/{user}?canary-query=canary-value");
        await api.GetAsync("/canary-path");
        var sent = string.Join('\n', await collector.ReceivedAsync(host));

        Assert.Contains("/v1/traces", collector.Received.Select(one => one.Path));
        Assert.Contains("/v1/metrics", collector.Received.Select(one => one.Path));
        Assert.All(collector.Received, one => Assert.Equal("application/x-protobuf", one.Type));
        foreach (var expected in (string[])["service.name", "xenios", "GET /oauth2/authorize", "POST /oauth2/token", "/api/v1/users/{id}", "POST /2/oauth2/token", "/2/users/me", "xenios.sign_ins", "http.server.request.duration"])
        {
            Assert.Contains(expected, sent, StringComparison.Ordinal);
        }

        foreach (var hidden in (string[])[user, "canary", "?", "code=", "state=", shop.State, shop.Verifier, tokens.AccessToken, "203.0.113", "user_agent", "url.path", "url.query", "url.full", "client.address"])
        {
            Assert.True(!sent.Contains(hidden, StringComparison.OrdinalIgnoreCase) || (hidden == "?" && !QueryPattern().IsMatch(sent)), $"{hidden} is in what was sent: {Around(sent, hidden)}");
        }
    }

    [Fact]
    public async Task Traces_and_metrics_reach_a_collector_that_speaks_gRPC_each_once()
    {
        const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
        Environment.SetEnvironmentVariable(Protocol, "grpc");
        try
        {
            await using var collector = await Collector.StartAsync(grpc: true);
            await using var host = await XeniosHost.StartAsync(options => options.Settings["Otlp:Endpoint"] = collector.Url);
            await new RelyingParty(host).SignInAndRedeemAsync(host.NewBrowser());
            var sent = string.Join('\n', await collector.ReceivedAsync(host));

            Assert.Equal(
                ["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "/opentelemetry.proto.collector.trace.v1.TraceService/Export"],
                collector.Received.Select(one => one.Path).Distinct().Order(StringComparer.Ordinal));
            Assert.All(collector.Received, one =>
            {
                Assert.Equal(("application/grpc", 0), (one.Type, one.Body[0]));
                Assert.Equal(one.Body.Length - Collector.GrpcPrefix, (int)BinaryPrimitives.ReadUInt32BigEndian(one.Body.AsSpan(1)));
            });

            // What was answered with status 0 is not sent again.
            var traces = collector.Received.Where(one => one.Path.Contains("Trace", StringComparison.Ordinal)).Select(one => Convert.ToHexString(one.Body)).ToList();
            Assert.Equal(traces.Distinct().Count(), traces.Count);
            foreach (var expected in (string[])["service.name", "xenios", "GET /oauth2/authorize", "POST /oauth2/token", "xenios.sign_ins"])
            {
                Assert.Contains(expected, sent, StringComparison.Ordinal);
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable(Protocol, null);
        }
    }

    [Fact]
    public async Task Upstreams_are_not_told_of_a_trace()
    {
        await using var collector = await Collector.StartAsync();
        await using var host = await XeniosHost.StartAsync(options => options.Settings["Otlp:Endpoint"] = collector.Url);
        var headers = new StringBuilder();
        host.Upstreams.Intercept = (request, _) =>
        {
            headers.Append(request.Headers);
            return Task.FromResult<HttpResponseMessage?>(null);
        };
        await new RelyingParty(host).SignInAndRedeemAsync(host.NewBrowser());
        Assert.True(headers.Length > 0);
        Assert.DoesNotContain("traceparent", headers.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private static string Around(string text, string part)
    {
        var at = text.IndexOf(part, StringComparison.OrdinalIgnoreCase);
        return text.Substring(Math.Max(0, at - 60), Math.Min(160, text.Length - Math.Max(0, at - 60)));
    }

    // A question mark, and an equals sign soon after it, may be octets of a trace id; a query has a name of letters between them.
    [GeneratedRegex(@"\?[A-Za-z_]{3,}=")]
    private static partial Regex QueryPattern();
}
