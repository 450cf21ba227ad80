namespace Xenios.Server.Audit;

/// <summary>A row of <c>audit_events</c>.</summary>
internal sealed record AuditRow
{
    /// <summary>Its number.</summary>
    public long Sequence { get; init; }

    /// <summary>When, in milliseconds since 1970.</summary>
    public long At { get; init; }

    /// <summary>Who.</summary>
    public string Caller { get; init; } = "";

    /// <summary>What was done.</summary>
    public string Action { get; init; } = "";

    /// <summary>What it was done to.</summary>
    public string Target { get; init; } = "";

    /// <summary>JSON before; null for none.</summary>
    public string? Before { get; init; }

    /// <summary>JSON after; null for none.</summary>
    public string? After { get; init; }

    /// <summary>Salt of <see cref="Content"/>; null when blanked.</summary>
    public byte[]? Salt { get; init; }

    /// <summary>SHA-256 over salt, before and after.</summary>
    public byte[] Content { get; init; } = [];

    /// <summary>Hash of the event before.</summary>
    public byte[] Previous { get; init; } = [];

    /// <summary>Its hash.</summary>
    public byte[] Hash { get; init; } = [];

    /// <summary>1 when it is blank and its person was deleted after it.</summary>
    public long DeletedLater { get; init; }
}
