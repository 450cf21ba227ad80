using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Xenios.Protocol;
using Xenios.Server.Resources;

namespace Xenios.Server.Management;

/// <summary>What a JSON merge patch (RFC 7396) makes of a thing: its fields as they are to be, or what is wrong with the patch.</summary>
internal static class MergePatch
{
    /// <summary>Applies a patch. Members that only the server sets may be sent back as they were shown, so that a whole representation can be sent.</summary>
    /// <param name="current">The thing as it is shown.</param>
    /// <param name="json">How it is written.</param>
    /// <param name="patch">What was sent.</param>
    /// <param name="alsoFixed">Further fields that cannot be changed, such as the name that others know it by.</param>
    /// <typeparam name="TView">How it is shown.</typeparam>
    /// <typeparam name="TResource">Its fields.</typeparam>
    public static Result<TResource, Problem> Apply<TView, TResource>(TView current, JsonTypeInfo<TView> json, JsonObject patch, params IReadOnlyList<string> alsoFixed)
        where TResource : class
    {
        var shown = Representation.AsObject(current, json);
        var fields = ResourceShape.Of(typeof(TResource)).Fields;
        var derived = ResourceShape.Of(typeof(TView)).Fields.Keys.Where(name => !fields.ContainsKey(name)).ToHashSet(StringComparer.Ordinal);
        var changed = patch
            .Where(member => (derived.Contains(member.Key) || alsoFixed.Contains(member.Key, StringComparer.Ordinal)) && !JsonNode.DeepEquals(member.Value, shown[member.Key]))
            .Select(member => new FieldError(FieldPath.Name(member.Key), FieldCode.NotAllowed, "this cannot be changed"))
            .ToArray();
        var merged = RequestBody.Merge((JsonObject)shown.DeepClone(), patch);
        foreach (var name in derived)
        {
            merged.Remove(name);
        }

        return !RequestBody.Bind<TResource>(merged).TryGet(out var resource, out var malformed) ? malformed
            : changed.Length > 0 ? Problem.Refused(changed)
            : resource;
    }
}
