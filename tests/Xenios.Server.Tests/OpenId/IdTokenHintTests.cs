using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Environments;
using Xenios.Server.Storage;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Who may answer: <c>id_token_hint</c> and the <c>sub</c> of <c>claims</c> (standards PRM-07, CLM-02; threats F01, F03).</summary>
public sealed class IdTokenHintTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly XeniosHost _host = shared.Host;

    [Fact] // PRM-07: an expired one says just as well who is meant
    public async Task Hint_of_the_person_who_is_signed_in_is_answered_however_old_it_is()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var tokens = await shop.SignInAndRedeemAsync(browser);
        foreach (var hours in (int[])[0, 7, 7, 7])
        {
            _host.Clock.Advance(TimeSpan.FromHours(hours));
            Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none"), ("id_token_hint", tokens.IdToken)))).LocationParameter("code"));
        }
    }

    [Theory] // PRM-07, CLM-02
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_person_than_the_one_named_is_never_answered_for(bool byHint)
    {
        var shop = new RelyingParty(_host);
        var ada = await shop.SignInAndRedeemAsync(_host.NewBrowser());
        var (name, value) = Naming(byHint, ada);

        // Finn is signed in: silently an error, otherwise a sign-in.
        var browser = _host.NewBrowser();
        await shop.SignInAsync(browser, "finn");
        Expect.ErrorAtClient(await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none"), (name, value))), shop, "login_required");
        var asked = await browser.GoAsync(shop.AuthorizeUrl((name, value)));
        Assert.Equal("S02", asked.Id);

        // Who then comes back as Finn gets nothing, who comes back as Ada does.
        await Expect.UnchangedAsync(_host, async () => Expect.ErrorAtClient(await browser.PickAsync(await browser.LeaveAsync(asked), "finn"), shop, "login_required"));
        var back = await browser.PickAsync(await browser.LeaveAsync(await browser.GoAsync(shop.AuthorizeUrl((name, value)))), "ada");
        Assert.Equal(Subject(ada), Subject(await shop.RedeemAsync(back.LocationParameter("code"))));
    }

    [Fact] // PRM-07: and nobody new is made for it
    public async Task Somebody_new_is_not_the_one_named()
    {
        var shop = new RelyingParty(_host);
        var (_, hint) = Naming(true, await shop.SignInAndRedeemAsync(_host.NewBrowser()));
        var (browser, person) = (_host.NewBrowser(), await _host.NewPersonAsync("somebody@v.test"));
        await Expect.UnchangedAsync(_host, async () => Expect.ErrorAtClient(await shop.SignInAsync(browser, person, ("id_token_hint", hint)), shop, "login_required"));
    }

    [Fact] // CLM-02: starting again does not lose who was named
    public async Task Starting_again_names_the_same_person()
    {
        var shop = new RelyingParty(_host);
        var (name, value) = Naming(false, await shop.SignInAndRedeemAsync(_host.NewBrowser()));
        var browser = _host.NewBrowser();
        var page = await browser.GoAsync(shop.AuthorizeUrl((name, value)));
        _host.Clock.Advance(TimeSpan.FromMinutes(31));
        page = await browser.LeaveAsync(await browser.PressAsync(await browser.GoAsync(page.Url.AbsoluteUri), "/again"));
        Expect.ErrorAtClient(await browser.PickAsync(page, "finn"), shop, "login_required");
    }

    [Theory] // PRM-07, F01, F03
    [InlineData("garbage")]
    [InlineData("access token")]
    [InlineData("of another client")]
    [InlineData("signature cut")]
    [InlineData("of a stranger's key")]
    [InlineData("of another issuer")]
    [InlineData("alg none")]
    public async Task Hint_that_is_not_this_clients_ID_token_is_an_invalid_request(string what)
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var tokens = await shop.SignInAndRedeemAsync(browser);
        var payload = Jwt.Payload(tokens.IdToken).GetRawText();
        var key = Jwt.KeyOf(_host, "RS256");
        var hint = what switch
        {
            "garbage" => "e30.e30.AA",
            "access token" => tokens.AccessToken,
            "of another client" => (await RelyingParty.Other(_host).SignInAndRedeemAsync(browser)).IdToken,
            "signature cut" => tokens.IdToken[..^4],
            "of a stranger's key" => Jwt.Compact($$"""{"alg":"RS256","kid":"{{key.KeyId}}","typ":"JWT"}""", payload, _ => new byte[256]),
            "of another issuer" => Jwt.Compact($$"""{"alg":"RS256","kid":"{{key.KeyId}}","typ":"JWT"}""", payload.Replace(XeniosHost.Url, "https://sso.test", StringComparison.Ordinal), Jwt.By(key)),
            _ => Jwt.Compact("""{"alg":"none","typ":"JWT"}""", payload, _ => []),
        };
        await Expect.UnchangedAsync(_host, async () =>
            Expect.ErrorAtClient(await browser.GetAsync(shop.AuthorizeUrl(("id_token_hint", hint), ("prompt", "none"))), shop, "invalid_request"));
    }

    [Fact] // PRM-07: keys that no longer sign still verify a hint, and nothing else
    public async Task Hint_signed_with_a_retired_key_still_counts()
    {
        await using var host = await XeniosHost.StartAsync();
        var (shop, browser) = (new RelyingParty(host), host.NewBrowser());
        var tokens = await shop.SignInAndRedeemAsync(browser);
        await host.ExecuteAsync("UPDATE signing_keys SET state = 'retired'");
        await host.Services.GetRequiredService<Database>().WriteAsync(
            async scope =>
            {
                await KeyRing.EnsureAsync(host.Services.GetRequiredService<SnapshotCache>().Default.Id, new KeyMaker(), host.Services.GetRequiredService<Vault>(), host.Clock.GetUtcNow(), scope);
                return true;
            },
            CancellationToken.None);
        await host.Services.GetRequiredService<SnapshotCache>().ReloadAsync(CancellationToken.None);

        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none"), ("id_token_hint", tokens.IdToken)))).LocationParameter("code"));
        Assert.Equal(200, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        var signOut = await browser.GetAsync($"{XeniosHost.Url}/oauth2/logout?id_token_hint={tokens.IdToken}&post_logout_redirect_uri=https%3A%2F%2Frp.test%2F");
        Assert.Equal("https://rp.test/", signOut.Headers.GetValueOrDefault("Location"));
    }

    private static (string Name, string Value) Naming(bool byHint, TokenAnswer tokens) =>
        byHint ? ("id_token_hint", tokens.IdToken) : ("claims", "{\"id_token\":{\"sub\":{\"value\":\"" + Subject(tokens) + "\"}}}");

    private static string Subject(TokenAnswer tokens) => Jwt.Payload(tokens.IdToken).GetProperty("sub").GetString()!;
}
