using System.Text;
using Xenios.Sdk;

namespace Xenios.Server.Resources;

/// <summary>
/// Reads a resource file (contract §3): YAML or JSON text becomes a <see cref="ResourceDocument"/>, or a list of everything that is wrong with
/// it.
/// </summary>
internal static class ResourceFile
{
    /// <summary>Largest text read, in bytes of UTF-8.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Reads a file. Nothing in it is an exception, and no value of it is repeated in an error: it may be a secret.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="fileName">Name for error messages.</param>
    /// <param name="variables">The value of <c>${NAME}</c>, null when there is none.</param>
    public static ResourceFileReading Read(string text, string fileName, Func<string, string?> variables)
    {
        var errors = new ResourceFileErrors(fileName);
        if (CheckText(text, errors) && ResourceComposer.Compose(text.TrimStart('\uFEFF'), errors) is { } root)
        {
            var binder = new ResourceBinder(errors, variables);
            var document = (ResourceDocument?)binder.Bind(typeof(ResourceDocument), root);
            if (document is not null && errors.All.Count == 0)
            {
                return new ResourceFileReading(document, []) { File = fileName, Positions = binder.Positions };
            }
        }

        return new ResourceFileReading(null, errors.All) { File = fileName };
    }

    private static bool CheckText(string text, ResourceFileErrors errors)
    {
        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            errors.Add(1, 1, "", "the file is larger than 1 MiB");
            return false;
        }

        var (line, column) = (1, 1);
        for (var i = 0; i < text.Length; i++, column++)
        {
            var c = text[i];
            if (c == '\n')
            {
                (line, column) = (line + 1, 0);
            }
            else if (char.IsControl(c) && c is not ('\t' or '\r' or '\u0085'))
            {
                // A NUL would end the parser's input: what follows would be left out in silence.
                errors.Add(line, column, "", "a control character stands here; a resource file is plain text");
                return false;
            }
        }

        return true;
    }
}

/// <summary>What reading a resource file came to.</summary>
/// <param name="Document">The records; null when there are errors.</param>
/// <param name="Errors">Everything wrong with the file in reading order, 50 at most.</param>
internal sealed record ResourceFileReading(ResourceDocument? Document, IReadOnlyList<ResourceFileError> Errors)
{
    /// <summary>Name of the file.</summary>
    public string File { get; init; } = "";

    /// <summary>Where each field stands, by its dotted path; empty when there are errors.</summary>
    public IReadOnlyDictionary<string, ResourcePosition> Positions { get; init; } = new Dictionary<string, ResourcePosition>(StringComparer.Ordinal);

    /// <summary>Places what a rule refused in the file: at its field, or at the nearest thing around it that is there.</summary>
    /// <param name="error">A finding of <see cref="ResourceRules"/>.</param>
    public ResourceFileError Locate(FieldError error)
    {
        var path = error.Path;
        ResourcePosition position;
        while (!Positions.TryGetValue(path, out position) && path.Length > 0)
        {
            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }

        return new ResourceFileError(File, Math.Max(1, position.Line), Math.Max(1, position.Column), error.Path, error.Message, null) { Code = error.Code };
    }
}

/// <summary>A place in a text, both counted from 1; zero where there is none.</summary>
/// <param name="Line">Line.</param>
/// <param name="Column">Column in UTF-16 units.</param>
internal readonly record struct ResourcePosition(int Line, int Column);

/// <summary>One thing wrong with a resource file.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Line">Line, counted from 1.</param>
/// <param name="Column">Column, counted from 1.</param>
/// <param name="Field">Dotted path, for example <c>connections[0].client_id</c>; empty for the file as a whole.</param>
/// <param name="Message">What is wrong. Never a value of the file.</param>
/// <param name="Nearest">The known name that was probably meant.</param>
internal sealed record ResourceFileError(string File, int Line, int Column, string Field, string Message, string? Nearest)
{
    /// <summary>Stable code where there is one: <c>A-10</c> for an unknown field.</summary>
    public string? Code { get; init; }

    /// <summary>The error on one line, for example <c>demo.yaml:12:5: connections[0].clientid: unknown field; did you mean client_id?</c></summary>
    public override string ToString() =>
        $"{File}:{Line}:{Column}: {(Field.Length > 0 ? Field + ": " : "")}{Message}{(Nearest is null ? "" : $"; did you mean {Nearest}?")}";
}

/// <summary>Collects what is wrong with one file, up to a number a person will read.</summary>
/// <param name="fileName">Name for the messages.</param>
internal sealed class ResourceFileErrors(string fileName)
{
    private const int Most = 50;
    private readonly List<ResourceFileError> _all = [];

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<ResourceFileError> All => _all;

    /// <summary>Whether further findings would be dropped.</summary>
    public bool IsFull => _all.Count >= Most;

    /// <summary>Adds a finding.</summary>
    /// <param name="line">Line, from 1.</param>
    /// <param name="column">Column, from 1.</param>
    /// <param name="field">Dotted path.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="nearest">The known name that was probably meant.</param>
    /// <param name="code">Stable code.</param>
    public void Add(int line, int column, string field, string message, string? nearest = null, string? code = null)
    {
        if (!IsFull)
        {
            _all.Add(new ResourceFileError(fileName, line, column, field, message, nearest) { Code = code });
        }
    }
}
