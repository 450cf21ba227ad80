using System.Text.Json;

namespace Xenios.Browser.Tests.Rig;

/// <summary>The control API of the X sandbox.</summary>
/// <param name="url">Where the sandbox answers.</param>
public sealed class XControl(string url)
{
    private int _people;

    /// <summary>Where the sandbox answers.</summary>
    public string Url => url;

    /// <summary>Everything as it was at the start.</summary>
    public Task ResetAsync() => LocalHttp.SendAsync(HttpMethod.Post, $"{url}/sandbox/api/reset");

    /// <summary>Switches a fault on.</summary>
    public Task FaultAsync(string endpoint, object fault) => LocalHttp.SendAsync(HttpMethod.Put, $"{url}/sandbox/api/faults/{endpoint}", fault);

    /// <summary>Switches every fault off.</summary>
    public Task NoFaultsAsync() => LocalHttp.SendAsync(HttpMethod.Delete, $"{url}/sandbox/api/faults");

    /// <summary>Adds somebody whom no server has seen and who shares no address.</summary>
    /// <returns>The key of the new person.</returns>
    public async Task<string> AddPersonWithoutEmailAsync()
    {
        var key = $"new{Interlocked.Increment(ref _people)}";
        await LocalHttp.SendAsync(HttpMethod.Post, $"{url}/sandbox/api/people", new { key, username = $"{key}_person", name = $"New Person {_people}" });
        return key;
    }

    /// <summary>Adds somebody with an address that X has confirmed.</summary>
    /// <param name="key">Key of the new person.</param>
    /// <param name="email">The address.</param>
    public Task AddPersonAsync(string key, string email) =>
        LocalHttp.SendAsync(HttpMethod.Post, $"{url}/sandbox/api/people", new { key, username = $"{key}_person", name = $"{key} at X", email, email_state = "confirmed" });

    /// <summary>How often an endpoint was asked since the last reset.</summary>
    public async Task<int> CountAsync(string endpoint)
    {
        var state = await LocalHttp.GetAsync($"{url}/sandbox/api/state");
        return state.GetProperty("requests").EnumerateArray().Count(request => request.GetProperty("endpoint").GetString() == endpoint);
    }

    /// <summary>Registers an app.</summary>
    public async Task<(string ClientId, string ClientSecret)> AddAppAsync(string callback)
    {
        var app = await LocalHttp.SendAsync(HttpMethod.Post, $"{url}/sandbox/api/apps", new
        {
            name = "Restarted",
            callbacks = new[] { callback },
            request_email = true,
            terms_url = "https://example.org/terms",
            privacy_url = "https://example.org/privacy",
        });
        return (Text(app, "client_id"), Text(app, "client_secret"));
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
