using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Xenios.Protocol.Tokens;

/// <summary>A key pair that signs tokens and checks them. Its algorithm is fixed: no token header can choose another (RFC 8725 §3.1).</summary>
public sealed class SigningKey : IDisposable
{
    private readonly byte[] _encoded;
    private readonly bool _isPublic;

    // One native key object per concurrent signer: the platform does not promise that one may be shared.
    private readonly ConcurrentStack<AsymmetricAlgorithm> _free = [];
    private readonly RecentSignatures _recent = new();
    private readonly ConcurrentDictionary<string, byte[]> _headers = new(StringComparer.Ordinal);

    private SigningKey(string algorithm, byte[] encoded, bool isPublic)
    {
        (Algorithm, _encoded, _isPublic) = (algorithm, encoded, isPublic);
        var pair = Open();
        KeyId = Convert.ToHexStringLower(SHA256.HashData(pair.ExportSubjectPublicKeyInfo()).AsSpan(0, 16));
        _free.Push(pair);
    }

    /// <summary>The <c>kid</c>: 32 hexadecimal digits, the start of SHA-256 over the public key, so equal keys have equal names on every node.</summary>
    public string KeyId { get; }

    /// <summary><c>RS256</c> or <c>ES256</c>.</summary>
    public string Algorithm { get; }

    /// <summary>Makes a new key: RSA with 2048 bits, or EC on P-256.</summary>
    /// <param name="algorithm"><c>RS256</c> or <c>ES256</c>.</param>
    public static SigningKey Generate(string algorithm)
    {
        using AsymmetricAlgorithm pair = algorithm == SigningAlgorithms.RS256 ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return FromPrivateKey(algorithm, pair.ExportPkcs8PrivateKey());
    }

    /// <summary>Reads a key as <see cref="ExportPrivateKey"/> wrote it.</summary>
    /// <param name="algorithm"><c>RS256</c> or <c>ES256</c>.</param>
    /// <param name="pkcs8">PKCS #8 private key.</param>
    /// <exception cref="CryptographicException">It is no such key: RSA with 2048 bits, or EC on P-256.</exception>
    public static SigningKey FromPrivateKey(string algorithm, byte[] pkcs8) => new(algorithm, pkcs8, isPublic: false);

    /// <summary>Reads a key as <see cref="ExportPublicKey"/> wrote it: it checks signatures and makes none.</summary>
    /// <param name="algorithm"><c>RS256</c> or <c>ES256</c>.</param>
    /// <param name="info">SubjectPublicKeyInfo.</param>
    /// <exception cref="CryptographicException">It is no such key: RSA with 2048 bits, or EC on P-256.</exception>
    public static SigningKey FromPublicKey(string algorithm, byte[] info) => new(algorithm, info, isPublic: true);

    /// <summary>The first part of every token of a kind that this key signs, encoded (RFC 7515 §7.1).</summary>
    /// <param name="type">The <c>typ</c> header.</param>
    internal byte[] Header(string type) => _headers.GetOrAdd(
        type, static (type, key) => Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Encoding.ASCII.GetBytes($$"""{"alg":"{{key.Algorithm}}","kid":"{{key.KeyId}}","typ":"{{type}}"}"""))), this);

    /// <summary>The private key as PKCS #8, to be sealed before it is stored.</summary>
    /// <exception cref="InvalidOperationException">Only the public half is here.</exception>
    public byte[] ExportPrivateKey() => _isPublic ? throw new InvalidOperationException("This key has no private half.") : [.. _encoded];

    /// <summary>The public half as SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).</summary>
    public byte[] ExportPublicKey()
    {
        var pair = Rent();
        try
        {
            return pair.ExportSubjectPublicKeyInfo();
        }
        finally
        {
            _free.Push(pair);
        }
    }

    /// <summary>Signs bytes; ECDSA signatures in the fixed 64-byte form (RFC 7518 §3.4).</summary>
    /// <param name="data">What is signed.</param>
    /// <param name="signature">At least 256 bytes of room.</param>
    /// <returns>Bytes written.</returns>
    public int Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        var pair = Rent();
        try
        {
            var written = pair switch
            {
                ECDsa ec => ec.SignData(data, signature, HashAlgorithmName.SHA256),
                RSA rsa => rsa.SignData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                _ => throw new InvalidOperationException("A signing key is RSA or EC."),
            };
            _recent.Add(RecentSignatures.DigestOf(data, signature[..written]));
            return written;
        }
        finally
        {
            _free.Push(pair);
        }
    }

    /// <summary>Whether a signature over bytes is this key's. What this key signed or verified lately, byte for byte, is recognised without the arithmetic.</summary>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">The signature.</param>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var digest = RecentSignatures.DigestOf(data, signature);
        if (_recent.Contains(digest))
        {
            return true;
        }

        var pair = Rent();
        try
        {
            var isOurs = pair switch
            {
                ECDsa ec => ec.VerifyData(data, signature, HashAlgorithmName.SHA256),
                RSA rsa => rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                _ => throw new InvalidOperationException("A signing key is RSA or EC."),
            };
            if (isOurs)
            {
                _recent.Add(digest);
            }

            return isOurs;
        }
        finally
        {
            _free.Push(pair);
        }
    }

    /// <summary>The public half as a JSON Web Key's members besides <c>use</c>, <c>alg</c> and <c>kid</c> (RFC 7517, RFC 7518 §6).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> PublicMembers()
    {
        var pair = Rent();
        try
        {
            if (pair is RSA rsa)
            {
                var p = rsa.ExportParameters(includePrivateParameters: false);
                return [new("kty", "RSA"), new("n", Base64Url.EncodeToString(p.Modulus)), new("e", Base64Url.EncodeToString(p.Exponent))];
            }

            var point = ((ECDsa)pair).ExportParameters(includePrivateParameters: false).Q;
            return [new("kty", "EC"), new("crv", "P-256"), new("x", Base64Url.EncodeToString(point.X)), new("y", Base64Url.EncodeToString(point.Y))];
        }
        finally
        {
            _free.Push(pair);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_free.TryPop(out var pair))
        {
            pair.Dispose();
        }
    }

    private AsymmetricAlgorithm Open()
    {
        AsymmetricAlgorithm pair = Algorithm switch
        {
            SigningAlgorithms.RS256 => RSA.Create(),
            SigningAlgorithms.ES256 => ECDsa.Create(),
            _ => throw new ArgumentOutOfRangeException("algorithm", Algorithm, "A signing key is RS256 or ES256."),
        };
        if (_isPublic)
        {
            pair.ImportSubjectPublicKeyInfo(_encoded, out _);
        }
        else
        {
            pair.ImportPkcs8PrivateKey(_encoded, out _);
        }

        var expected = Algorithm == SigningAlgorithms.RS256 ? 2048 : 256;
        return pair.KeySize == expected ? pair : throw new CryptographicException($"A key for {Algorithm} has {expected} bits; this one has {pair.KeySize}.");
    }

    private AsymmetricAlgorithm Rent() => _free.TryPop(out var pair) ? pair : Open();
}
