using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Server.Administrators;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn.Options.WithPassword;

/// <summary>A password as the way in (S71), where the application's login flow or the console offers it. A wrong name and a wrong password look the same.</summary>
internal static class PasswordEndpoints
{
    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/signin/{journey}/way/password", Choose);
        routes.MapPost("/signin/{journey}/password", Try);
    }

    private static async Task<IResult> Choose(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyStore journeys, CancellationToken ct)
    {
        var (stored, _, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        if (stored is null)
        {
            return refusal!;
        }

        var chosen = stored.Journey.Restarted() with { Ask = JourneyAsk.Password };
        if (stored.Journey.Ask == JourneyAsk.WayIn && WaysIn.Offers(environment, stored.Journey, "password"))
        {
            await journeys.ReplaceAsync(environment.Snapshot.Id, chosen, stored.Version, ct);
            return new SeeOther(context.Request.PathBase + chosen.AskPath);
        }

        return new SeeOther(context.Request.PathBase + stored.Journey.AskPath);
    }

    private static async Task<IResult> Try(
        string journey,
        HttpContext context,
        EnvironmentContext environment,
        JourneyDoor door,
        JourneyPages pages,
        JourneyRunner runner,
        PasswordSignIn passwords,
        AdministratorStore administrators,
        TimeProvider time,
        CancellationToken ct)
    {
        var (stored, form, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        if (stored is null)
        {
            return refusal!;
        }

        if (stored.Journey.Ask != JourneyAsk.Password)
        {
            return new SeeOther(context.Request.PathBase + stored.Journey.AskPath);
        }

        if (!WaysIn.Offers(environment, stored.Journey, "password"))
        {
            return await runner.ContinueAsync(context, environment, stored.Journey.Restarted(), stored.Version, ct);
        }

        var (outcome, user, until) = await passwords.TryAsync(environment.Snapshot.Id, RateLimits.NetworkOf(context), form["username"] ?? "", form["password"] ?? "", ct);

        // The console lets nobody else in: a password that no application accepts must not open a session that applications do.
        if (outcome == PasswordOutcome.Right && stored.Journey.Local is { Purpose: LocalPurpose.Console } && await administrators.FindAsync(environment.Snapshot.Id, user!, ct) is null)
        {
            return await runner.TurnAwayAsync(context, environment, stored, "S63", "not_an_administrator", ct);
        }

        return outcome switch
        {
            PasswordOutcome.Right => await runner.ContinueAsync(context, environment, stored.Journey.Noted(Hop.Of(HopKind.Password, time.GetUtcNow())) with { LocalUser = user, AuthTime = time.GetUtcNow(), Proved = true }, stored.Version, ct),
            PasswordOutcome.TooManyTries => pages.Break(context, environment, stored.Journey, until),
            PasswordOutcome.Busy => pages.Busy(context, environment, stored.Journey),
            PasswordOutcome.Blocked => await runner.TurnAwayAsync(context, environment, stored, "S62", AccountRules.Blocked, ct),
            _ => pages.WrongPassword(context, environment, stored.Journey, form["username"] is { Length: <= 320 } typed ? typed : null),
        };
    }
}
