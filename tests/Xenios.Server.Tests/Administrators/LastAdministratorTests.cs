using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Administrators;
using Xenios.Testing;

namespace Xenios.Server.Tests.Administrators;

/// <summary>Whatever is done to accounts, somebody can sign in to the console, and nobody comes back in by what was made before the right was taken away (threats L03, L05).</summary>
public class LastAdministratorTests : IAsyncLifetime
{
    private XeniosHost _host = null!;
    private ManagementClient _api = null!;

    protected virtual string? Postgres => null;

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync(options => options.Postgres = Postgres);
        _api = new ManagementClient(_host);
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _host.DisposeAsync();
    }

    [Theory] // L03
    [InlineData("removed")]
    [InlineData("blocked")]
    [InlineData("deleted")]
    [InlineData("imported")]
    [InlineData("applied")]
    [InlineData("file")]
    [InlineData("unconfirmed")]
    public async Task Setup_links_die_with_the_right_of_any_administrator(string way)
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var bea = await _host.AddAdministratorAsync("bea@example.com");
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var (link, open) = (await _host.SetupLinkAsync(), _host.NewBrowser());
        var page = await open.GoAsync(link);
        Assert.Null(page.Error);

        object file = new { environment = new { slug = "default" }, users = new[] { new { email = "bea@example.com", email_verified = true, status = "blocked" } } };
        var done = way switch
        {
            "removed" => (await _api.DeleteAsync($"/administrators/{bea}")).Status,
            "blocked" => (await _api.PatchAsync($"/users/{bea}", new { status = "blocked" })).Status,
            "unconfirmed" => (await _api.PatchAsync($"/users/{bea}", new { email_verified = false })).Status,
            "deleted" => (await _api.DeleteAsync($"/users/{bea}")).Status,
            "imported" => (await ImportAsync(new { id = bea, status = "blocked" })).Status,
            "applied" => (await _api.PostAsync("/resources/apply", file)).Status,
            _ => await ApplyFileAsync(JsonSerializer.Serialize(file)),
        };
        Assert.InRange(done, 200, 204);
        Assert.Equal(["0"], await _host.QueryAsync("SELECT COUNT(*) FROM ephemeral WHERE kind = 'setup_link'"));
        Assert.Equal("A-11", (await _host.NewBrowser().GoAsync(link)).Error);
        Assert.Equal("A-11", (await open.PressAsync(page, "/setup", ("email", "eve@example.com"), ("password", ConsoleRig.Password))).Error);
    }

    [Fact] // L03
    public async Task Setup_link_that_died_when_somebody_was_added_does_not_live_again_when_that_one_is_removed()
    {
        await _host.AddAdministratorAsync("ada@example.com");
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var link = await _host.SetupLinkAsync();
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var bea = await _host.AddAdministratorAsync("bea@example.com");
        Assert.Equal(204, (await _api.DeleteAsync($"/administrators/{bea}")).Status);
        Assert.Equal("A-11", (await _host.NewBrowser().GoAsync(link)).Error);
    }

    [Fact]
    public async Task Setup_link_outlives_what_changes_nobodys_right()
    {
        var ada = await _host.AddAdministratorAsync("ada@example.com");
        var cara = await _host.AddUserAsync("cara@example.com");
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var link = await _host.SetupLinkAsync();
        Assert.Equal(409, (await _api.DeleteAsync($"/administrators/{ada}")).Status);
        Assert.Equal(200, (await _api.PatchAsync($"/users/{ada}", new { username = "ada" })).Status);
        Assert.Equal(200, (await _api.PatchAsync($"/users/{cara}", new { status = "blocked" })).Status);
        Assert.Equal(204, (await _api.DeleteAsync($"/users/{cara}")).Status);
        Assert.Null((await _host.NewBrowser().GoAsync(link)).Error);
    }

    [Theory]
    [InlineData("""{"status":"blocked"}""")]
    [InlineData("""{"email":"new@example.com"}""")]
    [InlineData("""{"email_verified":false}""")]
    [InlineData("""{"password":null}""")]
    public async Task Last_administrator_who_can_sign_in_keeps_a_way_in(string patch)
    {
        var ada = await _host.AddAdministratorAsync("ada@example.com");
        await Expect.UnchangedAsync(_host, async () =>
        {
            var answer = await _api.PatchAsync($"/users/{ada}", patch);
            Assert.Equal((409, "last_administrator"), (answer.Status, answer.Code));

            // A line of an import takes no password away.
            var imported = await _api.SendAsync("POST", "/users/import", patch.Insert(1, $"\"id\":\"{ada}\","), ("Content-Type", "application/jsonl"));
            var refused = imported.Json.GetProperty("refused").EnumerateArray().Select(one => one.GetProperty("code").GetString());
            Assert.Equal(patch.Contains("password", StringComparison.Ordinal) ? [] : ["last_administrator"], refused);
        });
        Assert.Equal("console", (await _host.NewBrowser().SignInToConsoleAsync("ada@example.com")).Id);
    }

    [Theory]
    [InlineData("email_verified: true, status: blocked")]
    [InlineData("email_verified: false")]
    public async Task Resource_file_does_not_lock_the_last_administrator_out(string fields)
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var file = $"environment: {{ slug: default }}\nusers: [{{ email: ada@example.com, {fields} }}]";
        await Expect.UnchangedAsync(_host, async () =>
        {
            foreach (var path in (string[])["/resources/plan", "/resources/apply"])
            {
                var answer = await _api.SendAsync("POST", path, file, ("Content-Type", "application/yaml"));
                Assert.Equal((422, "users[0]: last_administrator"), (answer.Status, Assert.Single(answer.Errors)));
            }

            // The file of a start as well: the server says why and does not start.
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => _host.ApplyAsync(file));
            Assert.Contains("last administrator", refused.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task File_that_says_again_what_is_so_already_is_applied()
    {
        await _host.AddAdministratorAsync("ada@example.com");
        await _host.AddAdministratorAsync("bea@example.com");
        const string File = "environment: { slug: default }\nusers: [{ email: bea@example.com, email_verified: true, status: blocked }, { email: ada@example.com, email_verified: true }]";
        await _host.ApplyAsync(File);
        await _host.ApplyAsync(File);
        Assert.Equal("console", (await _host.NewBrowser().SignInToConsoleAsync("ada@example.com")).Id);
    }

    [Fact]
    public async Task User_name_is_a_way_in_where_the_address_is_not_confirmed()
    {
        var ada = await _host.AddAdministratorAsync("ada@example.com");
        Assert.Equal(200, (await _api.PatchAsync($"/users/{ada}", new { username = "Ada", email = "new@example.com" })).Status);
        Assert.Equal("console", (await _host.NewBrowser().SignInToConsoleAsync("ada")).Id);
        Assert.Equal(409, (await _api.PatchAsync($"/users/{ada}", """{"username":null}""")).Status);
    }

    [Fact]
    public async Task Administrator_who_cannot_sign_in_keeps_nobody_in()
    {
        var ada = await _host.AddAdministratorAsync("ada@example.com");
        var bea = await _host.AddAdministratorAsync("bea@example.com");
        Assert.Equal(200, (await _api.PatchAsync($"/users/{bea}", new { email = "new@example.com" })).Status);
        Assert.Equal("S71", (await _host.NewBrowser().SignInToConsoleAsync("new@example.com")).Id);
        await Expect.UnchangedAsync(_host, async () =>
        {
            foreach (var answer in new[] { await _api.DeleteAsync($"/administrators/{ada}"), await _api.DeleteAsync($"/users/{ada}"), await _api.PatchAsync($"/users/{ada}", new { status = "blocked" }) })
            {
                Assert.Equal((409, "last_administrator"), (answer.Status, answer.Code));
            }
        });
        Assert.Equal(200, (await _api.PatchAsync($"/users/{bea}", new { email_verified = true })).Status);
        Assert.Equal(204, (await _api.DeleteAsync($"/administrators/{ada}")).Status);
    }

    [Theory]
    [InlineData("""{"email":"cara@example.com","password":"correct-horse-battery"}""", "user_id: conflict", "confirm")]
    [InlineData("""{"email":"cara@example.com","email_verified":true}""", "password: required", "password")]
    [InlineData("""{"username":"cara"}""", "password: required", "password")]
    public async Task Nobody_becomes_an_administrator_without_a_way_into_the_console(string user, string error, string remedy)
    {
        var cara = (await _api.PostAsync("/users", user)).Text("id");
        await Expect.UnchangedAsync(_host, async () =>
        {
            var answer = await _api.PostAsync("/administrators", new { user_id = cara });
            Assert.Equal((422, error), (answer.Status, Assert.Single(answer.Errors)));
            Assert.Contains(remedy, answer.Json.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        });
        Assert.Equal(200, (await _api.PatchAsync($"/users/{cara}", new { username = "cara", password = ConsoleRig.Password })).Status);
        Assert.Equal(201, (await _api.PostAsync("/administrators", new { user_id = cara })).Status);
        Assert.Equal("console", (await _host.NewBrowser().SignInToConsoleAsync("cara")).Id);
    }

    [Theory]
    [InlineData("status = 'blocked'")]
    [InlineData("email_verified = 0")]
    [InlineData("password_hash = NULL")]
    [InlineData("email_verified = 0, username = 'ada@example.com', username_key = 'ada@example.com'")]
    public async Task Start_prints_a_link_while_no_administrator_can_sign_in(string change)
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var links = _host.Services.GetRequiredService<SetupLinks>();
        Assert.Null(await links.CreateWhileNobodyAsync(CancellationToken.None));
        await _host.ExecuteAsync($"UPDATE users SET {change} WHERE email_key = 'ada@example.com'");
        Assert.NotEqual("console", (await _host.NewBrowser().SignInToConsoleAsync("ada@example.com")).Id);
        Assert.NotNull(await links.CreateWhileNobodyAsync(CancellationToken.None));
    }

    [Fact] // L05
    public async Task Deleted_administrator_stands_in_the_log_as_one_without_a_word_about_the_person()
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var bea = await _host.AddAdministratorAsync("canary@example.com");
        Assert.Equal(204, (await _api.DeleteAsync($"/users/{bea}")).Status);
        Assert.Equal(
            [$"administrator.deleted|administrator:{bea}", $"user.deleted|user:{bea}"],
            (await _host.QueryAsync("SELECT action, target FROM audit_events ORDER BY sequence")).TakeLast(2));
        Assert.DoesNotContain("canary", string.Join('\n', await _host.QueryAsync("SELECT * FROM audit_events")), StringComparison.Ordinal);
        Assert.Equal("True", (await _api.GetAsync("/audit-events/check")).Text("intact"));
        Assert.Empty(await _host.QueryAsync("SELECT target FROM audit_events WHERE action = 'administrator.deleted' AND target NOT LIKE 'administrator:%'"));
    }

    private async Task<int> ApplyFileAsync(string file)
    {
        await _host.ApplyAsync(file);
        return 200;
    }

    private Task<ManagementAnswer> ImportAsync(object line) => _api.SendAsync("POST", "/users/import", JsonSerializer.Serialize(line), ("Content-Type", "application/jsonl"));
}

[Trait("Category", "Postgres")]
public sealed class LastAdministratorOnPostgresTests : LastAdministratorTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
