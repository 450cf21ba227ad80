using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Xenios.XSandbox.Apps;

/// <summary>Random values in the shapes X gives its keys, codes and tokens, so that code which looks at shapes meets real ones.</summary>
internal static class Credential
{
    private const string Alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string Base64UrlAlphabet = Alphanumerics + "-_";

    public static string ClientId(bool isPublic) => Encode($"{Random(20)}:1:{(isPublic ? "na" : "ci")}");

    public static string ClientSecret() => Random(50);

    public static string ApiKey() => Alphanumeric(25);

    public static string ApiKeySecret() => Alphanumeric(50);

    /// <summary>The numeric id that X puts into some error bodies instead of the client id.</summary>
    public static string AppId() => RandomNumberGenerator.GetInt32(10_000_000, 100_000_000).ToString(CultureInfo.InvariantCulture);

    public static string Code(DateTimeOffset now) => Stamped(now, "ac");

    public static string AccessToken(DateTimeOffset now) => Stamped(now, "at");

    public static string RefreshToken(DateTimeOffset now) => Stamped(now, "rt");

    /// <summary>27 characters, the last of them carrying the time as in recent traces of X.</summary>
    public static string RequestToken(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[20];
        RandomNumberGenerator.Fill(bytes[..12]);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes[12..], now.ToUnixTimeMilliseconds());
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>An OAuth 1.0a access token starts with the person's id and a dash.</summary>
    public static string SignedAccessToken(string personId) => $"{personId}-{Alphanumeric(40)}";

    public static string TokenSecret() => Alphanumeric(45);

    public static string Verifier() => Alphanumeric(32);

    public static string Pin() => RandomNumberGenerator.GetInt32(1_000_000, 10_000_000).ToString(CultureInfo.InvariantCulture);

    /// <summary>A name for something on one page, such as a consent that waits for an answer.</summary>
    public static string Reference() => Random(32);

    private static string Stamped(DateTimeOffset now, string kind) =>
        Encode(string.Create(CultureInfo.InvariantCulture, $"{Random(45)}:{now.ToUnixTimeMilliseconds()}:1:1:{kind}:1"));

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(text));

    private static string Alphanumeric(int length) => RandomNumberGenerator.GetString(Alphanumerics, length);

    private static string Random(int length) => RandomNumberGenerator.GetString(Base64UrlAlphabet, length);
}
