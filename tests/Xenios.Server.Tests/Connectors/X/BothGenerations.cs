using Xenios.Testing;

namespace Xenios.Server.Tests.Connectors.X;

/// <summary>A server with one connection for each generation of X, both with the sandbox's built-in app, and Ada known by either.</summary>
public sealed class BothGenerations : IAsyncLifetime
{
    /// <summary>The connection that speaks OAuth 2.0.</summary>
    public const string Two = "two";

    /// <summary>The connection that speaks OAuth 1.0a.</summary>
    public const string One = "one";

    /// <summary>The resource file.</summary>
    public const string Resources =
        """
        environment: { slug: default, display_name: Test }
        applications:
          - client_id: shop
            name: Shop
            type: web
            client_secret: shop-secret-0123456789-abcdefghijklmnop
            redirect_uris: [https://rp.test/cb]
            grant_types: [authorization_code]
            scopes: [openid, profile, email]
            connections: [two, one]
        connections:
          - { slug: two, kind: x, name: X }
          - { slug: one, kind: x, name: Old X, protocol: oauth1a }
        """;

    public XeniosHost Host { get; private set; } = null!;

    /// <summary>Goes from the application's link to X's page by a connection.</summary>
    public static Task<Page> LeaveAsync(XeniosHost host, Browser browser, string connection, RelyingParty? shop = null) =>
        browser.GoAsync((shop ?? new RelyingParty(host)).AuthorizeUrl(("connection", connection)));

    /// <summary>The whole way to the application or to the page that stands in between.</summary>
    public static async Task<Page> SignInAsync(XeniosHost host, Browser browser, string connection, string person = "ada", RelyingParty? shop = null)
    {
        var page = await LeaveAsync(host, browser, connection, shop);
        return page.Url.Host == "x.test" && page.Forms.Any(form => form.Buttons.Any(button => button.Value == person)) ? await browser.PickAsync(page, person) : page;
    }

    /// <summary>Signs somebody in whom nothing stops, and redeems the code.</summary>
    public static async Task<IDictionary<string, object>> ClaimsAsync(XeniosHost host, string connection, string person = "ada")
    {
        var shop = new RelyingParty(host);
        var back = await SignInAsync(host, host.NewBrowser(), connection, person, shop);
        Assert.True(back.Location is not null, $"{back.Url} answered {back.Status} {back.Id} {back.Error}");
        var tokens = await shop.RedeemAsync(back.LocationParameter("code"));
        Assert.Equal(200, tokens.Status);
        var (status, json, _) = await shop.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(200, status);
        return json.EnumerateObject().ToDictionary(member => member.Name, member => (object)(member.Value.ValueKind == System.Text.Json.JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText()));
    }

    public async Task InitializeAsync()
    {
        Host = await XeniosHost.StartAsync(options =>
        {
            options.Resources = Resources;
            options.VisitLimit = TimeSpan.FromSeconds(2);
        });
        await ClaimsAsync(Host, Two);
        await ClaimsAsync(Host, One);
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();
}
