using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Xenios.XSandbox;

namespace Xenios.Bench;

/// <summary>What servers under measurement need around them: an X sandbox with people in it, a folder, and the resource file.</summary>
internal sealed class Testbed : IAsyncDisposable
{
    /// <summary>The core servers run on; the load has the other.</summary>
    public const int ServerCore = 0;

    /// <summary>How many people X knows.</summary>
    public const int People = 900;

    private readonly XSandboxApp _app = XSandboxApp.CreateRandom();
    private readonly WebApplication _sandbox;

    private Testbed(int servers)
    {
        Ports = [.. Enumerable.Range(0, servers).Select(_ => FreePort())];
        _sandbox = XSandboxServer.Create(new XSandboxOptions
        {
            Url = new Uri($"http://127.0.0.1:{SandboxPort}"),
            BuiltInApp = _app,
            BuiltInCallbacks = [.. Ports.Select(port => $"http://127.0.0.1:{port}/login/callback")],
        });
    }

    /// <summary>Ports of the servers that X sends people back to.</summary>
    public IReadOnlyList<int> Ports { get; }

    /// <summary>Where the sandbox listens.</summary>
    public int SandboxPort { get; } = FreePort();

    /// <summary>Everything that is written; it is deleted at the end.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("xenios-bench").FullName;

    /// <summary>Starts the sandbox and adds the people.</summary>
    /// <param name="servers">How many servers are measured beside one another.</param>
    public static async Task<Testbed> StartAsync(int servers)
    {
        var bed = new Testbed(servers);
        try
        {
            await bed._sandbox.StartAsync();
            await bed.AddPeopleAsync();
            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="program">Path of the published program.</param>
    /// <param name="port">One of <see cref="Ports"/>.</param>
    /// <param name="data">Name of its data folder.</param>
    /// <param name="postgres">Connection string of its database; SQLite unless set.</param>
    public Proc StartServer(string program, int port, string data, string? postgres = null)
    {
        var environment = new Dictionary<string, string>
        {
            ["XENIOS__Url"] = $"http://127.0.0.1:{port}",
            ["XENIOS__Data"] = Path.Combine(Folder, data),
            ["XENIOS__Sandbox"] = "off",
            ["XENIOS__Resources"] = WriteResources(),
            ["XENIOS__Log__Level"] = "Warning",
        };
        if (postgres is not null)
        {
            environment["XENIOS__Database"] = postgres;
        }

        var server = Proc.Start(ServerCore, [program, "up"], environment);
        try
        {
            WaitFor(port, server, "/.well-known/openid-configuration");
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Stops the sandbox and deletes the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _sandbox.DisposeAsync();
        }
        finally
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <summary>The key of a person.</summary>
    /// <param name="i">From 0 to <see cref="People"/>.</param>
    public static string Person(int i) => $"p{i}";

    /// <summary>Waits until a server answers.</summary>
    /// <param name="port">Its port.</param>
    /// <param name="server">Its process.</param>
    /// <param name="path">What it is asked for.</param>
    public static void WaitFor(int port, Proc server, string path)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var line = new HttpLine(port);
                if (line.Send("GET", path).Status == 200)
                {
                    return;
                }
            }
            catch (SocketException)
            {
                // Not there yet, or never: told below.
            }

            if (server.HasEnded || patience.Elapsed > TimeSpan.FromSeconds(30))
            {
                throw new InvalidOperationException($"The server did not start:\n{server.Output}");
            }

            Thread.Sleep(2);
        }
    }

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private string WriteResources()
    {
        var path = Path.Combine(Folder, "resources.yaml");
        File.WriteAllText(
            path,
            $"""
            environment: {"{"} slug: default, kind: non_production, display_name: Bench {"}"}
            applications:
              - client_id: {Scenarios.Client}
                name: Bench
                type: web
                client_secret: {Scenarios.Secret}
                redirect_uris: ["{Scenarios.RedirectUri}"]
                grant_types: [authorization_code, refresh_token]
                scopes: [openid, profile, email, offline_access]
                token_endpoint_auth_method: client_secret_basic
                id_token_signed_response_alg: ES256
                connections: [x]
              - client_id: {Scenarios.Machine}
                name: Machine
                type: machine
                client_secret: {Scenarios.Secret}
                grant_types: [client_credentials]
                token_endpoint_auth_method: client_secret_basic
            connections:
              - slug: x
                kind: x
                name: X
                protocol: oauth2
                client_id: {_app.ClientId}
                client_secret: {_app.ClientSecret}
                hosts: {"{"} web: "http://127.0.0.1:{SandboxPort}", api: "http://127.0.0.1:{SandboxPort}" {"}"}
            """);
        return path;
    }

    private async Task AddPeopleAsync()
    {
        using var client = new HttpClient();
        for (var i = 0; i < People; i++)
        {
            var person = JsonSerializer.Serialize(new { key = Person(i), username = $"bench_{i}", name = $"Person {i}", email = $"person{i}@example.com", email_state = "confirmed" });
            using var body = new StringContent(person, Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{SandboxPort}/sandbox/api/people")), body);
            answer.EnsureSuccessStatusCode();
        }
    }
}
