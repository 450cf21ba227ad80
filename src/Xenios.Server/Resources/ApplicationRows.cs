using System.Data.Common;
using System.Text.Json;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Applications;
using Xenios.Server.Storage;

namespace Xenios.Server.Resources;

/// <summary>An application as it is stored.</summary>
/// <param name="Resource">Its fields, without the secret.</param>
/// <param name="Secrets">Its stored secrets.</param>
/// <param name="CreatedAt">Since when it exists, in milliseconds.</param>
/// <param name="UpdatedAt">When it was last changed, in milliseconds.</param>
internal sealed record StoredApplication(ApplicationResource Resource, string Secrets, long CreatedAt, long UpdatedAt);

/// <summary>The table of applications, for the resource file and the management API.</summary>
internal static class ApplicationRows
{
    /// <summary>One application.</summary>
    /// <param name="connection">Where to read.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="clientId">Its <c>client_id</c>.</param>
    /// <param name="transaction">The transaction; null outside of one.</param>
    public static async Task<StoredApplication?> FindAsync(DbConnection connection, string environment, string clientId, DbTransaction? transaction = null) =>
        Stored(await connection.QueryAsync<Row>($"{Columns} AND client_id = @clientId", new { environment, clientId }, transaction)).FirstOrDefault();

    /// <summary>Every application of an environment, or those after one, by <c>client_id</c>. There are as many in memory anyway.</summary>
    /// <param name="connection">Where to read.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="after">The last one of the page before; null for the beginning.</param>
    /// <param name="most">Most rows.</param>
    /// <param name="transaction">The transaction; null outside of one.</param>
    public static async Task<IReadOnlyList<StoredApplication>> ListAsync(
        DbConnection connection, string environment, string? after = null, int most = int.MaxValue, DbTransaction? transaction = null) =>
        [.. Stored(await connection.QueryAsync<Row>($"{Columns} AND client_id > @after ORDER BY client_id LIMIT @most", new { environment, after = after ?? "", most }, transaction))];

    /// <summary>Stores an application; what is not there yet is made.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="application">The application, checked.</param>
    /// <param name="vault">Seals secrets that must be read again.</param>
    /// <param name="now">The time.</param>
    /// <param name="scope">The transaction.</param>
    public static async Task WriteAsync(string environment, ApplicationResource application, Vault vault, DateTimeOffset now, WriteScope scope)
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
                hashes = Application.Secrets(stored, application, now, secret => vault.Seal(Application.Purpose(environment, application.ClientId!), secret)),
                now = now.ToUnixTimeMilliseconds(),
            },
            scope.Transaction);
    }

    /// <summary>Stores the secrets of an application.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="clientId">Its <c>client_id</c>.</param>
    /// <param name="secrets">The secrets, as <see cref="Application.Rotate"/> makes them.</param>
    /// <param name="now">The time.</param>
    /// <param name="scope">The transaction.</param>
    public static Task WriteSecretsAsync(string environment, string clientId, string secrets, DateTimeOffset now, WriteScope scope) => scope.Connection.ExecuteAsync(
        "UPDATE applications SET secret_hashes = @secrets, updated_at = @now WHERE environment_id = @environment AND client_id = @clientId",
        new { environment, clientId, secrets, now = now.ToUnixTimeMilliseconds() },
        scope.Transaction);

    /// <summary>Deletes an application with all that people allowed it: one that gets its name later inherits nothing.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="clientId">Its <c>client_id</c>.</param>
    /// <param name="now">The time.</param>
    /// <param name="scope">The transaction.</param>
    public static Task DeleteAsync(string environment, string clientId, DateTimeOffset now, WriteScope scope) => scope.Connection.ExecuteAsync(
        """
        DELETE FROM applications WHERE environment_id = @environment AND client_id = @clientId;
        DELETE FROM consents WHERE environment_id = @environment AND client_id = @clientId;
        DELETE FROM session_applications WHERE environment_id = @environment AND client_id = @clientId;
        UPDATE token_families SET revoked_at = @now WHERE environment_id = @environment AND client_id = @clientId AND revoked_at IS NULL;
        """,
        new { environment, clientId, now = now.ToUnixTimeMilliseconds() },
        scope.Transaction);

    private const string Columns =
        "SELECT settings AS Settings, secret_hashes AS Secrets, created_at AS CreatedAt, updated_at AS UpdatedAt FROM applications WHERE environment_id = @environment";

    private static IEnumerable<StoredApplication> Stored(IEnumerable<Row> rows) => rows.Select(row =>
        new StoredApplication(JsonSerializer.Deserialize(row.Settings, XeniosJson.Default.ApplicationResource)!, row.Secrets, row.CreatedAt, row.UpdatedAt));

    private sealed class Row
    {
        public string Settings { get; init; } = "";

        public string Secrets { get; init; } = "";

        public long CreatedAt { get; init; }

        public long UpdatedAt { get; init; }
    }
}
