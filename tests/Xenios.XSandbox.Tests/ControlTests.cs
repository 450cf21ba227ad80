using System.Buffers.Text;
using System.Text;

namespace Xenios.XSandbox.Tests;

public sealed class ControlTests : IAsyncLifetime
{
    private SandboxFixture _x = null!;

    public async Task InitializeAsync() => _x = await SandboxFixture.StartAsync();

    public async Task DisposeAsync() => await _x.DisposeAsync();

    [Theory]
    [InlineData("web", "ci")]
    [InlineData("bot", "ci")]
    [InlineData("native", "na")]
    [InlineData("spa", "na")]
    public async Task A_registered_app_has_credentials_in_the_formats_of_X(string type, string suffix)
    {
        var answer = await _x.ControlAsync("POST", "apps", "{\"type\":\"" + type + "\",\"name\":\"Shop\"}");
        Assert.Equal(201, answer.Status);
        var app = answer.Json;
        var id = (string)app["client_id"]!;
        Assert.Equal(34, id.Length);
        Assert.Matches($"^[A-Za-z0-9_-]{{20}}:1:{suffix}$", Encoding.ASCII.GetString(Base64Url.DecodeFromChars(id)));
        Assert.Equal(suffix == "ci" ? 50 : null, ((string?)app["client_secret"])?.Length);
        Assert.Matches("^[A-Za-z0-9]{25}$", (string?)app["api_key"]);
        Assert.Matches("^[A-Za-z0-9]{50}$", (string?)app["api_key_secret"]);
    }

    [Fact]
    public void Random_credentials_have_the_formats_of_X_and_hide_from_logs()
    {
        var app = XSandboxApp.CreateRandom();
        Assert.Matches("^[A-Za-z0-9_-]{20}:1:ci$", Encoding.ASCII.GetString(Base64Url.DecodeFromChars(app.ClientId)));
        Assert.Equal((50, 25, 50), (app.ClientSecret.Length, app.ApiKey.Length, app.ApiKeySecret.Length));
        Assert.Equal("***", app.ToString());
    }

    [Theory]
    [InlineData("javascript://x/y")]
    [InlineData("ftp://example.com/callback")]
    [InlineData("https://example.com/callback?a=b")]
    [InlineData("https://example.com/callback#f")]
    [InlineData("/callback")]
    [InlineData("myapp:")]
    [InlineData("https://example.com/c\\u000d\\u000aX: y")]
    [InlineData("")]
    public async Task A_callback_X_would_not_register_is_refused(string callback)
    {
        var answer = await _x.ControlAsync("POST", "apps", "{\"callbacks\":[\"" + callback + "\"]}");
        Assert.Equal((400, "callbacks"), (answer.Status, (string?)answer.Json["member"]));
    }

    [Theory]
    [InlineData("https://example.com/callback")]
    [InlineData("http://localhost:3000/callback")]
    [InlineData("myapp://callback")]
    [InlineData("com.example.app:/callback")]
    public async Task A_callback_X_would_register_is_taken(string callback) =>
        Assert.Equal(201, (await _x.ControlAsync("POST", "apps", "{\"callbacks\":[\"" + callback + "\"]}")).Status);

    [Fact]
    public async Task An_app_has_at_most_ten_callbacks_but_the_built_in_one_may_have_more()
    {
        var eleven = "{\"callbacks\":[" + string.Join(',', Enumerable.Range(0, 11).Select(i => $"\"https://example.com/{i}\"")) + "]}";
        Assert.Equal(400, (await _x.ControlAsync("POST", "apps", eleven)).Status);
        await _x.ChangeAppAsync(eleven);
        Assert.Contains("Something went wrong", (await _x.GetAsync(_x.AuthorizeUrl())).Body);
        Assert.Equal(200, (await _x.GetAsync(_x.AuthorizeUrl(q => q["redirect_uri"] = "https://example.com/10"))).Status);
    }

    [Fact]
    public async Task A_wrong_built_in_callback_stops_the_start() =>
        await Assert.ThrowsAsync<ArgumentException>(() => SandboxFixture.StartAsync(false, "ftp://example.com/"));

    [Fact]
    public async Task Request_email_needs_both_addresses()
    {
        Assert.Equal("request_email", (string?)(await _x.ControlAsync("POST", "apps", """{"request_email":true}""")).Json["member"]);
        Assert.Equal(201, (await _x.ControlAsync(
            "POST", "apps", """{"request_email":true,"terms_url":"https://example.com/t","privacy_url":"https://example.com/p"}""")).Status);
    }

    [Theory]
    [InlineData("POST", "apps", """{"colour":"red"}""", "colour")]
    [InlineData("POST", "apps", """{"type":"watch"}""", "type")]
    [InlineData("POST", "apps", """{"name":5}""", "name")]
    [InlineData("POST", "apps", """{"name":" "}""", "name")]
    [InlineData("POST", "apps", """{"callbacks":"https://example.com/"}""", "callbacks")]
    [InlineData("POST", "apps", """{"terms_url":"nowhere"}""", "terms_url")]
    [InlineData("POST", "people", """{"key":"zoe","username":"zoe","name":"Zoe","age":5}""", "age")]
    [InlineData("POST", "people", """{"key":"Zoe!","username":"zoe","name":"Zoe"}""", "key")]
    [InlineData("POST", "people", """{"key":"zoe","username":"zoe zoe","name":"Zoe"}""", "username")]
    [InlineData("POST", "people", """{"key":"zoe","username":"zoe","name":""}""", "name")]
    [InlineData("POST", "people", """{"key":"zoe","username":"zoe","name":"Zoe","id":"0123"}""", "id")]
    [InlineData("POST", "people", """{"key":"zoe","username":"zoe","name":"Zoe","id":"99999999999999999999"}""", "id")]
    [InlineData("POST", "people", """{"key":"zoe","username":"zoe","name":"Zoe","email":"nobody"}""", "email")]
    [InlineData("POST", "people", """{"key":"zoe","username":"zoe","name":"Zoe","email_state":"confirmed"}""", "email_state")]
    [InlineData("PATCH", "people/ada", """{"email_state":"maybe"}""", "email_state")]
    [InlineData("PATCH", "people/ada", """{"profile_image_url":"javascript:alert(1)"}""", "profile_image_url")]
    [InlineData("PATCH", "people/ada", """{"verified_type":"gold"}""", "verified_type")]
    [InlineData("PATCH", "people/ada", """{"id":"5"}""", "id")]
    [InlineData("PATCH", "settings", """{"stay_logged_in":1}""", "stay_logged_in")]
    public async Task Nonsense_is_refused_with_the_name_of_the_member(string method, string path, string json, string member)
    {
        var answer = await _x.ControlAsync(method, path, json);
        Assert.Equal((400, member), (answer.Status, (string?)answer.Json["member"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"name":"a","name":"b"}""")]
    [InlineData("""{"name":[[[[[[[[[[]]]]]]]]]]}""")]
    public async Task Malformed_json_is_refused(string json) => Assert.Equal(400, (await _x.ControlAsync("POST", "apps", json)).Status);

    [Fact]
    public async Task Json_must_say_so_and_be_short()
    {
        var form = await _x.PostFormAsync("/sandbox/api/apps", new() { ["name"] = "a" });
        Assert.Equal(415, form.Status);
        Assert.Equal(413, (await _x.ControlAsync("POST", "apps", "{\"name\":\"" + new string('a', 70_000) + "\"}")).Status);
    }

    [Theory]
    [InlineData("apps/nobody")]
    [InlineData("people/nobody")]
    public async Task What_does_not_exist_cannot_be_changed(string path) => Assert.Equal(404, (await _x.ControlAsync("PATCH", path, "{}")).Status);

    [Fact]
    public async Task An_app_is_found_by_either_key()
    {
        Assert.Equal(200, (await _x.ControlAsync("PATCH", $"apps/{_x.App.ApiKey}", """{"name":"Renamed"}""")).Status);
        Assert.Contains("Sign in to Renamed", (await _x.GetAsync(_x.AuthorizeUrl())).Body);
    }

    [Fact]
    public async Task A_new_person_can_sign_in()
    {
        var person = await _x.ControlAsync("POST", "people", """{"key":"zoe","username":"zoe_7","name":"Zoë","email":"zoe@example.com"}""");
        Assert.Equal(201, person.Status);
        Assert.Equal("confirmed", (string?)person.Json["email_state"]);
        Assert.Matches("^[0-9]{19}$", (string?)person.Json["id"]);
        Assert.Equal("zoe_7", (string?)(await _x.MeAsync(await _x.AccessTokenAsync("zoe"))).Json["data"]!["username"]);
    }

    [Theory]
    [InlineData("""{"key":"ada","username":"other","name":"A"}""")]
    [InlineData("""{"key":"ada2","username":"ADA_bystrom","name":"A"}""")]
    [InlineData("""{"key":"ada3","id":"20714","username":"other","name":"A"}""")]
    public async Task Keys_ids_and_handles_are_unique(string json) => Assert.Equal(409, (await _x.ControlAsync("POST", "people", json)).Status);

    [Fact]
    public async Task A_freed_handle_can_be_taken_by_somebody_else()
    {
        Assert.Equal(409, (await _x.ControlAsync("PATCH", "people/ben", """{"username":"ada_bystrom"}""")).Status);
        await _x.ChangePersonAsync("ada", """{"username":"ada_new"}""");
        var ben = await _x.ControlAsync("PATCH", "people/ben", """{"username":"ada_bystrom"}""");
        Assert.Equal((200, "benokafor"), (ben.Status, (string?)ben.Json["previous_username"]));
    }

    [Fact]
    public async Task Taking_the_email_away_leaves_none()
    {
        var ada = (await _x.ControlAsync("PATCH", "people/ada", """{"email":null}""")).Json;
        Assert.Equal("none", (string?)ada["email_state"]);
        Assert.Equal("no e-mail", (string?)ada["summary"]);
    }

    [Fact]
    public async Task State_shows_everything_but_no_token_in_the_log()
    {
        var code = await _x.CodeAsync();
        var token = (string)(await _x.RedeemAsync(code)).Json["access_token"]!;
        await _x.MeAsync(token);
        await _x.FaultAsync("revoke", """{"kind":"delay","seconds":2,"times":3}""");
        var state = await _x.GetAsync("/sandbox/api/state");
        Assert.DoesNotContain(code, state.Body);
        Assert.DoesNotContain(token, state.Body);
        Assert.Equal(_x.App.ClientSecret, (string?)state.Json["apps"]![0]!["client_secret"]);
        Assert.Equal(6, state.Json["people"]!.AsArray().Count);
        Assert.Equal("""{"revoke":{"kind":"delay","seconds":2,"text":null,"times":3}}""", state.Json["faults"]!.ToJsonString());
        Assert.Equal("users_me", (string?)state.Json["requests"]![0]!["endpoint"]);
        Assert.Equal("ada", (string?)state.Json["requests"]![0]!["person"]);
        Assert.Equal(_x.App.ClientId, (string?)state.Json["requests"]![0]!["app"]);
        Assert.Equal(27, state.Json["fault_kinds"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_log_keeps_the_newest_hundred()
    {
        for (var i = 0; i < 105; i++)
        {
            await _x.MeAsync(null);
        }

        var requests = (await _x.GetAsync("/sandbox/api/state")).Json["requests"]!.AsArray();
        Assert.Equal(100, requests.Count);
        Assert.Equal(401, (int)requests[0]!["status"]!);
    }

    [Fact]
    public async Task Reset_makes_everything_what_it_was()
    {
        var before = (await _x.GetAsync("/sandbox/api/state")).Body;
        var token = await _x.AccessTokenAsync();
        await _x.ChangeAppAsync("""{"name":"Other"}""");
        await _x.ChangePersonAsync("ada", """{"username":"other"}""");
        await _x.ControlAsync("POST", "apps", "{}");
        await _x.ControlAsync("PATCH", "settings", """{"stay_logged_in":true}""");
        await _x.FaultAsync("revoke", """{"kind":"drop"}""");
        Assert.Equal(204, (await _x.ControlAsync("POST", "reset")).Status);
        Assert.Equal(before, (await _x.GetAsync("/sandbox/api/state")).Body);
        Assert.Equal(401, (await _x.MeAsync(token)).Status);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task Other_sites_cannot_drive_the_api(string header, string value)
    {
        foreach (var (method, path) in new[] { ("POST", "apps"), ("PATCH", "people/ada"), ("PUT", "faults/token"), ("DELETE", "faults"), ("POST", "reset") })
        {
            var request = new HttpRequestMessage(new HttpMethod(method), "/sandbox/api/" + path) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
            request.Headers.Add(header, value);
            Assert.Equal(403, (await _x.SendAsync(request)).Status);
        }
    }
}
