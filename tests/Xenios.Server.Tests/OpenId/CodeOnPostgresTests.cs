using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Single use where writers really run in parallel (threat E01).</summary>
[Trait("Category", "Postgres")]
public sealed class CodeOnPostgresTests
{
    [Fact]
    public async Task Of_fifty_parallel_redemptions_one_succeeds_and_its_token_is_dead()
    {
        await using var host = await XeniosHost.StartAsync(options => options.Postgres = PostgresServer.ConnectionString);
        var browser = host.NewBrowser();
        for (var round = 0; round < 3; round++)
        {
            var shop = new RelyingParty(host);
            var code = (await shop.SignInAsync(browser)).LocationParameter("code");
            var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => shop.RedeemAsync(code))));
            var success = Assert.Single(answers, answer => answer.Status == 200);
            Assert.All(answers.Where(answer => answer != success), answer => Expect.Json(answer, 400, "invalid_grant"));
            Assert.Equal(401, (await shop.UserInfoAsync(success.AccessToken)).Status);
        }
    }
}
