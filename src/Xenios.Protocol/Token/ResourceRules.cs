namespace Xenios.Protocol;

/// <summary>The <c>resource</c> parameter: which APIs an access token is for (RFC 8707).</summary>
public static class ResourceRules
{
    private const int Most = 10;

    private static readonly OAuthError NotTheirs = new("invalid_target", "A resource is not registered for this client, or was not part of the authorization.");

    /// <summary>The resources a request names, each once.</summary>
    /// <param name="parameters">The request; <c>resource</c> is the one parameter that may come several times.</param>
    public static string[] Read(Parameters parameters) => parameters["resource"] is null
        ? []
        : [.. parameters.Pairs.Where(pair => pair.Key == "resource" && pair.Value.Length > 0).Select(pair => pair.Value).Distinct(StringComparer.Ordinal)];

    /// <summary>Checks that they are the client's to ask for.</summary>
    /// <param name="parameters">The request.</param>
    /// <param name="client">Who asks.</param>
    public static OAuthError? Check(Parameters parameters, Client client)
    {
        var named = Read(parameters);
        return named.Length > Most ? new("invalid_target", "At most 10 resources can be named.")
            : named.All(resource => client.Resources.Contains(resource, StringComparer.Ordinal)) ? null : NotTheirs;
    }

    /// <summary>What of an authorization is still the client's: an API that was taken from it since is gone from its tokens at once (threats E05).</summary>
    /// <param name="granted">What the authorization named; empty for this server's own userinfo.</param>
    /// <param name="client">Who redeems it.</param>
    /// <returns><c>invalid_grant</c> when nothing is left of what was named.</returns>
    public static Result<string[], OAuthError> Held(IReadOnlyList<string> granted, Client client)
    {
        string[] held = granted.Count == 0 ? [] : [.. granted.Where(resource => client.Resources.Contains(resource, StringComparer.Ordinal))];
        return granted.Count > 0 && held.Length == 0 ? OAuthError.InvalidGrant("every API of the grant was taken from the application") : held;
    }

    /// <summary>The resources of a token: those its request names, which must be part of the authorization (RFC 8707 §2.2), or all of it.</summary>
    /// <param name="form">The token request.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="granted">What the authorization named. Where it named nothing, nothing can be named later: nobody was asked for it.</param>
    public static Result<string[], OAuthError> Narrow(Parameters form, Client client, IReadOnlyList<string> granted)
    {
        if (!Held(granted, client).TryGet(out var held, out var lost))
        {
            return lost;
        }

        var named = Read(form);
        if (named.Length == 0)
        {
            return held;
        }

        return named.All(resource => held.Contains(resource, StringComparer.Ordinal)) ? named : NotTheirs;
    }
}
