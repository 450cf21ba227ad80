using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Xenios.Testing;

/// <summary>A client's own key: makes the assertions of <c>private_key_jwt</c> and <c>client_secret_jwt</c>, right ones and any kind of wrong ones.</summary>
public sealed class ClientSigner
{
    private readonly AsymmetricAlgorithm? _key;
    private readonly byte[] _secret;

    private ClientSigner(string algorithm, string? keyId, AsymmetricAlgorithm? key, byte[] secret) => (Algorithm, KeyId, _key, _secret) = (algorithm, keyId, key, secret);

    /// <summary>The <c>alg</c> it signs with.</summary>
    public string Algorithm { get; }

    /// <summary>The <c>kid</c> of its header, or null.</summary>
    public string? KeyId { get; init; }

    /// <summary>A new key for an algorithm.</summary>
    public static ClientSigner New(string algorithm, string? keyId = "k1") => new(
        algorithm,
        keyId,
        algorithm switch
        {
            "ES256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            "ES384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
            "ES512" => ECDsa.Create(ECCurve.NamedCurves.nistP521),
            _ => RSA.Create(2048),
        },
        []);

    /// <summary>A shared secret instead of a key.</summary>
    public static ClientSigner OfSecret(string secret, string algorithm = "HS256") => new(algorithm, null, null, Encoding.UTF8.GetBytes(secret));

    /// <summary>The same key under another algorithm or name.</summary>
    public ClientSigner As(string algorithm, string? keyId = null) => new(algorithm, keyId ?? KeyId, _key, _secret);

    /// <summary>An HMAC with this key's public half as the secret: the classic confusion.</summary>
    public ClientSigner PublicHalfAsSecret() => new("HS256", KeyId, null, Encoding.UTF8.GetBytes(_key!.ExportSubjectPublicKeyInfoPem()));

    /// <summary>The public half as a JSON Web Key.</summary>
    public string Jwk(Action<JsonObject>? change = null)
    {
        var jwk = new JsonObject();
        if (_key is RSA rsa)
        {
            var p = rsa.ExportParameters(false);
            (jwk["kty"], jwk["n"], jwk["e"]) = ("RSA", Base64Url.EncodeToString(p.Modulus), Base64Url.EncodeToString(p.Exponent));
        }
        else
        {
            var q = ((ECDsa)_key!).ExportParameters(false).Q;
            (jwk["kty"], jwk["crv"]) = ("EC", q.X!.Length switch { 48 => "P-384", 66 => "P-521", _ => "P-256" });
            (jwk["x"], jwk["y"]) = (Base64Url.EncodeToString(q.X), Base64Url.EncodeToString(q.Y));
        }

        if (KeyId is not null)
        {
            jwk["kid"] = KeyId;
        }

        change?.Invoke(jwk);
        return jwk.ToJsonString();
    }

    /// <summary>A set of public keys.</summary>
    public static string Jwks(params IEnumerable<string> keys) => $$"""{"keys":[{{string.Join(',', keys)}}]}""";

    /// <summary>An assertion of a client, right unless it is changed.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="now">The present.</param>
    /// <param name="claims">Changes the claims.</param>
    /// <param name="header">Changes the header.</param>
    public string Assert(string clientId, DateTimeOffset now, Action<JsonObject>? claims = null, Action<JsonObject>? header = null)
    {
        var seconds = now.ToUnixTimeSeconds();
        var payload = new JsonObject
        {
            ["iss"] = clientId,
            ["sub"] = clientId,
            ["aud"] = XeniosHost.Url,
            ["jti"] = Guid.NewGuid().ToString(),
            ["iat"] = seconds,
            ["exp"] = seconds + 60,
        };
        claims?.Invoke(payload);
        var head = new JsonObject { ["alg"] = Algorithm };
        if (KeyId is not null)
        {
            head["kid"] = KeyId;
        }

        header?.Invoke(head);
        var text = $"{Encode(head)}.{Encode(payload)}";
        return $"{text}.{Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private byte[] Sign(byte[] text)
    {
        var hash = Algorithm[2..] switch { "384" => HashAlgorithmName.SHA384, "512" => HashAlgorithmName.SHA512, _ => HashAlgorithmName.SHA256 };
        return _key switch
        {
            RSA rsa => rsa.SignData(text, hash, Algorithm.StartsWith("PS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
            ECDsa ec => ec.SignData(text, hash),
            _ => CryptographicOperations.HmacData(hash, _secret, text),
        };
    }
}
