using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Storage;
using Xenios.Testing;

namespace Xenios.Server.Tests.Management;

/// <summary>The audit log keeps what was done and shows when somebody tampered with it (threats L05).</summary>
public class AuditTests : IAsyncLifetime
{
    private XeniosHost _host = null!;
    private ManagementClient _api = null!;

    protected virtual string? Postgres => null;

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync(options => options.Postgres = Postgres);
        await _host.ExecuteAsync("DELETE FROM audit_events");
        await _host.ExecuteAsync("UPDATE environments SET audit_sequence = 0, audit_hash = NULL");
        _api = new ManagementClient(_host);
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Event_tells_who_changed_what_and_only_what_differs()
    {
        await WriteAsync("application.changed", "application:shop", """{"name":"Shop","scopes":["openid"],"same":1}""", """{"name":"Store","scopes":["openid"],"same":1,"new":true}""");
        var found = Assert.Single((await _api.GetAsync("/audit-events")).Items);
        Assert.Equal(("operator", "application.changed", "application:shop"), (found.GetProperty("caller").GetString(), found.GetProperty("action").GetString(), found.GetProperty("target").GetString()));
        Assert.Equal("""{"name":"Shop"}""", found.GetProperty("before").GetRawText());
        Assert.Equal("""{"name":"Store","new":true}""", found.GetProperty("after").GetRawText());
    }

    [Fact]
    public async Task Secret_handed_in_by_mistake_is_blanked()
    {
        await WriteAsync("connection.created", "connection:x", null, """{"client_secret":"planted","inner":{"password":"planted"},"list":[{"api_key_secret":"planted"}],"slug":"x"}""");
        Assert.DoesNotContain("planted", string.Join(' ', await _host.QueryAsync("SELECT after_json FROM audit_events")), StringComparison.Ordinal);
        Assert.Contains("***", (await _api.GetAsync("/audit-events")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_follow_one_another_newest_first_and_filters_narrow_unless_they_are_empty()
    {
        for (var i = 1; i <= 5; i++)
        {
            await WriteAsync(i % 2 == 0 ? "user.changed" : "user.blocked", $"user:{i}", null, "{}");
        }

        var first = await _api.GetAsync("/audit-events?limit=2");
        var second = await _api.GetAsync($"/audit-events?limit=2&cursor={first.Text("next_cursor")}");
        var third = await _api.GetAsync($"/audit-events?limit=2&cursor={second.Text("next_cursor")}");
        Assert.Equal([5, 4, 3, 2, 1], first.Items.Concat(second.Items).Concat(third.Items).Select(item => item.GetProperty("sequence").GetInt32()));
        Assert.Null(third.Text("next_cursor"));
        Assert.Equal(2, (await _api.GetAsync("/audit-events?action=user.changed")).Items.Count);
        Assert.Single((await _api.GetAsync("/audit-events?q=user:3")).Items);
        Assert.Single((await _api.GetAsync("/audit-events?q=user:3&target=")).Items);
        Assert.Equal(5, (await _api.GetAsync("/audit-events?target=&action=&caller=&from=&to=")).Items.Count);
        Assert.Empty((await _api.GetAsync("/audit-events?to=2001-01-01T00:00:00Z")).Items);
        Assert.Equal(5, (await _api.GetAsync("/audit-events/export")).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(2, (await _api.GetAsync("/audit-events/export?after=3")).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Events_are_found_by_time_although_the_clocks_of_nodes_differ()
    {
        foreach (var (user, minutes) in ((int, int)[])[(1, 0), (2, 60), (3, -5), (4, 60)])
        {
            _host.Clock.Advance(TimeSpan.FromMinutes(minutes));
            await WriteAsync("user.changed", $"user:{user}", null, "{}");
        }

        var last = _host.Clock.GetUtcNow();
        async Task<IEnumerable<string?>> FoundAsync(string query) => (await _api.GetAsync($"/audit-events?{query}")).Items.Select(item => item.GetProperty("target").GetString());
        string At(int minutes) => last.AddMinutes(minutes).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(["user:4", "user:3", "user:2"], await FoundAsync($"from={At(-70)}"));
        Assert.Equal(["user:3", "user:1"], await FoundAsync($"to={At(-57)}"));
        Assert.Equal(["user:2"], await FoundAsync($"from={At(-56)}&to={At(-1)}"));
        Assert.Empty(await FoundAsync($"from={At(5)}"));
        Assert.Equal(4, (await FoundAsync($"from={At(-10000)}")).Count());
    }

    [Theory]
    [InlineData("limit=0", "limit: out_of_range")]
    [InlineData("limit=101", "limit: out_of_range")]
    [InlineData("limit=x", "limit: out_of_range")]
    [InlineData("cursor=", "cursor: malformed")]
    [InlineData("cursor=eA", "cursor: malformed")]
    [InlineData("cursor=%00", "cursor: malformed")]
    [InlineData("from=yesterday", "from: malformed")]
    [InlineData("sort=at", "sort: A-10")]
    [InlineData("limit=1&limit=2", "limit: duplicate")]
    public async Task Question_that_cannot_be_read_is_refused_at_its_field(string query, string error)
    {
        var answer = await _api.GetAsync($"/audit-events?{query}");
        Assert.Equal((400, "malformed"), (answer.Status, answer.Code));
        Assert.Equal([error], answer.Errors);
    }

    [Theory]
    [InlineData("UPDATE audit_events SET caller = 'somebody' WHERE sequence = 2", 2)]
    [InlineData("UPDATE audit_events SET after_json = '{}' WHERE sequence = 3", 3)]
    [InlineData("DELETE FROM audit_events WHERE sequence = 2", 2)]
    [InlineData("DELETE FROM audit_events WHERE sequence = 4", 4)]
    [InlineData("DELETE FROM audit_events", 1)]
    [InlineData("UPDATE audit_events SET hash = previous_hash WHERE sequence = 4", 4)]
    [InlineData("DELETE FROM audit_events WHERE sequence = 1", 1)]
    [InlineData("UPDATE audit_events SET content_hash = hash WHERE sequence = 2", 2)]
    [InlineData("UPDATE audit_events SET before_json = NULL, after_json = NULL, salt = NULL WHERE sequence = 2", 2)]
    [InlineData("DELETE FROM audit_events WHERE sequence <= 2; UPDATE environments SET audit_swept = 2, audit_swept_hash = (SELECT previous_hash FROM audit_events WHERE sequence = 3)", 1)]
    public async Task Tampering_shows_where_it_begins(string sql, int at)
    {
        for (var i = 1; i <= 4; i++)
        {
            await WriteAsync("user.changed", $"user:{i}", null, """{"a":1}""");
        }

        var whole = await _api.GetAsync("/audit-events/check");
        Assert.Equal(("True", "4"), (whole.Text("intact"), whole.Text("checked")));
        Assert.Equal((await _api.GetAsync("/audit-events?limit=1")).Items[0].GetProperty("hash").GetString(), whole.Text("hash"));
        await _host.ExecuteAsync(sql);
        var broken = await _api.GetAsync("/audit-events/check");
        Assert.Equal(("False", at.ToString(System.Globalization.CultureInfo.InvariantCulture)), (broken.Text("intact"), broken.Text("broken_at")));
    }

    // As a check finds it that began when there was one event: more than a page of them came since.
    [Fact]
    public async Task Check_ends_however_many_events_are_written_meanwhile()
    {
        await WriteAsync("user.changed", "user:1", null, "{}");
        await _host.ExecuteAsync(
            """
            WITH RECURSIVE later (number) AS (SELECT 2 UNION ALL SELECT number + 1 FROM later WHERE number < 1100)
            INSERT INTO audit_events (environment_id, sequence, at, caller, action, target, content_hash, previous_hash, hash)
            SELECT a.environment_id, l.number, a.at, a.caller, a.action, a.target, a.content_hash, a.hash, a.hash FROM audit_events a, later l
            """);
        var whole = await _host.Services.GetRequiredService<AuditLog>()
            .CheckAsync((await _host.QueryAsync("SELECT environment_id FROM audit_events WHERE sequence = 1"))[0], CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((true, 1L), (whole.Intact, whole.Checked));
    }

    // Worked out elsewhere: a chain that was written by an earlier version stays whole.
    [Fact]
    public async Task A_hash_is_made_as_it_always_was()
    {
        const string Content = "0076141a93feffd7ae843c0bb18f9a735950176129bdcb80d928b0f580458be3";
        const string Hash = "66e413c132e74de12c81f964ca8299fab95e946dc6db5385f96e6decdb3decea";
        var octets = _host.Services.GetRequiredService<Database>().IsPostgres ? (Func<string, string>)(hex => $"decode('{hex}', 'hex')") : hex => $"X'{hex}'";
        await _host.Services.GetRequiredService<Database>().WriteAsync(
            async scope =>
            {
                foreach (var sql in (string[])
                [
                    "INSERT INTO environments (environment_id, slug, kind, display_name, is_default, version, created_at, audit_sequence, audit_hash) VALUES "
                        + $"('env_kept', 'kept', 'non_production', 'Kept', 0, 1, 1, 1, {octets(Hash)})",
                    "INSERT INTO audit_events (environment_id, sequence, at, caller, action, target, before_json, after_json, salt, content_hash, previous_hash, hash) VALUES "
                        + $$"""('env_kept', 1, 1000, 'operator', 'user.changed', 'user:1', NULL, '{"a":1}', {{octets(new string('0', 32))}}, {{octets(Content)}}, {{octets(new string('0', 64))}}, {{octets(Hash)}})""",
                ])
                {
                    await using var command = scope.Connection.CreateCommand();
                    (command.CommandText, command.Transaction) = (sql, scope.Transaction);
                    await command.ExecuteNonQueryAsync();
                }

                return true;
            },
            CancellationToken.None);
        var checkedChain = await _host.Services.GetRequiredService<AuditLog>().CheckAsync("env_kept", CancellationToken.None);
        Assert.Equal((true, 1L, Hash), (checkedChain.Intact, checkedChain.Checked, checkedChain.Hash));
    }

    [Fact]
    public async Task Changes_at_once_make_one_chain()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => WriteAsync("user.changed", $"user:{i}", null, "{}")));
        var whole = await _api.GetAsync("/audit-events/check");
        Assert.Equal(("True", "20"), (whole.Text("intact"), whole.Text("checked")));
    }

    [Fact]
    public async Task Events_older_than_the_retention_go_and_the_rest_is_still_checkable()
    {
        await WriteManyAsync(1, 3);
        _host.Clock.Advance(TimeSpan.FromDays(10));
        await WriteManyAsync(4, 6);
        Assert.Equal(200, (await _api.PatchAsync("/settings", """{"audit_retention_days":9}""")).Status);
        await _host.SweepAsync();
        Assert.Equal(["4", "5", "6", "7"], await _host.QueryAsync("SELECT sequence FROM audit_events ORDER BY sequence"));
        var whole = await _api.GetAsync("/audit-events/check");
        Assert.Equal(("True", "4", "3"), (whole.Text("intact"), whole.Text("checked"), whole.Text("swept_through")));

        // The first event that is left is held as fast as any other.
        await _host.ExecuteAsync("DELETE FROM audit_events WHERE sequence = 4");
        var broken = await _api.GetAsync("/audit-events/check");
        Assert.Equal(("False", "4"), (broken.Text("intact"), broken.Text("broken_at")));
    }

    [Fact]
    public async Task Chain_goes_on_after_everything_was_swept()
    {
        await _host.ApplyAsync("environment: { slug: default, audit_retention_days: 1 }");
        _host.Clock.Advance(TimeSpan.FromDays(2));
        await _host.SweepAsync();
        Assert.Empty(await _host.QueryAsync("SELECT sequence FROM audit_events"));
        Assert.Equal("True", (await _api.GetAsync("/audit-events/check")).Text("intact"));
        await WriteManyAsync(2, 3);
        var whole = await _api.GetAsync("/audit-events/check");
        Assert.Equal(("True", "2", "1"), (whole.Text("intact"), whole.Text("checked"), whole.Text("swept_through")));
    }

    [Fact]
    public async Task Beginning_that_was_moved_by_hand_is_noticed()
    {
        await WriteManyAsync(1, 4);
        await _host.ApplyAsync("environment: { slug: default, audit_retention_days: 1 }");
        _host.Clock.Advance(TimeSpan.FromDays(2));
        await WriteManyAsync(6, 9);
        await _host.SweepAsync();
        Assert.Equal("5", (await _api.GetAsync("/audit-events/check")).Text("swept_through"));
        await _host.ExecuteAsync("UPDATE environments SET audit_swept = 7, audit_swept_hash = (SELECT hash FROM audit_events WHERE sequence = 7)");
        await _host.ExecuteAsync("DELETE FROM audit_events WHERE sequence <= 7");
        var broken = await _api.GetAsync("/audit-events/check");
        Assert.Equal(("False", "1"), (broken.Text("intact"), broken.Text("broken_at")));
    }

    [Fact]
    public async Task Without_a_retention_events_are_kept_for_ever()
    {
        await WriteManyAsync(1, 2);
        _host.Clock.Advance(TimeSpan.FromDays(5000));
        await _host.SweepAsync();
        Assert.Equal(["2"], await _host.QueryAsync("SELECT COUNT(*) FROM audit_events"));
        await _host.ApplyAsync("environment: { slug: default, audit_retention_days: 0 }");
        await _host.SweepAsync();
        Assert.Equal("True", (await _api.GetAsync("/audit-events/check")).Text("intact"));
        Assert.Equal(["3"], await _host.QueryAsync("SELECT COUNT(*) FROM audit_events"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(36_501)]
    public async Task Retention_out_of_range_is_refused_at_its_field(int days)
    {
        var answer = await _api.PatchAsync("/settings", $$"""{"audit_retention_days":{{days}}}""");
        Assert.Equal((422, "audit_retention_days: out_of_range"), (answer.Status, Assert.Single(answer.Errors)));
    }

    [Fact]
    public async Task Deleted_person_is_blanked_in_every_event_and_the_chain_holds()
    {
        await _host.ApplyAsync("environment: { slug: default }\nusers: [{ username: canary-name, email: canary@v.test, attributes: { nickname: canary-nick } }]");
        var id = (await _api.GetAsync("/users?q=canary-name")).Items[0].GetProperty("id").GetString()!;
        Assert.Equal(200, (await _api.PatchAsync($"/users/{id}", """{"email":"canary-two@v.test"}""")).Status);
        await WriteAsync("administrator.created", $"administrator:{id}", null, """{"email":"canary@v.test"}""");
        Assert.Equal(204, (await _api.DeleteAsync($"/users/{id}")).Status);
        Assert.DoesNotContain("canary", string.Join('\n', await _host.QueryAsync("SELECT * FROM audit_events")), StringComparison.Ordinal);
        var events = (await _api.GetAsync($"/audit-events?target=user:{id}")).Items;
        Assert.Equal(["user.deleted", "user.changed", "user.created"], events.Select(item => item.GetProperty("action").GetString()));
        Assert.Equal([false, true, true], events.Select(item => item.TryGetProperty("blanked", out var blanked) && blanked.GetBoolean()));
        Assert.Equal("True", (await _api.GetAsync("/audit-events/check")).Text("intact"));

        // Without the deletion the blanks are tampering.
        await _host.ExecuteAsync("UPDATE audit_events SET target = 'user:somebody' WHERE action = 'user.deleted'");
        Assert.Equal("False", (await _api.GetAsync("/audit-events/check")).Text("intact"));
    }

    private async Task WriteManyAsync(int from, int to)
    {
        for (var i = from; i <= to; i++)
        {
            await WriteAsync("user.changed", $"user:{i}", null, """{"a":1}""");
        }
    }

    private Task<bool> WriteAsync(string action, string target, string? before, string? after) => _host.Services.GetRequiredService<Database>().WriteAsync(
        async scope =>
        {
            var caller = new Caller("operator", _host.Services.GetRequiredService<SnapshotCache>().Default.Id, IsOperator: true, MayWrite: true);
            await _host.Services.GetRequiredService<AuditLog>().WriteAsync(
                scope, caller, action, target, before is null ? null : JsonNode.Parse(before)!.AsObject(), after is null ? null : JsonNode.Parse(after)!.AsObject());
            return true;
        },
        CancellationToken.None);
}

[Trait("Category", "Postgres")]
public sealed class AuditOnPostgresTests : AuditTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
