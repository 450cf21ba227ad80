using System.Text.Json;
using Dapper;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Administrators;
using Xenios.Server.Applications;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Management;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.Resources;

/// <summary>Makes an environment what a resource file says, in one transaction. What the file does not name is left alone; applying twice changes nothing.</summary>
internal sealed class Applier(
    Database database, KeyMaker maker, Vault vault, AccountWriter accounts, SnapshotCache snapshots, OutgoingHttp http, AuditLog audit, HostSettings settings, TimeProvider time)
{
    /// <summary>Applies a file.</summary>
    /// <param name="reading">A file that was read.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>What stands against it; empty when it was applied.</returns>
    public async Task<IReadOnlyList<ResourceFileError>> ApplyAsync(ResourceFileReading reading, CancellationToken ct)
    {
        if (reading.Document is not { } document)
        {
            return reading.Errors;
        }

        return (await ApplyAsync(null, document, keep: true, ct)).TryGet(out _, out var errors) ? [] : [.. errors.Select(reading.Locate)];
    }

    /// <summary>Applies a document, or finds out what applying it would change. Each change has its event in the audit log.</summary>
    /// <param name="caller">Who applies it; null for the server itself.</param>
    /// <param name="document">The document.</param>
    /// <param name="keep">False for a plan: everything is tried, nothing is kept.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>What changes, or what stands against it.</returns>
    public async Task<Result<ResourceChangeList, List<FieldError>>> ApplyAsync(Caller? caller, ResourceDocument document, bool keep, CancellationToken ct)
    {
        if (document.Environment is { Kind: EnvironmentKind.Production, Slug: var production } && XeniosServer.Check(settings, production ?? "default") is { Count: > 0 } missing)
        {
            return missing.Select(one => new FieldError("environment.kind", FieldCode.Conflict, one)).ToList();
        }

        var result = await database.WriteAsync(
            async scope =>
            {
                var outcome = await ApplyAsync(caller, document, scope);
                if (!keep || !outcome.TryGet(out _, out _))
                {
                    scope.Abandon();
                }

                return outcome;
            },
            ct);
        if (keep && result.TryGet(out _, out _))
        {
            await snapshots.ReloadAsync(ct);
        }

        return result;
    }

    private async Task<Result<ResourceChangeList, List<FieldError>>> ApplyAsync(Caller? caller, ResourceDocument document, WriteScope scope)
    {
        var (slug, users) = (document.Environment?.Slug, document.Users ?? []);
        var before = await ResourcePicture.TakeAsync(slug, users, scope);
        if (await WriteAsync(caller, document, scope) is { Count: > 0 } refused)
        {
            return refused.ToList();
        }

        var after = await ResourcePicture.TakeAsync(slug, users, scope);
        var changes = ResourcePicture.Compare(before, after);
        var environment = (await EnvironmentRows.FindAsync(scope.Connection, after.Keys.First()["environment:".Length..], scope.Transaction))!.Id;
        foreach (var change in changes)
        {
            await audit.WriteAsync(
                scope,
                (caller ?? Caller.Server(environment)) with { EnvironmentId = environment },
                $"{change.Resource.Split(':')[0]}.{(change.Action == "create" ? "created" : "changed")}",
                await ResourcePicture.AuditTargetAsync(environment, change.Resource, after[change.Resource], scope),
                before.TryGetValue(change.Resource, out var was) ? ResourcePicture.Unmarked(was) : null,
                ResourcePicture.Unmarked(after[change.Resource]));
        }

        return new ResourceChangeList(changes, Applied: true);
    }

    /// <summary>Makes the environment that every server has, with a connection to X that needs no credentials outside production.</summary>
    /// <param name="ct">Ends the wait for the start.</param>
    public async Task EnsureDefaultAsync(CancellationToken ct)
    {
        await database.WriteAsync(
            async scope =>
            {
                if (await scope.Connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM environments", null, scope.Transaction) == 0)
                {
                    await ApplyAsync(null, new ResourceDocument { Connections = [new ConnectionResource { Slug = "x", Kind = ConnectionKind.X, Name = "X" }] }, scope);
                }

                return true;
            },
            ct);
        await snapshots.ReloadAsync(ct);
    }

    private async Task<IReadOnlyList<FieldError>> WriteAsync(Caller? caller, ResourceDocument document, WriteScope scope)
    {
        // Whoever may write must not be able to wipe what says so (threats L05); what is so already may stand there.
        if (caller is { IsOperator: false } && document.Environment?.AuditRetentionDays is { } days
            && days != ((await EnvironmentRows.FindAsync(scope.Connection, caller.EnvironmentId, scope.Transaction))!.Resource.AuditRetentionDays ?? 0))
        {
            return [new FieldError("environment.audit_retention_days", FieldCode.NotAllowed, "how long the audit log is kept is for the operator and the administrators to say")];
        }

        var environment = await EnvironmentRows.WriteAsync(document.Environment, maker, vault, time.GetUtcNow(), scope);
        var known = await KnownAsync(environment, scope);
        var errors = ResourceRules.Check(document, known);
        if (errors.Count > 0)
        {
            return errors;
        }

        await LocalAttributeRows.WriteAsync(environment.Id, document.Attributes ?? [], scope);
        foreach (var application in document.Applications ?? [])
        {
            await ApplicationRows.WriteAsync(environment.Id, application, vault, time.GetUtcNow(), scope);
        }

        var refused = new List<FieldError>();
        foreach (var (index, connection) in (document.Connections ?? []).Index())
        {
            if (await ConnectionRows.WriteAsync(environment.Id, $"connections[{index}]", connection, vault, time.GetUtcNow(), scope) is { } error)
            {
                refused.Add(error);
            }
        }

        foreach (var (index, user) in (document.Users ?? []).Index())
        {
            if (await WriteAsync(caller, environment.Id, $"users[{index}]", user, scope) is { } error)
            {
                refused.Add(error);
            }
        }

        await EnvironmentRows.CountAsync(environment.Id, scope);
        return refused;
    }

    /// <summary>Changes one environment in one transaction: nothing of a refused change is kept, and an accepted one is in use when this returns.</summary>
    /// <param name="caller">Who changes it, and which environment.</param>
    /// <param name="change">Reads, checks and writes; never calls an upstream.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <typeparam name="T">What the change yields.</typeparam>
    public async Task<Result<T, Problem>> ChangeAsync<T>(Caller caller, Func<ConfigurationChange, Task<Result<T, Problem>>> change, CancellationToken ct)
        where T : class
    {
        var result = await database.WriteAsync(
            async scope =>
            {
                // The version is what other nodes look at, and its row is the lock: whoever comes second sees what the first wrote.
                await EnvironmentRows.CountAsync(caller.EnvironmentId, scope);
                var environment = (await EnvironmentRows.FindAsync(scope.Connection, caller.EnvironmentId, scope.Transaction))!;
                var outcome = await change(new ConfigurationChange(scope, caller, environment, await KnownAsync(environment, scope)));
                if (caller.IsDryRun || !outcome.TryGet(out _, out _))
                {
                    scope.Abandon();
                }

                return outcome;
            },
            ct);
        if (!caller.IsDryRun && result.TryGet(out _, out _))
        {
            // Also when nobody waits for the answer any more: it is stored.
            await snapshots.ReloadAsync(CancellationToken.None);
        }

        return result;
    }

    private async Task<KnownResources> KnownAsync(StoredEnvironment environment, WriteScope scope)
    {
        var connections = (await scope.Connection.QueryAsync<(string Slug, string Settings, long HasSecrets)>(
                "SELECT slug, settings, CASE WHEN secrets_sealed IS NULL THEN 0 ELSE 1 END FROM connections WHERE environment_id = @Id", environment, scope.Transaction))
            .ToDictionary(row => row.Slug, row => (Resource: JsonSerializer.Deserialize(row.Settings, XeniosJson.Default.ConnectionResource)!, row.HasSecrets), StringComparer.Ordinal);
        var secrets = (await scope.Connection.QueryAsync<(string ClientId, string Stored)>(
                "SELECT client_id, secret_hashes FROM applications WHERE environment_id = @Id AND secret_hashes <> '[]'", environment, scope.Transaction))
            .ToDictionary(row => row.ClientId, row => row.Stored, StringComparer.Ordinal);
        return new KnownResources(text => EmailAddress.Parse(text) is not null)
        {
            Kind = environment.Kind,
            MayCall = http.MayCall,
            FindConnection = slug => connections.TryGetValue(slug, out var stored) ? stored.Resource : null,
            HasClientSecret = secrets.ContainsKey,
            HasSealedClientSecret = clientId => secrets.TryGetValue(clientId, out var stored) && Application.HasSealedSecret(stored),
            HasUpstreamSecret = (slug, key) => !string.IsNullOrEmpty(key) && connections.TryGetValue(slug, out var stored) && stored.HasSecrets == 1
                && (stored.Resource.ApiKey == key || stored.Resource.ClientId == key),
        };
    }

    private async Task<FieldError?> WriteAsync(Caller? caller, string environment, string at, UserResource user, WriteScope scope)
    {
        var email = EmailAddress.Parse(user.Email);
        var usernameKey = user.Username is null ? null : Usernames.Key(user.Username);
        var verified = email is null ? null : user.EmailVerified;

        // Whoever proved an address here is nobody else's entry: only one that vouches for it names that account (threats A01).
        var stored = await scope.Connection.QueryFirstOrDefaultAsync<StoredUser>(
            $"""
            SELECT user_id AS Id, password_hash AS PasswordHash, attributes AS Attributes, managed_by AS ManagedBy FROM users
            WHERE environment_id = @environment AND {(usernameKey is null ? "email_key = @emailKey AND (@vouches = 1 OR email_verified = 0 OR email_verified_by = 'administrator')" : "username_key = @usernameKey")}
            ORDER BY CASE WHEN email_verified = @vouches THEN 0 ELSE 1 END, created_at
            """,
            new { environment, usernameKey, emailKey = email?.Key, vouches = verified == true ? 1L : 0L },
            scope.Transaction);
        var hash = user.PasswordHash ?? HashOf(user.Password, stored?.PasswordHash);
        var taken = new FieldError(at, FieldCode.Duplicate, "its user name or confirmed email belongs to another user");
        if (stored is null)
        {
            var created = await accounts.CreateAsync(
                environment,
                new NewUser
                {
                    Id = Secrets.NewId("usr", time.GetUtcNow()),
                    Username = user.Username,
                    Email = email,
                    VerifiedBy = verified == true ? "administrator" : null,
                    PasswordHash = hash,
                    IsBlocked = user.Status == UserStatus.Blocked,
                    SignInToLink = user.SignInToLink ?? false,
                    Attributes = user.Attributes ?? new Dictionary<string, string>(),
                },
                scope);
            return created ? null : taken;
        }

        if (await StoredConflicts.ManagedAsync(environment, at, stored.ManagedBy, stored.Attributes, user.Attributes, scope) is { } managed)
        {
            return managed;
        }

        var before = (await UserWriter.HoldAsync(environment, stored.Id, scope))!;
        if (!await accounts.UpdateAsync(environment, stored.Id, user, email, verified, hash, LocalAttributeRows.Merge(stored.Attributes, user.Attributes), scope))
        {
            return taken;
        }

        // The file of a start goes by the same rule: it must not lock everybody out either. What is refused here is not kept.
        var after = (await UserRow.FindAsync(scope.Connection, scope.Transaction, environment, stored.Id))!;
        return await AdministratorStore.GuardAsync(caller ?? Caller.Server(environment), environment, before, after, scope) is { } guarded
            ? new FieldError(at, guarded.Code == AdministratorStore.LastAdministrator ? guarded.Code : FieldCode.NotAllowed, guarded.Title)
            : null;
    }

    private static string? HashOf(string? password, string? stored)
    {
        if (password is null)
        {
            return stored;
        }

        // The same password keeps its hash, so that applying a file twice changes nothing.
        return Passwords.Verify(stored, password) ? stored : Passwords.Hash(password);
    }

    private sealed class StoredUser
    {
        public string Id { get; init; } = "";

        public string? PasswordHash { get; init; }

        public string Attributes { get; init; } = "{}";

        public string? ManagedBy { get; init; }
    }
}
