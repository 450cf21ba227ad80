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

    /// <summary>Name of SQLite's file.</summary>
    public const string DatabaseFile = "xenios.db";

    /// <summary>Name of the file with the generated sealing key.</summary>
    public const string SealingKeyFile = "sealing.key";

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
        var file = System.IO.Path.Combine(Path, DatabaseFile);
        using var made = new FileStream(file, Owned(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite));
        return file;
    }

    /// <summary>The sealing key kept here, made at the first start and readable by its owner only.</summary>
    public (string Id, byte[] Key) SealingKey()
    {
        var file = System.IO.Path.Combine(Path, SealingKeyFile);
        if (!File.Exists(file))
        {
            WriteOwned(SealingKeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        }

        return ReadSealingKey(File.ReadAllText(file))
            ?? throw new CryptographicException($"The file {file} is damaged. Restore it from a backup: without it nothing sealed can be opened.");
    }

    /// <summary>Reads what the file of the sealing key says.</summary>
    /// <param name="text">Its content.</param>
    /// <returns>The key with its id; null when it is none.</returns>
    public static (string Id, byte[] Key)? ReadSealingKey(string text)
    {
        var key = new byte[32];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == key.Length ? (Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, 4)), key) : null;
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

    /// <summary>Tries whether the folder takes a file.</summary>
    /// <returns>Why it does not; null when it does.</returns>
    public string? Try()
    {
        try
        {
            WriteOwned("doctor.tmp", "written and deleted by a check");
            Delete("doctor.tmp");
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    /// <summary>Deletes a file, if it is there.</summary>
    /// <param name="name">Its name in the folder.</param>
    public void Delete(string name) => File.Delete(System.IO.Path.Combine(Path, name));

    /// <summary>How a file is opened that only its owner may read when it is made.</summary>
    /// <param name="mode">Whether it may or must be new.</param>
    /// <param name="access">What for.</param>
    /// <param name="share">What others may do meanwhile.</param>
    public static FileStreamOptions Owned(FileMode mode, FileAccess access, FileShare share)
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
