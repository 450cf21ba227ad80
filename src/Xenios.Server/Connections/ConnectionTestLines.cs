using System.Globalization;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Connectors;
using Xenios.Server.SignIn;
using Xenios.Server.Users;

namespace Xenios.Server.Connections;

/// <summary>The seven lines of a connection test (ux 2.5 step 3), made of what a visit left. Pure.</summary>
internal static class ConnectionTestLines
{
    /// <summary>This server reaches the upstream.</summary>
    public const string Reach = "reach";

    /// <summary>The upstream takes the credentials.</summary>
    public const string Credentials = "credentials";

    /// <summary>The person came back.</summary>
    public const string Back = "back";

    /// <summary>The code was exchanged.</summary>
    public const string Exchange = "exchange";

    /// <summary>What was granted.</summary>
    public const string Scopes = "scopes";

    /// <summary>Who came.</summary>
    public const string Profile = "profile";

    /// <summary>With which address.</summary>
    public const string Email = "email";

    private const string ConnectionName = "connection";

    /// <summary>What was found out without a person.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="calls">Calls in order; none where the kind of upstream can tell nothing.</param>
    /// <param name="failure">What stands against the credentials; null for nothing.</param>
    /// <param name="now">The present.</param>
    public static IReadOnlyList<Hop> Prepared(Connection connection, IReadOnlyList<UpstreamCall> calls, UpstreamFailure? failure, DateTimeOffset now)
    {
        if (calls is not [var call, ..])
        {
            return failure is null ? [] : [Ended(Hop.Of(Credentials, now, (ConnectionName, connection.Name), ("way", WayOf(connection))), failure)];
        }

        // X-111 with an answer is one of something that stands before the upstream.
        var reached = call.Status is not null && failure?.Code != "X-111";
        var reach = Hop.Of(Reach, call.At, (ConnectionName, connection.Name), ("host", connection.ApiHost.Authority), ("status", Number(call.Status))) with { Duration = (long)call.Duration.TotalMilliseconds };
        if (!reached)
        {
            return [Ended(reach, failure!)];
        }

        var accepted = Hop.Of(Credentials, call.At + call.Duration, (ConnectionName, connection.Name), ("way", WayOf(connection)));
        return [reach, failure is null ? accepted : Ended(accepted, failure)];
    }

    /// <summary>What the visit brought.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="context">What the connector was given, with what it noted.</param>
    /// <param name="trip">The visit.</param>
    /// <param name="reply">The callback's parameters.</param>
    /// <param name="arrived">When the browser came back.</param>
    /// <param name="completed">Who came back, or what broke.</param>
    public static IReadOnlyList<Hop> Visited(
        Connection connection, ConnectorContext context, UpstreamTrip trip, Parameters reply, DateTimeOffset arrived, Result<ExternalIdentity, UpstreamFailure> completed)
    {
        completed.TryGet(out var identity, out var failure);
        var with = reply["denied"] is not null || reply["error"] == "access_denied" ? "a no" : reply["error"] is not null ? "an error" : reply["code"] is not null || reply["oauth_verifier"] is not null ? "a code" : "nothing";
        var back = Hop.Of(Back, arrived, (ConnectionName, connection.Name), ("with", with));
        back = trip.LeftAt is { } left ? back with { Duration = Math.Max(0, (long)(arrived - left).TotalMilliseconds) } : back;
        if (identity is null && failure!.Step is not (UpstreamStep.Exchange or UpstreamStep.Profile))
        {
            return [Ended(back, failure)];
        }

        var lines = new List<Hop> { back };
        if (context.Calls.LastOrDefault(call => call.Step == UpstreamStep.Exchange) is { } exchange)
        {
            var age = Math.Max(0, (long)(exchange.At + exchange.Duration - arrived).TotalMilliseconds);
            var line = Hop.Of(Exchange, exchange.At, (ConnectionName, connection.Name), ("age_ms", Number(age)), ("status", Number(exchange.Status))) with { Duration = (long)exchange.Duration.TotalMilliseconds };
            if (failure?.Step == UpstreamStep.Exchange)
            {
                return [back, Ended(line, failure)];
            }

            lines.Add(line);
        }

        if (connection.Protocol == ConnectionProtocol.OAuth2)
        {
            lines.Add(Granted(connection, context.Granted ?? identity?.Granted, arrived));
        }

        lines.Add(Who(connection, context.Calls.LastOrDefault(call => call.Step == UpstreamStep.Profile), identity, failure, arrived));
        if (identity is not null)
        {
            lines.Add(Address(connection, identity, lines[^1].At));
        }

        return lines;
    }

    /// <summary>A line in words.</summary>
    /// <param name="hop">The line.</param>
    public static string Title(Hop hop)
    {
        string Fact(string name) => hop.Data?.GetValueOrDefault(name) ?? "";
        var (upstream, ok) = (Fact(ConnectionName), hop.Outcome == HopOutcome.Ok);
        return hop.Kind switch
        {
            Reach => ok ? $"This server reaches {Fact("host")}" : $"This server does not reach {Fact("host")}",
            Credentials => $"{upstream} {(ok ? "accepts" : "does not accept, or does not say that it accepts,")} {Fact("way")}",
            Back => ok ? $"You came back from {upstream} with a code" : hop.Outcome == HopOutcome.Refused ? $"You said no at {upstream}" : $"You came back from {upstream} with {Fact("with")}",
            Exchange => ok
                ? string.Create(CultureInfo.InvariantCulture, $"Code exchanged after {long.Parse(Fact("age_ms"), CultureInfo.InvariantCulture) / 1000.0:0.0} s ({upstream} allows 30 s)")
                : "The code was not exchanged",
            Scopes => Fact("granted").Length == 0 ? $"{upstream} did not say what it granted" : Fact("missing").Length == 0 ? $"Granted: {Fact("granted")}" : $"Granted: {Fact("granted")} – missing: {Fact("missing")}",
            Profile => ok ? $"Profile: {Fact("handle")}, id {Fact("id")}{(Fact("picture").Length > 0 ? ", picture" : ", no picture")}" : "The profile was not read",
            Email => Fact("email").Length > 0 ? $"E-mail: {Fact("email")} (confirmed at {upstream})" : $"No e-mail: {Fact("why")}",
            _ => hop.Kind,
        };
    }

    private static Hop Ended(Hop hop, UpstreamFailure failure) => hop
        .Ended(failure.Kind == UpstreamFailureKind.Denied ? HopOutcome.Refused : HopOutcome.Failed, failure.Code)
        .With("upstream_error", failure.Said)
        .With("retry_at", failure.RetryAt?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    private static string? Number(long? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string WayOf(Connection connection) => connection.Protocol == ConnectionProtocol.OAuth1a ? "the API Key, its secret and the callback address"
        : connection.Credentials!.Secret is null ? "the Client ID, without a secret" : "the Client ID and secret";

    private static Hop Granted(Connection connection, string? granted, DateTimeOffset at)
    {
        var missing = granted is null ? [] : connection.Scopes.Except(Xenios.Protocol.Scopes.Split(granted), StringComparer.Ordinal).ToArray();
        var line = Hop.Of(Scopes, at, (ConnectionName, connection.Name), ("granted", granted), ("missing", missing.Length == 0 ? null : string.Join(' ', missing)));
        return missing.Length == 0 ? line
            : missing.Any(scope => scope is "tweet.read" or "users.read") ? line.Ended(HopOutcome.Failed, "X-105")
            : missing.Contains("users.email", StringComparer.Ordinal) ? line.Ended(HopOutcome.Refused, "X-114")
            : line with { Outcome = HopOutcome.Refused };
    }

    private static Hop Who(Connection connection, UpstreamCall? call, ExternalIdentity? identity, UpstreamFailure? failure, DateTimeOffset arrived)
    {
        var line = Hop.Of(
            Profile,
            call?.At ?? arrived,
            (ConnectionName, connection.Name),
            ("status", Number(call?.Status)),
            ("handle", identity?.Handle is { } handle ? $"@{handle}" : null),
            ("id", identity?.Subject),
            ("picture", identity?.Attributes.GetValueOrDefault("profile_image_url")));
        line = call is null ? line : line with { Duration = (long)call.Duration.TotalMilliseconds };
        return failure is null ? line : Ended(line, failure);
    }

    // XD-24, XD-25, XD-26: which of the reasons it is, as far as anything tells them apart.
    private static Hop Address(Connection connection, ExternalIdentity identity, long at)
    {
        var when = DateTimeOffset.FromUnixTimeMilliseconds(at);
        if (identity.Email is not null)
        {
            return Hop.Of(Email, when, (ConnectionName, connection.Name), ("email", EmailAddress.Parse(identity.Email)?.Masked ?? "given, but no address that this server takes"));
        }

        var asked = connection.Protocol == ConnectionProtocol.OAuth1a || connection.Scopes.Contains("users.email", StringComparer.Ordinal);
        var granted = identity.Granted is null || Xenios.Protocol.Scopes.Split(identity.Granted).Contains("users.email", StringComparer.Ordinal);
        var code = identity.Notes.Select(note => note.Split(' ')[0]).FirstOrDefault(ErrorCatalogue.All.ContainsKey);
        var why = !asked ? "it was not asked for: users.email is not among the scopes"
            : code == "X-105" ? "the plan of the X app lacks the call that gives it"
            : !granted ? "users.email was not granted"
            : "Request email from users is off at X, or this person has confirmed none there";
        var line = Hop.Of(Email, when, (ConnectionName, connection.Name), ("why", why));
        return asked ? line.Ended(HopOutcome.Refused, code ?? "X-114") : line;
    }
}
