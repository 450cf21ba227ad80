using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Sdk;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Resources;

namespace Xenios.Server.Users;

/// <summary>Users in the management API (contract §5).</summary>
internal static class UserApi
{
    /// <summary>Path of a user, for links.</summary>
    /// <param name="id">User id.</param>
    public static string PathOf(string id) => $"{ManagementRoutes.Prefix}/users/{Uri.EscapeDataString(id)}";

    /// <summary>Adds the routes.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/users", ListAsync)
            .Is(new("listUsers", "Lists users by id.")
            {
                Pages = Listing.Most,
                Searches = "the beginning of user name, email and handle, and exact user ids and X ids",
                Query = [new("status", "Whether they may sign in.", typeof(UserStatus)), new("connection", "Slug of a connection that they have an identity of.", typeof(string))],
                Gives = typeof(UserList),
                Refuses = [422],
            });
        api.MapPost("/users", CreateAsync)
            .Is(new("createUser", "Makes a user.") { Takes = typeof(UserResource), Gives = typeof(UserView), Status = 201, Refuses = [503] });
        api.MapGet("/users/{id}", ReadAsync)
            .Is(new("readUser", "Shows a user.") { Gives = typeof(UserView) });
        api.MapPatch("/users/{id}", ChangeAsync)
            .Is(new("changeUser", "Changes a user; null for managed_by makes an account that a connection manages a local one.") { Patches = typeof(UserResource), Clears = ["managed_by"], Gives = typeof(UserView), Refuses = [409, 503] });
        api.MapDelete("/users/{id}", DeleteAsync)
            .Is(new("deleteUser", "Deletes a user with everything that is held about the person; the last administrator is refused.") { ComparesTag = true, Refuses = [409] });
        UserAccessApi.Map(api);
        UserTransferApi.Map(api);
    }

    /// <summary>Whether a text may be an id; a database is not asked for anything else.</summary>
    /// <param name="id">A part of the path.</param>
    public static bool IsId(string id) => id.Length <= 128 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static async Task<IResult> ListAsync(EnvironmentContext environment, UserSearch search, HttpRequest request, CancellationToken ct)
    {
        if (!Listing.Read(request, "status", "connection").TryGet(out var listing, out var problem))
        {
            return problem;
        }

        UserStatus? status = null;
        if (request.Query.TryGetValue("status", out var wanted))
        {
            if (!WireName.TryParse<UserStatus>(wanted.ToString(), out var parsed))
            {
                return Problem.Malformed(new FieldError("status", FieldCode.Unknown, "active or blocked"));
            }

            status = parsed;
        }

        string? connection = null;
        if (request.Query.TryGetValue("connection", out var slug))
        {
            if (!environment.Snapshot.Connections.TryGetValue(slug.ToString(), out var found))
            {
                return Problem.Refused([new FieldError("connection", FieldCode.UnknownReference, "there is no such connection in this environment")]);
            }

            connection = found.Id;
        }

        return await search.FindAsync(environment.Snapshot.Id, listing, status, connection, ct) is { } page
            ? Representation.Of(
                new UserList([.. page.Users.Select(user => user.ToView(environment.Snapshot))], page.Next is null ? null : Listing.Cursor(page.Next)), XeniosJson.Default.UserList)
            : Problem.Malformed(new FieldError("cursor", FieldCode.Malformed, "this is no cursor of this list; begin again without one"));
    }

    private static async Task<IResult> CreateAsync(Caller caller, EnvironmentContext environment, UserAdmin users, HttpRequest request, CancellationToken ct)
    {
        if (!(await RequestBody.ReadAsync(request, ct)).TryGet(out var body, out var problem)
            || !(await users.CreateAsync(caller, environment.Snapshot, body, ct)).TryGet(out var user, out problem))
        {
            return problem;
        }

        return Representation.Of(user, XeniosJson.Default.UserView, StatusCodes.Status201Created, PathOf(user.Id));
    }

    private static async Task<IResult> ReadAsync(string id, EnvironmentContext environment, UserAdmin users, CancellationToken ct) =>
        IsId(id) && await users.FindAsync(environment.Snapshot, id, ct) is { } user ? Representation.Of(user, XeniosJson.Default.UserView) : Problem.NotFound("user");

    private static async Task<IResult> ChangeAsync(string id, Caller caller, EnvironmentContext environment, UserAdmin users, HttpRequest request, CancellationToken ct)
    {
        if (!IsId(id))
        {
            return Problem.NotFound("user");
        }

        if (!(await RequestBody.ReadAsync(request, ct)).TryGet(out var patch, out var problem)
            || !(await users.ChangeAsync(caller, environment.Snapshot, id, patch, request, ct)).TryGet(out var user, out problem))
        {
            return problem;
        }

        return Representation.Of(user, XeniosJson.Default.UserView);
    }

    private static async Task<IResult> DeleteAsync(string id, Caller caller, EnvironmentContext environment, UserAdmin users, HttpRequest request, CancellationToken ct) =>
        !IsId(id) ? Problem.NotFound("user")
        : (await users.DeleteAsync(caller, environment.Snapshot, id, request, ct)).TryGet(out _, out var problem) ? Results.NoContent()
        : problem;
}
