using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Xenios.Protocol;

namespace Xenios.XSandbox.Tests;

/// <summary>One sandbox on the real pipeline, with the calls most tests make.</summary>
internal sealed class SandboxFixture : IAsyncDisposable
{
    public const string Callback = "http://127.0.0.1:7400/login/callback";
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    public const string ProfileScopes = "users.read tweet.read";

    public static readonly Uri Url = new("http://127.0.0.1:7401");

    private readonly WebApplication _app;

    private SandboxFixture(WebApplication app, XSandboxOptions options)
    {
        (_app, Options) = (app, options);
        Http = app.GetTestClient();
        Http.BaseAddress = Url;
    }

    public XSandboxOptions Options { get; }

    public HttpClient Http { get; }

    public ManualTime Time => (ManualTime)Options.Time;

    public XSandboxApp App => Options.BuiltInApp;

    public static async Task<SandboxFixture> StartAsync(bool exposed = false, params string[] moreCallbacks)
    {
        var options = new XSandboxOptions
        {
            Url = Url,
            BuiltInCallbacks = [Callback, .. moreCallbacks],
            Time = new ManualTime(),
            Exposed = exposed,
        };
        var app = XSandboxServer.Create(options, builder => builder.WebHost.UseTestServer());
        await app.StartAsync();
        return new(app, options);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public string AuthorizeUrl(Action<Dictionary<string, string?>>? change = null)
    {
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = App.ClientId,
            ["redirect_uri"] = Callback,
            ["scope"] = ProfileScopes,
            ["state"] = "st-1",
            ["code_challenge"] = Pkce.Challenge(Verifier),
            ["code_challenge_method"] = "S256",
        };
        change?.Invoke(query);
        return "/i/oauth2/authorize?" + Parameters.Format(query);
    }

    /// <summary>Signs a person in up to the code.</summary>
    public async Task<string> CodeAsync(string person = "ada", string scope = ProfileScopes, Action<Dictionary<string, string?>>? change = null)
    {
        using var response = await Http.GetAsync(AuthorizeUrl(query =>
        {
            query["scope"] = scope;
            query["sandbox_person"] = person;
            change?.Invoke(query);
        }));
        Assert.Equal(302, (int)response.StatusCode);
        return Query(response)["code"]!;
    }

    public Task<Answer> TokenAsync(Dictionary<string, string> form, string? basic = null, string path = "/2/oauth2/token")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        if ((basic ?? $"{App.ClientId}:{App.ClientSecret}") is { Length: > 0 } pair)
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        }

        return SendAsync(request);
    }

    public static Dictionary<string, string> CodeForm(string code) => new()
    {
        ["grant_type"] = "authorization_code",
        ["code"] = code,
        ["redirect_uri"] = Callback,
        ["code_verifier"] = Verifier,
    };

    public Task<Answer> RedeemAsync(string code) => TokenAsync(CodeForm(code));

    public Task<Answer> RefreshAsync(string token) =>
        TokenAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = token });

    /// <summary>Signs a person in up to the access token.</summary>
    public async Task<string> AccessTokenAsync(string person = "ada", string scope = ProfileScopes) =>
        (await RedeemAsync(await CodeAsync(person, scope))).Json["access_token"]!.GetValue<string>();

    public Task<Answer> MeAsync(string? token, string query = "", string method = "GET")
    {
        var request = new HttpRequestMessage(new HttpMethod(method), "/2/users/me" + query);
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        return SendAsync(request);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(new(HttpMethod.Get, path));

    public Task<Answer> PostFormAsync(string path, Dictionary<string, string> form, string? site = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        return SendAsync(request);
    }

    public Task<Answer> ControlAsync(string method, string path, string? json = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), "/sandbox/api/" + path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        return SendAsync(request);
    }

    public async Task FaultAsync(string endpoint, string json)
    {
        var answer = await ControlAsync("PUT", $"faults/{endpoint}", json);
        Assert.True(answer.Status == 200, answer.Body);
    }

    public Task ChangeAppAsync(string json) => ExpectAsync(ControlAsync("PATCH", $"apps/{App.ClientId}", json), 200);

    public Task ChangePersonAsync(string key, string json) => ExpectAsync(ControlAsync("PATCH", $"people/{key}", json), 200);

    public static async Task<Answer> ExpectAsync(Task<Answer> task, int status)
    {
        var answer = await task;
        Assert.True(answer.Status == status, $"{answer.Status}: {answer.Body}");
        return answer;
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await Http.SendAsync(request);
            return new(
                (int)response.StatusCode,
                await response.Content.ReadAsStringAsync(),
                response.Content.Headers.ContentType,
                response.Headers.Location?.OriginalString,
                response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
        }
    }

    public static Parameters Query(HttpResponseMessage response) => Query(response.Headers.Location!.OriginalString);

    public static Parameters Query(string address) => Parameters.ParseForm(address.AsSpan(address.IndexOf('?', StringComparison.Ordinal) + 1));
}

/// <summary>A response read to its end.</summary>
internal sealed record Answer(int Status, string Body, MediaTypeHeaderValue? Type, string? Location, Dictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public Parameters Form => Parameters.ParseForm(Body);

    public Parameters LocationQuery => SandboxFixture.Query(Location!);

    public string Transaction => Regex.Match(Body, "name=\"transaction\" value=\"([^\"]+)\"").Groups[1].Value;
}
