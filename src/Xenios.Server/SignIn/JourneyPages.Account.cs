using System.Globalization;
using Microsoft.AspNetCore.Http;
using Xenios.Sdk;
using Xenios.Server.Environments;
using Xenios.Server.Users;

namespace Xenios.Server.SignIn;

/// <summary>The pages that find out whose account it is, and those of local ways in (S10, S18–S24, S71, S75).</summary>
internal sealed partial class JourneyPages
{
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(5);

    /// <summary>S19 or S71 again: not the password.</summary>
    public IResult WrongPassword(HttpContext context, EnvironmentContext environment, Journey journey, string? typedName)
    {
        var page = Page.Of(this, context, environment, journey);
        var wrong = page.Text("password.wrong");
        var view = journey.Ask == JourneyAsk.Password ? PasswordForm(page, typedName, wrong) : ProveForm(page, wrong);
        return PageRenderer.Send(context, view with { Status = StatusCodes.Status400BadRequest, Error = "password_wrong" });
    }

    /// <summary>S16 where nobody did too much: the machine is busy with passwords.</summary>
    public IResult Busy(HttpContext context, EnvironmentContext environment, Journey journey)
    {
        var page = Page.Of(this, context, environment, journey);
        context.Response.Headers.RetryAfter = BusyFor.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return PageRenderer.Send(context, page.Frame("S16") with
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Error = "server_busy",
            Text = [page.Text("S16.busy")],
            Items = [new PageItem.Link(context.Request.PathBase + journey.AskPath, page.Text("button.tryAgain")) { Weight = PageWeight.Primary }, .. page.Back()],
        });
    }

    /// <summary>S18 again: the box was not ticked.</summary>
    public IResult NotTicked(HttpContext context, EnvironmentContext environment, Journey journey)
    {
        var page = Page.Of(this, context, environment, journey);
        return PageRenderer.Send(context, LinkForm(page, page.Text("S18.tick")) with { Status = StatusCodes.Status400BadRequest, Error = "link_not_agreed" });
    }

    /// <summary>S10 or S75 again, with what is wrong.</summary>
    public IResult WrongNewAccount(HttpContext context, EnvironmentContext environment, Journey journey, string? typedName, string error)
    {
        var page = Page.Of(this, context, environment, journey);
        return PageRenderer.Send(context, CreateForm(page, typedName, error) with { Status = StatusCodes.Status400BadRequest, Error = error });
    }

    private static string Person(Page page) => page.Journey.Identity is { Handle: { } handle } ? $"@{handle}" : page.Journey.Identity?.Subject ?? "";

    private static string Since(ShownAccount account) => account.Since.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static PageItem.Person Arrived(Page page) => new(
        page.Journey.Identity!.Attributes.GetValueOrDefault("name") ?? "", page.Journey.Identity.Handle, page.Journey.Identity.Connector);

    private static PageField PasswordField(Page page, string autocomplete, string? error) => new()
    {
        Name = "password",
        Label = page.Text("field.password"),
        Type = "password",
        Autocomplete = autocomplete,
        MaxLength = Passwords.MaxLength,
        Error = error,
    };

    private static PageField NameField(Page page, string label, string? value, string? error) =>
        new() { Name = "username", Label = page.Text(label), Autocomplete = "username", Value = value, Error = error };

    private static IEnumerable<PageItem> LocalWays(Page page, string? typed, string? error)
    {
        var methods = WaysIn.Methods(page.Environment, page.Journey);
        if (methods.Contains("email_code", StringComparer.Ordinal))
        {
            yield return page.Post("email", "button.emailCode", PageWeight.Secondary) with
            {
                Fields = [new PageField { Name = "email", Label = page.Text("field.email"), Type = "email", Autocomplete = "email", InputMode = "email", Value = typed, Error = error }],
            };
        }

        if (methods.Contains("password", StringComparer.Ordinal))
        {
            yield return page.Post("way/password", "button.password", PageWeight.Secondary);
        }
    }

    private static SignInPageView PasswordForm(Page page, string? typedName, string? error) => page.Frame("S71") with
    {
        Items =
        [
            page.Post("password", "button.continue", PageWeight.Primary) with
            {
                Fields = [NameField(page, "field.usernameOrEmail", typedName ?? page.Journey.Request?.LoginHint, null), PasswordField(page, "current-password", error)],
            },
            .. page.Journey.Local is { Purpose: LocalPurpose.Console } ? Array.Empty<PageItem>() : [page.Post("other", "button.otherWay", PageWeight.Quiet)],
        ],
    };

    // The same for an address that nobody here has: only what came back from the connection is on it, until something is proved.
    private static SignInPageView ProveForm(Page page, string? error)
    {
        var journey = page.Journey;
        var account = journey.Accounts.FirstOrDefault();
        var proved = journey.Email?.Proved == true;
        var address = EmailAddress.Parse(journey.Identity?.Email)?.Text ?? account?.Name ?? "";
        var byName = journey.Answers.HasAccount;
        var password = page.Post("prove", "button.signIn", journey.ByCode ? PageWeight.Secondary : PageWeight.Primary) with
        {
            Fields = [.. byName ? [NameField(page, "field.usernameOrEmail", null, null)] : Array.Empty<PageField>(), PasswordField(page, "current-password", error)],
        };
        var locked = journey.Identity is null && account is { HasPassword: false };
        return page.Frame("S19") with
        {
            Error = locked ? "sign_in_needed" : null,
            Status = locked ? StatusCodes.Status403Forbidden : StatusCodes.Status200OK,
            Text = [page.Text(byName ? "S19.byName" : journey.ByCode ? "S19.byCode" : "S19.text", ("account", journey.ByCode ? address : account?.Name ?? address))],
            Items =
            [
                .. journey.ByCode ? [page.Post("prove/code", "S11.submit", PageWeight.Primary), new PageItem.Divider(page.Text("divider.or"))] : Array.Empty<PageItem>(),

                // Once the mailbox is proved, the ways that the account really has.
                .. !proved || account?.HasPassword != false ? [password] : Array.Empty<PageItem>(),
                .. journey.Identity is null ? Array.Empty<PageItem>() : [page.Post("apart", "S18.apart", PageWeight.Quiet)],
                page.Post("other", "button.otherWay", PageWeight.Quiet),
            ],
        };
    }

    private static SignInPageView LinkForm(Page page, string? error)
    {
        var account = page.Journey.Accounts[0];
        return page.Frame("S18") with
        {
            Text = [page.Text("S18.text", ("account", account.Name), ("time", Since(account))), page.Text("S18.ask")],
            Items =
            [
                new PageItem.Person(account.Name, null, null),
                Arrived(page),
                page.Post("link", "S18.submit", PageWeight.Primary) with
                {
                    Fields = [new PageField { Name = "link", Type = "checkbox", Label = page.Text("S18.consent", ("connection", page.ConnectionName()), ("person", Person(page))), Error = error }],
                },
                page.Post("apart", "S18.apart", PageWeight.Quiet),
            ],
        };
    }

    private static SignInPageView WhichForm(Page page) => page.Frame("S21") with
    {
        Text = [page.Text("S21.text")],
        Items =
        [
            .. page.Journey.Accounts.Select((account, index) => (PageItem)(page.Post("which", "button.continue", PageWeight.Secondary) with
            {
                Submit = page.Text("S21.account", ("account", account.Name), ("time", Since(account))),
                ButtonName = "account",
                ButtonValue = (index + 1).ToString(CultureInfo.InvariantCulture),
            })),
            page.Post("apart", "S21.none", PageWeight.Quiet),
        ],
    };

    private static SignInPageView ReplaceForm(Page page)
    {
        var former = page.Journey.Accounts[0].OtherIdentity ?? "";
        var shown = former.All(char.IsAsciiDigit) ? former : $"@{former}";
        return page.Frame("S23", "S23", ("connection", page.ConnectionName())) with
        {
            Text = [page.Text("S23.text", ("former", shown), ("person", Person(page)))],
            Items = [page.Post("replace", "S23.submit", PageWeight.Primary), page.Post("apart", "S23.keep", PageWeight.Secondary) with { Submit = page.Text("S23.keep", ("former", shown)) }],
        };
    }

    private static SignInPageView TakeOver(Page page) => page.Frame("S20") with
    {
        Text = [page.Text("S20.text")],
        Items = [page.Post("take-over", "button.continue", PageWeight.Primary), page.Post("other", "button.otherWay", PageWeight.Quiet)],
    };

    private static SignInPageView CreateForm(Page page, string? typedName, string? error)
    {
        var scheme = page.Policy()?.JitScheme ?? JitScheme.Consent;
        var name = page.Journey.Identity!.Attributes.GetValueOrDefault("name") ?? Person(page);
        var taken = error is null && page.Journey.Trouble?.Page == "S24";
        var id = scheme == JitScheme.Consent ? "S10" : taken ? "S24" : "S75";
        var wish = page.Journey.Answers.Username ?? "";
        PageField[] fields =
        [
            .. scheme == JitScheme.UsernamePasswordConsent
                ? [NameField(page, "field.username", typedName ?? page.Journey.FreeName, error == "username_malformed" ? page.Text("username.wrong") : taken ? page.Text("S24.text", ("person", wish)) : null)]
                : Array.Empty<PageField>(),
            .. scheme is JitScheme.PasswordConsent or JitScheme.UsernamePasswordConsent
                ? [PasswordField(page, "new-password", error == "password_unsuitable" ? page.Text("password.unsuitable") : null)]
                : Array.Empty<PageField>(),
        ];
        return page.Frame(id, id, ("name", name)) with
        {
            Error = taken ? "username_taken" : null,
            Status = taken ? StatusCodes.Status409Conflict : StatusCodes.Status200OK,
            Text = [page.Text("S10.text", ("connection", page.ConnectionName()))],
            Items =
            [
                Arrived(page),
                page.Post("create", "S10.submit", PageWeight.Primary) with { Fields = fields, Hidden = [page.Token(), new("consent", "yes")] },
                page.Post("existing", "S10.existing", PageWeight.Secondary),
                page.Post("other", "S10.other", PageWeight.Quiet) with { Submit = page.Text("S10.other", ("connection", page.ConnectionName())) },
                .. page.Back(),
            ],
        };
    }
}
