using Dapper;
using Xenios.Sdk;
using Xenios.Server.Tests.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.Tests.Users;

/// <summary>No page of a list reads all users: the databases' own plans, over 20,000 users (issue: lists).</summary>
public abstract class UserSearchPlanTests(TestDatabase rig)
{
    private const int Users = 20_000;

    [Fact]
    public async Task Every_page_is_found_by_an_index()
    {
        if (await rig.Database.ReadAsync(db => db.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM users"), CancellationToken.None) == 0)
        {
            await FillAsync();
        }

        var statements = new List<string>();
        foreach (var status in new UserStatus?[] { null, UserStatus.Blocked })
        {
            statements.AddRange([UserSearch.All(status, false, rig.Database.IsPostgres), UserSearch.All(status, true, rig.Database.IsPostgres)]);
            statements.AddRange(Enumerable.Range(0, 4).Select(stage => UserSearch.Stage(stage, rig.Database.IsPostgres, status, false)));
        }

        foreach (var statement in statements)
        {
            var values = new
            {
                environment = "env_1",
                connection = "con_1",
                after = "",
                limit = 51,
                query = "12345",
                key = statement.Contains("h.handle_key", StringComparison.Ordinal) ? "handle10000" : "person10000",
                name = "person1",
                nameEnd = "person1\U0010FFFF",
                mail = "person1",
                mailEnd = "person1\U0010FFFF",
                handle = "handle1",
                handleEnd = "handle1\U0010FFFF",
            };
            var plan = await rig.Database.ReadAsync(
                async db => rig.Database.IsPostgres
                    ? string.Join('\n', await db.QueryAsync<string>("EXPLAIN " + statement, values))
                    : string.Join('\n', (await db.QueryAsync("EXPLAIN QUERY PLAN " + statement, values)).Select(row => (string)row.detail)),
                CancellationToken.None);
            Assert.False(System.Text.RegularExpressions.Regex.IsMatch(plan, "Seq Scan on (users|linked_identities|identity_handles)") || System.Text.RegularExpressions.Regex.IsMatch(plan, @"^SCAN (?!CONSTANT|\()|USING PRIMARY KEY \(environment_id=\?\)", System.Text.RegularExpressions.RegexOptions.Multiline), $"{statement}\n{plan}");
        }

        // Few of many, which only the index of the blocked ones finds without walking past all others.
        var blocked = await rig.Database.ReadAsync(
            async db => rig.Database.IsPostgres
                ? string.Join('\n', await db.QueryAsync<string>("EXPLAIN " + UserSearch.All(UserStatus.Blocked, false, rig.Database.IsPostgres), new { environment = "env_1", after = "", limit = 51 }))
                : string.Join('\n', (await db.QueryAsync("EXPLAIN QUERY PLAN " + UserSearch.All(UserStatus.Blocked, false, rig.Database.IsPostgres), new { environment = "env_1", after = "", limit = 51 })).Select(row => (string)row.detail)),
            CancellationToken.None);
        Assert.Contains("users_status", blocked, StringComparison.Ordinal);
    }

    private async Task FillAsync()
    {
        var numbers = rig.Database.IsPostgres
            ? $"SELECT n FROM generate_series(1, {Users}) AS g(n)"
            : $"WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {Users}) SELECT n FROM g";
        var number = rig.Database.IsPostgres ? "LPAD(n::text, 8, '0')" : "printf('%08d', n)";
        foreach (var statement in new[]
        {
            "INSERT INTO environments (environment_id, slug, kind, display_name, is_default, version, created_at) VALUES ('env_1', 'one', 'non_production', 'One', 1, 1, 1)",
            $"""
            INSERT INTO users (environment_id, user_id, status, username, username_key, email, email_key, email_verified, attributes, created_at, updated_at)
            SELECT 'env_1', 'usr_' || {number}, CASE WHEN n % 1000 = 0 THEN 'blocked' ELSE 'active' END, 'person' || n, 'person' || n, 'person' || n || '@v.test', 'person' || n || '@v.test', 1, '{"{}"}', n, n FROM ({numbers}) x
            """,
            $"INSERT INTO linked_identities (environment_id, identity_id, user_id, connection_id, connector, issuer, subject, handle, linked_at, last_used_at) SELECT 'env_1', 'idn_' || {number}, 'usr_' || {number}, 'con_' || (n % 2), 'x', 'https://x.com', CAST(n AS TEXT), 'handle' || n, n, n FROM ({numbers}) x",
            $"INSERT INTO identity_handles (environment_id, identity_id, connection_id, issuer, handle, handle_key, seen_from, user_id) SELECT 'env_1', 'idn_' || {number}, 'con_1', 'https://x.com', 'handle' || n, 'handle' || n, n, 'usr_' || {number} FROM ({numbers}) x",
        })
        {
            await rig.ExecuteAsync(statement);
        }

        if (rig.Database.IsPostgres)
        {
            await rig.ExecuteAsync("ANALYZE");
        }
    }
}

public sealed class UserSearchPlanOnSqliteTests(SqliteDatabase rig) : UserSearchPlanTests(rig), IClassFixture<SqliteDatabase>;

[Trait("Category", "Postgres")]
public sealed class UserSearchPlanOnPostgresTests(PostgresDatabase rig) : UserSearchPlanTests(rig), IClassFixture<PostgresDatabase>;
