using Xenios.Sdk;

namespace Xenios.Server.Resources;

/// <summary>What the rules may take as given besides the records they check: what is stored already, and how an address is recognised.</summary>
/// <param name="IsEmailAddress">Whether a text is an email address this server accepts.</param>
internal sealed record KnownResources(Func<string, bool> IsEmailAddress)
{
    /// <summary>Kind of the stored environment, where the document does not say.</summary>
    public EnvironmentKind Kind { get; init; } = EnvironmentKind.NonProduction;

    /// <summary>Whether this server may call the host of an address, as far as its name tells: a private address is refused when it is called anyway (threats K01).</summary>
    public Func<Uri, bool> MayCall { get; init; } = _ => true;

    /// <summary>The stored connection of a slug.</summary>
    public Func<string, ConnectionResource?> FindConnection { get; init; } = _ => null;

    /// <summary>Whether a user of this name or address is stored.</summary>
    public Func<string, bool> HasUser { get; init; } = _ => false;

    /// <summary>Whether the application of this <c>client_id</c> has a secret already, or is about to be given one.</summary>
    public Func<string, bool> HasClientSecret { get; init; } = _ => false;

    /// <summary>Whether the secret of the application of this <c>client_id</c> can be read again.</summary>
    public Func<string, bool> HasSealedClientSecret { get; init; } = _ => false;

    /// <summary>Whether the connection of this slug has the secret of this client ID or API key already, so that an export without secrets can be applied again.</summary>
    public Func<string, string?, bool> HasUpstreamSecret { get; init; } = (_, _) => false;
}
