namespace Xenios.XSandbox.Apps;

/// <summary>Which callback addresses X lets an app register, and when a request's address is one of them (x-platform §4.3, §3.2).</summary>
internal static class CallbackRules
{
    /// <summary>How many callbacks an app may have.</summary>
    public const int Limit = 10;

    private const int LongestCallback = 2000;

    private static readonly HashSet<string> ForbiddenSchemes = new(StringComparer.OrdinalIgnoreCase)
    {
        "vbscript", "javascript", "vbs", "data", "mocha", "keyword", "livescript", "ftp", "file", "gopher", "acrobat", "callto", "daap", "itpc",
        "itms", "firefoxurl", "hcp", "ldap", "mailto", "mmst", "mmsu", "msbd", "rtsp", "mso-offdap", "snews", "news", "nntp", "outlook", "stssync",
        "rlogin", "telnet", "tn3270", "shell", "sip",
    };

    /// <summary>Why an address cannot be registered, or null when it can.</summary>
    public static string? Problem(string callback)
    {
        if (callback.Length is 0 or > LongestCallback || !IsPrintable(callback) || !Uri.TryCreate(callback, UriKind.Absolute, out var uri))
        {
            return "is not an absolute address";
        }

        if (ForbiddenSchemes.Contains(uri.Scheme))
        {
            return $"uses the scheme {uri.Scheme}, which X forbids";
        }

        if (callback.Contains('?', StringComparison.Ordinal))
        {
            return "has a query, which X does not let you register";
        }

        if (callback.Contains('#', StringComparison.Ordinal))
        {
            return "has a fragment";
        }

        var hasTarget = uri.Host.Length > 0 || uri.AbsolutePath.Trim('/').Length > 0;
        return hasTarget ? null : "has neither host nor path";
    }

    /// <summary>OAuth 2.0 compares every character.</summary>
    public static bool Allows(SandboxApp app, string redirectUri) => app.Callbacks.Contains(redirectUri, StringComparer.Ordinal);

    /// <summary>OAuth 1.0a lets the address of a request carry a query that the registered one does not have.</summary>
    public static bool AllowsWithQuery(SandboxApp app, string callback)
    {
        var query = callback.IndexOf('?', StringComparison.Ordinal);
        return callback.Length <= LongestCallback
            && IsPrintable(callback)
            && !callback.Contains('#', StringComparison.Ordinal)
            && app.Callbacks.Contains(query < 0 ? callback : callback[..query], StringComparer.Ordinal);
    }

    // The address ends in a Location header.
    private static bool IsPrintable(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
