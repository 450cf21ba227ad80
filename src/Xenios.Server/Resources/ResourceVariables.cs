using System.Text;
using System.Text.RegularExpressions;

namespace Xenios.Server.Resources;

/// <summary>Fills <c>${NAME}</c> in the texts of a resource file; <c>$${</c> stands for <c>${</c> itself.</summary>
internal static partial class ResourceVariables
{
    /// <summary>The text with its variables filled in, or what is wrong with it. What a variable holds is not looked into again.</summary>
    /// <param name="text">A text of the file.</param>
    /// <param name="variables">The value of a name, null when there is none.</param>
    public static (string Text, bool Filled, string? Mistake) Fill(string text, Func<string, string?> variables)
    {
        if (!text.Contains("${", StringComparison.Ordinal))
        {
            return (text, false, null);
        }

        var (filled, any) = (new StringBuilder(text.Length), false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text.AsSpan(i).StartsWith("$${", StringComparison.Ordinal))
            {
                filled.Append("${");
                i += 2;
            }
            else if (text.AsSpan(i).StartsWith("${", StringComparison.Ordinal))
            {
                if (Reference().Match(text, i) is not { Success: true } reference)
                {
                    return (text, true, "${NAME} is needed here, NAME being letters, digits and _; for a literal ${ write $${");
                }

                var name = reference.Groups[1].Value;
                if (variables(name) is not { } value)
                {
                    return (text, true, $"the environment variable {name} is not set");
                }

                filled.Append(value);
                any = true;
                i += reference.Length - 1;
            }
            else
            {
                filled.Append(text[i]);
            }
        }

        return (filled.ToString(), any, null);
    }

    [GeneratedRegex(@"\G\$\{([A-Za-z_][A-Za-z0-9_]{0,127})\}", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
