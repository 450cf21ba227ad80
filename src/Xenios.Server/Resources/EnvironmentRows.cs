using System.Data.Common;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Storage;

namespace Xenios.Server.Resources;

/// <summary>An environment as it is stored.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Resource">Its fields.</param>
/// <param name="IsDefault">Whether the bare host is this environment.</param>
/// <param name="CreatedAt">Since when it exists, in milliseconds.</param>
internal sealed record StoredEnvironment(string Id, EnvironmentResource Resource, bool IsDefault, long CreatedAt)
{
    /// <summary>Whether real people sign in there.</summary>
    public EnvironmentKind Kind => Resource.Kind ?? EnvironmentKind.NonProduction;
}

/// <summary>The table of environments, for the resource file and the management API.</summary>
internal static class EnvironmentRows
{
    /// <summary>One environment.</summary>
    /// <param name="connection">Where to read.</param>
    /// <param name="id">Its id or slug; no slug looks like an id.</param>
    /// <param name="transaction">The transaction; null outside of one.</param>
    public static async Task<StoredEnvironment?> FindAsync(DbConnection connection, string id, DbTransaction? transaction = null) =>
        Stored(await connection.QueryAsync<Row>($"{Columns} WHERE environment_id = @id OR slug = @id", new { id }, transaction)).FirstOrDefault();

    /// <summary>Every environment, or those after one, by slug.</summary>
    /// <param name="connection">Where to read.</param>
    /// <param name="after">The last one of the page before; null for the beginning.</param>
    /// <param name="most">Most rows.</param>
    public static async Task<IReadOnlyList<StoredEnvironment>> ListAsync(DbConnection connection, string? after, int most) =>
        [.. Stored(await connection.QueryAsync<Row>($"{Columns} WHERE slug > @after ORDER BY slug LIMIT @most", new { after = after ?? "", most }))];

    /// <summary>Stores what a resource file says; what is not there yet is made, with its keys, and what is not named stays.</summary>
    /// <param name="resource">The environment; null for the default one.</param>
    /// <param name="maker">Makes its keys.</param>
    /// <param name="vault">Seals its keys.</param>
    /// <param name="now">The time.</param>
    /// <param name="scope">The transaction.</param>
    public static async Task<StoredEnvironment> WriteAsync(EnvironmentResource? resource, KeyMaker maker, Vault vault, DateTimeOffset now, WriteScope scope)
    {
        var slug = resource?.Slug ?? await scope.Connection.ExecuteScalarAsync<string?>("SELECT slug FROM environments WHERE is_default = 1", null, scope.Transaction) ?? "default";
        var stored = (await scope.Connection.QueryAsync<Row>($"{Columns} WHERE slug = @slug", new { slug }, scope.Transaction)).FirstOrDefault();
        var values = new
        {
            Id = stored?.Id ?? Secrets.NewId("env", now),
            slug,
            kind = resource?.Kind is { } given ? WireName.Of(given) : stored?.Kind ?? WireName.Of(EnvironmentKind.NonProduction),
            name = resource?.DisplayName ?? stored?.DisplayName ?? "Xenios",
            settings = EnvironmentSettings.Merge(stored?.Settings, resource),
            now = now.ToUnixTimeMilliseconds(),
        };
        if (stored is null)
        {
            await scope.Connection.ExecuteAsync(
                """
                INSERT INTO environments (environment_id, slug, kind, display_name, settings, is_default, version, created_at)
                VALUES (@Id, @slug, @kind, @name, @settings, CASE WHEN EXISTS (SELECT 1 FROM environments WHERE is_default = 1) THEN 0 ELSE 1 END, 0, @now)
                """,
                values,
                scope.Transaction);
            await KeyRing.EnsureAsync(values.Id, maker, vault, now, scope);
        }
        else
        {
            await scope.Connection.ExecuteAsync(Update, values, scope.Transaction);
        }

        return (await FindAsync(scope.Connection, values.Id, scope.Transaction))!;
    }

    /// <summary>Stores an environment that is known whole.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="whole">Its fields, checked; what is not named is the default again.</param>
    /// <param name="scope">The transaction.</param>
    public static Task ReplaceAsync(string id, EnvironmentResource whole, WriteScope scope) => scope.Connection.ExecuteAsync(
        Update,
        new { Id = id, kind = WireName.Of(whole.Kind ?? EnvironmentKind.NonProduction), name = whole.DisplayName ?? whole.Slug ?? "Xenios", settings = EnvironmentSettings.Write(whole) },
        scope.Transaction);

    /// <summary>Counts a change: other nodes look at the number, and within the transaction its row is a lock.</summary>
    /// <param name="id">Environment id.</param>
    /// <param name="scope">The transaction.</param>
    public static Task CountAsync(string id, WriteScope scope) =>
        scope.Connection.ExecuteAsync("UPDATE environments SET version = version + 1 WHERE environment_id = @id", new { id }, scope.Transaction);

    private const string Columns =
        "SELECT environment_id AS Id, slug AS Slug, kind AS Kind, display_name AS DisplayName, settings AS Settings, is_default AS IsDefault, created_at AS CreatedAt FROM environments";

    private const string Update = "UPDATE environments SET kind = @kind, display_name = @name, settings = @settings WHERE environment_id = @Id";

    private static IEnumerable<StoredEnvironment> Stored(IEnumerable<Row> rows) => rows.Select(row => new StoredEnvironment(
        row.Id,
        EnvironmentSettings.Read(row.Settings) with
        {
            Slug = row.Slug,
            Kind = WireName.TryParse<EnvironmentKind>(row.Kind, out var kind) ? kind : EnvironmentKind.NonProduction,
            DisplayName = row.DisplayName,
        },
        row.IsDefault == 1,
        row.CreatedAt));

    private sealed class Row
    {
        public string Id { get; init; } = "";

        public string Slug { get; init; } = "";

        public string Kind { get; init; } = "";

        public string DisplayName { get; init; } = "";

        public string Settings { get; init; } = "{}";

        public long IsDefault { get; init; }

        public long CreatedAt { get; init; }
    }
}
