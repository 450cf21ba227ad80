using Xenios.Testing;

namespace Xenios.Server.Tests.Management;

/// <summary>Every change of the configuration by API leaves one event that shows no secret; what is refused leaves none (threats L04, L05; row 38).</summary>
public sealed class ConfigurationAuditTests
{
    [Theory]
    [InlineData("PATCH", "/applications/shop", """{"name":"Shop"}""")]
    [InlineData("PATCH", "/login-flows/shop", """{"steps":[{"options":[{"connection":"x"}]}]}""")]
    [InlineData("PUT", "/applications/shop/connections/x", null)]
    [InlineData("PATCH", "/connections/x", """{"name":"X"}""")]
    [InlineData("PATCH", "/connections/x", "{}")]
    [InlineData("PATCH", "/settings", """{"display_name":"Test"}""")]
    [InlineData("PATCH", "/environments/default", """{"kind":"non_production"}""")]
    public async Task What_changes_nothing_leaves_no_event(string method, string path, string? body)
    {
        await using var host = await XeniosHost.StartAsync();
        using var api = new ManagementClient(host);
        Assert.InRange((await api.SendAsync(method, path, body)).Status, 200, 204);
        var before = await host.QueryAsync("SELECT COUNT(*) FROM audit_events");
        Assert.InRange((await api.SendAsync(method, path, body)).Status, 200, 204);
        Assert.Equal(before, await host.QueryAsync("SELECT COUNT(*) FROM audit_events"));
    }

    [Fact]
    public async Task Another_upstream_secret_leaves_an_event_that_says_so_without_it()
    {
        await using var host = await XeniosHost.StartAsync();
        using var api = new ManagementClient(host);
        await api.PatchAsync("/connections/x", new { client_id = "id-of-own", client_secret = Planted });
        Assert.Equal(200, (await api.PatchAsync("/connections/x", new { client_secret = Planted + "2" })).Status);
        var last = (await api.GetAsync("/audit-events?limit=1")).Items[0];
        Assert.Equal(("connection.changed", "***"), (last.GetProperty("action").GetString(), last.GetProperty("after").GetProperty("secrets").GetString()));
        Assert.DoesNotContain(Planted, last.GetRawText(), StringComparison.Ordinal);
    }

    private const string Planted = "planted-secret-0123456789-abcdefghijklmno";

    [Fact]
    public async Task Every_change_leaves_its_event_without_a_secret_and_what_is_refused_leaves_none()
    {
        await using var host = await XeniosHost.StartAsync();
        using var api = new ManagementClient(host);
        var already = (await api.GetAsync("/audit-events?limit=100")).Items.Count;
        var calls = new (string Method, string Path, string? Body, string Event)[]
        {
            ("POST", "/connections", $$"""{"slug":"own","kind":"x","client_id":"id-of-own","client_secret":"{{Planted}}"}""", "connection.created connection:own"),
            ("PATCH", "/connections/own", """{"name":"Own"}""", "connection.changed connection:own"),
            ("POST", "/applications", $$"""{"client_id":"new","client_secret":"{{Planted}}","connections":["x","own"]}""", "application.created application:new"),
            ("PATCH", "/applications/new", """{"name":"New"}""", "application.changed application:new"),
            ("POST", "/applications/new/secret", null, "application.secret_rotated application:new"),
            ("PUT", "/applications/shop/connections/own", null, "application.changed application:shop"),
            ("PATCH", "/login-flows/new", """{"steps":[{"options":[{"connection":"own"},{"connection":"x"}]}]}""", "application.changed application:new"),
            ("DELETE", "/applications/new", null, "application.deleted application:new"),
            ("DELETE", "/connections/own", null, "application.changed application:shop, connection.deleted connection:own"),
            ("POST", "/environments", """{"slug":"two"}""", "environment.created environment:two"),
            ("PATCH", "/settings", """{"display_name":"Here"}""", "environment.changed environment:default"),
        };
        var shown = new List<string>();
        foreach (var (method, path, body, _) in calls)
        {
            var answer = await api.SendAsync(method, path, body);
            Assert.True(answer.Status is 200 or 201 or 204, $"{method} {path}: {answer.Body}");
            if (path.EndsWith("/secret", StringComparison.Ordinal))
            {
                shown.Add(answer.Text("client_secret")!);
            }
        }

        foreach (var (path, body) in ((string, string)[])[("/applications/shop", """{"name":7}"""), ("/connections/x", """{"slug":"y"}"""), ("/settings", """{"sessions":{"lifetime":1}}""")])
        {
            Assert.NotEqual(200, (await api.PatchAsync(path, body)).Status);
        }

        var events = await api.GetAsync("/audit-events?limit=100");
        Assert.Equal(
            string.Join(", ", calls.Select(call => call.Event)),
            string.Join(", ", events.Items.Reverse().Skip(already).Select(item => $"{item.GetProperty("action").GetString()} {item.GetProperty("target").GetString()}")));
        Assert.Contains("\"name\":\"Own\"", events.Body, StringComparison.Ordinal);
        var rows = string.Join('\n', await host.QueryAsync("SELECT before_json, after_json FROM audit_events")) + string.Join('\n', host.Log.Lines);
        foreach (var secret in shown.Append(Planted))
        {
            Assert.DoesNotContain(secret, rows, StringComparison.Ordinal);
        }
    }
}
