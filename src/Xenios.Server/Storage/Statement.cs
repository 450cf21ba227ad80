using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace Xenios.Server.Storage;

/// <summary>A statement of the hot path: the same text for both databases, its parameters numbered <c>$1</c>, <c>$2</c>, …, prepared once per connection.</summary>
/// <param name="sql">The text.</param>
internal sealed class Statement(string sql)
{
    /// <summary>Names of parameters as SQLite knows them.</summary>
    public static readonly string[] Names = [.. Enumerable.Range(1, 24).Select(number => $"${number}")];

    /// <summary>The text.</summary>
    public string Sql => sql;

    /// <summary>Sets a command's parameters, making them the first time.</summary>
    /// <param name="command">A command with this text.</param>
    /// <param name="values">Text, integers, octets or null, in the order of their numbers.</param>
    public static void Bind(DbCommand command, ReadOnlySpan<object?> values)
    {
        var isNew = command.Parameters.Count == 0;
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i] ?? DBNull.Value;
            if (!isNew)
            {
                command.Parameters[i].Value = value;
            }
            else
            {
                // SQLite knows parameters by name, PostgreSQL by position.
                command.Parameters.Add(command is SqliteCommand ? new SqliteParameter(Names[i], value) : new NpgsqlParameter { Value = value });
            }
        }
    }
}

/// <summary>A connection to SQLite with the statements it has prepared. One caller at a time.</summary>
/// <param name="connectionString">What to open.</param>
internal sealed class SqliteSession(string connectionString) : SqliteConnection(connectionString)
{
    // More than the program has; a text that is built anew each time must not fill the memory.
    private const int MostTexts = 300;

    private readonly Dictionary<Statement, SqliteCommand> _prepared = [];
    private readonly Dictionary<Statement, PreparedWrite> _written = [];
    private readonly Dictionary<string, SqliteCommand> _texts = new(StringComparer.Ordinal);

    /// <summary>Runs a statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="values">Its parameters.</param>
    /// <returns>Rows changed.</returns>
    public int Execute(Statement statement, params ReadOnlySpan<object?> values)
    {
        if (!_written.TryGetValue(statement, out var write))
        {
            _written.Add(statement, write = new PreparedWrite(this, statement));
        }

        return write.Run(values);
    }

    /// <summary>Runs a statement that yields at most one row.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="read">Reads the row.</param>
    /// <param name="values">Its parameters.</param>
    /// <typeparam name="T">What is read.</typeparam>
    /// <returns>Null without a row.</returns>
    public T? First<T>(Statement statement, Func<DbDataReader, T> read, ReadOnlySpan<object?> values)
        where T : class
    {
        using var reader = Ready(statement, values).ExecuteReader();
        return reader.Read() ? read(reader) : null;
    }

    /// <summary>A command that is prepared once per text, whoever makes it.</summary>
    public override SqliteCommand CreateCommand() => new TextCommand(this) { Connection = this };

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var command in _prepared.Values.Concat(_texts.Values))
            {
                command.Dispose();
            }

            foreach (var write in _written.Values)
            {
                write.Dispose();
            }

            _prepared.Clear();
            _written.Clear();
            _texts.Clear();
        }

        base.Dispose(disposing);
    }

    private SqliteCommand Ready(Statement statement, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(statement, out var command))
        {
            command = base.CreateCommand();
            command.CommandText = statement.Sql;
            _prepared.Add(statement, command);
        }

        Statement.Bind(command, values);
        return command;
    }

    private SqliteCommand Ready(string text, SqliteParameterCollection parameters)
    {
        if (!_texts.TryGetValue(text, out var command))
        {
            command = base.CreateCommand();
            command.CommandText = text;
            if (_texts.Count < MostTexts)
            {
                _texts.Add(text, command);
            }
        }

        command.Parameters.Clear();
        foreach (SqliteParameter parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    // A sign-in runs dozens of these: bound by position and stepped without the objects that a command and its reader are made of.
    private sealed class PreparedWrite : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly sqlite3_stmt _statement;
        private readonly int[] _positions;

        public PreparedWrite(SqliteConnection connection, Statement statement)
        {
            _connection = connection;
            SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(connection.Handle, statement.Sql, out _statement), connection.Handle);
            _positions = [.. Statement.Names.Take(raw.sqlite3_bind_parameter_count(_statement)).Select(name => raw.sqlite3_bind_parameter_index(_statement, name))];
        }

        public int Run(ReadOnlySpan<object?> values)
        {
            if (values.Length != _positions.Length)
            {
                throw new ArgumentException($"The statement has {_positions.Length} parameters, not {values.Length}.");
            }

            for (var i = 0; i < values.Length; i++)
            {
                SqliteException.ThrowExceptionForRC(Bind(_positions[i], values[i]), _connection.Handle);
            }

            var result = raw.sqlite3_step(_statement);

            // It tells again how the step ended, and gives free what it holds.
            var ended = raw.sqlite3_reset(_statement);
            if (result is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
            {
                SqliteException.ThrowExceptionForRC(ended != raw.SQLITE_OK ? ended : result, _connection.Handle);
            }

            return raw.sqlite3_changes(_connection.Handle);
        }

        public void Dispose() => _statement.Dispose();

        private int Bind(int position, object? value)
        {
            switch (value)
            {
                case null:
                    return raw.sqlite3_bind_null(_statement, position);
                case string text:
                    return raw.sqlite3_bind_text(_statement, position, text);
                case byte[] octets:
                    return raw.sqlite3_bind_blob(_statement, position, octets);
                case long number:
                    return raw.sqlite3_bind_int64(_statement, position, number);
                case int number:
                    return raw.sqlite3_bind_int64(_statement, position, number);
                default:
                    throw new ArgumentException($"A statement takes text, integers, octets or null, not {value.GetType()}.");
            }
        }
    }

    private sealed class TextCommand(SqliteSession session) : SqliteCommand
    {
        public override int ExecuteNonQuery() => session.Ready(CommandText, Parameters).ExecuteNonQuery();

        public override object? ExecuteScalar() => session.Ready(CommandText, Parameters).ExecuteScalar();

        public override SqliteDataReader ExecuteReader(System.Data.CommandBehavior behavior) => session.Ready(CommandText, Parameters).ExecuteReader(behavior);
    }
}
