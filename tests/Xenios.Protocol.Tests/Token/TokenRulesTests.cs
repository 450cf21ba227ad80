using static Xenios.Protocol.Tests.Authorize.AuthorizeFixture;

namespace Xenios.Protocol.Tests.Token;

/// <summary>The checks of a token request (RFC 6749 §4.1.3, §5.2; RFC 7636 §4.6; TOK-03, COD-01).</summary>
public sealed class TokenRulesTests
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Issuer = "https://id.test";

    private static readonly AuthorizationCode Code = new()
    {
        ClientId = "app",
        RedirectUri = RedirectUri,
        RedirectUriSent = true,
        CodeChallenge = Challenge,
        Scopes = ["openid"],
        UserId = "u",
        SessionId = "s",
        AuthTime = DateTimeOffset.UnixEpoch,
        Issuer = Issuer,
        GrantId = "g",
    };

    private static readonly Client App = new()
    {
        ClientId = "app",
        Name = "App",
        RedirectUris = [RedirectUri, "https://rp.test/other"],
        GrantTypes = ["authorization_code"],
        AllowedScopes = ["openid"],
    };

    [Theory]
    [InlineData("right", "grant_type=authorization_code&code=c", null)]
    [InlineData("RFC 6749 §3.2: repeated", "grant_type=authorization_code&grant_type=authorization_code", "invalid_request")]
    [InlineData("RFC 6749 §3.2: repeated", "grant_type=authorization_code&code=c&code=d", "invalid_request")]
    [InlineData("RFC 6749 §3.2: repeated", "grant_type=authorization_code&redirect_uri=a&redirect_uri=a", "invalid_request")]
    [InlineData("RFC 6749 §3.2: repeated", "grant_type=authorization_code&code_verifier=a&code_verifier=b", "invalid_request")]
    [InlineData("RFC 6749 §3.2: repeated", "grant_type=authorization_code&client_id=a&client_id=b", "invalid_request")]
    [InlineData("RFC 6749 §3.2: repeated", "grant_type=authorization_code&client_secret=a&client_secret=b", "invalid_request")]
    [InlineData("RFC 6749 §3.2: repeated", "grant_type=refresh_token&refresh_token=a&refresh_token=b", "invalid_request")]
    [InlineData("RFC 6749 §3.2: repeated", "grant_type=refresh_token&scope=a&scope=b", "invalid_request")]
    [InlineData("RFC 7009, RFC 7662: repeated", "token=a&token=b", "invalid_request")]
    [InlineData("RFC 8707 §2: a list", "resource=https://a.test&resource=https://b.test", null)]
    [InlineData("repetition goes before the grant type", "grant_type=bogus&code=c&code=d", "invalid_request")]
    [InlineData("RFC 6749 §3.2: unknown ones are ignored", "grant_type=authorization_code&extra=1", null)]
    [InlineData("COM-01: any parameter twice, unknown ones too", "grant_type=authorization_code&extra=1&extra=2", "invalid_request")]
    [InlineData("COM-01: a name that cannot be repeated in a description", "grant_type=authorization_code&%22=1&%22=2", "invalid_request")]
    [InlineData("RFC 6749 §3.2: empty is absent", "grant_type=authorization_code&code=c&code=", null)]
    public void Form_is_checked(string rule, string form, string? code) =>
        Assert.Equal(code, TokenRules.CheckForm(Parameters.ParseForm(form))?.Code);

    [Fact]
    public void Too_many_parameters_are_refused()
    {
        var form = "grant_type=authorization_code&" + string.Join('&', Enumerable.Range(0, Parameters.Limit).Select(i => $"p{i}=v"));

        Assert.Equal("invalid_request", TokenRules.CheckForm(Parameters.ParseForm(form))?.Code);
    }

    [Theory]
    [InlineData("TOK-03: allowed", "authorization_code", null)]
    [InlineData("TOK-03: known but not for this client", "client_credentials", "unauthorized_client")]
    [InlineData("TOK-03: case-sensitive", "Authorization_code", "unauthorized_client")]
    public void Grant_type_must_be_the_clients(string rule, string grantType, string? code) =>
        Assert.Equal(code, TokenRules.CheckGrant(App, grantType)?.Code);

    // The code names a redirect URI and has a challenge unless the row says otherwise; the form is what the client sends.
    [Theory]
    [InlineData("right", "", "redirect_uri,code_verifier", null)]
    [InlineData("COD-01: other client", "client", "redirect_uri,code_verifier", "invalid_grant")]
    [InlineData("F03: other host", "issuer", "redirect_uri,code_verifier", "invalid_grant")]
    [InlineData("COD-01: other redirect URI, though registered", "", "other_uri,code_verifier", "invalid_grant")]
    [InlineData("COD-01: redirect URI in another case", "", "upper_uri,code_verifier", "invalid_grant")]
    [InlineData("COD-01: wrong verifier", "", "redirect_uri,wrong_verifier", "invalid_grant")]
    [InlineData("COD-01: missing verifier", "", "redirect_uri", "invalid_grant")]
    [InlineData("COD-01: missing verifier and redirect URI", "", "", "invalid_grant")]
    [InlineData("OAuth 2.1 §4.1.3: PKCE stands for the redirect URI", "", "code_verifier", null)]
    [InlineData("RFC 6749 §4.1.3: no PKCE, redirect URI repeated", "no_challenge", "redirect_uri", null)]
    [InlineData("RFC 6749 §4.1.3: no PKCE, redirect URI not repeated", "no_challenge", "", "invalid_grant")]
    [InlineData("RFC 6749 §4.1.3: never named, not sent", "no_challenge,not_named", "", null)]
    [InlineData("RFC 6749 §4.1.3: never named, sent as registered", "no_challenge,not_named", "redirect_uri", null)]
    [InlineData("RFC 6749 §4.1.3: never named, sent otherwise", "no_challenge,not_named", "other_uri", "invalid_grant")]
    [InlineData("RFC 9700 §4.8.2: verifier without challenge", "no_challenge", "redirect_uri,code_verifier", "invalid_request")]
    [InlineData("owner goes before PKCE", "client,no_challenge", "redirect_uri,code_verifier", "invalid_grant")]
    public void Code_is_redeemed_only_by_the_request_it_was_made_for(string rule, string code, string form, string? error)
    {
        var parts = code.Split(',');
        var stored = Code with
        {
            ClientId = parts.Contains("client") ? "other" : Code.ClientId,
            Issuer = parts.Contains("issuer") ? "https://other.test" : Issuer,
            CodeChallenge = parts.Contains("no_challenge") ? null : Challenge,
            RedirectUriSent = !parts.Contains("not_named"),
        };
        var sent = string.Join('&', form.Split(',').Select(part => part switch
        {
            "redirect_uri" => "redirect_uri=https%3A%2F%2Frp.test%2Fcb",
            "other_uri" => "redirect_uri=https%3A%2F%2Frp.test%2Fother",
            "upper_uri" => "redirect_uri=https%3A%2F%2FRP.test%2Fcb",
            "code_verifier" => "code_verifier=" + Verifier,
            "wrong_verifier" => "code_verifier=" + Challenge,
            _ => "",
        }));

        Assert.Equal(error, TokenRules.CheckCode(stored, App, Parameters.ParseForm(sent), Issuer)?.Code);
    }

    [Fact]
    public void Missing_verifier_is_invalid_grant() =>
        Assert.Equal("invalid_grant", TokenRules.CheckCode(Code, App, Parameters.ParseForm("redirect_uri=https%3A%2F%2Frp.test%2Fcb"), Issuer)?.Code);

    [Fact]
    public void Client_never_learns_why_a_code_was_refused()
    {
        // COD-01: one public text for every reason, one reason each for the operator.
        var form = Parameters.ParseForm("redirect_uri=https%3A%2F%2Frp.test%2Fcb&code_verifier=" + Challenge);
        OAuthError[] refusals =
        [
            TokenRules.CheckCode(Code with { ClientId = "other" }, App, form, Issuer)!,
            TokenRules.CheckCode(Code, App, form, "https://other.test")!,
            TokenRules.CheckCode(Code with { RedirectUri = "https://rp.test/other" }, App, form, Issuer)!,
            TokenRules.CheckCode(Code with { CodeChallenge = null }, App, Parameters.ParseForm(""), Issuer)!,
            TokenRules.CheckCode(Code, App, form, Issuer)!,
            TokenRules.CheckCode(Code, App, Parameters.ParseForm(""), Issuer)!,
        ];

        Assert.Single(refusals.Select(r => (r.Code, r.Description)).Distinct());
        Assert.Equal(refusals.Length, refusals.Select(r => r.LogDetail).Distinct(StringComparer.Ordinal).Count());
    }
}
