using System.Globalization;

namespace Xenios.Sdk;

/// <summary>Which part of a list is asked for.</summary>
public record ListQuery
{
    /// <summary>What to search for; null for everything.</summary>
    public string? Q { get; init; }

    /// <summary>Most entries of a page, 1 to 100; null for 50.</summary>
    public int? Limit { get; init; }

    /// <summary>Where the page begins: <c>next_cursor</c> of the page before; null for the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>The parameters by name; those without a value are left out.</summary>
    internal virtual IEnumerable<(string Name, string? Value)> Parameters => [("q", Q), ("limit", Limit?.ToString(CultureInfo.InvariantCulture)), ("cursor", Cursor)];

    /// <summary>A moment in a query.</summary>
    /// <param name="moment">The moment.</param>
    private protected static string? Text(DateTimeOffset? moment) => moment?.ToString("O", CultureInfo.InvariantCulture);
}

/// <summary>Which users are asked for.</summary>
public sealed record UserQuery : ListQuery
{
    /// <summary>Only those who may, or may not, sign in.</summary>
    public UserStatus? Status { get; init; }

    /// <summary>Only those with an identity of this connection, by its slug.</summary>
    public string? Connection { get; init; }

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, string? Value)> Parameters => [.. base.Parameters, ("status", Status is { } status ? WireName.Of(status) : null), ("connection", Connection)];
}

/// <summary>Which sign-ins are asked for.</summary>
public sealed record SignInListQuery : ListQuery
{
    /// <summary>Only those to this application, by its <c>client_id</c>.</summary>
    public string? Application { get; init; }

    /// <summary>Only those with this connection, by its slug.</summary>
    public string? Connection { get; init; }

    /// <summary>Only those that stand so.</summary>
    public SignInOutcome? Outcome { get; init; }

    /// <summary>Only those that ended with this code, such as <c>X-102</c>.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>First moment.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this moment.</summary>
    public DateTimeOffset? To { get; init; }

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, string? Value)> Parameters =>
    [
        .. base.Parameters, ("application", Application), ("connection", Connection), ("outcome", Outcome is { } outcome ? WireName.Of(outcome) : null), ("error_code", ErrorCode), ("from", Text(From)),
        ("to", Text(To)),
    ];
}

/// <summary>Which audit events are asked for.</summary>
public sealed record AuditEventQuery : ListQuery
{
    /// <summary>Only what was done to this, for example <c>application:shop</c>.</summary>
    public string? Target { get; init; }

    /// <summary>Only this, for example <c>application.changed</c>.</summary>
    public string? Action { get; init; }

    /// <summary>Only by this caller.</summary>
    public string? Caller { get; init; }

    /// <summary>First moment.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this moment.</summary>
    public DateTimeOffset? To { get; init; }

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, string? Value)> Parameters =>
        [.. base.Parameters, ("target", Target), ("action", Action), ("caller", Caller), ("from", Text(From)), ("to", Text(To))];
}
