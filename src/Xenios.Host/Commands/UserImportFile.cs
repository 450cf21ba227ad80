using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Xenios.Sdk;

namespace Xenios.Host.Commands;

/// <summary>How far an import has come; the content of the <c>.progress</c> file beside the imported one.</summary>
/// <param name="Lines">Lines that are done.</param>
/// <param name="Sha256">Hash of those lines, so that another file is not mistaken for the rest of this one.</param>
/// <param name="Created">Users that are new.</param>
/// <param name="Updated">Users that changed.</param>
/// <param name="Unchanged">Users that were as the line says.</param>
/// <param name="Refused">Lines that were left out.</param>
internal sealed record ImportProgress(long Lines, string Sha256, long Created, long Updated, long Unchanged, long Refused);

/// <summary>Sends a file of users in parts; an import that was interrupted goes on where it stood. Memory is that of one part, whatever the file's size.</summary>
/// <param name="path">The file.</param>
/// <param name="send">Sends one part: the exit status, and the server's answer where it is 0.</param>
/// <param name="notes">Where refused lines and progress are said.</param>
/// <param name="time">Measures how long it takes.</param>
internal sealed class UserImportFile(string path, Func<string, CancellationToken, Task<(int Status, ImportResult? Result)>> send, TextWriter notes, TimeProvider time)
{
    private const int Refused = 1;
    private const int WrongUse = 2;
    private const int LinesPerPart = 500;
    private const int CharactersPerPart = 1024 * 1024;
    private const int LongestLine = 256 * 1024;

    private string ProgressPath => path + ".progress";

    /// <summary>Imports the file.</summary>
    /// <param name="resume">Whether to go on where an earlier import stood.</param>
    /// <param name="dryRun">Whether the server keeps nothing; no progress is noted then.</param>
    /// <param name="ct">Ends it after the part that is under way.</param>
    /// <returns>Exit status (0, 1 when lines were refused or the server refused a part, 2 for a file that cannot be used, 3), and how far it came.</returns>
    public async Task<(int Status, ImportProgress Done)> RunAsync(bool resume, bool dryRun, CancellationToken ct)
    {
        var done = new ImportProgress(0, "", 0, 0, 0, 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
            if (resume && File.Exists(ProgressPath))
            {
                var before = JsonSerializer.Deserialize(await File.ReadAllTextAsync(ProgressPath, ct), ImportJson.Default.ImportProgress)!;
                for (var skipped = 0L; skipped < before.Lines && await reader.ReadLineAsync(ct) is { } line; skipped++)
                {
                    Append(hash, line);
                }

                if (Convert.ToHexStringLower(hash.GetCurrentHash()) != before.Sha256)
                {
                    await notes.WriteLineAsync($"✗ {path} is not the file that was being imported. Import it without --resume; what is there already stays as it is.");
                    return (WrongUse, done);
                }

                done = before;
            }

            var (begun, length) = (time.GetTimestamp(), new FileInfo(path).Length);
            while (await PartAsync(reader, hash, ct) is { Lines: > 0 } part)
            {
                var (status, answered) = await send(part.Text, ct);
                if (answered is not { } result)
                {
                    await notes.WriteLineAsync($"Stopped after line {done.Lines}{(dryRun ? "." : "; go on with --resume.")}");
                    return (status, done);
                }

                foreach (var one in result.Refused.Concat(part.TooLong).OrderBy(one => one.Line))
                {
                    await notes.WriteLineAsync($"✗ line {done.Lines + one.Line}{(one.Field.Length > 0 ? $", {one.Field}" : "")}: {one.Message} ({one.Code})");
                }

                done = new ImportProgress(
                    done.Lines + part.Lines,
                    Convert.ToHexStringLower(hash.GetCurrentHash()),
                    done.Created + result.Created,
                    done.Updated + result.Updated,
                    done.Unchanged + result.Unchanged,
                    done.Refused + result.Refused.Count + part.TooLong.Count);
                if (!dryRun)
                {
                    await NoteAsync(done, ct);
                }

                if (time.GetElapsedTime(begun) > TimeSpan.FromSeconds(1))
                {
                    await SayAsync(done, reader.BaseStream.Position, length);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DecoderFallbackException or JsonException)
        {
            await notes.WriteLineAsync(exception is DecoderFallbackException ? $"✗ {path} is not UTF-8 after line {done.Lines}." : $"✗ {exception.Message}");
            return (WrongUse, done);
        }

        if (!dryRun)
        {
            File.Delete(ProgressPath);
        }

        return (done.Refused > 0 ? Refused : 0, done);
    }

    private static async Task<(string Text, int Lines, List<ImportRefusal> TooLong)> PartAsync(StreamReader reader, IncrementalHash hash, CancellationToken ct)
    {
        var (text, lines, tooLong) = (new StringBuilder(), 0, new List<ImportRefusal>());
        while (lines < LinesPerPart && text.Length < CharactersPerPart && await reader.ReadLineAsync(ct) is { } line)
        {
            lines++;
            Append(hash, line);
            if (line.Length > LongestLine)
            {
                tooLong.Add(new ImportRefusal(lines, "", "out_of_range", "a line has at most 256 KiB"));
                line = "";
            }

            text.Append(line).Append('\n');
        }

        return (text.ToString(), lines, tooLong);
    }

    private static void Append(IncrementalHash hash, string line) => hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));

    // Whole or not at all, whatever happens meanwhile.
    private async Task NoteAsync(ImportProgress done, CancellationToken ct)
    {
        await File.WriteAllTextAsync(ProgressPath + ".new", JsonSerializer.Serialize(done, ImportJson.Default.ImportProgress), ct);
        File.Move(ProgressPath + ".new", ProgressPath, overwrite: true);
    }

    private async Task SayAsync(ImportProgress done, long position, long length)
    {
        var share = length == 0 ? 1 : Math.Min(1, (double)position / length);
        var text = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"[{new string('#', (int)(share * 30)),-30}] {share,4:P0}  {done.Lines} lines");
        await notes.WriteAsync(ReferenceEquals(notes, Console.Error) && !Console.IsErrorRedirected ? $"\r{text}" : text + Environment.NewLine);
    }
}

/// <summary>How progress is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ImportProgress))]
internal sealed partial class ImportJson : JsonSerializerContext;
