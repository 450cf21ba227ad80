using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Management;
using Xenios.Server.Storage;

namespace Xenios.Server.Audit;

/// <summary>
/// Who changed what, written in the transaction of the change itself: there is no change without its event and no event without its change. Each event's hash covers
/// the one before, so that what was altered, taken out or put in shows (threats L05).
/// </summary>
internal sealed class AuditLog(Database database, TimeProvider time)
{
    /// <summary>Most events in one page of an export.</summary>
    public const int LargestExport = 1_000;

    // What must never be kept, should a caller hand it in.
    private static readonly string[] Secret = ["client_secret", "api_key_secret", "password", "password_hash", "secret", "private_key"];

    private static readonly byte[] Beginning = new byte[32];

    // Milliseconds that clocks of nodes may differ by before a search by time could miss an event.
    internal const long ClockSkew = 600_000;

    /// <summary>
    /// Holds the end of an environment's chain until the transaction ends. Whatever changes something and writes an event begins with it: one that came to it last
    /// could wait for another that has it already and waits for what the first one changed.
    /// </summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="scope">The transaction of the change, at its beginning.</param>
    public static Task HoldAsync(string environment, WriteScope scope) => scope.Connection.ExecuteAsync(
        "UPDATE environments SET audit_sequence = audit_sequence WHERE environment_id = @environment", new { environment }, scope.Transaction);

    /// <summary>Writes an event.</summary>
    /// <param name="scope">The transaction of the change.</param>
    /// <param name="caller">Who.</param>
    /// <param name="action">What was done, noun and verb: <c>application.changed</c>.</param>
    /// <param name="target">What it was done to: <c>application:shop</c>.</param>
    /// <param name="before">The thing as the API showed it; null when it was made.</param>
    /// <param name="after">The thing as the API shows it now; null when it was deleted. Of a change only the members that differ are kept.</param>
    public async Task WriteAsync(WriteScope scope, Caller caller, string action, string target, JsonObject? before, JsonObject? after)
    {
        var environment = caller.EnvironmentId;
        var (was, now) = (Blank(before, after), Blank(after, before));

        // This row is held until the transaction ends, so that events follow one another.
        var (sequence, previous) = await scope.Connection.QuerySingleAsync<(long, byte[]?)>(
            "UPDATE environments SET audit_sequence = audit_sequence + 1 WHERE environment_id = @environment RETURNING audit_sequence, audit_hash", new { environment }, scope.Transaction);
        var row = new Row(sequence, time.GetUtcNow().ToUnixTimeMilliseconds(), caller.Name, action, target, was?.ToJsonString(), now?.ToJsonString(), previous ?? Beginning, []);
        var hash = Hash(environment, row);
        await scope.Connection.ExecuteAsync(
            """
            INSERT INTO audit_events (environment_id, sequence, at, caller, action, target, before_json, after_json, previous_hash, hash)
            VALUES (@environment, @Sequence, @At, @Caller, @Action, @Target, @Before, @After, @Previous, @hash)
            """,
            new { environment, row.Sequence, row.At, row.Caller, row.Action, row.Target, row.Before, row.After, row.Previous, hash },
            scope.Transaction);
        await scope.Connection.ExecuteAsync("UPDATE environments SET audit_hash = @hash WHERE environment_id = @environment", new { environment, hash }, scope.Transaction);
    }

    /// <summary>Lists events, newest first.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="filter">Which.</param>
    /// <param name="before">Events before this number only.</param>
    /// <param name="limit">Most events.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<IReadOnlyList<AuditEventView>> ListAsync(string environment, AuditFilter filter, long before, int limit, CancellationToken ct) => database.ReadAsync(
        async connection => Views(await connection.QueryAsync<Row>(
            Statement(filter),
            new { environment, before, limit, filter.Target, filter.Action, filter.Caller, From = filter.From?.ToUnixTimeMilliseconds(), To = filter.To?.ToUnixTimeMilliseconds(), ClockSkew })),
        ct);

    /// <summary>The statement of one page.</summary>
    /// <param name="filter">Which events.</param>
    internal static string Statement(AuditFilter filter) =>
        $"""
        SELECT {Columns} FROM audit_events
        WHERE environment_id = @environment AND sequence < @before
          {(filter.Target is null ? "" : "AND target = @Target")} {(filter.Action is null ? "" : "AND action = @Action")}
          {(filter.Caller is null ? "" : "AND caller = @Caller")}
          {(filter.From is null ? "" : $"AND at >= @From AND sequence >= {FirstSince("@From - @ClockSkew")}")}
          {(filter.To is null ? "" : $"AND at < @To AND sequence < {FirstSince("@To + @ClockSkew")}")}
        ORDER BY sequence DESC LIMIT @limit
        """;

    // Numbers follow time, but for what clocks of several nodes differ by: so a time bounds the numbers, and what lies outside is not read.
    private static string FirstSince(string moment) =>
        $"COALESCE((SELECT s.sequence FROM audit_events s WHERE s.environment_id = @environment AND s.at >= {moment} ORDER BY s.at, s.sequence LIMIT 1), {long.MaxValue})";

    /// <summary>Events in their order, for an export.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="after">Events after this number only.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<IReadOnlyList<AuditEventView>> ExportAsync(string environment, long after, CancellationToken ct) => database.ReadAsync(
        async connection => Views(await PageAsync(connection, environment, after)), ct);

    /// <summary>Follows the chain from its first event to its end.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<AuditCheckView> CheckAsync(string environment, CancellationToken ct)
    {
        var (last, head) = await database.ReadAsync(
            connection => connection.QuerySingleAsync<(long, byte[]?)>("SELECT audit_sequence, audit_hash FROM environments WHERE environment_id = @environment", new { environment }), ct);
        var (checkedSoFar, expected, previous) = (0L, 0L, (byte[]?)null);
        while (true)
        {
            var page = await database.ReadAsync(connection => PageAsync(connection, environment, expected), ct);
            foreach (var row in page.Where(row => row.Sequence <= last))
            {
                // Old events may be swept, so the chain begins wherever it begins; from there it has no gap.
                var follows = expected == 0 || (row.Sequence == expected + 1 && row.Previous.AsSpan().SequenceEqual(previous));
                if (!follows || !row.Hash.AsSpan().SequenceEqual(Hash(environment, row)))
                {
                    return new AuditCheckView { Intact = false, Checked = checkedSoFar, BrokenAt = follows ? row.Sequence : expected + 1 };
                }

                (checkedSoFar, expected, previous) = (checkedSoFar + 1, row.Sequence, row.Hash);
            }

            if (page.Count < LargestExport)
            {
                var whole = expected == last && (last == 0 || (head is not null && head.AsSpan().SequenceEqual(previous)));
                return new AuditCheckView
                {
                    Intact = whole,
                    Checked = checkedSoFar,
                    BrokenAt = whole ? null : expected + 1,
                    Hash = whole && previous is not null ? Convert.ToHexStringLower(previous) : null,
                };
            }
        }
    }

    private const string Columns =
        "sequence AS Sequence, at AS At, caller AS Caller, action AS Action, target AS Target, before_json AS Before, after_json AS After, previous_hash AS Previous, hash AS Hash";

    private static async Task<IReadOnlyList<Row>> PageAsync(DbConnection connection, string environment, long after) =>
        [.. await connection.QueryAsync<Row>(
            $"SELECT {Columns} FROM audit_events WHERE environment_id = @environment AND sequence > @after ORDER BY sequence LIMIT @LargestExport", new { environment, after, LargestExport })];

    private static IReadOnlyList<AuditEventView> Views(IEnumerable<Row> rows) =>
    [
        .. rows.Select(row => new AuditEventView
        {
            Sequence = row.Sequence,
            At = DateTimeOffset.FromUnixTimeMilliseconds(row.At),
            Caller = row.Caller,
            Action = row.Action,
            Target = row.Target,
            Before = row.Before is null ? null : JsonDocument.Parse(row.Before).RootElement,
            After = row.After is null ? null : JsonDocument.Parse(row.After).RootElement,
            Hash = Convert.ToHexStringLower(row.Hash),
        }),
    ];

    // The members that differ from the other side; a thing that was made or deleted is kept whole.
    private static JsonObject? Blank(JsonObject? side, JsonObject? other)
    {
        if (side is null)
        {
            return null;
        }

        var kept = new JsonObject();
        foreach (var (name, value) in side)
        {
            if (other is null || !JsonNode.DeepEquals(value, other[name]) || other.ContainsKey(name) != side.ContainsKey(name))
            {
                kept[name] = Blank(name, value);
            }
        }

        return kept;
    }

    private static JsonNode? Blank(string name, JsonNode? value) => value switch
    {
        null => null,
        _ when Secret.Contains(name, StringComparer.Ordinal) => JsonValue.Create("***"),
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Blank(member.Key, member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(item => Blank("", item))]),
        _ => value.DeepClone(),
    };

    private static byte[] Hash(string environment, Row row)
    {
        // The array as a JSON string within JSON: every stored hash was made so, and a chain is worth nothing when its hashes are made anew.
        var text = new JsonArray(environment, row.Sequence, row.At, row.Caller, row.Action, row.Target, row.Before, row.After).ToJsonString();
        return SHA256.HashData([.. row.Previous, (byte)'"', .. JsonEncodedText.Encode(text).EncodedUtf8Bytes, (byte)'"']);
    }

    private sealed record Row(long Sequence, long At, string Caller, string Action, string Target, string? Before, string? After, byte[] Previous, byte[] Hash);
}

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
