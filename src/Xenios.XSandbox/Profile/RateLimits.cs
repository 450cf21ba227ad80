using System.Globalization;
using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Http;

namespace Xenios.XSandbox.Profile;

/// <summary>X's limit on profile calls: 75 in 15 minutes for each person and app (x-platform §2.6).</summary>
internal sealed class RateLimits(XSandboxOptions options)
{
    public const int Limit = 75;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private readonly ExpiringStore<Count> _counts = new(10_000, Window, options.Time);

    /// <summary>Counts one call and writes the headers; false when it is one too many.</summary>
    public bool TryCount(HttpContext http, string endpoint, string appId, string personId)
    {
        var key = $"{endpoint} {appId} {personId}";
        var count = _counts.Find(key);
        while (count is null)
        {
            _counts.TryAdd(key, new Count(options.Time.GetUtcNow() + Window));
            count = _counts.Find(key);
        }

        var calls = Interlocked.Increment(ref count.Calls);
        Write(http.Response.Headers, Math.Max(0, Limit - calls), count.Reset);
        return calls <= Limit;
    }

    public void Reset() => _counts.Clear();

    public static void Write(IHeaderDictionary headers, int remaining, DateTimeOffset reset)
    {
        headers["x-rate-limit-limit"] = Limit.ToString(CultureInfo.InvariantCulture);
        headers["x-rate-limit-remaining"] = remaining.ToString(CultureInfo.InvariantCulture);
        headers["x-rate-limit-reset"] = reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
    }

    private sealed class Count(DateTimeOffset reset)
    {
        public int Calls;

        public DateTimeOffset Reset { get; } = reset;
    }
}
