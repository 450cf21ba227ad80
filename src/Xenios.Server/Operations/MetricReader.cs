using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Xenios.Server.Operations;

/// <summary>Adds up what .NET's meters measure in this process: ours, and those of ASP.NET Core, HttpClient and the runtime. Exists only where <c>/metrics</c> does; otherwise nobody listens.</summary>
internal sealed class MetricReader : IDisposable
{
    /// <summary>Most points of one instrument; whatever is beyond counts as one more, with the label <c>otel.metric.overflow</c>.</summary>
    public const int MostPoints = 1000;

    /// <summary>What the names of our own meters begin with.</summary>
    public const string OwnMeters = "Xenios.";

    /// <summary>Meters of the platform that are read.</summary>
    public static readonly IReadOnlyList<string> PlatformMeters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    /// <summary>Instruments that would have one point per address of a peer.</summary>
    public static readonly IReadOnlyList<string> LeftOut = ["http.client.open_connections", "http.client.connection.duration"];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<InstrumentPoints, Instrument> _instruments = [];
    private readonly Lock _collecting = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="meters">Makes this server's meters; those of another server in the process, such as the sandbox, are not read. Null: all are.</param>
    public MetricReader(IMeterFactory? meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            var (meter, scope) = (instrument.Meter.Name, instrument.Meter.Scope);
            if ((meter.StartsWith(OwnMeters, StringComparison.Ordinal) || (PlatformMeters.Contains(meter, StringComparer.Ordinal) && !LeftOut.Contains(instrument.Name, StringComparer.Ordinal)))
                && (scope is null || meters is null || ReferenceEquals(scope, meters))
                && InstrumentPoints.Of(instrument) is { } points)
            {
                _instruments[points] = instrument;
                listener.EnableMeasurementEvents(instrument, points);
            }
        };
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, points) => ((InstrumentPoints)points!).Add(value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, points) => ((InstrumentPoints)points!).Add(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, points) => ((InstrumentPoints)points!).Add(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, points) => ((InstrumentPoints)points!).Add(value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, points) => ((InstrumentPoints)points!).Add(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, points) => ((InstrumentPoints)points!).Add(value, tags));
        _listener.Start();
    }

    /// <summary>Everything measured so far.</summary>
    public IReadOnlyList<Metric> Collect()
    {
        lock (_collecting)
        {
            foreach (var points in _instruments.Keys)
            {
                points.Forget();
            }

            _listener.RecordObservableInstruments();
            return [.. _instruments.Select(entry => entry.Key.Read(entry.Value)).Where(metric => metric.Points.Count > 0)];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    /// <summary>What one instrument measured, by its tags. A measurement with known tags allocates nothing.</summary>
    private sealed class InstrumentPoints(MetricType type, bool isAbsolute, double[] bounds)
    {
        // What OpenTelemetry takes where an instrument advises nothing, in seconds and otherwise.
        private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
        private static readonly double[] Usual = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];
        private static readonly KeyValuePair<string, object?>[] Overflow = [new("otel.metric.overflow", true)];

        private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Point> _points = new(new TagComparer());

        public static InstrumentPoints? Of(Instrument instrument)
        {
            var kind = instrument.GetType() is { IsGenericType: true } closed ? closed.GetGenericTypeDefinition() : null;
            return kind == typeof(Counter<>) ? new(MetricType.Counter, false, [])
                : kind == typeof(ObservableCounter<>) ? new(MetricType.Counter, true, [])
                : kind == typeof(UpDownCounter<>) ? new(MetricType.Gauge, false, [])
                : kind == typeof(ObservableUpDownCounter<>) || kind == typeof(ObservableGauge<>) || kind == typeof(Gauge<>) ? new(MetricType.Gauge, true, [])
                : kind == typeof(Histogram<>) ? new(MetricType.Histogram, false, Bounds(instrument))
                : null;
        }

        public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var lookup = _points.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
            if (!lookup.TryGetValue(tags, out var point))
            {
                point = _points.Count < MostPoints ? _points.GetOrAdd(tags.ToArray(), _ => new Point(bounds.Length)) : _points.GetOrAdd(Overflow, _ => new Point(bounds.Length));
            }

            lock (point)
            {
                point.Value = isAbsolute ? value : point.Value + value;
                if (type == MetricType.Histogram)
                {
                    // The first bound that is not smaller; none is the bucket for all greater values.
                    var at = Array.BinarySearch(bounds, value);
                    point.Buckets[at < 0 ? ~at : at]++;
                }
            }
        }

        // What an observed instrument says no more is no more.
        public void Forget()
        {
            if (isAbsolute)
            {
                _points.Clear();
            }
        }

        public Metric Read(Instrument instrument) => new(instrument.Name, instrument.Unit, instrument.Description, type, [.. _points.Select(entry => Read(entry.Key, entry.Value))]);

        private MetricPoint Read(KeyValuePair<string, object?>[] tags, Point point)
        {
            lock (point)
            {
                var labels = tags.Where(tag => tag.Value is not null).DistinctBy(tag => tag.Key, StringComparer.Ordinal)
                    .Select(tag => KeyValuePair.Create(tag.Key, tag.Value is bool flag ? (flag ? "true" : "false") : Convert.ToString(tag.Value, CultureInfo.InvariantCulture)!));
                return new MetricPoint([.. labels], point.Value, [.. point.Buckets], bounds);
            }
        }

        private static double[] Bounds(Instrument instrument) => instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
            Histogram<long> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(bound => (double)bound)],
            Histogram<int> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(bound => (double)bound)],
            { Unit: "s" } => Seconds,
            _ => Usual,
        };

        private sealed class Point(int bounds)
        {
            public double Value { get; set; }

            public long[] Buckets { get; } = new long[bounds + 1];
        }
    }

    private sealed class TagComparer
        : IEqualityComparer<KeyValuePair<string, object?>[]>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, KeyValuePair<string, object?>[]>
    {
        public bool Equals(KeyValuePair<string, object?>[]? x, KeyValuePair<string, object?>[]? y) => Equals(x.AsSpan(), y!);

        public int GetHashCode(KeyValuePair<string, object?>[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, KeyValuePair<string, object?>[] other)
        {
            if (alternate.Length != other.Length)
            {
                return false;
            }

            for (var i = 0; i < alternate.Length; i++)
            {
                if (!string.Equals(alternate[i].Key, other[i].Key, StringComparison.Ordinal) || !Equals(alternate[i].Value, other[i].Value))
                {
                    return false;
                }
            }

            return true;
        }

        public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
        {
            var hash = default(HashCode);
            foreach (var (name, value) in alternate)
            {
                hash.Add(name);
                hash.Add(value);
            }

            return hash.ToHashCode();
        }

        public KeyValuePair<string, object?>[] Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => alternate.ToArray();
    }
}
