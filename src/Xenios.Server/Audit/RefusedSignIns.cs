using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xenios.Server.Environments;
using Xenios.Server.Storage;

namespace Xenios.Server.Audit;

/// <summary>
/// Refusals that no sign-in stands behind: a bad link, an unknown host, a stale form. Anybody can cause them as often as they like, so they wait in memory, are
/// written once a second, and beyond a number are dropped and counted (decision 8). Where a sign-in has the same support code, that one is kept.
/// </summary>
internal sealed partial class RefusedSignIns(Database database, TimeProvider time, ILogger<RefusedSignIns> logger) : BackgroundService
{
    /// <summary>Most that wait.</summary>
    public const int MostWaiting = 1000;

    /// <summary>Most that are taken in within a minute.</summary>
    public const int MostPerMinute = 3000;

    private const int Batch = 200;
    private const int LongestAddress = 500;

    private static readonly Meter Meter = new("Xenios.SignIns");
    private static readonly Counter<long> DroppedCounter = Meter.CreateCounter<long>("xenios.sign_ins.dropped", description: "Refusals that were not written to the timeline because there were too many.");

    private readonly Channel<(string Environment, SignInRecord Record)> _waiting = Channel.CreateBounded<(string, SignInRecord)>(new BoundedChannelOptions(MostWaiting) { SingleReader = false });
    private readonly Lock _lock = new();
    private DateTimeOffset _windowEnds;
    private int _inWindow;
    private long _dropped;
    private long _said;

    /// <summary>How many were dropped since the start.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Takes in a page that says something went wrong; never waits, never fails.</summary>
    /// <param name="context">The request it answers.</param>
    /// <param name="page">State id of the page; null where the answer is none.</param>
    /// <param name="supportCode">The code it shows, in either form.</param>
    /// <param name="error">Its stable code.</param>
    public static void Note(HttpContext context, string? page, string supportCode, string error)
    {
        if (context.RequestServices.GetService<RefusedSignIns>() is { } refused && SupportCode.TryRead(supportCode, out var code))
        {
            // A host that is not ours has no environment: what its page says is the default one's.
            var snapshot = context.Features.Get<EnvironmentContext>()?.Snapshot ?? context.RequestServices.GetRequiredService<SnapshotCache>().Default;
            var client = context.Request.Query["client_id"] is [{ } named] && snapshot.Clients.ContainsKey(named) ? named : null;
            refused.Take(snapshot.Id, client, page, code, error, client is null ? null : Sent(context.Request));
        }
    }

    /// <summary>Writes what waits.</summary>
    /// <param name="ct">Ends the wait for the start.</param>
    public async Task FlushAsync(CancellationToken ct)
    {
        var batch = new List<(string Environment, SignInRecord Record)>(Batch);
        do
        {
            batch.Clear();
            while (batch.Count < Batch && _waiting.Reader.TryRead(out var one))
            {
                batch.Add(one);
            }

            if (batch.Count > 0)
            {
                await database.WriteAsync(
                    async scope =>
                    {
                        foreach (var (environment, record) in batch)
                        {
                            await SignInTimeline.AddAsync(environment, record, scope);
                        }

                        return true;
                    },
                    ct);
            }
        }
        while (batch.Count == Batch);

        if (Dropped is var dropped && dropped > _said)
        {
            Log.Dropped(logger, dropped - _said, dropped);
            _said = dropped;
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryFlushAsync(stoppingToken);
        }
    }

    private async Task TryFlushAsync(CancellationToken ct)
    {
        try
        {
            await FlushAsync(ct);
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException)
        {
            Log.Failed(logger, exception);
        }
    }

    // Whoever must register the address has to see which one came; what stands behind its path is nobody's business.
    private static string? Sent(HttpRequest request) =>
        request.Query["redirect_uri"] is [{ Length: <= LongestAddress } sent] && Uri.TryCreate(sent, UriKind.Absolute, out var address) && address.UserInfo.Length == 0
            ? address.GetLeftPart(UriPartial.Path)
            : null;

    private void Take(string environment, string? client, string? page, string code, string error, string? redirectUri)
    {
        var now = time.GetUtcNow();
        var outcome = error == "internal_error" ? HopOutcome.Failed : HopOutcome.Refused;
        var record = new SignInRecord
        {
            SupportCode = code,
            ClientId = client,
            Outcome = outcome == HopOutcome.Failed ? "failed" : "refused",
            ErrorCode = error,
            Hops = [Hop.Of(page is null ? HopKind.Answered : HopKind.Page, now, ("page", page), ("application", client), ("redirect_uri", redirectUri)).Ended(outcome, error)],
        };
        if (!IsWithinLimit(now) || !_waiting.Writer.TryWrite((environment, record)))
        {
            Interlocked.Increment(ref _dropped);
            DroppedCounter.Add(1);
        }
    }

    private bool IsWithinLimit(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (now >= _windowEnds)
            {
                (_windowEnds, _inWindow) = (now.AddMinutes(1), 0);
            }

            return ++_inWindow <= MostPerMinute;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 250, Level = LogLevel.Warning, Message = "{Count} refusals were not written to the timeline because there were too many; {Total} since the start")]
        public static partial void Dropped(ILogger logger, long count, long total);

        [LoggerMessage(EventId = 251, Level = LogLevel.Warning, Message = "Refusals could not be written to the timeline and are lost")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
