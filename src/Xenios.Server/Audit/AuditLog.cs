using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Management;
using Xenios.Server.Storage;

namespace Xenios.Server.Audit;

/// <summary>
/// Who changed what, written in the transaction of the change itself: there is no change without its event and no event without its change. Each event's hash covers
/// the one before, so that what was altered, taken out or put in shows (threats L05). It covers what changed by a salted hash alone: of a deleted person that, and the
/// salt, can be blanked without breaking the chain (docs/decisions/0009).
/// </summary>
internal sealed class AuditLog(Database database, Vault vault, TimeProvider time)
{
    /// <summary>Most events in one page of an export.</summary>
    public const int LargestExport = 1_000;

    // What explains that an event is blank: it stands later in the chain, for the same target.
    private const string Deleted = "user.deleted";

    // How events name a person as administrator; behind it stands the same id.
    private const string Administrator = "administrator:";

    private const int SaltSize = 16;

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

    /// <summary>Begins a change of a caller as <see cref="HoldAsync(string, WriteScope)"/> does; nothing of a dry run is kept, whatever comes after.</summary>
    /// <param name="caller">Who makes it, and in which environment.</param>
    /// <param name="scope">The transaction of the change, at its beginning.</param>
    public static Task HoldAsync(Caller caller, WriteScope scope)
    {
        if (caller.IsDryRun)
        {
            scope.Abandon();
        }

        return HoldAsync(caller.EnvironmentId, scope);
    }

    /// <summary>Writes an event.</summary>
    /// <param name="scope">The transaction of the change.</param>
    /// <param name="caller">Who.</param>
    /// <param name="action">What was done, noun and verb: <c>application.changed</c>.</param>
    /// <param name="target">What it was done to: <c>application:shop</c>.</param>
    /// <param name="before">The thing as the API showed it; null when it was made.</param>
    /// <param name="after">The thing as the API shows it now; null when it was deleted. Of a change only the members that differ are kept.</param>
    public Task WriteAsync(WriteScope scope, Caller caller, string action, string target, JsonObject? before, JsonObject? after) =>
        WriteAsync(scope, caller, new AuditEntry(action, target, before, after));

    /// <summary>Writes events, in their order: the end of the chain is read and moved once for all of them.</summary>
    /// <param name="scope">The transaction of the change.</param>
    /// <param name="caller">Who.</param>
    /// <param name="entries">What was done; one at least.</param>
    public async Task WriteAsync(WriteScope scope, Caller caller, params IReadOnlyList<AuditEntry> entries)
    {
        var environment = caller.EnvironmentId;

        // This row is held until the transaction ends, so that events follow one another.
        var (last, end) = await scope.Connection.QuerySingleAsync<(long, byte[]?)>(
            "UPDATE environments SET audit_sequence = audit_sequence + @Count WHERE environment_id = @environment RETURNING audit_sequence, audit_hash", new { environment, entries.Count }, scope.Transaction);
        var hash = end ?? Beginning;
        foreach (var (index, entry) in entries.Index())
        {
            var (was, now) = entry.Kept();
            var row = new AuditRow
            {
                Sequence = last - entries.Count + 1 + index,
                At = time.GetUtcNow().ToUnixTimeMilliseconds(),
                Caller = caller.Name,
                Action = entry.Action,
                Target = entry.Target,
                Before = was?.ToJsonString(),
                After = now?.ToJsonString(),
                Salt = RandomNumberGenerator.GetBytes(SaltSize),
                Previous = hash,
            };
            var content = ContentHash(row);
            hash = Hash(environment, row, content);
            await scope.Connection.ExecuteAsync(
                """
                INSERT INTO audit_events (environment_id, sequence, at, caller, action, target, before_json, after_json, salt, content_hash, previous_hash, hash)
                VALUES (@environment, @Sequence, @At, @Caller, @Action, @Target, @Before, @After, @Salt, @content, @Previous, @hash)
                """,
                new { environment, row.Sequence, row.At, row.Caller, row.Action, row.Target, row.Before, row.After, row.Salt, content, row.Previous, hash },
                scope.Transaction);
        }

        await scope.Connection.ExecuteAsync("UPDATE environments SET audit_hash = @hash WHERE environment_id = @environment", new { environment, hash }, scope.Transaction);
    }

    /// <summary>Lists events, newest first.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="filter">Which.</param>
    /// <param name="before">Events before this number only.</param>
    /// <param name="limit">Most events.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<IReadOnlyList<AuditEventView>> ListAsync(string environment, AuditFilter filter, long before, int limit, CancellationToken ct) => database.ReadAsync(
        async connection => Views(await connection.QueryAsync<AuditRow>(
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
          {(filter.From is null ? "" : "AND at >= @From AND sequence > " + Beside("< @From - @ClockSkew", "DESC", 0))}
          {(filter.To is null ? "" : "AND at < @To AND sequence < " + Beside(">= @To + @ClockSkew", "ASC", long.MaxValue))}
        ORDER BY sequence DESC LIMIT @limit
        """;

    // Numbers follow time, but for what clocks of several nodes differ by: so the event next to a span of time bounds the numbers in it, and what lies beyond is not read.
    private static string Beside(string time, string order, long otherwise) =>
        $"COALESCE((SELECT s.sequence FROM audit_events s WHERE s.environment_id = @environment AND s.at {time} ORDER BY s.at {order}, s.sequence {order} LIMIT 1), {otherwise})";

    /// <summary>Events in their order, for an export.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="after">Events after this number only.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<IReadOnlyList<AuditEventView>> ExportAsync(string environment, long after, CancellationToken ct) => database.ReadAsync(
        async connection => Views(await PageAsync(connection, environment, after)), ct);

    /// <summary>Blanks what the events of a user say about the person. Who did what and when stays, and so does the chain; call it in the transaction that writes <c>user.deleted</c>.</summary>
    /// <param name="scope">The transaction of the deletion.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    public static Task BlankAsync(WriteScope scope, string environment, string user) => scope.Connection.ExecuteAsync(
        "UPDATE audit_events SET before_json = NULL, after_json = NULL, salt = NULL WHERE environment_id = @environment AND (target = @person OR target = @administrator)",
        new { environment, person = $"user:{user}", administrator = $"{Administrator}{user}" },
        scope.Transaction);

    /// <summary>Deletes events from the oldest on, as many as one batch, and keeps what the rest of the chain hangs on.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="end">Events until this time go. One that is younger keeps those after it, whatever their clocks said.</param>
    /// <param name="batch">Most events.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>Events deleted.</returns>
    public Task<int> SweepAsync(string environment, DateTimeOffset end, int batch, CancellationToken ct) => database.WriteAsync(
        async scope =>
        {
            // Before anything is read: of two nodes, the second would move the beginning back to where it saw it.
            await HoldAsync(environment, scope);
            var oldest = (await scope.Connection.QueryAsync<(long Sequence, long At, byte[] Hash)>(
                "SELECT sequence, at, hash FROM audit_events WHERE environment_id = @environment ORDER BY sequence LIMIT @batch", new { environment, batch }, scope.Transaction))
                .TakeWhile(row => row.At <= end.ToUnixTimeMilliseconds()).ToArray();
            if (oldest.Length == 0)
            {
                scope.Abandon();
                return 0;
            }

            // Sealed by a tag: who can write to the database alone cannot cut the beginning off and make it look like this.
            var (through, hash) = (oldest[^1].Sequence, oldest[^1].Hash);
            await scope.Connection.ExecuteAsync(
                "UPDATE environments SET audit_swept = @through, audit_swept_hash = @hash, audit_swept_tag = @tag WHERE environment_id = @environment",
                new { environment, through, hash, tag = vault.Tag(SweptPurpose(environment, through, hash)) },
                scope.Transaction);
            return await scope.Connection.ExecuteAsync(
                "DELETE FROM audit_events WHERE environment_id = @environment AND sequence <= @through", new { environment, through }, scope.Transaction);
        },
        ct);

    /// <summary>Follows the chain from the first event that is kept to its end.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<AuditCheckView> CheckAsync(string environment, CancellationToken ct)
    {
        while (true)
        {
            // Old events may be swept while the chain is followed.
            var found = await FollowAsync(environment, ct);
            if (found.Intact || (found.SweptThrough ?? 0) == await database.ReadAsync(
                connection => connection.ExecuteScalarAsync<long>("SELECT audit_swept FROM environments WHERE environment_id = @environment", new { environment }), ct))
            {
                return found;
            }
        }
    }

    private async Task<AuditCheckView> FollowAsync(string environment, CancellationToken ct)
    {
        var (last, head, swept, sweptHash, sweptTag) = await database.ReadAsync(
            connection => connection.QuerySingleAsync<(long, byte[]?, long, byte[]?, string?)>(
                "SELECT audit_sequence, audit_hash, audit_swept, audit_swept_hash, audit_swept_tag FROM environments WHERE environment_id = @environment", new { environment }),
            ct);
        if (swept > 0 && (sweptHash is null || !vault.IsTag(SweptPurpose(environment, swept, sweptHash), sweptTag)))
        {
            return new AuditCheckView { Intact = false, Checked = 0, BrokenAt = 1, SweptThrough = swept };
        }

        var (checkedSoFar, expected, previous) = (0L, swept, sweptHash ?? Beginning);
        while (true)
        {
            var page = await database.ReadAsync(connection => PageAsync(connection, environment, expected), ct);
            foreach (var row in page.Where(row => row.Sequence <= last))
            {
                var follows = row.Sequence == expected + 1 && row.Previous.AsSpan().SequenceEqual(previous);
                if (!follows || !IsAsWritten(environment, row))
                {
                    return new AuditCheckView { Intact = false, Checked = checkedSoFar, BrokenAt = follows ? row.Sequence : expected + 1, SweptThrough = swept > 0 ? swept : null };
                }

                (checkedSoFar, expected, previous) = (checkedSoFar + 1, row.Sequence, row.Hash);
            }

            // What is written meanwhile is not looked at, however much it is.
            if (page.Count < LargestExport || expected >= last)
            {
                var whole = expected == last && (last == 0 || (head is not null && head.AsSpan().SequenceEqual(previous)));
                return new AuditCheckView
                {
                    Intact = whole,
                    Checked = checkedSoFar,
                    BrokenAt = whole ? null : expected + 1,
                    SweptThrough = swept > 0 ? swept : null,
                    Hash = whole && last > 0 ? Convert.ToHexStringLower(previous) : null,
                };
            }
        }
    }

    private const string Columns =
        "sequence AS Sequence, at AS At, caller AS Caller, action AS Action, target AS Target, before_json AS Before, after_json AS After, salt AS Salt, content_hash AS Content, previous_hash AS Previous, hash AS Hash";

    private static async Task<IReadOnlyList<AuditRow>> PageAsync(DbConnection connection, string environment, long after) =>
        [.. await connection.QueryAsync<AuditRow>(
            $"""
            SELECT {Columns}, CASE WHEN salt IS NULL AND EXISTS (
                SELECT 1 FROM audit_events d WHERE d.environment_id = e.environment_id AND d.target = CASE WHEN e.target LIKE '{Administrator}%' THEN 'user:' || substr(e.target, {Administrator.Length + 1}) ELSE e.target END AND d.sequence > e.sequence AND d.action = '{Deleted}') THEN 1 ELSE 0 END AS DeletedLater
            FROM audit_events e WHERE environment_id = @environment AND sequence > @after ORDER BY sequence LIMIT @LargestExport
            """,
            new { environment, after, LargestExport })];

    private static IReadOnlyList<AuditEventView> Views(IEnumerable<AuditRow> rows) =>
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
            Blanked = row.Salt is null ? true : null,
            Hash = Convert.ToHexStringLower(row.Hash),
        }),
    ];

    // What is blank must be explained by the deletion of its person, which stands in the chain itself.
    private static bool IsAsWritten(string environment, AuditRow row) =>
        row.Hash.AsSpan().SequenceEqual(Hash(environment, row, row.Content))
        && (row.Salt is null ? row is { Before: null, After: null, DeletedLater: 1 } : row.Content.AsSpan().SequenceEqual(ContentHash(row)));

    // Salted, because who knows what an event may have said could otherwise try whether it did.
    private static byte[] ContentHash(AuditRow row) => SHA256.HashData([.. row.Salt!, .. Encoding.UTF8.GetBytes(new JsonArray(row.Before, row.After).ToJsonString())]);

    private static byte[] Hash(string environment, AuditRow row, byte[] content)
    {
        var text = new JsonArray(environment, row.Sequence, row.At, row.Caller, row.Action, row.Target, Convert.ToHexStringLower(content)).ToJsonString();
        return SHA256.HashData([.. row.Previous, .. Encoding.UTF8.GetBytes(text)]);
    }

    private static string SweptPurpose(string environment, long through, byte[] hash) => $"audit swept|{environment}|{through}|{Convert.ToHexStringLower(hash)}";
}
