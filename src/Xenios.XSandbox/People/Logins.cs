using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Http;

namespace Xenios.XSandbox.People;

/// <summary>Who is logged in at the sandbox in which browser, and which apps they approved. Used only while people stay logged in.</summary>
internal sealed class Logins(XSandboxOptions options, CurrentSettings settings, PersonDirectory people)
{
    private const string CookieName = "sandbox_login";

    private readonly ExpiringStore<string> _sessions = new(10_000, TimeSpan.FromDays(30), options.Time);
    private readonly ExpiringStore<string> _approvals = new(10_000, TimeSpan.FromDays(365), options.Time);

    /// <summary>The person who chose before in this browser.</summary>
    public Person? Current(HttpRequest request) =>
        settings.Value.StayLoggedIn ? people.Find(_sessions.Find(request.Cookies[CookieName])) : null;

    public bool HasApproved(Person person, SandboxApp app) => _approvals.Find(Key(person, app)) is not null;

    /// <summary>Remembers that a person said yes in this browser.</summary>
    public void Remember(HttpContext http, Person person, SandboxApp app)
    {
        if (!settings.Value.StayLoggedIn)
        {
            return;
        }

        var session = Credential.Reference();
        _sessions.TryAdd(session, person.Key);
        _approvals.TryAdd(Key(person, app), "");
        http.Response.Cookies.Append(CookieName, session, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = options.Url.Scheme == Uri.UriSchemeHttps,
            Path = "/",
        });
    }

    public void Reset()
    {
        _sessions.Clear();
        _approvals.Clear();
    }

    private static string Key(Person person, SandboxApp app) => $"{person.Key} {app.ClientId}";
}
