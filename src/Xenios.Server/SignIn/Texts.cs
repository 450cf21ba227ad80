using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Xenios.Server.SignIn;

/// <summary>The texts of the pages and mails, one file per language, keys by meaning. A text missing in a language falls back to English.</summary>
internal sealed partial class Texts
{
    private static readonly FrozenDictionary<string, FrozenDictionary<string, string>> All = Load();

    private readonly FrozenDictionary<string, string> _texts;

    private Texts(string language) => (Language, _texts) = (language, All[language]);

    /// <summary>Languages there are, English first.</summary>
    public static IReadOnlyList<string> Languages { get; } = [.. All.Keys.OrderBy(language => language == "en" ? "" : language, StringComparer.Ordinal)];

    /// <summary>BCP 47 tag.</summary>
    public string Language { get; }

    /// <summary>Texts of a language.</summary>
    /// <param name="language">One of <see cref="Languages"/>; anything else is English.</param>
    public static Texts For(string language) => new(All.ContainsKey(language) ? language : "en");

    /// <summary>The best language for somebody: what the application asked for, then what the browser prefers, then English. The wish itself is never echoed.</summary>
    /// <param name="uiLocales">Space-separated <c>ui_locales</c>, or null.</param>
    /// <param name="acceptLanguage">The <c>Accept-Language</c> header, or null.</param>
    public static string Choose(string? uiLocales, string? acceptLanguage)
    {
        var wishes = (uiLocales?.Split(' ') ?? []).Concat((acceptLanguage?.Split(',') ?? []).Select(wish => wish.Split(';')[0]));
        foreach (var wish in wishes.Take(20))
        {
            var language = wish.Trim().Split('-')[0].ToLowerInvariant();
            if (All.ContainsKey(language))
            {
                return language;
            }
        }

        return "en";
    }

    /// <summary>A text with its placeholders filled: <c>{app}</c> and the like.</summary>
    /// <param name="key">Key.</param>
    /// <param name="values">Names and values of placeholders.</param>
    public string this[string key, params ReadOnlySpan<(string Name, string Value)> values]
    {
        get
        {
            var text = _texts.GetValueOrDefault(key) ?? All["en"][key];
            var given = values.ToArray();

            // In one pass: a handle that looks like a placeholder stays a handle (threats H04).
            return Placeholder().Replace(text, match => given.FirstOrDefault(value => match.ValueSpan[1..^1].SequenceEqual(value.Name)) is { Name: not null, Value: var value } ? Isolated(value) : match.Value);
        }
    }

    /// <summary>Whether there is a text.</summary>
    /// <param name="key">Key.</param>
    public static bool Has(string key) => All["en"].ContainsKey(key);

    /// <summary>Keys of a language, for the test that compares them.</summary>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    public static IReadOnlyDictionary<string, string> Entries(string language) => All[language];

    // A right-to-left name inside a left-to-right sentence would drag its neighbours along (U+2068 … U+2069 keep it to itself).
    private static string Isolated(string value) =>
        value.Any(c => c is (>= '\u0590' and <= '\u08ff') or (>= '\ufb1d' and <= '\ufdff') or (>= '\ufe70' and <= '\ufefc')) ? $"\u2068{value}\u2069" : value;

    [GeneratedRegex("\\{[a-z]+\\}")]
    private static partial Regex Placeholder();

    private static FrozenDictionary<string, FrozenDictionary<string, string>> Load()
    {
        const string Prefix = "texts/";
        var assembly = Assembly.GetExecutingAssembly();
        var languages = new Dictionary<string, FrozenDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var texts = JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
            languages[Path.GetFileNameWithoutExtension(resource[Prefix.Length..])] = texts.ToFrozenDictionary(StringComparer.Ordinal);
        }

        return languages.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
