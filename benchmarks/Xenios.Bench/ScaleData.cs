using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Dapper;

namespace Xenios.Bench;

/// <summary>Fills a database as a big installation would look after two years: people, identities, handles, the sign-ins of a month, the audit log.</summary>
/// <param name="isPostgres">Whether it is PostgreSQL; otherwise it is SQLite.</param>
/// <param name="people">Users.</param>
internal sealed class ScaleData(bool isPostgres, int people)
{
    /// <summary>Sign-ins: three to a user.</summary>
    public int SignIns => people * 3;

    /// <summary>Audit events.</summary>
    public int Events => people / 4;

    private static readonly string[] FirstNames =
        ["ada", "alan", "amir", "anna", "ben", "bilal", "carla", "chen", "cleo", "dana", "dev", "elif", "emma", "eva", "finn", "grace", "hana", "ida", "igor", "ines", "jan", "jonas", "kai", "kim", "lea",
         "leo", "lina", "luca", "maja", "marie", "max", "mia", "nina", "noah", "olga", "omar", "paul", "pia", "rosa", "sam", "sara", "theo", "tom", "uma", "vera", "wei", "yara", "yuki", "zoe"];

    private static readonly string[] LastNames =
        ["adams", "baker", "berg", "braun", "costa", "diaz", "evans", "fischer", "garcia", "hansen", "huber", "ito", "jensen", "khan", "kim", "klein", "kowalski", "lange", "lopez", "martin", "meyer",
         "moore", "nakamura", "novak", "olsen", "patel", "petrov", "quinn", "reyes", "rossi", "santos", "sato", "schmidt", "silva", "singh", "smith", "tanaka", "torres", "urban", "vogel", "wagner",
         "walker", "wang", "weber", "wolf", "yilmaz", "young", "zhang"];

    private const string Hops =
        """
        [{"k":"asked","t":1,"v":{"application":"shop","scopes":"openid profile email"}},{"k":"page","t":2,"v":{"page":"S02","language":"en","last_used":"x"}},{"k":"sent","t":3,"v":{"connection":"x","protocol":"oauth2","protection":"state 43 characters, S256"}},{"k":"back","t":4,"d":3570,"v":{"connection":"x","with":"a code"}},{"k":"exchange","t":5,"d":150,"v":{"connection":"x","status":"200","granted":"tweet.read users.read users.email"}},{"k":"profile","t":6,"d":170,"v":{"connection":"x","status":"200","handle":"@somebody","id":"2244994945","email":"present"}},{"k":"rule","t":7,"v":{"code":"known","why":"the identity is known"}},{"k":"tokens","t":8,"v":{"application":"shop"}}]
        """;

    /// <summary>Fills it.</summary>
    /// <param name="db">An open connection to a database with the schema and nothing in it but the default environment and its connection.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="connection">Connection id.</param>
    /// <param name="now">The present, in milliseconds.</param>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> FillAsync(DbConnection db, string environment, string connection, long now)
    {
        var clock = Stopwatch.StartNew();
        var values = new { environment, connection, now, Hops, month = 30L * 86_400_000, years = 730L * 86_400_000, people, signIns = SignIns, events = Events };
        foreach (var statement in Statements())
        {
            await db.ExecuteAsync(statement, values, commandTimeout: 3600);
        }

        return clock.Elapsed;
    }

    /// <summary>User id of a number.</summary>
    /// <param name="n">1 to the number of people.</param>
    public static string UserId(long n) => string.Create(CultureInfo.InvariantCulture, $"usr_{n:D9}");

    // Numbers that look like chance and are the same in each run.
    private static string Mixed(string n, int range) => $"(({n} * 2654435761) % 1000003) % {range}";

    private IEnumerable<string> Statements()
    {
        string Padded(string n) => isPostgres ? $"LPAD(({n})::text, 9, '0')" : $"printf('%09d', {n})";
        string Hex(string n) => isPostgres ? $"UPPER(LPAD(TO_HEX({n}), 10, '0'))" : $"printf('%010X', {n})";
        string Numbers(string count) => isPostgres
            ? $"(SELECT n FROM generate_series(1, {count}::bigint) AS g(n)) g"
            : $"(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {count}) SELECT n FROM c) g";
        var octets = isPostgres ? $"decode(LPAD(TO_HEX(n), 64, '0'), 'hex')" : "randomblob(32)";
        if (isPostgres)
        {
            yield return "SET synchronous_commit = off";
        }

        yield return "CREATE TEMP TABLE first_names (i BIGINT PRIMARY KEY, name TEXT)";
        yield return "CREATE TEMP TABLE last_names (i BIGINT PRIMARY KEY, name TEXT)";
        yield return $"INSERT INTO first_names VALUES {string.Join(", ", FirstNames.Index().Select(one => $"({one.Index}, '{one.Item}')"))}";
        yield return $"INSERT INTO last_names VALUES {string.Join(", ", LastNames.Index().Select(one => $"({one.Index}, '{one.Item}')"))}";
        var named = $"{Numbers("@people")} JOIN first_names f ON f.i = {Mixed("n", FirstNames.Length)} JOIN last_names l ON l.i = {Mixed("(n + 7)", LastNames.Length)}";
        var domain = "CASE n % 5 WHEN 0 THEN 'gmail.com' WHEN 1 THEN 'outlook.com' WHEN 2 THEN 'example.org' WHEN 3 THEN 'mail.example.net' ELSE 'example.com' END";
        yield return $$"""
            INSERT INTO users (environment_id, user_id, status, username, username_key, email, email_key, email_verified, email_verified_by, password_hash, attributes, created_at, updated_at)
            SELECT @environment, 'usr_' || {{Padded("n")}}, CASE WHEN n % 200 = 0 THEN 'blocked' ELSE 'active' END,
                CASE WHEN n % 10 < 7 THEN f.name || '.' || l.name || n END, CASE WHEN n % 10 < 7 THEN f.name || '.' || l.name || n END,
                CASE WHEN n % 10 > 1 THEN f.name || '.' || l.name || n || '@' || {{domain}} END, CASE WHEN n % 10 > 1 THEN f.name || '.' || l.name || n || '@' || {{domain}} END,
                CASE WHEN n % 10 > 2 THEN 1 ELSE 0 END, CASE WHEN n % 10 > 2 THEN 'x' END, CASE WHEN n % 3 = 0 THEN '$pbkdf2-sha256$i=600000$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g' END,
                '{"name":"' || f.name || ' ' || l.name || '","picture":"https://pbs.twimg.com/profile_images/1/' || n || '.jpg","locale":"en"}', @now - @years + n * (@years / @people), @now
            FROM {{named}}
            """;
        yield return $"""
            INSERT INTO linked_identities (environment_id, identity_id, user_id, connection_id, connector, issuer, subject, handle, email, linked_at, last_used_at)
            SELECT @environment, 'idn_' || {Padded("n")}, 'usr_' || {Padded("n")}, @connection, 'x', 'https://x.com', CAST(1000000000000000000 + n * 7919 AS TEXT), SUBSTR(f.name, 1, 6) || '_' || n, NULL, @now - @years + n * (@years / @people), @now
            FROM {named} WHERE n % 10 < 8
            """;
        yield return $"""
            INSERT INTO identity_handles (environment_id, identity_id, connection_id, issuer, handle, handle_key, seen_from, seen_until, user_id)
            SELECT @environment, 'idn_' || {Padded("n")}, @connection, 'https://x.com', SUBSTR(f.name, 1, 6) || '_' || n, SUBSTR(f.name, 1, 6) || '_' || n, @now - @years, NULL, 'usr_' || {Padded("n")}
            FROM {named} WHERE n % 10 < 8
            """;

        // Some people come every day, most now and then: a tenth of them make half of the sign-ins.
        yield return $"CREATE TEMP TABLE comers AS SELECT n, CASE WHEN n % 2 = 0 THEN 1 + (n * 387420489) % (@people / 10) ELSE 1 + (n * 387420489) % @people END AS who FROM {Numbers("@signIns")}";
        yield return $"""
            INSERT INTO sign_ins (environment_id, support_code, client_id, connection, user_id, handle, handle_key, outcome, error_code, started_at, ended_at, hops)
            SELECT @environment, {Hex("(n * 387420489) % 1099511627776")}, CASE WHEN n % 10 < 7 THEN 'shop' WHEN n % 10 < 9 THEN 'other' ELSE 'spa' END, CASE WHEN n % 20 = 0 THEN NULL ELSE 'x' END,
                CASE WHEN n % 100 < 92 THEN 'usr_' || {Padded("who")} END, SUBSTR(f.name, 1, 6) || '_' || who, SUBSTR(f.name, 1, 6) || '_' || who,
                CASE WHEN n % 100 < 92 THEN 'ok' WHEN n % 100 < 96 THEN 'failed' WHEN n % 100 < 99 THEN 'refused' ELSE 'running' END,
                CASE WHEN n % 100 < 92 THEN NULL WHEN n % 100 < 96 THEN 'X-110' WHEN n % 100 < 99 THEN 'access_denied' END,
                @now - @month + n * @month / @signIns, CASE WHEN n % 100 < 99 THEN @now - @month + n * @month / @signIns + 1310 END, @Hops
            FROM comers JOIN first_names f ON f.i = {Mixed("who", FirstNames.Length)}
            """;
        yield return $"""
            INSERT INTO audit_events (environment_id, sequence, at, caller, action, target, before_json, after_json, content_hash, previous_hash, hash)
            SELECT @environment, 1000000 + n, @now - @years + n * @years / @events, CASE WHEN n % 1000 = 0 THEN 'application:backoffice' WHEN n % 3 = 0 THEN 'application:sync' ELSE 'operator' END,
                CASE WHEN n % 500 = 0 THEN 'application.changed' WHEN n % 7 = 0 THEN 'user.blocked' ELSE 'user.changed' END, CASE WHEN n % 500 = 0 THEN 'application:shop' ELSE 'user:usr_' || {Padded("1 + (n * 7919) % @people")} END,
                NULL, '{"{"}"status":"active"{"}"}', {octets}, {octets}, {octets}
            FROM {Numbers("@events")}
            """;
        yield return "UPDATE environments SET audit_sequence = 1000000 + @events";
        if (isPostgres)
        {
            yield return "VACUUM (ANALYZE)";
        }
    }
}
