using Xenios.XSandbox.Faults;

namespace Xenios.XSandbox.Control;

/// <summary>What the control API and page let a caller say about a fault.</summary>
internal static class FaultInput
{
    private const int MostTimes = 1_000_000;

    public static readonly string[] Members = ["kind", "seconds", "text", "times"];

    public static (Fault? Fault, Rejection? Rejection) Create(string endpoint, string? kind, int? seconds, string? text, int? times)
    {
        if (!EndpointNames.All.Contains(endpoint, StringComparer.Ordinal))
        {
            return (null, new(null, $"There is no such endpoint. Known: {string.Join(", ", EndpointNames.All)}.", 404));
        }

        if (FaultCatalog.Named(kind) is not { } description)
        {
            return Reject("kind", $"\"kind\" must be one of {string.Join(", ", FaultCatalog.All.Select(known => known.Name))}.");
        }

        if (!description.Endpoints.Contains(endpoint, StringComparer.Ordinal))
        {
            return Reject("kind", $"{description.Name} works at {string.Join(", ", description.Endpoints)} only.");
        }

        if (seconds is not null && description.Seconds is null)
        {
            return Reject("seconds", $"{description.Name} has no \"seconds\".");
        }

        // Only a clock can be behind.
        var least = description.Kind == FaultKind.ClockOffset ? -FaultCatalog.LongestSeconds : 0;
        var most = description.Kind == FaultKind.Delay ? 300 : FaultCatalog.LongestSeconds;
        if (seconds < least || seconds > most)
        {
            return Reject("seconds", $"\"seconds\" must be from {least} to {most}.");
        }

        if (text is not null && (description.Kind != FaultKind.ReusedToken || text.Length is 0 or > 200))
        {
            return Reject("text", "\"text\" goes with reused_token and has 1 to 200 characters.");
        }

        return times is < 1 or > MostTimes
            ? Reject("times", $"\"times\" must be from 1 to {MostTimes}, or absent.")
            : (new Fault(description.Kind, seconds ?? description.Seconds ?? 0, text, times), null);
    }

    private static (Fault?, Rejection?) Reject(string member, string message) => (null, new(member, message));
}
