using Xenios.XSandbox.Apps;

namespace Xenios.XSandbox;

/// <summary>The credentials of one X app in the formats X uses, for both generations of its API.</summary>
/// <param name="ClientId">OAuth 2.0 Client ID: 34 characters that decode to <c>…:1:ci</c>.</param>
/// <param name="ClientSecret">OAuth 2.0 Client Secret: 50 base64url characters.</param>
/// <param name="ApiKey">OAuth 1.0a API Key: 25 letters and digits.</param>
/// <param name="ApiKeySecret">OAuth 1.0a API Key Secret: 50 letters and digits.</param>
public sealed record XSandboxApp(string ClientId, string ClientSecret, string ApiKey, string ApiKeySecret)
{
    /// <summary>Makes credentials that nobody has used before. They open nothing outside one sandbox.</summary>
    public static XSandboxApp CreateRandom() =>
        new(Credential.ClientId(isPublic: false), Credential.ClientSecret(), Credential.ApiKey(), Credential.ApiKeySecret());

    /// <summary>Never the values: a log should not teach the habit of showing secrets.</summary>
    public override string ToString() => "***";
}
