using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Administrators;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Management;
using Xenios.Server.Resources;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>What administrators do with users. Each operation is one transaction, recorded in it.</summary>
internal sealed class UserAdmin(Database database, AccountWriter accounts, UserWriter users, PasswordSignIn passwords, AuditLog audit, TimeProvider time)
{
    /// <summary>One user: one read.</summary>
    /// <param name="environment">Where.</param>
    /// <param name="user">User id.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Null when there is none in this environment.</returns>
    public async Task<UserView?> FindAsync(EnvironmentSnapshot environment, string user, CancellationToken ct) =>
        (await database.ReadAsync(db => UserRow.FindAsync(db, null, environment.Id, user), ct))?.ToView(environment);

    /// <summary>Creates a user.</summary>
    /// <param name="caller">Who does it.</param>
    /// <param name="environment">Where.</param>
    /// <param name="user">Fields of <see cref="UserResource"/>.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public async Task<Result<UserView, Problem>> CreateAsync(Caller caller, EnvironmentSnapshot environment, JsonObject user, CancellationToken ct)
    {
        var fresh = new UserRow { Id = Secrets.NewId("usr", time.GetUtcNow()) };
        if (!UserPatch.Apply(fresh, user, null, hasIdentity: false).TryGet(out _, out var mistake))
        {
            return mistake;
        }

        if (!(await HashAsync(user, ct)).TryGet(out var hash, out var busy))
        {
            return busy;
        }

        return await WriteAsync(
            caller,
            async scope =>
            {
                UserPatch.Apply(fresh, user, hash.Text, hasIdentity: false).TryGet(out var row, out _);
                if (await UserWriter.TakenAsync(environment.Id, row!, scope) is { } taken)
                {
                    return Taken(taken);
                }

                if (!await accounts.CreateAsync(environment.Id, ToNew(row!), scope))
                {
                    return Taken(UserWriter.UsernameTaken);
                }

                var made = (await UserRow.FindAsync(scope.Connection, scope.Transaction, environment.Id, row!.Id))!.ToView(environment);
                await audit.WriteAsync(scope, caller, Created(made));
                return made;
            },
            ct);
    }

    /// <summary>Changes a user.</summary>
    /// <param name="caller">Who does it.</param>
    /// <param name="environment">Where.</param>
    /// <param name="user">User id.</param>
    /// <param name="patch">Merge patch of <see cref="UserResource"/>; <c>"managed_by": null</c> makes the account a local one.</param>
    /// <param name="request">Holds <c>If-Match</c>.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public async Task<Result<UserView, Problem>> ChangeAsync(
        Caller caller, EnvironmentSnapshot environment, string user, JsonObject patch, HttpRequest request, CancellationToken ct)
    {
        var releases = patch.ContainsKey("managed_by") && patch["managed_by"] is null && patch.Remove("managed_by");
        if (!UserPatch.Read(patch).TryGet(out var named, out var unreadable))
        {
            return unreadable;
        }

        var errors = new List<FieldError>();
        UserRules.Check(new FieldScope(errors, ""), new UserResource { Password = named.Password, PasswordHash = named.PasswordHash }, new KnownResources(_ => true), needsName: false);
        if (errors.Count > 0)
        {
            return Problem.Refused(errors);
        }

        if (!(await HashAsync(patch, ct)).TryGet(out var hash, out var busy))
        {
            return busy;
        }

        return await WriteAsync(
            caller,
            async scope =>
            {
                if (await UserWriter.HoldAsync(environment.Id, user, scope) is not { } before)
                {
                    return Problem.NotFound("user");
                }

                if (Representation.Check(request, before.ToView(environment), XeniosJson.Default.UserView) is { } changed)
                {
                    return changed;
                }

                if (!UserPatch.Apply(before, patch, hash.Text, before.LastUsedAt is not null).TryGet(out var after, out var refused))
                {
                    return refused;
                }

                after = after with { ManagedBy = releases ? null : after.ManagedBy };
                if (await AdministratorStore.GuardAsync(caller, environment.Id, before, after, scope) is { } guarded)
                {
                    return guarded;
                }

                if (await ConflictAsync(environment.Id, before, after, scope) is { } conflict)
                {
                    return conflict;
                }

                if (!await users.SaveAsync(environment.Id, before, after, scope))
                {
                    return Taken(UserWriter.EmailTaken);
                }

                var (was, now) = (before.ToView(environment), (await UserRow.FindAsync(scope.Connection, scope.Transaction, environment.Id, user))!.ToView(environment));
                if (before != after)
                {
                    await audit.WriteAsync(scope, caller, Changed(was, now, before.PasswordHash != after.PasswordHash));
                }

                return now;
            },
            ct);
    }

    /// <summary>Deletes a user with everything that is held about the person.</summary>
    /// <param name="caller">Who does it.</param>
    /// <param name="environment">Where.</param>
    /// <param name="user">User id.</param>
    /// <param name="request">Holds <c>If-Match</c>.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>The user as it was.</returns>
    public Task<Result<UserView, Problem>> DeleteAsync(Caller caller, EnvironmentSnapshot environment, string user, HttpRequest request, CancellationToken ct) => WriteAsync(
        caller,
        async scope =>
        {
            if (await UserWriter.HoldAsync(environment.Id, user, scope) is not { } before)
            {
                return Problem.NotFound("user");
            }

            var view = before.ToView(environment);
            if (Representation.Check(request, view, XeniosJson.Default.UserView) is { } changed)
            {
                return changed;
            }

            if (await AdministratorStore.GuardAsync(caller, environment.Id, before, null, scope) is { } guarded)
            {
                return guarded;
            }

            if (await AdministratorStore.FindAsync(environment.Id, user, scope) is { } administrator)
            {
                await audit.WriteAsync(scope, caller, "administrator.deleted", administrator.Target, null, null);
            }

            await users.DeleteAsync(environment.Id, user, scope);

            // What was held about the person is not held here instead (decision 23), nor what was written here before.
            await AuditLog.BlankAsync(scope, environment.Id, user);
            await audit.WriteAsync(scope, caller, "user.deleted", Target(user), new JsonObject { ["id"] = user, ["status"] = WireName.Of(view.Status) }, null);
            return view;
        },
        ct);

    /// <summary>What stands against a changed user that only the stored rows know.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="before">The user as stored.</param>
    /// <param name="after">The user as it is to be.</param>
    /// <param name="scope">The transaction.</param>
    public static async Task<Problem?> ConflictAsync(string environment, UserRow before, UserRow after, WriteScope scope)
    {
        var changed = UserPatch.Changed(before, after);
        if (changed.Count > 0 && await StoredConflicts.ManagedAsync(environment, "", after.ManagedBy, before.Attributes, changed, scope) is { } managed)
        {
            return Problem.Refused([managed with { Path = managed.Path.TrimStart('.') }]);
        }

        return (after.UsernameKey != before.UsernameKey || after.EmailKey != before.EmailKey || after.EmailVerified != before.EmailVerified)
            && await UserWriter.TakenAsync(environment, after, scope) is { } taken ? Taken(taken) : null;
    }

    /// <summary>The row as a user to be created.</summary>
    /// <param name="row">The row.</param>
    public static NewUser ToNew(UserRow row) => new()
    {
        Id = row.Id,
        Username = row.Username,
        Email = EmailAddress.Parse(row.Email),
        VerifiedBy = row.EmailVerifiedBy,
        PasswordHash = row.PasswordHash,
        IsBlocked = row.Status != "active",
        SignInToLink = row.SignInToLink == 1,
        Attributes = AccountLookup.ReadAttributes(row.Attributes),
    };

    /// <summary>A user as the audit log names it.</summary>
    /// <param name="user">User id.</param>
    public static string Target(string user) => $"user:{user}";

    /// <summary>The event of a user who was changed.</summary>
    /// <param name="was">The user as it was.</param>
    /// <param name="now">The user as it is.</param>
    /// <param name="password">Whether the password is another one, which <c>has_password</c> alone does not show.</param>
    public static AuditEntry Changed(UserView was, UserView now, bool password)
    {
        var says = Shown(now);
        if (password)
        {
            says["password"] = "***";
        }

        return new(was.Status == UserStatus.Active && now.Status == UserStatus.Blocked ? "user.blocked" : "user.changed", Target(now.Id), Shown(was), says);
    }

    /// <summary>The event of a user who was made.</summary>
    /// <param name="made">The user.</param>
    public static AuditEntry Created(UserView made) => new("user.created", Target(made.Id), null, Shown(made));

    private static JsonObject Shown(UserView user) => Representation.AsObject(user, XeniosJson.Default.UserView);

    private static Problem Taken(string code) => new(
        StatusCodes.Status409Conflict,
        code,
        code == UserWriter.UsernameTaken ? "This username belongs to another user." : "Another user has confirmed this email.",
        [new FieldError(code == UserWriter.UsernameTaken ? "username" : "email", FieldCode.Duplicate, "belongs to another user")]);

    // Before the transaction, and one per core at a time: it takes a core for a while.
    private async Task<Result<PasswordHash, Problem>> HashAsync(JsonObject user, CancellationToken ct)
    {
        if (user["password"] is not JsonValue password)
        {
            return new PasswordHash(user["password_hash"]?.GetValue<string>());
        }

        using var place = await passwords.Places.AcquireAsync(1, ct);
        return place.IsAcquired
            ? new PasswordHash(Passwords.Hash(password.GetValue<string>()))
            : new Problem(StatusCodes.Status503ServiceUnavailable, "busy", "As many passwords are being worked on as this server bears; try again.");
    }

    private Task<Result<UserView, Problem>> WriteAsync(Caller caller, Func<WriteScope, Task<Result<UserView, Problem>>> write, CancellationToken ct) => database.WriteAsync(
        async scope =>
        {
            await AuditLog.HoldAsync(caller, scope);
            var result = await write(scope);
            if (!result.TryGet(out _, out _))
            {
                scope.Abandon();
            }

            return result;
        },
        ct);

    private sealed record PasswordHash(string? Text);
}
