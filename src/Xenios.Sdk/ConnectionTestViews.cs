using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>How a connection is to be tested.</summary>
public sealed record ConnectionTestRequest
{
    /// <summary>With which of its sets of credentials; those in use unless said.</summary>
    public CredentialsPlace? Credentials { get; init; }
}

/// <summary>Where a connection test stands.</summary>
[JsonConverter(typeof(WireNameConverter<ConnectionTestState>))]
public enum ConnectionTestState
{
    /// <summary><c>waiting</c>: for somebody who opens its address.</summary>
    Waiting,

    /// <summary><c>opened</c>: somebody is at the upstream.</summary>
    Opened,

    /// <summary><c>finished</c>: its lines are whole, or stop where it broke.</summary>
    Finished,

    /// <summary><c>expired</c>: nobody came back in time.</summary>
    Expired,
}

/// <summary>A connection test, line by line. No secret is in it; what it says about a person is forgotten with it.</summary>
public sealed record ConnectionTestView
{
    /// <summary>Its id, for whoever began it.</summary>
    public required string ResultId { get; init; }

    /// <summary>Address to be opened once in a browser, within ten minutes; null once somebody did, or where a line failed already.</summary>
    public string? Url { get; init; }

    /// <summary>Slug of the connection.</summary>
    public required string Connection { get; init; }

    /// <summary>With which set of credentials.</summary>
    public required CredentialsPlace Credentials { get; init; }

    /// <summary>Whose credentials they are; <c>sandbox</c> for the X sandbox.</summary>
    public required ConnectionCredentialKind Source { get; init; }

    /// <summary>Where it stands.</summary>
    public required ConnectionTestState State { get; init; }

    /// <summary>How it stands: <c>running</c>, <c>ok</c>, <c>refused</c> by the person, or <c>failed</c>.</summary>
    public required SignInOutcome Outcome { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its address stops working.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>
    /// What was found, in order, seven lines where all went well: <c>reach</c>, <c>credentials</c>, <c>back</c>, <c>exchange</c>, <c>scopes</c> (OAuth 2.0 alone),
    /// <c>profile</c>, <c>email</c>. A line that is <c>refused</c> keeps nobody out: a scope or an address that is missing.
    /// </summary>
    public required IReadOnlyList<SignInHop> Hops { get; init; }
}
