using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Sdk;
using Xenios.Server.Management;

namespace Xenios.Server.Environments;

/// <summary>Environments in the management API, for the operator alone; and the settings of the caller's own environment.</summary>
internal static class EnvironmentApi
{
    /// <summary>Adds the routes.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        var environments = api.MapGroup("/environments");
        environments.AddEndpointFilter(async (context, next) =>
            context.HttpContext.Features.Get<Caller>() is { IsOperator: true } ? await next(context) : Problem.Forbidden("Environments are the operator's. A token of an application reaches its own environment: /settings."));
        environments.MapGet("", ListAsync)
            .Is(new("listEnvironments", "Lists environments by slug; the operator's.") { Pages = Listing.Most, Searches = "slug and display name", Gives = typeof(EnvironmentList) });
        environments.MapPost("", CreateAsync)
            .Is(new("createEnvironment", "Makes an environment; the operator's.") { Takes = typeof(EnvironmentResource), Gives = typeof(EnvironmentView), Status = 201 });
        environments.MapGet("/{id}", ReadAsync)
            .Is(new("readEnvironment", "Shows an environment, by its slug or id; the operator's.") { Gives = typeof(EnvironmentView) });
        environments.MapPatch("/{id}", ChangeAsync)
            .Is(new("changeEnvironment", "Changes an environment; the operator's.") { Patches = typeof(EnvironmentResource), Gives = typeof(EnvironmentView) });
        api.MapGet("/settings", ReadOwnAsync)
            .Is(new("readSettings", "Shows the environment of the call.") { Gives = typeof(EnvironmentView) });
        api.MapPatch("/settings", ChangeOwnAsync)
            .Is(new("changeSettings", "Changes the environment of the call; its kind is the operator's.") { Patches = typeof(EnvironmentResource), Gives = typeof(EnvironmentView) });
    }

    private static async Task<IResult> ListAsync(HttpRequest request, EnvironmentAdmin admin, CancellationToken ct) =>
        Listing.Read(request).TryGet(out var listing, out var problem) ? Results.Json(await admin.ListAsync(listing, ct), XeniosJson.Default.EnvironmentList) : problem;

    private static async Task<IResult> CreateAsync(Caller caller, HttpRequest request, EnvironmentAdmin admin, CancellationToken ct) =>
        !(await RequestBody.ReadAsync<EnvironmentResource>(request, ct)).TryGet(out var given, out var unreadable) ? unreadable
        : (await admin.CreateAsync(caller, given, ct)).TryGet(out var made, out var problem)
            ? Representation.Of(made, XeniosJson.Default.EnvironmentView, StatusCodes.Status201Created, $"{ManagementRoutes.Prefix}/environments/{made.Slug}")
        : problem;

    private static async Task<IResult> ReadAsync(string id, EnvironmentAdmin admin, CancellationToken ct) =>
        await admin.FindAsync(id, ct) is { } found ? Representation.Of(found, XeniosJson.Default.EnvironmentView) : Problem.NotFound("environment");

    private static async Task<IResult> ChangeAsync(Caller caller, string id, HttpRequest request, EnvironmentAdmin admin, CancellationToken ct) =>
        await admin.FindAsync(id, ct) is { Id: { } known } ? await PatchAsync(caller with { EnvironmentId = known }, mayDecide: true, request, admin, ct) : Problem.NotFound("environment");

    private static async Task<IResult> ReadOwnAsync(Caller caller, EnvironmentAdmin admin, CancellationToken ct) => await ReadAsync(caller.EnvironmentId, admin, ct);

    private static Task<IResult> ChangeOwnAsync(Caller caller, HttpRequest request, EnvironmentAdmin admin, CancellationToken ct) =>
        PatchAsync(caller, mayDecide: caller.IsOperator, request, admin, ct);

    private static async Task<IResult> PatchAsync(Caller caller, bool mayDecide, HttpRequest request, EnvironmentAdmin admin, CancellationToken ct) =>
        !(await RequestBody.ReadAsync(request, ct)).TryGet(out var patch, out var unreadable) ? unreadable
        : (await admin.ChangeAsync(caller, mayDecide, request, patch, ct)).TryGet(out var changed, out var problem) ? Representation.Of(changed, XeniosJson.Default.EnvironmentView)
        : problem;
}
