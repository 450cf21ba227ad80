using Xenios.Server.Operations;

namespace Xenios.Server.Tests.Operations;

/// <summary>The exposition format 0.0.4: names, types, escapes, histograms.</summary>
public sealed class PrometheusTextTests
{
    [Fact]
    public void Names_carry_their_unit_and_counters_end_in_total()
    {
        var text = PrometheusText.Write(
        [
            Of("xenios.mails", "{mail}", MetricType.Counter, 3),
            Of("http.server.active_requests", "{request}", MetricType.Gauge, 2),
            Of("dotnet.process.memory.working_set", "By", MetricType.Gauge, 1e9),
            Of("dotnet.process.cpu.time", "s", MetricType.Counter, 0.25),
        ]);
        Assert.Equal(
            """
            # TYPE dotnet_process_cpu_time_seconds_total counter
            dotnet_process_cpu_time_seconds_total 0.25
            # TYPE dotnet_process_memory_working_set_bytes gauge
            dotnet_process_memory_working_set_bytes 1000000000
            # TYPE http_server_active_requests gauge
            http_server_active_requests 2
            # TYPE xenios_mails_total counter
            xenios_mails_total 3

            """,
            text);
    }

    [Fact]
    public void Help_and_labels_are_escaped()
    {
        var point = new MetricPoint([new("b", "say \"hi\"\n"), new("a.b", "back\\slash"), new("1st", "x")], 1, [], []);
        var text = PrometheusText.Write([new Metric("m", null, "first\nsecond \\ \"third\"", MetricType.Gauge, [point])]);
        Assert.Equal("# HELP m first\\nsecond \\\\ \"third\"\n# TYPE m gauge\nm{_1st=\"x\",a_b=\"back\\\\slash\",b=\"say \\\"hi\\\"\\n\"} 1\n", text);
    }

    [Fact]
    public void Histogram_is_cumulative_with_sum_count_and_infinity()
    {
        var point = new MetricPoint([new("a", "b")], 7.5, [2, 0, 1], [0.5, 1]);
        Assert.Equal(
            """
            # TYPE t_seconds histogram
            t_seconds_bucket{a="b",le="0.5"} 2
            t_seconds_bucket{a="b",le="1"} 2
            t_seconds_bucket{a="b",le="+Inf"} 3
            t_seconds_sum{a="b"} 7.5
            t_seconds_count{a="b"} 3

            """,
            PrometheusText.Write([new Metric("t", "s", null, MetricType.Histogram, [point])]));
    }

    [Fact]
    public void Points_with_the_same_labels_in_another_order_are_one()
    {
        var text = PrometheusText.Write(
        [
            new Metric("m", null, null, MetricType.Counter, [new([new("a", "1"), new("b", "2")], 2, [], []), new([new("b", "2"), new("a", "1")], 3, [], [])]),
            new Metric("m", null, "help", MetricType.Counter, [new([], 1, [], [])]),
        ]);
        Assert.Equal("# HELP m_total help\n# TYPE m_total counter\nm_total 1\nm_total{a=\"1\",b=\"2\"} 5\n", text);
    }

    private static Metric Of(string name, string unit, MetricType type, double value) => new(name, unit, null, type, [new MetricPoint([], value, [], [])]);
}
