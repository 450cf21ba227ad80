using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Protocol.Tokens;
using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Sessions;

namespace Xenios.Server.Environments;

/// <summary>Everything about an environment that requests need, read once and swapped whole: no query on the hot path asks for configuration.</summary>
internal sealed record EnvironmentSnapshot
{
    /// <summary>Id, the first column of every table.</summary>
    public required string Id { get; init; }

    /// <summary>Short name, as in <c>/e/{slug}</c>.</summary>
    public required string Slug { get; init; }

    /// <summary>Whether real people depend on it.</summary>
    public required EnvironmentKind Kind { get; init; }

    /// <summary>Name people see when no application is waiting.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Whether the bare host is this environment.</summary>
    public required bool IsDefault { get; init; }

    /// <summary>Counts changes; nodes compare it.</summary>
    public required long Version { get; init; }

    /// <summary>Applications by <c>client_id</c>.</summary>
    public required FrozenDictionary<string, Client> Clients { get; init; }

    /// <summary>Origins that any application registered. A preflight names no client, so this is what it can be held against.</summary>
    public required FrozenSet<string> AllowedOrigins { get; init; }

    /// <summary>Connections by slug.</summary>
    public required FrozenDictionary<string, Connection> Connections { get; init; }

    /// <summary>Connections in the order they are shown.</summary>
    public required IReadOnlyList<Connection> ConnectionOrder { get; init; }

    /// <summary>The environment's own local attributes with their types.</summary>
    public required FrozenDictionary<string, AttributeType> AttributeTypes { get; init; }

    /// <summary>Keys that sign.</summary>
    public required KeyRing Keys { get; init; }

    /// <summary>The same keys with their states, in the same order, and after them the former ones.</summary>
    public required IReadOnlyList<KeyRecord> KeyRecords { get; init; }

    /// <summary>When they change.</summary>
    public required KeySchedule KeySchedule { get; init; }

    /// <summary>How long sessions live.</summary>
    public required SessionLimits SessionLimits { get; init; }

    /// <summary>The JSON Web Key Set, ready to be sent.</summary>
    public required ReadyDocument Jwks { get; init; }

    /// <summary>The discovery document of the environment's own base URL.</summary>
    public required ReadyDocument Discovery { get; init; }

    /// <summary>The environment's own base URL, its issuer.</summary>
    public required string Issuer { get; init; }

    /// <summary>The client that waits for an answer, as long as it may have one: an administrator may have removed it, or its address, since it asked (threats D01).</summary>
    /// <param name="request">A request that was checked earlier.</param>
    public Client? Waiting(AuthorizeRequest request) =>
        Clients.TryGetValue(request.ClientId, out var client) && AuthorizeRules.IsRegistered(request.Return.RedirectUri, client) ? client : null;

    /// <summary>The usable connections that the waiting application offers, in order; none when it may no longer have an answer.</summary>
    /// <param name="request">Its request; null when no application is waiting, for which every usable connection is offered.</param>
    public IReadOnlyList<Connection> Offered(AuthorizeRequest? request) => request is null
        ? [.. ConnectionOrder.Where(connection => connection.IsUsable)]
        : [.. (Waiting(request)?.Connections ?? []).Select(slug => Connections.GetValueOrDefault(slug)).OfType<Connection>().Where(connection => connection.IsUsable)];
}

/// <summary>A document that is sent as it stands.</summary>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="ETag">Changes with the body; quoted.</param>
internal sealed record ReadyDocument(byte[] Body, string ETag)
{
    /// <summary>Makes the tag from the body.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    public static ReadyDocument Of(byte[] body) =>
        new(body, $"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body).AsSpan(0, 12))}\"");
}

/// <summary>The environment and host a request is for: every endpoint takes it as a parameter and builds links from nothing else.</summary>
/// <param name="Snapshot">The environment.</param>
/// <param name="BaseUrl">Base URL of the host in use: its issuer.</param>
internal sealed record EnvironmentContext(EnvironmentSnapshot Snapshot, string BaseUrl)
{
    /// <summary>Issuer of tokens and responses on this host.</summary>
    public string Issuer => BaseUrl;

    /// <summary>Whether browsers reach this host by https, which decides the form of cookies.</summary>
    public bool IsHttps => BaseUrl.StartsWith("https:", StringComparison.Ordinal);

    /// <summary>
    /// The payload of an ID token that this environment issued on this host, expired or not: as long as the session it was issued in may live, it still says whom it
    /// was for (OpenID Connect Core §3.1.2.1). Older ones are signed by keys that are gone.
    /// </summary>
    /// <param name="token">The compact form.</param>
    /// <returns>Null for anything else.</returns>
    public JsonElement? ReadIdToken(string token) => TokenReader.Read(token, Snapshot.Keys.FindForHint, IdToken.Type, Issuer, now: null);

    /// <summary>What reads the <c>id_token_hint</c> of a request; null for a request without one, as most are.</summary>
    /// <param name="parameters">The request's parameters.</param>
    public Func<string, JsonElement?>? HintReader(Parameters parameters) => parameters["id_token_hint"] is null ? null : ReadIdToken;

    /// <summary>Gives handlers their parameter; the middleware has put it there.</summary>
    /// <param name="context">The request.</param>
    public static ValueTask<EnvironmentContext?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<EnvironmentContext>());
}
