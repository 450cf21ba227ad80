using Xenios.Server.Management;
using Xenios.Server.Storage;

namespace Xenios.Server.Resources;

/// <summary>One change of an environment's configuration through the management API, within its transaction.</summary>
/// <param name="Scope">The transaction.</param>
/// <param name="Caller">Who makes it.</param>
/// <param name="Environment">The environment as it was before.</param>
/// <param name="Known">What the rules take as given.</param>
internal sealed record ConfigurationChange(WriteScope Scope, Caller Caller, StoredEnvironment Environment, KnownResources Known)
{
    /// <summary>Id of the environment.</summary>
    public string Id => Environment.Id;
}
