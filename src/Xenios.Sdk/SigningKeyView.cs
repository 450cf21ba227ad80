using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>A signing key as the management API shows it: never its private half.</summary>
public sealed record SigningKeyView
{
    /// <summary>Its <c>kid</c>.</summary>
    public required string Kid { get; init; }

    /// <summary><c>RS256</c> or <c>ES256</c>.</summary>
    public required string Alg { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required KeyState State { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it will pass on to its next state; null when nothing is planned.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>Where a signing key is in its life. What comes after is removal: a key that is gone verifies nothing.</summary>
[JsonConverter(typeof(WireNameConverter<KeyState>))]
public enum KeyState
{
    /// <summary><c>next</c>: published, does not sign yet.</summary>
    Next,

    /// <summary><c>active</c>: signs.</summary>
    Active,

    /// <summary><c>retired</c>: signs no more, published until every token it signed has expired.</summary>
    Retired,

    /// <summary><c>former</c>: published no more; its public half recognises old ID tokens in an <c>id_token_hint</c> as long as a session may live.</summary>
    Former,
}

/// <summary>Signing keys of an environment.</summary>
/// <param name="Items">At most a few per algorithm.</param>
public sealed record SigningKeyList(IReadOnlyList<SigningKeyView> Items);
