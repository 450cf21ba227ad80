using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Sdk;
using Xenios.Server.Management;

namespace Xenios.Server.Environments;

/// <summary>Signing keys in the management API.</summary>
internal static class KeyApi
{
    /// <summary>Adds the routes.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/keys", List).Is(new("listKeys", "Lists the keys that sign tokens.") { Gives = typeof(SigningKeyList) });
        api.MapPost("/keys/rotate", RotateAsync).Is(new("rotateKeys", "Publishes the next keys; they sign after the overlap.") { Gives = typeof(SigningKeyList) });
    }

    private static IResult List(EnvironmentContext environment) => Answer(KeyRotation.List(environment.Snapshot));

    private static async Task<IResult> RotateAsync(Caller caller, KeyRotation rotation, CancellationToken ct) => Answer(await rotation.RotateAsync(caller, ct));

    private static IResult Answer(SigningKeyList keys) => Results.Json(keys, XeniosJson.Default.SigningKeyList);
}
