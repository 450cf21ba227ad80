using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Xenios.Sdk;
using Xenios.Server.Resources;

namespace Xenios.Host.Commands;

/// <summary><c>xenios plan</c>, <c>xenios apply</c> and <c>xenios export</c>: the resource file against a running server.</summary>
internal static class ResourceCommands
{
    private const int Refused = 1;
    private const int WrongUse = 2;

    /// <summary><c>xenios plan</c>.</summary>
    public static Command Plan() => Sending("plan", "Show what a resource file would change. Example: xenios plan xenios.yaml", "/api/v1/resources/plan");

    /// <summary><c>xenios apply</c>.</summary>
    public static Command Apply() => Sending("apply", "Make a server what a resource file says, in one transaction. Example: xenios apply xenios.yaml", "/api/v1/resources/apply");

    private static Command Sending(string name, string description, string path)
    {
        var file = new Argument<FileInfo>("file") { Description = "The resource file; - reads standard input." };
        var environment = Environment();
        var json = Json();
        var command = new Command(name, description) { file, environment, json };
        var server = OperatorClient.AddOptions(command);
        command.SetAction(async (result, ct) =>
        {
            if (Read(result.GetValue(file)!) is not { } reading)
            {
                return WrongUse;
            }

            if (reading.Document is not { } document)
            {
                Say(reading.Errors);
                return Refused;
            }

            using var content = new StringContent(JsonSerializer.Serialize(document, XeniosJson.Default.ResourceDocument));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            var (status, body) = await OperatorClient.SendAsync(server(result), HttpMethod.Post, Prefix(result.GetValue(environment)) + path, ct, content, problem => Say(Located(reading, problem)));
            if (body is not null)
            {
                Print(body, result.GetValue(json));
            }

            return status;
        });
        return command;
    }

    /// <summary><c>xenios export</c>.</summary>
    public static Command Export()
    {
        var (environment, json) = (Environment(), Json());
        var command = new Command("export", "Write a server's configuration as a resource file without secrets. Example: xenios export > xenios.yaml") { environment, json };
        var server = OperatorClient.AddOptions(command);
        command.SetAction(async (result, ct) =>
        {
            var (status, body) = await OperatorClient.SendAsync(server(result), HttpMethod.Get, Prefix(result.GetValue(environment)) + "/api/v1/resources", ct, accept: result.GetValue(json) ? "application/json" : "application/yaml");
            if (body is not null)
            {
                Console.Out.Write(body);
            }

            return status;
        });
        return command;
    }

    private static Option<string?> Environment() => new("--environment") { Description = "Slug of the environment, where it is not the default one." };

    private static Option<bool> Json() => new("--json") { Description = "Print what the server answers." };

    private static string Prefix(string? slug) => string.IsNullOrEmpty(slug) ? "" : $"/e/{Uri.EscapeDataString(slug)}";

    // ${NAME} is this program's environment, not the server's.
    private static ResourceFileReading? Read(FileInfo file)
    {
        try
        {
            var (text, name) = file.Name == "-" ? (Console.In.ReadToEnd(), "stdin") : (File.ReadAllText(file.FullName), file.ToString());
            return ResourceFile.Read(text, name, System.Environment.GetEnvironmentVariable);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"✗ {file} cannot be read: {exception.Message}");
            return null;
        }
    }

    private static IReadOnlyList<ResourceFileError> Located(ResourceFileReading reading, JsonElement problem) =>
    [
        .. problem.GetProperty("errors").EnumerateArray().Select(error => reading.Locate(
            new FieldError(error.GetProperty("field").GetString()!, error.GetProperty("code").GetString()!, error.GetProperty("message").GetString()!))),
    ];

    private static void Say(IReadOnlyList<ResourceFileError> errors)
    {
        foreach (var error in errors)
        {
            Console.Error.WriteLine($"✗ {error}");
        }

        Console.Error.WriteLine("Nothing was applied.");
    }

    private static void Print(string body, bool json)
    {
        if (json)
        {
            Console.WriteLine(body);
            return;
        }

        var changes = JsonSerializer.Deserialize(body, XeniosJson.Default.ResourceChangeList)!;
        foreach (var change in changes.Items)
        {
            Console.WriteLine($"{(change.Action == "create" ? "+" : "~")} {change.Resource}");
            foreach (var field in change.Fields)
            {
                Console.WriteLine($"    {field.Field}: {(change.Action == "create" ? "" : $"{field.Before?.GetRawText() ?? "–"} → ")}{field.After?.GetRawText() ?? "–"}");
            }
        }

        var created = changes.Items.Count(change => change.Action == "create");
        Console.WriteLine(
            changes.Items.Count == 0 ? "Nothing to change: the server is what the file says."
            : $"{created} created, {changes.Items.Count - created} changed{(changes.Applied ? "." : " if this is applied; nothing was changed.")}");
    }
}
