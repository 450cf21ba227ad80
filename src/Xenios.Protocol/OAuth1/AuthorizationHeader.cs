using System.Text;

namespace Xenios.Protocol.OAuth1;

/// <summary>The <c>Authorization: OAuth …</c> header (RFC 5849 §3.5.1): written for calls to X, read by the X sandbox.</summary>
public static class AuthorizationHeader
{
    /// <summary>Signs a request and gives the header's value, scheme included.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="url">The absolute URL really called, query included; the query is signed too.</param>
    /// <param name="form">Parameters of a form body, decoded; empty for any other body.</param>
    /// <param name="protocol">The request's own <c>oauth_*</c> parameters besides the ones written here, such as <c>oauth_callback</c>.</param>
    /// <param name="credentials">Who signs.</param>
    /// <param name="nonce">ASCII text never used before with the same timestamp.</param>
    /// <param name="timestamp">Seconds since 1970-01-01 UTC.</param>
    public static string Create(
        string method,
        Uri url,
        IEnumerable<KeyValuePair<string, string>> form,
        IEnumerable<KeyValuePair<string, string>> protocol,
        Credentials credentials,
        string nonce,
        long timestamp)
    {
        var oauth = new List<KeyValuePair<string, string>>(protocol)
        {
            new("oauth_consumer_key", credentials.ConsumerKey),
            new("oauth_nonce", nonce),
            new("oauth_signature_method", Signature.Method),
            new("oauth_timestamp", timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new("oauth_version", "1.0"),
        };
        if (credentials.Token is { Length: > 0 } token)
        {
            oauth.Add(new("oauth_token", token));
        }

        var query = Parameters.ParseForm(url.Query.AsSpan().TrimStart('?')).Pairs;
        var baseString = Signature.BaseString(method, url, oauth.Concat(query).Concat(form));
        oauth.Add(new("oauth_signature", Signature.Sign(baseString, credentials.ConsumerSecret, credentials.TokenSecret)));

        var header = new StringBuilder("OAuth ");
        foreach (var (name, value) in oauth.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (header.Length > 6)
            {
                header.Append(", ");
            }

            header.Append(PercentEncoding.Encode(name)).Append("=\"").Append(PercentEncoding.Encode(value)).Append('"');
        }

        return header.ToString();
    }

    /// <summary>Reads a header's value. Parameters may come in any order, with or without blanks after the commas; <c>realm</c> is left out because it is never signed.</summary>
    /// <param name="value">The whole header value.</param>
    /// <returns>The decoded parameters in their order, or null when the value is not an OAuth header or is malformed.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>>? Parse(string? value)
    {
        if (value is null || !value.StartsWith("OAuth ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var parameters = new List<KeyValuePair<string, string>>();
        var rest = value.AsSpan(6).Trim();
        while (!rest.IsEmpty)
        {
            // A comma may stand inside the quotes (of realm, which is not percent-encoded), so the quotes are found first.
            var equals = rest.IndexOf('=');
            if (equals <= 0 || rest.Length < equals + 3 || rest[equals + 1] != '"' || rest[(equals + 2)..].IndexOf('"') is not (var length and >= 0))
            {
                return null;
            }

            var name = Uri.UnescapeDataString(rest[..equals].ToString());
            if (!name.Equals("realm", StringComparison.OrdinalIgnoreCase))
            {
                parameters.Add(new(name, Uri.UnescapeDataString(rest.Slice(equals + 2, length).ToString())));
            }

            rest = rest[(equals + 3 + length)..].TrimStart();
            if (!rest.IsEmpty && rest[0] != ',')
            {
                return null;
            }

            rest = rest.TrimStart(", ");
        }

        return parameters;
    }
}

/// <summary>The two halves that sign an OAuth 1.0a request: the application's, and the person's once there is a token.</summary>
/// <param name="ConsumerKey">The application's API Key.</param>
/// <param name="ConsumerSecret">The application's API Key Secret.</param>
/// <param name="Token">Request token or access token; null before there is one.</param>
/// <param name="TokenSecret">The secret that came with <paramref name="Token"/>.</param>
public sealed record Credentials(string ConsumerKey, string ConsumerSecret, string? Token = null, string? TokenSecret = null)
{
    /// <summary>Never the values: both secrets would end in a log.</summary>
    public override string ToString() => "***";
}
