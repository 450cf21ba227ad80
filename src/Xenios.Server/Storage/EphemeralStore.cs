using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapper;
using Xenios.Server.Hosting;

namespace Xenios.Server.Storage;

/// <summary>A kind of short-lived value: its name is its key space, so one kind can never be read as another.</summary>
/// <param name="Name">Name in the table.</param>
/// <param name="Json">How values are written.</param>
/// <typeparam name="T">Type of the values.</typeparam>
internal sealed record EphemeralKind<T>(string Name, JsonTypeInfo<T> Json)
    where T : class;

/// <summary>Where a short-lived value is in its life.</summary>
internal enum EphemeralState
{
    /// <summary>There is none, or it was swept.</summary>
    Missing,

    /// <summary>It may be used.</summary>
    Live,

    /// <summary>It was used: single-use values answer once.</summary>
    Taken,

    /// <summary>Its time is over.</summary>
    Expired,
}

/// <summary>A short-lived value as it was found.</summary>
/// <param name="State">Whether it may be used.</param>
/// <param name="Value">The value; null only when missing.</param>
/// <param name="Version">For <see cref="EphemeralStore.ReplaceAsync"/>.</param>
/// <typeparam name="T">Type of the value.</typeparam>
internal readonly record struct Found<T>(EphemeralState State, T? Value, long Version);

/// <summary>Values that live for seconds or minutes and are used once: journeys, upstream trips, codes. Keys are hashed, values sealed.</summary>
internal sealed class EphemeralStore(Database database, Vault vault, TimeProvider time)
{
    private const string Columns = "version AS Version, payload AS Payload, expires_at AS ExpiresAt, taken_at AS TakenAt";

    /// <summary>Stores a new value.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="key">Its key, of 128 random bits or more.</param>
    /// <param name="value">The value.</param>
    /// <param name="life">How long it may be used.</param>
    /// <param name="kept">How long it is remembered after that, so that late use can be told from nonsense.</param>
    /// <param name="scope">The transaction it belongs to.</param>
    public async Task PutAsync<T>(EphemeralKind<T> kind, string environment, string key, T value, TimeSpan life, TimeSpan kept, WriteScope scope)
        where T : class
    {
        var hash = Secrets.Hash(key);
        var expires = time.GetUtcNow() + life;
        await scope.Connection.ExecuteAsync(
            """
            INSERT INTO ephemeral (environment_id, kind, key_hash, version, payload, expires_at, keep_until, taken_at)
            VALUES (@environment, @kind, @hash, 1, @payload, @expires, @keep, NULL)
            ON CONFLICT (environment_id, kind, key_hash) DO NOTHING
            """,
            new { environment, kind = kind.Name, hash, payload = Seal(kind, hash, value), expires = expires.ToUnixTimeMilliseconds(), keep = (expires + kept).ToUnixTimeMilliseconds() },
            scope.Transaction);
    }

    /// <summary>Stores a new value in a transaction of its own.</summary>
    /// <inheritdoc cref="PutAsync{T}(EphemeralKind{T}, string, string, T, TimeSpan, TimeSpan, WriteScope)"/>
    public Task PutAsync<T>(EphemeralKind<T> kind, string environment, string key, T value, TimeSpan life, TimeSpan kept, CancellationToken ct)
        where T : class =>
        database.WriteAsync(
            async scope =>
            {
                await PutAsync(kind, environment, key, value, life, kept, scope);
                return true;
            },
            ct);

    /// <summary>Reads a value without using it up.</summary>
    public async Task<Found<T>> GetAsync<T>(EphemeralKind<T> kind, string environment, string key, CancellationToken ct)
        where T : class
    {
        var hash = Secrets.Hash(key);
        var row = await database.ReadAsync(connection => FindAsync(connection, null, kind.Name, environment, hash), ct);
        return Read(kind, hash, row);
    }

    /// <summary>Writes a changed value, unless it changed or was taken meanwhile.</summary>
    /// <returns>False when it did: nothing is merged.</returns>
    public Task<bool> ReplaceAsync<T>(EphemeralKind<T> kind, string environment, string key, T value, long version, CancellationToken ct)
        where T : class =>
        database.WriteAsync(
            async scope =>
            {
                var hash = Secrets.Hash(key);
                return await scope.Connection.ExecuteAsync(
                    """
                    UPDATE ephemeral SET payload = @payload, version = version + 1
                    WHERE environment_id = @environment AND kind = @kind AND key_hash = @hash AND version = @version AND taken_at IS NULL AND expires_at > @now
                    """,
                    new { payload = Seal(kind, hash, value), environment, kind = kind.Name, hash, version, now = Now },
                    scope.Transaction) == 1;
            },
            ct);

    /// <summary>Uses a value up: of any number of callers exactly one is told <see cref="EphemeralState.Live"/>.</summary>
    public Task<Found<T>> TakeAsync<T>(EphemeralKind<T> kind, string environment, string key, CancellationToken ct)
        where T : class => database.WriteAsync(scope => TakeAsync(kind, environment, key, scope), ct);

    /// <summary>Uses a value up as the beginning of a transaction, which is abandoned unless the value was live.</summary>
    public async Task<Found<T>> TakeAsync<T>(EphemeralKind<T> kind, string environment, string key, WriteScope scope)
        where T : class
    {
        var hash = Secrets.Hash(key);
        var taken = await scope.Connection.QuerySingleOrDefaultAsync<Row>(
            $"""
                    UPDATE ephemeral SET taken_at = @now
                    WHERE environment_id = @environment AND kind = @kind AND key_hash = @hash AND taken_at IS NULL AND expires_at > @now
                    RETURNING {Columns}
                    """,
            new { now = Now, environment, kind = kind.Name, hash },
            scope.Transaction);
        if (taken is not null)
        {
            return new Found<T>(EphemeralState.Live, Open(kind, hash, taken), taken.Version);
        }

        scope.Abandon();
        return Read(kind, hash, await FindAsync(scope.Connection, scope.Transaction, kind.Name, environment, hash));
    }

    /// <summary>Uses a value up as part of a transaction, if it is still the version that was read.</summary>
    public async Task<bool> TakeAsync<T>(EphemeralKind<T> kind, string environment, string key, long version, WriteScope scope)
        where T : class =>
        await scope.Connection.ExecuteAsync(
            """
            UPDATE ephemeral SET taken_at = @now
            WHERE environment_id = @environment AND kind = @kind AND key_hash = @hash AND version = @version AND taken_at IS NULL AND expires_at > @now
            """,
            new { now = Now, environment, kind = kind.Name, hash = Secrets.Hash(key), version },
            scope.Transaction) == 1;

    /// <summary>Uses a value up as part of a transaction even after its time, as long as it is remembered and nobody did before.</summary>
    public async Task<bool> SpendAsync<T>(EphemeralKind<T> kind, string environment, string key, WriteScope scope)
        where T : class =>
        await scope.Connection.ExecuteAsync(
            "UPDATE ephemeral SET taken_at = @now WHERE environment_id = @environment AND kind = @kind AND key_hash = @hash AND taken_at IS NULL",
            new { now = Now, environment, kind = kind.Name, hash = Secrets.Hash(key) },
            scope.Transaction) == 1;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static Task<Row?> FindAsync(DbConnection connection, DbTransaction? transaction, string kind, string environment, byte[] hash) =>
        connection.QuerySingleOrDefaultAsync<Row>(
            $"SELECT {Columns} FROM ephemeral WHERE environment_id = @environment AND kind = @kind AND key_hash = @hash",
            new { environment, kind, hash },
            transaction);

    private static string Purpose(string kind, byte[] hash) => $"ephemeral|{kind}|{Convert.ToHexStringLower(hash)}";

    private byte[] Seal<T>(EphemeralKind<T> kind, byte[] hash, T value)
        where T : class => vault.Seal(Purpose(kind.Name, hash), JsonSerializer.SerializeToUtf8Bytes(value, kind.Json));

    private T Open<T>(EphemeralKind<T> kind, byte[] hash, Row row)
        where T : class => JsonSerializer.Deserialize(vault.Open(Purpose(kind.Name, hash), row.Payload), kind.Json)!;

    private Found<T> Read<T>(EphemeralKind<T> kind, byte[] hash, Row? row)
        where T : class
    {
        if (row is null)
        {
            return new(EphemeralState.Missing, null, 0);
        }

        var state = row.TakenAt is not null ? EphemeralState.Taken : row.ExpiresAt <= Now ? EphemeralState.Expired : EphemeralState.Live;
        return new(state, Open(kind, hash, row), row.Version);
    }

    private sealed class Row
    {
        public long Version { get; init; }

        public byte[] Payload { get; init; } = [];

        public long ExpiresAt { get; init; }

        public long? TakenAt { get; init; }
    }
}
