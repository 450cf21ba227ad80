using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Users;
using static Xenios.Server.Tests.Users.Situations;

namespace Xenios.Server.Tests.Users;

/// <summary>The decision about an arriving identity, row by row of kinde-and-wso2 D1–D3 and D5.</summary>
public sealed class AccountRulesTests
{
    // Order of evaluation, step 1 and 7.
    [Fact]
    public void A_known_identity_is_first_and_final_whatever_else_is_known()
    {
        foreach (var policy in new[] { Presets.Kinde, Presets.Wso2 })
        {
            var situation = New with { Linked = new("usr_1", false), UpstreamEmail = Address, UpstreamSaysVerified = true, Matches = [Confirmed], Answers = new() { LinkTo = "usr_2" } };
            Decides(new AccountDecision.UseExisting("usr_1"), situation, policy);
            Decides(new AccountDecision.Refuse("account_blocked"), situation with { Linked = new("usr_1", true) }, policy);
        }
    }

    // Somebody who came without an address before, at an application that wants one.
    [Fact]
    public void A_known_person_without_an_address_is_asked_for_one_and_never_gets_somebody_elses()
    {
        var late = New with { Linked = new("usr_1", false, HasEmail: false), ApplicationRequiresEmail = true };
        Decides(new AccountDecision.AskEmail(false), late, Presets.Kinde);
        Decides(new AccountDecision.ProveEmail(), late with { TypedEmail = Address }, Presets.Kinde);
        var proved = late with { TypedEmail = Address, EmailProved = true };
        Decides(new AccountDecision.UseExisting("usr_1", Address), proved, Presets.Kinde);
        Decides(new AccountDecision.AskEmail(true), proved with { Matches = [Confirmed] }, Presets.Kinde);
        Decides(new AccountDecision.AskTakeOver(), proved with { Matches = [Confirmed with { IsConfirmed = false }] }, Presets.Kinde);
        foreach (var other in new[] { late with { ApplicationRequiresEmail = false }, late with { UpstreamEmail = Address }, late with { Linked = new("usr_1", false) } })
        {
            Decides(new AccountDecision.UseExisting("usr_1"), other, Presets.Kinde);
        }

        Decides(new AccountDecision.UseExisting("usr_1"), late, Presets.Kinde with { MissingEmail = MissingEmail.AskOptional });
    }

    // D-2, step 2.
    [Theory]
    [InlineData(LinkPolicy.Never)]
    [InlineData(LinkPolicy.AutoByRules)]
    public void Without_provisioning_nobody_is_asked_or_found(LinkPolicy link)
    {
        var policy = Presets.Wso2 with { LinkPolicy = link, MissingEmail = MissingEmail.AskAndVerify };
        foreach (var situation in new[] { New, New with { UpstreamEmail = Address, UpstreamSaysVerified = true, Matches = [Confirmed] } })
        {
            Decides(new AccountDecision.PassThrough(), situation, policy);
            Decides(new AccountDecision.Refuse("local_account_needed"), situation with { LocalSubjectRequired = true }, policy);
        }
    }

    // D2 on_no_match, step 6.
    [Theory]
    [InlineData(OnNoMatch.Create, false, typeof(AccountDecision.Create))]
    [InlineData(OnNoMatch.PassThrough, false, typeof(AccountDecision.PassThrough))]
    [InlineData(OnNoMatch.PassThrough, true, typeof(AccountDecision.Refuse))]
    [InlineData(OnNoMatch.Reject, false, typeof(AccountDecision.Refuse))]
    public void Whoever_nobody_matches_is_created_passed_or_refused(OnNoMatch setting, bool localSubject, Type decision)
    {
        var policy = Presets.Kinde with { OnNoMatch = setting };
        Assert.IsType(decision, AccountRules.Decide(New with { UpstreamEmail = Address, UpstreamSaysVerified = true, LocalSubjectRequired = localSubject }, policy));
        Assert.IsType(decision, AccountRules.Decide(New with { TypedEmail = Address, EmailProved = true, LocalSubjectRequired = localSubject }, policy));

        // Somebody who is here may still be found.
        Assert.IsType<AccountDecision.AskLink>(AccountRules.Decide(New with { TypedEmail = Address, EmailProved = true, Matches = [Confirmed], LocalSubjectRequired = localSubject }, policy));
    }

    // D-3, D2 missing_email, step 3.
    [Theory]
    [InlineData(MissingEmail.AskAndVerify, true, false, typeof(AccountDecision.AskEmail))]
    [InlineData(MissingEmail.AskAndVerify, false, false, typeof(AccountDecision.Create))]
    [InlineData(MissingEmail.AskOptional, false, false, typeof(AccountDecision.AskEmail))]
    [InlineData(MissingEmail.AskOptional, true, true, typeof(AccountDecision.Create))]
    [InlineData(MissingEmail.AllowWithout, true, false, typeof(AccountDecision.Create))]
    [InlineData(MissingEmail.Reject, true, false, typeof(AccountDecision.Refuse))]
    public void A_missing_address_is_asked_for_skipped_or_refused(MissingEmail setting, bool required, bool declined, Type decision) =>
        Assert.IsType(decision, AccountRules.Decide(New with { ApplicationRequiresEmail = required, EmailDeclined = declined }, Presets.Kinde with { MissingEmail = setting }));

    // D-15, step 4: there is no setting for it.
    [Fact]
    public void A_typed_address_counts_only_with_its_code()
    {
        foreach (var policy in Policies())
        {
            if (policy.Jit == OnOff.On && policy.MissingEmail == MissingEmail.AskAndVerify)
            {
                Decides(new AccountDecision.ProveEmail(), New with { TypedEmail = Address, CodeSent = true, Matches = [Confirmed] }, policy);
            }
        }
    }

    // D2 link_typed_email.
    [Fact]
    public void A_typed_and_proved_address_of_an_account_leads_to_the_question_or_to_another_address()
    {
        var situation = New with { TypedEmail = Address, EmailProved = true, Matches = [Confirmed] };
        foreach (var link in Enum.GetValues<LinkPolicy>())
        {
            var policy = Presets.Kinde with { LinkPolicy = link };
            Decides(new AccountDecision.AskLink("usr_2"), situation, policy);
            Decides(new AccountDecision.Link("usr_2", LinkProof.Code, false), situation with { Answers = new() { LinkTo = "usr_2" } }, policy);
            Decides(new AccountDecision.AskEmail(true), situation with { Answers = new() { KeepApart = true } }, policy);
            Decides(new AccountDecision.AskEmail(true), situation, policy with { LinkTypedEmail = LinkTypedEmail.Never });
            Decides(new AccountDecision.Create(Address, "code"), situation with { Matches = [] }, policy);
        }
    }

    // D3, the table; D-1, D-23.
    [Theory]
    [InlineData(LinkPolicy.Never, EmailTrust.Never, true, "create")]
    [InlineData(LinkPolicy.Never, EmailTrust.WhenProviderSaysVerified, true, "create")]
    [InlineData(LinkPolicy.ProvePossession, EmailTrust.Never, true, "prove")]
    [InlineData(LinkPolicy.ProvePossession, EmailTrust.WhenProviderSaysVerified, true, "prove")]
    [InlineData(LinkPolicy.AutoIfTrusted, EmailTrust.Never, true, "prove")]
    [InlineData(LinkPolicy.AutoIfTrusted, EmailTrust.WhenProviderSaysVerified, false, "prove")]
    [InlineData(LinkPolicy.AutoIfTrusted, EmailTrust.WhenProviderSaysVerified, true, "link")]
    [InlineData(LinkPolicy.AutoIfTrusted, EmailTrust.Always, false, "link")]
    [InlineData(LinkPolicy.AutoByRules, EmailTrust.Never, true, "prove")]
    [InlineData(LinkPolicy.AutoByRules, EmailTrust.WhenProviderSaysVerified, false, "prove")]
    [InlineData(LinkPolicy.AutoByRules, EmailTrust.WhenProviderSaysVerified, true, "link")]
    public void An_address_of_the_provider_that_somebody_here_confirmed(LinkPolicy link, EmailTrust trust, bool says, string expected)
    {
        var policy = Presets.Kinde with { LinkPolicy = link, EmailTrust = trust };
        var situation = New with { UpstreamEmail = Address, UpstreamSaysVerified = says, Matches = [Confirmed with { ByRule = true }] };
        Decides(
            expected switch
            {
                "create" => new AccountDecision.Create(null, null),
                "prove" => new AccountDecision.ProveAccount("usr_2", true),
                _ => new AccountDecision.Link("usr_2", LinkProof.TrustedConnection, false),
            },
            situation,
            policy);
    }

    // D3, invariant: the local side must be proved too (threats A01, A07, A11 of part A).
    [Fact]
    public void A_claim_that_was_never_proved_is_never_joined_and_ends_after_a_word()
    {
        var claim = Confirmed with { IsConfirmed = false, ByRule = true };
        foreach (var policy in Policies().Where(policy => policy is { Jit: OnOff.On, OnNoMatch: OnNoMatch.Create, JitScheme: JitScheme.Silent, EmailTrust: EmailTrust.WhenProviderSaysVerified }))
        {
            var situation = New with { UpstreamEmail = Address, UpstreamSaysVerified = true, Matches = [claim] };
            Decides(new AccountDecision.AskTakeOver(), situation, policy);
            Decides(new AccountDecision.Create(Address, "trusted_connection"), situation with { Answers = new() { TakeOver = true } }, policy);
        }
    }

    // D3, additional conditions.
    [Fact]
    public void Blocked_guarded_and_taken_accounts_have_conditions_of_their_own()
    {
        var policy = Presets.Kinde with { LinkPolicy = LinkPolicy.AutoIfTrusted, EmailTrust = EmailTrust.WhenProviderSaysVerified };
        var situation = New with { UpstreamEmail = Address, UpstreamSaysVerified = true, Matches = [Confirmed with { IsBlocked = true }] };
        Decides(new AccountDecision.Refuse("account_blocked"), situation, policy);

        var guarded = situation with { Matches = [Confirmed with { NeedsSignIn = true }] };
        Decides(new AccountDecision.ProveAccount("usr_2", false), guarded, policy);
        Decides(new AccountDecision.ProveAccount("usr_2", false), guarded with { EmailProved = true, Answers = new() { LinkTo = "usr_2" } }, policy);
        Decides(new AccountDecision.AskLink("usr_2"), guarded with { Answers = new() { SignedInTo = "usr_2" } }, policy);
        Decides(new AccountDecision.Link("usr_2", LinkProof.SignIn, false), guarded with { Answers = new() { SignedInTo = "usr_2", LinkTo = "usr_2" } }, policy);

        var taken = situation with { Matches = [Confirmed with { HasOtherIdentity = true }] };
        Decides(new AccountDecision.AskReplace("usr_2"), taken, policy);
        Decides(new AccountDecision.Link("usr_2", LinkProof.TrustedConnection, true), taken with { Answers = new() { ReplaceIn = "usr_2" } }, policy);
        Decides(new AccountDecision.Create(null, null), taken with { Answers = new() { KeepApart = true } }, policy);
    }

    // D2 prompt_before_link.
    [Fact]
    public void A_rule_that_links_can_be_told_to_ask_first()
    {
        var policy = Presets.Wso2 with { Jit = OnOff.On, PromptBeforeLink = true };
        var situation = New with { UpstreamEmail = Address, UpstreamSaysVerified = true, Matches = [Confirmed with { ByRule = true }] };
        Decides(new AccountDecision.AskLink("usr_2"), situation, policy);
        Decides(new AccountDecision.Link("usr_2", LinkProof.TrustedConnection, false), situation with { Answers = new() { LinkTo = "usr_2" } }, policy);
        Decides(new AccountDecision.AskLink("usr_2"), situation with { Answers = new() { LinkTo = "usr_9" } }, policy);
    }

    // D2 link_rules: a name proves nothing (threats A09), several are asked.
    [Fact]
    public void What_a_rule_finds_by_name_needs_a_sign_in_and_several_are_asked()
    {
        var policy = Presets.Wso2 with { Jit = OnOff.On, EmailTrust = EmailTrust.Always };
        var byName = new LocalMatch { UserId = "usr_3", ByRule = true, IsConfirmed = true };
        var situation = New with { UpstreamEmail = Address, UpstreamSaysVerified = true, EmailProved = true, Matches = [byName] };
        Decides(new AccountDecision.ProveAccount("usr_3", false), situation, policy);
        Decides(new AccountDecision.AskLink("usr_3"), situation with { Answers = new() { SignedInTo = "usr_3" } }, policy);

        var several = situation with { Matches = [Confirmed with { ByRule = true }, byName] };
        Decides(new AccountDecision.AskWhich(["usr_2", "usr_3"]), several, policy);
        Decides(new AccountDecision.ProveAccount("usr_3", false), several with { Answers = new() { Chosen = "usr_3" } }, policy);
        Decides(new AccountDecision.AskLink("usr_2"), several with { Answers = new() { Chosen = "usr_2" } }, policy);
        Decides(new AccountDecision.AskWhich(["usr_2", "usr_3"]), several with { Answers = new() { Chosen = "usr_9" } }, policy);
    }

    // D3 prove_possession, last sentence.
    [Fact]
    public void An_address_that_the_provider_did_not_confirm_is_proved_by_everybody_so_that_the_page_says_nothing()
    {
        foreach (var link in new[] { LinkPolicy.ProvePossession, LinkPolicy.AutoIfTrusted, LinkPolicy.AutoByRules })
        {
            var policy = Presets.Kinde with { LinkPolicy = link };
            var stranger = New with { UpstreamEmail = Address };
            Decides(new AccountDecision.ProveAccount(null, true), stranger, policy);
            Decides(new AccountDecision.ProveAccount("usr_2", true), stranger with { Matches = [Confirmed with { ByRule = true }] }, policy);
            Decides(new AccountDecision.ProveEmail(), stranger with { CodeSent = true }, policy);
            Decides(new AccountDecision.Create(Address, "code"), stranger with { EmailProved = true }, policy);
            Decides(new AccountDecision.Create(null, null), stranger with { Answers = new() { KeepApart = true } }, policy);
        }
    }

    // D-22, D2 untrusted_email.
    [Fact]
    public void An_untrusted_address_is_an_attribute_or_an_unconfirmed_claim()
    {
        var situation = New with { UpstreamEmail = Address, UpstreamSaysVerified = true };
        Decides(new AccountDecision.Create(null, null), situation, Presets.Kinde);
        Decides(new AccountDecision.Create(Address, null), situation, Presets.Kinde with { UntrustedEmail = UntrustedEmail.UnconfirmedIdentity });
        Decides(
            new AccountDecision.Create(null, null),
            situation with { Matches = [Confirmed], Answers = new() { KeepApart = true } },
            Presets.Kinde with { UntrustedEmail = UntrustedEmail.UnconfirmedIdentity });
    }

    // D2 jit_scheme.
    [Fact]
    public void Each_scheme_asks_for_what_it_names_before_anybody_is_created()
    {
        foreach (var scheme in Enum.GetValues<JitScheme>())
        {
            var policy = Presets.Kinde with { JitScheme = scheme };
            var situation = New with { UpstreamEmail = Address, UpstreamSaysVerified = true };
            var all = new AccountAnswers { Create = true, PasswordHash = "h", Username = "ada" };
            Decides(scheme == JitScheme.Silent ? new AccountDecision.Create(null, null) : new AccountDecision.AskCreate(scheme, false), situation, policy);
            Decides(new AccountDecision.Create(null, null), situation with { Answers = all }, policy);
            foreach (var (less, asked) in new[]
            {
                (all with { Create = false }, scheme != JitScheme.Silent),
                (all with { PasswordHash = null }, scheme is JitScheme.PasswordConsent or JitScheme.UsernamePasswordConsent),
                (all with { Username = null }, scheme == JitScheme.UsernamePasswordConsent),
            })
            {
                Decides(asked ? new AccountDecision.AskCreate(scheme, false) : new AccountDecision.Create(null, null), situation with { Answers = less }, policy);
            }

            Decides(
                scheme == JitScheme.UsernamePasswordConsent ? new AccountDecision.AskCreate(scheme, true) : new AccountDecision.Create(null, null),
                situation with { Answers = all, ChosenNameTaken = true },
                policy);
        }
    }

    // S10, D3 (b).
    [Fact]
    public void Whoever_says_to_have_an_account_signs_in_to_it()
    {
        var situation = New with { UpstreamEmail = Address, UpstreamSaysVerified = true, Answers = new() { HasAccount = true } };
        Decides(new AccountDecision.ProveAccount(null, false), situation, Presets.Kinde);
        var mine = situation with { Matches = [new LocalMatch { UserId = "usr_7" }], Answers = new() { HasAccount = true, SignedInTo = "usr_7" } };
        Decides(new AccountDecision.AskLink("usr_7"), mine, Presets.Kinde);
        Decides(new AccountDecision.Link("usr_7", LinkProof.SignIn, false), mine with { Answers = mine.Answers with { LinkTo = "usr_7" } }, Presets.Kinde);
    }

    // D5: the same person at both presets.
    [Fact]
    public void The_two_presets_differ_as_their_columns_say()
    {
        var known = New with { UpstreamEmail = Address, UpstreamSaysVerified = true, Matches = [Confirmed with { ByRule = true }] };
        Decides(new AccountDecision.ProveAccount("usr_2", true), known, Presets.Kinde);
        Decides(new AccountDecision.PassThrough(), known, Presets.Wso2);
        Decides(new AccountDecision.Link("usr_2", LinkProof.TrustedConnection, false), known, Presets.Wso2 with { Jit = OnOff.On });
        Decides(new AccountDecision.AskEmail(false), New with { ApplicationRequiresEmail = true }, Presets.Kinde);
        Decides(new AccountDecision.Create(null, null), New with { ApplicationRequiresEmail = true }, Presets.Wso2 with { Jit = OnOff.On });
    }

    private static void Decides(AccountDecision expected, AccountSituation situation, ConnectionPolicy policy) => Assert.Equal(expected, AccountRules.Decide(situation, policy));
}
