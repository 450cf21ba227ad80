using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Protocol.Tokens;
using Xenios.Server.Environments;
using Xenios.Server.Sessions;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.OpenId;

/// <summary>Token revocation (RFC 7009): a client ends what it was issued. What is unknown or another's is answered alike and left alone.</summary>
internal static class RevocationEndpoint
{
    /// <summary>Handles POST.</summary>
    public static async Task<IResult> Post(
        HttpContext context,
        EnvironmentContext environment,
        ClientAuthenticator authenticator,
        TokenFamilies families,
        RevokedGrants revoked,
        Database database,
        TimeProvider time,
        CancellationToken ct)
    {
        if (!(await authenticator.ReadAsync(context, environment, ct)).TryGet(out var sent, out var unproved))
        {
            return authenticator.Refuse(context, null, unproved);
        }

        var (client, form) = sent;
        if (form["token"] is not { } token)
        {
            return authenticator.Refuse(context, client.ClientId, OAuthError.InvalidRequest("token is missing."));
        }

        var id = environment.Snapshot.Id;
        if (families.Read(id, token) is { } refresh)
        {
            var ended = await database.WriteAsync(scope => families.RevokeAsync(id, refresh.Family, client.ClientId, scope), ct);
            if (ended)
            {
                await revoked.RevokeAsync(id, refresh.Family, "revoked by the client", ct);
            }
        }
        else if (TokenReader.Read(token, environment.Snapshot.Keys.Find, AccessToken.Type, environment.Issuer, time.GetUtcNow()) is { } payload
            && TokenReader.Text(payload, "client_id") == client.ClientId
            && TokenReader.Text(payload, "jti") is { } jti)
        {
            // The token alone: its refresh token lives on (RFC 7009 §2.1).
            await revoked.RevokeAsync(id, jti, "revoked by the client", ct);
        }
        else if (form["token_type_hint"] is { } hint && hint is not ("access_token" or "refresh_token"))
        {
            // RFC 7009 §2.2.1: a hint is only a hint, so what is one of ours was revoked above whatever it was called.
            return authenticator.Refuse(context, client.ClientId, new("unsupported_token_type", "Access tokens and refresh tokens can be revoked, nothing else."));
        }

        return Results.Ok();
    }
}
