namespace Xenios.Server.Resources;

/// <summary>
/// Which addresses may be registered: where responses go, where the server calls, which pages may call it. Each rule answers what is wrong, or
/// null.
/// </summary>
internal static class AddressRules
{
    private const string NotAbsolute = "an absolute address is needed, in ASCII, for example https://shop.example/callback";
    private static readonly HashSet<string> ResponseParameters = new(StringComparer.OrdinalIgnoreCase) { "code", "state", "iss", "error" };

    /// <summary>What is wrong with a redirect URI (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §4.1).</summary>
    /// <param name="uri">The address.</param>
    /// <param name="native">Whether the application is native and may use a private-use scheme.</param>
    public static string? Redirect(string uri, bool native)
    {
        if (Common(uri) is { } mistake)
        {
            return mistake;
        }

        var address = Address.Read(uri)!;
        if (address.Query is { } query && query.Split('&', ';').Any(pair => ResponseParameters.Contains(Name(pair))))
        {
            return "code, state, iss and error must not stand in the query; responses carry them";
        }

        return address.Scheme switch
        {
            "https" or "http" => WebScheme(address),
            _ when !native => "only https, and http on a loopback host, may be registered; other schemes are for native applications",

            // RFC 8252 §7.1: a private-use scheme is a reversed domain name, which keeps javascript:, data: and the like out.
            _ => address.Scheme.Contains('.', StringComparison.Ordinal)
                ? null
                : "a private-use scheme must be a reversed domain name, for example com.example.app:/callback",
        };
    }

    /// <summary>What is wrong with an address that is called or shown: https, or http on a loopback host.</summary>
    /// <param name="uri">The address.</param>
    public static string? Web(string uri) =>
        Common(uri) ?? (Address.Read(uri) is { Scheme: "https" or "http" } address ? WebScheme(address) : "only https, and http on a loopback host, is allowed");

    /// <summary>What is wrong with an issuer (RFC 8414 §2).</summary>
    /// <param name="uri">The address.</param>
    public static string? Issuer(string uri) => Web(uri) ?? (Address.Read(uri)!.Query is null ? null : "an issuer has no query");

    /// <summary>What is wrong with an origin: scheme, host and port, nothing after.</summary>
    /// <param name="uri">The address.</param>
    public static string? Origin(string uri) =>
        Web(uri) ?? (Address.Read(uri) is { Path: "", Query: null }
            ? null
            : "only scheme, host and port may stand here, without a path and without a slash at the end");

    /// <summary>What is wrong with the host of a domain, in lower case and with a port where it is not the scheme's own.</summary>
    /// <param name="host">The host.</param>
    public static string? Host(string host) =>
        Address.Read($"https://{host}") is { HasUser: false, Path: "", Query: null, HasFragment: false } address
        && Address.IsHost(address.Host)
        && string.Equals(address.Authority, host.ToLowerInvariant(), StringComparison.Ordinal)
            ? null
            : "a host name is needed in lower case, for example login.acme.example; names beyond ASCII in their xn-- form";

    private static string? Common(string uri)
    {
        if (uri.Length > Address.MaxLength)
        {
            return "an address may have 2,048 characters";
        }

        return Address.Read(uri) switch
        {
            null => NotAbsolute,
            { HasFragment: true } => "a fragment (#) is not allowed",
            { HasUser: true } => "a user or password before the host is not allowed",
            { Host: "", Scheme: "http" or "https" } => NotAbsolute,
            { Host: { Length: > 0 } host } when !Address.IsHost(host) =>
                "the host is not a plain name or address; names beyond ASCII are written in their xn-- form, wildcards are not allowed",
            _ => null,
        };
    }

    private static string? WebScheme(Address address) =>
        address.Scheme == "https" || address.IsLoopback ? null : "http is allowed for loopback hosts only (127.0.0.1, [::1], localhost); use https";

    /// <summary>The name of a query parameter as a server would read it: decoded, without an index in brackets.</summary>
    private static string Name(string pair) => Uri.UnescapeDataString(pair.Split('=')[0].Replace('+', ' ')).Split('[')[0].Trim();
}
