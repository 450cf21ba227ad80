using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Sessions;
using Xenios.Server.SignIn;
using Xenios.Server.Users;

namespace Xenios.Server.Administrators;

/// <summary>The page behind a setup link (S70): an email and a password become an administrator, who is then in the console.</summary>
internal static class SetupEndpoints
{
    private const string Path = "/setup";

    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(5);

    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ShowAsync).RequireRateLimiting(RateLimits.Beginnings);
        routes.MapPost(Path, CreateAsync).RequireRateLimiting(RateLimits.Beginnings);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, EnvironmentContext environment, SetupLinks links, PageRenderer renderer, CancellationToken ct)
    {
        if (!environment.Snapshot.IsDefault)
        {
            return PageRenderer.NotFound(context, environment);
        }

        if (context.Request.Query.TryGetValue("k", out var given))
        {
            if (given is not [{ Length: > 0 and <= 64 } opened] || !await links.IsLiveAsync(opened, ct))
            {
                return Gone(context, environment, StatusCodes.Status404NotFound);
            }

            // Out of the address at once: it would stay in histories (threats H06).
            BrowserCookies.Write(context, environment, BrowserCookies.Setup, opened, SetupLinks.Lifetime);
            return new SeeOther(Path);
        }

        return BrowserCookies.Read(context, environment, BrowserCookies.Setup) is not { } secret ? Gone(context, environment, StatusCodes.Status403Forbidden)
            : await links.IsLiveAsync(secret, ct) ? Page(context, environment, renderer, secret)
            : Gone(context, environment, StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, EnvironmentContext environment, SetupLinks links, PageRenderer renderer, PasswordSignIn passwords, TimeProvider time, CancellationToken ct)
    {
        if (!environment.Snapshot.IsDefault || BrowserCookies.Read(context, environment, BrowserCookies.Setup) is not { } secret)
        {
            return Gone(context, environment, StatusCodes.Status403Forbidden);
        }

        if (!await links.IsLiveAsync(secret, ct))
        {
            return Gone(context, environment, StatusCodes.Status404NotFound);
        }

        var form = await FormReader.ReadAsync(context.Request, ct);
        if (form is null || BrowserCookies.Read(context, environment, BrowserCookies.Browser) is not { } browser || !renderer.IsOurs(form, browser, secret))
        {
            return Page(context, environment, renderer, secret, error: "form_foreign");
        }

        var (typed, password) = (form["email"], form["password"] ?? "");
        if (EmailAddress.Parse(typed) is not { } email)
        {
            return Page(context, environment, renderer, secret, typed, "email_malformed");
        }

        if (!Passwords.IsAllowed(password))
        {
            return Page(context, environment, renderer, secret, typed, "password_unsuitable");
        }

        var (outcome, hash, until) = await passwords.HashAsync(environment.Snapshot.Id, RateLimits.NetworkOf(context), password, ct);
        if (hash is null)
        {
            return PageRenderer.TooMany(context, environment, outcome == PasswordOutcome.TooManyTries ? until : time.GetUtcNow() + BusyFor);
        }

        var used = await links.UseAsync(environment, secret, email, hash, BrowserCookies.Read(context, environment, BrowserCookies.Session), ct);
        if (!used.TryGet(out var cookie, out var problem))
        {
            return problem.Code == UserWriter.EmailTaken ? Page(context, environment, renderer, secret, typed, problem.Code) : Gone(context, environment, StatusCodes.Status404NotFound);
        }

        BrowserCookies.Delete(context, environment, BrowserCookies.Setup);
        BrowserCookies.Write(context, environment, BrowserCookies.Session, cookie, environment.Snapshot.SessionLimits.CookieAge);
        return new SeeOther("/console/");
    }

    private static IResult Page(HttpContext context, EnvironmentContext environment, PageRenderer renderer, string secret, string? typed = null, string? error = null)
    {
        var texts = PageRenderer.TextsFor(context);
        var browser = BrowserCookies.EnsureBrowser(context, environment);
        return PageRenderer.Send(context, PageRenderer.Frame("S70", texts, LocalDestination.ConsoleName, null) with
        {
            Error = error,
            Status = error is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
            Text = [texts["S70.text"]],
            Items =
            [
                new PageItem.Form
                {
                    Action = Path,
                    Submit = texts["S70.submit"],
                    Hidden = [renderer.FormToken(browser, secret)],
                    Fields =
                    [
                        new PageField
                        {
                            Name = "email",
                            Label = texts["field.email"],
                            Type = "email",
                            Autocomplete = "username",
                            InputMode = "email",
                            Value = typed,
                            Error = error switch { "email_malformed" => texts["S11.wrong"], UserWriter.EmailTaken => texts["S70.taken"], _ => null },
                        },
                        new PageField
                        {
                            Name = "password",
                            Label = texts["field.password"],
                            Type = "password",
                            Autocomplete = "new-password",
                            MaxLength = Passwords.MaxLength,
                            Error = error == "password_unsuitable" ? texts["password.unsuitable"] : null,
                        },
                    ],
                },
                new PageItem.Note(texts[new Uri(environment.BaseUrl).HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 ? "S70.noPasskeyHere" : "S70.noPasskeyYet"]),
            ],
        });
    }

    //
    private static IResult Gone(HttpContext context, EnvironmentContext environment, int status)
    {
        var texts = PageRenderer.TextsFor(context);
        return PageRenderer.Send(context, PageRenderer.Frame("S70", texts, LocalDestination.ConsoleName, Secrets.NewSupportCode()) with
        {
            Status = status,
            Error = "A-11",
            Heading = texts["S70.gone"],
            Text = [texts["S70.goneText"]],
            Items = [new PageItem.Points(["xenios setup-link"])],
        });
    }
}
