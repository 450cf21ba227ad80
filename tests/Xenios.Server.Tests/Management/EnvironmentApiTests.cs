using Xenios.Testing;

namespace Xenios.Server.Tests.Management;

/// <summary>Environments and settings by API (contract §5; decision 3; D-9; threats L01, L02).</summary>
public class EnvironmentApiTests : IAsyncLifetime
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
    public async Task New_environment_answers_on_its_own_path_with_its_own_keys()
    {
        var made = await _api.PostAsync("/environments", new { slug = "shop", display_name = "Shops", sessions = new { lifetime = 600 } });
        Assert.Equal((201, "/api/v1/environments/shop", "https://id.test/e/shop", "False", "non_production"), (made.Status, made.Location, made.Text("issuer"), made.Text("is_default"), made.Text("kind")));
        Assert.Equal(made.Body, (await _api.GetAsync("/environments/shop")).Body);
        Assert.Equal(made.Body, (await _api.GetAsync($"/environments/{made.Text("id")}")).Body);
        Assert.Equal(["default", "shop"], (await _api.GetAsync("/environments")).Items.Select(item => item.GetProperty("slug").GetString()));
        Assert.Equal(["shop"], (await _api.GetAsync("/environments?q=HOPS")).Items.Select(item => item.GetProperty("slug").GetString()));
        using var client = _host.NewClient();
        Assert.Contains("https://id.test/e/shop/oauth2/authorize", await client.GetStringAsync(new Uri("/e/shop/.well-known/openid-configuration", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal(409, (await _api.PostAsync("/environments", new { slug = "shop" })).Status);
    }

    [Fact]
    public async Task Settings_are_those_of_the_callers_own_environment()
    {
        await _api.PostAsync("/environments", new { slug = "shop" });
        using var shop = new ManagementClient(_host, prefix: "/e/shop");
        var settings = await shop.GetAsync("/settings");
        Assert.Equal((200, "shop"), (settings.Status, settings.Text("slug")));
        var changed = await shop.SendAsync("PATCH", "/settings", new { sessions = new { lifetime = 600, idle_lifetime = 300 }, signing_keys = new { rotation_days = 30 } }, ("If-Match", settings.ETag!));
        Assert.Equal((200, """{"lifetime":600,"idle_lifetime":300}""", """{"rotation_days":30}"""), (changed.Status, changed.Text("sessions"), changed.Text("signing_keys")));
        Assert.Equal(412, (await shop.SendAsync("PATCH", "/settings", new { display_name = "No" }, ("If-Match", settings.ETag!))).Status);

        // Null removes: the default counts again.
        Assert.Equal("""{"idle_lifetime":300}""", (await shop.PatchAsync("/settings", """{"sessions":{"lifetime":null}}""")).Text("sessions"));
        Assert.Null((await _api.GetAsync("/settings")).Text("sessions"));
    }

    [Fact] // decision 3
    public async Task Machine_changes_the_settings_of_its_own_environment_and_no_environments()
    {
        var token = (await new RelyingParty(_host) { ClientId = "robot", Secret = Secret }.RedeemAsync(null, [("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null)])).AccessToken;
        using var robot = new ManagementClient(_host, token);
        var before = await _host.SnapshotAsync();
        foreach (var (method, path) in ((string, string)[])[("GET", "/environments"), ("POST", "/environments"), ("GET", "/environments/default"), ("PATCH", "/environments/default")])
        {
            var answer = await robot.SendAsync(method, path, method == "GET" ? null : """{"slug":"mine","kind":"production"}""");
            Assert.Equal((403, "forbidden"), (answer.Status, answer.Code));
        }

        Assert.Equal("kind: not_allowed", Assert.Single((await robot.PatchAsync("/settings", new { kind = "production" })).Errors));
        Assert.Equal(before, await _host.SnapshotAsync());
        Assert.Equal("Ours", (await robot.PatchAsync("/settings", new { display_name = "Ours" })).Text("display_name"));
    }

    [Fact] // D-9, A-04: what a production environment needs is named before anything changes
    public async Task Environment_goes_live_only_with_all_it_needs()
    {
        var before = await _host.SnapshotAsync();
        var refused = await _api.PatchAsync("/environments/default", new { kind = "production" });
        Assert.Equal(422, refused.Status);
        Assert.Contains("connections.x.client_id: credentials_required", refused.Errors);
        Assert.Contains("kind: conflict", refused.Errors);
        Assert.Contains("SealingKey", refused.Body, StringComparison.Ordinal);
        Assert.Contains("Mail:Host", refused.Body, StringComparison.Ordinal);
        Assert.Equal(422, (await _api.PostAsync("/environments", new { slug = "live", kind = "production" })).Status);
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Theory]
    [InlineData("""{"slug":"else"}""", 422, "slug: not_allowed")]
    [InlineData("""{"issuer":"https://evil.example"}""", 422, "issuer: not_allowed")]
    [InlineData("""{"is_default":false}""", 422, "is_default: not_allowed")]
    [InlineData("""{"display_name":""}""", 422, "display_name: out_of_range")]
    [InlineData("""{"sessions":{"lifetime":1}}""", 422, "sessions.lifetime: out_of_range")]
    [InlineData("""{"signing_keys":{"overlap":1}}""", 422, "signing_keys.overlap: out_of_range")]
    [InlineData("""{"kind":"staging"}""", 400, "kind: malformed")]
    [InlineData("""{"sessions":{"life":1}}""", 400, "sessions.life: A-10")]
    public async Task Patch_is_refused_at_the_field(string patch, int status, string error)
    {
        var before = await _host.SnapshotAsync();
        var answer = await _api.PatchAsync("/environments/default", patch);
        Assert.Equal((status, error), (answer.Status, Assert.Single(answer.Errors)));
        Assert.Equal(before, await _host.SnapshotAsync());
    }
}

[Trait("Category", "Postgres")]
public sealed class EnvironmentApiOnPostgresTests : EnvironmentApiTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
