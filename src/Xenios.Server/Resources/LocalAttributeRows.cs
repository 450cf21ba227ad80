using System.Data.Common;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.Resources;

/// <summary>Stores what a resource file says about local attributes: which there are, and a user's values.</summary>
internal static class LocalAttributeRows
{
    /// <summary>An environment's own attributes, by name.</summary>
    /// <param name="connection">Where to read.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="transaction">The transaction; null outside of one.</param>
    public static async Task<IReadOnlyList<AttributeResource>> ListAsync(DbConnection connection, string environment, DbTransaction? transaction = null) =>
    [
        .. (await connection.QueryAsync<(string Name, string Type)>("SELECT name, type FROM local_attributes WHERE environment_id = @environment ORDER BY name", new { environment }, transaction))
            .Select(row => new AttributeResource { Name = row.Name, Type = WireName.TryParse<AttributeType>(row.Type, out var type) ? type : AttributeType.Text }),
    ];

    /// <summary>Stores an environment's own attributes; what is not named stays.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="attributes">The attributes, checked.</param>
    /// <param name="scope">The transaction.</param>
    public static async Task WriteAsync(string environment, IReadOnlyList<AttributeResource> attributes, WriteScope scope)
    {
        foreach (var attribute in attributes)
        {
            await scope.Connection.ExecuteAsync(
                "INSERT INTO local_attributes (environment_id, name, type) VALUES (@environment, @Name, @type) ON CONFLICT (environment_id, name) DO UPDATE SET type = excluded.type",
                new { environment, attribute.Name, type = WireName.Of(attribute.Type ?? AttributeType.Text) },
                scope.Transaction);
        }
    }

    /// <summary>A user's attributes after an administrator named some.</summary>
    /// <param name="stored">Stored attributes as JSON.</param>
    /// <param name="named">Values by name; null for none.</param>
    /// <returns>JSON to store.</returns>
    public static string Merge(string stored, IReadOnlyDictionary<string, string>? named)
    {
        var attributes = new Dictionary<string, string>(AccountLookup.ReadAttributes(stored), StringComparer.Ordinal);
        foreach (var (name, value) in named ?? new Dictionary<string, string>())
        {
            attributes[name] = value;
        }

        return AccountWriter.WriteAttributes(attributes);
    }
}
