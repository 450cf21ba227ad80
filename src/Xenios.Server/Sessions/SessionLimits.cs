using Xenios.Sdk;

namespace Xenios.Server.Sessions;

/// <summary>How long sessions live: the hot form of an environment's <see cref="SessionsResource"/> (threats G01).</summary>
/// <param name="Lifetime">Longest life, however much a session is used.</param>
/// <param name="Idle">Longest time unused; the lifetime itself where there is no such limit.</param>
/// <param name="Persistent">Whether the cookie outlives the browser's end.</param>
internal sealed record SessionLimits(TimeSpan Lifetime, TimeSpan Idle, bool Persistent)
{
    /// <summary>What holds where nothing is set: a day, eight hours unused, gone with the browser.</summary>
    public static readonly SessionLimits Default = Of(null);

    /// <summary>How long the browser keeps the cookie; null until it is closed.</summary>
    public TimeSpan? CookieAge => Persistent ? Lifetime : null;

    /// <summary>How long a use stays unwritten: five minutes, or a quarter of a shorter idle limit. So much sooner, at most, an unused session ends.</summary>
    public TimeSpan Step => Idle / 4 < TimeSpan.FromMinutes(5) ? Idle / 4 : TimeSpan.FromMinutes(5);

    /// <summary>The hot form of a setting.</summary>
    /// <param name="settings">Checked settings, or null.</param>
    public static SessionLimits Of(SessionsResource? settings)
    {
        var lifetime = TimeSpan.FromSeconds(settings?.Lifetime ?? 86_400);
        var idle = TimeSpan.FromSeconds(settings?.IdleLifetime ?? 28_800);
        return new(lifetime, idle == TimeSpan.Zero || idle > lifetime ? lifetime : idle, settings?.Persistent ?? false);
    }
}
