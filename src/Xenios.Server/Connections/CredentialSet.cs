using Xenios.Sdk;

namespace Xenios.Server.Connections;

/// <summary>
/// A set of credentials that lies beside those in use: the next one, or the former one. A key that is not named is that of the connection, and so is the secret of the same
/// key; a blank one is none, so that the connection speaks with what blank credentials stand for, or as a public app.
/// </summary>
internal sealed record CredentialSet
{
    /// <summary>OAuth 2.0 client ID.</summary>
    public string? ClientId { get; init; }

    /// <summary>Its secret; null where it is not named, blank for a public app.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>OAuth 1.0a API Key.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Its secret.</summary>
    public string? ApiKeySecret { get; init; }

    /// <summary>What the record is sealed for.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="id">Id of the set.</param>
    public static string Purpose(string environment, string id) => $"credentials|{environment}|{id}";

    /// <summary>The set that a connection uses, whole: what there is none of is blank.</summary>
    /// <param name="connection">Its fields.</param>
    /// <param name="secrets">Its secrets.</param>
    public static CredentialSet Of(ConnectionResource connection, ConnectionSecrets secrets) => new()
    {
        ClientId = connection.ClientId ?? "",
        ClientSecret = secrets.ClientSecret ?? "",
        ApiKey = connection.ApiKey ?? "",
        ApiKeySecret = secrets.ApiKeySecret ?? "",
    };

    /// <summary>The connection with this set in place of its own.</summary>
    /// <param name="connection">Its fields.</param>
    /// <param name="secrets">Its secrets.</param>
    /// <returns>Its fields with the secrets among them; null where there is none.</returns>
    public ConnectionResource In(ConnectionResource connection, ConnectionSecrets secrets) => connection with
    {
        ClientId = ClientId ?? connection.ClientId,
        ClientSecret = ClientId is null ? secrets.ClientSecret : Secret(ClientSecret, ClientId == connection.ClientId, secrets.ClientSecret),
        ApiKey = ApiKey ?? connection.ApiKey,
        ApiKeySecret = ApiKey is null ? secrets.ApiKeySecret : Secret(ApiKeySecret, ApiKey == connection.ApiKey, secrets.ApiKeySecret),
    };

    /// <summary>Never the secrets.</summary>
    public override string ToString() => "***";

    private static string? Secret(string? own, bool sameKey, string? stored) => own is null ? (sameKey ? stored : null) : own.Length == 0 ? null : own;
}
