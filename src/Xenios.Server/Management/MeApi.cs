using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Sdk;
using Xenios.Server.Administrators;
using Xenios.Server.Connections;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Sessions;

namespace Xenios.Server.Management;

/// <summary>Who is calling, in the management API: the first thing that the console asks.</summary>
internal static class MeApi
{
    /// <summary>May change what is no environment's.</summary>
    private const string ServerPermission = "manage:server";

    private static readonly string Version = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);

    /// <summary>Adds the routes.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/me", Show)
            .Is(new("readMe", "Shows who calls, what the caller may do, and the environments within reach.") { Gives = typeof(MeView) });
        api.MapDelete("/me/session", SignOutAsync)
            .Is(new("endMySession", "Signs an administrator out of the console.") { HasNoDryRun = true, Refuses = [404] });
    }

    private static Representation Show(Caller caller, EnvironmentContext environment, SnapshotCache snapshots, HostSettings settings, ConnectionCredentials credentials)
    {
        IEnumerable<EnvironmentSnapshot> reachable = caller.IsOperator ? snapshots.All.OrderBy(one => one.IsDefault ? "" : one.Slug, StringComparer.Ordinal) : [environment.Snapshot];
        return Representation.Of(
            new MeView
            {
                Kind = caller.Administrator is not null ? CallerKind.Administrator : caller.IsOperator ? CallerKind.Operator : CallerKind.Application,
                Caller = caller.Name,
                Name = caller.Administrator?.Name,
                Email = caller.Administrator?.Email,
                Permissions = [Caller.ReadScope, .. caller.MayWrite ? [Caller.WriteScope] : Array.Empty<string>(), .. caller.IsOperator ? [ServerPermission] : Array.Empty<string>()],
                SignInAgainAt = caller.SignedInAt + ConsoleSessions.Lifetime,
                Environments = [.. reachable.Select(one => new ReachableEnvironment(
                    one.Slug, one.DisplayName, one.Kind, one.IsDefault, one.IsDefault ? ManagementRoutes.Prefix : $"/e/{one.Slug}{ManagementRoutes.Prefix}"))],
                Server = new ServerView(
                    Version, settings.BaseUrl, credentials.SandboxUrl is { } sandbox ? $"{sandbox.GetLeftPart(UriPartial.Authority)}/sandbox" : null, settings.Mail is not null),
            },
            XeniosJson.Default.MeView);
    }

    // An administrator leaves the console. As every call of it, no foreign page can send this (threats I01).
    private static async Task<IResult> SignOutAsync(Caller caller, HttpContext context, ConsoleSessions console, SignOut signOut, CancellationToken ct)
    {
        var home = console.Home;
        if (caller.Administrator is null || BrowserCookies.Read(context, home, BrowserCookies.Session) is not { } cookie)
        {
            return Problem.NotFound("session");
        }

        await signOut.EndAsync(home.Snapshot.Id, cookie, ct);
        BrowserCookies.Delete(context, home, BrowserCookies.Session);
        return Results.NoContent();
    }
}
