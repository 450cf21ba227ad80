using System.Collections.Frozen;
using System.Data.Common;
using System.Text.Json;
using Dapper;
using Xenios.Protocol.Discovery;
using Xenios.Protocol.Tokens;
using Xenios.Sdk;
using Xenios.Server.Applications;
using Xenios.Server.Connections;
using Xenios.Server.Hosting;
using Xenios.Server.Resources;
using Xenios.Server.Sessions;
using Xenios.Server.SignIn;
using Xenios.Server.Storage;

namespace Xenios.Server.Environments;

/// <summary>Turns an environment's rows into its snapshot.</summary>
internal sealed class SnapshotBuilder(Database database, Vault vault, HostSettings settings, ConnectionCredentials credentials, TimeProvider time)
{
    /// <summary>Reads every environment.</summary>
    /// <param name="ct">Ends the reading.</param>
    public Task<IReadOnlyList<EnvironmentSnapshot>> ReadAllAsync(CancellationToken ct) => database.ReadAsync(
        async connection =>
        {
            var snapshots = new List<EnvironmentSnapshot>();
            foreach (var row in await connection.QueryAsync<EnvironmentRow>(
                "SELECT environment_id AS Id, slug AS Slug, kind AS Kind, display_name AS DisplayName, is_default AS IsDefault, version AS Version, settings AS Settings FROM environments ORDER BY created_at"))
            {
                snapshots.Add(await BuildAsync(row, connection));
            }

            return (IReadOnlyList<EnvironmentSnapshot>)snapshots;
        },
        ct);

    private async Task<EnvironmentSnapshot> BuildAsync(EnvironmentRow row, DbConnection database)
    {
        var issuer = row.IsDefault == 1 ? settings.BaseUrl : $"{settings.BaseUrl}/e/{row.Slug}";
        WireName.TryParse<EnvironmentKind>(row.Kind, out var kind);

        var stored = (await database.QueryAsync<(string KeyId, string Algorithm, byte[] Sealed, string State, long ChangedAt)>(
            $"SELECT key_id, algorithm, private_key_sealed, state, changed_at FROM signing_keys WHERE environment_id = @Id {KeyRotation.InOrder}",
            row)).AsList();
        var records = stored.Select(key => KeyRotation.Record(key.KeyId, key.Algorithm, key.State, key.ChangedAt)).ToArray();
        var halves = stored.Select(key => vault.Open(KeyRing.Purpose(row.Id, key.KeyId), key.Sealed)).ToArray();
        var formerKeys = records.Zip(halves).Where(key => key.First.State == KeyState.Former).Select(key => SigningKey.FromPublicKey(key.First.Algorithm, key.Second)).ToArray();
        var keys = records.Zip(halves).Where(key => key.First.State != KeyState.Former).Select(key => SigningKey.FromPrivateKey(key.First.Algorithm, key.Second)).ToArray();
        var settingsOf = EnvironmentSettings.Read(row.Settings);
        var sessionLimits = SessionLimits.Of(settingsOf.Sessions);

        var types = (await database.QueryAsync<(string Name, string Type)>("SELECT name, type FROM local_attributes WHERE environment_id = @Id", row))
            .ToFrozenDictionary(attribute => attribute.Name, attribute => WireName.TryParse<AttributeType>(attribute.Type, out var type) ? type : AttributeType.Text, StringComparer.Ordinal);

        var former = (await CredentialSetRows.ListAsync(database, row.Id, null, time.GetUtcNow()))
            .Where(set => set.Place == WireName.Of(CredentialsPlace.Former)).ToDictionary(set => set.ConnectionId, StringComparer.Ordinal);
        var connections = (await ConnectionRows.ListAsync(database, row.Id))
            .OrderBy(stored => stored.CreatedAt)
            .Select(stored => Connection.Create(stored.Id, stored.Resource, stored.Secrets(row.Id, vault), kind, credentials, types) with
            {
                Former = former.TryGetValue(stored.Id, out var set)
                    ? new(set.Resolve(row.Id, stored, kind, vault, credentials, types), DateTimeOffset.FromUnixTimeMilliseconds(set.EndsAt!.Value))
                    : null,
            })
            .ToArray();

        var slugs = connections.Select(connection => connection.Slug).ToArray();
        var clients = (await database.QueryAsync<(string Settings, string Secrets)>(
                "SELECT settings, secret_hashes FROM applications WHERE environment_id = @Id", row))
            .Select(application => (Resource: JsonSerializer.Deserialize(application.Settings, XeniosJson.Default.ApplicationResource)!, application.Secrets))
            .Where(application => application.Resource.Enabled != false)
            .Select(application => Application.ToClient(
                application.Resource, application.Secrets, slugs, record => vault.Open(Application.Purpose(row.Id, application.Resource.ClientId!), record)))
            .ToFrozenDictionary(client => client.ClientId, StringComparer.Ordinal);

        return new EnvironmentSnapshot
        {
            Id = row.Id,
            Slug = row.Slug,
            Kind = kind,
            DisplayName = row.DisplayName,
            IsDefault = row.IsDefault == 1,
            Version = row.Version,
            Clients = clients,
            AllowedOrigins = clients.Values.SelectMany(client => client.AllowedOrigins).ToFrozenSet(StringComparer.Ordinal),
            Connections = connections.ToFrozenDictionary(connection => connection.Slug, StringComparer.Ordinal),
            ConnectionOrder = connections,
            AttributeTypes = types,
            Keys = new KeyRing(keys, formerKeys),
            KeyRecords = records,
            KeySchedule = KeySchedule.Of(settingsOf.SigningKeys, sessionLimits.Lifetime),
            SessionLimits = sessionLimits,
            Jwks = ReadyDocument.Of(JwkSet.Write(keys)),
            Discovery = ReadyDocument.Of(DiscoveryDocument.Write(issuer, Texts.Languages)),
            Issuer = issuer,
        };
    }

    private sealed class EnvironmentRow
    {
        public string Id { get; init; } = "";

        public string Slug { get; init; } = "";

        public string Kind { get; init; } = "";

        public string DisplayName { get; init; } = "";

        public long IsDefault { get; init; }

        public long Version { get; init; }

        public string Settings { get; init; } = "{}";
    }
}
