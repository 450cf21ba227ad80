using System.Collections.Frozen;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xenios.Server.Storage;

namespace Xenios.Server.Environments;

/// <summary>Holds the snapshots of all environments. A change on this node swaps them at once, one on another node within two seconds.</summary>
internal sealed partial class SnapshotCache(SnapshotBuilder builder, Database database, TimeProvider time, ILogger<SnapshotCache> logger) : BackgroundService
{
    // Who reads first is done first: otherwise what was read before a change could replace what was read after it.
    private readonly SemaphoreSlim _reading = new(1);
    private volatile Snapshots _current = new([]);

    /// <summary>Every environment.</summary>
    public IReadOnlyCollection<EnvironmentSnapshot> All => _current.BySlug.Values;

    /// <summary>The environment that the bare host is.</summary>
    public EnvironmentSnapshot Default => _current.Default ?? throw new InvalidOperationException("There is no environment yet.");

    /// <summary>The environment with a slug, or null.</summary>
    /// <param name="slug">Its slug.</param>
    public EnvironmentSnapshot? Find(string slug) => _current.BySlug.GetValueOrDefault(slug);

    /// <summary>Reads everything anew; called after each change made here.</summary>
    /// <param name="ct">Ends the reading.</param>
    public async Task ReloadAsync(CancellationToken ct)
    {
        await _reading.WaitAsync(ct);
        try
        {
            _current = new(await builder.ReadAllAsync(ct));
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Reads everything anew if another node changed something: one tiny query otherwise.</summary>
    /// <param name="ct">Ends the reading.</param>
    public async Task CompareAsync(CancellationToken ct)
    {
        var version = await database.ReadAsync(connection => connection.ExecuteScalarAsync<long?>("SELECT SUM(version) FROM environments"), ct);
        if (version != All.Sum(environment => environment.Version))
        {
            await ReloadAsync(ct);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _reading.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!database.IsPostgres)
        {
            // SQLite means one node: nobody else can have changed anything.
            return;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CompareAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Whatever it was, also a record that this node cannot open: it must not end the server, which goes on with what it knows.
                Log.Failed(logger, exception);
            }
        }
    }

    private sealed class Snapshots(IReadOnlyList<EnvironmentSnapshot> all)
    {
        public FrozenDictionary<string, EnvironmentSnapshot> BySlug { get; } = all.ToFrozenDictionary(environment => environment.Slug, StringComparer.Ordinal);

        public EnvironmentSnapshot? Default { get; } = all.FirstOrDefault(environment => environment.IsDefault);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 110, Level = LogLevel.Warning, Message = "The configuration could not be compared with the database; the next try is in two seconds")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
