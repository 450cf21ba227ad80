using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xenios.Server.Hosting;
using Xenios.Server.Storage;

namespace Xenios.Server.Operations;

/// <summary><c>/metrics</c> (contract §2): off unless <c>Operations:Listen</c> or <c>Operations:Token</c> is set.</summary>
internal static class OperationsRoutes
{
    /// <summary>Where it answers.</summary>
    public const string Metrics = "/metrics";

    /// <summary>Adds the parts that the settings ask for, and no others.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="settings">Host settings.</param>
    public static void Add(IServiceCollection services, HostSettings settings)
    {
        services.AddSingleton<ServerDoctor>().AddSingleton<ConnectionDoctor>();
        if (settings.OtlpEndpoint is not null)
        {
            Otlp.Add(services);
        }

        if (settings.OperationsListen is not null || settings.OperationsToken is not null)
        {
            services.AddSingleton(provider => new MetricReader(provider.GetService<IMeterFactory>()));
        }

        if (settings.OperationsListen is not null)
        {
            services.AddSingleton<OperationsListener>();
            services.AddHostedService(provider => provider.GetRequiredService<OperationsListener>());
        }
    }

    /// <summary>Adds what sees every request, where something has to.</summary>
    /// <param name="app">Where to; before everything that answers.</param>
    /// <param name="settings">Host settings.</param>
    public static void Use(IApplicationBuilder app, HostSettings settings)
    {
        if (settings.OtlpEndpoint is not null)
        {
            Otlp.Use(app);
        }
    }

    /// <summary>Adds the probes, and <c>/metrics</c> to the server itself where a token guards it.</summary>
    /// <param name="app">Where to.</param>
    /// <param name="settings">Host settings.</param>
    public static void Map(WebApplication app, HostSettings settings)
    {
        Health.Map(app);
        if (settings.OperationsToken is not null)
        {
            Map(app, settings, app.Services.GetRequiredService<MetricReader>());
        }
    }

    /// <summary>Adds <c>/metrics</c>, with a bearer token where one is set.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="settings">Host settings.</param>
    /// <param name="reader">What is shown.</param>
    public static void Map(IEndpointRouteBuilder routes, HostSettings settings, MetricReader reader) => routes.MapGet(Metrics, (HttpContext context) =>
    {
        context.Response.Headers.CacheControl = "no-store";
        if (settings.OperationsToken is { } token
            && !(context.Request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && Secrets.Same(header[7..].Trim(), token)))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"operations\"";
            return Results.StatusCode(StatusCodes.Status401Unauthorized);
        }

        return Results.Text(PrometheusText.Write(reader.Collect()), PrometheusText.ContentType);
    });
}

/// <summary>A listener of its own (<c>Operations:Listen</c>) that answers <c>/metrics</c> and <c>/health/*</c> and nothing else.</summary>
internal sealed class OperationsListener(HostSettings settings, MetricReader reader, Database database, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private WebApplication? _app;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 100;
            kestrel.Limits.MaxRequestBodySize = 0;
        });
        builder.WebHost.UseUrls(HostSettings.BindUrl(new Uri(settings.OperationsListen!)));
        builder.Services.AddRoutingCore().AddSingleton(database).AddSingleton(loggers);
        _app = builder.Build();
        Health.Map(_app);
        OperationsRoutes.Map(_app, settings, reader);
        await _app.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;
}
