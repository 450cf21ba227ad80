using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>The main job, walked as a browser and an application would.</summary>
public sealed class MainJobTests
{
    [Fact]
    public async Task A_person_signs_in_with_X_and_the_application_gets_tokens_that_another_library_accepts()
    {
        await using var host = await XeniosHost.StartAsync();
        var shop = new RelyingParty(host);
        var browser = host.NewBrowser();

        var start = await browser.GoAsync(shop.AuthorizeUrl());
        Assert.Equal("S03", start.Id);
        var x = await browser.LeaveAsync(start);
        Assert.Equal("x.test", x.Url.Host);
        var back = await browser.PickAsync(x, "ada");
        Assert.StartsWith("https://rp.test/cb?", back.Location!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(shop.State, back.LocationParameter("state"));
        Assert.Equal(XeniosHost.Url, back.LocationParameter("iss"));

        var tokens = await shop.RedeemAsync(back.LocationParameter("code"));
        Assert.Equal(200, tokens.Status);
        var claims = await shop.ValidateAsync(tokens.IdToken);
        Assert.Equal(shop.Nonce, claims["nonce"]);
        var (status, userInfo, _) = await shop.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(200, status);
        Assert.Equal(claims["sub"], userInfo.GetProperty("sub").GetString());
        Assert.Equal("1846092417305964545", userInfo.GetProperty("x_id").GetString());
    }
}
