using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>What the tokens say (standards TOK-01, IDT-01 to IDT-07, ATK-01, COM-06, COM-07).</summary>
public sealed class TokensTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly XeniosHost _host = shared.Host;

    [Fact] // TOK-01, COM-06
    public async Task Token_response_names_what_was_issued_and_nothing_else()
    {
        var answer = await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser());
        Assert.Equal(["access_token", "token_type", "expires_in", "id_token"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("Bearer", answer.Text("token_type"));
        Assert.Equal((JsonValueKind.Number, 3600), (answer.Json.GetProperty("expires_in").ValueKind, answer.Json.GetProperty("expires_in").GetInt32()));
    }

    [Theory] // IDT-01, IDT-02, IDT-05, IDT-06
    [InlineData("shop", "RS256")]
    [InlineData("other", "ES256")]
    [InlineData("spa", "RS256")]
    public async Task Id_token_is_signed_as_registered_and_holds_what_the_application_needs(string client, string algorithm)
    {
        var party = client switch { "other" => RelyingParty.Other(_host), "spa" => RelyingParty.Spa(_host), _ => new RelyingParty(_host) };
        var answer = await party.SignInAndRedeemAsync(_host.NewBrowser());
        Assert.Equal(algorithm, Jwt.Header(answer.IdToken).GetProperty("alg").GetString());
        Assert.Equal(["alg", "kid", "typ"], Jwt.Header(answer.IdToken).EnumerateObject().Select(member => member.Name));

        var claims = Jwt.Payload(answer.IdToken);
        var now = _host.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal((XeniosHost.Url, client, party.Nonce), (Text(claims, "iss"), Text(claims, "aud"), Text(claims, "nonce")));
        Assert.Equal((now, now), (claims.GetProperty("iat").GetInt64(), claims.GetProperty("auth_time").GetInt64()));
        Assert.Matches("^usr_[0-9a-f]{32}$", Text(claims, "sub"));
        Assert.Matches("^ses_[0-9a-f]{32}$", Text(claims, "sid"));
        Assert.False(claims.TryGetProperty("azp", out _));

        // IDT-04: computed here, from the specification.
        var half = SHA256.HashData(Encoding.ASCII.GetBytes(answer.AccessToken))[..16];
        Assert.Equal(Jwt.Encode(half), Text(claims, "at_hash"));
    }

    [Fact] // IDT-05: one sub everywhere, for every application, at every sign-in; another person has another
    public async Task Subject_is_the_same_everywhere()
    {
        var shop = new RelyingParty(_host);
        var first = await shop.SignInAndRedeemAsync(_host.NewBrowser());
        var again = await shop.SignInAndRedeemAsync(_host.NewBrowser());
        var elsewhere = await RelyingParty.Spa(_host).SignInAndRedeemAsync(_host.NewBrowser());
        var userInfo = (await shop.UserInfoAsync(first.AccessToken)).Json;
        var subjects = (string?[])
        [
            Text(Jwt.Payload(first.IdToken), "sub"), Text(Jwt.Payload(first.AccessToken), "sub"), Text(userInfo, "sub"), Text(Jwt.Payload(again.IdToken), "sub"),
            Text(Jwt.Payload(elsewhere.IdToken), "sub"),
        ];
        Assert.Single(subjects.Distinct());
        Assert.NotEqual(subjects[0], Text(Jwt.Payload((await shop.SignInAndRedeemAsync(_host.NewBrowser(), "finn")).IdToken), "sub"));

        // IDT-06: the session differs from browser to browser.
        Assert.NotEqual(Text(Jwt.Payload(first.IdToken), "sid"), Text(Jwt.Payload(again.IdToken), "sid"));
    }

    [Theory] // IDT-07: claims of scopes stand at userinfo, or in the ID token where the application wants them there
    [InlineData(false, "openid profile email", "iss sub aud exp iat auth_time nonce at_hash sid")]
    [InlineData(true, "openid", "iss sub aud exp iat auth_time nonce at_hash sid")]
    [InlineData(true, "openid email", "iss sub aud exp iat auth_time nonce at_hash sid email email_verified")]
    [InlineData(true, "openid profile", "iss sub aud exp iat auth_time nonce at_hash sid name preferred_username picture x_id x_handle updated_at")]
    public async Task Id_token_holds_no_claim_that_was_not_asked_for(bool inIdToken, string scope, string members)
    {
        var party = inIdToken ? RelyingParty.Other(_host) : new RelyingParty(_host);
        var tokens = await party.RedeemAsync((await party.SignInAsync(_host.NewBrowser(), "ada", ("scope", scope))).LocationParameter("code"));
        Assert.Equal(members.Split(' '), Jwt.Payload(tokens.IdToken).EnumerateObject().Select(member => member.Name));
    }

    [Fact] // ATK-01, RFC 9068 §2
    public async Task Access_token_names_whom_and_what_for_but_no_personal_data()
    {
        var token = (await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser())).AccessToken;
        var header = Jwt.Header(token);
        Assert.Equal(("at+jwt", "ES256"), (Text(header, "typ"), Text(header, "alg")));
        Assert.Equal(Jwt.KeyOf(_host, "ES256").KeyId, Text(header, "kid"));

        var claims = Jwt.Payload(token);
        Assert.Equal(["iss", "aud", "sub", "client_id", "iat", "exp", "jti", "scope", "auth_time", "sid"], claims.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("shop", "openid profile email"), (Text(claims, "client_id"), Text(claims, "scope")));
        Assert.NotEqual("shop", Text(claims, "aud"));
        Assert.Equal(3600, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.DoesNotContain("ada", claims.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact] // ATK-01: jti is unique
    public async Task No_two_access_tokens_have_one_id()
    {
        var shop = new RelyingParty(_host);
        var browser = _host.NewBrowser();
        var ids = new HashSet<string?>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(Text(Jwt.Payload((await shop.SignInAndRedeemAsync(browser)).AccessToken), "jti"));
        }

        Assert.Equal(5, ids.Count);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
