using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Xenios.Server.Hosting;

/// <summary>Random values that must not be guessed, and hashes of them to find them by.</summary>
internal static class Secrets
{
    private const string Crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>A URL-safe random value of 256 bits, 43 characters.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A URL-safe random value of 180 bits, 43 characters, whose first twelve are the time: what is stored by <see cref="KeyOf"/> lies beside what was made with it.</summary>
    /// <param name="now">The present.</param>
    public static string NewHandle(DateTimeOffset now) => $"{now.ToUnixTimeMilliseconds():x12}-{New()[..30]}";

    /// <summary>A client secret: 48 letters and digits, more than 285 bits.</summary>
    public static string NewClientSecret() => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 48);

    /// <summary>Six random digits for a mail code.</summary>
    public static string NewDigits() => RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A support code: ten letters and digits that cannot be misread, 50 bits.</summary>
    public static string NewSupportCode() => new(RandomNumberGenerator.GetItems<char>(Crockford, 10));

    /// <summary>An id that sorts by time: prefix, 48 bits of milliseconds, 80 random bits.</summary>
    /// <param name="prefix">Says what the id names, such as <c>usr</c>.</param>
    /// <param name="now">The present.</param>
    public static string NewId(string prefix, DateTimeOffset now)
    {
        Span<byte> octets = stackalloc byte[16];
        RandomNumberGenerator.Fill(octets[6..]);
        var milliseconds = now.ToUnixTimeMilliseconds();
        for (var i = 5; i >= 0; i--)
        {
            octets[i] = (byte)milliseconds;
            milliseconds >>= 8;
        }

        return $"{prefix}_{Convert.ToHexStringLower(octets)}";
    }

    /// <summary>SHA-256 of a value of high entropy: what is stored in its place.</summary>
    /// <param name="value">The secret.</param>
    public static byte[] Hash(string value) => SHA256.HashData(Encoding.UTF8.GetBytes(value));

    /// <summary>What a value is found by: its <see cref="Hash"/>, after its time where <see cref="NewHandle"/> made it, so that a table of many is written at one end and not all over.</summary>
    /// <param name="value">The secret.</param>
    public static byte[] KeyOf(string value)
    {
        const int TimeDigits = 12;
        Span<byte> time = stackalloc byte[TimeDigits / 2];
        return value.Length > TimeDigits && value[TimeDigits] == '-'
            && Convert.FromHexString(value.AsSpan(0, TimeDigits), time, out _, out _) == OperationStatus.Done
            ? [.. time, .. Hash(value)]
            : Hash(value);
    }

    /// <summary>Whether two secrets are equal, in constant time.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static bool Same(string a, string b) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}

/// <summary>A secret in memory, such as an upstream client secret. Printing it shows nothing.</summary>
/// <param name="value">The secret.</param>
internal sealed class Secret(string value)
{
    /// <summary>The secret itself, for the one call that needs it.</summary>
    public string Reveal() => value;

    /// <summary>Three stars.</summary>
    public override string ToString() => "***";
}
