using Microsoft.Extensions.Logging;
using Xenios.Protocol;
using Xenios.Server.Environments;
using Xenios.Server.SignIn;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.OpenId.Grants;

/// <summary>Redeems authorization codes (RFC 6749 §4.1.3). A code is used up first and checked then: any wrong use burns it (threats E01–E03).</summary>
internal sealed partial class AuthorizationCodeGrant(
    EphemeralStore store, RevokedGrants revoked, TokenIssuer issuer, ILogger<AuthorizationCodeGrant> logger)
{
    /// <summary>Redeems the code in a form.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="client">The authenticated client.</param>
    /// <param name="form">The form.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<TokenResponse, OAuthError>> RedeemAsync(EnvironmentContext environment, Client client, Parameters form, CancellationToken ct)
    {
        if (form["code"] is not { } key)
        {
            return OAuthError.InvalidRequest("code is missing.");
        }

        if (key.Length > 256)
        {
            return OAuthError.InvalidGrant("the code is far too long");
        }

        var id = environment.Snapshot.Id;

        // The person is read with the taking: a second use that comes during the first then revokes what it got, and never keeps both from anything.
        var (taken, person) = await store.TakeAsync(
            JourneyFinish.Codes, id, key, (value, scope) => UserClaims.FindAsync(id, value.UserId, value.SessionId, value.GrantId, scope), ct);
        if (taken.State == EphemeralState.Taken)
        {
            // Somebody else has seen the code: what the first use got stops working, wherever it is.
            await revoked.RevokeAsync(id, taken.Value!.GrantId, "code used twice", ct);
            Log.UsedTwice(logger, taken.Value.ClientId, client.ClientId, taken.Value.SupportCode);
            return OAuthError.InvalidGrant("the code was used before");
        }

        if (taken.State != EphemeralState.Live)
        {
            return OAuthError.InvalidGrant(taken.State == EphemeralState.Expired ? "the code is too old" : "there is no such code");
        }

        var code = taken.Value!;
        if (TokenRules.CheckCode(code, client, form, environment.Issuer) is { } error)
        {
            return error;
        }

        if (person is not { IsActive: true, SessionLives: 1, GrantRevoked: 0 })
        {
            return OAuthError.InvalidGrant("the person was blocked, signed out or deleted since");
        }

        return issuer.Issue(environment, client, code, person);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 221, Level = LogLevel.Warning, Message = "{SupportCode}: a code of {Owner} was used twice, the second time by {ClientId}; its tokens are revoked")]
        public static partial void UsedTwice(ILogger logger, string owner, string clientId, string? supportCode);
    }
}
