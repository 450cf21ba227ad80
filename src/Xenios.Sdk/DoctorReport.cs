using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>What a look at the running server found (<c>/doctor</c>).</summary>
/// <param name="Findings">Every check that was made, the server's before the connections'; at most a few hundred.</param>
public sealed record DoctorReport(IReadOnlyList<DoctorFinding> Findings);

/// <summary>One check and what came of it.</summary>
public sealed record DoctorFinding
{
    /// <summary>What was looked at: <c>address</c>, <c>clock</c>, <c>mail</c>, <c>data</c>, <c>disk</c>, <c>database</c>, <c>server</c>, <c>sandbox</c>, <c>keys</c>, <c>connection</c>; of a command also <c>settings</c>.</summary>
    public required string Check { get; init; }

    /// <summary>How it stands.</summary>
    public required FindingStatus Status { get; init; }

    /// <summary>What was found, one line. Never a secret.</summary>
    public required string Message { get; init; }

    /// <summary>Code of docs/errors.md; absent where all is well.</summary>
    public string? Code { get; init; }

    /// <summary>What to do; absent where all is well.</summary>
    public string? Remedy { get; init; }

    /// <summary>Slug of the environment it is about; absent for the whole server.</summary>
    public string? Environment { get; init; }

    /// <summary>Slug of the connection it is about; absent without.</summary>
    public string? Connection { get; init; }

    /// <summary>Addresses that must be registered as callbacks at the upstream; absent where it is not about a connection.</summary>
    public IReadOnlyList<string>? Callbacks { get; init; }
}

/// <summary>How a check came out.</summary>
[JsonConverter(typeof(WireNameConverter<FindingStatus>))]
public enum FindingStatus
{
    /// <summary><c>ok</c>: nothing to do.</summary>
    Ok,

    /// <summary><c>warning</c>: works, but somebody should look.</summary>
    Warning,

    /// <summary><c>error</c>: does not work.</summary>
    Error,
}
