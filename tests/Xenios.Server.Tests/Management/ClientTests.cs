using System.Text.Json.Nodes;
using Xenios.Sdk;
using Xenios.Server.Hosting;
using Xenios.Server.Tests.Management.OpenApi;
using Xenios.Testing;

namespace Xenios.Server.Tests.Management;

/// <summary>The typed client: every operation, and what the server answers is what the OpenAPI document says.</summary>
public sealed class ClientTests : IAsyncLifetime
{
    private XeniosHost _host = null!;
    private AnswerRecorder _recorder = null!;
    private HttpClient _http = null!;
    private XeniosClient _api = null!;

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync();
        _recorder = new AnswerRecorder(_host.HandlerFor("id.test"));
        _http = new HttpClient(_recorder);
        _api = new XeniosClient(new Uri(XeniosHost.Url), OperatorAccess.Read(_host.Data)!.Token, _http);
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public void Every_operation_of_the_document_has_a_method()
    {
        var methods = typeof(XeniosClient).GetMethods().Select(method => method.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.All(
            OpenApiHost.Operations.Select(one => one.Json.GetProperty("operationId").GetString()!).Where(name => name != "readOpenApi"),
            name => Assert.True(methods.Contains(name + "Async"), $"XeniosClient lacks {name}Async"));
    }

    [Fact]
    public async Task Every_operation_answers_what_the_document_says()
    {
        await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser());
        await new EveryOperation(_host, _api).CallAsync();
        Assert.Empty(_recorder.Mistakes);
        Assert.Equal(OpenApiHost.Operations.Select(one => one.ToString()).Where(one => !one.EndsWith("/openapi.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal), _recorder.Called.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_list_is_followed_to_its_end()
    {
        for (var i = 0; i < 7; i++)
        {
            await _api.CreateApplicationAsync(new ApplicationResource { ClientId = $"many-{i}", Type = ApplicationType.Spa });
        }

        var all = await _api.EnumerateApplicationsAsync(new() { Q = "many-", Limit = 3 }).ToListAsync();
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"many-{i}"), all.Select(one => one.ClientId));
        Assert.Equal(3, (await _api.ListApplicationsAsync(new() { Q = "many-", Limit = 3 })).Items.Count);
    }

    [Fact]
    public async Task A_change_of_what_somebody_else_changed_meanwhile_is_refused()
    {
        var read = await _api.ReadApplicationAsync("shop");
        await _api.ChangeApplicationAsync("shop", new ApplicationResource { Name = "First" }, read.ETag);
        var refused = await Assert.ThrowsAsync<XeniosApiException>(() => _api.ChangeApplicationAsync("shop", new ApplicationResource { Name = "Second" }, read.ETag));
        Assert.Equal((412, "changed_meanwhile"), (refused.Problem.Status, refused.Problem.Code));
        Assert.Equal("First", (await _api.ReadApplicationAsync("shop")).Value.Name);
    }

    [Fact]
    public async Task Null_in_a_patch_takes_away_and_a_record_changes_only_what_it_names()
    {
        await _api.ChangeApplicationAsync("shop", new ApplicationResource { AccessTokenLifetime = 900 });
        Assert.Equal((900, "Shop"), ((await _api.ReadApplicationAsync("shop")).Value is var set ? set.AccessTokenLifetime : null, set.Name));
        Assert.Null((await _api.ChangeApplicationAsync("shop", new JsonObject { ["access_token_lifetime"] = null })).Value.AccessTokenLifetime);
    }

    [Fact]
    public async Task The_same_key_makes_a_thing_once()
    {
        var first = await _api.CreateApplicationAsync(new ApplicationResource { ClientId = "once", Type = ApplicationType.Machine }, "key-1");
        var again = await _api.CreateApplicationAsync(new ApplicationResource { ClientId = "once", Type = ApplicationType.Machine }, "key-1");
        Assert.Equal(first.Value.ClientSecret, again.Value.ClientSecret);
        Assert.NotNull(first.Value.ClientSecret);
    }

    [Fact]
    public async Task A_refusal_names_each_field_and_holds_no_secret()
    {
        var refused = await Assert.ThrowsAsync<XeniosApiException>(() => _api.CreateApplicationAsync(new ApplicationResource { ClientId = "a b", ClientSecret = "short-secret", AccessTokenLifetime = 1 }));
        Assert.Equal(422, refused.Problem.Status);
        Assert.Equal(["access_token_lifetime", "client_id", "client_secret"], refused.Problem.Errors!.Select(error => error.Field).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("short-secret", refused.ToString(), StringComparison.Ordinal);
        using var nobody = new XeniosClient(new Uri(XeniosHost.Url), "wrong", _http);
        Assert.Equal(401, (await Assert.ThrowsAsync<XeniosApiException>(() => nobody.ListKeysAsync())).Problem.Status);
        Assert.DoesNotContain("wrong", nobody.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_environment_has_its_own_things()
    {
        await _api.CreateEnvironmentAsync(new EnvironmentResource { Slug = "two" });
        using var two = _api.InEnvironment("two");
        await two.CreateApplicationAsync(new ApplicationResource { ClientId = "theirs", Type = ApplicationType.Spa });
        Assert.Equal(["theirs"], (await two.ListApplicationsAsync()).Items.Select(one => one.ClientId));
        using var back = two.InEnvironment("default-not-there");
        var refused = await Assert.ThrowsAsync<XeniosApiException>(() => back.ListKeysAsync());
        Assert.Equal((404, "unexpected_answer"), (refused.Problem.Status, refused.Problem.Code));
    }

    [Fact]
    public async Task A_call_can_be_ended_and_a_server_that_is_not_there_is_said_so()
    {
        using var ended = new CancellationTokenSource();
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _api.ListKeysAsync(ended.Token));
        using var nowhere = new XeniosClient(new Uri("http://127.0.0.1:1"), "token");
        await Assert.ThrowsAsync<HttpRequestException>(() => nowhere.ListKeysAsync());
    }
}
