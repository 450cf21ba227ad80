using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Protocol;
using Xenios.Server.Environments;
using Xenios.Server.Storage;
using Xenios.Server.Tests.Connectors.X;
using Xenios.Testing;

namespace Xenios.Server.Tests.Connections;

/// <summary>Extra parameters for X's page: ours can never be replaced, what is allowed arrives encoded (threats B09, standards BRK-05).</summary>
public sealed class UpstreamParameterTests(BothGenerations rig) : IClassFixture<BothGenerations>
{
    private static readonly string[] Reserved =
    [
        "redirect_uri", "state", "scope", "client_id", "response_type", "response_mode", "nonce", "code_challenge", "code_challenge_method", "request", "request_uri", "claims",
        "iss", "oauth_token", "oauth_callback", "oauth_token_secret",
    ];

    private readonly XeniosHost _host = rig.Host;

    private static IReadOnlyList<string> Spellings { get; } =
    [
        .. Reserved.SelectMany(name => (string[])
        [
            name, char.ToUpperInvariant(name[0]) + name[1..], name.ToUpperInvariant(), name.Replace("_", "%5F", StringComparison.Ordinal), $"%{(int)name[0]:x2}{name[1..]}",
            name + "[]", name + "\r\nX", " " + name, name + new string('x', 10_000),
        ]).Distinct(StringComparer.Ordinal),
    ];

    [Fact]
    public async Task A_file_with_a_reserved_name_in_any_spelling_is_refused_whole()
    {
        var before = await _host.QueryAsync("SELECT settings FROM connections");
        foreach (var spelling in Spellings)
        {
            var quoted = JsonSerializer.Serialize(spelling);
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => _host.ApplyAsync(BothGenerations.Resources + $"\n  - {{ slug: bad, kind: x, name: Bad, upstream_params: {{ {quoted}: {{ value: evil }} }} }}\n"));
            Assert.DoesNotContain("   at ", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, await _host.QueryAsync("SELECT settings FROM connections"));
    }

    [Theory]
    [InlineData("lang", "a\r\nb")]
    [InlineData("lang", "a\u0000b")]
    public async Task A_value_with_controls_is_refused_whole(string name, string value) => await Assert.ThrowsAsync<InvalidOperationException>(() =>
        _host.ApplyAsync(BothGenerations.Resources + $"\n  - {{ slug: bad, kind: x, name: Bad, upstream_params: {{ {name}: {{ value: {JsonSerializer.Serialize(value)} }} }} }}\n"));

    // A row may be older than the rule: written past it here.
    [Theory]
    [InlineData(BothGenerations.Two, "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")]
    [InlineData(BothGenerations.One, "oauth_token")]
    public async Task A_stored_reserved_name_never_reaches_X(string connection, params string[] ours)
    {
        var evil = Spellings.ToDictionary(name => name, _ => (object)new { value = "evil" });
        await StoreAsync(connection, JsonSerializer.Serialize(evil));

        var x = await BothGenerations.LeaveAsync(_host, _host.NewBrowser(), connection);
        Assert.Equal("x.test", x.Url.Host);
        var sent = Parameters.ParseForm(x.Url.Query.AsSpan(1));
        foreach (var name in ours)
        {
            Assert.Single(sent.Pairs, pair => pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            Assert.NotEqual("evil", sent[name]);
        }

        Assert.All(sent.Pairs, pair => Assert.Contains(pair.Key, ours));
        await StoreAsync(connection, "{}");
    }

    [Theory]
    [InlineData(BothGenerations.Two)]
    [InlineData(BothGenerations.One)]
    public async Task Fixed_and_copied_values_arrive_once_and_encoded(string connection)
    {
        await StoreAsync(connection, """{"prompt":{"value":"login"},"username":{"alias":"login_hint"},"lang":{"value":"a+b &c=d#é"},"absent":{"alias":"prompt"}}""");
        var browser = _host.NewBrowser();
        var x = await browser.GoAsync(new RelyingParty(_host).AuthorizeUrl(("connection", connection), ("login_hint", "a+b@example.com"), ("force_login", "false"), ("lang", "evil"), ("oauth_token", "evil")));
        Assert.Contains("prompt=login", x.Url.Query, StringComparison.Ordinal);
        Assert.Contains("username=a%2Bb%40example.com", x.Url.Query, StringComparison.Ordinal);
        Assert.Contains("lang=a%2Bb%20%26c%3Dd%23%C3%A9", x.Url.Query, StringComparison.Ordinal);
        var sent = Parameters.ParseForm(x.Url.Query.AsSpan(1));
        Assert.Empty(sent.Repeated);
        Assert.DoesNotContain(sent.Pairs, pair => pair.Key == "absent" || pair.Value == "evil");
        await StoreAsync(connection, "{}");
    }

    [Fact]
    public async Task Without_a_hint_nothing_is_sent_and_a_hostile_hint_is_only_text()
    {
        await StoreAsync(BothGenerations.Two, """{"username":{"alias":"login_hint"}}""");
        var x = await BothGenerations.LeaveAsync(_host, _host.NewBrowser(), BothGenerations.Two);
        Assert.DoesNotContain("username", x.Url.Query, StringComparison.Ordinal);
        foreach (var hint in (string[])["x&redirect_uri=https://evil.test/", "x#state=1", "a\r\nLocation: https://evil.test"])
        {
            x = await _host.NewBrowser().GoAsync(new RelyingParty(_host).AuthorizeUrl(("connection", BothGenerations.Two), ("login_hint", hint)));
            Assert.Equal("x.test", x.Url.Host);
            var sent = Parameters.ParseForm(x.Url.Query.AsSpan(1));
            Assert.Empty(sent.Repeated);
            Assert.Equal("https://id.test/login/callback", sent["redirect_uri"]);
            Assert.True(sent["username"] is null || sent["username"] == hint);
        }

        await StoreAsync(BothGenerations.Two, "{}");
    }

    // x-platform §1.10: only the first generation can ask again, and X's page then shows itself in spite of an earlier yes.
    [Theory]
    [InlineData("prompt", "login", true)]
    [InlineData("max_age", "0", true)]
    [InlineData("prompt", "select_account", false)]
    [InlineData("nothing", null, false)]
    public async Task A_wish_for_a_fresh_sign_in_becomes_force_login_in_the_first_generation(string name, string? value, bool forced)
    {
        var x = await _host.NewBrowser().GoAsync(new RelyingParty(_host).AuthorizeUrl(("connection", BothGenerations.One), (name, value)));
        var sent = Parameters.ParseForm(x.Url.Query.AsSpan(1));
        Assert.Equal(forced ? "true" : null, sent["force_login"]);

        await StoreAsync(BothGenerations.One, """{"Force_Login":{"value":"false"},"screen_name":{"alias":"login_hint"}}""");
        x = await _host.NewBrowser().GoAsync(new RelyingParty(_host).AuthorizeUrl(("connection", BothGenerations.One), ("prompt", "login"), ("login_hint", "ada_bystrom")));
        sent = Parameters.ParseForm(x.Url.Query.AsSpan(1));
        Assert.Equal("true", Assert.Single(sent.Pairs, pair => pair.Key.Equals("force_login", StringComparison.OrdinalIgnoreCase)).Value);
        Assert.Equal("ada_bystrom", sent["screen_name"]);
        await StoreAsync(BothGenerations.One, "{}");
    }

    private async Task StoreAsync(string connection, string parameters)
    {
        await _host.Services.GetRequiredService<Database>().WriteAsync(
            scope => scope.Connection.ExecuteAsync(
                "UPDATE connections SET settings = json_set(settings, '$.upstream_params', json(@parameters)) WHERE slug = @connection", new { parameters, connection }, scope.Transaction),
            CancellationToken.None);
        await _host.Services.GetRequiredService<SnapshotCache>().ReloadAsync(CancellationToken.None);
    }
}
