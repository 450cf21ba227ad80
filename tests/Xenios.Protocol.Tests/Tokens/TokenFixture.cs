using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Xenios.Protocol.Tokens;

namespace Xenios.Protocol.Tests.Tokens;

/// <summary>Keys, a moment, and a way to write tokens that our own signer would never write.</summary>
internal static class TokenFixture
{
    public const string Issuer = "https://id.test";

    public static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly SigningKey Rsa = SigningKey.Generate(SigningAlgorithms.RS256);
    public static readonly SigningKey Ec = SigningKey.Generate(SigningAlgorithms.ES256);

    public static SigningKey KeyOf(string algorithm) => algorithm == SigningAlgorithms.RS256 ? Rsa : Ec;

    /// <summary>Our keys by <c>kid</c>.</summary>
    public static SigningKey? Find(string kid) => kid == Rsa.KeyId ? Rsa : kid == Ec.KeyId ? Ec : null;

    public static JsonElement? Read(string token, string type = AccessToken.Type, string issuer = Issuer) => TokenReader.Read(token, Find, type, issuer, Now);

    /// <summary>A right header, as JSON; <paramref name="more"/> goes before its end.</summary>
    public static string Header(SigningKey key, string more = "") => $$"""{"alg":"{{key.Algorithm}}","kid":"{{key.KeyId}}","typ":"at+jwt"{{more}}}""";

    /// <summary>A right payload, as JSON; <paramref name="more"/> goes before its end.</summary>
    public static string Payload(string more = "", long expiresIn = 3600, long issuedIn = 0) =>
        $$"""{"iss":"{{Issuer}}","sub":"u","iat":{{Now.ToUnixTimeSeconds() + issuedIn}},"exp":{{Now.ToUnixTimeSeconds() + expiresIn}}{{more}}}""";

    /// <summary>Puts any header, payload and signature together.</summary>
    public static string Compact(string header, string payload, Func<byte[], byte[]> sign) =>
        Compact(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload), sign);

    /// <inheritdoc cref="Compact(string, string, Func{byte[], byte[]})"/>
    public static string Compact(byte[] header, byte[] payload, Func<byte[], byte[]> sign)
    {
        var input = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        return $"{input}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    /// <summary>Puts header and payload together with our own right signature.</summary>
    public static string Signed(string header, string payload, SigningKey? key = null) => Compact(header, payload, By(key ?? Rsa));

    /// <summary>The signature of a key.</summary>
    public static Func<byte[], byte[]> By(SigningKey key) => data =>
    {
        var signature = new byte[256];
        return signature[..key.Sign(data, signature)];
    };

    public static JsonElement DecodePart(string token, int part)
    {
        var octets = Base64Url.DecodeFromChars(token.Split('.')[part]);
        using var document = JsonDocument.Parse(octets, new JsonDocumentOptions { AllowDuplicateProperties = false });
        return document.RootElement.Clone();
    }

    public static IdToken NewIdToken() => new()
    {
        Issuer = Issuer,
        ClientId = "app",
        Subject = "usr_1",
        IssuedAt = Now,
        ExpiresAt = Now.AddHours(1),
        AuthTime = Now.AddMinutes(-5),
    };

    public static AccessToken NewAccessToken() => new()
    {
        Issuer = Issuer,
        Audiences = [Issuer + "/userinfo"],
        Subject = "usr_1",
        ClientId = "app",
        Scopes = ["openid", "profile"],
        Id = "grant.1",
        IssuedAt = Now,
        ExpiresAt = Now.AddHours(1),
    };
}
