using System.Text.Json.Serialization;
using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Connections;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Mail;
using Xenios.Server.OpenId;
using Xenios.Server.Sessions;
using Xenios.Server.SignIn.Gates.ResolveAccount;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn;

/// <summary>How the end of a journey went.</summary>
internal enum FinishOutcome
{
    /// <summary>Everything is written.</summary>
    Finished,

    /// <summary>Somebody else took the identity or the address meanwhile: ask the rules again.</summary>
    Conflict,

    /// <summary>The journey changed or ended meanwhile.</summary>
    Stale,

    /// <summary>The session that spoke for the person ended meanwhile: the person signs in.</summary>
    SignedOut,
}

/// <summary>The end of a journey.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="SessionCookie">The new session's cookie value; null when the browser's session goes on.</param>
/// <param name="Code">The authorization code; null when no application is waiting.</param>
/// <param name="Trial">Key of what a trial came to; null for every other journey.</param>
internal sealed record Finish(FinishOutcome Outcome, string? SessionCookie = null, string? Code = null, string? Trial = null)
{
    /// <summary>Never the values.</summary>
    public override string ToString() => Outcome.ToString();
}

/// <summary>Ends a journey in one transaction: account, session and code are written and the journey is used up, or nothing happens at all.</summary>
internal sealed class JourneyFinish(
    Database database, EphemeralStore store, SessionStore sessions, AccountSettlement accounts, Consents consents, IMailer mailer, TimeProvider time)
{
    /// <summary>Key space of authorization codes.</summary>
    public static readonly EphemeralKind<AuthorizationCode> Codes = new("authorization_code", CodeJson.Default.AuthorizationCode);

    private static readonly TimeSpan CodeLifetime = TimeSpan.FromSeconds(60);

    /// <summary>Ends a journey.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">The journey, its identity resolved.</param>
    /// <param name="version">Its stored version.</param>
    /// <param name="connection">The connection the person came back by; null with a live session.</param>
    /// <param name="account">The account.</param>
    /// <param name="formerSession">Cookie value of the browser's former session.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public async Task<Finish> RunAsync(
        EnvironmentContext environment, Journey journey, long version, Connection? connection, AccountAnswer account, string? formerSession, CancellationToken ct)
    {
        List<Message> mails = [];
        var finish = await database.WriteAsync(
            async scope =>
            {
                var id = environment.Snapshot.Id;
                if (!await store.TakeAsync<Journey>(JourneyStore.Journeys, id, journey.Id, version, scope))
                {
                    scope.Abandon();
                    return new Finish(FinishOutcome.Stale);
                }

                if (journey.SignedIn is { } live && !await sessions.LivesAsync(id, live, scope))
                {
                    scope.Abandon();
                    return new Finish(FinishOutcome.SignedOut);
                }

                if (await accounts.WriteAsync(environment, journey, connection, account, mails, scope) is not { } userId)
                {
                    scope.Abandon();
                    return new Finish(FinishOutcome.Conflict);
                }

                if (journey.Local is { Purpose: LocalPurpose.Trial })
                {
                    // No session: whoever tries a sign-in in the console stays in the console.
                    var trial = Secrets.New();
                    await store.PutAsync(TrialEndpoints.Trials, id, trial, new Trial(userId, journey.SupportCode, journey.BrowserHash), JourneyStore.Lifetime, TimeSpan.Zero, scope);
                    await SignInTimeline.WriteAsync(id, JourneyHops.Done(journey.Noted(Ending(journey, connection, account, userId, null, mails)), userId), scope);
                    return new Finish(FinishOutcome.Finished, Trial: trial);
                }

                var (session, cookie) = journey.SignedIn is { } goesOn
                    ? (goesOn, null)
                    : await sessions.OpenAsync(id, environment.Snapshot.SessionLimits, Opened(environment, journey, connection, userId), formerSession, scope);
                if (journey is { Consented: true, Consent: { } given, Request: { } allowed })
                {
                    await consents.GrantAsync(id, userId, allowed.ClientId, given, scope);
                }

                string? code = null;
                if (journey.Request is { } request && (code = await PutCodeAsync(environment, request, session, journey.SupportCode, scope)) is null)
                {
                    return new Finish(FinishOutcome.Stale);
                }

                if (journey.Hops.Count > 0)
                {
                    await SignInTimeline.WriteAsync(id, JourneyHops.Done(journey.Noted(Ending(journey, connection, account, userId, cookie is not null ? "opened" : "goes on", mails)), userId), scope);
                }

                return new Finish(FinishOutcome.Finished, cookie, code);
            },
            ct);

        // What happened is told once it has happened; a mail that cannot be sent undoes nothing.
        foreach (var mail in finish.Outcome == FinishOutcome.Finished ? mails : [])
        {
            await mailer.SendAsync(mail, CancellationToken.None);
        }

        return finish;
    }

    /// <summary>A code for a browser that is signed in already: the one write of such a request.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="request">The application's request.</param>
    /// <param name="session">The session.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>The code; null when the request was pushed and has been completed before.</returns>
    public Task<string?> IssueCodeAsync(EnvironmentContext environment, AuthorizeRequest request, Session session, CancellationToken ct) =>
        database.WriteAsync(scope => PutCodeAsync(environment, request, session, null, scope), ct);

    private List<Hop> Ending(Journey journey, Connection? connection, AccountAnswer account, string user, string? session, IReadOnlyList<Message> mails)
    {
        var now = time.GetUtcNow();
        var done = account switch
        {
            AccountAnswer.New => "created",
            AccountAnswer.Attach => "connected",
            AccountAnswer.Existing => "brought up to date",
            AccountAnswer.Guest => "kept as a guest",
            _ => null,
        };
        return
        [
            .. done is null ? Array.Empty<Hop>() : [Hop.Of(HopKind.Account, now, ("done", done), ("user", user), ("rule", connection is null ? null : WireName.Of(connection.Policy.AttributeSync)))],
            .. mails.Select(mail => Hop.Of(HopKind.Mail, now, ("to", JourneyHops.Masked(mail.To)), ("what", "notice"))),
            .. session is null ? Array.Empty<Hop>() : [Hop.Of(HopKind.Session, now, ("session", session))],
            .. journey.Request is { } request ? [Hop.Of(HopKind.CodeIssued, now, ("application", request.ClientId))] : Array.Empty<Hop>(),
        ];
    }

    private Session Opened(EnvironmentContext environment, Journey journey, Connection? connection, string userId) => new()
    {
        Id = Secrets.NewId("ses", time.GetUtcNow()),
        UserId = userId,
        Host = environment.BaseUrl,
        Connection = connection?.Slug,
        AuthTime = journey.AuthTime ?? time.GetUtcNow(),
        Proved = journey.Proved,
    };

    private async Task<string?> PutCodeAsync(EnvironmentContext environment, AuthorizeRequest request, Session session, string? supportCode, WriteScope scope)
    {
        // A pushed request is used up when it is completed, not when its page is opened (RFC 9126 §7.3).
        if (request.PushedKey is { } pushed && !await store.SpendAsync(ParEndpoint.Requests, environment.Snapshot.Id, pushed, scope))
        {
            scope.Abandon();
            return null;
        }

        var code = Secrets.NewHandle(time.GetUtcNow());
        var value = new AuthorizationCode
        {
            ClientId = request.ClientId,
            RedirectUri = request.Return.RedirectUri,
            RedirectUriSent = request.RedirectUriSent,
            CodeChallenge = request.CodeChallenge,
            Nonce = request.Nonce,
            Scopes = request.Scopes,
            ScopesNarrowed = request.ScopesNarrowed,
            Resources = request.Resources,
            Claims = request.Claims,
            UserId = session.UserId,
            SessionId = session.Id,
            AuthTime = session.AuthTime,
            Issuer = environment.Issuer,
            GrantId = Secrets.NewId("grt", time.GetUtcNow()),
            SupportCode = supportCode,
        };

        // A used code is remembered as long as its access token lives, so that a second use can still revoke that (RFC 6749 §4.1.2). Refresh tokens live longer: a
        // second use after that time is that of an unknown code and ends none of them.
        var lifetime = environment.Snapshot.Clients.TryGetValue(request.ClientId, out var client) ? client.AccessTokenLifetime : 3600;
        await store.PutAsync(Codes, environment.Snapshot.Id, code, value, CodeLifetime, TimeSpan.FromSeconds(lifetime), scope);
        if (sessions.IsUseUnwritten(environment.Snapshot.SessionLimits, session))
        {
            await sessions.NoteUseAsync(environment.Snapshot.Id, environment.Snapshot.SessionLimits, session, scope);
        }

        if (client?.BackchannelLogoutUri is not null)
        {
            await SessionApplications.NoteAsync(environment.Snapshot.Id, session, client.ClientId, scope);
        }

        return code;
    }
}

/// <summary>How codes are written.</summary>
[JsonSerializable(typeof(AuthorizationCode))]
internal sealed partial class CodeJson : JsonSerializerContext;
