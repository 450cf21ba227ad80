using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xenios.Protocol;
using Xenios.Protocol.Tokens;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Forged tokens at the two endpoints that take ours back: userinfo and logout (threat F01; standards ATK-02, RIL-03).</summary>
public sealed class ForgeryTests(SharedHost shared) : IClassFixture<SharedHost>, IAsyncLifetime
{
    private static readonly RSA Stranger = RSA.Create(2048);

    private readonly XeniosHost _host = shared.Host;
    private RelyingParty _shop = null!;
    private Browser _browser = null!;
    private TokenAnswer _tokens = null!;

    private static readonly string[] Names =
    [
        "alg none", "alg None", "HMAC with the public key", "HMAC with the modulus", "other algorithm of ours", "key of a stranger", "embedded jwk", "jku and x5u", "x5c",
        "kid of a path", "kid of SQL", "kid of 10 kB", "kid absent", "crit", "payload edited", "issuer changed", "signature cut", "encrypted", "nested", "typ absent",
        "typ of another kind", "member twice",
    ];

    public async Task InitializeAsync()
    {
        (_shop, _browser) = (new RelyingParty(_host), _host.NewBrowser());
        _tokens = await _shop.SignInAndRedeemAsync(_browser);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public Task Forged_access_token_opens_nothing() => Expect.UnchangedAsync(_host, async () =>
    {
        foreach (var name in Names)
        {
            var (status, json, challenge) = await _shop.UserInfoAsync(Forge(name, _tokens.AccessToken));
            Assert.Equal((name, 401, "invalid_token"), (name, status, json.GetProperty("error").GetString()));

            // No word about why: the text is the same for all.
            Assert.Equal("Bearer realm=\"xenios\", error=\"invalid_token\", error_description=\"The access token is not valid here, has expired, or was revoked.\"", challenge);
        }

        Assert.Equal(200, (await _shop.UserInfoAsync(_tokens.AccessToken)).Status);
    });

    [Fact]
    public Task Forged_id_token_neither_signs_out_nor_redirects() => Expect.UnchangedAsync(_host, async () =>
    {
        foreach (var name in Names)
        {
            var hint = Uri.EscapeDataString(Forge(name, _tokens.IdToken));
            var page = await _browser.GetAsync($"{XeniosHost.Url}/oauth2/logout?id_token_hint={hint}&post_logout_redirect_uri=https%3A%2F%2Frp.test%2F");
            Assert.Equal((name, "S76"), (name, page.Id));
            Assert.Null(page.Location);
        }
    });

    [Theory] // F04: 30 seconds of leeway for our own tokens
    [InlineData(3599, 0, 200)]
    [InlineData(3630, 0, 200)]
    [InlineData(3631, 0, 401)]
    [InlineData(0, 10, 200)]
    [InlineData(0, 61, 401)]
    public async Task Token_lives_from_its_issue_to_its_end(int secondsLater, int issuedAhead, int status)
    {
        var token = issuedAhead == 0 ? _tokens.AccessToken : Resign(_tokens.AccessToken, payload => payload["iat"] = payload["iat"]!.GetValue<long>() + issuedAhead);
        _host.Clock.Advance(TimeSpan.FromSeconds(secondsLater));
        Assert.Equal(status, (await _shop.UserInfoAsync(token)).Status);
    }

    [Theory] // ATK-02: right signature, wrong claims, as of a token for another resource or another environment
    [InlineData("aud", "https://api.test/")]
    [InlineData("aud", "shop")]
    [InlineData("iss", "https://id.test/e/two")]
    [InlineData("iss", "https://id.test/")]
    [InlineData("exp", null)]
    [InlineData("sub", null)]
    [InlineData("jti", null)]
    public async Task Token_of_ours_that_is_not_for_here_is_refused(string claim, string? value)
    {
        var token = Resign(_tokens.AccessToken, payload => _ = value is null ? payload.Remove(claim) : (payload[claim] = value) is null);
        Assert.Equal(401, (await _shop.UserInfoAsync(token)).Status);
    }

    private string Resign(string token, Action<JsonObject> change)
    {
        var payload = JsonNode.Parse(Jwt.Payload(token).GetRawText())!.AsObject();
        change(payload);
        return Jwt.Compact(Jwt.Header(token).GetRawText(), payload.ToJsonString(), Jwt.By(KeyOf(token)));
    }

    private SigningKey KeyOf(string token) => Jwt.KeyOf(_host, Jwt.Header(token).GetProperty("alg").GetString()!);

    private string Forge(string name, string right)
    {
        var key = KeyOf(right);
        var (header, payload) = (Jwt.Header(right).GetRawText(), Jwt.Payload(right).GetRawText());
        var jwk = JsonSerializer.Serialize(key.PublicMembers().ToDictionary());
        var other = Jwt.KeyOf(_host, key.Algorithm == SigningAlgorithms.RS256 ? SigningAlgorithms.ES256 : SigningAlgorithms.RS256);
        byte[] ByStranger(byte[] data) => Stranger.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        string WithAlg(string alg) => header.Replace($"\"{key.Algorithm}\"", $"\"{alg}\"", StringComparison.Ordinal);
        string With(string more) => header.Insert(header.Length - 1, more);
        string WithKid(string kid) => header.Replace(key.KeyId, kid, StringComparison.Ordinal);
        return name switch
        {
            "alg none" => Jwt.Compact(WithAlg("none"), payload, _ => []),
            "alg None" => Jwt.Compact(WithAlg("None"), payload, _ => []),
            "HMAC with the public key" => Jwt.Compact(WithAlg("HS256"), payload, data => HMACSHA256.HashData(Encoding.UTF8.GetBytes(jwk), data)),
            "HMAC with the modulus" => Jwt.Compact(WithAlg("HS256"), payload, data => HMACSHA256.HashData(Jwt.Decode(key.PublicMembers()[1].Value == "P-256" ? key.PublicMembers()[2].Value : key.PublicMembers()[1].Value), data)),
            "other algorithm of ours" => Jwt.Compact(WithAlg(other.Algorithm), payload, Jwt.By(other)),
            "key of a stranger" => Jwt.Compact(header, payload, ByStranger),
            "embedded jwk" => Jwt.Compact(WithKid("mine").Insert(1, $"\"jwk\":{jwk},"), payload, ByStranger),
            "jku and x5u" => Jwt.Compact(With(",\"jku\":\"https://evil.test/jwks\",\"x5u\":\"https://evil.test/x5u\""), payload, ByStranger),
            "x5c" => Jwt.Compact(With(",\"x5c\":[\"MIIB\"]"), payload, ByStranger),
            "kid of a path" => Jwt.Compact(WithKid("../../etc/passwd"), payload, Jwt.By(key)),
            "kid of SQL" => Jwt.Compact(WithKid("' or 1=1 --"), payload, Jwt.By(key)),
            "kid of 10 kB" => Jwt.Compact(WithKid(new string('k', 10_000)), payload, Jwt.By(key)),
            "kid absent" => Jwt.Compact(header.Replace("\"kid\"", "\"kib\"", StringComparison.Ordinal), payload, Jwt.By(key)),
            "crit" => Jwt.Compact(With(",\"crit\":[\"exp\"]"), payload, Jwt.By(key)),
            "payload edited" => string.Join('.', right.Split('.')[0], Jwt.Encode(Encoding.UTF8.GetBytes(payload.Insert(1, "\"admin\":true,"))), right.Split('.')[2]),
            "issuer changed" => Jwt.Compact(header, payload.Replace(XeniosHost.Url + "\"", "https://id.test.evil.test\"", StringComparison.Ordinal), Jwt.By(key)),
            "signature cut" => right[..^4],
            "encrypted" => right + "." + right.Split('.')[1] + "." + right.Split('.')[2],
            "nested" => Jwt.Compact(With(",\"cty\":\"JWT\""), right, Jwt.By(key)),
            "typ absent" => Jwt.Compact(header.Replace("\"typ\"", "\"tip\"", StringComparison.Ordinal), payload, Jwt.By(key)),
            "typ of another kind" => Jwt.Compact(header.Replace(Jwt.Header(right).GetProperty("typ").GetString()!, "logout+jwt", StringComparison.Ordinal), payload, Jwt.By(key)),
            _ => Jwt.Compact(header, payload.Insert(1, "\"sub\":\"admin\","), Jwt.By(key)),
        };
    }
}
