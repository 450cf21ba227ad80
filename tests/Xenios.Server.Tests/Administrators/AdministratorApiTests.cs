using Xenios.Testing;

namespace Xenios.Server.Tests.Administrators;

/// <summary>Administrators by API: who may make and unmake them, and what nobody else may do to them (decisions 3 and 10; threats L01, L02).</summary>
public class AdministratorApiTests : IAsyncLifetime
{
    private const string Secret = "machine-secret-0123456789-abcdefghijkl";
    private XeniosHost _host = null!;
    private ManagementClient _api = null!;

    protected virtual string? Postgres => null;

    public async Task InitializeAsync()
    {
        _host = await XeniosHost.StartAsync(options =>
        {
            options.Postgres = Postgres;
            options.MoreResources.Add(
                "applications: [{ client_id: robot, type: machine, client_secret: " + Secret + ", scopes: [\"manage:read\", \"manage:write\"] },"
                + " { client_id: mailer, name: Mailer, type: web, client_secret: " + Secret + ", redirect_uris: [https://mailer.test/cb], grant_types: [authorization_code],"
                + " login_flow: { steps: [{ options: [{ connection: x }, { method: email_code }] }] } }]");
            options.MoreResources.Add("environment: { slug: two }");
        });
        _api = new ManagementClient(_host);
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Operator_makes_administrators_of_new_and_of_known_users_and_takes_the_right_away()
    {
        var ada = await _api.PostAsync("/administrators", new { email = "ada@example.com", password = ConsoleRig.Password });
        Assert.Equal((201, $"/api/v1/administrators/{ada.Text("user_id")}", "ada@example.com", "operator", "active"), (ada.Status, ada.Location, ada.Text("email"), ada.Text("added_by"), ada.Text("status")));
        Assert.DoesNotContain("password", ada.Body, StringComparison.Ordinal);
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var bea = await _host.AddUserAsync("bea@example.com");
        Assert.Equal(201, (await _api.PostAsync("/administrators", new { user_id = bea })).Status);
        Assert.Equal(["ada@example.com", "bea@example.com"], (await _api.GetAsync("/administrators")).Items.Select(one => one.GetProperty("email").GetString()));

        Assert.Equal(204, (await _api.DeleteAsync($"/administrators/{bea}")).Status);
        Assert.Equal(404, (await _api.DeleteAsync($"/administrators/{bea}")).Status);
        Assert.Equal(200, (await _api.GetAsync($"/users/{bea}")).Status);
        Assert.Equal(
            ["operator|administrator.created", "operator|administrator.created", "operator|administrator.deleted"],
            await _host.QueryAsync("SELECT caller, action FROM audit_events WHERE target LIKE 'administrator:%' ORDER BY sequence"));
    }

    [Fact] // the way back in for whoever forgot the password
    public async Task Known_email_with_a_password_gets_that_password_and_the_sessions_end()
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var browser = _host.NewBrowser();
        await browser.SignInToConsoleAsync("ada@example.com");
        var again = await _api.PostAsync("/administrators", new { email = "ADA@example.com", password = "another-horse-battery" });
        Assert.Equal(201, again.Status);
        Assert.Single(await _host.QueryAsync("SELECT user_id FROM administrators"));
        Assert.Equal(401, (await browser.CallAsync("GET", "/api/v1/me")).Status);
        Assert.Equal("console", (await _host.NewBrowser().SignInToConsoleAsync("ada@example.com", password: "another-horse-battery")).Id);
    }

    [Theory]
    [InlineData("""{}""", 422, "email: required")]
    [InlineData("""{"email":"no address","password":"correct-horse-battery"}""", 422, "email: malformed")]
    [InlineData("""{"email":"new@example.com"}""", 422, "password: required")]
    [InlineData("""{"email":"new@example.com","password":"short"}""", 422, "password: out_of_range")]
    [InlineData("""{"email":"new@example.com","user_id":"usr_0"}""", 422, "email: required")]
    [InlineData("""{"user_id":"usr_0","password":"correct-horse-battery"}""", 422, "password: not_allowed")]
    [InlineData("""{"email":"cleo@example.com"}""", 422, "password: required")]
    [InlineData("""{"user_id":"usr_0"}""", 404, null)]
    [InlineData("""{"email":"new@example.com","role":"root"}""", 400, "role: A-10")]
    public async Task What_makes_no_administrator_changes_nothing(string body, int status, string? error) => await Expect.UnchangedAsync(_host, async () =>
    {
        var answer = await _api.PostAsync("/administrators", body);
        Assert.Equal((status, error), (answer.Status, answer.Errors.SingleOrDefault()));
    });

    [Fact] // A01: a claim to an address is nobody
    public async Task Unconfirmed_claim_to_an_address_does_not_become_an_administrator()
    {
        var claim = await _api.PostAsync("/users", new { email = "ada@example.com", password = "squatter-horse-battery" });
        var ada = await _host.AddAdministratorAsync("ada@example.com");
        Assert.NotEqual(claim.Text("id"), ada);
        Assert.Equal("S71", (await _host.NewBrowser().SignInToConsoleAsync("ada@example.com", password: "squatter-horse-battery")).Id);
    }

    [Fact]
    public async Task Last_administrator_cannot_be_removed_blocked_or_deleted()
    {
        var ada = await _host.AddAdministratorAsync("ada@example.com");
        var bea = await _host.AddAdministratorAsync("bea@example.com");
        Assert.Equal(200, (await _api.PatchAsync($"/users/{bea}", new { status = "blocked" })).Status);
        await Expect.UnchangedAsync(_host, async () =>
        {
            // A blocked one keeps nobody in.
            foreach (var answer in new[] { await _api.DeleteAsync($"/administrators/{ada}"), await _api.DeleteAsync($"/users/{ada}"), await _api.PatchAsync($"/users/{ada}", new { status = "blocked" }) })
            {
                Assert.Equal((409, "last_administrator"), (answer.Status, answer.Code));
            }
        });
        Assert.Equal(200, (await _api.PatchAsync($"/users/{bea}", new { status = "active" })).Status);
        Assert.Equal(204, (await _api.DeleteAsync($"/users/{ada}")).Status);
        Assert.Equal([bea], await _host.QueryAsync("SELECT user_id FROM administrators"));
    }

    [Theory] // who would keep the console open, at a glance
    [InlineData("""{"password":null}""")]
    [InlineData("""{"email_verified":false}""")]
    [InlineData("""{"status":"blocked"}""")]
    public async Task List_says_of_each_administrator_whether_they_can_sign_in_to_the_console(string patch)
    {
        var ada = await _host.AddAdministratorAsync("ada@example.com");
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var bea = await _host.AddAdministratorAsync("bea@example.com");
        Assert.Equal([(ada, true), (bea, true)], await ListedAsync());
        Assert.Equal(200, (await _api.SendAsync("PATCH", $"/users/{bea}", patch)).Status);
        Assert.Equal([(ada, true), (bea, false)], await ListedAsync());

        async Task<IEnumerable<(string?, bool)>> ListedAsync() =>
            (await _api.GetAsync("/administrators")).Items.Select(one => (one.GetProperty("user_id").GetString(), one.GetProperty("may_sign_in").GetBoolean()));
    }

    [Theory] // the console is opened by password alone, under a user name or a confirmed address
    [InlineData("""{"password":null}""")]
    [InlineData("""{"email_verified":false}""")]
    public async Task Administrator_who_cannot_sign_in_to_the_console_does_not_count_as_one_who_stays(string patch)
    {
        var ada = await _host.AddAdministratorAsync("ada@example.com");
        var bea = await _host.AddAdministratorAsync("bea@example.com");
        Assert.Equal(200, (await _api.SendAsync("PATCH", $"/users/{bea}", patch)).Status);
        await Expect.UnchangedAsync(_host, async () =>
        {
            foreach (var answer in new[] { await _api.DeleteAsync($"/administrators/{ada}"), await _api.DeleteAsync($"/users/{ada}"), await _api.SendAsync("PATCH", $"/users/{ada}", patch) })
            {
                Assert.Equal((409, "last_administrator"), (answer.Status, answer.Code));
            }
        });
        var line = $$"""{"id":"{{ada}}","email_verified":false}""";
        Assert.Contains("last_administrator", (await _api.SendAsync("POST", "/users/import", line, ("Content-Type", "application/jsonl"))).Body, StringComparison.Ordinal);

        // Whoever could not sign in before is changed like anybody else.
        Assert.Equal(200, (await _api.PatchAsync($"/users/{bea}", new { attributes = new { name = "Bea" } })).Status);
        Assert.Equal(204, (await _api.DeleteAsync($"/administrators/{bea}")).Status);
    }

    [Fact]
    public async Task Of_two_administrators_who_are_removed_at_once_one_stays()
    {
        var users = new[] { await _host.AddAdministratorAsync("ada@example.com"), await _host.AddAdministratorAsync("bea@example.com") };
        var answers = await Task.WhenAll(users.Select(user => Task.Run(async () =>
        {
            using var api = new ManagementClient(_host);
            return (await api.DeleteAsync($"/administrators/{user}")).Status;
        })));
        Assert.Equal([204, 409], answers.Order());
        Assert.Single(await _host.QueryAsync("SELECT user_id FROM administrators"));
    }

    [Fact] // L02: a token of one environment is no way to all of them
    public async Task Machine_neither_sees_nor_makes_nor_changes_an_administrator()
    {
        var ada = await _host.AddAdministratorAsync("ada@example.com");
        var token = (await new RelyingParty(_host) { ClientId = "robot", Secret = Secret }.RedeemAsync(null, [("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null)])).AccessToken;
        using var robot = new ManagementClient(_host, token);
        await Expect.UnchangedAsync(_host, async () =>
        {
            foreach (var (method, path, body) in new (string, string, object?)[]
            {
                ("GET", "/administrators", null),
                ("POST", "/administrators", new { email = "eve@example.com", password = ConsoleRig.Password }),
                ("DELETE", $"/administrators/{ada}", null),
                ("POST", "/setup-links", null),
                ("PATCH", $"/users/{ada}", new { password = "taken-horse-battery" }),
                ("PATCH", $"/users/{ada}", new { username = "mine" }),
                ("DELETE", $"/users/{ada}", null),
                ("POST", $"/users/{ada}/identities", new { connection = "x", subject = "4711" }),
                ("DELETE", $"/users/{ada}/sessions", null),
            })
            {
                var answer = await robot.SendAsync(method, path, body);
                Assert.Equal((403, "forbidden", $"{method} {path}"), (answer.Status, answer.Code, $"{method} {path}"));
            }

            var import = await robot.SendAsync("POST", "/users/import", """{"email":"ada@example.com","email_verified":true,"password":"taken-horse-battery"}""", ("Content-Type", "application/jsonl"));
            Assert.Equal("forbidden", import.Json.GetProperty("refused")[0].GetProperty("code").GetString());
            var apply = await robot.PostAsync("/resources/apply", new { environment = new { slug = "default" }, users = new[] { new { email = "ada@example.com", email_verified = true, password = "taken-horse-battery" } } });
            Assert.Equal((422, "users[0]: not_allowed"), (apply.Status, Assert.Single(apply.Errors)));
        });

        // Everybody else's account it changes as before.
        var bea = await _host.AddUserAsync("bea@example.com");
        Assert.Equal(200, (await robot.PatchAsync($"/users/{bea}", new { username = "bea" })).Status);
    }

    [Fact]
    public async Task Administrators_are_no_environments_own()
    {
        using var two = new ManagementClient(_host, prefix: "/e/two");
        await Expect.UnchangedAsync(_host, async () =>
        {
            Assert.Equal(404, (await two.GetAsync("/administrators")).Status);
            Assert.Equal(404, (await two.PostAsync("/administrators", new { email = "eve@example.com", password = ConsoleRig.Password })).Status);
            Assert.Equal(404, (await two.PostAsync("/setup-links")).Status);
        });
    }

    [Fact] // invariant 2: the mailbox alone does not open an account that opens the server
    public async Task Mailed_code_alone_lets_no_administrator_in()
    {
        await _host.AddAdministratorAsync("ada@example.com");
        var browser = _host.NewBrowser();
        var mailer = new RelyingParty(_host) { ClientId = "mailer", Secret = Secret, RedirectUri = "https://mailer.test/cb" };
        var page = await browser.GoAsync(mailer.AuthorizeUrl());
        page = await browser.PressAsync(page, "/email", ("email", "ada@example.com"));
        page = await browser.PressAsync(page, "/email/code", ("code", _host.MailedCode));
        Assert.Equal("S19", page.Id);
        Assert.Equal(401, (await browser.CallAsync("GET", "/api/v1/me")).Status);
    }

    [Fact]
    public async Task Session_from_before_somebody_became_an_administrator_does_not_count()
    {
        var bea = await _host.AddUserAsync("bea@example.com");
        var browser = _host.NewBrowser();
        var mailer = new RelyingParty(_host) { ClientId = "mailer", Secret = Secret, RedirectUri = "https://mailer.test/cb" };
        var page = await browser.PressAsync(await browser.GoAsync(mailer.AuthorizeUrl()), "/email", ("email", "bea@example.com"));
        page = await browser.PressAsync(page, "/email/code", ("code", _host.MailedCode));
        Assert.NotNull(page.LocationParameter("code"));
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(201, (await _api.PostAsync("/administrators", new { user_id = bea })).Status);
        Assert.Equal(401, (await browser.CallAsync("GET", "/api/v1/me")).Status);
        Assert.Equal("console", (await browser.SignInToConsoleAsync("bea@example.com")).Id);
    }

    [Fact]
    public async Task Me_says_who_calls_and_what_is_within_reach()
    {
        var me = await _api.GetAsync("/me");
        Assert.Equal((200, "operator", "operator"), (me.Status, me.Text("kind"), me.Text("caller")));
        Assert.Equal("""["manage:read","manage:write","manage:server"]""", me.Text("permissions"));
        Assert.Equal(["/api/v1", "/e/two/api/v1"], me.Json.GetProperty("environments").EnumerateArray().Select(one => one.GetProperty("base_path").GetString()));
        var server = me.Json.GetProperty("server");
        Assert.Equal((XeniosHost.Url, "https://x.test/sandbox", false), (server.GetProperty("url").GetString(), server.GetProperty("sandbox_url").GetString(), server.GetProperty("mail_configured").GetBoolean()));
        Assert.Matches(@"^\d+\.\d+\.\d+$", server.GetProperty("version").GetString());

        var token = (await new RelyingParty(_host) { ClientId = "robot", Secret = Secret }.RedeemAsync(null, [("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null)])).AccessToken;
        using var robot = new ManagementClient(_host, token);
        me = await robot.GetAsync("/me");
        Assert.Equal(("application", "application:robot", """["manage:read","manage:write"]"""), (me.Text("kind"), me.Text("caller"), me.Text("permissions")));
        Assert.Equal(["default"], me.Json.GetProperty("environments").EnumerateArray().Select(one => one.GetProperty("slug").GetString()));
    }
}

[Trait("Category", "Postgres")]
public sealed class AdministratorApiOnPostgresTests : AdministratorApiTests
{
    protected override string? Postgres => PostgresServer.ConnectionString;
}
