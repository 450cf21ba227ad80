using System.Text.RegularExpressions;
using Dapper;
using Xenios.Server.Audit;
using Xenios.Server.Tests.Storage;

namespace Xenios.Server.Tests.Audit;

/// <summary>No page of the sign-ins or of the audit log reads all of them: the databases' own plans, over 20,000 rows (issue: lists).</summary>
public abstract partial class ListPlanTests(TestDatabase rig)
{
    private const int Rows = 20_000;

    [Fact]
    public async Task Every_page_is_found_by_an_index()
    {
        await FillAsync();
        var day = DateTimeOffset.FromUnixTimeMilliseconds(5_000);
        SignInFilter[] signIns =
        [
            new(), new() { After = (10_000, "0000000000") }, new() { Application = "spa" }, new() { Connection = "x" }, new() { Outcome = "ok" }, new() { Outcome = "failed" }, new() { Outcome = "abandoned" },
            new() { From = day, To = day.AddSeconds(1) }, new() { Outcome = "failed", Application = "spa" }, new() { ErrorCode = "X-102" },
        ];
        AuditFilter[] events =
            [new(), new() { Target = "user:1" }, new() { Action = "a.b" }, new() { Caller = "nobody" }, new() { From = day }, new() { To = day }, new() { From = day, To = day.AddSeconds(1), Caller = "operator" }];
        string[] statements =
        [
            .. signIns.Select(filter => SignInQuery.Statement(filter, null)),
            SignInQuery.Statement(new(), SignInQuery.ByCode),
            SignInQuery.Statement(new(), SignInQuery.ByHandle),
            SignInQuery.Statement(new(), SignInQuery.ByUsers(rig.Database.IsPostgres)),
            .. events.Select(AuditLog.Statement),
        ];
        foreach (var statement in statements)
        {
            var values = new
            {
                environment = "env_1",
                code = "0000000001",
                users = new[] { "usr_1" },
                handle = "h1234",
                handleEnd = "h1234\U0010FFFF",
                Application = "spa",
                Connection = "x",
                ErrorCode = "X-102",
                outcome = "failed",
                abandoned = 1L,
                from = 5_000L,
                to = 6_000L,
                at = 10_000L,
                after = "0000000000",
                limit = 51,
                before = long.MaxValue,
                Target = "user:1",
                Action = "a.b",
                Caller = "nobody",
                AuditLog.ClockSkew,
            };
            var plan = await rig.Database.ReadAsync(
                async db => rig.Database.IsPostgres
                    ? string.Join('\n', await db.QueryAsync<string>("EXPLAIN " + statement, values))
                    : string.Join('\n', (await db.QueryAsync("EXPLAIN QUERY PLAN " + statement, values)).Select(row => (string)row.detail)),
                CancellationToken.None);
            Assert.False(WholeTable().IsMatch(plan), $"{statement}\n{plan}");
        }
    }

    private async Task FillAsync()
    {
        var numbers = rig.Database.IsPostgres
            ? $"SELECT n FROM generate_series(1, {Rows}) AS g(n)"
            : $"WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {Rows}) SELECT n FROM g";
        var (code, octets) = rig.Database.IsPostgres ? ("LPAD(n::text, 10, '0')", "decode('00', 'hex')") : ("printf('%010d', n)", "X'00'");
        foreach (var statement in new[]
        {
            "INSERT INTO environments (environment_id, slug, kind, display_name, is_default, version, created_at) VALUES ('env_1', 'one', 'non_production', 'One', 1, 1, 1)",
            $"""
            INSERT INTO sign_ins (environment_id, support_code, client_id, connection, user_id, handle, handle_key, outcome, started_at, hops)
            SELECT 'env_1', {code}, CASE WHEN n % 10 = 0 THEN 'spa' ELSE 'shop' END, CASE WHEN n % 50 = 0 THEN 'x' ELSE 'y' END, 'usr_' || n, 'h' || n, 'h' || n, CASE WHEN n % 25 = 0 THEN 'failed' ELSE 'ok' END, n, '[]' FROM ({numbers}) x
            """,
            $"""
            INSERT INTO audit_events (environment_id, sequence, at, caller, action, target, content_hash, previous_hash, hash)
            SELECT 'env_1', n, n, CASE WHEN n % 100 = 0 THEN 'application:a' ELSE 'operator' END, CASE WHEN n % 100 = 0 THEN 'a.b' ELSE 'c.d' END, 'user:' || n, {octets}, {octets}, {octets} FROM ({numbers}) x
            """,
        })
        {
            await rig.ExecuteAsync(statement);
        }

        if (rig.Database.IsPostgres)
        {
            await rig.ExecuteAsync("ANALYZE");
        }
    }

    [GeneratedRegex(@"Seq Scan on (sign_ins|audit_events)|^SCAN (?!CONSTANT|\()|USING PRIMARY KEY \(environment_id=\?\)", RegexOptions.Multiline)]
    private static partial Regex WholeTable();
}

public sealed class ListPlanOnSqliteTests(SqliteDatabase rig) : ListPlanTests(rig), IClassFixture<SqliteDatabase>;

[Trait("Category", "Postgres")]
public sealed class ListPlanOnPostgresTests(PostgresDatabase rig) : ListPlanTests(rig), IClassFixture<PostgresDatabase>;
