using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Xenios.Protocol.Tokens;

/// <summary>Reads tokens that this server signed. One routine for all of them: the key decides the algorithm, the caller the kind and the issuer (RFC 8725).</summary>
public static class TokenReader
{
    private const int MaxLength = 16 * 1024;

    /// <summary>Seconds a clock may be wrong.</summary>
    private const long Leeway = 30;

    private static readonly SearchValues<char> Base64UrlAlphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Checks form, kind, signature, issuer and lifetime.</summary>
    /// <param name="token">The compact form.</param>
    /// <param name="find">Finds one of our keys by <c>kid</c>.</param>
    /// <param name="type">The <c>typ</c> it must have.</param>
    /// <param name="issuer">The issuer of the host in use.</param>
    /// <param name="now">The present; null accepts an expired token, as an <c>id_token_hint</c> may be (OpenID Connect Core §3.1.2.1).</param>
    /// <returns>The payload, or null for anything that is not exactly right. Why is not told: callers answer <c>invalid_token</c> either way.</returns>
    public static JsonElement? Read(string token, Func<string, SigningKey?> find, string type, string issuer, DateTimeOffset? now)
    {
        var dot1 = token.IndexOf('.', StringComparison.Ordinal);
        var dot2 = dot1 < 0 ? -1 : token.IndexOf('.', dot1 + 1);
        if (token.Length > MaxLength || dot2 < 0 || token.IndexOf('.', dot2 + 1) >= 0)
        {
            return null;
        }

        if (ReadPart(token.AsSpan(0, dot1)) is not { } header
            || Text(header, "typ") is not { } typ || !typ.Equals(type, StringComparison.OrdinalIgnoreCase)
            || Text(header, "kid") is not { } kid || find(kid) is not { } key
            || Text(header, "alg") != key.Algorithm
            || header.TryGetProperty("crit", out _))
        {
            return null;
        }

        if (Decode(token.AsSpan(dot2 + 1)) is not { } signature || !Verify(key, token.AsSpan(0, dot2), signature))
        {
            return null;
        }

        if (ReadPart(token.AsSpan(dot1 + 1, dot2 - dot1 - 1)) is not { } payload || Text(payload, "iss") != issuer)
        {
            return null;
        }

        return now is { } at && !IsAlive(payload, at) ? null : payload;
    }

    /// <summary>A string member of a payload, or null.</summary>
    /// <param name="json">An object.</param>
    /// <param name="name">Member name.</param>
    public static string? Text(JsonElement json, string name)
    {
        try
        {
            return json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // broken UTF-8 or half a surrogate pair: the parser lets them pass, reading them throws
        }
    }

    /// <summary>Whether a payload names an audience, alone or among others.</summary>
    /// <param name="json">A payload.</param>
    /// <param name="audience">The audience.</param>
    public static bool HasAudience(JsonElement json, string audience)
    {
        if (!json.TryGetProperty("aud", out var aud))
        {
            return false;
        }

        return aud.ValueKind == JsonValueKind.Array
            ? aud.EnumerateArray().Any(entry => entry.ValueKind == JsonValueKind.String && entry.ValueEquals(audience))
            : aud.ValueKind == JsonValueKind.String && aud.ValueEquals(audience);
    }

    private static bool Verify(SigningKey key, ReadOnlySpan<char> signed, byte[] signature)
    {
        var octets = ArrayPool<byte>.Shared.Rent(signed.Length);
        try
        {
            // A character beyond ASCII becomes a question mark, which no token of ours holds.
            return key.Verify(octets.AsSpan(0, Encoding.ASCII.GetBytes(signed, octets)), signature);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(octets);
        }
    }

    private static bool IsAlive(JsonElement payload, DateTimeOffset now) =>
        Seconds(payload, "exp") is { } end && now.ToUnixTimeSeconds() <= end + Leeway
        && Seconds(payload, "iat") is { } start && start <= now.ToUnixTimeSeconds() + Leeway;

    private static long? Seconds(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) ? seconds : null;

    /// <summary>A part of a compact JWS as a JSON object: strict base64url, strict JSON; null for anything else.</summary>
    /// <param name="part">Header or payload as it stands between the dots.</param>
    internal static JsonElement? ReadPart(ReadOnlySpan<char> part)
    {
        if (Decode(part) is not { } octets)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(octets, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // InvalidOperationException: a member's name is not text
        }
    }

    /// <summary>Octets of base64url text without padding or white space; null for anything else.</summary>
    /// <param name="text">The text.</param>
    internal static byte[]? Decode(ReadOnlySpan<char> text)
    {
        // RFC 7515 §2: neither padding nor white space, which Base64Url would skip; one signature has one spelling.
        if (text.ContainsAnyExcept(Base64UrlAlphabet) || !Base64Url.IsValid(text, out var length))
        {
            return null;
        }

        var octets = new byte[length];
        return Base64Url.TryDecodeFromChars(text, octets, out var written) && written == length ? octets : null;
    }
}
