using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Xenios.Bench;

/// <summary>
/// What lists and imports cost in a big installation: every list of the management API over a filled database, from question to answer over HTTP, with the database's
/// own plans; then an import by the program's own command.
/// </summary>
internal sealed class Scale(Options options)
{
    private const double Target = 50;
    private const int Asked = 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("xenios-scale").FullName;
    private readonly StringBuilder _report = new();
    private readonly StringBuilder _plans = new();
    private readonly StringBuilder _imports = new();

    /// <summary>Does it.</summary>
    /// <returns>The report, as Markdown.</returns>
    public async Task<string> DoAsync()
    {
        try
        {
            _report.AppendLine("# Lists and imports at scale").AppendLine();
            _report.AppendLine(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores; load of the machine when it began: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}. Time from question to answer over HTTP on one connection, {Asked} times each after three to warm up, pages of 50; the target is {Target} ms.");
            if (options.Postgres is { } postgres)
            {
                await ServeAsync("PostgreSQL", options.People, postgres);
            }

            await ServeAsync("SQLite", Math.Min(options.People, Math.Max(1000, options.People / 10)), null);
            _report.AppendLine().AppendLine("## Import").AppendLine().AppendLine("By `xenios user import`: every line a user with name, confirmed address, attributes and an X identity. Memory of the server is what it holds for itself alone (`RssAnon`).").AppendLine();
            _report.AppendLine("| database | rows | rows a second | MiB before | most | after |").AppendLine("| --- | ---: | ---: | ---: | ---: | ---: |").Append(_imports);
            return _report.AppendLine().AppendLine("# Plans").Append(_plans).ToString();
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task ServeAsync(string name, int people, string? postgres)
    {
        var (data, port) = (Path.Combine(_folder, name), Testbed.FreePort());
        var environment = new Dictionary<string, string>
        {
            ["XENIOS__Url"] = $"http://127.0.0.1:{port}",
            ["XENIOS__Data"] = data,
            ["XENIOS__Sandbox"] = "on",
            ["XENIOS__Sandbox__Url"] = $"http://127.0.0.1:{Testbed.FreePort()}",
            ["XENIOS__Log__Level"] = "Warning",
        };
        if (postgres is not null)
        {
            environment["XENIOS__Database"] = postgres;
        }

        // SQLite belongs to one process at a time: the server makes the schema, then it is filled without it.
        using (var first = Proc.Start(0, [options.Server, "up"], environment))
        {
            Testbed.WaitFor(port, first, "/.well-known/openid-configuration");
        }

        Run.Say($"{name}: filling {people} people");
        var filling = new ScaleData(postgres is not null, people);
        IReadOnlyList<Question> questions;
        await using (var db = await OpenAsync(postgres, data))
        {
            var (env, connection) = await db.QuerySingleAsync<(string, string)>("SELECT e.environment_id, c.connection_id FROM environments e JOIN connections c ON c.environment_id = e.environment_id WHERE e.is_default = 1");
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            var took = await filling.FillAsync(db, env, connection, now);
            _report.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {name}: {people:N0} users, {filling.SignIns:N0} sign-ins, {filling.Events:N0} audit events").AppendLine();
            _report.AppendLine(CultureInfo.InvariantCulture, $"Filled in {took.TotalSeconds:0} s.").AppendLine().AppendLine("| list | median ms | worst ms |").AppendLine("| --- | ---: | ---: |");
            questions = await Question.AllAsync(db, env, connection, postgres is not null, filling, now);
        }

        using var server = Proc.Start(0, [options.Server, "up"], environment);
        Testbed.WaitFor(port, server, "/.well-known/openid-configuration");
        var token = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data, "operator.json"))).RootElement.GetProperty("token").GetString();
        using var line = new HttpLine(port);
        foreach (var question in questions)
        {
            Run.Say($"{name}: {question.Name}");
            var (median, worst) = Measure(line, $"/api/v1{question.Path}", $"Authorization: Bearer {token}\r\n");
            _report.AppendLine(CultureInfo.InvariantCulture, $"| {question.Name} | {median:0.0} | {worst:0.0}{(median > Target ? " ✗" : "")} |");
        }

        await using (var db = await OpenAsync(postgres, data))
        {
            _plans.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {name}");
            foreach (var question in questions)
            {
                await ExplainAsync(db, question);
            }
        }

        await ImportAsync(name, server, data);
    }

    private static (double Median, double Worst) Measure(HttpLine line, string path, string headers)
    {
        var times = new List<double>();
        for (var i = -3; i < Asked; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var answer = line.Send("GET", path, headers);
            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            if (answer.Status != 200)
            {
                throw new InvalidOperationException($"{path} answered {answer.Status}: {answer.Body}");
            }

            if (i >= 0)
            {
                times.Add(took);
            }
        }

        times.Sort();
        return (times[times.Count / 2], times[^1]);
    }

    private async Task ExplainAsync(DbConnection db, Question question)
    {
        _plans.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"<details><summary>{question.Name}</summary>").AppendLine();
        foreach (var statement in question.Statements)
        {
            var plan = db is NpgsqlConnection
                ? (await db.QueryAsync<string>("EXPLAIN (ANALYZE, BUFFERS) " + statement, question.Values)).AsList()
                : (await db.QueryAsync("EXPLAIN QUERY PLAN " + statement, question.Values)).Select(row => (string)row.detail).ToList();
            _plans.AppendLine("```").AppendLine(string.Join('\n', plan)).AppendLine("```").AppendLine();
        }

        _plans.AppendLine("</details>");
    }

    private async Task ImportAsync(string name, Proc server, string data)
    {
        Run.Say($"{name}: importing {options.Imported}");
        var file = Path.Combine(_folder, "people.jsonl");
        await using (var writer = new StreamWriter(file))
        {
            for (var n = 1; n <= options.Imported; n++)
            {
                await writer.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{"username":"import.{{n}}","email":"import.{{n}}@imported.example.com","email_verified":true,"attributes":{"name":"Imported {{n}}","locale":"en"},"identities":[{"connection":"x","subject":"{{2000000000000000000 + n}}","handle":"import_{{n}}"}]}"""));
            }
        }

        Thread.Sleep(2000);
        var (before, most) = (server.Memory("RssAnon"), 0.0);
        var clock = Stopwatch.StartNew();
        using (var command = Proc.Start(1, [options.Server, "user", "import", file, "--data", data]))
        {
            while (!command.HasEnded)
            {
                most = Math.Max(most, server.Memory("RssAnon"));
                Thread.Sleep(100);
            }

            clock.Stop();
            command.Wait();
        }

        Thread.Sleep(2000);
        _imports.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {options.Imported:N0} | {options.Imported / clock.Elapsed.TotalSeconds:N0} | {before:0} | {most:0} | {server.Memory("RssAnon"):0} |");
    }

    private static async Task<DbConnection> OpenAsync(string? postgres, string data)
    {
        DbConnection db = postgres is not null
            ? new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres) { Pooling = false, CommandTimeout = 3600 }.ToString())
            : new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Directory.GetFiles(data, "*.db").Single(), Pooling = false }.ToString());
        await db.OpenAsync();
        return db;
    }
}
