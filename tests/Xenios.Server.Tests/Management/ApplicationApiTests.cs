using System.Text.Json;
using Xenios.Testing;

namespace Xenios.Server.Tests.Management;

/// <summary>Applications and login flows by API (contract §5; kinde-and-wso2.md A19, B23, D4, rows 37, 38; threats L01, L02).</summary>
public class ApplicationApiTests : IAsyncLifetime
{
    private const string ShopSecret = "shop-secret-0123456789-abcdefghijklmnop";
    private XeniosHost _host = null!;
    private ManagementClient _api = null!;

    protected virtual string? Postgres => null;

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync(options =>
        {
            options.Postgres = Postgres;
            options.MoreResources.AddRange(["connections: [{ slug: x2, kind: x, name: Second }]", "environment: { slug: two }\napplications: [{ client_id: theirs, type: spa }]"]);
        });
        _api = new ManagementClient(_host);
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task New_application_signs_people_in_with_the_secret_that_its_answer_alone_shows()
    {
        var made = await _api.PostAsync("/applications", new { client_id = "kiosk", name = "Kiosk", redirect_uris = new[] { "https://kiosk.test/cb" }, connections = new[] { "x" } });
        var secret = made.Text("client_secret")!;
        Assert.Equal((201, "/api/v1/applications/kiosk", "kiosk", "True"), (made.Status, made.Location, made.Text("id"), made.Text("has_client_secret")));
        Assert.Matches("\\A[A-Za-z0-9]{48}\\z", secret);
        Assert.Matches("\\A\\d{4}-\\d\\d-\\d\\dT", made.Text("created_at")!);

        var shown = await _api.GetAsync("/applications/kiosk");
        Assert.Equal((200, made.ETag), (shown.Status, shown.ETag));
        Assert.DoesNotContain("client_secret\"", shown.Body.Replace("has_client_secret\"", "", StringComparison.Ordinal), StringComparison.Ordinal);

        var kiosk = new RelyingParty(_host) { ClientId = "kiosk", Secret = secret, RedirectUri = "https://kiosk.test/cb" };
        Assert.Equal(200, (await kiosk.SignInAndRedeemAsync(_host.NewBrowser())).Status);
        Assert.Equal(409, (await _api.PostAsync("/applications", new { client_id = "kiosk" })).Status);
    }

    [Theory]
    [InlineData("spa", null, false)]
    [InlineData("web", "private_key_jwt", false)]
    [InlineData("machine", null, true)]
    [InlineData("web", "client_secret_jwt", true)]
    public async Task Secret_is_generated_only_for_applications_that_prove_themselves_by_one(string type, string? method, bool generated)
    {
        var jwks = method == "private_key_jwt" ? "https://keys.test/jwks" : null;
        var made = await _api.PostAsync("/applications", new { client_id = "new", type, token_endpoint_auth_method = method, jwks_uri = jwks });
        Assert.True(made.Status == 201, made.Body);
        Assert.Equal(generated, made.Text("client_secret") is not null);
        Assert.Equal(generated.ToString(), made.Text("has_client_secret"));
    }

    [Fact]
    public async Task List_is_searched_in_id_and_name_and_walked_by_cursor()
    {
        var everything = new List<string>();
        string? cursor = null;
        do
        {
            var page = await _api.GetAsync($"/applications?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            everything.AddRange(page.Items.Select(item => item.GetProperty("client_id").GetString()!));
            cursor = page.Text("next_cursor");
        }
        while (cursor is not null);
        Assert.Equal(["other", "shop", "spa"], everything);
        await _api.PatchAsync("/applications/other", new { name = "Würste & Co" });
        Assert.Equal(["other"], (await _api.GetAsync("/applications?q=wÜrste")).Items.Select(item => item.GetProperty("id").GetString()));
        Assert.Equal(["shop"], (await _api.GetAsync("/applications?q=HO")).Items.Select(item => item.GetProperty("id").GetString()));
        Assert.Empty((await _api.GetAsync("/applications?q=%25")).Items);
    }

    [Fact]
    public async Task Patch_changes_what_it_names_and_a_whole_representation_may_be_sent_back()
    {
        var before = await _api.GetAsync("/applications/shop");
        var same = await _api.PatchAsync("/applications/shop", before.Body);
        Assert.Equal((200, before.Body, before.ETag), (same.Status, same.Body, same.ETag));

        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        var changed = await _api.PatchAsync("/applications/shop", new { name = "Store", access_token_lifetime = 120, post_logout_redirect_uris = (string[]?)null });
        Assert.Equal((200, "Store", "120", null), (changed.Status, changed.Text("name"), changed.Text("access_token_lifetime"), changed.Text("post_logout_redirect_uris")));
        Assert.NotEqual(before.Text("updated_at"), changed.Text("updated_at"));
        Assert.Equal(before.Text("redirect_uris"), changed.Text("redirect_uris"));

        // In use at once, with the secret it had.
        var tokens = await new RelyingParty(_host).SignInAndRedeemAsync(_host.NewBrowser());
        Assert.Equal(120, tokens.Json.GetProperty("expires_in").GetInt32());
    }

    [Fact]
    public async Task Patch_of_what_somebody_changed_meanwhile_is_refused()
    {
        var first = await _api.GetAsync("/applications/shop");
        Assert.Equal(200, (await _api.SendAsync("PATCH", "/applications/shop", new { name = "One" }, ("If-Match", first.ETag!))).Status);
        var stale = await _api.SendAsync("PATCH", "/applications/shop", new { name = "Two" }, ("If-Match", first.ETag!));
        Assert.Equal((412, "changed_meanwhile"), (stale.Status, stale.Code));
        Assert.Equal(412, (await _api.SendAsync("DELETE", "/applications/shop", null, ("If-Match", first.ETag!))).Status);
        Assert.Equal("One", (await _api.GetAsync("/applications/shop")).Text("name"));
    }

    [Theory] // L02: the same rules as at creation and in the resource file, each finding at its field
    [InlineData("""{"client_id":"else"}""", 422, "client_id: not_allowed")]
    [InlineData("""{"id":"else"}""", 422, "id: not_allowed")]
    [InlineData("""{"has_client_secret":false}""", 422, "has_client_secret: not_allowed")]
    [InlineData("""{"created_at":"2020-01-01T00:00:00+00:00"}""", 422, "created_at: not_allowed")]
    [InlineData("""{"redirect_uris":["http://shop.example/cb"]}""", 422, "redirect_uris[0]: invalid_redirect_uri")]
    [InlineData("""{"connections":["nothing"]}""", 422, "connections[0]: unknown_reference")]
    [InlineData("""{"scopes":["openid","manage:write"]}""", 422, "scopes[1]: not_allowed")]
    [InlineData("""{"client_secret":"short"}""", 422, "client_secret: malformed")]
    [InlineData("""{"login_flow":{"steps":[{"options":[{"method":"password"}]}]}}""", 422, "login_flow: conflict")]
    [InlineData("""{"is_admin":true}""", 400, "is_admin: A-10")]
    [InlineData("""{"name":7}""", 400, "name: malformed")]
    public async Task Patch_is_refused_at_the_field(string patch, int status, string error)
    {
        var before = await _host.SnapshotAsync();
        var answer = await _api.PatchAsync("/applications/shop", patch);
        Assert.Equal((status, error), (answer.Status, Assert.Single(answer.Errors)));
        Assert.Equal("application/problem+json", answer.Type);
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Fact]
    public async Task Application_of_another_environment_is_unknown()
    {
        foreach (var (method, path) in ((string, string)[])[("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/secret"), ("PUT", "/connections/x"), ("DELETE", "/connections/x")])
        {
            var answer = await _api.SendAsync(method, $"/applications/theirs{path}", method == "PATCH" ? "{}" : null);
            Assert.Equal((404, "not_found"), (answer.Status, answer.Code));
        }

        using var two = new ManagementClient(_host, prefix: "/e/two");
        Assert.Equal(200, (await two.GetAsync("/applications/theirs")).Status);
        Assert.Equal(404, (await two.GetAsync("/applications/shop")).Status);
        Assert.Equal("/e/two/api/v1/applications/more", (await two.PostAsync("/applications", new { client_id = "more", type = "spa" })).Location);
    }

    [Fact] // a name that is given away inherits nothing
    public async Task Deleted_application_is_gone_with_its_grants()
    {
        await _host.ApplyAsync("applications: [{ client_id: shop, client_secret: " + ShopSecret + ", redirect_uris: [https://rp.test/cb], grant_types: [authorization_code, refresh_token], scopes: [openid, offline_access], connections: [x] }]");
        var shop = new RelyingParty(_host);
        var tokens = await shop.SignInAndRedeemAsync(_host.NewBrowser(), "ada", ("scope", "openid offline_access"));
        var settings = (await _api.GetAsync("/applications/shop")).Body;
        Assert.Equal(204, (await _api.DeleteAsync("/applications/shop")).Status);
        Assert.Equal(404, (await _api.GetAsync("/applications/shop")).Status);
        Assert.Equal("invalid_client", (await shop.RefreshAsync(tokens.RefreshToken)).Error);

        var again = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(settings)!;
        foreach (var name in (string[])["id", "has_client_secret", "created_at", "updated_at"])
        {
            again.Remove(name);
        }

        var made = await _api.PostAsync("/applications", again);
        Assert.True(made.Status == 201, made.Body);
        var heir = new RelyingParty(_host) { Secret = made.Text("client_secret") };
        Assert.Equal("invalid_grant", (await heir.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Theory] // row 80
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_jwt")]
    public async Task Replaced_secret_works_until_its_overlap_ends_and_of_three_only_two_live(string method)
    {
        await _api.PatchAsync("/applications/shop", new { client_secret = ShopSecret, token_endpoint_auth_method = method });
        async Task<bool> Works(string secret)
        {
            var answer = method == "client_secret_basic"
                ? await new RelyingParty(_host) { Secret = secret }.RedeemAsync("nothing")
                : await new RelyingParty(_host) { Secret = null }.RedeemAsync("nothing", Assertion(secret));
            return answer.Error == "invalid_grant";
        }

        Assert.True(await Works(ShopSecret));
        var first = await _api.PostAsync("/applications/shop/secret", new { overlap = 3600 });
        Assert.Equal((200, _host.Clock.GetUtcNow().AddHours(1)), (first.Status, first.Json.GetProperty("former_until").GetDateTimeOffset()));
        Assert.True(await Works(ShopSecret));
        Assert.True(await Works(first.Text("client_secret")!));

        _host.Clock.Advance(TimeSpan.FromSeconds(3599));
        Assert.True(await Works(ShopSecret));
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await Works(ShopSecret));
        Assert.True(await Works(first.Text("client_secret")!));

        var second = await _api.PostAsync("/applications/shop/secret");
        var third = await _api.PostAsync("/applications/shop/secret");
        Assert.False(await Works(first.Text("client_secret")!));
        Assert.True(await Works(second.Text("client_secret")!));
        Assert.True(await Works(third.Text("client_secret")!));

        var last = await _api.PostAsync("/applications/shop/secret", new { overlap = 0 });
        Assert.Null(last.Text("former_until"));
        Assert.False(await Works(third.Text("client_secret")!));
        Assert.True(await Works(last.Text("client_secret")!));
        Assert.Equal("True", (await _api.GetAsync("/applications/shop")).Text("has_client_secret"));
    }

    [Theory]
    [InlineData("shop", """{"overlap":-1}""", 422, "overlap: out_of_range")]
    [InlineData("shop", """{"overlap":2592001}""", 422, "overlap: out_of_range")]
    [InlineData("shop", """{"overlap":"1"}""", 400, "overlap: malformed")]
    [InlineData("spa", "{}", 422, "token_endpoint_auth_method: not_allowed")]
    public async Task Rotation_that_makes_no_sense_is_refused(string application, string body, int status, string error)
    {
        var before = await _host.SnapshotAsync();
        var answer = await _api.PostAsync($"/applications/{application}/secret", body);
        Assert.Equal((status, error), (answer.Status, Assert.Single(answer.Errors)));
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Theory] // D4, row 37: one store whatever its form
    [InlineData("""{"connections":["x"]}""")]
    [InlineData("""{"connections":null,"login_flow":{"steps":[{"options":[{"connection":"x"}]},{"options":[{"method":"password"}]}]}}""")]
    public async Task Connection_is_switched_on_and_off_for_an_application(string form)
    {
        Assert.Equal(200, (await _api.PatchAsync("/applications/shop", form)).Status);
        var id = (await _api.GetAsync("/connections/x2")).Text("connection_id");
        Assert.Equal(204, (await _api.SendAsync("PUT", $"/applications/shop/connections/{id}")).Status);
        Assert.Equal(204, (await _api.SendAsync("PUT", "/applications/shop/connections/x2")).Status);
        Assert.Equal(["x", "x2"], await FirstStepAsync());
        Assert.Equal(204, (await _api.DeleteAsync("/applications/shop/connections/x")).Status);
        Assert.Equal(204, (await _api.DeleteAsync("/applications/shop/connections/x")).Status);
        Assert.Equal(["x2"], await FirstStepAsync());
        var last = await _api.DeleteAsync("/applications/shop/connections/x2");
        Assert.Equal((422, "refused"), (last.Status, last.Code));
        Assert.Equal(["x2"], await FirstStepAsync());
        Assert.Equal(404, (await _api.SendAsync("PUT", "/applications/shop/connections/none")).Status);
    }

    [Fact]
    public async Task Application_that_names_no_connection_offers_all_until_one_is_switched_off()
    {
        await _api.PatchAsync("/applications/shop", """{"connections":null}""");
        Assert.Equal(204, (await _api.SendAsync("PUT", "/applications/shop/connections/x2")).Status);
        Assert.Null((await _api.GetAsync("/applications/shop")).Text("connections"));
        Assert.Equal(204, (await _api.DeleteAsync("/applications/shop/connections/x2")).Status);
        Assert.Equal(["x"], await FirstStepAsync());
    }

    [Fact]
    public async Task Login_flow_is_read_and_changed_in_its_long_form()
    {
        var flow = await _api.GetAsync("/login-flows/shop");
        Assert.Equal("""{"client_id":"shop","steps":[{"options":[{"connection":"x"}]}]}""", flow.Body);
        Assert.Equal(["other", "shop", "spa"], (await _api.GetAsync("/login-flows")).Items.Select(item => item.GetProperty("client_id").GetString()));
        var changed = await _api.SendAsync("PATCH", "/login-flows/shop", """{"steps":[{"options":[{"connection":"x"},{"method":"email_code"}]}]}""", ("If-Match", flow.ETag!));
        Assert.Equal((200, """{"client_id":"shop","steps":[{"options":[{"connection":"x"},{"method":"email_code"}]}]}"""), (changed.Status, changed.Body));
        Assert.Null((await _api.GetAsync("/applications/shop")).Text("connections"));
        var wrong = await _api.PatchAsync("/login-flows/shop", """{"steps":[{"options":[{"connection":"none"}]}]}""");
        Assert.Equal((422, "steps[0].options[0].connection: unknown_reference"), (wrong.Status, Assert.Single(wrong.Errors)));
        Assert.Equal(412, (await _api.SendAsync("PATCH", "/login-flows/shop", """{"steps":null}""", ("If-Match", flow.ETag!))).Status);
        Assert.Equal("""{"client_id":"shop"}""", (await _api.PatchAsync("/login-flows/shop", """{"steps":null}""")).Body);
    }

    [Fact]
    public async Task Of_two_that_create_the_same_application_at_once_one_is_told_so()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _api.PostAsync("/applications", new { client_id = "race", type = "spa" })));
        Assert.Equal([201, 409, 409, 409, 409, 409], answers.Select(answer => answer.Status).Order());
    }

    private async Task<IEnumerable<string?>> FirstStepAsync() =>
        (await _api.GetAsync("/login-flows/shop")).Json.GetProperty("steps")[0].GetProperty("options").EnumerateArray().Select(option => option.GetProperty("connection").GetString());

    private (string Name, string? Value)[] Assertion(string secret) =>
    [
        ("client_id", null),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", ClientSigner.OfSecret(secret).Assert("shop", _host.Clock.GetUtcNow())),
    ];
}

[Trait("Category", "Postgres")]
public sealed class ApplicationApiOnPostgresTests : ApplicationApiTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
