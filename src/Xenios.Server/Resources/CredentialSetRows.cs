using System.Data.Common;
using System.Text.Json;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Hosting;
using Xenios.Server.Storage;

namespace Xenios.Server.Resources;

/// <summary>A set of credentials as it is stored beside those in use.</summary>
internal sealed class StoredCredentialSet
{
    /// <summary>Id of the connection.</summary>
    public string ConnectionId { get; init; } = "";

    /// <summary>Wire name of its place: <c>next</c> or <c>former</c>.</summary>
    public string Place { get; init; } = "";

    /// <summary>Id of the set, which no other ever has.</summary>
    public string Id { get; init; } = "";

    /// <summary>The set, sealed.</summary>
    public byte[] Sealed { get; init; } = [];

    /// <summary>When it was stored, in milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When a connection test last went well with it; null for never.</summary>
    public long? TestedAt { get; init; }

    /// <summary>When it is forgotten; null for a next set, which stays.</summary>
    public long? EndsAt { get; init; }

    /// <summary>Opens it.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="vault">Opens it.</param>
    public CredentialSet Open(string environment, Vault vault) =>
        JsonSerializer.Deserialize(vault.Open(CredentialSet.Purpose(environment, Id), Sealed), ConnectionJson.Default.CredentialSet)!;

    /// <summary>The connection with this set in place of its own.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="connection">The connection as it is stored.</param>
    /// <param name="kind">Kind of the environment.</param>
    /// <param name="vault">Opens secrets.</param>
    /// <param name="credentials">What blank credentials stand for.</param>
    /// <param name="types">The environment's own attributes with their types.</param>
    public Connection Resolve(
        string environment, StoredConnection connection, EnvironmentKind kind, Vault vault, ConnectionCredentials credentials, IReadOnlyDictionary<string, AttributeType> types)
    {
        var resource = Open(environment, vault).In(connection.Resource, connection.Secrets(environment, vault));
        return Connection.Create(
            connection.Id, resource, new ConnectionSecrets { ClientSecret = resource.ClientSecret, ApiKeySecret = resource.ApiKeySecret }, kind, credentials, types);
    }
}

/// <summary>The table of the credentials that lie beside those in use: at most one next and one former set of a connection.</summary>
internal static class CredentialSetRows
{
    private const string Columns =
        """
        SELECT connection_id AS ConnectionId, place AS Place, credentials_id AS Id, credentials_sealed AS Sealed, created_at AS CreatedAt, tested_at AS TestedAt, ends_at AS EndsAt
        FROM connection_credentials WHERE environment_id = @environment
        """;

    /// <summary>The sets of a connection.</summary>
    /// <param name="connection">Where to read.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="id">Connection id; null for those of every connection.</param>
    /// <param name="now">The time: sets whose time is over are left out.</param>
    /// <param name="transaction">The transaction; null outside of one.</param>
    public static async Task<IReadOnlyList<StoredCredentialSet>> ListAsync(
        DbConnection connection, string environment, string? id, DateTimeOffset now, DbTransaction? transaction = null) =>
        (await connection.QueryAsync<StoredCredentialSet>(
            $"{Columns}{(id is null ? "" : " AND connection_id = @id")} AND (ends_at IS NULL OR ends_at > @now)", new { environment, id, now = now.ToUnixTimeMilliseconds() }, transaction)).AsList();

    /// <summary>Stores a set in place of the one that is there.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="connection">Connection id.</param>
    /// <param name="place">Which place.</param>
    /// <param name="set">The set.</param>
    /// <param name="vault">Seals it.</param>
    /// <param name="now">The time.</param>
    /// <param name="end">When it is forgotten; null for never.</param>
    /// <param name="scope">The transaction.</param>
    public static Task WriteAsync(string environment, string connection, CredentialsPlace place, CredentialSet set, Vault vault, DateTimeOffset now, DateTimeOffset? end, WriteScope scope)
    {
        var id = Secrets.NewId("crd", now);
        return scope.Connection.ExecuteAsync(
            """
            INSERT INTO connection_credentials (environment_id, connection_id, place, credentials_id, credentials_sealed, created_at, tested_at, ends_at)
            VALUES (@environment, @connection, @place, @id, @record, @now, NULL, @end)
            ON CONFLICT (environment_id, connection_id, place) DO UPDATE SET credentials_id = excluded.credentials_id, credentials_sealed = excluded.credentials_sealed,
                created_at = excluded.created_at, tested_at = NULL, ends_at = excluded.ends_at
            """,
            new
            {
                environment,
                connection,
                place = WireName.Of(place),
                id,
                record = vault.Seal(CredentialSet.Purpose(environment, id), JsonSerializer.SerializeToUtf8Bytes(set, ConnectionJson.Default.CredentialSet)),
                now = now.ToUnixTimeMilliseconds(),
                end = end?.ToUnixTimeMilliseconds(),
            },
            scope.Transaction);
    }

    /// <summary>Forgets a set.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="connection">Connection id.</param>
    /// <param name="place">Which place.</param>
    /// <param name="scope">The transaction.</param>
    public static Task DeleteAsync(string environment, string connection, CredentialsPlace place, WriteScope scope) => scope.Connection.ExecuteAsync(
        "DELETE FROM connection_credentials WHERE environment_id = @environment AND connection_id = @connection AND place = @place",
        new { environment, connection, place = WireName.Of(place) },
        scope.Transaction);

    /// <summary>Notes that a connection test went well with a set; one that was replaced meanwhile is another set.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="id">Id of the set.</param>
    /// <param name="now">The time.</param>
    /// <param name="scope">The transaction.</param>
    public static Task NoteTestAsync(string environment, string id, DateTimeOffset now, WriteScope scope) => scope.Connection.ExecuteAsync(
        "UPDATE connection_credentials SET tested_at = @now WHERE environment_id = @environment AND credentials_id = @id",
        new { environment, id, now = now.ToUnixTimeMilliseconds() },
        scope.Transaction);
}
