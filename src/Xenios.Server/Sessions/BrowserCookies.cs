using Microsoft.AspNetCore.Http;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;

namespace Xenios.Server.Sessions;

/// <summary>Our cookies: random handles, the session's beginning with its time, never data. On https they carry <c>__Host-</c>, so no sibling host can plant one (threats G02); their names carry the environment.</summary>
/// <remarks>Over http, which is only served to this computer, they are plain: some browsers and most scripts drop Secure cookies there.</remarks>
internal static class BrowserCookies
{
    /// <summary>Ties journeys to a browser.</summary>
    public const string Browser = "browser";

    /// <summary>The signed-in session.</summary>
    public const string Session = "session";

    /// <summary>A setup link that was opened here and not used yet.</summary>
    public const string Setup = "setup";

    /// <summary>The connection last used here, only to show it first.</summary>
    public const string LastUsed = "last";

    /// <summary>The value of one of our cookies.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="purpose">Which cookie.</param>
    /// <returns>Null when it is absent, has an impossible value, or came twice, as a planted one would.</returns>
    public static string? Read(HttpContext context, EnvironmentContext environment, string purpose)
    {
        // Taken from the header itself: the framework's collection ignores case, and of two names that differ in nothing else the last would win.
        var name = Name(environment, purpose);
        string? value = null;
        foreach (var header in context.Request.Headers.Cookie)
        {
            foreach (var range in header.AsSpan().Split(';'))
            {
                var pair = header.AsSpan()[range].Trim(' ');
                if (pair.Length > name.Length && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.Ordinal))
                {
                    if (value is not null)
                    {
                        return null;
                    }

                    value = pair[(name.Length + 1)..].ToString();
                }
            }
        }

        return value is { Length: > 0 and <= 64 } ? value : null;
    }

    /// <summary>Sets one of our cookies.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="purpose">Which cookie.</param>
    /// <param name="value">Its value.</param>
    /// <param name="maxAge">How long the browser keeps it; null until it is closed.</param>
    public static void Write(HttpContext context, EnvironmentContext environment, string purpose, string value, TimeSpan? maxAge = null) =>
        context.Response.Cookies.Append(Name(environment, purpose), value, Options(environment, maxAge));

    /// <summary>Removes one of our cookies.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="purpose">Which cookie.</param>
    public static void Delete(HttpContext context, EnvironmentContext environment, string purpose) =>
        context.Response.Cookies.Delete(Name(environment, purpose), Options(environment, null));

    /// <summary>The browser's handle, given to it now if it has none.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    public static string EnsureBrowser(HttpContext context, EnvironmentContext environment)
    {
        if (Read(context, environment, Browser) is { } known)
        {
            return known;
        }

        var handle = Secrets.New();
        Write(context, environment, Browser, handle);
        return handle;
    }

    private static string Name(EnvironmentContext environment, string purpose) =>
        $"{(environment.IsHttps ? "__Host-" : "")}xenios-{purpose}-{environment.Snapshot.Id}";

    private static CookieOptions Options(EnvironmentContext environment, TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        Secure = environment.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = maxAge,
        IsEssential = true,
    };
}
