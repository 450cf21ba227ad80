using Xenios.Server.Connections;
using Xenios.Server.Environments;

namespace Xenios.Server.SignIn;

/// <summary>The ways to sign in that a journey offers, as things stand now: what was taken away since it began is closed (threats A10).</summary>
internal static class WaysIn
{
    private static readonly string[] PasswordOnly = ["password"];

    /// <summary>The connections it may use, in order.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">The journey.</param>
    public static IReadOnlyList<Connection> Connections(EnvironmentContext environment, Journey journey) =>
        journey.Local is { Purpose: LocalPurpose.Console } ? [] : environment.Snapshot.Offered(journey.Request);

    /// <summary>The ways in of this server itself, by their wire names.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">The journey.</param>
    public static IReadOnlyList<string> Methods(EnvironmentContext environment, Journey journey) =>
        journey.Local is { Purpose: LocalPurpose.Console } ? PasswordOnly
        : journey.Request is { } request && environment.Snapshot.Waiting(request) is { } client ? client.Methods
        : [];

    /// <summary>Whether it offers a way in of this server.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">The journey.</param>
    /// <param name="method">Its wire name.</param>
    public static bool Offers(EnvironmentContext environment, Journey journey, string method) => Methods(environment, journey).Contains(method, StringComparer.Ordinal);
}
