using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Sdk;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Resources;

namespace Xenios.Server.Connections;

/// <summary>Connections in the management API.</summary>
internal static class ConnectionApi
{
    private static readonly Problem NoForce = Problem.Malformed(new FieldError("force", FieldCode.Malformed, "true or false is needed here"));

    /// <summary>Adds the routes.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/connections", ListAsync)
            .Is(new("listConnections", "Lists connections by slug.") { Pages = Listing.Most, Searches = "slug and name", Gives = typeof(ConnectionList) });
        api.MapPost("/connections", CreateAsync)
            .Is(new("createConnection", "Makes a connection.") { Takes = typeof(ConnectionResource), Gives = typeof(ConnectionView), Status = 201 });
        api.MapGet("/connections/{id}", ReadAsync)
            .Is(new("readConnection", "Shows a connection, by its slug or connection_id.") { Gives = typeof(ConnectionView) });
        api.MapPatch("/connections/{id}", ChangeAsync)
            .Is(new("changeConnection", "Changes a connection; a secret that is not named stays.")
            {
                Patches = typeof(ConnectionResource),
                Query = [new("force", "Switches it off although an application then has no way in.", typeof(bool))],
                Gives = typeof(ConnectionView),
                Refuses = [409],
            });
        api.MapDelete("/connections/{id}", DeleteAsync)
            .Is(new("deleteConnection", "Deletes a connection, as its policy.on_connection_delete says.")
            {
                ComparesTag = true,
                Query = [new("force", "Deletes it although applications name it.", typeof(bool))],
                Refuses = [400, 409],
            });
        api.MapGet("/connections/{id}/callbacks", Callbacks)
            .Is(new("listConnectionCallbacks", "Lists the callback addresses to enter at the provider.") { Gives = typeof(CallbackList) });
        CredentialApi.Map(api);
        ConnectionTestApi.Map(api);
    }

    private static async Task<IResult> ListAsync(EnvironmentContext environment, HttpRequest request, ConnectionAdmin admin, CancellationToken ct) =>
        Listing.Read(request).TryGet(out var listing, out var problem)
            ? Results.Json(await admin.ListAsync(environment.Snapshot, listing, ct), XeniosJson.Default.ConnectionList)
            : problem;

    private static async Task<IResult> CreateAsync(Caller caller, HttpRequest request, ConnectionAdmin admin, CancellationToken ct) =>
        !(await RequestBody.ReadAsync<ConnectionResource>(request, ct)).TryGet(out var given, out var unreadable) ? unreadable
        : (await admin.CreateAsync(caller, given, ct)).TryGet(out var made, out var problem)
            ? Representation.Of(made, XeniosJson.Default.ConnectionView, StatusCodes.Status201Created, $"{ManagementRoutes.Prefix}/connections/{made.Id}")
        : problem;

    private static async Task<IResult> ReadAsync(EnvironmentContext environment, string id, ConnectionAdmin admin, CancellationToken ct) =>
        await admin.FindAsync(environment.Snapshot, id, ct) is { } found ? Representation.Of(found, XeniosJson.Default.ConnectionView) : Problem.NotFound("connection");

    private static async Task<IResult> ChangeAsync(Caller caller, string id, HttpRequest request, ConnectionAdmin admin, CancellationToken ct) =>
        !(await RequestBody.ReadAsync(request, ct)).TryGet(out var patch, out var unreadable) ? unreadable
        : !ReadForce(request, out var force) ? NoForce
        : (await admin.ChangeAsync(caller, id, request, patch, force, ct)).TryGet(out var changed, out var problem) ? Representation.Of(changed, XeniosJson.Default.ConnectionView)
        : problem;

    private static async Task<IResult> DeleteAsync(Caller caller, string id, HttpRequest request, ConnectionAdmin admin, CancellationToken ct) =>
        !ReadForce(request, out var force) ? NoForce
        : (await admin.DeleteAsync(caller, id, force, request, ct)).TryGet(out _, out var problem) ? Results.NoContent()
        : problem;

    private static bool ReadForce(HttpRequest request, out bool force)
    {
        var given = request.Query["force"].ToString();
        force = given == "true";
        return given is "" or "true" or "false";
    }

    // Every host the environment answers on needs its address at the provider; today that is one.
    private static IResult Callbacks(EnvironmentContext environment, string id)
    {
        if (environment.Snapshot.ConnectionOrder.FirstOrDefault(one => one.Slug == id || one.Id == id) is not { } connection)
        {
            return Problem.NotFound("connection");
        }

        var host = new Uri(environment.Snapshot.Issuer).Authority;
        return Results.Json(new CallbackList([new(connection.CallbackFor(environment.Snapshot.Issuer), host, connection.CallbackStyle)]), XeniosJson.Default.CallbackList);
    }
}
