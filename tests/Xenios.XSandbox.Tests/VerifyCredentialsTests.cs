namespace Xenios.XSandbox.Tests;

public sealed class VerifyCredentialsTests : IAsyncLifetime
{
    private SandboxFixture _x = null!;

    public async Task InitializeAsync() => _x = await SandboxFixture.StartAsync();

    public async Task DisposeAsync() => await _x.DisposeAsync();

    [Fact]
    public async Task Email_comes_when_asked_for()
    {
        var keys = await _x.SignInAsync();
        Assert.False((await _x.VerifyAsync(keys)).Json.AsObject().ContainsKey("email"));
        Assert.Equal("ada@example.com", (string?)(await _x.VerifyAsync(keys, "?include_email=true")).Json["email"]);
    }

    [Fact]
    public async Task Without_an_address_the_email_is_null()
    {
        var body = (await _x.VerifyAsync(await _x.SignInAsync("ben"), "?include_email=true")).Json.AsObject();
        Assert.True(body.ContainsKey("email"));
        Assert.Null(body["email"]);
    }

    [Fact]
    public async Task Without_permission_the_email_is_absent_until_the_person_approves_again()
    {
        await _x.ChangeAppAsync("""{"request_email":false}""");
        var keys = await _x.SignInAsync();
        Assert.False((await _x.VerifyAsync(keys, "?include_email=true")).Json.AsObject().ContainsKey("email"));
        await _x.ChangeAppAsync("""{"request_email":true}""");
        Assert.False((await _x.VerifyAsync(keys, "?include_email=true")).Json.AsObject().ContainsKey("email"));
        Assert.Equal("ada@example.com", (string?)(await _x.VerifyAsync(await _x.SignInAsync(), "?include_email=true")).Json["email"]);
    }

    [Fact]
    public async Task Status_and_entities_can_be_left_out()
    {
        var keys = await _x.SignInAsync();
        var whole = (await _x.VerifyAsync(keys)).Json.AsObject();
        Assert.True(whole.ContainsKey("status") && whole.ContainsKey("entities"));
        var part = (await _x.VerifyAsync(keys, "?skip_status=true&include_entities=false")).Json.AsObject();
        Assert.False(part.ContainsKey("status") || part.ContainsKey("entities"));
    }

    [Fact]
    public async Task Bearer_is_not_permitted_here()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/1.1/account/verify_credentials.json");
        request.Headers.Authorization = new("Bearer", await _x.AccessTokenAsync());
        var answer = await _x.SendAsync(request);
        Assert.Equal(403, answer.Status);
        Assert.Equal("You are not permitted to use OAuth2 on this endpoint", (string?)answer.Json["detail"]);
    }

    [Theory]
    [InlineData("eve", "{}", 64)]
    [InlineData("ada", """{"locked":true}""", 326)]
    public async Task Suspended_and_locked_people_are_refused(string person, string change, int code)
    {
        await _x.ChangePersonAsync(person, change);
        var answer = await _x.VerifyAsync(await _x.SignInAsync(person));
        Assert.Equal((403, code), (answer.Status, (int)answer.Json["errors"]![0]!["code"]!));
    }

    [Fact]
    public async Task Plan_without_the_endpoint_is_453()
    {
        await _x.ChangeAppAsync("""{"v11_access":false}""");
        var answer = await _x.VerifyAsync(await _x.SignInAsync());
        Assert.Equal((403, 453), (answer.Status, (int)answer.Json["errors"]![0]!["code"]!));
    }

    [Fact]
    public async Task After_75_calls_comes_88()
    {
        var keys = await _x.SignInAsync();
        for (var i = 0; i < 75; i++)
        {
            await _x.VerifyAsync(keys);
        }

        var answer = await _x.VerifyAsync(keys);
        Assert.Equal((429, 88), (answer.Status, (int)answer.Json["errors"]![0]!["code"]!));
        Assert.Equal("0", answer.Headers["x-rate-limit-remaining"]);
    }

    [Fact]
    public async Task Users_me_takes_a_signature_too_but_gives_no_email_unless_told_to()
    {
        var keys = await _x.SignInAsync();
        const string Path = "/2/users/me?user.fields=confirmed_email";
        var answer = await _x.SendAsync(_x.Request("GET", Path, keys));
        Assert.Equal("""{"data":{"id":"1846092417305964545","name":"Ada Byström","username":"ada_bystrom"}}""", answer.Body);
        await SandboxFixture.ExpectAsync(_x.ControlAsync("PATCH", "settings", """{"email_when_signed":true}"""), 200);
        Assert.Contains("ada@example.com", (await _x.SendAsync(_x.Request("GET", Path, keys))).Body);
    }

    [Fact]
    public async Task Users_me_answers_a_wrong_signature_in_the_words_of_the_second_api()
    {
        var keys = await _x.SignInAsync();
        var answer = await _x.SendAsync(_x.Request("GET", "/2/users/me", keys with { TokenSecret = "wrong" }));
        Assert.Equal((401, "Unauthorized"), (answer.Status, (string?)answer.Json["title"]));
    }
}
