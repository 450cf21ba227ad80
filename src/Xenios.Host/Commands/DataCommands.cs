using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Xenios.Server.Hosting;
using Xenios.Server.Operations;
using Xenios.Server.Storage;

namespace Xenios.Host.Commands;

/// <summary><c>xenios db</c>, <c>backup</c> and <c>restore</c>: the commands that open the database themselves (decision 2).</summary>
internal static class DataCommands
{
    private const int Refused = 1;
    private const int WrongUse = 2;

    /// <summary><c>xenios db upgrade [--check]</c>.</summary>
    public static Command Database()
    {
        var check = new Option<bool>("--check") { Description = "Say what would be done, and do nothing." };
        var upgrade = new Command("upgrade", "Bring the database to this version; the server does the same at its start. Example: xenios db upgrade --check") { check };
        var (settings, json) = Common(upgrade);
        upgrade.SetAction((result, ct) => RunAsync(result, settings, (host, output, error) => UpgradeAsync(host, result.GetValue(check), result.GetValue(json), output, error, ct)));
        return new Command("db", "The database. Example: xenios db upgrade --check") { upgrade };
    }

    /// <summary><c>xenios backup FILE|DIR</c>.</summary>
    public static Command Backup()
    {
        var target = new Argument<string>("target") { Description = "File to be made, or a folder to make it in." };
        var command = new Command("backup", "Save the data folder into one file, while the server runs or not. Example: xenios backup /var/backups") { target };
        var (settings, json) = Common(command);
        command.SetAction((result, ct) => RunAsync(result, settings, (host, output, error) => BackupAsync(host, result.GetValue(target)!, result.GetValue(json), output, error, ct)));
        return command;
    }

    /// <summary><c>xenios restore FILE --yes</c>.</summary>
    public static Command Restore()
    {
        var file = new Argument<string>("file") { Description = "A file that xenios backup made." };
        var yes = new Option<bool>("--yes") { Description = "Really replace what is in the data folder; it is kept beside." };
        var command = new Command("restore", "Put a backup in the place of the data folder's content; the server must not run. Example: xenios restore xenios-20261122T101500Z.tar --yes") { file, yes };
        var (settings, json) = Common(command);
        command.SetAction((result, ct) => RunAsync(result, settings, (host, output, error) => RestoreAsync(host, result.GetValue(file)!, result.GetValue(yes), result.GetValue(json), output, error, ct)));
        return command;
    }

    private static async Task<int> UpgradeAsync(HostSettings settings, bool check, bool json, TextWriter output, TextWriter error, CancellationToken ct)
    {
        var file = Path.Combine(settings.Data, DataFolder.DatabaseFile);
        using var folder = check || settings.Database is not null ? null : DataFolder.Open(settings.Data, out var problem) ?? throw new CommandException(problem!);
        await using var database = settings.Database is { } connection ? Server.Storage.Database.OpenPostgres(connection)
            : check && !File.Exists(file) ? null : Server.Storage.Database.OpenSqlite(folder?.Sqlite() ?? file);
        var state = await SchemaUpgrader.ReadAsync(database, ct);
        if (!json)
        {
            await output.WriteLineAsync($"{(settings.Database is null ? $"SQLite {file}" : "PostgreSQL")}: schema {state.From}, this program's is {state.To}");
            foreach (var name in state.Pending)
            {
                await output.WriteLineAsync($"  {(check ? "would run" : "runs")} {name}");
            }
        }

        var refusal = state.Refusal ?? (check ? null : await SchemaUpgrader.UpgradeAsync(database!, ct));
        if (json)
        {
            // Only now is it known.
            await output.WriteLineAsync(new JsonObject
            {
                ["from"] = state.From,
                ["to"] = state.To,
                ["pending"] = new JsonArray([.. state.Pending.Select(name => JsonValue.Create(name))]),
                ["applied"] = !check && refusal is null,
            }.ToJsonString());
        }

        if (refusal is not null)
        {
            await error.WriteLineAsync($"✗ {refusal}");
            return Refused;
        }

        if (!json)
        {
            await output.WriteLineAsync(state.Pending.Count == 0 ? "✓ nothing to do" : check ? $"! {state.Pending.Count} to run: make a backup, then xenios db upgrade" : "✓ upgraded");
        }

        return 0;
    }

    private static async Task<int> BackupAsync(HostSettings settings, string target, bool json, TextWriter output, TextWriter error, CancellationToken ct)
    {
        if (!(await Server.Operations.Backup.WriteAsync(settings, target, TimeProvider.System.GetUtcNow(), ct)).TryGet(out var made, out var problem))
        {
            await error.WriteLineAsync($"✗ {problem}");
            return Refused;
        }

        if (json)
        {
            await output.WriteLineAsync(new JsonObject { ["file"] = made.File, ["manifest"] = JsonSerializer.SerializeToNode(made.Manifest, BackupJson.Default.BackupManifest) }.ToJsonString());
            return 0;
        }

        await output.WriteLineAsync($"✓ {made.File}  ({new FileInfo(made.File).Length / 1024} KiB: {(settings.Database is null ? $"database, schema {made.Manifest.Schema}" : "no database")}{(made.Manifest.HasSealingKey ? ", sealing key" : "")})");
        if (settings.Database is { } connection)
        {
            await output.WriteLineAsync("! PostgreSQL is saved by its own tools, and must be saved too:");
            await output.WriteLineAsync($"    {Tool("pg_dump --format=custom --file=xenios.dump", connection)}");
        }

        await output.WriteLineAsync(settings.SealingKeys is null
            ? "Keep it as you keep the server: who has it can open what is sealed."
            : "! SealingKey is a setting and not in the file: without it nothing sealed can be opened. Keep it elsewhere.");
        return 0;
    }

    private static async Task<int> RestoreAsync(HostSettings settings, string file, bool yes, bool json, TextWriter output, TextWriter error, CancellationToken ct)
    {
        if (!(await Server.Operations.Backup.ReadAsync(file, ct)).TryGet(out var manifest, out var unusable))
        {
            await error.WriteLineAsync($"✗ {unusable}");
            return Refused;
        }

        using var folder = DataFolder.Open(settings.Data, out var problem) ?? throw new CommandException(problem!);
        if (!yes)
        {
            await error.WriteLineAsync($"✗ This would replace what is in {settings.Data} by the backup of {manifest.CreatedAt:yyyy-MM-dd HH:mm} UTC. Nothing was done: add --yes.");
            return Refused;
        }

        if (!(await Server.Operations.Backup.RestoreAsync(folder, settings, file, TimeProvider.System.GetUtcNow(), ct)).TryGet(out var former, out var refused))
        {
            await error.WriteLineAsync($"✗ {refused[0]}");
            return Refused;
        }

        if (json)
        {
            await output.WriteLineAsync(new JsonObject { ["restored"] = file, ["former"] = former.Length > 0 ? former : null }.ToJsonString());
            return 0;
        }

        await output.WriteLineAsync($"✓ restored: {manifest.Database}, made {manifest.CreatedAt:yyyy-MM-dd HH:mm} UTC by version {manifest.Program}");
        if (former.Length > 0)
        {
            await output.WriteLineAsync($"  what was there is in {former}; delete it when all is well");
        }

        if (settings.Database is { } connection)
        {
            await output.WriteLineAsync("! Only the sealing key was in the file. PostgreSQL is restored by its own tools:");
            await output.WriteLineAsync($"    {Tool("pg_restore --clean --if-exists xenios.dump", connection)}");
        }

        return 0;
    }

    // The line to copy: everything but the password, which the tools ask for or read from ~/.pgpass.
    private static string Tool(string tool, string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        return $"{tool} --host={settings.Host} --port={settings.Port} --username={settings.Username} --dbname={settings.Database ?? settings.Username}";
    }

    private static (Func<ParseResult, HostSettings?> Settings, Option<bool> Json) Common(Command command)
    {
        var data = new Option<string?>("--data") { Description = "Data folder of the server, where it is not the usual one." };
        var database = new Option<string?>("--database") { Description = "PostgreSQL connection string; better as XENIOS__DATABASE, because other users see command lines." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        command.Add(data);
        command.Add(database);
        command.Add(json);
        return (Read, json);

        HostSettings? Read(ParseResult result)
        {
            var given = new[] { ("Data", result.GetValue(data)), ("Database", result.GetValue(database)) }
                .Where(option => option.Item2 is not null).Select(option => new KeyValuePair<string, string?>(option.Item1, option.Item2));
            var settings = HostSettingsReader.Read(UpCommand.Configuration(given), out var errors);
            foreach (var mistake in errors)
            {
                result.InvocationConfiguration.Error.WriteLine($"✗ {mistake}");
            }

            return settings;
        }
    }

    private static async Task<int> RunAsync(ParseResult result, Func<ParseResult, HostSettings?> read, Func<HostSettings, TextWriter, TextWriter, Task<int>> run)
    {
        if (read(result) is not { } settings)
        {
            return WrongUse;
        }

        var error = result.InvocationConfiguration.Error;
        try
        {
            return await run(settings, result.InvocationConfiguration.Output, error);
        }
        catch (Exception exception) when (exception is CommandException or System.Data.Common.DbException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"✗ {exception.Message}");
            return Refused;
        }
    }

    private sealed class CommandException(string message) : Exception(message);
}
