using System.Text.Json;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.Resources;

/// <summary>What a change runs into that only the stored rows know.</summary>
internal static class StoredConflicts
{
    /// <summary>Another subject attribute for a connection that people have come by already would make everybody somebody else (kinde-and-wso2 B11).</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="at">Path of the connection.</param>
    /// <param name="former">The connection as stored.</param>
    /// <param name="connection">The connection as it is to be.</param>
    /// <param name="id">Connection id.</param>
    /// <param name="scope">The transaction.</param>
    public static async Task<FieldError?> SubjectAttributeAsync(
        string environment, string at, ConnectionResource former, ConnectionResource connection, string id, WriteScope scope)
    {
        if (ConnectionPolicy.From(former).SubjectAttribute == ConnectionPolicy.From(connection).SubjectAttribute)
        {
            return null;
        }

        var identities = await scope.Connection.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM linked_identities WHERE environment_id = @environment AND connection_id = @id", new { environment, id }, scope.Transaction);
        return identities == 0
            ? null
            : new(FieldPath.Field(at, "subject_attribute"), FieldCode.Conflict, $"{identities} people came by this connection; with another subject attribute they would become somebody else. Make a new connection instead");
    }

    /// <summary>What a connection keeps in an account it made is not changed from elsewhere (<c>managed_by_connection</c>, kinde-and-wso2 B10).</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="at">Path of the user.</param>
    /// <param name="managedBy">Connection that manages the account; null for none.</param>
    /// <param name="stored">Stored attributes as JSON.</param>
    /// <param name="named">Attributes to be set.</param>
    /// <param name="scope">The transaction.</param>
    public static async Task<FieldError?> ManagedAsync(
        string environment, string at, string? managedBy, string stored, IReadOnlyDictionary<string, string>? named, WriteScope scope)
    {
        var before = AccountLookup.ReadAttributes(stored);
        var changed = (named ?? new Dictionary<string, string>()).Where(entry => before.GetValueOrDefault(entry.Key) != entry.Value).Select(entry => entry.Key).ToList();
        if (managedBy is null || changed.Count == 0)
        {
            return null;
        }

        var settings = await scope.Connection.ExecuteScalarAsync<string?>(
            "SELECT settings FROM connections WHERE environment_id = @environment AND connection_id = @managedBy", new { environment, managedBy }, scope.Transaction);
        var manager = settings is null ? null : JsonSerializer.Deserialize(settings, XeniosJson.Default.ConnectionResource);
        var kept = manager is null ? [] : AttributeMap.Create(manager.Attributes).Synced(ConnectionPolicy.From(manager).AttributeSync);
        return changed.FirstOrDefault(kept.Contains) is { } name
            ? new($"{at}.attributes.{name}", FieldCode.Conflict, $"this account is managed by connection {manager!.Slug}, which keeps this attribute")
            : null;
    }
}
