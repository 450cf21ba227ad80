using System.Text.Json;
using Xenios.Testing;

namespace Xenios.Server.Tests.Connections;

/// <summary>Two sets of credentials while one replaces the other: tested before the switch, nobody disturbed, taken back at will (kinde-and-wso2 row 80).</summary>
public class CredentialTests : IAsyncLifetime
{
    private const string Machine = "machine-secret-0123456789-abcdefghijkl";

    private XeniosHost _host = null!;
    private ManagementClient _api = null!;
    private JsonElement _first;
    private JsonElement _second;

    protected virtual string? Postgres => null;

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync(options =>
        {
            options.Postgres = Postgres;
            options.MoreResources.Add($"environment: {{ slug: default }}\napplications:\n  - {{ client_id: reader, type: machine, client_secret: {Machine}, scopes: ['manage:read'] }}");
            options.MoreResources.Add("environment: { slug: two }\nconnections: [{ slug: theirs, kind: x }]");
        });
        _api = new ManagementClient(_host);
        (_first, _second) = (await _host.AddAppAsync("web"), await _host.AddAppAsync("web"));
        var hosts = new { web = XeniosHost.SandboxUrl, api = XeniosHost.SandboxUrl };
        Assert.Equal(200, (await _api.PatchAsync("/connections/x", new { client_id = Text(_first, "client_id"), client_secret = Text(_first, "client_secret"), hosts })).Status);
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Next_credentials_are_used_once_a_test_went_well_and_can_be_taken_back()
    {
        Assert.Equal((409, "credentials_not_tested"), await StoreAndActivateAsync(_second));
        Assert.Equal(Text(_first, "client_id"), await UsedAsync());
        await TestAsync("next", "ada");
        var activated = await _api.PostAsync("/connections/x/credentials/next/activate");
        Assert.Equal((200, Text(_second, "client_id"), Text(_first, "client_id"), null), (activated.Status, Id(activated, "current"), Id(activated, "former"), Id(activated, "next")));
        Assert.Equal(Text(_second, "client_id"), await UsedAsync());
        await SignInAsync();

        var back = await _api.PostAsync("/connections/x/credentials/former/activate");
        Assert.Equal((200, Text(_first, "client_id"), Text(_second, "client_id")), (back.Status, Id(back, "current"), Id(back, "former")));
        Assert.Equal(Text(_first, "client_id"), await UsedAsync());
        await SignInAsync();
    }

    [Fact]
    public async Task A_test_that_did_not_go_well_or_was_of_other_credentials_is_no_test()
    {
        await StoreAsync(_second);
        await TestAsync("current", "ada");
        await TestAsync("next", "dev");
        Assert.Equal("credentials_not_tested", (await _api.PostAsync("/connections/x/credentials/next/activate")).Code);

        // What was tested is not what is there now.
        var (begun, browser) = (await _api.PostAsync("/connections/x/test", new { credentials = "next" }), _host.NewBrowser());
        var x = await browser.GoAsync(begun.Text("url")!);
        await StoreAsync(_second);
        Assert.Equal("connection_unavailable", (await browser.PickAsync(x, "ada")).Error);
        Assert.Equal("credentials_not_tested", (await _api.PostAsync("/connections/x/credentials/next/activate")).Code);
        Assert.Equal(200, (await _api.PostAsync("/connections/x/credentials/next/activate", new { force = true })).Status);
        Assert.Equal(Text(_second, "client_id"), await UsedAsync());
    }

    [Fact]
    public async Task Wrong_next_credentials_show_before_anybody_meets_them()
    {
        Assert.Equal(200, (await _api.SendAsync("PUT", "/connections/x/credentials/next", new { client_id = Text(_second, "client_id"), client_secret = "not-the-secret-of-the-second-app" })).Status);
        var begun = await _api.PostAsync("/connections/x/test", new { credentials = "next" });
        Assert.Equal(("finished", "failed"), (begun.Text("state"), begun.Text("outcome")));
        Assert.Equal("X-102", begun.Json.GetProperty("hops").EnumerateArray().Last().GetProperty("error").GetProperty("code").GetString());
        await SignInAsync();
    }

    [Theory]
    [InlineData("oauth2")]
    [InlineData("oauth1a")]
    public async Task A_sign_in_that_began_with_the_former_credentials_finishes_with_them_and_a_new_one_uses_the_new(string protocol)
    {
        await _api.PatchAsync("/connections/x", new { protocol, api_key = Text(_first, "api_key"), api_key_secret = Text(_first, "api_key_secret") });
        var (early, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var x = await browser.GoAsync(early.AuthorizeUrl(("connection", "x")));
        await StoreAsync(_second);
        Assert.Equal(200, (await _api.PostAsync("/connections/x/credentials/next/activate", new { force = true })).Status);
        var back = await browser.PickAsync(x, "ada");
        Assert.Equal(200, (await early.RedeemAsync(back.LocationParameter("code"))).Status);
        await SignInAsync();
        Assert.Equal(["1"], await _host.QueryAsync("SELECT COUNT(*) FROM linked_identities"));
    }

    [Fact] // X: a new secret stops the old one at once, also for codes that are under way
    public async Task A_new_secret_of_the_same_app_is_used_for_what_is_under_way_too()
    {
        var (early, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var x = await browser.GoAsync(early.AuthorizeUrl(("connection", "x")));
        const string Secret = "made-anew-at-x-0123456789";
        await _api.SendAsync("PUT", "/connections/x/credentials/next", new { client_id = Text(_first, "client_id"), client_secret = Secret });
        Assert.Equal(200, (await _api.PostAsync("/connections/x/credentials/next/activate", new { force = true })).Status);
        await browser.PickAsync(x, "ada");
        var sent = _host.Upstreams.Authorizations[^1];
        Assert.Equal($"{Text(_first, "client_id")}:{Secret}", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(sent["Basic ".Length..])));
    }

    [Fact]
    public async Task A_public_app_whose_secret_was_taken_back_is_a_public_app_again()
    {
        Assert.Equal(201, (await _api.PostAsync("/connections", new { slug = "open", kind = "x", client_id = Text(_first, "client_id") })).Status);
        Assert.Equal(200, (await _api.SendAsync("PUT", "/connections/open/credentials/next", new { client_id = Text(_first, "client_id"), client_secret = Text(_first, "client_secret") })).Status);
        Assert.Equal((true, false), Secrets(await _api.PostAsync("/connections/open/credentials/next/activate", new { force = true })));
        Assert.Equal((false, true), Secrets(await _api.PostAsync("/connections/open/credentials/former/activate")));
        Assert.False((await _api.GetAsync("/connections/open")).Json.GetProperty("has_client_secret").GetBoolean());

        // A next set of the same key without a secret keeps the stored one, as everywhere.
        Assert.Equal((true, false), Secrets(await _api.PostAsync("/connections/open/credentials/former/activate")));
        Assert.Equal(200, (await _api.SendAsync("PUT", "/connections/open/credentials/next", new { client_id = Text(_first, "client_id") })).Status);
        Assert.Equal((true, true), Secrets(await _api.PostAsync("/connections/open/credentials/next/activate", new { force = true })));

        static (bool Current, bool Former) Secrets(ManagementAnswer answer)
        {
            Assert.Equal(200, answer.Status);
            return (answer.Json.GetProperty("current").GetProperty("has_client_secret").GetBoolean(), answer.Json.GetProperty("former").GetProperty("has_client_secret").GetBoolean());
        }
    }

    [Fact]
    public async Task Former_credentials_are_forgotten_when_their_time_is_over()
    {
        await StoreAsync(_second);
        await _api.PostAsync("/connections/x/credentials/next/activate", new { force = true, overlap = 600 });
        Assert.Equal(["former"], await _host.QueryAsync("SELECT place FROM connection_credentials"));
        _host.Clock.Advance(TimeSpan.FromSeconds(601));
        Assert.Null(Id(await _api.GetAsync("/connections/x/credentials"), "former"));
        Assert.Equal(404, (await _api.PostAsync("/connections/x/credentials/former/activate")).Status);
        await _host.SweepAsync();
        Assert.Empty(await _host.QueryAsync("SELECT place FROM connection_credentials"));
    }

    [Fact] // threats L01, L04
    public async Task Credentials_beside_those_in_use_are_sealed_write_only_audited_and_not_exported()
    {
        await StoreAsync(_second);
        await _api.PostAsync("/connections/x/credentials/next/activate", new { force = true });
        await StoreAsync(_first);
        var shown = await _api.GetAsync("/connections/x/credentials");
        Assert.Equal("True", shown.Json.GetProperty("next").GetProperty("has_client_secret").ToString());
        Assert.Equal(204, (await _api.DeleteAsync("/connections/x/credentials/next")).Status);
        Assert.Equal(204, (await _api.DeleteAsync("/connections/x/credentials/former")).Status);
        Assert.Equal(404, (await _api.DeleteAsync("/connections/x/credentials/former")).Status);
        var events = await _api.GetAsync("/audit-events?q=connection:x&limit=5");
        Assert.Equal(
            ["connection.credentials_deleted", "connection.credentials_deleted", "connection.credentials_stored", "connection.credentials_activated", "connection.credentials_stored"],
            events.Items.Select(item => item.GetProperty("action").GetString()));
        var rows = string.Join('\n', await _host.QueryAsync("SELECT before_json, after_json FROM audit_events")) + string.Join('\n', _host.Log.Lines);
        foreach (var secret in (string[])[Text(_first, "client_secret"), Text(_second, "client_secret")])
        {
            Assert.DoesNotContain(secret, shown.Body + rows + (await _api.GetAsync("/resources")).Body, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("credentials", (await _api.GetAsync("/resources")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_are_not_whole_or_not_there_are_refused()
    {
        foreach (var (body, error) in ((string, string)[])[("{}", "client_id: required"), ("""{"client_secret":"abc","api_key":"k"}""", "client_secret: conflict"), ("""{"api_key":"abcdefghijklmnopqrstuvwxy"}""", "api_key_secret: conflict")])
        {
            var refused = await _api.SendAsync("PUT", "/connections/x/credentials/next", body);
            Assert.Equal(422, refused.Status);
            Assert.Contains(error, refused.Errors);
        }

        Assert.Equal(404, (await _api.PostAsync("/connections/x/credentials/next/activate")).Status);
        Assert.Equal(404, (await _api.PostAsync("/connections/x/credentials/current/activate")).Status);
        Assert.Equal(404, (await _api.PostAsync("/connections/x/test", new { credentials = "next" })).Status);
        await StoreAsync(_second);
        Assert.Equal(422, (await _api.PostAsync("/connections/x/credentials/next/activate", new { force = true, overlap = -1 })).Status);
        foreach (var (method, path) in ((string, string)[])[("GET", ""), ("PUT", "/next"), ("DELETE", "/next"), ("POST", "/next/activate")])
        {
            Assert.Equal(404, (await _api.SendAsync(method, $"/connections/theirs/credentials{path}", method == "PUT" ? """{"client_id":"abc"}""" : null)).Status);
        }
    }

    [Fact]
    public async Task A_test_is_read_by_whoever_began_it_in_its_environment_and_by_nobody_else()
    {
        var begun = await _api.PostAsync("/connections/x/test");
        var path = $"/connections/x/test/{begun.Text("result_id")}";
        Assert.Equal(200, (await _api.GetAsync(path)).Status);
        using var two = new ManagementClient(_host, prefix: "/e/two");
        Assert.Equal(404, (await two.GetAsync(path)).Status);
        Assert.Equal(404, (await two.GetAsync(path.Replace("/x/", "/theirs/", StringComparison.Ordinal))).Status);
        using var reader = new ManagementClient(_host, await TokenAsync());
        Assert.Equal(404, (await reader.GetAsync(path)).Status);
        Assert.Equal((403, "insufficient_scope"), ((await reader.PostAsync("/connections/x/test")).Status, (await reader.PostAsync("/connections/x/test")).Code));
        using var nobody = new ManagementClient(_host, "");
        Assert.Equal(401, (await nobody.GetAsync(path)).Status);
    }

    private static string Text(JsonElement app, string name) => app.GetProperty(name).GetString() ?? "";

    private static string? Id(ManagementAnswer answer, string place) => answer.Json.TryGetProperty(place, out var set) && set.ValueKind == JsonValueKind.Object ? set.GetProperty("client_id").GetString() : null;

    private Task<ManagementAnswer> StoreAsync(JsonElement app) => _api.SendAsync(
        "PUT",
        "/connections/x/credentials/next",
        new { client_id = Text(app, "client_id"), client_secret = Text(app, "client_secret"), api_key = Text(app, "api_key"), api_key_secret = Text(app, "api_key_secret") });

    private async Task<(int Status, string? Code)> StoreAndActivateAsync(JsonElement app)
    {
        Assert.Equal(200, (await StoreAsync(app)).Status);
        var answer = await _api.PostAsync("/connections/x/credentials/next/activate");
        return (answer.Status, answer.Code);
    }

    private async Task TestAsync(string credentials, string person)
    {
        var (begun, browser) = (await _api.PostAsync("/connections/x/test", new { credentials }), _host.NewBrowser());
        var page = await browser.PickAsync(await browser.GoAsync(begun.Text("url")!), person);
        Assert.Equal("S90", page.Id);
    }

    private async Task<string?> UsedAsync()
    {
        var x = await _host.NewBrowser().GoAsync(new RelyingParty(_host).AuthorizeUrl(("connection", "x")));
        return System.Web.HttpUtility.ParseQueryString(x.Url.Query)["client_id"];
    }

    private async Task SignInAsync() => Assert.Equal(200, (await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser())).Status);

    private async Task<string> TokenAsync()
    {
        using var client = _host.NewClient();
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", "manage:read")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{XeniosHost.Url}/oauth2/token") { Content = form };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"reader:{Machine}")));
        using var answer = await client.SendAsync(request);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("access_token").GetString()!;
    }
}

[Trait("Category", "Postgres")]
public sealed class CredentialOnPostgresTests : CredentialTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
