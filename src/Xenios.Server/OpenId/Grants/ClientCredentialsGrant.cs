using Xenios.Protocol;
using Xenios.Server.Environments;

namespace Xenios.Server.OpenId.Grants;

/// <summary>Tokens for a client acting for itself (RFC 6749 §4.4): no person, no ID token, no refresh token.</summary>
internal sealed class ClientCredentialsGrant(TokenIssuer issuer) : IGrant
{
    private static readonly string[] PersonScopes = [Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.OfflineAccess];

    /// <inheritdoc/>
    public string Type => "client_credentials";

    /// <inheritdoc/>
    public Task<Result<TokenResponse, OAuthError>> RedeemAsync(EnvironmentContext environment, Client client, Parameters form, CancellationToken ct) =>
        Task.FromResult(Redeem(environment, client, form));

    private Result<TokenResponse, OAuthError> Redeem(EnvironmentContext environment, Client client, Parameters form)
    {
        if (client.IsPublic)
        {
            return new OAuthError("unauthorized_client", "A public client cannot act for itself.");
        }

        if (ResourceRules.Check(form, client) is { } error)
        {
            return error;
        }

        var allowed = client.AllowedScopes.Where(scope => !PersonScopes.Contains(scope, StringComparer.Ordinal)).ToArray();
        var asked = Scopes.Split(form["scope"]);
        if (!asked.All(scope => allowed.Contains(scope, StringComparer.Ordinal)))
        {
            return new OAuthError("invalid_scope", "A scope is not registered for this client, or belongs to people.");
        }

        var resources = ResourceRules.Read(form);
        return issuer.IssueForClient(environment, client, asked.Count > 0 ? asked : allowed, resources.Length > 0 ? resources : client.Resources);
    }
}
