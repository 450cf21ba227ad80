using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Xenios.Sdk;
using Xenios.Server.Resources;
using static Xenios.Server.Tests.Resources.ResourceTexts;

namespace Xenios.Server.Tests.Resources;

/// <summary>Every field of the wire records can be set from a file, under the name it has in JSON.</summary>
public sealed class ResourceFieldsTests
{
    public static TheoryData<Type> Records => [.. Walk(typeof(ResourceDocument), [])];

    public static TheoryData<Type> Enumerations => [.. typeof(ResourceDocument).Assembly.GetExportedTypes().Where(type => type.IsEnum)];

    [Fact]
    public void Every_field_can_be_set_from_yaml()
    {
        var text = new StringBuilder();
        WriteYaml(text, typeof(ResourceDocument), 0);
        AssertComplete(Document(text.ToString()), "");
    }

    [Fact]
    public void Every_field_can_be_set_from_json()
    {
        var yaml = new StringBuilder();
        WriteYaml(yaml, typeof(ResourceDocument), 0);
        var json = Json(Document(yaml.ToString()));
        AssertComplete(Document(json), "");
        AssertComplete(JsonSerializer.Deserialize(json, XeniosJson.Default.ResourceDocument)!, "");
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void A_file_and_json_use_the_same_names(Type record)
    {
        var json = XeniosJson.Default.GetTypeInfo(record)!;
        Assert.Equal(JsonTypeInfoKind.Object, json.Kind);
        Assert.Equal(json.Properties.Select(property => property.Name).Order(StringComparer.Ordinal), ResourceShape.Of(record).Fields.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_is_null_until_given(Type record) =>
        Assert.All(record.GetProperties(), property => Assert.Null(property.GetValue(Activator.CreateInstance(record))));

    [Theory]
    [MemberData(nameof(Enumerations))]
    public void A_closed_value_travels_by_its_wire_name_alone(Type enumeration)
    {
        foreach (var (name, value) in WireName.All(enumeration))
        {
            Assert.Equal($"\"{name}\"", JsonSerializer.Serialize(value, enumeration));
            Assert.Equal(value, JsonSerializer.Deserialize($"\"{name}\"", enumeration));
        }

        Assert.All(["0", "\"\"", "\"nonsense\"", "null"], wrong => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(wrong, enumeration)));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize($"\"{WireName.All(enumeration).Keys.First().ToUpperInvariant()}_\"", enumeration));
    }

    [Theory]
    [InlineData("true", OnOff.On)]
    [InlineData("false", OnOff.Off)]
    [InlineData("\"on\"", OnOff.On)]
    public void On_and_off_may_be_truth_in_json_too(string json, OnOff meant) => Assert.Equal(meant, JsonSerializer.Deserialize<OnOff>(json));

    [Fact]
    public void A_repeated_member_is_refused_in_json() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"slug":"a","slug":"b"}""", XeniosJson.Default.EnvironmentResource));

    [Fact]
    public void Members_not_known_are_skipped_in_json() =>
        Assert.Equal("a", JsonSerializer.Deserialize("""{"slug":"a","id":"env_1"}""", XeniosJson.Default.EnvironmentResource)!.Slug);

    private static HashSet<Type> Walk(Type record, HashSet<Type> found)
    {
        if (found.Add(record))
        {
            foreach (var type in record.GetProperties().Select(property => Inner(property.PropertyType)).Where(ResourceShape.IsRecord))
            {
                Walk(type, found);
            }
        }

        return found;
    }

    private static Type Inner(Type type) => Nullable.GetUnderlyingType(type) ?? (type.GenericTypeArguments is [.., var last] ? last : type);

    private static void WriteYaml(StringBuilder text, Type record, int indent)
    {
        foreach (var (name, property) in ResourceShape.Of(record).Fields)
        {
            var (type, inner) = (property.PropertyType, Inner(property.PropertyType));
            var isMany = type.GenericTypeArguments.Length > 0 && Nullable.GetUnderlyingType(type) is null;
            text.Append(' ', indent).Append(name).Append(':');
            if (isMany)
            {
                text.Append('\n').Append(' ', indent + 2).Append(type.GenericTypeArguments.Length == 1 ? "-" : "key:");
                indent += 2;
            }

            if (ResourceShape.IsRecord(inner))
            {
                text.Append('\n');
                WriteYaml(text, inner, indent + 2);
            }
            else
            {
                text.Append(' ').Append(Sample(inner)).Append('\n');
            }

            indent -= isMany ? 2 : 0;
        }
    }

    private static string Sample(Type type) =>
        type == typeof(string) ? "text" : type == typeof(bool) ? "on" : type == typeof(int) ? "7" : WireName.All(type).Keys.Order(StringComparer.Ordinal).Last();

    private static void AssertComplete(object record, string path)
    {
        foreach (var property in record.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var value = property.GetValue(record);
            Assert.True(value is not null, $"{path}.{property.Name} was not set");
            var one = value is System.Collections.IDictionary map ? map.Values.Cast<object>().Single() : value is System.Collections.IList list ? list[0]! : value;
            if (ResourceShape.IsRecord(one.GetType()))
            {
                AssertComplete(one, $"{path}.{property.Name}");
            }
        }
    }
}
