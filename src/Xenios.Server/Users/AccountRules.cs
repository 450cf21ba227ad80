using Xenios.Sdk;
using Xenios.Server.Connections;

namespace Xenios.Server.Users;

/// <summary>
/// Whether somebody is found, connected, created, passed through, asked or refused: one pure function of a situation and a policy, in the order of D3.
/// No setting attaches an identity to an existing account without proof on both sides (threats, invariant 2). docs/linking.md shows it as a table.
/// </summary>
internal static class AccountRules
{
    /// <summary>The account is blocked.</summary>
    public const string Blocked = "account_blocked";

    /// <summary>The policy turns new people away.</summary>
    public const string SignUpClosed = "sign_up_closed";

    /// <summary>The application insists on a local account, and the connection makes none.</summary>
    public const string LocalAccountNeeded = "local_account_needed";

    /// <summary>An address is needed and the policy does not ask for one.</summary>
    public const string EmailNeeded = "email_needed";

    /// <summary>Decides. The order of evaluation is that of D3.</summary>
    /// <param name="situation">What is known.</param>
    /// <param name="policy">The connection's policy.</param>
    public static AccountDecision Decide(AccountSituation situation, ConnectionPolicy policy)
    {
        // An existing identity is first and final: a different address asserted today names nobody else (threats A08).
        if (situation.Linked is { } linked)
        {
            return linked.IsBlocked ? new AccountDecision.Refuse(Blocked) : Known(linked, situation, policy);
        }

        if (policy.Jit == OnOff.Off)
        {
            return WithoutAccount(situation);
        }

        var answers = situation.Answers;
        if (!answers.KeepApart && answers.SignedInTo is { } own && situation.Matches.FirstOrDefault(match => match.UserId == own) is { } mine)
        {
            return LinkTo(mine, LinkProof.SignIn, situation, policy);
        }

        if (answers is { HasAccount: true, KeepApart: false })
        {
            return new AccountDecision.ProveAccount(null, ByCode: false);
        }

        return situation.UpstreamEmail is null ? WithTypedEmail(situation, policy) : WithUpstreamEmail(situation, policy);
    }

    /// <summary>Whether the connection's word about an address counts as proof (<c>email_trust</c>).</summary>
    /// <param name="policy">The connection's policy.</param>
    /// <param name="saysVerified">Whether the upstream says the address is confirmed.</param>
    public static bool IsTrusted(ConnectionPolicy policy, bool saysVerified) =>
        policy.EmailTrust == EmailTrust.Always || (policy.EmailTrust == EmailTrust.WhenProviderSaysVerified && saysVerified);

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

    // Somebody who came without an address to an application that wants none is asked once another one does. Two accounts are not made one.
    private static AccountDecision Known(KnownUser linked, AccountSituation situation, ConnectionPolicy policy)
    {
        if (linked.HasEmail || situation.UpstreamEmail is not null || !AsksForEmail(policy, situation.ApplicationRequiresEmail, declined: true))
        {
            return new AccountDecision.UseExisting(linked.UserId);
        }

        return situation.TypedEmail is not { } typed ? new AccountDecision.AskEmail(Another: false)
            : !situation.EmailProved ? new AccountDecision.ProveEmail()
            : Holder(situation) is not null ? new AccountDecision.AskEmail(Another: true)
            : IsClaimed(situation) ? new AccountDecision.AskTakeOver()
            : new AccountDecision.UseExisting(linked.UserId, typed);
    }

    private static AccountDecision WithTypedEmail(AccountSituation situation, ConnectionPolicy policy)
    {
        if (situation.TypedEmail is not { } typed || (situation.EmailDeclined && policy.MissingEmail == MissingEmail.AskOptional))
        {
            return AsksForEmail(policy, situation.ApplicationRequiresEmail, situation.EmailDeclined) ? new AccountDecision.AskEmail(Another: false)
                : policy.MissingEmail == MissingEmail.Reject ? new AccountDecision.Refuse(EmailNeeded)
                : WithoutMatch(null, null, situation, policy);
        }

        if (!situation.EmailProved)
        {
            return new AccountDecision.ProveEmail();
        }

        if (Holder(situation) is not { } holder)
        {
            return WithoutMatch(typed, "code", situation, policy);
        }

        return policy.LinkTypedEmail == LinkTypedEmail.Never || situation.Answers.KeepApart
            ? new AccountDecision.AskEmail(Another: true)
            : LinkTo(holder, LinkProof.Code, situation, policy);
    }

    private static AccountDecision WithUpstreamEmail(AccountSituation situation, ConnectionPolicy policy)
    {
        var trusted = IsTrusted(policy, situation.UpstreamSaysVerified);
        var holder = Holder(situation);
        if (policy.LinkPolicy == LinkPolicy.Never || situation.Answers.KeepApart)
        {
            return Separate(trusted, holder, situation, policy);
        }

        if (policy.LinkPolicy == LinkPolicy.AutoByRules)
        {
            var found = situation.Matches.Where(match => match.ByRule && (match.IsConfirmed || !match.HoldsAddress)).ToList();
            holder = found.Count > 1 ? found.Find(match => match.UserId == situation.Answers.Chosen) : found.FirstOrDefault();
            if (found.Count > 1 && holder is null)
            {
                return new AccountDecision.AskWhich([.. found.Select(match => match.UserId)]);
            }
        }

        if (holder is null)
        {
            // Where the provider did not confirm the address, everybody proves it: that the page appears says nothing about who is known here.
            return situation.EmailProved || situation.UpstreamSaysVerified || trusted
                ? Separate(trusted, Holder(situation), situation, policy)
                : AskProof(null, byCode: true, situation);
        }

        var automatic = policy.LinkPolicy is LinkPolicy.AutoIfTrusted or LinkPolicy.AutoByRules;
        if (holder.HoldsAddress && situation.EmailProved)
        {
            return LinkTo(holder, LinkProof.Code, situation, policy);
        }

        // Only an address can be proven to belong to somebody; a name that two sides share proves nothing (threats A09).
        return holder.HoldsAddress && automatic && trusted
            ? LinkTo(holder, LinkProof.TrustedConnection, situation, policy)
            : AskProof(holder, holder.HoldsAddress, situation);
    }

    private static AccountDecision Separate(bool trusted, LocalMatch? holder, AccountSituation situation, ConnectionPolicy policy) =>
        holder is not null ? WithoutMatch(null, null, situation, policy)
        : situation.EmailProved ? WithoutMatch(situation.UpstreamEmail, "code", situation, policy)
        : trusted ? WithoutMatch(situation.UpstreamEmail, "trusted_connection", situation, policy)
        : WithoutMatch(policy.UntrustedEmail == UntrustedEmail.UnconfirmedIdentity ? situation.UpstreamEmail : null, null, situation, policy);

    private static AccountDecision AskProof(LocalMatch? match, bool byCode, AccountSituation situation) =>
        situation.CodeSent && byCode ? new AccountDecision.ProveEmail() : new AccountDecision.ProveAccount(match?.UserId, byCode);

    private static AccountDecision LinkTo(LocalMatch match, LinkProof proof, AccountSituation situation, ConnectionPolicy policy)
    {
        var answers = situation.Answers;
        if (match.IsBlocked)
        {
            return new AccountDecision.Refuse(Blocked);
        }

        if (match.NeedsSignIn && answers.SignedInTo != match.UserId)
        {
            return new AccountDecision.ProveAccount(match.UserId, ByCode: false);
        }

        if ((proof != LinkProof.TrustedConnection || policy.PromptBeforeLink) && answers.LinkTo != match.UserId)
        {
            return new AccountDecision.AskLink(match.UserId);
        }

        return match.HasOtherIdentity && answers.ReplaceIn != match.UserId
            ? new AccountDecision.AskReplace(match.UserId)
            : new AccountDecision.Link(match.UserId, proof, match.HasOtherIdentity);
    }

    private static AccountDecision WithoutMatch(EmailAddress? email, string? verifiedBy, AccountSituation situation, ConnectionPolicy policy)
    {
        switch (policy.OnNoMatch)
        {
            case OnNoMatch.Reject:
                return new AccountDecision.Refuse(SignUpClosed);
            case OnNoMatch.PassThrough:
                return WithoutAccount(situation);
        }

        var answers = situation.Answers;
        if (verifiedBy is not null && IsClaimed(situation))
        {
            return new AccountDecision.AskTakeOver();
        }

        var agreed = policy.JitScheme switch
        {
            JitScheme.Silent => true,
            JitScheme.Consent => answers.Create,
            JitScheme.PasswordConsent => answers is { Create: true, PasswordHash: not null },
            _ => answers is { Create: true, PasswordHash: not null, Username: not null },
        };
        var nameTaken = policy.JitScheme == JitScheme.UsernamePasswordConsent && situation.ChosenNameTaken;
        return agreed && !nameTaken ? new AccountDecision.Create(email, verifiedBy) : new AccountDecision.AskCreate(policy.JitScheme, nameTaken);
    }

    private static AccountDecision WithoutAccount(AccountSituation situation) =>
        situation.LocalSubjectRequired ? new AccountDecision.Refuse(LocalAccountNeeded) : new AccountDecision.PassThrough();

    // An unfinished account claims the address, and the person was not told yet that it ends.
    private static bool IsClaimed(AccountSituation situation) =>
        !situation.Answers.TakeOver && situation.Matches.Any(match => match is { HoldsAddress: true, IsConfirmed: false, IsBlocked: false });

    private static LocalMatch? Holder(AccountSituation situation) => situation.Matches.FirstOrDefault(match => match is { HoldsAddress: true, IsConfirmed: true });
}
