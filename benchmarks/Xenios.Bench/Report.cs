using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Xenios.Bench;

/// <summary>One line of the report.</summary>
/// <param name="Database"><c>SQLite</c> or <c>PostgreSQL</c>.</param>
/// <param name="Operation">What was done.</param>
/// <param name="Cost">What it cost.</param>
/// <param name="FloorMs">The floor in milliseconds: the sum without its factor.</param>
/// <param name="FloorText">The floor as it is written in the targets.</param>
/// <param name="Target">How many floors it may cost at most; null when nothing was set.</param>
internal sealed record Line(string Database, string Operation, Cost Cost, double FloorMs, string FloorText, double? Target)
{
    /// <summary>How many floors it cost.</summary>
    public double Floors => Cost.CpuMs / FloorMs;
}

/// <summary>What is known of a started server besides its operations.</summary>
/// <param name="Database"><c>SQLite</c> or <c>PostgreSQL</c>.</param>
/// <param name="StartMs">Milliseconds from its start, on an existing database, to its first answer to discovery.</param>
/// <param name="IdleAnonMiB">Private memory after that answer.</param>
/// <param name="IdleResidentMiB">Resident memory after that answer.</param>
/// <param name="LoadedAnonMiB">Private memory after the load.</param>
/// <param name="LoadedResidentMiB">Resident memory after the load.</param>
internal sealed record Started(string Database, double StartMs, double IdleAnonMiB, double IdleResidentMiB, double LoadedAnonMiB, double LoadedResidentMiB);

/// <summary>Everything one run found.</summary>
/// <param name="Floor">The floors.</param>
/// <param name="Lines">The operations.</param>
/// <param name="Started">The servers.</param>
internal sealed record Report(Floor Floor, IReadOnlyList<Line> Lines, IReadOnlyList<Started> Started)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The report as a table in Markdown.</summary>
    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Floors, CPU ms: h {Floor.H:F4} (bare Kestrel GET) · s {Floor.S:F4} (ES256 signature) · v {Floor.V:F4} (ES256 verification) · c {Floor.C:F4} (SQLite commit) · u {Floor.U:F4} (outgoing call){(Floor.P is { } p ? string.Create(CultureInfo.InvariantCulture, $" · p {p:F4} (PostgreSQL commit, our side)") : "")}");
        text.AppendLine();
        text.AppendLine("| database | operation | CPU ms | floor | × floor | at most | | per second | p50 ms | p99 ms |");
        text.AppendLine("| --- | --- | ---: | --- | ---: | ---: | --- | ---: | ---: | ---: |");
        foreach (var line in Lines)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {line.Database} | {line.Operation} | {line.Cost.CpuMs:F3} | {line.FloorText} = {line.FloorMs:F3} | {line.Floors:F2} | {line.Target:F1} | {(line.Target is null ? "" : line.Floors <= line.Target ? "✓" : "✗")} | {line.Cost.PerSecond:F0} | {line.Cost.P50Ms:F2} | {line.Cost.P99Ms:F2} |");
        }

        text.AppendLine();
        text.AppendLine("| database | start to discovery, ms | private MiB idle | after load | resident MiB idle | after load |");
        text.AppendLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var server in Started)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {server.Database} | {server.StartMs:F0} | {server.IdleAnonMiB:F1} | {server.LoadedAnonMiB:F1} | {server.IdleResidentMiB:F0} | {server.LoadedResidentMiB:F0} |");
        }

        return text.ToString();
    }
}
