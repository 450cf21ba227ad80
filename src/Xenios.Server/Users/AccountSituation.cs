using Xenios.Sdk;

namespace Xenios.Server.Users;

/// <summary>Everything the decision about an arriving identity depends on (kinde-and-wso2 D3).</summary>
internal sealed record AccountSituation
{
    /// <summary>The user that already has this identity; null for a new one.</summary>
    public KnownUser? Linked { get; init; }

    /// <summary>Address the upstream gave, if it is one.</summary>
    public EmailAddress? UpstreamEmail { get; init; }

    /// <summary>Whether the upstream says it is confirmed.</summary>
    public bool UpstreamSaysVerified { get; init; }

    /// <summary>Address typed by the person in this journey; counts only where the upstream gave none.</summary>
    public EmailAddress? TypedEmail { get; init; }

    /// <summary>Whether a code for the address in question is on its way.</summary>
    public bool CodeSent { get; init; }

    /// <summary>Whether a code sent to the address in question was entered in this browser.</summary>
    public bool EmailProved { get; init; }

    /// <summary>Whether the person chose to go on without an address, where that is allowed.</summary>
    public bool EmailDeclined { get; init; }

    /// <summary>Local users that hold the address in question or that a link rule found; never of another environment.</summary>
    public IReadOnlyList<LocalMatch> Matches { get; init; } = [];

    /// <summary>What the person answered so far.</summary>
    public AccountAnswers Answers { get; init; } = AccountAnswers.None;

    /// <summary>Whether the user name that the person chose belongs to somebody.</summary>
    public bool ChosenNameTaken { get; init; }

    /// <summary>Whether the application wants an address.</summary>
    public bool ApplicationRequiresEmail { get; init; }

    /// <summary>Whether the application insists on a local account (<c>local_subject: mandatory</c>).</summary>
    public bool LocalSubjectRequired { get; init; }
}

/// <summary>A user as far as the decision needs it.</summary>
/// <param name="UserId">Id.</param>
/// <param name="IsBlocked">Whether an administrator blocked the account.</param>
/// <param name="HasEmail">Whether an address of the person is known, confirmed or given by the upstream.</param>
internal sealed record KnownUser(string UserId, bool IsBlocked, bool HasEmail = true);

/// <summary>A local user that an arriving identity might belong to.</summary>
internal sealed record LocalMatch
{
    /// <summary>Id.</summary>
    public required string UserId { get; init; }

    /// <summary>Whether an administrator blocked the account.</summary>
    public bool IsBlocked { get; init; }

    /// <summary>Whether the account holds the address in question, confirmed or not.</summary>
    public bool HoldsAddress { get; init; }

    /// <summary>Whether the account's address is confirmed: an unconfirmed one is a claim that anybody can make (threats A01).</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>Whether one of the connection's <c>link_rules</c> found it.</summary>
    public bool ByRule { get; init; }

    /// <summary>Whether the mailbox alone does not open it: a second factor, an administrator's rights, or an administrator's wish.</summary>
    public bool NeedsSignIn { get; init; }

    /// <summary>Whether the account already has another identity of this connection.</summary>
    public bool HasOtherIdentity { get; init; }
}

/// <summary>What a person answered while it was found out who they are. Each answer names the account it was given for, so it counts for no other.</summary>
internal sealed record AccountAnswers
{
    /// <summary>Nothing yet.</summary>
    public static readonly AccountAnswers None = new();

    /// <summary>User the person agreed to be connected with (S18).</summary>
    public string? LinkTo { get; init; }

    /// <summary>Whether the person wants no existing account to be touched (S18, S19, S21).</summary>
    public bool KeepApart { get; init; }

    /// <summary>User picked where several matched (S21).</summary>
    public string? Chosen { get; init; }

    /// <summary>User whose former identity of this connection may be replaced (S23).</summary>
    public string? ReplaceIn { get; init; }

    /// <summary>User the person signed in to within this journey (S19).</summary>
    public string? SignedInTo { get; init; }

    /// <summary>Whether the person says to have an account here (S10).</summary>
    public bool HasAccount { get; init; }

    /// <summary>Whether the person has read that an unfinished account ends (S20).</summary>
    public bool TakeOver { get; init; }

    /// <summary>Whether the person wants the new account (S10, S75).</summary>
    public bool Create { get; init; }

    /// <summary>User name chosen for it (S75).</summary>
    public string? Username { get; init; }

    /// <summary>Hash of the password chosen for it (S75).</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Never the hash.</summary>
    public override string ToString() => "answers";
}

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

    /// <summary>The identity is attached to an existing user, who signs in.</summary>
    /// <param name="UserId">The user.</param>
    /// <param name="By">What proved that it is theirs.</param>
    /// <param name="Replaces">Whether the user's former identity of this connection goes.</param>
    public sealed record Link(string UserId, LinkProof By, bool Replaces) : AccountDecision;

    /// <summary>A new user with this identity.</summary>
    /// <param name="Email">Address of the account; null for none.</param>
    /// <param name="VerifiedBy">How it was confirmed: <c>code</c> or <c>trusted_connection</c>; null when it was not.</param>
    public sealed record Create(EmailAddress? Email, string? VerifiedBy) : AccountDecision;

    /// <summary>Signed in without a local user.</summary>
    public sealed record PassThrough : AccountDecision;

    /// <summary>Ask for an address (S11, S12).</summary>
    /// <param name="Another">Whether the one typed last belongs to an account that stays apart.</param>
    public sealed record AskEmail(bool Another) : AccountDecision;

    /// <summary>Ask for the code sent to the address in question (S13).</summary>
    public sealed record ProveEmail : AccountDecision;

    /// <summary>Ask for proof that an account is the person's (S19). The page is the same whether or not there is one, until something is proved.</summary>
    /// <param name="UserId">The account; null when none is named or none exists.</param>
    /// <param name="ByCode">Whether a code to the address in question is proof; otherwise only a sign-in is.</param>
    public sealed record ProveAccount(string? UserId, bool ByCode) : AccountDecision;

    /// <summary>Ask whether to connect (S18).</summary>
    /// <param name="UserId">With which account.</param>
    public sealed record AskLink(string UserId) : AccountDecision;

    /// <summary>Ask which account it is (S21).</summary>
    /// <param name="UserIds">The accounts found, at most two.</param>
    public sealed record AskWhich(IReadOnlyList<string> UserIds) : AccountDecision
    {
        /// <inheritdoc/>
        public bool Equals(AskWhich? other) => other is not null && UserIds.SequenceEqual(other.UserIds, StringComparer.Ordinal);

        /// <inheritdoc/>
        public override int GetHashCode() => UserIds.Count;
    }

    /// <summary>Ask whether the account's former identity of this connection may go (S23).</summary>
    /// <param name="UserId">The account.</param>
    public sealed record AskReplace(string UserId) : AccountDecision;

    /// <summary>Say that an account that never proved the address ends (S20).</summary>
    public sealed record AskTakeOver : AccountDecision;

    /// <summary>Ask whether to create an account, with what the scheme wants (S10, S75).</summary>
    /// <param name="Scheme">What is asked.</param>
    /// <param name="NameTaken">Whether the name chosen before belongs to somebody (S24).</param>
    public sealed record AskCreate(JitScheme Scheme, bool NameTaken) : AccountDecision;

    /// <summary>Nothing can be done here; nothing was changed.</summary>
    /// <param name="Reason">Stable reason, a <c>data-error</c> code.</param>
    public sealed record Refuse(string Reason) : AccountDecision;
}

/// <summary>What proved that an account belongs to the person whose identity is attached to it.</summary>
internal enum LinkProof
{
    /// <summary>A code sent to the account's confirmed address was entered in this browser.</summary>
    Code,

    /// <summary>A connection whose word counts says that the account's confirmed address is the person's.</summary>
    TrustedConnection,

    /// <summary>The person signed in to the account.</summary>
    SignIn,
}
