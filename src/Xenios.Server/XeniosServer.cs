using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xenios.Sdk;
using Xenios.Server.Administrators;
using Xenios.Server.Applications;
using Xenios.Server.Audit;
using Xenios.Server.Connections;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Mail;
using Xenios.Server.Management;
using Xenios.Server.OpenId;
using Xenios.Server.OpenId.Grants;
using Xenios.Server.Operations;
using Xenios.Server.Resources;
using Xenios.Server.Sessions;
using Xenios.Server.SignIn;
using Xenios.Server.SignIn.Gates.Consent;
using Xenios.Server.SignIn.Gates.Reauthenticate;
using Xenios.Server.SignIn.Gates.ResolveAccount;
using Xenios.Server.SignIn.Options.WithPassword;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server;

/// <summary>Key and secret of the X sandbox's built-in app, for connections with blank credentials.</summary>
/// <param name="ClientId">OAuth 2.0 client ID.</param>
/// <param name="ClientSecret">OAuth 2.0 client secret.</param>
/// <param name="ApiKey">OAuth 1.0a API key.</param>
/// <param name="ApiKeySecret">OAuth 1.0a API key secret.</param>
public sealed record SandboxApp(string ClientId, string ClientSecret, string ApiKey, string ApiKeySecret);

/// <summary>The server, in reading order: what it is made of, what it answers, how it starts.</summary>
public static class XeniosServer
{
    /// <summary>Adds the server's parts.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="settings">Checked host settings.</param>
    /// <param name="sandbox">The X sandbox's app; null when it is off.</param>
    public static IServiceCollection AddXenios(this IServiceCollection services, HostSettings settings, SandboxApp? sandbox)
    {
        // Hosting. What the framework logs of a request below a warning holds its query, and with it codes.
        services.AddLogging(logging => logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning));
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new OutgoingHttp(
            settings, () => provider.GetRequiredService<SnapshotCache>().All.All(environment => environment.Kind != EnvironmentKind.Production)));
        RateLimits.Add(services, settings);
        OperationsRoutes.Add(services, settings);

        // Storage
        services.AddSingleton(provider => settings.Database is { } connectionString
            ? Database.OpenPostgres(connectionString)
            : Database.OpenSqlite(provider.GetRequiredService<DataFolder>().Sqlite()));
        services.AddSingleton(provider => new Vault(settings.SealingKeys ?? [provider.GetRequiredService<DataFolder>().SealingKey()]));
        services.AddSingleton<EphemeralStore>();
        services.AddSingleton<Counters>();
        services.AddSingleton<OperatorFile>();
        services.AddHostedService(provider => provider.GetRequiredService<OperatorFile>());
        services.AddSingleton<Sweeper>();
        services.AddHostedService(provider => provider.GetRequiredService<Sweeper>());

        // Environments, connections
        services.AddSingleton(Credentials(settings, sandbox));
        services.AddSingleton<SnapshotBuilder>();
        services.AddSingleton<SnapshotCache>();
        services.AddHostedService(provider => provider.GetRequiredService<SnapshotCache>());
        services.AddSingleton<KeyMaker>();
        services.AddSingleton<KeyRotation>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyRotation>());
        services.AddSingleton<UpstreamVisits>();

        // Users, sessions
        services.AddSingleton<AccountLookup>();
        services.AddSingleton<IdentityWriter>();
        services.AddSingleton<AccountWriter>();
        services.AddSingleton<IdentityAdmin>();
        services.AddSingleton<PasswordSignIn>();
        services.AddSingleton<UserWriter>();
        services.AddSingleton<UserAdmin>().AddSingleton<UserAccessAdmin>();
        services.AddSingleton<UserSearch>().AddSingleton<UserExports>().AddSingleton<UserImporter>();
        services.AddSingleton<Guests>();
        services.AddSingleton<UserClaims>();
        services.AddSingleton<Consents>().AddSingleton<RevokedGrants>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SessionApplications>();
        services.AddSingleton<SignOut>();

        // Sign-in
        services.AddRazorComponents();
        services.AddSingleton<PageRenderer>();
        services.AddSingleton<JourneyPages>();
        services.AddSingleton<JourneyStore>();
        services.AddSingleton<JourneyDoor>();
        services.AddSingleton<ResolveAccountGate>();
        services.AddSingleton<ReauthenticateGate>();
        services.AddSingleton<ConsentGate>();
        services.AddSingleton<EmailCodes>();
        services.AddSingleton<AccountMails>();
        services.AddSingleton<AccountSettlement>();
        services.AddSingleton<JourneyFinish>();
        services.AddSingleton<JourneyRunner>();

        // Timeline of sign-ins
        services.AddSingleton<SignInQuery>();
        services.AddSingleton<SignInCounts>();
        services.AddSingleton<RefusedSignIns>();
        services.AddHostedService(provider => provider.GetRequiredService<RefusedSignIns>());

        // Protocol
        services.AddSingleton<AuthorizeFlow>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<ClientKeySource>();
        services.AddSingleton<ClientAuthenticator>();
        services.AddSingleton<TokenFamilies>();
        services.AddSingleton<BackchannelLogout>();
        services.AddHostedService(provider => provider.GetRequiredService<BackchannelLogout>());
        services.AddSingleton<IGrant, AuthorizationCodeGrant>();
        services.AddSingleton<IGrant, RefreshTokenGrant>();
        services.AddSingleton<IGrant, ClientCredentialsGrant>();

        // Mail, resources
        if (settings.Mail is { } mail)
        {
            services.AddSingleton(mail);
            services.AddSingleton<IMailer, Smtp>();
        }
        else
        {
            services.AddSingleton<IMailer, Mailbox>();
        }

        services.AddSingleton<Applier>();
        services.AddSingleton<Exporter>();

        // Administration
        services.AddSingleton<AdministratorStore>().AddSingleton<AdministratorAdmin>().AddSingleton<SetupLinks>().AddSingleton<ConsoleSessions>().AddSingleton(ConsoleFiles.None);
        services.AddSingleton<AuditLog>();
        services.AddSingleton<Idempotency>();
        services.AddSingleton<EnvironmentAdmin>().AddSingleton<ApplicationAdmin>();
        services.AddSingleton<ConnectionAdmin>().AddSingleton<CredentialAdmin>().AddSingleton<ConnectionTests>();
        return services;
    }

    /// <summary>Adds what the server answers, in the order a request meets it.</summary>
    /// <param name="app">Where to.</param>
    public static WebApplication MapXenios(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<HostSettings>();
        OperationsRoutes.Use(app, settings);
        if (settings.TrustedProxies.Count > 0)
        {
            var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost };
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in settings.TrustedProxies)
            {
                forwarded.KnownIPNetworks.Add(network);
            }

            app.UseForwardedHeaders(forwarded);
        }

        app.Use(SecurityHeaders.Middleware(settings.Url.Scheme == "https"));
        app.UseMiddleware<BrokenPage>();
        app.UseMiddleware<EnvironmentMiddleware>();
        app.UseMiddleware<Cors>();

        // Routing comes after the middleware above because that may move the environment's prefix into the path base.
        app.UseRouting();
        app.Use(NothingHere.Middleware);
        RateLimits.Use(app);
        OperationsRoutes.Map(app, settings);
        OpenIdRoutes.Map(app);
        CallbackEndpoint.Map(app);
        SignInEndpoints.Map(app);
        EmailEndpoints.Map(app);
        ConsentEndpoints.Map(app);
        AccountEndpoints.Map(app);
        PasswordEndpoints.Map(app);
        MailboxEndpoints.Map(app);
        ManagementRoutes.Map(app);
        SetupEndpoints.Map(app);
        ConsoleEndpoints.Map(app);
        TrialEndpoints.Map(app);
        PageAssets.Map(app);
        app.MapGet("/", (HttpContext context) => (IResult)new SeeOther($"{context.Request.PathBase}/signin"));
        return app;
    }

    /// <summary>Makes everything ready before the first request: schema, default environment, resource file, snapshots.</summary>
    /// <param name="services">The server's parts.</param>
    /// <param name="ct">Ends the start.</param>
    /// <returns>What stands against the start, one line each; empty when it may begin.</returns>
    public static async Task<IReadOnlyList<string>> PrepareAsync(IServiceProvider services, CancellationToken ct)
    {
        var settings = services.GetRequiredService<HostSettings>();
        try
        {
            if (await SchemaUpgrader.UpgradeAsync(services.GetRequiredService<Database>(), ct) is { } newer)
            {
                return [newer];
            }
        }
        catch (Npgsql.NpgsqlException exception)
        {
            return [$"Database: PostgreSQL could not be used: {exception.Message}"];
        }

        try
        {
            // A server that cannot open what is sealed already must not seal more with another key.
            var snapshots = services.GetRequiredService<SnapshotCache>();
            await snapshots.ReloadAsync(ct);

            var applier = services.GetRequiredService<Applier>();
            if (settings.Resources is { } file)
            {
                var reading = ResourceFile.Read(await File.ReadAllTextAsync(file, ct), file, Environment.GetEnvironmentVariable);

                // Before anything is sealed with a generated key that production may not use.
                if (reading.Document?.Environment is { Kind: EnvironmentKind.Production } production && Check(settings, production.Slug ?? "default") is { Count: > 0 } missing)
                {
                    return missing;
                }

                var errors = await applier.ApplyAsync(reading, ct);
                EffectNotes.Write(services, reading.Document);
                if (errors.Count > 0)
                {
                    return [.. errors.Select(error => error.ToString()), "Nothing was applied. Correct the file and start again."];
                }
            }

            await applier.EnsureDefaultAsync(ct);

            // Left to itself, the sandbox goes off as soon as any environment is production.
            if (settings.Sandbox is null && snapshots.All.Any(environment => environment.Kind == EnvironmentKind.Production))
            {
                services.GetRequiredService<ConnectionCredentials>().SetSandbox(null);
                await snapshots.ReloadAsync(ct);
            }
        }
        catch (System.Security.Cryptography.CryptographicException exception)
        {
            return [$"SealingKey: {exception.Message}"];
        }

        return services.GetRequiredService<SnapshotCache>().All.FirstOrDefault(environment => environment.Kind == EnvironmentKind.Production) is { } found
            ? Check(settings, found.Slug)
            : [];
    }

    /// <summary>Whether the X sandbox is used; known after <see cref="PrepareAsync"/>.</summary>
    /// <param name="services">The server's parts.</param>
    public static bool UsesSandbox(IServiceProvider services) => services.GetRequiredService<ConnectionCredentials>().SandboxUrl is not null;

    /// <summary>Every callback address that the built-in app of the X sandbox must know; known after <see cref="PrepareAsync"/>.</summary>
    /// <param name="services">The server's parts.</param>
    public static IReadOnlyList<string> SandboxCallbacks(IServiceProvider services) =>
    [
        .. services.GetRequiredService<SnapshotCache>().All.SelectMany(environment => environment.ConnectionOrder
            .Select(connection => connection.CallbackFor(environment.Issuer))
            .Concat([environment.Issuer + "/login/callback", environment.Issuer + "/commonauth"])).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Which host settings keep an environment from being production.</summary>
    /// <param name="settings">Host settings.</param>
    /// <param name="production">Slug of the environment.</param>
    /// <returns>One line each.</returns>
    internal static List<string> Check(HostSettings settings, string production)
    {
        var errors = new List<string>();
        if (settings.SealingKeys is null)
        {
            errors.Add($"SealingKey: environment {production} is production, so a key of your own is needed; make one with: openssl rand -base64 32");
        }

        if (settings.Sandbox == true)
        {
            errors.Add($"Sandbox: environment {production} is production; people there must not sign in as sandbox people. Set Sandbox to off.");
        }

        if (settings.Mail is null)
        {
            errors.Add($"Mail:Host: environment {production} is production, so an SMTP server is needed (A-04).");
        }

        return errors;
    }

    private static ConnectionCredentials Credentials(HostSettings settings, SandboxApp? sandbox) => new ConnectionCredentials
    {
        SharedX = settings.SharedXClientId is { } id ? new(id, settings.SharedXClientSecret is { } secret ? new Secret(secret) : null) : null,
        SandboxOAuth2 = sandbox is null ? null : new(sandbox.ClientId, new Secret(sandbox.ClientSecret)),
        SandboxOAuth1 = sandbox is null ? null : new(sandbox.ApiKey, new Secret(sandbox.ApiKeySecret)),
    }.SetSandbox(sandbox is null ? null : settings.SandboxUrl);
}
