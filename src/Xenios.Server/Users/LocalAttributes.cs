using System.Collections.Frozen;
using System.Globalization;
using Xenios.Protocol.Tokens;
using Xenios.Sdk;

namespace Xenios.Server.Users;

/// <summary>
/// The catalogue of local attributes: the standard claims of OpenID Connect Core §5.1 that a person may have as one value, and the environment's own with
/// their types. A name nobody declared is text.
/// </summary>
internal static class LocalAttributes
{
    /// <summary>Target of a mapping that writes groups; the only name with which an upstream can (threats C02).</summary>
    public const string Groups = "groups";

    // What every JSON reader keeps exactly.
    private const int MostDigits = 15;

    /// <summary>The standard ones, with their types.</summary>
    public static readonly FrozenDictionary<string, AttributeType> Standard = new Dictionary<string, AttributeType>
    {
        ["name"] = AttributeType.Text,
        ["given_name"] = AttributeType.Text,
        ["family_name"] = AttributeType.Text,
        ["middle_name"] = AttributeType.Text,
        ["nickname"] = AttributeType.Text,
        ["preferred_username"] = AttributeType.Text,
        ["profile"] = AttributeType.Url,
        ["picture"] = AttributeType.Url,
        ["website"] = AttributeType.Url,
        ["gender"] = AttributeType.Text,
        ["birthdate"] = AttributeType.Date,
        ["zoneinfo"] = AttributeType.Text,
        ["locale"] = AttributeType.Text,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The type of an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="own">The environment's own attributes.</param>
    public static AttributeType TypeOf(string name, IReadOnlyDictionary<string, AttributeType> own) =>
        Standard.TryGetValue(name, out var type) || own.TryGetValue(name, out type) ? type : AttributeType.Text;

    /// <summary>Whether a text is a value of a type. It is stored unchanged, because it is the person's.</summary>
    /// <param name="type">The type.</param>
    /// <param name="value">The text.</param>
    public static bool IsValue(AttributeType type, string value) => type switch
    {
        AttributeType.Url => Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && !value.Any(c => char.IsControl(c) || c == ' '),
        AttributeType.Date => DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) || (value.Length == 4 && value.All(char.IsAsciiDigit)),
        AttributeType.Number => value.AsSpan().TrimStart('-') is { Length: > 0 and <= MostDigits } digits && value.Length - digits.Length <= 1 && !digits.ContainsAnyExceptInRange('0', '9'),
        AttributeType.Boolean => value is "true" or "false",
        _ => true,
    };

    /// <summary>The claim that an attribute becomes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="own">The environment's own attributes.</param>
    public static Claim ToClaim(string name, string value, IReadOnlyDictionary<string, AttributeType> own) =>
        own.Count > 0 && own.TryGetValue(name, out var type) && IsValue(type, value)
            ? type switch
            {
                AttributeType.Number => new(name, long.Parse(value, CultureInfo.InvariantCulture)),
                AttributeType.Boolean => new(name, value == "true"),
                _ => new(name, value),
            }
            : new(name, value);
}
