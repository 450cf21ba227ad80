using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>
/// A resource file: everything that describes one environment (contract §3). Here and in every record of this namespace null means "not given":
/// the server's default on creation, the stored value on a change.
/// </summary>
public sealed record ResourceDocument
{
    /// <summary>The environment the file describes. Default: the environment <c>default</c>.</summary>
    public EnvironmentResource? Environment { get; init; }

    /// <summary>OAuth clients, each known by its <c>client_id</c>.</summary>
    public IReadOnlyList<ApplicationResource>? Applications { get; init; }

    /// <summary>External sign-in providers, each known by its slug.</summary>
    public IReadOnlyList<ConnectionResource>? Connections { get; init; }

    /// <summary>Local accounts, each known by its username or email.</summary>
    public IReadOnlyList<UserResource>? Users { get; init; }

    /// <summary>Customers within the environment, each known by its slug.</summary>
    public IReadOnlyList<OrganizationResource>? Organizations { get; init; }
}

/// <summary>An isolated set of configuration and users (contract §3).</summary>
public sealed record EnvironmentResource
{
    /// <summary>
    /// Name in addresses, <c>/e/{slug}</c>: a–z, 0–9 and <c>-</c>, 1 to 63 characters, no leading <c>-</c>. Default <c>default</c>, which is the host itself.
    /// </summary>
    public string? Slug { get; init; }

    /// <summary>Whether real people sign in here. Default <see cref="EnvironmentKind.NonProduction"/>.</summary>
    public EnvironmentKind? Kind { get; init; }

    /// <summary>Name shown to people, 1 to 100 characters. Default: the slug.</summary>
    public string? DisplayName { get; init; }
}

/// <summary>Whether an environment serves real people (contract §3).</summary>
[JsonConverter(typeof(WireNameConverter<EnvironmentKind>))]
public enum EnvironmentKind
{
    /// <summary><c>non_production</c>: the X sandbox, shared credentials and the built-in mailbox may stand in.</summary>
    NonProduction,

    /// <summary><c>production</c>: every enabled connection needs credentials of its own.</summary>
    Production,
}
