using System.Text.Json;
using System.Text.Json.Nodes;
using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Storage;
using YamlDotNet.Serialization;

namespace Xenios.Server.Resources;

/// <summary>Writes an environment as a resource file without secrets: where one is needed stands <c>${NAME}</c>, to be set where the file is applied. Users are not in it: they are exported on their own.</summary>
internal sealed class Exporter(Database database, Vault vault)
{
    private static readonly ISerializer Yaml = new SerializerBuilder().WithQuotingNecessaryStrings().Build();

    /// <summary>The environment as one document.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="ct">Ends the reading.</param>
    public Task<ResourceDocument> ReadAsync(string environment, CancellationToken ct) => database.ReadAsync(
        async connection =>
        {
            var stored = (await EnvironmentRows.FindAsync(connection, environment))!;
            var applications = await ApplicationRows.ListAsync(connection, environment);
            var connections = await ConnectionRows.ListAsync(connection, environment);
            return new ResourceDocument
            {
                Environment = stored.Resource,
                Attributes = OrNone(await LocalAttributeRows.ListAsync(connection, environment)),
                Applications = OrNone(applications.Select(row => row.Resource with { ClientSecret = row.Secrets == "[]" ? null : Variable(row.Resource.ClientId!, "CLIENT_SECRET") })),
                Connections = OrNone(connections.Select(row => WithSecrets(row.Resource, row.Secrets(environment, vault)))),
            };
        },
        ct);

    /// <summary>A document as YAML.</summary>
    /// <param name="document">The document.</param>
    public static string AsYaml(ResourceDocument document) => Yaml.Serialize(Plain(JsonSerializer.SerializeToNode(document, XeniosJson.Default.ResourceDocument))!);

    // Only what there is: a variable that nobody can fill would keep the file from being applied.
    private static ConnectionResource WithSecrets(ConnectionResource connection, ConnectionSecrets secrets) => connection with
    {
        ClientSecret = string.IsNullOrEmpty(secrets.ClientSecret) ? null : Variable(connection.Slug!, "CLIENT_SECRET"),
        ApiKeySecret = string.IsNullOrEmpty(secrets.ApiKeySecret) ? null : Variable(connection.Slug!, "API_KEY_SECRET"),
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
