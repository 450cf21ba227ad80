using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Protocol.Tokens;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Sessions;
using Xenios.Server.SignIn;

namespace Xenios.Server.OpenId;

/// <summary>RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): at once with an ID token of the session, otherwise after asking.</summary>
internal static class EndSessionEndpoint
{
    private static readonly string[] Understood = ["id_token_hint", "post_logout_redirect_uri", "state", "client_id", "logout_hint", "ui_locales"];

    /// <summary>Handles GET.</summary>
    public static Task<IResult> Get(HttpContext context, EnvironmentContext environment, SessionStore sessions, PageRenderer renderer, CancellationToken ct) =>
        HandleAsync(context, environment, sessions, renderer, FormReader.Query(context.Request), ct);

    /// <summary>Handles POST: the same parameters, fetched with GET, bring the Lax cookies that a cross-site post leaves out.</summary>
    public static async Task<IResult> Post(HttpContext context, EnvironmentContext environment, CancellationToken ct) =>
        await FormReader.ReadAsQueryAsync(context.Request, ct) is { } query
            ? new SeeOther($"{context.Request.PathBase}{OpenIdRoutes.EndSession}?{query}")
            : PageRenderer.Stale(context, environment, "form_unreadable");

    private static async Task<IResult> HandleAsync(
        HttpContext context, EnvironmentContext environment, SessionStore sessions, PageRenderer renderer, Parameters parameters, CancellationToken ct)
    {
        var hint = ReadHint(environment, parameters);
        var client = hint is { } known ? environment.Snapshot.Clients.GetValueOrDefault(known.ClientId) : null;
        var repeated = Understood.Any(parameters.IsRepeated);
        var target = parameters["post_logout_redirect_uri"] is { } uri && !repeated && client?.PostLogoutRedirectUris.Contains(uri, StringComparer.Ordinal) == true ? uri : null;

        var cookie = BrowserCookies.Read(context, environment, BrowserCookies.Session);
        var session = await sessions.FindAsync(environment.Snapshot.Id, environment.BaseUrl, cookie, ct);
        if (session is not null)
        {
            // Only the session's own ID token proves that its application asks; anything else could come from any page (threats I01).
            if (repeated || hint is null || hint.SessionId != session.Id || (parameters["post_logout_redirect_uri"] is not null && target is null))
            {
                return renderer.ConfirmSignOut(context, environment, session.Id, parameters.Pairs.Count == 0 ? null : "logout_unproved");
            }

            await sessions.EndAsync(environment.Snapshot.Id, cookie!, ct);
            BrowserCookies.Delete(context, environment, BrowserCookies.Session);
        }

        return target is null ? PageRenderer.SignedOut(context, environment, client?.Name) : new SeeOther(WithState(target, parameters["state"]));
    }

    private static Hint? ReadHint(EnvironmentContext environment, Parameters parameters)
    {
        // An expired token still says whose it was (RP-Initiated Logout §2).
        if (parameters["id_token_hint"] is not { } token
            || environment.ReadIdToken(token) is not { } payload
            || TokenReader.Text(payload, "aud") is not { } clientId
            || TokenReader.Text(payload, "sid") is not { } sessionId)
        {
            return null;
        }

        return parameters["client_id"] is { } named && !string.Equals(named, clientId, StringComparison.Ordinal) ? null : new Hint(clientId, sessionId);
    }

    private static string WithState(string target, string? state) =>
        state is null ? target : $"{target}{(target.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Parameters.Format([new("state", state)])}";

    private sealed record Hint(string ClientId, string SessionId);
}
