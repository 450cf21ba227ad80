using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Xenios.Protocol.Tokens;

/// <summary>
/// Remembers, by SHA-256 over the signed bytes and the signature, what a key signed or verified lately. A token is mostly presented soon after it was issued, and verifying
/// an ECDSA signature costs more than everything else userinfo does. It is part of the key: a key that is gone takes its memory with it.
/// </summary>
internal sealed class RecentSignatures
{
    // Two halves: when one is full it becomes the old one, and the old one is forgotten. 32 octets each, so about a megabyte at most.
    private const int Half = 8192;

    private readonly Lock _gate = new();
    private HashSet<Digest> _new = [];
    private HashSet<Digest> _old = [];

    /// <summary>Names a signed message.</summary>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">The signature.</param>
    public static Digest DigestOf(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        // The length stands before the two, so that they cannot be divided otherwise.
        var length = sizeof(int) + signature.Length + data.Length;
        var rented = length <= 2048 ? null : ArrayPool<byte>.Shared.Rent(length);
        Span<byte> both = rented ?? stackalloc byte[2048];
        BinaryPrimitives.WriteInt32LittleEndian(both, signature.Length);
        signature.CopyTo(both[sizeof(int)..]);
        data.CopyTo(both[(sizeof(int) + signature.Length)..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(both[..length], hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return new Digest(new UInt128(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..])), new UInt128(BitConverter.ToUInt64(hash[16..]), BitConverter.ToUInt64(hash[24..])));
    }

    /// <summary>Whether a message is remembered.</summary>
    /// <param name="digest">Its name.</param>
    public bool Contains(Digest digest)
    {
        lock (_gate)
        {
            return _new.Contains(digest) || _old.Contains(digest);
        }
    }

    /// <summary>Remembers a message.</summary>
    /// <param name="digest">Its name.</param>
    public void Add(Digest digest)
    {
        lock (_gate)
        {
            if (_new.Count >= Half)
            {
                (_old, _new) = (_new, _old);
                _new.Clear();
            }

            _new.Add(digest);
        }
    }

    /// <summary>A SHA-256 value.</summary>
    /// <param name="High">Its first half.</param>
    /// <param name="Low">Its second half.</param>
    internal readonly record struct Digest(UInt128 High, UInt128 Low);
}
