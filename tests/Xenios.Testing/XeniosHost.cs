using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xenios.Server;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Mail;
using Xenios.Server.Resources;
using Xenios.Server.Storage;
using Xenios.XSandbox;

namespace Xenios.Testing;

/// <summary>The real server and the X sandbox in process, on a database of their own, with a clock that stands still.</summary>
public sealed class XeniosHost : IAsyncDisposable
{
    /// <summary>Base URL of the server under test.</summary>
    public const string Url = "https://id.test";

    /// <summary>Base URL of the X sandbox beside it.</summary>
    public const string SandboxUrl = "https://x.test";

    /// <summary>A shop and an X connection, and Cleo who was here before.</summary>
    public const string Resources =
        """
        environment: { slug: default, display_name: Test }
        applications:
          - client_id: shop
            name: Shop
            type: web
            client_secret: shop-secret-0123456789-abcdefghijklmnop
            redirect_uris: [https://rp.test/cb, "https://rp.test/cb?keep=1"]
            post_logout_redirect_uris: [https://rp.test/]
            grant_types: [authorization_code]
            scopes: [openid, profile, email]
            connections: [x]
          - client_id: other
            name: Other
            type: web
            client_secret: other-secret-0123456789-abcdefghijklmno
            token_endpoint_auth_method: client_secret_post
            redirect_uris: [https://other.test/cb]
            grant_types: [authorization_code]
            scopes: [openid, profile, email]
            id_token_signed_response_alg: ES256
            claims_in_id_token: true
            connections: [x]
          - client_id: spa
            name: Spa
            type: spa
            redirect_uris: [https://spa.test/cb]
            grant_types: [authorization_code]
            scopes: [openid, profile, email]
            connections: [x]
        connections:
          - { slug: x, kind: x, name: X }
        users:
          - { username: cleo, email: cleo@example.com, email_verified: true }
        """;

    private static readonly string[] KeptTables = ["administrators", "environments", "signing_keys", "applications", "connections", "users", "linked_identities", "sessions", "consents"];

    private readonly XeniosHostOptions _options;
    private readonly XSandboxApp _app = XSandboxApp.CreateRandom();
    private readonly string _folder;
    private readonly (string ConnectionString, string Name)? _database;
    private WebApplication _server = null!;
    private WebApplication _sandbox = null!;
    private DataFolder _data = null!;
    private readonly SpareKeys _keys = new();
    private int _people;

    private XeniosHost(XeniosHostOptions options, string folder, (string ConnectionString, string Name)? database)
    {
        (_options, _folder, _database) = (options, folder, database);
        Upstreams = new Upstreams(() => _sandbox.GetTestServer().CreateHandler());
    }

    public FakeClock Clock { get; } = new();

    public Upstreams Upstreams { get; }

    /// <summary>Everything the server logged.</summary>
    public LogSink Log { get; } = new();

    public IServiceProvider Services => _server.Services;

    /// <summary>The data folder; start another host on it to see what survived.</summary>
    public string Data => _data.Path;

    /// <summary>The built-in mailbox, newest first.</summary>
    internal IReadOnlyList<Message> Mail => [.. ((Mailbox)Services.GetRequiredService<IMailer>()).Messages.Select(entry => entry.Message)];

    /// <summary>The code in the newest mail.</summary>
    public string MailedCode => Mail[0].Code ?? throw new InvalidOperationException("The newest mail holds no code.");

    /// <summary>Starts a server.</summary>
    public static async Task<XeniosHost> StartAsync(Action<XeniosHostOptions>? configure = null)
    {
        var options = new XeniosHostOptions();
        configure?.Invoke(options);
        var folder = options.Data ?? Directory.CreateTempSubdirectory("xenios-test-").FullName;
        var host = new XeniosHost(options, folder, options.Postgres is null ? null : await CreateDatabaseAsync(options.Postgres));
        await host.PrepareAsync();
        foreach (var document in options.MoreResources)
        {
            await host.ApplyAsync(document);
        }

        host._sandbox = XSandboxServer.Create(
            new XSandboxOptions { Url = new Uri(SandboxUrl), BuiltInApp = host._app, BuiltInCallbacks = XeniosServer.SandboxCallbacks(host.Services), Time = host.Clock },
            builder =>
            {
                builder.WebHost.UseTestServer();
                builder.Logging.ClearProviders();
            });
        await host._sandbox.StartAsync();
        await host._server.MapXenios().StartAsync();
        return host;
    }

    /// <summary>Ends the server and starts another one on the same data, as after a crash or an update; X, the clock and all browsers go on.</summary>
    public async Task RestartAsync(Action<XeniosHostOptions>? change = null)
    {
        await _server.DisposeAsync();
        _data.Dispose();
        change?.Invoke(_options);
        await PrepareAsync();
        await _server.MapXenios().StartAsync();
    }

    /// <summary>Applies a resource file while the server runs, as an administrator would.</summary>
    public async Task ApplyAsync(string resources)
    {
        var reading = ResourceFile.Read(resources, "resources.yaml", _ => null);
        var errors = await Services.GetRequiredService<Applier>().ApplyAsync(reading, CancellationToken.None);
        if (errors.Count > 0)
        {
            throw new InvalidOperationException(string.Join('\n', errors));
        }
    }

    /// <summary>Deletes what is over, as the server does every minute; timers stand still in tests.</summary>
    public Task SweepAsync() => Services.GetRequiredService<Sweeper>().SweepAsync(CancellationToken.None);

    /// <summary>A browser with an empty cookie jar.</summary>
    public Browser NewBrowser() => new(this);

    /// <summary>A client of the server without cookies or redirects, as an application's back end is.</summary>
    public HttpClient NewClient() => new(HandlerFor("id.test")) { BaseAddress = new Uri(Url) };

    /// <summary>A client of the X sandbox's control API.</summary>
    public HttpClient NewSandboxClient() => new(HandlerFor("x.test")) { BaseAddress = new Uri(SandboxUrl) };

    /// <summary>Switches a fault of the X sandbox on.</summary>
    public async Task FaultAsync(string endpoint, string json)
    {
        using var client = NewSandboxClient();
        using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PutAsync(new Uri($"/sandbox/api/faults/{endpoint}", UriKind.Relative), body);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Switches all faults off.</summary>
    public async Task NoFaultsAsync()
    {
        using var client = NewSandboxClient();
        (await client.DeleteAsync(new Uri("/sandbox/api/faults", UriKind.Relative))).EnsureSuccessStatusCode();
    }

    /// <summary>Changes a person of the X sandbox.</summary>
    public async Task PatchPersonAsync(string person, string json)
    {
        using var client = NewSandboxClient();
        using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PatchAsync(new Uri($"/sandbox/api/people/{person}", UriKind.Relative), body);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Adds somebody to the X sandbox and gives the key to pick them by: a stranger to the server, without an address unless one is given.</summary>
    public async Task<string> NewPersonAsync(string? email = null, string? username = null, string name = "Newcomer")
    {
        var key = $"person-{Interlocked.Increment(ref _people)}";
        var person = new Dictionary<string, string?> { ["key"] = key, ["username"] = username ?? key.Replace('-', '_'), ["name"] = name };
        if (email is not null)
        {
            person["email"] = email;
        }

        // X's ids carry the time, which stands still here.
        person["id"] = (1_900_000_000_000_000_000 + _people).ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var client = NewSandboxClient();
        using var body = new StringContent(System.Text.Json.JsonSerializer.Serialize(person), System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/sandbox/api/people", UriKind.Relative), body);
        return answer.IsSuccessStatusCode ? key : throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Rows of a query, each as text: for asserting what was stored.</summary>
    public Task<IReadOnlyList<string>> QueryAsync(string sql) => Services.GetRequiredService<Database>().ReadAsync(
        async connection =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await using var reader = await command.ExecuteReaderAsync();
            var rows = new List<string>();
            while (await reader.ReadAsync())
            {
                var values = Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "null" : reader.GetValue(i) is byte[] octets ? Convert.ToHexStringLower(octets) : reader.GetValue(i).ToString());
                rows.Add(string.Join('|', values));
            }

            return (IReadOnlyList<string>)rows;
        },
        CancellationToken.None);

    /// <summary>Changes rows as no part of the program does: what an administrator or a later version may have written.</summary>
    /// <returns>Rows changed.</returns>
    public async Task<int> ExecuteAsync(string sql)
    {
        var changed = await Services.GetRequiredService<Database>().WriteAsync(
            async scope =>
            {
                await using var command = scope.Connection.CreateCommand();
                (command.CommandText, command.Transaction) = (sql, scope.Transaction);
                return await command.ExecuteNonQueryAsync();
            },
            CancellationToken.None);
        await Services.GetRequiredService<SnapshotCache>().ReloadAsync(CancellationToken.None);
        return changed;
    }

    /// <summary>Everything that lasts: equal snapshots before and after show that nothing was changed.</summary>
    public Task<string> SnapshotAsync() => RowsAsync(KeptTables);

    /// <summary>Every row of every table, also of those that are written by the way.</summary>
    public async Task<string> EverythingAsync() => await RowsAsync(await QueryAsync(
        Services.GetRequiredService<Database>().IsPostgres
            ? "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"));

    private async Task<string> RowsAsync(IEnumerable<string> tables)
    {
        var parts = new List<string>();
        foreach (var table in tables.Order(StringComparer.Ordinal))
        {
            parts.Add($"{table}: {string.Join("; ", (await QueryAsync($"SELECT * FROM {table}")).Order(StringComparer.Ordinal))}");
        }

        return string.Join('\n', parts);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _sandbox.DisposeAsync();
        _data.Dispose();
        if (_database is not null)
        {
            NpgsqlConnection.ClearAllPools();
        }

        if (_options.Data is null)
        {
            Directory.Delete(_data.Path, recursive: true);
        }
    }

    /// <summary>The in-process handler of a host name, or null when nobody answers there.</summary>
    internal HttpMessageHandler HandlerFor(string host, IPAddress? from = null) => host switch
    {
        "id.test" => _server.GetTestServer().CreateHandler(context => context.Connection.RemoteIpAddress = from),
        "x.test" => _sandbox.GetTestServer().CreateHandler(),
        _ => throw new InvalidOperationException($"No server in this test answers at {host}."),
    };

    private async Task PrepareAsync()
    {
        var resources = Path.Combine(_folder, "resources.yaml");
        await File.WriteAllTextAsync(resources, _options.Resources);
        var values = new Dictionary<string, string?>
        {
            ["Url"] = Url,
            ["Listen"] = "http://127.0.0.1:1",
            ["Data"] = _folder,
            ["Sandbox"] = "on",
            ["Sandbox:Url"] = SandboxUrl,
            ["Resources"] = resources,
            ["Database"] = _database?.ConnectionString,
        };
        foreach (var (key, value) in _options.Settings)
        {
            values[key] = value;
        }

        var settings = HostSettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), out var wrong)
            ?? throw new InvalidOperationException(string.Join('\n', wrong));
        _data = DataFolder.Open(settings.Data, out var problem) ?? throw new InvalidOperationException(problem);
        _server = BuildServer(settings);
        var against = await XeniosServer.PrepareAsync(_server.Services, CancellationToken.None);
        if (against.Count > 0)
        {
            _data.Dispose();
            throw new InvalidOperationException(string.Join('\n', against));
        }
    }

    private WebApplication BuildServer(HostSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(Log);
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton(_data);
        builder.Services.AddXenios(settings, settings.Sandbox == false ? null : new SandboxApp(_app.ClientId, _app.ClientSecret, _app.ApiKey, _app.ApiKeySecret));
        builder.Services.AddSingleton<TimeProvider>(Clock);
        if (_options.Data is null && !_options.Settings.ContainsKey("Database"))
        {
            builder.Services.AddSingleton<KeyMaker>(_keys);
        }

        builder.Services.AddSingleton(new OutgoingHttp(settings, () => true, Upstreams) { VisitLimit = _options.VisitLimit ?? OutgoingHttp.DefaultVisitLimit });
        _options.Services?.Invoke(builder.Services);
        return builder.Build();
    }

    internal static async Task<(string ConnectionString, string Name)> CreateDatabaseAsync(string server)
    {
        var name = $"xenios_test_{Guid.NewGuid():N}";
        await using var source = NpgsqlDataSource.Create(server);
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync();
        return (new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 30 }.ToString(), name);
    }
}
