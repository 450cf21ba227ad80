namespace Xenios.Protocol.Tokens;

/// <summary>A logout token (OpenID Connect Back-Channel Logout 1.0 §2.4): tells one client that a session ended.</summary>
public sealed record LogoutToken
{
    /// <summary>The <c>typ</c> header of a logout token: none is ever taken for an ID token, nor the other way round.</summary>
    public const string Type = "logout+jwt";

    /// <summary>Name of the one event it reports.</summary>
    public const string Event = "http://schemas.openid.net/event/backchannel-logout";

    /// <summary>How long it counts: two minutes, the most that §2.4 recommends.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    /// <summary>Who issued it.</summary>
    public required string Issuer { get; init; }

    /// <summary>The client it is for.</summary>
    public required string ClientId { get; init; }

    /// <summary>The person.</summary>
    public required string Subject { get; init; }

    /// <summary>Public id of the session that ended; always given, so clients that insist on it are served too.</summary>
    public required string SessionId { get; init; }

    /// <summary>Unique id, new at every delivery.</summary>
    public required string Id { get; init; }

    /// <summary>When it was issued; it ends <see cref="Lifetime"/> later.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>Signs it. A <c>nonce</c> is never in it: §2.4 forbids it.</summary>
    /// <param name="key">The environment's key for the algorithm of the client's ID tokens.</param>
    public string Sign(SigningKey key) => TokenSigner.Sign(key, Type, this, static (json, token) =>
    {
        json.WriteString("iss", token.Issuer);
        json.WriteString("sub", token.Subject);
        json.WriteString("aud", token.ClientId);
        json.WriteNumber("iat", token.IssuedAt.ToUnixTimeSeconds());
        json.WriteNumber("exp", (token.IssuedAt + Lifetime).ToUnixTimeSeconds());
        json.WriteString("jti", token.Id);
        json.WriteString("sid", token.SessionId);
        json.WriteStartObject("events");
        json.WriteStartObject(Event);
        json.WriteEndObject();
        json.WriteEndObject();
    });
}
