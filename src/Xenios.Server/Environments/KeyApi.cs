using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Sdk;
using Xenios.Server.Hosting;

namespace Xenios.Server.Environments;

/// <summary>Signing keys in the management API, for the operator. Those of another environment than the default lie below <c>/e/{slug}</c>.</summary>
internal static class KeyApi
{
    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/keys", List);
        routes.MapPost("/api/v1/keys/rotate", RotateAsync);
    }

    private static IResult List(HttpContext context, EnvironmentContext environment, OperatorFile access) =>
        access.IsOperator(context.Request) ? Answer(KeyRotation.List(environment.Snapshot)) : Refuse(context);

    private static async Task<IResult> RotateAsync(HttpContext context, EnvironmentContext environment, OperatorFile access, KeyRotation rotation, CancellationToken ct) =>
        access.IsOperator(context.Request) ? Answer(await rotation.RotateAsync(environment.Snapshot.Id, ct)) : Refuse(context);

    private static IResult Answer(SigningKeyList keys) => Results.Json(keys, XeniosJson.Default.SigningKeyList);

    // RFC 9457, with a code that stays the same whatever the words are.
    private static IResult Refuse(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"xenios\"";
        return Results.Text(
            """{"title":"A token of the operator is needed.","status":401,"code":"unauthorized"}""", "application/problem+json", statusCode: StatusCodes.Status401Unauthorized);
    }
}
