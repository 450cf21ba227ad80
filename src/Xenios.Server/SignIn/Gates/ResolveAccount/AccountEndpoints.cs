using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn.Gates.ResolveAccount;

/// <summary>
/// What a person answers while it is found out whose account it is (S10, S18–S24, S75). Every answer counts only for the page that is due and the account
/// it shows; what follows from it the rules decide.
/// </summary>
internal static class AccountEndpoints
{
    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/signin/{journey}/prove", Prove);
        routes.MapPost("/signin/{journey}/prove/code", SendCode);
        routes.MapPost("/signin/{journey}/link", Link);
        routes.MapPost("/signin/{journey}/apart", Apart);
        routes.MapPost("/signin/{journey}/which", Which);
        routes.MapPost("/signin/{journey}/replace", Replace);
        routes.MapPost("/signin/{journey}/take-over", TakeOver);
        routes.MapPost("/signin/{journey}/existing", Existing);
        routes.MapPost("/signin/{journey}/create", Create);
    }

    private static async Task<IResult> Prove(
        string journey,
        HttpContext context,
        EnvironmentContext environment,
        JourneyDoor door,
        JourneyPages pages,
        JourneyRunner runner,
        PasswordSignIn passwords,
        TimeProvider time,
        CancellationToken ct)
    {
        var (stored, form, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        if (stored is not { Journey: { Ask: JourneyAsk.ProveAccount } now })
        {
            return refusal ?? Due(context, stored!.Journey);
        }

        var network = RateLimits.NetworkOf(context);
        var (id, password, user) = (environment.Snapshot.Id, form["password"] ?? "", now.Accounts.FirstOrDefault()?.UserId);

        // Tries for an address are counted alike whether or not somebody here has it.
        var (outcome, proved, until) = now.Answers.HasAccount
            ? await passwords.TryAsync(id, network, form["username"] ?? "", password, ct)
            : await passwords.TryUserAsync(id, network, EmailAddress.Parse(now.Identity?.Email ?? now.Email?.Address)?.Key ?? now.Identity?.Subject ?? "", user, password, ct);
        if (outcome == PasswordOutcome.Right)
        {
            stored = stored with { Journey = now = now.Noted(Hop.Of(HopKind.Password, time.GetUtcNow())) };
        }

        return outcome switch
        {
            PasswordOutcome.Right when now.Identity is null => await runner.ContinueAsync(
                context, environment, now with { LocalUser = proved, AuthTime = time.GetUtcNow(), Proved = true }, stored.Version, ct),
            PasswordOutcome.Right => await AnswerAsync(context, environment, runner, stored, answers => answers with { SignedInTo = proved, KeepApart = false }, ct),
            PasswordOutcome.TooManyTries => pages.Break(context, environment, now, until),
            PasswordOutcome.Busy => pages.Busy(context, environment, now),
            PasswordOutcome.Blocked => await runner.TurnAwayAsync(context, environment, stored, "S62", AccountRules.Blocked, ct),
            _ => pages.WrongPassword(context, environment, now, null),
        };
    }

    private static async Task<IResult> SendCode(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, EmailCodes codes, CancellationToken ct)
    {
        var (stored, _, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        return stored is { Journey: { Ask: JourneyAsk.ProveAccount, ByCode: true } now } && EmailAddress.Parse(now.Identity?.Email) is { } address
            ? await codes.SendAsync(context, environment, stored, address, ct)
            : refusal ?? Due(context, stored!.Journey);
    }

    private static async Task<IResult> Link(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyPages pages, JourneyRunner runner, CancellationToken ct)
    {
        var (stored, form, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        if (stored is not { Journey.Ask: JourneyAsk.Link })
        {
            return refusal ?? Due(context, stored!.Journey);
        }

        return form["link"] != "yes" || form.IsRepeated("link")
            ? pages.NotTicked(context, environment, stored.Journey)
            : await AnswerAsync(context, environment, runner, stored, answers => answers with { LinkTo = stored.Journey.Accounts[0].UserId }, ct);
    }

    private static async Task<IResult> Apart(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyRunner runner, CancellationToken ct)
    {
        var (stored, _, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        return stored is { Journey.Ask: JourneyAsk.Link or JourneyAsk.ProveAccount or JourneyAsk.Which or JourneyAsk.Replace }
            ? await AnswerAsync(context, environment, runner, stored, _ => AccountAnswers.None with { KeepApart = true }, ct)
            : refusal ?? Due(context, stored!.Journey);
    }

    private static async Task<IResult> Which(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyRunner runner, CancellationToken ct)
    {
        var (stored, form, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        return stored is { Journey: { Ask: JourneyAsk.Which } now }
            && int.TryParse(form["account"], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            && now.Accounts.ElementAtOrDefault(number - 1) is { } account
            ? await AnswerAsync(context, environment, runner, stored, answers => answers with { Chosen = account.UserId }, ct)
            : refusal ?? Due(context, stored!.Journey);
    }

    private static async Task<IResult> Replace(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyRunner runner, CancellationToken ct)
    {
        var (stored, _, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        return stored is { Journey: { Ask: JourneyAsk.Replace } now }
            ? await AnswerAsync(context, environment, runner, stored, answers => answers with { ReplaceIn = now.Accounts[0].UserId }, ct)
            : refusal ?? Due(context, stored!.Journey);
    }

    private static async Task<IResult> TakeOver(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyRunner runner, CancellationToken ct)
    {
        var (stored, _, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        return stored is { Journey.Ask: JourneyAsk.TakeOver }
            ? await AnswerAsync(context, environment, runner, stored, answers => answers with { TakeOver = true }, ct)
            : refusal ?? Due(context, stored!.Journey);
    }

    private static async Task<IResult> Existing(
        string journey, HttpContext context, EnvironmentContext environment, JourneyDoor door, JourneyRunner runner, CancellationToken ct)
    {
        var (stored, _, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        return stored is { Journey.Ask: JourneyAsk.Create }
            ? await AnswerAsync(context, environment, runner, stored, _ => AccountAnswers.None with { HasAccount = true }, ct)
            : refusal ?? Due(context, stored!.Journey);
    }

    private static async Task<IResult> Create(
        string journey,
        HttpContext context,
        EnvironmentContext environment,
        JourneyDoor door,
        JourneyPages pages,
        JourneyRunner runner,
        AccountLookup lookup,
        PasswordSignIn passwords,
        CancellationToken ct)
    {
        var (stored, form, refusal) = await door.OpenFormAsync(context, environment, journey, ct);
        if (stored is not { Journey: { Ask: JourneyAsk.Create } now } || form["consent"] != "yes")
        {
            return refusal ?? Due(context, stored!.Journey);
        }

        var (username, password) = (Asks(environment, now, "username") ? form["username"] ?? "" : null, Asks(environment, now, "password") ? form["password"] ?? "" : null);
        if (username is not null && !Usernames.IsWellFormed(username))
        {
            return pages.WrongNewAccount(context, environment, now, username.Length <= 64 ? username : null, "username_malformed");
        }

        if (password is not null && !Passwords.IsAllowed(password))
        {
            return pages.WrongNewAccount(context, environment, now, username, "password_unsuitable");
        }

        // Hashed last, because that is the work: not for a name that is taken, which the rules then ask about again (S24).
        string? hash = null;
        if (password is not null && !(username is not null && await lookup.IsNameTakenAsync(environment.Snapshot.Id, username, ct)))
        {
            (var outcome, hash, var until) = await passwords.HashAsync(environment.Snapshot.Id, RateLimits.NetworkOf(context), password, ct);
            if (outcome != PasswordOutcome.Right)
            {
                return outcome == PasswordOutcome.Busy ? pages.Busy(context, environment, now) : pages.Break(context, environment, now, until);
            }
        }

        return await AnswerAsync(context, environment, runner, stored, answers => answers with { Create = true, Username = username, PasswordHash = hash }, ct);
    }

    // What is asked is the policy's; a field that the page does not have writes nothing.
    private static bool Asks(EnvironmentContext environment, Journey journey, string field) =>
        environment.Snapshot.Connections.GetValueOrDefault(journey.Connection!)?.Policy.JitScheme switch
        {
            Sdk.JitScheme.PasswordConsent => field == "password",
            Sdk.JitScheme.UsernamePasswordConsent => true,
            _ => false,
        };

    private static Task<IResult> AnswerAsync(
        HttpContext context, EnvironmentContext environment, JourneyRunner runner, StoredJourney stored, Func<AccountAnswers, AccountAnswers> answer, CancellationToken ct) =>
        runner.ContinueAsync(context, environment, stored.Journey with { Answers = answer(stored.Journey.Answers) }, stored.Version, ct);

    private static SeeOther Due(HttpContext context, Journey journey) => new(context.Request.PathBase + journey.AskPath);
}
