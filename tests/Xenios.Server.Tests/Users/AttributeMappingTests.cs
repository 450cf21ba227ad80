using System.Text.Json;
using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Connectors;
using Xenios.Server.Users;
using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>External to local attributes: what is stored, of which type, what later sign-ins do, and groups (kinde-and-wso2 B8, B11, B12; threats C02, C03).</summary>
public abstract class AttributeMappingTests(AccountHost accounts)
{
    private readonly XeniosHost _host = accounts.Fresh();

    [Fact]
    public async Task Mapped_attributes_reach_the_account_with_their_types_and_defaults_and_unselected_ones_do_not()
    {
        var person = await _host.NewPersonAsync(null, name: "Ada");
        await _host.PatchPersonAsync(person, """{"description":"Countess","location":"staff, editors","url":"https://ada.test/"}""");
        var ada = await Visitor.ArriveAsync(accounts, "mapped", person);
        var claims = await ada.ClaimsAsync();
        Assert.Equal(("Ada", "Countess", "sv"), (Text("name"), Text("nickname"), Text("locale")));
        Assert.Equal((JsonValueKind.False, JsonValueKind.Number), (claims.GetProperty("fan").ValueKind, claims.GetProperty("karma").ValueKind));
        Assert.False(claims.TryGetProperty("website", out _));
        Assert.False(claims.TryGetProperty("groups", out _));
        var stored = (await _host.QueryAsync($"SELECT attributes FROM users WHERE user_id = '{Text("sub")}'"))[0];
        Assert.DoesNotContain("website", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("groups", stored, StringComparison.Ordinal);

        string? Text(string name) => claims.GetProperty(name).GetString();
    }

    [Fact]
    public async Task Groups_are_written_by_an_explicit_mapping_only_and_those_of_others_stay()
    {
        var person = await _host.NewPersonAsync();
        await _host.PatchPersonAsync(person, """{"location":"staff, editors"}""");
        var (replaced, merged) = (await SubjectAsync("mapped"), await SubjectAsync("merged"));
        await _host.ExecuteAsync($$"""UPDATE users SET group_names = REPLACE(group_names, '{', '{"owners":"",') WHERE user_id IN ('{{replaced}}', '{{merged}}')""");
        await _host.PatchPersonAsync(person, """{"location":"editors, authors"}""");
        await SubjectAsync("mapped");
        await SubjectAsync("merged");
        Assert.Equal(["authors", "editors", "owners"], await GroupsAsync(replaced));
        Assert.Equal(["authors", "editors", "owners", "staff"], await GroupsAsync(merged));

        // Without a mapping nothing of the kind is written.
        await _host.PatchPersonAsync(person, """{"email":"groups@v.test"}""");
        Assert.Empty(await GroupsAsync(await SubjectAsync("x")));

        async Task<string> SubjectAsync(string connection) => await (await Visitor.ArriveAsync(accounts, connection, person)).SubjectAsync();
        async Task<string[]> GroupsAsync(string user) =>
            [.. JsonDocument.Parse((await _host.QueryAsync($"SELECT group_names FROM users WHERE user_id = '{user}'"))[0]).RootElement.EnumerateObject().Select(group => group.Name).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task A_picture_that_is_no_web_address_is_not_stored()
    {
        _host.Upstreams.Intercept = (request, _) => Task.FromResult(request.RequestUri!.AbsolutePath != "/2/users/me" ? null : new HttpResponseMessage
        {
            Content = new StringContent(
                """{"data":{"id":"660066","name":"P","username":"p_x","confirmed_email":"picture@v.test","profile_image_url":"javascript:alert(1)"}}""", System.Text.Encoding.UTF8, "application/json"),
        });
        var visitor = await Visitor.ArriveAsync(accounts, "x", "ada");
        _host.Upstreams.Intercept = null;
        var claims = await visitor.ClaimsAsync();
        Assert.False(claims.TryGetProperty("picture", out _));
    }

    // Bad input: stored unchanged where it is the person's, never a broken page.
    [Theory]
    [InlineData("مريم بنت عبد الله")]
    [InlineData("Zalgo ẑ͗ͮ̓a̴͜l̷g̶o 🦊")]
    [InlineData("<script>alert(1)</script> {{7*7}} {app}")]
    [InlineData("'; DROP TABLE users; --")]
    public async Task Names_in_any_script_are_stored_as_they_are(string name)
    {
        var person = await _host.NewPersonAsync(accounts.NewAddress(), name: name);
        var ada = await Visitor.ArriveAsync(accounts, "consent", person);
        Assert.Equal("S10", ada.State);
        Assert.DoesNotContain("<script>alert", ada.Page.Html, StringComparison.Ordinal);
        Assert.Equal("rp.test", await ada.PressAsync("create"));
        Assert.Equal(name, (await ada.ClaimsAsync()).GetProperty("name").GetString());
    }

    // Bad input: addresses are one rule's matter. What is no address is a missing one; what is one is compared by its key.
    [Fact]
    public async Task Odd_addresses_from_X_are_either_one_known_mailbox_or_none_at_all()
    {
        var (address, user) = await accounts.AddUserAsync();
        var plus = address.Replace("@", "+x@", StringComparison.Ordinal);
        foreach (var (odd, state, same) in new[]
        {
            (address.ToUpperInvariant(), "rp.test", true),
            (plus, "rp.test", false),
            (new string('a', 310) + "@v.test", "S11", false),
            (address.Replace("box", "b\u200box", StringComparison.Ordinal), "S11", false),
            ("Ada <" + address + ">", "S11", false),
            (address + "," + address, "S11", false),
            ("12345", "S11", false),
        })
        {
            var person = await _host.NewPersonAsync();
            _host.Upstreams.Intercept = (request, _) => Task.FromResult(request.RequestUri!.AbsolutePath != "/2/users/me" ? null : new HttpResponseMessage
            {
                Content = new StringContent(JsonSerializer.Serialize(new { data = new { id = "55" + Math.Abs(odd.GetHashCode(StringComparison.Ordinal)), name = "Odd", username = "odd", confirmed_email = odd } }), System.Text.Encoding.UTF8, "application/json"),
            });
            var ada = await Visitor.ArriveAsync(accounts, "trusted", person);
            _host.Upstreams.Intercept = null;
            Assert.Equal((odd, state), (odd, ada.State));
            if (state == "rp.test")
            {
                Assert.Equal(same, await ada.SubjectAsync() == user);
                await _host.ExecuteAsync($"DELETE FROM linked_identities WHERE user_id = '{user}'");
            }
        }
    }

    // B11.2
    [Fact]
    public async Task Another_subject_attribute_is_refused_once_people_came_by_the_connection()
    {
        const string Connection =
            "environment: { slug: default }\nconnections:\n  - { slug: oidc, kind: oidc, name: O, issuer: https://op.test, client_id: a, client_secret: b-secret-0123456789, subject_attribute: SUBJECT }";
        await _host.ApplyAsync(Connection.Replace("SUBJECT", "sub", StringComparison.Ordinal));
        await _host.ApplyAsync(Connection.Replace("SUBJECT", "oid", StringComparison.Ordinal));
        var (_, user) = await accounts.AddUserAsync();
        await _host.ExecuteAsync(
            $"INSERT INTO linked_identities (environment_id, identity_id, user_id, connection_id, connector, issuer, subject, linked_at, last_used_at) SELECT environment_id, 'idn_oidc', '{user}', connection_id, 'oidc', 'o', '1', 0, 0 FROM connections WHERE slug = 'oidc'");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => _host.ApplyAsync(Connection.Replace("SUBJECT", "sub", StringComparison.Ordinal)));
        Assert.Contains("connections[0].subject_attribute", refused.Message, StringComparison.Ordinal);
        await _host.ExecuteAsync("DELETE FROM linked_identities WHERE identity_id = 'idn_oidc'");
        await _host.ApplyAsync(Connection.Replace("SUBJECT", "sub", StringComparison.Ordinal));
    }
}

public sealed class AttributeMappingOnSqliteTests(AccountHost accounts) : AttributeMappingTests(accounts), IClassFixture<AccountHost>;

[Trait("Category", "Postgres")]
public sealed class AttributeMappingOnPostgresTests(AccountHostOnPostgres accounts) : AttributeMappingTests(accounts), IClassFixture<AccountHostOnPostgres>;

/// <summary>The four forms of <c>attribute_sync</c> as their table says (B8), and which texts are values of which type.</summary>
public sealed class AttributeSyncTableTests
{
    [Theory]
    [InlineData(AttributeSync.OverrideAll, "given_name=A nickname=Z")]
    [InlineData(AttributeSync.PreserveLocal, "city=Oslo given_name=A nickname=Z")]
    [InlineData(AttributeSync.ProfileOnly, "city=Oslo given_name=A nickname=K")]
    [InlineData(AttributeSync.None, "city=Oslo nickname=K")]
    public void Each_form_leaves_what_its_row_says(AttributeSync sync, string left)
    {
        var map = AttributeMap.Create([
            new() { External = "name", Local = "name" }, new() { External = "given", Local = "given_name" }, new() { External = "nick", Local = "nickname" },
        ]);
        var identity = new ExternalIdentity { Connector = "x", Issuer = "i", Subject = "1", Attributes = new Dictionary<string, string> { ["given"] = "A", ["nick"] = "Z", ["city"] = "Rome" } };
        var stored = new Dictionary<string, string> { ["city"] = "Oslo", ["nickname"] = "K" };
        var synced = map.Sync(stored, map.Apply(identity), sync);
        Assert.Equal(left, string.Join(' ', synced.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}={entry.Value}")));
        Assert.Same(synced, map.Sync(synced, map.Apply(identity), sync));
    }

    [Theory]
    [InlineData(AttributeType.Url, "https://a.test/x|http://a.test", "javascript:alert(1)|data:text/html,x|/x|https:// a|a.test|ftp://a.test/")]
    [InlineData(AttributeType.Date, "1815-12-10|1815", "1815-13-10|10.12.1815|15|1815-12-10T00:00")]
    [InlineData(AttributeType.Number, "0|-1|123456789012345", "1.5|1e9|1234567890123456|--1|-|٣|0x1")]
    [InlineData(AttributeType.Boolean, "true|false", "True|1|yes|")]
    public void A_value_that_is_not_of_its_type_is_none(AttributeType type, string good, string bad)
    {
        Assert.All(good.Split('|'), value => Assert.True(LocalAttributes.IsValue(type, value), value));
        Assert.All(bad.Split('|'), value => Assert.False(LocalAttributes.IsValue(type, value), value));
    }
}
