using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xenios.Server.Operations;
using Xenios.Testing;

namespace Xenios.Server.Tests.Operations;

/// <summary>An OpenTelemetry collector on this computer that keeps what it is sent: OTLP as protobuf, over HTTP or over gRPC.</summary>
internal sealed class Collector : IAsyncDisposable
{
    /// <summary>Octets before a message of gRPC: whether it is compressed, then its length in four octets.</summary>
    public const int GrpcPrefix = 5;

    private readonly ConcurrentQueue<(string Path, string Type, byte[] Body)> _received = [];
    private readonly WebApplication _app;

    private Collector(bool grpc)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _received.Enqueue((context.Request.Path.Value!, context.Request.ContentType ?? "", body.ToArray()));
            if (!grpc)
            {
                context.Response.ContentType = "application/x-protobuf";
                return;
            }

            // An empty message, then the status as a trailer (gRPC over HTTP/2, "Responses").
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[GrpcPrefix]);
            context.Response.AppendTrailer("grpc-status", "0");
        });
    }

    public string Url => _app.Urls.First();

    public IReadOnlyList<(string Path, string Type, byte[] Body)> Received => [.. _received];

    public static async Task<Collector> StartAsync(bool grpc = false)
    {
        var collector = new Collector(grpc);
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
