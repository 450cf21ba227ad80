using Microsoft.AspNetCore.Http;
using Xenios.Protocol.Authorize;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Sessions;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn;

/// <summary>What a journey tells its timeline: hops, and the sign-in as far as it came.</summary>
internal static class JourneyHops
{
    private const string Failed = "failed";

    /// <summary>What the application asked for, and what it hinted at.</summary>
    /// <param name="request">The request; null where no application waits.</param>
    /// <param name="local">The page of ours that it is for; null for none.</param>
    /// <param name="now">The present.</param>
    public static Hop Asked(AuthorizeRequest? request, LocalDestination? local, DateTimeOffset now) => Hop.Of(
        HopKind.Asked,
        now,
        ("for", local?.Purpose switch { LocalPurpose.Console => "console", LocalPurpose.Trial => "trial", _ => null }),
        ("application", request?.ClientId),
        ("scopes", request is null ? null : string.Join(' ', request.Scopes)),
        ("prompt", request is { Prompts.Count: > 0 } ? string.Join(' ', request.Prompts) : null),
        ("connection", request?.Connection),
        ("hint", Hint(request?.LoginHint)));

    /// <summary>The page that a journey now leads to.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">The journey.</param>
    /// <param name="now">The present.</param>
    public static Hop Page(HttpContext context, EnvironmentContext environment, Journey journey, DateTimeOffset now)
    {
        var last = BrowserCookies.Read(context, environment, BrowserCookies.LastUsed);
        var hop = Hop.Of(
            HopKind.Page,
            now,
            ("page", StateOf(environment, journey, last)),
            ("language", journey.Language),
            ("last_used", journey.Ask == JourneyAsk.WayIn && last is not null && environment.Snapshot.Connections.ContainsKey(last) ? last : null));
        return journey.Trouble is not { } trouble || journey.Ask == JourneyAsk.WayIn ? hop : hop.Ended(IsRefusal(journey) ? HopOutcome.Refused : HopOutcome.Failed, trouble.Code);
    }

    /// <summary>An address as the timeline may show it.</summary>
    /// <param name="email">The address as typed or stored.</param>
    public static string? Masked(string? email) => EmailAddress.Parse(email)?.Masked;

    /// <summary>A journey as its timeline says it now.</summary>
    /// <param name="journey">The journey.</param>
    public static SignInRecord Record(Journey journey) => new()
    {
        SupportCode = journey.SupportCode,
        ClientId = journey.Request?.ClientId,
        Connection = journey.Connection ?? journey.Trouble?.Connection,
        UserId = journey.SignedIn?.UserId ?? journey.LocalUser,
        Handle = journey.Identity?.Handle ?? journey.Person?.Handle,
        Outcome = journey.Ask switch
        {
            JourneyAsk.Refused => "refused",
            JourneyAsk.AfterTrouble => IsRefusal(journey) ? "refused" : Failed,
            _ => "running",
        },
        ErrorCode = journey.Ask is JourneyAsk.Refused or JourneyAsk.AfterTrouble ? journey.Trouble?.Code : null,
        Hops = journey.Hops,
    };

    /// <summary>A journey that ends with an error for the application. What went wrong before that is what it ended with.</summary>
    /// <param name="journey">The journey, its last hop saying so.</param>
    /// <param name="error">The error.</param>
    public static SignInRecord Refused(Journey journey, string error)
    {
        var record = Record(journey);
        return record.ErrorCode is not null ? record : record with { Outcome = "refused", ErrorCode = error };
    }

    /// <summary>A journey that ended well.</summary>
    /// <param name="journey">The journey with its last hops.</param>
    /// <param name="userId">Who signed in.</param>
    public static SignInRecord Done(Journey journey, string userId) => Record(journey) with { UserId = userId, Outcome = "ok", ErrorCode = null };

    // What an application hints at may be an address, or anything else that its person typed: only addresses are of a known shape.
    private static string? Hint(string? hint) => hint is null ? null : Masked(hint) ?? "given";

    /// <summary>Whether the person or a rule said no; otherwise something failed.</summary>
    /// <param name="journey">A journey that was turned back.</param>
    public static bool IsRefusal(Journey journey) => journey.Ask == JourneyAsk.Refused || journey.Trouble?.Code == "access_denied";

    private static string StateOf(EnvironmentContext environment, Journey journey, string? last)
    {
        var policy = journey.Connection is { } slug ? environment.Snapshot.Connections.GetValueOrDefault(slug)?.Policy : null;
        return journey.Ask switch
        {
            JourneyAsk.WayIn => WayIn(environment, journey, last),
            JourneyAsk.AfterTrouble or JourneyAsk.Refused => journey.Trouble?.Page ?? "S59",
            JourneyAsk.Email => policy?.MissingEmail == MissingEmail.AskOptional ? "S12" : "S11",
            JourneyAsk.EmailCode => journey.Email?.MailFailed == true ? "S17" : "S13",
            JourneyAsk.Account => "S35",
            JourneyAsk.Consent => "S30",
            JourneyAsk.ProveAccount => "S19",
            JourneyAsk.Link => "S18",
            JourneyAsk.Which => "S21",
            JourneyAsk.Replace => "S23",
            JourneyAsk.TakeOver => "S20",
            JourneyAsk.Create => journey.Trouble?.Page ?? (policy?.JitScheme == JitScheme.Consent ? "S10" : "S75"),
            _ => "S71",
        };
    }

    private static string WayIn(EnvironmentContext environment, Journey journey, string? last)
    {
        var offered = WaysIn.Connections(environment, journey);
        var methods = WaysIn.Methods(environment, journey).Count;
        return offered.Count == 0 && methods == 0 ? "S08"
            : offered.Any(connection => connection.Slug == last) ? "S02"
            : offered.Count == 1 && methods == 0 ? "S03" : "S01";
    }
}
