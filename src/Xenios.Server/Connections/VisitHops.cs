using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Connectors;
using Xenios.Server.SignIn;

namespace Xenios.Server.Connections;

/// <summary>A visit to an upstream as the timeline tells it.</summary>
internal static class VisitHops
{
    /// <summary>The browser left.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="facts">How the visit is protected.</param>
    /// <param name="now">The present.</param>
    public static Hop Sent(Connection connection, string facts, DateTimeOffset now) =>
        Hop.Of(HopKind.Sent, now, ("connection", connection.Slug), ("protocol", WireName.Of(connection.Protocol)), ("protection", facts));

    /// <summary>The browser came back; its duration is the time away.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="trip">The visit.</param>
    /// <param name="reply">The callback's parameters.</param>
    /// <param name="now">The present.</param>
    public static Hop Back(Connection connection, UpstreamTrip trip, Parameters reply, DateTimeOffset now)
    {
        var with = reply["denied"] is not null || reply["error"] == "access_denied" ? "a no" : reply["error"] is not null ? "an error" : reply["code"] is not null || reply["oauth_verifier"] is not null ? "a code" : "nothing";
        var hop = Hop.Of(HopKind.Back, now, ("connection", connection.Slug), ("with", with));
        return trip.LeftAt is { } left ? hop with { Duration = Math.Max(0, (long)(now - left).TotalMilliseconds) } : hop;
    }

    /// <summary>Calls, and what they brought.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="calls">Calls in order.</param>
    /// <param name="identity">Who came back; null while nobody has.</param>
    public static IReadOnlyList<Hop> Of(Connection connection, IReadOnlyList<UpstreamCall> calls, ExternalIdentity? identity = null)
    {
        var hops = calls.Select(call => Of(connection, call)).ToList();
        if (identity is null)
        {
            return hops;
        }

        for (var i = 0; i < hops.Count; i++)
        {
            // A first call that was refused, with another one after it, stays as it was.
            hops[i] = hops[i] switch
            {
                { Kind: HopKind.Exchange } exchange => exchange.With("granted", identity.Granted),
                { Kind: HopKind.Profile } profile when i == hops.Count - 1 => profile
                    .With("handle", identity.Handle is { } handle ? $"@{handle}" : null)
                    .With("id", identity.Subject)
                    .With("email", identity.Email is null ? "absent" : "present")
                    .With("note", Note(identity)),
                var other => other,
            };
        }

        return hops;
    }

    /// <summary>The same up to what broke, which says why.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="calls">Calls in order.</param>
    /// <param name="before">What happened before them.</param>
    /// <param name="failure">Why.</param>
    /// <param name="now">The present.</param>
    public static IReadOnlyList<Hop> Failed(Connection connection, IReadOnlyList<UpstreamCall> calls, IReadOnlyList<Hop> before, UpstreamFailure failure, DateTimeOffset now)
    {
        List<Hop> hops = [.. before, .. Of(connection, calls)];
        var kind = KindOf(failure.Step);
        var at = hops.FindLastIndex(hop => hop.Kind == kind);
        if (at < 0)
        {
            hops.Add(Hop.Of(kind, now, ("connection", connection.Slug)));
            at = hops.Count - 1;
        }

        var outcome = failure.Kind == UpstreamFailureKind.Denied ? HopOutcome.Refused : HopOutcome.Failed;
        hops[at] = hops[at].Ended(outcome, failure.Code).With("upstream_error", failure.Said)
            .With("retry_at", failure.RetryAt?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        return hops;
    }

    private static string KindOf(UpstreamStep step) => step switch
    {
        UpstreamStep.Challenge => HopKind.RequestToken,
        UpstreamStep.Exchange => HopKind.Exchange,
        UpstreamStep.Profile => HopKind.Profile,
        _ => HopKind.Back,
    };

    private static Hop Of(Connection connection, UpstreamCall call)
    {
        var hop = Hop.Of(
            KindOf(call.Step), call.At, ("connection", connection.Slug), ("status", call.Status?.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return hop with { Duration = (long)call.Duration.TotalMilliseconds, Outcome = call.Status is >= 200 and < 300 ? HopOutcome.Ok : HopOutcome.Failed };
    }

    // The code of the catalogue that a note begins with; its words may hold what the upstream said.
    private static string? Note(ExternalIdentity identity) =>
        identity.Notes.Select(note => note.Split(' ')[0]).FirstOrDefault(code => ErrorCatalogue.All.ContainsKey(code));
}
