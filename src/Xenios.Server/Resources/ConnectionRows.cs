using System.Data.Common;
using System.Text.Json;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Hosting;
using Xenios.Server.Storage;

namespace Xenios.Server.Resources;

/// <summary>A connection as it is stored.</summary>
/// <param name="Id">Its id, which no other ever has.</param>
/// <param name="Resource">Its fields, without the secrets.</param>
/// <param name="Sealed">Its secrets, sealed; null without.</param>
/// <param name="CreatedAt">Since when it exists, in milliseconds.</param>
/// <param name="UpdatedAt">When it was last changed, in milliseconds.</param>
internal sealed record StoredConnection(string Id, ConnectionResource Resource, byte[]? Sealed, long CreatedAt, long UpdatedAt)
{
    /// <summary>Opens its secrets.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="vault">Opens them.</param>
    public ConnectionSecrets Secrets(string environment, Vault vault) => Sealed is null
        ? new ConnectionSecrets()
        : JsonSerializer.Deserialize(vault.Open(ConnectionSecrets.Purpose(environment, Id), Sealed), ConnectionJson.Default.ConnectionSecrets)!;
}

/// <summary>The table of connections, for the resource file and the management API.</summary>
internal static class ConnectionRows
{
    /// <summary>One connection.</summary>
    /// <param name="connection">Where to read.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="id">Its slug or its id; no slug looks like an id.</param>
    /// <param name="transaction">The transaction; null outside of one.</param>
    public static async Task<StoredConnection?> FindAsync(DbConnection connection, string environment, string id, DbTransaction? transaction = null) =>
        Stored(await connection.QueryAsync<Row>($"{Columns} AND (slug = @id OR connection_id = @id)", new { environment, id }, transaction)).FirstOrDefault();

    /// <summary>Every connection of an environment, or those after one, by slug.</summary>
    /// <param name="connection">Where to read.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="after">The last one of the page before; null for the beginning.</param>
    /// <param name="most">Most rows.</param>
    /// <param name="transaction">The transaction; null outside of one.</param>
    public static async Task<IReadOnlyList<StoredConnection>> ListAsync(
        DbConnection connection, string environment, string? after = null, int most = int.MaxValue, DbTransaction? transaction = null) =>
        [.. Stored(await connection.QueryAsync<Row>($"{Columns} AND slug > @after ORDER BY slug LIMIT @most", new { environment, after = after ?? "", most }, transaction))];

    /// <summary>Stores a connection; what is not there yet is made.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="at">Path of the connection, for what is refused.</param>
    /// <param name="connection">The connection, checked.</param>
    /// <param name="vault">Seals its secrets.</param>
    /// <param name="now">The time.</param>
    /// <param name="scope">The transaction.</param>
    /// <param name="whole">Whether a blank secret is none; otherwise it stands for the stored one.</param>
    /// <returns>What the stored rows have against it.</returns>
    public static async Task<FieldError?> WriteAsync(string environment, string at, ConnectionResource connection, Vault vault, DateTimeOffset now, WriteScope scope, bool whole = false)
    {
        var stored = Stored(await scope.Connection.QueryAsync<Row>($"{Columns} AND slug = @Slug", new { environment, connection.Slug }, scope.Transaction)).FirstOrDefault();
        var id = stored?.Id ?? Secrets.NewId("con", now);
        var former = stored?.Resource ?? connection;
        if (await StoredConflicts.SubjectAttributeAsync(environment, at, former, connection, id, scope) is { } conflict)
        {
            return conflict;
        }

        var before = stored?.Secrets(environment, vault) ?? new ConnectionSecrets();
        var secrets = new ConnectionSecrets
        {
            ClientSecret = Secret(connection.ClientSecret, !whole && connection.ClientId == former.ClientId, before.ClientSecret),
            ApiKeySecret = Secret(connection.ApiKeySecret, !whole && connection.ApiKey == former.ApiKey, before.ApiKeySecret),
        };

        // Sealing again what has not changed would make every start a change.
        var sealedSecrets = secrets == before
            ? stored?.Sealed
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
                now = now.ToUnixTimeMilliseconds(),
            },
            scope.Transaction);
        return null;
    }

    /// <summary>Deletes a connection with the identities that came by it. Accounts stay; what it managed is theirs from now on.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="id">Connection id.</param>
    /// <param name="deactivate">Whether accounts are blocked that nothing lets in any more.</param>
    /// <param name="emailIsWayIn">Whether some application lets people in by a code to their confirmed address.</param>
    /// <param name="now">The time.</param>
    /// <param name="scope">The transaction.</param>
    public static Task DeleteAsync(string environment, string id, bool deactivate, bool emailIsWayIn, DateTimeOffset now, WriteScope scope) => scope.Connection.ExecuteAsync(
        $"""
        {(deactivate ? $"UPDATE users SET status = 'blocked', updated_at = @now WHERE environment_id = @environment AND status = 'active' AND user_id IN ({Orphans});" : "")}
        UPDATE identity_handles SET seen_until = @now WHERE environment_id = @environment AND connection_id = @id AND seen_until IS NULL;
        DELETE FROM linked_identities WHERE environment_id = @environment AND connection_id = @id;
        UPDATE users SET managed_by = NULL, updated_at = @now WHERE environment_id = @environment AND managed_by = @id;
        DELETE FROM connections WHERE environment_id = @environment AND connection_id = @id;
        """,
        new { environment, id, email = emailIsWayIn ? 1L : 0L, now = now.ToUnixTimeMilliseconds() },
        scope.Transaction);

    /// <summary>How many people came by a connection, and how many of them nothing else lets in.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="id">Connection id.</param>
    /// <param name="emailIsWayIn">Whether some application lets people in by a code to their confirmed address.</param>
    /// <param name="scope">The transaction.</param>
    public static Task<(long People, long Orphans)> CountAsync(string environment, string id, bool emailIsWayIn, WriteScope scope) => scope.Connection.QuerySingleAsync<(long People, long Orphans)>(
        $"SELECT (SELECT COUNT(*) FROM linked_identities WHERE environment_id = @environment AND connection_id = @id) AS People, (SELECT COUNT(*) FROM ({Orphans}) o) AS Orphans",
        new { environment, id, email = emailIsWayIn ? 1L : 0L },
        scope.Transaction);

    private const string Columns =
        "SELECT connection_id AS Id, settings AS Settings, secrets_sealed AS Sealed, created_at AS CreatedAt, updated_at AS UpdatedAt FROM connections WHERE environment_id = @environment";

    // As in IdentityAdmin: another identity, a password with a name to enter it under, or a code to the confirmed address.
    private const string Orphans =
        """
        SELECT u.user_id FROM linked_identities i JOIN users u ON u.environment_id = i.environment_id AND u.user_id = i.user_id
        WHERE i.environment_id = @environment AND i.connection_id = @id
          AND NOT (u.password_hash IS NOT NULL AND (u.username IS NOT NULL OR u.email_verified = 1))
          AND NOT (@email = 1 AND u.email_verified = 1)
          AND NOT EXISTS (SELECT 1 FROM linked_identities o WHERE o.environment_id = u.environment_id AND o.user_id = u.user_id AND o.connection_id <> @id)
        """;

    // Blank keeps what is stored, but only with the id it was stored for: the secret of one app is not to be sent with the id of another.
    private static string? Secret(string? given, bool keeps, string? stored) => !string.IsNullOrEmpty(given) ? given : keeps ? stored : null;

    private static IEnumerable<StoredConnection> Stored(IEnumerable<Row> rows) => rows.Select(row =>
        new StoredConnection(row.Id, JsonSerializer.Deserialize(row.Settings, XeniosJson.Default.ConnectionResource)!, row.Sealed, row.CreatedAt, row.UpdatedAt));

    private sealed class Row
    {
        public string Id { get; init; } = "";

        public string Settings { get; init; } = "";

        public byte[]? Sealed { get; init; }

        public long CreatedAt { get; init; }

        public long UpdatedAt { get; init; }
    }
}
