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

    [Fact] // COD-03, CAU-07
    public async Task Code_and_session_of_a_removed_application_are_worth_nothing()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var code = (await shop.SignInAsync(browser)).LocationParameter("code");
        await _host.ExecuteAsync("DELETE FROM applications WHERE client_id = 'shop'");
        Expect.Json(await shop.RedeemAsync(code), 401, "invalid_client");
        Expect.Page(await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none"))), "S64");
    }
}
