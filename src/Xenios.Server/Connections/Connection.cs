using System.Text.Json.Serialization;
using Xenios.Sdk;
using Xenios.Server.Connectors;
using Xenios.Server.Hosting;

namespace Xenios.Server.Connections;

/// <summary>Whose credentials a connection speaks to its upstream with.</summary>
internal enum CredentialSource
{
    /// <summary>None: the connection is not offered.</summary>
    None,

    /// <summary>Its own.</summary>
    Own,

    /// <summary>The operator's shared X app, outside production.</summary>
    SharedDevelopment,

    /// <summary>The built-in X sandbox, outside production.</summary>
    Sandbox,
}

/// <summary>A configured way to an upstream, as the hot path sees it.</summary>
internal sealed record Connection
{
    /// <summary>Id, part of every identity that came by it.</summary>
    public required string Id { get; init; }

    /// <summary>Short name, used in addresses and by applications.</summary>
    public required string Slug { get; init; }

    /// <summary>Kind of upstream: chooses the connector.</summary>
    public required ConnectionKind Kind { get; init; }

    /// <summary>Name on the button: "Sign in with …".</summary>
    public required string Name { get; init; }

    /// <summary>Whether the administrator has it switched on.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Generation of X's API.</summary>
    public required ConnectionProtocol Protocol { get; init; }

    /// <summary>Whose credentials are used.</summary>
    public required CredentialSource Source { get; init; }

    /// <summary>What the connector authenticates itself with; null when <see cref="Source"/> is none.</summary>
    public UpstreamCredentials? Credentials { get; init; }

    /// <summary>Path registered at the upstream.</summary>
    public required CallbackStyle CallbackStyle { get; init; }

    /// <summary>Callback address that overrides the computed one; null without.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>Where the upstream's pages are.</summary>
    public required Uri WebHost { get; init; }

    /// <summary>Where the upstream's API is.</summary>
    public required Uri ApiHost { get; init; }

    /// <summary>Scopes asked for.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Parameters added to the upstream's page.</summary>
    public required IReadOnlyDictionary<string, UpstreamParameterResource> UpstreamParameters { get; init; }

    /// <summary>What happens to who comes by it.</summary>
    public required ConnectionPolicy Policy { get; init; }

    /// <summary>Which upstream attributes become which local ones.</summary>
    public required AttributeMap Attributes { get; init; }

    /// <summary>Upstream issuer of its identities: constant for X, so that neither protocol nor hosts nor X app change who somebody is.</summary>
    public required string IdentityIssuer { get; init; }

    /// <summary>The same connection with the credentials it had before, as long as sign-ins that began with them may finish; null without.</summary>
    public FormerConnection? Former { get; init; }

    /// <summary>Whose credentials are used, as the management API says it.</summary>
    public ConnectionCredentialKind Credentialed => Source switch
    {
        CredentialSource.Own => ConnectionCredentialKind.Own,
        CredentialSource.SharedDevelopment => ConnectionCredentialKind.Shared,
        CredentialSource.Sandbox => ConnectionCredentialKind.Sandbox,
        _ => ConnectionCredentialKind.Missing,
    };

    /// <summary>The connection that a visit is to be finished with: the upstream takes a code only from the app it was given to.</summary>
    /// <param name="key">Client ID or API Key that the visit began with; null for a visit of a former version of this program.</param>
    /// <param name="now">The present.</param>
    public Connection For(string? key, DateTimeOffset now) =>
        key is not null && Credentials?.Key != key && Former is { } former && former.Until > now && former.Connection.Credentials?.Key == key ? former.Connection : this;

    /// <summary>Whether people may come by it.</summary>
    public bool IsUsable => Enabled && Credentials is not null && Kind == ConnectionKind.X;

    /// <summary>The callback address for a host.</summary>
    /// <param name="baseUrl">Base URL of the host in use.</param>
    public string CallbackFor(string baseUrl) =>
        CallbackUrl ?? baseUrl + (CallbackStyle == CallbackStyle.CommonAuth ? "/commonauth" : "/login/callback");

    /// <summary>Resolves stored settings.</summary>
    /// <param name="id">Id.</param>
    /// <param name="resource">Stored settings.</param>
    /// <param name="secrets">Opened secrets.</param>
    /// <param name="environment">Kind of the environment: production accepts own credentials only.</param>
    /// <param name="credentials">What blank credentials stand for.</param>
    /// <param name="types">The environment's own attributes with their types.</param>
    public static Connection Create(
        string id,
        ConnectionResource resource,
        ConnectionSecrets secrets,
        EnvironmentKind environment,
        ConnectionCredentials credentials,
        IReadOnlyDictionary<string, AttributeType> types)
    {
        var policy = ConnectionPolicy.From(resource);
        var protocol = policy.Protocol;
        var (source, own) = Resolve(resource, protocol, secrets, environment, credentials);
        var sandboxed = source == CredentialSource.Sandbox;
        return new Connection
        {
            Id = id,
            Slug = resource.Slug!,
            Kind = resource.Kind ?? ConnectionKind.X,
            Name = resource.Name ?? "X",
            Enabled = resource.Enabled ?? true,
            Protocol = protocol,
            Source = source,
            Credentials = own,
            CallbackStyle = policy.CallbackStyle,
            CallbackUrl = string.IsNullOrEmpty(resource.CallbackUrl) ? null : resource.CallbackUrl,
            WebHost = sandboxed ? credentials.SandboxUrl! : new Uri(resource.Hosts?.Web ?? "https://x.com"),
            ApiHost = sandboxed ? credentials.SandboxUrl! : new Uri(resource.Hosts?.Api ?? "https://api.x.com"),
            Scopes = resource.Scopes ?? ["tweet.read", "users.read", "users.email"],
            UpstreamParameters = resource.UpstreamParams ?? new Dictionary<string, UpstreamParameterResource>(),
            Policy = policy,
            Attributes = AttributeMap.Create(resource.Attributes, types),
            IdentityIssuer = sandboxed ? "sandbox" : "https://x.com",
        };
    }

    private static (CredentialSource Source, UpstreamCredentials? Credentials) Resolve(
        ConnectionResource resource, ConnectionProtocol protocol, ConnectionSecrets secrets, EnvironmentKind environment, ConnectionCredentials shared)
    {
        var oauth2 = protocol == ConnectionProtocol.OAuth2;
        var key = oauth2 ? resource.ClientId : resource.ApiKey;
        if (!string.IsNullOrEmpty(key))
        {
            var secret = oauth2 ? secrets.ClientSecret : secrets.ApiKeySecret;
            if (!oauth2 && string.IsNullOrEmpty(secret))
            {
                // Nothing can be signed without it; public apps exist in OAuth 2.0 only.
                return (CredentialSource.None, null);
            }

            return (CredentialSource.Own, new(key, string.IsNullOrEmpty(secret) ? null : new Secret(secret)));
        }

        if (environment == EnvironmentKind.Production)
        {
            return (CredentialSource.None, null);
        }

        if (oauth2 && shared.SharedX is { } sharedX)
        {
            return (CredentialSource.SharedDevelopment, sharedX);
        }

        return shared.SandboxUrl is null
            ? (CredentialSource.None, null)
            : (CredentialSource.Sandbox, oauth2 ? shared.SandboxOAuth2 : shared.SandboxOAuth1);
    }
}

/// <summary>A connection with the credentials it had before.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Until">Until when.</param>
internal sealed record FormerConnection(Connection Connection, DateTimeOffset Until);

/// <summary>A connection's secrets, sealed as one record.</summary>
internal sealed record ConnectionSecrets
{
    /// <summary>OAuth 2.0 client secret.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>OAuth 1.0a API key secret.</summary>
    public string? ApiKeySecret { get; init; }

    /// <summary>What the record is sealed for.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="connection">Connection id.</param>
    public static string Purpose(string environment, string connection) => $"connection|{environment}|{connection}";

    /// <summary>Never the secrets.</summary>
    public override string ToString() => "***";
}

/// <summary>What blank credentials stand for in this process.</summary>
internal sealed class ConnectionCredentials
{
    /// <summary>The operator's X app for OAuth 2.0; null without.</summary>
    public UpstreamCredentials? SharedX { get; init; }

    /// <summary>Where the X sandbox answers; null when it is off.</summary>
    public Uri? SandboxUrl { get; private set; }

    /// <summary>The sandbox's built-in app, OAuth 2.0.</summary>
    public UpstreamCredentials? SandboxOAuth2 { get; init; }

    /// <summary>The sandbox's built-in app, OAuth 1.0a.</summary>
    public UpstreamCredentials? SandboxOAuth1 { get; init; }

    /// <summary>Sets where the sandbox answers, or that it does not: decided at the start, before the first request.</summary>
    /// <param name="url">Its address; null for off.</param>
    public ConnectionCredentials SetSandbox(Uri? url)
    {
        SandboxUrl = url;
        return this;
    }
}

/// <summary>How connection secrets are written before they are sealed.</summary>
[JsonSerializable(typeof(ConnectionSecrets))]
[JsonSerializable(typeof(CredentialSet))]
internal sealed partial class ConnectionJson : JsonSerializerContext;
