namespace Xenios.Sdk;

/// <summary>An application as the management API shows it: its fields, and what only the server knows. Its secret is never among them, except one just generated.</summary>
public sealed record ApplicationView : ApplicationResource
{
    /// <summary>An empty view, to be read into.</summary>
    public ApplicationView()
    {
    }

    /// <summary>Shows an application.</summary>
    /// <param name="resource">Its fields.</param>
    public ApplicationView(ApplicationResource resource)
        : base(resource) => (Id, ClientSecret) = (resource.ClientId, null);

    /// <summary>Its id: the <c>client_id</c>. Read-only.</summary>
    public string? Id { get; init; }

    /// <summary>Whether it has a secret that lives. Read-only.</summary>
    public bool? HasClientSecret { get; init; }

    /// <summary>Since when it exists. Read-only.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was last changed. Read-only.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}

/// <summary>Part of the applications of an environment, by <c>client_id</c>.</summary>
/// <param name="Items">At most as many as asked for.</param>
/// <param name="NextCursor">Where the rest begins; null at the end.</param>
public sealed record ApplicationList(IReadOnlyList<ApplicationView> Items, string? NextCursor);

/// <summary>Asks for a new client secret.</summary>
public sealed record SecretRotation
{
    /// <summary>Seconds for which the former secret still works: 0 to 2,592,000 (30 days). Default 86,400.</summary>
    public int? Overlap { get; init; }
}

/// <summary>A client secret that was just generated: shown this once.</summary>
/// <param name="ClientSecret">The new secret.</param>
/// <param name="FormerUntil">Until when the former secret works; null when there is none that does.</param>
public sealed record RotatedSecret(string ClientSecret, DateTimeOffset? FormerUntil)
{
    /// <summary>Never the secret.</summary>
    public override string ToString() => "***";
}

/// <summary>The way people sign in to an application, whichever form it is stored in.</summary>
public sealed record LoginFlowView
{
    /// <summary>The application's <c>client_id</c>. Read-only.</summary>
    public string? ClientId { get; init; }

    /// <summary>Its steps; none given means one step with every connection of the environment.</summary>
    public IReadOnlyList<LoginStepResource>? Steps { get; init; }
}

/// <summary>Part of the login flows of an environment, by <c>client_id</c>.</summary>
/// <param name="Items">At most as many as asked for.</param>
/// <param name="NextCursor">Where the rest begins; null at the end.</param>
public sealed record LoginFlowList(IReadOnlyList<LoginFlowView> Items, string? NextCursor);
