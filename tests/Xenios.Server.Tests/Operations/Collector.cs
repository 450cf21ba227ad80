using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xenios.Server.Operations;
using Xenios.Testing;

namespace Xenios.Server.Tests.Operations;

/// <summary>An OpenTelemetry collector on this computer that keeps what it is sent: OTLP over HTTP, protobuf.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, string Type, byte[] Body)> _received = [];
    private readonly WebApplication _app;

    private Collector()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _received.Enqueue((context.Request.Path.Value!, context.Request.ContentType ?? "", body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });
    }

    public string Url => _app.Urls.First();

    public IReadOnlyList<(string Path, string Type, byte[] Body)> Received => [.. _received];

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>Everything a server sent, after it was made to send what it has: the texts in the protobuf stand there as they are.</summary>
    public async Task<IReadOnlyList<string>> ReceivedAsync(XeniosHost host)
    {
        await host.Services.GetServices<IHostedService>().OfType<Otlp>().Single().StopAsync(CancellationToken.None);
        return [.. _received.Select(one => Encoding.Latin1.GetString(one.Body))];
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
