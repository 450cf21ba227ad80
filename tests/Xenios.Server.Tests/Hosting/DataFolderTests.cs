using Xenios.Server.Hosting;
using Xenios.Testing;

namespace Xenios.Server.Tests.Hosting;

/// <summary>The data folder: one server, one owner .</summary>
public sealed class DataFolderTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _root = Directory.CreateTempSubdirectory("xenios-folder-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_second_server_is_refused_until_the_first_ends()
    {
        var path = Path.Combine(_root, "data");
        using (var first = DataFolder.Open(path, out _))
        {
            Assert.NotNull(first);
            Assert.Null(DataFolder.Open(path, out var problem));
            Assert.StartsWith("A-07 ", problem, StringComparison.Ordinal);
            Assert.Contains(path, problem, StringComparison.Ordinal);
        }

        using var second = DataFolder.Open(path, out var none);
        Assert.NotNull(second);
        Assert.Null(none);
    }

    [Fact]
    public void A_file_in_the_folders_place_cannot_be_written()
    {
        var path = Path.Combine(_root, "file");
        File.WriteAllText(path, "");
        Assert.Null(DataFolder.Open(path, out var problem));
        Assert.StartsWith("A-05 ", problem, StringComparison.Ordinal);
    }

    // Even root cannot make a file there: the folder exists, nobody holds its lock, and no other server must be blamed.
    [Theory]
    [InlineData("/proc")]
    [InlineData("/sys")]
    public void A_folder_that_takes_no_files_cannot_be_written(string path)
    {
        if (Directory.Exists(path))
        {
            Assert.Null(DataFolder.Open(path, out var problem));
            Assert.StartsWith("A-05 ", problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Folder_and_files_belong_to_their_owner_alone_even_where_the_folder_was_open_before()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var fresh = Path.Combine(_root, "fresh");
        using (var folder = DataFolder.Open(fresh, out _)!)
        {
            folder.SealingKey();
            Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(fresh));
        }

        var open = Directory.CreateDirectory(Path.Combine(_root, "open"), (UnixFileMode)511).FullName;
        await using var host = await XeniosHost.StartAsync(options => options.Data = open);
        await host.ExecuteAsync("UPDATE environments SET version = version + 1");
        var files = Directory.GetFiles(open).Where(file => !file.EndsWith("resources.yaml", StringComparison.Ordinal)).ToArray();
        Assert.Contains(files, file => file.EndsWith("xenios.db-wal", StringComparison.Ordinal));
        Assert.Contains(files, file => file.EndsWith("sealing.key", StringComparison.Ordinal));
        foreach (var file in files)
        {
            Assert.Equal((file, OwnerOnly), (file, File.GetUnixFileMode(file)));
        }
    }

    [Fact]
    public void The_sealing_key_is_made_once()
    {
        using var folder = DataFolder.Open(Path.Combine(_root, "data"), out _)!;
        var (id, key) = folder.SealingKey();
        Assert.Equal(32, key.Length);
        Assert.Equal(id, folder.SealingKey().Id);
        Assert.Equal(key, folder.SealingKey().Key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("c2hvcnQ=")]
    public async Task A_damaged_sealing_key_stops_the_start_with_a_sentence_and_is_kept(string content)
    {
        var path = Directory.CreateDirectory(Path.Combine(_root, "data")).FullName;
        var file = Path.Combine(path, "sealing.key");
        await File.WriteAllTextAsync(file, content);
        var stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => XeniosHost.StartAsync(options => options.Data = path));
        Assert.StartsWith("SealingKey: ", stopped.Message, StringComparison.Ordinal);
        Assert.Contains(file, stopped.Message, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(file));
    }
}
