using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Users;

namespace Xenios.Server.Tests.Users;

/// <summary>No setting and no sequence of events attaches an identity to an account without proof on both sides (D3; threats, invariant 2).</summary>
public sealed class AccountInvariantTests
{
    // All settings against each other, hence all pairs; each with situations of its own.
    [Fact]
    public void No_combination_of_settings_links_without_proof_on_both_sides()
    {
        var (random, links, decisions) = (new Random(20_260_921), 0, new HashSet<Type>());
        foreach (var policy in Situations.Policies())
        {
            for (var i = 0; i < 60; i++)
            {
                var situation = Situations.Random(random);
                var decision = AccountRules.Decide(situation, policy);
                links += decision is AccountDecision.Link ? 1 : 0;
                decisions.Add(decision.GetType());
                Check(situation, policy, decision);
            }
        }

        // It must be able to fail: enough of what it is about came by, and every kind of decision did.
        Assert.InRange(links, 1_000, int.MaxValue);
        Assert.Equal(typeof(AccountDecision).GetNestedTypes().Length, decisions.Count);
    }

    // A person with some mailboxes and passwords, clicking about: whatever they do, they end in an account that is theirs or in a new one.
    [Fact]
    public void No_sequence_of_events_leads_into_an_account_of_somebody_else()
    {
        var random = new Random(4_711);
        var policies = Situations.Policies().ToArray();
        var (attached, others) = (0, 0);
        for (var run = 0; run < 60_000; run++)
        {
            var world = new World(random, policies[random.Next(policies.Length)]);
            for (var step = 0; step < 12; step++)
            {
                var decision = world.Decide();
                if (decision is AccountDecision.Link link)
                {
                    attached++;
                    Assert.True(world.IsTheirs(link.UserId), $"{link} under {world.Policy}");
                    break;
                }

                others++;
                world.React(decision, random);
            }
        }

        Assert.InRange(attached, 1_000, others);
    }

    // Until something is proved, what is decided depends on the provider's word alone, or is the same for a known and an unknown address (threats H03).
    [Fact]
    public void Before_any_proof_an_unconfirmed_address_is_treated_alike_whether_or_not_it_is_known()
    {
        var random = new Random(99);
        var seen = 0;
        foreach (var policy in Situations.Policies().Where(policy => policy.LinkPolicy != LinkPolicy.Never && policy.EmailTrust != EmailTrust.Always))
        {
            var situation = Situations.Random(random) with { Linked = null, UpstreamEmail = Situations.Address, UpstreamSaysVerified = false, TypedEmail = null, EmailProved = false, Answers = AccountAnswers.None };
            var known = AccountRules.Decide(situation with { Matches = [Situations.Confirmed with { ByRule = true }] }, policy);
            var unknown = AccountRules.Decide(situation with { Matches = [] }, policy);
            Assert.Equal(Shape(unknown), Shape(known));
            seen++;
        }

        Assert.InRange(seen, 1_000, int.MaxValue);

        static AccountDecision Shape(AccountDecision decision) => decision is AccountDecision.ProveAccount prove ? prove with { UserId = null } : decision;
    }

    private static void Check(AccountSituation situation, ConnectionPolicy policy, AccountDecision decision)
    {
        var answers = situation.Answers;
        var trusted = policy.EmailTrust == EmailTrust.Always || (policy.EmailTrust == EmailTrust.WhenProviderSaysVerified && situation.UpstreamSaysVerified);
        switch (decision)
        {
            case AccountDecision.UseExisting use:
                Assert.Equal((situation.Linked?.UserId, false), (use.UserId, situation.Linked!.IsBlocked));
                Assert.True(use.Email is null || (situation is { EmailProved: true, Linked.HasEmail: false } && !situation.Matches.Any(found => found is { HoldsAddress: true, IsConfirmed: true })));
                break;

            case AccountDecision.Link link:
                var match = Assert.Single(situation.Matches, found => found.UserId == link.UserId);
                Assert.True(policy.Jit == OnOff.On && situation.Linked is null && !match.IsBlocked && !answers.KeepApart);
                Assert.True(!match.NeedsSignIn || answers.SignedInTo == match.UserId);
                Assert.True(link.Replaces == match.HasOtherIdentity && (!link.Replaces || answers.ReplaceIn == match.UserId));
                Assert.True(answers.LinkTo == match.UserId || (link.By == LinkProof.TrustedConnection && !policy.PromptBeforeLink));
                Assert.True(link.By switch
                {
                    LinkProof.SignIn => answers.SignedInTo == match.UserId,
                    LinkProof.Code => situation.EmailProved && match is { HoldsAddress: true, IsConfirmed: true },
                    _ => trusted && situation.UpstreamEmail is not null && match is { HoldsAddress: true, IsConfirmed: true }
                        && policy.LinkPolicy is LinkPolicy.AutoIfTrusted or LinkPolicy.AutoByRules,
                });
                break;

            case AccountDecision.Create { VerifiedBy: not null } create:
                Assert.DoesNotContain(situation.Matches, found => found is { HoldsAddress: true, IsConfirmed: true });
                Assert.True(create.VerifiedBy == "code" ? situation.EmailProved : trusted && create.Email == situation.UpstreamEmail);
                break;

            case AccountDecision.Create:
                Assert.True(policy is { Jit: OnOff.On, OnNoMatch: OnNoMatch.Create });
                break;

            case AccountDecision.PassThrough:
                Assert.True(!situation.LocalSubjectRequired && (policy.Jit == OnOff.Off || policy.OnNoMatch == OnNoMatch.PassThrough));
                break;
        }
    }

    // Three accounts of three people; one of them, or a fourth person, is at the keyboard.
    private sealed class World
    {
        private readonly (string User, string Mailbox, bool Confirmed, bool NeedsSignIn)[] _accounts;
        private readonly int _me;
        private readonly string? _asserted;
        private readonly bool _verified;
        private string? _typed;
        private string? _codeSentTo;
        private string? _proved;
        private bool _declined;
        private AccountAnswers _answers = AccountAnswers.None;

        public World(Random random, ConnectionPolicy policy)
        {
            Policy = policy;
            _accounts = [.. Enumerable.Range(0, 3).Select(i => ($"usr_{i}", $"box{i}@v.test", random.Next(3) > 0, random.Next(3) == 0))];
            _me = random.Next(4);

            // What the provider marks as verified is true; what it does not, anybody may have typed there.
            _verified = random.Next(2) == 0;
            _asserted = random.Next(2) == 0 ? null : _verified ? Mine : $"box{random.Next(4)}@v.test";
        }

        public ConnectionPolicy Policy { get; }

        private string Mine => $"box{_me}@v.test";

        private EmailAddress? Candidate => EmailAddress.Parse(_asserted ?? _typed);

        public bool IsTheirs(string user) =>
            user == $"usr_{_me}" || (Policy.EmailTrust == EmailTrust.Always && _asserted is not null && _accounts.Any(account => account.User == user && account.Mailbox == _asserted && account.Confirmed));

        public AccountDecision Decide() => AccountRules.Decide(
            new AccountSituation
            {
                UpstreamEmail = EmailAddress.Parse(_asserted),
                UpstreamSaysVerified = _asserted is not null && _verified,
                TypedEmail = _asserted is null ? EmailAddress.Parse(_typed) : null,
                CodeSent = Candidate is { } candidate && _codeSentTo == candidate.Text,
                EmailProved = Candidate is { } address && _proved == address.Text,
                EmailDeclined = _declined,
                ApplicationRequiresEmail = true,
                Answers = _answers,
                Matches =
                [
                    .. _accounts.Where(account => account.Mailbox == Candidate?.Text || account.User == _answers.SignedInTo).Select(account => new LocalMatch
                    {
                        UserId = account.User, HoldsAddress = account.Mailbox == Candidate?.Text, IsConfirmed = account.Confirmed, ByRule = account.Mailbox == Candidate?.Text,
                        NeedsSignIn = account.NeedsSignIn,
                    }),
                ],
            },
            Policy);

        // Does what the page allows, and now and then something it does not offer.
        public void React(AccountDecision decision, Random random)
        {
            switch (random.Next(10) == 0 ? null : decision)
            {
                case AccountDecision.AskEmail:
                    (_typed, _declined, _answers) = ($"box{random.Next(4)}@v.test", random.Next(4) == 0, AccountAnswers.None);
                    _codeSentTo = _typed;
                    break;
                case AccountDecision.ProveEmail or AccountDecision.ProveAccount { ByCode: true } when random.Next(3) > 0:
                    _codeSentTo = Candidate?.Text;

                    // A code can be read by the mailbox's owner only.
                    _proved = _codeSentTo == Mine ? Mine : _proved;
                    break;
                case AccountDecision.ProveAccount:
                    // A password is known to the account's owner only.
                    _answers = random.Next(4) == 0 ? AccountAnswers.None with { KeepApart = true } : _me < 3 ? _answers with { SignedInTo = $"usr_{_me}" } : _answers;
                    break;
                case AccountDecision.AskLink ask:
                    _answers = random.Next(4) == 0 ? AccountAnswers.None with { KeepApart = true } : _answers with { LinkTo = ask.UserId };
                    break;
                case AccountDecision.AskWhich ask:
                    _answers = _answers with { Chosen = ask.UserIds[random.Next(ask.UserIds.Count)] };
                    break;
                case AccountDecision.AskTakeOver:
                    _answers = _answers with { TakeOver = true };
                    break;
                case AccountDecision.AskCreate:
                    _answers = random.Next(2) == 0 ? AccountAnswers.None with { HasAccount = true } : _answers with { Create = true, Username = "me", PasswordHash = "hash" };
                    break;
                default:
                    (_proved, _codeSentTo) = (null, null);
                    _answers = _answers with { HasAccount = true };
                    break;
            }
        }
    }
}
