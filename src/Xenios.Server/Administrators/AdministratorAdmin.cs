using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Hosting;
using Xenios.Server.Management;
using Xenios.Server.Resources;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.Administrators;

/// <summary>What administrators do with administrators. Each operation is one transaction, recorded in it, and one after the other.</summary>
internal sealed class AdministratorAdmin(Database database, AccountWriter accounts, UserWriter users, PasswordSignIn passwords, AuditLog audit, TimeProvider time)
{
    /// <summary>How an address of an administrator counts as confirmed: whoever commands the server vouches for it.</summary>
    private const string Vouched = "administrator";

    /// <summary>Makes somebody an administrator.</summary>
    /// <param name="caller">Who does it; its environment is the default one.</param>
    /// <param name="given">Whom.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>The administrator; also where the user was one already.</returns>
    public async Task<Result<AdministratorView, Problem>> AddAsync(Caller caller, AdministratorResource given, CancellationToken ct)
    {
        var email = EmailAddress.Parse(given.Email);
        if (Check(given, email) is { Count: > 0 } wrong)
        {
            return Problem.Refused(wrong);
        }

        if (!(await HashAsync(given.Password, ct)).TryGet(out var hash, out var busy))
        {
            return busy;
        }

        return await database.WriteAsync<Result<AdministratorView, Problem>>(
            async scope =>
            {
                await AuditLog.HoldAsync(caller, scope);
                var found = await FindAsync(caller.EnvironmentId, given.UserId, email, scope);
                var written = found is not null ? await KnownAsync(caller, found, hash.Text, scope)
                    : email is null ? Problem.NotFound("user")
                    : hash.Text is null ? Problem.Refused([new FieldError("password", FieldCode.Required, "nobody has confirmed this email: a new user needs a password")])
                    : await CreateAsync(caller, email, hash.Text, scope);
                if (!written.TryGet(out _, out _))
                {
                    scope.Abandon();
                }

                return written;
            },
            ct);
    }

    /// <summary>Makes a new user and makes it an administrator, as part of a transaction that holds <see cref="AuditLog.HoldAsync(Caller, WriteScope)"/>.</summary>
    /// <param name="caller">Who does it.</param>
    /// <param name="email">Address, which counts as confirmed.</param>
    /// <param name="hash">Hash of the password.</param>
    /// <param name="scope">The transaction; of no use when a problem comes back.</param>
    public async Task<Result<AdministratorView, Problem>> CreateAsync(Caller caller, EmailAddress email, string hash, WriteScope scope)
    {
        var user = new NewUser { Id = Secrets.NewId("usr", time.GetUtcNow()), Email = email, VerifiedBy = Vouched, PasswordHash = hash };
        if (!await accounts.CreateAsync(caller.EnvironmentId, user, scope))
        {
            return Problem.Conflict(UserWriter.EmailTaken, "Another user has confirmed this email.");
        }

        await audit.WriteAsync(scope, caller, "user.created", UserAdmin.Target(user.Id), null, new JsonObject { ["id"] = user.Id, ["email"] = email.Text, ["email_verified"] = true });
        return await AddAsync(caller, user.Id, scope);
    }

    /// <summary>Takes the right away; what the person has open in the console ends with the next call.</summary>
    /// <param name="caller">Who does it; its environment is the default one.</param>
    /// <param name="user">User id.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>The administrator as it was.</returns>
    public Task<Result<AdministratorView, Problem>> RemoveAsync(Caller caller, string user, CancellationToken ct) => database.WriteAsync<Result<AdministratorView, Problem>>(
        async scope =>
        {
            await AuditLog.HoldAsync(caller, scope);
            if (await AdministratorStore.FindAsync(caller.EnvironmentId, user, scope) is not { } former)
            {
                scope.Abandon();
                return Problem.NotFound("administrator");
            }

            var held = (await UserWriter.HoldAsync(caller.EnvironmentId, user, scope))!;
            if (await AdministratorStore.GuardAsync(caller, caller.EnvironmentId, held, null, scope) is { } refused)
            {
                scope.Abandon();
                return refused;
            }

            await AdministratorStore.RemoveAsync(caller.EnvironmentId, user, scope);
            await audit.WriteAsync(scope, caller, "administrator.deleted", former.Target, Shown(former), null);
            return former.ToView();
        },
        ct);

    private static List<FieldError> Check(AdministratorResource given, EmailAddress? email)
    {
        var errors = new List<FieldError>();
        if ((given.UserId is null) == (given.Email is null))
        {
            errors.Add(new FieldError("email", FieldCode.Required, "either email or user_id is needed"));
        }
        else if (given.Email is not null && email is null)
        {
            errors.Add(new FieldError("email", FieldCode.Malformed, "one plain address is needed, such as ada@example.com"));
        }

        if (given is { UserId: not null, Password: not null })
        {
            errors.Add(new FieldError("password", FieldCode.NotAllowed, "a password goes with email"));
        }
        else if (given.Password is not null && !Passwords.IsAllowed(given.Password))
        {
            errors.Add(new FieldError("password", FieldCode.OutOfRange, $"{Passwords.MinLength} to {Passwords.MaxLength} characters"));
        }

        return errors;
    }

    // By address only whoever confirmed it: a claim to it is nobody (threats A01).
    private static async Task<UserRow?> FindAsync(string environment, string? id, EmailAddress? email, WriteScope scope)
    {
        var user = id ?? await UserRow.FindConfirmedAsync(scope.Connection, scope.Transaction, environment, email!.Key);
        return user is null ? null : await UserWriter.HoldAsync(environment, user, scope);
    }

    private async Task<Result<AdministratorView, Problem>> KnownAsync(Caller caller, UserRow user, string? hash, WriteScope scope)
    {
        if (user.Status != "active")
        {
            return Problem.Conflict("user_blocked", "The user is blocked. Unblock the user first.");
        }

        if (hash is null && user.PasswordHash is null)
        {
            return Problem.Refused([new FieldError("password", FieldCode.Required, "the console is opened by password, and this user has none")]);
        }

        if (!(user with { PasswordHash = hash ?? user.PasswordHash }).MayEnterByPassword)
        {
            return Problem.Refused([new FieldError("user_id", FieldCode.Conflict, "nobody could sign in as this user: give it a username, or confirm its email (email_verified: true), first")]);
        }

        if (hash is not null)
        {
            await users.SaveAsync(caller.EnvironmentId, user, user with { PasswordHash = hash }, scope);
            await audit.WriteAsync(scope, caller, "user.changed", UserAdmin.Target(user.Id), new JsonObject { ["has_password"] = user.PasswordHash is not null }, new JsonObject { ["has_password"] = true, ["password"] = "***" });
        }

        return await AddAsync(caller, user.Id, scope);
    }

    private async Task<Result<AdministratorView, Problem>> AddAsync(Caller caller, string user, WriteScope scope)
    {
        var isNew = await AdministratorStore.AddAsync(caller.EnvironmentId, user, caller.Name, time.GetUtcNow(), scope);
        if (await AdministratorStore.CountAsync(caller.EnvironmentId, scope) > AdministratorStore.Most)
        {
            return Problem.Conflict("too_many_administrators", $"A server has at most {AdministratorStore.Most} administrators. Remove one first.");
        }

        var administrator = (await AdministratorStore.FindAsync(caller.EnvironmentId, user, scope))!;
        if (isNew)
        {
            await audit.WriteAsync(scope, caller, "administrator.created", administrator.Target, null, Shown(administrator));
        }

        return administrator.ToView();
    }

    private static JsonObject Shown(Administrator administrator) => Representation.AsObject(administrator.ToView(), XeniosJson.Default.AdministratorView);

    // Before the transaction, and one per core at a time: it takes a core for a while.
    private async Task<Result<PasswordHash, Problem>> HashAsync(string? password, CancellationToken ct)
    {
        if (password is null)
        {
            return new PasswordHash(null);
        }

        using var place = await passwords.Places.AcquireAsync(1, ct);
        return place.IsAcquired
            ? new PasswordHash(Passwords.Hash(password))
            : new Problem(StatusCodes.Status503ServiceUnavailable, "busy", "As many passwords are being worked on as this server bears; try again.");
    }

    private sealed record PasswordHash(string? Text);
}
