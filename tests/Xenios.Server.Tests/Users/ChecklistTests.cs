using Microsoft.Extensions.DependencyInjection;
using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Environments;
using Xenios.Testing;

namespace Xenios.Server.Tests.Users;

/// <summary>Rows of the checklist of both seeds (kinde-and-wso2, part E) about who a person is, each through the real pipeline.</summary>
public abstract class ChecklistTests(AccountHost accounts)
{
    private const string Environment = "environment: { slug: default }\n";

    private readonly XeniosHost _host = accounts.Fresh();

    [Fact]
    public async Task Row_33_credentials_are_a_pair_or_both_blank_and_a_careless_copy_is_refused()
    {
        foreach (var (fields, accepted) in new[]
        {
            ("client_id: eC1hcHAtY2xpZW50LWlkOjE6Y2k, client_secret: a-secret-of-the-x-app-0123456789", true),
            ("client_id: '', client_secret: ''", true),
            ("client_id: '', client_secret: a-secret-of-the-x-app-0123456789", false),
            ("client_id: 'eC1hcHAtY2xpZW50LWlkOjE6Y2k ', client_secret: a-secret-of-the-x-app-0123456789", false),
            ("protocol: oauth1a, api_key: abcdefghijklmnopqrstuvwxy", false),
        })
        {
            var applied = await Record.ExceptionAsync(() => _host.ApplyAsync($"{Environment}connections:\n  - {{ slug: pasted, kind: x, name: X, {fields} }}"));
            Assert.Equal((fields, accepted), (fields, applied is null));
        }
    }

    // A6, second and third acceptance are the next row's.
    [Fact]
    public async Task Row_34_nobody_is_trusted_by_default_and_an_address_signs_nobody_in_by_itself()
    {
        Assert.Equal((EmailTrust.Never, LinkPolicy.ProvePossession), (Connection("x").Policy.EmailTrust, Connection("x").Policy.LinkPolicy));
        var (address, user) = await accounts.AddUserAsync();
        Assert.Equal("S19", (await Visitor.ArriveAsync(accounts, "x", await _host.NewPersonAsync(address))).State);
        var separate = await Visitor.ArriveAsync(accounts, "never", await _host.NewPersonAsync(address));
        Assert.Equal("rp.test", separate.State);
        Assert.NotEqual(user, await separate.SubjectAsync());
        Assert.Equal("0", await IdentitiesAsync(user));
    }

    [Fact]
    public async Task Row_35_a_trusted_and_verified_address_matches_and_one_that_X_does_not_confirm_does_not()
    {
        var (address, user) = await accounts.AddUserAsync();
        var unconfirmed = await _host.NewPersonAsync(address);
        await _host.PatchPersonAsync(unconfirmed, """{"email_state":"unconfirmed"}""");
        Assert.Equal("S11", (await Visitor.ArriveAsync(accounts, "trusted", unconfirmed)).State);
        Assert.Equal("0", await IdentitiesAsync(user));
        var confirmed = await Visitor.ArriveAsync(accounts, "trusted", await _host.NewPersonAsync(address));
        Assert.Equal((user, "1"), (await confirmed.SubjectAsync(), await IdentitiesAsync(user)));
    }

    // A8, first acceptance.
    [Fact]
    public async Task Row_36_upstream_parameters_are_fixed_or_taken_from_the_request()
    {
        await _host.ApplyAsync(Environment + """
            connections:
              - { slug: hinted, kind: x, name: X, upstream_params: { prompt: { value: login }, username: { alias: login_hint } } }
            applications:
              - { client_id: hinting, name: H, type: web, client_secret: hint-secret-0123456789-abcdefghijklmnop, redirect_uris: [https://rp.test/cb], connections: [hinted] }
            """);
        var app = new RelyingParty(_host) { ClientId = "hinting", Secret = "hint-secret-0123456789-abcdefghijklmnop" };
        var with = await _host.NewBrowser().GetAsync(app.AuthorizeUrl(("connection", "hinted"), ("login_hint", "a+b@example.com")));
        Assert.EndsWith("prompt=login&username=a%2Bb%40example.com", string.Join('&', with.Location!.Query.TrimStart('?').Split('&').Where(pair => pair.StartsWith("prompt=", StringComparison.Ordinal) || pair.StartsWith("username=", StringComparison.Ordinal))), StringComparison.Ordinal);
        var without = await _host.NewBrowser().GetAsync(app.AuthorizeUrl(("connection", "hinted")));
        Assert.Equal(("login", null), (without.LocationParameter("prompt"), without.LocationParameter("username")));
    }

    // A9
    [Fact]
    public async Task Rows_37_and_39_a_connection_is_on_both_pages_of_the_applications_that_have_it_and_refused_elsewhere()
    {
        var shop = new RelyingParty(_host);
        foreach (var prompt in new[] { null, "create" })
        {
            var many = await _host.NewBrowser().GoAsync(accounts.Many.AuthorizeUrl(("prompt", prompt)));
            Assert.Contains(many.Forms, form => form.Connection == "trusted");
            var other = await _host.NewBrowser().GoAsync(shop.AuthorizeUrl(("prompt", prompt)));
            Assert.Equal(["x"], other.Forms.Select(form => form.Connection).OfType<string>());
        }

        var forced = await _host.NewBrowser().GoAsync(shop.AuthorizeUrl(("connection", "trusted")));
        Assert.NotEqual("x.test", forced.Url.Host);
    }

    [Fact]
    public async Task Row_38_what_is_saved_stays_and_the_secret_is_not_among_it()
    {
        await _host.ApplyAsync($"{Environment}connections:\n  - {{ slug: saved, kind: x, name: Saved, client_id: eC1hcHAtY2xpZW50LWlkOjE6Y2k, client_secret: a-secret-of-the-x-app-0123456789, policy: {{ missing_email: reject }} }}");
        var stored = (await _host.QueryAsync("SELECT settings, secrets_sealed FROM connections WHERE slug = 'saved'"))[0];
        Assert.Contains("\"missing_email\":\"reject\"", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret-of-the-x-app", stored, StringComparison.Ordinal);
        Assert.Equal(MissingEmail.Reject, Connection("saved").Policy.MissingEmail);
        Assert.DoesNotContain(_host.Log.Lines, line => line.Contains("a-secret-of-the-x-app", StringComparison.Ordinal));
    }

    // A10, first and second acceptance.
    [Fact]
    public async Task Rows_40_and_41_a_missing_address_is_asked_for_before_anything_exists_and_only_once()
    {
        var person = await _host.NewPersonAsync();
        var before = await _host.SnapshotAsync();
        var ben = await Visitor.ArriveAsync(accounts, "x", person);
        var address = accounts.NewAddress();
        Assert.Equal("S11", ben.State);
        await ben.PressAsync("email", ("email", address));
        Assert.Equal((before, false), (await _host.SnapshotAsync(), ben.HasSession));
        Assert.Equal("rp.test", await ben.PressAsync("email/code", ("code", _host.MailedCode)));
        var user = await ben.SubjectAsync();
        Assert.Equal([$"{address}|1|code"], await _host.QueryAsync($"SELECT email, email_verified, email_verified_by FROM users WHERE user_id = '{user}'"));
        Assert.Equal("1", await IdentitiesAsync(user));
        for (var i = 0; i < 2; i++)
        {
            var again = await Visitor.ArriveAsync(accounts, "x", person);
            Assert.Equal(("rp.test", user), (again.State, await again.SubjectAsync()));
        }
    }

    // A10, third acceptance; A11.
    [Fact]
    public async Task Row_42_an_entered_address_that_is_known_ends_in_one_user_and_a_wrong_or_old_code_in_nothing()
    {
        var (address, user) = await accounts.AddUserAsync();
        var ben = await Visitor.ArriveAsync(accounts, "x", await _host.NewPersonAsync());
        var before = await _host.SnapshotAsync();
        await ben.PressAsync("email", ("email", address));
        Assert.Equal("S14 code_wrong", await ben.PressAsync("email/code", ("code", SignIn.Gates.Newcomer.Not(_host.MailedCode))));
        _host.Clock.Advance(TimeSpan.FromMinutes(11));
        await ben.ForceAsync("email/code", ("code", _host.MailedCode));
        Assert.Equal(before, await _host.SnapshotAsync());
        await ben.PressAsync("email/code", ("code", _host.MailedCode));
        await ben.PressAsync("email/code/resend");
        Assert.Equal("S18", await ben.PressAsync("email/code", ("code", _host.MailedCode)));
        Assert.Equal("rp.test", await ben.PressAsync("link", ("link", "yes")));
        Assert.Equal((user, "1"), (await ben.SubjectAsync(), await IdentitiesAsync(user)));
        Assert.Equal(["1"], await _host.QueryAsync($"SELECT COUNT(*) FROM users WHERE email_key = '{address}'"));
    }

    // W-L67 as a test in both presets (D5).
    [Theory]
    [InlineData("wso2jit", "Z", null)]
    [InlineData("x", "N", "Oslo")]
    public async Task Row_53_the_same_address_overrides_local_attributes_in_one_preset_and_keeps_them_in_the_other(string connection, string nickname, string? city)
    {
        const string Attributes = "attributes: [{ external: description, local: nickname }, { external: profile_image_url, local: picture }]";
        var policy = connection == "x" ? "preset: kinde" : "preset: wso2, jit: on";
        await _host.ApplyAsync($"{Environment}connections:\n  - {{ slug: {connection}, kind: x, name: X, policy: {{ {policy} }}, {Attributes} }}");
        var (address, user) = await accounts.AddUserAsync("attributes: { nickname: N, city: Oslo, name: Local }");
        var person = await _host.NewPersonAsync(address, name: "At X");
        await _host.PatchPersonAsync(person, """{"description":"Z","profile_image_url":"https://img.test/x"}""");
        var kim = await Visitor.ArriveAsync(accounts, connection, person);
        if (connection == "x")
        {
            await kim.ProveByCodeAsync();
            await kim.PressAsync("link", ("link", "yes"));
        }

        var claims = await kim.ClaimsAsync();
        Assert.Equal((user, nickname, "At X", "https://img.test/x"), (Text("sub"), Text("nickname"), Text("name"), Text("picture")));
        Assert.Equal(city, Text("city"));
        Assert.Equal((address, "1"), (Text("email"), await IdentitiesAsync(user)));

        string? Text(string name) => claims.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    [Fact]
    public async Task Rows_54_and_55_provisioning_is_off_by_default_there_and_one_switch_turns_it_on_without_touching_the_rest()
    {
        Assert.Equal(OnOff.Off, Connection("wso2").Policy.Jit);
        await _host.ApplyAsync($"{Environment}connections:\n  - {{ slug: fresh, kind: x, name: X, policy: {{ preset: wso2, group_sync: override }} }}");
        var before = Connection("fresh").Policy;
        await _host.ApplyAsync($"{Environment}connections:\n  - {{ slug: fresh, kind: x, name: X, policy: {{ preset: wso2, group_sync: override, jit: on }} }}");
        Assert.Equal(before with { Jit = OnOff.On, LinkRules = Connection("fresh").Policy.LinkRules }, Connection("fresh").Policy);
        var person = await _host.NewPersonAsync(accounts.NewAddress());
        Assert.Equal("S27 local_account_needed", (await Visitor.ArriveAsync(accounts, "wso2", person)).State);
        Assert.Equal("rp.test", (await Visitor.ArriveAsync(accounts, "wso2jit", person)).State);
    }

    // B10, first acceptance.
    [Fact]
    public async Task Rows_67_to_69_a_first_sign_in_makes_a_user_with_the_handle_as_name_that_X_manages()
    {
        var handle = $"c_{Guid.NewGuid():N}"[..13];
        await accounts.AddUserAsync($"username: {handle}");
        var ada = await Visitor.ArriveAsync(accounts, "wso2jit", await _host.NewPersonAsync(accounts.NewAddress(), handle));
        var user = await ada.SubjectAsync();
        Assert.Equal([$"{handle}2|{Connection("wso2jit").Id}|active"], await _host.QueryAsync($"SELECT username, managed_by, status FROM users WHERE user_id = '{user}'"));
    }

    // B11
    [Fact]
    public async Task Rows_70_to_74_and_77_a_mapping_is_saved_and_reaches_tokens_at_the_next_sign_in_and_duplicates_are_refused()
    {
        const string Connection = "connections:\n  - { slug: tabs, kind: x, name: X, attributes: [ATTRIBUTES] }\napplications:\n  - { client_id: tabs, name: T, type: web, client_secret: tabs-secret-0123456789-abcdefghijklmnop, redirect_uris: [https://rp.test/cb], claims_in_id_token: true, connections: [tabs] }";
        Task ApplyAsync(string attributes) => _host.ApplyAsync(Environment + Connection.Replace("ATTRIBUTES", attributes, StringComparison.Ordinal));
        await ApplyAsync("");
        var app = new RelyingParty(_host) { ClientId = "tabs", Secret = "tabs-secret-0123456789-abcdefghijklmnop" };
        var person = await _host.NewPersonAsync(accounts.NewAddress());
        Assert.False((await (await Visitor.ArriveAsync(accounts, "tabs", person, app)).ClaimsAsync()).TryGetProperty("preferred_username", out _));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ApplyAsync("{ external: username, local: preferred_username }, { external: username, local: nickname }"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ApplyAsync("{ external: username, local: nickname }, { external: name, local: nickname }"));

        // In the other preset's form, because the usual one copies names and pictures only.
        await _host.ApplyAsync(Environment + Connection.Replace("name: X,", "name: X, policy: { attribute_sync: preserve_local },", StringComparison.Ordinal).Replace("ATTRIBUTES", "{ external: username, local: preferred_username }", StringComparison.Ordinal));
        var tokens = await app.RedeemAsync((await Visitor.ArriveAsync(accounts, "tabs", person, app)).Page.LocationParameter("code"));
        Assert.Equal(person.Replace('-', '_'), (await app.ValidateAsync(tokens.IdToken))["preferred_username"]);
    }

    [Fact]
    public async Task Row_75_the_subject_is_the_number_and_never_the_handle()
    {
        foreach (var attribute in new[] { "username", "screen_name", "name" })
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => _host.ApplyAsync($"{Environment}connections:\n  - {{ slug: x, kind: x, name: X, subject_attribute: {attribute} }}"));
        }

        Assert.Equal("id", Connection("x").Policy.SubjectAttribute);
        var claims = await (await Visitor.ArriveAsync(accounts, "named", await _host.NewPersonAsync())).ClaimsAsync();
        Assert.Equal([claims.GetProperty("x_id").GetString()!], await _host.QueryAsync($"SELECT subject FROM linked_identities WHERE user_id = '{claims.GetProperty("sub").GetString()}'"));
    }

    [Fact]
    public async Task Row_76_an_unselected_attribute_is_not_stored_and_an_absent_one_with_a_default_is()
    {
        var person = await _host.NewPersonAsync();
        await _host.PatchPersonAsync(person, """{"url":"https://ada.test/"}""");
        var user = await (await Visitor.ArriveAsync(accounts, "mapped", person)).SubjectAsync();
        var stored = (await _host.QueryAsync($"SELECT attributes FROM users WHERE user_id = '{user}'"))[0];
        Assert.Contains("\"locale\":\"sv\"", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("website", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("nickname", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_79_the_same_account_is_reached_by_a_code_to_its_address_and_by_X()
    {
        var ben = await Visitor.ArriveAsync(accounts, "x", await _host.NewPersonAsync());
        var address = accounts.NewAddress();
        await ben.TypeAndProveAsync(address);
        var user = await ben.SubjectAsync();
        var byMail = await Visitor.OpenAsync(accounts, accounts.Ways);
        await byMail.PressAsync("email", ("email", address));
        Assert.Equal("rp.test", await byMail.PressAsync("email/code", ("code", _host.MailedCode)));
        Assert.Equal(user, await byMail.SubjectAsync());
        Assert.Equal(user, await (await Visitor.ArriveAsync(accounts, "x", ben.Person)).SubjectAsync());
    }

    // Pairs of settings and the invariant: AccountInvariantTests. Here: each link policy with each trust, driven end to end (A07).
    [Fact]
    public async Task Row_85_every_mixture_of_trust_and_linking_ends_where_the_rules_say()
    {
        var slugs = new List<(string Slug, LinkPolicy Link, EmailTrust Trust)>();
        foreach (var link in Enum.GetValues<LinkPolicy>())
        {
            foreach (var trust in Enum.GetValues<EmailTrust>())
            {
                slugs.Add(($"mix-{slugs.Count}", link, trust));
            }
        }

        await _host.ApplyAsync(
            $"{Environment}connections:\n{string.Join('\n', slugs.Select(mix => $"  - {{ slug: {mix.Slug}, kind: x, name: X, policy: {{ link_policy: {WireName.Of(mix.Link)}, email_trust: {WireName.Of(mix.Trust)} }} }}"))}\n"
            + $"applications:\n  - {{ client_id: mixed, name: M, type: web, client_secret: mixe-secret-0123456789-abcdefghijklmnop, redirect_uris: [https://rp.test/cb], connections: [{string.Join(", ", slugs.Select(mix => mix.Slug))}] }}");
        var app = new RelyingParty(_host) { ClientId = "mixed", Secret = "mixe-secret-0123456789-abcdefghijklmnop" };
        foreach (var (slug, link, trust) in slugs)
        {
            var (address, user) = await accounts.AddUserAsync();
            var ada = await Visitor.ArriveAsync(accounts, slug, await _host.NewPersonAsync(address), app);
            var automatic = link is LinkPolicy.AutoIfTrusted or LinkPolicy.AutoByRules && trust != EmailTrust.Never;
            Assert.Equal((slug, link, trust, automatic || link == LinkPolicy.Never ? "rp.test" : "S19"), (slug, link, trust, ada.State));
            Assert.Equal(automatic ? "1" : "0", await IdentitiesAsync(user));
        }
    }

    private Connection Connection(string slug) => _host.Services.GetRequiredService<SnapshotCache>().All.Single().Connections[slug];

    private async Task<string> IdentitiesAsync(string user) => (await _host.QueryAsync($"SELECT COUNT(*) FROM linked_identities WHERE user_id = '{user}'"))[0];
}

public sealed class ChecklistOnSqliteTests(AccountHost accounts) : ChecklistTests(accounts), IClassFixture<AccountHost>;

[Trait("Category", "Postgres")]
public sealed class ChecklistOnPostgresTests(AccountHostOnPostgres accounts) : ChecklistTests(accounts), IClassFixture<AccountHostOnPostgres>;
