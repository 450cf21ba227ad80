using Xenios.Protocol;

namespace Xenios.Server.SignIn.Gates.Consent;

/// <summary>S30: what an application would like to have, in plain words, and where the person goes on afterwards.</summary>
internal static class ConsentPage
{
    /// <summary>The page.</summary>
    /// <param name="page">The journey's page, which waits for the person's answer.</param>
    public static SignInPageView Of(JourneyPages.Page page)
    {
        var (need, request) = (page.Journey.Consent!, page.Journey.Request!);

        // Names can be imitated, addresses cannot (threats D08).
        var target = new Uri(request.Return.RedirectUri);
        var host = target.Scheme is "http" or "https" ? target.Authority : target.Scheme;
        var person = page.PersonName();
        return page.Frame("S30") with
        {
            Text = [page.Text("S30.text", ("host", host))],
            Items =
            [
                new PageItem.Points([.. need.Scopes.Select(scope => Words(page, scope)), .. need.Resources.Select(resource => page.Text("consent.resource", ("name", resource)))]),
                new PageItem.Note(page.Text("S30.back")),
                page.Post("consent", "S30.allow", PageWeight.Primary) with { ButtonName = "consent", ButtonValue = "allow" },
                page.Post("consent", "S30.deny", PageWeight.Secondary) with { ButtonName = "consent", ButtonValue = "deny" },
                page.Post("other", person.Length > 0 ? "S30.notYou" : "S35.other", PageWeight.Quiet, ("person", person)),
            ],
        };
    }

    private static string Words(JourneyPages.Page page, string scope) => scope switch
    {
        Scopes.OpenId or Scopes.Profile or Scopes.Email or Scopes.OfflineAccess => page.Text($"consent.{scope}"),
        _ => page.Text("consent.scope", ("name", scope)),
    };
}
