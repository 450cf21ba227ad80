using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Xenios.Protocol;

/// <summary>Proof Key for Code Exchange with S256, the only method worth having (RFC 7636, RFC 9700 §2.1.1).</summary>
public static class Pkce
{
    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    private static readonly SearchValues<char> Base64UrlAlphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The S256 challenge of a verifier.</summary>
    /// <param name="verifier">43 to 128 unreserved characters.</param>
    public static string Challenge(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    /// <summary>Whether a text has the form of an S256 challenge: 43 base64url characters.</summary>
    /// <param name="challenge">The <c>code_challenge</c> parameter.</param>
    public static bool IsChallenge(string challenge) => challenge.Length == 43 && !challenge.AsSpan().ContainsAnyExcept(Base64UrlAlphabet);

    /// <summary>Checks the verifier of a token request against the challenge of its authorization request.</summary>
    /// <param name="challenge">The challenge stored with the code, or null when there was none.</param>
    /// <param name="verifier">The <c>code_verifier</c> parameter, or null.</param>
    public static OAuthError? Verify(string? challenge, string? verifier)
    {
        if (challenge is null)
        {
            // RFC 9700 §4.8.2: a verifier without a challenge is the trace of a stripped challenge.
            return verifier is null ? null : OAuthError.InvalidRequest("code_verifier was sent, but the authorization request had no code_challenge.");
        }

        if (verifier is null || verifier.Length is < 43 or > 128 || verifier.AsSpan().ContainsAnyExcept(Unreserved))
        {
            return OAuthError.InvalidGrant("code_verifier is missing or malformed");
        }

        var matches = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Challenge(verifier)), Encoding.ASCII.GetBytes(challenge));
        return matches ? null : OAuthError.InvalidGrant("code_verifier does not match code_challenge");
    }
}
