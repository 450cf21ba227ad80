using System.Text;

namespace Xenios.Protocol.OAuth1;

/// <summary>The percent encoding of OAuth 1.0a: UTF-8 bytes, everything escaped but <c>A-Z a-z 0-9 - . _ ~</c>, upper-case hex (RFC 5849 §3.6).</summary>
public static class PercentEncoding
{
    private const string Hex = "0123456789ABCDEF";

    /// <summary>Encodes one name or value. A null or empty text gives the empty text.</summary>
    /// <param name="text">Raw text; a lone surrogate is encoded as U+FFFD.</param>
    public static string Encode(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var encoded = new StringBuilder(text.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~')
            {
                encoded.Append((char)octet);
            }
            else
            {
                encoded.Append('%').Append(Hex[octet >> 4]).Append(Hex[octet & 15]);
            }
        }

        return encoded.ToString();
    }
}
