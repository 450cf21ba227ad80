using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Xenios.Server.Resources;

/// <summary>
/// Builds nodes from YAML events. YamlDotNet's own tree would recurse as deep as the text asks for and stop at the first repeated key;
/// this one is bounded in depth and size and reports every repetition.
/// </summary>
internal sealed class ResourceComposer
{
    /// <summary>Most nodes in a file, and most nodes visited once aliases are followed.</summary>
    public const int MaxNodes = 20_000;

    /// <summary>Deepest nesting.</summary>
    public const int MaxDepth = 32;

    private const string Example = "the file is empty; a first one could be: environment: { slug: default, kind: non_production }";
    private readonly string _text;
    private readonly ResourceFileErrors _errors;
    private readonly Parser _parser;
    private readonly Dictionary<string, ResourceNode> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private ResourceComposer(string text, ResourceFileErrors errors) =>
        (_text, _errors, _parser) = (text, errors, new Parser(new StringReader(text)));

    /// <summary>The root of the one document in a text; null when there is none, and the errors say why.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="errors">Receives what is wrong.</param>
    public static ResourceNode? Compose(string text, ResourceFileErrors errors) => new ResourceComposer(text, errors).Document();

    private ResourceNode? Document()
    {
        ResourceNode? root = null;
        while (Next() is { } happening)
        {
            switch (happening)
            {
                case StreamStart or DocumentEnd or Comment:
                    break;
                case DocumentStart when root is null:
                    if (Next() is not { } first || Node(first, "", 0) is not { } node)
                    {
                        return null;
                    }

                    root = node;
                    break;
                case DocumentStart:
                    return Refuse(happening, "a second document begins here; one file describes one environment");
                case StreamEnd:
                    return root is null or ScalarNode { IsNull: true } ? Refuse(happening, Example) : root;
                default:
                    return Refuse(happening, "this is not valid YAML");
            }
        }

        return null;
    }

    /// <summary>The node that an event begins; null once the file cannot be followed any further.</summary>
    private ResourceNode? Node(ParsingEvent start, string path, int depth)
    {
        if (++_nodes > MaxNodes)
        {
            return Refuse(start, "the file has more than 20,000 entries");
        }

        if (depth >= MaxDepth)
        {
            return Refuse(start, "the file is nested more than 32 levels deep");
        }

        if (start is AnchorAlias alias)
        {
            // An alias inside its own anchor finds nothing, because an anchor is known once its node is complete.
            return _anchors.TryGetValue(alias.Value.Value, out var target) ? target : Refuse(start, "no anchor of this name stands above");
        }

        if (start is NodeEvent { Tag.IsEmpty: false } tagged && (tagged.Tag.IsNonSpecific || tagged.Tag.Value != "tag:yaml.org,2002:str"))
        {
            return Refuse(start, "tags are not used in resource files");
        }

        ResourceNode? node = start switch
        {
            Scalar scalar => new ScalarNode(Line(start), Column(start), scalar.Value, scalar is { Style: ScalarStyle.Plain, Tag.IsEmpty: true }),
            SequenceStart => List(start, path, depth),
            MappingStart => Map(start, path, depth),
            _ => Refuse(start, "this is not valid YAML"),
        };
        if (node is not null && start is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            _anchors[anchored.Anchor.Value] = node;
        }

        return node;
    }

    private ListNode? List(ParsingEvent start, string path, int depth)
    {
        var items = new List<ResourceNode>();
        while (Next() is { } happening)
        {
            if (happening is SequenceEnd)
            {
                return new ListNode(Line(start), Column(start), items);
            }

            if (Node(happening, FieldPath.Item(path, items.Count), depth + 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return null;
    }

    private MapNode? Map(ParsingEvent start, string path, int depth)
    {
        var entries = new List<(ScalarNode, ResourceNode)>();
        var known = new Dictionary<string, ScalarNode>(StringComparer.Ordinal);
        while (Next() is { } happening)
        {
            if (happening is MappingEnd)
            {
                return new MapNode(Line(start), Column(start), entries);
            }

            if (Node(happening, path, depth + 1) is not { } key || Next() is not { } begin)
            {
                return null;
            }

            var at = FieldPath.Field(path, (key as ScalarNode)?.Text ?? "");
            if (Node(begin, at, depth + 1) is not { } value)
            {
                return null;
            }

            if (key is not ScalarNode name)
            {
                _errors.Add(Line(happening), Column(happening), "", "a field's name must be plain text");
            }
            else if (!known.TryAdd(name.Text, name))
            {
                _errors.Add(name.Line, name.Column, at, $"this field stands twice, first in line {known[name.Text].Line}");
            }
            else
            {
                entries.Add((name, value));
            }
        }

        return null;
    }

    private ParsingEvent? Next()
    {
        try
        {
            return _parser.MoveNext() ? _parser.Current : null;
        }
        catch (YamlException wrong)
        {
            var (line, column, message) = YamlMistake.Explain(_text, (int)wrong.Start.Line, (int)wrong.Start.Column);
            _errors.Add(line, column, "", message);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            // The scanner lets a few of these through, for example for an escape beyond Unicode.
            var (line, column) = _parser.Current is { } last ? (Line(last), Column(last)) : (1, 1);
            _errors.Add(line, column, "", "what follows is not valid YAML");
        }

        return null;
    }

    private ResourceNode? Refuse(ParsingEvent at, string message)
    {
        _errors.Add(Line(at), Column(at), "", message);
        return null;
    }

    private static int Line(ParsingEvent at) => (int)at.Start.Line;

    private static int Column(ParsingEvent at) => (int)at.Start.Column;
}
