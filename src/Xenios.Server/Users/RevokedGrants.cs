using System.Text.Json.Serialization;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>Marks grants whose tokens must stop working at once, such as those of a code that was used twice (RFC 6749 §4.1.2).</summary>
internal sealed class RevokedGrants(EphemeralStore store)
{
    /// <summary>Key space of the marks.</summary>
    public static readonly EphemeralKind<RevokedGrant> Kind = new("revoked_grant", RevokedGrantJson.Default.RevokedGrant);

    // As long as any access token may live: whose token it is, and what its client's lifetime was then, is not asked.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(86_400);

    /// <summary>Whether something was revoked by its own name.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="name">Grant id, or the <c>jti</c> of one access token.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<bool> IsRevokedAsync(string environment, string name, CancellationToken ct) =>
        (await store.GetAsync(Kind, environment, name, ct)).State != EphemeralState.Missing;

    /// <summary>Revokes everything issued with a grant, or one access token by its <c>jti</c>.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="grant">Grant id.</param>
    /// <param name="reason">Why, for the operator.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task RevokeAsync(string environment, string grant, string reason, CancellationToken ct) =>
        store.PutAsync(Kind, environment, grant, new RevokedGrant(reason), Longest, TimeSpan.FromMinutes(5), ct);

    /// <summary>Revokes everything issued with a grant as part of a transaction.</summary>
    /// <inheritdoc cref="RevokeAsync(string, string, string, CancellationToken)"/>
    public Task RevokeAsync(string environment, string grant, string reason, WriteScope scope) =>
        store.PutAsync(Kind, environment, grant, new RevokedGrant(reason), Longest, TimeSpan.FromMinutes(5), scope);
}

/// <summary>A revoked grant.</summary>
/// <param name="Reason">Why.</param>
internal sealed record RevokedGrant(string Reason);

/// <summary>How marks are written.</summary>
[JsonSerializable(typeof(RevokedGrant))]
internal sealed partial class RevokedGrantJson : JsonSerializerContext;
