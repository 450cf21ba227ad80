using Xenios.Sdk;
using Xenios.Server.Hosting;
using Xenios.Server.Tests.Management.OpenApi;
using Xenios.Testing;

namespace Xenios.Server.Tests.Management;

/// <summary><c>dry_run=true</c>: the server decides as it would, and nothing is kept (ux part 5).</summary>
public class DryRunTests : IAsyncLifetime
{
    private const string Kiosk = """{"client_id":"kiosk"}""";
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
    public async Task Every_operation_answers_a_dry_run_as_the_call_that_follows_and_leaves_no_trace()
    {
        await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser());
        using var rehearsal = new Rehearsal(_host, _host.HandlerFor("id.test"));
        using var http = new HttpClient(rehearsal);
        using var api = new XeniosClient(new Uri(XeniosHost.Url), OperatorAccess.Read(_host.Data)!.Token, http);
        await new EveryOperation(_host, api).CallAsync();

        Assert.Empty(rehearsal.Mistakes);
        var changing = OpenApiHost.Operations.Where(one => one.Method != "GET").ToList();
        Assert.Equal(changing.Select(one => one.ToString()).Order(StringComparer.Ordinal), rehearsal.Rehearsed.Order(StringComparer.Ordinal));

        // What is looked at shows what each of the others did afterwards; a plan is a dry run itself.
        Assert.Equal(["POST /api/v1/resources/plan"], rehearsal.Rehearsed.Except(rehearsal.Refused).Except(rehearsal.Kept));

        // The document says which have none.
        var without = changing.Where(one => !one.Json.TryGetProperty("parameters", out var all) || all.EnumerateArray().All(parameter => parameter.GetProperty("name").GetString() != "dry_run"));
        Assert.Equal(without.Select(one => one.ToString()).Order(StringComparer.Ordinal), rehearsal.Refused.Order(StringComparer.Ordinal));
        Assert.Equal(["DELETE /api/v1/me/session", "POST /api/v1/connections/{id}/test"], rehearsal.Refused.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("POST", "/applications", """{"client_id":"shop"}""", 409, "already_exists")]
    [InlineData("POST", "/applications", """{"client_id":"a b"}""", 422, "refused")]
    [InlineData("POST", "/applications", """{"client":"kiosk"}""", 400, "malformed")]
    [InlineData("PATCH", "/applications/nobody", "{}", 404, "not_found")]
    [InlineData("DELETE", "/connections/x", null, 409, "application_without_way_in")]
    [InlineData("POST", "/resources/apply", """{"applications":[{"client_id":"a b"}]}""", 422, "refused")]
    public async Task A_dry_run_is_refused_as_the_call_is(string method, string path, string? body, int status, string code)
    {
        var call = await _api.SendAsync(method, path, body);
        var dry = await _api.SendAsync(method, $"{path}?dry_run=true", body);
        Assert.Equal((status, code), (call.Status, call.Code));
        Assert.Equal(call, dry);
    }

    [Theory]
    [InlineData("?dryrun=true", "dryrun: A-10")]
    [InlineData("?Dry_Run=true", "Dry_Run: A-10")]
    [InlineData("?dry_run=", "dry_run: malformed")]
    [InlineData("?dry_run=yes", "dry_run: malformed")]
    [InlineData("?dry_run=true&dry_run=false", "dry_run: malformed")]
    public async Task A_dry_run_that_is_misspelt_changes_nothing(string query, string error) => await Expect.UnchangedAsync(_host, async () =>
    {
        foreach (var (method, path, body) in ((string, string, string?)[])[("DELETE", "/applications/shop", null), ("POST", "/applications", Kiosk), ("PATCH", "/settings", """{"display_name":"Other"}""")])
        {
            var answer = await _api.SendAsync(method, path + query, body);
            Assert.Equal((400, error), (answer.Status, Assert.Single(answer.Errors)));
        }
    });

    [Fact]
    public async Task False_is_no_dry_run()
    {
        Assert.Equal(201, (await _api.PostAsync("/applications?dry_run=false", Kiosk)).Status);
        Assert.Equal(200, (await _api.GetAsync("/applications/kiosk")).Status);
    }

    [Fact]
    public async Task A_dry_run_does_not_use_up_its_idempotency_key()
    {
        Assert.Equal(201, (await _api.SendAsync("POST", "/applications?dry_run=true", Kiosk, ("Idempotency-Key", "one"))).Status);
        Assert.Equal(201, (await _api.SendAsync("POST", "/applications?dry_run=true", Kiosk, ("Idempotency-Key", "one"))).Status);
        Assert.Equal(201, (await _api.SendAsync("POST", "/applications", Kiosk, ("Idempotency-Key", "one"))).Status);
    }

    [Fact]
    public async Task A_secret_that_a_dry_run_made_up_is_good_for_nothing()
    {
        var secret = (await _api.PostAsync("/applications/shop/secret?dry_run=true")).Text("client_secret")!;
        var party = new RelyingParty(_host) { Secret = secret };
        var browser = _host.NewBrowser();
        Assert.Equal("invalid_client", (await party.RedeemAsync((await party.SignInAsync(browser)).LocationParameter("code"))).Error);
    }

    [Fact]
    public async Task A_client_of_dry_runs_keeps_nothing_in_any_environment()
    {
        await _api.Typed.CreateEnvironmentAsync(new EnvironmentResource { Slug = "two" });
        using var http = _host.NewClient();
        using var dry = new XeniosClient(new Uri(XeniosHost.Url), OperatorAccess.Read(_host.Data)!.Token, http) { DryRun = true };
        using var two = dry.InEnvironment("two");
        var before = await _host.EverythingAsync();
        foreach (var api in new[] { dry, two })
        {
            Assert.Equal("kiosk", (await api.CreateApplicationAsync(new ApplicationResource { ClientId = "kiosk" })).Value.ClientId);
            Assert.Equal(404, (await Assert.ThrowsAsync<XeniosApiException>(() => api.ReadApplicationAsync("kiosk"))).Problem.Status);
            Assert.Contains((await api.RotateKeysAsync()).Items, key => key.State == KeyState.Next);
            Assert.Equal(1, (await api.ImportUsersAsync("{\"username\":\"one\"}\n")).Created);
        }

        Assert.Equal(before, await _host.EverythingAsync());
    }
}

[Trait("Category", "Postgres")]
public sealed class DryRunOnPostgresTests : DryRunTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
