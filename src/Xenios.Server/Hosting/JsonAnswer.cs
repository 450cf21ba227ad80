using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Xenios.Server.Hosting;

/// <summary>A JSON answer whose length is known before it is sent.</summary>
/// <param name="body">UTF-8 JSON.</param>
internal sealed class JsonAnswer(ReadOnlyMemory<byte> body) : IResult
{
    /// <summary>How answers are written: nothing is escaped that JSON does not ask for.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An object, written member by member.</summary>
    /// <param name="state">Passed to <paramref name="members"/>, so that it need not capture.</param>
    /// <param name="members">Writes the members.</param>
    /// <param name="size">About how many octets it takes.</param>
    /// <typeparam name="TState">Type of <paramref name="state"/>.</typeparam>
    public static JsonAnswer Object<TState>(TState state, Action<Utf8JsonWriter, TState> members, int size = 512)
    {
        var buffer = new ArrayBufferWriter<byte>(size);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            members(json, state);
            json.WriteEndObject();
        }

        return new JsonAnswer(buffer.WrittenMemory);
    }

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(httpContext.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
