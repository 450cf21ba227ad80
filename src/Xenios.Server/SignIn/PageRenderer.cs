using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Xenios.Protocol;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Sessions;
using Xenios.Server.Storage;

namespace Xenios.Server.SignIn;

/// <summary>Sends pages: the frame they share, and those that belong to no journey.</summary>
internal sealed class PageRenderer(Vault vault)
{
    /// <summary>Sends one page with the headers every page has.</summary>
    /// <param name="context">The request.</param>
    /// <param name="view">The page.</param>
    public static IResult Send(HttpContext context, SignInPageView view)
    {
        context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.PagePolicy;
        context.Response.StatusCode = view.Status;
        if (view is { Error: { } error, SupportCode: { } supportCode })
        {
            RefusedSignIns.Note(context, view.Page, supportCode, error);
        }

        return new RazorComponentResult<SignInPage>(new Dictionary<string, object?>
        {
            [nameof(SignInPage.View)] = view,
            [nameof(SignInPage.StyleUrl)] = PageAssets.Url(context, "signin.css"),
            [nameof(SignInPage.ScriptUrl)] = PageAssets.Url(context, "signin.js"),
        })
        {
            StatusCode = view.Status,
            PreventStreamingRendering = true,
        };
    }

    /// <summary>The texts for whoever sent a request that belongs to no journey.</summary>
    /// <param name="context">The request.</param>
    /// <param name="uiLocales">Languages an application wishes, or null.</param>
    public static Texts TextsFor(HttpContext context, string? uiLocales = null) => Texts.For(Texts.Choose(uiLocales, context.Request.Headers.AcceptLanguage));

    /// <summary>A support code as people read it.</summary>
    /// <param name="code">Ten letters and digits.</param>
    public static string Readable(string code) => SupportCode.Readable(code);

    /// <summary>The frame of a page.</summary>
    /// <param name="page">State id.</param>
    /// <param name="texts">Language.</param>
    /// <param name="application">Name of whom the person is going to.</param>
    /// <param name="supportCode">Ten letters and digits; null on pages that cannot fail.</param>
    public static SignInPageView Frame(string page, Texts texts, string application, string? supportCode) => new()
    {
        Page = page,
        Language = texts.Language,
        Heading = texts[$"{page}.heading", ("app", application)],
        Application = application,
        SupportCode = supportCode is null ? null : Readable(supportCode),
        SupportText = supportCode is null ? null : texts["support.text"],
        SupportCopy = supportCode is null ? null : (texts["support.copy"], texts["support.copied"]),
    };

    /// <summary>The hidden field that proves a form came from a page of ours in this browser (decision 6).</summary>
    /// <param name="browser">The browser's handle.</param>
    /// <param name="subject">What the form acts on: a journey or session id.</param>
    public KeyValuePair<string, string> FormToken(string browser, string subject) => new("form_token", vault.Tag(FormPurpose(browser, subject)));

    /// <summary>Whether a form carries that proof.</summary>
    /// <param name="form">The form.</param>
    /// <param name="browser">The browser's handle.</param>
    /// <param name="subject">What it acts on.</param>
    public bool IsOurs(Parameters form, string browser, string subject) => vault.IsTag(FormPurpose(browser, subject), form["form_token"]);

    /// <summary>S64: the application sent something that must not be redirected anywhere.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="supportCode">Code under which it is logged.</param>
    public static IResult BadLink(HttpContext context, EnvironmentContext environment, OAuthError error, string supportCode)
    {
        var texts = TextsFor(context);
        return Send(context, Frame("S64", texts, environment.Snapshot.DisplayName, supportCode) with
        {
            Status = StatusCodes.Status400BadRequest,
            Error = error.Code,
            Text = [texts["S64.text"]],
            Items = [new PageItem.Details(texts["S64.details"], [error.Code, error.Description])],
        });
    }

    /// <summary>S16 before a journey began: too many were begun from the same network.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="until">When it may be tried again.</param>
    public static IResult TooMany(HttpContext context, EnvironmentContext environment, DateTimeOffset until)
    {
        var texts = TextsFor(context, FormReader.Query(context.Request)["ui_locales"]);
        return Send(context, Frame("S16", texts, environment.Snapshot.DisplayName, null) with
        {
            Status = StatusCodes.Status429TooManyRequests,
            Error = "too_many_tries",
            Text = [texts["S16.text", ("time", Clock(until))]],
            Items = [new PageItem.Moment(until, Clock(until)), new PageItem.Link(Again(context), texts["button.tryAgain"]) { Weight = PageWeight.Secondary }],
        });
    }

    /// <summary>A time of day as pages show it.</summary>
    /// <param name="at">The moment.</param>
    public static string Clock(DateTimeOffset at) => at.ToUniversalTime().ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>S59 without a journey to go back to.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="error">Stable code.</param>
    public static IResult Stale(HttpContext context, EnvironmentContext environment, string error)
    {
        var texts = TextsFor(context);
        return Send(context, Frame("S59", texts, environment.Snapshot.DisplayName, Secrets.NewSupportCode()) with
        {
            Status = StatusCodes.Status400BadRequest,
            Error = error,
            Text = [texts["S59.text"]],
            Items = [new PageItem.Link($"{context.Request.PathBase}/signin", texts["button.startAgain"]) { Weight = PageWeight.Primary }],
        });
    }

    /// <summary>S65: no such page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="status">404, or 405 at an address that only forms are sent to.</param>
    public static IResult NotFound(HttpContext context, EnvironmentContext environment, int status = StatusCodes.Status404NotFound)
    {
        var texts = TextsFor(context);
        return Send(context, Frame("S65", texts, environment.Snapshot.DisplayName, null) with
        {
            Status = status,
            Error = "not_found",
            Text = [texts["S65.text"]],
            Items = [new PageItem.Link($"{context.Request.PathBase}/signin", texts["button.continue"])],
        });
    }

    /// <summary>S66: our fault.</summary>
    /// <param name="context">The request.</param>
    /// <param name="application">Name of whom the person is going to.</param>
    /// <param name="supportCode">Code under which it is logged.</param>
    public static IResult Broken(HttpContext context, string application, string supportCode)
    {
        var texts = TextsFor(context);
        return Send(context, Frame("S66", texts, application, supportCode) with
        {
            Status = StatusCodes.Status500InternalServerError,
            Error = "internal_error",
            Text = [texts["S66.text"]],
            Items = [new PageItem.Link(Again(context), texts["button.tryAgain"]) { Weight = PageWeight.Primary }],
        });
    }

    /// <summary>S67: the server was opened by a name it does not know.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">Any environment.</param>
    /// <param name="url">The name it knows.</param>
    public IResult Misdirected(HttpContext context, EnvironmentContext environment, string url)
    {
        var texts = TextsFor(context);
        return Send(context, Frame("S67", texts, environment.Snapshot.DisplayName, Secrets.NewSupportCode()) with
        {
            Status = StatusCodes.Status421MisdirectedRequest,
            Error = "A-02",
            Text = [texts["S67.text"]],
            Items = [new PageItem.Link(url, texts["S67.link", ("url", url)])],
        });
    }

    /// <summary>S36: signed in, and no application is waiting.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="person">Who.</param>
    /// <param name="sessionId">Public id of the session.</param>
    public IResult SignedIn(HttpContext context, EnvironmentContext environment, PageItem.Person person, string sessionId)
    {
        var texts = TextsFor(context);
        var browser = BrowserCookies.EnsureBrowser(context, environment);
        return Send(context, Frame("S36", texts, environment.Snapshot.DisplayName, null) with
        {
            Items =
            [
                person,
                new PageItem.Form { Action = $"{context.Request.PathBase}/signin/out", Submit = texts["S36.out"], Weight = PageWeight.Secondary, Hidden = [FormToken(browser, sessionId)] },
            ],
        });
    }

    /// <summary>S37: signed out.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="back">The application that asked for it, and its address, which the person may follow; null when none asked.</param>
    public static IResult SignedOut(HttpContext context, EnvironmentContext environment, SignOutReturn? back = null)
    {
        var texts = TextsFor(context, back?.UiLocales);
        var application = back?.Client?.Name;
        var items = new List<PageItem> { new PageItem.Link($"{context.Request.PathBase}/signin", texts["S37.again"]) { Weight = PageWeight.Primary } };
        if (back?.Location is { } location)
        {
            items.Add(new PageItem.Link(location, texts["S37.back", ("app", application!)]));
        }

        items.Add(new PageItem.Note(texts["S37.shared"]));
        return Send(context, Frame("S37", texts, application ?? environment.Snapshot.DisplayName, null) with
        {
            Text = [application is null ? texts["S37.textAlone"] : texts["S37.text", ("app", application)]],
            Items = items,
        });
    }

    /// <summary>S76: sign out? Asked when nothing proves that the person wants it (threats I01).</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="sessionId">Public id of the session.</param>
    /// <param name="error">What was wrong with the request for it; null when nothing was.</param>
    /// <param name="back">Where the person goes afterwards; null for our own page.</param>
    public IResult ConfirmSignOut(HttpContext context, EnvironmentContext environment, string sessionId, string? error, SignOutReturn? back = null)
    {
        var texts = TextsFor(context, back?.UiLocales);
        var browser = BrowserCookies.EnsureBrowser(context, environment);
        return Send(context, Frame("S76", texts, environment.Snapshot.DisplayName, null) with
        {
            Error = error,
            Text = back is { Target: not null, Client.Name: var name } ? [texts["S76.text"], texts["S76.back", ("app", name)]] : [texts["S76.text"]],
            Items =
            [
                new PageItem.Form
                {
                    Action = $"{context.Request.PathBase}/signin/out", Submit = texts["S76.submit"], Hidden = [FormToken(browser, sessionId), .. back?.Fields ?? []],
                },
                new PageItem.Link($"{context.Request.PathBase}/signin", texts["S76.stay"]),
            ],
        });
    }

    // The same page once more; where a form was posted, a new sign-in.
    private static string Again(HttpContext context) => HttpMethods.IsGet(context.Request.Method)
        ? context.Request.PathBase + context.Request.Path + context.Request.QueryString
        : $"{context.Request.PathBase}/signin";

    private static string FormPurpose(string browser, string subject) => $"form|{browser}|{subject}";
}
