using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Protocol.Tokens;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Sessions;
using Xenios.Server.SignIn;
using Xenios.Server.Storage;

namespace Xenios.Server.OpenId;

/// <summary>RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): at once with an ID token of the session, otherwise after asking.</summary>
internal static class EndSessionEndpoint
{
    // A post from another site waits here until the browser has fetched it with its Lax cookies.
    private static readonly EphemeralKind<ParkedLogout> Parked = new("parked_logout", ParkedLogoutJson.Default.ParkedLogout);
    private static readonly TimeSpan ParkedLifetime = TimeSpan.FromMinutes(2);

    private static readonly string[] Understood = ["id_token_hint", "post_logout_redirect_uri", "state", "client_id", "logout_hint", "ui_locales"];

    /// <summary>Handles GET.</summary>
    public static async Task<IResult> Get(
        HttpContext context, EnvironmentContext environment, SessionStore sessions, SignOut signOut, EphemeralStore store, PageRenderer renderer, CancellationToken ct)
    {
        var parameters = FormReader.Query(context.Request);
        var hint = ReadHint(environment, parameters);
        if (parameters["parked"] is { Length: <= 64 } key
            && await store.TakeAsync(Parked, environment.Snapshot.Id, key, ct) is { State: EphemeralState.Live, Value: { } parked })
        {
            (hint, parameters) = (parked.Hint, Parameters.ParseForm(parked.Query));
        }

        return await HandleAsync(context, environment, sessions, signOut, renderer, parameters, hint, ct);
    }

    /// <summary>Handles POST. What another site posts comes without Lax cookies: it is fetched once more with GET, but the ID token never stands in an address.</summary>
    public static async Task<IResult> Post(
        HttpContext context, EnvironmentContext environment, SessionStore sessions, SignOut signOut, EphemeralStore store, PageRenderer renderer, CancellationToken ct)
    {
        if (await FormReader.ReadAsQueryAsync(context.Request, ct) is not { } form)
        {
            return PageRenderer.Stale(context, environment, "form_unreadable");
        }

        var parameters = Parameters.ParseForm(form);
        var hint = ReadHint(environment, parameters);
        if (BrowserCookies.Read(context, environment, BrowserCookies.Session) is not null)
        {
            return await HandleAsync(context, environment, sessions, signOut, renderer, parameters, hint, ct);
        }

        var query = Parameters.Format(parameters.Pairs.Where(pair => pair.Key != "id_token_hint").Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)));
        if (hint is not null)
        {
            // Only with a token of ours: a stranger cannot make the server store anything.
            var key = Secrets.New();
            await store.PutAsync(Parked, environment.Snapshot.Id, key, new ParkedLogout(hint, query), ParkedLifetime, TimeSpan.Zero, ct);
            query = $"parked={key}";
        }

        return new SeeOther($"{context.Request.PathBase}{OpenIdRoutes.EndSession}?{query}");
    }

    private static async Task<IResult> HandleAsync(
        HttpContext context,
        EnvironmentContext environment,
        SessionStore sessions,
        SignOut signOut,
        PageRenderer renderer,
        Parameters parameters,
        LogoutHint? hint,
        CancellationToken ct)
    {
        // Without a token client_id says who asks, which is enough once the person has confirmed it; beside one that proves nothing it says nothing.
        var isClear = !Understood.Any(parameters.IsRepeated);
        var clientId = !isClear ? null : hint is not null ? hint.ClientId : parameters["id_token_hint"] is null ? parameters["client_id"] : null;
        var back = SignOutReturn.Read(environment, clientId, parameters);

        var cookie = BrowserCookies.Read(context, environment, BrowserCookies.Session);
        var session = await sessions.FindAsync(environment.Snapshot.Id, environment.BaseUrl, cookie, ct);
        if (session is not null)
        {
            // Only the session's own ID token proves that its application asks; anything else could come from any page (threats I01).
            if (!isClear || hint is null || hint.SessionId != session.Id || (parameters["post_logout_redirect_uri"] is not null && back.Target is null))
            {
                return renderer.ConfirmSignOut(context, environment, session.Id, parameters.Pairs.Count == 0 ? null : "logout_unproved", back);
            }

            await signOut.EndAsync(environment.Snapshot.Id, cookie!, ct);
            BrowserCookies.Delete(context, environment, BrowserCookies.Session);
        }

        return back.Location is { } location && hint is not null ? new SeeOther(location) : PageRenderer.SignedOut(context, environment, back);
    }

    private static LogoutHint? ReadHint(EnvironmentContext environment, Parameters parameters)
    {
        // An expired token still says whose it was (RP-Initiated Logout §2).
        if (parameters["id_token_hint"] is not { } token
            || parameters.IsRepeated("id_token_hint")
            || environment.ReadIdToken(token) is not { } payload
            || TokenReader.Text(payload, "aud") is not { } clientId
            || TokenReader.Text(payload, "sid") is not { } sessionId)
        {
            return null;
        }

        return parameters["client_id"] is { } named && !string.Equals(named, clientId, StringComparison.Ordinal) ? null : new LogoutHint(clientId, sessionId);
    }
}

/// <summary>What a checked <c>id_token_hint</c> says.</summary>
/// <param name="ClientId">The client it was issued to.</param>
/// <param name="SessionId">Public id of the session.</param>
internal sealed record LogoutHint(string ClientId, string SessionId);

/// <summary>A posted logout request that waits for the browser's cookies.</summary>
/// <param name="Hint">What its token said.</param>
/// <param name="Query">Its other parameters.</param>
internal sealed record ParkedLogout(LogoutHint Hint, string Query);

/// <summary>How parked requests are written.</summary>
[JsonSerializable(typeof(ParkedLogout))]
internal sealed partial class ParkedLogoutJson : JsonSerializerContext;
