using System.Text.RegularExpressions;

namespace Xenios.Server.Resources;

/// <summary>Forms of short texts that several kinds of resource share.</summary>
internal static partial class TextRules
{
    /// <summary>What is wrong with a slug, or null.</summary>
    /// <param name="slug">The slug.</param>
    public static string? Slug(string slug) =>
        SlugForm().IsMatch(slug) ? null : "a slug is 1 to 63 of a–z, 0–9 and -, and does not begin with -";

    /// <summary>What is wrong with a role's name, or null.</summary>
    /// <param name="role">The name.</param>
    public static string? Role(string role) =>
        RoleForm().IsMatch(role) ? null : "a role is 1 to 63 of a–z, 0–9, _ and -, and begins with a letter or digit";

    /// <summary>What is wrong with a scope (RFC 6749 §3.3), or null.</summary>
    /// <param name="scope">The scope.</param>
    public static string? Scope(string scope) =>
        ScopeForm().IsMatch(scope) ? null : "a scope is 1 to 128 printable ASCII characters without blanks, quotes and backslashes; write several as a list";

    /// <summary>A name without controls and bidirectional formatting, which would let it rearrange the page around it (threats D08, K02).</summary>
    /// <param name="text">The name as it was given.</param>
    public static string Plain(string text) =>
        new string([.. text.Where(c => !char.IsControl(c) && c is not ('\u061c' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f' or '\ufeff'))]).Trim();

    /// <summary>Refuses a text that is too short, too long or has control characters; nothing given is fine.</summary>
    /// <param name="at">Where the text stands.</param>
    /// <param name="text">The text.</param>
    /// <param name="least">Fewest characters.</param>
    /// <param name="most">Most characters.</param>
    public static void CheckLength(FieldScope at, string? text, int least, int most)
    {
        if (text is null)
        {
            return;
        }

        if (text.Length < least || text.Length > most || (least > 0 && text.AsSpan().IsWhiteSpace()))
        {
            at.Refuse(FieldCode.OutOfRange, least > 0 ? $"this must have {least} to {most} characters" : $"this must have at most {most} characters");
        }
        else if (text.Any(char.IsControl))
        {
            at.Refuse(FieldCode.Malformed, "this must be one line without control characters");
        }
    }

    /// <summary>Refuses scopes of the wrong form and scopes that stand twice.</summary>
    /// <param name="at">Where the list stands.</param>
    /// <param name="scopes">The scopes.</param>
    public static void CheckScopes(FieldScope at, IReadOnlyList<string>? scopes)
    {
        foreach (var (index, scope) in (scopes ?? []).Index())
        {
            at.Item(index).RefuseIf(FieldCode.Malformed, Scope(scope));
        }

        at.RefuseRepeated(scopes ?? []);
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SlugForm();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RoleForm();

    [GeneratedRegex(@"\A[\x21\x23-\x5B\x5D-\x7E]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ScopeForm();
}
