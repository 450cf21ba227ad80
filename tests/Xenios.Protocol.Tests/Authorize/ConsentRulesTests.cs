using Xenios.Protocol.Authorize;

namespace Xenios.Protocol.Tests.Authorize;

/// <summary>When consent is asked for, and for what (OpenID Connect Core §3.1.2.4, §11; threats D08; standards RFT-01).</summary>
public sealed class ConsentRulesTests
{
    private static readonly Client Web = new()
    {
        ClientId = "web",
        Name = "Web",
        RedirectUris = [],
        GrantTypes = ["authorization_code", "refresh_token"],
        AllowedScopes = ["openid", "profile", "email", "offline_access", "orders"],
    };

    private static readonly Client Asking = Web with { RequireConsent = true };
    private static readonly Client Public = Web with { AuthenticationMethod = ClientAuthenticationMethod.None };

    public static TheoryData<string, string, string, string, string?> Rows => new()
    {
        { "a confidential client asks nobody", "web", "openid profile email offline_access", "", null },
        { "RFT-01: a public client without offline_access asks nobody", "public", "openid profile email", "", null },
        { "RFT-01: a public client asks for offline_access alone", "public", "openid offline_access", "", "offline_access" },
        { "RFT-01: unless the operator trusts it", "public trusting offline", "openid offline_access", "", null },
        { "require_consent asks for everything", "asking", "openid profile email", "", "openid profile email" },
        { "trusted_scopes are left out", "asking trusting", "openid profile email", "", "email" },
        { "nothing but trusted scopes asks nobody", "asking trusting", "openid profile", "", null },
        { "prompt=consent asks for everything, trusted or not", "trusting", "openid profile", "consent", "openid profile" },
        { "require_consent without a scope still asks", "asking", "", "", "" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void What_a_yes_must_cover(string rule, string client, string scopes, string prompt, string? expected)
    {
        var who = (client.Contains("asking", StringComparison.Ordinal) ? Asking : client.Contains("public", StringComparison.Ordinal) ? Public : Web) with
        {
            TrustedScopes = client.Contains("offline", StringComparison.Ordinal) ? ["offline_access"] : client.Contains("trusting", StringComparison.Ordinal) ? ["openid", "profile"] : [],
        };
        var request = Request(scopes) with { Prompts = Scopes.Split(prompt) };
        var asked = ConsentRules.Asked(request, who);
        Assert.Equal(expected, asked is null ? null : string.Join(' ', asked.Scopes));

        // The cheap question never says no where the whole one says yes.
        Assert.True(ConsentRules.Applies(request, who) || asked is null, rule);
    }

    [Fact]
    public void A_claim_asked_for_by_name_needs_the_yes_to_its_scope()
    {
        var request = Request("openid") with { Claims = new RequestedClaims(["email"], ["name"]) };
        Assert.Equal(["openid", "email", "profile"], ConsentRules.Asked(request, Asking)!.Scopes);
    }

    [Theory]
    [InlineData("D08: equal", "openid email", "", "=openid email", null)]
    [InlineData("D08: narrower", "openid", "", "=openid email", null)]
    [InlineData("D08: wider asks for what is new", "openid email orders", "", "=openid email", "orders|")]
    [InlineData("nothing given yet", "openid email", "", "", "openid email|")]
    [InlineData("a yes without an API covers none", "openid", "https://a.test", "=openid", "openid|https://a.test")]
    [InlineData("a yes for one API covers no other", "openid", "https://a.test https://b.test", "https://a.test=openid", "openid|https://b.test")]
    [InlineData("a yes for an API does not cover none", "openid", "", "https://a.test=openid", "openid|")]
    [InlineData("each API has scopes of its own", "openid orders", "https://a.test https://b.test", "https://a.test=openid orders;https://b.test=openid", "orders|https://b.test")]
    [InlineData("all APIs covered", "openid", "https://a.test https://b.test", "https://a.test=openid;https://b.test=openid", null)]
    public void A_yes_covers_as_much_or_less_and_only_its_API(string rule, string scopes, string resources, string given, string? expected)
    {
        var held = given.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split('=')).ToDictionary(row => row[0], row => Scopes.Split(row[1]));
        var missing = ConsentRules.Missing(ConsentRules.Asked(Request(scopes) with { Resources = Scopes.Split(resources) }, Asking)!, held);
        Assert.Equal(expected, missing is null ? null : $"{string.Join(' ', missing.Scopes)}|{string.Join(' ', missing.Resources)}");
    }

    private static AuthorizeRequest Request(string scopes) =>
        new() { ClientId = "web", Return = new("https://rp.test/cb", null, ResponseMode.Query), Scopes = Scopes.Split(scopes) };
}
