using Microsoft.AspNetCore.Http;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.SignIn;

namespace Xenios.Server.OpenId;

/// <summary>Discovery and keys: ready documents of the snapshot (OpenID Connect Discovery §4, RFC 8414 §3, RFC 7517).</summary>
internal static class DiscoveryEndpoints
{
    private static readonly string CacheControl = $"public, max-age={(int)KeySchedule.CacheTime.TotalSeconds}";

    /// <summary>Answers with the provider's metadata.</summary>
    public static IResult Discovery(HttpContext context, EnvironmentContext environment) => Send(context, environment.Snapshot.Discovery);

    /// <summary>The metadata of an environment under a path, where RFC 8414 §3.1 looks for it: the well-known part stands before the issuer's path.</summary>
    public static IResult OfEnvironment(string slug, HttpContext context, EnvironmentContext environment, SnapshotCache snapshots) =>
        environment.Snapshot.IsDefault && snapshots.Find(slug) is { IsDefault: false } named
            ? Send(context, named.Discovery)
            : PageRenderer.NotFound(context, environment);

    /// <summary>Answers with the public keys.</summary>
    public static IResult Jwks(HttpContext context, EnvironmentContext environment) => Send(context, environment.Snapshot.Jwks);

    private static IResult Send(HttpContext context, ReadyDocument document)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = CacheControl;
        headers.ETag = document.ETag;
        foreach (var tag in context.Request.Headers.IfNoneMatch)
        {
            if (tag is "*" || (tag is not null && tag.Contains(document.ETag, StringComparison.Ordinal)))
            {
                return Results.StatusCode(StatusCodes.Status304NotModified);
            }
        }

        return new JsonAnswer(document.Body);
    }
}
