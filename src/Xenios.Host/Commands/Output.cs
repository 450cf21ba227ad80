using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Xenios.Host.Commands;

/// <summary>How commands speak: one line per fact, columns that stand below one another, what went wrong on standard error.</summary>
internal static class Output
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Says what went wrong.</summary>
    /// <param name="problem">In words.</param>
    public static void Say(string problem) => Console.Error.WriteLine($"✗ {problem}");

    /// <summary>Prints a line.</summary>
    /// <param name="text">The line; null for none.</param>
    public static void Line(string? text)
    {
        if (text is not null)
        {
            Console.WriteLine(text);
        }
    }

    /// <summary>Prints a record as JSON on one line.</summary>
    /// <param name="value">The record.</param>
    /// <param name="json">How it is written.</param>
    /// <typeparam name="T">The record's type.</typeparam>
    public static void Json<T>(T value, JsonTypeInfo<T> json)
    {
        using var kept = new MemoryStream();
        using (var writer = new Utf8JsonWriter(kept, Readable))
        {
            JsonSerializer.Serialize(writer, value, json);
        }

        Console.WriteLine(Encoding.UTF8.GetString(kept.ToArray()));
    }

    /// <summary>Prints rows in columns.</summary>
    /// <param name="heads">Heads of the columns.</param>
    /// <param name="rows">Their cells; null for nothing.</param>
    public static void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string?>> rows)
    {
        IReadOnlyList<string?>[] all = [heads, .. rows];
        var widths = heads.Select((_, column) => all.Max(row => (row[column] ?? "–").Length)).ToArray();
        foreach (var row in all)
        {
            Console.WriteLine(string.Join("  ", row.Select((cell, column) => (cell ?? "–").PadRight(widths[column]))).TrimEnd());
        }
    }

    /// <summary>Prints the fields of a record, one a line, those within others by their dotted path.</summary>
    /// <param name="value">The record.</param>
    /// <param name="json">How it is written.</param>
    /// <typeparam name="T">The record's type.</typeparam>
    public static void Fields<T>(T value, JsonTypeInfo<T> json)
    {
        var lines = new List<(string Name, string Value)>();
        Collect(JsonSerializer.SerializeToNode(value, json)!.AsObject(), "", lines);
        var width = lines.Max(line => line.Name.Length);
        foreach (var (name, text) in lines)
        {
            Console.WriteLine($"{name.PadRight(width)}  {text}");
        }
    }

    private static void Collect(JsonObject fields, string path, List<(string Name, string Value)> lines)
    {
        foreach (var (name, node) in fields)
        {
            if (node is JsonObject inner)
            {
                Collect(inner, $"{path}{name}.", lines);
            }
            else
            {
                lines.Add((path + name, node is JsonArray list && list.All(item => item is JsonValue) ? string.Join(", ", list.Select(Text)) : Text(node)));
            }
        }
    }

    private static string Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : Raw(node);

    private static string Raw(JsonNode? node)
    {
        using var kept = new MemoryStream();
        using (var writer = new Utf8JsonWriter(kept, Readable))
        {
            node?.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(kept.ToArray());
    }
}
