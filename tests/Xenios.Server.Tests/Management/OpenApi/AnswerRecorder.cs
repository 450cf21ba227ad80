using System.Globalization;
using System.Text.Json;
using Xenios.Server.Management;

namespace Xenios.Server.Tests.Management.OpenApi;

/// <summary>Holds whatever a server answers against the OpenAPI document, and keeps which operations were called.</summary>
internal sealed class AnswerRecorder(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Every operation that was called, as method and path of the document.</summary>
    public HashSet<string> Called { get; } = new(StringComparer.Ordinal);

    /// <summary>What the document does not say.</summary>
    public List<string> Mistakes { get; } = [];

    /// <summary>The operation that a request calls.</summary>
    public static DocumentedOperation Find(HttpRequestMessage request)
    {
        // Another environment's lie below /e/{slug}.
        var path = request.RequestUri!.AbsolutePath[request.RequestUri.AbsolutePath.IndexOf(ManagementRoutes.Prefix, StringComparison.Ordinal)..];
        return OpenApiHost.Operations.Where(one => one.Method == request.Method.Method && Fits(one.Path, path)).OrderBy(one => one.Path.Count(c => c == '{')).First();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        var operation = Find(request);
        Called.Add(operation.ToString());
        var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (!operation.Json.GetProperty("responses").TryGetProperty(status, out var said))
        {
            Mistakes.Add($"{operation}: {status} is not said");
            return answer;
        }

        said = OpenApiHost.Resolve(said);
        var type = answer.Content.Headers.ContentType?.MediaType;
        foreach (var header in said.TryGetProperty("headers", out var headers) ? headers.EnumerateObject().Select(one => one.Name) : [])
        {
            Require(answer.Headers.Contains(header), $"{operation} {status}: no {header}");
        }

        if (!said.TryGetProperty("content", out var content))
        {
            Require(type is null, $"{operation} {status}: has a body");
        }
        else if (!content.TryGetProperty(type ?? "", out var body))
        {
            Mistakes.Add($"{operation} {status}: {type} is not said");
        }
        else if (type!.EndsWith("json", StringComparison.Ordinal))
        {
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            Compare(JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)).RootElement, body.GetProperty("schema"), $"{operation} {status}");
        }

        return answer;
    }

    private static bool Fits(string template, string path)
    {
        var (parts, actual) = (template.Split('/'), path.Split('/'));
        return parts.Length == actual.Length && parts.Zip(actual).All(pair => pair.First == pair.Second || pair.First.StartsWith('{'));
    }

    private void Compare(JsonElement value, JsonElement schema, string at)
    {
        schema = OpenApiHost.Resolve(schema);
        if (schema.TryGetProperty("type", out var type))
        {
            var kind = value.ValueKind switch
            {
                JsonValueKind.Object => "object",
                JsonValueKind.Array => "array",
                JsonValueKind.String => "string",
                JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
                JsonValueKind.True or JsonValueKind.False => "boolean",
                _ => "null",
            };
            Require(type.GetString() == kind, $"{at} is {kind}");
        }

        if (schema.TryGetProperty("enum", out var names))
        {
            Require(names.EnumerateArray().Any(name => name.GetString() == value.GetString()), $"{at} is {value}");
        }

        foreach (var (item, i) in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select((item, i) => (item, i)) : [])
        {
            Compare(item, schema.GetProperty("items"), $"{at}[{i}]");
        }

        if (value.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("type", out _))
        {
            return;
        }

        foreach (var name in schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(one => one.GetString()!) : [])
        {
            Require(value.TryGetProperty(name, out _), $"{at}.{name} is missing");
        }

        foreach (var member in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out var fields) && fields.TryGetProperty(member.Name, out var field))
            {
                Compare(member.Value, field, $"{at}.{member.Name}");
            }
            else if (schema.TryGetProperty("additionalProperties", out var entry))
            {
                Compare(member.Value, entry, $"{at}.{member.Name}");
            }
            else
            {
                Mistakes.Add($"{at}.{member.Name} is not said");
            }
        }
    }

    private void Require(bool fits, string mistake)
    {
        if (!fits)
        {
            Mistakes.Add(mistake);
        }
    }
}
