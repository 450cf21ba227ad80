using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Server.Environments;
using Xenios.Server.OpenId.Grants;

namespace Xenios.Server.OpenId;

/// <summary>The token endpoint (RFC 6749 §3.2): client, grant, answer.</summary>
internal static class TokenEndpoint
{
    private static readonly Meter Meter = new("Xenios.Tokens");
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("xenios.token.requests", "{request}", "Requests of the token endpoint, by grant and outcome.");

    /// <summary>Handles POST.</summary>
    public static async Task<IResult> Post(
        HttpContext context, EnvironmentContext environment, ClientAuthenticator authenticator, IGrant[] grants, CancellationToken ct)
    {
        // 1. Who asks.
        if (!(await authenticator.ReadAsync(context, environment, ct)).TryGet(out var sent, out var unproved))
        {
            return Refuse(null, null, unproved);
        }

        // 2. Which grant.
        var (client, form) = sent;
        if (form["grant_type"] is not { } grantType)
        {
            return Refuse(client, null, OAuthError.InvalidRequest("grant_type is missing."));
        }

        if (Array.Find(grants, served => string.Equals(served.Type, grantType, StringComparison.Ordinal)) is not { } grant)
        {
            return Refuse(client, null, new("unsupported_grant_type", "This server does not know that grant_type."));
        }

        if (TokenRules.CheckGrant(client, grantType) is { } forbidden)
        {
            return Refuse(client, grant, forbidden);
        }

        // 3. What it gives. 4. The answer.
        if (!(await grant.RedeemAsync(environment, client, form, ct)).TryGet(out var response, out var error))
        {
            return Refuse(client, grant, error);
        }

        Requests.Add(1, new KeyValuePair<string, object?>("oauth.grant_type", grant.Type));
        return response.ToAnswer();

        IResult Refuse(Client? known, IGrant? asked, OAuthError why)
        {
            Requests.Add(1, new("oauth.grant_type", asked?.Type ?? "none"), new("error.type", why.Code));
            return authenticator.Refuse(context, known?.ClientId, why);
        }
    }
}
