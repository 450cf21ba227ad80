using Microsoft.Extensions.Logging.Abstractions;
using Xenios.Server.Audit;
using Xenios.Server.Storage;

namespace Xenios.Server.Tests.Storage;

/// <summary>What is over goes, a bounded number at a time; what is not stays.</summary>
public abstract class SweeperTests(TestDatabase data)
{
    private const int Batch = 5000;

    [Fact]
    public async Task Expired_rows_go_and_others_stay()
    {
        var now = data.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (name, end) in new[] { ("over", now - 1), ("now", now), ("soon", now + 1) })
        {
            await data.ExecuteAsync(
                $"""
                INSERT INTO ephemeral (environment_id, kind, key_hash, version, payload, expires_at, keep_until) VALUES ('{name}', 'k', {Key("1")}, 1, {Key("1")}, 0, {end});
                INSERT INTO counters (environment_id, kind, key_hash, count, window_ends_at) VALUES ('{name}', 'k', {Key("1")}, 1, {end});
                INSERT INTO sessions (environment_id, cookie_hash, session_id, user_id, host, auth_time, expires_at) VALUES ('{name}', {Key("1")}, 's', 'u', 'h', 0, {end})
                """);
        }

        Assert.Equal(6, await SweepAsync());
        foreach (var table in new[] { "ephemeral", "counters", "sessions" })
        {
            Assert.Equal(["soon"], await data.QueryAsync($"SELECT environment_id FROM {table}"));
        }

        Assert.Equal(0, await SweepAsync());
        await data.ExecuteAsync("DELETE FROM ephemeral; DELETE FROM counters; DELETE FROM sessions");
    }

    [Fact]
    public async Task One_sweep_deletes_no_more_than_a_batch_of_a_table()
    {
        await data.ExecuteAsync(
            $"""
            INSERT INTO counters (environment_id, kind, key_hash, count, window_ends_at)
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Batch + 7})
            SELECT 'many', 'k', {Key("i")}, 1, 0 FROM n
            """);
        Assert.Equal(Batch, await SweepAsync());
        Assert.Equal(7, await SweepAsync());
        Assert.Equal(0, await SweepAsync());
    }

    private string Key(string number) => data.Database.IsPostgres ? $"decode(lpad(to_hex({number}), 8, '0'), 'hex')" : $"CAST({number} AS BLOB)";

    private Task<int> SweepAsync() => new Sweeper(data.Database, new AuditLog(data.Database, data.Vault, data.Clock), data.Clock, NullLogger<Sweeper>.Instance).SweepAsync(CancellationToken.None);
}

public sealed class SweeperOnSqliteTests(SqliteDatabase data) : SweeperTests(data), IClassFixture<SqliteDatabase>;

[Trait("Category", "Postgres")]
public sealed class SweeperOnPostgresTests(PostgresDatabase data) : SweeperTests(data), IClassFixture<PostgresDatabase>;
