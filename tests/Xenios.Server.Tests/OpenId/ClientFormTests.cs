using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Forms that clients send, with something wrong in them, and tokens that are none (standards COM-01, COM-02, COM-03, COM-07, COM-09, PAR-02, INT-01, REV-01, RFT-02, RFT-04, RES-01; threats E11).</summary>
public sealed class ClientFormTests : IAsyncLifetime
{
    private static readonly (string Name, string? Value) Offline = ("scope", "openid profile email offline_access");

    private XeniosHost _host = null!;
    private RelyingParty _shop = null!;

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync(options => options.Resources = TokenResources.Yaml);
        _shop = new RelyingParty(_host);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory] // COM-01
    [InlineData("grant_type")]
    [InlineData("code")]
    [InlineData("redirect_uri")]
    [InlineData("code_verifier")]
    [InlineData("client_id")]
    [InlineData("client_secret")]
    [InlineData("refresh_token")]
    [InlineData("scope")]
    [InlineData("token")]
    [InlineData("token_type_hint")]
    [InlineData("client_assertion")]
    [InlineData("client_assertion_type")]
    [InlineData("request_uri")]
    [InlineData("state")]
    [InlineData("extra")]
    [InlineData("\"<é>\"")]
    public async Task A_parameter_sent_twice_is_refused_at_every_endpoint(string name)
    {
        foreach (var path in (string[])["/oauth2/token", "/oauth2/par", "/oauth2/revoke", "/oauth2/introspect"])
        {
            var (status, json) = await PostAsync(path, (name, "a"), (name, "a"));
            Assert.Equal((path, 400, "invalid_request"), (path, status, json.GetProperty("error").GetString()));
            Assert.Matches(@"\A[\x20\x21\x23-\x5B\x5D-\x7E]+\z", json.GetProperty("error_description").GetString());
        }
    }

    [Fact] // COM-02
    public async Task An_empty_parameter_is_an_absent_one_and_an_unknown_one_is_ignored()
    {
        var code = (await _shop.SignInAsync(_host.NewBrowser(), "ada", Offline)).LocationParameter("code");
        var tokens = await _shop.RedeemAsync(code, ("scope", ""), ("resource", ""), ("client_assertion", ""), ("redirect_uri", ""), ("extra", "foobar"));
        Assert.Equal(200, tokens.Status);
        var renewed = await _shop.RefreshAsync(tokens.RefreshToken, ("scope", ""), ("extra", "foobar"), ("client_secret", ""));
        Assert.Equal((200, null), (renewed.Status, renewed.Text("scope")));
        Expect.Json(await _shop.RefreshAsync(""), 400, "invalid_request");
        Expect.Json(await _shop.RedeemAsync(""), 400, "invalid_request");
        foreach (var path in (string[])["/oauth2/revoke", "/oauth2/introspect"])
        {
            Assert.Equal((400, "invalid_request"), (await PostAsync(path, ("token", ""))) is var (status, json) ? (status, json.GetProperty("error").GetString()) : default);
        }
    }

    [Theory] // COM-03, COM-07, PAR-02: with and without a stated length
    [InlineData("/oauth2/token", 400)]
    [InlineData("/oauth2/revoke", 400)]
    [InlineData("/oauth2/introspect", 400)]
    [InlineData("/oauth2/par", 413)]
    public async Task A_body_that_is_too_large_is_refused(string path, int status)
    {
        foreach (var stated in (bool[])[true, false])
        {
            using HttpContent content = stated
                ? new StringContent("token=" + new string('x', 70_000))
                : new StreamContent(new UnknownLength(Encoding.ASCII.GetBytes("token=" + new string('x', 70_000))));
            content.Headers.ContentType = new("application/x-www-form-urlencoded");
            using var client = _host.NewClient();
            using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content);
            Assert.Equal((status, "application/json", "no-store"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, answer.Headers.CacheControl!.ToString()));
            Assert.Equal("invalid_request", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString());
        }
    }

    [Theory] // COM-03: more parameters than any honest form has, octets that are no text, text that is no escape
    [InlineData("many")]
    [InlineData("octets")]
    [InlineData("escapes")]
    [InlineData("nul")]
    [InlineData("surrogate")]
    public async Task A_form_of_nonsense_is_a_refusal_and_no_more(string kind)
    {
        byte[] body = kind switch
        {
            "many" => Encoding.ASCII.GetBytes(string.Join('&', Enumerable.Range(0, 300).Select(i => $"p{i}=x"))),
            "octets" => [.. "grant_type=refresh_token&refresh_token="u8, 0xFF, 0xFE, 0xC0, 0x80],
            "escapes" => "grant_type=refresh_token&refresh_token=%ZZ%&%=%00&=x&&&"u8.ToArray(),
            "nul" => "grant_type=refresh_token&refresh_token=a%00b.1.c"u8.ToArray(),
            _ => "grant_type=refresh_token&refresh_token=%ED%A0%80"u8.ToArray(),
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/token") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/x-www-form-urlencoded");
        request.Headers.Authorization = Basic("shop", _shop.Secret!);
        using var client = _host.NewClient();
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString(), (string[])["invalid_request", "invalid_grant"]);
    }

    [Fact] // INT-01: every member of RFC 7662 §2.2 that there is
    public async Task Introspection_of_a_living_token_names_what_it_stands_for()
    {
        var tokens = await _shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        var (_, access) = await PostAsync("/oauth2/introspect", ("token", tokens.AccessToken), ("token_type_hint", "refresh_token"));
        var claims = new JsonWebToken(tokens.AccessToken);
        Assert.True(access.GetProperty("active").GetBoolean());
        Assert.Equal(("Bearer", "shop", claims.Subject, XeniosHost.Url), (Text(access, "token_type"), Text(access, "client_id"), Text(access, "sub"), Text(access, "iss")));
        Assert.Equal((claims.Id, claims.GetPayloadValue<long>("exp"), claims.GetPayloadValue<long>("iat")), (Text(access, "jti"), access.GetProperty("exp").GetInt64(), access.GetProperty("iat").GetInt64()));
        Assert.Equal("openid profile email offline_access", Text(access, "scope"));
        Assert.True(access.TryGetProperty("aud", out _));

        var (_, refresh) = await PostAsync("/oauth2/introspect", ("token", tokens.RefreshToken), ("token_type_hint", "nonsense"));
        Assert.Equal((true, "shop", claims.Subject), (refresh.GetProperty("active").GetBoolean(), Text(refresh, "client_id"), Text(refresh, "sub")));
    }

    [Fact] // INT-01, E11: exactly inactive, whatever is wrong
    public async Task Introspection_of_anything_else_is_inactive_and_nothing_more()
    {
        var tokens = await _shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        var code = (await _shop.SignInAsync(_host.NewBrowser())).LocationParameter("code");
        var parts = tokens.AccessToken.Split('.');
        var payload = Encoding.UTF8.GetString(Jwt.Decode(parts[1]));
        string[] dead =
        [
            $"{parts[0]}.{Jwt.Encode(Encoding.UTF8.GetBytes(payload.Replace("\"openid", "\"admin openid", StringComparison.Ordinal)))}.{parts[2]}",
            $"{Jwt.Encode("{\"alg\":\"none\",\"typ\":\"at+jwt\"}"u8.ToArray())}.{parts[1]}.",
            $"{parts[0]}.{parts[1]}.{parts[2]}x", $"{parts[0]}.{parts[1]}.", tokens.AccessToken + "=", tokens.AccessToken.ToUpperInvariant(),
            tokens.IdToken, code!, "x", "..", "é", "\0", new string('a', 20_000), tokens.RefreshToken + "x", tokens.RefreshToken!.Replace(".1.", ".2.", StringComparison.Ordinal),
        ];
        foreach (var token in dead)
        {
            var (status, json) = await PostAsync("/oauth2/introspect", ("token", token));
            Assert.Equal((200, """{"active":false}"""), (status, json.GetRawText()));
        }

        _host.Clock.Advance(TimeSpan.FromSeconds(3631));
        Assert.Equal("""{"active":false}""", (await PostAsync("/oauth2/introspect", ("token", tokens.AccessToken))).Json.GetRawText());
    }

    [Fact] // INT-01: the caller must be somebody with a secret
    public async Task Introspection_tells_a_public_client_nothing()
    {
        await _host.ApplyAsync("applications: [{ client_id: spa, type: spa, redirect_uris: [https://spa.test/cb] }]");
        using var form = new FormUrlEncodedContent([new("client_id", "spa"), new("token", "x")]);
        using var client = _host.NewClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync(new Uri("/oauth2/introspect", UriKind.Relative), form)).StatusCode);
    }

    [Fact] // REV-01: public clients by their name alone; only their own
    public async Task Revocation_by_a_public_client_ends_its_own_tokens()
    {
        await _host.ApplyAsync("applications: [{ client_id: spa, type: spa, redirect_uris: [https://spa.test/cb], connections: [x] }]");
        var spa = RelyingParty.Spa(_host);
        var browser = _host.NewBrowser();
        var page = await browser.PressAsync(await spa.SignInAsync(browser, "ada", Offline), "/consent", ("consent", "allow"));
        var mine = await spa.RedeemAsync(page.LocationParameter("code"));
        var theirs = await _shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        using var client = _host.NewClient();
        foreach (var token in (string[])[mine.RefreshToken!, theirs.RefreshToken!, theirs.AccessToken])
        {
            using var form = new FormUrlEncodedContent([new("client_id", "spa"), new("token", token)]);
            using var answer = await client.PostAsync(new Uri("/oauth2/revoke", UriKind.Relative), form);
            Assert.Equal((HttpStatusCode.OK, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        }

        Assert.Equal(401, (await spa.UserInfoAsync(mine.AccessToken)).Status);
        Expect.Json(await spa.RefreshAsync(mine.RefreshToken), 400, "invalid_grant");
        Assert.Equal(200, (await _shop.UserInfoAsync(theirs.AccessToken)).Status);
        Assert.Equal(200, (await _shop.RefreshAsync(theirs.RefreshToken)).Status);
    }

    [Fact] // REV-01
    public async Task Revocation_of_another_kind_of_token_is_unsupported_and_a_wrong_hint_does_no_harm()
    {
        var tokens = await _shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        var (status, json) = await PostAsync("/oauth2/revoke", ("token", tokens.IdToken), ("token_type_hint", "id_token"));
        Assert.Equal((400, "unsupported_token_type"), (status, Text(json, "error")));
        Assert.Equal(200, (await PostAsync("/oauth2/revoke", ("token", tokens.AccessToken), ("token_type_hint", "id_token"))).Status);
        Assert.Equal(401, (await _shop.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal(200, (await PostAsync("/oauth2/revoke", ("token", tokens.AccessToken))).Status);
    }

    [Theory] // COM-09: a set, each name by its exact letters
    [InlineData("email openid", true, true)]
    [InlineData("openid openid  email", true, true)]
    [InlineData("OPENID email", false, true)]
    [InlineData("openid EMAIL", true, false)]
    public async Task Scopes_are_a_set_of_exact_names(string scope, bool idToken, bool email)
    {
        var tokens = await _shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", ("scope", scope));
        Assert.Equal((200, idToken), (tokens.Status, tokens.Json.TryGetProperty("id_token", out _)));
        Assert.Equal(email, new JsonWebToken(tokens.AccessToken).GetPayloadValue<string>("scope").Split(' ').Contains("email"));
    }

    [Fact] // RES-01
    public async Task Several_resources_become_several_audiences_and_wrong_ones_are_refused()
    {
        var machine = new Uri("/oauth2/token", UriKind.Relative);
        async Task<(int Status, JsonElement Json)> AskAsync(params string[] resources)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, machine)
            {
                Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), .. resources.Select(resource => new KeyValuePair<string, string>("resource", resource))]),
            };
            request.Headers.Authorization = Basic("machine", TokenResources.MachineSecret);
            using var client = _host.NewClient();
            using var answer = await client.SendAsync(request);
            return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
        }

        await _host.ApplyAsync(
            $"applications: [{{ client_id: machine, type: machine, client_secret: {TokenResources.MachineSecret}, resources: [\"https://a.test\", \"https://b.test/\"] }}]");
        var (status, json) = await AskAsync("https://a.test", "https://b.test/");
        Assert.Equal(200, status);
        Assert.Equal(["https://a.test", "https://b.test/"], new JsonWebToken(Text(json, "access_token")).Audiences);
        foreach (var wrong in (string[])["https://b.test", "https://A.test", "https://a.test#x", "https://a.test/../a.test", "/orders", "a.test", "javascript:alert(1)"])
        {
            (status, json) = await AskAsync("https://a.test", wrong);
            Assert.Equal((wrong, 400, "invalid_target"), (wrong, status, Text(json, "error")));
        }

        Assert.Equal("invalid_target", Text((await AskAsync([.. Enumerable.Range(0, 50).Select(i => $"https://{i}.test")])).Json, "error"));
    }

    [Fact] // RFT-04: OpenID Connect Core §12.2, checked by a library that is not ours
    public async Task The_id_token_of_a_refresh_is_of_the_same_person_and_for_the_new_access_token()
    {
        var first = await _shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", Offline);
        _host.Clock.Advance(TimeSpan.FromMinutes(5));
        var renewed = await _shop.RefreshAsync(first.RefreshToken);
        await _shop.ValidateAsync(renewed.IdToken);
        var (before, after) = (Jwt.Payload(first.IdToken), Jwt.Payload(renewed.IdToken));
        Assert.All(["iss", "sub", "aud", "auth_time", "sid"], name => Assert.Equal(before.GetProperty(name).ToString(), after.GetProperty(name).ToString()));
        Assert.Equal(300, after.GetProperty("iat").GetInt64() - before.GetProperty("iat").GetInt64());
        Assert.Equal(Jwt.Encode(System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(renewed.AccessToken))[..16]), Text(after, "at_hash"));
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static System.Net.Http.Headers.AuthenticationHeaderValue Basic(string id, string secret) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}")));

    private async Task<(int Status, JsonElement Json)> PostAsync(string path, params (string Name, string? Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value!))) };
        request.Headers.Authorization = Basic("shop", _shop.Secret!);
        using var client = _host.NewClient();
        using var answer = await client.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, body.Length == 0 ? default : JsonDocument.Parse(body).RootElement);
    }

    private sealed class UnknownLength(byte[] octets) : MemoryStream(octets)
    {
        public override bool CanSeek => false;
    }
}
