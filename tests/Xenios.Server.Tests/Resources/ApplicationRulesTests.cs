using Xenios.Sdk;
using Xenios.Server.Resources;
using static Xenios.Server.Tests.Resources.ResourceTexts;

namespace Xenios.Server.Tests.Resources;

/// <summary>Which applications may be stored.</summary>
public sealed class ApplicationRulesTests
{
    private const string AllLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN";

    [Theory]
    [InlineData("a confidential application", "client_secret: " + Secret)]
    [InlineData("a longer secret with signs", "client_secret: abcdefghijklmnopqrstuvwxyz-_.0123456789")]
    [InlineData("Kinde's form", "compat_profile: kinde, client_secret: " + AllLetters)]
    [InlineData("spa", "type: spa")]
    [InlineData("spa says none", "type: spa, token_endpoint_auth_method: none")]
    [InlineData("blank secret of a public one", "type: spa, client_secret: \"\"")]
    [InlineData("native with its scheme", "type: native, redirect_uris: [\"com.example.app:/cb\", \"http://127.0.0.1/cb\"]")]
    [InlineData("public web application", "type: web, token_endpoint_auth_method: none")]
    [InlineData("switched off", "enabled: false, type: spa")]
    [InlineData("machine", "type: machine, grant_types: [client_credentials], scopes: [manage:read], client_secret: " + Secret)]
    [InlineData("confidential without PKCE", "require_pkce: false, refresh_rotation: false, client_secret: " + Secret)]
    [InlineData("shortest and longest life", "type: spa, access_token_lifetime: 60")]
    [InlineData("longest life", "type: spa, access_token_lifetime: 86400")]
    [InlineData("origins", "type: spa, allowed_origins: [\"https://shop.example\", \"http://localhost:3000\"]")]
    [InlineData("back-channel", "type: spa, backchannel_logout_uri: https://shop.example/bcl")]
    [InlineData("connection", "type: spa, connections: [x]")]
    [InlineData("flow", "type: spa, login_flow: { steps: [{ options: [{ connection: x }, { method: password }] }, { options: [{ method: email_code }] }] }")]
    [InlineData("device", "type: native, grant_types: [device_code, refresh_token]")]
    public void It_may_be_stored(string rule, string fields) => Assert.Empty(Check(rule, $"client_id: shop, {fields}"));

    [Theory]
    [InlineData("no client_id", "type: spa", "client_id required")]
    [InlineData("blank client_id", "client_id: \"\", type: spa", "client_id required")]
    [InlineData("blank in client_id", "client_id: \"a b\", type: spa", "client_id malformed")]
    [InlineData("slash in client_id", "client_id: a/b, type: spa", "client_id malformed")]
    [InlineData("blank name", "client_id: a, type: spa, name: \" \"", "name out_of_range")]
    [InlineData("name of two lines", "client_id: a, type: spa, name: \"a\\nb\"", "name malformed")]
    [InlineData("web without secret", "client_id: a", "client_secret required")]
    [InlineData("web with a blank secret", "client_id: a, client_secret: \"\"", "client_secret required")]
    [InlineData("machine without secret", "client_id: a, type: machine", "client_secret required")]
    [InlineData("short secret", "client_id: a, client_secret: abcdefghijklmnopqrstuvwxyz01234", "client_secret malformed")]
    [InlineData("sign in a secret", "client_id: a, client_secret: abcdefghijklmnopqrstuvwxyz0123456789+", "client_secret malformed")]
    [InlineData("Kinde: sign in a secret", "client_id: a, compat_profile: kinde, client_secret: " + AllLetters + "-", "client_secret malformed")]
    [InlineData("Kinde: short", "client_id: a, compat_profile: kinde, client_secret: abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM", "client_secret malformed")]
    [InlineData("spa with secret", "client_id: a, type: spa, client_secret: " + Secret, "client_secret not_allowed")]
    [InlineData("native with secret", "client_id: a, type: native, client_secret: " + Secret, "client_secret not_allowed")]
    [InlineData("none with secret", "client_id: a, token_endpoint_auth_method: none, client_secret: " + Secret, "client_secret not_allowed")]
    [InlineData("spa that authenticates", "client_id: a, type: spa, token_endpoint_auth_method: client_secret_post", "token_endpoint_auth_method conflict")]
    [InlineData("machine that does not", "client_id: a, type: machine, token_endpoint_auth_method: none", "token_endpoint_auth_method conflict")]
    [InlineData("public without PKCE", "client_id: a, type: spa, require_pkce: false", "require_pkce conflict")]
    [InlineData("public without rotation", "client_id: a, type: native, refresh_rotation: false", "refresh_rotation conflict")]
    [InlineData("public with client_credentials", "client_id: a, type: spa, grant_types: [client_credentials]", "grant_types[0] conflict")]
    [InlineData("machine with a code", "client_id: a, type: machine, grant_types: [authorization_code], client_secret: " + Secret, "grant_types[0] conflict")]
    [InlineData("grant twice", "client_id: a, type: spa, grant_types: [refresh_token, refresh_token]", "grant_types[1] duplicate")]
    [InlineData("scope with a blank", "client_id: a, type: spa, scopes: [\"openid profile\"]", "scopes[0] malformed")]
    [InlineData("scope with a quote", "client_id: a, type: spa, scopes: ['a\"b']", "scopes[0] malformed")]
    [InlineData("scope with a backslash", "client_id: a, type: spa, scopes: ['a\\b']", "scopes[0] malformed")]
    [InlineData("empty scope", "client_id: a, type: spa, trusted_scopes: [\"\"]", "trusted_scopes[0] malformed")]
    [InlineData("scope twice", "client_id: a, type: spa, scopes: [openid, openid]", "scopes[1] duplicate")]
    [InlineData("life too short", "client_id: a, type: spa, access_token_lifetime: 59", "access_token_lifetime out_of_range")]
    [InlineData("life too long", "client_id: a, type: spa, access_token_lifetime: 86401", "access_token_lifetime out_of_range")]
    [InlineData("redirect", "client_id: a, type: spa, redirect_uris: [\"https://a.example/\", \"javascript:alert(1)\"]", "redirect_uris[1] invalid_redirect_uri")]
    [InlineData("redirect twice", "client_id: a, type: spa, redirect_uris: [\"https://a.example/\", \"https://a.example/\"]", "redirect_uris[1] duplicate")]
    [InlineData("way back from sign-out", "client_id: a, type: spa, post_logout_redirect_uris: [\"http://a.example/\"]", "post_logout_redirect_uris[0] invalid_redirect_uri")]
    [InlineData("private-use scheme of a web application", "client_id: a, type: spa, redirect_uris: [\"com.example.app:/cb\"]", "redirect_uris[0] invalid_redirect_uri")]
    [InlineData("any origin", "client_id: a, type: spa, allowed_origins: [\"*\"]", "allowed_origins[0] malformed")]
    [InlineData("back-channel in the clear", "client_id: a, type: spa, backchannel_logout_uri: http://a.example/", "backchannel_logout_uri malformed")]
    [InlineData("unknown connection", "client_id: a, type: spa, connections: [y]", "connections[0] unknown_reference")]
    [InlineData("connection twice", "client_id: a, type: spa, connections: [x, x]", "connections[1] duplicate")]
    [InlineData("both forms", "client_id: a, type: spa, connections: [x], login_flow: { steps: [{ options: [{ connection: x }] }] }", "login_flow conflict")]
    [InlineData("no steps", "client_id: a, type: spa, login_flow: { steps: [] }", "login_flow.steps required")]
    [InlineData("steps not given", "client_id: a, type: spa, login_flow: {}", "login_flow.steps required")]
    [InlineData("no options", "client_id: a, type: spa, login_flow: { steps: [{ options: [] }] }", "login_flow.steps[0].options required")]
    [InlineData("empty option", "client_id: a, type: spa, login_flow: { steps: [{ options: [{}] }] }", "login_flow.steps[0].options[0] conflict")]
    [InlineData("option of both kinds", "client_id: a, type: spa, login_flow: { steps: [{ options: [{ connection: x, method: password }] }] }", "login_flow.steps[0].options[0] conflict")]
    [InlineData("option twice", "client_id: a, type: spa, login_flow: { steps: [{ options: [{ method: password }, { method: password }] }] }", "login_flow.steps[0].options[1] duplicate")]
    [InlineData("unknown connection in a flow", "client_id: a, type: spa, login_flow: { steps: [{ options: [{ connection: y }] }] }", "login_flow.steps[0].options[0].connection unknown_reference")]
    [InlineData("account needed after jit: off", "client_id: a, type: spa, login_flow: { steps: [{ options: [{ connection: nobody }] }, { options: [{ method: email_code }] }] }", "login_flow.steps[1].options[0].method local_account_needed")]
    public void It_is_refused(string rule, string fields, string finding) => Assert.Equal([finding], Check(rule, fields));

    [Fact]
    public void A_secret_that_is_stored_need_not_be_given_again() =>
        Assert.Empty(ResourceRules.Check(new ApplicationResource { ClientId = "shop" }, Nothing with { HasClientSecret = id => id == "shop" }));

    [Fact]
    public void An_application_stands_once() => Assert.Equal(
        ["applications[1].client_id duplicate"],
        Findings(ResourceRules.Check(Document("applications: [{ client_id: a, type: spa }, { client_id: a, type: spa }, { client_id: A, type: spa }]"), Nothing)));

    private static string[] Check(string rule, string fields)
    {
        Assert.NotEmpty(rule);
        var known = Nothing with
        {
            FindConnection = slug => slug switch
            {
                "x" => new ConnectionResource { Slug = "x", Kind = ConnectionKind.X },
                "nobody" => new ConnectionResource { Slug = "nobody", Kind = ConnectionKind.X, Policy = new PolicyResource { Jit = OnOff.Off } },
                _ => null,
            },
        };
        return Findings(ResourceRules.Check(Document($"applications: [{{ {fields} }}]").Applications![0], known));
    }
}
