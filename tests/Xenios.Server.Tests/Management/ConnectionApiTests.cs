using Xenios.Testing;

namespace Xenios.Server.Tests.Management;

/// <summary>Connections by API (contract §5; kinde-and-wso2.md A24, B14, D-16, D4, rows 12, 17, 38; threats L01, L02).</summary>
public class ConnectionApiTests : IAsyncLifetime
{
    private const string ClientSecret = "planted-client-secret-of-x-0123456789";
    private const string KeySecret = "planted-api-key-secret-of-x-0123456789";
    private XeniosHost _host = null!;
    private ManagementClient _api = null!;

    protected virtual string? Postgres => null;

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync(options =>
        {
            options.Postgres = Postgres;
            options.MoreResources.Add("environment: { slug: two }\nconnections: [{ slug: theirs, kind: x }]");
        });
        _api = new ManagementClient(_host);
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _host.DisposeAsync();
    }

    [Fact] // row 17: the callback is needed before there are credentials
    public async Task Connection_without_credentials_is_saved_and_shows_what_it_uses()
    {
        var made = await _api.PostAsync("/connections", new { slug = "second", kind = "x", name = "Second", policy = new { preset = "wso2" } });
        Assert.Equal((201, "/api/v1/connections/second", "second", "sandbox", "wso2"), (made.Status, made.Location, made.Text("id"), made.Text("credentials"), made.Text("preset")));
        Assert.Equal(("False", "False"), (made.Text("has_client_secret"), made.Text("has_api_key_secret")));
        Assert.Equal(made.Body, (await _api.GetAsync("/connections/second")).Body);
        Assert.Equal(made.Body, (await _api.GetAsync($"/connections/{made.Text("connection_id")}")).Body);
        Assert.Equal("kinde", (await _api.GetAsync("/connections/x")).Text("preset"));
        Assert.Equal(409, (await _api.PostAsync("/connections", new { slug = "second", kind = "x" })).Status);
    }

    [Fact] // row 12; the WSO2 preset has the other path
    public async Task Callbacks_are_the_addresses_to_register_at_X()
    {
        await _api.PostAsync("/connections", new { slug = "second", kind = "x", policy = new { preset = "wso2" } });
        Assert.Equal("""{"items":[{"url":"https://id.test/login/callback","host":"id.test","style":"login_callback"}]}""", (await _api.GetAsync("/connections/x/callbacks")).Body);
        Assert.Equal("""{"items":[{"url":"https://id.test/commonauth","host":"id.test","style":"commonauth"}]}""", (await _api.GetAsync("/connections/second/callbacks")).Body);
        using var two = new ManagementClient(_host, prefix: "/e/two");
        Assert.Equal("https://id.test/e/two/login/callback", (await two.GetAsync("/connections/theirs/callbacks")).Items[0].GetProperty("url").GetString());
    }

    [Fact] // rows 17, 38; A19.2
    public async Task Upstream_secrets_are_kept_and_never_shown()
    {
        var made = await _api.PostAsync("/connections", new { slug = "own", kind = "x", client_id = "own-client-id", client_secret = ClientSecret, api_key = "own-api-key", api_key_secret = KeySecret });
        Assert.Equal((201, "own", "True", "True"), (made.Status, made.Text("credentials"), made.Text("has_client_secret"), made.Text("has_api_key_secret")));
        var renamed = await _api.PatchAsync("/connections/own", new { name = "Own" });
        Assert.Equal((200, "Own", "True", "True"), (renamed.Status, renamed.Text("name"), renamed.Text("has_client_secret"), renamed.Text("has_api_key_secret")));

        // The secret of one app is not sent with the id of another.
        var moved = await _api.PatchAsync("/connections/own", new { client_id = "another-client-id" });
        Assert.Equal((200, "False"), (moved.Status, moved.Text("has_client_secret")));
        foreach (var text in (string[])[made.Body, renamed.Body, moved.Body, (await _api.GetAsync("/connections")).Body, await _host.SnapshotAsync(), string.Join('\n', _host.Log.Lines)])
        {
            Assert.DoesNotContain(ClientSecret, text, StringComparison.Ordinal);
            Assert.DoesNotContain(KeySecret, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task List_is_searched_in_slug_and_name_and_walked_by_cursor()
    {
        foreach (var slug in (string[])["a", "b", "z"])
        {
            await _api.PostAsync("/connections", new { slug, kind = "x", name = $"Name of {slug}" });
        }

        var first = await _api.GetAsync("/connections?limit=3");
        var second = await _api.GetAsync($"/connections?limit=3&cursor={first.Text("next_cursor")}");
        Assert.Equal(["a", "b", "x", "z"], first.Items.Concat(second.Items).Select(item => item.GetProperty("slug").GetString()));
        Assert.Null(second.Text("next_cursor"));
        Assert.Equal(["b"], (await _api.GetAsync("/connections?q=NAME of b")).Items.Select(item => item.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Patch_is_in_use_at_once_and_a_whole_representation_may_be_sent_back()
    {
        var before = await _api.GetAsync("/connections/x");
        var same = await _api.SendAsync("PATCH", "/connections/x", before.Body, ("If-Match", before.ETag!));
        Assert.Equal((200, before.Body, before.ETag), (same.Status, same.Body, same.ETag));
        var off = await _api.SendAsync("PATCH", "/connections/x?force=true", new { enabled = false }, ("If-Match", before.ETag!));
        Assert.Equal((200, "False"), (off.Status, off.Text("enabled")));
        Assert.Equal(412, (await _api.SendAsync("PATCH", "/connections/x", new { enabled = true }, ("If-Match", before.ETag!))).Status);
        var page = await _host.NewBrowser().GoAsync(new RelyingParty(_host).AuthorizeUrl());
        Assert.DoesNotContain("data-connection=\"x\"", page.Html, StringComparison.Ordinal);
    }

    [Theory] // L02
    [InlineData("""{"slug":"y"}""", 422, "slug: not_allowed")]
    [InlineData("""{"credentials":"own"}""", 422, "credentials: not_allowed")]
    [InlineData("""{"connection_id":"con_1"}""", 422, "connection_id: not_allowed")]
    [InlineData("""{"subject_attribute":"username"}""", 422, "subject_attribute: L-204")]
    [InlineData("""{"callback_url":"http://evil.example/cb"}""", 422, "callback_url: malformed")]
    [InlineData("""{"upstream_params":{"redirect_uri":{"value":"x"}}}""", 422, "upstream_params.redirect_uri: reserved")]
    [InlineData("""{"policy":{"link_policy":"always"}}""", 400, "policy.link_policy: malformed")]
    [InlineData("""{"clientid":"x"}""", 400, "clientid: A-10")]
    public async Task Patch_is_refused_at_the_field(string patch, int status, string error)
    {
        var before = await _host.SnapshotAsync();
        var answer = await _api.PatchAsync("/connections/x", patch);
        Assert.Equal((status, error), (answer.Status, Assert.Single(answer.Errors)));
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Fact]
    public async Task Connection_of_another_environment_is_unknown()
    {
        var before = await _host.SnapshotAsync();
        foreach (var (method, path) in ((string, string)[])[("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/callbacks")])
        {
            Assert.Equal(404, (await _api.SendAsync(method, $"/connections/theirs{path}", method == "PATCH" ? "{}" : null)).Status);
        }

        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Fact] // D-16, A24: the Kinde preset unlinks
    public async Task Deleted_connection_goes_with_its_identities_and_sessions_and_accounts_stay()
    {
        await _api.PostAsync("/connections", new { slug = "other", kind = "x" });
        foreach (var application in (string[])["shop", "other", "spa"])
        {
            await _api.SendAsync("PUT", $"/applications/{application}/connections/other");
        }

        var (shop, browser) = (new RelyingParty(_host), _host.NewBrowser());
        await shop.SignInAsync(browser, "ada", ("connection", "x"));
        var users = await _host.QueryAsync("SELECT COUNT(*) FROM users");
        Assert.Equal(204, (await _api.DeleteAsync("/connections/x")).Status);
        Assert.Equal(users, await _host.QueryAsync("SELECT COUNT(*) FROM users"));
        Assert.Equal(["0"], await _host.QueryAsync("SELECT COUNT(*) FROM linked_identities"));
        Assert.Equal(["0"], await _host.QueryAsync("SELECT COUNT(*) FROM sessions"));
        Assert.Equal(["0"], await _host.QueryAsync("SELECT COUNT(*) FROM identity_handles WHERE seen_until IS NULL"));
        Assert.Equal("[\"other\"]", (await _api.GetAsync("/applications/shop")).Text("connections"));
        Assert.Equal(404, (await _api.GetAsync("/connections/x")).Status);
    }

    [Fact] // B14: never a flow without a way in
    public async Task Connection_that_is_the_only_way_into_an_application_stays_even_by_force()
    {
        var before = await _host.SnapshotAsync();
        foreach (var query in (string[])["", "?force=true"])
        {
            var refused = await _api.DeleteAsync($"/connections/x{query}");
            Assert.Equal((409, "application_without_way_in"), (refused.Status, refused.Code));
            Assert.Equal(["applications.other: conflict", "applications.shop: conflict", "applications.spa: conflict"], refused.Errors.Order(StringComparer.Ordinal));
        }

        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Fact] // B14, L-206: switching off is taken back by switching on, so force is enough
    public async Task Connection_that_is_the_only_way_in_is_switched_off_by_force_alone()
    {
        await new RelyingParty(_host).SignInAsync(_host.NewBrowser(), "ada");
        var before = await _host.SnapshotAsync();
        var refused = await _api.PatchAsync("/connections/x", new { enabled = false });
        Assert.Equal((409, "application_without_way_in"), (refused.Status, refused.Code));
        Assert.Equal(["applications.other: conflict", "applications.shop: conflict", "applications.spa: conflict"], refused.Errors.Order(StringComparer.Ordinal));
        Assert.Contains("1 people came by this connection", refused.Text("title"), StringComparison.Ordinal);
        Assert.Equal(before, await _host.SnapshotAsync());

        // One that is switched off itself is no other way; one that is on is.
        await _api.PostAsync("/connections", new { slug = "second", kind = "x", enabled = false });
        foreach (var application in (string[])["shop", "other", "spa"])
        {
            await _api.SendAsync("PUT", $"/applications/{application}/connections/second");
        }

        Assert.Equal(409, (await _api.PatchAsync("/connections/x", new { enabled = false })).Status);
        await _api.PatchAsync("/connections/second", new { enabled = true });
        Assert.Equal(200, (await _api.PatchAsync("/connections/x", new { enabled = false })).Status);
        Assert.Equal(200, (await _api.PatchAsync("/connections/x", new { enabled = true })).Status);
        Assert.Equal(400, (await _api.PatchAsync("/connections/x?force=maybe", new { enabled = false })).Status);
    }

    [Fact] // B14, refuse_if_used
    public async Task Connection_in_use_is_refused_with_the_applications_and_how_many_would_lose_their_way_in()
    {
        await _api.PostAsync("/connections", new { slug = "used", kind = "x", policy = new { on_connection_delete = "refuse_if_used" } });
        await _api.SendAsync("PUT", "/applications/shop/connections/used");
        await new RelyingParty(_host).SignInAsync(_host.NewBrowser(), "ada", ("connection", "used"));
        var refused = await _api.DeleteAsync("/connections/used");
        Assert.Equal((409, "connection_in_use", "applications.shop: conflict"), (refused.Status, refused.Code, Assert.Single(refused.Errors)));
        Assert.Contains("1 people came by it; 1 of them", refused.Text("title"), StringComparison.Ordinal);
        Assert.Equal(204, (await _api.DeleteAsync("/connections/used?force=true")).Status);
        Assert.Equal("[\"x\"]", (await _api.GetAsync("/applications/shop")).Text("connections"));
    }

    [Fact]
    public async Task Accounts_without_any_way_in_are_blocked_where_the_policy_says_so()
    {
        await _api.PostAsync("/connections", new { slug = "fad", kind = "x", policy = new { on_connection_delete = "deactivate_orphans", missing_email = "allow_without" } });
        await _api.SendAsync("PUT", "/applications/shop/connections/fad");
        await new RelyingParty(_host).SignInAsync(_host.NewBrowser(), "ada", ("connection", "fad"));
        Assert.Equal(204, (await _api.DeleteAsync("/connections/fad")).Status);
        Assert.Equal(["active|cleo"], await _host.QueryAsync("SELECT status, username FROM users WHERE status = 'active'"));
        Assert.Equal(["1"], await _host.QueryAsync("SELECT COUNT(*) FROM users WHERE status = 'blocked'"));
    }
}

[Trait("Category", "Postgres")]
public sealed class ConnectionApiOnPostgresTests : ConnectionApiTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
