using System.Data.Common;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Management;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>
/// Lists of users, a page at a time and each page by an index, however many there are: all of them by id; or those whose user name, address or X handle begins
/// with something, in this order and alphabetically, after those that an id names exactly.
/// </summary>
internal sealed class UserSearch(Database database)
{
    private const int Exact = 0;
    private const int ByUsername = 1;
    private const int ByEmail = 2;
    private const int ByHandle = 3;

    private const string ByStatus = " INDEXED BY users_status";

    // Above every character of UTF-8.
    private const string End = "\U0010FFFF";

    /// <summary>One page.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="listing">What is asked for.</param>
    /// <param name="status">Only users of this status; null for all.</param>
    /// <param name="connection">Only users with an identity of this connection, by its id; null for all.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The users and the cursor's key; null when the listing's cursor is of another list.</returns>
    public Task<(IReadOnlyList<UserRow> Users, string? Next)?> FindAsync(string environment, Listing listing, UserStatus? status, string? connection, CancellationToken ct) => database.ReadAsync(
        async db => listing.Query is null
            ? await AllAsync(db, environment, listing, status, connection)
            : await SearchAsync(db, environment, listing, listing.Query, status, connection),
        ct);

    /// <summary>The statement that lists all users.</summary>
    /// <param name="status">Status, or null.</param>
    /// <param name="connection">Whether only users of one connection are wanted.</param>
    /// <param name="isPostgres">Whether it is for PostgreSQL; SQLite, which keeps no figures about values, has to be told its index.</param>
    internal static string All(UserStatus? status, bool connection, bool isPostgres) => connection && status != UserStatus.Blocked
        ? $"""
           SELECT {UserRow.Columns} FROM linked_identities f JOIN users u ON u.environment_id = f.environment_id AND u.user_id = f.user_id
           WHERE f.environment_id = @environment AND f.connection_id = @connection AND f.user_id > @after AND u.user_id > @after{Filter(status, false)} ORDER BY f.user_id LIMIT @limit
           """
        : $"SELECT {UserRow.Columns} FROM users u{(status is null || isPostgres ? "" : ByStatus)} WHERE u.environment_id = @environment AND u.user_id > @after{Filter(status, connection)} ORDER BY u.user_id LIMIT @limit";

    /// <summary>The statement of one stage of a search.</summary>
    /// <param name="stage">Which stage.</param>
    /// <param name="isPostgres">Whether it is for PostgreSQL, whose order must be said to be that of the characters.</param>
    /// <param name="status">Status, or null.</param>
    /// <param name="connection">Whether only users of one connection are wanted.</param>
    internal static string Stage(int stage, bool isPostgres, UserStatus? status, bool connection)
    {
        var plain = isPostgres ? " COLLATE \"C\"" : "";
        var (name, mail, handle) = ($"u.username_key{plain}", $"u.email_key{plain}", $"h.handle_key{plain}");
        var filter = Filter(status, connection);

        // The blocked ones are few, whatever they are called.
        var users = status == UserStatus.Blocked && !isPostgres ? "users u" + ByStatus : "users u";

        // Whoever an earlier stage has shown is not shown again.
        var notByName = $"AND NOT COALESCE({name} >= @name AND {name} < @nameEnd, FALSE)";
        return stage switch
        {
            Exact => $"""
                SELECT {UserRow.Columns}, '' AS MatchedKey, u.user_id AS MatchedId FROM users u WHERE u.environment_id = @environment AND u.user_id IN (
                    SELECT @query UNION SELECT e.user_id FROM linked_identities e WHERE e.environment_id = @environment AND e.subject = @query){filter}
                ORDER BY u.user_id LIMIT @limit
                """,
            ByUsername => $"""
                SELECT {UserRow.Columns}, u.username_key AS MatchedKey, u.user_id AS MatchedId FROM {users}
                WHERE u.environment_id = @environment AND {name} >= @name AND {name} < @nameEnd AND ({name}, u.user_id) > (@key, @after){filter}
                ORDER BY {name}, u.user_id LIMIT @limit
                """,
            ByEmail => $"""
                SELECT {UserRow.Columns}, u.email_key AS MatchedKey, u.user_id AS MatchedId FROM {users}
                WHERE u.environment_id = @environment AND {mail} >= @mail AND {mail} < @mailEnd AND ({mail}, u.user_id) > (@key, @after) {notByName}{filter}
                ORDER BY {mail}, u.user_id LIMIT @limit
                """,
            _ => $"""
                SELECT {UserRow.Columns}, h.handle_key AS MatchedKey, h.identity_id AS MatchedId FROM identity_handles h
                JOIN linked_identities l ON l.environment_id = h.environment_id AND l.identity_id = h.identity_id
                JOIN users u ON u.environment_id = l.environment_id AND u.user_id = l.user_id
                WHERE h.environment_id = @environment AND h.seen_until IS NULL AND {handle} >= @handle AND {handle} < @handleEnd
                  AND ({handle}, h.identity_id) > (@key, @after) {notByName} AND NOT COALESCE({mail} >= @mail AND {mail} < @mailEnd, FALSE)
                  AND NOT EXISTS (SELECT 1 FROM linked_identities o JOIN identity_handles p ON p.environment_id = o.environment_id AND p.identity_id = o.identity_id
                      WHERE o.environment_id = u.environment_id AND o.user_id = u.user_id AND p.seen_until IS NULL AND p.handle_key{plain} >= @handle
                        AND (p.handle_key{plain} < {handle} OR (p.handle_key = h.handle_key AND p.identity_id < h.identity_id))){filter}
                ORDER BY {handle}, h.identity_id LIMIT @limit
                """,
        };
    }

    // A closed value; as a literal it lets PostgreSQL know how many there are.
    private static string Filter(UserStatus? status, bool connection) =>
        (status is { } wanted ? $" AND u.status = '{WireName.Of(wanted)}'" : "")
        + (connection ? " AND EXISTS (SELECT 1 FROM linked_identities f WHERE f.environment_id = u.environment_id AND f.user_id = u.user_id AND f.connection_id = @connection)" : "");

    private async Task<(IReadOnlyList<UserRow> Users, string? Next)?> AllAsync(DbConnection db, string environment, Listing listing, UserStatus? status, string? connection)
    {
        var rows = (await db.QueryAsync<UserRow>(All(status, connection is not null, database.IsPostgres), new { environment, connection, after = listing.After ?? "", limit = listing.Limit + 1 })).AsList();
        return rows.Count > listing.Limit ? (rows[..listing.Limit], rows[listing.Limit - 1].Id) : (rows, null);
    }

    private async Task<(IReadOnlyList<UserRow> Users, string? Next)?> SearchAsync(
        DbConnection db, string environment, Listing listing, string query, UserStatus? status, string? connection)
    {
        var (stage, key, after) = (Exact, "", "");
        if (listing.After is { } cursor)
        {
            if (cursor.Split('\n') is not [[>= '1' and <= '3'] number, { } lastKey, { } lastId])
            {
                return null;
            }

            (stage, key, after) = (number[0] - '0', lastKey, lastId);
        }

        // The exact ones are few; later pages leave them out.
        var parameters = new DynamicParameters(new { environment, connection, query, limit = listing.Limit + 1 });
        Add(parameters, "name", query.ToLowerInvariant());
        Add(parameters, "mail", EmailAddress.Parse(query)?.Key ?? query.ToLowerInvariant());
        Add(parameters, "handle", query.TrimStart('@').ToLowerInvariant());
        parameters.Add("key", "");
        parameters.Add("after", "");
        string[] beginnings = ["", parameters.Get<string>("name"), parameters.Get<string>("mail"), parameters.Get<string>("handle")];
        var exact = (await db.QueryAsync<Match>(Stage(Exact, database.IsPostgres, status, connection is not null), parameters)).Take(listing.Limit).ToList();
        var found = stage == Exact ? exact.Select(row => (Stage: Exact, Row: row)).ToList() : [];
        var known = exact.Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
        for (var next = Math.Max(stage, ByUsername); next <= ByHandle && found.Count <= listing.Limit; next++)
        {
            // Never before the first that fits: PostgreSQL begins where this says, and would walk everything up to there.
            parameters.Add("key", next == stage && key.Length > 0 ? key : beginnings[next]);
            parameters.Add("after", next == stage ? after : "");
            parameters.Add("limit", listing.Limit + 1 - found.Count + exact.Count);
            found.AddRange((await db.QueryAsync<Match>(Stage(next, database.IsPostgres, status, connection is not null), parameters))
                .Where(row => !known.Contains(row.Id)).Select(row => (next, row)));
        }

        if (found.Count <= listing.Limit)
        {
            return ([.. found.Select(one => one.Row)], null);
        }

        var last = found[listing.Limit - 1];
        return ([.. found.Take(listing.Limit).Select(one => one.Row)], last.Stage == Exact ? $"{ByUsername}\n\n" : $"{last.Stage}\n{last.Row.MatchedKey}\n{last.Row.MatchedId}");
    }

    private static void Add(DynamicParameters parameters, string name, string beginning)
    {
        parameters.Add(name, beginning);
        parameters.Add(name + "End", beginning + End);
    }

    private sealed record Match : UserRow
    {
        public string MatchedKey { get; init; } = "";

        public string MatchedId { get; init; } = "";
    }
}
