using Dapper;
using Xenios.Protocol;
using Xenios.Protocol.Tokens;
using Xenios.Server.Storage;

namespace Xenios.Server.Environments;

/// <summary>An environment's signing keys: one active per algorithm, made at the first start and sealed at rest.</summary>
/// <param name="keys">Keys that are published and sign.</param>
/// <param name="retired">Keys that signed once: nothing but an <c>id_token_hint</c> is checked with them.</param>
internal sealed class KeyRing(IReadOnlyList<SigningKey> keys, IReadOnlyList<SigningKey>? retired = null)
{
    private static readonly string[] Algorithms = [SigningAlgorithms.RS256, SigningAlgorithms.ES256];

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

    /// <summary>The key with an id, retired ones included, or null.</summary>
    /// <param name="keyId">A <c>kid</c>.</param>
    public SigningKey? FindEver(string keyId) => Find(keyId) ?? retired?.FirstOrDefault(key => string.Equals(key.KeyId, keyId, StringComparison.Ordinal));

    /// <summary>Makes the keys that an environment lacks, in the transaction that creates it.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="vault">Seals the private halves.</param>
    /// <param name="now">The present.</param>
    /// <param name="scope">The transaction.</param>
    public static async Task EnsureAsync(string environment, Vault vault, DateTimeOffset now, WriteScope scope)
    {
        foreach (var algorithm in Algorithms)
        {
            using var key = SigningKey.Generate(algorithm);
            await scope.Connection.ExecuteAsync(
                """
                INSERT INTO signing_keys (environment_id, key_id, algorithm, state, private_key_sealed, created_at)
                VALUES (@environment, @KeyId, @Algorithm, 'active', @privateKey, @now)
                """,
                new
                {
                    environment,
                    key.KeyId,
                    key.Algorithm,
                    privateKey = vault.Seal(Purpose(environment, key.KeyId), key.ExportPrivateKey()),
                    now = now.ToUnixTimeMilliseconds(),
                },
                scope.Transaction);
        }
    }

    /// <summary>What a private key is sealed for.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="keyId">The key's id.</param>
    public static string Purpose(string environment, string keyId) => $"signing_key|{environment}|{keyId}";
}
