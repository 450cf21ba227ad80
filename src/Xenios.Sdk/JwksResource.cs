using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>A set of public keys (RFC 7517 §5).</summary>
public sealed record JwksResource
{
    /// <summary>The keys, 1 to 20.</summary>
    public IReadOnlyList<JwkResource>? Keys { get; init; }
}

/// <summary>A public key (RFC 7517 §4, RFC 7518 §6): RSA, or EC on P-256, P-384 or P-521. It has no field for a private member.</summary>
public sealed record JwkResource
{
    /// <summary>Kind: <c>RSA</c> or <c>EC</c>. Required.</summary>
    public string? Kty { get; init; }

    /// <summary>What it is for: <c>sig</c>, or absent.</summary>
    public string? Use { get; init; }

    /// <summary>What it is for: holds <c>verify</c>, or absent.</summary>
    public IReadOnlyList<string>? KeyOps { get; init; }

    /// <summary>The only algorithm it is for; absent for every one that fits its kind.</summary>
    public string? Alg { get; init; }

    /// <summary>Its name in the header of assertions.</summary>
    public string? Kid { get; init; }

    /// <summary>RSA modulus, base64url.</summary>
    public string? N { get; init; }

    /// <summary>RSA exponent, base64url.</summary>
    public string? E { get; init; }

    /// <summary>EC curve: <c>P-256</c>, <c>P-384</c> or <c>P-521</c>.</summary>
    public string? Crv { get; init; }

    /// <summary>EC coordinate, base64url.</summary>
    public string? X { get; init; }

    /// <summary>EC coordinate, base64url.</summary>
    public string? Y { get; init; }

    /// <summary>Certificates; kept, not looked at.</summary>
    public IReadOnlyList<string>? X5c { get; init; }

    /// <summary>Hash of a certificate; kept, not looked at.</summary>
    public string? X5t { get; init; }

    /// <summary>Hash of a certificate; kept, not looked at.</summary>
    [JsonPropertyName("x5t#S256")]
    public string? X5tS256 { get; init; }
}
