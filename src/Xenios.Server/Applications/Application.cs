using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Resources;

namespace Xenios.Server.Applications;

/// <summary>An application at rest: its settings as the wire knows them, its secrets as hashes where a hash is enough. Its hot form is <see cref="Client"/>.</summary>
internal static class Application
{
    private static readonly string[] UsualScopes = [Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.OfflineAccess];
    private static readonly GrantType[] UsualGrants = [GrantType.AuthorizationCode, GrantType.RefreshToken];

    /// <summary>The settings without the secret, as they are stored.</summary>
    /// <param name="resource">A checked resource.</param>
    public static string Settings(ApplicationResource resource) =>
        JsonSerializer.Serialize(resource with { ClientSecret = null }, XeniosJson.Default.ApplicationResource);

    /// <summary>The stored secrets after an application was set; unchanged when its secret is one of them already.</summary>
    /// <param name="stored">Stored secrets, or null.</param>
    /// <param name="resource">The application, with its secret when one was given.</param>
    /// <param name="seal">Seals a secret that must be read again.</param>
    public static string Secrets(string? stored, ApplicationResource resource, Func<byte[], byte[]> seal)
    {
        var secrets = Read(stored);
        var secret = resource.ClientSecret;
        if (secret is not null && !secrets.Any(one => one.Hashed.Matches(secret)))
        {
            var hash = ClientSecretHash.Of(secret, RandomNumberGenerator.GetBytes(16));
            secrets = [new StoredSecret(hash.Salt, hash.Hash, null)];
        }

        // Readable only as long as an HMAC needs it (docs/decisions/0007).
        secrets = ApplicationRules.Method(resource) != TokenEndpointAuthMethod.ClientSecretJwt
            ? [.. secrets.Select(one => one with { Sealed = null })]
            : secret is null ? secrets : [.. secrets.Select(one => one.Sealed is null && one.Hashed.Matches(secret) ? one with { Sealed = seal(Encoding.UTF8.GetBytes(secret)) } : one)];
        return JsonSerializer.Serialize(secrets, ApplicationJson.Default.StoredSecretArray);
    }

    /// <summary>Whether a stored secret can be read again.</summary>
    /// <param name="stored">Stored secrets.</param>
    public static bool HasSealedSecret(string stored) => Read(stored).Any(one => one.Sealed is not null);

    /// <summary>What a readable secret is sealed for.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="clientId">The application's <c>client_id</c>.</param>
    public static string Purpose(string environment, string clientId) => $"client_secret|{environment}|{clientId}";

    /// <summary>The hot form.</summary>
    /// <param name="resource">Stored settings.</param>
    /// <param name="stored">Stored secrets.</param>
    /// <param name="connections">Slugs of the environment's connections, offered by an application that names none.</param>
    /// <param name="open">Opens a sealed secret.</param>
    public static Client ToClient(ApplicationResource resource, string stored, IReadOnlyList<string> connections, Func<byte[], byte[]> open)
    {
        var secrets = Read(stored);
        var type = resource.Type ?? ApplicationType.Web;
        var grants = resource.GrantTypes ?? (type == ApplicationType.Machine ? [GrantType.ClientCredentials] : UsualGrants);
        var scopes = resource.Scopes ?? (type == ApplicationType.Machine ? [] : UsualScopes);
        var vendorProfile = resource.CompatProfile is CompatProfile.Kinde or CompatProfile.Wso2;
        return new Client
        {
            ClientId = resource.ClientId!,
            Name = resource.Name is { } name && TextRules.Plain(name) is { Length: > 0 } plain ? plain : resource.ClientId!,
            IsNative = type == ApplicationType.Native,
            RedirectUris = resource.RedirectUris ?? [],
            PostLogoutRedirectUris = resource.PostLogoutRedirectUris ?? [],
            BackchannelLogoutUri = resource.BackchannelLogoutUri is { Length: > 0 } uri ? uri : null,
            GrantTypes = [.. grants.Select(WireName.Of)],

            // Without the refresh grant nobody could use what offline_access stands for.
            AllowedScopes = [.. scopes.Where(scope => scope != Scopes.OfflineAccess || grants.Contains(GrantType.RefreshToken))],
            RefreshRotation = resource.RefreshRotation ?? true,
            Resources = resource.Resources ?? [],
            RequirePushedRequests = resource.RequirePushedAuthorizationRequests ?? false,
            AuthenticationMethod = Method(resource),
            Secrets = [.. secrets.Select(one => one.Hashed)],
            AssertionSecrets = Method(resource) == ClientAuthenticationMethod.ClientSecretJwt ? [.. secrets.Where(one => one.Sealed is not null).Select(one => open(one.Sealed!))] : [],
            Keys = resource.Jwks is { } jwks ? ClientKeys.Read(JsonSerializer.SerializeToUtf8Bytes(jwks, XeniosJson.Default.JwksResource)) : null,
            JwksUri = string.IsNullOrEmpty(resource.JwksUri) ? null : new Uri(resource.JwksUri),
            AssertionAlgorithm = resource.TokenEndpointAuthSigningAlg is { } algorithm ? WireName.Of(algorithm) : null,
            AcceptsTokenEndpointAudience = resource.AssertionAudience == AssertionAudience.IssuerOrTokenEndpoint,
            IdTokenSigningAlgorithm = WireName.Of(resource.IdTokenSignedResponseAlg ?? SigningAlgorithm.RS256),
            AccessTokenSigningAlgorithm = vendorProfile ? SigningAlgorithms.RS256 : SigningAlgorithms.ES256,
            AccessTokenLifetime = resource.AccessTokenLifetime ?? 3600,
            RequirePkce = resource.RequirePkce ?? true,
            ClaimsInIdToken = resource.ClaimsInIdToken ?? false,
            RequireEmail = resource.RequireEmail ?? true,
            RequireConsent = resource.RequireConsent ?? false,
            TrustedScopes = resource.TrustedScopes ?? [],
            LocalSubjectRequired = resource.LocalSubject is null or LocalSubject.Mandatory,
            FederatedSubject = resource.LocalSubject == LocalSubject.Disabled,
            Methods = resource.LoginFlow?.Steps is [{ Options: { } ways }, ..] ? [.. ways.Select(way => way.Method).OfType<SignInMethod>().Select(WireName.Of)] : [],
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
        TokenEndpointAuthMethod.ClientSecretJwt => ClientAuthenticationMethod.ClientSecretJwt,
        TokenEndpointAuthMethod.PrivateKeyJwt => ClientAuthenticationMethod.PrivateKeyJwt,
        _ => ClientAuthenticationMethod.ClientSecretBasic,
    };

    private static StoredSecret[] Read(string? stored) =>
        stored is null ? [] : JsonSerializer.Deserialize(stored, ApplicationJson.Default.StoredSecretArray) ?? [];
}

/// <summary>A client secret as it is stored: its hash, and for <c>client_secret_jwt</c> itself, sealed.</summary>
/// <param name="Salt">As in <see cref="ClientSecretHash"/>.</param>
/// <param name="Hash">As in <see cref="ClientSecretHash"/>.</param>
/// <param name="Sealed">The secret's UTF-8 octets, sealed; null when it never needs to be read again.</param>
internal sealed record StoredSecret(byte[] Salt, byte[] Hash, byte[]? Sealed)
{
    /// <summary>What a presented secret is compared with.</summary>
    [JsonIgnore]
    public ClientSecretHash Hashed => new(Salt, Hash);
}

/// <summary>How secrets are stored.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredSecret[]))]
internal sealed partial class ApplicationJson : JsonSerializerContext;
