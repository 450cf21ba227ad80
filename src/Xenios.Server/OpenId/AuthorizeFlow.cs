using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Sessions;
using Xenios.Server.SignIn;
using Xenios.Server.SignIn.Gates.Consent;
using Xenios.Server.SignIn.Gates.ResolveAccount;
using Xenios.Server.Users;

namespace Xenios.Server.OpenId;

/// <summary>Answers a checked authorization request: from the browser's session, by an error, or by beginning a journey that asks the person.</summary>
internal sealed class AuthorizeFlow(SessionStore sessions, JourneyRunner runner, JourneyFinish finish, ConsentGate consent, TimeProvider time)
{
    /// <summary>Answers a request. With a live session and nothing to ask this is one read and one write.</summary>
    /// <param name="context">The request of the browser.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="request">The request of the application.</param>
    /// <param name="client">The application.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IResult> AnswerAsync(HttpContext context, EnvironmentContext environment, AuthorizeRequest request, Client client, CancellationToken ct)
    {
        var cookie = BrowserCookies.Read(context, environment, BrowserCookies.Session);
        var session = await sessions.FindAsync(environment.Snapshot.Id, environment.BaseUrl, cookie, ct);
        session = session is not null && Fits(session, client) ? session : null;
        return SessionRules.Decide(request, session?.State, time.GetUtcNow()) switch
        {
            SessionUse.Use => await FromSessionAsync(context, environment, request, client, session!, ct),
            SessionUse.ChooseAccount => await runner.BeginAsync(context, environment, request, ct, session),
            SessionUse.LoginRequired => Refuse(environment, request, "login_required", "The person is not signed in as the request demands, and prompt=none forbids asking."),
            _ => await runner.BeginAsync(context, environment, request, ct),
        };
    }

    // A session without a local account serves applications that can do without one; one that wants the federated subject is not served by a local account
    // that a connection led to (local_subject, kinde-and-wso2 B20).
    private static bool Fits(Session session, Client client) =>
        Guests.IsGuest(session.UserId) ? !client.LocalSubjectRequired : !client.FederatedSubject || session.Connection is null;

    private async Task<IResult> FromSessionAsync(
        HttpContext context, EnvironmentContext environment, AuthorizeRequest request, Client client, Session session, CancellationToken ct)
    {
        var silent = request.HasPrompt("none");
        if (ResolveAccountGate.AsksForEmail(environment, client, session))
        {
            return silent
                ? Refuse(environment, request, "interaction_required", "The person has to be asked for an email first, and prompt=none forbids it.")
                : await runner.BeginAsync(context, environment, request, ct, ResolveAccountGate.MayGiveAddress(session, time.GetUtcNow()) ? session : null);
        }

        if (ConsentRules.Applies(request, client) && await consent.MissingAsync(environment, request, client, session.UserId, ct) is not null)
        {
            if (!silent)
            {
                return await runner.BeginAsync(context, environment, request, ct, session);
            }

            if (client.RequireConsent)
            {
                return Refuse(environment, request, "consent_required", "The person has not allowed this yet, and prompt=none forbids asking.");
            }

            // Only the refresh token of a public client needs a yes here: without one it is not given, and the rest goes on (standards RFT-01).
            request = request.Without(Scopes.OfflineAccess);
        }

        return await finish.IssueCodeAsync(environment, request, session, ct) is { } code
            ? AuthorizeAnswer.Of(AuthorizeResponse.Success(request.Return, environment.Issuer, code))
            : PageRenderer.BadLink(context, environment, AuthorizeEndpoint.UnknownRequestUri, Secrets.NewSupportCode());
    }

    private static IResult Refuse(EnvironmentContext environment, AuthorizeRequest request, string code, string description) =>
        AuthorizeAnswer.Of(AuthorizeResponse.Failure(request.Return, environment.Issuer, new OAuthError(code, description)));
}
