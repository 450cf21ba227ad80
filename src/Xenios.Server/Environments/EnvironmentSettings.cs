using System.Text.Json;
using Xenios.Sdk;

namespace Xenios.Server.Environments;

/// <summary>An environment's settings at rest, as the wire knows them. Their hot forms are <see cref="Sessions.SessionLimits"/> and <see cref="KeySchedule"/>.</summary>
internal static class EnvironmentSettings
{
    /// <summary>Reads stored settings.</summary>
    /// <param name="stored">The column.</param>
    public static EnvironmentResource Read(string stored) => JsonSerializer.Deserialize(stored, XeniosJson.Default.EnvironmentResource)!;

    /// <summary>The column for settings that are known whole: what is not named is the default again.</summary>
    /// <param name="whole">Checked settings.</param>
    public static string Write(EnvironmentResource whole) =>
        JsonSerializer.Serialize(whole with { Slug = null, Kind = null, DisplayName = null }, XeniosJson.Default.EnvironmentResource);

    /// <summary>The column after a change: what was not named stays.</summary>
    /// <param name="stored">The column before; null for a new environment.</param>
    /// <param name="given">Checked settings, or null.</param>
    public static string Merge(string? stored, EnvironmentResource? given)
    {
        var before = Read(stored ?? "{}");
        return JsonSerializer.Serialize(
            new EnvironmentResource
            {
                Sessions = Merge(before.Sessions, given?.Sessions),
                SigningKeys = Merge(before.SigningKeys, given?.SigningKeys),
                SignInRetentionDays = given?.SignInRetentionDays ?? before.SignInRetentionDays,
                AuditRetentionDays = given?.AuditRetentionDays ?? before.AuditRetentionDays,
            },
            XeniosJson.Default.EnvironmentResource);
    }

    private static SessionsResource? Merge(SessionsResource? before, SessionsResource? given) => given is null ? before : new()
    {
        Lifetime = given.Lifetime ?? before?.Lifetime,
        IdleLifetime = given.IdleLifetime ?? before?.IdleLifetime,
        Persistent = given.Persistent ?? before?.Persistent,
    };

    private static SigningKeysResource? Merge(SigningKeysResource? before, SigningKeysResource? given) => given is null ? before : new()
    {
        RotationDays = given.RotationDays ?? before?.RotationDays,
        Overlap = given.Overlap ?? before?.Overlap,
    };
}
