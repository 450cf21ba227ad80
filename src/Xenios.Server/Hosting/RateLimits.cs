using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.OpenId;

namespace Xenios.Server.Hosting;

/// <summary>Bounds what strangers can make the server do: how much at once, and how many sign-ins one address may begin (threats L05).</summary>
internal static class RateLimits
{
    // Enough for every honest burst on two cores; what comes beyond waits, and beyond that is told to come back.
    private const int AtOnce = 64;
    private const int Waiting = 192;
    private const int BeginningsPerMinute = 300;

    private static readonly string[] Beginnings = ["/oauth2/authorize", "/signin"];

    /// <summary>Adds the limits.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="settings">Whether the server is this computer's own, where one address is everybody.</param>
    public static void Add(IServiceCollection services, HostSettings settings) => services.AddRateLimiter(options =>
    {
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(context, settings));
        options.OnRejected = (rejected, ct) => RefuseAsync(rejected, ct);
    });

    /// <summary>Applies the limits.</summary>
    /// <param name="app">Where to.</param>
    public static void Use(IApplicationBuilder app) => app.UseRateLimiter();

    private static RateLimitPartition<string> Partition(HttpContext context, HostSettings settings)
    {
        var path = context.Request.Path.Value ?? "";
        if (OpenIdRoutes.ClientEndpoints.Contains(path, StringComparer.Ordinal))
        {
            return RateLimitPartition.GetConcurrencyLimiter("costly", _ => new ConcurrencyLimiterOptions { PermitLimit = AtOnce, QueueLimit = Waiting });
        }

        var address = context.Connection.RemoteIpAddress;
        var counts = Beginnings.Contains(path, StringComparer.Ordinal) && address is not null && !(settings.IsLoopback && IPAddress.IsLoopback(address));
        return counts
            ? RateLimitPartition.GetFixedWindowLimiter(
                $"begin {Network(address!)}", _ => new FixedWindowRateLimiterOptions { PermitLimit = BeginningsPerMinute, Window = TimeSpan.FromMinutes(1) })
            : RateLimitPartition.GetNoLimiter("free");
    }

    // One household has a whole IPv6 network: its addresses count together.
    private static string Network(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken ct)
    {
        var response = rejected.HttpContext.Response;
        var seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)after.TotalSeconds) : 1;
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (OpenIdRoutes.ClientEndpoints.Contains(rejected.HttpContext.Request.Path.Value ?? "", StringComparer.Ordinal))
        {
            response.ContentType = "application/json";
            await response.WriteAsync("""{"error":"temporarily_unavailable","error_description":"Too many requests at once; try again shortly."}""", ct);
        }
        else
        {
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync("Too many sign-ins were begun from your network. Try again in a minute.", ct);
        }
    }
}
