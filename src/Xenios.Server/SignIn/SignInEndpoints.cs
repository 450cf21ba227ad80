using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Protocol;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.OpenId;
using Xenios.Server.Sessions;
using Xenios.Server.SignIn.Gates.ResolveAccount;

namespace Xenios.Server.SignIn;

/// <summary>The sign-in pages: one address per journey, every action a form post that ends in a redirect.</summary>
internal static class SignInEndpoints
{
    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/signin", Start).RequireRateLimiting(RateLimits.Beginnings);
        routes.MapPost("/signin/out", Out);
        routes.MapGet("/signin/{journey}", Show);
        routes.MapGet("/signin/{journey}/email", Show);
        routes.MapGet("/signin/{journey}/email/code", Show);
        routes.MapGet("/signin/{journey}/account", Show);
        routes.MapGet("/signin/{journey}/who", Show);
        routes.MapGet("/signin/{journey}/consent", Show);
        routes.MapPost("/signin/{journey}/account", ChooseAccount);
        routes.MapGet("/signin/{journey}/password", Show);
        routes.MapPost("/signin/{journey}/connections/{connection}", Leave);
        routes.MapPost("/signin/{journey}/other", OtherWay);
        routes.MapPost("/signin/{journey}/again", StartAgain);
        routes.MapPost("/signin/{journey}/cancel", Cancel);
    }

    private static async Task<IResult> Start(
        HttpContext context, EnvironmentContext environment, SessionStore sessions, ResolveAccountGate accounts, PageRenderer renderer, JourneyRunner runner, CancellationToken ct)
    {
        var cookie = BrowserCookies.Read(context, environment, BrowserCookies.Session);
        if (await sessions.FindAsync(environment.Snapshot.Id, environment.BaseUrl, cookie, ct) is not { } session)
        {
            return await runner.BeginAsync(context, environment, null, ct);
        }

        return renderer.SignedIn(context, environment, await accounts.PersonAsync(environment, session, ct), session.Id);
    }

    private static async Task<IResult> Out(
        HttpContext context, EnvironmentContext environment, SessionStore sessions, SignOut signOut, PageRenderer renderer, CancellationToken ct)
    {
        var cookie = BrowserCookies.Read(context, environment, BrowserCookies.Session);
        if (cookie is null || await sessions.FindAsync(environment.Snapshot.Id, environment.BaseUrl, cookie, ct) is not { } session)
        {
            return PageRenderer.SignedOut(context, environment);
        }

        var form = await FormReader.ReadAsync(context.Request, ct);
        var back = form is null ? null : SignOutReturn.Read(environment, form["client_id"], form);
        if (form is null || BrowserCookies.Read(context, environment, BrowserCookies.Browser) is not { } browser || !renderer.IsOurs(form, browser, session.Id))
        {
            return renderer.ConfirmSignOut(context, environment, session.Id, "form_foreign", back);
        }

        await signOut.EndAsync(environment.Snapshot.Id, cookie, ct);
        BrowserCookies.Delete(context, environment, BrowserCookies.Session);
        return back?.Location is { } location ? new SeeOther(location) : PageRenderer.SignedOut(context, environment, back);
    }

    private static async Task<IResult> Show(string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyPages pages, CancellationToken ct)
    {
        var (stored, refusal) = await door.OpenAsync(context, environment, journey, ct);
        if (stored is null)
        {
            return refusal!;
        }

        // One page at a time: the address of another state leads to the one that is due.
        return string.Equals(context.Request.Path, stored.Journey.AskPath, StringComparison.Ordinal)
            ? pages.Ask(context, environment, stored.Journey)
            : new SeeOther(context.Request.PathBase + stored.Journey.AskPath);
    }

    private static async Task<IResult> Leave(
        string journey, string connection, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyStore journeys, JourneyRunner runner, CancellationToken ct)
    {
        var (stored, _, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        if (stored is null)
        {
            return refusal!;
        }

        var chosen = WaysIn.Connections(environment, stored.Journey).FirstOrDefault(offered => string.Equals(offered.Slug, connection, StringComparison.Ordinal));
        if (chosen is null)
        {
            return PageRenderer.NotFound(context, environment);
        }

        if (stored.Journey.Ask != JourneyAsk.WayIn)
        {
            stored = await journeys.ReplaceAsync(environment.Snapshot.Id, stored.Journey.Restarted(), stored.Version, ct);
            if (stored is null)
            {
                return new SeeOther($"{context.Request.PathBase}/signin/{journey}");
            }
        }

        return await runner.LeaveAsync(context, environment, stored, chosen, ct);
    }

    // S35: the person goes on as whoever is signed in here.
    private static async Task<IResult> ChooseAccount(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyRunner runner, CancellationToken ct)
    {
        var (stored, _, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        if (stored is null)
        {
            return refusal!;
        }

        return stored.Journey.Ask == JourneyAsk.Account
            ? await runner.ContinueAsync(context, environment, stored.Journey with { AccountChosen = true }, stored.Version, ct)
            : new SeeOther(context.Request.PathBase + stored.Journey.AskPath);
    }

    private static async Task<IResult> OtherWay(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyRunner runner, CancellationToken ct)
    {
        var (stored, _, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        return stored is null ? refusal! : await runner.ContinueAsync(context, environment, stored.Journey.Restarted(), stored.Version, ct);
    }

    // From S59, S60 and S61: the same request once more, as a new journey of this browser.
    private static async Task<IResult> StartAgain(
        string journey, HttpContext context, EnvironmentContext environment, JourneyStore journeys, JourneyPages pages, PageRenderer renderer, AuthorizeFlow flow, CancellationToken ct)
    {
        var found = journey.Length <= 64 ? await journeys.FindAsync(environment.Snapshot.Id, journey, ct) : default;
        var form = await FormReader.ReadAsync(context.Request, ct);
        if (found.Value is null || form is null)
        {
            return PageRenderer.Stale(context, environment, "journey_unknown");
        }

        if (BrowserCookies.Read(context, environment, BrowserCookies.Browser) is not { } browser)
        {
            return pages.NoCookie(context, environment, found.Value);
        }

        if (!renderer.IsOurs(form, browser, journey))
        {
            return PageRenderer.Stale(context, environment, "form_foreign");
        }

        if (found.Value.Request is not { } request)
        {
            return new SeeOther(context.Request.PathBase + found.Value.BeginPath);
        }

        // The request is the one that was checked, so nothing of it gets lost; whether it may still be answered is asked anew.
        return environment.Snapshot.Waiting(request) is { } client
            ? await flow.AnswerAsync(context, environment, request with { Connection = request.Connection ?? found.Value.Connection ?? found.Value.Trouble?.Connection }, client, ct)
            : PageRenderer.BadLink(context, environment, AuthorizeEndpoint.Removed, found.Value.SupportCode);
    }

    private static async Task<IResult> Cancel(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyRunner runner, CancellationToken ct)
    {
        var (stored, _, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        if (stored is null)
        {
            return refusal!;
        }

        return stored.Journey.Request is null
            ? new SeeOther(context.Request.PathBase + stored.Journey.BeginPath)
            : await runner.RefuseAsync(context, environment, stored.Journey, ErrorFor(stored.Journey.Trouble), ct);
    }

    // standards AUT-14: the person refused, or the upstream did, or it failed, or it is down.
    private static OAuthError ErrorFor(JourneyTrouble? trouble) => trouble?.Page switch
    {
        "S52" or "S53" or "S54" => new("temporarily_unavailable", "The sign-in service of the connection is not available at the moment."),
        "S55" or "S56" => new("server_error", "The connection could not be used."),
        _ => new("access_denied", "The person did not sign in."),
    };
}
