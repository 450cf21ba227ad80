using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Xenios.Server.Environments;

namespace Xenios.Server.OpenId;

/// <summary>Which pages' scripts may call what (standards, CORS matrix): metadata everybody, client endpoints registered origins, everything else nobody. Never with cookies.</summary>
internal sealed class Cors(RequestDelegate next)
{
    private const string AnyOrigin = "*";

    private static readonly FrozenDictionary<string, Rule> Rules = new Dictionary<string, Rule>(StringComparer.Ordinal)
    {
        ["/.well-known/openid-configuration"] = new("GET, HEAD", IsPublic: true),
        ["/.well-known/oauth-authorization-server"] = new("GET, HEAD", IsPublic: true),
        ["/oauth2/jwks"] = new("GET, HEAD", IsPublic: true),
        ["/oauth2/token"] = new("POST", IsPublic: false),
        ["/oauth2/userinfo"] = new("GET, POST", IsPublic: false),
        ["/oauth2/revoke"] = new("POST", IsPublic: false),
        ["/oauth2/par"] = new("POST", IsPublic: false),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Handles one request.</summary>
    /// <param name="context">The request.</param>
    public Task InvokeAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin;
        if (Find(context.Request.Path.Value ?? "") is not { } rule || context.Features.Get<EnvironmentContext>() is not { } environment)
        {
            return next(context);
        }

        var headers = context.Response.Headers;
        var allowed = rule.IsPublic ? AnyOrigin : origin.Count == 1 && environment.Snapshot.AllowedOrigins.Contains(origin[0]!) ? origin[0] : null;
        if (!rule.IsPublic)
        {
            headers.Vary = "Origin";
        }

        if (allowed is not null)
        {
            headers.AccessControlAllowOrigin = allowed;
            headers.AccessControlExposeHeaders = "WWW-Authenticate";
        }

        if (!HttpMethods.IsOptions(context.Request.Method) || origin.Count == 0)
        {
            return next(context);
        }

        if (allowed is not null)
        {
            headers.AccessControlAllowMethods = rule.Methods;
            headers.AccessControlAllowHeaders = "authorization, content-type";
            headers.AccessControlMaxAge = "600";
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    // RFC 8414 §3.1: the path of an issuer stands behind the well-known part.
    private static Rule? Find(string path)
    {
        if (path.StartsWith("/.well-known/", StringComparison.Ordinal) && path.IndexOf("/e/", StringComparison.Ordinal) is var suffix and > 0)
        {
            path = path[..suffix];
        }

        return Rules.GetValueOrDefault(path);
    }

    private sealed record Rule(string Methods, bool IsPublic);
}
