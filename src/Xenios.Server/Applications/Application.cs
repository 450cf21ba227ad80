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

    /// <summary>The stored secrets after an application was set; unchanged when its secret is one of them already. What is over is dropped.</summary>
    /// <param name="stored">Stored secrets, or null.</param>
    /// <param name="resource">The application, with its secret when one was given.</param>
    /// <param name="now">The time.</param>
    /// <param name="seal">Seals a secret that must be read again.</param>
    public static string Secrets(string? stored, ApplicationResource resource, DateTimeOffset now, Func<byte[], byte[]> seal)
    {
        var secrets = Read(stored).Where(one => one.Lives(now)).ToArray();
        var secret = resource.ClientSecret;
        if (secret is not null && !secrets.Any(one => one.Hashed.Matches(secret)))
        {
            secrets = [New(secret)];
        }

        // Readable only as long as an HMAC needs it (docs/decisions/0007).
        secrets = ApplicationRules.Method(resource) != TokenEndpointAuthMethod.ClientSecretJwt
            ? [.. secrets.Select(one => one with { Sealed = null })]
            : secret is null ? secrets : [.. secrets.Select(one => one.Sealed is null && one.Hashed.Matches(secret) ? one with { Sealed = seal(Encoding.UTF8.GetBytes(secret)) } : one)];
        return JsonSerializer.Serialize(secrets, ApplicationJson.Default.StoredSecretArray);
    }

    /// <summary>The stored secrets after a new one was made: the one before works for a while, the one before that no longer.</summary>
    /// <param name="stored">Stored secrets.</param>
    /// <param name="resource">The application.</param>
    /// <param name="secret">The new secret.</param>
    /// <param name="formerUntil">When the one before ends.</param>
    /// <param name="now">The time.</param>
    /// <param name="seal">Seals a secret that must be read again.</param>
    public static string Rotate(string stored, ApplicationResource resource, string secret, DateTimeOffset formerUntil, DateTimeOffset now, Func<byte[], byte[]> seal)
    {
        var former = Read(stored).Where(one => one.Until is null && formerUntil > now).Select(one => one with { Until = formerUntil }).Take(1);
        var added = New(secret);
        if (ApplicationRules.Method(resource) == TokenEndpointAuthMethod.ClientSecretJwt)
        {
            added = added with { Sealed = seal(Encoding.UTF8.GetBytes(secret)) };
        }

        StoredSecret[] secrets = [added, .. former];
        return JsonSerializer.Serialize(secrets, ApplicationJson.Default.StoredSecretArray);
    }

    /// <summary>When the secret before the present one ends; null when there is none that works.</summary>
    /// <param name="stored">Stored secrets.</param>
    /// <param name="now">The time.</param>
    public static DateTimeOffset? FormerUntil(string stored, DateTimeOffset now) => Read(stored).Where(one => one.Lives(now)).Max(one => one.Until);

    /// <summary>Whether any stored secret works.</summary>
    /// <param name="stored">Stored secrets.</param>
    /// <param name="now">The time.</param>
    public static bool HasSecret(string stored, DateTimeOffset now) => Read(stored).Any(one => one.Lives(now));

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
            AssertionSecrets = Method(resource) == ClientAuthenticationMethod.ClientSecretJwt ? [.. secrets.Where(one => one.Sealed is not null).Select(one => new ClientAssertionSecret(open(one.Sealed!), one.Until))] : [],
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

    private static StoredSecret New(string secret)
    {
        var hash = ClientSecretHash.Of(secret, RandomNumberGenerator.GetBytes(16));
        return new StoredSecret(hash.Salt, hash.Hash, null);
    }

    private static StoredSecret[] Read(string? stored) =>
        stored is null ? [] : JsonSerializer.Deserialize(stored, ApplicationJson.Default.StoredSecretArray) ?? [];
}

/// <summary>A client secret as it is stored: its hash, and for <c>client_secret_jwt</c> itself, sealed.</summary>
/// <param name="Salt">As in <see cref="ClientSecretHash"/>.</param>
/// <param name="Hash">As in <see cref="ClientSecretHash"/>.</param>
/// <param name="Sealed">The secret's UTF-8 octets, sealed; null when it never needs to be read again.</param>
/// <param name="Until">When it ends; null for the present one, which does not.</param>
internal sealed record StoredSecret(byte[] Salt, byte[] Hash, byte[]? Sealed, DateTimeOffset? Until = null)
{
    /// <summary>What a presented secret is compared with.</summary>
    [JsonIgnore]
    public ClientSecretHash Hashed => new(Salt, Hash, Until);

    /// <summary>Whether it works.</summary>
    /// <param name="now">The time.</param>
    public bool Lives(DateTimeOffset now) => Until is null || Until > now;
}

/// <summary>How secrets are stored.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredSecret[]))]
internal sealed partial class ApplicationJson : JsonSerializerContext;
