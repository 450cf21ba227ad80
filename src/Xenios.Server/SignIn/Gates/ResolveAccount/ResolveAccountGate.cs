using Xenios.Protocol;
using Xenios.Server.Connections;
using Xenios.Server.Environments;
using Xenios.Server.Sessions;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn.Gates.ResolveAccount;

/// <summary>Which account an identity gets, or what has to be asked first.</summary>
internal abstract record AccountAnswer
{
    private AccountAnswer()
    {
    }

    /// <summary>The identity's own account.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Email">Address just proved that the account lacked; null for none.</param>
    public sealed record Existing(LinkedAccount Account, EmailAddress? Email) : AccountAnswer;

    /// <summary>The account that a live session speaks for.</summary>
    /// <param name="Session">The session.</param>
    /// <param name="Email">Address just proved that the account lacked; null for none.</param>
    public sealed record SignedIn(Session Session, EmailAddress? Email) : AccountAnswer;

    /// <summary>A new account.</summary>
    /// <param name="Create">With what.</param>
    public sealed record New(AccountDecision.Create Create) : AccountAnswer;

    /// <summary>The person is asked first, or cannot go on.</summary>
    /// <param name="Journey">The journey, waiting for that.</param>
    public sealed record Wait(Journey Journey) : AccountAnswer;

    /// <summary>The account's user; null for a new one.</summary>
    public string? UserId => this switch
    {
        Existing existing => existing.Account.UserId,
        SignedIn signedIn => signedIn.Session.UserId,
        _ => null,
    };
}

/// <summary>The gate behind the first step: looks up whom the identity belongs to and lets <see cref="AccountRules"/> decide.</summary>
internal sealed class ResolveAccountGate(AccountLookup lookup, UserClaims users)
{
    /// <summary>Whether an application wants an address that the person of a session does not have, and the way the person came by asks for one: no query.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="client">The application.</param>
    /// <param name="session">The session.</param>
    public static bool AsksForEmail(EnvironmentContext environment, Client client, Session session) =>
        !session.HasEmail && client.RequireEmail && AccountRules.AsksForEmail(PolicyOf(environment, session.Connection), required: true, declined: true);

    /// <summary>Who a session speaks for, as pages show it: one read.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="session">The session.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<PageItem.Person> PersonAsync(EnvironmentContext environment, Session session, CancellationToken ct)
    {
        var person = await users.FindAsync(environment.Snapshot.Id, session.UserId, session.Id, session.Id, ct);
        var name = person is not null && AccountLookup.ReadAttributes(person.Attributes).TryGetValue("name", out var value) ? value : person?.Email ?? "";
        return new PageItem.Person(name, person?.XHandle, person?.XId is null ? null : "x");
    }

    /// <summary>Asks the rules about the person of a live session.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">A journey with a session.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<AccountAnswer> CheckSessionAsync(EnvironmentContext environment, Journey journey, CancellationToken ct)
    {
        var session = journey.SignedIn!;
        var typed = EmailAddress.Parse(journey.Email?.Address);
        var situation = new AccountSituation
        {
            Linked = new KnownUser(session.UserId, IsBlocked: false, session.HasEmail),
            TypedEmail = typed,
            TypedEmailProved = journey.Email?.Proved == true,
            EmailDeclined = true,
            EmailBelongsToSomebody = journey.Email?.Proved == true && typed is not null && await lookup.IsConfirmedAsync(environment.Snapshot.Id, typed, ct),
            ApplicationRequiresEmail = ClientOf(environment, journey)?.RequireEmail ?? false,
        };
        var decision = AccountRules.Decide(situation, PolicyOf(environment, session.Connection));
        return decision is AccountDecision.UseExisting use ? new AccountAnswer.SignedIn(session, use.Email) : Wait(journey, decision, session.Connection);
    }

    /// <summary>Asks the rules.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">A journey with an identity.</param>
    /// <param name="connection">The connection it came by.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<AccountAnswer> CheckAsync(EnvironmentContext environment, Journey journey, Connection connection, CancellationToken ct)
    {
        var identity = journey.Identity!;
        var account = await lookup.FindAsync(environment.Snapshot.Id, connection.Id, identity.Issuer, identity.Subject, ct);
        var upstreamEmail = EmailAddress.Parse(identity.Email);
        var typedEmail = upstreamEmail is null ? EmailAddress.Parse(journey.Email?.Address) : null;

        // Whether an address is known is looked up only where it was proved, so nothing before that can depend on it (threats H03).
        var email = upstreamEmail ?? (journey.Email?.Proved == true ? typedEmail : null);
        var newcomer = account is null || (!account.HasEmail && upstreamEmail is null);
        var decision = AccountRules.Decide(
            new AccountSituation
            {
                Linked = account is null ? null : new KnownUser(account.UserId, account.Status != "active", account.HasEmail),
                UpstreamEmail = upstreamEmail,
                UpstreamSaysVerified = identity.EmailVerified,
                TypedEmail = typedEmail,
                TypedEmailProved = journey.Email?.Proved == true,
                EmailDeclined = journey.EmailDeclined,
                EmailBelongsToSomebody = newcomer && email is not null && await lookup.IsConfirmedAsync(environment.Snapshot.Id, email, ct),
                ApplicationRequiresEmail = ClientOf(environment, journey)?.RequireEmail ?? true,
            },
            connection.Policy);

        return decision switch
        {
            AccountDecision.UseExisting use => new AccountAnswer.Existing(account!, use.Email),
            AccountDecision.Create create => new AccountAnswer.New(create),
            _ => Wait(journey, decision, connection.Slug),
        };
    }

    private static AccountAnswer.Wait Wait(Journey journey, AccountDecision decision, string? connection) => decision switch
    {
        AccountDecision.AskEmail => new(journey with { Ask = JourneyAsk.Email }),
        AccountDecision.ProveEmail => new(journey with { Ask = JourneyAsk.EmailCode }),
        AccountDecision.Refuse refuse => new(journey with
        {
            Ask = JourneyAsk.Refused,
            Trouble = new JourneyTrouble(PageOf(refuse.Reason), refuse.Reason, connection),
        }),
        _ => throw new InvalidOperationException($"Unknown decision {decision}."),
    };

    private static Client? ClientOf(EnvironmentContext environment, Journey journey) =>
        journey.Request is { } request ? environment.Snapshot.Clients.GetValueOrDefault(request.ClientId) : null;

    // A connection that is gone has left no policy: its people are treated as everybody is who comes anew.
    private static ConnectionPolicy PolicyOf(EnvironmentContext environment, string? connection) =>
        connection is not null && environment.Snapshot.Connections.TryGetValue(connection, out var found) ? found.Policy : Presets.Kinde;

    private static string PageOf(string reason) => reason switch
    {
        AccountRules.Blocked => "S62",
        AccountRules.EmailInUse => "S18",
        AccountRules.EmailNeeded => "S51",
        _ => "S27",
    };
}
