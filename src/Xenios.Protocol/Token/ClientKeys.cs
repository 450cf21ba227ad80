using System.Security.Cryptography;
using System.Text.Json;
using Xenios.Protocol.Tokens;

namespace Xenios.Protocol;

/// <summary>Algorithms a client may sign its assertions with (RFC 7518 §3.1). <c>none</c> is not one of them.</summary>
public static class AssertionAlgorithms
{
    /// <summary>For <c>private_key_jwt</c>: RSA PKCS #1, RSA-PSS, ECDSA.</summary>
    public static readonly IReadOnlyList<string> Asymmetric = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>For <c>client_secret_jwt</c>: HMAC.</summary>
    public static readonly IReadOnlyList<string> Symmetric = ["HS256", "HS384", "HS512"];

    /// <summary>Whether an algorithm is one of <see cref="Symmetric"/>.</summary>
    /// <param name="algorithm">Value of <c>alg</c>.</param>
    public static bool IsSymmetric(string algorithm) => Symmetric.Contains(algorithm, StringComparer.Ordinal);

    /// <summary>Characters a secret needs for one of <see cref="Symmetric"/>: an HMAC key is no shorter than the hash (RFC 7518 §3.2).</summary>
    /// <param name="algorithm">One of <see cref="Symmetric"/>.</param>
    public static int SecretLength(string algorithm) => algorithm switch { "HS384" => 48, "HS512" => 64, _ => 32 };

    internal static HashAlgorithmName Hash(string algorithm) => algorithm[2..] switch
    {
        "384" => HashAlgorithmName.SHA384,
        "512" => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };
}

/// <summary>A client's public keys, read from a JSON Web Key Set (RFC 7517 §5).</summary>
public sealed class ClientKeys
{
    /// <summary>Most keys of a set; more are a mistake, not a rotation.</summary>
    public const int Most = 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly IReadOnlyList<ClientKey> _keys;

    private ClientKeys(IReadOnlyList<ClientKey> keys, IReadOnlyList<string> mistakes) => (_keys, Mistakes) = (keys, mistakes);

    /// <summary>What is wrong with the keys that cannot be used, for whoever registers them. A set that is fetched may hold such keys: they are passed over.</summary>
    public IReadOnlyList<string> Mistakes { get; }

    /// <summary>How many can be used.</summary>
    public int Count => _keys.Count;

    /// <summary>Reads a set; null when the text is none.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    public static ClientKeys? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > Most)
            {
                return null;
            }

            var (keys, mistakes) = (new List<ClientKey>(), new List<string>());
            foreach (var (index, jwk) in list.EnumerateArray().Index())
            {
                if (ClientKey.Read(jwk).TryGet(out var key, out var mistake))
                {
                    keys.Add(key);
                }
                else
                {
                    mistakes.Add($"keys[{index}]: {mistake}");
                }
            }

            return new ClientKeys(keys, mistakes);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null; // InvalidOperationException: a member's name is not text
        }
    }

    /// <summary>The keys an assertion can have been signed with: of its <c>kid</c> if it names one, and made for its algorithm.</summary>
    /// <param name="keyId">The header's <c>kid</c>, or null.</param>
    /// <param name="algorithm">The header's <c>alg</c>.</param>
    public IEnumerable<ClientKey> Find(string? keyId, string algorithm) =>
        _keys.Where(key => (keyId is null || string.Equals(key.KeyId, keyId, StringComparison.Ordinal)) && key.Fits(algorithm));
}

/// <summary>One public key of a client. It says itself which algorithms it is for: a header cannot make it another kind of key (RFC 8725 §3.1).</summary>
public sealed class ClientKey
{
    private const string NotText = "a member is missing or not base64url";

    private readonly string? _algorithm;
    private readonly RSAParameters? _rsa;
    private readonly ECParameters? _ec;

    private ClientKey(string? keyId, string? algorithm, RSAParameters? rsa, ECParameters? ec) => (KeyId, _algorithm, _rsa, _ec) = (keyId, algorithm, rsa, ec);

    /// <summary>Its <c>kid</c>, or null.</summary>
    public string? KeyId { get; }

    /// <summary>Reads a key: RSA of 2048 to 8192 bits, or EC on P-256, P-384 or P-521, public members only, for signatures.</summary>
    /// <param name="jwk">A JSON Web Key.</param>
    /// <returns>The key, or what is wrong with it.</returns>
    public static Result<ClientKey, string> Read(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object)
        {
            return "a key is an object";
        }

        if (jwk.TryGetProperty("d", out _) || jwk.TryGetProperty("k", out _))
        {
            return "the private half stands here; register public members only, and replace this key";
        }

        if (jwk.TryGetProperty("use", out var use) && !(use.ValueKind == JsonValueKind.String && use.ValueEquals("sig")))
        {
            return "use must be sig";
        }

        if (jwk.TryGetProperty("key_ops", out var operations)
            && !(operations.ValueKind == JsonValueKind.Array && operations.EnumerateArray().Any(entry => entry.ValueKind == JsonValueKind.String && entry.ValueEquals("verify"))))
        {
            return "key_ops must hold verify";
        }

        var algorithm = TokenReader.Text(jwk, "alg");
        if (jwk.TryGetProperty("alg", out _) && (algorithm is null || !AssertionAlgorithms.Asymmetric.Contains(algorithm, StringComparer.Ordinal)))
        {
            return $"alg must be one of {string.Join(", ", AssertionAlgorithms.Asymmetric)}";
        }

        var keyId = TokenReader.Text(jwk, "kid");
        return TokenReader.Text(jwk, "kty") switch
        {
            "RSA" => ReadRsa(jwk, keyId, algorithm),
            "EC" => ReadEc(jwk, keyId, algorithm),
            _ => "kty must be RSA or EC",
        };
    }

    /// <summary>Whether the key is for an algorithm.</summary>
    /// <param name="algorithm">Value of <c>alg</c>.</param>
    public bool Fits(string algorithm)
    {
        if (_algorithm is not null && !string.Equals(_algorithm, algorithm, StringComparison.Ordinal))
        {
            return false;
        }

        return _rsa is not null ? algorithm[..2] is "RS" or "PS" : algorithm == CurveAlgorithm(_ec!.Value.Q.X!.Length);
    }

    /// <summary>Whether a signature is this key's.</summary>
    /// <param name="algorithm">An algorithm that <see cref="Fits"/>.</param>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">The signature.</param>
    public bool Verify(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (_rsa is { } parameters)
        {
            using var rsa = RSA.Create(parameters);
            return rsa.VerifyData(data, signature, AssertionAlgorithms.Hash(algorithm), algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        }

        using var ec = ECDsa.Create(_ec!.Value);
        return ec.VerifyData(data, signature, AssertionAlgorithms.Hash(algorithm));
    }

    private static Result<ClientKey, string> ReadRsa(JsonElement jwk, string? keyId, string? algorithm)
    {
        if (Octets(jwk, "n") is not { } modulus || Octets(jwk, "e") is not { } exponent)
        {
            return NotText;
        }

        modulus = [.. modulus.SkipWhile(octet => octet == 0)];
        if (modulus.Length is < 256 or > 1024 || exponent.Length > 4 || (exponent[^1] & 1) == 0 || exponent is [1] || (modulus[^1] & 1) == 0)
        {
            return "an RSA key has 2048 to 8192 bits and an odd exponent of 3 or more";
        }

        if (algorithm is not null && algorithm[..2] is not ("RS" or "PS"))
        {
            return "alg does not fit the key";
        }

        var parameters = new RSAParameters { Modulus = modulus, Exponent = exponent };
        try
        {
            RSA.Create(parameters).Dispose();
            return new ClientKey(keyId, algorithm, parameters, null);
        }
        catch (CryptographicException)
        {
            return "this is no RSA key";
        }
    }

    private static Result<ClientKey, string> ReadEc(JsonElement jwk, string? keyId, string? algorithm)
    {
        (ECCurve Curve, int Size)? curve = TokenReader.Text(jwk, "crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48),
            "P-521" => (ECCurve.NamedCurves.nistP521, 66),
            _ => null,
        };
        if (curve is not { } known)
        {
            return "crv must be P-256, P-384 or P-521";
        }

        // RFC 7518 §6.2.1.2: coordinates have the full length of the curve.
        if (Octets(jwk, "x") is not { } x || Octets(jwk, "y") is not { } y || x.Length != known.Size || y.Length != known.Size)
        {
            return NotText;
        }

        if (algorithm is not null && algorithm != CurveAlgorithm(known.Size))
        {
            return "alg does not fit the key";
        }

        var parameters = new ECParameters { Curve = known.Curve, Q = new ECPoint { X = x, Y = y } };
        try
        {
            ECDsa.Create(parameters).Dispose();
            return new ClientKey(keyId, algorithm, null, parameters);
        }
        catch (CryptographicException)
        {
            return "the point is not on the curve";
        }
    }

    // RFC 7518 §3.4: each ECDSA algorithm has one curve.
    private static string CurveAlgorithm(int size) => size switch { 48 => "ES384", 66 => "ES512", _ => "ES256" };

    private static byte[]? Octets(JsonElement jwk, string name) => TokenReader.Text(jwk, name) is { Length: > 0 } text ? TokenReader.Decode(text) : null;
}
