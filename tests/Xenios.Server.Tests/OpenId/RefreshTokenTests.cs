using Microsoft.IdentityModel.JsonWebTokens;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Refresh tokens: RFC 6749 §6, OpenID Connect Core §12, threats E02, E04, E05, standards RFT-01 … RFT-05.</summary>
public class RefreshTokenTests : IAsyncLifetime
{
    private static readonly (string Name, string? Value) Offline = ("scope", "openid profile email offline_access");

    private XeniosHost _host = null!;

    protected virtual string? Postgres => null;

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync(options =>
    {
        options.Postgres = Postgres;
        options.Resources = TokenResources.Yaml;
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Offline_access_gives_a_refresh_token_and_its_use_gives_new_tokens_of_the_same_person()
    {
        var shop = new RelyingParty(_host);
        var first = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        Assert.NotNull(first.RefreshToken);
        _host.Clock.Advance(TimeSpan.FromSeconds(61));
        var second = await shop.RefreshAsync(first.RefreshToken);
        Assert.Equal(200, second.Status);
        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
        var (before, after) = (new JsonWebToken(first.IdToken), new JsonWebToken(second.IdToken));
        Assert.Equal(before.Subject, after.Subject);
        Assert.Equal(before.GetPayloadValue<long>("auth_time"), after.GetPayloadValue<long>("auth_time"));
        Assert.NotEqual(before.GetPayloadValue<long>("iat"), after.GetPayloadValue<long>("iat"));
        Assert.False(after.TryGetPayloadValue<string>("nonce", out _));
        Assert.Equal(200, (await shop.UserInfoAsync(second.AccessToken)).Status);
    }

    [Fact]
    public async Task Without_offline_access_or_without_the_grant_there_is_no_refresh_token()
    {
        Assert.Null((await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser())).RefreshToken);
        var other = await RelyingParty.Other(_host).SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        Assert.Null(other.RefreshToken);
        Assert.DoesNotContain("offline_access", other.Text("scope")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spent_refresh_token_used_after_the_grace_ends_the_family_and_its_access_tokens()
    {
        var shop = new RelyingParty(_host);
        var r0 = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        var r1 = await shop.RefreshAsync(r0.RefreshToken);
        _host.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(r0.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(r1.RefreshToken)).Error);
        Assert.Equal(401, (await shop.UserInfoAsync(r1.AccessToken)).Status);
    }

    [Fact]
    public async Task A_lost_answer_may_be_asked_for_again_within_the_grace_and_is_the_same_successor()
    {
        var shop = new RelyingParty(_host);
        var r0 = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        var first = await shop.RefreshAsync(r0.RefreshToken);
        _host.Clock.Advance(TimeSpan.FromSeconds(9));
        var again = await shop.RefreshAsync(r0.RefreshToken);
        Assert.Equal(first.RefreshToken, again.RefreshToken);
        Assert.Equal(200, (await shop.RefreshAsync(first.RefreshToken)).Status);
    }

    [Fact]
    public async Task Three_rotations_within_a_second_and_then_an_old_one_end_the_family()
    {
        var shop = new RelyingParty(_host);
        var tokens = new List<string?> { (await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline)).RefreshToken };
        for (var i = 0; i < 3; i++)
        {
            tokens.Add((await shop.RefreshAsync(tokens[^1])).RefreshToken);
        }

        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens[1])).Error);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens[^1])).Error);
    }

    [Fact]
    public async Task Of_twenty_parallel_uses_all_that_succeed_get_the_identical_successor()
    {
        var shop = new RelyingParty(_host);
        var r0 = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => shop.RefreshAsync(r0.RefreshToken))));
        Assert.Single(answers.Where(answer => answer.Status == 200).Select(answer => answer.RefreshToken).Distinct());
    }

    [Fact]
    public async Task Another_client_cannot_use_it_and_its_attempt_changes_nothing()
    {
        var shop = new RelyingParty(_host);
        var r0 = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        var thief = new RelyingParty(_host) { ClientId = "second", Secret = TokenResources.SecondSecret, RedirectUri = "https://second.test/cb" };
        Assert.Equal("invalid_grant", (await thief.RefreshAsync(r0.RefreshToken)).Error);
        Assert.Equal(200, (await shop.RefreshAsync(r0.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_wider_scope_is_refused_without_spending_the_token_and_a_narrower_one_narrows_the_access_token_only()
    {
        var shop = new RelyingParty(_host);
        var r0 = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", ("scope", "openid email offline_access"));
        Assert.Equal("invalid_scope", (await shop.RefreshAsync(r0.RefreshToken, ("scope", "openid profile"))).Error);
        var narrow = await shop.RefreshAsync(r0.RefreshToken, ("scope", "openid"));
        Assert.Equal("openid", narrow.Text("scope"));
        Assert.False((await shop.UserInfoAsync(narrow.AccessToken)).Json.TryGetProperty("email", out _));
        var full = await shop.RefreshAsync(narrow.RefreshToken);
        Assert.True((await shop.UserInfoAsync(full.AccessToken)).Json.TryGetProperty("email", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("grt_1.1.AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("a.99999999999999999999999.b")]
    [InlineData("a.-1.b")]
    public async Task What_is_not_a_refresh_token_of_ours_is_refused(string token)
    {
        var answer = await new RelyingParty(_host).RefreshAsync(token.Length == 0 ? null : token);
        Assert.Equal(400, answer.Status);
        Assert.Equal(token.Length == 0 ? "invalid_request" : "invalid_grant", answer.Error);
    }

    [Fact]
    public async Task A_token_lives_thirty_days_unused_and_ninety_days_in_all()
    {
        var shop = new RelyingParty(_host);
        var idle = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        var used = (await shop.SignInAndRedeemAsync(_host.NewBrowser(), "finn", Offline)).RefreshToken;
        for (var day = 0; day < 87; day += 29)
        {
            _host.Clock.Advance(TimeSpan.FromDays(29));
            used = (await shop.RefreshAsync(used)).RefreshToken;
            Assert.NotNull(used);
        }

        Assert.Equal("invalid_grant", (await shop.RefreshAsync(idle.RefreshToken)).Error);
        _host.Clock.Advance(TimeSpan.FromDays(4));
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(used)).Error);
    }

    [Fact]
    public async Task A_code_used_twice_ends_its_refresh_tokens_too()
    {
        var shop = new RelyingParty(_host);
        var code = (await shop.SignInAsync(_host.NewBrowser(), "ada", Offline)).LocationParameter("code");
        var first = await shop.RedeemAsync(code);
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(code)).Error);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(first.RefreshToken)).Error);
    }

    [Fact]
    public async Task A_blocked_person_gets_no_more_tokens()
    {
        var shop = new RelyingParty(_host);
        var first = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        await _host.ExecuteAsync("UPDATE users SET status = 'blocked'");
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(first.RefreshToken)).Error);
    }

    [Fact]
    public async Task A_client_without_rotation_keeps_its_token()
    {
        var second = new RelyingParty(_host) { ClientId = "second", Secret = TokenResources.SecondSecret, RedirectUri = "https://second.test/cb" };
        var first = await second.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        var next = await second.RefreshAsync(first.RefreshToken);
        Assert.Equal(first.RefreshToken, next.RefreshToken);
        Assert.Equal(200, (await second.RefreshAsync(first.RefreshToken)).Status);
    }

    [Fact]
    public async Task No_refresh_token_lies_in_the_database()
    {
        var first = await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        var tag = first.RefreshToken!.Split('.')[2];
        Assert.DoesNotContain(await _host.QueryAsync("SELECT * FROM token_families"), row => row.Contains(tag, StringComparison.Ordinal));
    }
}

[Trait("Category", "Postgres")]
public sealed class RefreshTokenOnPostgresTests : RefreshTokenTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
