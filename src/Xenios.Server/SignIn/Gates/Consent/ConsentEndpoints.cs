using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Protocol;
using Xenios.Server.Audit;
using Xenios.Server.Environments;

namespace Xenios.Server.SignIn.Gates.Consent;

/// <summary>The person's answer on S30. It is a form of the journey's own page, in its browser, and only where the journey waits for it (threats D08).</summary>
internal static class ConsentEndpoints
{
    /// <summary>Adds the route.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/signin/{journey}/consent", Answer);

    private static async Task<IResult> Answer(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyRunner runner, TimeProvider time, CancellationToken ct)
    {
        var (stored, form, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        if (stored is null)
        {
            return refusal!;
        }

        if (stored.Journey is not { Ask: JourneyAsk.Consent, Consent: not null } || form.IsRepeated("consent"))
        {
            return new SeeOther(context.Request.PathBase + stored.Journey.AskPath);
        }

        var answer = Hop.Of(HopKind.Consent, time.GetUtcNow());
        return form["consent"] switch
        {
            "allow" => await runner.ContinueAsync(context, environment, stored.Journey.Noted(answer) with { Consented = true }, stored.Version, ct),
            "deny" => await runner.RefuseAsync(context, environment, stored.Journey.Noted(answer.Ended(HopOutcome.Refused, "access_denied")), new OAuthError("access_denied", "The person did not allow it."), ct),
            _ => new SeeOther(context.Request.PathBase + stored.Journey.AskPath),
        };
    }
}
