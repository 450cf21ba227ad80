using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xenios.XSandbox;

namespace Xenios.Bench;

/// <summary>One run: the floors, then each database.</summary>
internal sealed class Run(Options options)
{
    private const int ServerCore = 0;
    private const int People = 900;
    // X answers 75 profiles per person and quarter of an hour, the sandbox too.
    private const int KnownPeople = 600;

    private readonly TimeSpan _time = TimeSpan.FromSeconds(options.Seconds);
    private readonly string _folder = Directory.CreateTempSubdirectory("xenios-bench").FullName;
    private readonly int _port = FreePort();
    private readonly int _sandboxPort = FreePort();
    private readonly XSandboxApp _app = XSandboxApp.CreateRandom();
    private readonly List<Line> _lines = [];
    private readonly List<Started> _started = [];

    /// <summary>Does it.</summary>
    public async Task<Report> DoAsync()
    {
        try
        {
            await using var sandbox = XSandboxServer.Create(
                new XSandboxOptions { Url = new Uri($"http://127.0.0.1:{_sandboxPort}"), BuiltInApp = _app, BuiltInCallbacks = [$"http://127.0.0.1:{_port}/login/callback"] });
            await sandbox.StartAsync();
            await AddPeopleAsync();
            var floor = await FloorAsync();
            Serve("SQLite", floor, null);
            if (options.Postgres is { } postgres)
            {
                Serve("PostgreSQL", floor, postgres);
            }

            return new Report(floor, _lines, _started);
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task<Floor> FloorAsync()
    {
        Say("floors");
        var port = FreePort();
        double h;
        using (var kestrel = Proc.Start(ServerCore, [Environment.ProcessPath!, "kestrel", port.ToString(CultureInfo.InvariantCulture)]))
        {
            WaitFor(port, kestrel, "/");
            var lines = Users(_ => new HttpLine(port));
            h = Load.Run([.. lines.Select(line => (Func<bool>)(() => line.Send("GET", "/").Status == 200))], kestrel.Cpu, _time, _time).CpuMs;
        }

        var answering = FreePort();
        await using var upstream = Floors.Kestrel(answering);
        await upstream.StartAsync();
        return new Floor(
            h,
            Child("sign", "-"),
            Child("verify", "-"),
            Child("commit", _folder),
            Child("call", answering.ToString(CultureInfo.InvariantCulture)),
            options.Postgres is { } postgres ? Child("postgres", postgres) : null);
    }

    private double Child(string what, string where)
    {
        using var child = Proc.Start(ServerCore, [Environment.ProcessPath!, "floor", what, where, _time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)]);
        child.Wait();
        return double.Parse(child.Output, CultureInfo.InvariantCulture);
    }

    private void Serve(string database, Floor floor, string? postgres)
    {
        var data = Path.Combine(_folder, database);
        var environment = new Dictionary<string, string>
        {
            ["XENIOS__Url"] = $"http://127.0.0.1:{_port}",
            ["XENIOS__Data"] = data,
            ["XENIOS__Sandbox"] = "off",
            ["XENIOS__Resources"] = WriteResources(),
            ["XENIOS__Log__Level"] = "Warning",
        };
        if (postgres is not null)
        {
            environment["XENIOS__Database"] = postgres;
        }

        // Once to make the database; what is timed is a start on an existing one.
        using (var first = Proc.Start(ServerCore, [options.Server, "up"], environment))
        {
            WaitFor(_port, first, "/.well-known/openid-configuration");
        }

        var tokens = new List<string>();
        var clock = Stopwatch.StartNew();
        using (var server = Proc.Start(ServerCore, [options.Server, "up"], environment))
        {
            WaitFor(_port, server, "/.well-known/openid-configuration");
            var start = clock.Elapsed.TotalMilliseconds;
            Thread.Sleep(1000);
            var (idleAnon, idleResident) = (server.Memory("RssAnon"), server.Memory("VmRSS"));
            if (options.Hold)
            {
                Console.Error.WriteLine($"server {server.Id}; Enter goes on");
                Console.ReadLine();
            }

            Operations(database, floor, server, tokens);
            _started.Add(new Started(database, start, idleAnon, idleResident, server.Memory("RssAnon"), server.Memory("VmRSS")));
        }

        if (tokens.Count > 0)
        {
            // Another process, which has signed none of them.
            using var again = Proc.Start(ServerCore, [options.Server, "up"], environment);
            WaitFor(_port, again, "/.well-known/openid-configuration");
            var once = new ConcurrentQueue<string>(tokens);
            var scenarios = new Scenarios(_port, _sandboxPort);
            Load.Run(Users(_ => scenarios.UserInfo(once, () => once.Count > tokens.Count / 2)), again.Cpu, TimeSpan.Zero, TimeSpan.FromMinutes(1));
            Measure(database, again, "e userinfo, verified", floor.H + floor.V, "h+v", 1.2, Users(_ => scenarios.UserInfo(once, () => true)), TimeSpan.Zero);
        }
    }

    private void Measure(string database, Proc server, string operation, double floorMs, string floorText, double? target, Func<bool>[] users, TimeSpan warm)
    {
        Say($"{database} {operation}");
        _lines.Add(new Line(database, operation, Load.Run(users, server.Cpu, warm, _time), floorMs, floorText, target));
    }

    private void Operations(string database, Floor floor, Proc server, List<string> tokens)
    {
        var scenarios = new Scenarios(_port, _sandboxPort);
        var c = database == "SQLite" ? floor.C : floor.P!.Value;
        var letter = database == "SQLite" ? "c" : "p";
        var people = Enumerable.Range(0, People).Select(Person).ToArray();
        if (options.Only.Contains('f'))
        {
            // A few come back again and again; the others come once, when the program is warm.
            var known = people[..KnownPeople];
            var fresh = new ConcurrentQueue<string>(people[KnownPeople..]);
            var turn = -1;
            var brokered = (floor.H * 6) + (floor.U * 2) + (floor.S * 2) + (c * 5);
            Measure(database, server, "f returning", brokered, $"6h+2u+2s+5{letter}", 2.5, Users(_ => scenarios.Brokered(() => known[(uint)Interlocked.Increment(ref turn) % KnownPeople])), _time);
            Measure(database, server, "f first", brokered, $"6h+2u+2s+5{letter}", null, Users(_ => scenarios.Brokered(() => fresh.TryDequeue(out var person) ? person : null)), TimeSpan.Zero);
        }

        if (options.Only.Contains('a') && database == "SQLite")
        {
            Measure(database, server, "a discovery", floor.H, "h", 1.6, Users(_ => scenarios.Get("/.well-known/openid-configuration")), _time);
            Measure(database, server, "a jwks", floor.H, "h", 1.6, Users(_ => scenarios.Get("/oauth2/jwks")), _time);
        }

        if (options.Only.Contains('b'))
        {
            Measure(database, server, "b client_credentials", floor.H + floor.S, "h+s", 2, Users(_ => scenarios.ClientCredentials()), _time);
        }

        if (options.Only.Contains('c'))
        {
            Measure(database, server, "c code flow", (floor.H + floor.S + c) * 2, $"2h+2s+2{letter}", 2, Users(i => scenarios.CodeFlow(people[i])), _time);
        }

        if (options.Only.Contains('d'))
        {
            Measure(database, server, "d refresh", floor.H + (floor.S * 2) + c, $"h+2s+{letter}", 2, Users(i => scenarios.Refresh(people[i])), _time);
        }

        if (options.Only.Contains('e'))
        {
            var collected = new ConcurrentQueue<string>();
            Load.Run(Users(i => scenarios.Collect(people[i], collected)), server.Cpu, TimeSpan.Zero, TimeSpan.FromSeconds(Math.Max(12, options.Seconds * 2)));
            tokens.AddRange(collected);
            var recent = tokens[^Math.Min(tokens.Count, 4000)..];
            var turn = -1;
            Measure(database, server, "e userinfo", floor.H + floor.V, "h+v", 1.2, Users(_ => scenarios.UserInfo(() => recent[(int)((uint)Interlocked.Increment(ref turn) % recent.Count)])), _time);
        }
    }

    private string WriteResources()
    {
        var path = Path.Combine(_folder, "resources.yaml");
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
                hosts: {"{"} web: "http://127.0.0.1:{_sandboxPort}", api: "http://127.0.0.1:{_sandboxPort}" {"}"}
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
            using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{_sandboxPort}/sandbox/api/people"), body);
            answer.EnsureSuccessStatusCode();
        }
    }

    private T[] Users<T>(Func<int, T> make) => [.. Enumerable.Range(0, options.Users).Select(make)];

    private static string Person(int i) => $"p{i}";

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

    /// <summary>Says what is done now.</summary>
    /// <param name="what">In words.</param>
    public static void Say(string what) => Console.Error.WriteLine($"… {what}");
}
