using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Xenios.XSandbox.Http;

/// <summary>A whole answer in memory: status, type and body.</summary>
internal sealed record Answer(int Status, string ContentType, ReadOnlyMemory<byte> Body) : IResult
{
    public const string JsonType = "application/json; charset=utf-8";

    // X sends names as they are written, not as escapes.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Answer Json(int status, JsonNode body, string contentType = JsonType)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            body.WriteTo(writer);
        }

        return new(status, contentType, buffer.ToArray());
    }

    public static Answer Text(int status, string body, string contentType = "text/plain; charset=utf-8") =>
        new(status, contentType, Encoding.UTF8.GetBytes(body));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        await response.Body.WriteAsync(Body, httpContext.RequestAborted);
    }
}

/// <summary>Sends the browser to an address that was checked before.</summary>
internal sealed record Redirection(string Location, int Status = StatusCodes.Status302Found) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        httpContext.Response.Headers.Location = Location;
        return Task.CompletedTask;
    }

    /// <summary>An address with parameters added to the query it may already have.</summary>
    public static Redirection To(string address, params IEnumerable<KeyValuePair<string, string?>> parameters) =>
        new(Address(address, parameters));

    public static string Address(string address, params IEnumerable<KeyValuePair<string, string?>> parameters) =>
        address + (address.Contains('?', StringComparison.Ordinal) ? '&' : '?') + Protocol.Parameters.Format(parameters);
}
