using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>Every endpoint of users under wrong types, unknown fields, huge values, wrong ids, stale tags and no right to call: a problem with the right status, and nothing changed (threats L01, L02).</summary>
public sealed class UserFuzzTests : IAsyncLifetime
{
    private const string Secret = "machine-secret-0123456789-abcdefghijkl";

    private static readonly (string Method, string Path)[] Endpoints =
    [
        ("GET", "/users"), ("POST", "/users"), ("GET", "/users/{id}"), ("PATCH", "/users/{id}"), ("DELETE", "/users/{id}"), ("GET", "/users/{id}/identities"), ("POST", "/users/{id}/identities"),
        ("DELETE", "/users/{id}/identities/{identity}"), ("GET", "/users/{id}/identities/{identity}/handles"), ("GET", "/users/{id}/sessions"), ("DELETE", "/users/{id}/sessions"),
        ("DELETE", "/users/{id}/sessions/ses_0"), ("GET", "/users/{id}/export"), ("POST", "/users/import"), ("GET", "/users/export"),
    ];

    private XeniosHost _host = null!;
    private string _id = "";
    private string _identity = "";

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync(options => options.MoreResources.AddRange(
        [
            $"environment: {{ slug: default }}\napplications: [{{ client_id: reader, type: machine, client_secret: {Secret}, scopes: [\"manage:read\"] }}]",
            "environment: { slug: two }\nconnections: [{ slug: x, kind: x, name: X }]\nusers: [{ username: other, password: correct-horse-battery }]",
        ]));
        await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser());
        (_id, _identity) = ((await _host.QueryAsync("SELECT user_id FROM linked_identities"))[0], (await _host.QueryAsync("SELECT identity_id FROM linked_identities"))[0]);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Wrong_bodies_are_problems_and_change_nothing()
    {
        using var api = new ManagementClient(_host);
        string[] fields = ["username", "email", "email_verified", "password", "password_hash", "attributes", "sign_in_to_link", "status", "id", "groups", "managed_by", "has_password", "created_at", "environment_id", "connection", "subject", "handle", "__proto__", ""];
        string[] values =
        [
            "1", "-1", "1e999", "true", "[]", "{}", "[null]", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"" + new string('x', 5000) + "\"", "{\"a\":1}", "{\"sub\":\"x\"}", "\"$2b$31$x\"", "\"a\\nb\"", "\"ｘ@ｖ.test\"", "99999999999999999999",
        ];
        var asked = 0;
        await Expect.UnchangedAsync(_host, async () =>
        {
            foreach (var (method, path) in new[] { ("POST", "/users"), ("PATCH", $"/users/{_id}"), ("POST", $"/users/{_id}/identities") })
            {
                foreach (var body in fields.SelectMany(field => values.Select(value => $"{{\"zz\":1,\"{field}\":{value}}}")).Concat(["", "x", "[]", "null", "{\"username\":\"a\",\"username\":\"b\"}", new string('[', 200), new string('{', 300_000)]))
                {
                    var answer = await api.SendAsync(method, path, body);
                    Assert.True(answer.Status is 400 or 413 or 422 && answer.Type == "application/problem+json", $"{method} {path} {body[..Math.Min(80, body.Length)]}: {answer.Status} {answer.Body}");
                    asked++;
                }
            }

            // The same without the unknown field: what is refused is refused by a rule.
            foreach (var body in fields.SelectMany(field => values.Select(value => (field, value))))
            {
                var answer = await api.SendAsync("POST", "/users", $"{{\"{body.field}\":{body.value}}}");
                Assert.True(answer.Status is 400 or 422 && answer.Type == "application/problem+json", $"{body}: {answer.Status} {answer.Body}");
                asked++;
            }
        });
        Assert.True(asked > 1000);
    }

    [Fact]
    public async Task Wrong_queries_ids_and_tags_are_problems_and_change_nothing()
    {
        using var api = new ManagementClient(_host);
        await Expect.UnchangedAsync(_host, async () =>
        {
            foreach (var query in new[] { "limit=0", "limit=101", "limit=x", "limit=1&limit=2", "cursor=", "cursor=%00", "cursor=!!", "status=Active", "status=", "sort=id", "q=%00", "q=a%0Ab", "q=" + new string('q', 300), "q=a&cursor=dXNyXzE", "q=a&cursor=OQpiCmM" })
            {
                var answer = await api.GetAsync($"/users?{query}");
                Assert.True(answer.Status is 400 && answer.Type == "application/problem+json", $"{query}: {answer.Status} {answer.Body}");
            }

            Assert.Equal((422, "connection: unknown_reference"), ((await api.GetAsync("/users?connection=nowhere")) is var unknown ? unknown.Status : 0, unknown.Errors.Single()));
            foreach (var query in new[] { "limit=0", "limit=1001", "q=a", "status=active", "cursor=!" })
            {
                Assert.Equal(400, (await api.GetAsync($"/users/export?{query}")).Status);
            }

            foreach (var wrong in new[] { "usr_0", "import", "a%2Fb", "..%2Fkeys", "'%20OR%201%3D1--", new string('u', 2000), "%F0%9F%98%80", "cleo" })
            {
                foreach (var (method, path) in Endpoints.Where(endpoint => endpoint.Path.Contains("{id}", StringComparison.Ordinal)))
                {
                    var answer = await api.SendAsync(method, path.Replace("{id}", wrong, StringComparison.Ordinal).Replace("{identity}", _identity, StringComparison.Ordinal), method is "POST" or "PATCH" ? (path.EndsWith("identities", StringComparison.Ordinal) ? new { connection = "x", subject = "5" } : new { status = "blocked" }) : null);
                    Assert.True(answer.Status is 404, $"{method} {path} {wrong}: {answer.Status} {answer.Body}");
                }
            }

            foreach (var method in new[] { "PATCH", "DELETE" })
            {
                var answer = await api.SendAsync(method, $"/users/{_id}", method == "PATCH" ? new { status = "blocked" } : null, ("If-Match", "\"stale\""));
                Assert.Equal((412, "changed_meanwhile"), (answer.Status, answer.Code));
            }

            Assert.Equal(415, (await api.SendAsync("PATCH", $"/users/{_id}", "{\"status\":\"blocked\"}", ("Content-Type", "text/plain"))).Status);
        });
    }

    // L01
    [Fact]
    public async Task Without_the_right_to_and_from_another_environment_nothing_is_done_or_seen()
    {
        var reader = (await new RelyingParty(_host) { ClientId = "reader", Secret = Secret }.RedeemAsync(null, [("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null)])).AccessToken;
        using var nobody = new ManagementClient(_host, "");
        using var readonlyApi = new ManagementClient(_host, reader);
        using var two = new ManagementClient(_host, null, "/e/two");
        using var foreign = new ManagementClient(_host, reader, "/e/two");
        await Expect.UnchangedAsync(_host, async () =>
        {
            foreach (var (method, template) in Endpoints)
            {
                var path = template.Replace("{id}", _id, StringComparison.Ordinal).Replace("{identity}", _identity, StringComparison.Ordinal);
                object? body = method is "GET" or "DELETE" ? null : path.EndsWith("identities", StringComparison.Ordinal) ? new { connection = "x", subject = "5" } : new { status = "blocked" };
                Assert.Equal((401, "unauthorized"), ((await nobody.SendAsync(method, path, body)) is var without ? without.Status : 0, without.Code));
                Assert.Equal((401, "unauthorized"), ((await foreign.SendAsync(method, path, body)) is var elsewhere ? elsewhere.Status : 0, elsewhere.Code));
                if (method != "GET")
                {
                    Assert.Equal((403, "insufficient_scope"), ((await readonlyApi.SendAsync(method, path, body)) is var refused ? refused.Status : 0, refused.Code));
                }

                if (template.Contains("{id}", StringComparison.Ordinal))
                {
                    Assert.Equal((404, "not_found"), ((await two.SendAsync(method, path, body)) is var foreignId ? foreignId.Status : 0, foreignId.Code));
                }
            }

            Assert.Equal(["other"], (await two.GetAsync("/users")).Items.Select(user => user.GetProperty("username").GetString()));
            Assert.Empty((await two.GetAsync($"/users?q={_id}")).Items);
        });

        // An export that is allowed stands in the audit log of its own environment.
        Assert.DoesNotContain(_id, (await two.GetAsync("/users/export")).Body, StringComparison.Ordinal);
    }
}
