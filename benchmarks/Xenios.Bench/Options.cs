using System.Globalization;

namespace Xenios.Bench;

/// <summary>What the run was told.</summary>
/// <param name="Server">Path of the published program.</param>
/// <param name="Output">Where the report goes.</param>
/// <param name="Postgres">Connection string of an empty database; null leaves PostgreSQL out.</param>
/// <param name="Seconds">Seconds each operation is measured.</param>
/// <param name="Users">Concurrent users.</param>
/// <param name="Only">Letters of the operations.</param>
/// <param name="Against">Path of another published program to be measured in turns with the first, instead of the floors.</param>
/// <param name="Hold">Whether to wait for Enter before the load, to attach a profiler.</param>
/// <param name="Scale">Whether lists and imports of a big installation are measured instead.</param>
/// <param name="People">Users on PostgreSQL then; SQLite has a tenth of them.</param>
/// <param name="Imported">Users imported then.</param>
internal sealed record Options(string Server, string Output, string? Postgres, double Seconds, int Users, string Only, string? Against, bool Hold, bool Scale, int People, int Imported)
{
    /// <summary>Reads the arguments; null when they cannot be used.</summary>
    public static Options? Read(string[] args)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--hold" or "--scale")
            {
                given[args[i]] = "yes";
            }
            else if (i + 1 < args.Length)
            {
                given[args[i]] = args[++i];
            }
        }

        return given.TryGetValue("--server", out var server) && given.TryGetValue("--output", out var output)
            ? new Options(
                server,
                output,
                given.GetValueOrDefault("--postgres"),
                double.Parse(given.GetValueOrDefault("--seconds", "6"), CultureInfo.InvariantCulture),
                int.Parse(given.GetValueOrDefault("--users", "8"), CultureInfo.InvariantCulture),
                given.GetValueOrDefault("--only", "abcdef"),
                given.GetValueOrDefault("--against"),
                given.ContainsKey("--hold"),
                given.ContainsKey("--scale"),
                int.Parse(given.GetValueOrDefault("--people", "1000000"), CultureInfo.InvariantCulture),
                int.Parse(given.GetValueOrDefault("--imported", "100000"), CultureInfo.InvariantCulture))
            : null;
    }
}
