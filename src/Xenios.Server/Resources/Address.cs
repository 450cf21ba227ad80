using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Xenios.Server.Resources;

/// <summary>
/// An absolute URI split as RFC 3986 appendix B does, host and all as they were written. <see cref="Uri"/> would rewrite <c>127.1</c> and
/// <c>%2e</c> before a rule could look at them.
/// </summary>
/// <param name="Scheme">Scheme in lower case.</param>
/// <param name="Authority">What stands between <c>//</c> and the path; null without <c>//</c>.</param>
/// <param name="Host">Host in lower case without port and user; empty where there is none.</param>
/// <param name="Path">Path as written.</param>
/// <param name="Query">Query without <c>?</c>, or null.</param>
/// <param name="HasFragment">Whether a <c>#</c> stands in it.</param>
internal sealed partial record Address(string Scheme, string? Authority, string Host, string Path, string? Query, bool HasFragment)
{
    /// <summary>Longest address read.</summary>
    public const int MaxLength = 2048;

    /// <summary>Whether a user or password stands before the host.</summary>
    public bool HasUser => Authority?.Contains('@', StringComparison.Ordinal) ?? false;

    /// <summary>Whether the host is this machine by its very name: 127.0.0.1, [::1], localhost or a name below it (RFC 6761 §6.3).</summary>
    public bool IsLoopback => IsLoopbackHost(Host);

    /// <summary>Whether a host is this machine by its very name.</summary>
    /// <param name="host">Host in lower case, without port.</param>
    public static bool IsLoopbackHost(string host) =>
        host is "127.0.0.1" or "[::1]" or "localhost" || (host.EndsWith(".localhost", StringComparison.Ordinal) && IsHost(host));

    /// <summary>Whether a text is a host: a DNS name in its ASCII form, an IPv4 address in its usual form, or an IPv6 address in brackets.</summary>
    /// <param name="host">Host in lower case, without port.</param>
    public static bool IsHost(string host)
    {
        if (host is ['[', .., ']'])
        {
            return IPAddress.TryParse(host[1..^1], out var six)
                && six.AddressFamily == AddressFamily.InterNetworkV6
                && !host.Contains('%', StringComparison.Ordinal);
        }

        if (host.Length > 253 || !HostForm().IsMatch(host))
        {
            return false;
        }

        // Browsers read a name whose last part is a number as an IPv4 address in one of many spellings (WHATWG URL §3.5).
        var last = host[(host.LastIndexOf('.') + 1)..];
        return !NumberForm().IsMatch(last) || (IPAddress.TryParse(host, out var four) && string.Equals(four.ToString(), host, StringComparison.Ordinal));
    }

    /// <summary>Reads an absolute URI; null when it is none, or has characters that browsers and servers read differently.</summary>
    /// <param name="text">The text.</param>
    public static Address? Read(string text)
    {
        if (text.Length > MaxLength || Form().Match(text) is not { Success: true } parts || !Uri.TryCreate(text, UriKind.Absolute, out _))
        {
            return null;
        }

        var authority = parts.Groups["authority"] is { Success: true } found ? found.Value : null;
        var host = "";
        if (authority is { Length: > 0 })
        {
            if (HostAndPort().Match(authority[(authority.LastIndexOf('@') + 1)..].ToLowerInvariant()) is not { Success: true } hostAndPort
                || (hostAndPort.Groups["port"] is { Success: true } port && int.Parse(port.ValueSpan, CultureInfo.InvariantCulture) is < 1 or > 65535))
            {
                return null;
            }

            host = hostAndPort.Groups["host"].Value;
        }

        return new Address(
            parts.Groups["scheme"].Value.ToLowerInvariant(),
            authority,
            host,
            parts.Groups["path"].Value,
            parts.Groups["query"] is { Success: true } query ? query.Value : null,
            parts.Groups["fragment"].Success);
    }

    [GeneratedRegex(
        @"\A(?<scheme>[A-Za-z][A-Za-z0-9+.-]{0,63}):(//(?<authority>[\x21-\x7E-[/?#\\]]*))?(?<path>[\x21-\x7E-[?#\\""<>^`{|}]]*)"
        + @"(\?(?<query>[\x21-\x7E-[#\\""<>^`{|}]]*))?(?<fragment>#.*)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    [GeneratedRegex(@"\A(?<host>\[[0-9a-f:.]+\]|[^:\[\]]+)(:(?<port>[0-9]{1,5}))?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex HostAndPort();

    [GeneratedRegex(
        @"\A[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex HostForm();

    [GeneratedRegex(@"\A([0-9]+|0x[0-9a-f]*)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex NumberForm();
}
