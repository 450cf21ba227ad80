using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Xenios.Server.Users;

/// <summary>Password hashes of the framework: PBKDF2 with HMAC-SHA-512, salted, 210,000 rounds (OWASP Password Storage, threats H05).</summary>
internal static class Passwords
{
    /// <summary>Fewest characters of a password that is chosen here.</summary>
    public const int MinLength = 8;

    /// <summary>Most characters; a longer one is refused, never cut.</summary>
    public const int MaxLength = 256;

    private static readonly PasswordHasher<object> Hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 210_000 }));
    private static readonly object Anyone = new();

    // Verified against when there is no account or no password, so that neither shows in the time an answer takes (threats H03).
    private static readonly string Nobody = Hasher.HashPassword(Anyone, Guid.NewGuid().ToString());

    /// <summary>Whether a password may be chosen.</summary>
    /// <param name="password">What was typed.</param>
    public static bool IsAllowed(string? password) => password?.Length is >= MinLength and <= MaxLength;

    /// <summary>A hash to store.</summary>
    /// <param name="password">The password.</param>
    public static string Hash(string password) => Hasher.HashPassword(Anyone, password);

    /// <summary>Whether a password is the one of a hash. Takes the same time whether or not there is a hash.</summary>
    /// <param name="hash">A stored hash, or null. One of another scheme never matches.</param>
    /// <param name="password">What was typed.</param>
    public static bool Verify(string? hash, string password)
    {
        var known = hash is not null && IsOurs(hash);
        return Hasher.VerifyHashedPassword(Anyone, known ? hash! : Nobody, password) != PasswordVerificationResult.Failed && known;
    }

    // The hasher throws for what is no base64, as imported hashes of other schemes are.
    private static bool IsOurs(string hash) => hash.Length <= 512 && Convert.TryFromBase64String(hash, new byte[hash.Length], out _);
}
