namespace Xenios.Server.Resources;

/// <summary>Says what is probably wrong where a text stops being YAML, in words for somebody who does not know YAML's grammar.</summary>
internal static class YamlMistake
{
    /// <summary>The place to look at and what to do there. The text itself is not repeated.</summary>
    /// <param name="text">The file.</param>
    /// <param name="line">Where the parser gave up, from 1.</param>
    /// <param name="column">Where in that line, from 1.</param>
    public static (int Line, int Column, string Message) Explain(string text, int line, int column)
    {
        var lines = text.Split('\n');
        for (var i = Math.Max(0, line - 1); i < Math.Min(lines.Length, line + 1); i++)
        {
            var indent = lines[i].Length - lines[i].TrimStart().Length;
            if (lines[i].IndexOf('\t', StringComparison.Ordinal) is var tab and >= 0 && tab < indent)
            {
                return (i + 1, tab + 1, "a tab cannot indent YAML; use blanks");
            }
        }

        var here = line >= 1 && line <= lines.Length ? lines[line - 1] : "";
        if (here.Contains("${", StringComparison.Ordinal))
        {
            return (line, column, "this is not valid YAML; inside [ ] and { } write \"${NAME}\" with quotes");
        }

        if (here.TrimStart() is ['@' or '`' or '%', ..] || (column <= here.Length && here[Math.Max(0, column - 1)] is '@' or '`' or '%'))
        {
            return (line, column, "a value cannot begin with this character; put it in quotes");
        }

        return (line, column, "this is not valid YAML; look for an unclosed quote or bracket, a missing blank after a colon, " +
            "or indentation that differs from the lines above");
    }
}
