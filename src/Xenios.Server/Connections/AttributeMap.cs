using Xenios.Sdk;
using Xenios.Server.Connectors;

namespace Xenios.Server.Connections;

/// <summary>Which attributes of an external identity become which local ones. Only what is listed passes: upstream values cannot write anything else.</summary>
internal sealed class AttributeMap
{
    private static readonly AttributeMappingResource[] Default =
    [
        new() { External = "name", Local = "name", Provision = true },
        new() { External = "username", Local = "preferred_username", Provision = true },
        new() { External = "profile_image_url", Local = "picture", Provision = true },
    ];

    // What "names and picture" means in attribute_sync: profile_only.
    private static readonly string[] ProfileAttributes = ["name", "given_name", "family_name", "picture"];

    private readonly IReadOnlyList<AttributeMappingResource> _entries;

    private AttributeMap(IReadOnlyList<AttributeMappingResource> entries) => _entries = entries;

    /// <summary>Makes the map of a connection. The display name is always mapped unless an entry says otherwise.</summary>
    /// <param name="entries">The connection's entries, or null for the usual ones.</param>
    public static AttributeMap Create(IReadOnlyList<AttributeMappingResource>? entries)
    {
        if (entries is null)
        {
            return new(Default);
        }

        return entries.Any(entry => entry.Local == "name") ? new(entries) : new([Default[0], .. entries]);
    }

    /// <summary>The local attributes that an identity brings.</summary>
    /// <param name="identity">What came back from the upstream.</param>
    public IReadOnlyDictionary<string, string> Apply(ExternalIdentity identity)
    {
        var local = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in _entries)
        {
            if (entry.Provision != false && identity.Attributes.TryGetValue(entry.External!, out var value) && value.Length > 0)
            {
                local[entry.Local!] = value;
            }
        }

        return local;
    }

    /// <summary>A user's attributes after another sign-in.</summary>
    /// <param name="stored">What is stored.</param>
    /// <param name="brought">What <see cref="Apply"/> gave this time.</param>
    /// <param name="sync">The connection's <c>attribute_sync</c>.</param>
    /// <returns>The same object when nothing changes.</returns>
    public IReadOnlyDictionary<string, string> Sync(IReadOnlyDictionary<string, string> stored, IReadOnlyDictionary<string, string> brought, AttributeSync sync)
    {
        Dictionary<string, string>? changed = null;
        foreach (var local in _entries.Where(entry => entry.Provision != false).Select(entry => entry.Local!))
        {
            var applies = sync switch
            {
                AttributeSync.None => false,
                AttributeSync.ProfileOnly => ProfileAttributes.Contains(local, StringComparer.Ordinal),
                _ => true,
            };
            if (!applies)
            {
                continue;
            }

            if (!brought.TryGetValue(local, out var value))
            {
                if (sync == AttributeSync.OverrideAll && stored.ContainsKey(local))
                {
                    (changed ??= new(stored, StringComparer.Ordinal)).Remove(local);
                }
            }
            else if (!stored.TryGetValue(local, out var old) || !string.Equals(old, value, StringComparison.Ordinal))
            {
                (changed ??= new(stored, StringComparer.Ordinal))[local] = value;
            }
        }

        return changed ?? stored;
    }
}
