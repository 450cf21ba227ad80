using System.Text;

namespace Xenios.Server.Resources;

/// <summary>Dotted paths of fields as errors show them: <c>connections[0].upstream_params.prompt.value</c>.</summary>
internal static class FieldPath
{
    private const int LongestName = 64;

    /// <summary>A field below another.</summary>
    /// <param name="parent">Path of the thing around it; empty at the top.</param>
    /// <param name="name">The field's name.</param>
    public static string Field(string parent, string name) => parent.Length == 0 ? Name(name) : $"{parent}.{Name(name)}";

    /// <summary>An entry of a list.</summary>
    /// <param name="list">Path of the list.</param>
    /// <param name="index">Position, from 0.</param>
    public static string Item(string list, int index) => $"{list}[{index}]";

    /// <summary>
    /// A name fit to be shown. Whatever follows a colon is left out: <c>{password:secret}</c>, without a blank, makes the secret part of the name.
    /// </summary>
    /// <param name="name">The name in the file.</param>
    public static string Name(string name)
    {
        var shown = new StringBuilder(name.Length);
        foreach (var c in name.AsSpan(0, Math.Min(name.Length, LongestName)))
        {
            if (c == ':')
            {
                break;
            }

            shown.Append(char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c);
        }

        return shown.ToString();
    }
}
