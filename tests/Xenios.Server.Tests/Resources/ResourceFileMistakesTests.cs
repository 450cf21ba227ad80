using static Xenios.Server.Tests.Resources.ResourceTexts;

namespace Xenios.Server.Tests.Resources;

/// <summary>A mistake is shown with its place, its field and what was probably meant (ux A-10).</summary>
public sealed class ResourceFileMistakesTests
{
    public static TheoryData<string, string, int, int, string, string, string?> Mistakes => new()
    {
        { "unknown field", "applications:\n  - client_id: a\n    clientid: b\n", 3, 5, "applications[0].clientid", "unknown field", "client_id" },
        { "camel case", "applications:\n  - redirectUris: []\n", 2, 5, "applications[0].redirectUris", "unknown field", "redirect_uris" },
        { "unknown section", "conections: []\n", 1, 1, "conections", "unknown field", "connections" },
        { "one level too high", "connections:\n  - slug: x\n    jit: on\n", 3, 5, "connections[0].jit", "unknown field", "policy.jit" },
        { "nothing near", "connections:\n  - slug: x\n    colour: red\n", 3, 5, "connections[0].colour", "unknown field", null },
        { "in a flow mapping", "organizations:\n  - domains: [{ hots: a.example }]\n", 2, 17, "organizations[0].domains[0].hots", "unknown field", "host" },
        { "in JSON", "{\"environment\":\n  {\"slugg\": \"x\"}}", 2, 4, "environment.slugg", "unknown field", "slug" },
        { "below a name of one's own", "connections:\n  - upstream_params:\n      prompt: { vaule: login }\n", 3, 17, "connections[0].upstream_params.prompt.vaule", "unknown field", "value" },
        { "unknown value", "connections:\n  - protocol: oauth3\n", 2, 15, "connections[0].protocol", "unknown value, not one of oauth1a, oauth2", "oauth2" },
        { "a value in other case", "applications:\n  - id_token_signed_response_alg: rs256\n", 2, 35, "applications[0].id_token_signed_response_alg", "unknown value, not one of ES256, RS256", "RS256" },
        { "camel case value", "connections:\n  - policy: { email_trust: whenProviderSaysVerified }\n", 2, 28, "connections[0].policy.email_trust", "unknown value, not one of always, never, when_provider_says_verified", "when_provider_says_verified" },
        { "number for a list", "applications:\n  - scopes: 5\n", 2, 13, "applications[0].scopes", "a list is needed here", null },
        { "text for a list", "applications:\n  - scopes: openid\n", 2, 13, "applications[0].scopes", "a list is needed here", null },
        { "fields for a list", "applications:\n  client_id: a\n", 2, 3, "applications", "a list is needed here", null },
        { "list for a text", "connections:\n  - slug: [x]\n", 2, 11, "connections[0].slug", "a single value is needed here", null },
        { "list for fields", "environment: []\n", 1, 14, "environment", "fields are needed here", null },
        { "text for fields", "connections:\n  - x\n", 2, 5, "connections[0]", "fields are needed here", null },
        { "text for a number", "applications:\n  - access_token_lifetime: 1h\n", 2, 28, "applications[0].access_token_lifetime", "a whole number is needed here", null },
        { "number beyond measure", "applications:\n  - access_token_lifetime: 99999999999\n", 2, 28, "applications[0].access_token_lifetime", "a whole number is needed here", null },
        { "text for truth", "connections:\n  - enabled: maybe\n", 2, 14, "connections[0].enabled", "true or false is needed here", null },
        { "truth for a text", "connections:\n  - upstream_params: { a: { value: true } }\n", 2, 36, "connections[0].upstream_params.a.value", "a text is needed here", null },
        { "nothing in a list", "applications:\n  - scopes: [openid, ~]\n", 2, 22, "applications[0].scopes[1]", "something is needed here", null },
        { "field twice", "connections:\n  - slug: x\n    kind: x\n    slug: y\n", 4, 5, "connections[0].slug", "this field stands twice, first in line 2", null },
        { "variable not set", "users:\n  - password: ${MISSING_ONE}\n", 2, 15, "users[0].password", "the environment variable MISSING_ONE is not set", null },
        { "no variable", "users:\n  - password: a${b c}d\n", 2, 15, "users[0].password", "${NAME} is needed here", null },
        { "variable in a flow mapping", "users: [{ password: ${KIM_PASSWORD} }]\n", 1, 22, "", "this is not valid YAML; inside [ ] and { }", null },
        { "tab", "environment:\n\tslug: x\n", 2, 1, "", "a tab cannot indent YAML", null },
        { "no blank after the colon", "environment: {slug:x}\n", 1, 15, "environment.slug", "a blank is needed after the colon", null },
        { "two documents", "environment: { slug: a }\n---\nenvironment: { slug: b }\n", 2, 1, "", "a second document begins here", null },
        { "merge key", "users:\n  - &a { username: a }\n  - <<: *a\n", 3, 5, "users[1].<<", "merge keys are not used", null },
        { "tag", "environment: { slug: !secret x }\n", 1, 22, "", "tags are not used", null },
        { "alias without anchor", "environment: *nothing\n", 1, 14, "", "no anchor of this name stands above", null },
        { "anchor within itself", "environment: &a { slug: *a }\n", 1, 25, "", "no anchor of this name stands above", null },
        { "at sign", "users:\n  - username: @ada\n", 2, 15, "", "a value cannot begin with this character", null },
        { "list as name", "environment: { [a]: b }\n", 1, 16, "", "a field's name must be plain text", null },
        { "control character", "environment:\n  slug: a\0b\n", 2, 10, "", "a control character stands here", null },
        { "escaped control character", "environment:\n  slug: \"a\\0b\"\n", 2, 9, "environment.slug", "control characters are not allowed in a value", null },
        { "beyond Unicode", "environment:\n  slug: \"\\UFFFFFFFF\"\n", 2, 3, "", "what follows is not valid YAML", null },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_shown_where_it_stands(string rule, string text, int line, int column, string field, string message, string? nearest)
    {
        Assert.NotEmpty(rule);
        var reading = Read(text);
        Assert.Null(reading.Document);
        var error = Assert.Single(reading.Errors);
        Assert.Equal((line, column, field, nearest), (error.Line, error.Column, error.Field, error.Nearest));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(message == "unknown field" ? "A-10" : null, error.Code);
    }

    [Fact]
    public void An_error_is_one_line() => Assert.Equal(
        "demo.yaml:3:5: connections[0].clientid: unknown field; did you mean client_id?",
        Assert.Single(Read("connections:\n  - slug: x\n    clientid: y\n").Errors).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("  \n\n")]
    [InlineData("# nothing yet\n")]
    [InlineData("---\n...\n")]
    [InlineData("\uFEFF")]
    [InlineData("null")]
    public void An_empty_file_comes_with_an_example(string text)
    {
        var error = Assert.Single(Read(text).Errors);
        Assert.StartsWith("the file is empty; a first one could be: ", error.Message, StringComparison.Ordinal);
        Assert.NotNull(Document(error.Message[error.Message.IndexOf("environment", StringComparison.Ordinal)..]).Environment);
    }

    [Fact]
    public void All_mistakes_are_found_in_one_reading()
    {
        var errors = Read("environment:\n  slag: a\n  kind: prod\nconnections:\n  - slug: x\n    enabled: 3\n    policy: { jit: perhaps }\n  - 5\n").Errors;
        Assert.Equal(["environment.slag", "environment.kind", "connections[0].enabled", "connections[0].policy.jit", "connections[1]"], errors.Select(error => error.Field));
    }

    [Fact]
    public void Nobody_has_to_read_more_than_fifty() =>
        Assert.Equal(50, Read("environment:\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"  wrong{i}: a\n"))).Errors.Count);
}
