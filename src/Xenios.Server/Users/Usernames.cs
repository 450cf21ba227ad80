using System.Text.RegularExpressions;
using Xenios.Sdk;
using Xenios.Server.Connectors;
using Xenios.Server.Hosting;

namespace Xenios.Server.Users;

/// <summary>User names: what one looks like, how two are compared, and what a new account is called.</summary>
internal static partial class Usernames
{
    private const int MaxLength = 64;

    /// <summary>Whether a person may choose this name: 1 to 64 of A–Z, a–z, 0–9 and <c>. _ -</c>, beginning with a letter, digit or <c>_</c>. Never an
    /// address, which would sign in as if it were somebody's.</summary>
    /// <param name="text">What was typed.</param>
    public static bool IsWellFormed(string? text) => text is not null && Form().IsMatch(text);

    /// <summary>What two spellings of one name share. Names are ASCII, so no other case folding exists (threats A16).</summary>
    /// <param name="username">A name.</param>
    public static string Key(string username) => username.ToLowerInvariant();

    /// <summary>The name that a new account gets if it is free (<c>username_source</c>, kinde-and-wso2 D2).</summary>
    /// <param name="source">The connection's setting.</param>
    /// <param name="identity">Who came back.</param>
    /// <param name="confirmed">Confirmed address of the account; null for none.</param>
    /// <returns>Null for no name.</returns>
    public static string? For(UsernameSource source, ExternalIdentity identity, EmailAddress? confirmed) => source switch
    {
        UsernameSource.Handle => Plain(identity.Handle),

        // Its domain in the form that is compared, so that one mailbox is one name.
        UsernameSource.Email => confirmed?.Key is { Length: <= MaxLength } key ? key : null,
        UsernameSource.ExternalId => Plain(identity.Subject),
        UsernameSource.Generated => $"user-{Secrets.NewSupportCode().ToLowerInvariant()}",
        _ => null,
    };

    /// <summary>Names to try where the first is taken, in order: with 2 to 9, then with something random.</summary>
    /// <param name="wanted">The name that is taken.</param>
    public static IEnumerable<string> Alternatives(string wanted)
    {
        var stem = wanted.Length > MaxLength - 8 ? wanted[..(MaxLength - 8)] : wanted;
        for (var i = 2; i <= 9; i++)
        {
            yield return $"{stem}{i}";
        }

        for (var i = 0; i < 8; i++)
        {
            yield return $"{stem}-{Secrets.NewSupportCode()[..6].ToLowerInvariant()}";
        }
    }

    private static string? Plain(string? text)
    {
        var kept = new string([.. (text ?? "").Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-').Take(MaxLength)]).TrimStart('.', '-');
        return kept.Length == 0 ? null : kept;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
