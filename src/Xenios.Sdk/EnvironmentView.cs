namespace Xenios.Sdk;

/// <summary>An environment as the management API shows it.</summary>
public sealed record EnvironmentView : EnvironmentResource
{
    /// <summary>An empty view, to be read into.</summary>
    public EnvironmentView()
    {
    }

    /// <summary>Shows an environment.</summary>
    /// <param name="resource">Its fields.</param>
    public EnvironmentView(EnvironmentResource resource)
        : base(resource)
    {
    }

    /// <summary>Its id; the slug opens it as well. Read-only.</summary>
    public string? Id { get; init; }

    /// <summary>Whether the bare host is this environment. Read-only.</summary>
    public bool? IsDefault { get; init; }

    /// <summary>Its own base URL, which is its issuer. Read-only.</summary>
    public string? Issuer { get; init; }

    /// <summary>Since when it exists. Read-only.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>Part of the environments, by slug.</summary>
/// <param name="Items">At most as many as asked for.</param>
/// <param name="NextCursor">Where the rest begins; null at the end.</param>
public sealed record EnvironmentList(IReadOnlyList<EnvironmentView> Items, string? NextCursor);
