using System.Diagnostics;
using System.Diagnostics.Metrics;
using Xenios.Sdk;
using Xenios.Server.Environments;

namespace Xenios.Server.SignIn;

/// <summary>Counts sign-ins by outcome, kind of connection and code of the error catalogue: never by person, application or address.</summary>
internal static class SignInMeter
{
    private static readonly Meter Meter = new("Xenios.SignIns");
    private static readonly Counter<long> SignIns = Meter.CreateCounter<long>(
        "xenios.sign_ins", "{sign_in}", "Sign-ins that ended (ok), were turned back by a person or a rule (refused), or met something broken (failed).");

    /// <summary>Counts one.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">The journey.</param>
    /// <param name="outcome"><c>ok</c>, <c>refused</c> or <c>failed</c>.</param>
    /// <param name="error">Why, by the catalogue; null for none.</param>
    public static void Count(EnvironmentContext environment, Journey journey, string outcome, string? error = null)
    {
        if (!SignIns.Enabled)
        {
            return;
        }

        var slug = journey.Connection ?? journey.Trouble?.Connection;
        var tags = new TagList
        {
            { "xenios.sign_in.outcome", outcome },
            { "xenios.connection.kind", slug is not null && environment.Snapshot.Connections.TryGetValue(slug, out var connection) ? WireName.Of(connection.Kind) : "none" },
        };
        if (error is not null)
        {
            tags.Add("error.type", error);
        }

        SignIns.Add(1, tags);
    }

    /// <summary>Counts a journey that shows its person why the way taken is closed; any other one is still under way and not counted.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">The journey.</param>
    public static void CountTurnedBack(EnvironmentContext environment, Journey journey)
    {
        if (journey is { Ask: JourneyAsk.Refused or JourneyAsk.AfterTrouble, Trouble: { } trouble })
        {
            Count(environment, journey, JourneyHops.IsRefusal(journey) ? "refused" : "failed", trouble.Code);
        }
    }
}
