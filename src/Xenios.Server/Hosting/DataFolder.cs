using System.Security.Cryptography;

namespace Xenios.Server.Hosting;

/// <summary>The data folder: SQLite, generated keys, and a lock that keeps a second server out .</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream fileLock) => (Path, _lock) = (path, fileLock);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Path of the SQLite file.</summary>
    public string Sqlite => System.IO.Path.Combine(Path, "xenios.db");

    /// <summary>Makes the folder when absent, and takes it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="problem">Why it cannot be used.</param>
    /// <returns>Null when it cannot be used.</returns>
    public static DataFolder? Open(string path, out string? problem)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var file = System.IO.Path.Combine(path, "xenios.lock");
            problem = null;
            return new DataFolder(path, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (Directory.Exists(path))
        {
            problem = $"A-07 Another Xenios uses {path}. Stop it, or give this one a folder of its own with --data.";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"A-05 The data folder {path} cannot be written: {exception.Message}";
        }

        return null;
    }

    /// <summary>The sealing key kept here, made at the first start and readable by its owner only.</summary>
    public (string Id, byte[] Key) SealingKey()
    {
        var file = System.IO.Path.Combine(Path, "sealing.key");
        if (!File.Exists(file))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            // Written beside and moved: a start that is killed here leaves no half key.
            var beside = file + ".new";
            File.Delete(beside);
            using (var writer = new StreamWriter(beside, options))
            {
                writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
            }

            File.Move(beside, file);
        }

        var key = Convert.FromBase64String(File.ReadAllText(file).Trim());
        return (Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, 4)), key);
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
