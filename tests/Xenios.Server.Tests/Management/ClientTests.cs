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
        await EnvironmentsAsync();
        await ApplicationsAndConnectionsAsync();
        await UsersAsync();
        await OperationsAsync();
        await AdministratorsAsync();
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

    private async Task EnvironmentsAsync()
    {
        var made = await _api.CreateEnvironmentAsync(new EnvironmentResource { Slug = "three" });
        Assert.Equal("three", (await _api.ReadEnvironmentAsync(made.Value.Id!)).Value.Slug);
        await _api.ChangeEnvironmentAsync("three", new EnvironmentResource { DisplayName = "Three", Sessions = new() { IdleLifetime = 600 } }, made.ETag);
        Assert.Null((await _api.ChangeEnvironmentAsync("three", new JsonObject { ["sessions"] = null })).Value.Sessions);
        Assert.Equal(["default", "three"], await _api.EnumerateEnvironmentsAsync().Select(one => one.Slug).ToListAsync());
        Assert.Equal("default", (await _api.ReadSettingsAsync()).Value.Slug);
        await _api.ChangeSettingsAsync(new EnvironmentResource { SignInRetentionDays = 7 });
        Assert.Null((await _api.ChangeSettingsAsync(new JsonObject { ["sign_in_retention_days"] = null })).Value.SignInRetentionDays);
    }

    private async Task ApplicationsAndConnectionsAsync()
    {
        var connection = await _api.CreateConnectionAsync(new ConnectionResource
        {
            Slug = "y",
            Kind = ConnectionKind.X,
            ClientId = "id",
            ClientSecret = "secret",
            Policy = new() { Jit = OnOff.On, LinkRules = [new() { External = "username", Local = "username" }] },
            Attributes = [new() { External = "username", Local = "nickname" }],
            UpstreamParams = new Dictionary<string, UpstreamParameterResource> { ["force_login"] = new() { Value = "true" } },
        });
        Assert.True((await _api.ReadConnectionAsync(connection.Value.ConnectionId!)).Value.HasClientSecret);
        await _api.ChangeConnectionAsync("y", new ConnectionResource { Description = "Second" }, ifMatch: connection.ETag);
        await _api.ChangeConnectionAsync("y", new JsonObject { ["description"] = null });
        Assert.Equal("https://id.test/login/callback", (await _api.ListConnectionCallbacksAsync("y")).Items.Single().Url);
        await _api.SetNextCredentialsAsync("y", new CredentialsResource { ClientId = "next", ClientSecret = "secret" });
        Assert.Equal("next", (await _api.ActivateCredentialsAsync("y", CredentialsPlace.Next, new() { Force = true })).Current.ClientId);
        Assert.Equal("id", (await _api.ReadCredentialsAsync("y")).Former!.ClientId);
        await _api.DeleteCredentialsAsync("y", CredentialsPlace.Former);
        var test = await _api.TestConnectionAsync("x");
        Assert.Equal(test.ResultId, (await _api.ReadConnectionTestAsync("x", test.ResultId)).ResultId);
        Assert.Equal(["x", "y"], await _api.EnumerateConnectionsAsync().Select(one => one.Slug).ToListAsync());

        var made = await _api.CreateApplicationAsync(new ApplicationResource { ClientId = "new", RedirectUris = ["https://new.test/cb"], Connections = ["x"] });
        await _api.ChangeApplicationAsync("new", new ApplicationResource { Name = "New" }, (await _api.ReadApplicationAsync("new")).ETag);
        Assert.NotEqual(made.Value.ClientSecret, (await _api.RotateApplicationSecretAsync("new", new() { Overlap = 60 })).ClientSecret);
        await _api.ConnectApplicationAsync("new", "y");
        await _api.DisconnectApplicationAsync("new", "x");
        Assert.Equal("y", (await _api.ReadLoginFlowAsync("new")).Value.Steps!.Single().Options!.Single().Connection);
        await _api.ChangeLoginFlowAsync("new", new LoginFlowResource { Steps = [new() { Options = [new() { Method = SignInMethod.Password }, new() { Connection = "y" }] }] });
        Assert.Null((await _api.ChangeLoginFlowAsync("new", new LoginFlowResource())).Value.Steps);
        Assert.Contains("new", await _api.EnumerateLoginFlowsAsync(new() { Limit = 2 }).Select(one => one.ClientId).ToListAsync());
        Assert.Contains("new", await _api.EnumerateApplicationsAsync(new() { Limit = 2 }).Select(one => one.ClientId).ToListAsync());
        await _api.DeleteConnectionAsync("y", force: true);
        await _api.DeleteApplicationAsync("new", (await _api.ReadApplicationAsync("new")).ETag);
    }

    private async Task AdministratorsAsync()
    {
        Assert.Equal(CallerKind.Operator, (await _api.ReadMeAsync()).Kind);

        // Only an administrator in the console has a session to end.
        Assert.Equal(404, (await Assert.ThrowsAsync<XeniosApiException>(() => _api.EndMySessionAsync())).Problem.Status);
        Assert.StartsWith(XeniosHost.Url, (await _api.CreateSetupLinkAsync()).Url, StringComparison.Ordinal);
        await _api.AddAdministratorAsync(new AdministratorResource { Email = "first@example.com", Password = "correct horse battery" });
        var second = await _api.AddAdministratorAsync(new AdministratorResource { Email = "second@example.com", Password = "correct horse battery" });
        await _api.RemoveAdministratorAsync(second.UserId);
        Assert.Equal("first@example.com", (await _api.ListAdministratorsAsync()).Items.Single().Email);
    }

    private async Task UsersAsync()
    {
        var made = await _api.CreateUserAsync(new UserResource { Username = "kim", Password = "correct horse battery", Attributes = new Dictionary<string, string> { ["nickname"] = "K" } });
        var kim = made.Value.Id;
        await _api.ChangeUserAsync(kim, new UserResource { Email = "kim@example.com" }, made.ETag);
        Assert.Null((await _api.ChangeUserAsync(kim, new JsonObject { ["email"] = null })).Value.Email);
        var identity = await _api.LinkIdentityAsync(kim, new IdentityResource { Connection = "x", Subject = "2244994945", Handle = "kim" });
        Assert.Equal(identity.Id, (await _api.ListIdentitiesAsync(kim)).Items.Single().Id);
        Assert.DoesNotContain((await _api.ListHandlesAsync(kim, identity.Id)).Items, one => one.SeenUntil is not null);
        await _api.UnlinkIdentityAsync(kim, identity.Id);

        var ada = (await _api.ReadUserAsync((await _api.EnumerateUsersAsync(new() { Connection = "x" }).SingleAsync()).Id)).Value.Id;
        var sessions = await _api.ListSessionsAsync(ada);
        await _api.EndSessionAsync(ada, sessions.Items.Single().Id);
        await _api.EndSessionsAsync(ada);
        Assert.Single((await _api.ExportUserAsync(ada)).Identities);

        var imported = await _api.ImportUsersAsync([new UserImport { Username = "one" }, new UserImport { Username = "not one" }]);
        Assert.Equal((1, "username"), (imported.Created, imported.Refused.Single().Field));
        Assert.Equal(1, (await _api.ImportUsersAsync("{\"username\":\"two\"}\n", dryRun: true)).Created);
        Assert.Contains("one", await _api.ExportUsersAsync().Select(one => one.Username).ToListAsync());
        await _api.DeleteUserAsync(kim);
    }

    private async Task OperationsAsync()
    {
        var signIn = await _api.EnumerateSignInsAsync(new() { Application = "shop", Outcome = SignInOutcome.Ok, From = _host.Clock.GetUtcNow().AddDays(-1) }).FirstAsync();
        Assert.NotEmpty((await _api.ReadSignInAsync(signIn.SupportCode)).Hops);
        Assert.True((await _api.CountSignInsAsync([_host.Clock.GetUtcNow().AddDays(-1)])).Periods.Single().Ok > 0);
        Assert.NotEmpty((await _api.ReadDoctorAsync()).Findings);
        await _api.RotateKeysAsync();
        Assert.Contains((await _api.ListKeysAsync()).Items, key => key.State == KeyState.Next);

        var changes = await _api.EnumerateAuditEventsAsync(new() { Target = "application:new", Limit = 2 }).ToListAsync();
        Assert.Equal(("application.deleted", "application.created"), (changes[0].Action, changes[^1].Action));
        var exported = await _api.ExportAuditEventsAsync().ToListAsync();
        Assert.Equal(exported.Count, (await _api.CheckAuditEventsAsync()).Checked);
        Assert.Equal(exported[^1].Sequence, (await _api.ExportAuditEventsAsync(exported[^2].Sequence).SingleAsync()).Sequence);

        var resources = await _api.ExportResourcesAsync();
        Assert.Contains("client_id: shop", await _api.ExportResourcesAsYamlAsync(), StringComparison.Ordinal);

        // In a file the secrets are variables; what names none leaves them as they are.
        Assert.All(resources.Applications!.Where(one => one.ClientSecret is not null), one => Assert.StartsWith("${", one.ClientSecret, StringComparison.Ordinal));
        Assert.Empty((await _api.PlanResourcesAsync(resources with { Applications = [.. resources.Applications!.Select(one => one with { ClientSecret = null })] })).Items);
        Assert.True((await _api.ApplyResourcesAsync(new ResourceDocument { Connections = [new() { Slug = "z", Kind = ConnectionKind.X }] })).Applied);
    }
}
