using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Administrators;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Testing;

namespace Xenios.Server.Tests.Administrators;

/// <summary>A server with people who look after it, and the console's calls as its page sends them.</summary>
internal static class ConsoleRig
{
    public const string Password = "correct-horse-battery";
    public const string Console = $"{XeniosHost.Url}/console/";

    /// <summary>Makes an administrator as the operator would, and gives the user's id.</summary>
    public static async Task<string> AddAdministratorAsync(this XeniosHost host, string email)
    {
        using var api = new ManagementClient(host);
        var made = await api.PostAsync("/administrators", new { email, password = Password });
        Assert.Equal(201, made.Status);
        return made.Text("user_id")!;
    }

    /// <summary>Makes an ordinary user with a password, and gives the user's id.</summary>
    public static async Task<string> AddUserAsync(this XeniosHost host, string email)
    {
        using var api = new ManagementClient(host);
        var made = await api.PostAsync("/users", new { email, email_verified = true, password = Password });
        Assert.Equal(201, made.Status);
        return made.Text("id")!;
    }

    /// <summary>A setup link, as the program prints it.</summary>
    public static async Task<string> SetupLinkAsync(this XeniosHost host) => (await host.Services.GetRequiredService<SetupLinks>()
        .CreateAsync(Caller.Server(host.Services.GetRequiredService<SnapshotCache>().Default.Id), CancellationToken.None)).Url;

    /// <summary>Opens a page of the console and signs in there.</summary>
    public static async Task<Page> SignInToConsoleAsync(this Browser browser, string email, string url = Console, string password = Password)
    {
        var page = await browser.GoAsync(url);
        Assert.Equal("S71", page.Id);
        return await browser.PressAsync(page, "/password", ("username", email), ("password", password));
    }

    /// <summary>A call of the console's page: same origin, with its header. A value of null leaves a usual header out.</summary>
    public static async Task<(int Status, string? Code, JsonElement Json)> CallAsync(
        this Browser browser, string method, string path, object? body = null, params (string Name, string? Value)[] changes)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), XeniosHost.Url + path);
        var headers = new Dictionary<string, string?> { ["X-Xenios-Console"] = "1", ["Sec-Fetch-Site"] = "same-origin", ["Origin"] = method == "GET" ? null : XeniosHost.Url };
        foreach (var (name, value) in changes)
        {
            headers[name] = value;
        }

        foreach (var (name, value) in headers.Where(header => header.Value is not null))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(method == "PATCH" ? "application/merge-patch+json" : "application/json");
        }

        var answer = await browser.SendAsync(request);
        var json = answer.Html.StartsWith('{') ? JsonDocument.Parse(answer.Html).RootElement : default;
        return ((int)answer.Status, json.ValueKind == JsonValueKind.Object && json.TryGetProperty("code", out var code) ? code.GetString() : null, json);
    }
}
