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
        api.MapGet("/applications", ListAsync)
            .Is(new("listApplications", "Lists applications by client_id.") { Pages = Listing.Most, Searches = "client_id and name", Gives = typeof(ApplicationList) });
        api.MapPost("/applications", CreateAsync)
            .Is(new("createApplication", "Makes an application; a client secret that it generates is shown in this answer alone.") { Takes = typeof(ApplicationResource), Gives = typeof(ApplicationView), Status = 201 });
        api.MapGet("/applications/{id}", ReadAsync)
            .Is(new("readApplication", "Shows an application, by its client_id.") { Gives = typeof(ApplicationView) });
        api.MapPatch("/applications/{id}", ChangeAsync)
            .Is(new("changeApplication", "Changes an application.") { Patches = typeof(ApplicationResource), Gives = typeof(ApplicationView) });
        api.MapDelete("/applications/{id}", DeleteAsync)
            .Is(new("deleteApplication", "Deletes an application, and with it what people allowed it.") { ComparesTag = true });
        api.MapPost("/applications/{id}/secret", RotateAsync)
            .Is(new("rotateApplicationSecret", "Gives an application a new client secret, shown in this answer alone; the former one works for a while yet.") { Takes = typeof(SecretRotation), IsBodyOptional = true, Gives = typeof(RotatedSecret) });
        api.MapPut("/applications/{id}/connections/{connection}", (Caller caller, string id, string connection, ApplicationAdmin admin, CancellationToken ct) => SwitchAsync(caller, id, connection, true, admin, ct))
            .Is(new("connectApplication", "Offers a connection in the first step of an application's login flow.") { Refuses = [422] });
        api.MapDelete("/applications/{id}/connections/{connection}", (Caller caller, string id, string connection, ApplicationAdmin admin, CancellationToken ct) => SwitchAsync(caller, id, connection, false, admin, ct))
            .Is(new("disconnectApplication", "Offers a connection no longer; the last way in is refused.") { Refuses = [422] });
        api.MapGet("/login-flows", ListFlowsAsync)
            .Is(new("listLoginFlows", "Lists the login flows of all applications, in the long form.") { Pages = Listing.Most, Searches = "client_id and name of the application", Gives = typeof(LoginFlowList) });
        api.MapGet("/login-flows/{id}", ReadFlowAsync)
            .Is(new("readLoginFlow", "Shows the login flow of an application, by its client_id.") { Gives = typeof(LoginFlowView) });
        api.MapPatch("/login-flows/{id}", ChangeFlowAsync)
            .Is(new("changeLoginFlow", "Changes the login flow of an application, which is then stored in its long form.") { Patches = typeof(LoginFlowResource), Gives = typeof(LoginFlowView) });
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
