using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
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

    private static readonly Histogram<double> CommitDurations = Meter.CreateHistogram<double>(
        "xenios.database.commit.duration", "s", "Transactions that were committed, from their beginning; on SQLite several writes share one.",
        advice: new() { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5] });

    private readonly NpgsqlDataSource? _postgres;
    private readonly string _sqlite = "";
    private readonly ConcurrentStack<SqliteSession> _idle = [];
    private readonly Lazy<SqliteWriter>? _writer;

    // A prepared statement keeps its plan until the statistics are renewed; one made while a table was nearly empty would read all of it for minutes after it grew.
    // Every statement has an index, so no plan may read whole tables; and what an index serves needs no compiled plan.
    private const string PostgresOptions = "-c enable_seqscan=off -c jit=off";

    // What a savepoint may have to take back stays in memory instead of in a file made for each batch of writes; so does what an upgrade sorts for a new index. 8 MiB of pages: indexes by person are written all over.
    // The log goes into the file every 16 MiB: pages that change again and again are copied once.
    private const string WriterPragmas = "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 4000;";

    private Database(NpgsqlDataSource postgres) => _postgres = postgres;

    private Database(string sqlitePath)
    {
        _sqlite = new SqliteConnectionStringBuilder { DataSource = sqlitePath, Pooling = false, DefaultTimeout = 10 }.ToString();
        _writer = new(() => new SqliteWriter(Open(WriterPragmas), Commits, CommitDurations));
    }

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

        if (string.IsNullOrEmpty(settings.Options))
        {
            settings.Options = PostgresOptions;
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
            _idle.Push(sqlite);
        }
    }

    /// <summary>Runs one statement that yields at most one row, outside a transaction.</summary>
    /// <param name="statement">The statement; must not write.</param>
    /// <param name="read">Reads the row.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="values">Its parameters.</param>
    /// <typeparam name="T">What is read.</typeparam>
    /// <returns>Null without a row.</returns>
    public Task<T?> FirstAsync<T>(Statement statement, Func<DbDataReader, T> read, CancellationToken ct, params ReadOnlySpan<object?> values)
        where T : class
    {
        Reads.Add(1);
        if (_postgres is not null)
        {
            var command = _postgres.CreateCommand(statement.Sql);
            Statement.Bind(command, values);
            return FirstAsync(command, read, ct);
        }

        var sqlite = Rent();
        try
        {
            return Task.FromResult(sqlite.First(statement, read, values));
        }
        finally
        {
            _idle.Push(sqlite);
        }
    }

    /// <summary>Runs one short transaction and commits it, unless it was abandoned or threw.</summary>
    /// <param name="write">Writes; never calls an upstream.</param>
    /// <param name="ct">Ends the wait for the start; a transaction that runs is finished.</param>
    /// <typeparam name="T">What it yields.</typeparam>
    public Task<T> WriteAsync<T>(Func<WriteScope, Task<T>> write, CancellationToken ct) =>
        _writer is not null ? _writer.Value.WriteAsync(write, ct) : WriteToPostgresAsync(write, ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_writer is { IsValueCreated: true })
        {
            _writer.Value.Dispose();
        }

        foreach (var connection in _idle)
        {
            await connection.DisposeAsync();
        }

        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    internal static async Task<T?> FirstAsync<T>(DbCommand command, Func<DbDataReader, T> read, CancellationToken ct)
        where T : class
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            return await reader.ReadAsync(ct) ? read(reader) : null;
        }
    }

    private async Task<T> WriteToPostgresAsync<T>(Func<WriteScope, Task<T>> write, CancellationToken ct)
    {
        await using var connection = await _postgres!.OpenConnectionAsync(ct);
        var began = Stopwatch.GetTimestamp();
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        var scope = new WriteScope(connection, transaction);
        var result = await write(scope);
        if (scope.Abandoned)
        {
            await transaction.RollbackAsync(CancellationToken.None);
        }
        else
        {
            await transaction.CommitAsync(CancellationToken.None);
            Commits.Add(1);
            CommitDurations.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        return result;
    }

    private SqliteSession Rent() => _idle.TryPop(out var idle) ? idle : Open();

    private SqliteSession Open(string more = "")
    {
        var connection = new SqliteSession(_sqlite);
        connection.Open();
        using var pragma = connection.CreateCommand();
        pragma.CommandText = $"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; {more}";
        pragma.ExecuteNonQuery();
        return connection;
    }
}

/// <summary>One running transaction.</summary>
/// <param name="connection">Where it runs.</param>
/// <param name="transaction">The transaction; null on SQLite, whose writer has begun it.</param>
internal sealed class WriteScope(DbConnection connection, DbTransaction? transaction)
{
    /// <summary>Where it runs.</summary>
    public DbConnection Connection => connection;

    /// <summary>The transaction, to be named with each command.</summary>
    public DbTransaction? Transaction => transaction;

    /// <summary>Whether nothing of it is to be kept.</summary>
    public bool Abandoned { get; private set; }

    /// <summary>Keeps nothing of what was written.</summary>
    public void Abandon() => Abandoned = true;

    /// <summary>Runs a statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="values">Its parameters.</param>
    /// <returns>Rows changed.</returns>
    public Task<int> ExecuteAsync(Statement statement, params ReadOnlySpan<object?> values)
    {
        if (connection is SqliteSession sqlite)
        {
            return Task.FromResult(sqlite.Execute(statement, values));
        }

        return RunAsync(Command(statement, values));

        static async Task<int> RunAsync(DbCommand command)
        {
            await using (command)
            {
                return await command.ExecuteNonQueryAsync();
            }
        }
    }

    /// <summary>Runs a statement that yields at most one row.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="read">Reads the row.</param>
    /// <param name="values">Its parameters.</param>
    /// <typeparam name="T">What is read.</typeparam>
    /// <returns>Null without a row.</returns>
    public Task<T?> FirstAsync<T>(Statement statement, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
        where T : class => connection is SqliteSession sqlite
            ? Task.FromResult(sqlite.First(statement, read, values))
            : Database.FirstAsync(Command(statement, values), read, CancellationToken.None);

    private DbCommand Command(Statement statement, ReadOnlySpan<object?> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = statement.Sql;
        command.Transaction = transaction;
        Statement.Bind(command, values);
        return command;
    }
}
