using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Xenios.Protocol.OAuth1;

/// <summary>HMAC-SHA1 signatures of OAuth 1.0a requests (RFC 5849 §3.4), as pure functions: nonce and timestamp are parameters like any other.</summary>
public static class Signature
{
    /// <summary>The only signature method X documents.</summary>
    public const string Method = "HMAC-SHA1";

    /// <summary>Joins the parameters in their normal form (RFC 5849 §3.4.1.3.2): encoded, sorted by name and then by value as bytes, joined with <c>&amp;</c>.</summary>
    /// <param name="parameters">Decoded names and values; repeated names are kept.</param>
    public static string Normalize(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var encoded = parameters
            .Select(p => (Name: PercentEncoding.Encode(p.Key), Value: PercentEncoding.Encode(p.Value)))
            .OrderBy(p => p.Name, StringComparer.Ordinal)
            .ThenBy(p => p.Value, StringComparer.Ordinal);
        return string.Join('&', encoded.Select(p => $"{p.Name}={p.Value}"));
    }

    /// <summary>The signature base string (RFC 5849 §3.4.1).</summary>
    /// <param name="method">HTTP method in any case.</param>
    /// <param name="url">Absolute URL really called. Its query and fragment are ignored here: pass the query among <paramref name="parameters"/>.</param>
    /// <param name="parameters">Every query, form and <c>oauth_*</c> parameter, decoded, without <c>oauth_signature</c> and <c>realm</c>.</param>
    public static string BaseString(string method, Uri url, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        // Uri lower-cases scheme and host, drops default ports and turns an empty path into "/": exactly RFC 5849 §3.4.1.2.
        var address = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return $"{method.ToUpperInvariant()}&{PercentEncoding.Encode(address)}&{PercentEncoding.Encode(Normalize(parameters))}";
    }

    /// <summary>Signs a base string: <c>base64(HMAC-SHA1(enc(consumer secret)&amp;enc(token secret), base string))</c> (RFC 5849 §3.4.2).</summary>
    /// <param name="baseString">What <see cref="BaseString"/> gave.</param>
    /// <param name="consumerSecret">The application's API Key Secret.</param>
    /// <param name="tokenSecret">The token's secret; null or empty while there is no token yet.</param>
    [SuppressMessage("Security", "CA5350", Justification = "HMAC-SHA1 is the only method X accepts.")]
    public static string Sign(string baseString, string consumerSecret, string? tokenSecret)
    {
        var key = Encoding.UTF8.GetBytes($"{PercentEncoding.Encode(consumerSecret)}&{PercentEncoding.Encode(tokenSecret)}");
        return Convert.ToBase64String(HMACSHA1.HashData(key, Encoding.UTF8.GetBytes(baseString)));
    }

    /// <summary>Compares a presented signature with the expected one in constant time.</summary>
    /// <param name="presented">The decoded <c>oauth_signature</c> of a request.</param>
    /// <param name="expected">What <see cref="Sign"/> gives for it.</param>
    public static bool Matches(string presented, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(presented), Encoding.UTF8.GetBytes(expected));
}
