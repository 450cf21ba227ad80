using Xenios.Sdk;

namespace Xenios.Server.Environments;

/// <summary>A signing key without its halves.</summary>
/// <param name="KeyId">Its <c>kid</c>.</param>
/// <param name="Algorithm"><c>RS256</c> or <c>ES256</c>.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Since">Since when.</param>
internal sealed record KeyRecord(string KeyId, string Algorithm, KeyState State, DateTimeOffset Since);

/// <summary>What has to happen to one algorithm's keys.</summary>
internal abstract record KeyStep
{
    /// <summary>A next key is made and published.</summary>
    /// <param name="Algorithm"><c>RS256</c> or <c>ES256</c>.</param>
    public sealed record Publish(string Algorithm) : KeyStep;

    /// <summary>A published key begins to sign; the one that did until now retires.</summary>
    /// <param name="Next">The published key.</param>
    public sealed record Activate(KeyRecord Next) : KeyStep;

    /// <summary>A retired key is published no more, and its private half is forgotten.</summary>
    /// <param name="Retired">The retired key.</param>
    public sealed record Withdraw(KeyRecord Retired) : KeyStep;

    /// <summary>A former key is forgotten.</summary>
    /// <param name="Former">The former key.</param>
    public sealed record Remove(KeyRecord Former) : KeyStep;
}

/// <summary>When keys change: the hot form of an environment's <see cref="SigningKeysResource"/> (OpenID Connect Core §10.1.1, threats F02).</summary>
/// <param name="Every">How long a key signs; null when keys change by command only.</param>
/// <param name="Overlap">How long a key is published before it signs; never shorter than <see cref="CacheTime"/>.</param>
/// <param name="Hints">How long a former key recognises ID tokens: the longest life of a session, whose application may still hold one.</param>
internal sealed record KeySchedule(TimeSpan? Every, TimeSpan Overlap, TimeSpan Hints)
{
    /// <summary>How long anybody may use a copy of the key set without asking again: its <c>max-age</c>.</summary>
    public static readonly TimeSpan CacheTime = TimeSpan.FromMinutes(5);

    /// <summary>How long a retired key stays published: longer than the longest life of a token, and its leeway.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(25);

    /// <summary>The hot form of a setting.</summary>
    /// <param name="settings">Checked settings, or null.</param>
    /// <param name="longestSession">Longest life of a session.</param>
    public static KeySchedule Of(SigningKeysResource? settings, TimeSpan longestSession) => new(
        (settings?.RotationDays ?? 90) is > 0 and var days ? TimeSpan.FromDays(days) : null,
        TimeSpan.FromSeconds(settings?.Overlap ?? 3_600),
        longestSession);

    /// <summary>What is due now, in the order it has to happen.</summary>
    /// <param name="keys">Every key of the environment.</param>
    /// <param name="now">The present.</param>
    public IReadOnlyList<KeyStep> Due(IReadOnlyList<KeyRecord> keys, DateTimeOffset now)
    {
        List<KeyStep>? steps = null;
        foreach (var key in keys)
        {
            if (EndOf(key, keys) is not { } end || end > now)
            {
                continue;
            }

            KeyStep? step = key.State switch
            {
                KeyState.Next => new KeyStep.Activate(key),
                KeyState.Retired => new KeyStep.Withdraw(key),
                KeyState.Former => new KeyStep.Remove(key),
                _ => null,
            };
            if (step is not null)
            {
                (steps ??= []).Add(step);
            }
        }

        foreach (var key in keys)
        {
            // Published early enough that it can take over when the active key's time is over.
            if (key.State == KeyState.Active && Every is { } every && key.Since + every - Overlap <= now && NextOf(key.Algorithm, keys) is null)
            {
                (steps ??= []).Add(new KeyStep.Publish(key.Algorithm));
            }
        }

        return steps ?? (IReadOnlyList<KeyStep>)[];
    }

    /// <summary>When a key passes on to its next state; null when nothing is planned.</summary>
    /// <param name="key">The key.</param>
    /// <param name="keys">Every key of the environment.</param>
    public DateTimeOffset? EndOf(KeyRecord key, IReadOnlyList<KeyRecord> keys) => key.State switch
    {
        KeyState.Next => key.Since + Overlap,
        KeyState.Retired => key.Since + Kept,
        KeyState.Former => key.Since + Hints,
        _ => NextOf(key.Algorithm, keys) is { } next ? next.Since + Overlap : key.Since + Every,
    };

    private static KeyRecord? NextOf(string algorithm, IReadOnlyList<KeyRecord> keys) =>
        keys.FirstOrDefault(key => key.State == KeyState.Next && string.Equals(key.Algorithm, algorithm, StringComparison.Ordinal));
}
