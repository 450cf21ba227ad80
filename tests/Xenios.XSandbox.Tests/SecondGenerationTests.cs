using System.Buffers.Text;
using System.Text;

namespace Xenios.XSandbox.Tests;

public sealed class SecondGenerationTests : IAsyncLifetime
{
    private SandboxFixture _x = null!;

    public async Task InitializeAsync() => _x = await SandboxFixture.StartAsync();

    public async Task DisposeAsync() => await _x.DisposeAsync();

    [Fact]
    public async Task A_person_signs_in_from_consent_page_to_profile()
    {
        var page = await _x.GetAsync(_x.AuthorizeUrl());
        Assert.Equal(200, page.Status);
        Assert.Contains("name=\"person\" value=\"ada\"", page.Body);
        var back = await _x.PostFormAsync("/i/oauth2/authorize", new() { ["transaction"] = page.Transaction, ["person"] = "ada" });
        Assert.StartsWith(SandboxFixture.Callback + "?state=st-1&code=", back.Location);

        var tokens = await _x.RedeemAsync(back.LocationQuery["code"]!);
        Assert.Equal(200, tokens.Status);
        Assert.Equal("application/json", tokens.Type!.MediaType);
        Assert.Equal("bearer", (string?)tokens.Json["token_type"]);
        Assert.Equal(7200, (int)tokens.Json["expires_in"]!);
        Assert.Equal("users.read tweet.read", (string?)tokens.Json["scope"]);
        Assert.Null(tokens.Json["refresh_token"]);

        var me = await _x.MeAsync((string?)tokens.Json["access_token"]);
        Assert.Equal("""{"data":{"id":"1846092417305964545","name":"Ada Byström","username":"ada_bystrom"}}""", me.Body);
        Assert.Equal("74", me.Headers["x-rate-limit-remaining"]);
        Assert.Equal("2.164", me.Headers["api-version"]);
    }

    [Fact]
    public async Task Codes_and_tokens_have_the_anatomy_of_X()
    {
        var code = await _x.CodeAsync(scope: "users.read tweet.read offline.access");
        var tokens = (await _x.RedeemAsync(code)).Json;
        var now = _x.Time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (value, kind) in new[] { (code, "ac"), ((string)tokens["access_token"]!, "at"), ((string)tokens["refresh_token"]!, "rt") })
        {
            Assert.Equal(91, value.Length);
            var text = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(value));
            Assert.Matches($"^.{{45}}:{now}:1:1:{kind}:1$", text);
        }
    }

    [Theory]
    [InlineData("S256")]
    [InlineData("s256")]
    public async Task Both_spellings_of_S256_are_accepted(string method)
    {
        var code = await _x.CodeAsync(change: q => q["code_challenge_method"] = method);
        Assert.Equal(200, (await _x.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task The_plain_challenge_is_accepted()
    {
        var code = await _x.CodeAsync(change: q => (q["code_challenge_method"], q["code_challenge"]) = ("plain", SandboxFixture.Verifier));
        Assert.Equal(200, (await _x.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task State_of_500_characters_is_fine()
    {
        var state = new string('s', 500);
        var answer = await _x.GetAsync(_x.AuthorizeUrl(q => (q["state"], q["sandbox_person"]) = (state, "ada")));
        Assert.Equal(state, answer.LocationQuery["state"]);
    }

    [Fact]
    public async Task State_of_501_characters_comes_back_as_an_error_without_state()
    {
        var answer = await _x.GetAsync(_x.AuthorizeUrl(q => q["state"] = new string('s', 501)));
        Assert.Equal(302, answer.Status);
        Assert.StartsWith(SandboxFixture.Callback + "?", answer.Location);
        Assert.Equal("invalid_request", answer.LocationQuery["error"]);
        Assert.Equal("Redirect is requested.", answer.LocationQuery["error_description"]);
        Assert.Null(answer.LocationQuery["state"]);
        Assert.Null(answer.LocationQuery["code"]);
    }

    [Theory]
    [InlineData("client_id", "nobody")]
    [InlineData("client_id", null)]
    [InlineData("redirect_uri", "http://127.0.0.1:7400/login/callback/")]
    [InlineData("redirect_uri", "http://127.0.0.1:7400/login/callback?a=b")]
    [InlineData("redirect_uri", "http://localhost:7400/login/callback")]
    [InlineData("redirect_uri", "https://127.0.0.1:7400/login/callback")]
    [InlineData("redirect_uri", null)]
    [InlineData("scope", "users.read tweet.read account_info.read")]
    [InlineData("scope", null)]
    [InlineData("state", null)]
    [InlineData("response_type", "token")]
    [InlineData("response_type", null)]
    [InlineData("code_challenge", null)]
    [InlineData("code_challenge", "short")]
    [InlineData("code_challenge_method", null)]
    [InlineData("code_challenge_method", "S512")]
    public async Task A_wrong_authorize_request_strands_the_browser(string name, string? value)
    {
        var answer = await _x.GetAsync(_x.AuthorizeUrl(q => (q[name], q["sandbox_person"]) = (value, "ada")));
        Assert.Equal(400, answer.Status);
        Assert.Null(answer.Location);
        Assert.Contains("<h1>Something went wrong</h1>", answer.Body);
    }

    [Fact]
    public async Task A_repeated_authorize_parameter_strands_the_browser() =>
        Assert.Contains("Something went wrong", (await _x.GetAsync(_x.AuthorizeUrl() + "&state=other")).Body);

    [Fact]
    public async Task The_page_tells_an_API_key_from_a_client_id() =>
        Assert.Contains("is an API Key", (await _x.GetAsync(_x.AuthorizeUrl(q => q["client_id"] = _x.App.ApiKey))).Body);

    [Theory]
    [InlineData("""{"oauth2":false}""")]
    [InlineData("""{"suspended":true}""")]
    public async Task A_disabled_app_strands_the_browser(string change)
    {
        await _x.ChangeAppAsync(change);
        Assert.Equal(400, (await _x.GetAsync(_x.AuthorizeUrl())).Status);
    }

    [Theory]
    [InlineData("person", "dev")]
    [InlineData("cancel", "1")]
    public async Task Who_says_no_goes_back_with_access_denied(string name, string value)
    {
        var page = await _x.GetAsync(_x.AuthorizeUrl());
        var back = await _x.PostFormAsync("/i/oauth2/authorize", new() { ["transaction"] = page.Transaction, [name] = value });
        Assert.Equal(SandboxFixture.Callback + "?error=access_denied&state=st-1", back.Location);
    }

    [Fact]
    public async Task A_person_named_in_the_query_is_taken_at_once()
    {
        Assert.NotNull((await _x.GetAsync(_x.AuthorizeUrl(q => q["sandbox_person"] = "ben"))).LocationQuery["code"]);
        Assert.Equal("access_denied", (await _x.GetAsync(_x.AuthorizeUrl(q => q["sandbox_person"] = "dev"))).LocationQuery["error"]);
        Assert.Equal(400, (await _x.GetAsync(_x.AuthorizeUrl(q => q["sandbox_person"] = "nobody"))).Status);
    }

    [Fact]
    public async Task A_person_named_in_the_cookie_is_taken_at_once()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _x.AuthorizeUrl());
        request.Headers.Add("Cookie", "sandbox_person=ben");
        Assert.NotNull((await _x.SendAsync(request)).LocationQuery["code"]);

        request = new(HttpMethod.Get, _x.AuthorizeUrl());
        request.Headers.Add("Cookie", "sandbox_person=gone");
        Assert.Equal(200, (await _x.SendAsync(request)).Status);
    }

    [Fact]
    public async Task A_consent_is_answered_once()
    {
        var page = await _x.GetAsync(_x.AuthorizeUrl());
        Dictionary<string, string> form = new() { ["transaction"] = page.Transaction, ["person"] = "ada" };
        Assert.Equal(302, (await _x.PostFormAsync("/i/oauth2/authorize", form)).Status);
        Assert.Equal(400, (await _x.PostFormAsync("/i/oauth2/authorize", form)).Status);
    }

    [Fact]
    public async Task An_unknown_person_gets_the_consent_page_again()
    {
        var page = await _x.GetAsync(_x.AuthorizeUrl());
        var again = await _x.PostFormAsync("/i/oauth2/authorize", new() { ["transaction"] = page.Transaction, ["person"] = "zoe" });
        Assert.Equal(200, again.Status);
        Assert.NotEqual(page.Transaction, again.Transaction);
    }

    [Fact]
    public async Task Force_login_means_nothing_here() =>
        Assert.Equal(200, (await _x.GetAsync(_x.AuthorizeUrl(q => (q["force_login"], q["prompt"]) = ("true", "login")))).Status);

    [Fact]
    public async Task The_consent_page_names_the_app_the_scopes_and_the_people()
    {
        var page = await _x.GetAsync(_x.AuthorizeUrl(q => q["scope"] = "users.read tweet.read users.email offline.access"));
        foreach (var text in new[]
        {
            "Sign in to Demo", "See the e-mail address of your account", "users.email", "Stay connected", "has an e-mail", "no e-mail",
            "same e-mail as an existing account", "says no", "suspended", "handle just changed", "value=\"finn\"",
        })
        {
            Assert.Contains(text, page.Body);
        }
    }
}
