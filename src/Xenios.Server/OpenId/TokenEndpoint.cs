using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Server.Environments;
using Xenios.Server.OpenId.Grants;

namespace Xenios.Server.OpenId;

/// <summary>The token endpoint (RFC 6749 §3.2): client, grant, answer.</summary>
internal static class TokenEndpoint
{
    /// <summary>Handles POST.</summary>
    public static async Task<IResult> Post(
        HttpContext context, EnvironmentContext environment, ClientAuthenticator authenticator, IGrant[] grants, CancellationToken ct)
    {
        // 1. Who asks.
        if (!(await authenticator.ReadAsync(context, environment, ct)).TryGet(out var sent, out var unproved))
        {
            return authenticator.Refuse(context, null, unproved);
        }

        // 2. Which grant.
        var (client, form) = sent;
        if (form["grant_type"] is not { } grantType)
        {
            return authenticator.Refuse(context, client.ClientId, OAuthError.InvalidRequest("grant_type is missing."));
        }

        if (Array.Find(grants, served => string.Equals(served.Type, grantType, StringComparison.Ordinal)) is not { } grant)
        {
            return authenticator.Refuse(context, client.ClientId, new("unsupported_grant_type", "This server does not know that grant_type."));
        }

        if (TokenRules.CheckGrant(client, grantType) is { } forbidden)
        {
            return authenticator.Refuse(context, client.ClientId, forbidden);
        }

        // 3. What it gives. 4. The answer.
        return (await grant.RedeemAsync(environment, client, form, ct)).TryGet(out var response, out var error)
            ? response.ToAnswer()
            : authenticator.Refuse(context, client.ClientId, error);
    }
}
