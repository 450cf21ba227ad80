using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Sessions;

namespace Xenios.Server.Administrators;

/// <summary>An administrator in the console.</summary>
/// <param name="Administrator">Who.</param>
/// <param name="Session">The browser's session in the default environment.</param>
internal sealed record ConsoleVisit(Administrator Administrator, Session Session);

/// <summary>
/// When the browser's session counts in the console and, from there, at the management API (decision 10; threats L06): its person is an active administrator and
/// signed in by password within <see cref="Lifetime"/>, and a call carries what a foreign page cannot send.
/// </summary>
internal sealed class ConsoleSessions(SnapshotCache snapshots, SessionStore sessions, AdministratorStore administrators, TimeProvider time)
{
    /// <summary>Header of every call of the console, with the value 1: another origin's page may send it only after a preflight, which nobody here answers.</summary>
    public const string Header = "X-Xenios-Console";

    /// <summary>How long after signing in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>The environment that the console and its administrators belong to, whichever environment a request is about.</summary>
    public EnvironmentContext Home => new(snapshots.Default, snapshots.Default.Issuer);

    /// <summary>Whether a request says that it comes from the console.</summary>
    /// <param name="request">The request.</param>
    public static bool Claims(HttpRequest request) => request.Headers.ContainsKey(Header);

    /// <summary>The administrator whose browser sends a call of the console.</summary>
    /// <param name="context">A request that is not a navigation.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<ConsoleVisit, Problem>> FindAsync(HttpContext context, CancellationToken ct)
    {
        // Absent in browsers that do not send them; what a browser does send, a page cannot change (Fetch §4.5, forbidden request headers).
        var headers = context.Request.Headers;
        var isOwn = headers[Header] is ["1"] && headers["Sec-Fetch-Site"] is [] or ["same-origin"] && (headers.Origin.Count == 0 || headers.Origin is [{ } origin] && origin == Home.Issuer);
        if (!isOwn)
        {
            return Problem.Unauthorized("This call does not come from the console of this server.");
        }

        var (visit, isSignedIn) = await LookAsync(context, ct);
        if (visit is null)
        {
            return isSignedIn ? Problem.Forbidden("Whoever is signed in is not an administrator.") : Problem.Unauthorized("Sign in to the console: open /console/.");
        }

        await sessions.NoteUseAsync(Home.Snapshot.Id, Home.Snapshot.SessionLimits, visit.Session, ct);
        return visit;
    }

    /// <summary>The administrator whose browser opens a page of the console.</summary>
    /// <param name="context">The request.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Null when somebody has to sign in first.</returns>
    public async Task<ConsoleVisit?> OpenAsync(HttpContext context, CancellationToken ct) => (await LookAsync(context, ct)).Visit;

    // A session that came by a connection does not count: whoever may change a connection could become anybody who comes by it.
    private async Task<(ConsoleVisit? Visit, bool IsSignedIn)> LookAsync(HttpContext context, CancellationToken ct)
    {
        var home = Home;
        var session = await sessions.FindAsync(home.Snapshot.Id, home.BaseUrl, BrowserCookies.Read(context, home, BrowserCookies.Session), ct);
        if (session is not { Connection: null, Proved: true } || time.GetUtcNow() - session.AuthTime >= Lifetime)
        {
            return (null, false);
        }

        if (await administrators.FindAsync(home.Snapshot.Id, session.UserId, ct) is not { Status: "active" } administrator)
        {
            return (null, true);
        }

        // Before that a mailed code may have been enough.
        return session.AuthTime.ToUnixTimeMilliseconds() >= administrator.CreatedAt ? (new ConsoleVisit(administrator, session), true) : (null, false);
    }
}
