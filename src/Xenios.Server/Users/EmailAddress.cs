using System.Globalization;
using System.Text;

namespace Xenios.Server.Users;

/// <summary>An address that is one mailbox and nothing else: parsed once at the door, kept as the person wrote it, compared by <see cref="Key"/> (threats A16).</summary>
internal sealed record EmailAddress
{
    private const int MaxLength = 254;
    private const int MaxLocal = 64;
    private const string LocalPunctuation = "!#$%&'*+-/=?^_`{|}~.";

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    // Letters that have one spelling once case is folded: Latin, Greek, Cyrillic, Hebrew, Arabic, kana, Han, Hangul. Without ICU nobody composes marks or
    // unfolds ligatures and full-width forms for us, so those would be a second name of one mailbox; their domains are typed in the A-label form.
    private static readonly (int From, int To)[] Letters =
    [
        (0x00DF, 0x0132), (0x0134, 0x013F), (0x0141, 0x0148), (0x014A, 0x017E), (0x03AC, 0x03CE), (0x0430, 0x045F), (0x05D0, 0x05EA), (0x0620, 0x064A),
        (0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3),
    ];

    private EmailAddress(string text, string key) => (Text, Key) = (text, key);

    /// <summary>The address as written, which is where mail goes.</summary>
    public string Text { get; }

    /// <summary>What two spellings of one mailbox share: ASCII lower case, the domain in its A-label form. Plus tags and dots stay significant.</summary>
    public string Key { get; }

    /// <summary>Reads an address. Only blanks around it are forgiven.</summary>
    /// <param name="input">What somebody typed or an upstream sent.</param>
    /// <returns>Null for anything that is not exactly one plain address: display names, comments, quotes, lists, literals, controls, non-ASCII local parts.</returns>
    public static EmailAddress? Parse(string? input)
    {
        var text = input?.Trim(' ');
        if (text is null || text.Length is < 3 or > MaxLength)
        {
            return null;
        }

        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 1 || at > MaxLocal || text.IndexOf('@', at + 1) >= 0)
        {
            return null;
        }

        var local = text[..at];
        if (!local.All(c => char.IsAsciiLetterOrDigit(c) || LocalPunctuation.Contains(c, StringComparison.Ordinal))
            || local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal))
        {
            return null;
        }

        return Domain(text[(at + 1)..]) is { } domain && at + 1 + domain.Length <= MaxLength
            ? new EmailAddress(text, $"{local.ToLowerInvariant()}@{domain}")
            : null;
    }

    /// <summary>The address with most of the local part hidden, for pages that a bystander may see: <c>a…@example.com</c>.</summary>
    public string Masked => $"{Text[0]}…{Text[Text.IndexOf('@', StringComparison.Ordinal)..]}";

    private static string? Domain(string domain)
    {
        foreach (var rune in domain.EnumerateRunes())
        {
            if (rune.IsAscii ? !(char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '-' or '.') : !IsPlainLetter(Rune.ToLowerInvariant(rune)))
            {
                return null;
            }
        }

        try
        {
            // IDNA lets the root's dot stand at the end, which would be a second name of the domain.
            var ascii = Idn.GetAscii(domain.ToLowerInvariant());
            return ascii.Contains('.', StringComparison.Ordinal) && ascii[^1] != '.' && !char.IsAsciiDigit(ascii[^1]) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsPlainLetter(Rune lower) =>
        Rune.GetUnicodeCategory(lower) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter
        && Letters.Any(range => lower.Value >= range.From && lower.Value <= range.To);
}
