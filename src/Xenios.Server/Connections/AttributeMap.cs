using System.Collections.Frozen;
using Xenios.Sdk;
using Xenios.Server.Connectors;
using Xenios.Server.Users;

namespace Xenios.Server.Connections;

/// <summary>Which attributes of an external identity become which local ones. Only what is listed passes: upstream values cannot write anything else.</summary>
internal sealed class AttributeMap
{
    private const int MostGroups = 50;
    private const int LongestGroup = 128;

    private static readonly AttributeMappingResource[] Default =
    [
        new() { External = "name", Local = "name", Provision = true },
        new() { External = "username", Local = "preferred_username", Provision = true },
        new() { External = "profile_image_url", Local = "picture", Provision = true },
    ];

    // What "names and picture" means in attribute_sync: profile_only.
    private static readonly string[] ProfileAttributes = ["name", "given_name", "family_name", "picture"];

    private readonly IReadOnlyList<AttributeMappingResource> _entries;
    private readonly AttributeMappingResource? _groups;
    private readonly IReadOnlyDictionary<string, AttributeType> _types;

    private AttributeMap(IReadOnlyList<AttributeMappingResource> entries, IReadOnlyDictionary<string, AttributeType> types)
    {
        _entries = [.. entries.Where(entry => entry.Local != LocalAttributes.Groups)];
        _groups = entries.FirstOrDefault(entry => entry.Local == LocalAttributes.Groups);
        _types = types;
    }

    /// <summary>Makes the map of a connection. The display name is always mapped unless an entry says otherwise.</summary>
    /// <param name="entries">The connection's entries, or null for the usual ones.</param>
    /// <param name="types">The environment's own attributes with their types; null for none.</param>
    public static AttributeMap Create(IReadOnlyList<AttributeMappingResource>? entries, IReadOnlyDictionary<string, AttributeType>? types = null)
    {
        types ??= FrozenDictionary<string, AttributeType>.Empty;
        if (entries is null)
        {
            return new(Default, types);
        }

        return entries.Any(entry => entry.Local == "name") ? new(entries, types) : new([Default[0], .. entries], types);
    }

    /// <summary>Names of the local attributes that later sign-ins may write under a sync method: what <c>managed_by_connection</c> keeps read-only.</summary>
    /// <param name="sync">The connection's <c>attribute_sync</c>.</param>
    public IEnumerable<string> Synced(AttributeSync sync) =>
        _entries.Where(entry => entry.Provision != false && Applies(sync, entry.Local!)).Select(entry => entry.Local!);

    /// <summary>The local attributes that an identity brings and that are stored with an account.</summary>
    /// <param name="identity">What came back from the upstream.</param>
    public IReadOnlyDictionary<string, string> Apply(ExternalIdentity identity) => Apply(identity, entry => entry.Provision != false);

    /// <summary>All local attributes that an identity brings, for somebody without a local account.</summary>
    /// <param name="identity">What came back from the upstream.</param>
    public IReadOnlyDictionary<string, string> ApplyAll(ExternalIdentity identity) => Apply(identity, _ => true);

    /// <summary>A user's attributes after another sign-in.</summary>
    /// <param name="stored">What is stored.</param>
    /// <param name="brought">What <see cref="Apply(ExternalIdentity)"/> gave this time.</param>
    /// <param name="sync">The connection's <c>attribute_sync</c>.</param>
    /// <returns>The same object when nothing changes.</returns>
    public IReadOnlyDictionary<string, string> Sync(IReadOnlyDictionary<string, string> stored, IReadOnlyDictionary<string, string> brought, AttributeSync sync)
    {
        var kept = stored.Where(entry => sync != AttributeSync.OverrideAll || brought.ContainsKey(entry.Key));
        var synced = new Dictionary<string, string>(kept, StringComparer.Ordinal);
        foreach (var (local, value) in brought.Where(entry => Applies(sync, entry.Key)))
        {
            synced[local] = value;
        }

        var same = synced.Count == stored.Count && synced.All(entry => stored.TryGetValue(entry.Key, out var old) && string.Equals(old, entry.Value, StringComparison.Ordinal));
        return same ? stored : synced;
    }

    /// <summary>A user's groups after another sign-in: those of other connections and of administrators stay in any case.</summary>
    /// <param name="stored">Groups by name, with the connection that gave each.</param>
    /// <param name="identity">What came back from the upstream.</param>
    /// <param name="connection">Id of the connection.</param>
    /// <param name="sync">The connection's <c>group_sync</c>.</param>
    /// <returns>The same object when nothing changes.</returns>
    public IReadOnlyDictionary<string, string> SyncGroups(
        IReadOnlyDictionary<string, string> stored, ExternalIdentity identity, string connection, GroupSync sync)
    {
        if (_groups is null)
        {
            return stored;
        }

        // Names as the provider writes them, compared as they stand (kinde-and-wso2 B12).
        var text = identity.Attributes.TryGetValue(_groups.External!, out var value) ? value : _groups.Default ?? "";
        var brought = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(name => name.Length <= LongestGroup).Take(MostGroups).ToHashSet(StringComparer.Ordinal);
        var synced = stored.Where(group => sync == GroupSync.Merge || group.Value != connection || brought.Contains(group.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var name in brought)
        {
            synced.TryAdd(name, connection);
        }

        return synced.Count == stored.Count && synced.Keys.All(stored.ContainsKey) ? stored : synced;
    }

    private static bool Applies(AttributeSync sync, string local) => sync switch
    {
        AttributeSync.None => false,
        AttributeSync.ProfileOnly => ProfileAttributes.Contains(local, StringComparer.Ordinal),
        _ => true,
    };

    private Dictionary<string, string> Apply(ExternalIdentity identity, Func<AttributeMappingResource, bool> wanted)
    {
        var local = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in _entries.Where(wanted))
        {
            var type = LocalAttributes.TypeOf(entry.Local!, _types);
            if (identity.Attributes.TryGetValue(entry.External!, out var value) && value.Length > 0 && LocalAttributes.IsValue(type, value))
            {
                local[entry.Local!] = value;
            }
            else if (entry.Default is { Length: > 0 } usual && LocalAttributes.IsValue(type, usual))
            {
                local[entry.Local!] = usual;
            }
        }

        return local;
    }
}
