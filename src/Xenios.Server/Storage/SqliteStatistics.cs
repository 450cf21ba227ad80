using Dapper;

namespace Xenios.Server.Storage;

/// <summary>
/// Tells SQLite how its tables look once they are large, in <c>sqlite_stat1</c> (SQLite: "The sqlite_stat1 table"). Left alone it takes every first column of an index for
/// one that finds ten rows; ours begin with the environment, which finds all of them. The figures are fixed, so that a plan is the same on the first day and years later.
/// </summary>
internal static class SqliteStatistics
{
    private const int Rows = 1_000_000;

    // What a column of few values leaves over, one of those that are listed because they are rare, and any other.
    private const int Few = 200_000;
    private const int Rare = 20_000;
    private const int Many = 10;

    private static readonly HashSet<string> OfFewValues = new(StringComparer.Ordinal)
    {
        "environment_id", "kind", "status", "action", "issuer", "connection", "connection_id", "connector", "client_id", "is_default", "email_verified", "place", "caller",
    };

    /// <summary>Writes the figures of every index there is.</summary>
    /// <param name="scope">The transaction that made the indexes.</param>
    public static async Task WriteAsync(WriteScope scope)
    {
        var columns = await scope.Connection.QueryAsync<Column>(
            """
            SELECT t.name AS TableName, CASE WHEN l.origin = 'pk' AND t.wr = 1 THEN t.name ELSE l.name END AS IndexName, l."unique" AS IsUnique, c.name AS Name
            FROM pragma_table_list t JOIN pragma_index_list(t.name) l JOIN pragma_index_info(l.name) c
            WHERE t.schema = 'main' AND t.type = 'table' ORDER BY t.name, l.name, c.seqno
            """,
            null,
            scope.Transaction);
        var figures = columns.GroupBy(column => (column.TableName, column.IndexName)).Select(index => new { index.Key.TableName, index.Key.IndexName, Figures = Describe([.. index]) });

        // The first makes the table, the last has this connection read it; others read it when they are opened.
        await scope.Connection.ExecuteAsync("ANALYZE sqlite_schema", null, scope.Transaction);
        await scope.Connection.ExecuteAsync("DELETE FROM sqlite_stat1", null, scope.Transaction);
        await scope.Connection.ExecuteAsync("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (@TableName, @IndexName, @Figures)", figures, scope.Transaction);
        await scope.Connection.ExecuteAsync("ANALYZE sqlite_schema", null, scope.Transaction);
    }

    // The rows, then for each column how many rows it and those before it find.
    private static string Describe(Column[] columns)
    {
        var found = Rows;
        var figures = new List<int> { Rows };
        for (var i = 0; i < columns.Length; i++)
        {
            found = i == columns.Length - 1 && columns[i].IsUnique == 1 ? 1 : Math.Min(found, columns[i].Name == "outcome" ? Rare : OfFewValues.Contains(columns[i].Name) ? Few : Many);
            figures.Add(found);
        }

        return string.Join(' ', figures);
    }

    private sealed class Column
    {
        public string TableName { get; init; } = "";

        public string IndexName { get; init; } = "";

        public long IsUnique { get; init; }

        public string Name { get; init; } = "";
    }
}
