using Microsoft.AspNetCore.Http;

namespace Xenios.Server.Hosting;

/// <summary>Headers that every answer carries (threats J03, standards COM-13); an endpoint may only tighten the policy for its own page.</summary>
internal static class SecurityHeaders
{
    /// <summary>Policy of pages: our style and script, nothing inline, nothing from elsewhere. No <c>form-action</c>: browsers apply it to the redirects that follow.</summary>
    public const string PagePolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Policy of the console's page: its own files and this server, nobody else. Its component library writes a few style elements, which carry the nonce.</summary>
    /// <param name="nonce">Made for this one answer.</param>
    public static string ConsolePolicy(string nonce) =>
        $"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private const string DefaultPolicy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Sets the headers before anything else runs.</summary>
    /// <param name="isHttps">Whether the server is reached by https.</param>
    public static Func<HttpContext, RequestDelegate, Task> Middleware(bool isHttps) => (context, next) =>
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = DefaultPolicy;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.CacheControl = "no-store";
        if (isHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        return next(context);
    };
}
