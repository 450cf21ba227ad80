using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Server.Resources;

namespace Xenios.Server.Management;

/// <summary>Reads what a call of the management API sends: one JSON object that becomes a wire record, or the list of what is wrong with it.</summary>
internal static class RequestBody
{
    /// <summary>Largest body of an ordinary call, in octets.</summary>
    public const int MaxBytes = 256 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = ResourceComposer.MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Reads the body as one JSON object.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="most">Most octets.</param>
    public static async Task<Result<JsonObject, Problem>> ReadAsync(HttpRequest request, CancellationToken ct, int most = MaxBytes)
    {
        var type = request.ContentType?.Split(';')[0].Trim();
        if (type is not ("application/json" or "application/merge-patch+json"))
        {
            return new Problem(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send application/json, or application/merge-patch+json with PATCH.");
        }

        if (!(await TextAsync(request, most, ct)).TryGet(out var text, out var problem))
        {
            return problem;
        }

        return Parse(text).TryGet(out var body, out var mistake) ? body : Problem.Malformed(mistake);
    }

    /// <summary>Reads a text as one JSON object, down to its last member.</summary>
    /// <param name="text">The text.</param>
    public static Result<JsonObject, FieldError> Parse(string text)
    {
        try
        {
            if (JsonNode.Parse(text, documentOptions: Strict) is not JsonObject body)
            {
                return new FieldError("", FieldCode.Malformed, "A JSON object is needed.");
            }

            // Texts are decoded when they are first looked at: half a surrogate pair is found here and not later.
            _ = ResourceNode.Of(body);
            return body;
        }
        catch (JsonException mistake)
        {
            return new FieldError("", FieldCode.Malformed, $"This is not JSON, or names a member twice: line {mistake.LineNumber + 1}, octet {mistake.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            return new FieldError("", FieldCode.Malformed, "A text holds half a surrogate pair, which is no character.");
        }
    }

    /// <summary>Reads the body as text.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">Most octets.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<Result<string, Problem>> TextAsync(HttpRequest request, int most, CancellationToken ct)
    {
        var tooLarge = new Problem(StatusCodes.Status413PayloadTooLarge, "too_large", $"The body has more than {most} octets.");
        if (request.ContentLength > most)
        {
            return tooLarge;
        }

        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(buffer, ct)) > 0)
        {
            kept.Write(buffer, 0, count);
            if (kept.Length > most)
            {
                return tooLarge;
            }
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(kept.GetBuffer(), 0, (int)kept.Length);
        }
        catch (DecoderFallbackException)
        {
            return Problem.Malformed(new FieldError("", FieldCode.Malformed, "The body is not UTF-8."));
        }
    }

    /// <summary>Makes a wire record of a JSON object. Unknown members are refused with the nearest known name.</summary>
    /// <param name="body">The object.</param>
    /// <typeparam name="T">A wire record of Xenios.Sdk.</typeparam>
    public static Result<T, Problem> Bind<T>(JsonObject body)
        where T : class
    {
        var errors = new ResourceFileErrors("");
        var record = (T?)new ResourceBinder(errors, variables: null).Bind(typeof(T), ResourceNode.Of(body));
        return record is not null && errors.All.Count == 0
            ? record
            : Problem.Malformed([.. errors.All.Select(error => new FieldError(error.Field, error.Code ?? FieldCode.Malformed, error.Nearest is null ? error.Message : $"{error.Message}; did you mean {error.Nearest}?"))]);
    }

    /// <summary>Reads the body as a wire record.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="most">Most octets.</param>
    /// <typeparam name="T">A wire record of Xenios.Sdk.</typeparam>
    public static async Task<Result<T, Problem>> ReadAsync<T>(HttpRequest request, CancellationToken ct, int most = MaxBytes)
        where T : class => (await ReadAsync(request, ct, most)).TryGet(out var body, out var problem) ? Bind<T>(body) : problem;

    /// <summary>Applies a JSON merge patch (RFC 7396 §2): members replace, null removes, objects merge.</summary>
    /// <param name="target">What is there; it is changed.</param>
    /// <param name="patch">What was sent.</param>
    public static JsonObject Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                target[name] = Merge(target[name] as JsonObject is { } held ? (JsonObject)held.DeepClone() : [], inner);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }

        return target;
    }
}
