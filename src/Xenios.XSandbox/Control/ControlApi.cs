using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.XSandbox.Http;

namespace Xenios.XSandbox.Control;

/// <summary>The sandbox's own JSON API under <c>/sandbox/api</c>: what a test sets up and looks at.</summary>
internal sealed class ControlApi(XSandboxOptions options, Sandbox sandbox)
{
    public Task<IResult> StateAsync(HttpContext http)
    {
        var faults = new JsonObject();
        foreach (var (endpoint, fault) in sandbox.Faults.All.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            faults[endpoint] = StateJson.Fault(fault);
        }

        return Task.FromResult<IResult>(Answer.Json(200, new JsonObject
        {
            ["url"] = options.Url.GetLeftPart(UriPartial.Authority),
            ["settings"] = StateJson.Settings(sandbox.Settings.Value),
            ["apps"] = List(sandbox.Apps.All, StateJson.App),
            ["people"] = List(sandbox.People.All, person => StateJson.Person(person, sandbox.People)),
            ["faults"] = faults,
            ["fault_kinds"] = List(Faults.FaultCatalog.All, StateJson.Kind),
            ["requests"] = List(sandbox.Log.Newest, StateJson.Request),
        }));
    }

    public async Task<IResult> AddAppAsync(HttpContext http)
    {
        var (input, rejection) = await JsonInput.ReadAsync(http, options.Url, AppInput.Creatable);
        if (input is null)
        {
            return rejection!.Json();
        }

        if (AppInput.Create(input) is not { } app)
        {
            return input.Problem!.Json();
        }

        return sandbox.Apps.TryAdd(app) ? Answer.Json(201, StateJson.App(app)) : Rejection.Conflict("There are too many apps already.").Json();
    }

    public async Task<IResult> ChangeAppAsync(HttpContext http)
    {
        var (input, rejection) = await JsonInput.ReadAsync(http, options.Url, AppInput.Changeable);
        if (input is null)
        {
            return rejection!.Json();
        }

        var isFound = sandbox.Apps.TryUpdate(
            Key(http),
            app => AppInput.Apply(input, app) is var changed && input.Problem is null ? changed : app,
            out var app);
        return isFound ? input.Problem?.Json() ?? Answer.Json(200, StateJson.App(app!)) : Rejection.Missing("app").Json();
    }

    public async Task<IResult> AddPersonAsync(HttpContext http)
    {
        var (input, rejection) = await JsonInput.ReadAsync(http, options.Url, PersonInput.Creatable);
        if (input is null)
        {
            return rejection!.Json();
        }

        if (PersonInput.Create(input, options.Time.GetUtcNow()) is not { } person)
        {
            return input.Problem!.Json();
        }

        return sandbox.People.Add(person) is { } conflict
            ? Rejection.Conflict(conflict).Json()
            : Answer.Json(201, StateJson.Person(person, sandbox.People));
    }

    public async Task<IResult> ChangePersonAsync(HttpContext http)
    {
        var (input, rejection) = await JsonInput.ReadAsync(http, options.Url, PersonInput.Changeable);
        if (input is null)
        {
            return rejection!.Json();
        }

        if (sandbox.People.Find(Key(http)) is null)
        {
            return Rejection.Missing("person").Json();
        }

        var conflict = sandbox.People.Update(
            Key(http),
            person => PersonInput.Apply(input, person) is var changed && input.Problem is null ? changed : person,
            out var person);
        return (input.Problem ?? (conflict is null ? null : Rejection.Conflict(conflict)))?.Json()
            ?? Answer.Json(200, StateJson.Person(person!, sandbox.People));
    }

    public async Task<IResult> SetFaultAsync(HttpContext http)
    {
        var (input, rejection) = await JsonInput.ReadAsync(http, options.Url, FaultInput.Members);
        if (input is null)
        {
            return rejection!.Json();
        }

        var (kind, seconds, text, times) = (input.Text("kind", null), input.Number("seconds"), input.Text("text", null), input.Number("times"));
        var (fault, problem) = FaultInput.Create(Key(http), kind, seconds, text, times);
        if ((input.Problem ?? problem) is { } wrong)
        {
            return wrong.Json();
        }

        sandbox.Faults.Set(Key(http), fault!);
        return Answer.Json(200, StateJson.Fault(fault!));
    }

    public Task<IResult> ClearFaultAsync(HttpContext http) => ChangeAsync(http, () => sandbox.Faults.Clear(Key(http)));

    public Task<IResult> ClearFaultsAsync(HttpContext http) => ChangeAsync(http, sandbox.Faults.Reset);

    public Task<IResult> ResetAsync(HttpContext http) => ChangeAsync(http, sandbox.Reset);

    public async Task<IResult> ChangeSettingsAsync(HttpContext http)
    {
        var (input, rejection) = await JsonInput.ReadAsync(http, options.Url, "stay_logged_in", "lax_token_secret", "email_when_signed");
        if (input is null)
        {
            return rejection!.Json();
        }

        var before = sandbox.Settings.Value;
        var after = new Settings
        {
            StayLoggedIn = input.Flag("stay_logged_in", before.StayLoggedIn),
            LaxTokenSecret = input.Flag("lax_token_secret", before.LaxTokenSecret),
            EmailWhenSigned = input.Flag("email_when_signed", before.EmailWhenSigned),
        };
        if (input.Problem is { } problem)
        {
            return problem.Json();
        }

        sandbox.Settings.Value = after;
        return Answer.Json(200, StateJson.Settings(after));
    }

    private Task<IResult> ChangeAsync(HttpContext http, Action change)
    {
        if (!SameOrigin.Allows(http.Request, options.Url))
        {
            return Task.FromResult<IResult>(Rejection.CrossSite.Json());
        }

        change();
        return Task.FromResult(Results.NoContent());
    }

    private static string Key(HttpContext http) => http.GetRouteValue("key") as string ?? "";

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonObject> write) => new([.. items.Select(write)]);
}
