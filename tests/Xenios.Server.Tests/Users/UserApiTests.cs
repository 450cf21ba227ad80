using System.Text.Json;
using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>Users in the management API: made, found, changed, blocked, deleted (contract §5; threats A03, E05, L02; decision 23).</summary>
public abstract class UserApiTests(AccountHost accounts) : IDisposable
{
    private readonly XeniosHost _host = accounts.Fresh();
    private readonly ManagementClient _api = new(accounts.Host);
    private readonly string _tag = $"u{Guid.NewGuid():N}"[..12];

    public void Dispose()
    {
        _api.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_user_is_made_read_changed_and_deleted()
    {
        var made = await _api.PostAsync("/users", new { username = _tag, email = $"{_tag}@v.test", email_verified = true, attributes = new { nickname = "K", locale = "de" }, password = "correct-horse-battery" });
        Assert.Equal(201, made.Status);
        var id = made.Text("id")!;
        Assert.Equal(($"/api/v1/users/{id}", "active", "true", "false", "True"), (made.Location, made.Text("status"), made.Json.GetProperty("has_password").GetRawText(), made.Json.GetProperty("sign_in_to_link").GetRawText(), made.Text("email_verified")));
        Assert.Null(made.Text("last_sign_in_at"));
        Assert.DoesNotContain("password_hash", made.Body, StringComparison.Ordinal);
        Assert.Equal(made.Body, (await _api.GetAsync($"/users/{id}")).Body);

        var changed = await _api.PatchAsync($"/users/{id}", new { username = _tag + ".2", attributes = new { nickname = (string?)null, given_name = "Kim" }, sign_in_to_link = true, password = (string?)null });
        Assert.Equal((200, _tag + ".2"), (changed.Status, changed.Text("username")));
        Assert.Equal("""{"given_name":"Kim","locale":"de"}""", changed.Json.GetProperty("attributes").GetRawText());
        Assert.Equal(("True", "False", "True"), (changed.Text("sign_in_to_link"), changed.Text("has_password"), changed.Text("email_verified")));

        Assert.Equal(204, (await _api.DeleteAsync($"/users/{id}")).Status);
        Assert.Equal((404, "not_found"), ((await _api.GetAsync($"/users/{id}")).Status, (await _api.DeleteAsync($"/users/{id}")).Code));
    }

    [Fact]
    public async Task Names_and_confirmed_addresses_belong_to_one_user()
    {
        var first = await _api.PostAsync("/users", new { username = _tag, email = $"{_tag}@v.test", email_verified = true });
        var second = await _api.PostAsync("/users", new { username = _tag + "b", email = $"{_tag}@v.test" });
        Assert.Equal((201, 201), (first.Status, second.Status));
        foreach (var (body, code, field) in new (object, string, string)[]
        {
            (new { username = _tag.ToUpperInvariant() }, "username_taken", "username"),
            (new { username = _tag + "c", email = $"{_tag}@V.test", email_verified = true }, "email_taken", "email"),
        })
        {
            await Expect.UnchangedAsync(_host, async () =>
            {
                var made = await _api.PostAsync("/users", body);
                Assert.Equal((409, code), (made.Status, made.Code));
                Assert.Equal([$"{field}: duplicate"], made.Errors);
                var changed = await _api.PatchAsync($"/users/{second.Text("id")}", body);
                Assert.Equal((409, code), (changed.Status, changed.Code));
            });
        }
    }

    [Fact]
    public async Task Another_address_is_not_confirmed_because_the_former_one_was()
    {
        var (_, id) = await accounts.AddUserAsync();
        var changed = await _api.PatchAsync($"/users/{id}", new { email = $"{_tag}@v.test" });
        Assert.Equal(("False", $"{_tag}@v.test"), (changed.Text("email_verified"), changed.Text("email")));
        Assert.Equal("True", (await _api.PatchAsync($"/users/{id}", new { email_verified = true })).Text("email_verified"));
        Assert.Equal(["administrator"], await _host.QueryAsync($"SELECT email_verified_by FROM users WHERE user_id = '{id}'"));
        var without = await _api.PatchAsync($"/users/{id}", new { email = (string?)null });
        Assert.Equal((422, "refused"), (without.Status, without.Code));
        Assert.Equal(200, (await _api.PatchAsync($"/users/{id}", new { email = (string?)null, username = _tag })).Status);
        Assert.Equal(["null|null|0|null"], await _host.QueryAsync($"SELECT email, email_key, email_verified, email_verified_by FROM users WHERE user_id = '{id}'"));
    }

    // E05, A03
    [Fact]
    public async Task Blocking_a_user_ends_what_is_open_and_unblocking_lets_in_again()
    {
        var ada = await Visitor.ArriveAsync(accounts, "named", await _host.NewPersonAsync(null, _tag));
        var tokens = await ada.App.RedeemAsync(ada.Page.LocationParameter("code"));
        var id = (await ada.App.UserInfoAsync(tokens.AccessToken)).Json.GetProperty("sub").GetString()!;
        var blocked = await _api.PatchAsync($"/users/{id}", new { status = "blocked" });
        Assert.Equal((200, "blocked"), (blocked.Status, blocked.Text("status")));
        Assert.Equal(401, (await ada.App.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal(["0"], await _host.QueryAsync($"SELECT COUNT(*) FROM sessions WHERE user_id = '{id}'"));
        Assert.Equal("S62 account_blocked", (await Visitor.ArriveAsync(accounts, "named", ada.Person)).State);
        Assert.Equal(id, (await _api.GetAsync($"/users?status=blocked&q={_tag}")).Items.Single().GetProperty("id").GetString());
        Assert.Equal("active", (await _api.PatchAsync($"/users/{id}", new { status = "active" })).Text("status"));
        Assert.Equal("rp.test", (await Visitor.ArriveAsync(accounts, "named", ada.Person)).State);
    }

    [Fact]
    public async Task A_new_password_signs_in_is_never_shown_and_ends_the_sessions_of_the_former_one()
    {
        var (address, id) = await accounts.AddUserAsync("password: correct-horse-battery");
        var before = await SignInAsync(address, "correct-horse-battery");
        Assert.Equal("rp.test", before.State);
        var changed = await _api.PatchAsync($"/users/{id}", new { password = "another-horse-battery" });
        Assert.Equal(200, changed.Status);
        Assert.DoesNotContain("horse", changed.Body, StringComparison.Ordinal);
        Assert.Equal(["0"], await _host.QueryAsync($"SELECT COUNT(*) FROM sessions WHERE user_id = '{id}'"));
        Assert.Equal("S71 password_wrong", (await SignInAsync(address, "correct-horse-battery")).State);
        Assert.Equal("rp.test", (await SignInAsync(address, "another-horse-battery")).State);
        Assert.NotNull((await _api.GetAsync($"/users/{id}")).Text("last_sign_in_at"));
    }

    // B10
    [Fact]
    public async Task What_a_connection_keeps_is_refused_until_the_account_is_released()
    {
        var ada = await Visitor.ArriveAsync(accounts, "wso2jit", await _host.NewPersonAsync(accounts.NewAddress(), _tag));
        var id = await ada.SubjectAsync();
        Assert.Equal("wso2jit", (await _api.GetAsync($"/users/{id}")).Text("managed_by"));
        foreach (var name in new[] { "Changed", null })
        {
            var refused = await _api.PatchAsync($"/users/{id}", new { attributes = new { name } });
            Assert.Equal((422, "attributes.name: conflict"), (refused.Status, refused.Errors.Single()));
        }

        Assert.Equal(200, (await _api.PatchAsync($"/users/{id}", new { attributes = new { middle_name = "Q" } })).Status);
        Assert.Equal(400, (await _api.PatchAsync($"/users/{id}", new { managed_by = "x" })).Status);
        var released = await _api.PatchAsync($"/users/{id}", new { managed_by = (string?)null, attributes = new { name = "Changed" } });
        Assert.Equal((200, null), (released.Status, released.Text("managed_by")));
    }

    // Decision 23
    [Fact]
    public async Task Deleting_a_user_leaves_no_row_that_names_the_person()
    {
        var app = accounts.Loose;
        var ada = await Visitor.ArriveAsync(accounts, "named", await _host.NewPersonAsync(null, _tag), app);
        var tokens = await app.RedeemAsync(ada.Page.LocationParameter("code"));
        var federated = await Visitor.ArriveAsync(accounts, "named", ada.Person, accounts.Federated, ada.Browser);
        Assert.Equal("rp.test", federated.State);
        var id = (await _host.QueryAsync($"SELECT user_id FROM linked_identities WHERE handle = '{_tag}'")).Single();
        var environment = (await _host.QueryAsync("SELECT environment_id FROM environments")).Single();
        await _host.ExecuteAsync($"INSERT INTO consents (environment_id, user_id, client_id, resource, scopes, granted_at, updated_at) VALUES ('{environment}', '{id}', 'many', '', 'profile', 1, 1)");
        Assert.Equal(["1"], await _host.QueryAsync($"SELECT COUNT(*) FROM guests WHERE user_id = '{id}'"));
        Assert.Equal(204, (await _api.DeleteAsync($"/users/{id}")).Status);
        foreach (var table in new[] { "users", "linked_identities", "identity_handles", "sessions", "token_families", "consents", "guests", "sign_ins" })
        {
            Assert.Equal(["0"], await _host.QueryAsync($"SELECT COUNT(*) FROM {table} WHERE user_id = '{id}'"));
        }

        Assert.Equal(["0"], await _host.QueryAsync($"SELECT COUNT(*) FROM identity_handles WHERE handle_key = '{_tag}'"));
        Assert.Equal(401, (await app.UserInfoAsync(tokens.AccessToken)).Status);

        // Whoever comes back is somebody new.
        var again = await Visitor.ArriveAsync(accounts, "named", ada.Person);
        Assert.NotEqual(id, await again.SubjectAsync());
    }

    [Fact]
    public async Task A_change_on_what_somebody_changed_meanwhile_is_refused()
    {
        var made = await _api.PostAsync("/users", new { username = _tag });
        var path = $"/users/{made.Text("id")}";
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await _api.SendAsync("PATCH", path, new { attributes = new { nickname = "A" } }, ("If-Match", made.ETag!))).Status);
        await Expect.UnchangedAsync(_host, async () =>
        {
            var stale = await _api.SendAsync("PATCH", path, new { attributes = new { nickname = "B" } }, ("If-Match", made.ETag!));
            Assert.Equal((412, "changed_meanwhile"), (stale.Status, stale.Code));
            Assert.Equal(412, (await _api.SendAsync("DELETE", path, null, ("If-Match", made.ETag!))).Status);
        });
        Assert.Equal(200, (await _api.SendAsync("PATCH", path, new { status = "blocked" }, ("If-Match", (await _api.GetAsync(path)).ETag!))).Status);
    }

    [Fact]
    public async Task Users_are_found_by_the_beginning_of_name_address_or_handle_and_by_exact_ids()
    {
        var byName = (await _api.PostAsync("/users", new { username = _tag + "_n" })).Text("id");
        var byMail = (await _api.PostAsync("/users", new { username = "z" + _tag, email = $"{_tag}.m@v.test" })).Text("id");
        var both = (await _api.PostAsync("/users", new { username = _tag + "%b", email = $"{_tag}.b@v.test" })).Status == 422
            ? (await _api.PostAsync("/users", new { username = _tag + "-b", email = $"{_tag}.b@v.test" })).Text("id")
            : null;
        var ada = await Visitor.ArriveAsync(accounts, "never", await _host.NewPersonAsync(accounts.NewAddress(), _tag + "h"));
        var byHandle = await ada.SubjectAsync();
        Assert.Equal([both, byName, byMail, byHandle], await IdsAsync($"/users?q={_tag}"));
        Assert.Equal([both, byName, byMail, byHandle], await IdsAsync($"/users?q={_tag.ToUpperInvariant()}"));
        Assert.Equal([byHandle], await IdsAsync($"/users?q=%40{_tag}h"));
        Assert.Equal([byMail], await IdsAsync($"/users?q={_tag}.m%40v.test"));
        Assert.Equal([byName], await IdsAsync($"/users?q={byName}"));
        var subject = (await _host.QueryAsync($"SELECT subject FROM linked_identities WHERE user_id = '{byHandle}'")).Single();
        Assert.Equal([byHandle], await IdsAsync($"/users?q={subject}"));
        Assert.Empty(await IdsAsync($"/users?q={_tag}%25"));
        Assert.Equal([byHandle], await IdsAsync($"/users?q={_tag}&connection=never"));
        Assert.Empty(await IdsAsync($"/users?q={_tag}&connection=x"));
    }

    [Fact]
    public async Task Lists_are_walked_page_by_page_and_nobody_is_missed_or_shown_twice()
    {
        for (var i = 0; i < 7; i++)
        {
            var made = await _api.PostAsync("/users", new { username = $"{_tag}{i}", email = $"{_tag}{i}@v.test", status = i % 2 == 0 ? "blocked" : "active" });
            Assert.Equal(201, made.Status);
        }

        foreach (var (query, count) in new[] { ($"q={_tag}", 7), ($"q={_tag}&status=active", 3), ($"q={_tag}&status=blocked", 4) })
        {
            var found = await WalkAsync($"/users?{query}&limit=2");
            Assert.Equal((count, count), (found.Count, found.Distinct().Count()));
        }

        var all = await WalkAsync("/users?limit=3");
        Assert.Equal(long.Parse((await _host.QueryAsync("SELECT COUNT(*) FROM users")).Single(), System.Globalization.CultureInfo.InvariantCulture), all.Distinct().Count());
        Assert.Equal(all, all.Order(StringComparer.Ordinal));
        Assert.Equal(
            (await _host.QueryAsync("SELECT DISTINCT user_id FROM linked_identities i JOIN connections c ON c.connection_id = i.connection_id WHERE c.slug = 'named'")).Order(StringComparer.Ordinal),
            await WalkAsync("/users?connection=named&limit=1"));
        Assert.Equal((await _host.QueryAsync("SELECT user_id FROM users WHERE status = 'blocked'")).Order(StringComparer.Ordinal), await WalkAsync("/users?status=blocked&limit=2"));
    }

    private async Task<Visitor> SignInAsync(string name, string password)
    {
        var visitor = await Visitor.OpenAsync(accounts, accounts.Ways);
        await visitor.PressAsync("way/password");
        await visitor.PressAsync("password", ("username", name), ("password", password));
        return visitor;
    }

    private async Task<IReadOnlyList<string?>> IdsAsync(string path) => [.. (await _api.GetAsync(path)).Items.Select(user => user.GetProperty("id").GetString())];

    private async Task<List<string>> WalkAsync(string path)
    {
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = await _api.GetAsync(cursor is null ? path : $"{path}&cursor={cursor}");
            Assert.Equal(200, page.Status);
            ids.AddRange(page.Items.Select(user => user.GetProperty("id").GetString()!));
            cursor = page.Json.TryGetProperty("next_cursor", out var next) && next.ValueKind == JsonValueKind.String ? next.GetString() : null;
        }
        while (cursor is not null && ids.Count < 10_000);
        return ids;
    }
}

public sealed class UserApiOnSqliteTests(AccountHost accounts) : UserApiTests(accounts), IClassFixture<AccountHost>;

[Trait("Category", "Postgres")]
public sealed class UserApiOnPostgresTests(AccountHostOnPostgres accounts) : UserApiTests(accounts), IClassFixture<AccountHostOnPostgres>;
