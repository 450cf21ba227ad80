using Dapper;
using Xenios.Protocol;
using Xenios.Protocol.Tokens;
using Xenios.Sdk;
using Xenios.Server.Storage;

namespace Xenios.Server.Environments;

/// <summary>An environment's signing keys: of each algorithm the active one first, then those that are only published. Made at the first start, sealed at rest; <see cref="KeyRotation"/> changes them.</summary>
/// <param name="keys">Keys that are published.</param>
/// <param name="former">Public halves of keys that were.</param>
internal sealed class KeyRing(IReadOnlyList<SigningKey> keys, IReadOnlyList<SigningKey> former)
{
    /// <summary>All keys that are published.</summary>
    public IReadOnlyList<SigningKey> Keys => keys;

    /// <summary>The key that signs with an algorithm.</summary>
    /// <param name="algorithm"><c>RS256</c> or <c>ES256</c>.</param>
    public SigningKey For(string algorithm)
    {
        foreach (var key in keys)
        {
            if (string.Equals(key.Algorithm, algorithm, StringComparison.Ordinal))
            {
                return key;
            }
        }

        throw new InvalidOperationException($"The environment has no {algorithm} key.");
    }

    /// <summary>The published key with an id, or null.</summary>
    /// <param name="keyId">A <c>kid</c>.</param>
    public SigningKey? Find(string keyId) => Find(keys, keyId);

    /// <summary>The published or former key with an id, or null. A former key proves only who an old ID token was for, never that anything is still good.</summary>
    /// <param name="keyId">A <c>kid</c>.</param>
    public SigningKey? FindForHint(string keyId) => Find(keys, keyId) ?? Find(former, keyId);

    private static SigningKey? Find(IReadOnlyList<SigningKey> among, string keyId)
    {
        foreach (var key in among)
        {
            if (string.Equals(key.KeyId, keyId, StringComparison.Ordinal))
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>Makes the keys that an environment lacks, in the transaction that creates it.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="maker">Makes them.</param>
    /// <param name="vault">Seals the private halves.</param>
    /// <param name="now">The present.</param>
    /// <param name="scope">The transaction.</param>
    public static async Task EnsureAsync(string environment, KeyMaker maker, Vault vault, DateTimeOffset now, WriteScope scope)
    {
        foreach (var algorithm in SigningAlgorithms.All)
        {
            using var key = maker.Make(algorithm);
            await AddAsync(environment, key, KeyState.Active, vault, now, scope);
        }
    }

    /// <summary>Stores a new key.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="key">The key.</param>
    /// <param name="state">Where its life begins.</param>
    /// <param name="vault">Seals the private half.</param>
    /// <param name="now">The present.</param>
    /// <param name="scope">The transaction.</param>
    public static Task AddAsync(string environment, SigningKey key, KeyState state, Vault vault, DateTimeOffset now, WriteScope scope) => scope.Connection.ExecuteAsync(
        """
        INSERT INTO signing_keys (environment_id, key_id, algorithm, state, private_key_sealed, created_at, changed_at)
        VALUES (@environment, @KeyId, @Algorithm, @state, @privateKey, @now, @now)
        """,
        new
        {
            environment,
            key.KeyId,
            key.Algorithm,
            state = WireName.Of(state),
            privateKey = vault.Seal(Purpose(environment, key.KeyId), key.ExportPrivateKey()),
            now = now.ToUnixTimeMilliseconds(),
        },
        scope.Transaction);

    /// <summary>Makes a retired key a former one: what is stored of it is its public half, sealed in the place of the private one.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="retired">The retired key.</param>
    /// <param name="vault">Opens and seals.</param>
    /// <param name="now">The present.</param>
    /// <param name="scope">The transaction.</param>
    public static async Task WithdrawAsync(string environment, KeyRecord retired, Vault vault, DateTimeOffset now, WriteScope scope)
    {
        var purpose = Purpose(environment, retired.KeyId);
        var stored = await scope.Connection.ExecuteScalarAsync<byte[]>(
            "SELECT private_key_sealed FROM signing_keys WHERE environment_id = @environment AND key_id = @KeyId", new { environment, retired.KeyId }, scope.Transaction);
        using var key = SigningKey.FromPrivateKey(retired.Algorithm, vault.Open(purpose, stored!));
        await scope.Connection.ExecuteAsync(
            "UPDATE signing_keys SET state = 'former', private_key_sealed = @half, changed_at = @now WHERE environment_id = @environment AND key_id = @KeyId AND state = 'retired'",
            new { half = vault.Seal(purpose, key.ExportPublicKey()), now = now.ToUnixTimeMilliseconds(), environment, retired.KeyId },
            scope.Transaction);
    }

    /// <summary>What a key is sealed for.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="keyId">The key's id.</param>
    public static string Purpose(string environment, string keyId) => $"signing_key|{environment}|{keyId}";
}
