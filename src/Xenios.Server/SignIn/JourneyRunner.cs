using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Server.Audit;
using Xenios.Server.Connections;
using Xenios.Server.Connectors;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.OpenId;
using Xenios.Server.Sessions;
using Xenios.Server.SignIn.Gates.Consent;
using Xenios.Server.SignIn.Gates.Reauthenticate;
using Xenios.Server.SignIn.Gates.ResolveAccount;

namespace Xenios.Server.SignIn;

/// <summary>Moves a journey: the only place that decides what comes next. Steps and gates come back here and never lead to one another.</summary>
internal sealed partial class JourneyRunner(
    JourneyStore journeys,
    UpstreamVisits visits,
    ResolveAccountGate resolveAccount,
    ReauthenticateGate reauthenticate,
    ConsentGate consent,
    AccountSettlement settlement,
    JourneyFinish finish,
    TimeProvider time,
    ILogger<JourneyRunner> logger)
{
    private const int MostConflicts = 4;

    private static readonly TimeSpan LastUsedKept = TimeSpan.FromDays(180);

    /// <summary>Begins a journey.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="request">The application's request; null to end on a page of ours.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="session">The browser's session, where it answers as soon as something else was asked; null when the person has to sign in.</param>
    /// <param name="local">The page of ours that it is for; null with a request, and for <c>/signin</c> itself.</param>
    public async Task<IResult> BeginAsync(
        HttpContext context, EnvironmentContext environment, AuthorizeRequest? request, CancellationToken ct, Session? session = null, LocalDestination? local = null)
    {
        var journey = new Journey
        {
            Id = Secrets.NewHandle(time.GetUtcNow()),
            SupportCode = Secrets.NewSupportCode(),
            BrowserHash = JourneyDoor.HashOf(BrowserCookies.EnsureBrowser(context, environment)),
            Host = environment.BaseUrl,
            Language = Texts.Choose(request?.UiLocales, context.Request.Headers.AcceptLanguage),
            Request = request,
            Local = local,
            SignedIn = session,
            Connection = session?.Connection,
            AuthTime = session?.AuthTime,
            Proved = session?.Proved ?? false,
            Person = session is null ? null : await resolveAccount.PersonAsync(environment, session, ct),
            Hops = [JourneyHops.Asked(request, local, time.GetUtcNow())],
        };
        journey = journey with { Ask = journey.FirstAsk };
        Log.Began(logger, journey.SupportCode, request?.ClientId);
        if (session is not null)
        {
            journey = journey.Noted(Hop.Of(HopKind.SessionFound, time.GetUtcNow(), ("user", session.UserId)));
            await journeys.PutAsync(environment.Snapshot.Id, journey, ct);
            return await ContinueAsync(context, environment, journey, 1, ct);
        }

        // A wish for one connection is followed without a page, if the application offers that connection at all.
        var offered = WaysIn.Connections(environment, journey);
        var direct = offered.FirstOrDefault(connection => string.Equals(connection.Slug, request?.Connection, StringComparison.Ordinal))
            ?? (offered.Count == 1 && request is not null && environment.Snapshot.Clients[request.ClientId] is { AutoRedirectSingleOption: true, Methods.Count: 0 } ? offered[0] : null);
        journey = direct is null ? journey.Noted(JourneyHops.Page(context, environment, journey, time.GetUtcNow())) : journey;
        await journeys.PutAsync(environment.Snapshot.Id, journey, ct);
        return direct is null ? GoToPage(context, journey) : await LeaveAsync(context, environment, new StoredJourney(journey, 1), direct, ct);
    }

    /// <summary>Goes on after something was done.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">The journey as it is now.</param>
    /// <param name="version">The version it was read with.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IResult> ContinueAsync(HttpContext context, EnvironmentContext environment, Journey journey, long version, CancellationToken ct)
    {
        // Again after a conflict: the rules are asked once more, then they see what the others wrote.
        for (var attempt = 0; attempt < MostConflicts; attempt++)
        {
            // The list. Step 1: a way in, or the session that is there. Gates: whose account, may it answer, is it proved, what is allowed. Then the end.
            var account = journey is { Identity: null, SignedIn: null } ? await resolveAccount.CheckLocalAsync(environment, journey, ct) : null;
            if (journey is { Identity: null, SignedIn: null } && account is null)
            {
                return await WaitAsync(context, environment, journey, version, ct);
            }

            // An identity that came back is held against the application below, with its connection.
            if (journey is { Identity: null, Request: { } waiting } && environment.Snapshot.Waiting(waiting) is null)
            {
                return await RefuseAsync(context, environment, journey, AuthorizeEndpoint.Removed, ct);
            }

            if (journey is { SignedIn: not null, AccountChosen: false } && journey.Request?.HasPrompt("select_account") == true)
            {
                return await WaitAsync(context, environment, journey with { Ask = JourneyAsk.Account }, version, ct);
            }

            var connection = journey.Identity is not null ? Usable(environment, journey) : null;
            if (journey.Identity is not null && connection is null)
            {
                var gone = new JourneyTrouble("S55", "connection_unavailable", journey.Connection);
                return await WaitAsync(context, environment, journey.Restarted() with { Ask = JourneyAsk.AfterTrouble, Trouble = gone }, version, ct);
            }

            account ??= connection is null
                ? await resolveAccount.CheckSessionAsync(environment, journey, ct)
                : await resolveAccount.CheckAsync(environment, journey, connection, ct);
            var rule = AccountReasons.Of(account, journey, connection, time.GetUtcNow());
            if (account is AccountAnswer.Wait wait)
            {
                return await WaitAsync(context, environment, wait.Journey.Noted(rule), version, ct);
            }

            journey = journey.Noted(rule);
            var subject = await settlement.SubjectAsync(environment, journey, connection, account, ct);
            if (journey.Request is { } wish && !SessionRules.MayAnswer(wish, subject))
            {
                return await RefuseAsync(context, environment, journey, new OAuthError("login_required", "Somebody else signed in than the request names."), ct);
            }

            (journey, var page, var error) = await reauthenticate.CheckAsync(context, environment, journey, version, account, ct);
            if (page is not null || error is not null)
            {
                return page ?? await RefuseAsync(context, environment, journey, error!, ct);
            }

            if (await consent.CheckAsync(environment, journey, subject, ct) is { } asking)
            {
                return await WaitAsync(context, environment, asking, version, ct);
            }

            var former = BrowserCookies.Read(context, environment, BrowserCookies.Session);
            var end = await finish.RunAsync(environment, journey, version, connection, account, former, ct);
            if (end.Outcome == FinishOutcome.Finished)
            {
                return Arrive(context, environment, journey, end);
            }

            if (end.Outcome == FinishOutcome.Stale)
            {
                return GoToPage(context, journey);
            }

            if (end.Outcome == FinishOutcome.SignedOut)
            {
                return await WaitAsync(context, environment, journey.Restarted(), version, ct);
            }
        }

        throw new InvalidOperationException($"{MostConflicts} transactions in a row met a conflict that the rules did not see.");
    }

    /// <summary>Ends a journey with an error for the application, as long as it may have an answer; nothing else is written.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">The journey, on its way to an application.</param>
    /// <param name="error">What the application is told.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IResult> RefuseAsync(HttpContext context, EnvironmentContext environment, Journey journey, OAuthError error, CancellationToken ct)
    {
        var told = Hop.Of(HopKind.Answered, time.GetUtcNow(), ("application", journey.Request!.ClientId), ("error", error.Code)).Ended(HopOutcome.Refused, error.Code);
        await journeys.TakeAsync(environment.Snapshot.Id, journey.Noted(told), error.Code, ct);
        Log.Refused(logger, journey.SupportCode, journey.Request.ClientId, error.Code);
        SignInMeter.Count(environment, journey, "refused", error.Code);
        return environment.Snapshot.Waiting(journey.Request) is null
            ? PageRenderer.BadLink(context, environment, AuthorizeEndpoint.Removed, journey.SupportCode)
            : AuthorizeAnswer.Of(AuthorizeResponse.Failure(journey.Request.Return, environment.Issuer, error));
    }

    /// <summary>Ends the way the person is on with a page that says why; another way can be chosen.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="stored">The journey.</param>
    /// <param name="page">Id of the page.</param>
    /// <param name="reason">Stable reason, a <c>data-error</c> code.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<IResult> TurnAwayAsync(HttpContext context, EnvironmentContext environment, StoredJourney stored, string page, string reason, CancellationToken ct) =>
        WaitAsync(context, environment, stored.Journey with { Ask = JourneyAsk.Refused, Trouble = new JourneyTrouble(page, reason, stored.Journey.Connection) }, stored.Version, ct);

    /// <summary>Sends the browser to a connection's upstream.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="stored">The journey.</param>
    /// <param name="connection">One of the offered connections.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IResult> LeaveAsync(HttpContext context, EnvironmentContext environment, StoredJourney stored, Connection connection, CancellationToken ct)
    {
        var (journey, begun) = await visits.BeginAsync(environment, stored, connection, ct);
        if (begun.TryGet(out var url, out var failure))
        {
            return new SeeOther(url.AbsoluteUri);
        }

        return await TroubleAsync(context, environment, stored with { Journey = journey }, connection.Slug, failure, ct);
    }

    /// <summary>Notes what went wrong at an upstream and shows it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="stored">The journey.</param>
    /// <param name="connection">Slug of the connection.</param>
    /// <param name="failure">What went wrong.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<IResult> TroubleAsync(HttpContext context, EnvironmentContext environment, StoredJourney stored, string connection, UpstreamFailure failure, CancellationToken ct)
    {
        if (failure.Kind == UpstreamFailureKind.Denied)
        {
            Log.Denied(logger, stored.Journey.SupportCode, connection);
        }
        else
        {
            Log.UpstreamFailed(logger, stored.Journey.SupportCode, connection, failure.Step, failure.Code, failure.Detail);
        }

        var trouble = new JourneyTrouble(PageOf(failure.Kind), failure.Code, connection, failure.RetryAt);
        return WaitAsync(context, environment, stored.Journey.Restarted() with { Ask = JourneyAsk.AfterTrouble, Trouble = trouble }, stored.Version, ct);
    }

    private static string PageOf(UpstreamFailureKind kind) => kind switch
    {
        UpstreamFailureKind.Denied => "S50",
        UpstreamFailureKind.TimedOut => "S53",
        UpstreamFailureKind.RateLimited => "S54",
        UpstreamFailureKind.Misconfigured => "S55",
        UpstreamFailureKind.AppSuspended => "S56",
        UpstreamFailureKind.AccountRefused => "S57",
        UpstreamFailureKind.Stale => "S59",
        _ => "S52",
    };

    // Switched off, deleted, or taken from the application since the person left: whatever came back by it counts for nothing (threats A10).
    private static Connection? Usable(EnvironmentContext environment, Journey journey) =>
        WaysIn.Connections(environment, journey).FirstOrDefault(connection => string.Equals(connection.Slug, journey.Connection, StringComparison.Ordinal));

    private static SeeOther GoToPage(HttpContext context, Journey journey) => new(context.Request.PathBase + journey.AskPath);

    private async Task<IResult> WaitAsync(HttpContext context, EnvironmentContext environment, Journey journey, long version, CancellationToken ct)
    {
        SignInMeter.CountTurnedBack(environment, journey);

        // A stale write is refused, not merged: the page then shows what the other request made of the journey.
        await journeys.ReplaceAsync(environment.Snapshot.Id, journey.Noted(JourneyHops.Page(context, environment, journey, time.GetUtcNow())), version, ct);
        return GoToPage(context, journey);
    }

    private IResult Arrive(HttpContext context, EnvironmentContext environment, Journey journey, Finish end)
    {
        Log.Finished(logger, journey.SupportCode, journey.Connection, journey.Request?.ClientId);
        SignInMeter.Count(environment, journey, "ok");
        if (end.Trial is { } trial)
        {
            return new SeeOther($"{context.Request.PathBase}{TrialEndpoints.Path}/{trial}");
        }

        if (end.SessionCookie is { } cookie)
        {
            BrowserCookies.Write(context, environment, BrowserCookies.Session, cookie, environment.Snapshot.SessionLimits.CookieAge);
            if (journey.Connection is { } connection)
            {
                BrowserCookies.Write(context, environment, BrowserCookies.LastUsed, connection, LastUsedKept);
            }
        }

        return journey.Request is { } request
            ? AuthorizeAnswer.Of(AuthorizeResponse.Success(request.Return, environment.Issuer, end.Code!))
            : new SeeOther(context.Request.PathBase + journey.BeginPath);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 200, Level = LogLevel.Debug, Message = "{SupportCode}: sign-in began for {ClientId}")]
        public static partial void Began(ILogger logger, string supportCode, string? clientId);

        [LoggerMessage(EventId = 201, Level = LogLevel.Information, Message = "{SupportCode}: signed in by {Connection} for {ClientId}")]
        public static partial void Finished(ILogger logger, string supportCode, string? connection, string? clientId);

        [LoggerMessage(EventId = 202, Level = LogLevel.Information, Message = "{SupportCode}: the person said no at {Connection}")]
        public static partial void Denied(ILogger logger, string supportCode, string connection);

        [LoggerMessage(EventId = 204, Level = LogLevel.Information, Message = "{SupportCode}: ended for {ClientId} with {Error}")]
        public static partial void Refused(ILogger logger, string supportCode, string clientId, string error);

        [LoggerMessage(EventId = 203, Level = LogLevel.Warning, Message = "{SupportCode}: {Connection} failed at {Step}: {Code} {Detail}")]
        public static partial void UpstreamFailed(ILogger logger, string supportCode, string connection, UpstreamStep step, string code, string detail);
    }
}
