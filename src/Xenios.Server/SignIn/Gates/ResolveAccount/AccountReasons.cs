using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Connections;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn.Gates.ResolveAccount;

/// <summary>What <see cref="AccountRules"/> decided, in words, for the timeline.</summary>
internal static class AccountReasons
{
    /// <summary>The hop of a decision: data <c>code</c> is stable, <c>why</c> is a sentence.</summary>
    /// <param name="answer">What was decided.</param>
    /// <param name="journey">The journey it was decided for.</param>
    /// <param name="connection">The connection it came by; null for none.</param>
    /// <param name="now">The present.</param>
    public static Hop Of(AccountAnswer answer, Journey journey, Connection? connection, DateTimeOffset now)
    {
        var name = connection?.Name ?? "X";
        var (code, why) = answer switch
        {
            AccountAnswer.Existing { Email: null } existing => ("known_identity", $"known {name} id → {existing.Account.UserId}"),
            AccountAnswer.Existing existing => ("known_identity", $"known {name} id → {existing.Account.UserId}, which gets the address proved just now"),
            AccountAnswer.SignedIn signedIn => ("signed_in", $"the session of this browser speaks for {signedIn.Session.UserId}"),
            AccountAnswer.New created => ("created", $"created, because nobody has this {name} id and {Address(created.Create)}"),
            AccountAnswer.Attach attach => (attach.Link.Replaces ? "replaced" : "linked", $"linked with {attach.Link.UserId}, because {Proof(attach.Link.By)}"),
            AccountAnswer.Guest => ("passed_through", "no local account: the connection or the application wants none"),
            AccountAnswer.Local local => ("local", $"{(journey.LocalUser is null ? "a mailed code" : "a password")} opened {local.User}"),
            AccountAnswer.Wait wait => Asked(wait.Journey, connection?.Policy),
            _ => throw new InvalidOperationException($"Unknown answer {answer}."),
        };
        var hop = Hop.Of(HopKind.Rule, now, ("code", code), ("why", why));
        return answer is AccountAnswer.Wait { Journey: { Ask: JourneyAsk.Refused, Trouble: { } trouble } } ? hop.Ended(HopOutcome.Refused, trouble.Code) : hop;
    }

    private static string Address(AccountDecision.Create create) => create switch
    {
        { Email: null } => "no address came that is proved",
        { VerifiedBy: "code" } => "nobody has the address that was proved by a code",
        { VerifiedBy: not null } => "nobody has the address that the connection vouches for",
        _ => "the address it gave is not trusted, so it finds nobody",
    };

    private static string Proof(LinkProof proof) => proof switch
    {
        LinkProof.Code => "a code sent to the account's confirmed address was entered, and the person agreed",
        LinkProof.TrustedConnection => "the connection's word about the account's confirmed address is trusted",
        _ => "the person signed in to it, and agreed",
    };

    private static (string Code, string Why) Asked(Journey waiting, ConnectionPolicy? policy) => waiting.Ask switch
    {
        JourneyAsk.Email when waiting.Trouble is not null => ("asked_email", "asked for another address, because the one typed belongs to an account that stays apart"),
        JourneyAsk.Email => ("asked_email", $"asked for an address, because none came (missing_email {WireName.Of(policy?.MissingEmail ?? MissingEmail.AskAndVerify)})"),
        JourneyAsk.EmailCode => ("asked_code", "asked for the code, because the address is not proved yet"),
        JourneyAsk.ProveAccount when waiting.ByCode => ("asked_proof", "asked for proof of the address, because an account may have it"),
        JourneyAsk.ProveAccount => ("asked_proof", "asked to sign in to the account, because nothing else is proof for it"),
        JourneyAsk.Link => ("asked_link", "asked whether to connect, because an account has the address that was proved"),
        JourneyAsk.Which => ("asked_which", "asked which account, because several match (L-202)"),
        JourneyAsk.Replace => ("asked_replace", "asked whether to replace, because the account has another identity of this connection"),
        JourneyAsk.TakeOver => ("asked_take_over", "told that an account ends that claims the address and never proved it (L-201)"),
        JourneyAsk.Create => ("asked_create", $"asked whether to create an account (jit_scheme {WireName.Of(policy?.JitScheme ?? JitScheme.Consent)})"),
        JourneyAsk.Refused => ("refused", waiting.Trouble is { } trouble ? ErrorCatalogue.Find(trouble.Code).Title : "refused"),
        _ => ("asked_again", "asked to sign in, because what was there is not enough any more"),
    };
}
