using System.Formats.Tar;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using Xenios.Protocol;
using Xenios.Server.Hosting;
using Xenios.Server.Storage;

namespace Xenios.Server.Operations;

/// <summary>What a backup says of itself.</summary>
/// <param name="Format">Form of the file: 1.</param>
/// <param name="Program">Version of the program that made it.</param>
/// <param name="CreatedAt">When, in UTC.</param>
/// <param name="Database"><c>sqlite</c>, whose file is in it, or <c>postgresql</c>, which is saved by its own tools.</param>
/// <param name="Schema">Schema of the database; 0 where it is not in it.</param>
/// <param name="HasSealingKey">Whether the generated sealing key is in it; otherwise it is in the setting <c>SealingKey</c>.</param>
internal sealed record BackupManifest(int Format, string Program, DateTimeOffset CreatedAt, string Database, long Schema, bool HasSealingKey);

/// <summary>
/// A backup: one tar file, readable by its owner only, with the manifest, SQLite's file as it was at one moment, and the generated sealing key. Whoever has it can open
/// everything that is sealed, so it is to be kept like the server itself.
/// </summary>
internal static class Backup
{
    private const int Format = 1;
    private const string ManifestFile = "manifest.json";
    private const int LongestText = 64 * 1024;

    /// <summary>Saves a data folder; its server may run meanwhile.</summary>
    /// <param name="settings">Which folder and database.</param>
    /// <param name="target">The file to be made, or a folder to make it in.</param>
    /// <param name="now">The present.</param>
    /// <param name="ct">Ends it between its steps.</param>
    /// <returns>The file and what is in it, or why there is none.</returns>
    public static async Task<Result<BackupMade, string>> WriteAsync(HostSettings settings, string target, DateTimeOffset now, CancellationToken ct)
    {
        var file = Path.GetFullPath(Directory.Exists(target) ? Path.Combine(target, $"xenios-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.tar") : target);
        var (database, key) = (Path.Combine(settings.Data, DataFolder.DatabaseFile), Path.Combine(settings.Data, DataFolder.SealingKeyFile));
        if (File.Exists(file))
        {
            return $"{file} is there already. Name another one.";
        }

        if (settings.Database is null && !File.Exists(database))
        {
            return $"There is no database in {settings.Data}. Name the server's folder with --data.";
        }

        // Names of its own: another backup to the same place neither finds nor deletes them.
        var own = $"{file}.{Guid.NewGuid():N}";
        var (copy, partial) = (own + ".database", own + ".partial");
        try
        {
            var schema = settings.Database is null ? await CopyAsync(database, copy, ct) : 0;
            var manifest = new BackupManifest(Format, typeof(Backup).Assembly.GetName().Version!.ToString(3), now.ToUniversalTime(), settings.Database is null ? "sqlite" : "postgresql", schema, File.Exists(key));
            await using (var stream = new FileStream(partial, DataFolder.Owned(FileMode.CreateNew, FileAccess.Write, FileShare.None)))
            {
                await using var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
                await AddAsync(tar, ManifestFile, new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest)), ct);
                if (manifest.HasSealingKey)
                {
                    await AddAsync(tar, DataFolder.SealingKeyFile, File.OpenRead(key), ct);
                }

                if (settings.Database is null)
                {
                    await AddAsync(tar, DataFolder.DatabaseFile, File.OpenRead(copy), ct);
                }

                await tar.DisposeAsync();
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, file);
            return new BackupMade(file, manifest);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException or SqliteException)
        {
            return $"The backup could not be made: {exception.Message}";
        }
        finally
        {
            File.Delete(copy);
            File.Delete(partial);
        }
    }

    /// <summary>What a backup says of itself.</summary>
    /// <param name="file">The file.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>The manifest, or why the file is no backup that this program can use.</returns>
    public static async Task<Result<BackupManifest, string>> ReadAsync(string file, CancellationToken ct)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            await using var tar = new TarReader(stream);
            if (await tar.GetNextEntryAsync(cancellationToken: ct) is not { Name: ManifestFile, DataStream: { Length: <= LongestText } content }
                || await JsonSerializer.DeserializeAsync(content, BackupJson.Default.BackupManifest, ct) is not { } manifest)
            {
                return $"{file} is no backup of Xenios.";
            }

            var known = (await SchemaUpgrader.ReadAsync(null, ct)).To;
            return manifest.Format != Format ? $"{file} was made by a newer version ({manifest.Program})."
                : manifest.Schema > known ? new SchemaState(manifest.Schema, known, []).Refusal!
                : manifest;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException or JsonException or FormatException)
        {
            return exception is FileNotFoundException or DirectoryNotFoundException ? $"There is no file {file}." : $"{file} is no backup of Xenios.";
        }
    }

    /// <summary>Puts a backup in the place of what is in a data folder. What was there is kept beside it. Nothing is touched unless the backup is whole.</summary>
    /// <param name="folder">The folder, taken: no server runs on it.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="file">The backup.</param>
    /// <param name="now">The present.</param>
    /// <param name="ct">Ends it before anything is replaced.</param>
    /// <returns>Where the former data is now, empty where there was none; or why nothing was restored.</returns>
    public static async Task<Result<string, string[]>> RestoreAsync(DataFolder folder, HostSettings settings, string file, DateTimeOffset now, CancellationToken ct)
    {
        if (!(await ReadAsync(file, ct)).TryGet(out var manifest, out var unusable))
        {
            return new[] { unusable };
        }

        if ((manifest.Database == "sqlite") != (settings.Database is null))
        {
            return new[] { $"The backup is of {manifest.Database}, and the setting Database says another one." };
        }

        var incoming = Path.Combine(folder.Path, $"restore-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(incoming);
            await ExtractAsync(file, incoming, ct);
            return await CheckAsync(incoming, manifest, settings) is { } broken ? new[] { broken } : Replace(folder, incoming, now);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException or SqliteException)
        {
            return new[] { $"Nothing was restored: {exception.Message}" };
        }
        finally
        {
            Directory.Delete(incoming, recursive: true);
        }
    }

    // Consistent while others write: SQLite reads one moment of its own.
    private static async Task<long> CopyAsync(string database, string copy, CancellationToken ct)
    {
        await using (new FileStream(copy, DataFolder.Owned(FileMode.CreateNew, FileAccess.Write, FileShare.None)))
        {
        }

        await using (var source = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 60 }.ToString()))
        {
            await source.OpenAsync(ct);
            await using var vacuum = source.CreateCommand();
            vacuum.CommandText = "VACUUM INTO $copy";
            vacuum.Parameters.AddWithValue("$copy", copy);
            vacuum.ExecuteNonQuery();
        }

        return Verify(copy) is { } problem ? throw new IOException(problem) : Number(copy, "SELECT MAX(number) FROM schema_scripts");
    }

    private static async Task AddAsync(TarWriter tar, string name, Stream content, CancellationToken ct)
    {
        await using (content)
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite }, ct);
        }
    }

    // Only what a backup holds, by its exact name: whatever else a file claims to hold goes nowhere.
    private static async Task ExtractAsync(string file, string folder, CancellationToken ct)
    {
        await using var stream = File.OpenRead(file);
        await using var tar = new TarReader(stream);
        while (await tar.GetNextEntryAsync(cancellationToken: ct) is { } entry)
        {
            if (entry is { EntryType: TarEntryType.RegularFile, DataStream: { } content, Name: DataFolder.DatabaseFile or DataFolder.SealingKeyFile })
            {
                await using var target = new FileStream(Path.Combine(folder, entry.Name), DataFolder.Owned(FileMode.CreateNew, FileAccess.Write, FileShare.None));
                await content.CopyToAsync(target, ct);
                target.Flush(flushToDisk: true);
            }
        }
    }

    private static async Task<string?> CheckAsync(string folder, BackupManifest manifest, HostSettings settings)
    {
        var (database, key) = (Path.Combine(folder, DataFolder.DatabaseFile), Path.Combine(folder, DataFolder.SealingKeyFile));
        if (File.Exists(database) != (manifest.Database == "sqlite") || File.Exists(key) != manifest.HasSealingKey)
        {
            return "The backup is not whole.";
        }

        var generated = manifest.HasSealingKey ? DataFolder.ReadSealingKey(await File.ReadAllTextAsync(key)) : null;
        if (manifest.HasSealingKey && generated is null)
        {
            return "The sealing key in the backup is damaged.";
        }

        if (manifest.Database != "sqlite")
        {
            return null;
        }

        if (Verify(database) is { } problem)
        {
            return problem;
        }

        var needed = Vault.KeyIdOf(Octets(database, "SELECT private_key_sealed FROM signing_keys WHERE state = 'active' LIMIT 1"));
        string?[] known = settings.SealingKeys is { } keys ? [.. keys.Select(one => one.Id)] : [generated?.Id];
        return needed is null || known.Contains(needed, StringComparer.Ordinal)
            ? null
            : $"The backup was sealed with the key '{needed}', which is neither in it nor in SealingKey: nothing sealed could be opened. Set SealingKey to it first.";
    }

    private static string Replace(DataFolder folder, string incoming, DateTimeOffset now)
    {
        string[] names = [DataFolder.DatabaseFile, DataFolder.DatabaseFile + "-wal", DataFolder.DatabaseFile + "-shm", DataFolder.SealingKeyFile];
        var former = Path.Combine(folder.Path, $"before-restore-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");
        var old = names.Where(name => File.Exists(Path.Combine(folder.Path, name)) && (name != DataFolder.SealingKeyFile || File.Exists(Path.Combine(incoming, name)))).ToArray();
        if (old.Length > 0)
        {
            Directory.CreateDirectory(former);
        }

        foreach (var name in old)
        {
            File.Move(Path.Combine(folder.Path, name), Path.Combine(former, name));
        }

        foreach (var name in names.Where(name => File.Exists(Path.Combine(incoming, name))))
        {
            File.Move(Path.Combine(incoming, name), Path.Combine(folder.Path, name));
        }

        return old.Length > 0 ? former : "";
    }

    private static string? Verify(string database)
    {
        using var connection = OpenReadOnly(database);
        using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA quick_check";
        try
        {
            return check.ExecuteScalar() as string == "ok" ? null : "The database in the backup is damaged.";
        }
        catch (SqliteException)
        {
            return "The database in the backup is damaged.";
        }
    }

    private static long Number(string database, string sql)
    {
        using var connection = OpenReadOnly(database);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as long? ?? 0;
    }

    private static byte[] Octets(string database, string sql)
    {
        using var connection = OpenReadOnly(database);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as byte[] ?? [];
    }

    private static SqliteConnection OpenReadOnly(string database)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}

/// <summary>A backup that was made.</summary>
/// <param name="File">Where it is.</param>
/// <param name="Manifest">What is in it.</param>
internal sealed record BackupMade(string File, BackupManifest Manifest);

/// <summary>How the manifest is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
