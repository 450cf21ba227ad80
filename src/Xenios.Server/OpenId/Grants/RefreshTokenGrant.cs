using Microsoft.Extensions.Logging;
using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Server.Environments;
using Xenios.Server.Sessions;
using Xenios.Server.Users;

namespace Xenios.Server.OpenId.Grants;

/// <summary>Refreshes tokens (RFC 6749 §6, OpenID Connect Core §12). Everything that could forbid it is asked again each time (threats E05).</summary>
internal sealed partial class RefreshTokenGrant(
    TokenFamilies families, UserClaims users, Consents consents, RevokedGrants revoked, TokenIssuer issuer, ILogger<RefreshTokenGrant> logger) : IGrant
{
    /// <inheritdoc/>
    public string Type => "refresh_token";

    /// <inheritdoc/>
    public async Task<Result<TokenResponse, OAuthError>> RedeemAsync(EnvironmentContext environment, Client client, Parameters form, CancellationToken ct)
    {
        if (form["refresh_token"] is not { } token)
        {
            return OAuthError.InvalidRequest("refresh_token is missing.");
        }

        var id = environment.Snapshot.Id;
        var rotation = await families.RotateAsync(
            id,
            environment.Issuer,
            client,
            token,
            family => TokenRules.CheckScope(family.Scopes, form["scope"]) ?? (ResourceRules.Narrow(form, client, family.Resources).TryGet(out _, out var refused) ? null : refused),
            ct);
        if (rotation.Reused)
        {
            await revoked.RevokeAsync(id, rotation.Family!.Id, "refresh token used twice", ct);
            Log.Reused(logger, client.ClientId, rotation.Family.Id);
        }

        if (rotation.Error is { } error)
        {
            return error;
        }

        var granted = rotation.Family!;
        var person = await users.FindAsync(id, granted.UserId, granted.SessionId, granted.Id, ct);
        if (person is not { IsActive: true, GrantRevoked: 0 })
        {
            return OAuthError.InvalidGrant("the person was blocked or deleted, or the grant was revoked");
        }

        // A scope or an API taken from the application since is gone from its tokens at once.
        if (!ResourceRules.Held(granted.Resources, client).TryGet(out var held, out var lost) || !ResourceRules.Narrow(form, client, granted.Resources).TryGet(out var resources, out lost))
        {
            return lost;
        }

        var scopes = granted.Scopes.Where(scope => client.AllowedScopes.Contains(scope, StringComparer.Ordinal)).ToArray();
        if (!scopes.Contains(Scopes.OfflineAccess, StringComparer.Ordinal))
        {
            return OAuthError.InvalidGrant("the application may no longer ask for offline_access");
        }

        if (ConsentRules.Asked(scopes, held, client) is { } needed
            && ConsentRules.Missing(needed, await consents.FindAsync(id, granted.UserId, client.ClientId, ct)) is not null)
        {
            return OAuthError.InvalidGrant("the person's consent was taken back, or the application needs more of it now");
        }

        var asked = form["scope"] is { } wanted ? Scopes.Split(wanted).Where(scope => scopes.Contains(scope, StringComparer.Ordinal)).ToArray() : scopes;
        return issuer.Issue(environment, client, new Grant
        {
            Id = granted.Id,
            UserId = granted.UserId,
            SessionId = granted.SessionId,
            AuthTime = granted.AuthTime,
            Scopes = asked,
            NameScopes = asked.Length != granted.Scopes.Count,
            Resources = resources,
            Claims = granted.Claims.For(client),
            RefreshToken = rotation.Next,
        }, person);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 222, Level = LogLevel.Warning, Message = "A spent refresh token of {ClientId} was used again; its grant {Grant} is revoked")]
        public static partial void Reused(ILogger logger, string clientId, string grant);
    }
}
