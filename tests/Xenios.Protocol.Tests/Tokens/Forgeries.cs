using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Xenios.Protocol.Tokens;
using static Xenios.Protocol.Tests.Tokens.TokenFixture;

namespace Xenios.Protocol.Tests.Tokens;

/// <summary>Tokens that must be refused, by what is wrong with them (RFC 8725; threat F01). Long because it is one table.</summary>
internal static class Forgeries
{
    private static readonly RSA RsaPublic = ReadRsa();

    private static readonly Dictionary<string, Func<string>> All = new(StringComparer.Ordinal)
    {
        // RFC 8725 §2.1, §3.1: the algorithm is the key's.
        ["alg none, no signature"] = () => Compact(Header(Rsa).Replace("RS256", "none", StringComparison.Ordinal), Payload(), _ => []),
        ["alg NONE, no signature"] = () => Compact(Header(Rsa).Replace("RS256", "NONE", StringComparison.Ordinal), Payload(), _ => []),
        ["alg none, our signature"] = () => Signed(Header(Rsa).Replace("RS256", "none", StringComparison.Ordinal), Payload()),
        ["right alg, no signature"] = () => Compact(Header(Rsa), Payload(), _ => []),
        ["right alg of EC, no signature"] = () => Compact(Header(Ec), Payload(), _ => []),
        ["HS256 with the public key as DER"] = () => Hmac(RsaPublic.ExportSubjectPublicKeyInfo()),
        ["HS256 with the public key as PEM"] = () => Hmac(Encoding.ASCII.GetBytes(RsaPublic.ExportSubjectPublicKeyInfoPem())),
        ["HS256 with the public key as PKCS #1"] = () => Hmac(RsaPublic.ExportRSAPublicKey()),
        ["HS256 with the modulus"] = () => Hmac(RsaPublic.ExportParameters(false).Modulus!),
        ["HS256 with the key set"] = () => Hmac(JwkSet.Write([Rsa, Ec])),
        ["HS256 with an empty key"] = () => Hmac([]),
        ["alg of the other key, signed by the named key"] = () => Signed(Header(Rsa).Replace("RS256", "ES256", StringComparison.Ordinal), Payload()),
        ["alg and signature of the other key"] = () => Signed(Header(Rsa).Replace("RS256", "ES256", StringComparison.Ordinal), Payload(), Ec),
        ["signature of the other key"] = () => Signed(Header(Rsa), Payload(), Ec),
        ["EC named, RSA used"] = () => Signed(Header(Ec), Payload(), Rsa),
        ["alg PS256, PSS signature"] = () => Compact(Header(Rsa).Replace("RS256", "PS256", StringComparison.Ordinal), Payload(), PssSign),
        ["alg RS256, PSS signature"] = () => Compact(Header(Rsa), Payload(), PssSign),
        ["alg RS512, SHA-512 signature"] = () => Compact(Header(Rsa).Replace("RS256", "RS512", StringComparison.Ordinal), Payload(), Sha512Sign),
        ["alg in lower case"] = () => Signed(Header(Rsa).Replace("RS256", "rs256", StringComparison.Ordinal), Payload()),
        ["alg absent"] = () => Signed($$"""{"kid":"{{Rsa.KeyId}}","typ":"at+jwt"}""", Payload()),
        ["alg null"] = () => Signed(Header(Rsa).Replace("\"RS256\"", "null", StringComparison.Ordinal), Payload()),
        ["alg a list"] = () => Signed(Header(Rsa).Replace("\"RS256\"", "[\"RS256\"]", StringComparison.Ordinal), Payload()),

        // RFC 8725 §3.10: kid is a name in our own table and nothing more.
        ["kid of another key"] = () => ByForeignKey(""),
        ["our kid, another key"] = () => Compact(Header(Rsa), Payload(), Stranger.Sign),
        ["kid absent"] = () => Signed("""{"alg":"RS256","typ":"at+jwt"}""", Payload()),
        ["kid empty"] = () => Signed(WithKid(""), Payload()),
        ["kid a path"] = () => Signed(WithKid("../../etc/passwd"), Payload()),
        ["kid a path to nothing, key empty"] = () =>
            Compact("""{"alg":"HS256","kid":"../../dev/null","typ":"at+jwt"}""", Payload(), data => HMACSHA256.HashData(Array.Empty<byte>(), data)),
        ["kid SQL"] = () => Signed(WithKid("' or 1=1--"), Payload()),
        ["kid a URL"] = () => Signed(WithKid("https://evil.test/jwks"), Payload()),
        ["kid of 10 kB"] = () => Signed(WithKid(new string('k', 10_000)), Payload()),
        ["kid in upper case"] = () => Signed(WithKid(Rsa.KeyId.ToUpperInvariant()), Payload()),
        ["kid with NUL"] = () => Signed(WithKid(Rsa.KeyId + "\\u0000"), Payload()),
        ["kid a number"] = () => Signed("""{"alg":"RS256","kid":1,"typ":"at+jwt"}""", Payload()),
        ["kid an object"] = () => Signed("""{"alg":"RS256","kid":{},"typ":"at+jwt"}""", Payload()),

        // RFC 8725 §3.10, RFC 7515 §4.1: keys in the header are not looked at.
        ["jwk of the signer"] = () => ByForeignKey($$""","jwk":{"kty":"RSA","n":"{{Base64Url.EncodeToString(Stranger.Modulus)}}","e":"AQAB"}"""),
        ["jwk of the signer under our kid"] = () =>
            Compact(Header(Rsa, $$""","jwk":{"kty":"RSA","n":"{{Base64Url.EncodeToString(Stranger.Modulus)}}","e":"AQAB"}"""), Payload(), Stranger.Sign),
        ["jku and x5u of the signer"] = () => ByForeignKey(""","jku":"https://evil.test/jwks","x5u":"https://evil.test/x" """),
        ["x5c of the signer"] = () => ByForeignKey(""","x5c":["MIIB"]"""),

        // RFC 7515 §4.1.11
        ["crit with an extension"] = () => Signed(Header(Rsa, ""","crit":["b64"],"b64":false"""), Payload()),
        ["crit with a known name"] = () => Signed(Header(Rsa, ""","crit":["exp"],"exp":1"""), Payload()),
        ["crit empty"] = () => Signed(Header(Rsa, ""","crit":[]"""), Payload()),
        ["crit null"] = () => Signed(Header(Rsa, ""","crit":null"""), Payload()),

        // RFC 8725 §3.11
        ["typ of an ID token"] = () => Signed(Header(Rsa).Replace("at+jwt", "JWT", StringComparison.Ordinal), Payload()),
        ["typ of a logout token"] = () => Signed(Header(Rsa).Replace("at+jwt", "logout+jwt", StringComparison.Ordinal), Payload()),
        ["typ absent"] = () => Signed($$"""{"alg":"RS256","kid":"{{Rsa.KeyId}}"}""", Payload()),
        ["typ a number"] = () => Signed(Header(Rsa).Replace("\"at+jwt\"", "1", StringComparison.Ordinal), Payload()),

        // RFC 8725 §3.8
        ["iss of another"] = () => Signed(Header(Rsa), Payload().Replace(Issuer, "https://evil.test", StringComparison.Ordinal)),
        ["iss with a slash"] = () => Signed(Header(Rsa), Payload().Replace(Issuer, Issuer + "/", StringComparison.Ordinal)),
        ["iss in another case"] = () => Signed(Header(Rsa), Payload().Replace(Issuer, "https://ID.test", StringComparison.Ordinal)),
        ["iss absent"] = () => Signed(Header(Rsa), Payload().Replace("\"iss\"", "\"issuer\"", StringComparison.Ordinal)),
        ["iss a list"] = () => Signed(Header(Rsa), Payload().Replace($"\"{Issuer}\"", $"[\"{Issuer}\"]", StringComparison.Ordinal)),

        // RFC 7519 §4.1.4
        ["expired"] = () => Signed(Header(Rsa), Payload(expiresIn: -3600)),
        ["exp absent"] = () => Signed(Header(Rsa), Payload().Replace("\"exp\"", "\"expires\"", StringComparison.Ordinal)),
        ["exp a string"] = () => Signed(Header(Rsa), $$"""{"iss":"{{Issuer}}","iat":1,"exp":"9999999999"}"""),
        ["exp null"] = () => Signed(Header(Rsa), $$"""{"iss":"{{Issuer}}","iat":1,"exp":null}"""),
        ["exp larger than a number can be"] = () => Signed(Header(Rsa), $$"""{"iss":"{{Issuer}}","iat":1,"exp":1e400}"""),

        // RFC 8725 §2.7 and the parser's habit of taking the last of two members
        ["alg twice"] = () => Signed(Header(Rsa, ""","alg":"RS256" """), Payload()),
        ["alg twice, once escaped"] = () => Signed(Header(Rsa, ""","\u0061lg":"RS256" """), Payload()),
        ["sub twice"] = () => Signed(Header(Rsa), Payload(""","sub":"admin" """)),
        ["member twice below"] = () => Signed(Header(Rsa), Payload(""","act":{"sub":"a","sub":"b"}""")),

        ["17 kB"] = () => Signed(Header(Rsa), Payload($",\"x\":\"{new string('x', 13_000)}\"")),
        ["1 MB of no token"] = () => new string('.', 1_000_000),
        ["nested 100 deep"] = () => Signed(Header(Rsa, $",\"x\":{new string('[', 100)}{new string(']', 100)}"), Payload()),

        ["nothing"] = () => "",
        ["1 part"] = () => Right().Split('.')[0],
        ["2 parts"] = () => Right()[..Right().LastIndexOf('.')],
        ["3 parts and a dot"] = () => Right() + ".",
        ["4 parts"] = () => Right() + ".AAAA",
        ["5 parts, as of a JWE"] = () => Right() + ".AAAA.AAAA",
        ["dots only"] = () => "..",
        ["no header"] = () => Right()[Right().IndexOf('.')..],
        ["no payload"] = () => $"{Right().Split('.')[0]}..{Right().Split('.')[2]}",

        // RFC 7515 §2: base64url without padding, line breaks or anything else
        ["header padded"] = () => $"{Right().Split('.')[0]}=.{Right().Split('.')[1]}.{Right().Split('.')[2]}",
        ["signature padded"] = () => Right() + "==",
        ["signature followed by a blank"] = () => Right() + " ",
        ["signature followed by a line break"] = () => Right() + "\r\n",
        ["signature with a TAB inside"] = () => Right().Insert(Right().Length - 4, "\t"),
        ["signature in base64, not base64url"] = () => Base64NotUrl(),
        ["signature not ASCII"] = () => Right()[..^1] + "é",
        ["signature of a length that cannot be"] = () => Right()[..(Right().LastIndexOf('.') + 2)],
        ["header with '*'"] = () => "*" + Right(),

        ["header not JSON"] = () => Signed("alg", Payload()),
        ["header a list"] = () => Signed("[]", Payload()),
        ["header null"] = () => Signed("null", Payload()),
        ["header with something behind it"] = () => Signed(Header(Rsa) + "{}", Payload()),
        ["header with a comment"] = () => Signed("/**/" + Header(Rsa), Payload()),
        ["typ of broken UTF-8"] = () => Compact([.. "{\"alg\":\"RS256\",\"kid\":\"k\",\"typ\":\""u8, 0xff, .. "\"}"u8], "{}"u8.ToArray(), _ => []),
        ["typ half a surrogate pair"] = () => Compact("""{"alg":"RS256","kid":"k","typ":"\ud800"}""", "{}", _ => []),
        ["kid of broken UTF-8"] = () => Compact([.. "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\""u8, 0xc3, .. "\"}"u8], "{}"u8.ToArray(), _ => []),
        ["alg half a surrogate pair"] = () => Compact($$"""{"alg":"\udc00","kid":"{{Rsa.KeyId}}","typ":"at+jwt"}""", "{}", _ => []),
        ["member's name half a surrogate pair"] = () => Compact("""{"\ud800":1}""", "{}", _ => []),
        ["payload a list"] = () => Signed(Header(Rsa), "[]"),
        ["payload not JSON"] = () => Signed(Header(Rsa), "iss"),
        ["payload of broken UTF-8"] = () => Compact(Encoding.UTF8.GetBytes(Header(Rsa)), [.. "{\"iss\":\""u8, 0xff, .. "\"}"u8], By(Rsa)),

        ["payload edited after signing"] = () =>
            $"{Right().Split('.')[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Payload(""","admin":true""")))}.{Right().Split('.')[2]}",
        ["one bit of the signature"] = () => Compact(Header(Rsa), Payload(), data => Flip(By(Rsa)(data))),
        ["one bit of the EC signature"] = () => Compact(Header(Ec), Payload(), data => Flip(By(Ec)(data))),
        ["signature cut"] = () => Compact(Header(Rsa), Payload(), data => By(Rsa)(data)[..^1]),
        ["EC signature cut"] = () => Compact(Header(Ec), Payload(), data => By(Ec)(data)[..^1]),
        ["signature with an octet more"] = () => Compact(Header(Rsa), Payload(), data => [.. By(Rsa)(data), 0]),
        ["EC signature with an octet more"] = () => Compact(Header(Ec), Payload(), data => [.. By(Ec)(data), 0]),
        ["EC signature of zeros"] = () => Compact(Header(Ec), Payload(), _ => new byte[64]),
        ["EC signature as DER"] = () => Compact(Header(Ec), Payload(), DerSign),
        ["signature of the payload alone"] = () =>
            Compact(Header(Rsa), Payload(), _ => By(Rsa)(Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Payload()))))),
    };

    /// <summary>What is wrong, as rows of a theory.</summary>
    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>Makes one.</summary>
    public static string Make(string name) => All[name]();

    private static string Right() => Signed(Header(Rsa), Payload());

    private static string WithKid(string kid) => $$"""{"alg":"RS256","kid":"{{kid}}","typ":"at+jwt"}""";

    private static string Hmac(byte[] key) =>
        Compact(Header(Rsa).Replace("RS256", "HS256", StringComparison.Ordinal), Payload(), data => HMACSHA256.HashData(key, data));

    private static string ByForeignKey(string more) => Compact($$"""{"alg":"RS256","kid":"stranger","typ":"at+jwt"{{more}}}""", Payload(), Stranger.Sign);

    private static byte[] Flip(byte[] signature)
    {
        signature[^1] ^= 1;
        return signature;
    }

    private static byte[] Sha512Sign(byte[] data) => ReadRsa().SignData(data, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1);

    private static byte[] DerSign(byte[] data) => ReadEc().SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private static byte[] PssSign(byte[] data) => ReadRsa().SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

    // RSA signatures are deterministic: vary the payload until both alphabets differ.
    private static string Base64NotUrl()
    {
        for (var i = 0; ; i++)
        {
            var token = Signed(Header(Rsa), Payload($",\"i\":{i}"));
            var dot = token.LastIndexOf('.');
            var other = token[dot..].Replace('-', '+').Replace('_', '/');
            if (other != token[dot..])
            {
                return token[..dot] + other;
            }
        }
    }

    private static RSA ReadRsa()
    {
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(Rsa.ExportPrivateKey(), out _);
        return rsa;
    }

    private static ECDsa ReadEc()
    {
        var ec = ECDsa.Create();
        ec.ImportPkcs8PrivateKey(Ec.ExportPrivateKey(), out _);
        return ec;
    }

    /// <summary>The attacker's own key.</summary>
    private static class Stranger
    {
        private static readonly RSA Key = RSA.Create(2048);

        public static byte[] Modulus { get; } = Key.ExportParameters(false).Modulus!;

        public static byte[] Sign(byte[] data) => Key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
