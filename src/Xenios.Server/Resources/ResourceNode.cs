using System.Text.Json;
using System.Text.Json.Nodes;

namespace Xenios.Server.Resources;

/// <summary>A piece of a resource file before it has a meaning, with the place it stands at.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
internal abstract record ResourceNode(int Line, int Column)
{
    /// <summary>The node of a JSON value, which has no place.</summary>
    /// <param name="value">The value; null is JSON's null.</param>
    public static ResourceNode Of(JsonNode? value) => value switch
    {
        JsonObject map => new MapNode(0, 0, [.. map.Select(member => (new ScalarNode(0, 0, member.Key, IsPlain: false), Of(member.Value)))]),
        JsonArray list => new ListNode(0, 0, [.. list.Select(Of)]),
        null => new ScalarNode(0, 0, "null", IsPlain: true),
        _ when value.GetValueKind() == JsonValueKind.String => new ScalarNode(0, 0, value.GetValue<string>(), IsPlain: false),
        _ => new ScalarNode(0, 0, value.ToJsonString(), IsPlain: true),
    };
}

/// <summary>A single value.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Text">The text, escapes resolved, variables not yet.</param>
/// <param name="IsPlain">Whether it stands without quotes, so that <c>null</c> means nothing and <c>true</c> a boolean.</param>
internal sealed record ScalarNode(int Line, int Column, string Text, bool IsPlain) : ResourceNode(Line, Column)
{
    /// <summary>Whether nothing is said here: empty, <c>~</c> or <c>null</c> (YAML 1.2 §10.3.2).</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";
}

/// <summary>A list.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Items">Its entries.</param>
internal sealed record ListNode(int Line, int Column, IReadOnlyList<ResourceNode> Items) : ResourceNode(Line, Column);

/// <summary>Fields by name.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Entries">Names and values in the order of the file, no name twice.</param>
internal sealed record MapNode(int Line, int Column, IReadOnlyList<(ScalarNode Key, ResourceNode Value)> Entries) : ResourceNode(Line, Column);
