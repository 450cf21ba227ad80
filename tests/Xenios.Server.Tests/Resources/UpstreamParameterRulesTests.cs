using Xenios.Sdk;
using Xenios.Server.Resources;
using static Xenios.Server.Tests.Resources.ResourceTexts;

namespace Xenios.Server.Tests.Resources;

/// <summary>Extra parameters for the provider's page (A8, threat B09).</summary>
public sealed class UpstreamParameterRulesTests
{
    public static TheoryData<string> ReservedNames =>
    [
        "client_id", "client_secret", "client_assertion", "client_assertion_type", "redirect_uri", "response_type", "response_mode", "state", "nonce", "scope", "code",
        "code_challenge", "code_challenge_method", "code_verifier", "grant_type", "request", "request_uri", "audience", "resource", "id_token_hint", "claims", "iss",
        "oauth_token", "oauth_callback", "oauth_anything",
    ];

    [Theory]
    [MemberData(nameof(ReservedNames))]
    public void A_parameter_of_ours_is_refused_in_any_spelling(string name)
    {
        string[] spellings =
        [
            name, name.ToUpperInvariant(), char.ToUpperInvariant(name[0]) + name[1..], name + "[]", name + "[0]", $"%{(int)name[0]:X2}{name[1..]}", name.Replace("_", "%5F", StringComparison.Ordinal), " " + name, name + "+",
        ];
        Assert.All(spellings, spelling => Assert.Equal(["p reserved"], Check(spelling, new UpstreamParameterResource { Value = "x" })));
    }

    [Theory]
    [InlineData("prompt")]
    [InlineData("force_login")]
    [InlineData("screen_name")]
    [InlineData("ui.locale-x")]
    [InlineData("statement")]
    public void Another_name_is_fine(string name) => Assert.Empty(Check(name, new UpstreamParameterResource { Value = "" }));

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("_a")]
    [InlineData("a b")]
    [InlineData("a[]")]
    [InlineData("a%62")]
    [InlineData("a&state")]
    [InlineData("ä")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void A_name_has_a_plain_form(string name) => Assert.Equal(["p malformed"], Check(name, new UpstreamParameterResource { Value = "x" }));

    [Theory]
    [InlineData(null, null, "p required")]
    [InlineData("x", "prompt", "p conflict")]
    [InlineData(null, "scope", "p.alias unknown")]
    [InlineData(null, "Prompt", "p.alias unknown")]
    [InlineData("a\r\nb", null, "p.value malformed")]
    [InlineData(null, "prompt", null)]
    [InlineData(null, "login_hint", null)]
    [InlineData("a+b@example.com", null, null)]
    public void A_parameter_is_a_value_or_an_alias(string? value, string? alias, string? finding) =>
        Assert.Equal(finding is null ? [] : [finding], Check("username", new UpstreamParameterResource { Value = value, Alias = alias }));

    [Fact]
    public void A_value_has_at_most_1024_characters()
    {
        Assert.Empty(Check("a", new UpstreamParameterResource { Value = new string('x', 1024) }));
        Assert.Equal(["p.value out_of_range"], Check("a", new UpstreamParameterResource { Value = new string('x', 1025) }));
    }

    [Fact]
    public void There_are_at_most_twenty() => Assert.Equal(
        ["upstream_params out_of_range"],
        Findings(ResourceRules.Check(Connection(Enumerable.Range(0, 21).ToDictionary(i => $"p{i}", _ => new UpstreamParameterResource { Value = "x" })), Nothing)));

    [Fact]
    public void A_name_in_two_cases_is_one_name() => Assert.Equal(
        ["upstream_params.Prompt duplicate"],
        Findings(ResourceRules.Check(Connection(new() { ["prompt"] = new() { Value = "x" }, ["Prompt"] = new() { Value = "y" } }), Nothing)));

    private static ConnectionResource Connection(Dictionary<string, UpstreamParameterResource> parameters) =>
        new() { Slug = "x", Kind = ConnectionKind.X, UpstreamParams = parameters };

    private static string[] Check(string name, UpstreamParameterResource parameter)
    {
        var shown = FieldPath.Field("upstream_params", name);
        return [.. Findings(ResourceRules.Check(Connection(new() { [name] = parameter }), Nothing)).Select(finding => "p" + finding[shown.Length..])];
    }
}
