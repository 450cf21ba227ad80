using System.Text.Json.Serialization;
using Xenios.Server.Hosting;

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

    /// <summary>The answer.</summary>
    public JsonAnswer ToAnswer() => JsonAnswer.Object(
        this,
        static (json, response) =>
        {
            json.WriteString("access_token", response.AccessToken);
            json.WriteString("token_type", "Bearer");
            json.WriteNumber("expires_in", response.ExpiresIn);
            if (response.IdToken is not null)
            {
                json.WriteString("id_token", response.IdToken);
            }

            if (response.RefreshToken is not null)
            {
                json.WriteString("refresh_token", response.RefreshToken);
            }

            if (response.Scope is not null)
            {
                json.WriteString("scope", response.Scope);
            }
        },
        2048);
}

/// <summary>An error of an OAuth endpoint as JSON.</summary>
/// <param name="Error">Registered code.</param>
/// <param name="ErrorDescription">Public text.</param>
internal sealed record ErrorBody(string Error, string ErrorDescription);

/// <summary>How OAuth errors are written.</summary>
[JsonSerializable(typeof(ErrorBody))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class TokenJson : JsonSerializerContext;
