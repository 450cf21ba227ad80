using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>What an application is told when its request breaks a rule (threats D04, D06; standards AUT-04 to AUT-13, section 13).</summary>
public sealed class AuthorizeErrorTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly XeniosHost _host = shared.Host;

    [Theory]
    [InlineData("AUT-04", "invalid_request", "response_type", null)]
    [InlineData("AUT-04", "unsupported_response_type", "response_type", "bogus")]
    [InlineData("AUT-04", "unsupported_response_type", "response_type", "none")]
    [InlineData("D06", "unsupported_response_type", "response_type", "token")]
    [InlineData("D06", "unsupported_response_type", "response_type", "id_token")]
    [InlineData("D06", "unsupported_response_type", "response_type", "code id_token")]
    [InlineData("D06", "unsupported_response_type", "response_type", "id_token token")]
    [InlineData("D06", "unsupported_response_type", "response_type", "code token")]
    [InlineData("AUT-09", "invalid_request", "response_mode", "fragment")]
    [InlineData("AUT-09", "invalid_request", "response_mode", "bogus")]
    [InlineData("AUT-09", "invalid_request", "response_mode", "query.jwt")]
    [InlineData("AUT-09", "invalid_request", "response_mode", "web_message")]
    [InlineData("D04", "invalid_scope", "scope", "bogus")]
    [InlineData("D04", "invalid_scope", "scope", "\"<script>")]
    [InlineData("AUT-06", "invalid_request", "nonce", "513")]
    [InlineData("AUT-08", "invalid_request", "code_challenge", null)]
    [InlineData("AUT-08", "invalid_request", "code_challenge", "short")]
    [InlineData("AUT-08", "invalid_request", "code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM")]
    [InlineData("AUT-08", "invalid_request", "code_challenge_method", null)]
    [InlineData("AUT-08", "invalid_request", "code_challenge_method", "plain")]
    [InlineData("AUT-08", "invalid_request", "code_challenge_method", "S512")]
    [InlineData("AUT-13", "request_not_supported", "request", "e30.e30.")]
    [InlineData("AUT-13", "request_uri_not_supported", "request_uri", "https://rp.test/r")]
    [InlineData("AUT-13", "registration_not_supported", "registration", "{}")]
    [InlineData("PRM-01", "login_required", "prompt", "none")]
    [InlineData("PRM-02", "invalid_request", "prompt", "none login")]
    [InlineData("PRM-02", "invalid_request", "prompt", "none consent")]
    [InlineData("PRM-04", "invalid_request", "prompt", "bogus")]
    [InlineData("PRM-05", "invalid_request", "max_age", "-1")]
    [InlineData("PRM-05", "invalid_request", "max_age", "1.5")]
    [InlineData("PRM-05", "invalid_request", "max_age", "soon")]
    [InlineData("PRM-05", "invalid_request", "max_age", "99999999999")]
    public Task Broken_rule_is_told_to_the_application_with_state_and_iss(string rule, string error, string name, string? value) => Expect.UnchangedAsync(_host, async () =>
    {
        var shop = new RelyingParty(_host);
        var upstreamCalls = _host.Upstreams.Calls.Count;
        var page = await _host.NewBrowser().GetAsync(shop.AuthorizeUrl((name, value == "513" ? new string('n', 513) : value)));
        Expect.ErrorAtClient(page, shop, error);
        Assert.Empty(page.SetCookies);
        Assert.Equal(upstreamCalls, _host.Upstreams.Calls.Count);
    });

    [Fact] // AUT-04: the type exists, the application may not use it
    public async Task Application_without_the_code_grant_is_unauthorized()
    {
        var office = SharedHost.Office(_host);
        Expect.ErrorAtClient(await _host.NewBrowser().GetAsync(office.AuthorizeUrl()), office, "unauthorized_client");
    }

    [Fact] // AUT-08: the description names what is missing
    public async Task Missing_challenge_is_named() =>
        Assert.Contains(
            "code_challenge",
            (await _host.NewBrowser().GetAsync(new RelyingParty(_host).AuthorizeUrl(("code_challenge", null), ("code_challenge_method", null)))).LocationParameter("error_description"),
            StringComparison.Ordinal);

    [Fact] // standards 2.1: only a confidential application that says so may do without PKCE, and PKCE is honoured there too
    public async Task Pkce_may_be_left_out_only_where_the_application_says_so()
    {
        var lax = SharedHost.Lax(_host);
        var back = await lax.SignInAsync(_host.NewBrowser(), "ada", ("code_challenge", null), ("code_challenge_method", null));
        Assert.Equal(200, (await lax.RedeemAsync(back.LocationParameter("code"), ("code_verifier", null))).Status);

        var bound = await lax.SignInAsync(_host.NewBrowser());
        Expect.Json(await lax.RedeemAsync(bound.LocationParameter("code"), ("code_verifier", null)), 400, "invalid_grant");

        foreach (var strict in (RelyingParty[])[RelyingParty.Spa(_host), SharedHost.Native(_host)])
        {
            Expect.ErrorAtClient(await _host.NewBrowser().GetAsync(strict.AuthorizeUrl(("code_challenge", null), ("code_challenge_method", null))), strict, "invalid_request");
        }
    }

    [Fact] // AUT-05, TOK-01
    public async Task Scope_that_the_application_may_not_have_is_left_out_and_the_rest_is_named()
    {
        var shop = new RelyingParty(_host);
        var narrowed = await shop.RedeemAsync((await shop.SignInAsync(_host.NewBrowser(), "ada", ("scope", "openid bogus"))).LocationParameter("code"));
        Assert.Equal("openid", narrowed.Text("scope"));
        var whole = await shop.RedeemAsync((await shop.SignInAsync(_host.NewBrowser(), "ada", ("scope", "email openid"))).LocationParameter("code"));
        Assert.Null(whole.Text("scope"));
    }

    [Fact] // RFC 6749 §3.3: the value of scope is never empty; a request without scope gets a token without
    public async Task Request_without_scope_gets_a_token_that_names_none()
    {
        var shop = new RelyingParty(_host);
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(_host.NewBrowser(), "ada", ("scope", null))).LocationParameter("code"));
        Assert.Equal(200, tokens.Status);
        Assert.Equal((null, null), (tokens.Text("scope"), tokens.Text("id_token")));
        Assert.False(Jwt.Payload(tokens.AccessToken).TryGetProperty("scope", out _));

        // UIN-04
        var (status, json, challenge) = await shop.UserInfoAsync(tokens.AccessToken);
        Assert.Equal((403, "insufficient_scope"), (status, json.GetProperty("error").GetString()));
        Assert.Contains("scope=\"openid\"", challenge, StringComparison.Ordinal);
    }

    [Theory] // AUT-10, AUT-12, COM-02: never an error
    [InlineData("display", "popup")]
    [InlineData("display", "hologram")]
    [InlineData("ui_locales", "se tlh")]
    [InlineData("claims_locales", "de")]
    [InlineData("acr_values", "urn:gold")]
    [InlineData("login_hint", "nobody@example.com")]
    [InlineData("connection", "unknown")]
    [InlineData("connection_id", "../x")]
    [InlineData("extra", "foobar")]
    [InlineData("prompt", "")]
    [InlineData("nonce", "")]
    [InlineData("request", "")]
    public async Task Hint_never_stops_a_sign_in(string name, string value) =>
        Assert.Equal("S03", (await _host.NewBrowser().GoAsync(new RelyingParty(_host).AuthorizeUrl((name, value)))).Id);

    [Theory] // AUT-11
    [InlineData("se de", null, "de")]
    [InlineData("de-AT en", null, "de")]
    [InlineData("tlh", null, "en")]
    [InlineData(null, "de;q=0.9", "de")]
    [InlineData("\"><script>", "de", "de")]
    public async Task Page_speaks_the_first_language_there_is(string? wish, string? browserWish, string language)
    {
        var browser = _host.NewBrowser();
        using var request = new HttpRequestMessage(HttpMethod.Get, new RelyingParty(_host).AuthorizeUrl(("ui_locales", wish)));
        if (browserWish is not null)
        {
            request.Headers.Add("Accept-Language", browserWish);
        }

        var page = await browser.GoAsync((await browser.SendAsync(request)).Location!.AbsoluteUri);
        Assert.Contains($"<html lang=\"{language}\"", page.Html, StringComparison.Ordinal);
    }
}
