using Xenios.Protocol.Authorize;

namespace Xenios.Protocol.Tests.Authorize;

/// <summary>The <c>claims</c> parameter (OpenID Connect Core §5.5; standards CLM-01, CLM-02, CLM-04, PRM-08).</summary>
public sealed class ClaimsParameterTests
{
    private static readonly Client Client = new()
    {
        ClientId = "web",
        Name = "Web",
        RedirectUris = [],
        GrantTypes = ["authorization_code"],
        AllowedScopes = ["openid", "profile", "email"],
    };

    [Theory]
    [InlineData("CLM-01: null, empty and essential", """{"id_token":{"email":null,"name":{}},"userinfo":{"picture":{"essential":true}}}""", "email name", "picture")]
    [InlineData("CLM-01: value and values are a preference", """{"userinfo":{"name":{"value":"Ada"},"zoneinfo":{"values":["a",1,null]}}}""", "", "name zoneinfo")]
    [InlineData("CLM-01: unknown members", """{"id_token":{"email":{"essential":false,"purpose":"x"}},"verified_claims":[1]}""", "email", "")]
    [InlineData("CLM-01: members that are null", """{"id_token":null,"userinfo":{"email":null}}""", "", "email")]
    [InlineData("CLM-04: language tags", """{"userinfo":{"name#ja":null,"name":null}}""", "", "name")]
    [InlineData("claims with rules of their own", """{"id_token":{"auth_time":{"essential":true},"acr":null,"iss":null,"sub":null,"aud":{"value":"x"},"email":null}}""", "email", "")]
    [InlineData("names that are none", "{\"userinfo\":{\"a b\":null,\"\":null,\"a\\u0000\":null,\"email\":null}}", "", "email")]
    public void Claims_are_read_by_name(string rule, string text, string idToken, string userInfo)
    {
        Assert.Null(ClaimsParameter.Read(text, out var claims));
        var granted = claims!.For(Client, ["openid"])!;
        Assert.Equal((idToken, userInfo), (string.Join(' ', granted.IdToken), string.Join(' ', granted.UserInfo)));
    }

    [Fact]
    public void A_claim_needs_the_scope_that_stands_for_it_and_an_openid_request()
    {
        Assert.Null(ClaimsParameter.Read("""{"id_token":{"email":null,"email_verified":null,"name":null},"userinfo":{"custom":null}}""", out var claims));
        var without = claims!.For(Client with { AllowedScopes = ["openid", "profile"] }, ["openid"])!;
        Assert.Equal(("name", "custom"), (Assert.Single(without.IdToken), Assert.Single(without.UserInfo)));
        Assert.Null(claims.For(Client with { AllowedScopes = ["openid"] }, ["openid"]));
        Assert.Null(claims.For(Client, ["profile"]));
    }

    [Theory]
    [InlineData("CLM-01: no JSON", "email")]
    [InlineData("CLM-01: no object", "[]")]
    [InlineData("CLM-01: text", "\"{}\"")]
    [InlineData("CLM-01: member is a list", """{"userinfo":["email"]}""")]
    [InlineData("CLM-01: member is true", """{"id_token":true}""")]
    [InlineData("CLM-01: claim is a text", """{"id_token":{"email":"essential"}}""")]
    [InlineData("CLM-01: essential is a text", """{"id_token":{"email":{"essential":"true"}}}""")]
    [InlineData("CLM-01: values is no list", """{"id_token":{"email":{"values":"a"}}}""")]
    [InlineData("CLM-01: member twice", """{"id_token":{"email":null},"id_token":{}}""")]
    [InlineData("CLM-01: claim twice", """{"id_token":{"email":null,"email":{}}}""")]
    [InlineData("CLM-01: too deep", """{"id_token":{"email":{"x":{"x":{"x":{"x":{"x":{"x":{}}}}}}}}}""")]
    [InlineData("CLM-01: cut off", """{"id_token":{"email":null}""")]
    [InlineData("half a surrogate pair", """{"id_token":{"\ud800":null}}""")]
    [InlineData("CLM-02: sub is no text", """{"id_token":{"sub":{"value":1}}}""")]
    [InlineData("CLM-02: nobody", """{"id_token":{"sub":{"values":[]}}}""")]
    [InlineData("CLM-02: two people at once", """{"id_token":{"sub":{"value":"usr_1"}},"userinfo":{"sub":{"value":"usr_2"}}}""")]
    public void What_is_malformed_is_an_invalid_request(string rule, string text) => Assert.Equal("invalid_request", ClaimsParameter.Read(text, out _)?.Code);

    [Fact]
    public void Size_and_number_are_limited()
    {
        Assert.Equal("invalid_request", ClaimsParameter.Read($"{{\"x\":\"{new string('x', 4096)}\"}}", out _)?.Code);
        static string Many(int count) => $"{{\"userinfo\":{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"c{i}\":null"))}}}}}";
        Assert.Null(ClaimsParameter.Read(Many(50), out _));
        Assert.Equal("invalid_request", ClaimsParameter.Read(Many(51), out _)?.Code);
    }

    [Theory]
    [InlineData("""{"id_token":{"sub":{"value":"usr_1"}}}""", "usr_1")]
    [InlineData("""{"userinfo":{"sub":{"values":["usr_1","usr_2"]}}}""", "usr_1 usr_2")]
    [InlineData("""{"userinfo":{"sub":{"values":["usr_1","usr_2"]}},"id_token":{"sub":{"value":"usr_2"}}}""", "usr_2")]
    [InlineData("""{"id_token":{"sub":null}}""", null)]
    [InlineData("""{"id_token":{"sub":{"essential":true}}}""", null)]
    public void Sub_names_who_may_answer(string text, string? subjects)
    {
        Assert.Null(ClaimsParameter.Read(text, out var claims));
        Assert.Equal(subjects, claims!.Subjects is { } named ? string.Join(' ', named) : null);
    }

    [Theory] // PRM-08
    [InlineData("""{"id_token":{"acr":{"essential":true,"values":["urn:mace:incommon:iap:silver"]}}}""", "unmet_authentication_requirements")]
    [InlineData("""{"id_token":{"acr":{"essential":true,"value":"1"}}}""", "unmet_authentication_requirements")]
    [InlineData("""{"id_token":{"acr":{"values":["1"]}}}""", null)]
    [InlineData("""{"id_token":{"acr":{"essential":true}}}""", null)]
    [InlineData("""{"id_token":{"acr":null}}""", null)]
    public void An_essential_class_that_was_named_cannot_be_met(string text, string? error) => Assert.Equal(error, ClaimsParameter.Read(text, out _)?.Code);
}
