using System.Data.Common;
using System.Globalization;
using System.Text;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Users;

namespace Xenios.Bench;

/// <summary>A question to a list of the management API, and the statements that answer it.</summary>
/// <param name="Name">What is asked.</param>
/// <param name="Path">Path below <c>/api/v1</c>, with its query.</param>
/// <param name="Statements">Its statements.</param>
/// <param name="Values">Their parameters.</param>
internal sealed record Question(string Name, string Path, IReadOnlyList<string> Statements, object Values)
{
    private const int Limit = 51;

    /// <summary>Every list with its filters: first page, a page far behind, searches that find one, some and many.</summary>
    /// <param name="db">The filled database.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="connection">Connection id.</param>
    /// <param name="isPostgres">Whether it is PostgreSQL.</param>
    /// <param name="data">What it holds.</param>
    /// <param name="now">When it was filled, in milliseconds.</param>
    public static async Task<IReadOnlyList<Question>> AllAsync(DbConnection db, string environment, string connection, bool isPostgres, ScaleData data, long now)
    {
        var user = ScaleData.UserId(data.SignIns / 6 + 3);
        var (username, email, handle, subject) = await db.QuerySingleAsync<(string, string, string, string)>(
            """
            SELECT u.username, u.email, i.handle, i.subject FROM users u JOIN linked_identities i ON i.user_id = u.user_id
            WHERE u.user_id > @user AND u.username IS NOT NULL AND u.email_verified = 1 ORDER BY u.user_id LIMIT 1
            """,
            new { user });
        var someone = await db.ExecuteScalarAsync<string>("SELECT user_id FROM users WHERE email_key = @email", new { email });
        var deep = await db.QuerySingleAsync<(long At, string Code)>("SELECT started_at, support_code FROM sign_ins WHERE started_at < @then ORDER BY started_at DESC LIMIT 1", new { then = now - (27L * 86_400_000) });
        return [.. Users(environment, connection, isPostgres, user, username, email, handle, subject), .. SignIns(environment, isPostgres, someone!, email, handle, deep, now), .. Events(environment, now)];
    }

    private static IEnumerable<Question> Users(string environment, string connection, bool isPostgres, string deep, string username, string email, string handle, string subject)
    {
        Question All(string name, string query, UserStatus? status, bool byConnection, string after) => new(
            $"users: {name}",
            $"/users{Query(query, after.Length == 0 ? null : Cursor(after))}",
            [UserSearch.All(status, byConnection, isPostgres)],
            new { environment, connection, after, limit = Limit });
        Question Search(string name, string q, UserStatus? status = null, bool byConnection = false) => new(
            $"users: {name}",
            $"/users{Query($"q={Uri.EscapeDataString(q)}{(status is null ? "" : "&status=blocked")}{(byConnection ? "&connection=x" : "")}", null)}",
            [.. Enumerable.Range(0, 4).Select(stage => UserSearch.Stage(stage, isPostgres, status, byConnection))],
            new
            {
                environment,
                connection,
                query = q,
                limit = Limit,
                key = q.TrimStart('@').ToLowerInvariant(),
                after = "",
                name = q.ToLowerInvariant(),
                nameEnd = q.ToLowerInvariant() + "\U0010FFFF",
                mail = q.ToLowerInvariant(),
                mailEnd = q.ToLowerInvariant() + "\U0010FFFF",
                handle = q.TrimStart('@').ToLowerInvariant(),
                handleEnd = q.TrimStart('@').ToLowerInvariant() + "\U0010FFFF",
            });
        return
        [
            All("first page", "", null, false, ""),
            All("a page in the middle", "", null, false, deep),
            All("blocked", "status=blocked", UserStatus.Blocked, false, ""),
            All("blocked, in the middle", "status=blocked", UserStatus.Blocked, false, deep),
            All("of a connection", "connection=x", null, true, ""),
            All("of a connection, in the middle", "connection=x", null, true, deep),
            All("blocked, of a connection", "connection=x&status=blocked", UserStatus.Blocked, true, ""),
            Search("by user name", username),
            Search("by email", email),
            Search("by handle", "@" + handle),
            Search("by X id", subject),
            Search("by the beginning of many names", "an"),
            Search("by one letter", "m"),
            Search("by a name that nobody has", "nobody-has-this"),
            Search("by the beginning of many names, blocked", "an", UserStatus.Blocked),
            Search("by the beginning of many names, of a connection", "an", null, true),
        ];
    }

    private static IEnumerable<Question> SignIns(string environment, bool isPostgres, string user, string email, string handle, (long At, string Code) deep, long now)
    {
        var day = now - (10L * 86_400_000);
        Question Of(string name, string query, SignInFilter filter, string? by = null, string? text = null, string[]? users = null) => new(
            $"sign-ins: {name}",
            $"/sign-ins{Query(query, filter.After is { } after ? Cursor($"{after.StartedAt.ToString(CultureInfo.InvariantCulture)}|{after.SupportCode}") : null)}",
            [SignInQuery.Statement(filter, by)],
            new
            {
                environment,
                code = text,
                users = users ?? [],
                handle = text,
                handleEnd = text + "\U0010FFFF",
                filter.Application,
                filter.Connection,
                filter.ErrorCode,
                outcome = filter.Outcome == "abandoned" ? "running" : filter.Outcome,
                abandoned = now - 1_800_000,
                from = filter.From?.ToUnixTimeMilliseconds(),
                to = filter.To?.ToUnixTimeMilliseconds(),
                at = filter.After?.StartedAt,
                after = filter.After?.SupportCode,
                limit = Limit,
            });
        var (from, to) = (DateTimeOffset.FromUnixTimeMilliseconds(day), DateTimeOffset.FromUnixTimeMilliseconds(day + 86_400_000));
        var time = $"from={from:yyyy-MM-dd'T'HH:mm:ss'Z'}&to={to:yyyy-MM-dd'T'HH:mm:ss'Z'}";
        return
        [
            Of("first page", "", new()),
            Of("a page far behind", "", new() { After = deep }),
            Of("by support code", $"q={deep.Code}", new(), SignInQuery.ByCode, deep.Code),
            Of("by person", $"q={user}", new(), SignInQuery.ByUsers(isPostgres), null, [user]),
            Of("by email", $"q={Uri.EscapeDataString(email)}", new(), SignInQuery.ByUsers(isPostgres), null, [user]),
            Of("by handle", $"q=@{handle}", new(), SignInQuery.ByHandle, handle),
            Of("by the beginning of many handles", "q=an", new(), SignInQuery.ByHandle, "an"),
            Of("by one letter", "q=m", new(), SignInQuery.ByHandle, "m"),
            Of("by the beginning of some handles", "q=anna_12", new(), SignInQuery.ByHandle, "anna_12"),
            Of("by a handle that nobody has", "q=nobody-has-this", new(), SignInQuery.ByHandle, "nobody-has-this"),
            Of("of an application", "application=shop", new() { Application = "shop" }),
            Of("of an application, far behind", "application=spa", new() { Application = "spa", After = deep }),
            Of("of an application that has none", "application=nobody", new() { Application = "nobody" }),
            Of("of a connection", "connection=x", new() { Connection = "x" }),
            .. new[] { "ok", "failed", "refused", "abandoned", "running" }.Select(outcome => Of(outcome, $"outcome={outcome}", new() { Outcome = outcome })),
            Of("failed, far behind", "outcome=failed", new() { Outcome = "failed", After = deep }),
            Of("of a day", time, new() { From = from, To = to }),
            Of("failed, of a day", $"outcome=failed&{time}", new() { Outcome = "failed", From = from, To = to }),
            Of("failed, of an application", "outcome=failed&application=spa", new() { Outcome = "failed", Application = "spa" }),
            Of("refused, of an application that has none", "outcome=refused&application=nobody", new() { Outcome = "refused", Application = "nobody" }),
            Of("with a code", "error_code=X-102", new() { ErrorCode = "X-102" }),
            Of("failed, by the beginning of many handles", "outcome=failed&q=an", new() { Outcome = "failed" }, SignInQuery.ByHandle, "an"),
        ];
    }

    private static IEnumerable<Question> Events(string environment, long now)
    {
        Question Of(string name, string query, AuditFilter filter, long before = long.MaxValue) => new(
            $"audit events: {name}",
            $"/audit-events{Query(query, before == long.MaxValue ? null : Cursor(before.ToString(CultureInfo.InvariantCulture)))}",
            [AuditLog.Statement(filter)],
            new
            {
                environment,
                before,
                limit = Limit,
                filter.Target,
                filter.Action,
                filter.Caller,
                From = filter.From?.ToUnixTimeMilliseconds(),
                To = filter.To?.ToUnixTimeMilliseconds(),
                AuditLog.ClockSkew,
            });
        var (from, to) = (DateTimeOffset.FromUnixTimeMilliseconds(now - (300L * 86_400_000)), DateTimeOffset.FromUnixTimeMilliseconds(now - (299L * 86_400_000)));
        string Text(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return
        [
            Of("first page", "", new()),
            Of("a page far behind", "", new(), 1_000_500),
            Of("of a target", "target=application:shop", new() { Target = "application:shop" }),
            Of("of a target that has none", "q=user:nobody", new() { Target = "user:nobody" }),
            Of("of an action", "action=application.changed", new() { Action = "application.changed" }),
            Of("of a caller", "caller=application:backoffice", new() { Caller = "application:backoffice" }),
            Of("of a caller that did nothing", "caller=application:nobody", new() { Caller = "application:nobody" }),
            Of("since a day", $"from={Text(from)}", new() { From = from }),
            Of("until a day", $"to={Text(to)}", new() { To = to }),
            Of("of a day", $"from={Text(from)}&to={Text(to)}", new() { From = from, To = to }),
            Of("of a day and a caller", $"from={Text(from)}&to={Text(to)}&caller=application:backoffice", new() { From = from, To = to, Caller = "application:backoffice" }),
        ];
    }

    private static string Cursor(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Query(string query, string? cursor)
    {
        var parts = new[] { query, cursor is null ? "" : $"cursor={cursor}" }.Where(part => part.Length > 0).ToArray();
        return parts.Length == 0 ? "" : "?" + string.Join('&', parts);
    }
}
