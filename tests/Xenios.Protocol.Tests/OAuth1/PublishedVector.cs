using System.Text.Json;

namespace Xenios.Protocol.Tests.OAuth1;

/// <summary>A published HMAC-SHA1 example: inputs and what its source prints. The id names the source (RFC 5849, OAuth Core 1.0, X's documentation).</summary>
internal sealed record PublishedVector(
    string Id, string Method, string Url, string[][] Params, string ConsumerSecret, string TokenSecret, string BaseString, string Signature)
{
    private static readonly Dictionary<string, PublishedVector> ById = Load();

    /// <summary>Every id, as rows of a theory.</summary>
    public static TheoryData<string> Ids => [.. ById.Keys];

    /// <summary>Ids of the requests that carry <c>oauth_version</c>, as ours always do.</summary>
    public static TheoryData<string> IdsWithVersion => [.. ById.Values.Where(v => v.Params.Any(p => p[0] == "oauth_version")).Select(v => v.Id)];

    /// <summary>All parameters, decoded.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs => Params.Select(p => KeyValuePair.Create(p[0], p[1]));

    /// <summary>One parameter's value, or null.</summary>
    public string? this[string name] => Params.FirstOrDefault(p => p[0] == name)?[1];

    public static PublishedVector Get(string id) => ById[id];

    private static Dictionary<string, PublishedVector> Load()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Vectors", "oauth1.json"));
        return JsonSerializer.Deserialize<PublishedVector[]>(file, JsonSerializerOptions.Web)!.ToDictionary(v => v.Id, StringComparer.Ordinal);
    }
}
