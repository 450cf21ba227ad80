using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Xenios.Server.Hosting;

/// <summary>The one way out: no redirects, no cookies, no proxy, private addresses refused when connecting unless they are allowed (threats K01).</summary>
internal sealed class OutgoingHttp : IDisposable
{
    /// <summary>The usual <see cref="VisitLimit"/>; pages tell people about it.</summary>
    public static readonly TimeSpan DefaultVisitLimit = TimeSpan.FromSeconds(10);

    private static readonly IPNetwork[] Refused =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",

            // IPv6 that is no address of its own: unspecified, loopback and IPv4-compatible; NAT64; discard; Teredo and protocol assignments; documentation; 6to4.
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
            "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    private readonly HostSettings _settings;
    private readonly Func<bool> _allowLoopback;
    private readonly Lazy<HttpClient> _own;

    /// <summary>Makes the client.</summary>
    /// <param name="settings">Which private hosts and networks are allowed.</param>
    /// <param name="allowLoopback">Whether this computer may be called: outside production only.</param>
    public OutgoingHttp(HostSettings settings, Func<bool> allowLoopback)
        : this(settings, allowLoopback, null)
    {
    }

    /// <summary>Makes the client with a handler of the test's own.</summary>
    /// <param name="settings">Which private hosts and networks are allowed.</param>
    /// <param name="allowLoopback">Whether this computer may be called.</param>
    /// <param name="handler">Answers instead of the network; null for the network.</param>
    public OutgoingHttp(HostSettings settings, Func<bool> allowLoopback, HttpMessageHandler? handler)
    {
        _settings = settings;
        _allowLoopback = allowLoopback;
        Client = Make(handler ?? Handler(settings, ConnectAsync));
        _own = new(() => Make(handler ?? Handler(settings, (context, ct) => ConnectAsync(context, guarded: false, ct))));
    }

    /// <summary>The guarded client.</summary>
    public HttpClient Client { get; }

    /// <summary>A client that may connect to any address, for this server's own <c>Url</c> and for nothing that anybody else can name.</summary>
    public HttpClient Own => _own.Value;

    /// <summary>How long one visit to an upstream may take in all.</summary>
    public TimeSpan VisitLimit { get; init; } = DefaultVisitLimit;

    private static SocketsHttpHandler Handler(HostSettings settings, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 64,

        // Calls are traced only where traces leave, and never tell the other side of it.
        ActivityHeadersPropagator = settings.OtlpEndpoint is null ? null : DistributedContextPropagator.CreateNoOutputPropagator(),
        ConnectCallback = connect,
    };

    private static HttpClient Make(HttpMessageHandler handler)
    {
        var client = new HttpClient(handler) { Timeout = DefaultVisitLimit, DefaultRequestVersion = HttpVersion.Version11 };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Xenios/1.0");
        return client;
    }

    /// <summary>Whether an address may be connected to.</summary>
    /// <param name="address">A resolved address.</param>
    /// <param name="host">The name it was resolved from.</param>
    public bool IsAllowed(IPAddress address, string host)
    {
        var real = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return !Array.Exists(Refused, network => network.Contains(real))
            || (IPAddress.IsLoopback(real) && _allowLoopback())
            || _settings.PrivateHosts.Contains(host, StringComparer.OrdinalIgnoreCase)
            || _settings.PrivateNetworks.Any(network => network.Contains(real));
    }

    /// <summary>Whether an address may be called as far as it can be told without resolving a name: false for a private address written out.</summary>
    /// <param name="uri">An absolute address.</param>
    public bool MayCall(Uri uri) =>
        uri.IsLoopback ? IsAllowed(IPAddress.Loopback, uri.IdnHost) : !IPAddress.TryParse(uri.IdnHost, out var address) || IsAllowed(address, uri.IdnHost);

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        if (_own.IsValueCreated)
        {
            _own.Value.Dispose();
        }
    }

    // Resolved once, and connected to exactly that address: a name cannot change its mind in between.
    private ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct) => ConnectAsync(context, guarded: true, ct);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, bool guarded, CancellationToken ct)
    {
        var host = context.DnsEndPoint.Host;

        // Browsers resolve *.localhost to this computer; so do we, whatever the system's resolver thinks.
        var addresses = host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ? [IPAddress.Loopback] : await Dns.GetHostAddressesAsync(host, ct);
        if (addresses.Length == 0 || (guarded && !addresses.All(address => IsAllowed(address, host))))
        {
            throw new ForbiddenAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>An outgoing call was about to connect to an address that is not allowed.</summary>
internal sealed class ForbiddenAddressException() : IOException("the address is private; allow it with Outgoing:AllowPrivate");
