using Xenios.Protocol.Tokens;

namespace Xenios.Server.Environments;

/// <summary>Makes signing keys. A part of its own because an RSA key takes as long as a hundred sign-ins: tests, which start a thousand servers, hand out keys made before.</summary>
internal class KeyMaker
{
    /// <summary>A key that was never used.</summary>
    /// <param name="algorithm"><c>RS256</c> or <c>ES256</c>.</param>
    public virtual SigningKey Make(string algorithm) => SigningKey.Generate(algorithm);
}
