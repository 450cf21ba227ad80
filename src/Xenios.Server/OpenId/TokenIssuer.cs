using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Protocol.Tokens;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Users;

namespace Xenios.Server.OpenId;

/// <summary>What a person granted to a client, as far as tokens need it: from a code or from a refresh token.</summary>
internal sealed record Grant
{
    /// <summary>Names everything issued from it.</summary>
    public required string Id { get; init; }

    /// <summary>The person.</summary>
    public required string UserId { get; init; }

    /// <summary>Public id of the session.</summary>
    public required string SessionId { get; init; }

    /// <summary>When the person signed in.</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>Claims asked for one by one.</summary>
    public RequestedClaims Claims { get; init; } = RequestedClaims.None;

    /// <summary>Scopes of this token.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Whether the response must name them, because they are not those asked for (RFC 6749 §5.1).</summary>
    public bool NameScopes { get; init; }

    /// <summary>APIs of this token; empty for this server's own userinfo.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Nonce for the ID token; none on refresh (OpenID Connect Core §12.2).</summary>
    public string? Nonce { get; init; }

    /// <summary>Refresh token to hand out; null for none.</summary>
    public string? RefreshToken { get; init; }
}

/// <summary>Makes the tokens of a grant.</summary>
internal sealed class TokenIssuer(TimeProvider time)
{
    private static readonly TimeSpan IdTokenLifetime = TimeSpan.FromHours(1);

    /// <summary>Audience of access tokens that name no other resource: this server's own userinfo endpoint.</summary>
    /// <param name="issuer">Issuer in use.</param>
    public static string Audience(string issuer) => $"{issuer}/oauth2/userinfo";

    /// <summary>Issues the tokens of a person's grant.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="client">The client.</param>
    /// <param name="grant">The grant.</param>
    /// <param name="person">What may be said about the person.</param>
    public TokenResponse Issue(EnvironmentContext environment, Client client, Grant grant, PersonClaims person)
    {
        var now = time.GetUtcNow();
        var accessToken = new AccessToken
        {
            Issuer = environment.Issuer,
            Audiences = grant.Resources.Count > 0 ? grant.Resources : [Audience(environment.Issuer)],
            Subject = grant.UserId,
            ClientId = client.ClientId,
            Scopes = grant.Scopes,
            Id = $"{grant.Id}.{Secrets.New()[..11]}",
            SessionId = grant.SessionId,
            IssuedAt = now,
            ExpiresAt = now + TimeSpan.FromSeconds(client.AccessTokenLifetime),
            AuthTime = grant.AuthTime,
            UserInfoClaims = grant.Claims.UserInfo,
        }.Sign(environment.Snapshot.Keys.For(client.AccessTokenSigningAlgorithm));

        return new TokenResponse
        {
            AccessToken = accessToken,
            ExpiresIn = client.AccessTokenLifetime,
            Scope = grant.NameScopes ? string.Join(' ', grant.Scopes) : null,
            IdToken = grant.Scopes.Contains(Scopes.OpenId, StringComparer.Ordinal) ? IdTokenFor(environment, client, grant, person, accessToken, now) : null,
            RefreshToken = grant.RefreshToken,
        };
    }

    /// <summary>Issues the token of a client acting for itself.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="client">The client.</param>
    /// <param name="scopes">Scopes of the token.</param>
    /// <param name="resources">APIs of the token; empty for the issuer itself.</param>
    public TokenResponse IssueForClient(EnvironmentContext environment, Client client, IReadOnlyList<string> scopes, IReadOnlyList<string> resources)
    {
        var now = time.GetUtcNow();
        return new TokenResponse
        {
            AccessToken = new AccessToken
            {
                Issuer = environment.Issuer,
                Audiences = resources.Count > 0 ? resources : [environment.Issuer],

                // No user id has a colon: a client can never pass as a person (threats E10).
                Subject = $"client:{client.ClientId}",
                ClientId = client.ClientId,
                Scopes = scopes,
                Id = Secrets.NewId("tok", now),
                IssuedAt = now,
                ExpiresAt = now + TimeSpan.FromSeconds(client.AccessTokenLifetime),
            }.Sign(environment.Snapshot.Keys.For(client.AccessTokenSigningAlgorithm)),
            ExpiresIn = client.AccessTokenLifetime,
            Scope = scopes.Count > 0 ? string.Join(' ', scopes) : null,
        };
    }

    private static string IdTokenFor(EnvironmentContext environment, Client client, Grant grant, PersonClaims person, string accessToken, DateTimeOffset now) =>
        new IdToken
        {
            Issuer = environment.Issuer,
            ClientId = client.ClientId,
            Subject = grant.UserId,
            IssuedAt = now,
            ExpiresAt = now + IdTokenLifetime,
            AuthTime = grant.AuthTime,
            Nonce = grant.Nonce,
            SessionId = grant.SessionId,
            AccessToken = accessToken,
            Claims = client.ClaimsInIdToken || grant.Claims.IdToken.Count > 0 ? person.For(client.ClaimsInIdToken ? grant.Scopes : [], grant.Claims.IdToken, environment.Snapshot.AttributeTypes) : [],
        }.Sign(environment.Snapshot.Keys.For(client.IdTokenSigningAlgorithm));
}
