using System.Text.Json.Serialization;
using Xenios.Sdk;
using Xenios.Server.Audit;

namespace Xenios.Server.Connections;

/// <summary>A connection test as it is kept, sealed, for an hour at most: a visit to the upstream that creates, connects and signs in nobody.</summary>
internal sealed record ConnectionTest
{
    /// <summary>Its id: 256 random bits, which open its address and, together with the caller's token, its result.</summary>
    public required string Id { get; init; }

    /// <summary>Who began it, as the audit log names callers: nobody else reads the result.</summary>
    public required string Caller { get; init; }

    /// <summary>Id of the connection.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>Slug of the connection.</summary>
    public required string Connection { get; init; }

    /// <summary>Name of the connection.</summary>
    public required string Name { get; init; }

    /// <summary>With which set of credentials: wire name of a <see cref="CredentialsPlace"/>.</summary>
    public required string Credentials { get; init; }

    /// <summary>Id of that set, where it is not the one in use: one that replaced it meanwhile is another.</summary>
    public string? CredentialsId { get; init; }

    /// <summary>Whose credentials they are: wire name of a <see cref="ConnectionCredentialKind"/>.</summary>
    public required string Source { get; init; }

    /// <summary>Base URL of the host it was begun on.</summary>
    public required string Host { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Hash of the handle of the browser that opened its address; null while none did.</summary>
    public string? BrowserHash { get; init; }

    /// <summary>Whether nothing more comes.</summary>
    public bool IsFinished { get; init; }

    /// <summary>What was found so far.</summary>
    public required IReadOnlyList<Hop> Hops { get; init; }

    /// <summary>Whether a line failed.</summary>
    public bool HasFailed => Hops.Any(hop => hop.Outcome == HopOutcome.Failed);

    /// <summary>The code of the line that the test ended with; null where everything that is needed went well.</summary>
    public string? Error => Hops.FirstOrDefault(hop => hop.Outcome == HopOutcome.Failed)?.Error ?? (Hops is [.., { Kind: ConnectionTestLines.Back, Outcome: HopOutcome.Refused } back] ? back.Error : null);

    /// <summary>Whether the whole visit went well.</summary>
    public bool WentWell => IsFinished && Error is null;
}

/// <summary>How connection tests are written before they are sealed.</summary>
[JsonSerializable(typeof(ConnectionTest))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, IgnoreReadOnlyProperties = true)]
internal sealed partial class ConnectionTestJson : JsonSerializerContext;
