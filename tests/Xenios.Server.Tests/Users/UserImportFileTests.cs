using Xenios.Host.Commands;
using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary><c>xenios user import</c>: a file in parts, interrupted and resumed (issue: import).</summary>
public sealed class UserImportFileTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("xenios-import-").FullName;
    private XeniosHost _host = null!;
    private ManagementClient _api = null!;
    private int _calls;

    public async Task InitializeAsync() => _api = new ManagementClient(_host = await XeniosHost.StartAsync());

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_resumed_import_gives_what_one_that_was_not_interrupted_gives()
    {
        var path = await WriteAsync(1400);
        var stopped = await RunAsync(path, failAt: 2);
        Assert.Equal((3, 500L), (stopped.Status, stopped.Done.Lines));
        Assert.True(File.Exists(path + ".progress"));
        var (status, done, notes) = await RunAsync(path, resume: true);
        Assert.Equal((1, 1400L, 1398L, 2L, 2), (status, done.Lines, done.Created, done.Refused, _calls));
        Assert.Contains("line 701, username: ", notes, StringComparison.Ordinal);
        Assert.Contains("line 702: ", notes, StringComparison.Ordinal);
        Assert.False(File.Exists(path + ".progress"));
        var resumed = await _host.QueryAsync("SELECT username, email, email_verified, status, attributes FROM users ORDER BY username");

        await _host.DisposeAsync();
        _api.Dispose();
        await InitializeAsync();
        (status, var whole, _) = await RunAsync(path);
        Assert.Equal((1, done), (status, whole));
        Assert.Equal(resumed, await _host.QueryAsync("SELECT username, email, email_verified, status, attributes FROM users ORDER BY username"));
        Assert.Equal((1, 1398L), ((await RunAsync(path)).Status, (await RunAsync(path)).Done.Unchanged));
    }

    [Fact]
    public async Task Another_file_is_not_taken_for_the_rest_of_the_one_that_was_interrupted()
    {
        var path = await WriteAsync(600);
        Assert.Equal(3, (await RunAsync(path, failAt: 2)).Status);
        await File.WriteAllTextAsync(path, "{\"username\":\"other\"}\n" + await File.ReadAllTextAsync(path));
        var (status, _, notes) = await RunAsync(path, resume: true);
        Assert.Equal((2, 0), (status, _calls));
        Assert.Contains("not the file", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_keeps_nothing_and_a_file_that_cannot_be_read_is_wrong_use()
    {
        var path = await WriteAsync(20);
        await Expect.UnchangedAsync(_host, async () => Assert.Equal((0, 20L), ((await RunAsync(path, dryRun: true)).Status, (await RunAsync(path, dryRun: true)).Done.Created)));
        Assert.False(File.Exists(path + ".progress"));
        Assert.Equal(2, (await RunAsync(Path.Combine(_folder, "nothing"))).Status);
        await File.WriteAllBytesAsync(path, [0x7B, 0xFF, 0xFE, 0x0A]);
        Assert.Equal(2, (await RunAsync(path)).Status);
        await File.WriteAllTextAsync(path, new string('x', 300_000) + "\n{\"username\":\"after\"}\n");
        Assert.Equal((1, 1L, 1L), ((await RunAsync(path)) is var run ? run.Status : 0, run.Done.Created, run.Done.Refused));
    }

    private async Task<string> WriteAsync(int lines)
    {
        var path = Path.Combine(_folder, "people.jsonl");
        await File.WriteAllLinesAsync(path, Enumerable.Range(1, lines).Select(i => i switch
        {
            701 => "{\"username\":\"a b\"}",
            702 => "{",
            _ => $"{{\"username\":\"person{i}\",\"email\":\"person{i}@v.test\",\"email_verified\":{(i % 2 == 0 ? "true" : "false")},\"attributes\":{{\"nickname\":\"P{i}\"}}}}",
        }));
        return path;
    }

    private async Task<(int Status, ImportProgress Done, string Notes)> RunAsync(string path, bool resume = false, bool dryRun = false, int failAt = 0)
    {
        _calls = 0;
        using var notes = new StringWriter();
        var import = new UserImportFile(
            path,
            async (text, stop) =>
            {
                if (++_calls == failAt)
                {
                    return (3, null);
                }

                return (0, await _api.Typed.ImportUsersAsync(text, dryRun, stop));
            },
            notes,
            TimeProvider.System);
        var (status, done) = await import.RunAsync(resume, dryRun, CancellationToken.None);
        return (status, done, notes.ToString());
    }
}
