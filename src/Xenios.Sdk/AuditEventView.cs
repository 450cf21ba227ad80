using System.Text.Json;

namespace Xenios.Sdk;

/// <summary>One change that somebody made (contract §5, <c>/audit-events</c>).</summary>
public sealed record AuditEventView
{
    /// <summary>Its number in the environment, from 1, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>When, in UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who: <c>operator</c>, <c>administrator:</c> with a user id, <c>application:</c> with a client id, <c>server</c> (the resource file of its start), or <c>setup</c> (who used a setup link).</summary>
    public required string Caller { get; init; }

    /// <summary>What was done, for example <c>application.changed</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What it was done to, for example <c>application:shop</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The members that changed, as they were; absent for what was made. Never a secret.</summary>
    public JsonElement? Before { get; init; }

    /// <summary>The members that changed, as they are now; absent for what was deleted. Never a secret.</summary>
    public JsonElement? After { get; init; }

    /// <summary>True where what changed was blanked because the person it was about is deleted; absent otherwise.</summary>
    public bool? Blanked { get; init; }

    /// <summary>SHA-256 over this event and the hash before it, in hexadecimal: the chain that shows tampering.</summary>
    public required string Hash { get; init; }
}

/// <summary>A page of audit events, newest first.</summary>
/// <param name="Items">The events.</param>
/// <param name="NextCursor">For the next page; absent on the last.</param>
public sealed record AuditEventList(IReadOnlyList<AuditEventView> Items, string? NextCursor);

/// <summary>Whether the chain of audit events is whole.</summary>
public sealed record AuditCheckView
{
    /// <summary>Whether every event is where and as it was written.</summary>
    public required bool Intact { get; init; }

    /// <summary>How many events were checked.</summary>
    public required long Checked { get; init; }

    /// <summary>Number of the first event that is missing or not as it was written; absent when intact.</summary>
    public long? BrokenAt { get; init; }

    /// <summary>Number of the last event that was deleted because it was older than <c>audit_retention_days</c>; absent without such.</summary>
    public long? SweptThrough { get; init; }

    /// <summary>Hash of the last event; keep it elsewhere to notice a chain that was written anew. Absent without events.</summary>
    public string? Hash { get; init; }
}
