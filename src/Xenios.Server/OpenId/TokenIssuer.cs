using Xenios.Protocol;
using Xenios.Protocol.Tokens;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Users;

namespace Xenios.Server.OpenId;

/// <summary>Makes the tokens of a grant.</summary>
internal sealed class TokenIssuer(TimeProvider time)
{
    /// <summary>Audience of access tokens that name no other resource: this server's own userinfo endpoint.</summary>
    /// <param name="issuer">Issuer in use.</param>
    public static string Audience(string issuer) => $"{issuer}/oauth2/userinfo";

    /// <summary>Issues the tokens of a redeemed code.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="client">The client.</param>
    /// <param name="code">What the code stood for.</param>
    /// <param name="person">What may be said about the person.</param>
    public TokenResponse Issue(EnvironmentContext environment, Client client, AuthorizationCode code, PersonClaims person)
    {
        var now = time.GetUtcNow();
        var expires = now + TimeSpan.FromSeconds(client.AccessTokenLifetime);
        var accessToken = new AccessToken
        {
            Issuer = environment.Issuer,
            Audience = Audience(environment.Issuer),
            Subject = code.UserId,
            ClientId = client.ClientId,
            Scopes = code.Scopes,
            Id = $"{code.GrantId}.{Secrets.New()[..11]}",
            SessionId = code.SessionId,
            IssuedAt = now,
            ExpiresAt = expires,
            AuthTime = code.AuthTime,
        }.Sign(environment.Snapshot.Keys.For(client.AccessTokenSigningAlgorithm));

        return new TokenResponse
        {
            AccessToken = accessToken,
            ExpiresIn = client.AccessTokenLifetime,
            Scope = code.ScopesNarrowed ? string.Join(' ', code.Scopes) : null,
            IdToken = code.Scopes.Contains(Scopes.OpenId, StringComparer.Ordinal) ? IdTokenFor(environment, client, code, person, accessToken, now) : null,
        };
    }

    private static string IdTokenFor(EnvironmentContext environment, Client client, AuthorizationCode code, PersonClaims person, string accessToken, DateTimeOffset now) =>
        new IdToken
        {
            Issuer = environment.Issuer,
            ClientId = client.ClientId,
            Subject = code.UserId,
            IssuedAt = now,
            ExpiresAt = now + TimeSpan.FromHours(1),
            AuthTime = code.AuthTime,
            Nonce = code.Nonce,
            SessionId = code.SessionId,
            AccessToken = accessToken,
            Claims = client.ClaimsInIdToken ? person.For(code.Scopes) : [],
        }.Sign(environment.Snapshot.Keys.For(client.IdTokenSigningAlgorithm));
}
