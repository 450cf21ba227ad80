using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Protocol.Tokens;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Sessions;
using Xenios.Server.Users;

namespace Xenios.Server.OpenId;

/// <summary>Token introspection (RFC 7662): whether a token lives, told to the client it was issued to and to the APIs it is for.</summary>
internal static class IntrospectionEndpoint
{
    private static readonly JsonAnswer Inactive = new("""{"active":false}"""u8.ToArray());

    /// <summary>Handles POST.</summary>
    public static async Task<IResult> Post(
        HttpContext context,
        EnvironmentContext environment,
        ClientAuthenticator authenticator,
        TokenFamilies families,
        UserClaims users,
        RevokedGrants revoked,
        TimeProvider time,
        CancellationToken ct)
    {
        if (!(await authenticator.ReadAsync(context, environment, ct)).TryGet(out var sent, out var unproved))
        {
            return authenticator.Refuse(context, null, unproved);
        }

        var (client, form) = sent;
        if (client.IsPublic)
        {
            return authenticator.Refuse(context, client.ClientId, OAuthError.InvalidClient("a public client may not introspect"));
        }

        if (form["token"] is not { } token)
        {
            return authenticator.Refuse(context, client.ClientId, OAuthError.InvalidRequest("token is missing."));
        }

        return await RefreshAsync(environment, client, token, families, users, ct) ?? await AccessAsync(environment, client, token, users, revoked, time, ct) ?? Inactive;
    }

    private static async Task<JsonAnswer?> RefreshAsync(
        EnvironmentContext environment, Client client, string token, TokenFamilies families, UserClaims users, CancellationToken ct)
    {
        if (await families.FindLiveAsync(environment.Snapshot.Id, token, ct) is not { } live || live.Family.ClientId != client.ClientId)
        {
            return null;
        }

        var person = await users.FindAsync(environment.Snapshot.Id, live.Family.UserId, live.Family.SessionId, live.Family.Id, ct);
        if (person is not { IsActive: true, GrantRevoked: 0 })
        {
            return null;
        }

        return Write(json =>
        {
            json.WriteString("scope", string.Join(' ', live.Family.Scopes));
            json.WriteString("client_id", live.Family.ClientId);
            json.WriteString("token_type", "refresh_token");
            json.WriteNumber("exp", live.ExpiresAt.ToUnixTimeSeconds());
            json.WriteString("sub", live.Family.UserId);
            json.WriteString("iss", environment.Issuer);
        });
    }

    private static async Task<JsonAnswer?> AccessAsync(
        EnvironmentContext environment, Client client, string token, UserClaims users, RevokedGrants revoked, TimeProvider time, CancellationToken ct)
    {
        if (TokenReader.Read(token, environment.Snapshot.Keys.Find, AccessToken.Type, environment.Issuer, time.GetUtcNow()) is not { } payload
            || TokenReader.Text(payload, "sub") is not { } subject
            || TokenReader.Text(payload, "jti") is not { } jti)
        {
            return null;
        }

        // Only whom it concerns may look: the client it was issued to, and an API it names (threats E11).
        if (TokenReader.Text(payload, "client_id") != client.ClientId && !client.Resources.Any(resource => TokenReader.HasAudience(payload, resource)))
        {
            return null;
        }

        // A person's token depends on the person; a client's own only on itself.
        var revokedOrGone = TokenReader.Text(payload, "sid") is { } session
            ? await users.FindAsync(environment.Snapshot.Id, subject, session, jti.Split('.')[0], ct, jti) is not { } person
                || !person.Honours(Scopes.Split(TokenReader.Text(payload, "scope")))
            : await revoked.IsRevokedAsync(environment.Snapshot.Id, jti, ct);
        if (revokedOrGone)
        {
            return null;
        }

        return Write(json =>
        {
            json.WriteString("token_type", "Bearer");
            foreach (var member in payload.EnumerateObject())
            {
                member.WriteTo(json);
            }
        });
    }

    private static JsonAnswer Write(Action<Utf8JsonWriter> members) => JsonAnswer.Object(
        members,
        static (json, members) =>
        {
            json.WriteBoolean("active", true);
            members(json);
        });
}
