using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Xenios.Browser.Tests.Rig;

/// <summary>Requests of the tests themselves. Every name is this computer, as browsers have it for names below .localhost.</summary>
internal static class LocalHttp
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (context, ct) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    /// <summary>Whether an address answers 200.</summary>
    public static async Task<bool> IsOkAsync(string url, CancellationToken ct)
    {
        try
        {
            using var answer = await Client.GetAsync(new Uri(url), ct);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Reads JSON.</summary>
    public static Task<JsonElement> GetAsync(string url) => Client.GetFromJsonAsync<JsonElement>(url);

    /// <summary>Posts a form and says where the answer leads.</summary>
    public static async Task<string> PostAsync(string url, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await Client.PostAsync(new Uri(url), form);
        return answer.Headers.Location?.OriginalString ?? throw new InvalidOperationException($"{url} answered {(int)answer.StatusCode} and leads nowhere.");
    }

    /// <summary>Sends JSON and reads the answer's.</summary>
    public static async Task<JsonElement> SendAsync(HttpMethod method, string url, object? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = body is null ? null : JsonContent.Create(body) };
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        using var answer = await Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return !answer.IsSuccessStatusCode ? throw new InvalidOperationException($"{method} {url}: {(int)answer.StatusCode} {text}")
            : text.Length == 0 ? default
            : JsonDocument.Parse(text).RootElement;
    }
}
