using Xenios.Server.Storage;
using Xenios.Testing;

namespace Xenios.Server.Tests.Storage;

/// <summary>A database of its own with this program's schema, a clock and a vault: the same for both engines, so that every store is one suite.</summary>
public abstract class TestDatabase : IAsyncLifetime
{
    public FakeClock Clock { get; } = new();

    internal Vault Vault { get; } = new([("test", new byte[32])]);

    internal Database Database { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Database = await OpenAsync();
        Assert.Null(await SchemaUpgrader.UpgradeAsync(Database, CancellationToken.None));
    }

    public virtual async Task DisposeAsync()
    {
        await Database.DisposeAsync();
        Vault.Dispose();
    }

    /// <summary>Another connection to the same place, as a second server would have.</summary>
    internal abstract Database OpenAgain();

    internal Task<int> ExecuteAsync(string sql) => ExecuteAsync(Database, sql);

    internal static Task<int> ExecuteAsync(Database database, string sql) => database.WriteAsync(
        async scope =>
        {
            await using var command = scope.Connection.CreateCommand();
            command.Transaction = scope.Transaction;
            command.CommandText = sql;
            return await command.ExecuteNonQueryAsync();
        },
        CancellationToken.None);

    internal Task<List<string>> QueryAsync(string sql) => Database.ReadAsync(
        async connection =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await using var reader = await command.ExecuteReaderAsync();
            var rows = new List<string>();
            while (await reader.ReadAsync())
            {
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) is byte[] octets ? Convert.ToHexStringLower(octets) : $"{reader.GetValue(i)}")));
            }

            return rows;
        },
        CancellationToken.None);

    private protected abstract Task<Database> OpenAsync();
}

public sealed class SqliteDatabase : TestDatabase
{
    private readonly string _folder = Directory.CreateTempSubdirectory("xenios-store-").FullName;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal override Database OpenAgain() => Database.OpenSqlite(Path.Combine(_folder, "xenios.db"));

    private protected override Task<Database> OpenAsync() => Task.FromResult(OpenAgain());
}

public sealed class PostgresDatabase : TestDatabase
{
    private string _connectionString = "";

    internal override Database OpenAgain() => Database.OpenPostgres(_connectionString);

    private protected override async Task<Database> OpenAsync()
    {
        (_connectionString, _) = await XeniosHost.CreateDatabaseAsync(PostgresServer.ConnectionString);
        return OpenAgain();
    }
}
