namespace Xenios.Server.Audit;

/// <summary>Which audit events are asked for.</summary>
internal sealed record AuditFilter
{
    /// <summary>Exactly this target.</summary>
    public string? Target { get; init; }

    /// <summary>Exactly this action.</summary>
    public string? Action { get; init; }

    /// <summary>Exactly this caller.</summary>
    public string? Caller { get; init; }

    /// <summary>From this time on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this time.</summary>
    public DateTimeOffset? To { get; init; }
}
