using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Xenios.Sdk;
using Xenios.Server.Resources;

namespace Xenios.Server.Tests.Management.OpenApi;

/// <summary>
/// Schemas of the wire records. A record has one schema for what is sent and shown, in which nothing is null, and one for merge patches, in which nothing has to be there
/// and null removes (RFC 7396).
/// </summary>
/// <param name="document">Gets them as components.</param>
/// <param name="docs">Says what they are for.</param>
internal sealed class SdkSchemas(OpenApiDocument document, SdkDocs docs)
{
    private readonly NullabilityInfoContext _nullability = new();

    /// <summary>The schema of a type: a component for records and closed values.</summary>
    /// <param name="type">A wire record, list, dictionary, closed value, text, number, time or boolean.</param>
    /// <param name="isNullable">Whether null may stand there.</param>
    public IOpenApiSchema Of(Type type, bool isNullable = false)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var arguments = type.GenericTypeArguments;
        return type.IsEnum ? OrNull(Component(type.Name, () => Enumeration(type)), isNullable)
            : arguments.Length == 1 ? Plain(JsonSchemaType.Array, isNullable, schema => schema.Items = Of(arguments[0]))
            : arguments.Length == 2 ? Plain(JsonSchemaType.Object, isNullable, schema => schema.AdditionalProperties = Of(arguments[1]))
            : type == typeof(string) ? Plain(JsonSchemaType.String, isNullable)
            : type == typeof(bool) ? Plain(JsonSchemaType.Boolean, isNullable)
            : type == typeof(int) ? Plain(JsonSchemaType.Integer, isNullable, schema => schema.Format = "int32")
            : type == typeof(long) ? Plain(JsonSchemaType.Integer, isNullable, schema => schema.Format = "int64")
            : type == typeof(DateTimeOffset) ? Plain(JsonSchemaType.String, isNullable, schema => schema.Format = "date-time")
            : type == typeof(object) ? Plain(JsonSchemaType.Object, isNullable)
            : type == typeof(JsonElement) ? new OpenApiSchema()
            : OrNull(Component(type.Name, () => Record(type)), isNullable);
    }

    /// <summary>The schema of a merge patch.</summary>
    /// <param name="record">The record whose fields it may name.</param>
    /// <param name="clears">Further fields that null removes.</param>
    public IOpenApiSchema PatchOf(Type record, params IReadOnlyList<string> clears) => Component(record.Name.Replace("Resource", "", StringComparison.Ordinal) + "Patch", () =>
    {
        var schema = Object($"A merge patch (RFC 7396): what is not named stays, null removes. {docs.Of(record)}");
        foreach (var (name, property) in Fields(record))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

            // What a thing is known by stays.
            var isNullable = !IsRequired(property) && name != "slug";
            var patched = type.GenericTypeArguments is [_, var entry] ? Plain(JsonSchemaType.Object, isNullable, map => map.AdditionalProperties = ResourceShape.IsRecord(entry) ? OrNull(PatchOf(entry), true) : Of(entry, true))
                : type.GenericTypeArguments.Length == 0 && ResourceShape.IsRecord(type) ? OrNull(PatchOf(type), isNullable)
                : Of(type, isNullable);
            schema.Properties![name] = Described(patched, docs.Of(property));
        }

        foreach (var name in clears)
        {
            schema.Properties![name] = new OpenApiSchema { Type = JsonSchemaType.Null };
        }

        return schema;
    });

    private static IEnumerable<(string Name, PropertyInfo Property)> Fields(Type record) =>
        ResourceShape.Of(record).Fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => (field.Key, field.Value));

    private OpenApiSchema Record(Type record)
    {
        var schema = Object(docs.Of(record));
        foreach (var (name, property) in Fields(record))
        {
            schema.Properties![name] = Described(Of(property.PropertyType), docs.Of(property));
            var isId = name == "id" && ResourceShape.IsRecord(record.BaseType!) && record.BaseType != typeof(object);
            if (IsRequired(property) || (isId && record.Name.EndsWith("View", StringComparison.Ordinal)))
            {
                (schema.Required ??= new SortedSet<string>(StringComparer.Ordinal)).Add(name);
            }
        }

        return schema;
    }

    // In resources everything may be left out as far as the language knows; their docs say what may not.
    private bool IsRequired(PropertyInfo property) => _nullability.Create(property).ReadState == NullabilityState.NotNull || docs.Of(property).Split(' ')[^1] == "Required.";

    private OpenApiSchema Enumeration(Type type) => new()
    {
        Type = JsonSchemaType.String,
        Description = string.Join('\n', Enum.GetNames(type).Select(member => $"- {docs.Of(type, member)}").Prepend(docs.Of(type))),
        Enum = [.. Enum.GetValues(type).Cast<object>().Select(value => (JsonNode)WireName.All(type).Single(entry => entry.Value.Equals(value)).Key)],
    };

    private static OpenApiSchema Object(string description) => new() { Type = JsonSchemaType.Object, Description = description, Properties = new Dictionary<string, IOpenApiSchema>() };

    private static OpenApiSchema Plain(JsonSchemaType type, bool isNullable, Action<OpenApiSchema>? more = null)
    {
        var schema = new OpenApiSchema { Type = isNullable ? type | JsonSchemaType.Null : type };
        more?.Invoke(schema);
        return schema;
    }

    private static IOpenApiSchema OrNull(IOpenApiSchema schema, bool isNullable) =>
        isNullable ? new OpenApiSchema { AnyOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Null }] } : schema;

    // In OpenAPI 3.1 a description may stand beside a reference.
    private static IOpenApiSchema Described(IOpenApiSchema schema, string description)
    {
        schema.Description = description;
        return schema;
    }

    private OpenApiSchemaReference Component(string name, Func<OpenApiSchema> make)
    {
        document.Components ??= new OpenApiComponents();
        var schemas = document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        if (!schemas.ContainsKey(name))
        {
            // Held before it is made, so that a record may hold itself.
            schemas[name] = new OpenApiSchema();
            schemas[name] = make();
        }

        return new OpenApiSchemaReference(name, document);
    }
}
