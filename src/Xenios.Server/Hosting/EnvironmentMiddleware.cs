using Microsoft.AspNetCore.Http;
using Xenios.Server.Environments;
using Xenios.Server.Operations;
using Xenios.Server.SignIn;

namespace Xenios.Server.Hosting;

/// <summary>Finds the environment of a request by its verified host, before any work is done. An unknown host is answered with a page that says so .</summary>
internal sealed class EnvironmentMiddleware(RequestDelegate next, SnapshotCache snapshots, HostSettings settings, PageRenderer pages)
{
    private readonly string _authority = settings.Url.IsDefaultPort ? settings.Url.Host : settings.Url.Authority;

    /// <summary>Handles one request.</summary>
    /// <param name="context">The request.</param>
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        // Probes call by any name, and the page that says so needs its style by the name it was opened with.
        if (request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
            || (settings.OperationsToken is not null && request.Path == OperationsRoutes.Metrics)
            || request.Path.StartsWithSegments("/assets", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        if (!IsOurs(request.Host))
        {
            var unknown = new EnvironmentContext(snapshots.Default, snapshots.Default.Issuer);
            await pages.Misdirected(context, unknown, settings.BaseUrl).ExecuteAsync(context);
            return;
        }

        // "/e/{slug}" moves into PathBase, so that no endpoint knows about it.
        if (request.Path.StartsWithSegments("/e", StringComparison.Ordinal, out var rest) && rest.HasValue)
        {
            var slug = rest.Value![1..];
            var slash = slug.IndexOf('/', StringComparison.Ordinal);
            slug = slash < 0 ? slug : slug[..slash];
            if (snapshots.Find(slug) is { IsDefault: false } environment)
            {
                request.PathBase = request.PathBase.Add($"/e/{slug}");
                request.Path = rest.Value[(1 + slug.Length)..];
                context.Features.Set(new EnvironmentContext(environment, environment.Issuer));
                await next(context);
                return;
            }
        }

        context.Features.Set(new EnvironmentContext(snapshots.Default, snapshots.Default.Issuer));
        await next(context);
    }

    private bool IsOurs(HostString host) =>
        string.Equals(host.Value, _authority, StringComparison.OrdinalIgnoreCase)
        || (string.Equals(host.Host, settings.Url.Host, StringComparison.OrdinalIgnoreCase) && (host.Port ?? settings.Url.Port) == settings.Url.Port);
}
