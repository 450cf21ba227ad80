using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Xenios.Protocol.Tokens;

/// <summary>One claim of a token or of userinfo.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">A <see cref="string"/>, <see cref="bool"/> or <see cref="long"/>; never null, because absent claims are left out (OpenID Connect Core §5.3.2).</param>
public readonly record struct Claim(string Name, object Value)
{
    /// <summary>Writes name and value into an open JSON object.</summary>
    /// <param name="json">Where to.</param>
    public void Write(Utf8JsonWriter json)
    {
        switch (Value)
        {
            case bool flag:
                json.WriteBoolean(Name, flag);
                break;
            case long number:
                json.WriteNumber(Name, number);
                break;
            default:
                json.WriteString(Name, (string)Value);
                break;
        }
    }
}

/// <summary>Writes signed JWTs (RFC 7515 compact form).</summary>
public static class TokenSigner
{
    private const int LargestSignature = 256;

    // Signing never waits, so one writer per thread serves every token.
    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Payload, Utf8JsonWriter Json)? _writer;

    /// <summary>Writes a token whose header holds only <c>alg</c>, <c>kid</c> and <c>typ</c>.</summary>
    /// <param name="key">Signs.</param>
    /// <param name="type">The <c>typ</c> header: tokens of one kind are never taken for another (RFC 8725 §3.11).</param>
    /// <param name="state">Passed to <paramref name="writeClaims"/>, so that it need not capture.</param>
    /// <param name="writeClaims">Writes the members of the payload.</param>
    /// <typeparam name="TState">Type of <paramref name="state"/>.</typeparam>
    public static string Sign<TState>(SigningKey key, string type, TState state, Action<Utf8JsonWriter, TState> writeClaims)
    {
        var (payload, json) = _writer ??= NewWriter();
        payload.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        writeClaims(json, state);
        json.WriteEndObject();
        json.Flush();

        var header = key.Header(type);
        var length = header.Length + 1 + Base64Url.GetEncodedLength(payload.WrittenCount);
        var token = ArrayPool<byte>.Shared.Rent(length + 1 + Base64Url.GetEncodedLength(LargestSignature));
        try
        {
            header.CopyTo(token, 0);
            token[header.Length] = (byte)'.';
            Base64Url.EncodeToUtf8(payload.WrittenSpan, token.AsSpan(header.Length + 1));

            Span<byte> signature = stackalloc byte[LargestSignature];
            var written = key.Sign(token.AsSpan(0, length), signature);
            token[length] = (byte)'.';
            var tail = Base64Url.EncodeToUtf8(signature[..written], token.AsSpan(length + 1));
            return Encoding.ASCII.GetString(token, 0, length + 1 + tail);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(token);
        }
    }

    private static (ArrayBufferWriter<byte> Payload, Utf8JsonWriter Json) NewWriter()
    {
        var payload = new ArrayBufferWriter<byte>(1024);
        return (payload, new Utf8JsonWriter(payload));
    }
}
