using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xenios.Protocol.Authorize;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.OpenId.Grants;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.OpenId;

/// <summary>Every path of the protocol, in one table.</summary>
internal static class OpenIdRoutes
{
    /// <summary>Authorization endpoint.</summary>
    public const string Authorize = "/oauth2/authorize";

    /// <summary>Logout endpoint.</summary>
    public const string EndSession = "/oauth2/logout";

    /// <summary>Pushed authorization request endpoint.</summary>
    public const string PushedRequests = "/oauth2/par";

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Endpoints that clients call themselves, authenticated, with a form: what they answer is JSON, errors of ours included.</summary>
    public static readonly IReadOnlyList<string> ClientEndpoints = ["/oauth2/token", PushedRequests, "/oauth2/introspect", "/oauth2/revoke"];

    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var document in (ReadOnlySpan<string>)["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"])
        {
            routes.MapMethods(document, Reading, Direct((context, environment) => Task.FromResult(DiscoveryEndpoints.Discovery(context, environment))));
            routes.MapMethods(document + "/e/{slug}", Reading, DiscoveryEndpoints.OfEnvironment);
        }

        routes.MapMethods("/oauth2/jwks", Reading, Direct((context, environment) => Task.FromResult(DiscoveryEndpoints.Jwks(context, environment))));
        MapHot(routes);
        routes.MapPost(Authorize, AuthorizeEndpoint.Post);
        routes.MapPost(PushedRequests, ParEndpoint.Post).RequireRateLimiting(RateLimits.Clients);
        routes.MapPost("/oauth2/revoke", RevocationEndpoint.Post).RequireRateLimiting(RateLimits.Clients);
        routes.MapPost("/oauth2/introspect", IntrospectionEndpoint.Post).RequireRateLimiting(RateLimits.Clients);
        routes.MapGet(EndSession, EndSessionEndpoint.Get);
        routes.MapPost(EndSession, EndSessionEndpoint.Post);
    }

    private static void MapHot(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var time = services.GetRequiredService<TimeProvider>();

        var (flow, store, log) = (services.GetRequiredService<AuthorizeFlow>(), services.GetRequiredService<EphemeralStore>(), services.GetRequiredService<ILogger<AuthorizeResponse>>());
        routes.MapGet(Authorize, Direct((context, environment) => AuthorizeEndpoint.Get(context, environment, flow, store, log, context.RequestAborted)))
            .RequireRateLimiting(RateLimits.Beginnings);

        var (authenticator, grants) = (services.GetRequiredService<ClientAuthenticator>(), services.GetServices<IGrant>().ToArray());
        routes.MapPost("/oauth2/token", Direct((context, environment) => TokenEndpoint.Post(context, environment, authenticator, grants, context.RequestAborted)))
            .RequireRateLimiting(RateLimits.Clients);

        var users = services.GetRequiredService<UserClaims>();
        routes.MapMethods("/oauth2/userinfo", [HttpMethods.Get, HttpMethods.Post], Direct((context, environment) => UserInfoEndpoint.Handle(context, environment, users, time, context.RequestAborted)));
    }

    // The parts are taken once: having them handed in would make a scope of services for every request.
    private static RequestDelegate Direct(Func<HttpContext, EnvironmentContext, Task<IResult>> handle) => async context =>
    {
        var result = await handle(context, context.Features.Get<EnvironmentContext>()!);
        await result.ExecuteAsync(context);
    };
}
