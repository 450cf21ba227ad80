using Dapper;
using Xenios.Protocol;
using Xenios.Protocol.Tokens;
using Xenios.Sdk;
using Xenios.Server.Storage;

namespace Xenios.Server.Environments;

/// <summary>An environment's signing keys: of each algorithm the active one first, then those that are only published. Made at the first start, sealed at rest; <see cref="KeyRotation"/> changes them.</summary>
internal sealed class KeyRing(IReadOnlyList<SigningKey> keys)
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

    /// <summary>The key with an id, or null.</summary>
    /// <param name="keyId">A <c>kid</c>.</param>
    public SigningKey? Find(string keyId)
    {
        foreach (var key in keys)
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
    /// <param name="vault">Seals the private halves.</param>
    /// <param name="now">The present.</param>
    /// <param name="scope">The transaction.</param>
    public static async Task EnsureAsync(string environment, Vault vault, DateTimeOffset now, WriteScope scope)
    {
        foreach (var algorithm in SigningAlgorithms.All)
        {
            using var key = SigningKey.Generate(algorithm);
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

    /// <summary>What a private key is sealed for.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="keyId">The key's id.</param>
    public static string Purpose(string environment, string keyId) => $"signing_key|{environment}|{keyId}";
}
