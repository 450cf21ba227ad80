using Xenios.Testing;

namespace Xenios.Server.Tests.Management;

/// <summary>Plan, apply and export over the management API (contract §3).</summary>
public class ResourceApiTests : IAsyncLifetime
{
    private const string Secret = "shop2-secret-0123456789-abcdefghijklm";
    private static readonly object Shop = new
    {
        environment = new { display_name = "Renamed" },
        attributes = new[] { new { name = "nickname2", type = "text" } },
        applications = new[] { new { client_id = "shop2", name = "Shop ${X}", type = "web", client_secret = Secret, redirect_uris = new[] { "https://shop2.test/cb" }, connections = new[] { "x" } } },
        users = new[] { new { username = "planned", email = "planned@example.com", password = "planted password" } },
    };

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

    [Fact]
    public async Task Plan_says_what_would_change_and_changes_nothing()
    {
        var before = await _host.SnapshotAsync();
        var plan = await _api.PostAsync("/resources/plan", Shop);
        Assert.Equal(200, plan.Status);
        Assert.Equal("False", plan.Text("applied"));
        Assert.Equal(["environment:default", "attribute:nickname2", "application:shop2", "user:planned"], plan.Items.Select(item => item.GetProperty("resource").GetString()));
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Fact]
    public async Task Apply_does_what_the_plan_said_and_a_second_time_nothing()
    {
        var plan = await _api.PostAsync("/resources/plan", Shop);
        var applied = await _api.PostAsync("/resources/apply", Shop);
        Assert.Equal(plan.Json.GetProperty("items").ToString(), applied.Json.GetProperty("items").ToString());
        var after = await _host.QueryAsync("SELECT COUNT(*) FROM audit_events");
        Assert.Empty((await _api.PostAsync("/resources/apply", Shop)).Items);
        Assert.Empty((await _api.PostAsync("/resources/plan", Shop)).Items);
        Assert.Equal(after, await _host.QueryAsync("SELECT COUNT(*) FROM audit_events"));
    }

    [Fact]
    public async Task Each_change_of_a_file_has_its_event_and_no_secret_is_in_it()
    {
        await _api.PostAsync("/resources/apply", Shop);
        var events = await _api.GetAsync("/audit-events?caller=operator");
        Assert.Equal(["user.created", "application.created", "attribute.created", "environment.changed"], events.Items.Select(item => item.GetProperty("action").GetString()));
        foreach (var place in (string[])[events.Body, (await _api.GetAsync("/resources")).Body, string.Join(' ', await _host.QueryAsync("SELECT after_json FROM audit_events"))])
        {
            Assert.DoesNotContain(Secret, place, StringComparison.Ordinal);
            Assert.DoesNotContain("planted", place, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Another_secret_shows_in_the_plan_without_being_shown()
    {
        await _api.PostAsync("/resources/apply", Shop);
        var item = Assert.Single((await _api.PostAsync("/resources/plan", new
        {
            applications = new[] { new { client_id = "shop2", name = "Shop ${X}", type = "web", client_secret = "x" + Secret, redirect_uris = new[] { "https://shop2.test/cb" }, connections = new[] { "x" } } },
        })).Items);
        Assert.Equal("""[{"field":"client_secret","before":"***","after":"***"}]""", item.GetProperty("fields").GetRawText());
    }

    [Fact]
    public async Task Export_names_the_upstream_secrets_that_there_are_and_no_other()
    {
        var made = await _api.PostAsync("/connections", new { slug = "native", kind = "x", client_id = "public-client-id", api_key = "abcdefghijklmnopqrstuvwxy", api_key_secret = Secret });
        Assert.Equal(201, made.Status);
        var exported = (await _api.GetAsync("/resources")).Body;
        Assert.Contains("api_key_secret: ${NATIVE_API_KEY_SECRET}", exported, StringComparison.Ordinal);
        Assert.DoesNotContain("NATIVE_CLIENT_SECRET", exported, StringComparison.Ordinal);
    }

    // One lock order (PostgreSQL): both hold the end of the audit log first. Before, the file held it and waited for the user, whose change waited for it: 500.
    [Fact]
    public async Task Applying_a_file_while_its_users_are_changed_one_by_one_breaks_neither()
    {
        var users = new List<string>();
        foreach (var name in (string[])["kim", "lee"])
        {
            users.Add((await _api.PostAsync("/users", new { username = name })).Text("id")!);
        }

        for (var round = 0; round < 15; round++)
        {
            var file = $$"""{"users":[{"username":"kim","attributes":{"nickname":"f{{round}}"} },{"username":"lee","attributes":{"nickname":"f{{round}}"} }]}""";
            var answers = await Task.WhenAll(
                [_api.PostAsync("/resources/apply", file), .. users.Select(user => _api.PatchAsync($"/users/{user}", new { attributes = new { nickname = $"p{round}" } }))]);
            Assert.All(answers, answer => Assert.True(answer.Status == 200, answer.Body));
        }
    }

    [Fact]
    public async Task Export_applied_to_an_empty_server_gives_the_same_export()
    {
        await _api.PostAsync("/resources/apply", Shop);
        var exported = (await _api.GetAsync("/resources")).Body;
        Assert.Contains("client_secret: ${SHOP2_CLIENT_SECRET}", exported, StringComparison.Ordinal);
        Assert.Contains("Shop $${X}", exported, StringComparison.Ordinal);
        await using var empty = await XeniosHost.StartAsync(options => (options.Resources, options.Postgres) = ("environment: { slug: default }", Postgres));
        var reading = Xenios.Server.Resources.ResourceFile.Read(exported, "export", _ => Secret);
        Assert.Empty(reading.Errors);
        using var api = new ManagementClient(empty);
        var applied = await api.PostAsync("/resources/apply", System.Text.Json.JsonSerializer.Serialize(reading.Document!, Xenios.Sdk.XeniosJson.Default.ResourceDocument));
        Assert.Equal(200, applied.Status);
        Assert.Equal(exported, (await api.GetAsync("/resources")).Body);
    }

    [Fact]
    public async Task Yaml_is_read_as_the_file_itself_is()
    {
        var plan = await PlanYamlAsync("environment: { display_name: Renamed }\nattributes:\n  - { name: nickname2, type: text }");
        Assert.Equal(200, plan.Status);
        Assert.Equal(["environment:default", "attribute:nickname2"], plan.Items.Select(item => item.GetProperty("resource").GetString()));
        var export = (await _api.GetAsync("/resources")).Body.Split('\n').Where(line => !line.Contains("${", StringComparison.Ordinal));
        Assert.Empty((await PlanYamlAsync(string.Join('\n', export))).Items);
    }

    [Theory]
    [InlineData("environment:\n  display_nam: Renamed", 400, "environment.display_nam", "line 2: unknown field; did you mean display_name?")]
    [InlineData("environment:\n  slug: default\n  kind: production", 422, "environment.kind", "line 3: ")]
    [InlineData("environment: [", 400, "", "line 2: ")]
    public async Task Yaml_that_is_wrong_is_refused_with_its_line(string text, int status, string field, string message)
    {
        var plan = await PlanYamlAsync(text);
        Assert.Equal(status, plan.Status);
        Assert.Contains(plan.Json.GetProperty("errors").EnumerateArray(), error => error.GetProperty("field").GetString() == field && error.GetProperty("message").GetString()!.StartsWith(message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Yaml_that_is_sent_reads_nothing_of_the_servers_environment()
    {
        var plan = await PlanYamlAsync("environment: { display_name: \"${PATH}\" }");
        Assert.Equal(400, plan.Status);
        Assert.Contains("environment.display_name: malformed", plan.Errors);
        Assert.DoesNotContain("/bin", plan.Body, StringComparison.Ordinal);
    }

    private Task<ManagementAnswer> PlanYamlAsync(string text) => _api.SendAsync("POST", "/resources/plan", text, ("Content-Type", "application/yaml"));

    [Theory]
    [InlineData("""{"applications":[{"client_id":"web","type":"web","clientid":"x"}]}""", 400, "applications[0].clientid: A-10")]
    [InlineData("""{"applications":[{"client_id":"web","type":"weeb"}]}""", 400, "applications[0].type: malformed")]
    [InlineData("""{"applications":[{"client_id":"web","type":"web","access_token_lifetime":1,"client_secret":"0123456789-0123456789-0123456789-0123"}]}""", 422, "applications[0].access_token_lifetime: out_of_range")]
    [InlineData("""{"environment":{"kind":"production"}}""", 422, "environment.kind: conflict")]
    [InlineData("[]", 400, ": malformed")]
    [InlineData("{", 400, ": malformed")]
    public async Task File_that_is_wrong_is_refused_at_its_field_and_nothing_changes(string body, int status, string error)
    {
        var before = await _host.SnapshotAsync();
        foreach (var path in (string[])["/resources/plan", "/resources/apply"])
        {
            var answer = await _api.PostAsync(path, body);
            Assert.Equal(status, answer.Status);
            Assert.Contains(error, answer.Errors);
        }

        Assert.Equal(before, await _host.SnapshotAsync());
    }
}

[Trait("Category", "Postgres")]
public sealed class ResourceApiOnPostgresTests : ResourceApiTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
