using System.Globalization;
using System.Text;

namespace Xenios.Server.Operations;

/// <summary>How a metric behaves.</summary>
internal enum MetricType
{
    /// <summary>Only ever grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>How often which size was seen.</summary>
    Histogram,
}

/// <summary>One metric with all its points, as an instrument names it.</summary>
/// <param name="Name">Name by OpenTelemetry's conventions, such as <c>http.server.request.duration</c>.</param>
/// <param name="Unit">Unit in UCUM, such as <c>s</c>, <c>By</c> or <c>{request}</c>; null without.</param>
/// <param name="Help">What it measures; null without.</param>
/// <param name="Type">How it behaves.</param>
/// <param name="Points">Its points; two with the same labels are added up.</param>
internal sealed record Metric(string Name, string? Unit, string? Help, MetricType Type, IReadOnlyList<MetricPoint> Points);

/// <summary>One point of a metric.</summary>
/// <param name="Labels">Its labels, each name once.</param>
/// <param name="Value">The value; of a histogram the sum.</param>
/// <param name="Buckets">Of a histogram how many values were not greater than each of <paramref name="Bounds"/>, not added up; the last is for all greater ones. Otherwise empty.</param>
/// <param name="Bounds">Upper bounds of the buckets but the last, rising.</param>
internal sealed record MetricPoint(IReadOnlyList<KeyValuePair<string, string>> Labels, double Value, IReadOnlyList<long> Buckets, IReadOnlyList<double> Bounds);

/// <summary>The text that Prometheus scrapes, exposition format 0.0.4 (decision 22).</summary>
internal static class PrometheusText
{
    /// <summary>Its media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes metrics. Those that come to the same name and type are one, those of another type are left out.</summary>
    /// <param name="metrics">The metrics.</param>
    public static string Write(IEnumerable<Metric> metrics)
    {
        var text = new StringBuilder();
        foreach (var group in metrics.GroupBy(NameOf, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var first = group.First();
            if (group.Select(metric => metric.Help).FirstOrDefault(help => help is not null) is { } help)
            {
                text.Append("# HELP ").Append(group.Key).Append(' ').Append(Escape(help, quotes: false)).Append('\n');
            }

            text.Append("# TYPE ").Append(group.Key).Append(' ').Append(first.Type switch { MetricType.Counter => "counter", MetricType.Histogram => "histogram", _ => "gauge" }).Append('\n');
            var points = group.Where(metric => metric.Type == first.Type).SelectMany(metric => metric.Points).GroupBy(point => LabelsOf(point.Labels), StringComparer.Ordinal);
            foreach (var same in points.OrderBy(point => point.Key, StringComparer.Ordinal))
            {
                Write(text, group.Key, same.Key, [.. same], first.Type);
            }
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, string name, string labels, IReadOnlyList<MetricPoint> points, MetricType type)
    {
        var sum = points.Sum(point => point.Value);
        if (type != MetricType.Histogram)
        {
            Line(text, name, labels, sum);
            return;
        }

        // Bounds of one instrument never change, and those of one name are the same.
        var (bounds, count) = (points[0].Bounds, 0L);
        for (var i = 0; i <= bounds.Count; i++)
        {
            count += points.Where(point => point.Buckets.Count == bounds.Count + 1).Sum(point => point.Buckets[i]);
            var le = $"le=\"{(i == bounds.Count ? "+Inf" : Number(bounds[i]))}\"";
            Line(text, name + "_bucket", labels.Length == 0 ? le : $"{labels},{le}", count);
        }

        Line(text, name + "_sum", labels, sum);
        Line(text, name + "_count", labels, count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    // The rules of OpenTelemetry's Prometheus compatibility: dots become lines, the unit in words, counters end in _total.
    private static string NameOf(Metric metric)
    {
        var name = Legal(metric.Name);
        var unit = metric.Unit switch { "s" => "seconds", "ms" => "milliseconds", "By" => "bytes", "%" => "percent", _ => null };
        if (unit is not null && !name.EndsWith("_" + unit, StringComparison.Ordinal))
        {
            name += "_" + unit;
        }

        return metric.Type == MetricType.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string LabelsOf(IReadOnlyList<KeyValuePair<string, string>> labels) => string.Join(
        ',', labels.Select(label => (Name: Legal(label.Key), label.Value)).OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}=\"{Escape(label.Value, quotes: true)}\""));

    private static string Legal(string name)
    {
        var legal = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return legal.Length == 0 || char.IsAsciiDigit(legal[0]) ? "_" + legal : legal;
    }

    private static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
