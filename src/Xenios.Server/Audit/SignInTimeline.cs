using System.Text.Json;
using Xenios.Server.Storage;

namespace Xenios.Server.Audit;

/// <summary>A sign-in as far as it came, ready to be written.</summary>
internal sealed record SignInRecord
{
    /// <summary>Its support code.</summary>
    public required string SupportCode { get; init; }

    /// <summary>Application it is for; null for none.</summary>
    public string? ClientId { get; init; }

    /// <summary>Slug of the connection used last; null for none.</summary>
    public string? Connection { get; init; }

    /// <summary>Who signed in, as tokens say it; null while nobody has.</summary>
    public string? UserId { get; init; }

    /// <summary>Handle at the upstream; null for none.</summary>
    public string? Handle { get; init; }

    /// <summary>Wire name of how it stands: <c>running</c>, <c>ok</c>, <c>refused</c>, <c>failed</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Code of <see cref="ErrorCatalogue"/> that it ended with; null for none.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>What happened, in order; never empty.</summary>
    public required IReadOnlyList<Hop> Hops { get; init; }
}

/// <summary>Writes the table <c>sign_ins</c>, always as a part of somebody else's transaction: a sign-in costs no commit more for it (decision 8).</summary>
internal static class SignInTimeline
{
    private const string Columns = "environment_id, support_code, client_id, connection, user_id, handle, handle_key, outcome, error_code, started_at, ended_at, hops";

    private static readonly Statement Upsert = new(
        $"""
        INSERT INTO sign_ins ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (environment_id, support_code) DO UPDATE SET connection = excluded.connection, user_id = excluded.user_id, handle = excluded.handle,
            handle_key = excluded.handle_key, client_id = excluded.client_id, outcome = excluded.outcome, error_code = excluded.error_code, ended_at = excluded.ended_at, hops = excluded.hops
        """);

    private static readonly Statement InsertNew = new(
        $"INSERT INTO sign_ins ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (environment_id, support_code) DO NOTHING");

    // Longer than sixty hops can be; whatever would be added to such a row is left out.
    private static readonly Statement Append = new(
        """
        UPDATE sign_ins SET hops = substr(hops, 1, length(hops) - 1) || ',' || $1 || ']', ended_at = $2, outcome = COALESCE($3, outcome), error_code = COALESCE($4, error_code)
        WHERE environment_id = $5 AND support_code = $6 AND length(hops) < 30000
        """);

    /// <summary>Writes a sign-in as it now is, over what was written of it before.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="record">The sign-in.</param>
    /// <param name="scope">The transaction.</param>
    public static Task WriteAsync(string environment, SignInRecord record, WriteScope scope) => scope.ExecuteAsync(Upsert, Values(environment, record));

    /// <summary>Writes a sign-in that nothing else was written of; where something was, that stays.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="record">The sign-in.</param>
    /// <param name="scope">The transaction.</param>
    public static Task AddAsync(string environment, SignInRecord record, WriteScope scope) => scope.ExecuteAsync(InsertNew, Values(environment, record));

    /// <summary>Adds what happened after the end: one statement, nothing is read. A hop that did not end well ends the sign-in so.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="supportCode">Support code of the sign-in.</param>
    /// <param name="hop">What happened.</param>
    /// <param name="scope">The transaction.</param>
    public static Task AppendAsync(string environment, string supportCode, Hop hop, WriteScope scope) => scope.ExecuteAsync(
        Append,
        JsonSerializer.Serialize(hop, HopJson.Default.Hop),
        hop.At,
        hop.Outcome switch { HopOutcome.Failed => "failed", HopOutcome.Refused => "refused", _ => null },
        hop.Error,
        environment,
        supportCode);

    private static object?[] Values(string environment, SignInRecord record) =>
    [
        environment,
        record.SupportCode,
        record.ClientId,
        record.Connection,
        record.UserId,
        record.Handle,
        record.Handle?.ToLowerInvariant(),
        record.Outcome,
        record.ErrorCode,
        record.Hops[0].At,
        record.Outcome == "running" ? null : record.Hops[^1].At,
        JsonSerializer.Serialize(record.Hops, HopJson.Default.IReadOnlyListHop),
    ];
}
