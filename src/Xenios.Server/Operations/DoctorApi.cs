using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Sdk;
using Xenios.Server.Management;

namespace Xenios.Server.Operations;

/// <summary><c>GET /doctor</c> in the management API. The server and all environments are the operator's; a token of an application sees its own environment.</summary>
internal static class DoctorApi
{
    /// <summary>Adds the route.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/doctor", LookAsync)
        .Is(new("readDoctor", "Looks for what is wrong: with the server and all environments for the operator, otherwise with the environment of the call.") { Gives = typeof(DoctorReport) });

    private static async Task<IResult> LookAsync(Caller caller, ServerDoctor server, ConnectionDoctor connections, CancellationToken ct)
    {
        var ours = caller.IsOperator ? await server.LookAsync(ct) : [];
        return Results.Json(new DoctorReport([.. ours, .. await connections.LookAsync(caller.IsOperator ? null : caller.EnvironmentId, ct)]), XeniosJson.Default.DoctorReport);
    }
}
