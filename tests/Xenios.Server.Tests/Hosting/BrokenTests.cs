using System.Net;
using System.Text.Json;
using Xenios.Testing;

namespace Xenios.Server.Tests.Hosting;

/// <summary>A broken database: pages say so with a support code, programs get JSON, nobody gets a stack trace (standards COM-11; ux S66).</summary>
public sealed class BrokenTests(TwoEnvironmentsHost shared) : IClassFixture<TwoEnvironmentsHost>
{
    private readonly XeniosHost _host = shared.Host;

    [Fact]
    public async Task Broken_database_is_a_support_code_for_people_and_json_for_programs()
    {
        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        var tokens = await shop.SignInAndRedeemAsync(browser);
        await _host.ExecuteAsync("DROP TABLE ephemeral");

        foreach (var page in (Page[])[await _host.NewBrowser().GetAsync(shop.AuthorizeUrl()), await browser.GetAsync(shop.AuthorizeUrl()), await browser.GetAsync($"{XeniosHost.Url}/signin/abc")])
        {
            Assert.Equal(("S66", HttpStatusCode.InternalServerError), (page.Id, page.Status));
            Assert.Matches("^[0-9A-Z]{5}-[0-9A-Z]{5}$", page.SupportCode);
            Assert.Contains(_host.Log.Lines, line => line.Contains(page.SupportCode!.Replace("-", "", StringComparison.Ordinal), StringComparison.Ordinal));
            Expect.PageHeaders(page);
            Silent(page.Html);
        }

        foreach (var party in (RelyingParty[])[shop, new(_host) { Issuer = TwoEnvironmentsHost.Second }])
        {
            var answer = await party.RedeemAsync("any");
            Assert.Equal((500, "server_error"), (answer.Status, answer.Error));
            Silent(answer.Json.GetRawText());
        }

        foreach (var path in (string[])["/oauth2/par", "/oauth2/revoke", "/oauth2/introspect"])
        {
            var form = new Uri(shop.AuthorizeUrl(("token", tokens.AccessToken))).Query.TrimStart('?');
            using var request = new HttpRequestMessage(HttpMethod.Post, path);
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{shop.ClientId}:{shop.Secret}")));
            request.Content = new FormUrlEncodedContent(Protocol.Parameters.ParseForm(form).Pairs);
            using var client = _host.NewClient();
            using var answer = await client.SendAsync(request);
            Assert.Equal((path, HttpStatusCode.InternalServerError, "application/json"), (path, answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            Silent(await answer.Content.ReadAsStringAsync());
        }

        var (status, json, _) = await shop.UserInfoAsync(tokens.AccessToken);
        Assert.Equal((500, "server_error"), (status, json.GetProperty("error").GetString()));

        // What needs no database goes on.
        var discovery = await _host.NewBrowser().GetAsync($"{XeniosHost.Url}/.well-known/openid-configuration");
        Assert.Equal(XeniosHost.Url, JsonDocument.Parse(discovery.Html).RootElement.GetProperty("issuer").GetString());
    }

    private static void Silent(string text)
    {
        foreach (var word in (string[])["Exception", "   at ", "SELECT", "no such table", "ephemeral"])
        {
            Assert.DoesNotContain(word, text, StringComparison.Ordinal);
        }
    }
}
