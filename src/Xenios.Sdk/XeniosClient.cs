using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Xenios.Sdk;

/// <summary>
/// The management API of a server, typed: a method per operation of its OpenAPI document. What the server refuses is a <see cref="XeniosApiException"/>; a server that
/// cannot be reached is an <see cref="HttpRequestException"/>, one that does not answer in time a <see cref="TimeoutException"/>. It may be used by many at once.
/// </summary>
public sealed partial class XeniosClient : IDisposable
{
    private const int MostBytes = 16 * 1024 * 1024;
    private const string Json = "application/json";
    private const string MergePatch = "application/merge-patch+json";
    private const string Lines = "application/jsonl";
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    // A part of an import may hold a thousand passwords to be hashed.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly HttpClient _http;
    private readonly bool _isOwn;
    private readonly Uri _api;
    private readonly string? _token;

    /// <summary>Makes a client of one environment of a server.</summary>
    /// <param name="server">Base URL, for example <c>https://id.example.org</c>, or <c>https://id.example.org/e/acme</c> for another environment than the default.</param>
    /// <param name="token">Bearer token: the operator's, or an access token with <c>manage:read</c> or <c>manage:write</c>. Null where <paramref name="http"/> brings one.</param>
    /// <param name="http">What sends; null for one of its own, which is disposed with it. A call ends after 30 seconds, an import after five minutes, or earlier as this says.</param>
    public XeniosClient(Uri server, string? token, HttpClient? http = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        (_http, _isOwn) = http is null ? (new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan }, true) : (http, false);
        (_api, _token) = (new Uri(server.AbsoluteUri.TrimEnd('/') + "/api/v1/"), token);
    }

    /// <summary>
    /// Whether every changing call is a dry run: the server checks it and answers as it would, and keeps nothing, so that ids, secrets and links in its answers are good for
    /// nothing. What cannot be tried, a connection test and the end of the caller's own session, is refused.
    /// </summary>
    public bool DryRun { get; init; }

    /// <summary>The same server and token, another environment.</summary>
    /// <param name="slug">Slug of the environment.</param>
    public XeniosClient InEnvironment(string slug)
    {
        var here = _api.AbsoluteUri[..^"/api/v1/".Length];
        var server = here.IndexOf("/e/", StringComparison.Ordinal) is var at && at > 0 ? here[..at] : here;
        return new XeniosClient(new Uri($"{server}/e/{Uri.EscapeDataString(slug)}"), _token, _isOwn ? null : _http) { DryRun = DryRun };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isOwn)
        {
            _http.Dispose();
        }
    }

    /// <summary>The server; never the token.</summary>
    public override string ToString() => _api.AbsoluteUri;

    private static string Path(params IEnumerable<string> parts) => string.Join('/', parts.Select(Uri.EscapeDataString));

    private static string Query(string path, IEnumerable<(string Name, string? Value)> parameters)
    {
        var text = string.Join('&', parameters.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"));
        return text.Length == 0 ? path : $"{path}?{text}";
    }

    private static ByteArrayContent Body(byte[] body, string type) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    private static ByteArrayContent Body<T>(T value, JsonTypeInfo<T> json) => Body(JsonSerializer.SerializeToUtf8Bytes(value, json), Json);

    private static ByteArrayContent Patch<T>(T changes, JsonTypeInfo<T> json) => Body(JsonSerializer.SerializeToUtf8Bytes(changes, json), MergePatch);

    private static ByteArrayContent Patch(JsonObject patch) => Body(Encoding.UTF8.GetBytes(patch.ToJsonString()), MergePatch);

    private static T Read<T>(Answer answer, JsonTypeInfo<T> json)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, json) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new XeniosApiException(XeniosApiException.Unexpected(200, "What the server answered is not what its API says. Is it of another version?"), exception);
        }
    }

    // One page after the other, as long as there is one.
    private static async IAsyncEnumerable<TItem> FollowAsync<TPage, TItem>(
        string? cursor, Func<string?, Task<TPage>> read, Func<TPage, (IReadOnlyList<TItem> Items, string? Next)> open, [EnumeratorCancellation] CancellationToken ct)
    {
        do
        {
            ct.ThrowIfCancellationRequested();
            (var items, cursor) = open(await read(cursor).ConfigureAwait(false));
            foreach (var item in items)
            {
                yield return item;
            }
        }
        while (cursor is not null);
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> json, CancellationToken ct) => Read(await SendAsync(new(HttpMethod.Get, path), ct).ConfigureAwait(false), json);

    private async Task<T> SendAsync<T>(Call call, JsonTypeInfo<T> json, CancellationToken ct) => Read(await SendAsync(call, ct).ConfigureAwait(false), json);

    private async Task<Tagged<T>> SendTaggedAsync<T>(Call call, JsonTypeInfo<T> json, CancellationToken ct)
    {
        var answer = await SendAsync(call, ct).ConfigureAwait(false);
        return new Tagged<T>(Read(answer, json), answer.ETag);
    }

    private async Task<Answer> SendAsync(Call call, CancellationToken ct)
    {
        var isDryRun = (DryRun || call.IsDryRun) && call.Method != HttpMethod.Get;
        var path = isDryRun ? $"{call.Path}{(call.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}dry_run=true" : call.Path;
        using var request = new HttpRequestMessage(call.Method, new Uri(_api, path)) { Content = call.Content };
        if (_token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        }

        request.Headers.TryAddWithoutValidation("Accept", call.Accept ?? Json);
        if (call.IfMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", call.IfMatch);
        }

        if (call.IdempotencyKey is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", call.IdempotencyKey);
        }

        var limit = call.IsLong ? Longest : Usual;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(ct);
        ends.CancelAfter(limit);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ends.Token).ConfigureAwait(false);
            await answer.Content.LoadIntoBufferAsync(MostBytes, ends.Token).ConfigureAwait(false);
            var body = await answer.Content.ReadAsStringAsync(ends.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode
                ? new Answer(body, answer.Headers.ETag?.ToString(), answer.Headers.TryGetValues("Link", out var links) ? links.FirstOrDefault() : null)
                : throw new XeniosApiException(Problem((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, body));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"{_api.GetLeftPart(UriPartial.Authority)} did not answer within {limit.TotalSeconds} seconds.");
        }
    }

    private static ProblemView Problem(int status, string? type, string body)
    {
        try
        {
            return (type == "application/problem+json" ? JsonSerializer.Deserialize(body, XeniosJson.Default.ProblemView) : null)
                ?? XeniosApiException.Unexpected(status, $"The server answered {status}, and not as its API does. Is the address right?");
        }
        catch (JsonException)
        {
            return XeniosApiException.Unexpected(status, $"The server answered {status} with a problem that cannot be read.");
        }
    }

    private sealed record Call(HttpMethod Method, string Path)
    {
        public HttpContent? Content { get; init; }

        public string? IfMatch { get; init; }

        public string? IdempotencyKey { get; init; }

        public string? Accept { get; init; }

        public bool IsLong { get; init; }

        public bool IsDryRun { get; init; }
    }

    private sealed record Answer(string Body, string? ETag, string? Link);
}

/// <summary>A thing of the management API as it was at one time.</summary>
/// <param name="Value">The thing.</param>
/// <param name="ETag">What <c>If-Match</c> of a change compares, so that nobody's change is overwritten unseen; null where the answer named none.</param>
/// <typeparam name="T">Its record.</typeparam>
public sealed record Tagged<T>(T Value, string? ETag);

/// <summary>The server refused a call.</summary>
public sealed class XeniosApiException : Exception
{
    /// <summary>Says what was refused.</summary>
    /// <param name="problem">What the server said.</param>
    /// <param name="inner">What lay behind it; null for nothing.</param>
    public XeniosApiException(ProblemView problem, Exception? inner = null)
        : base($"{problem.Title} ({problem.Code})", inner) => Problem = problem;

    /// <summary>What stands against the call: its status, its stable code, and what is wrong field by field.</summary>
    public ProblemView Problem { get; }

    /// <summary>What is said of an answer that is none of the API.</summary>
    /// <param name="status">Its HTTP status.</param>
    /// <param name="title">What to do.</param>
    internal static ProblemView Unexpected(int status, string title) => new() { Type = "about:blank", Title = title, Status = status, Code = "unexpected_answer" };
}
