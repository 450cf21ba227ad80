using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Server.Environments;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn.Gates.Consent;

/// <summary>The gate before the answer: what the person has to be asked before the application gets it (S30).</summary>
internal sealed class ConsentGate(Consents consents)
{
    /// <summary>What a person still has to say yes to: one read, and none where nobody has to be asked.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="request">The application's request.</param>
    /// <param name="client">The application.</param>
    /// <param name="user">The person as tokens name them; null for somebody new, who has said yes to nothing.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<ConsentNeed?> MissingAsync(EnvironmentContext environment, AuthorizeRequest request, Client client, string? user, CancellationToken ct)
    {
        if (ConsentRules.Asked(request, client) is not { } asked)
        {
            return null;
        }

        return user is null || request.HasPrompt("consent")
            ? asked
            : ConsentRules.Missing(asked, await consents.FindAsync(environment.Snapshot.Id, user, client.ClientId, ct));
    }

    /// <summary>The journey waiting for the person's yes; null when there is nothing to ask. A yes counts for the person and the request of its journey only.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">The journey, its account resolved.</param>
    /// <param name="user">The person as tokens will name them; null for somebody new.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<Journey?> CheckAsync(EnvironmentContext environment, Journey journey, string? user, CancellationToken ct)
    {
        if (journey.Consented || journey.Request is not { } request
            || !environment.Snapshot.Clients.TryGetValue(request.ClientId, out var client) || !ConsentRules.Applies(request, client))
        {
            return null;
        }

        return await MissingAsync(environment, request, client, user, ct) is { } missing
            ? journey with { Ask = JourneyAsk.Consent, Consent = missing }
            : null;
    }
}
