using Xenios.Testing;

namespace Xenios.Server.Tests.Management;

/// <summary>Whatever is sent to the configuration's endpoints is answered with problem+json and the right status, and changes nothing (threats L01, L02; contract §4).</summary>
public sealed class ConfigurationFuzzTests : IAsyncLifetime
{
    private const string Secret = "machine-secret-0123456789-abcdefghijkl";
    private XeniosHost _host = null!;

    public static TheoryData<string, string> Writes => new()
    {
        { "POST", "/applications" },
        { "PATCH", "/applications/shop" },
        { "POST", "/applications/shop/secret" },
        { "POST", "/connections" },
        { "PATCH", "/connections/x" },
        { "POST", "/environments" },
        { "PATCH", "/environments/default" },
        { "PATCH", "/settings" },
        { "PATCH", "/login-flows/shop" },
    };

    public static TheoryData<string, string> Everything
    {
        get
        {
            var all = new TheoryData<string, string>
            {
                { "GET", "/applications" }, { "GET", "/applications/shop" }, { "DELETE", "/applications/shop" },
                { "PUT", "/applications/shop/connections/x" }, { "DELETE", "/applications/shop/connections/x" },
                { "GET", "/login-flows" }, { "GET", "/login-flows/shop" },
                { "GET", "/connections" }, { "GET", "/connections/x" }, { "DELETE", "/connections/x" }, { "GET", "/connections/x/callbacks" },
                { "GET", "/environments" }, { "GET", "/environments/default" }, { "GET", "/settings" },
            };
            foreach (var row in Writes)
            {
                all.Add((string)row[0], (string)row[1]);
            }

            return all;
        }
    }

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync(options => options.MoreResources.AddRange(
    [
        $$"""
        applications:
          - { client_id: reader, type: machine, client_secret: {{Secret}}, scopes: ["manage:read"] }
          - { client_id: stranger, type: machine, client_secret: {{Secret}}, scopes: ["orders:read"] }
        """,
        "environment: { slug: two }\napplications: [{ client_id: theirs, type: spa }]\nconnections: [{ slug: their-x, kind: x }]",
    ]));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Nonsense_is_a_problem_and_changes_nothing(string method, string path)
    {
        using var api = new ManagementClient(_host);
        var before = await _host.SnapshotAsync();
        foreach (var body in Bodies(path))
        {
            var answer = await api.SendAsync(method, path, body);
            Assert.True(answer is { Type: "application/problem+json", Status: 400 or 409 or 413 or 422 }, $"{answer.Status} {answer.Type} to {body[..Math.Min(200, body.Length)]}: {answer.Body}");
            Assert.NotNull(answer.Code);
            Assert.DoesNotContain("planted", answer.Body, StringComparison.Ordinal);
        }

        foreach (var type in (string[])["text/plain", "application/x-www-form-urlencoded", "application/xml"])
        {
            Assert.Equal(415, (await api.SendAsync(method, path, "{}", ("Content-Type", type))).Status);
        }

        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Theory] // L01: nothing without the right, and nothing is read first
    [MemberData(nameof(Everything))]
    public async Task Without_the_right_nothing_is_shown_or_changed(string method, string path)
    {
        var before = await _host.SnapshotAsync();
        foreach (var (token, status) in ((string?, int)[])[("", 401), ("nonsense", 401), (await TokenAsync("stranger"), 403), (await TokenAsync("reader"), method == "GET" && !path.StartsWith("/environments", StringComparison.Ordinal) ? 200 : 403)])
        {
            using var api = new ManagementClient(_host, token);
            var answer = await api.SendAsync(method, path, method is "POST" or "PATCH" ? """{"name":"planted"}""" : null);
            Assert.Equal(status, answer.Status);
            Assert.Equal(status == 200 ? "application/json" : "application/problem+json", answer.Type);
        }

        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Ids_that_are_none_here_are_unknown(string method, string path)
    {
        using var api = new ManagementClient(_host);
        var before = await _host.SnapshotAsync();
        foreach (var id in (string[])["theirs", "their-x", "con_0", "%01", "..%2f..", "'%20OR%201=1--", new string('a', 2000), "%F0%9F%A6%89"])
        {
            var wrong = path.Replace("/shop", $"/{id}", StringComparison.Ordinal).Replace("/connections/x", $"/connections/{id}", StringComparison.Ordinal).Replace("/default", $"/{id}", StringComparison.Ordinal);
            if (wrong != path)
            {
                var answer = await api.SendAsync(method, wrong, method is "POST" or "PATCH" ? "{}" : null);
                Assert.True(answer.Status is 404 or 400, $"{answer.Status} to {wrong}: {answer.Body}");
            }
        }

        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Theory]
    [InlineData("/applications/shop")]
    [InlineData("/connections/x")]
    [InlineData("/environments/default")]
    [InlineData("/settings")]
    [InlineData("/login-flows/shop")]
    public async Task Stale_entity_tag_changes_nothing(string path)
    {
        using var api = new ManagementClient(_host);
        var before = await _host.SnapshotAsync();
        foreach (var tag in (string[])["\"0\"", "W/\"0\"", "0", "\"a\", \"b\"", new string('"', 1000)])
        {
            var answer = await api.SendAsync("PATCH", path, "{}", ("If-Match", tag));
            Assert.Equal((412, "changed_meanwhile"), (answer.Status, answer.Code));
        }

        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Theory]
    [InlineData("?limit=0", "limit: out_of_range")]
    [InlineData("?limit=101", "limit: out_of_range")]
    [InlineData("?limit=1e2", "limit: out_of_range")]
    [InlineData("?cursor=!", "cursor: malformed")]
    [InlineData("?q=a&q=b", "q: duplicate")]
    [InlineData("?offset=1", "offset: A-10")]
    public async Task List_parameter_that_makes_no_sense_is_refused(string query, string error)
    {
        using var api = new ManagementClient(_host);
        foreach (var list in (string[])["/applications", "/connections", "/environments", "/login-flows"])
        {
            var answer = await api.GetAsync(list + query);
            Assert.Equal((400, error), (answer.Status, Assert.Single(answer.Errors)));
        }
    }

    // Every member that reads show, with every wrong kind of value, and bodies that are no objects at all. The same ones every time.
    private static IEnumerable<string> Bodies(string path)
    {
        string[] wrong = ["7", "1e400", "[]", "[[]]", "{}", "\"planted\"", "[null]", "[7]", "{\"other\":1}", "\"\\u0000\"", $"\"{new string('p', 5000)}\""];
        foreach (var body in (string[])["", "null", "7", "\"planted\"", "[]", "{", "{\"a\":1,\"a\":2}", "{\"other\":1}", new string('[', 300), "{\"name\":\"\\ud800\"}", "\u00ff"])
        {
            yield return body;
        }

        yield return $"{{\"name\":\"{new string('p', 300_000)}\"}}";
        var (fixedPart, members) = path switch
        {
            "/applications" => ("\"client_id\":\"new\",", Application),
            "/applications/shop" => ("", Application),
            "/applications/shop/secret" => ("", ["overlap"]),
            "/connections" => ("\"slug\":\"new\",\"kind\":\"x\",", Connection),
            "/connections/x" => ("", Connection),
            "/environments" => ("\"slug\":\"new\",", Environment),
            "/login-flows/shop" => ("", ["steps"]),
            _ => ("", Environment),
        };
        foreach (var name in members)
        {
            foreach (var value in wrong.Where(value => !Fits(name, value)))
            {
                if (!fixedPart.Contains($"\"{name}\"", StringComparison.Ordinal))
                {
                    yield return $"{{{fixedPart}\"{name}\":{value}}}";
                }
            }
        }
    }

    // What is no nonsense: such a value would be stored.
    private static bool Fits(string name, string value) => (name, value) switch
    {
        ("name" or "display_name" or "description" or "subject_attribute", "\"planted\"") => true,
        ("client_id" or "api_key", "\"planted\"") => true,
        ("redirect_uris" or "post_logout_redirect_uris" or "allowed_origins" or "grant_types" or "scopes" or "trusted_scopes" or "resources" or "connections" or "attributes", "[]") => true,
        ("upstream_params" or "policy" or "hosts" or "sessions" or "signing_keys", "{}") => true,
        ("overlap", "7") => true,
        _ => false,
    };

    private static readonly string[] Application =
    (
        "name type client_secret redirect_uris post_logout_redirect_uris grant_types scopes require_pushed_authorization_requests resources token_endpoint_auth_method jwks jwks_uri " +
            "token_endpoint_auth_signing_alg assertion_audience id_token_signed_response_alg access_token_lifetime require_pkce refresh_rotation claims_in_id_token allowed_origins " +
            "backchannel_logout_uri require_email trusted_scopes require_consent local_subject auto_redirect_single_option compat_profile connections login_flow enabled id has_client_secret").Split(' ');

    private static readonly string[] Connection =
    (
        "name description enabled protocol client_secret api_key_secret callback_style callback_url scopes hosts issuer authorization_endpoint token_endpoint userinfo_endpoint " +
            "upstream_params policy subject_attribute attributes store_tokens credentials preset connection_id").Split(' ');

    private static readonly string[] Environment = (
        "kind display_name sessions signing_keys issuer is_default id").Split(' ');

    private async Task<string> TokenAsync(string client) =>
        (await new RelyingParty(_host) { ClientId = client, Secret = Secret }.RedeemAsync(null, [("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null)])).AccessToken;
}
