using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Xenios.Sdk;
using Xenios.Server.Resources;

namespace Xenios.Host.Commands;

/// <summary>
/// An option for every field of a wire record, named as the field is: <c>redirect_uris</c> is <c>--redirect-uris</c>, <c>policy.jit</c> is <c>--policy.jit</c>. Secrets have none; they
/// are read from standard input, where neither other users nor the shell's history see them.
/// </summary>
internal sealed class FieldOptions
{
    // A misspelt name within a value that is written as JSON is a mistake.
    private static readonly JsonSerializerOptions Strict = new(XeniosJson.Default.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
    private static readonly string[] Secrets = ["client_secret", "api_key_secret", "password", "password_hash"];

    private readonly List<(string Path, Type Type, Option Option)> _options = [];
    private readonly List<(string Field, Option<bool> Option)> _secrets = [];
    private readonly Option<string[]> _unset = new("--unset") { Description = "A field to take away, so that its default counts again; may stand several times.", DefaultValueFactory = _ => [] };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">Where to.</param>
    /// <param name="record">The record.</param>
    /// <param name="known">The field that the command's argument says.</param>
    /// <param name="changes">Whether the thing is there already, so that fields can be taken away.</param>
    public FieldOptions(Command command, Type record, string known, bool changes)
    {
        Collect(record, "", known);
        foreach (var option in _options.Select(one => one.Option).Concat(_secrets.Select(one => one.Option)).OrderBy(option => option.Name, StringComparer.Ordinal))
        {
            command.Add(option);
        }

        if (changes)
        {
            _unset.CompletionSources.Add(_ => _options.Select(one => new System.CommandLine.Completions.CompletionItem(one.Path)));
            command.Add(_unset);
        }
    }

    /// <summary>The fields that were given, as JSON; what is to be taken away as null.</summary>
    /// <param name="result">The command line.</param>
    /// <exception cref="MissingInputException">A secret is to be read from standard input, and nothing stands there.</exception>
    public JsonObject Read(ParseResult result)
    {
        var fields = new JsonObject();
        foreach (var (path, type, option) in _options.Where(one => result.GetResult(one.Option) is { Implicit: false }))
        {
            Set(fields, path, option is Option<string[]> list ? List(result.GetValue(list)!) : One(type, result.GetValue((Option<string?>)option)!));
        }

        foreach (var path in result.GetResult(_unset) is null ? [] : result.GetValue(_unset)!)
        {
            Set(fields, path.Replace('-', '_'), null);
        }

        foreach (var (field, option) in _secrets.Where(one => result.GetValue(one.Option)))
        {
            fields[field] = ServerCall.ReadSecret(field, $"{option.Name} < FILE");
        }

        return fields;
    }

    /// <summary>The fields that were given, and the one that the argument said, as a record.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="known">Name of the argument's field.</param>
    /// <param name="value">The argument.</param>
    /// <typeparam name="T">The record.</typeparam>
    /// <exception cref="JsonException">A value that is written as JSON does not fit.</exception>
    public T Read<T>(ParseResult result, string known, string value)
    {
        var fields = Read(result);
        fields[known] = value;
        return (T)fields.Deserialize(Strict.GetTypeInfo(typeof(T)))!;
    }

    private static JsonArray List(string[] values) => values is [""] ? [] : [.. values.Select(value => (JsonNode)value)];

    private static JsonNode? One(Type type, string text) =>
        type == typeof(bool) ? text == "true"
        : type == typeof(int) ? int.Parse(text, CultureInfo.InvariantCulture)
        : IsText(type) ? text
        : JsonNode.Parse(text);

    private static void Set(JsonObject fields, string path, JsonNode? value)
    {
        var parts = path.Split('.');
        foreach (var part in parts[..^1])
        {
            fields = (JsonObject)(fields[part] ??= new JsonObject());
        }

        fields[parts[^1]] = value;
    }

    private static bool IsText(Type type) => type == typeof(string) || type.IsEnum;

    private static Option OptionOf(string path, Type type)
    {
        var name = $"--{path.Replace('_', '-')}";
        if (type.GenericTypeArguments is [var item] && IsText(item))
        {
            var list = new Option<string[]>(name) { Description = item.IsEnum ? $"Some of {Names(item)}." : "Texts; several may follow, \"\" is none.", AllowMultipleArgumentsPerToken = true };
            if (item.IsEnum)
            {
                list.AcceptOnlyFromAmong([.. WireName.All(item).Keys.Order(StringComparer.Ordinal), ""]);
            }

            return list;
        }

        var option = new Option<string?>(name);
        if (type.IsEnum || type == typeof(bool))
        {
            string[] values = type.IsEnum ? [.. WireName.All(type).Keys.Order(StringComparer.Ordinal)] : ["true", "false"];
            option.Description = $"One of {string.Join(", ", values)}.";
            option.AcceptOnlyFromAmong(values);
            return option;
        }

        option.Description = type == typeof(string) ? "A text." : type == typeof(int) ? "A whole number." : "JSON, as in the resource file.";
        if (type != typeof(string))
        {
            option.Validators.Add(given => Check(given, type));
        }

        return option;
    }

    private static string Names(Type enumeration) => string.Join(", ", WireName.All(enumeration).Keys.Order(StringComparer.Ordinal));

    private static void Check(OptionResult given, Type type)
    {
        var text = given.Tokens is [{ Value: var value }] ? value : "";
        if (type == typeof(int))
        {
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                given.AddError($"{given.Option.Name}: a whole number is needed here.");
            }

            return;
        }

        try
        {
            _ = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            given.AddError($"{given.Option.Name}: JSON is needed here.");
        }
    }

    private void Collect(Type record, string prefix, string? known)
    {
        foreach (var (name, property) in ResourceShape.Of(record).Fields.Where(field => field.Key != known))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (Secrets.Contains(name, StringComparer.Ordinal))
            {
                // A hash is for imports.
                if (name != "password_hash")
                {
                    _secrets.Add((name, new Option<bool>($"--{name.Replace('_', '-')}-stdin") { Description = "Read it from standard input, as one line." }));
                }
            }
            else if (type.GenericTypeArguments.Length == 0 && ResourceShape.IsRecord(type))
            {
                Collect(type, $"{prefix}{name}.", null);
            }
            else
            {
                _options.Add((prefix + name, type, OptionOf(prefix + name, type)));
            }
        }
    }
}
