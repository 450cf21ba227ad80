using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Http;

namespace Xenios.XSandbox.Control;

/// <summary>One JSON object of the control API, read strictly: the first member that is unknown or of the wrong type is the problem.</summary>
internal sealed class JsonInput
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly JsonElement _object;

    private JsonInput(JsonElement value) => _object = value;

    /// <summary>What is wrong, as far as it was read.</summary>
    public Rejection? Problem { get; private set; }

    /// <summary>Reads the body of a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="url">The sandbox's own address.</param>
    /// <param name="members">The members it may have.</param>
    public static async Task<(JsonInput? Input, Rejection? Rejection)> ReadAsync(HttpContext http, Uri url, params string[] members)
    {
        if (!SameOrigin.Allows(http.Request, url))
        {
            return (null, Rejection.CrossSite);
        }

        // A form of another site cannot send this type without asking first.
        if (!RequestBody.IsOfType(http.Request, "application/json"))
        {
            return (null, new(null, "Send application/json.", StatusCodes.Status415UnsupportedMediaType));
        }

        if (await RequestBody.ReadAsync(http) is not { } body)
        {
            return (null, new(null, "The body is too long.", StatusCodes.Status413PayloadTooLarge));
        }

        if (Parse(body) is not { ValueKind: JsonValueKind.Object } root)
        {
            return (null, new(null, "The body is not a JSON object in which every name comes once."));
        }

        foreach (var member in root.EnumerateObject())
        {
            if (!members.Contains(member.Name, StringComparer.Ordinal))
            {
                return (null, new(member.Name, $"\"{member.Name}\" is not known here. Known: {string.Join(", ", members)}."));
            }
        }

        return (new JsonInput(root), null);
    }

    public bool Has(string name) => _object.TryGetProperty(name, out _);

    public string? Text(string name, string? otherwise) => Read(name, otherwise, "a string", value => value.ValueKind switch
    {
        JsonValueKind.String => (true, value.GetString()),
        JsonValueKind.Null => (true, null),
        _ => (false, null),
    });

    public bool Flag(string name, bool otherwise) => Read(name, otherwise, "true or false", value => value.ValueKind switch
    {
        JsonValueKind.True => (true, true),
        JsonValueKind.False => (true, false),
        _ => (false, otherwise),
    });

    public int? Number(string name) => Read(name, (int?)null, "a whole number", value => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt32(out var number) => (true, number),
        JsonValueKind.Null => (true, (int?)null),
        _ => (false, null),
    });

    public IReadOnlyList<string> Texts(string name, IReadOnlyList<string> otherwise) => Read(name, otherwise, "a list of strings", value =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? (true, [.. value.EnumerateArray().Select(item => item.GetString()!)])
            : (false, otherwise));

    /// <summary>Remembers a problem unless there is one already.</summary>
    public void Reject(string? member, string message) => Problem ??= new(member, message);

    private T Read<T>(string name, T otherwise, string expected, Func<JsonElement, (bool Fits, T Value)> read)
    {
        if (!_object.TryGetProperty(name, out var element))
        {
            return otherwise;
        }

        var (fits, value) = read(element);
        if (!fits)
        {
            Reject(name, $"\"{name}\" must be {expected}.");
        }

        return value;
    }

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
