namespace Xenios.XSandbox.Tests;

public sealed class UsersMeTests : IAsyncLifetime
{
    private const string EmailScopes = "users.read tweet.read users.email";
    private const string EmailField = "?user.fields=confirmed_email";

    private SandboxFixture _x = null!;

    public async Task InitializeAsync() => _x = await SandboxFixture.StartAsync();

    public async Task DisposeAsync() => await _x.DisposeAsync();

    [Fact]
    public async Task Fields_come_when_they_are_named()
    {
        var query = "?user.fields=confirmed_email,profile_image_url,verified,verified_type,created_at,protected,url,location,description";
        var data = (await _x.MeAsync(await _x.AccessTokenAsync(scope: EmailScopes), query)).Json["data"]!;
        Assert.Equal("ada@example.com", (string?)data["confirmed_email"]);
        Assert.Equal("https://pbs.twimg.com/profile_images/1846093011245383680/aDa7Kq2x_normal.jpg", (string?)data["profile_image_url"]);
        Assert.True((bool)data["verified"]!);
        Assert.Equal("blue", (string?)data["verified_type"]);
        Assert.Equal("2024-10-15T07:35:05.000Z", (string?)data["created_at"]);
        Assert.False((bool)data["protected"]!);
    }

    [Fact]
    public async Task Email_needs_the_scope() => Assert.Null(await EmailAsync("ada", SandboxFixture.ProfileScopes));

    [Fact]
    public async Task Email_needs_the_field() =>
        Assert.Null((await _x.MeAsync(await _x.AccessTokenAsync(scope: EmailScopes))).Json["data"]!["confirmed_email"]);

    [Fact]
    public async Task Email_needs_the_switch_of_the_app()
    {
        await _x.ChangeAppAsync("""{"request_email":false}""");
        Assert.Null(await EmailAsync("ada", EmailScopes));
    }

    [Fact]
    public async Task Email_must_be_confirmed()
    {
        Assert.Null(await EmailAsync("ben", EmailScopes));
        await _x.ChangePersonAsync("ada", """{"email_state":"unconfirmed"}""");
        Assert.Null(await EmailAsync("ada", EmailScopes));
    }

    [Fact]
    public async Task Cleo_has_the_known_email() => Assert.Equal("cleo@example.com", await EmailAsync("cleo", EmailScopes));

    [Fact]
    public async Task Unknown_field_is_refused_in_the_shape_of_X()
    {
        var answer = await _x.MeAsync(await _x.AccessTokenAsync(), "?user.fields=name,email");
        Assert.Equal(400, answer.Status);
        Assert.Equal("Invalid Request", (string?)answer.Json["title"]);
        Assert.EndsWith("/invalid-request", (string?)answer.Json["type"]);
        Assert.Equal("name,email", (string?)answer.Json["errors"]![0]!["parameters"]!["user.fields"]![0]);
        Assert.StartsWith("The `user.fields` query parameter value [email] is not one of [", (string?)answer.Json["errors"]![0]!["message"]);
    }

    [Fact]
    public async Task Unknown_query_parameter_is_refused() =>
        Assert.Equal(400, (await _x.MeAsync(await _x.AccessTokenAsync(), "?fields=name")).Status);

    [Theory]
    [InlineData("users.read")]
    [InlineData("tweet.read")]
    public async Task Both_scopes_are_needed(string scope)
    {
        var answer = await _x.MeAsync(await _x.AccessTokenAsync(scope: scope));
        Assert.Equal(403, answer.Status);
        Assert.Equal("""{"title":"Forbidden","type":"about:blank","status":403,"detail":"Forbidden"}""", answer.Body);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("unknown")]
    public async Task A_token_is_needed(string? token)
    {
        var answer = await _x.MeAsync(token);
        Assert.Equal(401, answer.Status);
        Assert.Equal("""{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}""", answer.Body);
    }

    [Fact]
    public async Task Access_token_lives_for_two_hours()
    {
        var token = await _x.AccessTokenAsync();
        _x.Time.Advance(TimeSpan.FromSeconds(7199));
        Assert.Equal(200, (await _x.MeAsync(token)).Status);
        _x.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, (await _x.MeAsync(token)).Status);
    }

    [Fact]
    public async Task App_only_bearer_is_an_unsupported_authentication()
    {
        var answer = await _x.MeAsync("AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0");
        Assert.Equal(403, answer.Status);
        Assert.Equal("Unsupported Authentication", (string?)answer.Json["title"]);
    }

    [Fact]
    public async Task Another_method_is_not_permitted() =>
        Assert.Contains("You are not permitted to use OAuth2 on this endpoint", (await _x.MeAsync(await _x.AccessTokenAsync(), method: "POST")).Body);

    [Fact]
    public async Task After_75_calls_the_limit_says_when_to_come_back()
    {
        var token = await _x.AccessTokenAsync();
        for (var i = 0; i < 75; i++)
        {
            Assert.Equal(200, (await _x.MeAsync(token)).Status);
        }

        var refused = await _x.MeAsync(token);
        Assert.Equal(429, refused.Status);
        Assert.Equal("""{"title":"Too Many Requests","type":"about:blank","status":429,"detail":"Too Many Requests"}""", refused.Body);
        Assert.Equal("75", refused.Headers["x-rate-limit-limit"]);
        Assert.Equal("0", refused.Headers["x-rate-limit-remaining"]);
        Assert.Equal(_x.Time.GetUtcNow().AddMinutes(15).ToUnixTimeSeconds().ToString(), refused.Headers["x-rate-limit-reset"]);

        Assert.Equal(200, (await _x.MeAsync(await _x.AccessTokenAsync("ben"))).Status);
        _x.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(200, (await _x.MeAsync(token)).Status);
    }

    [Fact]
    public async Task Suspended_person_is_refused_after_consent()
    {
        var answer = await _x.MeAsync(await _x.AccessTokenAsync("eve"));
        Assert.Equal(403, answer.Status);
        Assert.EndsWith("/user-suspended", (string?)answer.Json["type"]);
    }

    [Fact]
    public async Task Locked_person_is_refused_with_326()
    {
        await _x.ChangePersonAsync("ada", """{"locked":true}""");
        var answer = await _x.MeAsync(await _x.AccessTokenAsync());
        Assert.Equal((403, 326), (answer.Status, (int)answer.Json["errors"]![0]!["code"]!));
    }

    [Fact]
    public async Task App_without_enrolment_is_refused()
    {
        await _x.ChangeAppAsync("""{"enrolled":false}""");
        var answer = await _x.MeAsync(await _x.AccessTokenAsync());
        Assert.Equal((403, "client-not-enrolled"), (answer.Status, (string?)answer.Json["reason"]));
    }

    [Fact]
    public async Task App_without_credits_is_refused()
    {
        await _x.ChangeAppAsync("""{"credits":false}""");
        var answer = await _x.MeAsync(await _x.AccessTokenAsync());
        Assert.Equal((402, "CreditsDepleted"), (answer.Status, (string?)answer.Json["title"]));
    }

    [Fact]
    public async Task Token_of_a_suspended_app_is_dead()
    {
        var token = await _x.AccessTokenAsync();
        await _x.ChangeAppAsync("""{"suspended":true}""");
        Assert.Equal(401, (await _x.MeAsync(token)).Status);
    }

    [Fact]
    public async Task A_changed_handle_shows_at_once_and_the_id_stays()
    {
        var token = await _x.AccessTokenAsync("finn");
        Assert.Equal("""{"data":{"id":"20714","name":"Finn O’Dwyer","username":"finn_today"}}""", (await _x.MeAsync(token)).Body);
        await _x.ChangePersonAsync("finn", """{"username":"finn_later"}""");
        Assert.Equal("""{"data":{"id":"20714","name":"Finn O’Dwyer","username":"finn_later"}}""", (await _x.MeAsync(token)).Body);
    }

    [Fact]
    public async Task Somebody_without_a_picture_has_the_default_one() => Assert.StartsWith(
        "https://abs.twimg.com/sticky/default_profile_images/",
        (string?)(await _x.MeAsync(await _x.AccessTokenAsync("ben"), "?user.fields=profile_image_url")).Json["data"]!["profile_image_url"]);

    private async Task<string?> EmailAsync(string person, string scope) =>
        (string?)(await _x.MeAsync(await _x.AccessTokenAsync(person, scope), EmailField)).Json["data"]!["confirmed_email"];
}
