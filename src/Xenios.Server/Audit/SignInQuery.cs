using Dapper;
using Xenios.Server.Storage;

namespace Xenios.Server.Audit;

/// <summary>What a list of sign-ins is narrowed to.</summary>
internal sealed record SignInFilter
{
    /// <summary>Support code, handle or its beginning, address, or user id; null for everything.</summary>
    public string? Text { get; init; }

    /// <summary>Key of the address that the text is; null where it is none.</summary>
    public string? EmailKey { get; init; }

    /// <summary><c>client_id</c>.</summary>
    public string? Application { get; init; }

    /// <summary>Slug of a connection.</summary>
    public string? Connection { get; init; }

    /// <summary>Wire name of an outcome.</summary>
    public string? Outcome { get; init; }

    /// <summary>Stable code it ended with.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>First moment, included.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this moment.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The last entry of the page before.</summary>
    public (long StartedAt, string SupportCode)? After { get; init; }
}

/// <summary>A row of <c>sign_ins</c>.</summary>
internal sealed class SignInRow
{
    /// <summary>Support code.</summary>
    public string SupportCode { get; init; } = "";

    /// <summary>Application; null for none.</summary>
    public string? ClientId { get; init; }

    /// <summary>Connection; null for none.</summary>
    public string? Connection { get; init; }

    /// <summary>Who signed in; null for nobody yet.</summary>
    public string? UserId { get; init; }

    /// <summary>Handle; null for none.</summary>
    public string? Handle { get; init; }

    /// <summary>Wire name of the outcome; <c>abandoned</c> where nobody can go on any more.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>Code it ended with; null for none.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>When it began, in milliseconds since 1970.</summary>
    public long StartedAt { get; init; }

    /// <summary>When it ended, likewise; null while it runs.</summary>
    public long? EndedAt { get; init; }

    /// <summary>Hops as JSON; empty in lists.</summary>
    public string Hops { get; init; } = "";
}

/// <summary>Reads the table <c>sign_ins</c>. Each kind of search walks one index, newest first, and stops at the page's end.</summary>
internal sealed class SignInQuery(Database database, TimeProvider time)
{
    /// <summary>After how long nobody can go on with a sign-in that did not end: the life of a journey.</summary>
    public static readonly TimeSpan Running = TimeSpan.FromMinutes(30);

    private const int MostUsers = 20;

    private const string Columns =
        """
        support_code AS SupportCode, client_id AS ClientId, connection AS Connection, user_id AS UserId, handle AS Handle,
        CASE WHEN outcome = 'running' AND started_at <= @abandoned THEN 'abandoned' ELSE outcome END AS Outcome, error_code AS ErrorCode, started_at AS StartedAt, ended_at AS EndedAt
        """;

    /// <summary>Finds one.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="supportCode">Its support code as stored.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<SignInRow?> FindAsync(string environment, string supportCode, CancellationToken ct) => database.ReadAsync(
        db => db.QuerySingleOrDefaultAsync<SignInRow>(
            $"SELECT {Columns}, hops AS Hops FROM sign_ins WHERE environment_id = @environment AND support_code = @supportCode", new { environment, supportCode, abandoned = Abandoned }),
        ct);

    /// <summary>Lists, newest first.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="filter">What to narrow it to.</param>
    /// <param name="limit">Most rows.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IReadOnlyList<SignInRow>> ListAsync(string environment, SignInFilter filter, int limit, CancellationToken ct)
    {
        var handle = filter.Text is null || filter.EmailKey is not null ? null : filter.Text.TrimStart('@').ToLowerInvariant();
        var isUser = filter.Text is not null && (filter.Text.StartsWith("usr_", StringComparison.Ordinal) || filter.Text.StartsWith("fed_", StringComparison.Ordinal));
        string[] users = isUser ? [filter.Text!] : [];
        if (filter.EmailKey is not null)
        {
            users = [.. await database.ReadAsync(
                db => db.QueryAsync<string>(
                    "SELECT user_id FROM users WHERE environment_id = @environment AND email_key = @EmailKey LIMIT @MostUsers", new { environment, filter.EmailKey, MostUsers }),
                ct)];
            if (users.Length == 0)
            {
                return [];
            }
        }

        // What reads as a support code is one where there is such a sign-in; otherwise it is a handle of ten characters.
        var code = SupportCode.TryRead(filter.Text, out var read) && await FindAsync(environment, read, ct) is not null ? read : null;
        var by = code is not null ? ByCode : users.Length > 0 ? ByUsers(database.IsPostgres) : handle is { Length: > 0 } ? ByHandle : null;
        var rows = await database.ReadAsync(
            db => db.QueryAsync<SignInRow>(
                Statement(filter, by),
                new
                {
                    environment,
                    code,
                    users,
                    handle,
                    handleEnd = handle + "\U0010FFFF",
                    filter.Application,
                    filter.Connection,
                    filter.ErrorCode,
                    outcome = Stored(filter.Outcome),
                    abandoned = Abandoned,
                    from = filter.From?.ToUnixTimeMilliseconds(),
                    to = filter.To?.ToUnixTimeMilliseconds(),
                    at = filter.After?.StartedAt,
                    after = filter.After?.SupportCode,
                    limit,
                }),
            ct);
        return rows.AsList();
    }

    /// <summary>Condition of a search for one support code.</summary>
    internal const string ByCode = "support_code = @code";

    /// <summary>Condition of a search for the beginning of a handle.</summary>
    internal const string ByHandle = "handle_key >= @handle AND handle_key < @handleEnd";

    /// <summary>Condition of a search for users.</summary>
    /// <param name="isPostgres">Whether it is for PostgreSQL.</param>
    internal static string ByUsers(bool isPostgres) => isPostgres ? "user_id = ANY(@users)" : "user_id IN @users";

    /// <summary>The statement of one page.</summary>
    /// <param name="filter">What the list is narrowed to.</param>
    /// <param name="by">Condition of a search; null for none.</param>
    internal static string Statement(SignInFilter filter, string? by)
    {
        var outcome = Stored(filter.Outcome);
        string?[] conditions =
        [
            "environment_id = @environment",
            by,
            filter.Application is null ? null : "client_id = @Application",
            filter.Connection is null ? null : "connection = @Connection",
            filter.ErrorCode is null ? null : "error_code = @ErrorCode",

            // Said in words that the partial indexes have.
            outcome switch
            {
                null => null,
                "ok" => "outcome = 'ok'",
                not "running" when filter.Application is not null => "outcome = @outcome AND outcome IN ('failed', 'refused')",
                _ => "outcome = @outcome AND outcome <> 'ok'",
            },
            filter.Outcome switch { "abandoned" => "started_at <= @abandoned", "running" => "started_at > @abandoned", _ => null },
            filter.From is null ? null : "started_at >= @from",
            filter.To is null ? null : "started_at < @to",
            filter.After is null ? null : "(started_at, support_code) < (@at, @after)",
        ];
        const string NewestFirst = "ORDER BY started_at DESC, support_code DESC LIMIT @limit";
        var where = string.Join(" AND ", conditions.Where(condition => condition is not null));

        // The beginning of a handle may fit very many, which have to be put in order: then by their keys alone, which an index holds, and only a page of rows is read.
        var byKeys = by == ByHandle && filter is { Application: null, Connection: null, Outcome: null, ErrorCode: null };
        return byKeys
            ? $"SELECT {Columns} FROM sign_ins WHERE environment_id = @environment AND support_code IN (SELECT support_code FROM sign_ins WHERE {where} {NewestFirst}) {NewestFirst}"
            : $"SELECT {Columns} FROM sign_ins WHERE {where} {NewestFirst}";
    }

    private long Abandoned => AbandonedAt(time);

    private static string? Stored(string? outcome) => outcome == "abandoned" ? "running" : outcome;

    /// <summary>What began at this moment or before and still runs was abandoned, in milliseconds.</summary>
    internal static long AbandonedAt(TimeProvider time) => (time.GetUtcNow() - Running).ToUnixTimeMilliseconds();
}
