using System.Globalization;
using System.Reflection;
using Dapper;

namespace Xenios.Server.Storage;

/// <summary>Brings a database to this program's schema: numbered SQL scripts per database, forward only, in one transaction under a lock.</summary>
internal static class SchemaUpgrader
{
    // Any fixed number will do; it only has to be the same in every Xenios.
    private const long PostgresLock = 0x58454E494F53;

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
            if (applied > scripts[^1].Number)
            {
                scope.Abandon();
                return $"A-06 The database is from a newer version (schema {applied}) than this program (schema {scripts[^1].Number}). Start the newer version, or restore the backup made before the upgrade.";
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
