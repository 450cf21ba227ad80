using System.Formats.Tar;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Host.Commands;
using Xenios.Server.Hosting;
using Xenios.Server.Operations;
using Xenios.Testing;

namespace Xenios.Server.Tests.Operations;

/// <summary>Backup, restore and upgrade as commands: what was saved signs people in again, and nothing is lost on the way.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("xenios-backup-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task What_is_saved_while_the_server_runs_signs_the_same_people_in_elsewhere()
    {
        var (file, elsewhere) = (Path.Combine(_root, "saved.tar"), Path.Combine(_root, "elsewhere"));
        string subject;
        await using (var host = await XeniosHost.StartAsync())
        {
            subject = (await Subject(host))!;
            var (status, output, error) = await Commands.RunAsync(DataCommands.Backup(), file, "--data", host.Data);
            Assert.Equal((0, ""), (status, error));
            Assert.Contains(file, output, StringComparison.Ordinal);

            // What happens afterwards is not in it.
            await host.ExecuteAsync("DELETE FROM linked_identities");
        }

        Assert.True(IsOwnersAlone(file));
        var (restored, said, problem) = await Commands.RunAsync(DataCommands.Restore(), file, "--yes", "--data", elsewhere);
        Assert.Equal((0, ""), (restored, problem));
        Assert.DoesNotContain("what was there", said, StringComparison.Ordinal);
        foreach (var name in (string[])[DataFolder.DatabaseFile, DataFolder.SealingKeyFile])
        {
            Assert.True(IsOwnersAlone(Path.Combine(elsewhere, name)), name);
        }

        await using var again = await XeniosHost.StartAsync(options => options.Data = elsewhere);
        Assert.Equal(subject, await Subject(again));
        Assert.Equal(["1"], await again.QueryAsync("SELECT COUNT(*) FROM linked_identities"));
    }

    [Fact]
    public async Task Backup_of_a_server_under_writes_is_whole()
    {
        await using var host = await XeniosHost.StartAsync();
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await host.ExecuteAsync($"INSERT INTO counters (environment_id, kind, key_hash, count, window_ends_at) VALUES ('busy', 'k{i}', CAST({i} AS BLOB), 1, 1)");
            }
        });
        for (var i = 0; i < 3; i++)
        {
            var (status, _, error) = await Commands.RunAsync(DataCommands.Backup(), Path.Combine(_root, $"busy-{i}.tar"), "--data", host.Data);
            Assert.Equal((0, ""), (status, error));
            Assert.Equal(0, (await Commands.RunAsync(DataCommands.Restore(), Path.Combine(_root, $"busy-{i}.tar"), "--yes", "--data", Path.Combine(_root, $"busy-{i}"))).Status);
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task Backup_touches_no_file_that_it_did_not_make()
    {
        var file = Path.Combine(_root, "saved.tar");
        string[] others = [file + ".partial", file + ".database"];
        await Task.WhenAll(others.Select(other => File.WriteAllTextAsync(other, "somebody's")));
        await using var host = await XeniosHost.StartAsync();
        Assert.Equal((0, ""), Both(await Commands.RunAsync(DataCommands.Backup(), file, "--data", host.Data)));
        Assert.Equal([file, others[1], others[0]], Directory.GetFiles(_root).Order(StringComparer.Ordinal));
        Assert.All(others, other => Assert.Equal("somebody's", File.ReadAllText(other)));

        // What is there already stays as it is.
        var before = await File.ReadAllBytesAsync(file);
        Assert.Equal(1, (await Commands.RunAsync(DataCommands.Backup(), file, "--data", host.Data)).Status);
        Assert.Equal(before, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task Of_backups_to_one_file_at_once_none_spoils_another()
    {
        await using var host = await XeniosHost.StartAsync();
        var settings = host.Services.GetRequiredService<HostSettings>();
        for (var i = 0; i < 5; i++)
        {
            var file = Path.Combine(_root, $"same-{i}.tar");
            var made = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Backup.WriteAsync(settings, file, host.Clock.GetUtcNow(), CancellationToken.None))));
            Assert.Contains(made, one => one.TryGet(out var _, out var _));
            Assert.True((await Backup.ReadAsync(file, CancellationToken.None)).TryGet(out _, out var problem), problem);
            Assert.Equal(0, (await Commands.RunAsync(DataCommands.Restore(), file, "--yes", "--data", Path.Combine(_root, $"restored-{i}"))).Status);
        }

        Assert.Equal(5, Directory.GetFiles(_root).Length);
    }

    [Fact]
    public async Task Restore_is_refused_while_a_server_runs_there_and_without_yes_and_keeps_what_was_there()
    {
        var (file, data) = (Path.Combine(_root, "saved.tar"), Path.Combine(_root, "data"));
        await using (var host = await XeniosHost.StartAsync(options => options.Data = Made(data)))
        {
            Assert.Equal(0, (await Commands.RunAsync(DataCommands.Backup(), file, "--data", data)).Status);
            await host.ExecuteAsync("UPDATE environments SET display_name = 'Later'");
            var (running, _, error) = await Commands.RunAsync(DataCommands.Restore(), file, "--yes", "--data", data);
            Assert.Equal(1, running);
            Assert.Contains("A-07", error, StringComparison.Ordinal);
        }

        var before = await File.ReadAllBytesAsync(Path.Combine(data, DataFolder.DatabaseFile));
        var (unsure, _, question) = await Commands.RunAsync(DataCommands.Restore(), file, "--data", data);
        Assert.Equal(1, unsure);
        Assert.Contains("--yes", question, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(data, DataFolder.DatabaseFile)));

        var (status, output, _) = await Commands.RunAsync(DataCommands.Restore(), file, "--yes", "--data", data, "--json");
        Assert.Equal(0, status);
        var former = JsonDocument.Parse(output).RootElement.GetProperty("former").GetString()!;
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(former, DataFolder.DatabaseFile)));
        Assert.Empty(Directory.GetDirectories(data, "restore-*"));
        await using var again = await XeniosHost.StartAsync(options => (options.Data, options.Resources) = (data, "environment: { slug: default }"));
        Assert.Equal(["Test"], await again.QueryAsync("SELECT display_name FROM environments"));
    }

    [Theory]
    [InlineData("newer", "A-06")]
    [InlineData("damaged", "is damaged")]
    [InlineData("foreign", "is no backup")]
    [InlineData("absent", "There is no file")]
    [InlineData("other_key", "was sealed with the key")]
    [InlineData("without_key", "not whole")]
    public async Task Backup_that_cannot_be_used_is_refused_and_nothing_is_touched(string fault, string said)
    {
        var (file, spoiled, data) = (Path.Combine(_root, "saved.tar"), Path.Combine(_root, "spoiled.tar"), Path.Combine(_root, "data"));
        await using (var host = await XeniosHost.StartAsync(options => options.Data = Made(data)))
        {
            if (fault == "newer")
            {
                await host.ExecuteAsync("INSERT INTO schema_scripts (number, name) VALUES (9999, '9999_future.sql')");
            }

            Assert.Equal(0, (await Commands.RunAsync(DataCommands.Backup(), file, "--data", data)).Status);
        }

        if (fault != "absent")
        {
            await SpoilAsync(file, spoiled, fault);
        }

        var before = Directory.GetFiles(data).ToDictionary(name => name, name => Convert.ToHexString(File.ReadAllBytes(name)));
        var (status, _, error) = await Commands.RunAsync(DataCommands.Restore(), spoiled, "--yes", "--data", data);
        Assert.Equal(1, status);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(data).ToDictionary(name => name, name => Convert.ToHexString(File.ReadAllBytes(name))));
        Assert.Empty(Directory.GetDirectories(data));
    }

    [Fact]
    public async Task Entry_with_a_path_of_its_own_goes_nowhere()
    {
        var (file, spoiled, data) = (Path.Combine(_root, "saved.tar"), Path.Combine(_root, "spoiled.tar"), Path.Combine(_root, "data"));
        await using (var host = await XeniosHost.StartAsync())
        {
            Assert.Equal(0, (await Commands.RunAsync(DataCommands.Backup(), file, "--data", host.Data)).Status);
        }

        await SpoilAsync(file, spoiled, "traversal");
        Assert.Equal(0, (await Commands.RunAsync(DataCommands.Restore(), spoiled, "--yes", "--data", data)).Status);
        Assert.False(File.Exists(Path.Combine(_root, "escaped")));
        Assert.Equal([DataFolder.SealingKeyFile, DataFolder.DatabaseFile, "xenios.lock"], Directory.GetFiles(data).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Backup_never_writes_over_a_file_and_needs_a_database()
    {
        var file = Path.Combine(_root, "there.tar");
        await File.WriteAllTextAsync(file, "precious");
        Assert.Equal(1, (await Commands.RunAsync(DataCommands.Backup(), file, "--data", _root)).Status);
        Assert.Equal("precious", await File.ReadAllTextAsync(file));
        var (status, _, error) = await Commands.RunAsync(DataCommands.Backup(), Path.Combine(_root, "new.tar"), "--data", _root);
        Assert.Equal(1, status);
        Assert.Contains("There is no database", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_postgres_the_keys_are_saved_and_the_line_for_its_own_tool_is_said_without_the_password()
    {
        await File.WriteAllTextAsync(Path.Combine(_root, DataFolder.SealingKeyFile), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        var file = Path.Combine(_root, "keys.tar");
        var (status, output, _) = await Commands.RunAsync(DataCommands.Backup(), file, "--data", _root, "--database", "Host=db.test;Port=5433;Username=xen;Database=ids;Password=canary-password");
        Assert.Equal(0, status);
        Assert.Contains("pg_dump --format=custom --file=xenios.dump --host=db.test --port=5433 --username=xen --dbname=ids", output, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", output, StringComparison.Ordinal);
        await using var stream = File.OpenRead(file);
        await using var tar = new TarReader(stream);
        var names = new List<string>();
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            names.Add(entry.Name);
        }

        Assert.Equal(["manifest.json", "sealing.key"], names);
        Assert.DoesNotContain("canary", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upgrade_says_what_it_would_run_does_it_and_refuses_what_is_newer()
    {
        var data = Path.Combine(_root, "data");
        var (checks, planned, _) = await Commands.RunAsync(DataCommands.Database(), "upgrade", "--check", "--data", data, "--json");
        var plan = JsonDocument.Parse(planned).RootElement;
        Assert.Equal((0, 0L, false), (checks, plan.GetProperty("from").GetInt64(), plan.GetProperty("applied").GetBoolean()));
        Assert.Equal(plan.GetProperty("to").GetInt64(), plan.GetProperty("pending").GetArrayLength());
        Assert.False(File.Exists(Path.Combine(data, DataFolder.DatabaseFile)));

        Assert.Equal(0, (await Commands.RunAsync(DataCommands.Database(), "upgrade", "--data", data)).Status);
        var (again, nothing, _) = await Commands.RunAsync(DataCommands.Database(), "upgrade", "--check", "--data", data);
        Assert.Equal(0, again);
        Assert.Contains("nothing to do", nothing, StringComparison.Ordinal);

        await using (var host = await XeniosHost.StartAsync(options => options.Data = Made(data)))
        {
            var (running, _, taken) = await Commands.RunAsync(DataCommands.Database(), "upgrade", "--data", data);
            Assert.Equal(1, running);
            Assert.Contains("A-07", taken, StringComparison.Ordinal);
            Assert.Equal(0, (await Commands.RunAsync(DataCommands.Database(), "upgrade", "--check", "--data", data)).Status);
            await host.ExecuteAsync("INSERT INTO schema_scripts (number, name) VALUES (9999, '9999_future.sql')");
        }

        var (refused, answer, _) = await Commands.RunAsync(DataCommands.Database(), "upgrade", "--data", data, "--json");
        Assert.Equal((1, false), (refused, JsonDocument.Parse(answer).RootElement.GetProperty("applied").GetBoolean()));
        foreach (string[] arguments in (string[][])[["upgrade", "--data", data], ["upgrade", "--check", "--data", data]])
        {
            var (status, _, error) = await Commands.RunAsync(DataCommands.Database(), arguments);
            Assert.Equal(1, status);
            Assert.Contains("A-06", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Upgrade_says_that_it_was_applied_only_once_it_was()
    {
        var (data, broken) = (Path.Combine(_root, "data"), Made(Path.Combine(_root, "broken")));
        var (status, output, _) = await Commands.RunAsync(DataCommands.Database(), "upgrade", "--data", data, "--json");
        Assert.Equal((0, true), (status, JsonDocument.Parse(output).RootElement.GetProperty("applied").GetBoolean()));

        // A table that a script is to make is there already.
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(broken, DataFolder.DatabaseFile)};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE environments (other TEXT)";
            await command.ExecuteNonQueryAsync();
        }

        (status, output, var error) = await Commands.RunAsync(DataCommands.Database(), "upgrade", "--data", broken, "--json");
        Assert.Equal((1, ""), (status, output));
        Assert.StartsWith("✗ ", error, StringComparison.Ordinal);
    }

    private static async Task<string?> Subject(XeniosHost host) => Jwt.Payload((await new RelyingParty(host).SignInAndRedeemAsync(host.NewBrowser())).IdToken).GetProperty("sub").GetString();

    private static string Made(string folder) => Directory.CreateDirectory(folder).FullName;

    private static (int, string) Both((int Status, string Output, string Error) run) => (run.Status, run.Error);

    private static bool IsOwnersAlone(string file) => OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite);

    // Writes the tar anew, changed in one place.
    private static async Task SpoilAsync(string file, string spoiled, string fault)
    {
        if (fault is "newer" or "foreign")
        {
            File.Copy(file, spoiled);
            if (fault == "foreign")
            {
                await File.WriteAllTextAsync(spoiled, new string('x', 4096));
            }

            return;
        }

        await using var stream = File.OpenRead(file);
        await using var tar = new TarReader(stream);
        await using var target = File.Create(spoiled);
        await using var written = new TarWriter(target, TarEntryFormat.Pax);
        while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
        {
            var content = new MemoryStream();
            await entry.DataStream!.CopyToAsync(content);
            if (fault == "damaged" && entry.Name == DataFolder.DatabaseFile)
            {
                content.GetBuffer().AsSpan(4096, 8192).Fill(0x5a);
            }

            if (fault == "other_key" && entry.Name == DataFolder.SealingKeyFile)
            {
                content = new MemoryStream("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="u8.ToArray());
            }

            if (fault != "without_key" || entry.Name != DataFolder.SealingKeyFile)
            {
                content.Position = 0;
                await written.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, entry.Name) { DataStream = content });
            }
        }

        if (fault == "traversal")
        {
            await written.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "../../escaped") { DataStream = new MemoryStream("x"u8.ToArray()) });
        }
    }
}
