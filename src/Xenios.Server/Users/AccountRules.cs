using Xenios.Sdk;
using Xenios.Server.Connections;

namespace Xenios.Server.Users;

/// <summary>Everything the decision about an arriving identity depends on.</summary>
internal sealed record AccountSituation
{
    /// <summary>The user that already has this identity; null for a new one.</summary>
    public KnownUser? Linked { get; init; }

    /// <summary>Address the upstream gave, if it is one.</summary>
    public EmailAddress? UpstreamEmail { get; init; }

    /// <summary>Whether the upstream says it is confirmed.</summary>
    public bool UpstreamSaysVerified { get; init; }

    /// <summary>Address typed by the person in this journey.</summary>
    public EmailAddress? TypedEmail { get; init; }

    /// <summary>Whether a code sent there was entered in this browser.</summary>
    public bool TypedEmailProved { get; init; }

    /// <summary>Whether the person chose to go on without an address, where that is allowed.</summary>
    public bool EmailDeclined { get; init; }

    /// <summary>Whether an active or blocked user holds the address in question as confirmed.</summary>
    public bool EmailBelongsToSomebody { get; init; }

    /// <summary>Whether the application wants an address.</summary>
    public bool ApplicationRequiresEmail { get; init; }
}

/// <summary>A user as far as the decision needs it.</summary>
/// <param name="UserId">Id.</param>
/// <param name="IsBlocked">Whether an administrator blocked the account.</param>
/// <param name="HasEmail">Whether an address of the person is known, confirmed or given by the upstream.</param>
internal sealed record KnownUser(string UserId, bool IsBlocked, bool HasEmail = true);

/// <summary>What is to happen with an arriving identity.</summary>
internal abstract record AccountDecision
{
    private AccountDecision()
    {
    }

    /// <summary>The identity is known: its user signs in.</summary>
    /// <param name="UserId">The user.</param>
    /// <param name="Email">Address just proved that the account lacked; null for none.</param>
    public sealed record UseExisting(string UserId, EmailAddress? Email = null) : AccountDecision;

    /// <summary>A new user with this identity.</summary>
    /// <param name="Email">Confirmed address of the account; null for none.</param>
    /// <param name="VerifiedBy">How it was confirmed: <c>code</c> or <c>trusted_connection</c>.</param>
    public sealed record Create(EmailAddress? Email, string? VerifiedBy) : AccountDecision;

    /// <summary>Ask for an address (S11).</summary>
    public sealed record AskEmail : AccountDecision;

    /// <summary>Ask for the code sent to the typed address (S13).</summary>
    public sealed record ProveEmail : AccountDecision;

    /// <summary>Nothing can be done here; nothing was changed.</summary>
    /// <param name="Reason">Stable reason, a <c>data-error</c> code.</param>
    public sealed record Refuse(string Reason) : AccountDecision;
}

/// <summary>Whether somebody is found, created, asked or refused: one pure function of a situation and a policy (kinde-and-wso2 D3).</summary>
internal static class AccountRules
{
    /// <summary>The account is blocked.</summary>
    public const string Blocked = "account_blocked";

    /// <summary>The address belongs to an account here, and connecting the two is not possible yet.</summary>
    public const string EmailInUse = "email_belongs_to_account";

    /// <summary>The policy turns new people away.</summary>
    public const string SignUpClosed = "sign_up_closed";

    /// <summary>An address is needed and the policy does not ask for one.</summary>
    public const string EmailNeeded = "email_needed";

    /// <summary>Decides. The order of evaluation is that of D3.</summary>
    /// <param name="situation">What is known.</param>
    /// <param name="policy">The connection's policy.</param>
    public static AccountDecision Decide(AccountSituation situation, ConnectionPolicy policy)
    {
        if (situation.Linked is { } linked)
        {
            return linked.IsBlocked ? new AccountDecision.Refuse(Blocked) : Known(linked, situation, policy);
        }

        // Without provisioning nobody new may get an account; signing in without one comes with the linking rules.
        if (policy.Jit == OnOff.Off || policy.OnNoMatch != OnNoMatch.Create)
        {
            return new AccountDecision.Refuse(SignUpClosed);
        }

        if (situation.UpstreamEmail is null)
        {
            return WithoutUpstreamEmail(situation, policy);
        }

        // The address of somebody here: only proof on both sides may join them, and that is not offered yet. A second account would be a duplicate.
        if (situation.EmailBelongsToSomebody && policy.LinkPolicy != LinkPolicy.Never)
        {
            return new AccountDecision.Refuse(EmailInUse);
        }

        var trusted = policy.EmailTrust == EmailTrust.Always
            || (policy.EmailTrust == EmailTrust.WhenProviderSaysVerified && situation.UpstreamSaysVerified);
        return trusted && !situation.EmailBelongsToSomebody
            ? new AccountDecision.Create(situation.UpstreamEmail, "trusted_connection")
            : new AccountDecision.Create(null, null);
    }

    /// <summary>Whether a person without an address is asked for one.</summary>
    /// <param name="policy">The connection's policy.</param>
    /// <param name="required">Whether the application wants an address.</param>
    /// <param name="declined">Whether the person chose to go on without one.</param>
    public static bool AsksForEmail(ConnectionPolicy policy, bool required, bool declined) => policy.MissingEmail switch
    {
        MissingEmail.AskAndVerify => required,
        MissingEmail.AskOptional => !declined,
        _ => false,
    };

    // Somebody who came without an address to an application that wants none is asked once another one does.
    private static AccountDecision Known(KnownUser linked, AccountSituation situation, ConnectionPolicy policy)
    {
        if (linked.HasEmail || situation.UpstreamEmail is not null || !AsksForEmail(policy, situation.ApplicationRequiresEmail, declined: true))
        {
            return new AccountDecision.UseExisting(linked.UserId);
        }

        return situation.TypedEmail is not { } typed ? new AccountDecision.AskEmail()
            : !situation.TypedEmailProved ? new AccountDecision.ProveEmail()
            : situation.EmailBelongsToSomebody ? new AccountDecision.Refuse(EmailInUse)
            : new AccountDecision.UseExisting(linked.UserId, typed);
    }

    private static AccountDecision WithoutUpstreamEmail(AccountSituation situation, ConnectionPolicy policy)
    {
        if (situation.TypedEmail is { } typed)
        {
            return !situation.TypedEmailProved ? new AccountDecision.ProveEmail()
                : situation.EmailBelongsToSomebody ? new AccountDecision.Refuse(EmailInUse)
                : new AccountDecision.Create(typed, "code");
        }

        return AsksForEmail(policy, situation.ApplicationRequiresEmail, situation.EmailDeclined) ? new AccountDecision.AskEmail()
            : policy.MissingEmail == MissingEmail.Reject ? new AccountDecision.Refuse(EmailNeeded)
            : new AccountDecision.Create(null, null);
    }
}
