using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xenios.Protocol.Tokens;

namespace Xenios.Protocol;

/// <summary>A JWT by which a client proves itself (RFC 7523 §3, OpenID Connect Core §9). Read says only that it is well-formed; nothing in it is true before a key has signed it.</summary>
public sealed class ClientAssertion
{
    /// <summary>The one <c>client_assertion_type</c>.</summary>
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>Seconds a client's clock may be wrong, either way (FAPI 2.0 §5.3.2.1).</summary>
    public const long Leeway = 10;

    /// <summary>Seconds ahead that <c>exp</c> may lie: so long a <c>jti</c> is remembered.</summary>
    public const long MaxLife = 300;

    private const int MaxLength = 16 * 1024;
    private const int MaxName = 512;

    // Standards 2.4: nearly all clients send JWT or nothing; the update of RFC 7523 registers the second. Every other kind of token has a name of its own.
    private static readonly string[] Types = ["JWT", "client-authentication+jwt"];

    private readonly byte[] _signedText;
    private readonly byte[] _signature;
    private readonly string _audience;
    private readonly double _expires;
    private readonly double _begins;

    private ClientAssertion(string clientId, string algorithm, string? keyId, string id, string audience, (double Begins, double Expires) life, (byte[] Text, byte[] Signature) signed) =>
        (ClientId, Algorithm, KeyId, Id, _audience, _begins, _expires, _signedText, _signature) = (clientId, algorithm, keyId, id, audience, life.Begins, life.Expires, signed.Text, signed.Signature);

    /// <summary>Who it says it is: <c>iss</c> and <c>sub</c>, which are equal.</summary>
    public string ClientId { get; }

    /// <summary>The header's <c>alg</c>, one of <see cref="AssertionAlgorithms"/>.</summary>
    public string Algorithm { get; }

    /// <summary>The header's <c>kid</c>, or null.</summary>
    public string? KeyId { get; }

    /// <summary>The <c>jti</c>, which may be used once.</summary>
    public string Id { get; }

    /// <summary>Until when it could be accepted, and its <see cref="Id"/> must be remembered.</summary>
    public DateTimeOffset AcceptedUntil => DateTimeOffset.FromUnixTimeSeconds((long)Math.Ceiling(_expires) + Leeway);

    /// <summary>Takes an assertion apart: three parts, a header without surprises, and every claim that must be there with its type.</summary>
    /// <param name="text">The compact form.</param>
    public static Result<ClientAssertion, OAuthError> Read(string text)
    {
        var parts = text.Length > MaxLength ? [] : text.Split('.', 4);
        if (parts.Length != 3 || TokenReader.ReadPart(parts[0]) is not { } header || TokenReader.ReadPart(parts[1]) is not { } claims || TokenReader.Decode(parts[2]) is not { Length: > 0 } signature)
        {
            return OAuthError.InvalidClient("the assertion is not a signed JWT");
        }

        if (header.TryGetProperty("crit", out _) || (header.TryGetProperty("typ", out _) && !Types.Contains(TokenReader.Text(header, "typ"), StringComparer.OrdinalIgnoreCase)))
        {
            return OAuthError.InvalidClient("the assertion's header has crit, or the typ of another kind of token");
        }

        // jwk, jku, x5u and x5c are never looked at: a key is the client's because it is registered.
        if (TokenReader.Text(header, "alg") is not { } algorithm
            || !(AssertionAlgorithms.IsSymmetric(algorithm) || AssertionAlgorithms.Asymmetric.Contains(algorithm, StringComparer.Ordinal)))
        {
            return OAuthError.InvalidClient("the assertion's alg is not accepted");
        }

        var keyId = TokenReader.Text(header, "kid");
        if (keyId is null && header.TryGetProperty("kid", out _))
        {
            return OAuthError.InvalidClient("the assertion's kid is not a text");
        }

        if (Name(claims, "iss") is not { } issuer || Name(claims, "sub") is not { } subject || !string.Equals(issuer, subject, StringComparison.Ordinal))
        {
            return OAuthError.InvalidClient("the assertion's iss and sub are not the same client");
        }

        if (Name(claims, "jti") is not { } id || Name(claims, "aud") is not { } audience)
        {
            return OAuthError.InvalidClient("the assertion's jti is missing, or its aud is not one text");
        }

        if (Time(claims, "exp") is not { } expires || double.IsNaN(expires) || Time(claims, "nbf") is not { } notBefore || Time(claims, "iat") is not { } issuedAt || double.IsNaN(notBefore + issuedAt))
        {
            return OAuthError.InvalidClient("the assertion's exp is missing, or one of exp, nbf and iat is not a number");
        }

        return new ClientAssertion(
            subject, algorithm, keyId, id, audience, (Math.Max(notBefore, issuedAt), expires), (Encoding.ASCII.GetBytes(text[..(parts[0].Length + 1 + parts[1].Length)]), signature));
    }

    /// <summary>Checks all but signature and single use: the client's method and algorithm, audience and time.</summary>
    /// <param name="client">The client named by <see cref="ClientId"/>.</param>
    /// <param name="issuer">Issuer of the host in use.</param>
    /// <param name="now">The present.</param>
    public OAuthError? Check(Client client, string issuer, DateTimeOffset now)
    {
        if (client.AssertionAlgorithm is { } registered && !string.Equals(registered, Algorithm, StringComparison.Ordinal))
        {
            return OAuthError.InvalidClient($"the assertion's alg is {Algorithm}, registered is {registered}");
        }

        // The issuer alone: an assertion for another server's endpoint, or for several servers at once, could be used by one of them here (CVE-2025-27370).
        if (!string.Equals(_audience, issuer, StringComparison.Ordinal)
            && !(client.AcceptsTokenEndpointAudience && string.Equals(_audience, issuer + "/oauth2/token", StringComparison.Ordinal)))
        {
            return OAuthError.InvalidClient("the assertion's aud is not this issuer");
        }

        var seconds = now.ToUnixTimeMilliseconds() / 1000.0;
        if (_expires <= seconds - Leeway)
        {
            return OAuthError.InvalidClient("the assertion has expired");
        }

        if (_expires > seconds + MaxLife + Leeway)
        {
            return OAuthError.InvalidClient($"the assertion's exp lies more than {MaxLife} seconds ahead");
        }

        return _begins > seconds + Leeway ? OAuthError.InvalidClient("the assertion's nbf or iat lies in the future") : null;
    }

    /// <summary>Whether a key of the client signed it.</summary>
    /// <param name="keys">The client's keys.</param>
    public bool IsSignedBy(ClientKeys keys) => keys.Find(KeyId, Algorithm).Any(key => key.Verify(Algorithm, _signedText, _signature));

    /// <summary>Whether its HMAC was made with a secret.</summary>
    /// <param name="secret">The secret's UTF-8 octets.</param>
    public bool IsSignedWith(byte[] secret)
    {
        if (secret.Length < AssertionAlgorithms.SecretLength(Algorithm))
        {
            return false;
        }

        var expected = CryptographicOperations.HmacData(AssertionAlgorithms.Hash(Algorithm), secret, _signedText);
        return CryptographicOperations.FixedTimeEquals(expected, _signature);
    }

    private static string? Name(JsonElement claims, string name) => TokenReader.Text(claims, name) is { Length: > 0 and <= MaxName } text ? text : null;

    // Null when absent is not allowed; NaN when it is no number. A NumericDate may have a fraction (RFC 7519 §2).
    private static double? Time(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value))
        {
            return name == "exp" ? null : double.MinValue;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && double.IsFinite(seconds) ? seconds : double.NaN;
    }
}
