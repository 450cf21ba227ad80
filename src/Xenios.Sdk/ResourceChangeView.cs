using System.Text.Json;

namespace Xenios.Sdk;

/// <summary>What applying a resource file changes, or would change (contract §3, <c>xenios plan</c> and <c>xenios apply</c>).</summary>
/// <param name="Items">One entry per thing, in the order environment, attributes, applications, connections, users; empty when the file says what is there already.</param>
/// <param name="Applied">Whether it was done; false for a plan.</param>
public sealed record ResourceChangeList(IReadOnlyList<ResourceChangeView> Items, bool Applied);

/// <summary>One thing that changes.</summary>
/// <param name="Resource">Kind and name, for example <c>application:shop</c>.</param>
/// <param name="Action"><c>create</c> or <c>change</c>; a file deletes nothing.</param>
/// <param name="Fields">The fields that differ; of a new thing all that it has.</param>
public sealed record ResourceChangeView(string Resource, string Action, IReadOnlyList<FieldChangeView> Fields);

/// <summary>One field that differs. Secrets only say that they differ.</summary>
public sealed record FieldChangeView
{
    /// <summary>Dotted path within the thing, for example <c>policy.jit</c>.</summary>
    public required string Field { get; init; }

    /// <summary>Its value now; absent where there is none.</summary>
    public JsonElement? Before { get; init; }

    /// <summary>Its value afterwards; absent where there is none.</summary>
    public JsonElement? After { get; init; }
}
