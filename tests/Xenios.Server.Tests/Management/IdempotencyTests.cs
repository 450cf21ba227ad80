using Xenios.Testing;

namespace Xenios.Server.Tests.Management;

/// <summary>A POST that is sent again does its work once (contract §5, Idempotency-Key).</summary>
public class IdempotencyTests : IAsyncLifetime
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
            options.MoreResources.Add("applications: [{ client_id: robot, type: machine, client_secret: " + Secret + ", scopes: [\"manage:write\"] }]");
        });
        _api = new ManagementClient(_host);
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Same_key_and_body_give_the_same_answer_with_its_secret_and_change_nothing_more()
    {
        var first = await PostAsync("one", """{"client_id":"kiosk"}""");
        var stored = await _host.SnapshotAsync();
        var again = await PostAsync("one", """{"client_id":"kiosk"}""");
        Assert.Equal(201, first.Status);
        Assert.Equal(first, again);
        Assert.Equal(stored, await _host.SnapshotAsync());
        Assert.Equal((409, "already_exists"), ((await PostAsync("two", """{"client_id":"kiosk"}""")).Status, (await PostAsync("two", """{"client_id":"kiosk"}""")).Code));
    }

    [Fact]
    public async Task Same_key_for_another_call_is_refused()
    {
        await PostAsync("one", """{"client_id":"kiosk"}""");
        var stored = await _host.SnapshotAsync();
        foreach (var (path, body) in ((string, string)[])[("/applications", """{"client_id":"other2"}"""), ("/connections", """{"client_id":"kiosk"}""")])
        {
            var answer = await PostAsync("one", body, path);
            Assert.Equal((422, "idempotency_key_reused"), (answer.Status, answer.Code));
        }

        Assert.Equal(stored, await _host.SnapshotAsync());
    }

    [Fact]
    public async Task Of_calls_with_one_key_at_the_same_time_one_does_the_work()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync("race", """{"client_id":"kiosk"}""")));
        Assert.All(answers, answer => Assert.True(answer.Status == 201 || answer is { Status: 409, Code: "idempotency_key_in_use" }, answer.Body));
        Assert.Single(answers.Where(answer => answer.Status == 201).Select(answer => answer.Text("client_secret")).Distinct());
    }

    [Fact]
    public async Task Key_is_the_callers_own_and_forgotten_after_a_day()
    {
        var first = await PostAsync("one", "{}", "/applications/shop/secret");
        var token = (await new RelyingParty(_host) { ClientId = "robot", Secret = Secret }.RedeemAsync(null, [("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null)])).AccessToken;
        using var robot = new ManagementClient(_host, token);
        var theirs = await robot.SendAsync("POST", "/applications/shop/secret", "{}", ("Idempotency-Key", "one"));
        Assert.NotEqual(first.Text("client_secret"), theirs.Text("client_secret"));

        _host.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Equal(first, await PostAsync("one", "{}", "/applications/shop/secret"));
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var later = await PostAsync("one", "{}", "/applications/shop/secret");
        Assert.NotEqual(first.Text("client_secret"), later.Text("client_secret"));
        Assert.Equal(later, await PostAsync("one", "{}", "/applications/shop/secret"));
    }

    [Fact]
    public async Task Answer_that_is_kept_is_sealed()
    {
        var secret = (await PostAsync("one", """{"client_id":"kiosk"}""")).Text("client_secret")!;
        var rows = string.Join('\n', await _host.QueryAsync("SELECT * FROM ephemeral"));
        Assert.NotEmpty(rows);
        Assert.DoesNotContain(secret, rows, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(secret)), rows, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\u00e9")]
    public async Task Key_that_is_none_is_refused(string key)
    {
        var answer = await PostAsync(key, """{"client_id":"kiosk"}""");
        Assert.Equal((400, "Idempotency-Key: malformed"), (answer.Status, Assert.Single(answer.Errors)));
        Assert.Equal(400, (await PostAsync(new string('k', 256), """{"client_id":"kiosk"}""")).Status);
        Assert.Equal(413, (await PostAsync("big", new string(' ', (4 * 1024 * 1024) + 1))).Status);
    }

    private Task<ManagementAnswer> PostAsync(string key, string body, string path = "/applications") => _api.SendAsync("POST", path, body, ("Idempotency-Key", key));
}

[Trait("Category", "Postgres")]
public sealed class IdempotencyOnPostgresTests : IdempotencyTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
