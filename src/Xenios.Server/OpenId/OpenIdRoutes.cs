using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

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
            routes.MapMethods(document, Reading, DiscoveryEndpoints.Discovery);
            routes.MapMethods(document + "/e/{slug}", Reading, DiscoveryEndpoints.OfEnvironment);
        }

        routes.MapMethods("/oauth2/jwks", Reading, DiscoveryEndpoints.Jwks);
        routes.MapGet(Authorize, AuthorizeEndpoint.Get);
        routes.MapPost(Authorize, AuthorizeEndpoint.Post);
        routes.MapPost("/oauth2/token", TokenEndpoint.Post);
        routes.MapPost(PushedRequests, ParEndpoint.Post);
        routes.MapPost("/oauth2/revoke", RevocationEndpoint.Post);
        routes.MapPost("/oauth2/introspect", IntrospectionEndpoint.Post);
        routes.MapGet("/oauth2/userinfo", UserInfoEndpoint.Handle);
        routes.MapPost("/oauth2/userinfo", UserInfoEndpoint.Handle);
        routes.MapGet(EndSession, EndSessionEndpoint.Get);
        routes.MapPost(EndSession, EndSessionEndpoint.Post);
    }
}
