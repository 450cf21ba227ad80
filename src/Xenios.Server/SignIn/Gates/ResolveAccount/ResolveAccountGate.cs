using Xenios.Server.Connections;
using Xenios.Server.Environments;
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
    public sealed record Existing(LinkedAccount Account) : AccountAnswer;

    /// <summary>A new account.</summary>
    /// <param name="Create">With what.</param>
    public sealed record New(AccountDecision.Create Create) : AccountAnswer;

    /// <summary>The person is asked first, or cannot go on.</summary>
    /// <param name="Journey">The journey, waiting for that.</param>
    public sealed record Wait(Journey Journey) : AccountAnswer;
}

/// <summary>The gate behind the first step: looks up whom the identity belongs to and lets <see cref="AccountRules"/> decide.</summary>
internal sealed class ResolveAccountGate(AccountLookup lookup)
{
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
        var client = journey.Request is { } request ? environment.Snapshot.Clients.GetValueOrDefault(request.ClientId) : null;
        var decision = AccountRules.Decide(
            new AccountSituation
            {
                Linked = account is null ? null : new KnownUser(account.UserId, account.Status != "active"),
                UpstreamEmail = upstreamEmail,
                UpstreamSaysVerified = identity.EmailVerified,
                TypedEmail = typedEmail,
                TypedEmailProved = journey.Email?.Proved == true,
                EmailDeclined = journey.EmailDeclined,
                EmailBelongsToSomebody = account is null && email is not null && await lookup.IsConfirmedAsync(environment.Snapshot.Id, email, ct),
                ApplicationRequiresEmail = client?.RequireEmail ?? true,
            },
            connection.Policy);

        return decision switch
        {
            AccountDecision.UseExisting => new AccountAnswer.Existing(account!),
            AccountDecision.Create create => new AccountAnswer.New(create),
            AccountDecision.AskEmail => new AccountAnswer.Wait(journey with { Ask = JourneyAsk.Email }),
            AccountDecision.ProveEmail => new AccountAnswer.Wait(journey with { Ask = JourneyAsk.EmailCode }),
            AccountDecision.Refuse refuse => new AccountAnswer.Wait(journey with
            {
                Ask = JourneyAsk.Refused,
                Trouble = new JourneyTrouble(PageOf(refuse.Reason), refuse.Reason, connection.Slug),
            }),
            _ => throw new InvalidOperationException($"Unknown decision {decision}."),
        };
    }

    private static string PageOf(string reason) => reason switch
    {
        AccountRules.Blocked => "S62",
        AccountRules.EmailInUse => "S18",
        AccountRules.EmailNeeded => "S51",
        _ => "S27",
    };
}
