namespace Xenios.Protocol;

/// <summary>The <c>resource</c> parameter: which APIs an access token is for (RFC 8707).</summary>
public static class ResourceRules
{
    private const int Most = 10;

    /// <summary>The resources a request names, each once.</summary>
    /// <param name="parameters">The request; <c>resource</c> is the one parameter that may come several times.</param>
    public static IReadOnlyList<string> Read(Parameters parameters) =>
        [.. parameters.Pairs.Where(pair => pair.Key == "resource" && pair.Value.Length > 0).Select(pair => pair.Value).Distinct(StringComparer.Ordinal)];

    /// <summary>Checks that they are the client's to ask for.</summary>
    /// <param name="parameters">The request.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="granted">What the authorization named, of which a token request may ask for a part; null at the authorization endpoint.</param>
    public static OAuthError? Check(Parameters parameters, Client client, IReadOnlyList<string>? granted)
    {
        var named = Read(parameters);
        if (named.Count > Most)
        {
            return new("invalid_target", "At most 10 resources can be named.");
        }

        var known = granted is { Count: > 0 } ? granted : client.Resources;
        return named.All(resource => known.Contains(resource, StringComparer.Ordinal))
            ? null
            : new("invalid_target", "A resource is not registered for this client, or was not part of the authorization.");
    }
}
