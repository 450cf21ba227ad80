using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Dapper;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Sessions;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>What leaves the server about users: everything about one person, or all users as lines that can be imported again. Neither holds a secret; each leaves an event before it is given out (threats L05).</summary>
internal sealed class UserExports(Database database, SessionStore sessions, AuditLog audit, TimeProvider time)
{
    /// <summary>Most users of a page of lines.</summary>
    public const int MostLines = 1000;

    private const int MostRows = 1000;
    private const int MostOctets = 4 * 1024 * 1024;

    // One line per user, names as people write them.
    private static readonly JsonTypeInfo<UserImport> Line = new XeniosJson(new JsonSerializerOptions(XeniosJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).UserImport;

    /// <summary>Everything that is held about a person.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="environment">Where.</param>
    /// <param name="user">User id.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<UserExport, Problem>> PersonAsync(Caller caller, EnvironmentSnapshot environment, string user, CancellationToken ct)
    {
        var open = await sessions.ListAsync(environment.Id, user, ct);
        var found = await database.ReadAsync<Result<UserExport, Problem>>(
            async db =>
            {
                var parameters = new { environment = environment.Id, user, now = time.GetUtcNow().ToUnixTimeMilliseconds() };
                if (await UserRow.FindAsync(db, null, environment.Id, user) is not { } row)
                {
                    return Problem.NotFound("user");
                }

                const string Theirs = "environment_id = @environment AND (user_id = @user OR user_id IN (SELECT subject FROM guests WHERE environment_id = @environment AND user_id = @user))";
                var subjects = await db.QueryAsync<string>($"SELECT subject FROM guests WHERE environment_id = @environment AND user_id = @user ORDER BY subject LIMIT {MostRows}", parameters);
                var identities = await db.QueryAsync<IdentityRow>($"{UserAccessAdmin.SelectIdentities} AND user_id = @user ORDER BY linked_at, identity_id LIMIT {MostRows}", parameters);
                var handles = await db.QueryAsync<(string Handle, long From, long? Until)>(
                    $"SELECT handle, seen_from, seen_until FROM identity_handles WHERE environment_id = @environment AND user_id = @user ORDER BY seen_from, handle LIMIT {MostRows}", parameters);
                var consents = await db.QueryAsync<(string Client, string Resource, string Scopes, long GrantedAt)>(
                    $"SELECT client_id, resource, scopes, granted_at FROM consents WHERE {Theirs} ORDER BY client_id, resource LIMIT {MostRows}", parameters);
                var grants = await db.QueryAsync<(string Client, string Scopes, long AuthTime, long ExpiresAt)>(
                    $"SELECT client_id, scopes, auth_time, expires_at FROM token_families WHERE {Theirs} AND revoked_at IS NULL AND expires_at > @now ORDER BY auth_time LIMIT {MostRows}", parameters);
                return new UserExport
                {
                    User = row.ToView(environment),
                    Subjects = subjects.AsList(),
                    Identities = [.. identities.Select(identity => identity.ToView(environment, withEmail: true))],
                    Handles = [.. handles.Select(handle => new HandleView(handle.Handle, UserRow.Time(handle.From), handle.Until is { } until ? UserRow.Time(until) : null))],
                    Sessions = [.. open.Select(ToView)],
                    Consents = [.. consents.Select(consent => new ConsentView(consent.Client, consent.Resource, consent.Scopes, UserRow.Time(consent.GrantedAt)))],
                    Grants = [.. grants.Select(grant => new GrantView(grant.Client, grant.Scopes, UserRow.Time(grant.AuthTime), UserRow.Time(grant.ExpiresAt)))],
                };
            },
            ct);
        if (found.TryGet(out _, out _))
        {
            await NoteAsync(caller, "user.exported", UserAdmin.Target(user), null, ct);
        }

        return found;
    }

    /// <summary>The live sessions of a user.</summary>
    /// <param name="environment">Where.</param>
    /// <param name="user">User id.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<SessionList, Problem>> SessionsAsync(EnvironmentSnapshot environment, string user, CancellationToken ct)
    {
        var open = await sessions.ListAsync(environment.Id, user, ct);
        return open.Count == 0 && await database.ReadAsync(db => UserRow.FindAsync(db, null, environment.Id, user), ct) is null
            ? Problem.NotFound("user")
            : new SessionList([.. open.Select(ToView)]);
    }

    /// <summary>A page of users as lines. Every page has its event: a cursor can be made up, so there is no first page that all must come by.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="environment">Where.</param>
    /// <param name="after">Id of the last user of the page before; null for the first page.</param>
    /// <param name="limit">Most users, 1 to <see cref="MostLines"/>.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The lines, about 4 MiB at most, and the last user's id where there may be more.</returns>
    public async Task<(ReadOnlyMemory<byte> Lines, string? Next)> LinesAsync(Caller caller, EnvironmentSnapshot environment, string? after, int limit, CancellationToken ct)
    {
        var (lines, users, next) = await database.ReadAsync(db => ReadLinesAsync(db, environment, after, limit), ct);
        await NoteAsync(caller, "users.exported", "users", new JsonObject { ["users"] = users, ["after"] = after }, ct);
        return (lines, next);
    }

    private async Task<(ReadOnlyMemory<byte> Lines, int Users, string? Next)> ReadLinesAsync(DbConnection db, EnvironmentSnapshot environment, string? after, int limit)
    {
        var rows = (await db.QueryAsync<UserRow>(UserSearch.All(null, false, database.IsPostgres), new { environment = environment.Id, after = after ?? "", limit })).AsList();
        if (rows.Count == 0)
        {
            return (ReadOnlyMemory<byte>.Empty, 0, null);
        }

        var identities = (await db.QueryAsync<IdentityRow>(
            $"{UserAccessAdmin.SelectIdentities} AND user_id >= @first AND user_id <= @last ORDER BY user_id, linked_at",
            new { environment = environment.Id, first = rows[0].Id, last = rows[^1].Id })).ToLookup(identity => identity.UserId, StringComparer.Ordinal);
        using var lines = new MemoryStream();
        for (var i = 0; i < rows.Count; i++)
        {
            JsonSerializer.Serialize(lines, ToLine(rows[i], identities[rows[i].Id], environment), Line);
            lines.WriteByte((byte)'\n');
            if (lines.Length > MostOctets && i < rows.Count - 1)
            {
                return (lines.ToArray(), i + 1, rows[i].Id);
            }
        }

        return (lines.ToArray(), rows.Count, rows.Count == limit ? rows[^1].Id : null);
    }

    private Task<bool> NoteAsync(Caller caller, string action, string target, JsonObject? what, CancellationToken ct) => database.WriteAsync(
        async scope =>
        {
            await audit.WriteAsync(scope, caller, action, target, null, what);
            return true;
        },
        ct);

    private static UserImport ToLine(UserRow row, IEnumerable<IdentityRow> identities, EnvironmentSnapshot environment)
    {
        var user = row.ToResource();
        return new UserImport
        {
            Id = row.Id,
            Username = user.Username,
            Email = user.Email,
            EmailVerified = user.Email is null ? null : user.EmailVerified,
            Status = user.Status,
            SignInToLink = user.SignInToLink == true ? true : null,
            Attributes = user.Attributes is { Count: > 0 } attributes ? attributes : null,
            Identities = [.. identities.Select(identity => new IdentityResource { Connection = UserRow.SlugOf(environment, identity.Connection), Subject = identity.Subject, Handle = identity.Handle })],
        };
    }

    private static SessionView ToView(Session session) => new()
    {
        Id = session.Id,
        Host = session.Host,
        Connection = session.Connection,
        AuthTime = session.AuthTime,
        LastUsedAt = session.LastUsedAt,
        ExpiresAt = session.ExpiresAt,
    };
}
