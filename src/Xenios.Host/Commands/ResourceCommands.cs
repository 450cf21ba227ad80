using System.CommandLine;
using Xenios.Sdk;
using Xenios.Server.Resources;

namespace Xenios.Host.Commands;

/// <summary><c>xenios plan</c>, <c>xenios apply</c> and <c>xenios export</c>: the resource file against a running server.</summary>
internal static class ResourceCommands
{
    /// <summary><c>xenios plan</c>.</summary>
    public static Command Plan() => Sending("plan", "Show what a resource file would change. Example: xenios plan xenios.yaml", (call, document) => call.Client.PlanResourcesAsync(document, call.Ct));

    /// <summary><c>xenios apply</c>.</summary>
    public static Command Apply() =>
        Sending("apply", "Make a server what a resource file says, in one transaction. Example: xenios apply xenios.yaml", (call, document) => call.Client.ApplyResourcesAsync(document, null, call.Ct), changes: true);

    /// <summary><c>xenios export</c>.</summary>
    public static Command Export() => ServerCall.Make(new Command("export", "Write a server's configuration as a resource file without secrets. Example: xenios export > xenios.yaml"), async call =>
    {
        if (call.Json)
        {
            Output.Json(await call.Client.ExportResourcesAsync(call.Ct), XeniosJson.Default.ResourceDocument);
        }
        else
        {
            Console.Out.Write(await call.Client.ExportResourcesAsYamlAsync(call.Ct));
        }

        return 0;
    });

    private static Command Sending(string name, string description, Func<ServerCall, ResourceDocument, Task<ResourceChangeList>> send, bool changes = false)
    {
        var file = new Argument<FileInfo>("file") { Description = "The resource file; - reads standard input." };
        return ServerCall.Make(new Command(name, description) { file }, async call =>
        {
            if (Read(call.Get(file)!) is not { } reading)
            {
                return ServerCall.WrongUse;
            }

            if (reading.Document is not { } document)
            {
                return Refuse(reading.Errors);
            }

            try
            {
                var found = await send(call, document);
                return call.Show(found, XeniosJson.Default.ResourceChangeList, found.Items.Count == 0 ? null : string.Join('\n', found.Items.Select(change => change.Resource)), () => Print(found));
            }
            catch (XeniosApiException exception) when (exception.Problem.Errors is { Count: > 0 } errors)
            {
                // Where it stands in the file is known here alone.
                return Refuse([.. errors.Select(error => reading.Locate(new FieldError(error.Field, error.Code, error.Message)))]);
            }
        }, changes: changes);
    }

    // ${NAME} is this program's environment, not the server's.
    private static ResourceFileReading? Read(FileInfo file)
    {
        try
        {
            var (text, name) = file.Name == "-" ? (Console.In.ReadToEnd(), "stdin") : (File.ReadAllText(file.FullName), file.ToString());
            return ResourceFile.Read(text, name, Environment.GetEnvironmentVariable);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Output.Say($"{file} cannot be read: {exception.Message}");
            return null;
        }
    }

    private static int Refuse(IReadOnlyList<ResourceFileError> errors)
    {
        foreach (var error in errors)
        {
            Output.Say(error.ToString());
        }

        Console.Error.WriteLine("Nothing was applied.");
        return ServerCall.Refused;
    }

    private static void Print(ResourceChangeList changes)
    {
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
