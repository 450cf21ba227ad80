using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Xenios.Protocol.Tokens;

namespace Xenios.Protocol.Tests.Tokens;

/// <summary>Keys and the set they are published in (RFC 7517, RFC 7518 §6; DSC-08).</summary>
public sealed class SigningKeyTests
{
    [Theory]
    [InlineData(SigningAlgorithms.RS256)]
    [InlineData(SigningAlgorithms.ES256)]
    public void Key_id_is_hexadecimal_and_follows_from_the_public_key_alone(string algorithm)
    {
        using var key = SigningKey.Generate(algorithm);
        using var again = SigningKey.FromPrivateKey(algorithm, key.ExportPrivateKey());
        using var other = SigningKey.Generate(algorithm);
        using var publicHalf = PublicHalf(Single(JwkSet.Write([key])));

        Assert.Matches("^[0-9a-f]{32}$", key.KeyId);
        Assert.Equal(key.KeyId, again.KeyId);
        Assert.NotEqual(key.KeyId, other.KeyId);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(publicHalf.ExportSubjectPublicKeyInfo()))[..32], key.KeyId);
    }

    [Theory]
    [InlineData(SigningAlgorithms.RS256)]
    [InlineData(SigningAlgorithms.ES256)]
    public void Key_read_back_signs_for_the_same_public_key(string algorithm)
    {
        using var key = SigningKey.Generate(algorithm);
        using var again = SigningKey.FromPrivateKey(algorithm, key.ExportPrivateKey());
        using var other = SigningKey.Generate(algorithm);
        var signature = TokenFixture.By(again)("data"u8.ToArray());

        Assert.True(key.Verify("data"u8, signature));
        Assert.False(key.Verify("date"u8, signature));
        Assert.False(other.Verify("data"u8, signature));
        using var publicHalf = PublicHalf(Single(JwkSet.Write([key])));
        Assert.True(publicHalf is RSA rsa
            ? rsa.VerifyData("data"u8, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : ((ECDsa)publicHalf).VerifyData("data"u8, signature, HashAlgorithmName.SHA256));
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("none")]
    [InlineData("rs256")]
    [InlineData("")]
    public void Other_algorithms_have_no_key(string algorithm) => Assert.Throws<ArgumentOutOfRangeException>(() => SigningKey.Generate(algorithm));

    [Theory]
    [InlineData(SigningAlgorithms.RS256, SigningAlgorithms.ES256)]
    [InlineData(SigningAlgorithms.ES256, SigningAlgorithms.RS256)]
    public void Key_of_one_kind_cannot_be_read_as_the_other(string made, string read)
    {
        using var key = SigningKey.Generate(made);
        var octets = key.ExportPrivateKey();

        Assert.ThrowsAny<CryptographicException>(() => SigningKey.FromPrivateKey(read, octets));
    }

    [Fact]
    public void Key_set_holds_public_members_only_rsa_first_each_with_its_own_kid()
    {
        using var ec1 = SigningKey.Generate(SigningAlgorithms.ES256);
        using var rsa1 = SigningKey.Generate(SigningAlgorithms.RS256);
        using var ec2 = SigningKey.Generate(SigningAlgorithms.ES256);
        using var rsa2 = SigningKey.Generate(SigningAlgorithms.RS256);
        var keys = Keys(JwkSet.Write([ec1, rsa1, ec2, rsa2]));

        // RFC 7518 §6.2.1, §6.3.1: no d, p, q, dp, dq, qi, k, oth.
        Assert.All(keys[..2], k => Assert.Equal(["alg", "e", "kid", "kty", "n", "use"], Members(k)));
        Assert.All(keys[2..], k => Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], Members(k)));
        Assert.All(keys[..2], k => Assert.Equal("RSA RS256 sig", $"{k.GetProperty("kty")} {k.GetProperty("alg")} {k.GetProperty("use")}"));
        Assert.All(keys[2..], k => Assert.Equal("EC ES256 sig", $"{k.GetProperty("kty")} {k.GetProperty("alg")} {k.GetProperty("use")}"));
        Assert.Equal([rsa1.KeyId, rsa2.KeyId, ec1.KeyId, ec2.KeyId], keys.Select(k => k.GetProperty("kid").GetString()));
        Assert.Equal(4, keys.Select(k => k.GetProperty("kid").GetString()).Distinct(StringComparer.Ordinal).Count());
        Assert.All(keys[..2], k => Assert.Equal(256, Base64Url.DecodeFromChars(k.GetProperty("n").GetString()).Length));
    }

    [Fact]
    public void Coordinate_that_begins_with_zeros_keeps_its_full_length()
    {
        // RFC 7518 §6.2.1.2: 32 octets always. The first small private scalar whose x begins with a zero octet.
        for (short d = 1; d < 5000; d++)
        {
            var scalar = new byte[32];
            System.Buffers.Binary.BinaryPrimitives.WriteInt16BigEndian(scalar.AsSpan(30), d);
            using var pair = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
            if (pair.ExportParameters(includePrivateParameters: false).Q.X![0] != 0)
            {
                continue;
            }

            using var key = SigningKey.FromPrivateKey(SigningAlgorithms.ES256, pair.ExportPkcs8PrivateKey());
            var x = Base64Url.DecodeFromChars(Single(JwkSet.Write([key])).GetProperty("x").GetString());
            Assert.Equal(32, x.Length);
            Assert.Equal(0, x[0]);
            return;
        }

        Assert.Fail("No such scalar was found.");
    }

    [Fact]
    public void Empty_key_set_is_a_key_set() => Assert.Empty(Keys(JwkSet.Write([])));

    private static JsonElement[] Keys(byte[] set)
    {
        using var document = JsonDocument.Parse(set, new JsonDocumentOptions { AllowDuplicateProperties = false });
        return [.. document.RootElement.Clone().GetProperty("keys").EnumerateArray()];
    }

    private static IEnumerable<string> Members(JsonElement key) => key.EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal);

    private static JsonElement Single(byte[] set) => Assert.Single(Keys(set));

    private static AsymmetricAlgorithm PublicHalf(JsonElement key)
    {
        byte[] Octets(string name) => Base64Url.DecodeFromChars(key.GetProperty(name).GetString());
        return key.GetProperty("kty").GetString() == "RSA"
            ? RSA.Create(new RSAParameters { Modulus = Octets("n"), Exponent = Octets("e") })
            : ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Octets("x"), Y = Octets("y") } });
    }
}
