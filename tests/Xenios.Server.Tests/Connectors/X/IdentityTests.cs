using System.Text;
using Xenios.Testing;

namespace Xenios.Server.Tests.Connectors.X;

/// <summary>Who somebody is at X: the number, exactly; never the handle, never an address (threats A09, B06, invariant 1).</summary>
public sealed class IdentityTests(BothGenerations rig) : IClassFixture<BothGenerations>
{
    private readonly XeniosHost _host = rig.Host;

    // The largest; two that differ in the last digit; one of X's first days; 2^53 + 1 and the neighbour that floating point takes it for.
    private static readonly string[] Ids = ["9223372036854775807", "1846092417305964001", "1846092417305964002", "12", "9007199254740993", "9007199254740992"];

    // BRK-02: both generations end in the same decision.
    [Theory]
    [InlineData(BothGenerations.Two)]
    [InlineData(BothGenerations.One)]
    public async Task Ids_arrive_digit_by_digit_and_neighbours_stay_two_people(string connection)
    {
        var subjects = new HashSet<object>();
        foreach (var (id, i) in Ids.Select((id, i) => (id, i)))
        {
            var key = $"p{i}-{connection}";
            if (connection == BothGenerations.Two)
            {
                await _host.AddPersonAsync($$"""{"key": "p{{i}}-two", "id": "{{id}}", "username": "p{{i}}", "name": "P", "email": "p{{i}}@example.com"}""");
            }
            else
            {
                // The sandbox knows every id once: here the profile is bent instead.
                key = "ada";
                Instead(id, $"p{i}", $",\"email\":\"p{i}@example.org\"");
            }

            var claims = await BothGenerations.ClaimsAsync(_host, connection, key);
            _host.Upstreams.Intercept = null;
            Assert.Equal(id, claims["x_id"]);
            Assert.True(subjects.Add(claims["sub"]), $"{id} is somebody else's subject");
        }
    }

    [Theory]
    [InlineData(BothGenerations.Two, "20714")]
    [InlineData(BothGenerations.One, "20714")]
    public async Task Finn_stays_Finn_when_his_handle_changes(string connection, string id)
    {
        var before = await BothGenerations.ClaimsAsync(_host, connection, "finn");
        await _host.PatchPersonAsync("finn", $$"""{"username": "finn_{{connection}}"}""");
        var after = await BothGenerations.ClaimsAsync(_host, connection, "finn");
        Assert.Equal(before["sub"], after["sub"]);
        Assert.Equal((id, $"finn_{connection}"), (after["x_id"], after["x_handle"]));
        Assert.NotEqual(before["x_handle"], after["x_handle"]);
    }

    // A09: the freed handle is taken by somebody else, also one that looks like Finn's number, or like a local name.
    [Theory]
    [InlineData(BothGenerations.Two, "grabbed")]
    [InlineData(BothGenerations.One, "777000777")]
    public async Task Two_people_who_carried_one_handle_stay_two(string connection, string handle)
    {
        var old = $"old-{connection}";
        await _host.AddPersonAsync($$"""{"key": "{{old}}", "username": "{{handle}}", "name": "Old", "email": "{{old}}@example.com"}""");
        var first = await BothGenerations.ClaimsAsync(_host, connection, old);
        await _host.PatchPersonAsync(old, $$"""{"username": "gone_{{connection}}"}""");
        await _host.AddPersonAsync($$"""{"key": "new-{{connection}}", "username": "{{handle}}", "name": "New", "email": "new-{{connection}}@example.com"}""");

        var second = await BothGenerations.ClaimsAsync(_host, connection, $"new-{connection}");
        Assert.Equal((handle, handle), (first["x_handle"], second["x_handle"]));
        Assert.NotEqual(first["sub"], second["sub"]);
        Assert.Equal(first["sub"], (await BothGenerations.ClaimsAsync(_host, connection, old))["sub"]);
    }

    [Fact]
    public async Task A_local_user_name_at_X_is_nobody_here()
    {
        await _host.ApplyAsync(BothGenerations.Resources + "\nusers:\n  - { username: victim, email: victim@example.com, email_verified: true }\n");
        await _host.AddPersonAsync("""{"key": "mallory", "username": "victim", "name": "victim", "email": "mallory@example.com"}""");
        var claims = await BothGenerations.ClaimsAsync(_host, BothGenerations.Two, "mallory");
        Assert.DoesNotContain((string)claims["sub"], await _host.QueryAsync("SELECT user_id FROM users WHERE username_key = 'victim'"));
        Assert.Equal(["0"], await _host.QueryAsync("SELECT COUNT(*) FROM linked_identities i JOIN users u ON u.user_id = i.user_id WHERE u.username_key = 'victim'"));
    }

    // x-platform §2.3: absent, null and empty are one thing, and v2 knows no member "email".
    [Theory]
    [InlineData(BothGenerations.Two, "")]
    [InlineData(BothGenerations.Two, ",\"confirmed_email\":null")]
    [InlineData(BothGenerations.Two, ",\"confirmed_email\":\"\"")]
    [InlineData(BothGenerations.Two, ",\"confirmed_email\":7")]
    [InlineData(BothGenerations.Two, ",\"confirmed_email\":\"a@example.com,b@example.com\"")]
    [InlineData(BothGenerations.Two, ",\"email\":\"cleo@example.com\"")]
    [InlineData(BothGenerations.One, "")]
    [InlineData(BothGenerations.One, ",\"email\":null")]
    [InlineData(BothGenerations.One, ",\"email\":\"\"")]
    [InlineData(BothGenerations.One, ",\"email\":[\"a@example.com\"]")]
    public async Task Without_an_address_from_X_the_person_is_asked_for_one(string connection, string member)
    {
        Instead("555000555", "no_mail", member);
        var before = await _host.SnapshotAsync();
        var page = await BothGenerations.SignInAsync(_host, _host.NewBrowser(), connection);
        _host.Upstreams.Intercept = null;
        Assert.Equal("S11", page.Id);
        Assert.Equal(before, await _host.SnapshotAsync());
    }

    [Theory]
    [InlineData(BothGenerations.Two, "GET /2/users/me", "POST /2/oauth2/token")]
    [InlineData(BothGenerations.One, "GET /1.1/account/verify_credentials.json", "POST /oauth/request_token", "POST /oauth/access_token")]
    public async Task One_sign_in_reads_the_profile_exactly_once(string connection, params string[] expected)
    {
        var before = _host.Upstreams.Calls.Count;
        await BothGenerations.ClaimsAsync(_host, connection);
        var calls = _host.Upstreams.Calls.Skip(before).Select(call => $"{call.Method} {call.Path}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), calls.Order(StringComparer.Ordinal));
    }

    private void Instead(string id, string handle, string more)
    {
        _host.Clock.Advance(TimeSpan.FromMinutes(16));
        _host.Upstreams.Intercept = (request, _) =>
        {
            var answer = request.RequestUri!.AbsolutePath switch
            {
                // The token says the same, or the two would not fit.
                "/oauth/access_token" => $"oauth_token={id}-a&oauth_token_secret=b&user_id={id}&screen_name={handle}",
                "/1.1/account/verify_credentials.json" => $$"""{"id":{{id}},"id_str":"{{id}}","name":"P","screen_name":"{{handle}}"{{more}} }""",
                "/2/users/me" => $$"""{"data":{"id":"{{id}}","name":"P","username":"{{handle}}"{{more}} } }""",
                _ => null,
            };
            return Task.FromResult(answer is null ? null : new HttpResponseMessage { Content = new StringContent(answer, Encoding.UTF8, "application/json") });
        };
    }
}
