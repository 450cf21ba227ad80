using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Sdk;
using Xenios.Server.Environments;
using Xenios.Server.Management;

namespace Xenios.Server.Users;

/// <summary>Identities, handles and sessions of a user in the management API (contract §5).</summary>
internal static class UserAccessApi
{
    /// <summary>Adds the routes.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/users/{id}/identities", IdentitiesAsync)
            .Is(new("listIdentities", "Lists the identities that are connected with a user.") { Gives = typeof(IdentityList) });
        api.MapPost("/users/{id}/identities", LinkAsync)
            .Is(new("linkIdentity", "Connects an identity with a user.") { Takes = typeof(IdentityResource), Gives = typeof(IdentityView), Status = 201 });
        api.MapDelete("/users/{id}/identities/{identity}", UnlinkAsync)
            .Is(new("unlinkIdentity", "Disconnects an identity; the last way in is refused.") { Refuses = [409] });
        api.MapGet("/users/{id}/identities/{identity}/handles", HandlesAsync)
            .Is(new("listHandles", "Lists the handles that an identity had, the newest first.") { Gives = typeof(HandleList) });
        api.MapGet("/users/{id}/sessions", SessionsAsync)
            .Is(new("listSessions", "Lists the browsers in which a user is signed in.") { Gives = typeof(SessionList) });
        api.MapDelete("/users/{id}/sessions", EndAllAsync)
            .Is(new("endSessions", "Ends every session of a user, and the grants that began in them."));
        api.MapDelete("/users/{id}/sessions/{session}", EndAsync)
            .Is(new("endSession", "Ends a session, and the grants that began in it."));
    }

    private static async Task<IResult> IdentitiesAsync(string id, EnvironmentContext environment, UserAccessAdmin access, CancellationToken ct) =>
        !UserApi.IsId(id) ? Problem.NotFound("user")
        : (await access.IdentitiesAsync(environment.Snapshot, id, ct)).TryGet(out var list, out var problem) ? Representation.Of(list, XeniosJson.Default.IdentityList)
        : problem;

    private static async Task<IResult> LinkAsync(string id, Caller caller, EnvironmentContext environment, UserAccessAdmin access, HttpRequest request, CancellationToken ct)
    {
        if (!UserApi.IsId(id))
        {
            return Problem.NotFound("user");
        }

        if (!(await RequestBody.ReadAsync<IdentityResource>(request, ct)).TryGet(out var resource, out var problem)
            || !(await access.LinkAsync(caller, environment.Snapshot, id, resource, ct)).TryGet(out var identity, out problem))
        {
            return problem;
        }

        return Representation.Of(identity, XeniosJson.Default.IdentityView, StatusCodes.Status201Created, $"{UserApi.PathOf(id)}/identities/{identity.Id}");
    }

    private static async Task<IResult> UnlinkAsync(string id, string identity, Caller caller, EnvironmentContext environment, UserAccessAdmin access, CancellationToken ct) =>
        !UserApi.IsId(id) || !UserApi.IsId(identity) ? Problem.NotFound("identity")
        : (await access.UnlinkAsync(caller, environment.Snapshot, id, identity, ct)).TryGet(out _, out var problem) ? Results.NoContent()
        : problem;

    private static async Task<IResult> HandlesAsync(string id, string identity, EnvironmentContext environment, UserAccessAdmin access, CancellationToken ct) =>
        !UserApi.IsId(id) || !UserApi.IsId(identity) ? Problem.NotFound("identity")
        : (await access.HandlesAsync(environment.Snapshot, id, identity, ct)).TryGet(out var list, out var problem) ? Representation.Of(list, XeniosJson.Default.HandleList)
        : problem;

    private static async Task<IResult> SessionsAsync(string id, EnvironmentContext environment, UserExports exports, CancellationToken ct) =>
        !UserApi.IsId(id) ? Problem.NotFound("user")
        : (await exports.SessionsAsync(environment.Snapshot, id, ct)).TryGet(out var list, out var problem) ? Representation.Of(list, XeniosJson.Default.SessionList)
        : problem;

    private static async Task<IResult> EndAllAsync(string id, Caller caller, EnvironmentContext environment, UserAccessAdmin access, CancellationToken ct) =>
        !UserApi.IsId(id) ? Problem.NotFound("user") : await access.EndSessionsAsync(caller, environment.Snapshot, id, null, ct) as IResult ?? Results.NoContent();

    private static async Task<IResult> EndAsync(string id, string session, Caller caller, EnvironmentContext environment, UserAccessAdmin access, CancellationToken ct) =>
        !UserApi.IsId(id) || !UserApi.IsId(session) ? Problem.NotFound("session") : await access.EndSessionsAsync(caller, environment.Snapshot, id, session, ct) as IResult ?? Results.NoContent();
}
