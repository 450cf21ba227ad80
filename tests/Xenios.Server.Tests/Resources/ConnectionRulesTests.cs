using Xenios.Sdk;
using Xenios.Server.Resources;
using static Xenios.Server.Tests.Resources.ResourceTexts;

namespace Xenios.Server.Tests.Resources;

/// <summary>Which connections may be stored, and what X's credentials tell before X is asked.</summary>
public sealed class ConnectionRulesTests
{
    // Client IDs as X makes them: base64url of "…:1:ci" and "…:1:na".
    private const string ClientId = "M1M5R3BMVy13QmpScXkzTUt5OE46MTpjaQ";
    private const string NativeId = "M1M5R3BMVy13QmpScXkzTUt5OE46MTpuYQ";
    private const string ApiKey = "abcdefghij0123456789ABCDE";
    private const string X = "slug: x, kind: x";
    private const string Oidc = "slug: o, kind: oidc, issuer: https://login.example, client_id: c";
    private const string OAuth2 = "slug: o, kind: oauth2, client_id: c, authorization_endpoint: https://a.example/authorize, token_endpoint: https://a.example/token, userinfo_endpoint: https://a.example/me";

    [Theory]
    [InlineData("blank", X)]
    [InlineData("both blank", X + ", client_id: \"\", client_secret: \"\", api_key: \"\", api_key_secret: \"\"")]
    [InlineData("own app", X + ", client_id: " + ClientId + ", client_secret: s3cret")]
    [InlineData("public app", X + ", client_id: " + NativeId)]
    [InlineData("1.0a", X + ", protocol: oauth1a, api_key: " + ApiKey + ", api_key_secret: s")]
    [InlineData("both pairs", X + ", client_id: c, client_secret: s, api_key: k, api_key_secret: s")]
    [InlineData("other hosts", X + ", hosts: { web: \"http://127.0.0.1:7401\", api: \"https://api.x.com\" }")]
    [InlineData("scopes", X + ", scopes: [tweet.read, users.read, offline.access]")]
    [InlineData("1.0a ignores them", X + ", protocol: oauth1a, scopes: [users.email]")]
    [InlineData("1.0a by preset", X + ", policy: { preset: wso2 }, scopes: []")]
    [InlineData("hub", X + ", callback_host: id.example")]
    [InlineData("default host", X + ", callback_host: default")]
    [InlineData("callback", X + ", callback_url: \"https://localhost:9443/commonauth\"")]
    [InlineData("subject", X + ", subject_attribute: id")]
    [InlineData("mappings", X + ", attributes: [{ external: username, local: preferred_username }, { external: screen_name, local: nickname }]")]
    [InlineData("link rules", X + ", policy: { link_rules: [{ external: email, local: email }, { external: username, local: username }] }")]
    [InlineData("always", X + ", policy: { email_trust: always }")]
    [InlineData("oidc", Oidc)]
    [InlineData("oidc scopes", Oidc + ", scopes: [openid, groups], client_secret: s, subject_attribute: oid")]
    [InlineData("oauth2", OAuth2)]
    [InlineData("oauth2 with issuer", OAuth2 + ", issuer: https://a.example")]
    public void It_may_be_stored(string rule, string fields) => Assert.Empty(Check(rule, fields));

    [Theory]
    [InlineData("no slug", "kind: x", "slug required")]
    [InlineData("capital in a slug", "slug: X, kind: x", "slug malformed")]
    [InlineData("hyphen first", "slug: -x, kind: x", "slug malformed")]
    [InlineData("underscore", "slug: a_b, kind: x", "slug malformed")]
    [InlineData("64 characters", "slug: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, kind: x", "slug malformed")]
    [InlineData("no kind", "slug: x", "kind required")]
    [InlineData("empty name", X + ", name: \"\"", "name out_of_range")]
    [InlineData("secret alone", X + ", client_secret: s", "client_id conflict")]
    [InlineData("key alone", X + ", api_key: k", "api_key_secret conflict")]
    [InlineData("key secret alone", X + ", api_key_secret: s", "api_key conflict")]
    [InlineData("XD-04 blank before", X + ", client_id: \" c\"", "client_id malformed")]
    [InlineData("XD-04 line end after", X + ", client_id: c, client_secret: \"s\\n\"", "client_secret malformed")]
    [InlineData("XD-04 blank within", X + ", client_id: \"c c\"", "client_id malformed")]
    [InlineData("XD-03 access token", X + ", client_id: 12345-abcdef", "client_id X-101")]
    [InlineData("XD-03 access token as key", X + ", api_key: 12345-abcdef, api_key_secret: s", "api_key X-101")]
    [InlineData("XD-02 client ID as key", X + ", protocol: oauth1a, api_key: " + ClientId + ", api_key_secret: s", "api_key X-101")]
    [InlineData("XD-02 native client ID as key", X + ", protocol: oauth1a, api_key: " + NativeId + ", api_key_secret: s", "api_key X-101")]
    [InlineData("XD-22 no users.read", X + ", scopes: [tweet.read]", "scopes required")]
    [InlineData("XD-22 nothing", X + ", scopes: []", "scopes required")]
    [InlineData("XD-23 unknown scope", X + ", scopes: [tweet.read, users.read, account_info.read]", "scopes[2] unknown")]
    [InlineData("scope twice", X + ", scopes: [tweet.read, users.read, tweet.read]", "scopes[2] duplicate")]
    [InlineData("host in the clear", X + ", hosts: { web: \"http://x.com\" }", "hosts.web malformed")]
    [InlineData("host with a path", X + ", hosts: { api: \"https://api.x.com/2\" }", "hosts.api malformed")]
    [InlineData("host with a slash", X + ", hosts: { api: \"https://api.x.com/\" }", "hosts.api malformed")]
    [InlineData("L-204 handle", X + ", subject_attribute: username", "subject_attribute L-204")]
    [InlineData("L-204 screen name", X + ", subject_attribute: screen_name", "subject_attribute L-204")]
    [InlineData("other subject", X + ", subject_attribute: email", "subject_attribute not_allowed")]
    [InlineData("issuer of X", X + ", issuer: https://x.com", "issuer not_allowed")]
    [InlineData("endpoint of X", X + ", token_endpoint: https://x.com", "token_endpoint not_allowed")]
    [InlineData("callback in the clear", X + ", callback_url: http://id.example/login/callback", "callback_url malformed")]
    [InlineData("callback host", X + ", callback_host: \"https://id.example\"", "callback_host malformed")]
    [InlineData("oidc without issuer", "slug: o, kind: oidc, client_id: c", "issuer required")]
    [InlineData("oidc without client_id", "slug: o, kind: oidc, issuer: https://login.example", "client_id required")]
    [InlineData("oidc without openid", Oidc + ", scopes: [email]", "scopes required")]
    [InlineData("oidc with an endpoint", Oidc + ", token_endpoint: https://login.example/t", "token_endpoint not_allowed")]
    [InlineData("oidc with an API key", Oidc + ", api_key: k", "api_key not_allowed")]
    [InlineData("oidc with hosts", Oidc + ", hosts: {}", "hosts not_allowed")]
    [InlineData("oidc over 1.0a", Oidc + ", protocol: oauth1a", "protocol not_allowed")]
    [InlineData("issuer with a query", "slug: o, kind: oidc, issuer: \"https://login.example?x\", client_id: c", "issuer malformed")]
    [InlineData("endpoint in the clear", OAuth2 + ", issuer: http://a.example", "issuer malformed")]
    [InlineData("external twice", X + ", attributes: [{ external: a, local: b }, { external: a, local: c }]", "attributes[1].external duplicate")]
    [InlineData("local twice", X + ", attributes: [{ external: a, local: c }, { external: b, local: c }]", "attributes[1].local duplicate")]
    [InlineData("external missing", X + ", attributes: [{ local: c }]", "attributes[0].external required")]
    [InlineData("local missing", X + ", attributes: [{ external: c }]", "attributes[0].local required")]
    [InlineData("local form", X + ", attributes: [{ external: c, local: \"http://wso2.org/claims/x\" }]", "attributes[0].local malformed")]
    [InlineData("three link rules", X + ", policy: { link_rules: [{ external: a, local: email }, { external: b, local: email }, { external: c, local: email }] }", "policy.link_rules out_of_range")]
    [InlineData("shared local attribute", X + ", policy: { link_rules: [{ external: a, local: nickname }] }", "policy.link_rules[0].local not_allowed")]
    public void It_is_refused(string rule, string fields, string finding) => Assert.Equal([finding], Check(rule, fields));

    [Fact]
    public void A_plain_oauth2_provider_needs_its_three_endpoints() => Assert.Equal(
        ["authorization_endpoint required", "token_endpoint required", "userinfo_endpoint required", "client_id required"], Check("none given", "slug: o, kind: oauth2"));

    [Theory]
    [InlineData("iss")]
    [InlineData("sub")]
    [InlineData("Sub")]
    [InlineData("aud")]
    [InlineData("exp")]
    [InlineData("azp")]
    [InlineData("acr")]
    [InlineData("amr")]
    [InlineData("auth_time")]
    [InlineData("cnf")]
    [InlineData("scope")]
    [InlineData("client_id")]
    [InlineData("act")]
    [InlineData("email")]
    [InlineData("email_verified")]
    [InlineData("roles")]
    [InlineData("group")]
    [InlineData("permissions")]
    [InlineData("is_admin")]
    [InlineData("x_id")]
    [InlineData("username")]
    public void Protocol_claims_identifiers_and_rights_cannot_be_filled_from_outside(string local) =>
        Assert.Equal(["attributes[0].local reserved"], Check("C05", $"{X}, attributes: [{{ external: a, local: {local} }}]"));

    [Fact]
    public void The_handle_is_refused_in_the_words_of_the_catalogue() => Assert.StartsWith(
        "The subject cannot be the handle.",
        Assert.Single(ResourceRules.Check(new ConnectionResource { Slug = "x", Kind = ConnectionKind.X, SubjectAttribute = "screen_name" }, Nothing)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("XD-01 API key as client ID", "client_id: " + ApiKey + ", client_secret: s", "connections[0].client_id X-101")]
    [InlineData("XD-05 web app without secret", "client_id: " + ClientId, "connections[0].client_secret X-103")]
    [InlineData("XD-05 native app with secret", "client_id: " + NativeId + ", client_secret: s", "connections[0].client_secret X-103")]
    [InlineData("XD-17 old host", "hosts: { web: \"https://twitter.com\" }", "connections[0].hosts.web malformed")]
    [InlineData("always", "policy: { email_trust: always }", "connections[0].policy.email_trust needs_confirmation")]
    [InlineData("fine", "client_id: " + ClientId + ", client_secret: s", null)]
    [InlineData("an ID of the sandbox", "client_id: sandbox-client, client_secret: s", null)]
    public void What_is_probably_wrong_is_a_warning(string rule, string fields, string? finding)
    {
        Assert.NotEmpty(rule);
        var document = Document($"connections: [{{ {X}, {fields} }}]");
        Assert.Empty(ResourceRules.Check(document, Nothing));
        Assert.Equal(finding is null ? [] : [finding], Findings(ResourceRules.Warnings(document)));
    }

    [Theory]
    [InlineData("E3 blank", X, "connections[0].client_id credentials_required")]
    [InlineData("E3 blank key", X + ", protocol: oauth1a, client_id: c, client_secret: s", "connections[0].api_key credentials_required")]
    [InlineData("own", X + ", client_id: c, client_secret: s", null)]
    [InlineData("own key", X + ", policy: { preset: wso2 }, api_key: k, api_key_secret: s", null)]
    [InlineData("E17 blank but switched off", X + ", enabled: false", null)]
    public void Production_needs_credentials_of_its_own(string rule, string fields, string? finding)
    {
        Assert.NotEmpty(rule);
        var expected = finding is null ? Array.Empty<string>() : [finding];
        Assert.Equal(expected, Findings(ResourceRules.Check(Document($"environment: {{ kind: production }}\nconnections: [{{ {fields} }}]"), Nothing)));
        Assert.Equal(expected, Findings(ResourceRules.Check(Document($"connections: [{{ {fields} }}]"), Nothing with { Kind = EnvironmentKind.Production })));
        Assert.Empty(ResourceRules.Check(Document($"connections: [{{ {fields} }}]"), Nothing));
        Assert.Empty(ResourceRules.Check(Document($"connections: [{{ {fields} }}]").Connections![0], Nothing with { Kind = EnvironmentKind.Production }));
    }

    [Fact]
    public void Secrets_that_are_stored_need_not_be_given_again()
    {
        var known = Nothing with { HasUpstreamSecret = (slug, key) => slug == "x" && key == "k" };
        Assert.Empty(ResourceRules.Check(Document($"environment: {{ kind: production }}\nconnections: [{{ {X}, protocol: oauth1a, api_key: k }}]"), known));
        Assert.NotEmpty(ResourceRules.Check(Document($"environment: {{ kind: production }}\nconnections: [{{ {X}, protocol: oauth1a, api_key: k, api_key_secret: \"\" }}]"), known));
    }

    [Fact]
    public void A_connection_stands_once() => Assert.Equal(
        ["connections[1].slug duplicate"], Findings(ResourceRules.Check(Document($"connections: [{{ {X} }}, {{ {X} }}]"), Nothing)));

    private static string[] Check(string rule, string fields)
    {
        Assert.NotEmpty(rule);
        return Findings(ResourceRules.Check(Document($"connections: [{{ {fields} }}]").Connections![0], Nothing));
    }
}
