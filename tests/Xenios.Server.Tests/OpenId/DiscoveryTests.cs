using System.Net;
using System.Text.Json;
using Xenios.Protocol;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>Discovery and keys, and that everything announced works (standards DSC-01 to DSC-08, COM-08).</summary>
public sealed class DiscoveryTests(TwoEnvironmentsHost shared) : IClassFixture<TwoEnvironmentsHost>
{
    private const string Second = TwoEnvironmentsHost.Second;

    private readonly XeniosHost _host = shared.Host;
    private HashSet<string>? _givenClaims;

    [Fact] // DSC-01, DSC-02, COM-08; for an issuer with a path the forms of RFC 8414 §3.1 and of OpenID Connect Discovery §4.1
    public async Task One_document_lies_at_every_well_known_address()
    {
        foreach (var (issuer, addresses) in ((string, string[])[])[
            (XeniosHost.Url, ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]),
            (Second, ["/e/two/.well-known/openid-configuration", "/e/two/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/e/two", "/.well-known/openid-configuration/e/two"])])
        {
            var documents = new List<string>();
            foreach (var address in addresses)
            {
                var page = await GetAsync(XeniosHost.Url + address);
                Assert.Equal((address, HttpStatusCode.OK), (address, page.Status));
                Assert.Equal("application/json", page.Headers["Content-Type"]);
                Assert.StartsWith("public, max-age=", page.Headers["Cache-Control"], StringComparison.Ordinal);
                documents.Add(page.Html);
            }

            Assert.Single(documents.Distinct());
            var document = JsonDocument.Parse(documents[0]).RootElement;
            Assert.Equal(issuer, document.GetProperty("issuer").GetString());

            // DSC-06: every address on the issuer's host, below the issuer.
            foreach (var member in document.EnumerateObject().Where(m => m.Name.EndsWith("_endpoint", StringComparison.Ordinal) || m.Name.EndsWith("_uri", StringComparison.Ordinal)))
            {
                Assert.StartsWith(issuer + "/", member.Value.GetString(), StringComparison.Ordinal);
                Assert.NotEqual(HttpStatusCode.NotFound, (await GetAsync(member.Value.GetString()!)).Status);
            }
        }
    }

    [Theory] // DSC-01: nothing at the addresses of environments that are not there
    [InlineData("/.well-known/oauth-authorization-server/e/none")]
    [InlineData("/.well-known/oauth-authorization-server/e/default")]
    [InlineData("/.well-known/oauth-authorization-server/two")]
    public async Task Unknown_environment_has_no_document(string address) => Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(XeniosHost.Url + address)).Status);

    [Theory] // COM-08
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/oauth2/jwks")]
    public async Task Document_that_is_known_is_not_sent_again(string path)
    {
        var tag = (await GetAsync(XeniosHost.Url + path)).Headers["ETag"];
        foreach (var (known, status) in ((string, HttpStatusCode)[])[(tag, HttpStatusCode.NotModified), ($"W/{tag}", HttpStatusCode.NotModified), ($"\"a\", {tag}", HttpStatusCode.NotModified), ("\"a\"", HttpStatusCode.OK)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, XeniosHost.Url + path);
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
            var page = await _host.NewBrowser().SendAsync(request);
            Assert.Equal((known, status), (known, page.Status));
            Assert.Equal("*", page.Headers["Access-Control-Allow-Origin"]);
            Assert.False(page.Headers.ContainsKey("Access-Control-Allow-Credentials"));
        }
    }

    [Fact] // DSC-08
    public async Task Keys_are_public_and_strong()
    {
        var keys = JsonDocument.Parse((await GetAsync($"{XeniosHost.Url}/oauth2/jwks")).Html).RootElement.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(["RSA", "EC"], keys.Select(key => Text(key, "kty")));
        Assert.Equal(["RS256", "ES256"], keys.Select(key => Text(key, "alg")));
        Assert.All(keys, key => Assert.Equal("sig", Text(key, "use")));
        Assert.Equal(2, keys.Select(key => Text(key, "kid")).Distinct().Count());
        Assert.All(keys, key => Assert.Empty(key.EnumerateObject().Select(member => member.Name).Intersect(["d", "p", "q", "dp", "dq", "qi", "k", "oth"])));
        Assert.True(Jwt.Decode(Text(keys[0], "n")).Length >= 256);
        Assert.Equal("P-256", Text(keys[1], "crv"));

        var other = JsonDocument.Parse((await GetAsync($"{Second}/oauth2/jwks")).Html).RootElement.GetProperty("keys").EnumerateArray();
        Assert.Empty(keys.Select(key => Text(key, "kid")).Intersect(other.Select(key => Text(key, "kid"))));
    }

    [Fact] // DSC-04: walks the document itself; what it announces and this walk does not know fails
    public async Task Everything_announced_works_in_a_real_sign_in()
    {
        var document = JsonDocument.Parse((await GetAsync($"{XeniosHost.Url}/.well-known/openid-configuration")).Html).RootElement;
        foreach (var member in document.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Array))
        {
            foreach (var value in member.Value.EnumerateArray().Select(v => v.GetString()!))
            {
                Assert.True(await WorksAsync(member.Name, value), $"{member.Name}: {value}");
            }
        }

        Assert.True(document.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
        Assert.True(document.GetProperty("claims_parameter_supported").GetBoolean());

        // Both walked in BackchannelLogoutTests.
        Assert.True(document.GetProperty("backchannel_logout_supported").GetBoolean());
        Assert.True(document.GetProperty("backchannel_logout_session_supported").GetBoolean());
        Assert.All(
            ["request_parameter_supported", "request_uri_parameter_supported", "require_request_uri_registration"],
            name => Assert.False(document.GetProperty(name).GetBoolean(), name));
    }

    [Fact] // DSC-04: and nothing is said that was not announced
    public async Task No_claim_is_given_that_was_not_announced()
    {
        var announced = JsonDocument.Parse((await GetAsync($"{XeniosHost.Url}/.well-known/openid-configuration")).Html).RootElement
            .GetProperty("claims_supported").EnumerateArray().Select(v => v.GetString()!).ToHashSet();
        Assert.Superset(await GivenClaimsAsync(), announced);
    }

    private async Task<bool> WorksAsync(string member, string value)
    {
        var shop = new RelyingParty(_host);
        return member switch
        {
            "response_types_supported" => await SucceedsAsync(shop, ("response_type", value)),
            "response_modes_supported" => await SucceedsAsync(shop, ("response_mode", value)),
            "scopes_supported" when value == "offline_access" => await OnTokenHostAsync(async (host, party) =>
                (await party.SignInAndRedeemAsync(host.NewBrowser(), "ada", ("scope", "openid offline_access"))).RefreshToken is not null),
            "scopes_supported" => await SucceedsAsync(shop, ("scope", value)),
            "code_challenge_methods_supported" => await SucceedsAsync(shop, ("code_challenge_method", value)),
            "grant_types_supported" when value == "refresh_token" => await OnTokenHostAsync(async (host, party) =>
                (await party.RefreshAsync((await party.SignInAndRedeemAsync(host.NewBrowser(), "ada", ("scope", "openid offline_access"))).RefreshToken)).Status == 200),
            "grant_types_supported" when value == "client_credentials" => await OnTokenHostAsync(async (host, _) =>
                (await new RelyingParty(host) { ClientId = "machine", Secret = TokenResources.MachineSecret }
                    .RedeemAsync(null, ("grant_type", value), ("redirect_uri", null), ("code_verifier", null))).Status == 200),
            "grant_types_supported" => (await shop.RedeemAsync((await shop.SignInAsync(_host.NewBrowser())).LocationParameter("code"), ("grant_type", value))).Status == 200,
            "subject_types_supported" => value == "public" && await SubjectAsync(shop) == await SubjectAsync(RelyingParty.Other(_host)),
            "id_token_signing_alg_values_supported" => Text(Jwt.Header((await PartyOf(value).SignInAndRedeemAsync(_host.NewBrowser())).IdToken), "alg") == value,
            "token_endpoint_auth_methods_supported" or "revocation_endpoint_auth_methods_supported" or "introspection_endpoint_auth_methods_supported" when value.EndsWith("_jwt", StringComparison.Ordinal) =>
                await AssertionWorksAsync(EndpointOf(member), value == "private_key_jwt" ? ClientSigner.New("ES256") : AssertionSecret()),
            "token_endpoint_auth_signing_alg_values_supported" or "revocation_endpoint_auth_signing_alg_values_supported" or "introspection_endpoint_auth_signing_alg_values_supported" =>
                await AssertionWorksAsync(EndpointOf(member), value[0] == 'H' ? AssertionSecret().As(value) : ClientSigner.New(value)),
            "token_endpoint_auth_methods_supported" => (await PartyOf(value).SignInAndRedeemAsync(_host.NewBrowser())).Status == 200,
            "revocation_endpoint_auth_methods_supported" => await AcceptsAsync("/oauth2/revoke", PartyOf(value)),
            "introspection_endpoint_auth_methods_supported" => await AcceptsAsync("/oauth2/introspect", PartyOf(value)),
            "claim_types_supported" => value == "normal",
            "claims_supported" => (await GivenClaimsAsync()).Contains(value),
            "prompt_values_supported" => await PromptWorksAsync(shop, value),
            "display_values_supported" => await SucceedsAsync(shop, ("display", value)),
            "ui_locales_supported" => (await _host.NewBrowser().GoAsync(shop.AuthorizeUrl(("ui_locales", value)))).Html.Contains($"<html lang=\"{value}\"", StringComparison.Ordinal),
            _ => false,
        };
    }

    private static async Task<bool> OnTokenHostAsync(Func<XeniosHost, RelyingParty, Task<bool>> works)
    {
        await using var host = await XeniosHost.StartAsync(options => options.Resources = TokenResources.Yaml);
        return await works(host, new RelyingParty(host));
    }

    private static ClientSigner AssertionSecret() => ClientSigner.OfSecret("secret-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-abcdefghijk");

    private static string EndpointOf(string member) => $"/oauth2/{member.Split('_')[0] switch { "token" => "token", "revocation" => "revoke", _ => "introspect" }}";

    private async Task<bool> AssertionWorksAsync(string path, ClientSigner signer)
    {
        var method = signer.Algorithm[0] == 'H'
            ? "client_secret_jwt, client_secret: secret-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-abcdefghijk"
            : $"private_key_jwt, jwks: {ClientSigner.Jwks(signer.Jwk())}";
        await _host.ApplyAsync($"applications: [{{ client_id: assertive, type: machine, token_endpoint_auth_method: {method} }}]");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["token"] = "unknown",
            ["client_assertion_type"] = ClientAssertion.Type,
            ["client_assertion"] = signer.Assert("assertive", _host.Clock.GetUtcNow()),
        });
        using var client = _host.NewClient();
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), form);
        return answer.IsSuccessStatusCode;
    }

    private async Task<bool> AcceptsAsync(string path, RelyingParty party)
    {
        var form = new Dictionary<string, string> { ["token"] = "unknown" };
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (party.Secret is null || party.SecretInBody)
        {
            form["client_id"] = party.ClientId;
            if (party.Secret is not null)
            {
                form["client_secret"] = party.Secret;
            }
        }
        else
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{party.ClientId}:{party.Secret}")));
        }

        request.Content = new FormUrlEncodedContent(form);
        using var client = _host.NewClient();
        using var answer = await client.SendAsync(request);
        return answer.IsSuccessStatusCode;
    }

    private RelyingParty PartyOf(string value) => value switch
    {
        SigningAlgorithms.ES256 or "client_secret_post" => RelyingParty.Other(_host),
        "none" => RelyingParty.Spa(_host),
        _ => new RelyingParty(_host),
    };

    private async Task<bool> SucceedsAsync(RelyingParty party, (string, string?) change)
    {
        var page = await party.SignInAsync(_host.NewBrowser(), "ada", change);
        var code = page.LocationParameter("code") ?? page.Forms.SelectMany(form => form.Fields).FirstOrDefault(field => field.Key == "code").Value;
        return (await party.RedeemAsync(code)).Status == 200;
    }

    private async Task<bool> PromptWorksAsync(RelyingParty party, string prompt)
    {
        var browser = _host.NewBrowser();
        await party.SignInAsync(browser);
        var page = await browser.GoAsync(party.AuthorizeUrl(("prompt", prompt)));
        if (prompt == "none")
        {
            return page.LocationParameter("code") is not null;
        }

        Assert.Null(page.Location);
        page = prompt switch
        {
            "select_account" => await browser.PressAsync(page, "/account"),
            "consent" => await browser.PressAsync(page, "/consent", ("consent", "allow")),
            _ => await browser.PickAsync(await browser.LeaveAsync(page), "ada"),
        };

        // X over OAuth 2.0 proves no fresh sign-in, a code does.
        page = prompt == "login" ? await browser.PressAsync(page, "/email/code", ("code", _host.MailedCode)) : page;
        return page.LocationParameter("code") is not null;
    }

    private async Task<string> SubjectAsync(RelyingParty party) => Text(Jwt.Payload((await party.SignInAndRedeemAsync(_host.NewBrowser())).IdToken), "sub");

    private async Task<HashSet<string>> GivenClaimsAsync()
    {
        if (_givenClaims is not null)
        {
            return _givenClaims;
        }

        var shop = new RelyingParty(_host);
        var tokens = await shop.SignInAndRedeemAsync(_host.NewBrowser());
        return _givenClaims = [.. Jwt.Payload(tokens.IdToken).EnumerateObject().Concat((await shop.UserInfoAsync(tokens.AccessToken)).Json.EnumerateObject()).Select(member => member.Name)];
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private Task<Page> GetAsync(string url) => _host.NewBrowser().GetAsync(url);
}
