using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>A connection as the management API shows it: its fields, and what only the server knows. Its secrets are never among them.</summary>
public sealed record ConnectionView : ConnectionResource
{
    /// <summary>An empty view, to be read into.</summary>
    public ConnectionView()
    {
    }

    /// <summary>Shows a connection.</summary>
    /// <param name="resource">Its fields.</param>
    public ConnectionView(ConnectionResource resource)
        : base(resource) => (Id, ClientSecret, ApiKeySecret) = (resource.Slug, null, null);

    /// <summary>Its id: the slug. Read-only.</summary>
    public string? Id { get; init; }

    /// <summary>The id that never comes back, not even for a new connection with the same slug; it opens the connection as well. Read-only.</summary>
    public string? ConnectionId { get; init; }

    /// <summary>Whether an OAuth 2.0 client secret is stored. Read-only.</summary>
    public bool? HasClientSecret { get; init; }

    /// <summary>Whether an API Key Secret is stored. Read-only.</summary>
    public bool? HasApiKeySecret { get; init; }

    /// <summary>Whose credentials it speaks with (D-9). Read-only.</summary>
    public ConnectionCredentialKind? Credentials { get; init; }

    /// <summary>The preset that fills in what its policy does not name (D5). Read-only; set <c>policy.preset</c>.</summary>
    public PolicyPreset? Preset { get; init; }

    /// <summary>Since when it exists. Read-only.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was last changed. Read-only.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}

/// <summary>Whose credentials a connection speaks with (D-9).</summary>
[JsonConverter(typeof(WireNameConverter<ConnectionCredentialKind>))]
public enum ConnectionCredentialKind
{
    /// <summary><c>own</c>: its own.</summary>
    Own,

    /// <summary><c>shared</c>: those of the operator, outside production.</summary>
    Shared,

    /// <summary><c>sandbox</c>: the X sandbox, outside production.</summary>
    Sandbox,

    /// <summary><c>missing</c>: none, so nobody can sign in with it.</summary>
    Missing,
}

/// <summary>Part of the connections of an environment, by slug.</summary>
/// <param name="Items">At most as many as asked for.</param>
/// <param name="NextCursor">Where the rest begins; null at the end.</param>
public sealed record ConnectionList(IReadOnlyList<ConnectionView> Items, string? NextCursor);

/// <summary>A callback address to be registered at the provider.</summary>
/// <param name="Url">The address, as it has to stand there.</param>
/// <param name="Host">Host, with its port where it is not the scheme's own, on which people sign in.</param>
/// <param name="Style">Which path is used.</param>
public sealed record CallbackView(string Url, string Host, CallbackStyle Style);

/// <summary>Every callback address of a connection.</summary>
/// <param name="Items">One per host of the environment.</param>
public sealed record CallbackList(IReadOnlyList<CallbackView> Items);
