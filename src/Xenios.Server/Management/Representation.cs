using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Xenios.Server.Hosting;

namespace Xenios.Server.Management;

/// <summary>A thing as the management API shows it, with the <c>ETag</c> that <c>If-Match</c> compares (RFC 9110 §8.8.3): the same thing always has the same one, on every node.</summary>
/// <param name="body">The JSON that is shown.</param>
/// <param name="status">HTTP status.</param>
/// <param name="location">Path of a thing that was made; null for none.</param>
/// <param name="tag">Its entity tag, where this answer shows more than a later one: a secret that is shown once.</param>
internal sealed class Representation(byte[] body, int status = StatusCodes.Status200OK, string? location = null, string? tag = null) : IResult
{
    /// <summary>Shows a wire record.</summary>
    /// <param name="value">The record.</param>
    /// <param name="json">How it is written.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="location">Path of a thing that was made.</param>
    /// <typeparam name="T">The record's type.</typeparam>
    public static Representation Of<T>(T value, JsonTypeInfo<T> json, int status = StatusCodes.Status200OK, string? location = null) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, json), status, location);

    /// <summary>A wire record as it is sent.</summary>
    /// <param name="value">The record.</param>
    /// <param name="json">How it is written.</param>
    /// <typeparam name="T">The record's type.</typeparam>
    public static byte[] Write<T>(T value, JsonTypeInfo<T> json) => JsonSerializer.SerializeToUtf8Bytes(value, json);

    /// <summary>The strong entity tag of a body.</summary>
    /// <param name="body">JSON as it is shown.</param>
    public static string Tag(ReadOnlySpan<byte> body) => $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12))}\"";

    /// <summary>Compares <c>If-Match</c> with what is stored; call it within the transaction that changes it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="current">The thing as it would be shown now.</param>
    /// <param name="json">How it is written.</param>
    /// <typeparam name="T">The record's type.</typeparam>
    /// <returns>Null when the change may go on.</returns>
    public static Problem? Check<T>(HttpRequest request, T current, JsonTypeInfo<T> json)
    {
        var wanted = request.Headers.IfMatch;
        if (wanted.Count == 0 || wanted.ToString() == "*")
        {
            return null;
        }

        var tag = Tag(JsonSerializer.SerializeToUtf8Bytes(current, json));
        return wanted.ToString().Split(',').Any(one => one.Trim() == tag)
            ? null
            : new Problem(StatusCodes.Status412PreconditionFailed, "changed_meanwhile", "Somebody changed it meanwhile. Read it again, then send the change with its new ETag.");
    }

    /// <summary>Whether two records are shown alike, so that nothing was changed.</summary>
    /// <param name="one">A record.</param>
    /// <param name="other">Another.</param>
    /// <param name="json">How they are written.</param>
    /// <typeparam name="T">Their type.</typeparam>
    public static bool IsSame<T>(T one, T other, JsonTypeInfo<T> json) => Write(one, json).AsSpan().SequenceEqual(Write(other, json));

    /// <summary>A record as a JSON object, to merge a patch into.</summary>
    /// <param name="value">The record.</param>
    /// <param name="json">How it is written.</param>
    /// <typeparam name="T">The record's type.</typeparam>
    public static JsonObject AsObject<T>(T value, JsonTypeInfo<T> json) => (JsonObject)JsonSerializer.SerializeToNode(value, json)!;

    /// <summary>A record as a JSON object; null for none.</summary>
    /// <inheritdoc cref="AsObject"/>
    public static JsonObject? AsObjectOrNull<T>(T? value, JsonTypeInfo<T> json)
        where T : class => value is null ? null : AsObject(value, json);

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.Headers.ETag = tag ?? Tag(body);
        if (location is not null)
        {
            httpContext.Response.Headers.Location = httpContext.Request.PathBase + location;
        }

        return new JsonAnswer(body).ExecuteAsync(httpContext);
    }
}
