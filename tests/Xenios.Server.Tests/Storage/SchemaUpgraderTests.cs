using Xenios.Server.Storage;
using Xenios.Testing;

namespace Xenios.Server.Tests.Storage;

/// <summary>Schema: once, whoever starts first; never backwards; the same on both databases.</summary>
public abstract class SchemaUpgraderTests(TestDatabase data)
{
    internal static readonly string[] Tables = ["administrators", "applications", "audit_events", "connection_credentials", "connections", "consents", "counters", "environments", "ephemeral", "guests", "identity_handles", "linked_identities", "local_attributes", "session_applications", "sessions", "sign_ins", "signing_keys", "token_families", "users"];

    [Fact]
    public async Task Upgrading_again_and_again_in_parallel_changes_nothing()
    {
        var before = await data.QueryAsync("SELECT number, name FROM schema_scripts ORDER BY number");
        Assert.NotEmpty(before);
        await using var other = data.OpenAgain();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => SchemaUpgrader.UpgradeAsync(i % 2 == 0 ? data.Database : other, CancellationToken.None))));
        Assert.All(answers, Assert.Null);
        Assert.Equal(before, await data.QueryAsync("SELECT number, name FROM schema_scripts ORDER BY number"));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_left_alone()
    {
        await data.ExecuteAsync("INSERT INTO schema_scripts (number, name) VALUES (9999, '9999_future.sql')");
        try
        {
            var answer = await SchemaUpgrader.UpgradeAsync(data.Database, CancellationToken.None);
            Assert.StartsWith("A-06 ", answer, StringComparison.Ordinal);
            Assert.Contains("9999", answer, StringComparison.Ordinal);
            Assert.Equal(["9999"], await data.QueryAsync("SELECT MAX(number) FROM schema_scripts"));
        }
        finally
        {
            await data.ExecuteAsync("DELETE FROM schema_scripts WHERE number = 9999");
        }
    }
}

public sealed class SchemaUpgraderOnSqliteTests(SqliteDatabase data) : SchemaUpgraderTests(data), IClassFixture<SqliteDatabase>
{
    [Fact]
    public async Task Two_first_starts_at_once_make_one_schema()
    {
        var folder = Directory.CreateTempSubdirectory("xenios-schema-");
        var file = Path.Combine(folder.FullName, "xenios.db");
        await using (Database one = Database.OpenSqlite(file), other = Database.OpenSqlite(file))
        {
            await SchemaRace.RunAsync(one, other);
        }

        folder.Delete(recursive: true);
    }
}

[Trait("Category", "Postgres")]
public sealed class SchemaUpgraderOnPostgresTests(PostgresDatabase data) : SchemaUpgraderTests(data), IClassFixture<PostgresDatabase>
{
    [Fact]
    public async Task Two_first_starts_at_once_make_one_schema()
    {
        var (connectionString, _) = await XeniosHost.CreateDatabaseAsync(PostgresServer.ConnectionString);
        await using Database one = Database.OpenPostgres(connectionString), other = Database.OpenPostgres(connectionString);
        await SchemaRace.RunAsync(one, other);
    }

    [Fact]
    public async Task Both_databases_end_with_the_same_tables_and_columns()
    {
        var sqlite = new SqliteDatabase();
        await sqlite.InitializeAsync();
        var here = await sqlite.QueryAsync(
            """
            SELECT m.name, c.name, CASE c.type WHEN 'INTEGER' THEN 'number' WHEN 'BLOB' THEN 'octets' ELSE 'text' END, c."notnull"
            FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name <> 'sqlite_stat1'
            """);
        var there = await data.QueryAsync(
            """
            SELECT table_name, column_name, CASE data_type WHEN 'bigint' THEN 'number' WHEN 'integer' THEN 'number' WHEN 'bytea' THEN 'octets' ELSE data_type END, CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END
            FROM information_schema.columns WHERE table_schema = 'public'
            """);
        Assert.Equal(here.Order(StringComparer.Ordinal), there.Order(StringComparer.Ordinal));
        Assert.Equal([.. Tables, "schema_scripts"], here.Select(row => row.Split('|')[0]).Distinct().Order(StringComparer.Ordinal).OrderBy(name => name == "schema_scripts"));

        // Only PostgreSQL orders texts by a language unless told otherwise, and needs indexes of its own for what begins with something.
        var indexes = await sqlite.QueryAsync("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL");
        var indexesThere = await data.QueryAsync("SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_key' AND indexname NOT IN ('users_username_search', 'users_email_search')");
        Assert.Equal(indexes.Order(StringComparer.Ordinal), indexesThere.Order(StringComparer.Ordinal));
        await sqlite.DisposeAsync();
    }
}

internal static class SchemaRace
{
    public static async Task RunAsync(Database one, Database other)
    {
        var answers = await Task.WhenAll(Task.Run(() => SchemaUpgrader.UpgradeAsync(one, CancellationToken.None)), Task.Run(() => SchemaUpgrader.UpgradeAsync(other, CancellationToken.None)));
        Assert.All(answers, Assert.Null);
        await TestDatabase.ExecuteAsync(other, $"SELECT 1 FROM {string.Join(", ", SchemaUpgraderTests.Tables)}");
    }
}
