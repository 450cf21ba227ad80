using Xenios.Server.Resources;
using static Xenios.Server.Tests.Resources.ResourceTexts;

namespace Xenios.Server.Tests.Resources;

/// <summary>What an application must bring to authenticate by assertions (standards CAU-03, CAU-04). The keys are those of RFC 7517 §A.1.</summary>
public sealed class AssertionRulesTests
{
    private const string Ec = "kty: EC, crv: P-256, x: MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4, y: 4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM, kid: \"1\"";
    private const string Modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    private const string Key = "token_endpoint_auth_method: private_key_jwt";
    private const string Hmac = "token_endpoint_auth_method: client_secret_jwt";
    private const string Long = "client_secret: " + Secret + Secret;

    [Theory]
    [InlineData("EC key", $"{Key}, jwks: {{ keys: [{{ {Ec} }}] }}")]
    [InlineData("RSA key", $"{Key}, jwks: {{ keys: [{{ kty: RSA, n: {Modulus}, e: AQAB, use: sig, key_ops: [verify], alg: PS256 }}] }}")]
    [InlineData("two keys", $"{Key}, jwks: {{ keys: [{{ {Ec} }}, {{ {Ec}, alg: ES256, x5t: a, \"x5t#S256\": b, x5c: [c] }}] }}")]
    [InlineData("published keys", $"{Key}, jwks_uri: https://a.example/jwks.json")]
    [InlineData("published on this computer", $"{Key}, jwks_uri: http://127.0.0.1:9/jwks")]
    [InlineData("one algorithm", $"{Key}, jwks_uri: https://a.example/, token_endpoint_auth_signing_alg: PS512, assertion_audience: issuer_or_token_endpoint")]
    [InlineData("machine", $"type: machine, {Key}, jwks_uri: https://a.example/")]
    [InlineData("HMAC", $"{Hmac}, {Long}, token_endpoint_auth_signing_alg: HS512, assertion_audience: issuer")]
    [InlineData("keys of another use", $"{Long}, jwks: {{ keys: [{{ {Ec} }}] }}")]
    public void It_may_be_stored(string rule, string fields) => Assert.Empty(Check(rule, fields));

    [Theory]
    [InlineData("no keys", Key, "jwks required")]
    [InlineData("blank address", $"{Key}, jwks_uri: \"\"", "jwks required")]
    [InlineData("keys in both places", $"{Key}, jwks_uri: https://a.example/, jwks: {{ keys: [{{ {Ec} }}] }}", "jwks conflict")]
    [InlineData("address in the clear", $"{Key}, jwks_uri: http://a.example/", "jwks_uri malformed")]
    [InlineData("address of a file", $"{Key}, jwks_uri: file:///etc/passwd", "jwks_uri malformed")]
    [InlineData("address with a password", $"{Key}, jwks_uri: \"https://u:p@a.example/\"", "jwks_uri malformed")]
    [InlineData("empty set", $"{Key}, jwks: {{ keys: [] }}", "jwks malformed")]
    [InlineData("no set", $"{Key}, jwks: {{}}", "jwks malformed")]
    [InlineData("no kind", $"{Key}, jwks: {{ keys: [{{ kid: a }}] }}", "jwks malformed")]
    [InlineData("symmetric key", $"{Key}, jwks: {{ keys: [{{ kty: oct }}] }}", "jwks malformed")]
    [InlineData("Edwards curve", $"{Key}, jwks: {{ keys: [{{ kty: OKP, crv: Ed25519, x: a }}] }}", "jwks malformed")]
    [InlineData("for encryption", $"{Key}, jwks: {{ keys: [{{ {Ec}, use: enc }}] }}", "jwks malformed")]
    [InlineData("only to sign", $"{Key}, jwks: {{ keys: [{{ {Ec}, key_ops: [sign] }}] }}", "jwks malformed")]
    [InlineData("algorithm of another kind", $"{Key}, jwks: {{ keys: [{{ {Ec}, alg: RS256 }}] }}", "jwks malformed")]
    [InlineData("algorithm of another curve", $"{Key}, jwks: {{ keys: [{{ {Ec}, alg: ES384 }}] }}", "jwks malformed")]
    [InlineData("symmetric algorithm", $"{Key}, jwks: {{ keys: [{{ {Ec}, alg: HS256 }}] }}", "jwks malformed")]
    [InlineData("point off the curve", $"{Key}, jwks: {{ keys: [{{ kty: EC, crv: P-256, x: 4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM, y: MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4 }}] }}", "jwks malformed")]
    [InlineData("short coordinate", $"{Key}, jwks: {{ keys: [{{ kty: EC, crv: P-256, x: AAAA, y: AAAA }}] }}", "jwks malformed")]
    [InlineData("unknown curve", $"{Key}, jwks: {{ keys: [{{ kty: EC, crv: secp256k1, x: AAAA, y: AAAA }}] }}", "jwks malformed")]
    [InlineData("weak RSA", $"{Key}, jwks: {{ keys: [{{ kty: RSA, n: AQAB, e: AQAB }}] }}", "jwks malformed")]
    [InlineData("exponent one", $"{Key}, jwks: {{ keys: [{{ kty: RSA, n: {Modulus}, e: AQ }}] }}", "jwks malformed")]
    [InlineData("even exponent", $"{Key}, jwks: {{ keys: [{{ kty: RSA, n: {Modulus}, e: Ag }}] }}", "jwks malformed")]
    [InlineData("no base64url", $"{Key}, jwks: {{ keys: [{{ kty: RSA, n: \"a+b=\", e: AQAB }}] }}", "jwks malformed")]
    [InlineData("HMAC for a key", $"{Key}, jwks_uri: https://a.example/, token_endpoint_auth_signing_alg: HS256", "token_endpoint_auth_signing_alg conflict")]
    [InlineData("signature for a secret", $"{Hmac}, {Long}, token_endpoint_auth_signing_alg: RS256", "token_endpoint_auth_signing_alg conflict")]
    [InlineData("secret shorter than the hash", $"{Hmac}, client_secret: {Secret}, token_endpoint_auth_signing_alg: HS512", "token_endpoint_auth_signing_alg conflict")]
    [InlineData("algorithm without assertions", $"{Long}, token_endpoint_auth_signing_alg: RS256", "token_endpoint_auth_signing_alg not_allowed")]
    [InlineData("audience without assertions", $"{Long}, assertion_audience: issuer", "assertion_audience not_allowed")]
    [InlineData("HMAC without secret", Hmac, "client_secret required")]
    [InlineData("spa with a key", $"type: spa, {Key}, jwks_uri: https://a.example/", "token_endpoint_auth_method conflict")]
    public void It_is_refused(string rule, string fields, string finding) => Assert.Equal([finding], Check(rule, fields));

    [Fact]
    public void A_stored_hash_is_not_enough_for_client_secret_jwt()
    {
        var application = Document($"applications: [{{ client_id: a, {Hmac} }}]").Applications![0];
        var hashed = Nothing with { HasClientSecret = _ => true };
        Assert.Equal(["client_secret required"], Findings(ResourceRules.Check(application, hashed)));
        Assert.Empty(ResourceRules.Check(application, hashed with { HasSealedClientSecret = id => id == "a" }));
    }

    [Fact] // a private half is no field: the file is refused at its name, and its value is not repeated
    public void A_private_half_has_no_place_in_the_file()
    {
        var error = Assert.Single(Read($"applications: [{{ client_id: a, {Key}, jwks: {{ keys: [{{ {Ec}, d: 870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE }}] }} }}]").Errors);
        Assert.Contains("jwks.keys[0].d: unknown field", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("870MB6", error.ToString(), StringComparison.Ordinal);
    }

    private static string[] Check(string rule, string fields)
    {
        Assert.NotEmpty(rule);
        return Findings(ResourceRules.Check(Document($"applications: [{{ client_id: a, {fields} }}]").Applications![0], Nothing));
    }
}
