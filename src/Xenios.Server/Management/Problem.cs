using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Xenios.Server.Hosting;
using Xenios.Server.Resources;

namespace Xenios.Server.Management;

/// <summary>What stands against a call of the management API, as problem+json (RFC 9457). Malformed input is 400, well-formed input that a rule refuses is 422.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable code, whatever the words are.</param>
/// <param name="Title">One sentence: what is wrong and what to do. Never a secret, never a value that was sent.</param>
/// <param name="Errors">What is wrong field by field.</param>
internal sealed record Problem(int Status, string Code, string Title, IReadOnlyList<FieldError>? Errors = null) : IResult
{
    /// <summary>No token, or one that is not good here.</summary>
    /// <param name="title">What to do.</param>
    public static Problem Unauthorized(string title) => new(StatusCodes.Status401Unauthorized, "unauthorized", title);

    /// <summary>What an id names does not exist in this environment.</summary>
    /// <param name="what">What was looked for, for example <c>application</c>.</param>
    public static Problem NotFound(string what) => new(StatusCodes.Status404NotFound, "not_found", $"There is no such {what} in this environment.");

    /// <summary>Something in the way that the caller does not see: a name that is taken, a thing that changed meanwhile.</summary>
    /// <param name="code">Stable code.</param>
    /// <param name="title">What to do.</param>
    public static Problem Conflict(string code, string title) => new(StatusCodes.Status409Conflict, code, title);

    /// <summary>A known caller who may not do this.</summary>
    /// <param name="title">Who may.</param>
    public static Problem Forbidden(string title) => new(StatusCodes.Status403Forbidden, "forbidden", title);

    /// <summary>Input that cannot be read: wrong types, unknown fields.</summary>
    /// <param name="errors">Field by field.</param>
    public static Problem Malformed(params IReadOnlyList<FieldError> errors) =>
        new(StatusCodes.Status400BadRequest, "malformed", "The request could not be read.", errors);

    /// <summary>Input that rules refuse.</summary>
    /// <param name="errors">Field by field.</param>
    public static Problem Refused(IReadOnlyList<FieldError> errors) =>
        new(StatusCodes.Status422UnprocessableEntity, "refused", errors.Count == 1 ? "A field is refused." : $"{errors.Count} fields are refused.", errors);

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, JsonAnswer.Options))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", Title);
            json.WriteNumber("status", Status);
            json.WriteString("code", Code);
            if (Errors is { Count: > 0 })
            {
                json.WriteStartArray("errors");
                foreach (var error in Errors)
                {
                    json.WriteStartObject();
                    json.WriteString("field", error.Path);
                    json.WriteString("code", error.Code);
                    json.WriteString("message", error.Message);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        httpContext.Response.StatusCode = Status;
        httpContext.Response.ContentType = "application/problem+json";
        httpContext.Response.ContentLength = buffer.WrittenCount;
        return httpContext.Response.Body.WriteAsync(buffer.WrittenMemory, httpContext.RequestAborted).AsTask();
    }
}
