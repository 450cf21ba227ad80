using System.Buffers.Binary;
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
using Xenios.Server.Storage;

namespace Xenios.Server.Hosting;

/// <summary>Bounds what strangers can make the server do: how much at once, and how many sign-ins one address may begin (threats L05).</summary>
internal static class RateLimits
{
    // Enough for every honest burst on two cores; what comes beyond waits, and beyond that is told to come back.
    private const int AtOnce = 64;
    private const int Waiting = 192;

    // Of these, one network. An application's back end is one: what of a burst is more waits here, and holds no place of the others.
    private const int AtOncePerNetwork = 16;
    private const int WaitingPerNetwork = 112;

    private const int BeginningsPerMinute = 300;
    private const ulong NoNetwork = ulong.MaxValue;

    /// <summary>Policy of the endpoints that clients call themselves.</summary>
    public const string Clients = "clients";

    /// <summary>Policy of the addresses where sign-ins begin.</summary>
    public const string Beginnings = "beginnings";

    /// <summary>Adds the limits.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="settings">Whether the server is this computer's own, where one address is everybody.</param>
    public static void Add(IServiceCollection services, HostSettings settings) => services.AddRateLimiter(_ => { }).AddOptions<RateLimiterOptions>().Configure<TimeProvider>((options, time) =>
    {
        Func<ulong, RateLimiter> minute = _ => new FixedWindow(time, BeginningsPerMinute, TimeSpan.FromMinutes(1));
        var all = AtMost(AtOnce, Waiting);
        Func<ulong, RateLimiter> anybody = _ => new WithinAll(null, all);
        Func<ulong, RateLimiter> share = _ => new WithinAll(AtMost(AtOncePerNetwork, WaitingPerNetwork), all);
        options.AddPolicy(Clients, context => Network(context, settings) is { } network ? RateLimitPartition.Get(network, share) : RateLimitPartition.Get(NoNetwork, anybody));
        options.AddPolicy(Beginnings, context => Network(context, settings) is { } network ? RateLimitPartition.Get(network, minute) : RateLimitPartition.GetNoLimiter(NoNetwork));
        options.OnRejected = (rejected, ct) => RefuseAsync(rejected, time, ct);
    });

    /// <summary>Applies the limits.</summary>
    /// <param name="app">Where to.</param>
    public static void Use(IApplicationBuilder app) => app.UseRateLimiter();

    /// <summary>What the limits of one network are counted under.</summary>
    /// <param name="context">The request.</param>
    /// <returns>Empty where nobody knows where the request comes from.</returns>
    public static string NetworkOf(HttpContext context) => Network(context) is { } network ? network.ToString("X", CultureInfo.InvariantCulture) : "";

    private static ConcurrencyLimiter AtMost(int atOnce, int waiting) => new(new ConcurrencyLimiterOptions { PermitLimit = atOnce, QueueLimit = waiting });

    // One household has a whole IPv6 network: its addresses count together. An IPv4 address counts as one, in whichever form the socket gives it; no
    // network of IPv6 begins with 32 zeros. Null for this computer where it is the only one served, and where nothing is known, as behind a local socket.
    private static ulong? Network(HttpContext context, HostSettings settings) =>
        settings.IsLoopback && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) ? null : Network(context);

    private static ulong? Network(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
        {
            return null;
        }

        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out var length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(octets)
            : address.IsIPv4MappedToIPv6 ? BinaryPrimitives.ReadUInt32BigEndian(octets[12..])
            : BinaryPrimitives.ReadUInt64BigEndian(octets);
    }

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, TimeProvider time, CancellationToken ct)
    {
        var response = rejected.HttpContext.Response;
        var policy = rejected.HttpContext.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName;
        Counters.Refusals.Add(1, new KeyValuePair<string, object?>("xenios.limit", policy));
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

    /// <summary>One network's share, and within it everybody's. Who waits for the share takes no place among all.</summary>
    private sealed class WithinAll(ConcurrencyLimiter? share, ConcurrencyLimiter all) : RateLimiter
    {
        public override TimeSpan? IdleDuration => share?.IdleDuration;

        public override RateLimiterStatistics? GetStatistics() => null;

        protected override RateLimitLease AttemptAcquireCore(int permitCount)
        {
            if (share is null)
            {
                return all.AttemptAcquire(permitCount);
            }

            var own = share.AttemptAcquire(permitCount);
            return own.IsAcquired ? Both(own, all.AttemptAcquire(permitCount)) : own;
        }

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
            share is null ? all.AcquireAsync(permitCount, cancellationToken) : AcquireBothAsync(share, permitCount, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                share?.Dispose();
            }
        }

        private async ValueTask<RateLimitLease> AcquireBothAsync(ConcurrencyLimiter share, int permitCount, CancellationToken ct)
        {
            var own = await share.AcquireAsync(permitCount, ct);
            if (!own.IsAcquired)
            {
                return own;
            }

            try
            {
                return Both(own, await all.AcquireAsync(permitCount, ct));
            }
            catch (OperationCanceledException)
            {
                own.Dispose();
                throw;
            }
        }

        private static RateLimitLease Both(RateLimitLease own, RateLimitLease among)
        {
            if (among.IsAcquired)
            {
                return new PairOfLeases(own, among);
            }

            own.Dispose();
            return among;
        }
    }

    private sealed class PairOfLeases(RateLimitLease own, RateLimitLease among) : RateLimitLease
    {
        public override bool IsAcquired => true;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = null;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            among.Dispose();
            own.Dispose();
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
