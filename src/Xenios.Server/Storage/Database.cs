using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.Metrics;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Xenios.Server.Storage;

/// <summary>The database: SQLite in one file, or PostgreSQL. Every statement of the program runs in <c>ReadAsync</c> or in <c>WriteAsync</c>.</summary>
internal sealed class Database : IAsyncDisposable
{
    private static readonly Meter Meter = new("Xenios.Database");
    private static readonly Counter<long> Reads = Meter.CreateCounter<long>("xenios.database.reads", description: "Queries outside a transaction.");
    private static readonly Counter<long> Commits = Meter.CreateCounter<long>("xenios.database.commits", description: "Committed transactions.");

    private readonly NpgsqlDataSource? _postgres;
    private readonly string _sqlite = "";
    private readonly ConcurrentBag<SqliteConnection> _idle = [];

    // SQLite allows one writer; waiting here costs nothing, waiting in its busy handler sleeps.
    private readonly SemaphoreSlim _writer = new(1, 1);

    private Database(NpgsqlDataSource postgres) => _postgres = postgres;

    private Database(string sqlitePath) =>
        _sqlite = new SqliteConnectionStringBuilder { DataSource = sqlitePath, Pooling = false, DefaultTimeout = 10 }.ToString();

    /// <summary>Whether this is PostgreSQL; otherwise it is SQLite.</summary>
    public bool IsPostgres => _postgres is not null;

    /// <summary>Opens SQLite in a file, made when absent.</summary>
    /// <param name="path">Path of the file.</param>
    public static Database OpenSqlite(string path) => new(path);

    /// <summary>Opens PostgreSQL.</summary>
    /// <param name="connectionString">An Npgsql connection string.</param>
    public static Database OpenPostgres(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (settings.MaxAutoPrepare == 0)
        {
            settings.MaxAutoPrepare = 60;
            settings.AutoPrepareMinUsages = 2;
        }

        return new(new NpgsqlDataSourceBuilder(settings.ToString()).Build());
    }

    /// <summary>Runs one query outside a transaction.</summary>
    /// <param name="read">Reads; must not write.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <typeparam name="T">What is read.</typeparam>
    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken ct)
    {
        Reads.Add(1);
        if (_postgres is not null)
        {
            await using var connection = await _postgres.OpenConnectionAsync(ct);
            return await read(connection);
        }

        var sqlite = Rent();
        try
        {
            return await read(sqlite);
        }
        finally
        {
            _idle.Add(sqlite);
        }
    }

    /// <summary>Runs one short transaction and commits it, unless it was abandoned or threw.</summary>
    /// <param name="write">Writes; never calls an upstream.</param>
    /// <param name="ct">Ends the wait for the start; a transaction that runs is finished.</param>
    /// <typeparam name="T">What it yields.</typeparam>
    public async Task<T> WriteAsync<T>(Func<WriteScope, Task<T>> write, CancellationToken ct)
    {
        if (_postgres is not null)
        {
            await using var connection = await _postgres.OpenConnectionAsync(ct);
            return await RunAsync(connection, write);
        }

        await _writer.WaitAsync(ct);
        var sqlite = Rent();
        try
        {
            return await RunAsync(sqlite, write);
        }
        finally
        {
            _idle.Add(sqlite);
            _writer.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _idle)
        {
            await connection.DisposeAsync();
        }

        _writer.Dispose();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    private static async Task<T> RunAsync<T>(DbConnection connection, Func<WriteScope, Task<T>> write)
    {
        // Microsoft.Data.Sqlite begins IMMEDIATE for the serializable level, so a writer never has to upgrade its lock.
        await using var transaction = connection is SqliteConnection sqlite
            ? sqlite.BeginTransaction(System.Data.IsolationLevel.Serializable)
            : await connection.BeginTransactionAsync();
        var scope = new WriteScope(connection, transaction);
        var result = await write(scope);
        if (scope.Abandoned)
        {
            await transaction.RollbackAsync();
        }
        else
        {
            await transaction.CommitAsync();
            Commits.Add(1);
        }

        return result;
    }

    private SqliteConnection Rent()
    {
        if (_idle.TryTake(out var idle))
        {
            return idle;
        }

        var connection = new SqliteConnection(_sqlite);
        connection.Open();
        using var pragma = connection.CreateCommand();
        pragma.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON;";
        pragma.ExecuteNonQuery();
        return connection;
    }
}

/// <summary>One running transaction.</summary>
/// <param name="connection">Where it runs.</param>
/// <param name="transaction">The transaction.</param>
internal sealed class WriteScope(DbConnection connection, DbTransaction transaction)
{
    /// <summary>Where it runs.</summary>
    public DbConnection Connection => connection;

    /// <summary>The transaction, to be named with each command.</summary>
    public DbTransaction Transaction => transaction;

    /// <summary>Whether nothing of it is to be kept.</summary>
    public bool Abandoned { get; private set; }

    /// <summary>Keeps nothing of what was written.</summary>
    public void Abandon() => Abandoned = true;
}
