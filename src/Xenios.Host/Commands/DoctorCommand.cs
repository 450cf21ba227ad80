using System.CommandLine;
using System.Text.Json;
using Xenios.Sdk;
using Xenios.Server.Hosting;
using Xenios.Server.Operations;
using Xenios.Server.Storage;

namespace Xenios.Host.Commands;

/// <summary><c>xenios doctor</c>: what is wrong, line by line (ux part 5). The running server looks at itself; without one, the command looks at what it can reach.</summary>
internal static class DoctorCommand
{
    private const int Refused = 1;
    private const int NotReachable = 3;
    private const int XNotReachable = 4;
    private const int FirstServerError = 500;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON, as GET /api/v1/doctor answers." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Print only what is not well." };
        var environment = new Option<string?>("--environment") { Description = "Slug of the environment that the token is of, where it is not the default one. The operator's token shows all of them." };
        Option<string?>[] options =
        [
            new("--server") { Description = "Base URL of the server; otherwise operator.json in the data folder says it." },
            new("--token") { Description = "Its bearer token; better as XENIOS__TOKEN, because other users see command lines." },
            new("--data") { Description = "Data folder of the server, where it is not the usual one." },
        ];
        var command = new Command("doctor", "Look for what is wrong. Exit status: 0 nothing is ✗, 1 something is, 3 no server, 4 only X cannot be reached. Example: xenios doctor") { environment, json, quiet };
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.SetAction(async (result, ct) =>
        {
            var given = options.Zip(["Server", "Token", "Data"]).Where(one => result.GetValue(one.First) is not null)
                .Select(one => new KeyValuePair<string, string?>(one.Second, result.GetValue(one.First)));
            var (findings, reached) = await LookAsync(given, result.GetValue(environment), ct);
            Print(result.GetValue(quiet) ? [.. findings.Where(finding => finding.Status != FindingStatus.Ok)] : findings, result.GetValue(json), result.InvocationConfiguration.Output);
            return Status(findings, reached);
        });
        return command;
    }

    /// <summary>The exit status for what was found.</summary>
    /// <param name="findings">Everything found.</param>
    /// <param name="reached">Whether the server answered.</param>
    internal static int Status(IReadOnlyList<DoctorFinding> findings, bool reached)
    {
        var errors = findings.Where(finding => finding.Status == FindingStatus.Error).ToArray();
        return !reached ? errors.Any(finding => finding.Check == "settings") ? Refused : NotReachable
            : errors.Length == 0 ? 0
            : errors.All(finding => finding.Code == "X-111") ? XNotReachable : Refused;
    }

    private static async Task<(IReadOnlyList<DoctorFinding> Findings, bool Reached)> LookAsync(IEnumerable<KeyValuePair<string, string?>> given, string? environment, CancellationToken ct)
    {
        var configuration = UpCommand.Configuration(given);
        if (HostSettingsReader.Read(configuration, out var errors) is not { } settings)
        {
            // A wrong setting says its code where it has one.
            return ([.. errors.Select(error => new DoctorFinding
            {
                Check = "settings", Status = FindingStatus.Error, Code = error.Contains("A-03", StringComparison.Ordinal) ? "A-03" : null, Message = error,
            })], false);
        }

        if (ServerCall.Known(configuration, settings) is not { } access)
        {
            return ([Missing($"no server is known: none runs on {settings.Data}", "xenios up, or name its folder with --data, or give --server and --token"), .. await LocalAsync(settings, ct)], false);
        }

        try
        {
            using var client = ServerCall.ClientOf(access, environment);
            var report = await client.ReadDoctorAsync(ct);
            return ([DoctorRules.Ok("server", $"{access.Url} runs"), .. report.Findings.Where(finding => finding is not { Check: "server", Status: FindingStatus.Ok })], true);
        }
        catch (XeniosApiException exception) when (exception.Problem.Status < FirstServerError)
        {
            // It answered, and holds its folder by right: what could be seen from outside says nothing.
            return ([Missing(ServerCall.Words(access.Url, exception), "name the server's folder with --data, or give its token with --token")], true);
        }
        catch (Exception exception) when (exception is XeniosApiException or HttpRequestException or TimeoutException)
        {
            return ([Missing($"{access.Url} cannot be reached: {exception.Message}", "xenios up; its log says why it does not start"), .. await LocalAsync(settings, ct)], false);
        }

        static DoctorFinding Missing(string message, string remedy) => new() { Check = "server", Status = FindingStatus.Error, Message = message, Remedy = remedy };
    }

    // What can be seen from outside a server that does not run: its folder and its database.
    private static async Task<IReadOnlyList<DoctorFinding>> LocalAsync(HostSettings settings, CancellationToken ct)
    {
        if (!Directory.Exists(settings.Data))
        {
            return [DoctorRules.Ok("data", $"{settings.Data} is not there yet; the first start makes it")];
        }

        using var folder = DataFolder.Open(settings.Data, out var problem);
        if (folder is null)
        {
            return [DoctorRules.Found("data", FindingStatus.Error, problem![..4], problem)];
        }

        var findings = new List<DoctorFinding>
        {
            folder.Try() is { } readOnly ? DoctorRules.Found("data", FindingStatus.Error, "A-05", readOnly) : DoctorRules.Ok("data", $"{settings.Data} can be written"),
        };
        try
        {
            var path = Path.Combine(settings.Data, DataFolder.DatabaseFile);
            await using var database = settings.Database is { } connection ? Database.OpenPostgres(connection) : File.Exists(path) ? Database.OpenSqlite(path) : null;
            var state = await SchemaUpgrader.ReadAsync(database, ct);
            findings.Add(state.Refusal is not null ? DoctorRules.Found("database", FindingStatus.Error, "A-06", $"schema {state.From}; this program knows {state.To}")
                : DoctorRules.Ok("database", database is null ? "none yet; the first start makes it" : $"schema {state.From}{(state.Pending.Count > 0 ? $"; the next start brings it to {state.To}" : "")}"));
        }
        catch (System.Data.Common.DbException exception)
        {
            findings.Add(DoctorRules.Found("database", FindingStatus.Error, "A-05", $"it cannot be opened: {exception.Message}"));
        }

        return findings;
    }

    private static void Print(IReadOnlyList<DoctorFinding> findings, bool json, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(new DoctorReport(findings), XeniosJson.Default.DoctorReport));
            return;
        }

        foreach (var finding in findings)
        {
            var mark = finding.Status switch { FindingStatus.Ok => "✓", FindingStatus.Warning => "!", _ => "✗" };
            var what = finding.Connection is { } connection ? $"{finding.Environment}/{connection}" : finding.Environment is { } environment ? $"{finding.Check} {environment}" : finding.Check;
            output.WriteLine($"{mark} {what,-16} {finding.Message}{(finding.Code is { } code ? $" ({code})" : "")}");
            if (finding.Remedy is { } remedy)
            {
                output.WriteLine($"  {"",-16} → {remedy}");
            }

            foreach (var callback in finding.Callbacks ?? [])
            {
                output.WriteLine($"  {"",-16} callback {callback}");
            }
        }
    }
}
