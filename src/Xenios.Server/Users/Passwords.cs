using System.Buffers.Binary;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Org.BouncyCastle.Crypto.Generators;

namespace Xenios.Server.Users;

/// <summary>
/// Password hashes of the framework: PBKDF2 with HMAC-SHA-512, salted, 210,000 rounds (OWASP Password Storage, threats H05). Imported ones may be of fewer
/// rounds, or bcrypt; they become ours at the first right password.
/// </summary>
internal static partial class Passwords
{
    /// <summary>Fewest characters of a password that is chosen here.</summary>
    public const int MinLength = 8;

    /// <summary>Most characters; a longer one is refused, never cut.</summary>
    public const int MaxLength = 256;

    /// <summary>Most characters of a hash.</summary>
    public const int MaxHashLength = 512;

    private const int Rounds = 210_000;

    // What a hash from elsewhere may ask of a core at each sign-in: about a second (threats L05).
    private const int MostRounds = 2_000_000;

    private static readonly PasswordHasher<object> Hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Rounds }));
    private static readonly object Anyone = new();

    // Verified against when there is no account or no password, so that neither shows in the time an answer takes (threats H03).
    private static readonly string Nobody = Hasher.HashPassword(Anyone, Guid.NewGuid().ToString());

    /// <summary>Whether a password may be chosen.</summary>
    /// <param name="password">What was typed.</param>
    public static bool IsAllowed(string? password) => password?.Length is >= MinLength and <= MaxLength;

    /// <summary>A hash to store.</summary>
    /// <param name="password">The password.</param>
    public static string Hash(string password) => Hasher.HashPassword(Anyone, password);

    /// <summary>What is wrong with a hash from elsewhere; null when passwords can be verified against it.</summary>
    /// <param name="hash">The hash with its scheme.</param>
    public static string? Mistake(string hash) =>
        hash.StartsWith("$argon2", StringComparison.Ordinal) ? "Argon2 hashes cannot be imported; PBKDF2 and bcrypt can. Leave the hash out and let the person set a new password"
        : Bcrypt().IsMatch(hash) || RoundsOf(hash) is > 0 and <= MostRounds ? null
        : hash.StartsWith("$2", StringComparison.Ordinal) ? "this is no bcrypt hash: $2a$, $2b$ or $2y$, a cost from 04 to 14, $ and 53 characters"
        : "this is neither a PBKDF2 hash as ASP.NET Core Identity writes it (base64, at most 2,000,000 rounds) nor a bcrypt hash ($2a$, $2b$, $2y$)";

    /// <summary>Whether a password is the one of a hash. Without a hash it takes the time that one of ours takes.</summary>
    /// <param name="hash">A stored hash, or null. One of an unknown scheme never matches.</param>
    /// <param name="password">What was typed.</param>
    public static bool Verify(string? hash, string password)
    {
        if (hash is not null && Bcrypt().IsMatch(hash))
        {
            return OpenBsdBCrypt.CheckPassword(hash, password.ToCharArray());
        }

        var known = hash is not null && RoundsOf(hash) is > 0 and <= MostRounds;
        return Hasher.VerifyHashedPassword(Anyone, known ? hash! : Nobody, password) != PasswordVerificationResult.Failed && known;
    }

    /// <summary>Whether a hash, whose password was right, is to be replaced by one of ours.</summary>
    /// <param name="hash">A stored hash.</param>
    public static bool IsOutdated(string hash) => RoundsOf(hash) is not >= Rounds;

    // The framework's formats: 0x00, salt, key with 1,000 rounds; or 0x01, three numbers, salt, key. It throws for what is neither, and for what is no base64.
    private static int RoundsOf(string hash)
    {
        Span<byte> octets = stackalloc byte[MaxHashLength];
        if (hash.Length > MaxHashLength || !Convert.TryFromBase64String(hash, octets, out var count))
        {
            return 0;
        }

        if (count == 49 && octets[0] == 0)
        {
            return 1000;
        }

        if (count < 13 || octets[0] != 1)
        {
            return 0;
        }

        var (function, rounds, salt) = (BinaryPrimitives.ReadUInt32BigEndian(octets[1..]), BinaryPrimitives.ReadUInt32BigEndian(octets[5..]), BinaryPrimitives.ReadUInt32BigEndian(octets[9..]));
        return function <= 2 && rounds is > 0 and <= int.MaxValue && salt is >= 16 and <= 128 && count - 13 - (int)salt is >= 16 and <= 128 ? (int)rounds : 0;
    }

    [GeneratedRegex(@"\A\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Bcrypt();
}
