using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>
/// The names under which closed values travel in files, requests and the database: snake_case of the member, or what its
/// <see cref="JsonStringEnumMemberNameAttribute"/> says. Names are compared exactly.
/// </summary>
public static class WireName
{
    private static readonly ConcurrentDictionary<Type, FrozenDictionary<string, object>> Tables = new();

    /// <summary>The wire name of a value, for example <c>when_provider_says_verified</c>.</summary>
    /// <typeparam name="T">An enumeration of this namespace.</typeparam>
    /// <param name="value">One of its members.</param>
    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.Names[value];

    /// <summary>Reads a wire name; false when it is none of this enumeration's.</summary>
    /// <typeparam name="T">An enumeration of this namespace.</typeparam>
    /// <param name="name">The text on the wire.</param>
    /// <param name="value">The member when true.</param>
    public static bool TryParse<T>(string name, out T value)
        where T : struct, Enum => Table<T>.Values.TryGetValue(name, out value);

    /// <summary>Every wire name of an enumeration with its member, for readers that know the type at run time only.</summary>
    /// <param name="enumeration">An enumeration of this namespace.</param>
    public static IReadOnlyDictionary<string, object> All(Type enumeration) => Tables.GetOrAdd(enumeration, Build);

    private static FrozenDictionary<string, object> Build(Type enumeration) => enumeration
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToFrozenDictionary(
            member => member.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name),
            member => member.GetValue(null)!,
            StringComparer.Ordinal);

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<string, T> Values =
            All(typeof(T)).ToFrozenDictionary(entry => entry.Key, entry => (T)entry.Value, StringComparer.Ordinal);

        public static readonly FrozenDictionary<T, string> Names = Values.ToFrozenDictionary(entry => entry.Value, entry => entry.Key);
    }
}

/// <summary>Writes and reads a closed value by its exact wire name; no numbers, no other case.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
internal class WireNameConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && WireName.TryParse<T>(reader.GetString()!, out var value)
            ? value
            : throw new JsonException($"One of {string.Join(", ", WireName.All(typeof(T)).Keys.Order(StringComparer.Ordinal))} is needed.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(WireName.Of(value));
}
