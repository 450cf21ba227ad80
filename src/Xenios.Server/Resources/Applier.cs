using System.Text.Json;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Applications;
using Xenios.Server.Connections;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.Resources;

/// <summary>Makes an environment what a resource file says, in one transaction. What the file does not name is left alone; applying twice changes nothing.</summary>
internal sealed class Applier(Database database, Vault vault, AccountWriter accounts, SnapshotCache snapshots, OutgoingHttp http, TimeProvider time)
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

        var errors = await database.WriteAsync(
            async scope =>
            {
                var found = await ApplyAsync(document, scope);
                if (found.Count > 0)
                {
                    scope.Abandon();
                }

                return found;
            },
            ct);
        if (errors.Count == 0)
        {
            await snapshots.ReloadAsync(ct);
        }

        return [.. errors.Select(reading.Locate)];
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
                    await ApplyAsync(new ResourceDocument { Connections = [new ConnectionResource { Slug = "x", Kind = ConnectionKind.X, Name = "X" }] }, scope);
                }

                return true;
            },
            ct);
        await snapshots.ReloadAsync(ct);
    }

    private async Task<IReadOnlyList<FieldError>> ApplyAsync(ResourceDocument document, WriteScope scope)
    {
        var environment = await EnvironmentAsync(document.Environment, scope);
        var known = await KnownAsync(environment, scope);
        var errors = ResourceRules.Check(document, known);
        if (errors.Count > 0)
        {
            return errors;
        }

        await LocalAttributeRows.WriteAsync(environment.Id, document.Attributes ?? [], scope);
        foreach (var application in document.Applications ?? [])
        {
            await ApplyAsync(environment.Id, application, scope);
        }

        var refused = new List<FieldError>();
        foreach (var (index, connection) in (document.Connections ?? []).Index())
        {
            if (await ApplyAsync(environment.Id, $"connections[{index}]", connection, scope) is { } error)
            {
                refused.Add(error);
            }
        }

        foreach (var (index, user) in (document.Users ?? []).Index())
        {
            if (await ApplyAsync(environment.Id, $"users[{index}]", user, scope) is { } error)
            {
                refused.Add(error);
            }
        }

        await scope.Connection.ExecuteAsync("UPDATE environments SET version = version + 1 WHERE environment_id = @Id", environment, scope.Transaction);
        return refused;
    }

    private async Task<StoredEnvironment> EnvironmentAsync(EnvironmentResource? resource, WriteScope scope)
    {
        var now = time.GetUtcNow();
        var slug = resource?.Slug ?? await scope.Connection.ExecuteScalarAsync<string?>("SELECT slug FROM environments WHERE is_default = 1", null, scope.Transaction) ?? "default";
        var stored = await scope.Connection.QuerySingleOrDefaultAsync<StoredEnvironment>(
            "SELECT environment_id AS Id, kind AS Kind, display_name AS DisplayName, settings AS Settings FROM environments WHERE slug = @slug", new { slug }, scope.Transaction);
        var kind = resource?.Kind is { } given ? WireName.Of(given) : stored?.Kind ?? WireName.Of(EnvironmentKind.NonProduction);
        var name = resource?.DisplayName ?? stored?.DisplayName ?? "Xenios";
        var settings = EnvironmentSettings.Merge(stored?.Settings, resource);
        if (stored is null)
        {
            stored = new StoredEnvironment { Id = Secrets.NewId("env", now), Kind = kind, DisplayName = name };
            await scope.Connection.ExecuteAsync(
                """
                INSERT INTO environments (environment_id, slug, kind, display_name, settings, is_default, version, created_at)
                VALUES (@Id, @slug, @Kind, @DisplayName, @settings, CASE WHEN EXISTS (SELECT 1 FROM environments WHERE is_default = 1) THEN 0 ELSE 1 END, 0, @now)
                """,
                new { stored.Id, slug, stored.Kind, stored.DisplayName, settings, now = now.ToUnixTimeMilliseconds() },
                scope.Transaction);
            await KeyRing.EnsureAsync(stored.Id, vault, now, scope);
        }
        else
        {
            await scope.Connection.ExecuteAsync(
                "UPDATE environments SET kind = @kind, display_name = @name, settings = @settings WHERE environment_id = @Id", new { kind, name, settings, stored.Id }, scope.Transaction);
        }

        return new StoredEnvironment { Id = stored.Id, Kind = kind, DisplayName = name };
    }

    private async Task<KnownResources> KnownAsync(StoredEnvironment environment, WriteScope scope)
    {
        var connections = (await scope.Connection.QueryAsync<(string Slug, string Settings, long HasSecrets)>(
                "SELECT slug, settings, CASE WHEN secrets_sealed IS NULL THEN 0 ELSE 1 END FROM connections WHERE environment_id = @Id", environment, scope.Transaction))
            .ToDictionary(row => row.Slug, row => (Resource: JsonSerializer.Deserialize(row.Settings, XeniosJson.Default.ConnectionResource)!, row.HasSecrets), StringComparer.Ordinal);
        var secrets = (await scope.Connection.QueryAsync<(string ClientId, string Stored)>(
                "SELECT client_id, secret_hashes FROM applications WHERE environment_id = @Id AND secret_hashes <> '[]'", environment, scope.Transaction))
            .ToDictionary(row => row.ClientId, row => row.Stored, StringComparer.Ordinal);
        WireName.TryParse<EnvironmentKind>(environment.Kind, out var kind);
        return new KnownResources(text => EmailAddress.Parse(text) is not null)
        {
            Kind = kind,
            MayCall = http.MayCall,
            FindConnection = slug => connections.TryGetValue(slug, out var stored) ? stored.Resource : null,
            HasClientSecret = secrets.ContainsKey,
            HasSealedClientSecret = clientId => secrets.TryGetValue(clientId, out var stored) && Application.HasSealedSecret(stored),
            HasUpstreamSecret = (slug, key) => !string.IsNullOrEmpty(key) && connections.TryGetValue(slug, out var stored) && stored.HasSecrets == 1
                && (stored.Resource.ApiKey == key || stored.Resource.ClientId == key),
        };
    }

    private async Task ApplyAsync(string environment, ApplicationResource application, WriteScope scope)
    {
        var stored = await scope.Connection.ExecuteScalarAsync<string?>(
            "SELECT secret_hashes FROM applications WHERE environment_id = @environment AND client_id = @ClientId", new { environment, application.ClientId }, scope.Transaction);
        await scope.Connection.ExecuteAsync(
            """
            INSERT INTO applications (environment_id, client_id, settings, secret_hashes, created_at, updated_at)
            VALUES (@environment, @ClientId, @settings, @hashes, @now, @now)
            ON CONFLICT (environment_id, client_id) DO UPDATE SET settings = excluded.settings, secret_hashes = excluded.secret_hashes, updated_at = excluded.updated_at
            WHERE applications.settings <> excluded.settings OR applications.secret_hashes <> excluded.secret_hashes
            """,
            new
            {
                environment,
                application.ClientId,
                settings = Application.Settings(application),
                hashes = Application.Secrets(stored, application, secret => vault.Seal(Application.Purpose(environment, application.ClientId!), secret)),
                now = Now,
            },
            scope.Transaction);
    }

    private async Task<FieldError?> ApplyAsync(string environment, string at, ConnectionResource connection, WriteScope scope)
    {
        var stored = await scope.Connection.QuerySingleOrDefaultAsync<(string Id, byte[]? Sealed, string? Settings)>(
            "SELECT connection_id, secrets_sealed, settings FROM connections WHERE environment_id = @environment AND slug = @Slug", new { environment, connection.Slug }, scope.Transaction);
        var id = stored.Id ?? Secrets.NewId("con", time.GetUtcNow());
        var former = stored.Settings is null ? connection : JsonSerializer.Deserialize(stored.Settings, XeniosJson.Default.ConnectionResource)!;
        if (await StoredConflicts.SubjectAttributeAsync(environment, at, former, connection, id, scope) is { } conflict)
        {
            return conflict;
        }

        var before = stored.Sealed is null
            ? new ConnectionSecrets()
            : JsonSerializer.Deserialize(vault.Open(ConnectionSecrets.Purpose(environment, id), stored.Sealed), ConnectionJson.Default.ConnectionSecrets)!;
        var secrets = new ConnectionSecrets
        {
            ClientSecret = Secret(connection.ClientSecret, connection.ClientId == former.ClientId, before.ClientSecret),
            ApiKeySecret = Secret(connection.ApiKeySecret, connection.ApiKey == former.ApiKey, before.ApiKeySecret),
        };

        // Sealing again what has not changed would make every start a change.
        var sealedSecrets = secrets == before
            ? stored.Sealed
            : vault.Seal(ConnectionSecrets.Purpose(environment, id), JsonSerializer.SerializeToUtf8Bytes(secrets, ConnectionJson.Default.ConnectionSecrets));

        await scope.Connection.ExecuteAsync(
            """
            INSERT INTO connections (environment_id, connection_id, slug, settings, secrets_sealed, created_at, updated_at)
            VALUES (@environment, @id, @Slug, @settings, @sealedSecrets, @now, @now)
            ON CONFLICT (environment_id, slug) DO UPDATE SET settings = excluded.settings, secrets_sealed = excluded.secrets_sealed, updated_at = excluded.updated_at
            WHERE connections.settings <> excluded.settings OR connections.secrets_sealed IS DISTINCT FROM excluded.secrets_sealed
            """,
            new
            {
                environment,
                id,
                connection.Slug,
                settings = JsonSerializer.Serialize(connection with { ClientSecret = null, ApiKeySecret = null }, XeniosJson.Default.ConnectionResource),
                sealedSecrets,
                now = Now,
            },
            scope.Transaction);
        return null;
    }

    // Blank keeps what is stored, but only with the id it was stored for: the secret of one app is not to be sent with the id of another.
    private static string? Secret(string? given, bool sameId, string? stored) => !string.IsNullOrEmpty(given) ? given : sameId ? stored : null;

    private async Task<FieldError?> ApplyAsync(string environment, string at, UserResource user, WriteScope scope)
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

        return await StoredConflicts.ManagedAsync(environment, at, stored.ManagedBy, stored.Attributes, user.Attributes, scope)
            ?? (await accounts.UpdateAsync(environment, stored.Id, user, email, verified, hash, LocalAttributeRows.Merge(stored.Attributes, user.Attributes), scope) ? null : taken);
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

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class StoredEnvironment
    {
        public string Id { get; init; } = "";

        public string Kind { get; init; } = "";

        public string DisplayName { get; init; } = "";

        public string Settings { get; init; } = "{}";
    }

    private sealed class StoredUser
    {
        public string Id { get; init; } = "";

        public string? PasswordHash { get; init; }

        public string Attributes { get; init; } = "{}";

        public string? ManagedBy { get; init; }
    }
}
