using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Sdk;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Users;

namespace Xenios.Server.Administrators;

/// <summary>Administrators and setup links in the management API: of the whole server, so only where the default environment is, and only for the operator and administrators.</summary>
internal static class AdministratorApi
{
    /// <summary>Adds the routes.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        var own = api.MapGroup("");
        own.AddEndpointFilter(async (context, next) =>
            context.HttpContext.Features.Get<Caller>() is not { IsOperator: true } ? Problem.Forbidden("Administrators are the operator's and the administrators' own.")
            : context.HttpContext.Features.Get<EnvironmentContext>() is not { Snapshot.IsDefault: true } ? Problem.NotFound("thing")
            : await next(context));
        own.MapGet("/administrators", ListAsync);
        own.MapPost("/administrators", AddAsync);
        own.MapDelete("/administrators/{id}", RemoveAsync);
        own.MapPost("/setup-links", LinkAsync);
    }

    private static async Task<IResult> ListAsync(Caller caller, AdministratorStore store, CancellationToken ct) =>
        Representation.Of(new AdministratorList([.. (await store.ListAsync(caller.EnvironmentId, ct)).Select(one => one.ToView())]), XeniosJson.Default.AdministratorList);

    private static async Task<IResult> AddAsync(Caller caller, HttpRequest request, AdministratorAdmin admin, CancellationToken ct) =>
        !(await RequestBody.ReadAsync<AdministratorResource>(request, ct)).TryGet(out var given, out var unreadable) ? unreadable
        : (await admin.AddAsync(caller, given, ct)).TryGet(out var made, out var problem)
            ? Representation.Of(made, XeniosJson.Default.AdministratorView, StatusCodes.Status201Created, $"{ManagementRoutes.Prefix}/administrators/{made.UserId}")
        : problem;

    private static async Task<IResult> RemoveAsync(string id, Caller caller, AdministratorAdmin admin, CancellationToken ct) =>
        !UserApi.IsId(id) ? Problem.NotFound("administrator")
        : (await admin.RemoveAsync(caller, id, ct)).TryGet(out _, out var problem) ? Results.NoContent()
        : problem;

    private static async Task<IResult> LinkAsync(Caller caller, SetupLinks links, CancellationToken ct) =>
        Representation.Of(await links.CreateAsync(caller, ct), XeniosJson.Default.SetupLinkView, StatusCodes.Status201Created);
}
