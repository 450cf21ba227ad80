using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>One sign-in in a list of the management API.</summary>
public record SignInSummary
{
    /// <summary>Code that pages show, such as <c>K7PX4-9QM2T</c>.</summary>
    public required string SupportCode { get; init; }

    /// <summary>When the application asked.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the last thing happened; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Milliseconds between the two; null while it runs.</summary>
    public long? DurationMs { get; init; }

    /// <summary><c>client_id</c> of the application; null for none.</summary>
    public string? Application { get; init; }

    /// <summary>Slug of the connection used last; null for none.</summary>
    public string? Connection { get; init; }

    /// <summary>User id, or subject of somebody without a local account; null while nobody signed in.</summary>
    public string? User { get; init; }

    /// <summary>Handle at the connection, without @; null for none.</summary>
    public string? Handle { get; init; }

    /// <summary>How it stands.</summary>
    public required SignInOutcome Outcome { get; init; }

    /// <summary>Stable code of what it ended with; null where nothing went wrong.</summary>
    public string? ErrorCode { get; init; }
}

/// <summary>A list of sign-ins, newest first.</summary>
/// <param name="Items">The entries.</param>
/// <param name="NextCursor">Where the next page begins; null on the last one.</param>
public sealed record SignInList(IReadOnlyList<SignInSummary> Items, string? NextCursor);

/// <summary>How many sign-ins there were, and how they ended.</summary>
public sealed record SignInStatistics
{
    /// <summary>The asked periods, the oldest first; each ends where the next begins, the last one now.</summary>
    public required IReadOnlyList<SignInPeriod> Periods { get; init; }

    /// <summary>The last 24 hours.</summary>
    public required SignInPeriod LastDay { get; init; }

    /// <summary>Milliseconds that half of the newest thousand sign-ins of the last 24 hours took at most; null without any.</summary>
    public long? MedianMs { get; init; }

    /// <summary>When the newest sign-in by a connection began; null without any.</summary>
    public DateTimeOffset? LastConnectedAt { get; init; }

    /// <summary>What failed sign-ins of the last 24 hours ended with, the most frequent first; at most 20.</summary>
    public required IReadOnlyList<SignInErrorCount> Errors { get; init; }
}

/// <summary>How many sign-ins began in a period, by how they stand.</summary>
/// <param name="From">Its first moment.</param>
/// <param name="Running">May still go on.</param>
/// <param name="Ok">Signed in.</param>
/// <param name="Refused">A person or a rule said no.</param>
/// <param name="Failed">Something broke.</param>
/// <param name="Abandoned">The person went away.</param>
public sealed record SignInPeriod(DateTimeOffset From, long Running, long Ok, long Refused, long Failed, long Abandoned);

/// <summary>A code that sign-ins ended with.</summary>
/// <param name="Error">The code, and what to do.</param>
/// <param name="Count">How many.</param>
/// <param name="SupportCode">The newest of them.</param>
/// <param name="StartedAt">When that one began.</param>
public sealed record SignInErrorCount(SignInError Error, long Count, string SupportCode, DateTimeOffset StartedAt);

/// <summary>One sign-in hop by hop. No secret is in it: no code, token, state, verifier or password, and addresses of mailboxes only masked.</summary>
public sealed record SignInTimelineView : SignInSummary
{
    /// <summary>What it ended with, and what to do; null where nothing went wrong.</summary>
    public SignInError? Error { get; init; }

    /// <summary>The rule that decided last whose account it is; null where none was asked.</summary>
    public SignInRule? Rule { get; init; }

    /// <summary>What happened, in order; at most 60 and a few after the end.</summary>
    public required IReadOnlyList<SignInHop> Hops { get; init; }
}

/// <summary>One thing that happened.</summary>
public sealed record SignInHop
{
    /// <summary>When it began.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Milliseconds it took; null where that says nothing.</summary>
    public long? DurationMs { get; init; }

    /// <summary>What happened, as a stable name such as <c>exchange</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>How it ended: <c>ok</c>, <c>refused</c> or <c>failed</c>.</summary>
    public required SignInOutcome Outcome { get; init; }

    /// <summary>The same in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>Facts by name.</summary>
    public required IReadOnlyDictionary<string, string> Data { get; init; }

    /// <summary>What went wrong, and what to do; null where nothing did.</summary>
    public SignInError? Error { get; init; }
}

/// <summary>An error of the one catalogue.</summary>
/// <param name="Code">Stable code, such as <c>X-102</c>.</param>
/// <param name="Title">What happened.</param>
/// <param name="Remedy">What to do.</param>
public sealed record SignInError(string Code, string Title, string Remedy);

/// <summary>A rule that decided.</summary>
/// <param name="Code">Stable code, such as <c>linked</c>.</param>
/// <param name="Why">Why, in words.</param>
public sealed record SignInRule(string Code, string Why);

/// <summary>How a sign-in, or one hop of it, stands.</summary>
[JsonConverter(typeof(WireNameConverter<SignInOutcome>))]
public enum SignInOutcome
{
    /// <summary><c>running</c>: the person may still go on.</summary>
    Running,

    /// <summary><c>ok</c>: signed in.</summary>
    Ok,

    /// <summary><c>refused</c>: the person, or a rule, said no.</summary>
    Refused,

    /// <summary><c>failed</c>: something broke, here or at the upstream.</summary>
    Failed,

    /// <summary><c>abandoned</c>: the person went away; half an hour later nobody can go on.</summary>
    Abandoned,
}
