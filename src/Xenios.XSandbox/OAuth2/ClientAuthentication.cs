using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Http;

namespace Xenios.XSandbox.OAuth2;

/// <summary>Which app calls the token endpoint: Basic for apps with a secret, the body for apps without, nothing else (x-platform §1.2).</summary>
internal static class ClientAuthentication
{
    /// <summary>The app, or null when X would answer "Missing valid authorization header".</summary>
    public static SandboxApp? Authenticate(HttpContext http, Parameters form, AppRegistry apps)
    {
        var notes = CallNotes.Of(http);
        var header = http.Request.Headers.Authorization;
        var (app, reason) = header.Count == 0 ? FromBody(form, apps) : FromBasic(header.ToString(), form, apps);
        if (app is { Suspended: true } or { OAuth2: false })
        {
            (app, reason) = (null, "the app is suspended or has OAuth 2.0 switched off");
        }

        (notes.App, notes.Reason) = (app?.ClientId ?? notes.App, reason);
        return app;
    }

    private static (SandboxApp? App, string? Reason) FromBasic(string header, Parameters form, AppRegistry apps)
    {
        if (Decode(header) is not { } pair)
        {
            return (null, "the Authorization header is not a well-formed Basic header");
        }

        if (apps.ByClientId(pair.Id) is not { } app)
        {
            return (null, "the client id in the Authorization header belongs to no app");
        }

        if (app.ClientSecret is not { } secret)
        {
            return (null, "the app is public: send client_id in the body and no header");
        }

        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(pair.Secret)))
        {
            return (null, "the client secret is wrong");
        }

        return form["client_id"] is { } id && !id.Equals(app.ClientId, StringComparison.Ordinal)
            ? (null, "client_id in the body is not the one in the Authorization header")
            : (app, null);
    }

    private static (SandboxApp? App, string? Reason) FromBody(Parameters form, AppRegistry apps)
    {
        if (apps.ByClientId(form["client_id"]) is not { } app)
        {
            return (null, "no Authorization header, and no known client_id in the body");
        }

        if (!app.IsPublic)
        {
            return (null, "the app is confidential: send its secret in a Basic header, not in the body");
        }

        return form["client_secret"] is null ? (app, null) : (null, "the app is public and must not send a secret");
    }

    private static (string Id, string Secret)? Decode(string header)
    {
        const string Scheme = "Basic ";
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || header.Length > 2000)
        {
            return null;
        }

        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Scheme.Length..].Trim(), bytes, out var length))
        {
            return null;
        }

        // Some clients percent-encode both halves first (RFC 6749 §2.3.1); in X's alphabets that changes nothing.
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : (text[..colon], text[(colon + 1)..]);
    }
}
