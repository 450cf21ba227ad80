using Microsoft.Extensions.Logging;
using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Sessions;
using Xenios.Server.SignIn;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.OpenId.Grants;

/// <summary>Redeems authorization codes (RFC 6749 §4.1.3). A code is used up first and checked then: any wrong use burns it (threats E01–E03).</summary>
internal sealed partial class AuthorizationCodeGrant(
    Database database, EphemeralStore store, TokenFamilies families, RevokedGrants revoked, UserClaims users, TokenIssuer issuer, TimeProvider time, ILogger<AuthorizationCodeGrant> logger)
    : IGrant
{
    /// <inheritdoc/>
    public string Type => "authorization_code";

    /// <inheritdoc/>
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
        var (taken, error, person, resources, refreshToken) = await TakeAsync(environment, client, form, key, ct);
        if (taken.State == EphemeralState.Taken)
        {
            // Somebody else has seen the code: what the first use got stops working, wherever it is.
            await revoked.RevokeAsync(id, taken.Value!.GrantId, "code used twice", ct);
            await database.WriteAsync(
                async scope =>
                {
                    await NoteAsync(id, taken.Value, "invalid_grant", scope, HopKind.CodeReused);
                    return await families.RevokeAsync(id, taken.Value.GrantId, null, scope);
                },
                ct);
            Log.UsedTwice(logger, taken.Value.ClientId, client.ClientId, taken.Value.SupportCode);
            return OAuthError.InvalidGrant("the code was used before");
        }

        if (taken.State != EphemeralState.Live)
        {
            return OAuthError.InvalidGrant(taken.State == EphemeralState.Expired ? "the code is too old" : "there is no such code");
        }

        if (error is not null)
        {
            return error;
        }

        var code = taken.Value!;
        if (person is not { IsActive: true, SessionLives: 1, GrantRevoked: 0 })
        {
            return OAuthError.InvalidGrant("the person was blocked, signed out or deleted since");
        }

        return issuer.Issue(environment, client, new Grant
        {
            Id = code.GrantId,
            UserId = code.UserId,
            SessionId = code.SessionId,
            AuthTime = code.AuthTime,
            Scopes = code.Scopes,
            NameScopes = code.ScopesNarrowed,
            Resources = resources,
            Claims = code.Claims ?? RequestedClaims.None,
            Nonce = code.Nonce,
            RefreshToken = refreshToken,
        }, person);
    }

    // One transaction: the code is used up, the person read and the family of refresh tokens begun. A second use that comes during the first then
    // revokes what it got, and never keeps both from anything.
    private Task<(Found<AuthorizationCode> Taken, OAuthError? Error, PersonClaims? Person, string[] Resources, string? RefreshToken)> TakeAsync(
        EnvironmentContext environment, Client client, Parameters form, string key, CancellationToken ct) =>
        database.WriteAsync(
            async scope =>
            {
                var id = environment.Snapshot.Id;
                var taken = await store.TakeAsync(JourneyFinish.Codes, id, key, scope);
                if (taken.State != EphemeralState.Live)
                {
                    return (taken, (OAuthError?)null, (PersonClaims?)null, (string[])[], (string?)null);
                }

                var code = taken.Value!;
                if (TokenRules.CheckCode(code, client, form, environment.Issuer) is { } error)
                {
                    await NoteAsync(id, code, error.Code, scope);
                    return (taken, error, null, [], null);
                }

                if (!ResourceRules.Narrow(form, client, code.Resources).TryGet(out var resources, out var notTheirs))
                {
                    await NoteAsync(id, code, notTheirs.Code, scope);
                    return (taken, notTheirs, null, [], null);
                }

                var person = await users.FindAsync(id, code.UserId, code.SessionId, code.GrantId, scope);
                await NoteAsync(id, code, person is { IsActive: true, SessionLives: 1, GrantRevoked: 0 } ? null : "invalid_grant", scope);
                var wantsRefresh = code.Scopes.Contains(Scopes.OfflineAccess, StringComparer.Ordinal) && client.GrantTypes.Contains("refresh_token", StringComparer.Ordinal);
                return (taken, null, person, resources, wantsRefresh ? await families.BeginAsync(id, FamilyOf(code), scope) : null);
            },
            ct);

    // A code that came of no sign-in, but of a session that was there, has no timeline.
    private Task NoteAsync(string environment, AuthorizationCode code, string? error, WriteScope scope, string kind = HopKind.Tokens)
    {
        if (code.SupportCode is not { } supportCode)
        {
            return Task.CompletedTask;
        }

        var hop = Hop.Of(kind, time.GetUtcNow(), ("application", code.ClientId));
        return SignInTimeline.AppendAsync(environment, supportCode, error is null ? hop : hop.Ended(HopOutcome.Failed, error), scope);
    }

    private static TokenFamily FamilyOf(AuthorizationCode code) => new()
    {
        Id = code.GrantId,
        ClientId = code.ClientId,
        UserId = code.UserId,
        SessionId = code.SessionId,
        Issuer = code.Issuer,
        Scopes = code.Scopes,
        Resources = code.Resources,
        Claims = code.Claims ?? RequestedClaims.None,
        AuthTime = code.AuthTime,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 221, Level = LogLevel.Warning, Message = "{SupportCode}: a code of {Owner} was used twice, the second time by {ClientId}; its tokens are revoked")]
        public static partial void UsedTwice(ILogger logger, string owner, string clientId, string? supportCode);
    }
}
