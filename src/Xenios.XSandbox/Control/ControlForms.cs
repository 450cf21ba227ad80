using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Protocol;
using Xenios.XSandbox.Faults;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.Pages;
using Xenios.XSandbox.People;

namespace Xenios.XSandbox.Control;

/// <summary>The control page and the plain forms on it: the same switches as the API, without a line of script.</summary>
internal sealed class ControlForms(XSandboxOptions options, Sandbox sandbox)
{
    public Task<IResult> ShowAsync(HttpContext http) =>
        Task.FromResult<IResult>(ControlPage.Create(options, sandbox, RequestBody.Query(http.Request)["done"], null));

    public Task<IResult> FaultAsync(HttpContext http) => ChangeAsync(http, form =>
    {
        var endpoint = form["endpoint"] ?? "";
        if (form["kind"] is not { } kind)
        {
            sandbox.Faults.Clear(endpoint);
            return null;
        }

        if (!TryNumber(form["seconds"], out var seconds) || !TryNumber(form["times"], out var times))
        {
            return new(null, "Seconds and times must be whole numbers.");
        }

        var takesSeconds = FaultCatalog.Named(kind)?.Seconds is not null;
        var (fault, rejection) = FaultInput.Create(endpoint, kind, takesSeconds ? seconds : null, null, times);
        if (fault is not null)
        {
            sandbox.Faults.Set(endpoint, fault);
        }

        return rejection;
    });

    /// <summary>"X is down": one switch for what would be eight.</summary>
    public Task<IResult> DownAsync(HttpContext http) => ChangeAsync(http, _ =>
    {
        foreach (var endpoint in EndpointNames.All)
        {
            sandbox.Faults.Set(endpoint, new Fault(FaultKind.Unavailable));
        }

        return null;
    });

    public Task<IResult> ClearFaultsAsync(HttpContext http) => ChangeAsync(http, _ =>
    {
        sandbox.Faults.Reset();
        return null;
    });

    public Task<IResult> PersonAsync(HttpContext http) => ChangeAsync(http, form =>
    {
        Rejection? problem = null;
        var conflict = sandbox.People.Update(
            http.GetRouteValue("key") as string ?? "",
            person =>
            {
                var changed = Edit(person, form);
                problem = PersonRules.Problem(changed);
                return problem is null ? changed : person;
            },
            out _);
        return problem ?? (conflict is null ? null : Rejection.Conflict(conflict));
    });

    public Task<IResult> SettingsAsync(HttpContext http) => ChangeAsync(http, form =>
    {
        sandbox.Settings.Value = new Settings
        {
            StayLoggedIn = form["stay_logged_in"] is not null,
            LaxTokenSecret = form["lax_token_secret"] is not null,
            EmailWhenSigned = form["email_when_signed"] is not null,
        };
        return null;
    });

    public Task<IResult> ResetAsync(HttpContext http) => ChangeAsync(http, _ =>
    {
        sandbox.Reset();
        return null;
    });

    private async Task<IResult> ChangeAsync(HttpContext http, Func<Parameters, Rejection?> change)
    {
        var rejection = SameOrigin.Allows(http.Request, options.Url) ? null : Rejection.CrossSite;
        if (rejection is null)
        {
            var form = await RequestBody.ReadFormAsync(http);
            rejection = form is null ? new(null, "The form is too long.", StatusCodes.Status413PayloadTooLarge) : change(form);
        }

        // See Other: reloading the page must not send the form again.
        return rejection is null
            ? new Redirection("/sandbox?done=1", StatusCodes.Status303SeeOther)
            : ControlPage.Create(options, sandbox, null, rejection);
    }

    private static Person Edit(Person person, Parameters form)
    {
        var email = form["email"];
        var state = form["email_state"] == "unconfirmed" ? EmailState.Unconfirmed : EmailState.Confirmed;
        return person with
        {
            Username = form["username"] ?? "",
            Email = email,
            EmailState = email is null ? EmailState.None : state,
            Suspended = form["suspended"] is not null,
            Locked = form["locked"] is not null,
            Refuses = form["refuses"] is not null,
        };
    }

    private static bool TryNumber(string? text, out int? number)
    {
        number = null;
        if (text is null)
        {
            return true;
        }

        var isNumber = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
        number = value;
        return isNumber;
    }
}
