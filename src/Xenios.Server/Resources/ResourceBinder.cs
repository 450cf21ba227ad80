using System.Collections;
using System.Globalization;
using Xenios.Sdk;
using Xenios.Server.Hosting;

namespace Xenios.Server.Resources;

/// <summary>Turns nodes into wire records by their fields' names and types, collecting every mistake on the way.</summary>
/// <param name="errors">Receives what is wrong.</param>
/// <param name="variables">The value of <c>${NAME}</c>; null leaves texts as they stand, and takes types as strictly as JSON does: what the management API sends.</param>
internal sealed class ResourceBinder(ResourceFileErrors errors, Func<string, string?>? variables)
{
    private readonly Dictionary<string, ResourcePosition> _positions = new(StringComparer.Ordinal);
    private int _visited;

    /// <summary>Where each field stands, by its path.</summary>
    public IReadOnlyDictionary<string, ResourcePosition> Positions => _positions;

    /// <summary>The value of a type that a node stands for; null when it says nothing or is wrong.</summary>
    /// <param name="type">A wire record, list, dictionary, enumeration, text, number or boolean.</param>
    /// <param name="node">What stands in the file.</param>
    /// <param name="path">Where it stands.</param>
    public object? Bind(Type type, ResourceNode node, string path = "")
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        _positions.TryAdd(path, new ResourcePosition(node.Line, node.Column));
        if (++_visited > ResourceComposer.MaxNodes)
        {
            return _visited == ResourceComposer.MaxNodes + 1 ? Refuse(node, path, "aliases repeat more than 20,000 entries") : null;
        }

        if (errors.IsFull || node is ScalarNode { IsNull: true })
        {
            return null;
        }

        var arguments = type.GenericTypeArguments;
        return (arguments.Length, node) switch
        {
            (1, ListNode list) => BindList(arguments[0], list, path),
            (1, _) => Refuse(node, path, "a list is needed here: [first, second], or one line per entry, each beginning with \"- \""),
            (2, MapNode map) => BindDictionary(arguments[1], map, path),
            (0, MapNode map) when ResourceShape.IsRecord(type) => BindRecord(type, map, path),
            (0, ScalarNode scalar) when !ResourceShape.IsRecord(type) => BindScalar(type, scalar, path),
            (0, _) when !ResourceShape.IsRecord(type) => Refuse(node, path, "a single value is needed here"),
            _ => Refuse(node, path, "fields are needed here, as \"name: value\""),
        };
    }

    private object BindRecord(Type type, MapNode map, string path)
    {
        var shape = ResourceShape.Of(type);
        var record = Activator.CreateInstance(type)!;
        foreach (var (key, value) in map.Entries)
        {
            if (errors.IsFull)
            {
                break;
            }

            var at = FieldPath.Field(path, key.Text);
            if (shape.Fields.TryGetValue(key.Text, out var property))
            {
                property.SetValue(record, Bind(property.PropertyType, value, at));
            }
            else if (key.Text == "<<")
            {
                Refuse(key, at, "merge keys are not used in resource files; an alias can stand for a whole value");
            }
            else if (key.Text.Split(':')[0] is { } name && name.Length < key.Text.Length && shape.Fields.ContainsKey(name))
            {
                Refuse(key, at, "a blank is needed after the colon");
            }
            else
            {
                errors.Add(key.Line, key.Column, at, "unknown field", shape.Nearest(key.Text), "A-10");
            }
        }

        return record;
    }

    private IList BindList(Type element, ListNode list, string path)
    {
        var items = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        for (var i = 0; i < list.Items.Count && !errors.IsFull; i++)
        {
            if (Required(element, list.Items[i], FieldPath.Item(path, i)) is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }

    private IDictionary BindDictionary(Type element, MapNode map, string path)
    {
        var entries = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), element), StringComparer.Ordinal)!;
        foreach (var (key, value) in map.Entries)
        {
            if (Required(element, value, FieldPath.Field(path, key.Text)) is { } entry)
            {
                entries[key.Text] = entry;
            }
        }

        return entries;
    }

    private object? Required(Type type, ResourceNode node, string path) =>
        node is ScalarNode { IsNull: true } ? Refuse(node, path, "something is needed here; for an empty text write \"\"") : Bind(type, node, path);

    private object? BindScalar(Type type, ScalarNode scalar, string path)
    {
        if (variables is null && Strict(type, scalar) is { } wrong)
        {
            return Refuse(scalar, path, wrong);
        }

        var (text, filled, mistake) = variables is null ? (scalar.Text, true, null) : ResourceVariables.Fill(scalar.Text, variables);
        if (mistake is not null)
        {
            return Refuse(scalar, path, mistake);
        }

        if (text.Any(c => char.IsControl(c) && c is not ('\t' or '\r' or '\n')) || !IsUnicode(text))
        {
            return Refuse(scalar, path, "control characters are not allowed in a value");
        }

        if (type == typeof(string))
        {
            return scalar.IsPlain && !filled && text is "true" or "false"
                ? Refuse(scalar, path, "a text is needed here; put it in quotes")
                : text;
        }

        if (type == typeof(bool))
        {
            return Truth(text) is { } truth ? truth : Refuse(scalar, path, "true or false is needed here");
        }

        if (type == typeof(int))
        {
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : Refuse(scalar, path, "a whole number is needed here");
        }

        return BindName(type, scalar, text, path);
    }

    private object? BindName(Type type, ScalarNode scalar, string text, string path)
    {
        var names = WireName.All(type);
        if (names.TryGetValue(text, out var value))
        {
            return value;
        }

        if (type == typeof(OnOff) && Truth(text) is { } on)
        {
            return on ? OnOff.On : OnOff.Off;
        }

        var known = string.Join(", ", names.Keys.Order(StringComparer.Ordinal));
        errors.Add(scalar.Line, scalar.Column, path, $"unknown value, not one of {known}", Nearest.Of(text, names.Keys));
        return null;
    }

    // JSON has types: what it quotes is a text, and nothing else is.
    private static string? Strict(Type type, ScalarNode scalar) =>
        type == typeof(bool) ? scalar is { IsPlain: true, Text: "true" or "false" } ? null : "true or false is needed here"
        : type == typeof(int) ? scalar.IsPlain ? null : "a whole number is needed here"
        : !scalar.IsPlain || (type == typeof(OnOff) && scalar.Text is "true" or "false") ? null
        : "a text is needed here";

    private object? Refuse(ResourceNode at, string path, string message)
    {
        errors.Add(at.Line, at.Column, path, message);
        return null;
    }

    /// <summary>YAML 1.1's words for true and false, which people still write.</summary>
    private static bool? Truth(string text) => text.ToLowerInvariant() switch
    {
        "true" or "on" or "yes" => true,
        "false" or "off" or "no" => false,
        _ => null,
    };

    private static bool IsUnicode(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
