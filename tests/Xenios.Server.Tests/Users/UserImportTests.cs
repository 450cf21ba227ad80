using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Org.BouncyCastle.Crypto.Generators;
using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>Import and export of users as JSON lines (issue: import; decision 20; threats A01, L02, L04).</summary>
public abstract class UserImportTests(AccountHost accounts) : IDisposable
{
    private readonly XeniosHost _host = accounts.Fresh();
    private readonly ManagementClient _api = new(accounts.Host);
    private readonly string _tag = $"i{Guid.NewGuid():N}"[..12];

    private string Subject { get; } = Random.Shared.NextInt64(1_000_000_000_000, 9_000_000_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _api.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_same_lines_again_change_nothing()
    {
        object[] lines =
        [
            new { username = _tag, email = $"{_tag}@v.test", email_verified = true, attributes = new { nickname = "K" }, password_hash = Bcrypt("correct-horse"), identities = new[] { new { connection = "x", subject = Subject, handle = _tag } } },
            new { email = $"{_tag}2@v.test", status = "blocked", password = "correct-horse-battery" },
            new { id = $"usr_{_tag}", identities = new[] { new { connection = "x", subject = Subject + "1" } } },
        ];
        Assert.Equal((3, 0, 0, 0), Counts(await ImportAsync(lines, dryRun: true)));
        Assert.Equal(["0"], await _host.QueryAsync($"SELECT COUNT(*) FROM users WHERE username = '{_tag}'"));
        Assert.Equal((3, 0, 0, 0), Counts(await ImportAsync(lines)));
        Assert.Equal(["usr_" + _tag], await _host.QueryAsync($"SELECT user_id FROM linked_identities WHERE subject = '{Subject}1'"));
        await Expect.UnchangedAsync(_host, async () => Assert.Equal((0, 0, 3, 0), Counts(await ImportAsync(lines))));
        Assert.Equal((0, 1, 0, 0), Counts(await ImportAsync([new { username = _tag, attributes = new { given_name = "Kim" } }])));
        Assert.Equal(["""{"nickname":"K","given_name":"Kim"}"""], await _host.QueryAsync($"SELECT attributes FROM users WHERE username = '{_tag}'"));
        Assert.Equal((0, 1, 0, 0), Counts(await ImportAsync([new { identities = new[] { new { connection = "x", subject = Subject } }, username = _tag + "new" }])));
    }

    [Fact]
    public async Task Hostile_lines_are_refused_each_by_itself_and_the_others_are_stored()
    {
        var (address, _) = await accounts.AddUserAsync();
        var taken = await ImportAsync([new { username = _tag + "t", identities = new[] { new { connection = "x", subject = Subject } } }]);
        Assert.Equal((1, 0, 0, 0), Counts(taken));
        (string Line, string Field, string Code)[] hostile =
        [
            ("{", "", "malformed"),
            ("[]", "", "malformed"),
            ("null", "", "malformed"),
            ("\"x\"", "", "malformed"),
            ("{\"username\":\"a\",\"username\":\"b\"}", "", "malformed"),
            ("{}", "", "required"),
            ("{\"usrname\":\"a\"}", "usrname", "A-10"),
            ("{\"username\":1}", "username", "malformed"),
            ("{\"username\":\"a b\"}", "username", "malformed"),
            ("{\"username\":\"victim@v.test\"}", "username", "malformed"),
            ("{\"username\":\"victim@v.test\",\"email\":\"other@v.test\",\"email_verified\":true}", "username", "malformed"),
            ("{\"username\":\"a\",\"email\":\"x\"}", "email", "malformed"),
            ("{\"username\":\"a\",\"email\":\"a\\u0000@v.test\"}", "email", "malformed"),
            ("{\"username\":\"a\",\"email_verified\":true}", "email_verified", "conflict"),
            ("{\"username\":\"a\",\"groups\":[\"admins\"]}", "groups", "A-10"),
            ("{\"username\":\"a\",\"managed_by\":\"x\"}", "managed_by", "A-10"),
            ("{\"username\":\"a\",\"attributes\":{\"roles\":\"admin\"}}", "attributes.roles", "reserved"),
            ("{\"username\":\"a\",\"attributes\":{\"sub\":\"usr_1\"}}", "attributes.sub", "reserved"),
            ("{\"username\":\"a\",\"attributes\":[]}", "attributes", "malformed"),
            ("{\"username\":\"a\",\"password\":\"short\"}", "password", "out_of_range"),
            ("{\"username\":\"a\",\"password_hash\":\"$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA\"}", "password_hash", "not_allowed"),
            ("{\"username\":\"a\",\"password_hash\":\"$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\"}", "password_hash", "not_allowed"),
            ("{\"username\":\"a\",\"password_hash\":\"plain\"}", "password_hash", "not_allowed"),
            ("{\"id\":\"fed_12345678\",\"username\":\"a\"}", "id", "malformed"),
            ("{\"id\":\"usr_ABCDEFGH\",\"username\":\"a\"}", "id", "malformed"),
            ("{\"username\":\"a\",\"status\":\"admin\"}", "status", "malformed"),
            ("{\"username\":\"a\",\"identities\":[{\"connection\":\"nowhere\",\"subject\":\"1\"}]}", "identities[0].connection", "unknown_reference"),
            ("{\"username\":\"a\",\"identities\":[{\"connection\":\"x\",\"subject\":\"ada\"}]}", "identities[0].subject", "malformed"),
            ("{\"username\":\"a\",\"identities\":[{\"connection\":\"x\",\"subject\":\"5\"},{\"connection\":\"x\",\"subject\":\"6\"}]}", "identities[1].connection", "duplicate"),
            ("{\"username\":\"a\",\"identities\":[{\"connection\":\"x\",\"subject\":\"5\",\"issuer\":\"https://x.com\"}]}", "identities[0].issuer", "A-10"),
            ($"{{\"id\":\"usr_{_tag}\",\"username\":\"a\",\"email\":\"{address}\",\"email_verified\":true}}", "email", "duplicate"),
            ($"{{\"id\":\"usr_{_tag}\",\"username\":\"{_tag}T\"}}", "username", "duplicate"),
            ($"{{\"id\":\"usr_{_tag}\",\"identities\":[{{\"connection\":\"x\",\"subject\":\"{Subject}\"}}]}}", "identities[0]", "duplicate"),
            ("{\"username\":\"a\",\"attributes\":{\"nickname\":\"" + new string('n', 300_000) + "\"}}", "", "malformed"),
        ];
        var before = await _host.QueryAsync("SELECT user_id, username, email, status, password_hash FROM users ORDER BY 1");
        var text = string.Join('\n', hostile.Select(one => one.Line)) + $"\n\n{{\"username\":\"{_tag}\"}}\r\n";
        var answer = await SendAsync(text);
        Assert.Equal((1, 0, 0, hostile.Length), Counts(answer));
        Assert.Equal(
            hostile.Select((one, index) => $"{index + 1} {one.Field} {one.Code}"),
            answer.Json.GetProperty("refused").EnumerateArray().Select(one => $"{one.GetProperty("line")} {one.GetProperty("field")} {one.GetProperty("code")}"));
        Assert.DoesNotContain("argon2id", answer.Body, StringComparison.Ordinal);
        Assert.Equal([.. before, .. await _host.QueryAsync($"SELECT user_id, username, email, status, password_hash FROM users WHERE username = '{_tag}'")], (await _host.QueryAsync("SELECT user_id, username, email, status, password_hash FROM users ORDER BY created_at, 1")).OrderBy(row => before.Contains(row) ? 0 : 1).ThenBy(row => row, StringComparer.Ordinal));
    }

    // A01
    [Fact]
    public async Task A_line_that_vouches_for_an_address_is_not_mixed_up_with_whoever_only_claims_it()
    {
        var claim = await _api.PostAsync("/users", new { email = $"{_tag}@v.test", password = "squatters-password" });
        Assert.Equal((1, 0, 0, 0), Counts(await ImportAsync([new { email = $"{_tag}@v.test", email_verified = true, password_hash = Bcrypt("correct-horse") }])));
        Assert.Equal(["0|claim", "1|other"], (await _host.QueryAsync($"SELECT email_verified, CASE WHEN user_id = '{claim.Text("id")}' THEN 'claim' ELSE 'other' END FROM users WHERE email_key = '{_tag}@v.test'")).Order(StringComparer.Ordinal));
    }

    // S19 and S71; H03
    [Fact]
    public async Task Whoever_comes_with_a_bcrypt_hash_signs_in_by_password_and_has_one_of_ours_afterwards()
    {
        var address = accounts.NewAddress();
        var pbkdf2 = new PasswordHasher<object>().HashPassword(this, "correct-horse-battery");
        await ImportAsync([new { username = _tag, email = address, email_verified = true, password_hash = Bcrypt("correct-horse-battery") }, new { username = _tag + "p", password_hash = pbkdf2 }]);
        var linking = await Visitor.ArriveAsync(accounts, "x", await _host.NewPersonAsync(address));
        Assert.Equal("S19", linking.State);
        Assert.Equal("S19 password_wrong", await linking.PressAsync("prove", ("password", "wrong-horse-battery")));
        Assert.StartsWith("$2b$", (await HashOfAsync(_tag)), StringComparison.Ordinal);
        await linking.PressAsync("prove", ("password", "correct-horse-battery"));
        var ours = await HashOfAsync(_tag);
        Assert.DoesNotContain("$2b$", ours, StringComparison.Ordinal);
        foreach (var name in new[] { _tag, _tag, _tag + "p", _tag + "p" })
        {
            var visitor = await Visitor.OpenAsync(accounts, accounts.Ways);
            await visitor.PressAsync("way/password");
            Assert.Equal("rp.test", await visitor.PressAsync("password", ("username", name), ("password", "correct-horse-battery")));
        }

        Assert.Equal(ours, await HashOfAsync(_tag));
        Assert.NotEqual(pbkdf2, await HashOfAsync(_tag + "p"));
    }

    [Fact]
    public async Task An_export_without_secrets_imported_elsewhere_gives_the_same_people()
    {
        await ImportAsync([new { username = _tag, email = $"{_tag}@v.test", email_verified = true, attributes = new { nickname = "Ö" }, password_hash = Bcrypt("correct-horse") }, new { status = "blocked", sign_in_to_link = true, identities = new[] { new { connection = "x", subject = Subject, handle = _tag } } }]);
        var lines = await ExportAsync(_api, 2);
        Assert.DoesNotContain("$2b$", string.Join("", lines), StringComparison.Ordinal);
        Assert.DoesNotContain("password", string.Join("", lines), StringComparison.Ordinal);
        Assert.Equal(lines.Count, lines.Distinct().Count());
        var mine = lines.Where(line => line.Contains(_tag, StringComparison.Ordinal)).ToList();
        Assert.Equal(2, mine.Count);
        await using var elsewhere = await XeniosHost.StartAsync();
        using var api = new ManagementClient(elsewhere);
        var imported = await api.SendAsync("POST", "/users/import", string.Join('\n', mine), ("Content-Type", "application/jsonl"));
        Assert.Equal((2, 0, 0, 0), Counts(imported));
        Assert.Equal(mine, (await ExportAsync(api, 100)).Where(line => line.Contains(_tag, StringComparison.Ordinal)));
        Assert.Equal((0, 0, 2, 0), Counts(await SendAsync(string.Join('\n', mine))));
    }

    [Fact]
    public async Task Too_much_at_once_and_other_kinds_of_bodies_are_refused_whole()
    {
        await Expect.UnchangedAsync(_host, async () =>
        {
            var many = await SendAsync(string.Join('\n', Enumerable.Range(0, 1001).Select(i => $"{{\"username\":\"{_tag}{i}\"}}")));
            Assert.Equal((413, "too_large"), (many.Status, many.Code));
            Assert.Equal(413, (await SendAsync(new string(' ', (4 * 1024 * 1024) + 1))).Status);
            Assert.Equal(415, (await _api.PostAsync("/users/import", new { username = _tag })).Status);
            Assert.Equal(400, (await _api.SendAsync("POST", "/users/import?dry_run=maybe", "{}", ("Content-Type", "application/jsonl"))).Status);
            Assert.Equal(400, (await _api.SendAsync("POST", "/users/import?dryrun=true", "{}", ("Content-Type", "application/jsonl"))).Status);
        });
        Assert.Equal((0, 0, 0, 0), Counts(await SendAsync("\n\n")));
    }

    private static async Task<List<string>> ExportAsync(ManagementClient api, int limit)
    {
        var lines = new List<string>();
        for (var path = $"/users/export?limit={limit}"; path is not null;)
        {
            var page = await api.GetAsync(path);
            Assert.Equal((200, "application/jsonl"), (page.Status, page.Type));
            lines.AddRange(page.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            path = page.Link?.Split('>')[0].Replace("</api/v1", "", StringComparison.Ordinal);
        }

        return lines;
    }

    private static string Bcrypt(string password) => OpenBsdBCrypt.Generate("2b", password.ToCharArray(), [.. "sixteen octets.."u8], 4);

    private static (int Created, int Updated, int Unchanged, int Refused) Counts(ManagementAnswer answer)
    {
        Assert.True(answer.Status == 200, answer.Body);
        return (answer.Json.GetProperty("created").GetInt32(), answer.Json.GetProperty("updated").GetInt32(), answer.Json.GetProperty("unchanged").GetInt32(), answer.Json.GetProperty("refused").GetArrayLength());
    }

    private async Task<string> HashOfAsync(string name) => (await _host.QueryAsync($"SELECT password_hash FROM users WHERE username = '{name}'")).Single();

    private Task<ManagementAnswer> ImportAsync(object[] lines, bool dryRun = false) => SendAsync(string.Join('\n', lines.Select(line => JsonSerializer.Serialize(line))), dryRun ? "?dry_run=true" : "");

    private Task<ManagementAnswer> SendAsync(string text, string query = "") => _api.SendAsync("POST", "/users/import" + query, text, ("Content-Type", "application/jsonl"));
}

public sealed class UserImportOnSqliteTests(AccountHost accounts) : UserImportTests(accounts), IClassFixture<AccountHost>;

[Trait("Category", "Postgres")]
public sealed class UserImportOnPostgresTests(AccountHostOnPostgres accounts) : UserImportTests(accounts), IClassFixture<AccountHostOnPostgres>;
