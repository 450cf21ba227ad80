using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Xenios.Bench;

/// <summary>One run: the floors, then each database.</summary>
internal sealed class Run(Options options)
{
    // X answers 75 profiles per person and quarter of an hour, the sandbox too.
    private const int KnownPeople = 600;

    private readonly TimeSpan _time = TimeSpan.FromSeconds(options.Seconds);
    private readonly List<Line> _lines = [];
    private readonly List<Started> _started = [];

    /// <summary>Does it.</summary>
    public async Task<Report> DoAsync()
    {
        await using var bed = await Testbed.StartAsync(1);
        var floor = await FloorAsync(bed.Folder);
        Serve(bed, "SQLite", floor, null);
        if (options.Postgres is { } postgres)
        {
            Serve(bed, "PostgreSQL", floor, postgres);
        }

        return new Report(floor, _lines, _started);
    }

    private async Task<Floor> FloorAsync(string folder)
    {
        Say("floors");
        var port = Testbed.FreePort();
        double h;
        using (var kestrel = Proc.Start(Testbed.ServerCore, [Environment.ProcessPath!, "kestrel", port.ToString(CultureInfo.InvariantCulture)]))
        {
            Testbed.WaitFor(port, kestrel, "/");
            var lines = Users(_ => new HttpLine(port));
            h = Load.Run([.. lines.Select(line => (Func<bool>)(() => line.Send("GET", "/").Status == 200))], kestrel.Cpu, _time, _time).CpuMs;
        }

        var answering = Testbed.FreePort();
        await using var upstream = Floors.Kestrel(answering);
        await upstream.StartAsync();
        return new Floor(
            h,
            Child("sign", "-"),
            Child("verify", "-"),
            Child("commit", folder),
            Child("call", answering.ToString(CultureInfo.InvariantCulture)),
            options.Postgres is { } postgres ? Child("postgres", postgres) : null);
    }

    private double Child(string what, string where)
    {
        using var child = Proc.Start(Testbed.ServerCore, [Environment.ProcessPath!, "floor", what, where, _time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)]);
        child.Wait();
        return double.Parse(child.Output, CultureInfo.InvariantCulture);
    }

    private void Serve(Testbed bed, string database, Floor floor, string? postgres)
    {
        Proc Start() => bed.StartServer(options.Server, bed.Ports[0], database, postgres);

        // Once to make the database; what is timed is a start on an existing one.
        Start().Dispose();
        var scenarios = new Scenarios(bed.Ports[0], bed.SandboxPort);
        var tokens = new List<string>();
        var clock = Stopwatch.StartNew();
        using (var server = Start())
        {
            var start = clock.Elapsed.TotalMilliseconds;
            Thread.Sleep(1000);
            var (idleAnon, idleResident) = (server.Memory("RssAnon"), server.Memory("VmRSS"));
            if (options.Hold)
            {
                Console.Error.WriteLine($"server {server.Id}; Enter goes on");
                Console.ReadLine();
            }

            Operations(database, floor, server, scenarios, tokens);
            _started.Add(new Started(database, start, idleAnon, idleResident, server.Memory("RssAnon"), server.Memory("VmRSS")));
        }

        if (tokens.Count > 0)
        {
            // Another process, which has signed none of them.
            using var again = Start();
            var once = new ConcurrentQueue<string>(tokens);
            Load.Run(Users(_ => scenarios.UserInfo(once, () => once.Count > tokens.Count / 2)), again.Cpu, TimeSpan.Zero, TimeSpan.FromMinutes(1));
            Measure(database, again, "e userinfo, verified", floor.H + floor.V, "h+v", 1.2, Users(_ => scenarios.UserInfo(once, () => true)), TimeSpan.Zero);
        }
    }

    private void Measure(string database, Proc server, string operation, double floorMs, string floorText, double? target, Func<bool>[] users, TimeSpan warm)
    {
        Say($"{database} {operation}");
        _lines.Add(new Line(database, operation, Load.Run(users, server.Cpu, warm, _time), floorMs, floorText, target));
    }

    private void Operations(string database, Floor floor, Proc server, Scenarios scenarios, List<string> tokens)
    {
        var c = database == "SQLite" ? floor.C : floor.P!.Value;
        var letter = database == "SQLite" ? "c" : "p";
        var people = Enumerable.Range(0, Testbed.People).Select(Testbed.Person).ToArray();
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

    private T[] Users<T>(Func<int, T> make) => [.. Enumerable.Range(0, options.Users).Select(make)];

    /// <summary>Says what is done now.</summary>
    /// <param name="what">In words.</param>
    public static void Say(string what) => Console.Error.WriteLine($"… {what}");
}
