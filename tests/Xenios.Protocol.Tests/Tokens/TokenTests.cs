using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xenios.Protocol.Tokens;
using static Xenios.Protocol.Tests.Tokens.TokenFixture;

namespace Xenios.Protocol.Tests.Tokens;

/// <summary>Tokens as we write them, read by somebody else's code (OpenID Connect Core §2, RFC 9068, RFC 7515).</summary>
public sealed class TokenTests
{
    private static readonly JsonWebKeySet PublishedKeys = new(System.Text.Encoding.UTF8.GetString(JwkSet.Write([Rsa, Ec])));

    [Theory]
    [InlineData(SigningAlgorithms.RS256)]
    [InlineData(SigningAlgorithms.ES256)]
    public async Task Id_token_is_valid_to_an_independent_reader(string algorithm)
    {
        var token = NewIdToken().Sign(KeyOf(algorithm));
        var read = await ValidateAsync(token, IdToken.Type, "app");

        Assert.True(read.IsValid, read.Exception?.Message);
        var jwt = Assert.IsType<JsonWebToken>(read.SecurityToken);
        Assert.Equal(algorithm, jwt.Alg);
        Assert.Equal("usr_1", jwt.Subject);
        Assert.Equal(Now.AddHours(1).UtcDateTime, jwt.ValidTo);
        Assert.Equal(Now.UtcDateTime, jwt.IssuedAt);
    }

    [Theory]
    [InlineData(SigningAlgorithms.RS256)]
    [InlineData(SigningAlgorithms.ES256)]
    public async Task Access_token_is_valid_to_an_independent_reader(string algorithm)
    {
        var read = await ValidateAsync(NewAccessToken().Sign(KeyOf(algorithm)), AccessToken.Type, Issuer + "/userinfo");

        Assert.True(read.IsValid, read.Exception?.Message);
        Assert.Equal("usr_1", ((JsonWebToken)read.SecurityToken).Subject);
    }

    [Theory]
    [InlineData("other kind", "at+jwt", "app")]
    [InlineData("other client", "JWT", "other")]
    public async Task Independent_reader_refuses_the_token_elsewhere(string why, string type, string audience) =>
        Assert.False((await ValidateAsync(NewIdToken().Sign(Rsa), type, audience)).IsValid);

    [Theory]
    [InlineData(SigningAlgorithms.RS256)]
    [InlineData(SigningAlgorithms.ES256)]
    public async Task Independent_reader_refuses_an_edited_token(string algorithm)
    {
        var parts = NewIdToken().Sign(KeyOf(algorithm)).Split('.');
        var other = (NewIdToken() with { Subject = "usr_2" }).Sign(KeyOf(algorithm)).Split('.');

        Assert.False((await ValidateAsync($"{parts[0]}.{other[1]}.{parts[2]}", IdToken.Type, "app")).IsValid);
    }

    [Theory]
    [InlineData(SigningAlgorithms.RS256, "JWT")]
    [InlineData(SigningAlgorithms.RS256, "at+jwt")]
    [InlineData(SigningAlgorithms.ES256, "JWT")]
    [InlineData(SigningAlgorithms.ES256, "at+jwt")]
    public void Header_holds_alg_kid_and_typ_only_and_reads_alike_in_base64_and_base64url(string algorithm, string type)
    {
        var key = KeyOf(algorithm);
        var token = type == IdToken.Type ? NewIdToken().Sign(key) : NewAccessToken().Sign(key);
        var header = DecodePart(token, 0);

        Assert.Equal(["alg", "kid", "typ"], header.EnumerateObject().Select(m => m.Name));
        Assert.Equal(algorithm, header.GetProperty("alg").GetString());
        Assert.Equal(key.KeyId, header.GetProperty("kid").GetString());
        Assert.Equal(type, header.GetProperty("typ").GetString());
        Assert.DoesNotContain(token.Split('.')[0], c => c is '-' or '_' or '=');
    }

    [Theory]
    [InlineData("IDT-01: least", "", "iss sub aud exp iat auth_time")]
    [InlineData("IDT-03: nonce", "nonce", "iss sub aud exp iat auth_time nonce")]
    [InlineData("IDT-04: at_hash", "access_token", "iss sub aud exp iat auth_time at_hash")]
    [InlineData("IDT-06: sid", "sid", "iss sub aud exp iat auth_time sid")]
    [InlineData("IDT-07: claims", "claims", "iss sub aud exp iat auth_time email email_verified updated_at")]
    public void Id_token_holds_nothing_but_what_was_asked(string rule, string with, string members)
    {
        var token = NewIdToken() with
        {
            Nonce = with == "nonce" ? "n" : null,
            AccessToken = with == "access_token" ? "a" : null,
            SessionId = with == "sid" ? "s" : null,
            Claims = with == "claims" ? [new("email", "é@rp.test"), new("email_verified", true), new("updated_at", 1_700_000_000L)] : [],
        };
        var payload = DecodePart(token.Sign(Rsa), 1);

        Assert.Equal(members.Split(' '), payload.EnumerateObject().Select(m => m.Name));
        Assert.Equal(JsonValueKind.String, payload.GetProperty("aud").ValueKind);
        Assert.Equal("app", payload.GetProperty("aud").GetString());
        Assert.Equal(Now.AddMinutes(-5).ToUnixTimeSeconds(), payload.GetProperty("auth_time").GetInt64());
        Assert.Equal(Now.ToUnixTimeSeconds(), payload.GetProperty("iat").GetInt64());
        Assert.Equal(Now.AddHours(1).ToUnixTimeSeconds(), payload.GetProperty("exp").GetInt64());
        if (with == "claims")
        {
            // COM-06: booleans are booleans, numbers are numbers.
            Assert.Equal("é@rp.test", payload.GetProperty("email").GetString());
            Assert.Equal(JsonValueKind.True, payload.GetProperty("email_verified").ValueKind);
            Assert.Equal(1_700_000_000L, payload.GetProperty("updated_at").GetInt64());
        }
    }

    [Theory]
    [InlineData("RFC 9068 §2.2: least", false, "iss aud sub client_id iat exp jti scope")]
    [InlineData("RFC 9068 §2.2.1: of a person", true, "iss aud sub client_id iat exp jti scope auth_time sid")]
    public void Access_token_holds_no_personal_data(string rule, bool person, string members)
    {
        var token = NewAccessToken() with { AuthTime = person ? Now : null, SessionId = person ? "s" : null };
        var payload = DecodePart(token.Sign(Ec), 1);

        Assert.Equal(members.Split(' '), payload.EnumerateObject().Select(m => m.Name));
        Assert.Equal("openid profile", payload.GetProperty("scope").GetString());
        Assert.Equal("grant.1", payload.GetProperty("jti").GetString());
        Assert.Equal("app", payload.GetProperty("client_id").GetString());
    }

    [Fact]
    public void Nonce_is_returned_exactly()
    {
        var nonce = string.Concat(Enumerable.Range(0, 0x80).Select(c => (char)c)) + "é e\u0301 \u200b\u2028 \U0001F600 </script> %41+";

        Assert.Equal(nonce, DecodePart((NewIdToken() with { Nonce = nonce }).Sign(Ec), 1).GetProperty("nonce").GetString());
    }

    // OpenID Connect Core appendix A.3 (at_hash) and A.4 (c_hash, the same computation).
    [Theory]
    [InlineData("Core A.3", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "77QmUPtjPfzWtF2AnpK9RQ")]
    [InlineData("Core A.4", "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk", "LDktKdoQak3Pk0cnXxCltA")]
    public void Half_hash_is_as_published(string source, string token, string hash)
    {
        Assert.Equal(hash, IdToken.HalfHash(token));
        Assert.Equal(hash, DecodePart((NewIdToken() with { AccessToken = token }).Sign(Rsa), 1).GetProperty("at_hash").GetString());
    }

    [Theory]
    [InlineData(SigningAlgorithms.RS256, 342)]
    [InlineData(SigningAlgorithms.ES256, 86)]
    public async Task Hundred_signatures_made_at_once_all_verify(string algorithm, int length)
    {
        var tokens = new string[100];
        var options = new ParallelOptions { MaxDegreeOfParallelism = 16 };
        Parallel.For(0, tokens.Length, options, i => tokens[i] = (NewIdToken() with { Nonce = $"n{i}" }).Sign(KeyOf(algorithm)));

        for (var i = 0; i < tokens.Length; i++)
        {
            Assert.Equal(length, tokens[i].Split('.')[2].Length); // RFC 7518 §3.3, §3.4: of fixed length
            Assert.Equal($"n{i}", DecodePart(tokens[i], 1).GetProperty("nonce").GetString());
            var read = await ValidateAsync(tokens[i], IdToken.Type, "app");
            Assert.True(read.IsValid, read.Exception?.Message);
        }
    }

    private static Task<TokenValidationResult> ValidateAsync(string token, string type, string audience) =>
        new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = audience,
            ValidTypes = [type],
            ValidAlgorithms = [SigningAlgorithms.RS256, SigningAlgorithms.ES256],
            IssuerSigningKeys = PublishedKeys.GetSigningKeys(),
            TryAllIssuerSigningKeys = false, // found by kid or not at all
            ValidateLifetime = false, // the tests' moment is fixed; the times are compared by themselves
        });
}
