using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Xenios.Server.Hosting;

namespace Xenios.Server.Storage;

/// <summary>Seals what must be read again but not by whoever steals the database: AES-256-GCM, the key's id in the record, the purpose bound to it.</summary>
/// <remarks>Record: version 1 · length of key id · key id · nonce (12) · tag (16) · ciphertext. The first key seals, every key opens.</remarks>
internal sealed class Vault : IDisposable
{
    private const byte Version = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly List<SealingKey> _keys;

    public Vault(IReadOnlyList<(string Id, byte[] Key)> keys) => _keys = [.. keys.Select(key => new SealingKey(key.Id, key.Key))];

    /// <summary>Encrypts a value.</summary>
    /// <param name="purpose">What it is and where it lies; the same is needed to open it, so records cannot be swapped.</param>
    /// <param name="value">The value.</param>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> value)
    {
        var key = _keys[0];
        var record = new byte[2 + key.Id.Length + NonceSize + TagSize + value.Length];
        record[0] = Version;
        record[1] = (byte)key.Id.Length;
        key.Id.CopyTo(record, 2);
        var nonce = record.AsSpan(2 + key.Id.Length, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        var tag = record.AsSpan(2 + key.Id.Length + NonceSize, TagSize);
        var sealedValue = record.AsSpan(2 + key.Id.Length + NonceSize + TagSize);
        var cipher = key.Rent();
        cipher.Encrypt(nonce, value, sealedValue, tag, Encoding.UTF8.GetBytes(purpose));
        key.Return(cipher);
        return record;
    }

    /// <summary>Decrypts a record.</summary>
    /// <param name="purpose">The purpose it was sealed for.</param>
    /// <param name="record">What <see cref="Seal"/> gave.</param>
    /// <exception cref="CryptographicException">The record was altered, belongs elsewhere, or its key is not configured.</exception>
    public byte[] Open(string purpose, ReadOnlySpan<byte> record)
    {
        if (record.Length < 2 || record[0] != Version || record.Length < 2 + record[1] + NonceSize + TagSize)
        {
            throw new CryptographicException("A sealed record is damaged.");
        }

        var id = record.Slice(2, record[1]);
        SealingKey? key = null;
        foreach (var candidate in _keys)
        {
            key = id.SequenceEqual(candidate.Id) ? candidate : key;
        }

        if (key is null)
        {
            throw new CryptographicException($"The sealing key '{Encoding.UTF8.GetString(id)}' is not configured: add it behind the first one of SealingKey. One that this server made lies in the file sealing.key of its data folder.");
        }

        var rest = record[(2 + id.Length)..];
        var value = new byte[rest.Length - NonceSize - TagSize];
        var cipher = key.Rent();
        cipher.Decrypt(rest[..NonceSize], rest[(NonceSize + TagSize)..], rest.Slice(NonceSize, TagSize), value, Encoding.UTF8.GetBytes(purpose));
        key.Return(cipher);
        return value;
    }

    /// <summary>Id of the key that sealed a record; null for what is no record.</summary>
    /// <param name="record">What <see cref="Seal"/> gave.</param>
    public static string? KeyIdOf(ReadOnlySpan<byte> record) =>
        record.Length >= 2 && record[0] == Version && record.Length >= 2 + record[1] ? Encoding.UTF8.GetString(record.Slice(2, record[1])) : null;

    /// <summary>A tag that only this server can make, such as an antiforgery token: 128 bits, URL-safe.</summary>
    /// <param name="purpose">What the tag is for, with everything it is bound to.</param>
    public string Tag(string purpose) => _keys[0].Tag(purpose);

    /// <summary>Whether a tag was made for a purpose, by any of the keys.</summary>
    /// <param name="purpose">As for <see cref="Tag"/>.</param>
    /// <param name="tag">The presented tag.</param>
    public bool IsTag(string purpose, string? tag)
    {
        var matches = false;
        foreach (var key in _keys)
        {
            matches |= tag is not null && Secrets.Same(tag, key.Tag(purpose));
        }

        return matches;
    }

    /// <inheritdoc/>
    public void Dispose() => _keys.Clear();

    private sealed class SealingKey(string id, byte[] key)
    {
        private readonly ConcurrentStack<AesGcm> _free = [];
        private readonly byte[] _tagKey = HKDF.Expand(HashAlgorithmName.SHA256, key, 32, Encoding.ASCII.GetBytes("xenios tags"));

        public byte[] Id { get; } = Encoding.UTF8.GetBytes(id);

        // One native cipher per concurrent caller; one that threw is left to the collector.
        public AesGcm Rent() => _free.TryPop(out var cipher) ? cipher : new(key, TagSize);

        public void Return(AesGcm cipher) => _free.Push(cipher);

        public string Tag(string purpose) =>
            System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(_tagKey, Encoding.UTF8.GetBytes(purpose)).AsSpan(0, 16));
    }
}
