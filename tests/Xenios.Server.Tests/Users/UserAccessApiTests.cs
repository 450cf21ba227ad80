using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>Identities, handles and sessions of a user in the management API, and the export of a person (contract §5; threats A03, A09, L04; decision 23).</summary>
public abstract class UserAccessApiTests(AccountHost accounts) : IDisposable
{
    private readonly XeniosHost _host = accounts.Fresh();
    private readonly ManagementClient _api = new(accounts.Host);
    private readonly string _tag = $"a{Guid.NewGuid():N}"[..12];

    public void Dispose()
    {
        _api.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_identity_named_by_an_administrator_is_the_persons_way_in()
    {
        var (_, id) = await accounts.AddUserAsync();
        var person = await _host.NewPersonAsync(accounts.NewAddress(), _tag);
        var subject = await SubjectOfAsync(person);
        var linked = await _api.PostAsync($"/users/{id}/identities", new { connection = "x", subject, handle = "will_change" });
        Assert.Equal((201, "x", "sandbox", subject, "will_change", null), (linked.Status, linked.Text("connection"), linked.Text("issuer"), linked.Text("subject"), linked.Text("handle"), linked.Text("last_used_at")));
        Assert.Null((await _api.GetAsync($"/users/{id}")).Text("last_sign_in_at"));
        Assert.Equal(201, (await _api.PostAsync($"/users/{id}/identities", new { connection = "x", subject })).Status);
        Assert.Equal(id, await (await Visitor.ArriveAsync(accounts, "x", person)).SubjectAsync());

        var list = await _api.GetAsync($"/users/{id}/identities");
        Assert.Equal([_tag], list.Items.Select(identity => identity.GetProperty("handle").GetString()));
        Assert.NotNull((await _api.GetAsync($"/users/{id}")).Text("last_sign_in_at"));
        var handles = await _api.GetAsync($"/users/{id}/identities/{linked.Text("id")}/handles");
        Assert.Equal([_tag, "will_change"], handles.Items.Select(handle => handle.GetProperty("handle").GetString()));
        Assert.Equal([false, true], handles.Items.Select(handle => handle.TryGetProperty("seen_until", out _)));
    }

    [Fact]
    public async Task An_identity_is_never_taken_from_somebody_and_the_last_way_in_stays()
    {
        var ada = await Visitor.ArriveAsync(accounts, "never", await _host.NewPersonAsync(accounts.NewAddress()));
        var hers = await ada.SubjectAsync();
        var subject = await SubjectOfAsync(ada.Person);
        var identity = (await _api.GetAsync($"/users/{hers}/identities")).Items.Single().GetProperty("id").GetString();
        var (_, other) = await accounts.AddUserAsync();
        await Expect.UnchangedAsync(_host, async () =>
        {
            Assert.Equal((409, "identity_of_another_account"), await OutcomeAsync("POST", $"/users/{other}/identities", new { connection = "never", subject }));
            Assert.Equal((409, "account_has_another_identity"), await OutcomeAsync("POST", $"/users/{hers}/identities", new { connection = "never", subject = "123456" }));
            Assert.Equal((409, "last_way_in"), await OutcomeAsync("DELETE", $"/users/{hers}/identities/{identity}"));
            Assert.Equal((404, "not_found"), await OutcomeAsync("DELETE", $"/users/{other}/identities/{identity}"));
            Assert.Equal((404, "not_found"), await OutcomeAsync("GET", $"/users/{other}/identities/{identity}/handles"));
            Assert.Equal((404, "not_found"), await OutcomeAsync("POST", "/users/usr_00000000/identities", new { connection = "never", subject = "77" }));
            foreach (var wrong in new object[] { new { connection = "nowhere", subject = "1" }, new { connection = "x", subject = "ada" }, new { connection = "x", subject = "0" }, new { subject = "1" }, new { connection = "x", subject = "1", handle = "@ada" } })
            {
                Assert.Equal((422, "refused"), await OutcomeAsync("POST", $"/users/{other}/identities", wrong));
            }
        });
        Assert.Equal(200, (await _api.PatchAsync($"/users/{hers}", new { username = _tag, password = "correct-horse-battery" })).Status);
        Assert.Equal((204, null), await OutcomeAsync("DELETE", $"/users/{hers}/identities/{identity}"));
        Assert.Empty((await _api.GetAsync($"/users/{hers}/identities")).Items);
    }

    [Fact]
    public async Task One_session_or_all_of_a_user_are_ended()
    {
        var person = await _host.NewPersonAsync(accounts.NewAddress());
        var first = await Visitor.ArriveAsync(accounts, "never", person);
        var id = await first.SubjectAsync();
        var second = await Visitor.ArriveAsync(accounts, "never", person);
        var list = (await _api.GetAsync($"/users/{id}/sessions")).Items;
        Assert.Equal(2, list.Count);
        Assert.All(list, session => Assert.Equal((XeniosHost.Url, "never"), (session.GetProperty("host").GetString(), session.GetProperty("connection").GetString())));
        Assert.Equal((404, "not_found"), await OutcomeAsync("DELETE", $"/users/{id}/sessions/ses_0"));
        Assert.Equal((204, null), await OutcomeAsync("DELETE", $"/users/{id}/sessions/{list[0].GetProperty("id").GetString()}"));
        Assert.Single((await _api.GetAsync($"/users/{id}/sessions")).Items);
        Assert.Equal((204, null), await OutcomeAsync("DELETE", $"/users/{id}/sessions"));
        Assert.Empty((await _api.GetAsync($"/users/{id}/sessions")).Items);
        foreach (var visitor in new[] { first, second })
        {
            Assert.Equal("login_required", (await visitor.Browser.GoAsync(visitor.App.AuthorizeUrl(("prompt", "none")))).LocationParameter("error"));
        }
    }

    // L04
    [Fact]
    public async Task A_persons_export_holds_everything_but_secrets()
    {
        var address = accounts.NewAddress();
        var ada = await Visitor.ArriveAsync(accounts, "named", await _host.NewPersonAsync(address, _tag), accounts.Loose);
        var id = (await _host.QueryAsync($"SELECT user_id FROM linked_identities WHERE handle = '{_tag}'")).Single();
        Assert.Equal("rp.test", ada.State);
        await _api.PatchAsync($"/users/{id}", new { password = "correct-horse-battery", attributes = new { nickname = "K" } });
        await Visitor.ArriveAsync(accounts, "named", ada.Person);
        var export = await _api.GetAsync($"/users/{id}/export");
        Assert.Equal(200, export.Status);
        Assert.Equal(["user", "subjects", "identities", "handles", "sessions", "consents", "grants"], export.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("K", export.Json.GetProperty("user").GetProperty("attributes").GetProperty("nickname").GetString());
        Assert.Equal(address, export.Json.GetProperty("identities")[0].GetProperty("email").GetString());
        Assert.Equal(_tag, export.Json.GetProperty("handles")[0].GetProperty("handle").GetString());
        Assert.Single(export.Json.GetProperty("sessions").EnumerateArray());
        var hash = (await _host.QueryAsync($"SELECT password_hash FROM users WHERE user_id = '{id}'")).Single();
        Assert.DoesNotContain(hash, export.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("horse", export.Body, StringComparison.Ordinal);
        Assert.Equal((404, "not_found"), await OutcomeAsync("GET", "/users/usr_00000000/export"));
    }

    private async Task<(int Status, string? Code)> OutcomeAsync(string method, string path, object? body = null)
    {
        var answer = await _api.SendAsync(method, path, body);
        return (answer.Status, answer.Code);
    }

    private async Task<string> SubjectOfAsync(string person)
    {
        using var client = _host.NewSandboxClient();
        using var people = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync(new Uri("/sandbox/api/state", UriKind.Relative)));
        return people.RootElement.GetProperty("people").EnumerateArray().First(one => one.GetProperty("key").GetString() == person).GetProperty("id").GetString()!;
    }
}

public sealed class UserAccessApiOnSqliteTests(AccountHost accounts) : UserAccessApiTests(accounts), IClassFixture<AccountHost>;

[Trait("Category", "Postgres")]
public sealed class UserAccessApiOnPostgresTests(AccountHostOnPostgres accounts) : UserAccessApiTests(accounts), IClassFixture<AccountHostOnPostgres>;
