using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xenios.Protocol;
using Xenios.Server.Hosting;

namespace Xenios.Server.Connectors.X;

/// <summary>X's answer to one call, read whole within limits.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The body as text.</param>
/// <param name="Json">The body as JSON; null when it is not well-formed JSON of a JSON media type.</param>
/// <param name="ResetAt">When a rate limit ends, if X said.</param>
/// <param name="IsHtml">Whether X, or what stands before it, sent a page.</param>
internal sealed record XAnswer(HttpStatusCode Status, string Body, JsonElement? Json, DateTimeOffset? ResetAt, bool IsHtml)
{
    private const int MaxBody = 1024 * 1024;

    private static readonly Meter Meter = new("Xenios.Upstreams");
    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>("xenios.upstream.request.duration", "s", "Calls to X, by endpoint and outcome.");
    private static readonly ActivitySource Source = new("Xenios");

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Sends a request and reads the answer. Everything the network can do wrong is a failure with its step.</summary>
    /// <param name="context">Whose client is used.</param>
    /// <param name="request">The request.</param>
    /// <param name="step">The step it belongs to.</param>
    /// <param name="ct">The visit's time limit.</param>
    public static async Task<Result<XAnswer, UpstreamFailure>> SendAsync(ConnectorContext context, HttpRequestMessage request, UpstreamStep step, CancellationToken ct)
    {
        var (began, ticks, status) = (context.Time.GetUtcNow(), context.Time.GetTimestamp(), (int?)null);

        // X's paths are constants, so a path names an endpoint.
        using var activity = Source.HasListeners() ? Source.StartActivity($"{request.Method} {request.RequestUri!.AbsolutePath}", ActivityKind.Client) : null;
        try
        {
            using var response = await context.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            status = (int)response.StatusCode;
            var body = await ReadAsync(response.Content, ct);
            if (body is null)
            {
                return new UpstreamFailure(UpstreamFailureKind.Unavailable, "X-115", step, $"HTTP {(int)response.StatusCode}: the answer is larger than {MaxBody} bytes");
            }

            var type = response.Content.Headers.ContentType?.MediaType ?? "";
            return new XAnswer(response.StatusCode, body, ReadJson(type, body), Reset(response.Headers, context.Time), type == "text/html" && body.TrimStart().StartsWith('<'));
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException or IOException)
        {
            return Broken(exception, step, ct);
        }
        finally
        {
            context.Calls.Add(new UpstreamCall(step, began, context.Time.GetElapsedTime(ticks), status));
            if (activity is not null || Durations.Enabled)
            {
                Measure(activity, request, step, context.Time.GetElapsedTime(ticks), status);
            }
        }
    }

    /// <summary>A member's text exactly as sent; null when it is absent, no string, or not text at all (half a surrogate pair).</summary>
    /// <param name="json">An object.</param>
    /// <param name="name">The member.</param>
    public static string? Text(JsonElement json, string name)
    {
        try
        {
            return json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static void Measure(Activity? activity, HttpRequestMessage request, UpstreamStep step, TimeSpan duration, int? status)
    {
        var error = status is null ? "no_answer" : status >= 400 ? status.Value.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
        var tags = new TagList
        {
            { "xenios.connection.kind", "x" },
            { "xenios.upstream.step", step.ToString().ToLowerInvariant() },
            { "url.template", request.RequestUri!.AbsolutePath },
            { "http.request.method", request.Method.Method },
        };
        if (status is not null)
        {
            tags.Add("http.response.status_code", status);
        }

        if (error is not null)
        {
            tags.Add("error.type", error);
            activity?.SetStatus(ActivityStatusCode.Error);
        }

        Durations.Record(duration.TotalSeconds, tags);
        foreach (var (name, value) in tags)
        {
            activity?.SetTag(name, value);
        }
    }

    /// <summary>What a call that threw comes to.</summary>
    /// <param name="exception">What it threw.</param>
    /// <param name="step">The step it belongs to.</param>
    /// <param name="ct">The limit it ran under.</param>
    public static UpstreamFailure Broken(Exception exception, UpstreamStep step, CancellationToken ct)
    {
        // By the limit first: what a cancelled call throws differs with the moment it was cancelled in.
        if (ct.IsCancellationRequested || exception.InnerException is TimeoutException)
        {
            return new(UpstreamFailureKind.TimedOut, "X-110", step, "no answer in time");
        }

        var unreachable = exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
        };
        return unreachable
            ? new(UpstreamFailureKind.Unavailable, "X-111", step, Describe((HttpRequestException)exception))
            : new(UpstreamFailureKind.Unavailable, "X-110", step, "the connection broke while answering");
    }

    private static string Describe(HttpRequestException exception) => exception.InnerException switch
    {
        SocketException socket => $"cannot connect: {socket.SocketErrorCode}",
        System.Security.Authentication.AuthenticationException => "TLS failed",
        ForbiddenAddressException forbidden => forbidden.Message,
        _ => $"cannot connect: {exception.HttpRequestError}",
    };

    private static async Task<string?> ReadAsync(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(chunk, ct)) > 0)
        {
            if (buffer.Length + read > MaxBody)
            {
                return null;
            }

            buffer.Write(chunk, 0, read);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static JsonElement? ReadJson(string mediaType, string body)
    {
        if (!mediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return document.RootElement.Clone();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second comes of a member's name that is no text, when names are compared.
            return null;
        }
    }

    private static DateTimeOffset? Reset(HttpResponseHeaders headers, TimeProvider time)
    {
        if (headers.TryGetValues("x-rate-limit-reset", out var values) && long.TryParse(values.First(), out var seconds) && seconds is > 0 and < 253402300800)
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        }

        return headers.RetryAfter?.Delta is { } delta && delta < TimeSpan.FromDays(30) ? time.GetUtcNow() + delta : null;
    }
}
