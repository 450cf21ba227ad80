using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Xenios.Host.Commands;
using Xenios.Sdk;
using Xenios.Server.Hosting;
using Xenios.Testing;

namespace Xenios.Server.Tests.Operations;

/// <summary><c>xenios doctor</c>: its lines and its exit status, with a server and without.</summary>
public sealed class DoctorCommandTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("xenios-doctor-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Running_server_is_asked_and_each_line_has_mark_code_and_remedy()
    {
        await using var host = await XeniosHost.StartAsync();
        await using var front = await FrontAsync(host);
        host.Upstreams.Intercept = async (request, ct) =>
        {
            using var client = host.NewClient();
            return request.RequestUri!.Host == "id.test" ? await client.GetAsync(request.RequestUri, ct) : null;
        };
        var token = OperatorAccess.Read(host.Data)!.Token;
        var (status, output, _) = await Commands.RunAsync(DoctorCommand.Create(), "--server", front.Urls.First(), "--token", token, "--data", _root);
        Assert.Equal(0, status);
        Assert.Contains("✓ address", output, StringComparison.Ordinal);
        Assert.Contains("! mail             not set up: nobody gets a code (A-04)", output, StringComparison.Ordinal);
        Assert.Contains("→ set Mail:Host", output, StringComparison.Ordinal);
        Assert.Contains("callback https://id.test/login/callback", output, StringComparison.Ordinal);
        Assert.DoesNotContain(token, output, StringComparison.Ordinal);

        // X alone out of reach is a status of its own.
        host.Upstreams.Intercept = async (request, ct) =>
        {
            using var client = host.NewClient();
            return request.RequestUri!.Host == "id.test" ? await client.GetAsync(request.RequestUri, ct) : throw new HttpRequestException(HttpRequestError.NameResolutionError);
        };
        var (unreachable, json, _) = await Commands.RunAsync(DoctorCommand.Create(), "--server", front.Urls.First(), "--token", token, "--data", _root, "--json");
        Assert.Equal(4, unreachable);
        Assert.Contains(JsonSerializer.Deserialize(json, XeniosJson.Default.DoctorReport)!.Findings, finding => finding is { Code: "X-111", Connection: "x" });

        host.Upstreams.Intercept = null;
        Assert.Equal(1, (await Commands.RunAsync(DoctorCommand.Create(), "--server", front.Urls.First(), "--token", token, "--data", _root)).Status);
    }

    [Fact]
    public async Task Without_a_server_the_folder_and_its_database_are_looked_at()
    {
        var data = Path.Combine(_root, "data");
        var (absent, output, _) = await Commands.RunAsync(DoctorCommand.Create(), "--data", data);
        Assert.Equal(3, absent);
        Assert.Contains("no server is known", output, StringComparison.Ordinal);

        Assert.Equal(0, (await Commands.RunAsync(DataCommands.Database(), "upgrade", "--data", data)).Status);
        (absent, output, _) = await Commands.RunAsync(DoctorCommand.Create(), "--data", data);
        Assert.Equal(3, absent);
        Assert.Contains("✓ data", output, StringComparison.Ordinal);
        Assert.Contains("✓ database         schema ", output, StringComparison.Ordinal);

        // Its operator.json is stale, and somebody holds the folder.
        await File.WriteAllTextAsync(Path.Combine(data, OperatorAccess.FileName), """{"url":"http://127.0.0.1:1","token":"stale"}""");
        using var taken = DataFolder.Open(data, out _);
        (absent, output, _) = await Commands.RunAsync(DoctorCommand.Create(), "--data", data);
        Assert.Equal(3, absent);
        Assert.Contains("cannot be reached", output, StringComparison.Ordinal);
        Assert.Contains("(A-07)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_token_alone_is_told_and_the_folders_own_is_not_shown_to_another_server()
    {
        await using var host = await XeniosHost.StartAsync();
        await using var front = await FrontAsync(host);

        // The server holds its folder by right: that is no finding.
        var (status, output, _) = await Commands.RunAsync(DoctorCommand.Create(), "--server", front.Urls.First(), "--token", "wrong-token", "--data", host.Data);
        Assert.Equal(1, status);
        Assert.Equal(2, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("✗ server", output, StringComparison.Ordinal);
        Assert.Contains("does not know the token", output, StringComparison.Ordinal);
        (status, output, _) = await Commands.RunAsync(DoctorCommand.Create(), "--server", front.Urls.First(), "--data", host.Data);
        Assert.Equal(3, status);
        Assert.Contains("no server is known", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_before_a_server_that_does_not_run_is_no_answer_of_it()
    {
        await using var host = await XeniosHost.StartAsync();
        await using var front = await FrontAsync(host, status: 502);
        var (status, output, _) = await Commands.RunAsync(DoctorCommand.Create(), "--server", front.Urls.First(), "--token", "any-token", "--data", _root);
        Assert.Equal(3, status);
        Assert.Contains("cannot be reached", output, StringComparison.Ordinal);
        Assert.Contains("✓ data", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_of_an_application_looks_at_its_environment_by_the_slug()
    {
        const string Secret = "machine-secret-0123456789-abcdefghijkl";
        await using var host = await XeniosHost.StartAsync(options => options.MoreResources.Add(
            $"environment: {{ slug: two }}\napplications: [{{ client_id: reader, type: machine, client_secret: {Secret}, scopes: [\"manage:read\"] }}]"));
        await using var front = await FrontAsync(host);
        using var client = host.NewClient();
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", "manage:read")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{XeniosHost.Url}/e/two/oauth2/token") { Content = form };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"reader:{Secret}")));
        using var answer = await client.SendAsync(request);
        var token = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("access_token").GetString()!;
        string[] common = ["--server", front.Urls.First(), "--token", token, "--data", _root];
        var (status, output, _) = await Commands.RunAsync(DoctorCommand.Create(), [.. common, "--environment", "two"]);
        Assert.Equal(0, status);
        Assert.Contains("✓ keys two", output, StringComparison.Ordinal);
        Assert.Equal(1, (await Commands.RunAsync(DoctorCommand.Create(), common)).Status);
        (status, output, _) = await Commands.RunAsync(DoctorCommand.Create(), [.. common, "--environment", "three"]);
        Assert.Equal(1, status);
        Assert.Contains("has no such environment", output, StringComparison.Ordinal);
    }

    [Theory] // a warning is nothing that does not work
    [InlineData(0, FindingStatus.Warning, "X-110")]
    [InlineData(0, FindingStatus.Warning, "A-04")]
    [InlineData(1, FindingStatus.Error, "A-05")]
    [InlineData(4, FindingStatus.Error, "X-111")]
    public void Status_says_what_does_not_work(int status, FindingStatus found, string code) => Assert.Equal(
        status, DoctorCommand.Status([new DoctorFinding { Check = "any", Status = found, Code = code, Message = "…" }], reached: true));

    [Fact]
    public void Status_is_1_for_a_wrong_setting_even_though_no_server_was_reached() => Assert.Equal(
        1, DoctorCommand.Status([new DoctorFinding { Check = "settings", Status = FindingStatus.Error, Code = "A-03", Message = "Url: http on a public name (A-03)" }], reached: false));

    // The server under test has no port; this one has, and hands everything on.
    private static async Task<WebApplication> FrontAsync(XeniosHost host, int? status = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var front = builder.Build();
        front.Run(async context =>
        {
            if (status is { } only)
            {
                context.Response.StatusCode = only;
                return;
            }

            using var client = host.NewClient();
            using var request = new HttpRequestMessage(HttpMethod.Get, context.Request.Path.Value);
            request.Headers.TryAddWithoutValidation("Authorization", context.Request.Headers.Authorization.ToString());
            using var answer = await client.SendAsync(request);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await answer.Content.CopyToAsync(context.Response.Body);
        });
        await front.StartAsync();
        return front;
    }
}
