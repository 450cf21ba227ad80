using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Xenios.Server.Resources;

/// <summary>The fields of a wire record by their names in a file.</summary>
internal sealed class ResourceShape
{
    private static readonly ConcurrentDictionary<Type, ResourceShape> Shapes = new();

    private ResourceShape(Type record) => Fields = record
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .ToFrozenDictionary(
            property => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name),
            StringComparer.Ordinal);

    /// <summary>Properties by field name.</summary>
    public FrozenDictionary<string, PropertyInfo> Fields { get; }

    /// <summary>The shape of a record of <c>Xenios.Sdk</c>.</summary>
    /// <param name="record">The record's type.</param>
    public static ResourceShape Of(Type record) => Shapes.GetOrAdd(record, type => new ResourceShape(type));

    /// <summary>Whether a type is a record with fields of its own.</summary>
    /// <param name="type">Type of a field.</param>
    public static bool IsRecord(Type type) => type.IsClass && type != typeof(string);

    /// <summary>The name probably meant by an unknown one; a name that belongs one level deeper comes with its parent.</summary>
    /// <param name="name">What was written.</param>
    public string? Nearest(string name) =>
        Fields.FirstOrDefault(field => IsRecord(field.Value.PropertyType) && Of(field.Value.PropertyType).Fields.ContainsKey(name)) is { Key: { } parent }
            ? $"{parent}.{name}"
            : Hosting.Nearest.Of(name, Fields.Keys);
}
