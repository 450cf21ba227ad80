using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Xenios.Server.Storage;
using Xenios.Testing;

namespace Xenios.Server.Tests.Storage;

/// <summary>What a sign-in costs does not grow with the number of people: SQLite's own plans of every statement that whole sign-ins ran.</summary>
public sealed class SqlitePlanTests : IAsyncLifetime
{
    // A handful of rows each, read whole on purpose or found by their one key.
    private static readonly string[] Small = ["environments", "signing_keys", "local_attributes", "connections", "connection_credentials", "applications", "schema_scripts", "sqlite_schema", "VIRTUAL"];

    private XeniosHost _host = null!;

    public async Task InitializeAsync() => _host = await XeniosHost.StartAsync(options =>
    {
        options.Resources = XeniosHost.Resources
            .Replace("connections: [x]", "login_flow: { steps: [{ options: [{ connection: x }, { method: password }] }] }", StringComparison.Ordinal)
            .Replace("grant_types: [authorization_code]", "grant_types: [authorization_code, refresh_token]", StringComparison.Ordinal)
            .Replace("email_verified: true", "email_verified: true, password: 'correct-horse-battery'", StringComparison.Ordinal);
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Every_index_is_described_to_the_planner() => Assert.Equal(
        ["0"],
        await _host.QueryAsync(
            """
            SELECT COUNT(*) FROM pragma_table_list t JOIN pragma_index_list(t.name) l
            WHERE t.schema = 'main' AND t.type = 'table'
              AND NOT EXISTS (SELECT 1 FROM sqlite_stat1 s WHERE s.tbl = t.name AND s.idx IN (t.name, l.name))
            """));

    [Fact]
    public async Task No_statement_of_a_sign_in_walks_through_all_people()
    {
        // Somebody new whose address is asked for, somebody who comes back, somebody known by the address, and one with a password.
        var shop = new RelyingParty(_host);
        var browser = _host.NewBrowser();
        var page = await shop.SignInAsync(browser, "ben");
        page = await browser.PressAsync(page, "/email", ("email", "cleo@example.com"));
        page = await browser.PressAsync(page, "/email/code", ("code", _host.MailedCode));
        Assert.Contains(page.Id, new[] { "S18", "S19" });
        await shop.SignInAsync(_host.NewBrowser());
        await shop.SignInAsync(_host.NewBrowser(), "cleo");

        var tokens = await shop.SignInAndRedeemAsync(_host.NewBrowser());
        Assert.Equal(200, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        browser = _host.NewBrowser();
        page = await browser.PressAsync(await browser.GoAsync(shop.AuthorizeUrl()), "/password");
        page = await browser.PressAsync(page, "/password", ("username", "cleo"), ("password", "correct-horse-battery"));
        Assert.NotNull(page.LocationParameter("code"));

        var walks = new List<string>();
        var database = _host.Services.GetRequiredService<Database>();
        var texts = Texts(database);
        foreach (var known in new[] { "FROM linked_identities", "UPDATE linked_identities", "INSERT INTO sessions", "UPDATE ephemeral" })
        {
            Assert.Contains(texts, text => text.Contains(known, StringComparison.Ordinal));
        }

        foreach (var text in texts.Where(text => Regex.IsMatch(text, @"^\s*(SELECT|UPDATE|DELETE|INSERT|WITH)\b")))
        {
            var plan = await _host.QueryAsync("EXPLAIN QUERY PLAN " + Regex.Replace(text, @"[$@](\w+)", "'x'"));
            walks.AddRange(plan.Select(row => row[(row.LastIndexOf('|') + 1)..])
                .Where(step => (Regex.IsMatch(step, @"^SCAN (?!CONSTANT)") || Regex.IsMatch(step, @"\(environment_id=\?( AND kind=\?)?\)"))
                    && !Small.Any(table => step.Split(' ').Contains(table)))
                .Select(step => $"{step}\n{text}"));
        }

        Assert.True(walks.Count == 0, string.Join("\n\n", walks));
    }

    // What the connections have prepared; nothing else knows every text.
    private static HashSet<string> Texts(Database database)
    {
        static object Field(object of, string name) => of.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(of)!;
        var writer = ((Lazy<SqliteWriter>)Field(database, "_writer")).Value;
        var sessions = ((IEnumerable<SqliteSession>)Field(database, "_idle")).Concat(
            writer.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Select(field => field.GetValue(writer)).OfType<SqliteSession>());
        return [.. sessions.SelectMany(session => ((IDictionary)Field(session, "_prepared")).Keys.Cast<Statement>()
            .Concat(((IDictionary)Field(session, "_written")).Keys.Cast<Statement>())
            .Select(statement => statement.Sql)
            .Concat(((Dictionary<string, Microsoft.Data.Sqlite.SqliteCommand>)Field(session, "_texts")).Keys))];
    }
}
