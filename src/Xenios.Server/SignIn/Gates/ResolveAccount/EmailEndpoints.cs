using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Server.Environments;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn.Gates.ResolveAccount;

/// <summary>Asks for an address and proves it with six digits, typed in the same browser (S11–S17). Every answer is the same whether or not the address is known.</summary>
internal static class EmailEndpoints
{
    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/signin/{journey}/email", Give);
        routes.MapPost("/signin/{journey}/email/skip", Skip);
        routes.MapPost("/signin/{journey}/email/change", Change);
        routes.MapPost("/signin/{journey}/email/code", Prove);
        routes.MapPost("/signin/{journey}/email/code/resend", Resend);
    }

    private static async Task<IResult> Give(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyPages pages, EmailCodes codes, CancellationToken ct)
    {
        var (stored, form, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        if (stored is null)
        {
            return refusal!;
        }

        // Also as a way in of its own, where the application offers it.
        if ((stored.Journey.Ask is not (JourneyAsk.Email or JourneyAsk.EmailCode)
                && !(stored.Journey.Ask == JourneyAsk.WayIn && WaysIn.Offers(environment, stored.Journey, "email_code")))
            || stored.Journey.Reauthenticates)
        {
            return Due(context, stored.Journey);
        }

        var typed = form["email"];
        return form.IsRepeated("email") || EmailAddress.Parse(typed) is not { } address
            ? pages.WrongEmail(context, environment, stored.Journey, typed?.Length <= 320 ? typed : null)
            : await codes.SendAsync(context, environment, stored, address, ct);
    }

    private static async Task<IResult> Skip(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyRunner runner, CancellationToken ct)
    {
        var (stored, _, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        if (stored is null)
        {
            return refusal!;
        }

        // Whether it may be skipped is the rules' decision: this only says that the person wants to.
        return stored.Journey.Ask == JourneyAsk.Email
            ? await runner.ContinueAsync(context, environment, stored.Journey with { EmailDeclined = true, Email = null, Answers = AccountAnswers.None }, stored.Version, ct)
            : Due(context, stored.Journey);
    }

    private static async Task<IResult> Change(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyPages pages, JourneyRunner runner, TimeProvider time, CancellationToken ct)
    {
        var (stored, _, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        if (stored is null)
        {
            return refusal!;
        }

        // Forgetting the address would forget the break.
        if (stored.Journey.Email?.LockedUntil is { } until && until > time.GetUtcNow())
        {
            return pages.Break(context, environment, stored.Journey, until);
        }

        return stored.Journey is { Email: not null, Reauthenticates: false }
            ? await runner.ContinueAsync(context, environment, Forgotten(stored.Journey), stored.Version, ct)
            : Due(context, stored.Journey);
    }

    private static async Task<IResult> Resend(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, EmailCodes codes, CancellationToken ct)
    {
        var (stored, _, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        if (stored is null)
        {
            return refusal!;
        }

        return stored.Journey is { Ask: JourneyAsk.EmailCode, Email: { } proof } && EmailAddress.Parse(proof.Address) is { } address
            ? await codes.SendAsync(context, environment, stored, address, ct)
            : Due(context, stored.Journey);
    }

    private static async Task<IResult> Prove(
        string journey,
        HttpContext context,
        EnvironmentContext environment,
        JourneyDoor door,
        JourneyPages pages,
        EmailCodes codes,
        JourneyRunner runner,
        CancellationToken ct)
    {
        var (stored, form, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        if (stored is null)
        {
            return refusal!;
        }

        if (stored.Journey is not { Ask: JourneyAsk.EmailCode, Email: not null })
        {
            return Due(context, stored.Journey);
        }

        var typed = new string([.. (form["code"] ?? "").Where(c => !char.IsWhiteSpace(c) && c != '-')]);
        var (outcome, after, until) = await codes.TryAsync(context, environment, stored, form.IsRepeated("code") ? "" : typed, ct);
        return outcome switch
        {
            CodeOutcome.Right => await runner.ContinueAsync(context, environment, after.Journey, after.Version, ct),
            CodeOutcome.Wrong => pages.WrongCode(context, environment, after.Journey),
            CodeOutcome.TooManyTries => pages.Break(context, environment, after.Journey, until),
            _ => Due(context, after.Journey),
        };
    }

    // What was answered was answered about the former address.
    private static Journey Forgotten(Journey journey) => journey with
    {
        Ask = journey is { Identity: null, SignedIn: null } ? JourneyAsk.WayIn : journey.Ask,
        Email = null,
        Answers = AccountAnswers.None,
        Trouble = null,
    };

    private static SeeOther Due(HttpContext context, Journey journey) => new(context.Request.PathBase + journey.AskPath);
}
