using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Xenios.XSandbox.Tests;

public sealed class PageTests : IAsyncLifetime
{
    private SandboxFixture _x = null!;

    public async Task InitializeAsync() => _x = await SandboxFixture.StartAsync();

    public async Task DisposeAsync() => await _x.DisposeAsync();

    [Fact]
    public async Task Every_page_says_that_it_is_not_X_and_lets_nothing_in()
    {
        var pages = new[]
        {
            await _x.GetAsync(_x.AuthorizeUrl()),
            await _x.GetAsync("/i/oauth2/authorize"),
            await _x.GetAsync("/oauth/authenticate"),
            await _x.GetAsync("/sandbox"),
            await _x.PostFormAsync("/i/oauth2/authorize", []),
            await _x.GetAsync($"/oauth/authorize?oauth_token={(await _x.RequestTokenAsync()).Form["oauth_token"]}"),
        };
        foreach (var page in pages)
        {
            Assert.Contains("<strong>X sandbox</strong> – not the real X", page.Body);
            Assert.Contains("<html lang=\"en\">", page.Body);
            Assert.Single(Regex.Matches(page.Body, "<h1>"));
            Assert.DoesNotContain("<script", page.Body);
            var policy = page.Headers["Content-Security-Policy"];
            var style = Regex.Match(page.Body, "<style>(.*)</style>", RegexOptions.Singleline).Groups[1].Value;
            Assert.Contains($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'", policy);
            Assert.Contains("default-src 'none'", policy);
            Assert.Contains("frame-ancestors 'none'", policy);
            Assert.DoesNotContain("form-action", policy);
        }
    }

    [Fact]
    public async Task Text_from_outside_is_encoded()
    {
        await _x.ChangeAppAsync("""{"name":"<b>&\"App"}""");
        await _x.ChangePersonAsync("ada", """{"name":"<script>ada"}""");
        var page = await _x.GetAsync(_x.AuthorizeUrl(q => q["scope"] = "users.read tweet.read"));
        Assert.DoesNotContain("<script>", page.Body);
        Assert.DoesNotContain("<b>", page.Body);
        Assert.DoesNotContain("<i>", (await _x.GetAsync(_x.AuthorizeUrl(q => q["scope"] = "<i>x"))).Body);
        Assert.DoesNotContain("<script>", (await _x.GetAsync("/sandbox")).Body);
    }

    [Fact]
    public async Task Another_host_name_is_refused_unless_exposed()
    {
        Assert.Equal(421, await StatusForHostAsync(_x, "evil.example"));
        Assert.Equal(200, await StatusForHostAsync(_x, "127.0.0.1"));
        await using var exposed = await SandboxFixture.StartAsync(exposed: true);
        Assert.Equal(200, await StatusForHostAsync(exposed, "evil.example"));
    }

    [Fact]
    public async Task The_control_page_switches_a_fault_on_and_off()
    {
        var done = await _x.PostFormAsync("/sandbox/faults", new() { ["endpoint"] = "users_me", ["kind"] = "rate_limited", ["seconds"] = "60", ["times"] = "" });
        Assert.Equal((303, "/sandbox?done=1"), (done.Status, done.Location));
        Assert.Equal(429, (await _x.MeAsync(null)).Status);
        Assert.Contains("value=\"rate_limited\" selected", (await _x.GetAsync("/sandbox?done=1")).Body);
        await _x.PostFormAsync("/sandbox/faults", new() { ["endpoint"] = "users_me", ["kind"] = "" });
        Assert.Equal(401, (await _x.MeAsync(null)).Status);
    }

    [Fact]
    public async Task Seconds_of_a_kind_without_time_are_left_out()
    {
        Dictionary<string, string> form = new() { ["endpoint"] = "users_me", ["kind"] = "server_error", ["seconds"] = "900" };
        Assert.Equal(303, (await _x.PostFormAsync("/sandbox/faults", form)).Status);
    }

    [Fact]
    public async Task X_is_down_with_one_button_and_up_with_another()
    {
        await _x.PostFormAsync("/sandbox/faults/down", []);
        Assert.Equal(503, (await _x.GetAsync(_x.AuthorizeUrl())).Status);
        Assert.Equal(503, (await _x.RequestTokenAsync()).Status);
        await _x.PostFormAsync("/sandbox/faults/clear", []);
        Assert.Equal(200, (await _x.GetAsync(_x.AuthorizeUrl())).Status);
    }

    [Theory]
    [InlineData("endpoint", "nowhere")]
    [InlineData("kind", "no_id")]
    [InlineData("seconds", "soon")]
    [InlineData("times", "0")]
    public async Task A_wrong_fault_form_says_what_is_wrong(string name, string value)
    {
        Dictionary<string, string> form = new() { ["endpoint"] = "token", ["kind"] = "delay", [name] = value };
        var answer = await _x.PostFormAsync("/sandbox/faults", form);
        Assert.InRange(answer.Status, 400, 404);
        Assert.Contains("Nothing was changed.", answer.Body);
    }

    [Fact]
    public async Task The_control_page_edits_people()
    {
        Dictionary<string, string> form = new() { ["username"] = "ben_new", ["email"] = "ben@example.com", ["email_state"] = "unconfirmed", ["locked"] = "1" };
        Assert.Equal(303, (await _x.PostFormAsync("/sandbox/people/ben", form)).Status);
        var ben = (await _x.GetAsync("/sandbox/api/state")).Json["people"]!.AsArray().Single(p => (string?)p!["key"] == "ben")!;
        Assert.Equal(("ben_new", "unconfirmed", true, false), ((string?)ben["username"], (string?)ben["email_state"], (bool)ben["locked"]!, (bool)ben["suspended"]!));
        Assert.Equal(400, (await _x.PostFormAsync("/sandbox/people/ben", new() { ["username"] = "not a handle" })).Status);
        Assert.Equal(409, (await _x.PostFormAsync("/sandbox/people/ben", new() { ["username"] = "ada_bystrom" })).Status);
    }

    [Fact]
    public async Task The_control_page_changes_settings_and_resets()
    {
        await _x.PostFormAsync("/sandbox/settings", new() { ["stay_logged_in"] = "1" });
        Assert.True((bool)(await _x.GetAsync("/sandbox/api/state")).Json["settings"]!["stay_logged_in"]!);
        Assert.Equal(303, (await _x.PostFormAsync("/sandbox/reset", [])).Status);
        Assert.False((bool)(await _x.GetAsync("/sandbox/api/state")).Json["settings"]!["stay_logged_in"]!);
    }

    [Theory]
    [InlineData("/sandbox/faults")]
    [InlineData("/sandbox/faults/down")]
    [InlineData("/sandbox/faults/clear")]
    [InlineData("/sandbox/people/ada")]
    [InlineData("/sandbox/settings")]
    [InlineData("/sandbox/reset")]
    public async Task Other_sites_cannot_post_the_forms(string path)
    {
        Assert.Equal(403, (await _x.PostFormAsync(path, [], "cross-site")).Status);
        Assert.NotEqual(403, (await _x.PostFormAsync(path, [], "same-origin")).Status);
    }

    [Fact]
    public async Task The_root_leads_to_the_control_page() => Assert.Equal("/sandbox", (await _x.GetAsync("/")).Location);

    [Fact]
    public async Task The_control_page_lists_requests_with_their_reason()
    {
        await _x.GetAsync(_x.AuthorizeUrl(q => q["redirect_uri"] = "https://evil.example/"));
        var page = WebUtility.HtmlDecode((await _x.GetAsync("/sandbox")).Body);
        Assert.Contains("redirect_uri is not a registered callback", page);
    }

    private static async Task<int> StatusForHostAsync(SandboxFixture x, string host)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/sandbox/api/state");
        request.Headers.Host = host;
        return (await x.SendAsync(request)).Status;
    }
}
