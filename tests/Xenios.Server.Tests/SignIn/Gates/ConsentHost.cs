using Xenios.Testing;

namespace Xenios.Server.Tests.SignIn.Gates;

/// <summary>Applications that ask for consent, each in its own way.</summary>
internal static class ConsentHost
{
    /// <summary>The resource file.</summary>
    public const string Resources =
        """
        environment: { slug: default, display_name: Test }
        applications:
          - client_id: shop
            name: Shop
            client_secret: shop-secret-0123456789-abcdefghijklmnop
            redirect_uris: [https://rp.test/cb]
            scopes: [openid, profile, email, offline_access, orders:read]
            resources: [https://api.shop.test, https://other.shop.test]
            require_consent: true
            connections: [x]
          - client_id: twin
            name: Shop
            client_secret: twin-secret-0123456789-abcdefghijklmnop
            redirect_uris: [https://twin.test/cb]
            require_consent: true
            trusted_scopes: [openid, profile]
            connections: [x]
          - client_id: plain
            name: Plain
            client_secret: plain-secret-0123456789-abcdefghijklmno
            redirect_uris: [https://plain.test/cb]
            connections: [x]
          - client_id: native
            name: Native
            type: native
            redirect_uris: ["http://127.0.0.1/cb", "com.example.app:/cb"]
            connections: [x]
        connections:
          - { slug: x, kind: x, name: X }
        """;

    public static RelyingParty Twin(XeniosHost host) => new(host) { ClientId = "twin", Secret = "twin-secret-0123456789-abcdefghijklmnop", RedirectUri = "https://twin.test/cb" };

    public static RelyingParty Plain(XeniosHost host) => new(host) { ClientId = "plain", Secret = "plain-secret-0123456789-abcdefghijklmno", RedirectUri = "https://plain.test/cb" };

    public static RelyingParty Native(XeniosHost host, string redirectUri = "http://127.0.0.1/cb") => new(host) { ClientId = "native", Secret = null, RedirectUri = redirectUri };

    /// <summary>Starts the server.</summary>
    public static Task<XeniosHost> StartAsync(string? postgres = null) => XeniosHost.StartAsync(options => (options.Resources, options.Postgres) = (Resources, postgres));

    /// <summary>What S30 asks for, point by point.</summary>
    public static string[] Points(Page page) =>
    [
        .. System.Text.RegularExpressions.Regex.Matches(page.Html, "<li><bdi>(.*?)</bdi></li>").Select(match => System.Net.WebUtility.HtmlDecode(match.Groups[1].Value)),
    ];

    /// <summary>Presses a button of S30.</summary>
    public static Task<Page> AnswerAsync(Browser browser, Page page, string answer) => browser.PressAsync(page, "/consent", ("consent", answer));
}
