using System.Net;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>An application that an administrator changes while a sign-in is under way (threats D01, 0.1-6; standards COD-03, CAU-07).</summary>
public sealed class ChangedApplicationTests : IAsyncLifetime
{
    private const string AddressRemoved = "environment: { slug: default }\napplications: [{ client_id: shop, name: Shop, type: web, redirect_uris: [https://new.test/cb], grant_types: [authorization_code], connections: [x] }]";

    private XeniosHost _host = null!;

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Address_that_is_no_longer_registered_gets_neither_code_nor_error(bool removedAltogether)
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var start = await browser.GoAsync(shop.AuthorizeUrl());
        var trouble = await browser.PickAsync(await browser.LeaveAsync(await browser.GoAsync(shop.AuthorizeUrl())), "dev");
        var x = await browser.LeaveAsync(await browser.GoAsync(shop.AuthorizeUrl()));
        await (removedAltogether ? _host.ExecuteAsync("DELETE FROM applications WHERE client_id = 'shop'") : _host.ApplyAsync(AddressRemoved));

        await Expect.UnchangedAsync(_host, async () =>
        {
            var back = await browser.PickAsync(x, "ada");
            Assert.Equal(("S55", null), (back.Id, back.Location));
            Assert.Equal(("S08", null), ((await browser.GetAsync(start.Url.AbsoluteUri)).Id, (await browser.GetAsync(start.Url.AbsoluteUri)).Location));
            Assert.Equal(HttpStatusCode.NotFound, (await browser.LeaveAsync(start)).Status);
            Expect.Page(await browser.PressAsync(trouble, "/cancel"), "S64");
            Expect.Page(await browser.GetAsync(shop.AuthorizeUrl()), "S64");
        });
    }

    [Theory] // D01: S71, S13 and S30 have no connection that could be gone
    [InlineData("password", true)]
    [InlineData("password", false)]
    [InlineData("code", true)]
    [InlineData("code", false)]
    [InlineData("consent", true)]
    [InlineData("consent", false)]
    public async Task A_local_way_in_leads_to_no_address_that_was_removed_meanwhile(string step, bool removedAltogether)
    {
        await _host.ApplyAsync(Ways("password, email_code", "https://rp.test/cb", step == "consent"));
        var (ways, browser) = (new RelyingParty(_host) { ClientId = "ways", Secret = "ways-secret-0123456789-abcdefghijklmnop" }, _host.NewBrowser());
        var page = await ArriveAsync(ways, browser, step);
        await (removedAltogether ? _host.ExecuteAsync("DELETE FROM applications WHERE client_id = 'ways'") : _host.ApplyAsync(Ways("password, email_code", "https://new.test/cb", step == "consent")));
        await Expect.UnchangedAsync(_host, async () =>
        {
            var end = await EndAsync(browser, page, step);
            Expect.Page(end, step == "password" ? "S08" : "S64", step == "password" ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.BadRequest);
        });
    }

    [Theory] // A10: as with a connection
    [InlineData("password", "email_code")]
    [InlineData("code", "password")]
    [InlineData("consent", "email_code")]
    public async Task A_way_in_that_was_taken_from_the_application_meanwhile_lets_nobody_in(string step, string left)
    {
        await _host.ApplyAsync(Ways("password, email_code", "https://rp.test/cb", step == "consent"));
        var (ways, browser) = (new RelyingParty(_host) { ClientId = "ways", Secret = "ways-secret-0123456789-abcdefghijklmnop" }, _host.NewBrowser());
        var page = await ArriveAsync(ways, browser, step);
        await _host.ApplyAsync(Ways(left, "https://rp.test/cb", step == "consent"));
        await Expect.UnchangedAsync(_host, async () =>
        {
            var end = await EndAsync(browser, page, step);
            Assert.Equal(("S01", null), (end.Id, end.Location));
        });
    }

    [Fact] // D01
    public async Task A_pushed_request_is_not_answered_at_an_address_that_was_removed_since()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await shop.SignInAsync(browser);
        using var client = _host.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/par") { Content = new StringContent(new Uri(shop.AuthorizeUrl()).Query[1..], null, "application/x-www-form-urlencoded") };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"shop:{shop.Secret}")));
        using var answer = await client.SendAsync(request);
        var pushed = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("request_uri").GetString();
        await _host.ApplyAsync(AddressRemoved);
        await Expect.UnchangedAsync(_host, async () =>
            Expect.Page(await browser.GetAsync($"{XeniosHost.Url}/oauth2/authorize?client_id=shop&request_uri={Uri.EscapeDataString(pushed!)}"), "S64"));
    }

    [Fact] // COD-03, CAU-07
    public async Task Code_and_session_of_a_removed_application_are_worth_nothing()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var code = (await shop.SignInAsync(browser)).LocationParameter("code");
        await _host.ExecuteAsync("DELETE FROM applications WHERE client_id = 'shop'");
        Expect.Json(await shop.RedeemAsync(code), 401, "invalid_client");
        Expect.Page(await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none"))), "S64");
    }

    private static string Ways(string methods, string address, bool consent) =>
        $$"""
        environment: { slug: default }
        applications:
          - client_id: ways
            name: Ways
            type: web
            client_secret: ways-secret-0123456789-abcdefghijklmnop
            redirect_uris: ["{{address}}"]
            require_consent: {{(consent ? "true" : "false")}}
            login_flow: { steps: [{ options: [{ connection: x }, {{string.Join(", ", methods.Split(", ").Select(method => $"{{ method: {method} }}"))}}] }] }
        users:
          - { username: cleo, email: cleo@example.com, email_verified: true, password: correct-horse-battery }
        """;

    // Up to the last thing that the person does: types the password, the code, or says yes.
    private async Task<Page> ArriveAsync(RelyingParty ways, Browser browser, string step)
    {
        var page = await browser.GoAsync(ways.AuthorizeUrl());
        page = step == "code" ? await browser.PressAsync(page, "/email", ("email", "cleo@example.com")) : await browser.PressAsync(page, "/way/password");
        page = step == "consent" ? await EndAsync(browser, page, "password") : page;
        Assert.Equal(step switch { "password" => "S71", "code" => "S13", _ => "S30" }, page.Id);
        return page;
    }

    private Task<Page> EndAsync(Browser browser, Page page, string step) => step switch
    {
        "password" => browser.PressAsync(page, "/password", ("username", "cleo"), ("password", "correct-horse-battery")),
        "code" => browser.PressAsync(page, "/email/code", ("code", _host.MailedCode)),
        _ => browser.PressAsync(page, "/consent", ("consent", "allow")),
    };
}
