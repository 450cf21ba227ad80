using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>A customer within an environment (contract §3, <c>organizations</c>).</summary>
public sealed record OrganizationResource
{
    /// <summary>Name in addresses and <c>org_code</c>: a–z, 0–9 and <c>-</c>, 1 to 63 characters, no leading <c>-</c>. Required.</summary>
    public string? Slug { get; init; }

    /// <summary>Name shown to people, 1 to 100 characters. Default: the slug.</summary>
    public string? Name { get; init; }

    /// <summary>Hosts that imply this organization. Default: none.</summary>
    public IReadOnlyList<OrganizationDomainResource>? Domains { get; init; }

    /// <summary>Who belongs to it. Default: nobody.</summary>
    public IReadOnlyList<OrganizationMemberResource>? Members { get; init; }

    /// <summary>Slugs of the only connections its people may use. Not given: the environment's.</summary>
    public IReadOnlyList<string>? Connections { get; init; }
}

/// <summary>A host on which an organization's people sign in (contract §3, §5).</summary>
public sealed record OrganizationDomainResource
{
    /// <summary>Host name in lower case, with a port where it is not the scheme's own; unique in the server. Required.</summary>
    public string? Host { get; init; }

    /// <summary>How the host is reached. Default <see cref="DomainScheme.Https"/>; http only outside production.</summary>
    public DomainScheme? Scheme { get; init; }

    /// <summary>Whether the operator vouches that the host is theirs; otherwise a DNS proof is asked for. Default false.</summary>
    public bool? Verified { get; init; }
}

/// <summary>Somebody's membership in an organization (contract §3).</summary>
public sealed record OrganizationMemberResource
{
    /// <summary>Username or email of an account. Required.</summary>
    public string? User { get; init; }

    /// <summary>Names of the person's roles: a–z, 0–9, <c>_</c> and <c>-</c>, 1 to 63 characters each. Default: none.</summary>
    public IReadOnlyList<string>? Roles { get; init; }
}

/// <summary>How a domain is reached (contract §5).</summary>
[JsonConverter(typeof(WireNameConverter<DomainScheme>))]
public enum DomainScheme
{
    /// <summary><c>https</c>.</summary>
    Https,

    /// <summary><c>http</c>: outside production, for names that resolve to loopback.</summary>
    Http,
}
