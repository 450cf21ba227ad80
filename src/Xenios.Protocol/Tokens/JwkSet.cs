using System.Buffers;
using System.Text.Json;

namespace Xenios.Protocol.Tokens;

/// <summary>The public keys as a JSON Web Key Set (RFC 7517 §5).</summary>
public static class JwkSet
{
    /// <summary>Writes the set: public members only, RSA first because some clients stop at kinds they do not know.</summary>
    /// <param name="keys">Keys in use or still trusted.</param>
    public static byte[] Write(IEnumerable<SigningKey> keys)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys");
            foreach (var key in keys.OrderByDescending(key => key.Algorithm, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                foreach (var (name, value) in key.PublicMembers())
                {
                    json.WriteString(name, value);
                }

                json.WriteString("use", "sig");
                json.WriteString("alg", key.Algorithm);
                json.WriteString("kid", key.KeyId);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
