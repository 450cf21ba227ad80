namespace Xenios.Sdk;

/// <summary>What stands against a call of the management API (RFC 9457, <c>application/problem+json</c>).</summary>
public sealed record ProblemView
{
    /// <summary><c>about:blank</c>: the code says what kind it is.</summary>
    public required string Type { get; init; }

    /// <summary>One sentence for people: what is wrong and what to do. Never a secret.</summary>
    public required string Title { get; init; }

    /// <summary>HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>Stable code, whatever the words are.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong field by field; absent where it is about none.</summary>
    public IReadOnlyList<FieldProblemView>? Errors { get; init; }
}

/// <summary>What is wrong with one field.</summary>
/// <param name="Field">Dotted path, for example <c>redirect_uris[0]</c>; empty for the whole.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record FieldProblemView(string Field, string Code, string Message);
