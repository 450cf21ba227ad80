using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
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

/// <summary>
/// Imports users: every line by itself is stored or refused, every call is one transaction, and the same lines again change nothing. A line is the user of its
/// id; without one that of its user name, of one of its identities, or of its address.
/// </summary>
internal sealed class UserImporter(Database database, AccountWriter accounts, UserWriter users, IdentityWriter identities, PasswordSignIn passwords, AuditLog audit, TimeProvider time)
{
    private enum Outcome
    {
        Unchanged,
        Created,
        Updated,
    }

    /// <summary>Imports lines.</summary>
    /// <param name="caller">Who does it.</param>
    /// <param name="environment">Where.</param>
    /// <param name="text">JSON lines of <see cref="UserImport"/>.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public async Task<Result<ImportResult, Problem>> ImportAsync(Caller caller, EnvironmentSnapshot environment, string text, CancellationToken ct)
    {
        var refused = new List<ImportRefusal>();
        if (ImportLine.Read(text, environment, refused) is not { } lines)
        {
            return new Problem(StatusCodes.Status413PayloadTooLarge, "too_large", $"An import has at most {ImportLine.MostLines} lines; send it in parts.");
        }

        if (await HashAsync(environment.Id, lines, ct) is not { } hashes)
        {
            return new Problem(StatusCodes.Status503ServiceUnavailable, "busy", "As many passwords are being worked on as this server bears; try again.");
        }

        var early = refused.Count;
        return await database.WriteAsync<Result<ImportResult, Problem>>(
            async scope =>
            {
                await AuditLog.HoldAsync(caller, scope);
                refused.RemoveRange(early, refused.Count - early);
                var (counts, entries) = (new int[3], new List<AuditEntry>());
                foreach (var line in lines)
                {
                    var (outcome, mistake, isLost) = await WriteAsync(caller, environment, line, hashes.GetValueOrDefault(line.Number), entries, scope);
                    if (isLost)
                    {
                        scope.Abandon();
                        return Problem.Conflict("changed_meanwhile", "Somebody changed the same users at the same moment. Nothing was imported; send it again.");
                    }

                    if (mistake is null)
                    {
                        counts[(int)outcome]++;
                    }
                    else
                    {
                        refused.Add(new ImportRefusal(line.Number, mistake.Path, mistake.Code, mistake.Message));
                    }
                }

                var (created, updated, unchanged) = (counts[(int)Outcome.Created], counts[(int)Outcome.Updated], counts[(int)Outcome.Unchanged]);
                if (created + updated == 0)
                {
                    scope.Abandon();
                }
                else
                {
                    var summary = new JsonObject { ["created"] = created, ["updated"] = updated, ["unchanged"] = unchanged, ["refused"] = refused.Count };
                    await audit.WriteAsync(scope, caller, [.. entries, new AuditEntry("users.imported", "users", null, summary)]);
                }

                return new ImportResult(created, updated, unchanged, [.. refused.OrderBy(one => one.Line)]);
            },
            ct);
    }

    private async Task<(Outcome Outcome, FieldError? Mistake, bool IsLost)> WriteAsync(
        Caller caller, EnvironmentSnapshot environment, ImportLine line, string? hash, List<AuditEntry> entries, WriteScope scope)
    {
        var (found, owners) = await FindAsync(scope.Connection, scope.Transaction, environment.Id, line);
        var stored = found is null ? null : await UserWriter.HoldAsync(environment.Id, found.Id, scope);
        var before = stored ?? new UserRow { Id = line.Id ?? Secrets.NewId("usr", time.GetUtcNow()) };
        if (!UserPatch.Apply(before, line.User, hash, line.Identities.Count > 0 || stored?.LastUsedAt is not null).TryGet(out var after, out var refused))
        {
            return (default, refused.Errors![0], false);
        }

        if (await UserAdmin.ConflictAsync(environment.Id, before, after, scope) is { } conflict)
        {
            return (default, conflict.Errors![0], false);
        }

        var missing = new List<int>();
        foreach (var (index, (_, connection)) in line.Identities.Index())
        {
            var at = FieldPath.Item("identities", index);
            if (owners.FirstOrDefault(owner => owner.ConnectionId == connection.Id) is { UserId: var user })
            {
                if (user != before.Id)
                {
                    return (default, new FieldError(at, FieldCode.Duplicate, "this identity is connected with another user"), false);
                }
            }
            else if (stored is not null && await HasIdentityAsync(environment.Id, stored.Id, connection.Id, scope))
            {
                return (default, new FieldError(at, FieldCode.Conflict, "the user has another identity of this connection; disconnect that one first"), false);
            }
            else
            {
                missing.Add(index);
            }
        }

        // Last of all: what it lets through is written.
        if (stored is not null && await AdministratorStore.GuardAsync(caller, environment.Id, before, after, scope) is { } guarded)
        {
            return (default, new FieldError("", guarded.Code, guarded.Title), false);
        }

        var isWritten = stored is null ? await accounts.CreateAsync(environment.Id, UserAdmin.ToNew(after), scope) : await users.SaveAsync(environment.Id, before, after, scope);
        foreach (var index in missing)
        {
            var (identity, connection) = line.Identities[index];
            isWritten = isWritten && await identities.AttachAsync(environment.Id, after.Id, connection.Id, IdentityRules.ToExternal(identity, connection), scope, used: false);
        }

        if (isWritten && stored is not null && missing.Count > 0)
        {
            // Another way in ends what was opened before it (threats A03).
            await identities.EndSessionsAsync(environment.Id, after.Id, null, scope);
        }

        var outcome = stored is null ? Outcome.Created : after != before || missing.Count > 0 ? Outcome.Updated : Outcome.Unchanged;
        if (outcome != Outcome.Unchanged)
        {
            entries.Add(Entry(environment, stored, after, missing.Select(index => line.Identities[index].Identity)));
        }

        return (outcome, null, !isWritten);
    }

    // As a change by itself is noted, but for the times, which are the event's own; with the identities that are new.
    private static AuditEntry Entry(EnvironmentSnapshot environment, UserRow? stored, UserRow after, IEnumerable<IdentityResource> added)
    {
        var now = after.ToView(environment);
        var entry = stored is null ? UserAdmin.Created(now) : UserAdmin.Changed(stored.ToView(environment), now, stored.PasswordHash != after.PasswordHash);
        if (stored is null)
        {
            entry.After!.Remove("created_at");
            entry.After.Remove("updated_at");
        }

        JsonNode?[] identities = [.. added.Select(identity => JsonSerializer.SerializeToNode(identity, XeniosJson.Default.IdentityResource))];
        if (identities.Length > 0)
        {
            entry.After!["identities"] = new JsonArray(identities);
        }

        return entry;
    }

    // The user a line is about, and to whom its identities belong.
    private static async Task<(UserRow? User, IReadOnlyList<Owner> Owners)> FindAsync(DbConnection db, DbTransaction? transaction, string environment, ImportLine line)
    {
        var owners = new List<Owner>();
        foreach (var (identity, connection) in line.Identities)
        {
            var user = await db.ExecuteScalarAsync<string?>(
                "SELECT user_id FROM linked_identities WHERE environment_id = @environment AND connection_id = @Id AND issuer = @IdentityIssuer AND subject = @Subject",
                new { environment, connection.Id, connection.IdentityIssuer, identity.Subject },
                transaction);
            if (user is not null)
            {
                owners.Add(new Owner(connection.Id, user));
            }
        }

        var owner = owners.FirstOrDefault()?.UserId;
        var (name, email, vouches) = (string.IsNullOrEmpty(line.Named.Username) ? null : Usernames.Key(line.Named.Username), EmailAddress.Parse(line.Named.Email)?.Key, line.Named.EmailVerified == true);
        var rows = (await db.QueryAsync<UserRow>(
            $"""
            SELECT {UserRow.Columns} FROM users u WHERE u.environment_id = @environment AND u.user_id IN (
              SELECT user_id FROM users WHERE environment_id = @environment AND user_id IN (@Id, @owner)
              UNION SELECT user_id FROM users WHERE environment_id = @environment AND username_key = @name
              UNION SELECT user_id FROM users WHERE environment_id = @environment AND email_key = @email)
            ORDER BY u.created_at, u.user_id LIMIT 20
            """,
            new { environment, line.Id, owner, name, email },
            transaction)).AsList();

        // An address names an account only where the line vouches for a confirmed one; an unconfirmed one is a claim, and whoever came in by an identity is its
        // own person (threats A01).
        bool IsNamed(UserRow row) => row.EmailKey == email && (vouches ? row.EmailVerified == 1 : row.EmailVerified == 0 && row.LastUsedAt is null);
        return (
            line.Id is not null ? rows.Find(row => row.Id == line.Id)
            : (name is null ? null : rows.Find(row => row.UsernameKey == name))
                ?? (owner is null ? null : rows.Find(row => row.Id == owner))
                ?? (email is null ? null : rows.Find(IsNamed)),
            owners);
    }

    private static async Task<bool> HasIdentityAsync(string environment, string user, string connection, WriteScope scope) => await scope.Connection.ExecuteScalarAsync<long>(
        "SELECT COUNT(*) FROM linked_identities WHERE environment_id = @environment AND user_id = @user AND connection_id = @connection",
        new { environment, user, connection },
        scope.Transaction) > 0;

    // Before the transaction, and as many at once as other passwords. The password that a user has already keeps its hash, so that importing twice changes nothing.
    private async Task<Dictionary<int, string?>?> HashAsync(string environment, List<ImportLine> lines, CancellationToken ct)
    {
        var hashes = lines.Where(line => line.Named.PasswordHash is not null).ToDictionary(line => line.Number, line => line.Named.PasswordHash);
        foreach (var line in lines.Where(line => line.Named.Password is not null))
        {
            var stored = await database.ReadAsync(async db => (await FindAsync(db, null, environment, line)).User?.PasswordHash, ct);
            using var place = await passwords.Places.AcquireAsync(1, ct);
            if (!place.IsAcquired)
            {
                return null;
            }

            hashes[line.Number] = stored is not null && Passwords.Verify(stored, line.Named.Password!) ? stored : Passwords.Hash(line.Named.Password!);
        }

        return hashes;
    }

    // To whom the line's identity of a connection belongs; a line has one of each.
    private sealed record Owner(string ConnectionId, string UserId);
}
