using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>One of everything the server hands out, each live and unused: what threat E09 presents in each other's place.</summary>
internal sealed record Artefacts
{
    public required RelyingParty Party { get; init; }

    /// <summary>The browser the session is in.</summary>
    public required Browser Browser { get; init; }

    public required IReadOnlyDictionary<string, string> All { get; init; }

    public string this[string name] => All[name];

    public static readonly string[] Names =
        ["access token", "ID token", "code", "session cookie", "browser cookie", "session id", "journey id", "mail code", "form token", "upstream state", "client secret"];

    public static async Task<Artefacts> CollectAsync(XeniosHost host)
    {
        var shop = new RelyingParty(host);
        var browser = host.NewBrowser();
        var tokens = await shop.SignInAndRedeemAsync(browser);
        var code = (await browser.GetAsync(shop.AuthorizeUrl())).LocationParameter("code")!;
        var cookies = browser.CookiesOf("id.test");

        // A second browser in the middle of things: a journey that waits for a mailed code.
        var waiting = host.NewBrowser();
        var page = await waiting.GoAsync(shop.AuthorizeUrl());
        var journey = page.Url.Segments[2].Trim('/');
        page = await waiting.LeaveAsync(page);
        var state = System.Web.HttpUtility.ParseQueryString(page.Url.Query)["state"]!;

        var asked = host.NewBrowser();
        var mail = await shop.SignInAsync(asked, "ben");
        mail = await asked.PressAsync(mail, "/email", ("email", "ben@example.com"));
        return new Artefacts
        {
            Party = shop,
            Browser = browser,
            All = new Dictionary<string, string>
            {
                ["access token"] = tokens.AccessToken,
                ["ID token"] = tokens.IdToken,
                ["code"] = code,
                ["session cookie"] = cookies.Single(cookie => cookie.Key.StartsWith("__Host-xenios-session-", StringComparison.Ordinal)).Value,
                ["browser cookie"] = cookies.Single(cookie => cookie.Key.StartsWith("__Host-xenios-browser-", StringComparison.Ordinal)).Value,
                ["session id"] = Jwt.Payload(tokens.IdToken).GetProperty("sid").GetString()!,
                ["journey id"] = journey,
                ["mail code"] = host.MailedCode,
                ["form token"] = mail.Forms[0].Fields.Single(field => field.Key == "form_token").Value,
                ["upstream state"] = state,
                ["client secret"] = shop.Secret!,
            },
        };
    }
}
