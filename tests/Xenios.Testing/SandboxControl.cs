using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Xenios.Testing;

/// <summary>The rest of the X sandbox's control API: apps, people, settings, and what it saw.</summary>
public static class SandboxControl
{
    /// <summary>Registers an app at X; its members are those of the control API, such as <c>client_id</c>.</summary>
    public static async Task<JsonElement> AddAppAsync(this XeniosHost host, string type, string more = "")
    {
        var callbacks = $"\"{XeniosHost.Url}/login/callback\", \"{XeniosHost.Url}/commonauth\"";
        const string Email = """ "request_email": true, "terms_url": "https://rp.test/terms", "privacy_url": "https://rp.test/privacy" """;
        return await host.SendAsync(HttpMethod.Post, "apps", $$"""{"type": "{{type}}", "callbacks": [{{callbacks}}], {{Email}} {{more}}}""");
    }

    /// <summary>Changes an app, named by its client ID or API key.</summary>
    public static Task<JsonElement> ChangeAppAsync(this XeniosHost host, string key, string json) => host.SendAsync(HttpMethod.Patch, $"apps/{key}", json);

    /// <summary>Adds a person.</summary>
    public static Task<JsonElement> AddPersonAsync(this XeniosHost host, string json) => host.SendAsync(HttpMethod.Post, "people", json);

    /// <summary>Changes how X answers questions it leaves open.</summary>
    public static Task<JsonElement> ChangeSandboxAsync(this XeniosHost host, string json) => host.SendAsync(HttpMethod.Patch, "settings", json);

    /// <summary>Everything the sandbox tells: apps, people, faults, fault kinds, the newest requests.</summary>
    public static async Task<JsonElement> SandboxStateAsync(this XeniosHost host)
    {
        using var client = host.NewSandboxClient();
        return await client.GetFromJsonAsync<JsonElement>(new Uri("/sandbox/api/state", UriKind.Relative));
    }

    private static async Task<JsonElement> SendAsync(this XeniosHost host, HttpMethod method, string path, string json)
    {
        using var client = host.NewSandboxClient();
        using var request = new HttpRequestMessage(method, new Uri($"/sandbox/api/{path}", UriKind.Relative)) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException(text);
    }
}
