using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Protocol;
using Xenios.Server.Administrators;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Sessions;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn;

/// <summary>What a sign-in that was tried came to.</summary>
/// <param name="UserId">Who came, as tokens would say it.</param>
/// <param name="SupportCode">Code of its timeline.</param>
/// <param name="BrowserHash">Hash of the browser's handle.</param>
internal sealed record Trial(string UserId, string SupportCode, string BrowserHash);

/// <summary>
/// <em>Try it now</em> (decision 12): an administrator goes through a sign-in of the environment as the built-in application Demo and sees what came of it. It is a real
/// sign-in by the rules of the connection: an account may be found, connected or made. Only no session is opened, so that the administrator stays in the console.
/// </summary>
internal static class TrialEndpoints
{
    /// <summary>Where it begins; below, what came of one.</summary>
    public const string Path = "/console/try";

    /// <summary>Key space of what trials came to.</summary>
    public static readonly EphemeralKind<Trial> Trials = new("trial", TrialJson.Default.Trial);

    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, BeginAsync).RequireRateLimiting(RateLimits.Beginnings);
        routes.MapGet(Path + "/{trial}", ShowAsync);
    }

    private static async Task<IResult> BeginAsync(HttpContext context, EnvironmentContext environment, ConsoleSessions console, JourneyRunner runner, CancellationToken ct) =>
        await console.OpenAsync(context, ct) is not null ? await runner.BeginAsync(context, environment, null, ct, local: new LocalDestination(LocalPurpose.Trial, Path))
        : environment.Snapshot.IsDefault ? await runner.BeginAsync(context, environment, null, ct, local: LocalDestination.Console(Path))
        : new SeeOther("/console/");

    private static async Task<IResult> ShowAsync(string trial, HttpContext context, EnvironmentContext environment, EphemeralStore store, UserClaims users, CancellationToken ct)
    {
        var found = trial.Length <= 64 ? await store.GetAsync(Trials, environment.Snapshot.Id, trial, ct) : default;
        if (found is not { State: EphemeralState.Live, Value: { } came }
            || BrowserCookies.Read(context, environment, BrowserCookies.Browser) is not { } browser
            || !Secrets.Same(JourneyDoor.HashOf(browser), came.BrowserHash)
            || await users.FindAsync(environment.Snapshot.Id, came.UserId, null, "", ct) is not { } person)
        {
            return PageRenderer.NotFound(context, environment);
        }

        var texts = PageRenderer.TextsFor(context);
        var claims = person.For([Scopes.Profile, Scopes.Email], environment.Snapshot.AttributeTypes);
        var name = claims.FirstOrDefault(claim => claim.Name == "name").Value?.ToString() ?? person.XHandle ?? came.UserId;
        var console = environment.Snapshot.IsDefault ? "/console" : $"/console/e/{environment.Snapshot.Slug}";
        return PageRenderer.Send(context, PageRenderer.Frame("try", texts, LocalDestination.TrialName, null) with
        {
            Heading = texts["try.heading", ("name", name)],
            Text = [texts["try.text"]],
            Items =
            [
                new PageItem.Points([$"sub: {came.UserId}", .. claims.Select(claim => $"{claim.Name}: {Shown(claim.Value)}")]),
                new PageItem.Link($"{console}/sign-ins/{came.SupportCode}", texts["try.timeline"]) { Weight = PageWeight.Primary },
                new PageItem.Link(context.Request.PathBase + Path, texts["try.again"]) { Weight = PageWeight.Secondary },
            ],
        });
    }

    private static string Shown(object value) => value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}

/// <summary>How trials are written before they are sealed.</summary>
[JsonSerializable(typeof(Trial))]
internal sealed partial class TrialJson : JsonSerializerContext;
