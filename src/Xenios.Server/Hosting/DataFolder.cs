using System.Security.Cryptography;

namespace Xenios.Server.Hosting;

/// <summary>The data folder: SQLite, generated keys, and a lock that keeps a second server out .</summary>
internal sealed class DataFolder : IDisposable
{
    // What a lock held by somebody else comes to: on Windows, Linux and the BSDs (macOS).
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int WouldBlock = 11;
    private const int WouldBlockOnBsd = 35;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream fileLock) => (Path, _lock) = (path, fileLock);

    /// <summary>The folder.</summary>
    public string Path { get; }

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
                Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
            }

            problem = null;
            return new DataFolder(path, new FileStream(System.IO.Path.Combine(path, "xenios.lock"), Owned(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)));
        }
        catch (IOException exception) when (exception.HResult is SharingViolation or WouldBlock or WouldBlockOnBsd)
        {
            problem = $"A-07 Another Xenios uses {path}. Stop it, or give this one a folder of its own with --data.";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"A-05 The data folder {path} cannot be written: {exception.Message}";
        }

        return null;
    }

    /// <summary>Path of the SQLite file, made when absent and readable by its owner only: the folder may have been there before, open to others.</summary>
    public string Sqlite()
    {
        // SQLite gives its companions the mode of the file itself.
        var file = System.IO.Path.Combine(Path, "xenios.db");
        using var made = new FileStream(file, Owned(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite));
        return file;
    }

    /// <summary>The sealing key kept here, made at the first start and readable by its owner only.</summary>
    public (string Id, byte[] Key) SealingKey()
    {
        var file = System.IO.Path.Combine(Path, "sealing.key");
        if (!File.Exists(file))
        {
            WriteOwned("sealing.key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        }

        var key = new byte[32];
        if (!Convert.TryFromBase64String(File.ReadAllText(file).Trim(), key, out var length) || length != key.Length)
        {
            throw new CryptographicException($"The file {file} is damaged. Restore it from a backup: without it nothing sealed can be opened.");
        }

        return (Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, 4)), key);
    }

    /// <summary>Writes a file that only its owner can read, in the place of a former one.</summary>
    /// <param name="name">Its name in the folder.</param>
    /// <param name="text">Its content.</param>
    public void WriteOwned(string name, string text)
    {
        // Written beside and moved: a start that is killed here leaves no half file.
        var file = System.IO.Path.Combine(Path, name);
        var beside = file + ".new";
        File.Delete(beside);
        using (var writer = new StreamWriter(beside, Owned(FileMode.CreateNew, FileAccess.Write, FileShare.None)))
        {
            writer.Write(text);
        }

        File.Move(beside, file, overwrite: true);
    }

    /// <summary>Deletes a file, if it is there.</summary>
    /// <param name="name">Its name in the folder.</param>
    public void Delete(string name) => File.Delete(System.IO.Path.Combine(Path, name));

    private static FileStreamOptions Owned(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
