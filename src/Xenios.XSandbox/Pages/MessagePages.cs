using Microsoft.AspNetCore.Http;

namespace Xenios.XSandbox.Pages;

/// <summary>Pages that end a sign-in at X without a way back to the app. X says little on them; the sandbox adds why.</summary>
internal static class MessagePages
{
    private static readonly Markup StaleText = Markup.Of(
        $"<p>The request token for this page is invalid. It may have already been used, or expired because it is too old.</p>");

    /// <summary>X's answer to a wrong client, callback, scope or a disabled app: no callback (x-platform §1.6).</summary>
    public static Page SomethingWentWrong(string reason, int status = StatusCodes.Status400BadRequest) => new(
        status,
        "Something went wrong",
        Markup.Of($"""
            <div class="card"><p>You weren’t able to give access to the App. Go back and try logging in again.</p></div>
            {Why(reason)}
            """));

    /// <summary>X's answer to a request token that is missing, used or too old (x-platform §3.3).</summary>
    public static Page Whoa(bool hasToken, string reason) => new(
        StatusCodes.Status403Forbidden,
        "Whoa there!",
        Markup.Of($"""
            <div class="card">{(hasToken ? StaleText : Markup.Of($"<p>There is no request token for this page.</p>"))}</div>
            {Why(reason)}
            """));

    public static Page Broken(int status) => new(
        status,
        "Something is technically wrong",
        Markup.Of($"""<div class="card"><p>Try again in a moment.</p></div>{Why("A fault is switched on for this page.")}"""));

    public static Page UnknownPerson() => new(
        StatusCodes.Status400BadRequest,
        "Nobody by that name",
        Markup.Of($"""<div class="card"><p>The address names a <code>sandbox_person</code> who does not exist here.</p></div>"""));

    /// <summary>The form of a consent page came back too late, or twice.</summary>
    public static Page ConsentGone() => SomethingWentWrong("This consent page is too old or was answered before. Start again from the app.");

    /// <summary>OAuth 1.0a shows this to a person who said no: only the link goes back to the app (x-platform §3.3).</summary>
    public static Page Denied(string app, string back) => new(
        StatusCodes.Status200OK,
        $"{app} has no access",
        Markup.Of($"""
            <div class="card"><p>You said no, so nothing was shared.</p><p><a class="button go" href="{back}">Return to {app}</a></p></div>
            """));

    /// <summary>The same for an app that has no address to return to.</summary>
    public static Page Denied(string app) => new(
        StatusCodes.Status200OK,
        $"{app} has no access",
        Markup.Of($"""<div class="card"><p>You said no, so nothing was shared. You can close this page.</p></div>"""));

    public static Page Pin(string app, string pin) => new(
        StatusCodes.Status200OK,
        $"Your code for {app}",
        Markup.Of($"""<div class="card"><p>Type this code into {app}:</p><p class="pin"><code>{pin}</code></p></div>"""));

    private static Markup Why(string reason) => Markup.Of(
        $"""<div class="note"><p><strong>What the real X would not tell you:</strong> {reason}</p></div>""");
}
