using System.Text;

namespace Xenios.XSandbox.Tests;

public sealed class TokenEndpointTests : IAsyncLifetime
{
    private const string InvalidCode = """{"error":"invalid_request","error_description":"Value passed for the authorization code was invalid."}""";
    private const string MissingHeader = """{"error":"unauthorized_client","error_description":"Missing valid authorization header"}""";
    private const string OfflineScopes = "users.read tweet.read offline.access";

    private SandboxFixture _x = null!;

    public async Task InitializeAsync() => _x = await SandboxFixture.StartAsync();

    public async Task DisposeAsync() => await _x.DisposeAsync();

    [Fact]
    public async Task Code_used_twice_is_refused()
    {
        var code = await _x.CodeAsync();
        Assert.Equal(200, (await _x.RedeemAsync(code)).Status);
        Assert.Equal((400, InvalidCode), await RedeemAsync(code));
    }

    [Fact]
    public async Task Of_many_at_once_one_gets_the_code()
    {
        var code = await _x.CodeAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _x.RedeemAsync(code)));
        Assert.Single(answers, answer => answer.Status == 200);
    }

    [Fact]
    public async Task Code_lives_for_30_seconds()
    {
        var (early, late) = (await _x.CodeAsync(), await _x.CodeAsync());
        _x.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(200, (await _x.RedeemAsync(early)).Status);
        _x.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((400, InvalidCode), await RedeemAsync(late));
    }

    [Fact]
    public async Task The_oldest_code_makes_room_for_the_ten_thousandth_after_it()
    {
        var (first, second) = (await _x.CodeAsync(), await _x.CodeAsync());
        var url = _x.AuthorizeUrl(q => q["sandbox_person"] = "ada");
        for (var i = 0; i < 9_999; i++)
        {
            (await _x.Http.GetAsync(url)).Dispose();
        }

        Assert.Equal((400, InvalidCode), await RedeemAsync(first));
        Assert.Equal(200, (await _x.RedeemAsync(second)).Status);
    }

    [Fact]
    public async Task Made_up_code_is_refused() => Assert.Equal((400, InvalidCode), await RedeemAsync("made-up"));

    [Fact]
    public async Task Code_of_another_app_is_refused_and_stays_good_for_its_own()
    {
        var other = (await _x.ControlAsync("POST", "apps", """{"callbacks":["http://127.0.0.1:7400/login/callback"]}""")).Json;
        var code = await _x.CodeAsync();
        var answer = await _x.TokenAsync(SandboxFixture.CodeForm(code), $"{other["client_id"]}:{other["client_secret"]}");
        Assert.Equal((400, InvalidCode), (answer.Status, answer.Body));
        Assert.Equal(200, (await _x.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task Another_redirect_uri_is_refused()
    {
        var form = SandboxFixture.CodeForm(await _x.CodeAsync());
        form["redirect_uri"] += "/";
        var answer = await _x.TokenAsync(form);
        Assert.Equal(400, answer.Status);
        Assert.Equal(
            """{"error":"invalid_request","error_description":"Value passed for the redirect uri did not match the uri of the authorization code."}""",
            answer.Body);
    }

    [Fact]
    public async Task Wrong_verifier_is_refused_like_a_wrong_code()
    {
        var form = SandboxFixture.CodeForm(await _x.CodeAsync());
        form["code_verifier"] = new string('v', 43);
        var answer = await _x.TokenAsync(form);
        Assert.Equal((400, InvalidCode), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("code")]
    [InlineData("redirect_uri")]
    [InlineData("code_verifier")]
    [InlineData("grant_type")]
    public async Task Missing_parameter_is_named(string name)
    {
        var form = SandboxFixture.CodeForm(await _x.CodeAsync());
        form.Remove(name);
        var answer = await _x.TokenAsync(form);
        Assert.Equal(400, answer.Status);
        Assert.Equal("{\"error\":\"invalid_request\",\"error_description\":\"Missing required parameter [" + name + "].\"}", answer.Body);
    }

    [Fact]
    public async Task Secret_in_the_body_is_refused()
    {
        var form = SandboxFixture.CodeForm(await _x.CodeAsync());
        (form["client_id"], form["client_secret"]) = (_x.App.ClientId, _x.App.ClientSecret);
        Assert.Equal((401, MissingHeader), await SendAsync(form, ""));
    }

    [Fact]
    public async Task Wrong_secret_is_refused() => Assert.Equal((401, MissingHeader), await SendAsync(SandboxFixture.CodeForm("c"), $"{_x.App.ClientId}:wrong"));

    [Fact]
    public async Task Unknown_client_is_refused() => Assert.Equal((401, MissingHeader), await SendAsync(SandboxFixture.CodeForm("c"), "nobody:secret"));

    [Fact]
    public async Task No_client_at_all_is_refused() => Assert.Equal((401, MissingHeader), await SendAsync(SandboxFixture.CodeForm("c"), ""));

    [Theory]
    [InlineData("Basic !!!")]
    [InlineData("Basic")]
    [InlineData("Basic bm9jb2xvbg==")]
    [InlineData("Digest abc")]
    public async Task Malformed_authorization_header_is_refused(string header)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/2/oauth2/token") { Content = new FormUrlEncodedContent(SandboxFixture.CodeForm("c")) };
        request.Headers.TryAddWithoutValidation("Authorization", header);
        Assert.Equal(401, (await _x.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Basic_with_the_same_client_id_in_the_body_is_fine_and_another_one_is_not()
    {
        var form = SandboxFixture.CodeForm(await _x.CodeAsync());
        form["client_id"] = "other";
        Assert.Equal((401, MissingHeader), await SendAsync(form));
        form["client_id"] = _x.App.ClientId;
        Assert.Equal(200, (await _x.TokenAsync(form)).Status);
    }

    [Theory]
    [InlineData("native")]
    [InlineData("spa")]
    public async Task Public_app_sends_its_id_in_the_body_and_nothing_else(string type)
    {
        var app = (await _x.ControlAsync("POST", "apps", "{\"type\":\"" + type + "\",\"callbacks\":[\"" + SandboxFixture.Callback + "\"]}")).Json;
        var id = (string)app["client_id"]!;
        Assert.Null(app["client_secret"]);
        var form = SandboxFixture.CodeForm(await _x.CodeAsync(change: q => q["client_id"] = id));
        Assert.Equal((401, MissingHeader), await SendAsync(form, $"{id}:"));
        Assert.Equal((401, MissingHeader), await SendAsync(new(form) { ["client_id"] = id, ["client_secret"] = "s" }, ""));
        Assert.Equal(200, (await SendAsync(new(form) { ["client_id"] = id }, "")).Status);
    }

    [Fact]
    public async Task Unknown_grant_type_is_refused() =>
        Assert.Equal("unsupported_grant_type", (string?)(await _x.TokenAsync(new() { ["grant_type"] = "password" })).Json["error"]);

    [Fact]
    public async Task Repeated_parameter_is_refused()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/2/oauth2/token")
        {
            Content = new StringContent("grant_type=authorization_code&code=a&code=b", Encoding.ASCII, "application/x-www-form-urlencoded"),
        };
        Assert.Equal(400, (await _x.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Huge_form_is_refused() =>
        Assert.Equal(413, (await _x.TokenAsync(new() { ["grant_type"] = new string('a', 70_000) })).Status);

    [Fact]
    public async Task Json_body_has_no_parameters()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/2/oauth2/token") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        Assert.Equal(401, (await _x.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Refresh_gives_a_new_pair_and_the_old_access_token_stays_good()
    {
        var first = (await _x.RedeemAsync(await _x.CodeAsync(scope: OfflineScopes))).Json;
        var second = await _x.RefreshAsync((string)first["refresh_token"]!);
        Assert.Equal(200, second.Status);
        Assert.Equal(OfflineScopes, (string?)second.Json["scope"]);
        Assert.NotEqual((string?)first["refresh_token"], (string?)second.Json["refresh_token"]);
        Assert.Equal(200, (await _x.MeAsync((string?)second.Json["access_token"])).Status);
    }

    [Fact]
    public async Task Refresh_token_used_twice_ends_the_family()
    {
        var first = (await _x.RedeemAsync(await _x.CodeAsync(scope: OfflineScopes))).Json;
        var second = (await _x.RefreshAsync((string)first["refresh_token"]!)).Json;
        var reuse = await _x.RefreshAsync((string)first["refresh_token"]!);
        Assert.Equal(400, reuse.Status);
        Assert.Equal("invalid_request", (string?)reuse.Json["error"]);
        Assert.Equal(400, (await _x.RefreshAsync((string)second["refresh_token"]!)).Status);
        Assert.Equal(401, (await _x.MeAsync((string?)second["access_token"])).Status);
        Assert.Equal(401, (await _x.MeAsync((string?)first["access_token"])).Status);
    }

    [Fact]
    public async Task Refresh_needs_client_authentication_and_its_own_app()
    {
        var tokens = (await _x.RedeemAsync(await _x.CodeAsync(scope: OfflineScopes))).Json;
        Dictionary<string, string> form = new() { ["grant_type"] = "refresh_token", ["refresh_token"] = (string)tokens["refresh_token"]! };
        Assert.Equal((401, MissingHeader), await SendAsync(form, ""));
        var other = (await _x.ControlAsync("POST", "apps", "{}")).Json;
        Assert.Equal(400, (await SendAsync(form, $"{other["client_id"]}:{other["client_secret"]}")).Status);
        Assert.Equal(200, (await _x.TokenAsync(form)).Status);
    }

    [Fact]
    public async Task Missing_refresh_token_is_named() =>
        Assert.Contains("[refresh_token]", (await _x.TokenAsync(new() { ["grant_type"] = "refresh_token" })).Body);

    [Fact]
    public async Task Revoked_access_token_is_dead()
    {
        var token = await _x.AccessTokenAsync();
        var answer = await _x.TokenAsync(new() { ["token"] = token }, path: "/2/oauth2/revoke");
        Assert.Equal((200, """{"revoked":true}"""), (answer.Status, answer.Body));
        Assert.Equal(401, (await _x.MeAsync(token)).Status);
    }

    [Fact]
    public async Task Revoked_refresh_token_takes_its_family_along()
    {
        var tokens = (await _x.RedeemAsync(await _x.CodeAsync(scope: OfflineScopes))).Json;
        await _x.TokenAsync(new() { ["token"] = (string)tokens["refresh_token"]! }, path: "/2/oauth2/revoke");
        Assert.Equal(401, (await _x.MeAsync((string?)tokens["access_token"])).Status);
        Assert.Equal(400, (await _x.RefreshAsync((string)tokens["refresh_token"]!)).Status);
    }

    [Fact]
    public async Task Revoke_needs_a_client_and_a_token()
    {
        Assert.Equal(401, (await _x.TokenAsync(new() { ["token"] = "t" }, "", "/2/oauth2/revoke")).Status);
        Assert.Equal(400, (await _x.TokenAsync([], path: "/2/oauth2/revoke")).Status);
        Assert.Equal(200, (await _x.TokenAsync(new() { ["token"] = "unknown" }, path: "/2/oauth2/revoke")).Status);
    }

    [Fact]
    public async Task An_app_cannot_revoke_the_token_of_another()
    {
        var token = await _x.AccessTokenAsync();
        var other = (await _x.ControlAsync("POST", "apps", "{}")).Json;
        await _x.TokenAsync(new() { ["token"] = token }, $"{other["client_id"]}:{other["client_secret"]}", "/2/oauth2/revoke");
        Assert.Equal(200, (await _x.MeAsync(token)).Status);
    }

    private async Task<(int Status, string Body)> SendAsync(Dictionary<string, string> form, string? basic = null)
    {
        var answer = await _x.TokenAsync(form, basic);
        return (answer.Status, answer.Body);
    }

    private Task<(int Status, string Body)> RedeemAsync(string code) => SendAsync(SandboxFixture.CodeForm(code));
}
