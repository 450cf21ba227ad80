using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Xenios.Server.OpenId;

/// <summary>A successful token response (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).</summary>
internal sealed record TokenResponse
{
    /// <summary>The access token.</summary>
    public required string AccessToken { get; init; }

    /// <summary>Seconds it lives.</summary>
    public required int ExpiresIn { get; init; }

    /// <summary>The ID token; null without <c>openid</c>.</summary>
    public string? IdToken { get; init; }

    /// <summary>The refresh token; null for none.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>Granted scopes; null when they are those asked for.</summary>
    public string? Scope { get; init; }

    /// <summary>Never the tokens.</summary>
    public override string ToString() => "***";

    /// <summary>The body.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("access_token", AccessToken);
            json.WriteString("token_type", "Bearer");
            json.WriteNumber("expires_in", ExpiresIn);
            if (IdToken is not null)
            {
                json.WriteString("id_token", IdToken);
            }

            if (RefreshToken is not null)
            {
                json.WriteString("refresh_token", RefreshToken);
            }

            if (Scope is not null)
            {
                json.WriteString("scope", Scope);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>An error of an OAuth endpoint as JSON.</summary>
/// <param name="Error">Registered code.</param>
/// <param name="ErrorDescription">Public text.</param>
internal sealed record ErrorBody(string Error, string ErrorDescription);

/// <summary>How OAuth errors are written.</summary>
[JsonSerializable(typeof(ErrorBody))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class TokenJson : JsonSerializerContext;
