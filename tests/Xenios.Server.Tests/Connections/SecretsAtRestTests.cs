using System.Text;
using Xenios.Server.Tests.Connectors.X;
using Xenios.Testing;

namespace Xenios.Server.Tests.Connections;

/// <summary>What whoever steals the database finds in it: no secret of ours or X's, no token, no code, no cookie (threats B13).</summary>
public sealed class SecretsAtRestTests
{
    [Fact]
    public async Task The_SQLite_files_hold_no_secret()
    {
        var folder = Directory.CreateTempSubdirectory("xenios-test-").FullName;
        try
        {
            HashSet<string> secrets;
            await using (var host = await XeniosHost.StartAsync(options => options.Data = folder))
            {
                secrets = await StolenSecrets.CollectAsync(host);
                await FindNothingAsync(folder, secrets);
            }

            await FindNothingAsync(folder, secrets);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FindNothingAsync(string folder, HashSet<string> secrets)
    {
        var files = Directory.GetFiles(folder, "xenios.db*");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            StolenSecrets.FindNothing(Path.GetFileName(file), copy.ToArray(), secrets);
        }
    }
}

/// <summary>The same on PostgreSQL: every value of every table.</summary>
[Trait("Category", "Postgres")]
public sealed class SecretsAtRestOnPostgresTests
{
    [Fact]
    public async Task The_PostgreSQL_tables_hold_no_secret()
    {
        await using var host = await XeniosHost.StartAsync(options => options.Postgres = PostgresServer.ConnectionString);
        var secrets = await StolenSecrets.CollectAsync(host);
        var tables = await host.QueryAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'");
        Assert.Contains("ephemeral", tables);
        foreach (var table in tables)
        {
            var text = string.Join('\n', await host.QueryAsync($"SELECT row_to_json(t)::text FROM {table} t"));
            StolenSecrets.FindNothing(table, Encoding.UTF8.GetBytes(text), secrets);
            foreach (var row in await host.QueryAsync($"SELECT * FROM {table}"))
            {
                StolenSecrets.FindNothing(table, Encoding.UTF8.GetBytes(row), secrets);
            }
        }
    }
}

/// <summary>Leaves a database in the middle of everything, and knows each secret that passed.</summary>
internal static class StolenSecrets
{
    /// <summary>Runs sign-ins by apps of our own: finished ones, one at X, one waiting for an address, one that failed.</summary>
    public static async Task<HashSet<string>> CollectAsync(XeniosHost host)
    {
        var app = await host.AddAppAsync("web");
        string Of(string name) => app.GetProperty(name).GetString()!;
        var hosts = $$"""hosts: { web: {{XeniosHost.SandboxUrl}}, api: {{XeniosHost.SandboxUrl}} }""";
        await host.ApplyAsync(BothGenerations.Resources
            .Replace("slug: two, kind: x, name: X", $"slug: two, kind: x, name: X, client_id: {Of("client_id")}, client_secret: {Of("client_secret")}, {hosts}", StringComparison.Ordinal)
            .Replace("name: Old X,", $"name: Old X, api_key: {Of("api_key")}, api_key_secret: {Of("api_key_secret")}, {hosts},", StringComparison.Ordinal));

        var secrets = new HashSet<string>([Of("client_secret"), Of("api_key_secret"), "shop-secret-0123456789-abcdefghijklmnop"], StringComparer.Ordinal);
        host.Upstreams.Intercept = async (request, ct) =>
        {
            var path = request.RequestUri!.AbsolutePath;
            if (path is "/2/oauth2/token" or "/oauth/request_token" or "/oauth/access_token")
            {
                // Asked once more here, to learn what the server will be told.
                var sent = request.Content is null ? "" : await request.Content.ReadAsStringAsync(ct);
                var form = Xenios.Protocol.Parameters.ParseForm(sent);
                secrets.UnionWith(new[] { form["code"], form["code_verifier"], form["oauth_verifier"] }.OfType<string>());
                using var client = new HttpMessageInvoker(host.HandlerFor("x.test"), disposeHandler: false);
                var answer = await client.SendAsync(request, ct);
                var body = await answer.Content.ReadAsStringAsync(ct);
                var told = Xenios.Protocol.Parameters.ParseForm(body);
                secrets.UnionWith(new[] { told["oauth_token"], told["oauth_token_secret"] }.OfType<string>());
                if (body.StartsWith('{') && System.Text.Json.JsonDocument.Parse(body).RootElement.TryGetProperty("access_token", out var token))
                {
                    secrets.Add(token.GetString()!);
                }

                return answer;
            }

            return null;
        };
        foreach (var connection in new[] { BothGenerations.Two, BothGenerations.One })
        {
            foreach (var person in new[] { "ada", "ben", "dev", "eve" })
            {
                var (browser, shop) = (host.NewBrowser(), new RelyingParty(host));
                var x = await BothGenerations.LeaveAsync(host, browser, connection, shop);
                var query = System.Web.HttpUtility.ParseQueryString(x.Url.Query);
                secrets.UnionWith(new[] { query["state"], query["oauth_token"] }.OfType<string>());
                var back = await browser.PickAsync(x, person);
                if (back.LocationParameter("code") is { } code)
                {
                    secrets.Add(code);
                }

                secrets.UnionWith(browser.CookiesOf("id.test").Where(cookie => !cookie.Key.Contains("last", StringComparison.Ordinal)).Select(cookie => cookie.Value));
            }

            await BothGenerations.LeaveAsync(host, host.NewBrowser(), connection);
        }

        host.Upstreams.Intercept = null;
        Assert.True(secrets.Count > 30, $"only {secrets.Count} values were collected");
        return secrets;
    }

    /// <summary>Looks for each secret as it is, in hex and in base64.</summary>
    public static void FindNothing(string where, byte[] stolen, HashSet<string> secrets)
    {
        foreach (var secret in secrets)
        {
            var bytes = Encoding.UTF8.GetBytes(secret);
            foreach (var form in (byte[][])[bytes, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)), Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes).TrimEnd('='))])
            {
                Assert.True(stolen.AsSpan().IndexOf(form) < 0, $"{where} holds a secret of {secret.Length} characters");
            }
        }
    }
}
