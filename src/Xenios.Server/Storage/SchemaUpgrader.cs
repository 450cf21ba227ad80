using System.Globalization;
using System.Reflection;
using Dapper;

namespace Xenios.Server.Storage;

/// <summary>Where a database stands, by the numbers of its scripts.</summary>
/// <param name="From">The last script that was applied; 0 for an empty database.</param>
/// <param name="To">The last script of this program.</param>
/// <param name="Pending">Names of the scripts that would be applied, in order.</param>
internal sealed record SchemaState(long From, long To, IReadOnlyList<string> Pending)
{
    /// <summary>Why this program cannot use it, in words for the operator; null when it can.</summary>
    public string? Refusal => From <= To
        ? null
        : $"A-06 The database is from a newer version (schema {From}) than this program (schema {To}). Start the newer version, or restore the backup made before the upgrade.";
}

/// <summary>Brings a database to this program's schema: numbered SQL scripts per database, forward only, in one transaction under a lock.</summary>
internal static class SchemaUpgrader
{
    // Any fixed number will do; it only has to be the same in every Xenios.
    private const long PostgresLock = 0x58454E494F53;

    /// <summary>Where a database stands. Nothing is written.</summary>
    /// <param name="database">The database; null for one that is not there yet.</param>
    /// <param name="ct">Ends the wait, also for an answer.</param>
    public static async Task<SchemaState> ReadAsync(Database? database, CancellationToken ct)
    {
        var applied = database is null ? 0 : await database.ReadAsync(
            async connection =>
            {
                var exists = database.IsPostgres ? "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('schema_scripts')" : "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_scripts'";
                return await connection.ExecuteScalarAsync<long>(new CommandDefinition(exists, cancellationToken: ct)) == 0
                    ? 0
                    : await connection.ExecuteScalarAsync<long?>(new CommandDefinition("SELECT MAX(number) FROM schema_scripts", cancellationToken: ct)) ?? 0;
            },
            ct);
        return State(applied, Scripts(database is { IsPostgres: true } ? "Postgres" : "Sqlite"));
    }

    /// <summary>Applies what is missing.</summary>
    /// <param name="database">The database.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>Null when the schema is now this program's; otherwise why it cannot be, in words for the operator .</returns>
    public static Task<string?> UpgradeAsync(Database database, CancellationToken ct) => database.WriteAsync(
        async scope =>
        {
            if (database.IsPostgres)
            {
                await scope.Connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@key)", new { key = PostgresLock }, scope.Transaction);
            }

            await scope.Connection.ExecuteAsync(
                "CREATE TABLE IF NOT EXISTS schema_scripts (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL)", null, scope.Transaction);
            var applied = await scope.Connection.ExecuteScalarAsync<long?>("SELECT MAX(number) FROM schema_scripts", null, scope.Transaction) ?? 0;
            var scripts = Scripts(database.IsPostgres ? "Postgres" : "Sqlite");
            if (State(applied, scripts).Refusal is { } refusal)
            {
                scope.Abandon();
                return refusal;
            }

            foreach (var script in scripts.Where(script => script.Number > applied))
            {
                await scope.Connection.ExecuteAsync(script.Sql, null, scope.Transaction);
                await scope.Connection.ExecuteAsync(
                    "INSERT INTO schema_scripts (number, name) VALUES (@Number, @Name)", new { script.Number, script.Name }, scope.Transaction);
            }

            if (!database.IsPostgres && (scripts[^1].Number > applied || await IsWithoutStatisticsAsync(scope)))
            {
                await SqliteStatistics.WriteAsync(scope);
            }

            return (string?)null;
        },
        ct);

    // As every database before them.
    private static async Task<bool> IsWithoutStatisticsAsync(WriteScope scope) =>
        await scope.Connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'", null, scope.Transaction) == 0;

    private static SchemaState State(long applied, List<(long Number, string Name, string Sql)> scripts) =>
        new(applied, scripts[^1].Number, [.. scripts.Where(script => script.Number > applied).Select(script => script.Name)]);

    private static List<(long Number, string Name, string Sql)> Scripts(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"schema/{folder}/";
        var scripts = new List<(long, string, string)>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var name = resource[prefix.Length..];
            scripts.Add((long.Parse(name[..4], CultureInfo.InvariantCulture), name, reader.ReadToEnd()));
        }

        return scripts;
    }
}
