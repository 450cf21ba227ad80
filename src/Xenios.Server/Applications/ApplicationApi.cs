using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Management;

namespace Xenios.Server.Applications;

/// <summary>Applications and their login flows in the management API.</summary>
internal static class ApplicationApi
{
    private const string Below = "login_flow.";

    /// <summary>Adds the routes.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/applications", ListAsync);
        api.MapPost("/applications", CreateAsync);
        api.MapGet("/applications/{id}", ReadAsync);
        api.MapPatch("/applications/{id}", ChangeAsync);
        api.MapDelete("/applications/{id}", DeleteAsync);
        api.MapPost("/applications/{id}/secret", RotateAsync);
        api.MapPut("/applications/{id}/connections/{connection}", (Caller caller, string id, string connection, ApplicationAdmin admin, CancellationToken ct) => SwitchAsync(caller, id, connection, true, admin, ct));
        api.MapDelete("/applications/{id}/connections/{connection}", (Caller caller, string id, string connection, ApplicationAdmin admin, CancellationToken ct) => SwitchAsync(caller, id, connection, false, admin, ct));
        api.MapGet("/login-flows", ListFlowsAsync);
        api.MapGet("/login-flows/{id}", ReadFlowAsync);
        api.MapPatch("/login-flows/{id}", ChangeFlowAsync);
    }

    private static async Task<IResult> ListAsync(Caller caller, HttpRequest request, ApplicationAdmin admin, CancellationToken ct) =>
        Listing.Read(request).TryGet(out var listing, out var problem) ? Show(await admin.ListAsync(caller.EnvironmentId, listing, ct)) : problem;

    private static async Task<IResult> CreateAsync(Caller caller, HttpRequest request, ApplicationAdmin admin, CancellationToken ct)
    {
        if (!(await RequestBody.ReadAsync<ApplicationResource>(request, ct)).TryGet(out var given, out var unreadable))
        {
            return unreadable;
        }

        if (!(await admin.CreateAsync(caller, given, ct)).TryGet(out var made, out var problem))
        {
            return problem;
        }

        // What a later GET shows, which has no secret.
        var tag = Representation.Tag(Representation.Write(made with { ClientSecret = null }, XeniosJson.Default.ApplicationView));
        return new Representation(Representation.Write(made, XeniosJson.Default.ApplicationView), StatusCodes.Status201Created, $"{ManagementRoutes.Prefix}/applications/{made.Id}", tag);
    }

    private static async Task<IResult> ReadAsync(Caller caller, string id, ApplicationAdmin admin, CancellationToken ct) =>
        await admin.FindAsync(caller.EnvironmentId, id, ct) is { } found ? Representation.Of(found, XeniosJson.Default.ApplicationView) : Problem.NotFound("application");

    private static async Task<IResult> ChangeAsync(Caller caller, string id, HttpRequest request, ApplicationAdmin admin, CancellationToken ct) =>
        !(await RequestBody.ReadAsync(request, ct)).TryGet(out var patch, out var unreadable) ? unreadable
        : (await admin.ChangeAsync(caller, id, request, patch, ct)).TryGet(out var changed, out var problem) ? Representation.Of(changed, XeniosJson.Default.ApplicationView)
        : problem;

    private static async Task<IResult> DeleteAsync(Caller caller, string id, HttpRequest request, ApplicationAdmin admin, CancellationToken ct) =>
        (await admin.DeleteAsync(caller, id, request, ct)).TryGet(out _, out var problem) ? Results.NoContent() : problem;

    private static async Task<IResult> RotateAsync(Caller caller, string id, HttpRequest request, ApplicationAdmin admin, CancellationToken ct)
    {
        // Without a body everything is as usual.
        Result<SecretRotation, Problem> read = request.ContentType is null && request.ContentLength is null or 0 ? new SecretRotation() : await RequestBody.ReadAsync<SecretRotation>(request, ct);
        return !read.TryGet(out var rotation, out var unreadable) ? unreadable
            : (await admin.RotateAsync(caller, id, rotation, ct)).TryGet(out var rotated, out var problem) ? Results.Json(rotated, XeniosJson.Default.RotatedSecret)
            : problem;
    }

    private static async Task<IResult> SwitchAsync(Caller caller, string id, string connection, bool on, ApplicationAdmin admin, CancellationToken ct) =>
        (await admin.SwitchAsync(caller, id, connection, on, ct)).TryGet(out _, out var problem) ? Results.NoContent() : problem;

    private static async Task<IResult> ListFlowsAsync(Caller caller, HttpRequest request, ApplicationAdmin admin, CancellationToken ct)
    {
        if (!Listing.Read(request).TryGet(out var listing, out var problem))
        {
            return problem;
        }

        var applications = await admin.ListAsync(caller.EnvironmentId, listing, ct);
        return Results.Json(new LoginFlowList([.. applications.Items.Select(OfferedConnections.Flow)], applications.NextCursor), XeniosJson.Default.LoginFlowList);
    }

    private static async Task<IResult> ReadFlowAsync(Caller caller, string id, ApplicationAdmin admin, CancellationToken ct) =>
        await admin.FindAsync(caller.EnvironmentId, id, ct) is { } found ? Representation.Of(OfferedConnections.Flow(found), XeniosJson.Default.LoginFlowView) : Problem.NotFound("application");

    private static async Task<IResult> ChangeFlowAsync(Caller caller, string id, HttpRequest request, ApplicationAdmin admin, CancellationToken ct)
    {
        if (!(await RequestBody.ReadAsync(request, ct)).TryGet(out var patch, out var unreadable))
        {
            return unreadable;
        }

        if (!(await admin.ChangeFlowAsync(caller, id, request, patch, ct)).TryGet(out var changed, out var problem))
        {
            // Here the steps stand by themselves.
            return problem with { Errors = problem.Errors?.Select(error => error.Path.StartsWith(Below, StringComparison.Ordinal) ? error with { Path = error.Path[Below.Length..] } : error).ToArray() };
        }

        return Representation.Of(OfferedConnections.Flow(changed), XeniosJson.Default.LoginFlowView);
    }

    private static IResult Show(ApplicationList list) => Results.Json(list, XeniosJson.Default.ApplicationList);
}
