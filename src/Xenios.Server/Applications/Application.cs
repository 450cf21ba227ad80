using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Resources;

namespace Xenios.Server.Applications;

/// <summary>An application at rest: its settings as the wire knows them, its secrets as hashes. Its hot form is <see cref="Client"/>.</summary>
internal static class Application
{
    private static readonly string[] UsualScopes = [Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.OfflineAccess];
    private static readonly GrantType[] UsualGrants = [GrantType.AuthorizationCode, GrantType.RefreshToken];

    /// <summary>The settings without the secret, as they are stored.</summary>
    /// <param name="resource">A checked resource.</param>
    public static string Settings(ApplicationResource resource) =>
        JsonSerializer.Serialize(resource with { ClientSecret = null }, XeniosJson.Default.ApplicationResource);

    /// <summary>The stored hashes after a secret was set; unchanged when it is one of them already.</summary>
    /// <param name="stored">Stored hashes, or null.</param>
    /// <param name="secret">The secret, or null when none was given.</param>
    public static string SecretHashes(string? stored, string? secret)
    {
        var hashes = Read(stored);
        if (secret is not null && !hashes.Any(hash => hash.Matches(secret)))
        {
            hashes = [ClientSecretHash.Of(secret, RandomNumberGenerator.GetBytes(16))];
        }

        return JsonSerializer.Serialize(hashes, ApplicationJson.Default.ClientSecretHashArray);
    }

    /// <summary>The hot form.</summary>
    /// <param name="resource">Stored settings.</param>
    /// <param name="secretHashes">Stored hashes.</param>
    /// <param name="connections">Slugs of the environment's connections, offered by an application that names none.</param>
    public static Client ToClient(ApplicationResource resource, string secretHashes, IReadOnlyList<string> connections)
    {
        var type = resource.Type ?? ApplicationType.Web;
        var grants = resource.GrantTypes ?? (type == ApplicationType.Machine ? [GrantType.ClientCredentials] : UsualGrants);
        var scopes = resource.Scopes ?? (type == ApplicationType.Machine ? [] : UsualScopes);
        var vendorProfile = resource.CompatProfile is CompatProfile.Kinde or CompatProfile.Wso2;
        return new Client
        {
            ClientId = resource.ClientId!,
            Name = resource.Name ?? resource.ClientId!,
            IsNative = type == ApplicationType.Native,
            RedirectUris = resource.RedirectUris ?? [],
            PostLogoutRedirectUris = resource.PostLogoutRedirectUris ?? [],
            GrantTypes = [.. grants.Select(WireName.Of)],

            // Without the refresh grant nobody could use what offline_access stands for.
            AllowedScopes = [.. scopes.Where(scope => scope != Scopes.OfflineAccess || grants.Contains(GrantType.RefreshToken))],
            RefreshRotation = resource.RefreshRotation ?? true,
            Resources = resource.Resources ?? [],
            RequirePushedRequests = resource.RequirePushedAuthorizationRequests ?? false,
            AuthenticationMethod = Method(resource),
            Secrets = Read(secretHashes),
            IdTokenSigningAlgorithm = WireName.Of(resource.IdTokenSignedResponseAlg ?? SigningAlgorithm.RS256),
            AccessTokenSigningAlgorithm = vendorProfile ? SigningAlgorithms.RS256 : SigningAlgorithms.ES256,
            AccessTokenLifetime = resource.AccessTokenLifetime ?? 3600,
            RequirePkce = resource.RequirePkce ?? true,
            ClaimsInIdToken = resource.ClaimsInIdToken ?? false,
            RequireEmail = resource.RequireEmail ?? true,
            AllowedOrigins = resource.AllowedOrigins ?? [],
            Connections = resource.Connections ?? FirstStep(resource.LoginFlow) ?? connections,
            AutoRedirectSingleOption = resource.AutoRedirectSingleOption ?? false,
        };
    }

    private static IReadOnlyList<string>? FirstStep(LoginFlowResource? flow) =>
        flow?.Steps is [{ Options: { } options }, ..] ? [.. options.Select(option => option.Connection).OfType<string>()] : null;

    private static ClientAuthenticationMethod Method(ApplicationResource resource) => ApplicationRules.Method(resource) switch
    {
        TokenEndpointAuthMethod.ClientSecretPost => ClientAuthenticationMethod.ClientSecretPost,
        TokenEndpointAuthMethod.None => ClientAuthenticationMethod.None,
        _ => ClientAuthenticationMethod.ClientSecretBasic,
    };

    private static ClientSecretHash[] Read(string? stored) =>
        stored is null ? [] : JsonSerializer.Deserialize(stored, ApplicationJson.Default.ClientSecretHashArray) ?? [];
}

/// <summary>How secret hashes are stored.</summary>
[JsonSerializable(typeof(ClientSecretHash[]))]
internal sealed partial class ApplicationJson : JsonSerializerContext;
