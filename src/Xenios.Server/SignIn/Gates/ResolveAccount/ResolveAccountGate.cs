using Microsoft.Extensions.Logging;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Connectors;
using Xenios.Server.Environments;
using Xenios.Server.Sessions;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn.Gates.ResolveAccount;

/// <summary>The gate behind the first step: looks up whom the identity belongs to and lets <see cref="AccountRules"/> decide.</summary>
internal sealed partial class ResolveAccountGate(AccountLookup lookup, UserClaims users, TimeProvider time, ILogger<ResolveAccountGate> logger)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>Whether an application wants an address that the person of a session does not have, and the way the person came by asks for one: no query.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="client">The application.</param>
    /// <param name="session">The session.</param>
    public static bool AsksForEmail(EnvironmentContext environment, Client client, Session session) =>
        !session.HasEmail && client.RequireEmail && AccountRules.AsksForEmail(PolicyOf(environment, session.Connection), required: true, declined: true);

    /// <summary>Whether a session is enough to give its account an address, a way in: only within 5 minutes of its sign-in, for somebody may have taken it (threats A03).</summary>
    /// <param name="session">The session.</param>
    /// <param name="now">The present.</param>
    public static bool MayGiveAddress(Session session, DateTimeOffset now) => now - session.AuthTime <= Fresh;

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
        var decision = AccountRules.Decide(
            await LateAsync(environment, journey, new KnownUser(session.UserId, IsBlocked: false, session.HasEmail), null, ct), PolicyOf(environment, session.Connection));
        return decision switch
        {
            AccountDecision.UseExisting use => new AccountAnswer.SignedIn(session, use.Email),
            AccountDecision.AskEmail { Another: false } when !MayGiveAddress(session, time.GetUtcNow()) => Wait(journey.Restarted()),
            _ => Ask(journey, decision, session.Connection),
        };
    }

    /// <summary>Asks the rules.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">A journey with an identity.</param>
    /// <param name="connection">The connection it came by.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<AccountAnswer> CheckAsync(EnvironmentContext environment, Journey journey, Connection connection, CancellationToken ct)
    {
        var (id, identity, policy) = (environment.Snapshot.Id, journey.Identity!, connection.Policy);
        var upstream = EmailAddress.Parse(identity.Email);
        if (await lookup.FindAsync(id, connection.Id, identity.Issuer, identity.Subject, ct) is { } account)
        {
            var known = new KnownUser(account.UserId, account.Status != "active", account.HasEmail);
            var late = AccountRules.Decide(await LateAsync(environment, journey, known, upstream, ct), policy);
            return late is AccountDecision.UseExisting use ? new AccountAnswer.Existing(account, use.Email) : Ask(journey, late, connection.Slug);
        }

        journey = journey with { Trouble = null, Accounts = [], ByCode = false, FreeName = null };
        var typed = upstream is null ? EmailAddress.Parse(journey.Email?.Address) : null;
        var candidate = upstream ?? typed;
        var isOfCandidate = candidate is not null && EmailAddress.Parse(journey.Email?.Address)?.Key == candidate.Key;
        var proved = isOfCandidate && journey.Email!.Proved;

        // Whether a typed address is known is looked up only once it was proved, so nothing before that can depend on it (threats H03).
        var matches = policy.Jit == OnOff.Off ? [] : await MatchAsync(id, connection, identity, upstream ?? (proved ? typed : null), journey.Answers, ct);
        if (matches.Any(found => found.Stored.OtherIdentity is not null) && await lookup.FindAsync(id, connection.Id, identity.Issuer, identity.Subject, ct) is not null)
        {
            // Connected between the two reads, in another tab: what looks like another identity of that account is this one.
            return await CheckAsync(environment, journey, connection, ct);
        }

        var client = ClientOf(environment, journey);
        var decision = AccountRules.Decide(
            new AccountSituation
            {
                UpstreamEmail = upstream,
                UpstreamSaysVerified = identity.EmailVerified,
                TypedEmail = typed,
                CodeSent = isOfCandidate,
                EmailProved = proved,
                EmailDeclined = journey.EmailDeclined,
                Matches = [.. matches.Select(found => found.Match)],
                Answers = journey.Answers,
                ChosenNameTaken = policy.JitScheme == JitScheme.UsernamePasswordConsent && journey.Answers.Username is { } name && await lookup.IsNameTakenAsync(id, name, ct),
                ApplicationRequiresEmail = client?.RequireEmail ?? true,
                LocalSubjectRequired = client?.LocalSubjectRequired ?? false,
            },
            policy);
        Log.Decided(logger, journey.SupportCode, connection.Slug, decision.GetType().Name);

        ShownAccount[] Show(bool masked, params IEnumerable<string> users) =>
            [.. users.Select(user => ToShown(matches.First(found => found.Match.UserId == user).Stored, masked))];
        switch (decision)
        {
            case AccountDecision.Create create:
                return new AccountAnswer.New(create);
            case AccountDecision.Link link:
                Log.Linked(logger, journey.SupportCode, connection.Slug, link.By);
                return new AccountAnswer.Attach(link, link.By == LinkProof.SignIn ? null : candidate);
            case AccountDecision.PassThrough:
                return new AccountAnswer.Guest();
            case AccountDecision.ProveAccount prove:
                return Wait(journey with { Ask = JourneyAsk.ProveAccount, ByCode = prove.ByCode, Accounts = prove.UserId is { } user ? Show(!proved, user) : [] });
            case AccountDecision.AskLink ask:
                return Wait(journey with { Ask = JourneyAsk.Link, Accounts = Show(false, ask.UserId) });
            case AccountDecision.AskWhich ask:
                Log.Several(logger, journey.SupportCode, connection.Slug, ask.UserIds.Count);
                return Wait(journey with { Ask = JourneyAsk.Which, Accounts = Show(!proved, ask.UserIds) });
            case AccountDecision.AskReplace ask:
                return Wait(journey with { Ask = JourneyAsk.Replace, Accounts = Show(false, ask.UserId) });
            case AccountDecision.AskCreate ask:
                var taken = ask.NameTaken ? new JourneyTrouble("S24", "username_taken", connection.Slug) : null;
                return Wait(journey with { Ask = JourneyAsk.Create, Trouble = taken, FreeName = await FreeNameAsync(id, journey, identity, ct) });
            default:
                return Ask(journey, decision, connection.Slug);
        }
    }

    /// <summary>Whose account a way in without a connection leads to: a password that was right, or the owner of an address that was proved.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">A journey without an identity.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>Null while nothing was proved.</returns>
    public async Task<AccountAnswer?> CheckLocalAsync(EnvironmentContext environment, Journey journey, CancellationToken ct)
    {
        var byCode = journey.Email?.Proved == true;
        if (journey.LocalUser is null && !byCode)
        {
            return null;
        }

        // Taken from the application since the person chose it: it counts for nothing (threats A10).
        if (!WaysIn.Offers(environment, journey, byCode ? "email_code" : "password"))
        {
            return Wait(journey.Restarted());
        }

        var email = journey.LocalUser is null ? EmailAddress.Parse(journey.Email!.Address)?.Key : null;
        var matches = await lookup.FindMatchesAsync(environment.Snapshot.Id, "", email is null ? [] : [email], [], journey.LocalUser, ct);
        var user = matches.FirstOrDefault(match => match.UserId == journey.LocalUser || (email is not null && match.EmailKey == email && match.EmailVerified == 1));
        return user switch
        {
            null => Refuse(journey, null, AccountRules.SignUpClosed),
            { Status: not "active" } => Refuse(journey, null, AccountRules.Blocked),

            // Its mailbox alone does not open it: the password as well, or one of its other ways in (docs/linking.md).
            { SignInToLink: 1 } when journey.LocalUser is null => Wait(journey with { Ask = JourneyAsk.ProveAccount, Accounts = [ToShown(user, masked: false)] }),
            _ => new AccountAnswer.Local(user.UserId),
        };
    }

    private static AccountAnswer.Wait Wait(Journey journey) => new(journey);

    private static Client? ClientOf(EnvironmentContext environment, Journey journey) =>
        journey.Request is { } request ? environment.Snapshot.Clients.GetValueOrDefault(request.ClientId) : null;

    // A connection that is gone has left no policy: its people are treated as everybody is who comes anew.
    private static ConnectionPolicy PolicyOf(EnvironmentContext environment, string? connection) =>
        connection is not null && environment.Snapshot.Connections.TryGetValue(connection, out var found) ? found.Policy : Presets.Kinde;

    private static AccountAnswer.Wait Refuse(Journey journey, string? connection, string reason) =>
        new(journey with { Ask = JourneyAsk.Refused, Trouble = new JourneyTrouble(PageOf(reason), reason, connection) });

    // Before anything is proved a page shows no more of an account than whoever came back knows already.
    private static ShownAccount ToShown(StoredMatch stored, bool masked)
    {
        var email = stored.EmailVerified == 1 ? EmailAddress.Parse(stored.Email) : null;
        var name = masked ? email?.Masked ?? stored.Username : email?.Text ?? stored.Username;
        return new(stored.UserId, name ?? "", DateTimeOffset.FromUnixTimeMilliseconds(stored.CreatedAt), stored.HasPassword == 1, masked ? null : stored.OtherIdentity);
    }

    private static string PageOf(string reason) => reason switch
    {
        AccountRules.Blocked => "S62",
        AccountRules.EmailNeeded => "S51",
        _ => "S27",
    };

    // What is asked in the same way of somebody new and of somebody who is known.
    private AccountAnswer.Wait Ask(Journey journey, AccountDecision decision, string? connection)
    {
        switch (decision)
        {
            case AccountDecision.AskEmail ask:
                return Wait(journey with { Ask = JourneyAsk.Email, Trouble = ask.Another ? new JourneyTrouble("S11", "email_belongs_to_account", connection) : null });
            case AccountDecision.ProveEmail:
                return Wait(journey with { Ask = JourneyAsk.EmailCode, Trouble = null });
            case AccountDecision.AskTakeOver:
                Log.NeverProved(logger, journey.SupportCode, connection);
                return Wait(journey with { Ask = JourneyAsk.TakeOver, Trouble = null });
            case AccountDecision.Refuse refuse:
                return Refuse(journey, connection, refuse.Reason);
            default:
                throw new InvalidOperationException($"Unknown decision {decision}.");
        }
    }

    // Somebody known: nothing is looked up unless an address was typed and proved.
    private async Task<AccountSituation> LateAsync(EnvironmentContext environment, Journey journey, KnownUser user, EmailAddress? upstream, CancellationToken ct)
    {
        var typed = user.HasEmail || upstream is not null ? null : EmailAddress.Parse(journey.Email?.Address);
        var proved = typed is not null && journey.Email!.Proved;
        var matches = proved ? await lookup.FindMatchesAsync(environment.Snapshot.Id, "", [typed!.Key], [], null, ct) : [];
        return new AccountSituation
        {
            Linked = user,
            UpstreamEmail = upstream,
            TypedEmail = typed,
            EmailProved = proved,
            EmailDeclined = true,
            Matches = [.. matches.Select(stored => new LocalMatch { UserId = stored.UserId, HoldsAddress = true, IsConfirmed = stored.EmailVerified == 1, IsBlocked = stored.Status != "active" })],
            Answers = journey.Answers,
            ApplicationRequiresEmail = ClientOf(environment, journey)?.RequireEmail ?? true,
        };
    }

    private async Task<IReadOnlyList<(LocalMatch Match, StoredMatch Stored)>> MatchAsync(
        string environment, Connection connection, ExternalIdentity identity, EmailAddress? candidate, AccountAnswers answers, CancellationToken ct)
    {
        string? Value(LinkRule rule) => rule.External == "email" ? identity.Email : identity.Attributes.GetValueOrDefault(rule.External);
        var rules = connection.Policy.LinkPolicy == LinkPolicy.AutoByRules ? connection.Policy.LinkRules : [];
        var emails = rules.Where(rule => rule.Local == "email").Select(rule => EmailAddress.Parse(Value(rule))?.Key).OfType<string>().ToList();
        var names = rules.Where(rule => rule.Local == "username").Select(rule => Value(rule)).Where(Usernames.IsWellFormed).Select(name => Usernames.Key(name!)).ToList();
        if (candidate is null && emails.Count == 0 && names.Count == 0 && answers.SignedInTo is null)
        {
            return [];
        }

        var found = await lookup.FindMatchesAsync(
            environment, connection.Id, [.. candidate is null ? [] : (string[])[candidate.Key], .. emails], names, answers.SignedInTo, ct);
        return
        [
            .. found.Select(stored => (
                new LocalMatch
                {
                    UserId = stored.UserId,
                    IsBlocked = stored.Status != "active",
                    HoldsAddress = candidate is not null && stored.EmailKey == candidate.Key,
                    IsConfirmed = stored.EmailVerified == 1,
                    ByRule = (stored.EmailKey is not null && emails.Contains(stored.EmailKey, StringComparer.Ordinal))
                        || (stored.UsernameKey is not null && names.Contains(stored.UsernameKey, StringComparer.Ordinal)),
                    NeedsSignIn = stored.SignInToLink == 1,
                    HasOtherIdentity = stored.OtherIdentity is not null,
                },
                stored)),
        ];
    }

    private async Task<string?> FreeNameAsync(string environment, Journey journey, ExternalIdentity identity, CancellationToken ct)
    {
        if ((journey.Answers.Username ?? Usernames.For(UsernameSource.Handle, identity, null)) is not { } wanted)
        {
            return null;
        }

        foreach (var name in Usernames.Alternatives(wanted).Prepend(wanted))
        {
            if (!await lookup.IsNameTakenAsync(environment, name, ct))
            {
                return name;
            }
        }

        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 230, Level = LogLevel.Debug, Message = "{SupportCode}: rule for a new identity of {Connection}: {Decision}")]
        public static partial void Decided(ILogger logger, string supportCode, string connection, string decision);

        [LoggerMessage(EventId = 231, Level = LogLevel.Information, Message = "{SupportCode}: an identity of {Connection} is connected with an account, proved by {Proof}")]
        public static partial void Linked(ILogger logger, string supportCode, string connection, LinkProof proof);

        [LoggerMessage(EventId = 232, Level = LogLevel.Information, Message = "{SupportCode}: L-201 not linked: the local account never proved the address that came by {Connection}")]
        public static partial void NeverProved(ILogger logger, string supportCode, string? connection);

        [LoggerMessage(EventId = 233, Level = LogLevel.Information, Message = "{SupportCode}: L-202 not linked: {Count} accounts match what came by {Connection}; the person is asked")]
        public static partial void Several(ILogger logger, string supportCode, string connection, int count);
    }
}
