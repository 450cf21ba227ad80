using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Xenios.Protocol;

/// <summary>The parameters of one request, read once from <c>application/x-www-form-urlencoded</c> text (a query string or a form body).</summary>
/// <remarks>
/// An empty value counts as absent and a repeated name is remembered as such (RFC 6749 §3.1). Values are kept exactly, code unit by code unit:
/// <c>state</c> and <c>nonce</c> must come back unchanged.
/// </remarks>
public sealed class Parameters
{
    /// <summary>More parameters than any honest request has; the rest of a longer text is not read and <see cref="TooMany"/> is true.</summary>
    public const int Limit = 200;

    // Requests have a handful of parameters: looking through them costs less than a table of them.
    private readonly List<KeyValuePair<string, string>> _pairs = new(12);
    private List<string>? _repeated;

    private Parameters()
    {
    }

    /// <summary>All pairs in the order they came, repeated and empty ones included.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs => _pairs;

    /// <summary>Names that came more than once with a value.</summary>
    public IReadOnlyCollection<string> Repeated => _repeated ?? (IReadOnlyCollection<string>)[];

    /// <summary>True when the text held more than <see cref="Limit"/> parameters.</summary>
    public bool TooMany { get; private set; }

    /// <summary>The value of a parameter, or null when it is absent or empty. Of a repeated one, the first value.</summary>
    /// <param name="name">Case-sensitive name.</param>
    public string? this[string name]
    {
        get
        {
            foreach (var (candidate, value) in _pairs)
            {
                if (value.Length > 0 && string.Equals(candidate, name, StringComparison.Ordinal))
                {
                    return value;
                }
            }

            return null;
        }
    }

    /// <summary>Whether a parameter came with a value.</summary>
    /// <param name="name">Case-sensitive name.</param>
    /// <param name="value">Its value when true.</param>
    public bool TryGet(string name, [NotNullWhen(true)] out string? value) => (value = this[name]) is not null;

    /// <summary>Whether a parameter came more than once.</summary>
    /// <param name="name">Case-sensitive name.</param>
    public bool IsRepeated(string name) => _repeated?.Contains(name, StringComparer.Ordinal) == true;

    /// <summary>Reads form-encoded text: pairs separated by <c>&amp;</c>, <c>+</c> for a space, percent-encoded UTF-8. Malformed escapes stay as they are.</summary>
    /// <param name="text">A form body, or a query string without its <c>?</c>.</param>
    public static Parameters ParseForm(ReadOnlySpan<char> text)
    {
        var parameters = new Parameters();
        foreach (var range in text.Split('&'))
        {
            var pair = text[range];
            if (pair.IsEmpty)
            {
                continue;
            }

            if (parameters._pairs.Count == Limit)
            {
                parameters.TooMany = true;
                break;
            }

            var equals = pair.IndexOf('=');
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            parameters.Add(name, equals < 0 ? "" : Decode(pair[(equals + 1)..]));
        }

        return parameters;
    }

    /// <summary>Writes pairs as form-encoded text, the counterpart of <see cref="ParseForm"/>. Pairs whose value is null are left out.</summary>
    /// <param name="pairs">Decoded names and values.</param>
    public static string Format(IEnumerable<KeyValuePair<string, string?>> pairs)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in pairs)
        {
            if (value is null)
            {
                continue;
            }

            if (text.Length > 0)
            {
                text.Append('&');
            }

            text.Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        return text.ToString();
    }

    private void Add(string name, string value)
    {
        if (value.Length > 0 && this[name] is not null && !IsRepeated(name))
        {
            (_repeated ??= []).Add(name);
        }

        _pairs.Add(new(name, value));
    }

    private static string Decode(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny('+', '%') < 0)
        {
            return text.ToString();
        }

        return Uri.UnescapeDataString(text.ToString().Replace('+', ' '));
    }
}
