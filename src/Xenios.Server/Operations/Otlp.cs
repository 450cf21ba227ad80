using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Xenios.Server.Hosting;

namespace Xenios.Server.Operations;

/// <summary>
/// Sends traces and metrics to an OpenTelemetry collector (<c>Otlp:Endpoint</c>). Without that setting nothing here is loaded and nothing is traced. Spans say which
/// route was called and how it went: no path, query, header or body, because these hold codes, ids of people and of sign-ins (threats L04).
/// </summary>
internal sealed class Otlp(HostSettings settings) : IHostedService, IDisposable
{
    /// <summary>Our own spans: calls to upstreams.</summary>
    public const string Source = "Xenios";

    private const int GrpcPort = 4317;

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    /// <summary>Adds it.</summary>
    /// <param name="services">Where to.</param>
    public static void Add(IServiceCollection services) => services.AddHostedService<Otlp>();

    /// <summary>Names each request's span by its route.</summary>
    /// <param name="app">Where to; before everything that answers.</param>
    public static void Use(IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (Activity.Current is { } activity && context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
            {
                activity.DisplayName = $"{context.Request.Method} {route}";
                activity.SetTag("http.route", route);
            }
        }
    });

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // What the environment says of the service stands over what we say.
        var version = typeof(Otlp).Assembly.GetName().Version!.ToString(3);
        var resource = ResourceBuilder.CreateEmpty().AddService("xenios", serviceVersion: version).AddTelemetrySdk().AddEnvironmentVariableDetector();
        _traces = OpenTelemetry.Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(Source, "Microsoft.AspNetCore", "System.Net.Http")
            .AddProcessor(new OnlyKnownTags())
            .AddOtlpExporter(exporter => Configure(exporter, "v1/traces"))
            .Build();
        var metrics = OpenTelemetry.Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(MetricReader.OwnMeters + "*").AddMeter([.. MetricReader.PlatformMeters]);
        foreach (var name in MetricReader.LeftOut)
        {
            metrics.AddView(name, MetricStreamConfiguration.Drop);
        }

        _metrics = metrics.AddOtlpExporter(exporter => Configure(exporter, "v1/metrics")).Build();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        // What is still here leaves, unless the collector is not there.
        _traces?.Shutdown(3000);
        _metrics?.Shutdown(3000);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    // OTEL_EXPORTER_OTLP_PROTOCOL decides; otherwise the port does: 4317 is gRPC's, every other one speaks HTTP with protobuf, at the paths of the specification.
    private void Configure(OtlpExporterOptions exporter, string path)
    {
        var endpoint = settings.OtlpEndpoint!;
        exporter.Protocol = System.Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL") switch
        {
            "grpc" => OtlpExportProtocol.Grpc,
            "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
            _ => endpoint.Port == GrpcPort ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        };
        exporter.Endpoint = exporter.Protocol == OtlpExportProtocol.Grpc ? endpoint : new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/" + path);
    }

    /// <summary>Takes every tag off a span that is not on the list: whatever a later version of the platform may put there.</summary>
    private sealed class OnlyKnownTags : BaseProcessor<Activity>
    {
        private static readonly string[] Known =
        [
            "http.request.method", "http.response.status_code", "http.route", "url.scheme", "url.template", "server.address", "server.port", "error.type", "network.protocol.version",
            "xenios.connection.kind", "xenios.upstream.step",
        ];

        public override void OnEnd(Activity data)
        {
            foreach (var (name, _) in data.TagObjects.Where(tag => !Known.Contains(tag.Key, StringComparer.Ordinal)).ToArray())
            {
                data.SetTag(name, null);
            }

            // Without a route the platform names a span by its operation, or by whatever the caller wrote as method.
            if (data.Source.Name == "Microsoft.AspNetCore" && data.GetTagItem("http.route") is null)
            {
                data.DisplayName = "no route";
            }
        }
    }
}
