using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Answers that never arrive: what was written stands, what is asked again is given once more or refused for good (threats E01, E04; standards COD-02, RFT-05).</summary>
public class LostAnswerTests : IAsyncLifetime
{
    private static readonly (string Name, string? Value) Offline = ("scope", "openid profile email offline_access");

    private XeniosHost _host = null!;
    private RelyingParty _shop = null!;

    protected virtual string? Postgres => null;

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync(options =>
        {
            options.Postgres = Postgres;
            options.Resources = TokenResources.Yaml;
        });
        _shop = new RelyingParty(_host);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact] // the server ends between its write and the answer
    public async Task A_refresh_whose_answer_was_lost_with_the_server_is_repeated_on_the_next_one()
    {
        var r0 = await _shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        var lost = await _shop.RefreshAsync(r0.RefreshToken);
        await _host.RestartAsync();
        _host.Clock.Advance(TimeSpan.FromSeconds(8));
        var again = await _shop.RefreshAsync(r0.RefreshToken);
        Assert.Equal((200, lost.RefreshToken), (again.Status, again.RefreshToken));
        Assert.Equal(200, (await _shop.UserInfoAsync(again.AccessToken)).Status);

        // The family goes on with the one successor, and the spent token is dead once the next is in use.
        Assert.Equal(200, (await _shop.RefreshAsync(again.RefreshToken)).Status);
        Expect.Json(await _shop.RefreshAsync(r0.RefreshToken), 400, "invalid_grant");
        Assert.Equal(["1"], await _host.QueryAsync("SELECT COUNT(*) FROM token_families"));
    }

    [Fact]
    public async Task A_lost_answer_asked_for_after_the_grace_ends_the_family_and_nothing_of_it_lives_on()
    {
        var r0 = await _shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        var lost = await _shop.RefreshAsync(r0.RefreshToken);
        await _host.RestartAsync();
        _host.Clock.Advance(TimeSpan.FromSeconds(11));
        Expect.Json(await _shop.RefreshAsync(r0.RefreshToken), 400, "invalid_grant");
        Expect.Json(await _shop.RefreshAsync(lost.RefreshToken), 400, "invalid_grant");
        Assert.Equal(401, (await _shop.UserInfoAsync(lost.AccessToken)).Status);
        Assert.Equal(401, (await _shop.UserInfoAsync(r0.AccessToken)).Status);
    }

    [Fact] // a code has no grace (RFC 6749 §4.1.2): its second use cannot be told from a thief's
    public async Task A_code_whose_answer_was_lost_leaves_nothing_behind_and_the_next_sign_in_works()
    {
        var browser = _host.NewBrowser();
        var code = (await _shop.SignInAsync(browser, "ada", Offline)).LocationParameter("code");
        var lost = await _shop.RedeemAsync(code);
        await _host.RestartAsync();
        Expect.Json(await _shop.RedeemAsync(code), 400, "invalid_grant");
        Expect.Json(await _shop.RefreshAsync(lost.RefreshToken), 400, "invalid_grant");
        Assert.Equal(401, (await _shop.UserInfoAsync(lost.AccessToken)).Status);

        // The session is not the code's: no new visit to X is needed.
        code = (await browser.GetAsync(_shop.AuthorizeUrl(Offline))).LocationParameter("code");
        Assert.Equal(200, (await _shop.RefreshAsync((await _shop.RedeemAsync(code)).RefreshToken)).Status);
    }

    [Fact] // the client goes away at any moment
    public async Task A_refresh_that_was_hung_up_on_either_happened_or_not_and_its_token_still_works()
    {
        var token = (await _shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline)).RefreshToken;
        using var client = _host.NewClient();
        for (var round = 0; round < 20; round++)
        {
            using var gone = new CancellationTokenSource();
            using var form = new FormUrlEncodedContent([new("grant_type", "refresh_token"), new("refresh_token", token!)]);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/token") { Content = form };
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"shop:{_shop.Secret}")));
            var asking = client.SendAsync(request, gone.Token);
            await Task.Delay(round % 5);
            await gone.CancelAsync();
            await Task.WhenAny(asking);
            _ = asking.Exception;

            var answer = await _shop.RefreshAsync(token);
            Assert.True(answer.Status == 200, $"round {round}: {answer.Error}");
            token = answer.RefreshToken;
        }

        Assert.Equal(["1"], await _host.QueryAsync("SELECT COUNT(*) FROM token_families WHERE revoked_at IS NULL"));
    }

    [Fact] // E04: two at once, then the winner's successor
    public async Task Of_two_refreshes_at_once_both_get_the_one_successor_and_the_family_lives_on()
    {
        var token = (await _shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline)).RefreshToken;
        for (var round = 0; round < 10; round++)
        {
            var both = await Task.WhenAll(Task.Run(() => _shop.RefreshAsync(token)), Task.Run(() => _shop.RefreshAsync(token)));
            Assert.All(both, answer => Assert.Equal(200, answer.Status));
            token = Assert.Single(both.Select(answer => answer.RefreshToken).Distinct());
        }
    }

    [Fact] // E01: two at once
    public async Task Of_two_redemptions_at_once_one_succeeds_and_what_it_got_is_dead()
    {
        var browser = _host.NewBrowser();
        for (var round = 0; round < 10; round++)
        {
            var code = (await _shop.SignInAsync(browser, "ada", Offline)).LocationParameter("code");
            var both = await Task.WhenAll(Task.Run(() => _shop.RedeemAsync(code)), Task.Run(() => _shop.RedeemAsync(code)));
            var success = Assert.Single(both, answer => answer.Status == 200);
            Assert.Equal(401, (await _shop.UserInfoAsync(success.AccessToken)).Status);
            Expect.Json(await _shop.RefreshAsync(success.RefreshToken), 400, "invalid_grant");
        }
    }
}

[Trait("Category", "Postgres")]
public sealed class LostAnswerOnPostgresTests : LostAnswerTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
