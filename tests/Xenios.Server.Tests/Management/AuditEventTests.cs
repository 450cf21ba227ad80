using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Storage;
using Xenios.Testing;

namespace Xenios.Server.Tests.Management;

/// <summary>What leaves an event that names who and whom: keys, exports, imports; and what keeps the log from being cut short or asked nonsense (threats L05).</summary>
public class AuditEventTests : IAsyncLifetime
{
    private const string Secret = "machine-secret-0123456789-abcdefghijkl";
    private XeniosHost _host = null!;
    private ManagementClient _api = null!;

    protected virtual string? Postgres => null;

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync(options =>
        {
            options.Postgres = Postgres;
            options.MoreResources.Add("applications: [{ client_id: robot, type: machine, client_secret: " + Secret + ", scopes: [\"manage:read\", \"manage:write\"] }]");
        });
        _api = new ManagementClient(_host);
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Rotation_of_keys_stands_in_the_log_with_its_keys_and_one_that_changed_nothing_does_not()
    {
        using var robot = await RobotAsync();
        var next = (await robot.PostAsync("/keys/rotate")).Items.Where(key => key.GetProperty("state").GetString() == "next").Select(key => key.GetProperty("kid").GetString()).Order(StringComparer.Ordinal);
        var noted = Assert.Single((await _api.GetAsync("/audit-events?action=keys.rotated")).Items);
        Assert.Equal(("application:robot", "keys"), (noted.GetProperty("caller").GetString(), noted.GetProperty("target").GetString()));
        Assert.Equal(next, noted.GetProperty("after").GetProperty("kids").EnumerateArray().Select(kid => kid.GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(2, next.Count());

        await Expect.UnchangedAsync(_host, async () => Assert.Equal(200, (await _api.PostAsync("/keys/rotate")).Status));
    }

    [Fact]
    public async Task Every_page_of_an_export_of_people_stands_in_the_log()
    {
        using var robot = await RobotAsync();
        await ImportAsync(robot, new { username = "kim" }, new { username = "lee" });
        var page = await robot.GetAsync("/users/export?limit=1");
        Assert.Equal(200, page.Status);
        Assert.Equal(200, (await robot.GetAsync(page.Link!.Split('<', '>')[1]["/api/v1".Length..])).Status);
        var noted = (await _api.GetAsync("/audit-events?action=users.exported")).Items;
        Assert.Equal(["application:robot|users", "application:robot|users"], noted.Select(one => $"{one.GetProperty("caller")}|{one.GetProperty("target")}"));
        Assert.All(noted, one => Assert.Equal(1, one.GetProperty("after").GetProperty("users").GetInt32()));

        // What gives nobody out leaves nothing.
        await Expect.UnchangedAsync(_host, async () => Assert.Equal(400, (await robot.GetAsync("/users/export?limit=0")).Status));
    }

    [Fact]
    public async Task Export_of_a_person_stands_in_the_log_with_the_person()
    {
        using var robot = await RobotAsync();
        var kim = (await _api.PostAsync("/users", new { username = "kim" })).Text("id");
        Assert.Equal(200, (await robot.GetAsync($"/users/{kim}/export")).Status);
        var noted = Assert.Single((await _api.GetAsync("/audit-events?action=user.exported")).Items);
        Assert.Equal(("application:robot", $"user:{kim}"), (noted.GetProperty("caller").GetString(), noted.GetProperty("target").GetString()));
        await Expect.UnchangedAsync(_host, async () => Assert.Equal(404, (await robot.GetAsync("/users/usr_nobody/export")).Status));
    }

    [Fact]
    public async Task Import_stands_in_the_log_person_by_person_and_says_nothing_of_who_stayed_the_same()
    {
        using var robot = await RobotAsync();
        await ImportAsync(robot, new { username = "kim", password = "correct-horse-battery", identities = new[] { new { connection = "x", subject = "4711" } } }, new { username = "lee" }, new { username = "sam" });
        var ids = (await _host.QueryAsync("SELECT username, user_id FROM users WHERE username IN ('kim', 'lee', 'sam')")).ToDictionary(row => row.Split('|')[0], row => row.Split('|')[1]);
        Assert.Equal([$"user.created|user:{ids["kim"]}", $"user.created|user:{ids["lee"]}", $"user.created|user:{ids["sam"]}", "users.imported|users"], await RobotsAsync());

        var kim = Assert.Single((await _api.GetAsync($"/audit-events?target=user:{ids["kim"]}")).Items).GetProperty("after");
        Assert.Equal(("kim", true, "4711"), (kim.GetProperty("username").GetString(), kim.GetProperty("has_password").GetBoolean(), kim.GetProperty("identities")[0].GetProperty("subject").GetString()));

        await ImportAsync(robot, new { username = "kim" }, new { username = "lee", status = "blocked" }, new { username = "sam", password = "battery-horse-correct", attributes = new { nickname = "S" } });
        var after = (await RobotsAsync()).Skip(4).ToArray();
        Assert.Equal([$"user.blocked|user:{ids["lee"]}", $"user.changed|user:{ids["sam"]}", "users.imported|users"], after);
        var sam = (await _api.GetAsync($"/audit-events?target=user:{ids["sam"]}")).Items[0];
        Assert.Equal(("***", """{"nickname":"S"}"""), (sam.GetProperty("after").GetProperty("password").GetString(), sam.GetProperty("after").GetProperty("attributes").GetRawText()));

        // L04, and of a refused or unchanged import nothing at all.
        Assert.DoesNotContain(await _host.QueryAsync("SELECT before_json, after_json FROM audit_events"), row => row.Contains("AQAAAA", StringComparison.Ordinal) || row.Contains("horse", StringComparison.Ordinal));
        await Expect.UnchangedAsync(_host, () => ImportAsync(robot, new { username = "kim" }, new { username = "no name" }));
        Assert.Equal("True", (await _api.GetAsync("/audit-events/check")).Text("intact"));
    }

    [Fact] // who may write must not be able to wipe what says so
    public async Task Machine_does_not_decide_how_long_the_log_is_kept()
    {
        using var robot = await RobotAsync();
        Assert.Equal(200, (await _api.PatchAsync("/settings", new { audit_retention_days = 400 })).Status);
        await Expect.UnchangedAsync(_host, async () =>
        {
            foreach (var days in (int?[])[1, 0, null])
            {
                var patched = await robot.PatchAsync("/settings", $$"""{"audit_retention_days":{{days?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null"}}}""");
                Assert.Equal((422, "audit_retention_days: not_allowed"), (patched.Status, Assert.Single(patched.Errors)));
            }

            foreach (var days in (int[])[1, 0])
            {
                var applied = await robot.PostAsync("/resources/apply", new { environment = new { slug = "default", audit_retention_days = days } });
                Assert.Equal((422, "environment.audit_retention_days: not_allowed"), (applied.Status, Assert.Single(applied.Errors)));
            }
        });

        // What is so already may be sent back, as an export is.
        Assert.Equal(200, (await robot.PatchAsync("/settings", new { audit_retention_days = 400, display_name = "Ours" })).Status);
        var environment = (await robot.SendAsync("GET", "/resources", null, ("Accept", "application/json"))).Json.GetProperty("environment").GetRawText();
        Assert.Contains("\"audit_retention_days\":400", environment.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(200, (await robot.PostAsync("/resources/apply", $$"""{"environment":{{environment}}}""")).Status);
        Assert.Equal(200, (await _api.PostAsync("/resources/apply", new { environment = new { slug = "default", audit_retention_days = 0 } })).Status);
        Assert.Equal("0", (await _api.GetAsync("/settings")).Text("audit_retention_days"));
    }

    [Fact]
    public async Task Sweeps_of_two_nodes_at_once_never_move_the_beginning_back()
    {
        for (var i = 0; i < 12; i++)
        {
            await _api.PostAsync("/users", new { username = $"u{i}" });
        }

        var (database, audit, end) = (_host.Services.GetRequiredService<Database>(), _host.Services.GetRequiredService<AuditLog>(), _host.Clock.GetUtcNow());
        var environment = _host.Services.GetRequiredService<SnapshotCache>().Default.Id;
        var sweeps = new List<Task<int>>();
        await database.WriteAsync(
            async scope =>
            {
                // Both have begun before either may write: the one that saw more comes first.
                await AuditLog.HoldAsync(environment, scope);
                foreach (var batch in (int[])[8, 3])
                {
                    sweeps.Add(Task.Run(() => audit.SweepAsync(environment, end, batch, CancellationToken.None)));
                    await Task.Delay(300);
                }

                return true;
            },
            CancellationToken.None);
        var swept = await Task.WhenAll(sweeps);
        Assert.Equal([8, 3], swept);
        var whole = await audit.CheckAsync(environment, CancellationToken.None);
        Assert.Equal((true, 11L), (whole.Intact, whole.SweptThrough));
    }

    [Theory]
    [InlineData("/audit-events?target=a%00b", "target")]
    [InlineData("/audit-events?action=%00", "action")]
    [InlineData("/audit-events?caller=oper%00ator", "caller")]
    [InlineData("/audit-events?q=%00", "q")]
    [InlineData("/audit-events?from=2026-01-01%0a", "from")]
    [InlineData("/audit-events?cursor=%01", "cursor")]
    [InlineData("/sign-ins?application=%00", "application")]
    [InlineData("/sign-ins?connection=x%00", "connection")]
    [InlineData("/sign-ins?outcome=%1f", "outcome")]
    [InlineData("/users?status=%00", "status")]
    [InlineData("/users?connection=%7f", "connection")]
    [InlineData("/users/export?cursor=%00", "cursor")]
    [InlineData("/applications?q=%0d", "q")]
    [InlineData("/connections?q=%00", "q")]
    [InlineData("/environments?q=%00", "q")]
    public async Task Control_character_in_a_question_is_refused_at_its_field(string path, string field)
    {
        var answer = await _api.GetAsync(path);
        Assert.Equal((400, "malformed", $"{field}: malformed"), (answer.Status, answer.Code, Assert.Single(answer.Errors)));
    }

    private async Task<ManagementClient> RobotAsync() => new(
        _host, (await new RelyingParty(_host) { ClientId = "robot", Secret = Secret }.RedeemAsync(null, [("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null)])).AccessToken);

    private static Task<ManagementAnswer> ImportAsync(ManagementClient api, params object[] lines) =>
        api.SendAsync("POST", "/users/import", string.Join('\n', lines.Select(line => JsonSerializer.Serialize(line))), ("Content-Type", "application/jsonl"));

    private Task<IReadOnlyList<string>> RobotsAsync() => _host.QueryAsync("SELECT action, target FROM audit_events WHERE caller = 'application:robot' ORDER BY sequence");
}

[Trait("Category", "Postgres")]
public sealed class AuditEventOnPostgresTests : AuditEventTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
