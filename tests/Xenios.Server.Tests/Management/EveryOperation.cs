using System.Text.Json.Nodes;
using Xenios.Sdk;
using Xenios.Testing;

namespace Xenios.Server.Tests.Management;

/// <summary>Calls every operation of the management API at least once, as an operator might in the first days of a server; somebody has signed in to <c>shop</c> by X.</summary>
internal sealed class EveryOperation(XeniosHost host, XeniosClient api)
{
    public async Task CallAsync()
    {
        await EnvironmentsAsync();
        await ApplicationsAndConnectionsAsync();
        await UsersAsync();
        await OperationsAsync();
        await AdministratorsAsync();
    }

    private async Task EnvironmentsAsync()
    {
        var made = await api.CreateEnvironmentAsync(new EnvironmentResource { Slug = "three" });
        Assert.Equal("three", (await api.ReadEnvironmentAsync(made.Value.Id!)).Value.Slug);
        await api.ChangeEnvironmentAsync("three", new EnvironmentResource { DisplayName = "Three", Sessions = new() { IdleLifetime = 600 } }, made.ETag);
        Assert.Null((await api.ChangeEnvironmentAsync("three", new JsonObject { ["sessions"] = null })).Value.Sessions);
        Assert.Equal(["default", "three"], await api.EnumerateEnvironmentsAsync().Select(one => one.Slug).ToListAsync());
        Assert.Equal("default", (await api.ReadSettingsAsync()).Value.Slug);
        await api.ChangeSettingsAsync(new EnvironmentResource { SignInRetentionDays = 7 });
        Assert.Null((await api.ChangeSettingsAsync(new JsonObject { ["sign_in_retention_days"] = null })).Value.SignInRetentionDays);
    }

    private async Task ApplicationsAndConnectionsAsync()
    {
        var connection = await api.CreateConnectionAsync(new ConnectionResource
        {
            Slug = "y",
            Kind = ConnectionKind.X,
            ClientId = "id",
            ClientSecret = "secret",
            Policy = new() { Jit = OnOff.On, LinkRules = [new() { External = "username", Local = "username" }] },
            Attributes = [new() { External = "username", Local = "nickname" }],
            UpstreamParams = new Dictionary<string, UpstreamParameterResource> { ["force_login"] = new() { Value = "true" } },
        });
        Assert.True((await api.ReadConnectionAsync(connection.Value.ConnectionId!)).Value.HasClientSecret);
        await api.ChangeConnectionAsync("y", new ConnectionResource { Description = "Second" }, ifMatch: connection.ETag);
        await api.ChangeConnectionAsync("y", new JsonObject { ["description"] = null });
        Assert.Equal("https://id.test/login/callback", (await api.ListConnectionCallbacksAsync("y")).Items.Single().Url);
        await api.SetNextCredentialsAsync("y", new CredentialsResource { ClientId = "next", ClientSecret = "secret" });
        Assert.Equal("next", (await api.ActivateCredentialsAsync("y", CredentialsPlace.Next, new() { Force = true })).Current.ClientId);
        Assert.Equal("id", (await api.ReadCredentialsAsync("y")).Former!.ClientId);
        await api.DeleteCredentialsAsync("y", CredentialsPlace.Former);
        var test = await api.TestConnectionAsync("x");
        Assert.Equal(test.ResultId, (await api.ReadConnectionTestAsync("x", test.ResultId)).ResultId);
        Assert.Equal(["x", "y"], await api.EnumerateConnectionsAsync().Select(one => one.Slug).ToListAsync());

        var made = await api.CreateApplicationAsync(new ApplicationResource { ClientId = "new", RedirectUris = ["https://new.test/cb"], Connections = ["x"] });
        await api.ChangeApplicationAsync("new", new ApplicationResource { Name = "New" }, (await api.ReadApplicationAsync("new")).ETag);
        Assert.NotEqual(made.Value.ClientSecret, (await api.RotateApplicationSecretAsync("new", new() { Overlap = 60 })).ClientSecret);
        await api.ConnectApplicationAsync("new", "y");
        await api.DisconnectApplicationAsync("new", "x");
        Assert.Equal("y", (await api.ReadLoginFlowAsync("new")).Value.Steps!.Single().Options!.Single().Connection);
        await api.ChangeLoginFlowAsync("new", new LoginFlowResource { Steps = [new() { Options = [new() { Method = SignInMethod.Password }, new() { Connection = "y" }] }] });
        Assert.Null((await api.ChangeLoginFlowAsync("new", new LoginFlowResource())).Value.Steps);
        Assert.Contains("new", await api.EnumerateLoginFlowsAsync(new() { Limit = 2 }).Select(one => one.ClientId).ToListAsync());
        Assert.Contains("new", await api.EnumerateApplicationsAsync(new() { Limit = 2 }).Select(one => one.ClientId).ToListAsync());
        await api.DeleteConnectionAsync("y", force: true);
        await api.DeleteApplicationAsync("new", (await api.ReadApplicationAsync("new")).ETag);
    }

    private async Task AdministratorsAsync()
    {
        Assert.Equal(CallerKind.Operator, (await api.ReadMeAsync()).Kind);

        // Only an administrator in the console has a session to end.
        Assert.Equal(404, (await Assert.ThrowsAsync<XeniosApiException>(() => api.EndMySessionAsync())).Problem.Status);
        Assert.StartsWith(XeniosHost.Url, (await api.CreateSetupLinkAsync()).Url, StringComparison.Ordinal);
        await api.AddAdministratorAsync(new AdministratorResource { Email = "first@example.com", Password = "correct horse battery" });
        var second = await api.AddAdministratorAsync(new AdministratorResource { Email = "second@example.com", Password = "correct horse battery" });
        await api.RemoveAdministratorAsync(second.UserId);
        Assert.Equal("first@example.com", (await api.ListAdministratorsAsync()).Items.Single().Email);
    }

    private async Task UsersAsync()
    {
        var made = await api.CreateUserAsync(new UserResource { Username = "kim", Password = "correct horse battery", Attributes = new Dictionary<string, string> { ["nickname"] = "K" } });
        var kim = made.Value.Id;
        await api.ChangeUserAsync(kim, new UserResource { Email = "kim@example.com" }, made.ETag);
        Assert.Null((await api.ChangeUserAsync(kim, new JsonObject { ["email"] = null })).Value.Email);
        var identity = await api.LinkIdentityAsync(kim, new IdentityResource { Connection = "x", Subject = "2244994945", Handle = "kim" });
        Assert.Equal(identity.Id, (await api.ListIdentitiesAsync(kim)).Items.Single().Id);
        Assert.DoesNotContain((await api.ListHandlesAsync(kim, identity.Id)).Items, one => one.SeenUntil is not null);
        await api.UnlinkIdentityAsync(kim, identity.Id);

        var ada = (await api.ReadUserAsync((await api.EnumerateUsersAsync(new() { Connection = "x" }).SingleAsync()).Id)).Value.Id;
        var sessions = await api.ListSessionsAsync(ada);
        await api.EndSessionAsync(ada, sessions.Items.Single().Id);
        await api.EndSessionsAsync(ada);
        Assert.Single((await api.ExportUserAsync(ada)).Identities);

        var imported = await api.ImportUsersAsync([new UserImport { Username = "one" }, new UserImport { Username = "not one" }]);
        Assert.Equal((1, "username"), (imported.Created, imported.Refused.Single().Field));
        Assert.Equal(1, (await api.ImportUsersAsync("{\"username\":\"two\"}\n", dryRun: true)).Created);
        Assert.Contains("one", await api.ExportUsersAsync().Select(one => one.Username).ToListAsync());
        await api.DeleteUserAsync(kim);
    }

    private async Task OperationsAsync()
    {
        var signIn = await api.EnumerateSignInsAsync(new() { Application = "shop", Outcome = SignInOutcome.Ok, From = host.Clock.GetUtcNow().AddDays(-1) }).FirstAsync();
        Assert.NotEmpty((await api.ReadSignInAsync(signIn.SupportCode)).Hops);
        Assert.True((await api.CountSignInsAsync([host.Clock.GetUtcNow().AddDays(-1)])).Periods.Single().Ok > 0);
        Assert.NotEmpty((await api.ReadDoctorAsync()).Findings);
        await api.RotateKeysAsync();
        Assert.Contains((await api.ListKeysAsync()).Items, key => key.State == KeyState.Next);

        var changes = await api.EnumerateAuditEventsAsync(new() { Target = "application:new", Limit = 2 }).ToListAsync();
        Assert.Equal(("application.deleted", "application.created"), (changes[0].Action, changes[^1].Action));
        var exported = await api.ExportAuditEventsAsync().ToListAsync();
        Assert.Equal(exported.Count, (await api.CheckAuditEventsAsync()).Checked);
        Assert.Equal(exported[^1].Sequence, (await api.ExportAuditEventsAsync(exported[^2].Sequence).SingleAsync()).Sequence);

        var resources = await api.ExportResourcesAsync();
        Assert.Contains("client_id: shop", await api.ExportResourcesAsYamlAsync(), StringComparison.Ordinal);

        // In a file the secrets are variables; what names none leaves them as they are.
        Assert.All(resources.Applications!.Where(one => one.ClientSecret is not null), one => Assert.StartsWith("${", one.ClientSecret, StringComparison.Ordinal));
        Assert.Empty((await api.PlanResourcesAsync(resources with { Applications = [.. resources.Applications!.Select(one => one with { ClientSecret = null })] })).Items);
        Assert.True((await api.ApplyResourcesAsync(new ResourceDocument { Connections = [new() { Slug = "z", Kind = ConnectionKind.X }] })).Applied);
    }
}
