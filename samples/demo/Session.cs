using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Xenios.Demo;

/// <summary>What the answer to one sign-in attempt has to match.</summary>
internal sealed record Pending(string Nonce, string CodeVerifier);

/// <summary>The token endpoint's answer (OpenID Connect Core §3.1.3.3).</summary>
internal sealed record Tokens(string IdToken, string AccessToken, string? TokenType, int? ExpiresIn, string? Scope)
{
    public static Tokens? Read(JsonElement body) => body.Text("id_token") is { } idToken && body.Text("access_token") is { } accessToken
        ? new Tokens(idToken, accessToken, body.Text("token_type"), body.Number("expires_in"), body.Text("scope"))
        : null;
}

/// <summary>A person who is signed in, and what the sign-in brought. Only a demo keeps all of it to show it.</summary>
internal sealed record Session(JsonWebToken IdToken, Tokens Tokens, JsonElement UserInfo, IReadOnlyList<string> Checks, DateTimeOffset At)
{
    public string? Name => UserInfo.Text("name") ?? UserInfo.Text("preferred_username") ?? Handle;

    /// <summary>The person's handle at X. Handles change owners, so an application keys its data by <c>sub</c>.</summary>
    public string? Handle => UserInfo.Text("x_handle");

    public string? Email => UserInfo.Text("email");

    public bool EmailVerified => UserInfo.TryGetProperty("email_verified", out var verified) && verified.ValueKind is JsonValueKind.True;

    public string? Picture => UserInfo.Text("picture");
}

internal static class JsonFields
{
    /// <summary>A field's text, or null when it is absent, empty or something else.</summary>
    public static string? Text(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value is { ValueKind: JsonValueKind.String } && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    public static int? Number(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
}
