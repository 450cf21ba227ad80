using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>Where a set of credentials of a connection lies.</summary>
[JsonConverter(typeof(WireNameConverter<CredentialsPlace>))]
public enum CredentialsPlace
{
    /// <summary><c>current</c>: in use.</summary>
    Current,

    /// <summary><c>next</c>: to be tested, then to be put into use.</summary>
    Next,

    /// <summary><c>former</c>: what began with it may finish with it, and it can be put back into use.</summary>
    Former,
}

/// <summary>The next set of credentials of a connection, as it is sent. A key that is not named stays as the connection has it; one at least is named.</summary>
public sealed record CredentialsResource
{
    /// <summary>OAuth 2.0 Client ID at the upstream.</summary>
    public string? ClientId { get; init; }

    /// <summary>Its secret; blank for a public app. Write-only.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>OAuth 1.0a API Key at X.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Its secret. Write-only.</summary>
    public string? ApiKeySecret { get; init; }
}

/// <summary>How a set of credentials is put into use.</summary>
public sealed record CredentialsActivation
{
    /// <summary>How long the set that was in use is kept, in seconds: 0 to 2,592,000, 86,400 unless said.</summary>
    public int? Overlap { get; init; }

    /// <summary>Whether the next set may be put into use although no test with it went well.</summary>
    public bool? Force { get; init; }
}

/// <summary>A set of credentials as the management API shows it: never its secrets.</summary>
public sealed record CredentialSetView
{
    /// <summary>OAuth 2.0 Client ID; null for none.</summary>
    public string? ClientId { get; init; }

    /// <summary>Whether a secret is stored for it.</summary>
    public required bool HasClientSecret { get; init; }

    /// <summary>OAuth 1.0a API Key; null for none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Whether a secret is stored for it.</summary>
    public required bool HasApiKeySecret { get; init; }

    /// <summary>Whose credentials the connection speaks with by this set.</summary>
    public required ConnectionCredentialKind Credentials { get; init; }

    /// <summary>When it was stored; null for the current set.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When a connection test last went well with it; null for never, and for the current set.</summary>
    public DateTimeOffset? TestedAt { get; init; }

    /// <summary>When it is forgotten; null for never.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>The sets of credentials of a connection.</summary>
/// <param name="Current">The one in use.</param>
/// <param name="Next">The one to be tested and then put into use; null without.</param>
/// <param name="Former">The one that was in use before; null without.</param>
public sealed record CredentialsView(CredentialSetView Current, CredentialSetView? Next, CredentialSetView? Former);
