using System.Diagnostics.CodeAnalysis;

namespace Xenios.Server.Audit;

/// <summary>The ten letters and digits that people tell the people who help (decision 9).</summary>
internal static class SupportCode
{
    /// <summary>Reads a code as people write it: in either case, with or without dashes and spaces, <c>O</c> for zero, <c>I</c> and <c>L</c> for one (Crockford).</summary>
    /// <param name="text">What was written.</param>
    /// <param name="code">The code as it is stored.</param>
    public static bool TryRead(string? text, [NotNullWhen(true)] out string? code)
    {
        code = null;
        if (text is null or { Length: > 40 })
        {
            return false;
        }

        var read = new string([.. text.Where(c => c is not ('-' or ' ')).Select(c => char.ToUpperInvariant(c) switch { 'O' => '0', 'I' or 'L' => '1', var other => other })]);
        if (read.Length != 10 || !read.All(c => char.IsAsciiLetterOrDigit(c) && c != 'U'))
        {
            return false;
        }

        code = read;
        return true;
    }

    /// <summary>A code as pages and commands show it.</summary>
    /// <param name="code">Ten letters and digits.</param>
    public static string Readable(string code) => $"{code[..5]}-{code[5..]}";
}
