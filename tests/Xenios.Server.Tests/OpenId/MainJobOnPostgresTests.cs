using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

[Trait("Category", "Postgres")]
public sealed class MainJobOnPostgresTests
{
    [Fact]
    public async Task A_person_signs_in_twice_and_is_the_same()
    {
        await using var host = await XeniosHost.StartAsync(options => options.Postgres = PostgresServer.ConnectionString);
        var first = await new RelyingParty(host).SignInAndRedeemAsync(host.NewBrowser());
        var shop = new RelyingParty(host);
        var second = await shop.SignInAndRedeemAsync(host.NewBrowser());
        Assert.Equal(200, first.Status);
        Assert.Equal((await shop.ValidateAsync(first.IdToken))["sub"], (await shop.ValidateAsync(second.IdToken))["sub"]);
    }
}
