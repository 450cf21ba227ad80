using System.Text.Json;
using Xenios.Testing;

namespace Xenios.Server.Tests.OpenId;

/// <summary>What is not offered is neither announced nor accepted (standards DSC-04, CAU-03, CAU-05, PAR-05, UIN-03, DSC-10, PRM-09, CLM-03, ATK-04).</summary>
public sealed class NotOfferedTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly XeniosHost _host = shared.Host;

    [Theory] // CAU-03, CAU-05, UIN-03, DSC-10, ATK-04
    [InlineData("token_endpoint_auth_signing_alg_values_supported", "EdDSA")]
    [InlineData("id_token_signing_alg_values_supported", "EdDSA")]
    [InlineData("token_endpoint_auth_methods_supported", "tls_client_auth")]
    [InlineData("token_endpoint_auth_methods_supported", "self_signed_tls_client_auth")]
    [InlineData("mtls_endpoint_aliases", null)]
    [InlineData("tls_client_certificate_bound_access_tokens", null)]
    [InlineData("userinfo_signing_alg_values_supported", null)]
    [InlineData("signed_metadata", null)]
    [InlineData("acr_values_supported", null)]
    public async Task Metadata_does_not_announce_it(string member, string? value)
    {
        using var client = _host.NewClient();
        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri("/.well-known/openid-configuration", UriKind.Relative)));
        var announced = document.RootElement.TryGetProperty(member, out var found);
        Assert.True(value is null ? !announced : announced && !found.EnumerateArray().Any(one => one.GetString() == value), member);
    }

    [Theory] // CAU-03, CAU-05: what could never authenticate is refused when it is registered
    [InlineData("token_endpoint_auth_method: tls_client_auth")]
    [InlineData("token_endpoint_auth_method: self_signed_tls_client_auth")]
    [InlineData("token_endpoint_auth_method: private_key_jwt, token_endpoint_auth_signing_alg: EdDSA, jwks_uri: \"https://rp.test/jwks\"")]
    [InlineData("token_endpoint_auth_method: private_key_jwt, jwks: { keys: [{ kty: OKP, crv: Ed25519, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo }] }")]
    public async Task Application_cannot_be_registered_with_it(string fields) =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => _host.ApplyAsync($"applications: [{{ client_id: odd, type: web, redirect_uris: [\"https://odd.test/cb\"], connections: [x], {fields} }}]"));

    [Fact] // PAR-05: a redirect URI is registered, also for a client that proved itself
    public async Task Pushed_request_with_an_unregistered_redirect_uri_is_refused()
    {
        var shop = new RelyingParty(_host) { RedirectUri = "https://rp.test/unregistered" };
        var query = Protocol.Parameters.ParseForm(new Uri(shop.AuthorizeUrl()).Query.AsSpan(1));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/par") { Content = new FormUrlEncodedContent(query.Pairs) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{shop.ClientId}:{shop.Secret}")));
        using var client = _host.NewClient();
        using var answer = await client.SendAsync(request);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((400, "invalid_request"), ((int)answer.StatusCode, json.RootElement.GetProperty("error").GetString()));
    }

    [Fact] // UIN-03, UIN-02: JSON, whatever is asked for
    public async Task Userinfo_is_never_a_signed_token()
    {
        var tokens = await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/oauth2/userinfo");
        request.Headers.Authorization = new("Bearer", tokens.AccessToken);
        request.Headers.Accept.ParseAdd("application/jwt");
        using var client = _host.NewClient();
        using var answer = await client.SendAsync(request);
        Assert.Equal((200, "application/json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
    }

    [Theory] // DSC-10: and tells nothing of who is here
    [InlineData("acct:cleo@example.com")]
    [InlineData("acct:nobody@example.com")]
    public async Task Webfinger_knows_nobody(string who)
    {
        using var client = _host.NewClient();
        using var answer = await client.GetAsync(new Uri($"/.well-known/webfinger?resource={Uri.EscapeDataString(who)}&rel=http://openid.net/specs/connect/1.0/issuer", UriKind.Relative));
        Assert.Equal(404, (int)answer.StatusCode);
    }

    [Fact] // PRM-09: what X did is not known, so nothing is claimed of it; PRM-08 likewise
    public async Task Brokered_sign_in_says_neither_amr_nor_acr()
    {
        var tokens = await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser(), "ada", ("acr_values", "urn:mace:incommon:iap:silver"), ("claims", """{"id_token":{"amr":null,"acr":null}}"""));
        foreach (var token in (string[])[tokens.IdToken, tokens.AccessToken])
        {
            Assert.DoesNotContain(Jwt.Payload(token).EnumerateObject(), claim => claim.Name is "amr" or "acr");
        }
    }

    [Theory] // CLM-03
    [InlineData("openid", "sub")]
    [InlineData("openid email", "sub email email_verified")]
    [InlineData("openid profile", "sub name picture preferred_username updated_at x_handle x_id")]
    public async Task Scopes_give_their_claims_in_the_types_of_the_specification(string scope, string claims)
    {
        var shop = new RelyingParty(_host);
        var tokens = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", ("scope", scope));
        var info = (await shop.UserInfoAsync(tokens.AccessToken)).Json;
        Assert.Equal(claims.Split(' ').Order(StringComparer.Ordinal), info.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.All(info.EnumerateObject(), member => Assert.Equal(
            member.Name switch { "email_verified" => "boolean", "updated_at" => "number", _ => "string" },
            member.Value.ValueKind switch { JsonValueKind.True or JsonValueKind.False => "boolean", JsonValueKind.Number => "number", JsonValueKind.String => "string", var other => other.ToString() }));
        if (info.TryGetProperty("updated_at", out var updated))
        {
            Assert.InRange(updated.GetInt64(), 1, _host.Clock.GetUtcNow().ToUnixTimeSeconds());
        }
    }
}
