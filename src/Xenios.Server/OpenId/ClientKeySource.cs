using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Xenios.Protocol;
using Xenios.Server.Hosting;

namespace Xenios.Server.OpenId;

/// <summary>Finds a client's public keys: registered ones at once, published ones by a guarded call whose answer is kept (threats K01 to K03).</summary>
internal sealed partial class ClientKeySource(OutgoingHttp http, TimeProvider time, ILogger<ClientKeySource> logger)
{
    private const int MaxBody = 256 * 1024;
    private const int MostAddresses = 1000;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    // A publisher that is down for a while must not lock its client out; one that withdrew a key must be believed in the end.
    private static readonly TimeSpan Stale = TimeSpan.FromHours(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenRefetches = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Uri, Published> _published = new();

    /// <summary>The client's keys; null when it has none or they cannot be had.</summary>
    /// <param name="client">A client with <c>private_key_jwt</c>.</param>
    /// <param name="ct">Ends the wait.</param>
    public async ValueTask<ClientKeys?> FindAsync(Client client, CancellationToken ct) =>
        client.JwksUri is { } uri ? await ReadAsync(uri, null, ct) : client.Keys;

    /// <summary>Published keys anew, because none of those at hand fits: a client that changes its keys is not kept waiting. Once a minute at most.</summary>
    /// <param name="client">The client.</param>
    /// <param name="seen">What <see cref="FindAsync"/> gave.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Other keys than those seen, or null.</returns>
    public async ValueTask<ClientKeys?> FindAgainAsync(Client client, ClientKeys seen, CancellationToken ct) =>
        client.JwksUri is { } uri && await ReadAsync(uri, seen, ct) is { } keys && keys != seen ? keys : null;

    private async Task<ClientKeys?> ReadAsync(Uri uri, ClientKeys? seen, CancellationToken ct)
    {
        if (_published.Count > MostAddresses)
        {
            _published.Clear(); // addresses that were registered once; the live ones are fetched again
        }

        var published = _published.GetOrAdd(uri, _ => new Published());
        if (seen is null && published.Keys is { } current && time.GetUtcNow() - published.FetchedAt < Fresh)
        {
            return current;
        }

        await published.Gate.WaitAsync(ct);
        try
        {
            var now = time.GetUtcNow();
            var wanted = seen is null
                ? published.Keys is null || now - published.FetchedAt >= Fresh
                : published.Keys == seen && now - published.RefetchedAt >= BetweenRefetches;
            if (wanted && now - published.FailedAt >= AfterFailure)
            {
                published.RefetchedAt = seen is null ? published.RefetchedAt : now;
                if (await FetchAsync(uri, ct) is { } keys)
                {
                    (published.Keys, published.FetchedAt) = (keys, now);
                }
                else
                {
                    published.FailedAt = now;
                }
            }

            return published.Keys is not null && now - published.FetchedAt < Stale ? published.Keys : null;
        }
        finally
        {
            published.Gate.Release();
        }
    }

    private async Task<ClientKeys?> FetchAsync(Uri uri, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.Accept.ParseAdd("application/jwk-set+json, application/json");
            using var response = await http.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) != true)
            {
                Log.Unusable(logger, uri.Host, $"HTTP {(int)response.StatusCode}, no JSON");
                return null;
            }

            await response.Content.LoadIntoBufferAsync(MaxBody, limit.Token);
            var keys = ClientKeys.Read(await response.Content.ReadAsByteArrayAsync(limit.Token));
            if (keys is null)
            {
                Log.Unusable(logger, uri.Host, "no JSON Web Key Set");
            }

            return keys;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            Log.Unusable(logger, uri.Host, exception is OperationCanceledException ? "no answer in time" : exception.InnerException?.Message ?? exception.Message);
            return null;
        }
    }

    /// <summary>What is known of one address. Times begin long ago, so that nothing waits at first.</summary>
    private sealed class Published
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public ClientKeys? Keys { get; set; }

        public DateTimeOffset FetchedAt { get; set; }

        public DateTimeOffset FailedAt { get; set; }

        public DateTimeOffset RefetchedAt { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 223, Level = LogLevel.Warning, Message = "Keys of a client could not be read from {Host}: {Reason}")]
        public static partial void Unusable(ILogger logger, string host, string reason);
    }
}
