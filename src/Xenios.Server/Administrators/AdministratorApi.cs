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
        own.MapGet("/administrators", ListAsync)
            .Is(new("listAdministrators", "Lists the administrators, the first one first; the operator's and theirs.") { Gives = typeof(AdministratorList), Refuses = [404] });
        own.MapPost("/administrators", AddAsync)
            .Is(new("addAdministrator", "Makes a user an administrator, or a new one by email and password; the operator's and theirs.") { Takes = typeof(AdministratorResource), Gives = typeof(AdministratorView), Status = 201, Refuses = [404, 503] });
        own.MapDelete("/administrators/{id}", RemoveAsync)
            .Is(new("removeAdministrator", "Takes the right away; the account stays. The operator's and theirs.") { Refuses = [409] });
        own.MapPost("/setup-links", LinkAsync)
            .Is(new("createSetupLink", "Makes a link that makes an administrator, once, within 30 minutes; shown in this answer alone.") { Gives = typeof(SetupLinkView), Status = 201, Refuses = [404] });
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
