using Dapper;
using Xenios.Server.Storage;

namespace Xenios.Server.Tests.Storage;

/// <summary>SQLite takes the index that names a row, and never walks an environment instead (decision 8).</summary>
public sealed class SqliteFiguresTests(SqliteDatabase rig) : IClassFixture<SqliteDatabase>
{
    [Fact]
    public async Task Every_index_is_taken_by_a_question_for_its_columns()
    {
        // Indexes of a part of a table need the words of that part as well; those that lists use have tests of their own.
        var indexes = await rig.Database.ReadAsync(
            async db => (await db.QueryAsync<(string Table, string Name, string Columns)>(
                """
                SELECT t.name, i.name, (SELECT GROUP_CONCAT(c.name, ' ') FROM (SELECT x.name FROM pragma_index_info(i.name) x ORDER BY x.seqno) c)
                FROM sqlite_schema t JOIN pragma_index_list(t.name) i WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND i.partial = 0
                """)).AsList(),
            CancellationToken.None);
        Assert.True(indexes.Count > 30);
        foreach (var (table, name, text) in indexes)
        {
            var columns = text.Split(' ');
            var conditions = string.Join(" AND ", columns.Take(2).Select(column => $"{column} = 1"));
            var plan = await rig.Database.ReadAsync(
                async db => string.Join('\n', (await db.QueryAsync($"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {conditions}")).Select(row => (string)row.detail)), CancellationToken.None);
            Assert.True(columns.Length == 1 || plan.Contains($"{columns[1]}=?", StringComparison.Ordinal), $"{name}: {plan}");
        }
    }

    [Theory]
    [InlineData("environment_id user_id", true, "1000000 1000000 1")]
    [InlineData("environment_id status user_id", false, "1000000 1000000 500000 10")]
    [InlineData("expires_at", false, "1000000 10")]
    [InlineData("environment_id connection_id issuer subject", true, "1000000 1000000 250000 250000 1")]
    public void Figures_say_how_many_rows_each_column_leaves(string columns, bool unique, string figures) => Assert.Equal(figures, SqliteFigures.Of(columns.Split(' '), unique));
}
