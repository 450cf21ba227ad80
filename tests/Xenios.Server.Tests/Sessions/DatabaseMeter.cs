using System.Diagnostics.Metrics;

namespace Xenios.Server.Tests.Sessions;

/// <summary>Counts what the server asks its database. The meter belongs to the process, so its tests run alone.</summary>
internal sealed class DatabaseMeter : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _reads;
    private long _commits;

    public DatabaseMeter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Xenios.Database")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, _, _) =>
            _ = instrument.Name == "xenios.database.commits" ? Interlocked.Add(ref _commits, count) : Interlocked.Add(ref _reads, count));
        _listener.Start();
    }

    public (long Commits, long Reads) Counts => (Interlocked.Read(ref _commits), Interlocked.Read(ref _reads));

    public void Dispose() => _listener.Dispose();
}

/// <summary>Tests that count process-wide run while no other test does.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneDefinition;
