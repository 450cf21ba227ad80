using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Sessions;
using Xenios.Server.Storage;

namespace Xenios.Server.SignIn;

/// <summary>Lets a request to a journey's pages in, or answers it: right browser, live journey, a form of ours.</summary>
internal sealed class JourneyDoor(JourneyStore journeys, JourneyPages pages, PageRenderer renderer)
{
    /// <summary>What is stored in place of a browser's handle.</summary>
    /// <param name="browser">The handle.</param>
    public static string HashOf(string browser) => Convert.ToHexStringLower(Secrets.Hash(browser));

    /// <summary>Opens a journey for a page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="id">Journey id from the address.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<(StoredJourney? Stored, IResult? Refusal)> OpenAsync(HttpContext context, EnvironmentContext environment, string id, CancellationToken ct)
    {
        var found = id.Length <= 64 ? await journeys.FindAsync(environment.Snapshot.Id, id, ct) : default;
        if (found.Value is not { } journey || !string.Equals(journey.Host, environment.BaseUrl, StringComparison.Ordinal))
        {
            return (null, PageRenderer.Stale(context, environment, "journey_unknown"));
        }

        if (BrowserCookies.Read(context, environment, BrowserCookies.Browser) is not { } browser)
        {
            return (null, pages.NoCookie(context, environment, journey));
        }

        if (!Secrets.Same(HashOf(browser), journey.BrowserHash))
        {
            return (null, pages.OtherBrowser(context, environment, journey));
        }

        return found.State == EphemeralState.Live
            ? (new StoredJourney(journey, found.Version), null)
            : (null, pages.StartAgain(context, environment, journey, found.State == EphemeralState.Expired ? "journey_expired" : "journey_finished"));
    }

    /// <summary>Opens a journey for a form.</summary>
    /// <param name="context">The request.</param>
    /// <param name="environment">The environment in use.</param>
    /// <param name="id">Journey id from the address.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<(StoredJourney? Stored, Parameters Form, IResult? Refusal)> OpenFormAsync(
        HttpContext context, EnvironmentContext environment, string id, CancellationToken ct)
    {
        var (stored, refusal) = await OpenAsync(context, environment, id, ct);
        if (stored is null)
        {
            return (null, Parameters.ParseForm(""), refusal);
        }

        if (await FormReader.ReadAsync(context.Request, ct) is not { } form)
        {
            return (null, Parameters.ParseForm(""), pages.StartAgain(context, environment, stored.Journey, "form_unreadable"));
        }

        var browser = BrowserCookies.Read(context, environment, BrowserCookies.Browser)!;
        return renderer.IsOurs(form, browser, id) ? (stored, form, null) : (null, form, pages.StartAgain(context, environment, stored.Journey, "form_foreign"));
    }
}
