using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Users;

namespace Xenios.Server.Tests.Users;

/// <summary>What the tests of the account rules start from.</summary>
internal static class Situations
{
    /// <summary>An identity nobody has, about which nothing is known.</summary>
    public static readonly AccountSituation New = new();

    /// <summary>The address in question.</summary>
    public static readonly EmailAddress Address = EmailAddress.Parse("ada@v.test")!;

    /// <summary>An account that confirmed it.</summary>
    public static readonly LocalMatch Confirmed = new() { UserId = "usr_2", HoldsAddress = true, IsConfirmed = true };

    /// <summary>Every combination of the settings that decide: all pairs, and all the rest.</summary>
    public static IEnumerable<ConnectionPolicy> Policies() =>
        from jit in Enum.GetValues<OnOff>()
        from noMatch in Enum.GetValues<OnNoMatch>()
        from scheme in Enum.GetValues<JitScheme>()
        from trust in Enum.GetValues<EmailTrust>()
        from untrusted in Enum.GetValues<UntrustedEmail>()
        from link in Enum.GetValues<LinkPolicy>()
        from typed in Enum.GetValues<LinkTypedEmail>()
        from missing in Enum.GetValues<MissingEmail>()
        from prompt in new[] { false, true }
        select Presets.Kinde with
        {
            Jit = jit,
            OnNoMatch = noMatch,
            JitScheme = scheme,
            EmailTrust = trust,
            UntrustedEmail = untrusted,
            LinkPolicy = link,
            LinkTypedEmail = typed,
            MissingEmail = missing,
            PromptBeforeLink = prompt,
        };

    /// <summary>Some situation.</summary>
    public static AccountSituation Random(Random random)
    {
        bool Maybe(int of = 2) => random.Next(of) == 0;
        string? Somebody() => Maybe() ? null : $"usr_{random.Next(3)}";
        var upstream = Maybe();
        return new AccountSituation
        {
            Linked = Maybe(8) ? new KnownUser("usr_0", Maybe(), Maybe()) : null,
            UpstreamEmail = upstream ? Address : null,
            UpstreamSaysVerified = upstream && Maybe(),
            TypedEmail = !upstream && Maybe() ? Address : null,
            CodeSent = Maybe(),
            EmailProved = Maybe(),
            EmailDeclined = Maybe(4),

            // As in the database: one account at most has confirmed an address.
            Matches =
            [
                .. Enumerable.Range(0, random.Next(4)).Select(i => new LocalMatch
                {
                    UserId = $"usr_{i}",
                    IsBlocked = Maybe(4),
                    HoldsAddress = Maybe(),
                    IsConfirmed = i == 0 && Maybe(),
                    ByRule = Maybe(),
                    NeedsSignIn = Maybe(3),
                    HasOtherIdentity = Maybe(3),
                }),
            ],
            Answers = new AccountAnswers
            {
                LinkTo = Somebody(),
                KeepApart = Maybe(5),
                Chosen = Somebody(),
                ReplaceIn = Somebody(),
                SignedInTo = Somebody(),
                HasAccount = Maybe(6),
                TakeOver = Maybe(),
                Create = Maybe(),
                Username = Maybe() ? "ada" : null,
                PasswordHash = Maybe() ? "hash" : null,
            },
            ChosenNameTaken = Maybe(4),
            ApplicationRequiresEmail = Maybe(),
            LocalSubjectRequired = Maybe(),
        };
    }
}
