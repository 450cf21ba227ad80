using System.Globalization;
using Microsoft.AspNetCore.Http;
using Xenios.Sdk;
using Xenios.Server.Environments;
using Xenios.Server.Sessions;
using Xenios.Server.SignIn.Gates.Consent;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn;

/// <summary>The pages of a journey: what it is waiting for, as a view.</summary>
internal sealed partial class JourneyPages(PageRenderer renderer, TimeProvider time)
{
    /// <summary>How long after one mail the next may be asked for.</summary>
    public static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(30);

    /// <summary>Whatever the journey is waiting for.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="journey">The journey.</param>
    public IResult Ask(HttpContext context, EnvironmentContext environment, Journey journey)
    {
        if (journey is { Ask: JourneyAsk.EmailCode, Email.LockedUntil: { } until } && until > time.GetUtcNow())
        {
            return Break(context, environment, journey, until);
        }

        if (journey is { Ask: JourneyAsk.EmailCode, Email.MailFailed: true })
        {
            return MailFailed(context, environment, journey);
        }

        var page = Page.Of(this, context, environment, journey);
        return PageRenderer.Send(context, journey.Ask switch
        {
            JourneyAsk.WayIn => WayIn(page, null, null),
            JourneyAsk.AfterTrouble => AfterTrouble(page, journey.Trouble!),
            JourneyAsk.Email => EmailForm(page, journey.Request?.LoginHint is { } hint && EmailAddress.Parse(hint) is { } address ? address.Text : null, null),
            JourneyAsk.EmailCode => CodeForm(page, null),
            JourneyAsk.Account => Account(page),
            JourneyAsk.Consent => ConsentPage.Of(page),
            JourneyAsk.ProveAccount => ProveForm(page, null),
            JourneyAsk.Link => LinkForm(page, null),
            JourneyAsk.Which => WhichForm(page),
            JourneyAsk.Replace => ReplaceForm(page),
            JourneyAsk.TakeOver => TakeOver(page),
            JourneyAsk.Create => CreateForm(page, null, null),
            JourneyAsk.Password => PasswordForm(page, null, null),
            _ => Refused(page, journey.Trouble!),
        });
    }

    /// <summary>S11 again, with what is wrong at the field.</summary>
    public IResult WrongEmail(HttpContext context, EnvironmentContext environment, Journey journey, string? typed)
    {
        var page = Page.Of(this, context, environment, journey);
        var form = journey is { Identity: null, SignedIn: null } ? WayIn(page, typed, page.Text("S11.wrong")) : EmailForm(page, typed, page.Text("S11.wrong"));
        return PageRenderer.Send(context, form with { Status = StatusCodes.Status400BadRequest, Error = "email_malformed" });
    }

    /// <summary>S14: not the code.</summary>
    public IResult WrongCode(HttpContext context, EnvironmentContext environment, Journey journey)
    {
        var page = Page.Of(this, context, environment, journey);
        return PageRenderer.Send(context, CodeForm(page, page.Text("S14.wrong")) with { Page = "S14", Status = StatusCodes.Status400BadRequest, Error = "code_wrong" });
    }

    /// <summary>S16: too many tries.</summary>
    public IResult Break(HttpContext context, EnvironmentContext environment, Journey journey, DateTimeOffset until)
    {
        var page = Page.Of(this, context, environment, journey);
        context.Response.Headers.RetryAfter = Math.Max(1, (long)(until - time.GetUtcNow()).TotalSeconds + 1).ToString(CultureInfo.InvariantCulture);
        return PageRenderer.Send(context, page.Frame("S16") with
        {
            Status = StatusCodes.Status429TooManyRequests,
            Error = "too_many_tries",
            Text = [page.Text("S16.text", ("time", PageRenderer.Clock(until)))],
            Items = [new PageItem.Moment(until, PageRenderer.Clock(until)), page.Post("other", "button.otherWay", PageWeight.Secondary), .. page.Back()],
        });
    }

    /// <summary>S17: the mail could not be sent.</summary>
    private IResult MailFailed(HttpContext context, EnvironmentContext environment, Journey journey)
    {
        var page = Page.Of(this, context, environment, journey);
        return PageRenderer.Send(context, page.Frame("S17") with
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Error = "mail_not_sent",
            Text = [page.Text("S17.text")],
            Items = [page.Post("email/code/resend", "button.tryAgain", PageWeight.Primary), page.Post("other", "button.otherWay", PageWeight.Quiet), .. page.Back()],
        });
    }

    /// <summary>S59: expired or used up, but the way is still known.</summary>
    public IResult StartAgain(HttpContext context, EnvironmentContext environment, Journey journey, string error) =>
        Restart(context, environment, journey, "S59", error, StatusCodes.Status400BadRequest);

    /// <summary>S60: begun in another browser.</summary>
    public IResult OtherBrowser(HttpContext context, EnvironmentContext environment, Journey journey) =>
        Restart(context, environment, journey, "S60", "other_browser", StatusCodes.Status400BadRequest);

    /// <summary>S61: the browser sends no cookie.</summary>
    public IResult NoCookie(HttpContext context, EnvironmentContext environment, Journey journey) =>
        Restart(context, environment, journey, "S61", "cookies_blocked", StatusCodes.Status400BadRequest);

    private static SignInPageView WayIn(Page page, string? typed, string? error)
    {
        var last = BrowserCookies.Read(page.Context, page.Environment, BrowserCookies.LastUsed);
        var offered = page.Offered();
        var methods = LocalWays(page, typed, error).ToList();
        if (offered.Count == 0 && methods.Count == 0)
        {
            return page.Frame("S08") with
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Error = "no_way_in",
                Text = [page.Text("S08.text")],
                Items = [.. page.Back()],
            };
        }

        var known = offered.FirstOrDefault(connection => connection.Slug == last);
        var ordered = known is null ? offered : [known, .. offered.Where(connection => connection != known)];
        var id = known is not null ? "S02" : offered.Count == 1 && methods.Count == 0 ? "S03" : "S01";
        return page.Frame(id) with
        {
            Text = id == "S03" ? [page.Text("S03.text", ("connection", offered[0].Name))] : [],
            Items =
            [
                .. ordered.Select(connection => page.Leave(connection, page.Text("button.connection", ("connection", connection.Name)), PageWeight.Primary, connection == known)),
                .. offered.Any(connection => connection.Kind == ConnectionKind.X)
                    ? [new PageItem.Link("https://x.com/i/flow/signup", page.Text("link.join", ("connection", "X")), External: true)]
                    : Array.Empty<PageItem>(),
                .. offered.Count > 0 && methods.Count > 0 ? [new PageItem.Divider(page.Text("divider.or"))] : Array.Empty<PageItem>(),
                .. methods,
            ],
        };
    }

    private SignInPageView AfterTrouble(Page page, JourneyTrouble trouble)
    {
        var connection = trouble.Connection is null ? null : page.Environment.Snapshot.Connections.GetValueOrDefault(trouble.Connection);
        var name = connection?.Name ?? "X";
        var texts = trouble.Page == "S56" ? "S55" : trouble.Page;
        var limited = trouble.RetryAt is { } at && at > time.GetUtcNow();
        var items = new List<PageItem>();
        if (limited)
        {
            items.Add(new PageItem.Moment(trouble.RetryAt!.Value, PageRenderer.Clock(trouble.RetryAt.Value)));
        }

        if (trouble.Page == "S57")
        {
            items.Add(new PageItem.Link("https://x.com/", page.Text("S57.open", ("connection", name)), External: true) { Weight = PageWeight.Secondary });
        }

        var others = page.Offered().Where(other => other.Slug != trouble.Connection)
            .Select(other => (PageItem)page.Leave(other, page.Text("button.connection", ("connection", other.Name)), PageWeight.Secondary, last: false));
        var again = connection is { IsUsable: true } && page.Offered().Contains(connection)
            ? page.Leave(connection, page.Text($"{texts}.submit", ("connection", name)), PageWeight.Primary, last: false)
            : null;
        items.AddRange(trouble.Page == "S52" ? [.. others, .. (again is null ? [] : (PageItem[])[again])] : [.. (again is null ? [] : (PageItem[])[again]), .. others]);
        if (again is null && page.Journey.Request is null)
        {
            items.Add(new PageItem.Link(page.Context.Request.PathBase + page.Journey.BeginPath, page.Text("button.startAgain")));
        }

        return page.Frame(trouble.Page, texts, ("connection", name)) with
        {
            Error = trouble.Code,
            Status = trouble.Page switch
            {
                "S50" => StatusCodes.Status200OK,
                "S53" => StatusCodes.Status504GatewayTimeout,
                "S54" => StatusCodes.Status503ServiceUnavailable,
                "S57" => StatusCodes.Status403Forbidden,
                "S59" => StatusCodes.Status400BadRequest,
                _ => StatusCodes.Status502BadGateway,
            },
            IsStatus = trouble.Page == "S54",
            Text = [trouble.Page == "S54" && !limited ? page.Text("S54.textSoon") : page.Text($"{texts}.text", ("connection", name), ("time", limited ? PageRenderer.Clock(trouble.RetryAt!.Value) : ""))],
            Items = [.. items, .. page.Back()],
        };
    }

    private static SignInPageView Refused(Page page, JourneyTrouble trouble)
    {
        var connection = page.ConnectionName();
        var person = page.Journey.Identity?.Handle is { } handle ? $"@{handle}" : page.Journey.Identity is null ? page.Journey.Email?.Address ?? "" : connection;
        return page.Frame(trouble.Page, trouble.Page, ("connection", connection), ("person", person)) with
        {
            Error = trouble.Code,
            Status = StatusCodes.Status403Forbidden,
            Text = [page.Text($"{trouble.Page}.text", ("connection", connection))],
            Items = [page.Post("other", "button.otherWay", PageWeight.Secondary), .. page.Back()],
        };
    }

    // S35: who is signed in here, or somebody else.
    private static SignInPageView Account(Page page) => page.Frame("S35") with
    {
        Items =
        [
            page.Journey.Person!,
            page.Post("account", page.PersonName() is { Length: > 0 } ? "S35.submit" : "button.continue", PageWeight.Primary, ("person", page.PersonName())),
            page.Post("other", "S35.other", PageWeight.Secondary),
            .. page.Back(),
        ],
    };

    private static SignInPageView EmailForm(Page page, string? typed, string? error)
    {
        var optional = page.Policy()?.MissingEmail == MissingEmail.AskOptional;
        var id = optional ? "S12" : "S11";
        var another = page.Journey.Trouble is not null;
        return page.Frame(id) with
        {
            Error = another ? page.Journey.Trouble!.Code : null,
            Text = [page.Text(another ? "S11.another" : $"{id}.text", ("connection", page.ConnectionName()))],
            Items =
            [
                page.Post("email", "S11.submit", PageWeight.Primary) with
                {
                    Fields = [new PageField { Name = "email", Label = page.Text("field.email"), Type = "email", Autocomplete = "email", InputMode = "email", Value = typed, Error = error }],
                },
                .. optional ? [page.Post("email/skip", "S12.skip", PageWeight.Secondary)] : Array.Empty<PageItem>(),
                page.Post("other", "button.otherWay", PageWeight.Quiet),
            ],
        };
    }

    private SignInPageView CodeForm(Page page, string? error)
    {
        var proof = page.Journey.Email!;
        var now = time.GetUtcNow();
        var address = EmailAddress.Parse(proof.Address)?.Masked ?? proof.Address;
        if (proof.CodeHash is null || proof.CodeEndsAt <= now)
        {
            return page.Frame("S15", "S13") with
            {
                Status = StatusCodes.Status400BadRequest,
                Error = "code_too_old",
                Text = [page.Text("S15.text")],
                Items = [page.Post("email/code/resend", "S15.submit", PageWeight.Primary), .. Other(page)],
            };
        }

        var wait = proof.SentAt + ResendAfter - now;
        return page.Frame("S13") with
        {
            Text = [page.Text("S13.text", ("email", address))],
            Items =
            [
                page.Post("email/code", "button.continue", PageWeight.Primary) with
                {
                    Fields = [new PageField { Name = "code", Label = page.Text("field.code"), Autocomplete = "one-time-code", InputMode = "numeric", MaxLength = 12, Error = error }],
                },
                page.Post("email/code/resend", "S13.again", PageWeight.Quiet) with { AvailableIn = wait > TimeSpan.Zero ? (int)Math.Ceiling(wait.TotalSeconds) : 0 },
                .. Other(page),
            ],
        };
    }

    // A code that proves the person goes to the account's own address or nowhere.
    private static IEnumerable<PageItem> Other(Page page) =>
        page.Journey.Reauthenticates ? [page.Post("other", "button.otherWay", PageWeight.Quiet), .. page.Back()] : [page.Post("email/change", "S13.other", PageWeight.Quiet)];

    private IResult Restart(HttpContext context, EnvironmentContext environment, Journey journey, string id, string error, int status)
    {
        var page = Page.Of(this, context, environment, journey);
        return PageRenderer.Send(context, page.Frame(id) with
        {
            Status = status,
            Error = error,
            Text = [page.Text($"{id}.text")],
            Items =
            [
                page.Post("again", $"{id}.submit", PageWeight.Primary),
                .. id == "S61" ? [new PageItem.Details(page.Text("S61.how"), [page.Text("S61.how1"), page.Text("S61.how2")])] : Array.Empty<PageItem>(),
            ],
        });
    }

    private KeyValuePair<string, string> Token(string browser, string subject) => renderer.FormToken(browser, subject);
}
