using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Storage;
using YamlDotNet.Serialization;

namespace Xenios.Server.Resources;

/// <summary>Writes an environment as a resource file without secrets: where one is needed stands <c>${NAME}</c>, to be set where the file is applied. Users are not in it: they are exported on their own.</summary>
internal sealed class Exporter(Database database)
{
    private static readonly ISerializer Yaml = new SerializerBuilder().WithQuotingNecessaryStrings().Build();

    /// <summary>The environment as one document.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="ct">Ends the reading.</param>
    public Task<ResourceDocument> ReadAsync(string environment, CancellationToken ct) => database.ReadAsync(
        async connection =>
        {
            var stored = (await EnvironmentRows.FindAsync(connection, environment))!;
            var attributes = await connection.QueryAsync<(string Name, string Type)>("SELECT name, type FROM local_attributes WHERE environment_id = @environment ORDER BY name", new { environment });
            var applications = await ApplicationRows.ListAsync(connection, environment);
            var connections = await connection.QueryAsync<(string Settings, long HasSecrets)>(
                "SELECT settings, CASE WHEN secrets_sealed IS NULL THEN 0 ELSE 1 END FROM connections WHERE environment_id = @environment ORDER BY slug", new { environment });
            return new ResourceDocument
            {
                Environment = stored.Resource,
                Attributes = OrNone(attributes.Select(row => new AttributeResource { Name = row.Name, Type = WireName.TryParse<AttributeType>(row.Type, out var type) ? type : null })),
                Applications = OrNone(applications.Select(row => row.Resource with { ClientSecret = row.Secrets == "[]" ? null : Variable(row.Resource.ClientId!, "CLIENT_SECRET") })),
                Connections = OrNone(connections.Select(row => WithSecrets(JsonSerializer.Deserialize(row.Settings, XeniosJson.Default.ConnectionResource)!, row.HasSecrets == 1))),
            };
        },
        ct);

    /// <summary>A document as YAML.</summary>
    /// <param name="document">The document.</param>
    public static string AsYaml(ResourceDocument document) => Yaml.Serialize(Plain(JsonSerializer.SerializeToNode(document, XeniosJson.Default.ResourceDocument))!);

    // Which of the two secrets there are cannot be read from their seal; the id beside each says which is in use.
    private static ConnectionResource WithSecrets(ConnectionResource connection, bool hasSecrets) => !hasSecrets ? connection : connection with
    {
        ClientSecret = string.IsNullOrEmpty(connection.ClientId) ? null : Variable(connection.Slug!, "CLIENT_SECRET"),
        ApiKeySecret = string.IsNullOrEmpty(connection.ApiKey) ? null : Variable(connection.Slug!, "API_KEY_SECRET"),
    };

    private static string Variable(string name, string what)
    {
        var letters = string.Concat(name.ToUpperInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return $"${{{(char.IsAsciiDigit(letters[0]) ? "_" : "")}{letters}_{what}}}";
    }

    private static IReadOnlyList<T>? OrNone<T>(IEnumerable<T> items) => items.ToArray() is { Length: > 0 } some ? some : null;

    // A "${" that somebody wrote must not become a variable of the file.
    private static object? Plain(JsonNode? value, string name = "") => value switch
    {
        null => null,
        JsonObject map => map.ToDictionary(member => member.Key, member => Plain(member.Value, member.Key)),
        JsonArray list => list.Select(item => Plain(item)).ToList(),
        _ => value.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => value.GetValue<long>(),
            _ => name is "client_secret" or "api_key_secret" ? value.GetValue<string>() : value.GetValue<string>().Replace("${", "$${", StringComparison.Ordinal),
        },
    };
}
