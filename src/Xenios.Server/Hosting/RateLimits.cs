using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Environments;
using Xenios.Server.OpenId;
using Xenios.Server.SignIn;

namespace Xenios.Server.Hosting;

/// <summary>Bounds what strangers can make the server do: how much at once, and how many sign-ins one address may begin (threats L05).</summary>
internal static class RateLimits
{
    // Enough for every honest burst on two cores; what comes beyond waits, and beyond that is told to come back.
    private const int AtOnce = 64;
    private const int Waiting = 192;
    private const int BeginningsPerMinute = 300;

    /// <summary>Policy of the endpoints that clients call themselves.</summary>
    public const string Clients = "clients";

    /// <summary>Policy of the addresses where sign-ins begin.</summary>
    public const string Beginnings = "beginnings";

    /// <summary>Adds the limits.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="settings">Whether the server is this computer's own, where one address is everybody.</param>
    public static void Add(IServiceCollection services, HostSettings settings) => services.AddRateLimiter(_ => { }).AddOptions<RateLimiterOptions>().Configure<TimeProvider>((options, time) =>
    {
        Func<string, RateLimiter> minute = _ => new FixedWindow(time, BeginningsPerMinute, TimeSpan.FromMinutes(1));
        options.AddPolicy(Clients, _ => RateLimitPartition.GetConcurrencyLimiter("all", _ => new ConcurrencyLimiterOptions { PermitLimit = AtOnce, QueueLimit = Waiting }));
        options.AddPolicy(Beginnings, context => context.Connection.RemoteIpAddress is { } address && !(settings.IsLoopback && IPAddress.IsLoopback(address))
            ? RateLimitPartition.Get(Network(address), minute)
            : RateLimitPartition.GetNoLimiter(""));
        options.OnRejected = (rejected, ct) => RefuseAsync(rejected, time, ct);
    });

    /// <summary>Applies the limits.</summary>
    /// <param name="app">Where to.</param>
    public static void Use(IApplicationBuilder app) => app.UseRateLimiter();

    /// <summary>What the limits of one network are counted under.</summary>
    /// <param name="context">The request.</param>
    /// <returns>Empty where nobody knows where the request comes from.</returns>
    public static string NetworkOf(HttpContext context) => context.Connection.RemoteIpAddress is { } address ? Network(address) : "";

    // One household has a whole IPv6 network: its addresses count together. An IPv4 address counts as one, in whichever form the socket gives it.
    private static string Network(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString()
        : address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, TimeProvider time, CancellationToken ct)
    {
        var response = rejected.HttpContext.Response;
        var seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (OpenIdRoutes.ClientEndpoints.Contains(rejected.HttpContext.Request.Path.Value ?? "", StringComparer.Ordinal))
        {
            response.ContentType = "application/json";
            await response.WriteAsync("""{"error":"temporarily_unavailable","error_description":"Too many requests at once; try again shortly."}""", ct);
        }
        else
        {
            var context = rejected.HttpContext;
            await PageRenderer.TooMany(context, context.Features.Get<EnvironmentContext>()!, time.GetUtcNow() + TimeSpan.FromSeconds(seconds)).ExecuteAsync(context);
        }
    }

    /// <summary>So many within a window that begins with the first, by the server's clock; the framework's own goes by the computer's.</summary>
    private sealed class FixedWindow(TimeProvider time, int permits, TimeSpan window) : RateLimiter
    {
        private readonly Lock _lock = new();
        private DateTimeOffset _ends;
        private int _used;

        public override TimeSpan? IdleDuration
        {
            get
            {
                lock (_lock)
                {
                    return time.GetUtcNow() - _ends is { Ticks: > 0 } idle ? idle : null;
                }
            }
        }

        public override RateLimiterStatistics? GetStatistics() => null;

        protected override RateLimitLease AttemptAcquireCore(int permitCount)
        {
            lock (_lock)
            {
                var now = time.GetUtcNow();
                if (now >= _ends)
                {
                    (_ends, _used) = (now + window, 0);
                }

                return _used + permitCount > permits ? new Lease(_ends - now) : Take(permitCount);
            }
        }

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new(AttemptAcquireCore(permitCount));

        private Lease Take(int count)
        {
            _used += count;
            return Lease.Granted;
        }
    }

    private sealed class Lease(TimeSpan? retryAfter) : RateLimitLease
    {
        public static readonly Lease Granted = new(null);

        public override bool IsAcquired => retryAfter is null;

        public override IEnumerable<string> MetadataNames => retryAfter is null ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = metadataName == MetadataName.RetryAfter.Name ? retryAfter : null;
            return metadata is not null;
        }
    }
}
