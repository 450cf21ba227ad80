using Xenios.Sdk;

namespace Xenios.Server.Connections;

/// <summary>
/// A set of credentials that lies beside those in use: the next one, or the former one. A key that is not named is that of the connection; a blank one is none, so that
/// the connection speaks with what blank credentials stand for.
/// </summary>
internal sealed record CredentialSet
{
    /// <summary>OAuth 2.0 client ID.</summary>
    public string? ClientId { get; init; }

    /// <summary>Its secret; null for a public app.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>OAuth 1.0a API Key.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Its secret.</summary>
    public string? ApiKeySecret { get; init; }

    /// <summary>What the record is sealed for.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="id">Id of the set.</param>
    public static string Purpose(string environment, string id) => $"credentials|{environment}|{id}";

    /// <summary>The set that a connection uses, whole.</summary>
    /// <param name="connection">Its fields.</param>
    /// <param name="secrets">Its secrets.</param>
    public static CredentialSet Of(ConnectionResource connection, ConnectionSecrets secrets) => new()
    {
        ClientId = connection.ClientId ?? "",
        ClientSecret = secrets.ClientSecret,
        ApiKey = connection.ApiKey ?? "",
        ApiKeySecret = secrets.ApiKeySecret,
    };

    /// <summary>The connection with this set in place of its own. As everywhere, a blank secret keeps the stored one where its key is the same.</summary>
    /// <param name="connection">Its fields.</param>
    /// <param name="secrets">Its secrets.</param>
    /// <returns>Its fields with the secrets among them.</returns>
    public ConnectionResource In(ConnectionResource connection, ConnectionSecrets secrets) => connection with
    {
        ClientId = ClientId ?? connection.ClientId,
        ClientSecret = ClientId is null || (ClientId == connection.ClientId && string.IsNullOrEmpty(ClientSecret)) ? secrets.ClientSecret : ClientSecret,
        ApiKey = ApiKey ?? connection.ApiKey,
        ApiKeySecret = ApiKey is null || (ApiKey == connection.ApiKey && string.IsNullOrEmpty(ApiKeySecret)) ? secrets.ApiKeySecret : ApiKeySecret,
    };

    /// <summary>Never the secrets.</summary>
    public override string ToString() => "***";
}
