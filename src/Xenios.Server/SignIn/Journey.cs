using Xenios.Protocol.Authorize;
using Xenios.Server.Audit;
using Xenios.Server.Connectors;
using Xenios.Server.Sessions;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn;

/// <summary>What a journey is waiting for.</summary>
internal enum JourneyAsk
{
    /// <summary>A way to sign in (S01–S03).</summary>
    WayIn,

    /// <summary>Something went wrong at the upstream (S50–S57): try again, or another way.</summary>
    AfterTrouble,

    /// <summary>An address (S11).</summary>
    Email,

    /// <summary>The code sent to it (S13).</summary>
    EmailCode,

    /// <summary>Nothing: the person cannot go on with this identity (S27, S51, S62).</summary>
    Refused,

    /// <summary>Who to be: the person who is signed in here, or somebody else (S35).</summary>
    Account,

    /// <summary>Whether the application may have what it asks for (S30).</summary>
    Consent,

    /// <summary>Proof that an account is the person's (S19).</summary>
    ProveAccount,

    /// <summary>Whether to connect (S18).</summary>
    Link,

    /// <summary>Which account it is (S21).</summary>
    Which,

    /// <summary>Whether a former identity may go (S23).</summary>
    Replace,

    /// <summary>To be told that an unfinished account ends (S20).</summary>
    TakeOver,

    /// <summary>Whether to create an account, perhaps with a name and a password (S10, S75).</summary>
    Create,

    /// <summary>A password as the way in (S71).</summary>
    Password,
}

/// <summary>One sign-in, from the request that began it to its answer. Its id alone opens nothing: the browser's cookie must match.</summary>
internal sealed record Journey
{
    /// <summary>Most hops kept: a sign-in has about ten.</summary>
    public const int MostHops = 60;

    /// <summary>Id, part of the pages' addresses.</summary>
    public required string Id { get; init; }

    /// <summary>What the person tells the people who help: ten letters and digits.</summary>
    public required string SupportCode { get; init; }

    /// <summary>Hash of the browser's handle.</summary>
    public required string BrowserHash { get; init; }

    /// <summary>Base URL of the host it runs on.</summary>
    public required string Host { get; init; }

    /// <summary>Language of its pages.</summary>
    public required string Language { get; init; }

    /// <summary>Where it leads: the application's request; null when it ends on a page of ours.</summary>
    public AuthorizeRequest? Request { get; init; }

    /// <summary>The page of ours that it was begun for; null with a request, and for <c>/signin</c> itself.</summary>
    public LocalDestination? Local { get; init; }

    /// <summary>What it asks first: a way to sign in; where there is but one, that.</summary>
    public JourneyAsk FirstAsk => Local is { Purpose: LocalPurpose.Console } ? JourneyAsk.Password : JourneyAsk.WayIn;

    /// <summary>Path of ours where it is begun once more; an application's request is begun from what is kept of it.</summary>
    public string BeginPath => Local?.Path ?? "/signin";

    /// <summary>What it is waiting for.</summary>
    public JourneyAsk Ask { get; init; }

    /// <summary>Slug of the connection the person came by, once they came back.</summary>
    public string? Connection { get; init; }

    /// <summary>Who came back.</summary>
    public ExternalIdentity? Identity { get; init; }

    /// <summary>The session that speaks for the person instead, where only something else has to be asked.</summary>
    public Session? SignedIn { get; init; }

    /// <summary>Whether the person chose to go on with that session.</summary>
    public bool AccountChosen { get; init; }

    /// <summary>Who that is, as pages show it; null where a fresh identity says so.</summary>
    public PageItem.Person? Person { get; init; }

    /// <summary>When the person signed in.</summary>
    public DateTimeOffset? AuthTime { get; init; }

    /// <summary>Whether it is proved that the person showed credentials then (threats B10).</summary>
    public bool Proved { get; init; }

    /// <summary>What the person is asked to allow.</summary>
    public ConsentNeed? Consent { get; init; }

    /// <summary>Whether the person said yes to it.</summary>
    public bool Consented { get; init; }

    /// <summary>The typed address and its proof.</summary>
    public EmailProof? Email { get; init; }

    /// <summary>Whether the code goes to the account's own address, to prove the person anew: no other address can be chosen.</summary>
    public bool Reauthenticates { get; init; }

    /// <summary>Whether the person went on without an address, where that is allowed.</summary>
    public bool EmailDeclined { get; init; }

    /// <summary>What the person answered about the account.</summary>
    public AccountAnswers Answers { get; init; } = AccountAnswers.None;

    /// <summary>The accounts that the page due is about.</summary>
    public IReadOnlyList<ShownAccount> Accounts { get; init; } = [];

    /// <summary>Whether a code by mail is proof where one is asked for (S19).</summary>
    public bool ByCode { get; init; }

    /// <summary>A user name that is free, to fill a field with (S24, S75).</summary>
    public string? FreeName { get; init; }

    /// <summary>User who signed in without a connection.</summary>
    public string? LocalUser { get; init; }

    /// <summary>What went wrong.</summary>
    public JourneyTrouble? Trouble { get; init; }

    /// <summary>What happened so far, for the timeline: at most <see cref="MostHops"/>.</summary>
    public IReadOnlyList<Hop> Hops { get; init; } = [];

    /// <summary>The journey with what just happened. Of very many hops the first and the newest are kept.</summary>
    /// <param name="hops">What happened, in order.</param>
    public Journey Noted(params IReadOnlyList<Hop> hops)
    {
        List<Hop> all = [.. Hops, .. hops];
        if (all.Count > MostHops)
        {
            all.RemoveRange(1, all.Count - MostHops);
        }

        return this with { Hops = all };
    }

    /// <summary>Path of the page that asks, below the environment's base URL.</summary>
    public string AskPath => Ask switch
    {
        JourneyAsk.Email => $"/signin/{Id}/email",
        JourneyAsk.EmailCode => $"/signin/{Id}/email/code",
        JourneyAsk.Account => $"/signin/{Id}/account",
        JourneyAsk.Consent => $"/signin/{Id}/consent",
        JourneyAsk.ProveAccount or JourneyAsk.Link or JourneyAsk.Which or JourneyAsk.Replace or JourneyAsk.TakeOver or JourneyAsk.Create => $"/signin/{Id}/who",
        JourneyAsk.Password => $"/signin/{Id}/password",
        _ => $"/signin/{Id}",
    };

    /// <summary>The journey before anybody came back: another way can be chosen.</summary>
    public Journey Restarted() => this with
    {
        Ask = FirstAsk,
        Connection = null,
        Identity = null,
        SignedIn = null,
        AccountChosen = false,
        Person = null,
        AuthTime = null,
        Proved = false,
        Consent = null,
        Consented = false,
        Email = null,
        Reauthenticates = false,
        EmailDeclined = false,
        Answers = AccountAnswers.None,
        Accounts = [],
        ByCode = false,
        FreeName = null,
        LocalUser = null,
        Trouble = null,
    };
}

/// <summary>An account as a page shows it: no more than its owner would recognise it by.</summary>
/// <param name="UserId">User id.</param>
/// <param name="Name">Address or user name.</param>
/// <param name="Since">When it was made.</param>
/// <param name="HasPassword">Whether it has one.</param>
/// <param name="OtherIdentity">Handle or subject of its present identity of the connection; null for none.</param>
internal sealed record ShownAccount(string UserId, string Name, DateTimeOffset Since, bool HasPassword, string? OtherIdentity);

/// <summary>An address whose mailbox is proved in a journey, and how far the proof is.</summary>
internal sealed record EmailProof
{
    /// <summary>The address as typed.</summary>
    public required string Address { get; init; }

    /// <summary>SHA-256 over journey and code; null once it is of no use.</summary>
    public string? CodeHash { get; init; }

    /// <summary>When the code stops working.</summary>
    public DateTimeOffset CodeEndsAt { get; init; }

    /// <summary>When it was sent.</summary>
    public DateTimeOffset SentAt { get; init; }

    /// <summary>Wrong or right codes tried against it.</summary>
    public int Tries { get; init; }

    /// <summary>Until when no code is accepted.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>Whether the mail could not be handed over: there is no code then.</summary>
    public bool MailFailed { get; init; }

    /// <summary>Whether the code was entered.</summary>
    public bool Proved { get; init; }
}

/// <summary>What went wrong in a journey.</summary>
/// <param name="Page">Id of the page that says it, such as <c>S53</c>.</param>
/// <param name="Code">Stable code, the page's <c>data-error</c>.</param>
/// <param name="Connection">Slug of the connection it happened with.</param>
/// <param name="RetryAt">When it may be tried again.</param>
internal sealed record JourneyTrouble(string Page, string Code, string? Connection, DateTimeOffset? RetryAt = null);

/// <summary>A visit to an upstream, kept under the key that the upstream sends back. Taken once, before anything is exchanged.</summary>
internal sealed record UpstreamTrip
{
    /// <summary>The journey it belongs to; empty for a connection test.</summary>
    public required string JourneyId { get; init; }

    /// <summary>The connection test it belongs to; null for a sign-in. A trip is of one or the other, so that neither can be finished as the other.</summary>
    public string? Test { get; init; }

    /// <summary>Slug of the connection.</summary>
    public required string Connection { get; init; }

    /// <summary>Id of the connection: one that was deleted and made anew is another.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>Client ID or API Key it began with: it is finished with the same app, also when the connection has another one by then.</summary>
    public string? ClientKey { get; init; }

    /// <summary>Hash of the browser's handle.</summary>
    public required string BrowserHash { get; init; }

    /// <summary>Base URL of the host it began on.</summary>
    public required string Host { get; init; }

    /// <summary>Callback address sent to the upstream.</summary>
    public required string CallbackUrl { get; init; }

    /// <summary>The connector's own notes.</summary>
    public required IReadOnlyDictionary<string, string> Memo { get; init; }

    /// <summary>When the browser left.</summary>
    public DateTimeOffset? LeftAt { get; init; }
}
