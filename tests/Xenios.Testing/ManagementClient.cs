using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xenios.Sdk;
using Xenios.Server.Hosting;

namespace Xenios.Testing;

/// <summary>Calls the management API of a host under test as no proper client would: whatever is sent, whatever is answered. <see cref="Typed"/> is what applications use.</summary>
/// <param name="host">The host.</param>
/// <param name="token">Bearer token; null for the operator's, empty for none.</param>
/// <param name="prefix">What stands before <c>/api/v1</c>, for example <c>/e/two</c>.</param>
public sealed class ManagementClient(XeniosHost host, string? token = null, string prefix = "") : IDisposable
{
    private readonly HttpClient _client = host.NewClient();

    /// <summary>The client that applications and commands use, with the same token and environment.</summary>
    public XeniosClient Typed => field ??= new XeniosClient(new Uri(XeniosHost.Url + prefix), token == "" ? null : token ?? OperatorAccess.Read(host.Data)!.Token, _client);

    /// <summary>Sends one call.</summary>
    /// <param name="method">Method.</param>
    /// <param name="path">Path below <c>/api/v1</c>, with its query.</param>
    /// <param name="body">JSON text, an object to be written as JSON, or null for none.</param>
    /// <param name="headers">Further headers; <c>Content-Type</c> replaces the usual one.</param>
    public async Task<ManagementAnswer> SendAsync(string method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{prefix}/api/v1{path}");
        if (token != "")
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token ?? OperatorAccess.Read(host.Data)!.Token}");
        }

        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(method == "PATCH" ? "application/merge-patch+json" : "application/json");
        }

        foreach (var (name, value) in headers)
        {
            if (name == "Content-Type")
            {
                request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var answer = await _client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return new ManagementAnswer(
            (int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, text, answer.Headers.ETag?.Tag, answer.Headers.Location?.OriginalString, answer.Headers.WwwAuthenticate.ToString())
        {
            Link = answer.Headers.TryGetValues("Link", out var links) ? links.First() : null,
        };
    }

    /// <summary>Reads something.</summary>
    public Task<ManagementAnswer> GetAsync(string path) => SendAsync("GET", path);

    /// <summary>Makes something.</summary>
    public Task<ManagementAnswer> PostAsync(string path, object? body = null) => SendAsync("POST", path, body);

    /// <summary>Changes something.</summary>
    public Task<ManagementAnswer> PatchAsync(string path, object body) => SendAsync("PATCH", path, body);

    /// <summary>Deletes something.</summary>
    public Task<ManagementAnswer> DeleteAsync(string path) => SendAsync("DELETE", path);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}

/// <summary>What the management API answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">Media type.</param>
/// <param name="Body">The body.</param>
/// <param name="ETag">Entity tag, with its quotes.</param>
/// <param name="Location">Where a new thing is.</param>
/// <param name="Challenge"><c>WWW-Authenticate</c>.</param>
public sealed record ManagementAnswer(int Status, string? Type, string Body, string? ETag, string? Location, string Challenge)
{
    /// <summary>The <c>Link</c> header; null without one.</summary>
    public string? Link { get; init; }

    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>Stable code of a problem; null where the answer is none.</summary>
    public string? Code => Type == "application/problem+json" ? Text("code") : null;

    /// <summary>A member's text; null where there is none.</summary>
    public string? Text(string member) => Json.TryGetProperty(member, out var value) ? value.ToString() : null;

    /// <summary>The entries of a list.</summary>
    public IReadOnlyList<JsonElement> Items => [.. Json.GetProperty("items").EnumerateArray()];

    /// <summary>The refused fields of a problem, each as <c>field: code</c>.</summary>
    public IReadOnlyList<string> Errors => Json.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateArray().Select(error => $"{error.GetProperty("field")}: {error.GetProperty("code")}")] : [];
}
