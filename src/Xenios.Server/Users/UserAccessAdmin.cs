using System.Text.Json.Nodes;
using Dapper;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Administrators;
using Xenios.Server.Audit;
using Xenios.Server.Connections;
using Xenios.Server.Connectors;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Resources;
using Xenios.Server.Sessions;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>How a user comes in and where the person is signed in: what administrators see and change of it.</summary>
internal sealed class UserAccessAdmin(Database database, IdentityAdmin identities, SignOut signOut, AuditLog audit)
{
    /// <summary>The statement that reads identities; a condition follows.</summary>
    public const string SelectIdentities =
        """
        SELECT identity_id AS Id, user_id AS UserId, connection_id AS Connection, issuer AS Issuer, subject AS Subject, handle AS Handle, email AS Email,
               linked_at AS LinkedAt, last_used_at AS LastUsedAt FROM linked_identities
        WHERE environment_id = @environment
        """;

    private const int MostHandles = 100;

    /// <summary>The identities of a user: one read.</summary>
    /// <param name="environment">Where.</param>
    /// <param name="user">User id.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<Result<IdentityList, Problem>> IdentitiesAsync(EnvironmentSnapshot environment, string user, CancellationToken ct) => database.ReadAsync<Result<IdentityList, Problem>>(
        async db =>
        {
            var rows = (await db.QueryAsync<IdentityRow>($"{SelectIdentities} AND user_id = @user ORDER BY linked_at, identity_id", new { environment = environment.Id, user })).AsList();
            return rows.Count == 0 && await UserRow.FindAsync(db, null, environment.Id, user) is null
                ? Problem.NotFound("user")
                : new IdentityList([.. rows.Select(row => row.ToView(environment))]);
        },
        ct);

    /// <summary>The handles that an identity had: one read.</summary>
    /// <param name="environment">Where.</param>
    /// <param name="user">User id.</param>
    /// <param name="identity">Identity id.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<Result<HandleList, Problem>> HandlesAsync(EnvironmentSnapshot environment, string user, string identity, CancellationToken ct) => database.ReadAsync<Result<HandleList, Problem>>(
        async db =>
        {
            var known = await db.ExecuteScalarAsync<long>(
                "SELECT COUNT(*) FROM linked_identities WHERE environment_id = @Id AND identity_id = @identity AND user_id = @user", new { environment.Id, identity, user });
            if (known == 0)
            {
                return Problem.NotFound("identity");
            }

            var rows = await db.QueryAsync<(string Handle, long From, long? Until)>(
                $"""
                SELECT handle, seen_from, seen_until FROM identity_handles WHERE environment_id = @Id AND identity_id = @identity
                ORDER BY CASE WHEN seen_until IS NULL THEN 0 ELSE 1 END, seen_from DESC LIMIT {MostHandles}
                """,
                new { environment.Id, identity });
            return new HandleList([.. rows.Select(row => new HandleView(row.Handle, UserRow.Time(row.From), row.Until is { } until ? UserRow.Time(until) : null))]);
        },
        ct);

    /// <summary>Connects an identity with a user at an administrator's word; every session of the user ends (threats A03).</summary>
    /// <param name="caller">Who does it.</param>
    /// <param name="environment">Where.</param>
    /// <param name="user">User id.</param>
    /// <param name="resource">The identity.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public Task<Result<IdentityView, Problem>> LinkAsync(Caller caller, EnvironmentSnapshot environment, string user, IdentityResource resource, CancellationToken ct)
    {
        var errors = new List<FieldError>();
        IdentityRules.Check(new FieldScope(errors, ""), resource, environment);
        if (errors.Count > 0)
        {
            return Task.FromResult<Result<IdentityView, Problem>>(Problem.Refused(errors));
        }

        var connection = environment.Connections[resource.Connection!];
        return WriteAsync<IdentityView>(
            (caller, environment, user),
            async scope =>
            {
                if (await UserWriter.HoldAsync(environment.Id, user, scope) is null)
                {
                    return Problem.NotFound("user");
                }

                var isNew = await FindAsync(environment.Id, user, connection.Id, scope) is null;
                var linked = await identities.LinkAsync(environment.Id, user, connection, IdentityRules.ToExternal(resource, connection), replace: false, null, scope, used: false);
                if (!linked.TryGet(out _, out var code))
                {
                    return Refusal(code);
                }

                var view = (await FindAsync(environment.Id, user, connection.Id, scope))!.ToView(environment);
                if (isNew)
                {
                    await audit.WriteAsync(scope, caller, "identity.linked", UserAdmin.Target(user), null, Representation.AsObject(view, XeniosJson.Default.IdentityView));
                }

                return view;
            },
            ct);
    }

    /// <summary>Disconnects an identity, unless it is the last way in; every session of the user ends.</summary>
    /// <param name="caller">Who does it.</param>
    /// <param name="environment">Where.</param>
    /// <param name="user">User id.</param>
    /// <param name="identity">Identity id.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public Task<Result<IdentityChange, Problem>> UnlinkAsync(Caller caller, EnvironmentSnapshot environment, string user, string identity, CancellationToken ct) => WriteAsync<IdentityChange>(
        (caller, environment, user),
        async scope =>
        {
            var emailIsWayIn = environment.Clients.Values.Any(client => client.Methods.Contains(WireName.Of(SignInMethod.EmailCode), StringComparer.Ordinal));
            var unlinked = await identities.UnlinkAsync(environment.Id, user, identity, emailIsWayIn, null, scope);
            if (!unlinked.TryGet(out var change, out var code))
            {
                return Refusal(code);
            }

            await audit.WriteAsync(
                scope, caller, "identity.unlinked", UserAdmin.Target(user), new JsonObject { ["id"] = identity, ["connection"] = UserRow.SlugOf(environment, change.ConnectionId), ["handle"] = change.Handle }, null);
            return change;
        },
        ct);

    /// <summary>Ends one session with its grants, or all of a user; back-channel logout follows.</summary>
    /// <param name="caller">Who does it.</param>
    /// <param name="environment">Where.</param>
    /// <param name="user">User id.</param>
    /// <param name="session">Public id of the session; null for all.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>Null when it was done.</returns>
    public async Task<Problem?> EndSessionsAsync(Caller caller, EnvironmentSnapshot environment, string user, string? session, CancellationToken ct)
    {
        var ended = await WriteAsync<UserRow>(
            (caller, environment, user),
            async scope =>
            {
                if (await UserWriter.HoldAsync(environment.Id, user, scope) is not { } row)
                {
                    return Problem.NotFound("user");
                }

                var count = 1;
                if (session is null)
                {
                    count = await signOut.RevokeAllAsync(environment.Id, user, scope);
                }
                else if (!await signOut.RevokeAsync(environment.Id, user, session, scope))
                {
                    return Problem.NotFound("session");
                }

                await audit.WriteAsync(scope, caller, "session.ended", UserAdmin.Target(user), new JsonObject { ["session"] = session ?? "all", ["sessions"] = count }, null);

                return row;
            },
            ct);
        if (!ended.TryGet(out _, out var problem))
        {
            return problem;
        }

        signOut.Wake();
        return null;
    }

    private static Task<IdentityRow?> FindAsync(string environment, string user, string connection, WriteScope scope) => scope.Connection.QuerySingleOrDefaultAsync<IdentityRow?>(
        $"{SelectIdentities} AND user_id = @user AND connection_id = @connection", new { environment, user, connection }, scope.Transaction);

    private static Problem Refusal(string code) => code switch
    {
        IdentityAdmin.Unknown => Problem.NotFound("identity"),
        IdentityAdmin.LastWayIn => Problem.Conflict(code, "This is the person's last way in. Connect another identity or set a password first, or delete the user."),
        IdentityAdmin.OfAnotherAccount => Problem.Conflict(code, "This identity is connected with another user. Disconnect it there first."),
        IdentityAdmin.HasAnother => Problem.Conflict(code, "The user has another identity of this connection. Disconnect that one first."),
        _ => Problem.Conflict(code, "The user is blocked. Unblock the user first."),
    };

    private Task<Result<T, Problem>> WriteAsync<T>((Caller Caller, EnvironmentSnapshot Environment, string User) what, Func<WriteScope, Task<Result<T, Problem>>> write, CancellationToken ct)
        where T : class => database.WriteAsync(
        async scope =>
        {
            await AuditLog.HoldAsync(what.Caller, scope);
            var guarded = await AdministratorStore.GuardAsync(what.Caller, what.Environment.Id, what.User, scope);
            Result<T, Problem> result = guarded is not null ? guarded : await write(scope);
            if (!result.TryGet(out _, out _))
            {
                scope.Abandon();
            }

            return result;
        },
        ct);
}

/// <summary>A stored identity.</summary>
internal sealed class IdentityRow
{
    /// <summary>Identity id.</summary>
    public string Id { get; init; } = "";

    /// <summary>User id.</summary>
    public string UserId { get; init; } = "";

    /// <summary>Connection id.</summary>
    public string Connection { get; init; } = "";

    /// <summary>Upstream issuer.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Upstream subject.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Handle; null for none.</summary>
    public string? Handle { get; init; }

    /// <summary>Address the upstream gave; null for none.</summary>
    public string? Email { get; init; }

    /// <summary>When it was connected, in milliseconds.</summary>
    public long LinkedAt { get; init; }

    /// <summary>When it was last used, in milliseconds; 0 for never.</summary>
    public long LastUsedAt { get; init; }

    /// <summary>The identity as the management API shows it.</summary>
    /// <param name="environment">Its environment, which knows the connections.</param>
    /// <param name="withEmail">Whether the address is shown.</param>
    public IdentityView ToView(EnvironmentSnapshot environment, bool withEmail = false) => new()
    {
        Id = Id,
        Connection = UserRow.SlugOf(environment, Connection),
        Issuer = Issuer,
        Subject = Subject,
        Handle = Handle,
        Email = withEmail ? Email : null,
        LinkedAt = UserRow.Time(LinkedAt),
        LastUsedAt = LastUsedAt == 0 ? null : UserRow.Time(LastUsedAt),
    };
}

/// <summary>Which identities an administrator may name.</summary>
internal static class IdentityRules
{
    /// <summary>Refuses what is wrong with an identity.</summary>
    /// <param name="at">Where it stands.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="environment">Its environment.</param>
    public static void Check(FieldScope at, IdentityResource identity, EnvironmentSnapshot environment)
    {
        if (string.IsNullOrEmpty(identity.Connection))
        {
            at.Field("connection").Refuse(FieldCode.Required, "the slug of a connection is needed");
        }
        else if (!environment.Connections.TryGetValue(identity.Connection, out var connection))
        {
            at.Field("connection").Refuse(FieldCode.UnknownReference, "there is no such connection in this environment");
        }
        else if (connection.Kind != ConnectionKind.X)
        {
            at.Field("connection").Refuse(FieldCode.NotAllowed, "only identities of X can be named");
        }

        if (string.IsNullOrEmpty(identity.Subject))
        {
            at.Field("subject").Refuse(FieldCode.Required, "the id at the upstream is needed");
        }
        else if (identity.Subject.Length > 20 || identity.Subject[0] == '0' || !identity.Subject.All(char.IsAsciiDigit))
        {
            at.Field("subject").Refuse(FieldCode.Malformed, "an X id is a number of 1 to 20 digits, in quotes; never the handle");
        }

        if (identity.Handle is { } handle && (handle.Length is 0 or > 15 || !handle.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')))
        {
            at.Field("handle").Refuse(FieldCode.Malformed, "a handle is 1 to 15 of A–Z, a–z, 0–9 and _, without @");
        }
    }

    /// <summary>The identity that would come back by a connection.</summary>
    /// <param name="identity">A checked identity.</param>
    /// <param name="connection">Its connection.</param>
    public static ExternalIdentity ToExternal(IdentityResource identity, Connection connection) => new()
    {
        Connector = "x",
        Issuer = connection.IdentityIssuer,
        Subject = identity.Subject!,
        Handle = identity.Handle,
    };
}
