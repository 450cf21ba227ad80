using System.Text;
using Xenios.Protocol.OAuth1;

namespace Xenios.XSandbox.Tests;

public sealed class SignatureTests : IAsyncLifetime
{
    private SandboxFixture _x = null!;

    public async Task InitializeAsync() => _x = await SandboxFixture.StartAsync();

    public async Task DisposeAsync() => await _x.DisposeAsync();

    [Fact]
    public async Task Errors_are_xml_unless_json_is_accepted()
    {
        var xml = await _x.RequestTokenAsync("http://evil.example/");
        Assert.Equal(403, xml.Status);
        Assert.Equal("application/xml", xml.Type!.MediaType);
        Assert.Equal(
            "<?xml version='1.0' encoding='UTF-8'?><errors><error code=\"415\">Callback URL not approved for this client application. "
            + "Approved callback URLs can be adjusted in your application settings</error></errors>",
            xml.Body);
        var json = await _x.RequestTokenAsync("http://evil.example/", "application/json");
        Assert.Equal(403, json.Status);
        Assert.Equal(415, (int)json.Json["errors"]![0]!["code"]!);
    }

    [Theory]
    [InlineData("http://127.0.0.1:7400/login/callback/")]
    [InlineData("http://127.0.0.1:7400/login/callback#f")]
    [InlineData("http://127.0.0.1:7400/login/callback?a=\r\nSet-Cookie:x")]
    [InlineData("http://localhost:7400/login/callback")]
    [InlineData("https://127.0.0.1:7400/login/callback")]
    public async Task Callback_must_be_registered(string callback) => Assert.Equal(415, await CodeAsync(_x.RequestTokenAsync(callback, "application/json"), 403));

    [Fact]
    public async Task Callback_is_required() =>
        Assert.Equal(215, await CodeAsync(_x.SendAsync(Json(_x.Request("POST", "/oauth/request_token", _x.Keys()))), 400));

    [Fact]
    public async Task App_without_callbacks_is_a_desktop_app()
    {
        await _x.ChangeAppAsync("""{"callbacks":[]}""");
        Assert.Equal(417, await CodeAsync(_x.RequestTokenAsync(accept: "application/json"), 401));
        Assert.Equal(200, (await _x.RequestTokenAsync("oob")).Status);
    }

    [Fact]
    public async Task Suspended_app_is_416()
    {
        await _x.ChangeAppAsync("""{"suspended":true}""");
        Assert.Equal(416, await CodeAsync(_x.RequestTokenAsync(accept: "application/json"), 401));
    }

    [Fact]
    public async Task App_with_1_0a_switched_off_is_not_permitted()
    {
        await _x.ChangeAppAsync("""{"oauth1a":false}""");
        Assert.Equal(87, await CodeAsync(_x.RequestTokenAsync(accept: "application/json"), 403));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer abc")]
    [InlineData("OAuth oauth_nonce")]
    [InlineData("OAuth oauth_consumer_key=\"k\"")]
    public async Task Missing_or_malformed_header_is_215(string? header)
    {
        var request = Json(new HttpRequestMessage(HttpMethod.Post, "/oauth/request_token"));
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", header);
        }

        Assert.Equal(215, await CodeAsync(_x.SendAsync(request), 400));
    }

    [Fact]
    public async Task Unknown_consumer_key_is_32() => Assert.Equal(32, await SignedByAsync(new("unknown", _x.App.ApiKeySecret)));

    [Fact]
    public async Task Client_id_as_consumer_key_is_32() => Assert.Equal(32, await SignedByAsync(new(_x.App.ClientId, _x.App.ClientSecret)));

    [Fact]
    public async Task Wrong_consumer_secret_is_32() => Assert.Equal(32, await SignedByAsync(new(_x.App.ApiKey, "wrong")));

    [Theory]
    [InlineData("http://localhost:7401")]
    [InlineData("https://127.0.0.1:7401")]
    [InlineData("http://127.0.0.1:7402")]
    public async Task Signature_for_another_address_is_32(string address) => Assert.Equal(
        32,
        await CodeAsync(_x.SendAsync(Json(_x.Request("POST", "/oauth/request_token", _x.Keys(), Callback(), signedFor: new Uri(address)))), 401));

    [Fact]
    public async Task Unsigned_body_parameter_is_32()
    {
        var request = Json(_x.Request("POST", "/oauth/request_token", _x.Keys(), Callback()));
        request.Content = new FormUrlEncodedContent([new("x_auth_access_type", "read")]);
        Assert.Equal(32, await CodeAsync(_x.SendAsync(request), 401));
    }

    [Fact]
    public async Task Unsigned_query_parameter_is_32()
    {
        var request = Json(_x.Request("POST", "/oauth/request_token", _x.Keys(), Callback()));
        request.RequestUri = new Uri("/oauth/request_token?x_auth_access_type=read", UriKind.Relative);
        Assert.Equal(32, await CodeAsync(_x.SendAsync(request), 401));
    }

    [Fact]
    public async Task Access_type_is_read_or_write()
    {
        Assert.Equal(200, (await TypeAsync("read")).Status);
        Assert.Equal(400, (await TypeAsync("admin")).Status);
    }

    [Fact]
    public async Task Duplicate_parameter_is_32()
    {
        var request = Json(_x.Request("POST", "/oauth/request_token?oauth_callback=oob", _x.Keys(), Callback()));
        Assert.Equal(32, await CodeAsync(_x.SendAsync(request), 401));
    }

    [Fact]
    public async Task Nonce_used_before_is_32()
    {
        Assert.Equal(200, (await NonceAsync("one")).Status);
        Assert.Equal(32, await CodeAsync(NonceAsync("one"), 401));
        _x.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await NonceAsync("one")).Status);
    }

    [Fact]
    public async Task Nonce_is_not_used_up_by_a_wrong_signature()
    {
        var wrong = _x.Request("POST", "/oauth/request_token", new(_x.App.ApiKey, "wrong"), Callback(), nonce: "two");
        Assert.Equal(401, (await _x.SendAsync(wrong)).Status);
        Assert.Equal(200, (await NonceAsync("two")).Status);
    }

    [Theory]
    [InlineData("näh")]
    [InlineData("a b")]
    public async Task Nonce_must_be_ascii(string nonce) => Assert.Equal(32, await CodeAsync(NonceAsync(nonce), 401));

    [Theory]
    [InlineData(300, 200)]
    [InlineData(-300, 200)]
    [InlineData(301, 401)]
    [InlineData(-301, 401)]
    public async Task Timestamp_may_be_five_minutes_off(int seconds, int status)
    {
        var timestamp = _x.Time.GetUtcNow().ToUnixTimeSeconds() + seconds;
        var answer = await _x.SendAsync(Json(_x.Request("POST", "/oauth/request_token", _x.Keys(), Callback(), timestamp: timestamp)));
        Assert.Equal(status, answer.Status);
        if (status == 401)
        {
            Assert.Equal("""{"errors":[{"code":135,"message":"Timestamp out of bounds"}]}""", answer.Body);
        }
    }

    [Fact]
    public async Task Only_HMAC_SHA1_is_known()
    {
        var header = _x.Request("POST", "/oauth/request_token", _x.Keys(), Callback()).Headers.NonValidated["Authorization"].ToString();
        var request = Json(new HttpRequestMessage(HttpMethod.Post, "/oauth/request_token"));
        request.Headers.TryAddWithoutValidation("Authorization", header.Replace("HMAC-SHA1", "PLAINTEXT", StringComparison.Ordinal));
        Assert.Equal(32, await CodeAsync(_x.SendAsync(request), 401));
    }

    [Fact]
    public async Task Body_of_another_type_is_not_signed()
    {
        var request = _x.Request("POST", "/oauth/request_token", _x.Keys(), Callback());
        request.Content = new StringContent("a=b", Encoding.UTF8, "text/plain");
        Assert.Equal(200, (await _x.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Token_of_another_app_is_refused()
    {
        var keys = await _x.SignInAsync();
        var other = (await _x.ControlAsync("POST", "apps", "{}")).Json;
        var mixed = new Credentials((string)other["api_key"]!, (string)other["api_key_secret"]!, keys.Token, keys.TokenSecret);
        Assert.Equal(89, await CodeAsync(_x.VerifyAsync(mixed), 401));
    }

    [Fact]
    public async Task Unknown_request_token_is_invalid_in_json_too()
    {
        var request = Json(_x.Request("POST", "/oauth/access_token", _x.Keys("unknown", "s"), form: new() { ["oauth_verifier"] = "v" }));
        Assert.Equal(89, await CodeAsync(_x.SendAsync(request), 401));
    }

    [Fact]
    public async Task The_reason_is_in_a_header_of_its_own() =>
        Assert.Contains("must be signed for http://127.0.0.1:7401/oauth/request_token", (await _x.SendAsync(
            _x.Request("POST", "/oauth/request_token", new(_x.App.ApiKey, "wrong"), Callback()))).Headers["x-sandbox-reason"]);

    private static Dictionary<string, string> Callback() => new() { ["oauth_callback"] = SandboxFixture.Callback };

    private static HttpRequestMessage Json(HttpRequestMessage request)
    {
        request.Headers.Add("Accept", "application/json");
        return request;
    }

    private static async Task<int> CodeAsync(Task<Answer> task, int status) =>
        (int)(await SandboxFixture.ExpectAsync(task, status)).Json["errors"]![0]!["code"]!;

    private Task<int> SignedByAsync(Credentials keys) => CodeAsync(_x.SendAsync(Json(_x.Request("POST", "/oauth/request_token", keys, Callback()))), 401);

    private Task<Answer> NonceAsync(string nonce) => _x.SendAsync(Json(_x.Request("POST", "/oauth/request_token", _x.Keys(), Callback(), nonce: nonce)));

    private Task<Answer> TypeAsync(string type) =>
        _x.SendAsync(_x.Request("POST", "/oauth/request_token", _x.Keys(), Callback(), new() { ["x_auth_access_type"] = type }));
}
