using System.Text.Json.Nodes;
using Xenios.Protocol;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Assertions that prove nothing (threats E06, E07, F01; standards 2.3, 2.4, CAU-02, CAU-03).</summary>
public class AssertionForgeryTests : AssertionHost
{
    public static TheoryData<string, Action<JsonObject>?, Action<JsonObject>?> Wrong => new()
    {
        { "aud: token endpoint", c => c["aud"] = XeniosHost.Url + "/oauth2/token", null },
        { "aud: pushed requests", c => c["aud"] = XeniosHost.Url + "/oauth2/par", null },
        { "aud: array of the issuer", c => c["aud"] = new JsonArray(XeniosHost.Url), null },
        { "aud: several servers", c => c["aud"] = new JsonArray(XeniosHost.Url, "https://evil.test"), null },
        { "aud: another server", c => c["aud"] = "https://evil.test", null },
        { "aud: with a slash", c => c["aud"] = XeniosHost.Url + "/", null },
        { "aud: absent", c => c.Remove("aud"), null },
        { "aud: empty", c => c["aud"] = "", null },
        { "sub: absent", c => c.Remove("sub"), null },
        { "sub: another client", c => c["sub"] = "machine", null },
        { "iss: another client", c => c["iss"] = "machine", null },
        { "iss: absent", c => c.Remove("iss"), null },
        { "jti: absent", c => c.Remove("jti"), null },
        { "jti: empty", c => c["jti"] = "", null },
        { "jti: number", c => c["jti"] = 7, null },
        { "jti: long", c => c["jti"] = new string('j', 600), null },
        { "exp: absent", c => c.Remove("exp"), null },
        { "exp: text", c => c["exp"] = c["iat"]!.ToString(), null },
        { "exp: null", c => c["exp"] = null, null },
        { "exp: huge", c => c["exp"] = 1e300, null },
        { "iat: text", c => c["iat"] = "now", null },
        { "nbf: object", c => c["nbf"] = new JsonObject(), null },
        { "typ: at+jwt", null, h => h["typ"] = "at+jwt" },
        { "typ: dpop+jwt", null, h => h["typ"] = "dpop+jwt" },
        { "typ: logout+jwt", null, h => h["typ"] = "logout+jwt" },
        { "typ: oauth-authz-req+jwt", null, h => h["typ"] = "oauth-authz-req+jwt" },
        { "typ: number", null, h => h["typ"] = 1 },
        { "crit", null, h => h["crit"] = new JsonArray("b64") },
        { "alg: none", null, h => h["alg"] = "none" },
        { "alg: None", null, h => h["alg"] = "None" },
        { "alg: absent", null, h => h.Remove("alg") },
        { "alg: HS256", null, h => h["alg"] = "HS256" },
        { "alg: PS256 over an RS256 signature", null, h => h["alg"] = "PS256" },
        { "alg: ES256 for an RSA key", null, h => h["alg"] = "ES256" },
        { "kid: unknown", null, h => h["kid"] = "other" },
        { "kid: path", null, h => h["kid"] = "../../etc/passwd" },
        { "kid: sql", null, h => h["kid"] = "' or 1=1" },
        { "kid: 10 kB", null, h => h["kid"] = new string('k', 10_000) },
        { "kid: number", null, h => h["kid"] = 1 },
    };

    [Theory] // E07, F01, standards 2.3, 2.4
    [MemberData(nameof(Wrong))]
    public async Task An_assertion_with_one_thing_wrong_proves_nothing(string what, Action<JsonObject>? claims, Action<JsonObject>? header)
    {
        var answer = await MachineAsync(Rsa.Assert("signer", Now, claims, header));
        Assert.True((401, "invalid_client") == (answer.Status, answer.Error), what);
        Assert.Equal(200, (await MachineAsync(Rsa.Assert("signer", Now))).Status);
    }

    [Fact] // F01, RFC 8725 §3.1
    public async Task A_public_key_is_no_secret_and_a_secret_is_no_key()
    {
        Expect.Json(await MachineAsync(Rsa.PublicHalfAsSecret().Assert("signer", Now)), 401, "invalid_client");
        Expect.Json(await MachineAsync(ClientSigner.OfSecret(Secret).Assert("signer", Now)), 401, "invalid_client");
        Expect.Json(await MachineAsync(Rsa.Assert("hmac", Now)), 401, "invalid_client");
        Expect.Json(await MachineAsync(ClientSigner.OfSecret(Secret[..^1] + "x").Assert("hmac", Now)), 401, "invalid_client");
        Expect.Json(await MachineAsync(ClientSigner.OfSecret("").Assert("hmac", Now)), 401, "invalid_client");
    }

    [Fact] // F01: a header brings no key
    public async Task A_key_in_the_header_is_not_looked_at()
    {
        var foreign = ClientSigner.New("ES256", "ec");
        foreach (var member in (string[])["jwk", "jku", "x5u", "x5c"])
        {
            JsonNode value = member switch { "jwk" => JsonNode.Parse(foreign.Jwk())!, "x5c" => new JsonArray("MIIB"), _ => "https://evil.test/jwks" };
            Expect.Json(await MachineAsync(foreign.Assert("signer", Now, null, h => h[member] = value)), 401, "invalid_client");
        }

        Assert.DoesNotContain(Host.Upstreams.Calls, call => call.Path == "/jwks");
    }

    [Fact] // E07: another client's key, another environment's client
    public async Task A_key_counts_for_the_client_that_registered_it_alone()
    {
        Expect.Json(await MachineAsync(Rsa.Assert("strict", Now)), 401, "invalid_client");
        Expect.Json(await MachineAsync(Rsa.Assert("nobody", Now)), 401, "invalid_client");
        Expect.Json(await MachineAsync(Rsa.Assert("machine", Now)), 401, "invalid_client");
    }

    [Fact] // CAU-02, E06: exactly one mechanism, whole
    public async Task Two_mechanisms_half_an_assertion_or_a_foreign_client_id_are_refused()
    {
        Task<TokenAnswer> Post(params (string Name, string? Value)[] fields) =>
            new RelyingParty(Host) { ClientId = "signer", Secret = null }.RedeemAsync(null, [("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null), ("client_id", null), .. fields]);

        Expect.Json(await Post([.. Assertion(Rsa.Assert("signer", Now)), ("client_secret", Secret)]), 400, "invalid_request");
        Expect.Json(await Post(("client_assertion", Rsa.Assert("signer", Now))), 400, "invalid_request");
        Expect.Json(await Post(("client_assertion_type", ClientAssertion.Type)), 400, "invalid_request");
        Expect.Json(await Post(("client_assertion", Rsa.Assert("signer", Now)), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")), 401, "invalid_client");
        Expect.Json(await Post([.. Assertion(Rsa.Assert("signer", Now)), ("client_id", "hmac")]), 401, "invalid_client");
        Assert.Equal(200, (await Post([.. Assertion(Rsa.Assert("signer", Now)), ("client_id", "signer")])).Status);
        var machine = new RelyingParty(Host) { ClientId = "machine", Secret = TokenResources.MachineSecret };
        Expect.Json(
            await machine.RedeemAsync(null, [("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null), .. Assertion(Rsa.Assert("machine", Now))]), 400, "invalid_request");
    }

    [Theory]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30")]
    [InlineData("e30.e30.AA.AA.AA")]
    [InlineData("huge")]
    [InlineData("{}")]
    public async Task What_is_no_signed_jwt_is_refused(string text) =>
        Expect.Json(await MachineAsync(text == "huge" ? Rsa.Assert("signer", Now, c => c["x"] = new string('x', 17_000)) : text), 401, "invalid_client");
}
