using System.Collections.Concurrent;
using Xenios.Protocol.Tokens;
using Xenios.Server.Environments;

namespace Xenios.Testing;

/// <summary>Keys made once for all servers of a test run: no server gets one twice; two may have the same, so servers that share data make their own.</summary>
internal sealed class SpareKeys : KeyMaker
{
    private static readonly ConcurrentDictionary<(string Algorithm, int Number), Lazy<byte[]>> Made = [];

    private readonly ConcurrentDictionary<string, int> _given = [];

    public override SigningKey Make(string algorithm)
    {
        var number = _given.AddOrUpdate(algorithm, 1, (_, before) => before + 1);
        var made = Made.GetOrAdd((algorithm, number), _ => new Lazy<byte[]>(() =>
        {
            using var key = SigningKey.Generate(algorithm);
            return key.ExportPrivateKey();
        }));
        return SigningKey.FromPrivateKey(algorithm, made.Value);
    }
}
