using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Control;
using Xenios.XSandbox.Faults;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.OAuth1;
using Xenios.XSandbox.OAuth2;
using Xenios.XSandbox.People;
using Xenios.XSandbox.Profile;

namespace Xenios.XSandbox;

/// <summary>Starts the stand-in for X: in an application of its own, or inside another one.</summary>
public static class XSandboxServer
{
    private static readonly string[] AnyMethod =
        [HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete];

    /// <summary>A whole application that answers at <see cref="XSandboxOptions.Url"/> and reads no configuration.</summary>
    /// <param name="options">What the sandbox is told.</param>
    /// <param name="configure">Changes the application before it is built: another server, logging, certificates.</param>
    public static WebApplication Create(XSandboxOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);

        // The configuration of the surrounding process is not meant for the sandbox: its addresses would be taken twice.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.WebHost.UseUrls(options.Url.GetLeftPart(UriPartial.Authority));
        builder.Services.AddXSandbox(options);
        configure?.Invoke(builder);

        var app = builder.Build();
        app.MapGet("/", () => Results.Redirect("/sandbox"));
        app.MapXSandbox();
        return app;
    }

    /// <summary>Adds what <see cref="MapXSandbox"/> needs.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="options">What the sandbox is told.</param>
    public static IServiceCollection AddXSandbox(this IServiceCollection services, XSandboxOptions options) => services
        .AddRoutingCore()
        .AddSingleton(options)
        .AddSingleton<CurrentSettings>()
        .AddSingleton<AppRegistry>()
        .AddSingleton<PersonDirectory>()
        .AddSingleton<Logins>()
        .AddSingleton<FaultBoard>()
        .AddSingleton<RequestLog>()
        .AddSingleton<SandboxEndpoint>()
        .AddSingleton<Grants>()
        .AddSingleton<AuthorizeEndpoint>()
        .AddSingleton<TokenEndpoint>()
        .AddSingleton<SignedTokens>()
        .AddSingleton<SignatureCheck>()
        .AddSingleton<TokenExchange>()
        .AddSingleton<AuthenticateEndpoint>()
        .AddSingleton<RateLimits>()
        .AddSingleton<SignedCaller>()
        .AddSingleton<UsersMe>()
        .AddSingleton<VerifyCredentials>()
        .AddSingleton<Memory>()
        .AddSingleton<Sandbox>()
        .AddSingleton<ControlApi>()
        .AddSingleton<ControlForms>();

    /// <summary>Maps X's endpoints of both generations, and the sandbox's own under <c>/sandbox</c>.</summary>
    /// <param name="routes">Where to.</param>
    public static IEndpointRouteBuilder MapXSandbox(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var services = routes.ServiceProvider;
        var map = new Mapping(routes, services.GetRequiredService<SandboxEndpoint>());
        MapSecondGeneration(map, services);
        MapFirstGeneration(map, services);
        MapControlApi(map, services.GetRequiredService<ControlApi>());
        MapControlPage(map, services.GetRequiredService<ControlForms>());
        return routes;
    }

    private static void MapSecondGeneration(Mapping map, IServiceProvider services)
    {
        var authorize = services.GetRequiredService<AuthorizeEndpoint>();
        var token = services.GetRequiredService<TokenEndpoint>();
        map.Add("GET", "/i/oauth2/authorize", EndpointNames.Authorize, authorize.ShowAsync);
        map.Add("POST", "/i/oauth2/authorize", EndpointNames.Authorize, authorize.DecideAsync);
        map.Add("POST", "/2/oauth2/token", EndpointNames.Token, token.TokenAsync);
        map.Add("POST", "/2/oauth2/revoke", EndpointNames.Revoke, token.RevokeAsync);
        foreach (var method in AnyMethod)
        {
            map.Add(method, "/2/users/me", EndpointNames.UsersMe, services.GetRequiredService<UsersMe>().GetAsync);
        }
    }

    private static void MapFirstGeneration(Mapping map, IServiceProvider services)
    {
        var exchange = services.GetRequiredService<TokenExchange>();
        var authenticate = services.GetRequiredService<AuthenticateEndpoint>();
        map.Add("POST", "/oauth/request_token", EndpointNames.RequestToken, exchange.RequestTokenAsync);
        map.Add("GET", "/oauth/authenticate", EndpointNames.Authenticate, authenticate.AuthenticateAsync);
        map.Add("POST", "/oauth/authenticate", EndpointNames.Authenticate, authenticate.DecideAsync);
        map.Add("GET", "/oauth/authorize", EndpointNames.Authenticate, authenticate.AuthorizeAsync);
        map.Add("POST", "/oauth/authorize", EndpointNames.Authenticate, authenticate.DecideAsync);
        map.Add("POST", "/oauth/access_token", EndpointNames.AccessToken, exchange.AccessTokenAsync);
        map.Add("POST", "/1.1/oauth/invalidate_token.json", null, exchange.InvalidateAsync);
        var profile = services.GetRequiredService<VerifyCredentials>();
        map.Add("GET", "/1.1/account/verify_credentials.json", EndpointNames.VerifyCredentials, profile.GetAsync);
    }

    private static void MapControlApi(Mapping map, ControlApi api)
    {
        map.Add("GET", "/sandbox/api/state", null, api.StateAsync);
        map.Add("POST", "/sandbox/api/apps", null, api.AddAppAsync);
        map.Add("PATCH", "/sandbox/api/apps/{key}", null, api.ChangeAppAsync);
        map.Add("POST", "/sandbox/api/people", null, api.AddPersonAsync);
        map.Add("PATCH", "/sandbox/api/people/{key}", null, api.ChangePersonAsync);
        map.Add("PUT", "/sandbox/api/faults/{key}", null, api.SetFaultAsync);
        map.Add("DELETE", "/sandbox/api/faults/{key}", null, api.ClearFaultAsync);
        map.Add("DELETE", "/sandbox/api/faults", null, api.ClearFaultsAsync);
        map.Add("PATCH", "/sandbox/api/settings", null, api.ChangeSettingsAsync);
        map.Add("POST", "/sandbox/api/reset", null, api.ResetAsync);
    }

    private static void MapControlPage(Mapping map, ControlForms forms)
    {
        map.Add("GET", "/sandbox", null, forms.ShowAsync);
        map.Add("POST", "/sandbox/faults", null, forms.FaultAsync);
        map.Add("POST", "/sandbox/faults/down", null, forms.DownAsync);
        map.Add("POST", "/sandbox/faults/clear", null, forms.ClearFaultsAsync);
        map.Add("POST", "/sandbox/people/{key}", null, forms.PersonAsync);
        map.Add("POST", "/sandbox/settings", null, forms.SettingsAsync);
        map.Add("POST", "/sandbox/reset", null, forms.ResetAsync);
    }

    private readonly record struct Mapping(IEndpointRouteBuilder Routes, SandboxEndpoint Endpoint)
    {
        public void Add(string method, string pattern, string? name, Func<HttpContext, Task<IResult>> handler) =>
            Routes.MapMethods(pattern, [method], Endpoint.Wrap(name, handler));
    }
}
