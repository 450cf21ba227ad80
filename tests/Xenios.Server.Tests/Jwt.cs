using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Protocol.Tokens;
using Xenios.Server.Environments;
using Xenios.Testing;

namespace Xenios.Server.Tests;

/// <summary>Compact JWTs taken apart, and put together by hand.</summary>
internal static class Jwt
{
    public static JsonElement Header(string token) => Part(token, 0);

    public static JsonElement Payload(string token) => Part(token, 1);

    /// <summary>A token of any header and payload.</summary>
    public static string Compact(string header, string payload, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(payload))}";
        return $"{signed}.{Encode(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>The server's own key: what only a test can have.</summary>
    public static SigningKey KeyOf(XeniosHost host, string algorithm) => host.Services.GetRequiredService<SnapshotCache>().Default.Keys.For(algorithm);

    /// <summary>Signs as the server does.</summary>
    public static Func<byte[], byte[]> By(SigningKey key) => data =>
    {
        var signature = new byte[256];
        return signature[..key.Sign(data, signature)];
    };

    public static string Encode(byte[] octets) => Base64Url.EncodeToString(octets);

    public static byte[] Decode(string text) => Base64Url.DecodeFromChars(text);

    private static JsonElement Part(string token, int index)
    {
        using var document = JsonDocument.Parse(Decode(token.Split('.')[index]));
        return document.RootElement.Clone();
    }
}
