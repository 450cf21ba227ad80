
namespace Xenios.XSandbox.Tests;

public sealed class FirstGenerationTests : IAsyncLifetime
{
    private SandboxFixture _x = null!;

    public async Task InitializeAsync() => _x = await SandboxFixture.StartAsync();

    public async Task DisposeAsync() => await _x.DisposeAsync();

    [Fact]
    public async Task A_person_signs_in_from_request_token_to_profile()
    {
        var first = await _x.RequestTokenAsync();
        Assert.Equal(200, first.Status);
        Assert.Equal("text/html; charset=utf-8", first.Type!.ToString());
        Assert.Equal("true", first.Form["oauth_callback_confirmed"]);
        var token = first.Form["oauth_token"]!;
        Assert.Equal(27, token.Length);

        var page = await _x.GetAsync($"/oauth/authenticate?oauth_token={token}");
        Assert.Contains("Sign in to Demo", page.Body);
        var back = await _x.PostFormAsync("/oauth/authenticate", new() { ["transaction"] = page.Transaction, ["person"] = "ada" });
        Assert.StartsWith($"{SandboxFixture.Callback}?oauth_token={token}&oauth_verifier=", back.Location);
        Assert.Equal(32, back.LocationQuery["oauth_verifier"]!.Length);

        var access = await _x.ExchangeAsync(token, first.Form["oauth_token_secret"], back.LocationQuery["oauth_verifier"]);
        Assert.Equal(200, access.Status);
        Assert.Equal("text/html; charset=utf-8", access.Type!.ToString());
        Assert.StartsWith("1846092417305964545-", access.Form["oauth_token"]);
        Assert.Equal("1846092417305964545", access.Form["user_id"]);
        Assert.Equal("ada_bystrom", access.Form["screen_name"]);

        var profile = await _x.VerifyAsync(_x.Keys(access.Form["oauth_token"], access.Form["oauth_token_secret"]), "?include_email=true&skip_status=true");
        Assert.Equal(200, profile.Status);
        Assert.Equal("1846092417305964545", (string?)profile.Json["id_str"]);
        Assert.Equal(1846092417305964545, (long)profile.Json["id"]!);
        Assert.Equal("ada@example.com", (string?)profile.Json["email"]);
        Assert.Equal("Tue Oct 15 07:35:05 +0000 2024", (string?)profile.Json["created_at"]);
    }

    [Fact]
    public async Task Verifier_is_taken_from_query_and_header_too()
    {
        var (token, secret, verifier) = await _x.ApproveAsync();
        var request = _x.Request("POST", $"/oauth/access_token?oauth_verifier={verifier}", _x.Keys(token, secret));
        Assert.Equal(200, (await _x.SendAsync(request)).Status);

        (token, secret, verifier) = await _x.ApproveAsync();
        request = _x.Request("POST", "/oauth/access_token", _x.Keys(token, secret), new() { ["oauth_verifier"] = verifier });
        Assert.Equal(200, (await _x.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Callback_may_carry_a_query_of_its_own()
    {
        var token = (await _x.RequestTokenAsync(SandboxFixture.Callback + "?state=a%20b")).Form["oauth_token"];
        var back = await _x.GetAsync($"/oauth/authenticate?oauth_token={token}&sandbox_person=ada");
        Assert.StartsWith($"{SandboxFixture.Callback}?state=a%20b&oauth_token=", back.Location);
    }

    [Fact]
    public async Task Request_token_used_twice_is_unavailable_in_plain_text()
    {
        var (token, secret, verifier) = await _x.ApproveAsync();
        Assert.Equal(200, (await _x.ExchangeAsync(token, secret, verifier)).Status);
        var again = await _x.ExchangeAsync(token, secret, verifier);
        Assert.Equal((401, "This feature is temporarily unavailable"), (again.Status, again.Body));
    }

    [Fact]
    public async Task Request_token_lives_for_15_minutes()
    {
        var (token, secret, verifier) = await _x.ApproveAsync();
        _x.Time.Advance(TimeSpan.FromMinutes(15));
        var answer = await _x.ExchangeAsync(token, secret, verifier);
        Assert.Equal(401, answer.Status);
        Assert.Equal(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><hash><error>Invalid / expired Token</error><request>/oauth/access_token</request></hash>",
            answer.Body);
    }

    [Fact]
    public async Task Verifier_is_required()
    {
        var (token, secret, _) = await _x.ApproveAsync();
        Assert.Equal(401, (await _x.ExchangeAsync(token, secret, null)).Status);
    }

    [Fact]
    public async Task Wrong_verifier_is_refused_and_uses_the_token_up()
    {
        var (token, secret, verifier) = await _x.ApproveAsync();
        Assert.Equal(401, (await _x.ExchangeAsync(token, secret, "wrong")).Status);
        Assert.Equal(401, (await _x.ExchangeAsync(token, secret, verifier)).Status);
    }

    [Fact]
    public async Task Unapproved_request_token_gives_nothing()
    {
        var form = (await _x.RequestTokenAsync()).Form;
        Assert.Equal(401, (await _x.ExchangeAsync(form["oauth_token"]!, form["oauth_token_secret"], "guess")).Status);
    }

    [Fact]
    public async Task Request_token_secret_must_sign_the_exchange_unless_switched_to_lax()
    {
        var (token, _, verifier) = await _x.ApproveAsync();
        Assert.Equal(401, (await _x.ExchangeAsync(token, null, verifier)).Status);
        await SandboxFixture.ExpectAsync(_x.ControlAsync("PATCH", "settings", """{"lax_token_secret":true}"""), 200);
        Assert.Equal(200, (await _x.ExchangeAsync(token, null, verifier)).Status);
    }

    [Fact]
    public async Task Cancel_shows_a_page_whose_link_says_denied()
    {
        var token = (await _x.RequestTokenAsync()).Form["oauth_token"];
        var page = await _x.GetAsync($"/oauth/authorize?oauth_token={token}");
        var denied = await _x.PostFormAsync("/oauth/authorize", new() { ["transaction"] = page.Transaction, ["cancel"] = "" });
        Assert.Equal(200, denied.Status);
        Assert.Contains($"href=\"{SandboxFixture.Callback}?denied={token}\"", denied.Body);
        Assert.Contains("Whoa there!", (await _x.GetAsync($"/oauth/authorize?oauth_token={token}")).Body);
    }

    [Fact]
    public async Task Dev_goes_back_with_denied_at_once()
    {
        var token = (await _x.RequestTokenAsync()).Form["oauth_token"];
        var back = await _x.GetAsync($"/oauth/authenticate?oauth_token={token}&sandbox_person=dev");
        Assert.Equal($"{SandboxFixture.Callback}?denied={token}", back.Location);
    }

    [Theory]
    [InlineData("", "There is no request token for this page.")]
    [InlineData("?oauth_token=", "There is no request token for this page.")]
    [InlineData("?oauth_token=unknown", "It may have already been used")]
    public async Task Stale_request_token_strands_the_browser(string query, string text)
    {
        var answer = await _x.GetAsync("/oauth/authenticate" + query);
        Assert.Equal(403, answer.Status);
        Assert.Contains("<h1>Whoa there!</h1>", answer.Body);
        Assert.Contains(text, answer.Body);
    }

    [Fact]
    public async Task Answered_request_token_strands_the_browser()
    {
        var (token, _, _) = await _x.ApproveAsync();
        Assert.Contains("Whoa there!", (await _x.GetAsync($"/oauth/authenticate?oauth_token={token}&sandbox_person=ada")).Body);
    }

    [Fact]
    public async Task Two_consent_pages_of_one_token_give_one_verifier()
    {
        var token = (await _x.RequestTokenAsync()).Form["oauth_token"];
        var one = await _x.GetAsync($"/oauth/authenticate?oauth_token={token}");
        var two = await _x.GetAsync($"/oauth/authenticate?oauth_token={token}");
        Assert.Equal(302, (await _x.PostFormAsync("/oauth/authenticate", new() { ["transaction"] = one.Transaction, ["person"] = "ada" })).Status);
        Assert.Equal(403, (await _x.PostFormAsync("/oauth/authenticate", new() { ["transaction"] = two.Transaction, ["person"] = "ben" })).Status);
    }

    [Fact]
    public async Task Screen_name_puts_one_person_forward()
    {
        var token = (await _x.RequestTokenAsync()).Form["oauth_token"];
        Assert.Contains("@cleo_k · suggested", System.Net.WebUtility.HtmlDecode(
            (await _x.GetAsync($"/oauth/authenticate?oauth_token={token}&screen_name=cleo_k&force_login=true")).Body));
    }

    [Fact]
    public async Task A_leaked_token_secret_is_pointed_out()
    {
        var token = (await _x.RequestTokenAsync()).Form["oauth_token"];
        Assert.Contains("contains oauth_token_secret", (await _x.GetAsync($"/oauth/authenticate?oauth_token={token}&oauth_token_secret=s")).Body);
    }

    [Fact]
    public async Task Out_of_band_shows_a_pin_that_works()
    {
        var form = (await _x.RequestTokenAsync("oob")).Form;
        var page = await _x.GetAsync($"/oauth/authorize?oauth_token={form["oauth_token"]}&sandbox_person=ada");
        Assert.Equal(200, page.Status);
        var pin = System.Text.RegularExpressions.Regex.Match(page.Body, "<code>([0-9]{7})</code>").Groups[1].Value;
        Assert.Equal(200, (await _x.ExchangeAsync(form["oauth_token"]!, form["oauth_token_secret"], pin)).Status);
    }

    [Fact]
    public async Task People_pick_every_time_unless_they_stay_logged_in()
    {
        var cookie = await ApproveAsync();
        Assert.Null(cookie);
        Assert.Equal(200, (await OpenAsync("authenticate", "", "sandbox_login=x")).Status);

        await SandboxFixture.ExpectAsync(_x.ControlAsync("PATCH", "settings", """{"stay_logged_in":true}"""), 200);
        cookie = await ApproveAsync();
        Assert.NotNull(cookie);
        Assert.Equal(302, (await OpenAsync("authenticate", "", cookie)).Status);
        Assert.Equal(200, (await OpenAsync("authenticate", "&force_login=true", cookie)).Status);
        Assert.Equal(200, (await OpenAsync("authorize", "", cookie)).Status);
        await _x.ChangeAppAsync("""{"sign_in_with_x":false}""");
        Assert.Equal(200, (await OpenAsync("authenticate", "", cookie)).Status);
    }

    [Fact]
    public async Task Invalidated_token_is_dead()
    {
        var keys = await _x.SignInAsync();
        var answer = await _x.SendAsync(_x.Request("POST", "/1.1/oauth/invalidate_token.json", keys));
        Assert.Equal((200, keys.Token), (answer.Status, (string?)answer.Json["access_token"]));
        var dead = await _x.VerifyAsync(keys);
        Assert.Equal((401, """{"errors":[{"code":89,"message":"Invalid or expired token"}]}"""), (dead.Status, dead.Body));
    }

    private async Task<string?> ApproveAsync()
    {
        var token = (await _x.RequestTokenAsync()).Form["oauth_token"];
        var answer = await _x.GetAsync($"/oauth/authenticate?oauth_token={token}&sandbox_person=ada");
        return answer.Headers.GetValueOrDefault("Set-Cookie")?.Split(';')[0];
    }

    private async Task<Answer> OpenAsync(string path, string query, string cookie)
    {
        var token = (await _x.RequestTokenAsync()).Form["oauth_token"];
        var request = new HttpRequestMessage(HttpMethod.Get, $"/oauth/{path}?oauth_token={token}{query}");
        request.Headers.Add("Cookie", cookie);
        return await _x.SendAsync(request);
    }
}
