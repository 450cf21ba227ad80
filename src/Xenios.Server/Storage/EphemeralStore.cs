using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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
/// <param name="Version">For <c>ReplaceAsync</c>.</param>
/// <typeparam name="T">Type of the value.</typeparam>
internal readonly record struct Found<T>(EphemeralState State, T? Value, long Version);

/// <summary>Values that live for seconds or minutes and are used once: journeys, upstream trips, codes. Keys are hashed but for their time, values sealed.</summary>
internal sealed class EphemeralStore(Database database, Vault vault, TimeProvider time)
{
    private static readonly Statement Insert = new(
        """
        INSERT INTO ephemeral (environment_id, kind, key_hash, version, payload, expires_at, keep_until, taken_at)
        VALUES ($1, $2, $3, 1, $4, $5, $6, NULL)
        ON CONFLICT (environment_id, kind, key_hash) DO NOTHING
        """);

    private static readonly Statement Select = new(
        "SELECT version, payload, expires_at, taken_at FROM ephemeral WHERE environment_id = $1 AND kind = $2 AND key_hash = $3");

    private static readonly Statement Update = new(
        """
        UPDATE ephemeral SET payload = $1, version = version + 1
        WHERE environment_id = $2 AND kind = $3 AND key_hash = $4 AND version = $5 AND taken_at IS NULL AND expires_at > $6
        """);

    private static readonly Statement Take = new(
        """
        UPDATE ephemeral SET taken_at = $1
        WHERE environment_id = $2 AND kind = $3 AND key_hash = $4 AND taken_at IS NULL AND expires_at > $1
        RETURNING version, payload, expires_at, taken_at
        """);

    private static readonly Statement TakeVersion = new(
        """
        UPDATE ephemeral SET taken_at = $1
        WHERE environment_id = $2 AND kind = $3 AND key_hash = $4 AND version = $5 AND taken_at IS NULL AND expires_at > $1
        """);

    private static readonly Statement Spend = new(
        "UPDATE ephemeral SET taken_at = $1 WHERE environment_id = $2 AND kind = $3 AND key_hash = $4 AND taken_at IS NULL");

    private static readonly Statement Delete = new("DELETE FROM ephemeral WHERE environment_id = $1 AND kind = $2 AND key_hash = $3");

    private static readonly Statement DeleteAll = new("DELETE FROM ephemeral WHERE environment_id = $1 AND kind = $2");

    /// <summary>Stores a new value.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="key">Its key, of 128 random bits or more.</param>
    /// <param name="value">The value.</param>
    /// <param name="life">How long it may be used.</param>
    /// <param name="kept">How long it is remembered after that, so that late use can be told from nonsense.</param>
    /// <param name="scope">The transaction it belongs to.</param>
    public Task PutAsync<T>(EphemeralKind<T> kind, string environment, string key, T value, TimeSpan life, TimeSpan kept, WriteScope scope)
        where T : class
    {
        var hash = Secrets.KeyOf(key);
        var expires = time.GetUtcNow() + life;
        return scope.ExecuteAsync(
            Insert, environment, kind.Name, hash, Seal(kind, hash, value), expires.ToUnixTimeMilliseconds(), (expires + kept).ToUnixTimeMilliseconds());
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
        var hash = Secrets.KeyOf(key);
        return Read(kind, hash, await database.FirstAsync(Select, Row.Read, ct, environment, kind.Name, hash));
    }

    /// <summary>Writes a changed value, unless it changed or was taken meanwhile.</summary>
    /// <returns>False when it did: nothing is merged.</returns>
    public Task<bool> ReplaceAsync<T>(EphemeralKind<T> kind, string environment, string key, T value, long version, CancellationToken ct)
        where T : class => database.WriteAsync(scope => ReplaceAsync(kind, environment, key, value, version, scope), ct);

    /// <summary>Writes a changed value as part of a transaction, unless it changed or was taken meanwhile.</summary>
    /// <returns>False when it did: nothing is merged.</returns>
    public async Task<bool> ReplaceAsync<T>(EphemeralKind<T> kind, string environment, string key, T value, long version, WriteScope scope)
        where T : class
    {
        var hash = Secrets.KeyOf(key);
        return await scope.ExecuteAsync(Update, Seal(kind, hash, value), environment, kind.Name, hash, version, Now) == 1;
    }

    /// <summary>Uses a value up: of any number of callers exactly one is told <see cref="EphemeralState.Live"/>.</summary>
    public Task<Found<T>> TakeAsync<T>(EphemeralKind<T> kind, string environment, string key, CancellationToken ct)
        where T : class => database.WriteAsync(scope => TakeAsync(kind, environment, key, scope), ct);

    /// <summary>Uses a value up as the beginning of a transaction, which is abandoned unless the value was live.</summary>
    public async Task<Found<T>> TakeAsync<T>(EphemeralKind<T> kind, string environment, string key, WriteScope scope)
        where T : class
    {
        var hash = Secrets.KeyOf(key);
        var taken = await scope.FirstAsync(Take, Row.Read, Now, environment, kind.Name, hash);
        if (taken is not null)
        {
            return new Found<T>(EphemeralState.Live, Open(kind, hash, taken), taken.Version);
        }

        scope.Abandon();
        return Read(kind, hash, await scope.FirstAsync(Select, Row.Read, environment, kind.Name, hash));
    }

    /// <summary>Uses a value up as part of a transaction, if it is still the version that was read.</summary>
    public async Task<bool> TakeAsync<T>(EphemeralKind<T> kind, string environment, string key, long version, WriteScope scope)
        where T : class => await scope.ExecuteAsync(TakeVersion, Now, environment, kind.Name, Secrets.KeyOf(key), version) == 1;

    /// <summary>Uses a value up as part of a transaction even after its time, as long as it is remembered and nobody did before.</summary>
    public async Task<bool> SpendAsync<T>(EphemeralKind<T> kind, string environment, string key, WriteScope scope)
        where T : class => await scope.ExecuteAsync(Spend, Now, environment, kind.Name, Secrets.KeyOf(key)) == 1;

    /// <summary>Stores a value that comes from outside and uses it up at once: of any number of callers with the same key exactly one is told true.</summary>
    public Task<bool> SpendAsync<T>(EphemeralKind<T> kind, string environment, string key, T value, TimeSpan life, CancellationToken ct)
        where T : class =>
        database.WriteAsync(
            async scope =>
            {
                await PutAsync(kind, environment, key, value, life, TimeSpan.Zero, scope);
                return await SpendAsync(kind, environment, key, scope);
            },
            ct);

    /// <summary>Forgets a value, whatever became of it.</summary>
    public Task RemoveAsync<T>(EphemeralKind<T> kind, string environment, string key, CancellationToken ct)
        where T : class => database.WriteAsync(scope => scope.ExecuteAsync(Delete, environment, kind.Name, Secrets.KeyOf(key)), ct);

    /// <summary>Forgets every value of a kind, as part of a transaction.</summary>
    public static Task RemoveAllAsync<T>(EphemeralKind<T> kind, string environment, WriteScope scope)
        where T : class => scope.ExecuteAsync(DeleteAll, environment, kind.Name);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

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

    private sealed record Row(long Version, byte[] Payload, long ExpiresAt, long? TakenAt)
    {
        public static Row Read(DbDataReader reader) => new(
            reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetInt64(3));
    }
}
