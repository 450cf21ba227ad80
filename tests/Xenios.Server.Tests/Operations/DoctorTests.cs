using System.Net;
using System.Text;
using System.Text.Json;
using Npgsql;
using Xenios.Sdk;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Operations;
using Xenios.Server.Tests.Mail;
using Xenios.Testing;

namespace Xenios.Server.Tests.Operations;

/// <summary>The doctor of a running server: each fault provoked, each found by its code; and nothing found where all is well.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task Healthy_server_has_nothing_but_its_mail_and_the_sandbox_at_a_public_address()
    {
        await using var host = await StartAsync();
        var findings = await LookAsync(host);
        Assert.Equal(["A-04", "A-12"], findings.Where(finding => finding.Status != FindingStatus.Ok).Select(finding => finding.Code));
        Assert.All(findings.Where(finding => finding.Code is not null), finding => Assert.False(string.IsNullOrEmpty(finding.Remedy)));
        Assert.Equal(["address", "mail", "data", "disk", "database", "server", "sandbox", "keys", "connection"], findings.Select(finding => finding.Check));
        Assert.Equal(["https://id.test/login/callback"], findings[^1].Callbacks);
    }

    [Theory]
    [InlineData("""{"issuer":"https://other.test"}""", 200)]
    [InlineData("<html>", 200)]
    [InlineData("", 502)]
    [InlineData(null, 0)]
    public async Task Address_that_does_not_lead_here_is_A02(string? body, int status)
    {
        await using var host = await StartAsync();
        host.Upstreams.Intercept = (request, _) => request.RequestUri!.Host != "id.test" ? Task.FromResult<HttpResponseMessage?>(null)
            : body is null ? throw new HttpRequestException(HttpRequestError.ConnectionError)
            : Task.FromResult<HttpResponseMessage?>(new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
        Assert.Equal((FindingStatus.Error, "A-02"), Of(await LookAsync(host), "address"));
    }

    [Fact]
    public async Task Mail_server_that_does_not_answer_is_A04_and_one_that_greets_is_fine()
    {
        using (var sink = new SmtpSink())
        {
            await using var host = await StartAsync(("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{sink.Port}"), ("Mail:From", "a@v.test"));
            Assert.Equal((FindingStatus.Ok, null), Of(await LookAsync(host), "mail"));
        }

        await using var silent = await StartAsync(("Mail:Host", "127.0.0.1"), ("Mail:Port", "1"), ("Mail:From", "a@v.test"));
        Assert.Equal((FindingStatus.Error, "A-04"), Of(await LookAsync(silent), "mail"));
    }

    [Fact]
    public async Task Folder_that_takes_no_file_is_A05()
    {
        await using var host = await StartAsync();
        var token = OperatorAccess.Read(host.Data)!.Token;
        Directory.Move(host.Data, host.Data + "-away");
        var findings = await LookAsync(host, token);
        Directory.Move(host.Data + "-away", host.Data);
        Assert.Equal((FindingStatus.Error, "A-05"), Of(findings, "data"));
    }

    [Theory]
    [InlineData(100, 1000, FindingStatus.Ok)]
    [InlineData(51, 1000, FindingStatus.Ok)]
    [InlineData(49, 1000, FindingStatus.Ok)]
    [InlineData(4, 100, FindingStatus.Warning)]
    [InlineData(0, 100, FindingStatus.Error)]
    public void Disk_is_full_when_a_twentieth_and_less_than_ten_gigabytes_are_free(long freeGigabytes, long totalGigabytes, FindingStatus status)
    {
        var finding = DoctorRules.Disk(freeGigabytes << 30, totalGigabytes << 30);
        Assert.Equal((status, status == FindingStatus.Ok ? null : "A-05"), (finding.Status, finding.Code));
    }

    [Fact]
    public async Task Database_of_a_newer_version_is_A06()
    {
        await using var host = await StartAsync();
        await host.ExecuteAsync("INSERT INTO schema_scripts (number, name) VALUES (9999, '9999_future.sql')");
        Assert.Equal((FindingStatus.Error, "A-06"), Of(await LookAsync(host), "database"));
    }

    [Fact]
    public async Task Database_that_does_not_answer_is_found()
    {
        await using var host = await StartAsync();
        await host.ExecuteAsync("ALTER TABLE schema_scripts RENAME COLUMN number TO lost");
        Assert.Equal((FindingStatus.Error, "A-05"), Of(await LookAsync(host), "database"));
    }

    [Fact]
    public async Task Second_server_in_the_folder_is_A07()
    {
        await using var host = await StartAsync();
        var token = OperatorAccess.Read(host.Data)!.Token;
        await File.WriteAllTextAsync(Path.Combine(host.Data, OperatorAccess.FileName), """{"url":"https://id.test","token":"of-another-server"}""");
        Assert.Equal((FindingStatus.Error, "A-07"), Of(await LookAsync(host, token), "server"));
    }

    [Theory]
    [InlineData(0, FindingStatus.Ok, null)]
    [InlineData(-4, FindingStatus.Ok, null)]
    [InlineData(12, FindingStatus.Warning, "A-08")]
    [InlineData(41, FindingStatus.Error, "A-08")]
    [InlineData(-3600, FindingStatus.Error, "A-08")]
    public async Task Clock_is_compared_with_that_of_x(int seconds, FindingStatus status, string? code)
    {
        await using var host = await StartAsync();
        Answer(host, () =>
        {
            var answer = new HttpResponseMessage(HttpStatusCode.NotFound);
            answer.Headers.Date = host.Clock.GetUtcNow().AddSeconds(-seconds);
            return answer;
        });
        Assert.Equal((status, code), Of(await LookAsync(host), "clock"));
    }

    [Fact]
    public async Task Key_that_nothing_changes_is_A09_after_ninety_days()
    {
        await using var host = await StartAsync();
        await host.ApplyAsync("environment: { slug: default, signing_keys: { rotation_days: 0 } }");
        host.Clock.Advance(TimeSpan.FromDays(89));
        Assert.Equal((FindingStatus.Ok, null), Of(await LookAsync(host), "keys"));
        host.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal((FindingStatus.Warning, "A-09"), Of(await LookAsync(host), "keys"));
    }

    [Theory]
    [InlineData(400, 399, FindingStatus.Ok)]
    [InlineData(90, 90, FindingStatus.Ok)]
    [InlineData(90, 93, FindingStatus.Warning)]
    public void Key_may_be_as_old_as_its_environment_wants(int rotationDays, int age, FindingStatus status)
    {
        var since = DateTimeOffset.UnixEpoch;
        var schedule = KeySchedule.Of(new SigningKeysResource { RotationDays = rotationDays }, TimeSpan.FromHours(1));
        Assert.Equal(status, DoctorRules.Keys([new KeyRecord("a", "ES256", KeyState.Active, since)], schedule, since.AddDays(age)).Status);
    }

    [Theory]
    [InlineData("name", FindingStatus.Error, "X-111")]
    [InlineData("503", FindingStatus.Warning, "X-110")]
    [InlineData("broken", FindingStatus.Warning, "X-110")]
    public async Task X_that_cannot_be_reached_is_found_per_connection(string fault, FindingStatus status, string code)
    {
        await using var host = await StartAsync();
        Answer(host, () => fault switch
        {
            "name" => throw new HttpRequestException(HttpRequestError.NameResolutionError),
            "503" => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable),
            _ => throw new IOException("broken"),
        });
        var finding = (await LookAsync(host)).Single(one => one.Check == "connection");
        Assert.Equal((status, code, "x", "default"), (finding.Status, finding.Code, finding.Connection, finding.Environment));
    }

    [Fact]
    public async Task Connection_without_credentials_is_found_and_one_that_is_off_is_fine()
    {
        await using var host = await XeniosHost.StartAsync(options =>
        {
            options.Settings["Sandbox"] = "off";
            options.MoreResources.Add("environment: { slug: default }\nconnections: [{ slug: off, kind: x, name: Off, enabled: false }]");
        });
        var found = (await LookAsync(host)).Where(finding => finding.Check == "connection").ToDictionary(finding => finding.Connection!, finding => (finding.Status, finding.Code));
        Assert.Equal((FindingStatus.Error, "credentials_missing"), found["x"]);
        Assert.Equal((FindingStatus.Ok, null), found["off"]);
        Assert.DoesNotContain(host.Upstreams.Calls, call => call.Method == "HEAD");
    }

    [Fact]
    public async Task Host_of_many_connections_is_asked_once_and_without_a_credential()
    {
        await using var host = await StartAsync();
        await host.ApplyAsync("environment: { slug: default }\nconnections: [{ slug: x2, kind: x, name: X2 }, { slug: x3, kind: x, name: X3, protocol: oauth1a }]");
        Assert.Equal(3, (await LookAsync(host)).Count(finding => finding is { Check: "connection", Status: FindingStatus.Ok }));
        Assert.Single(host.Upstreams.Calls, call => call.Method == "HEAD");
        Assert.Empty(host.Upstreams.Authorizations);
    }

    [Fact]
    public async Task Token_of_an_application_sees_its_own_environment_and_nothing_of_the_server()
    {
        const string Secret = "machine-secret-0123456789-abcdefghijkl";
        await using var host = await XeniosHost.StartAsync(options => options.MoreResources.AddRange(
        [
            $"environment: {{ slug: default }}\napplications: [{{ client_id: reader, type: machine, client_secret: {Secret}, scopes: [\"manage:read\"] }}]",
            "environment: { slug: two }\nconnections: [{ slug: hidden, kind: x, name: Hidden }]",
        ]));
        var machine = new RelyingParty(host) { ClientId = "reader", Secret = Secret };
        var tokens = await machine.RedeemAsync(null, ("grant_type", "client_credentials"), ("redirect_uri", null), ("code_verifier", null));
        var findings = await LookAsync(host, tokens.AccessToken);
        Assert.Equal(["keys", "connection"], findings.Select(finding => finding.Check));
        Assert.All(findings, finding => Assert.Equal("default", finding.Environment));
        Assert.Contains(await LookAsync(host), finding => finding.Environment == "two");
    }

    // The server finds itself at its own address, as it would by the network.
    private static async Task<XeniosHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var host = await XeniosHost.StartAsync(options =>
        {
            foreach (var (key, value) in settings)
            {
                options.Settings[key] = value;
            }
        });
        Answer(host, () => null);
        return host;
    }

    private static void Answer(XeniosHost host, Func<HttpResponseMessage?> ofX) => host.Upstreams.Intercept = async (request, ct) =>
    {
        if (request.RequestUri!.Host != "id.test")
        {
            return ofX();
        }

        using var client = host.NewClient();
        return await client.GetAsync(request.RequestUri, ct);
    };

    internal static (FindingStatus Status, string? Code) Of(IReadOnlyList<DoctorFinding> findings, string check) =>
        findings.Where(finding => finding.Check == check).Select(finding => (finding.Status, finding.Code)).Single();

    internal static async Task<IReadOnlyList<DoctorFinding>> LookAsync(XeniosHost host, string? token = null)
    {
        using var api = new ManagementClient(host, token);
        var answer = await api.GetAsync("/doctor");
        Assert.Equal(200, answer.Status);
        return JsonSerializer.Deserialize(answer.Body, XeniosJson.Default.DoctorReport)!.Findings;
    }
}

/// <summary>The same where the database is another machine.</summary>
[Trait("Category", "Postgres")]
public sealed class DoctorOnPostgresTests
{
    [Fact]
    public async Task Database_that_takes_longer_than_five_seconds_is_found()
    {
        await using var host = await XeniosHost.StartAsync(options => options.Postgres = PostgresServer.ConnectionString);
        var name = (await host.QueryAsync("SELECT current_database()"))[0];
        await using var other = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(PostgresServer.ConnectionString) { Database = name });
        await using var connection = await other.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("LOCK TABLE schema_scripts IN ACCESS EXCLUSIVE MODE", connection, transaction);
        await command.ExecuteNonQueryAsync();
        Assert.Equal((FindingStatus.Error, "A-05"), DoctorTests.Of(await DoctorTests.LookAsync(host).WaitAsync(TimeSpan.FromSeconds(20)), "database"));
        await transaction.RollbackAsync();
        Assert.Equal((FindingStatus.Ok, null), DoctorTests.Of(await DoctorTests.LookAsync(host), "database"));
    }
}
