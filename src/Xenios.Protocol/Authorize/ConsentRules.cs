namespace Xenios.Protocol.Authorize;

/// <summary>What a person has to be asked before a client gets it.</summary>
/// <param name="Scopes">Scopes, in the order asked.</param>
/// <param name="Resources">APIs the scopes are for; empty for this server's own userinfo.</param>
public sealed record ConsentNeed(IReadOnlyList<string> Scopes, IReadOnlyList<string> Resources);

/// <summary>When a person's consent is needed, and for what (OpenID Connect Core §3.1.2.4, §11; threats D08).</summary>
public static class ConsentRules
{
    /// <summary>What stands for no named API among the resources of a consent.</summary>
    public const string NoResource = "";

    /// <summary>Whether consent plays a part at all: false is all that most requests cost.</summary>
    /// <param name="request">The checked request.</param>
    /// <param name="client">Who asks.</param>
    public static bool Applies(AuthorizeRequest request, Client client) =>
        client.RequireConsent || request.HasPrompt("consent") || IsUnattended(request.Scopes, client);

    /// <summary>What the person's yes must cover, whether or not it was given before; null when nobody needs to be asked.</summary>
    /// <param name="request">The checked request.</param>
    /// <param name="client">Who asks.</param>
    public static ConsentNeed? Asked(AuthorizeRequest request, Client client)
    {
        var claims = request.Claims is { } named ? named.IdToken.Concat(named.UserInfo).Select(RequestedClaims.ScopeOf) : [];
        var all = request.Scopes.Concat(claims).Distinct(StringComparer.Ordinal).ToArray();
        return request.HasPrompt("consent") ? new ConsentNeed(all, request.Resources) : Asked(all, request.Resources, client);
    }

    /// <summary>What the person's yes must cover for scopes that are held, as by a refresh token.</summary>
    /// <param name="scopes">The scopes.</param>
    /// <param name="resources">Their APIs.</param>
    /// <param name="client">Who holds them.</param>
    public static ConsentNeed? Asked(IReadOnlyList<string> scopes, IReadOnlyList<string> resources, Client client)
    {
        if (!client.RequireConsent)
        {
            return IsUnattended(scopes, client) ? new ConsentNeed([Scopes.OfflineAccess], resources) : null;
        }

        var untrusted = scopes.Where(scope => !client.TrustedScopes.Contains(scope, StringComparer.Ordinal)).ToArray();
        return untrusted.Length > 0 || scopes.Count == 0 ? new ConsentNeed(untrusted, resources) : null;
    }

    /// <summary>What of it the person has not said yes to yet; null when everything is covered. A yes covers as much or less, never more, and only the API it was for.</summary>
    /// <param name="asked">What is needed.</param>
    /// <param name="given">Scopes the person said yes to, by API (<see cref="NoResource"/> for none).</param>
    public static ConsentNeed? Missing(ConsentNeed asked, IReadOnlyDictionary<string, IReadOnlyList<string>> given)
    {
        var scopes = new List<string>();
        var resources = new List<string>();
        foreach (var resource in ResourcesOf(asked))
        {
            var missing = given.TryGetValue(resource, out var held) ? asked.Scopes.Except(held, StringComparer.Ordinal).ToArray() : null;
            if (missing is not { Length: 0 })
            {
                scopes.AddRange((missing ?? asked.Scopes).Except(scopes, StringComparer.Ordinal));
                resources.Add(resource);
            }
        }

        return resources.Count == 0 ? null : new ConsentNeed(scopes, [.. resources.Where(resource => resource != NoResource)]);
    }

    /// <summary>The APIs a consent is stored for, one row each.</summary>
    /// <param name="asked">What is needed.</param>
    public static IReadOnlyList<string> ResourcesOf(ConsentNeed asked) => asked.Resources.Count > 0 ? asked.Resources : [NoResource];

    // Tokens that outlive the sign-in, held where no secret can be kept (standards RFT-01).
    private static bool IsUnattended(IReadOnlyList<string> scopes, Client client) =>
        client.IsPublic && scopes.Contains(Scopes.OfflineAccess, StringComparer.Ordinal) && !client.TrustedScopes.Contains(Scopes.OfflineAccess, StringComparer.Ordinal);
}
