using System.Diagnostics;

namespace Xenios.XSandbox.Tests;

public sealed class FaultTests : IAsyncLifetime
{
    private SandboxFixture _x = null!;

    public async Task InitializeAsync() => _x = await SandboxFixture.StartAsync();

    public async Task DisposeAsync() => await _x.DisposeAsync();

    [Theory]
    [InlineData("unauthorized", 401, """{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}""")]
    [InlineData("credits_depleted", 402, """{"account_id":1243608864848629761,"title":"CreditsDepleted","detail":"Your enrolled account [1243608864848629761] does not have any credits to fulfill this request.","type":"https://api.twitter.com/2/problems/credits"}""")]
    [InlineData("forbidden", 403, """{"title":"Forbidden","type":"about:blank","status":403,"detail":"Forbidden"}""")]
    [InlineData("client_not_enrolled", 403, """{"client_id":"27988566","detail":"When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App that is attached to a Project. You can create a project via the developer portal.","registration_url":"https://developer.twitter.com/en/docs/projects/overview","title":"Client Forbidden","required_enrollment":"Appropriate Level of API Access","reason":"client-not-enrolled","type":"https://api.twitter.com/2/problems/client-forbidden"}""")]
    [InlineData("user_suspended", 403, """{"detail":"The user used for authentication is suspended","title":"Forbidden","status":403,"type":"https://api.twitter.com/2/problems/user-suspended"}""")]
    [InlineData("usage_capped", 429, """{"account_id":1243608864848629761,"product_name":"standard-basic","title":"UsageCapExceeded","period":"Monthly","scope":"Product","detail":"Usage cap exceeded: Monthly product cap","type":"https://api.twitter.com/2/problems/usage-capped"}""")]
    [InlineData("rate_limited", 429, """{"title":"Too Many Requests","type":"about:blank","status":429,"detail":"Too Many Requests"}""")]
    [InlineData("server_error", 500, """{"title":"Internal Server Error","type":"about:blank","status":500,"detail":"Internal Server Error"}""")]
    [InlineData("unavailable", 503, """{"title":"Service Unavailable","type":"about:blank","status":503,"detail":"Service Unavailable"}""")]
    public async Task Profile_answers_the_exact_body(string kind, int status, string body)
    {
        var token = await _x.AccessTokenAsync();
        await _x.FaultAsync("users_me", Kind(kind));
        var answer = await _x.MeAsync(token);
        Assert.Equal((status, body), (answer.Status, answer.Body));
        Assert.Equal("application/json", answer.Type!.MediaType);
    }

    [Theory]
    [InlineData("users_me")]
    [InlineData("verify_credentials")]
    public async Task Locked_account_is_326(string endpoint)
    {
        await _x.FaultAsync(endpoint, Kind("locked"));
        Assert.Equal(326, (int)(await CallAsync(endpoint)).Json["errors"]![0]!["code"]!);
    }

    [Theory]
    [InlineData("unauthorized", 401, 89)]
    [InlineData("forbidden", 403, 87)]
    [InlineData("user_suspended", 403, 64)]
    [InlineData("code_453", 403, 453)]
    [InlineData("rate_limited", 429, 88)]
    [InlineData("server_error", 500, 131)]
    [InlineData("unavailable", 503, 130)]
    public async Task Verify_credentials_answers_with_its_code(string kind, int status, int code)
    {
        await _x.FaultAsync("verify_credentials", Kind(kind));
        var answer = await CallAsync("verify_credentials");
        Assert.Equal((status, code), (answer.Status, (int)answer.Json["errors"]![0]!["code"]!));
    }

    [Theory]
    [InlineData("request_token")]
    [InlineData("access_token")]
    public async Task Signed_endpoints_answer_in_xml_or_json(string endpoint)
    {
        await _x.FaultAsync(endpoint, Kind("unauthorized"));
        Assert.Contains("<error code=\"32\">Could not authenticate you</error>", (await CallAsync(endpoint)).Body);
    }

    [Fact]
    public async Task Rate_limit_names_the_reset()
    {
        await _x.FaultAsync("token", """{"kind":"rate_limited","seconds":60}""");
        var answer = await CallAsync("token");
        Assert.Equal("0", answer.Headers["x-rate-limit-remaining"]);
        Assert.Equal(_x.Time.GetUtcNow().AddSeconds(60).ToUnixTimeSeconds().ToString(), answer.Headers["x-rate-limit-reset"]);
    }

    [Fact]
    public async Task Usage_cap_comes_with_fine_looking_headers()
    {
        await _x.FaultAsync("users_me", Kind("usage_capped"));
        Assert.Equal("74", (await _x.MeAsync("t")).Headers["x-rate-limit-remaining"]);
    }

    [Theory]
    [InlineData("authorize")]
    [InlineData("token")]
    [InlineData("revoke")]
    [InlineData("users_me")]
    [InlineData("request_token")]
    [InlineData("authenticate")]
    [InlineData("access_token")]
    [InlineData("verify_credentials")]
    public async Task Every_endpoint_can_be_down_slow_blocked_or_gone(string endpoint)
    {
        await _x.FaultAsync(endpoint, Kind("unavailable"));
        Assert.Equal(503, (await CallAsync(endpoint)).Status);

        await _x.FaultAsync(endpoint, Kind("html_error"));
        var page = await CallAsync(endpoint);
        Assert.Equal((502, "text/html"), (page.Status, page.Type!.MediaType));

        await _x.FaultAsync(endpoint, Kind("cloudflare"));
        var blocked = await CallAsync(endpoint);
        Assert.Equal(403, blocked.Status);
        Assert.Contains("Attention Required!", blocked.Body);
        Assert.True(blocked.Headers.ContainsKey("cf-ray"));

        await _x.FaultAsync(endpoint, """{"kind":"delay","seconds":1}""");
        var watch = Stopwatch.StartNew();
        Assert.NotEqual(503, (await CallAsync(endpoint)).Status);
        Assert.True(watch.Elapsed > TimeSpan.FromMilliseconds(900));

        await _x.FaultAsync(endpoint, Kind("drop"));
        await Assert.ThrowsAnyAsync<Exception>(() => CallAsync(endpoint));
    }

    [Theory]
    [InlineData("users_me")]
    [InlineData("verify_credentials")]
    [InlineData("token")]
    public async Task Malformed_body_claims_to_be_json(string endpoint)
    {
        await _x.FaultAsync(endpoint, Kind("malformed"));
        var answer = await CallAsync(endpoint);
        Assert.Equal((200, "application/json"), (answer.Status, answer.Type!.MediaType));
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => answer.Json);
    }

    [Fact]
    public async Task Malformed_request_token_lacks_its_value()
    {
        await _x.FaultAsync("request_token", Kind("malformed"));
        Assert.Null((await CallAsync("request_token")).Form["oauth_token"]);
    }

    [Fact]
    public async Task Huge_body_has_five_megabytes_and_no_length()
    {
        await _x.FaultAsync("users_me", Kind("huge_body"));
        using var response = await _x.Http.GetAsync("/2/users/me", HttpCompletionOption.ResponseHeadersRead);
        Assert.Null(response.Content.Headers.ContentLength);
        Assert.True((await response.Content.ReadAsByteArrayAsync()).Length > 5 * 1024 * 1024);
    }

    [Fact]
    public async Task Wrong_content_type_leaves_the_body_right()
    {
        var token = await _x.AccessTokenAsync();
        await _x.FaultAsync("users_me", Kind("wrong_content_type"));
        var answer = await _x.MeAsync(token);
        Assert.Equal("application/octet-stream", answer.Type!.MediaType);
        Assert.Equal("ada_bystrom", (string?)answer.Json["data"]!["username"]);
    }

    [Fact]
    public async Task Code_can_be_declared_expired()
    {
        var code = await _x.CodeAsync();
        await _x.FaultAsync("token", Kind("code_expired"));
        var answer = await _x.RedeemAsync(code);
        Assert.Equal((400, "Value passed for the authorization code was invalid."), (answer.Status, (string?)answer.Json["error_description"]));
    }

    [Fact]
    public async Task Partial_errors_stand_beside_the_data()
    {
        var token = await _x.AccessTokenAsync(scope: "users.read tweet.read users.email");
        await _x.FaultAsync("users_me", Kind("partial_errors"));
        var answer = await _x.MeAsync(token, "?user.fields=confirmed_email");
        Assert.Equal(200, answer.Status);
        Assert.NotNull(answer.Json["data"]!["id"]);
        Assert.Null(answer.Json["data"]!["confirmed_email"]);
        Assert.EndsWith("/not-authorized-for-field", (string?)answer.Json["errors"]![0]!["type"]);
    }

    [Theory]
    [InlineData("no_id", """{"data":{"name":"Ada Byström","username":"ada_bystrom"}}""")]
    [InlineData("empty_id", """{"data":{"id":"","name":"Ada Byström","username":"ada_bystrom"}}""")]
    [InlineData("id_number", """{"data":{"id":1846092417305964545,"name":"Ada Byström","username":"ada_bystrom"}}""")]
    public async Task Profile_can_lie_about_the_id(string kind, string body)
    {
        var token = await _x.AccessTokenAsync();
        await _x.FaultAsync("users_me", Kind(kind));
        Assert.Equal(body, (await _x.MeAsync(token)).Body);
    }

    [Theory]
    [InlineData("no_id", null)]
    [InlineData("empty_id", "\"\"")]
    [InlineData("id_number", "1846092417305964545")]
    public async Task Verify_credentials_can_lie_about_the_id(string kind, string? id)
    {
        var keys = await _x.SignInAsync();
        await _x.FaultAsync("verify_credentials", Kind(kind));
        Assert.Equal(id, (await _x.VerifyAsync(keys)).Json["id_str"]?.ToJsonString());
    }

    [Fact]
    public async Task Clock_can_differ()
    {
        await _x.FaultAsync("request_token", """{"kind":"clock_offset","seconds":-600}""");
        var answer = await CallAsync("request_token");
        Assert.Equal(401, answer.Status);
        Assert.Contains("code=\"135\"", answer.Body);
        Assert.Equal(_x.Time.GetUtcNow().AddSeconds(-600).ToString("R"), answer.Headers["Date"]);
    }

    [Fact]
    public async Task Callback_can_stay_unconfirmed()
    {
        await _x.FaultAsync("request_token", Kind("callback_not_confirmed"));
        Assert.Equal("false", (await CallAsync("request_token")).Form["oauth_callback_confirmed"]);
    }

    [Fact]
    public async Task Access_token_can_come_without_the_person()
    {
        var (token, secret, verifier) = await _x.ApproveAsync();
        await _x.FaultAsync("access_token", Kind("no_user_id"));
        var form = (await _x.ExchangeAsync(token, secret, verifier)).Form;
        Assert.NotNull(form["oauth_token"]);
        Assert.Null(form["user_id"]);
        Assert.Null(form["screen_name"]);
    }

    [Fact]
    public async Task Reused_token_speaks_another_language()
    {
        await _x.FaultAsync("access_token", Kind("reused_token"));
        var answer = await CallAsync("access_token");
        Assert.Equal((401, "Cette fonctionnalité est temporairement indisponible"), (answer.Status, answer.Body));
        await _x.FaultAsync("access_token", """{"kind":"reused_token","text":"Función no disponible"}""");
        Assert.Equal("Función no disponible", (await CallAsync("access_token")).Body);
    }

    [Fact]
    public async Task A_fault_applies_as_often_as_it_says()
    {
        var token = await _x.AccessTokenAsync();
        await _x.FaultAsync("users_me", """{"kind":"unavailable","times":2}""");
        Assert.Equal(503, (await _x.MeAsync(token)).Status);
        Assert.Equal(503, (await _x.MeAsync(token)).Status);
        Assert.Equal(200, (await _x.MeAsync(token)).Status);
    }

    [Fact]
    public async Task A_fault_of_the_consent_page_spares_its_form()
    {
        var page = await _x.GetAsync(_x.AuthorizeUrl());
        await _x.FaultAsync("authorize", Kind("unavailable"));
        Assert.Equal(302, (await _x.PostFormAsync("/i/oauth2/authorize", new() { ["transaction"] = page.Transaction, ["person"] = "ada" })).Status);
    }

    [Fact]
    public async Task Faults_are_switched_off_one_by_one_or_all()
    {
        await _x.FaultAsync("users_me", Kind("unavailable"));
        await _x.FaultAsync("token", Kind("unavailable"));
        Assert.Equal(204, (await _x.ControlAsync("DELETE", "faults/users_me")).Status);
        Assert.Equal(401, (await _x.MeAsync(null)).Status);
        Assert.Equal(503, (await CallAsync("token")).Status);
        Assert.Equal(204, (await _x.ControlAsync("DELETE", "faults")).Status);
        Assert.NotEqual(503, (await CallAsync("token")).Status);
    }

    [Theory]
    [InlineData("nowhere", """{"kind":"drop"}""", 404, null)]
    [InlineData("token", """{"kind":"explode"}""", 400, "kind")]
    [InlineData("token", """{"kind":"no_id"}""", 400, "kind")]
    [InlineData("token", "{}", 400, "kind")]
    [InlineData("token", """{"kind":"delay","seconds":301}""", 400, "seconds")]
    [InlineData("token", """{"kind":"delay","seconds":-1}""", 400, "seconds")]
    [InlineData("token", """{"kind":"drop","seconds":1}""", 400, "seconds")]
    [InlineData("token", """{"kind":"delay","seconds":"1"}""", 400, "seconds")]
    [InlineData("token", """{"kind":"drop","times":0}""", 400, "times")]
    [InlineData("token", """{"kind":"drop","text":"t"}""", 400, "text")]
    [InlineData("token", """{"kind":"drop","often":1}""", 400, "often")]
    public async Task Nonsense_is_refused_with_the_name_of_the_member(string endpoint, string json, int status, string? member)
    {
        var answer = await _x.ControlAsync("PUT", $"faults/{endpoint}", json);
        Assert.Equal((status, member), (answer.Status, (string?)answer.Json["member"]));
    }

    private static string Kind(string kind) => $$"""{"kind":"{{kind}}"}""";

    private Task<Answer> CallAsync(string endpoint) => endpoint switch
    {
        "authorize" => _x.GetAsync(_x.AuthorizeUrl()),
        "token" => _x.TokenAsync(SandboxFixture.CodeForm("c")),
        "revoke" => _x.TokenAsync(new() { ["token"] = "t" }, path: "/2/oauth2/revoke"),
        "users_me" => _x.MeAsync(null),
        "request_token" => _x.RequestTokenAsync(),
        "authenticate" => _x.GetAsync("/oauth/authenticate"),
        "access_token" => _x.ExchangeAsync("t", "s", "v"),
        _ => _x.VerifyAsync(_x.Keys("t", "s")),
    };
}
