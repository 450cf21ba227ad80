using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.SignIn;

namespace Xenios.Server.Administrators;

/// <summary>
/// The console: one page for every path below <c>/console/</c>, for administrators alone; whoever is none signs in first and comes back to the page asked for. Whatever
/// the page does then, it does by the management API.
/// </summary>
internal static class ConsoleEndpoints
{
    private const string Root = "/console/";

    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root + "{**path}", ServeAsync).RequireRateLimiting(RateLimits.Beginnings);
        routes.MapMethods(Root + "assets/{**name}", [HttpMethods.Get, HttpMethods.Head], Asset);
        routes.MapGet(Root + "signin", SignInAsync).RequireRateLimiting(RateLimits.Beginnings);
    }

    private static async Task<IResult> ServeAsync(
        string? path, HttpContext context, EnvironmentContext environment, ConsoleFiles files, ConsoleSessions console, JourneyRunner runner, CancellationToken ct)
    {
        if (!environment.Snapshot.IsDefault)
        {
            return PageRenderer.NotFound(context, environment);
        }

        // A route does not tell the two apart; what the page loads is below.
        if (!context.Request.Path.Value!.StartsWith(Root, StringComparison.Ordinal))
        {
            return new SeeOther(Root);
        }

        if (files.Find(path ?? "") is { } file)
        {
            return file;
        }

        if (await console.OpenAsync(context, ct) is null)
        {
            return await runner.BeginAsync(context, environment, null, ct, local: LocalDestination.Console(context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent()));
        }

        if (!files.IsBuilt)
        {
            return NotBuilt(context);
        }

        // No ETag: a page that is kept would come with the nonce of another answer.
        var nonce = Secrets.New();
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.ConsolePolicy(nonce);
        return Results.Content(files.Page(nonce), "text/html; charset=utf-8");
    }

    private static IResult Asset(string? name, EnvironmentContext environment, ConsoleFiles files) =>
        environment.Snapshot.IsDefault && files.Find($"assets/{name}") is { } file ? file : Results.NotFound();

    // Anew, or as somebody else than whoever is signed in.
    private static Task<IResult> SignInAsync(HttpContext context, EnvironmentContext environment, JourneyRunner runner, CancellationToken ct) => environment.Snapshot.IsDefault
        ? runner.BeginAsync(context, environment, null, ct, local: LocalDestination.Console(context.Request.Query["return_to"].ToString()))
        : Task.FromResult(PageRenderer.NotFound(context, environment));

    private static IResult NotBuilt(HttpContext context)
    {
        var texts = PageRenderer.TextsFor(context);
        return PageRenderer.Send(context, PageRenderer.Frame("console", texts, LocalDestination.ConsoleName, null) with { Text = [texts["console.text"]] });
    }
}
