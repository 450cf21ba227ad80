using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xenios.Protocol;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>How applications prove themselves at the token endpoint (threat E06; standards TOK-02 to TOK-04, CAU-01, CAU-02, COM-01, COM-03, COM-07).</summary>
public sealed class ClientAuthenticationTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string ShopSecret = "shop-secret-0123456789-abcdefghijklmnop";
    private const string OtherSecret = "other-secret-0123456789-abcdefghijklmno";

    private readonly XeniosHost _host = shared.Host;

    public static TheoryData<string, string?, string, int, string> Table => new()
    {
        { "no client", null, "", 401, "invalid_client" },
        { "unknown client", Basic("nobody", ShopSecret), "", 401, "invalid_client" },
        { "wrong secret", Basic("shop", "wrong"), "", 401, "invalid_client" },
        { "secret in other case", Basic("shop", ShopSecret.ToUpperInvariant()), "", 401, "invalid_client" },
        { "empty secret", Basic("shop", ""), "", 401, "invalid_client" },
        { "secret of another client", Basic("shop", OtherSecret), "", 401, "invalid_client" },
        { "no secret though registered", null, "client_id=shop", 401, "invalid_client" },
        { "empty secret in the body", null, "client_id=shop&client_secret=", 401, "invalid_client" },
        { "method not registered: post for basic", null, $"client_id=shop&client_secret={ShopSecret}", 401, "invalid_client" },
        { "method not registered: basic for post", Basic("other", OtherSecret), "", 401, "invalid_client" },
        { "public client with a secret", null, "client_id=spa&client_secret=x", 401, "invalid_client" },
        { "public client by header", Basic("spa", "x"), "", 401, "invalid_client" },
        { "two methods, both right", Basic("shop", ShopSecret), $"client_secret={ShopSecret}", 400, "invalid_request" },
        { "two clients", Basic("shop", ShopSecret), "client_id=other", 400, "invalid_request" },
        { "assertion", null, "client_id=shop&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=e30.e30.", 401, "invalid_client" },
        { "not base64", "Basic %%%", "", 401, "invalid_client" },
        { "no colon", "Basic " + Convert.ToBase64String("shop"u8), "", 401, "invalid_client" },
        { "other scheme", "Bearer " + ShopSecret, "", 401, "invalid_client" },
        { "secret twice", null, $"client_id=other&client_secret={OtherSecret}&client_secret={OtherSecret}", 400, "invalid_request" },
        { "client twice", null, $"client_id=other&client_id=other&client_secret={OtherSecret}", 400, "invalid_request" },
    };

    [Theory] // E06, CAU-02, TOK-02
    [MemberData(nameof(Table))]
    public Task Client_that_proves_nothing_gets_nothing_and_does_not_use_up_the_code(string why, string? authorization, string more, int status, string error) =>
        WithCodeAsync(async (shop, code) =>
        {
            var answer = await PostAsync(authorization, $"{FormOf(shop, code)}&{more}");
            Expect.Json(answer, status, error);
            Assert.Equal(status == 401 ? "Basic realm=\"xenios\", charset=\"UTF-8\"" : "", answer.WwwAuthenticate);

            // Who cannot prove to be a client must not be able to burn somebody's code either.
            Assert.Equal(200, (await shop.RedeemAsync(code)).Status);
        });

    [Theory] // E06, TOK-04: the query is never read
    [InlineData("client_id=shop&client_secret=" + ShopSecret)]
    [InlineData("grant_type=authorization_code")]
    public async Task Credentials_in_the_query_count_for_nothing(string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{XeniosHost.Url}/oauth2/token?{query}") { Content = Form("grant_type=authorization_code&code=x") };
        Expect.Json(await SendAsync(request), 401, "invalid_client");
    }

    [Fact] // E06
    public async Task Two_authorization_headers_are_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{XeniosHost.Url}/oauth2/token") { Content = Form("grant_type=authorization_code&code=x") };
        request.Headers.TryAddWithoutValidation("Authorization", [Basic("shop", ShopSecret), Basic("shop", ShopSecret)]);
        Expect.Json(await SendAsync(request), 400, "invalid_request");
    }

    [Theory] // CAU-01, CAU-02: RFC 6749 §2.3.1, form-encoding inside Basic
    [InlineData("plain-0123456789-abcdefghijklmnopqrstuvwx")]
    [InlineData("colon:percent%25plus+and&blank é \"quote\" =")]
    [InlineData("::%%++&&==  éé")]
    public async Task Secret_of_any_characters_works_by_basic_and_by_post(string secret)
    {
        await SetSecretAsync("shop", secret);
        await SetSecretAsync("other", secret);
        var shop = new RelyingParty(_host);
        var code = (await shop.SignInAsync(_host.NewBrowser())).LocationParameter("code")!;
        Assert.Equal(200, (await PostAsync(Basic("shop", secret), FormOf(shop, code))).Status);

        var other = RelyingParty.Other(_host);
        code = (await other.SignInAsync(_host.NewBrowser())).LocationParameter("code")!;
        Assert.Equal(200, (await PostAsync(null, $"{FormOf(other, code)}&client_id=other&client_secret={Uri.EscapeDataString(secret)}")).Status);

        await SetSecretAsync("shop", ShopSecret);
        await SetSecretAsync("other", OtherSecret);
    }

    [Fact] // CAU-07: of two live secrets both work, a third does not
    public async Task Two_secrets_live_side_by_side_while_one_replaces_the_other()
    {
        await SetSecretAsync("shop", ShopSecret, "the-next-secret-0123456789-abcdefghijkl");
        foreach (var (secret, status) in ((string, int)[])[(ShopSecret, 200), ("the-next-secret-0123456789-abcdefghijkl", 200), ("the-third-secret-0123456789-abcdefghijk", 401)])
        {
            var shop = new RelyingParty(_host) { Secret = secret };
            Assert.Equal(status, (await shop.SignInAndRedeemAsync(_host.NewBrowser())).Status);
        }

        await SetSecretAsync("shop", ShopSecret);
    }

    [Theory] // TOK-03, TOK-04
    [InlineData("", "invalid_request")]
    [InlineData("grant_type=", "invalid_request")]
    [InlineData("grant_type=authorization_code&grant_type=authorization_code", "invalid_request")]
    [InlineData("grant_type=authorization_code", "invalid_request")]
    [InlineData("grant_type=authorization_code&code=a&code=b", "invalid_request")]
    [InlineData("grant_type=password&username=cleo&password=x", "unsupported_grant_type")]
    [InlineData("grant_type=implicit", "unsupported_grant_type")]
    [InlineData("grant_type=AUTHORIZATION_CODE", "unsupported_grant_type")]
    [InlineData("grant_type=bogus", "unsupported_grant_type")]
    public Task Grant_must_be_one_there_is(string form, string error) => Expect.UnchangedAsync(_host, async () =>
        Expect.Json(await PostAsync(Basic("shop", ShopSecret), form), 400, error));

    [Fact] // TOK-03: known, but not for this client
    public async Task Grant_must_be_one_the_client_may_use()
    {
        var office = SharedHost.Office(_host);
        Expect.Json(await office.RedeemAsync("any"), 400, "unauthorized_client");
    }

    [Theory] // COM-03, COM-11
    [InlineData("application/json", "{\"grant_type\":\"authorization_code\",\"code\":\"x\"}")]
    [InlineData("text/plain", "grant_type=authorization_code")]
    [InlineData("multipart/form-data; boundary=b", "--b--")]
    [InlineData("application/x-www-form-urlencoded", "huge")]
    public Task Body_that_is_no_form_is_refused(string type, string body) => Expect.UnchangedAsync(_host, async () =>
    {
        using var content = new StringContent(body == "huge" ? "code=" + new string('x', 70_000) : body, Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{XeniosHost.Url}/oauth2/token") { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", Basic("shop", ShopSecret));
        Expect.Json(await SendAsync(request), 400, "invalid_request");
    });

    private static string Basic(string id, string secret) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}"));

    private static StringContent Form(string text) => new(text, Encoding.UTF8, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));

    private static string FormOf(RelyingParty party, string code) =>
        Parameters.Format([new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", party.RedirectUri), new("code_verifier", party.Verifier)]);

    private async Task WithCodeAsync(Func<RelyingParty, string, Task> act)
    {
        var shop = new RelyingParty(_host);
        var code = (await shop.SignInAsync(_host.NewBrowser())).LocationParameter("code")!;
        await Expect.UnchangedAsync(_host, () => act(shop, code));
    }

    private Task<TokenAnswer> PostAsync(string? authorization, string form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{XeniosHost.Url}/oauth2/token") { Content = Form(form) };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return SendAsync(request);
    }

    private async Task<TokenAnswer> SendAsync(HttpRequestMessage request)
    {
        var page = await _host.NewBrowser().SendAsync(request);
        Assert.Equal(("application/json", "no-store"), (page.Headers["Content-Type"], page.Headers["Cache-Control"]));
        Expect.NoTrace(page);
        return new TokenAnswer((int)page.Status, JsonDocument.Parse(page.Html).RootElement, page.Headers.GetValueOrDefault("WWW-Authenticate") ?? "");
    }

    // Past the rules of the resource file, as a row written by a later version would be.
    private Task SetSecretAsync(string clientId, params string[] secrets) => _host.ExecuteAsync(
        $"UPDATE applications SET secret_hashes = '{JsonSerializer.Serialize(secrets.Select(secret => ClientSecretHash.Of(secret, new byte[16])))}' WHERE client_id = '{clientId}'");
}
