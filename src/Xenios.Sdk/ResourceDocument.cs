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

    /// <summary>Local attributes beyond the standard claims, each known by its name; at most 100.</summary>
    public IReadOnlyList<AttributeResource>? Attributes { get; init; }

    /// <summary>External sign-in providers, each known by its slug.</summary>
    public IReadOnlyList<ConnectionResource>? Connections { get; init; }

    /// <summary>Local accounts, each known by its username or email.</summary>
    public IReadOnlyList<UserResource>? Users { get; init; }

    /// <summary>Customers within the environment, each known by its slug.</summary>
    public IReadOnlyList<OrganizationResource>? Organizations { get; init; }
}

/// <summary>An isolated set of configuration and users (contract §3).</summary>
public record EnvironmentResource
{
    /// <summary>
    /// Name in addresses, <c>/e/{slug}</c>: a–z, 0–9 and <c>-</c>, 1 to 63 characters, no leading <c>-</c>. Default <c>default</c>, which is the host itself.
    /// </summary>
    public string? Slug { get; init; }

    /// <summary>Whether real people sign in here. Default <see cref="EnvironmentKind.NonProduction"/>.</summary>
    public EnvironmentKind? Kind { get; init; }

    /// <summary>Name shown to people, 1 to 100 characters. Default: the slug.</summary>
    public string? DisplayName { get; init; }

    /// <summary>How long people stay signed in.</summary>
    public SessionsResource? Sessions { get; init; }

    /// <summary>When the keys that sign tokens change.</summary>
    public SigningKeysResource? SigningKeys { get; init; }

    /// <summary>Days that the timelines of sign-ins are kept: 1 to 3,650. Default 30.</summary>
    public int? SignInRetentionDays { get; init; }

    /// <summary>Days that events of the audit log are kept: 1 to 36,500, or 0 for ever. Default 0.</summary>
    public int? AuditRetentionDays { get; init; }
}

/// <summary>How long people stay signed in. A change counts from the next sign-in; the idle limit from the next use of a session.</summary>
public sealed record SessionsResource
{
    /// <summary>Longest life of a session in seconds, however much it is used: 300 to 31,536,000. Default 86,400.</summary>
    public int? Lifetime { get; init; }

    /// <summary>Seconds after which an unused session ends: 300 to 31,536,000, or 0 for no such limit. Default 28,800.</summary>
    public int? IdleLifetime { get; init; }

    /// <summary>Whether the session outlives the browser's end: its cookie is then kept for <see cref="Lifetime"/>. Default false.</summary>
    public bool? Persistent { get; init; }
}

/// <summary>When the keys that sign tokens change (OpenID Connect Core §10.1.1).</summary>
public sealed record SigningKeysResource
{
    /// <summary>Days that a key signs before the next one takes over: 1 to 3,650, or 0 for a change by command only. Default 90.</summary>
    public int? RotationDays { get; init; }

    /// <summary>Seconds that a key is published before it signs, so that everybody has read it: 300 to 604,800. Default 3,600.</summary>
    public int? Overlap { get; init; }
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
