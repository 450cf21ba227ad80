using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Users;

namespace Xenios.Server.Tests.Users;

/// <summary>The decision about an arriving identity over all combinations of its inputs: who it is, what is known of its address, and the policy (threats A06, A07, A15, C04).</summary>
public sealed class AccountRulesTests
{
    private static readonly EmailAddress Upstream = EmailAddress.Parse("upstream@v.test")!;
    private static readonly EmailAddress Typed = EmailAddress.Parse("typed@v.test")!;
    private static readonly bool[] Both = [false, true];

    // The first row that fits counts.
    private static readonly (Func<Case, bool> When, AccountDecision Then)[] Table =
    [
        (c => c.Linked?.IsBlocked == true, new AccountDecision.Refuse("account_blocked")),

        // Somebody without an address, at an application that wants one.
        (c => c.Late && c.TypedState == 0, new AccountDecision.AskEmail()),
        (c => c.Late && c.TypedState == 1, new AccountDecision.ProveEmail()),
        (c => c.Late && c.Known, new AccountDecision.Refuse("email_belongs_to_account")),
        (c => c.Late, new AccountDecision.UseExisting("usr_1", Typed)),
        (c => c.Linked is not null, new AccountDecision.UseExisting("usr_1")),
        (c => c.Policy.Jit == OnOff.Off, new AccountDecision.Refuse("sign_up_closed")),
        (c => c.Policy.OnNoMatch == OnNoMatch.Reject, new AccountDecision.Refuse("sign_up_closed")),
        (c => c.Policy.OnNoMatch == OnNoMatch.PassThrough, new AccountDecision.Refuse("sign_up_closed")),

        // X gave an address.
        (c => c.FromUpstream && c.Known && c.Policy.LinkPolicy == LinkPolicy.Never, new AccountDecision.Create(null, null)),
        (c => c.FromUpstream && c.Known, new AccountDecision.Refuse("email_belongs_to_account")),
        (c => c.FromUpstream && c.Policy.EmailTrust == EmailTrust.Never, new AccountDecision.Create(null, null)),
        (c => c.FromUpstream && c.Policy.EmailTrust == EmailTrust.Always, new AccountDecision.Create(Upstream, "trusted_connection")),
        (c => c.FromUpstream && c.SaysVerified, new AccountDecision.Create(Upstream, "trusted_connection")),
        (c => c.FromUpstream, new AccountDecision.Create(null, null)),

        // The person gave one.
        (c => c.TypedState == 1, new AccountDecision.ProveEmail()),
        (c => c.TypedState == 2 && c.Known, new AccountDecision.Refuse("email_belongs_to_account")),
        (c => c.TypedState == 2, new AccountDecision.Create(Typed, "code")),

        // Nobody did.
        (c => c.Policy.MissingEmail == MissingEmail.Reject, new AccountDecision.Refuse("email_needed")),
        (c => c.Policy.MissingEmail == MissingEmail.AskAndVerify && c.Required, new AccountDecision.AskEmail()),
        (c => c.Policy.MissingEmail == MissingEmail.AskOptional && !c.Declined, new AccountDecision.AskEmail()),
        (c => true, new AccountDecision.Create(null, null)),
    ];

    [Fact]
    public void Every_combination_is_decided_as_the_table_says()
    {
        var (seen, rows) = (0, new HashSet<int>());
        foreach (var c in All())
        {
            var row = Array.FindIndex(Table, entry => entry.When(c));
            var decision = AccountRules.Decide(c.Situation, c.Policy);
            if (Table[row].Then != decision)
            {
                Assert.Fail($"{c}: row {row} says {Table[row].Then}, the rules say {decision}");
            }

            rows.Add(row);
            seen++;
        }

        Assert.Equal(110_592, seen);
        Assert.Equal(Table.Length, rows.Count);
    }

    [Fact]
    public void Nothing_without_proof_creates_or_uses_an_account_that_holds_the_address()
    {
        foreach (var c in All())
        {
            switch (AccountRules.Decide(c.Situation, c.Policy))
            {
                case AccountDecision.UseExisting use:
                    Assert.Equal(c.Linked!.UserId, use.UserId);
                    Assert.True(use.Email is null || (use.Email == Typed && c.TypedState == 2 && !c.Known && !c.Linked.HasEmail));
                    break;

                case AccountDecision.Create { Email: { } email } create:
                    Assert.False(c.Known);
                    Assert.True(create.VerifiedBy switch
                    {
                        "code" => email == Typed && c.TypedState == 2,
                        "trusted_connection" => email == Upstream && (c.Policy.EmailTrust == EmailTrust.Always || (c.Policy.EmailTrust == EmailTrust.WhenProviderSaysVerified && c.SaysVerified)),
                        _ => false,
                    });
                    break;

                case AccountDecision.Create create:
                    Assert.Null(create.VerifiedBy);
                    break;
            }
        }
    }

    private static IEnumerable<Case> All() =>
        from linked in new[] { null, new KnownUser("usr_1", false), new KnownUser("usr_1", false, HasEmail: false), new KnownUser("usr_1", true) }
        from upstream in Both
        from says in Both
        from typed in new[] { 0, 1, 2 }
        from declined in Both
        from known in Both
        from required in Both
        from closed in new[] { (OnOff.On, OnNoMatch.Create), (OnOff.Off, OnNoMatch.Create), (OnOff.On, OnNoMatch.Reject), (OnOff.On, OnNoMatch.PassThrough), (OnOff.Off, OnNoMatch.Reject), (OnOff.Off, OnNoMatch.PassThrough) }
        from trust in Enum.GetValues<EmailTrust>()
        from link in Enum.GetValues<LinkPolicy>()
        from missing in Enum.GetValues<MissingEmail>()
        select new Case(
            linked, upstream, says, typed, declined, known, required,
            Presets.Kinde with { Jit = closed.Item1, OnNoMatch = closed.Item2, EmailTrust = trust, LinkPolicy = link, MissingEmail = missing });

    private sealed record Case(KnownUser? Linked, bool FromUpstream, bool SaysVerified, int TypedState, bool Declined, bool Known, bool Required, ConnectionPolicy Policy)
    {
        public bool Late => Linked is { HasEmail: false } && !FromUpstream && Required && Policy.MissingEmail == MissingEmail.AskAndVerify;

        public AccountSituation Situation => new()
        {
            Linked = Linked,
            UpstreamEmail = FromUpstream ? Upstream : null,
            UpstreamSaysVerified = SaysVerified,
            TypedEmail = TypedState > 0 ? Typed : null,
            TypedEmailProved = TypedState == 2,
            EmailDeclined = Declined,
            EmailBelongsToSomebody = Known,
            ApplicationRequiresEmail = Required,
        };
    }
}
