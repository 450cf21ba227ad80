using Xenios.Server.Hosting;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Authorization codes: for one client, one address, one verifier, one minute, once (threats E01 to E03; standards COD-01 to COD-03, AUT-15).</summary>
public sealed class CodeTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly XeniosHost _host = shared.Host;

    [Fact] // E01, COD-02
    public async Task Code_redeemed_twice_revokes_the_first_tokens()
    {
        var (shop, code) = await CodeAsync();
        var first = await shop.RedeemAsync(code);
        Assert.Equal(200, (await shop.UserInfoAsync(first.AccessToken)).Status);
        _host.Clock.Advance(TimeSpan.FromSeconds(30));

        Expect.Json(await shop.RedeemAsync(code), 400, "invalid_grant");
        await DeadAsync(shop, first.AccessToken);
        Expect.Json(await shop.RedeemAsync(code), 400, "invalid_grant");

        // Nobody else is touched: another sign-in of the same person lives on.
        Assert.Equal(200, (await shop.UserInfoAsync((await shop.SignInAndRedeemAsync(_host.NewBrowser())).AccessToken)).Status);
    }

    [Fact] // E01, COD-02
    public async Task Of_fifty_parallel_redemptions_one_succeeds_and_its_token_is_dead()
    {
        var (shop, code) = await CodeAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => shop.RedeemAsync(code))));
        var success = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer != success), answer => Expect.Json(answer, 400, "invalid_grant"));
        await DeadAsync(shop, success.AccessToken);
    }

    [Fact] // E01: an hour later, when the code itself would be forgotten, its tokens have ended by themselves; until then a second use still ends them
    public async Task Second_use_revokes_as_long_as_the_tokens_live()
    {
        var (shop, code) = await CodeAsync();
        var first = await shop.RedeemAsync(code);
        _host.Clock.Advance(TimeSpan.FromMinutes(59));
        await _host.SweepAsync();
        Assert.Equal(200, (await shop.UserInfoAsync(first.AccessToken)).Status);
        Expect.Json(await shop.RedeemAsync(code), 400, "invalid_grant");
        await DeadAsync(shop, first.AccessToken);
    }

    [Fact] // E01, E02: whoever brings it the second time, what the first use got stays revoked as long as it would have lived
    public async Task Second_use_by_a_client_with_brief_tokens_revokes_for_good()
    {
        var (shop, code) = await CodeAsync();
        var first = await shop.RedeemAsync(code);
        Expect.Json(await SharedHost.Brief(_host).RedeemAsync(code), 400, "invalid_grant");
        await DeadAsync(shop, first.AccessToken);
        _host.Clock.Advance(TimeSpan.FromMinutes(10));
        await _host.SweepAsync();
        await DeadAsync(shop, first.AccessToken);
    }

    [Theory] // E02, COD-01: wrong use of any kind burns the code
    [InlineData("other client")]
    [InlineData("public client")]
    [InlineData("verifier missing")]
    [InlineData("verifier wrong")]
    [InlineData("address of another registration")]
    [InlineData("address unregistered")]
    public async Task Wrong_use_is_refused_and_burns_the_code(string wrong)
    {
        var (shop, code) = await CodeAsync();
        await Expect.UnchangedAsync(_host, async () =>
        {
            var answer = wrong switch
            {
                "other client" => await RelyingParty.Other(_host).RedeemAsync(code, ("redirect_uri", shop.RedirectUri), ("code_verifier", shop.Verifier)),
                "public client" => await RelyingParty.Spa(_host).RedeemAsync(code, ("redirect_uri", shop.RedirectUri), ("code_verifier", shop.Verifier)),
                "verifier missing" => await shop.RedeemAsync(code, ("code_verifier", null)),
                "verifier wrong" => await shop.RedeemAsync(code, ("code_verifier", new string('a', 64))),
                "address of another registration" => await shop.RedeemAsync(code, ("redirect_uri", "https://rp.test/cb?keep=1")),
                _ => await shop.RedeemAsync(code, ("redirect_uri", "https://evil.test/")),
            };
            Expect.Json(answer, 400, "invalid_grant");
            Expect.Json(await shop.RedeemAsync(code), 400, "invalid_grant");
        });
    }

    [Theory] // E03: nine cases with exactly these answers
    [InlineData("shop", "right", 200, null)]
    [InlineData("shop", null, 400, "invalid_grant")]
    [InlineData("shop", "wrong", 400, "invalid_grant")]
    [InlineData("shop", "challenge", 400, "invalid_grant")]
    [InlineData("shop", "short", 400, "invalid_grant")]
    [InlineData("shop", "long", 400, "invalid_grant")]
    [InlineData("shop", "alphabet", 400, "invalid_grant")]
    [InlineData("lax without challenge", null, 200, null)]
    [InlineData("lax without challenge", "right", 400, "invalid_request")]
    public async Task Verifier_must_be_the_one_behind_the_challenge(string client, string? verifier, int status, string? error)
    {
        var party = client == "shop" ? new RelyingParty(_host) : SharedHost.Lax(_host);
        (string, string?)[] changes = client == "shop" ? [] : [("code_challenge", null), ("code_challenge_method", null)];
        var code = (await party.SignInAsync(_host.NewBrowser(), "ada", changes)).LocationParameter("code");
        var answer = await party.RedeemAsync(code, ("code_verifier", verifier switch
        {
            "right" => party.Verifier,
            "wrong" => party.Verifier[..^1] + "_",
            "challenge" => Protocol.Pkce.Challenge(party.Verifier),
            "short" => party.Verifier[..42],
            "long" => new string('a', 129),
            "alphabet" => party.Verifier[..^1] + "+",
            _ => null,
        }));
        Assert.Equal((status, error), (answer.Status, answer.Error));
        if (status != 200)
        {
            Expect.Json(await party.RedeemAsync(code, ("code_verifier", verifier is null ? null : party.Verifier)), 400, "invalid_grant");
        }
    }

    [Theory] // standards 2.6
    [InlineData("shop", null, 200)]
    [InlineData("lax", null, 400)]
    [InlineData("lax", "https://lax.test/cb", 200)]
    public async Task Address_may_be_left_out_at_the_token_endpoint_only_with_pkce(string client, string? address, int status)
    {
        var party = client == "shop" ? new RelyingParty(_host) : SharedHost.Lax(_host);
        (string, string?)[] changes = client == "shop" ? [] : [("code_challenge", null), ("code_challenge_method", null)];
        var code = (await party.SignInAsync(_host.NewBrowser(), "ada", changes)).LocationParameter("code");
        var answer = await party.RedeemAsync(code, ("redirect_uri", address), ("code_verifier", client == "shop" ? party.Verifier : null));
        Assert.Equal(status, answer.Status);
    }

    [Theory] // AUT-15, COD-01
    [InlineData(59, 200)]
    [InlineData(60, 400)]
    [InlineData(3600, 400)]
    public async Task Code_lives_for_a_minute(int seconds, int status)
    {
        var (shop, code) = await CodeAsync();
        Assert.Matches("^[A-Za-z0-9_-]{43}$", code);
        _host.Clock.Advance(TimeSpan.FromSeconds(seconds));
        var answer = await shop.RedeemAsync(code);
        Assert.Equal((status, status == 200 ? null : "invalid_grant"), (answer.Status, answer.Error));
    }

    [Fact] // F04: 180 random bits, URL-safe
    public void No_two_of_ten_thousand_codes_are_equal()
    {
        var codes = Enumerable.Range(0, 10_000).Select(_ => Secrets.NewHandle(DateTimeOffset.UnixEpoch)).ToList();
        Assert.Equal(codes.Count, codes.Distinct(StringComparer.Ordinal).Count());
        Assert.All(codes, code => Assert.Matches("^[A-Za-z0-9_-]{43}$", code));
    }

    [Theory] // COD-01
    [InlineData("x")]
    [InlineData("\0")]
    [InlineData("' OR 1=1 --")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("long")]
    public Task Code_that_never_was_is_refused(string code) => Expect.UnchangedAsync(_host, async () =>
        Expect.Json(await new RelyingParty(_host).RedeemAsync(code == "long" ? new string('c', 20_000) : code), 400, "invalid_grant"));

    [Fact] // COD-03
    public async Task Code_dies_with_the_session()
    {
        var browser = _host.NewBrowser();
        var shop = new RelyingParty(_host);
        var code = (await shop.SignInAsync(browser)).LocationParameter("code");
        await browser.PressAsync(await browser.GoAsync($"{XeniosHost.Url}/signin"), "/signin/out");
        Expect.Json(await shop.RedeemAsync(code), 400, "invalid_grant");
    }

    private static async Task DeadAsync(RelyingParty shop, string accessToken)
    {
        var (status, json, challenge) = await shop.UserInfoAsync(accessToken);
        Assert.Equal((401, "invalid_token"), (status, json.GetProperty("error").GetString()));
        Assert.Contains("error=\"invalid_token\"", challenge, StringComparison.Ordinal);
    }

    private async Task<(RelyingParty Shop, string Code)> CodeAsync()
    {
        var shop = new RelyingParty(_host);
        return (shop, (await shop.SignInAsync(_host.NewBrowser())).LocationParameter("code")!);
    }
}
