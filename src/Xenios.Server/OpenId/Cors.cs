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
        if (!Rules.TryGetValue(context.Request.Path.Value ?? "", out var rule) || context.Features.Get<EnvironmentContext>() is not { } environment)
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
            headers.AccessControlExposeHeaders = "WWW-Authenticate, DPoP-Nonce";
        }

        if (!HttpMethods.IsOptions(context.Request.Method) || origin.Count == 0)
        {
            return next(context);
        }

        if (allowed is not null)
        {
            headers.AccessControlAllowMethods = rule.Methods;
            headers.AccessControlAllowHeaders = "authorization, content-type, dpop";
            headers.AccessControlMaxAge = "600";
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private sealed record Rule(string Methods, bool IsPublic);
}
