using System.Text.Json;
using Xenios.Sdk;
using Xenios.Server.Resources;
using static Xenios.Server.Tests.Resources.ResourceTexts;

namespace Xenios.Server.Tests.Resources;

/// <summary>Which environments, users and organizations may be stored.</summary>
public sealed class UserAndOrganizationRulesTests
{
    [Theory]
    [InlineData("environment: { slug: Default }", "environment.slug malformed")]
    [InlineData("environment: { slug: a, display_name: \"\" }", "environment.display_name out_of_range")]
    [InlineData("environment: { slug: a-1, kind: production, display_name: A }", null)]
    [InlineData("users: [{ username: kim }]", null)]
    [InlineData("users: [{ email: kim@example.com, email_verified: true, password: 12345678 }]", null)]
    [InlineData("users: [{ username: kim, password_hash: $2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW, attributes: { nickname: K, given_name: Kim }, status: blocked }]", null)]
    [InlineData("users: [{}]", "users[0] required")]
    [InlineData("users: [{ username: \"\", email: \"\" }]", "users[0] required")]
    [InlineData("users: [{ username: \"kim lee\" }]", "users[0].username malformed")]
    [InlineData("users: [{ username: kim@example.com }]", "users[0].username malformed")]
    [InlineData("users: [{ username: кim }]", "users[0].username malformed")]
    [InlineData("users: [{ email: kim }]", "users[0].email malformed")]
    [InlineData("users: [{ username: kim, email_verified: true }]", "users[0].email_verified conflict")]
    [InlineData("users: [{ username: kim, password: 1234567 }]", "users[0].password out_of_range")]
    [InlineData("users: [{ username: kim, password: 12345678, password_hash: $2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW }]", "users[0].password_hash conflict")]
    [InlineData("users: [{ username: kim, password_hash: $argon2id$v=19 }]", "users[0].password_hash not_allowed")]
    [InlineData("users: [{ username: kim, password_hash: $2b$12$abc }]", "users[0].password_hash not_allowed")]
    [InlineData("users: [{ username: kim, password_hash: AQAAAAIAAYagAAAA }]", "users[0].password_hash not_allowed")]
    [InlineData("users: [{ username: kim, password_hash: \"\" }]", "users[0].password_hash out_of_range")]
    [InlineData("users: [{ username: kim, attributes: { sub: 1 } }]", "users[0].attributes.sub reserved")]
    [InlineData("users: [{ username: kim, attributes: { a-b: 1 } }]", "users[0].attributes.a-b malformed")]
    [InlineData("users: [{ username: kim }, { username: Kim }]", "users[1].username duplicate")]
    [InlineData("users: [{ email: kim@example.com }, { email: KIM@example.com }]", "users[1].email duplicate")]
    [InlineData("organizations: [{ name: A }]", "organizations[0].slug required")]
    [InlineData("organizations: [{ slug: a }, { slug: a }]", "organizations[1].slug duplicate")]
    [InlineData("organizations: [{ slug: a, domains: [{}] }]", "organizations[0].domains[0].host required")]
    [InlineData("organizations: [{ slug: a, domains: [{ host: \"https://a.example\" }] }]", "organizations[0].domains[0].host malformed")]
    [InlineData("organizations: [{ slug: a, domains: [{ host: a.localhost, scheme: http }] }]", null)]
    [InlineData("{ environment: { kind: production }, organizations: [{ slug: a, domains: [{ host: a.localhost, scheme: http }] }] }", "organizations[0].domains[0].scheme not_allowed")]
    [InlineData("organizations: [{ slug: a, domains: [{ host: a.example }] }, { slug: b, domains: [{ host: a.example }] }]", "organizations[1].domains[0].host duplicate")]
    [InlineData("organizations: [{ slug: a, members: [{ roles: [admin] }] }]", "organizations[0].members[0].user required")]
    [InlineData("organizations: [{ slug: a, members: [{ user: kim }] }]", "organizations[0].members[0].user unknown_reference")]
    [InlineData("{ users: [{ username: kim }], organizations: [{ slug: a, members: [{ user: kim }, { user: KIM }] }] }", "organizations[0].members[1].user duplicate")]
    [InlineData("{ users: [{ username: kim }], organizations: [{ slug: a, members: [{ user: kim, roles: [Admin] }] }] }", "organizations[0].members[0].roles[0] malformed")]
    [InlineData("{ users: [{ username: kim }], organizations: [{ slug: a, members: [{ user: kim, roles: [a, a] }] }] }", "organizations[0].members[0].roles[1] duplicate")]
    [InlineData("organizations: [{ slug: a, connections: [x] }]", "organizations[0].connections[0] unknown_reference")]
    public void A_document_is_checked(string text, string? finding) =>
        Assert.Equal(finding is null ? [] : [finding], Findings(ResourceRules.Check(Document(text), Nothing)));

    [Fact]
    public void A_password_has_at_most_256_characters()
    {
        Assert.Empty(ResourceRules.Check(Document($"users: [{{ username: kim, password: {new string('x', 256)} }}]"), Nothing));
        Assert.NotEmpty(ResourceRules.Check(Document($"users: [{{ username: kim, password: {new string('x', 257)} }}]"), Nothing));
    }

    [Fact]
    public void What_is_stored_may_be_referred_to()
    {
        var known = Nothing with { HasUser = name => name == "kim", FindConnection = slug => slug == "x" ? new ConnectionResource { Slug = "x" } : null };
        Assert.Empty(ResourceRules.Check(Document("organizations: [{ slug: a, members: [{ user: kim }], connections: [x] }]"), known));
    }

    [Fact]
    public void The_example_of_the_contract_breaks_one_rule_only() =>
        Assert.Equal(["applications[0].login_flow conflict"], Findings(ResourceRules.Check(Document(Example), Nothing)));

    [Theory]
    [InlineData("""{"applications":[{"client_id":"a","type":"spa","redirect_uris":[null]}]}""", "applications[0].redirect_uris[0] required")]
    [InlineData("""{"applications":[null]}""", "applications[0] required")]
    [InlineData("""{"applications":[{"login_flow":{"steps":[{"options":[null]}]}}]}""", "applications[0].login_flow.steps[0].options[0] required")]
    [InlineData("""{"connections":[{"upstream_params":{"a":null}}]}""", "connections[0].upstream_params.a required")]
    [InlineData("""{"users":[{"attributes":{"a":null}}]}""", "users[0].attributes.a required")]
    public void Nothing_in_a_list_is_refused_and_not_followed(string json, string finding) =>
        Assert.Equal([finding], Findings(ResourceRules.Check(JsonSerializer.Deserialize(json, XeniosJson.Default.ResourceDocument)!, Nothing)));

    [Fact]
    public void All_findings_come_at_once() => Assert.Equal(
        ["environment.slug malformed", "applications[0].client_id required", "applications[0].client_secret required", "connections[0].slug required", "connections[0].kind required", "users[0] required"],
        Findings(ResourceRules.Check(Document("{ environment: { slug: \"-\" }, applications: [{}], connections: [{}], users: [{}] }"), Nothing)));
}
