using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Xenios.Sdk;

namespace Xenios.Host.Commands;

/// <summary><c>xenios sign-in</c>: lists sign-ins and tells the story of one (ux 2.7).</summary>
internal static class SignInCommand
{
    private const string Path = "/api/v1/sign-ins";

    /// <summary>The command with its verbs.</summary>
    public static Command Create() => new("sign-in", "Sign-ins and their timelines. Example: xenios sign-in show K7PX4-9QM2T") { List(), Show() };

    private static Command List()
    {
        var query = new Argument<string?>("query") { Description = "Support code, handle or its beginning, email or user id.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?>[] filters =
        [
            new("--application") { Description = "client_id of an application." },
            new("--connection") { Description = "Slug of a connection." },
            new("--outcome") { Description = "running, ok, refused, failed or abandoned." },
            new("--from") { Description = "First moment, such as 2026-11-22T14:00:00Z." },
            new("--to") { Description = "Last moment." },
            new("--limit") { Description = "Most entries, 1 to 100; 50 unless said." },
            new("--cursor") { Description = "Where the next page begins, as the page before said." },
        ];
        var command = new Command("list", "List sign-ins, newest first. Example: xenios sign-in list ada --outcome failed") { query };
        foreach (var filter in filters)
        {
            command.Add(filter);
        }

        return Ready(
            command,
            result =>
            {
                var given = filters.Select(filter => (filter.Name[2..], result.GetValue(filter))).Prepend(("q", result.GetValue(query))).Where(entry => entry.Item2 is { Length: > 0 });
                var parameters = string.Join('&', given.Select(entry => $"{entry.Item1}={Uri.EscapeDataString(entry.Item2!)}"));
                return parameters.Length == 0 ? Path : $"{Path}?{parameters}";
            },
            PrintList);
    }

    private static Command Show()
    {
        var code = new Argument<string>("code") { Description = "The support code that the page showed, in either case, with or without its dash." };
        return Ready(
            new Command("show", "Tell the story of one sign-in. Example: xenios sign-in show K7PX4-9QM2T") { code }, result => $"{Path}/{Uri.EscapeDataString(result.GetValue(code)!)}", PrintTimeline);
    }

    private static Command Ready(Command command, Func<ParseResult, string> path, Action<string> print)
    {
        var environment = new Option<string?>("--environment") { Description = "Slug of the environment, where it is not the default one." };
        var json = new Option<bool>("--json") { Description = "Print what the server answers." };
        command.Add(environment);
        command.Add(json);
        var server = OperatorClient.AddOptions(command);
        command.SetAction(async (result, ct) =>
        {
            var prefix = result.GetValue(environment) is { Length: > 0 } slug ? $"/e/{Uri.EscapeDataString(slug)}" : "";
            var (status, body) = await OperatorClient.SendAsync(server(result), HttpMethod.Get, prefix + path(result), ct);
            if (body is not null && result.GetValue(json))
            {
                Console.WriteLine(body);
            }
            else if (body is not null)
            {
                print(body);
            }

            return status;
        });
        return command;
    }

    private static void PrintList(string body)
    {
        var list = JsonSerializer.Deserialize(body, XeniosJson.Default.SignInList)!;
        foreach (var item in list.Items)
        {
            Console.WriteLine(
                $"{Mark(item.Outcome)} {item.SupportCode}  {item.StartedAt:yyyy-MM-dd HH:mm:ss}  {WireName.Of(item.Outcome),-9}  {item.Application ?? "–",-16}  {Who(item),-20}  {item.Connection ?? "–"}  {item.ErrorCode}".TrimEnd());
        }

        Console.WriteLine(list.NextCursor is { } cursor ? $"more: --cursor {cursor}" : $"{list.Items.Count} sign-ins. xenios sign-in show CODE tells one.");
    }

    private static void PrintTimeline(string body)
    {
        var view = JsonSerializer.Deserialize(body, XeniosJson.Default.SignInTimelineView)!;
        var took = view.DurationMs is { } ms ? $" · {Seconds(ms)}" : "";
        Console.WriteLine($"{Mark(view.Outcome)} {Who(view)} · {view.Application ?? "no application"} · {view.StartedAt:yyyy-MM-dd HH:mm:ss} UTC{took} · {WireName.Of(view.Outcome)}   support code {view.SupportCode}");
        foreach (var hop in view.Hops)
        {
            var facts = hop.Data.Where(fact => fact.Key is not ("application" or "connection" or "why" or "page" or "with" or "done")).Select(fact => $"{fact.Key} {fact.Value}");
            string[] all = [.. hop.DurationMs is { } duration ? [Seconds(duration)] : Array.Empty<string>(), .. facts];
            Console.WriteLine($"{Mark(hop.Outcome)} {hop.Time:HH:mm:ss.fff}  {hop.Title,-44}  {string.Join(", ", all)}".TrimEnd());
        }

        if (view.Error is { } error)
        {
            Console.WriteLine($"✗ {error.Code} – {error.Title}");
            Console.WriteLine($"  What to do: {error.Remedy}");
        }
    }

    private static string Who(SignInSummary item) => item.Handle is { } handle ? $"@{handle}" : item.User ?? "nobody yet";

    private static string Mark(SignInOutcome outcome) => outcome switch { SignInOutcome.Ok => "✓", SignInOutcome.Failed => "✗", _ => "!" };

    private static string Seconds(long milliseconds) =>
        milliseconds < 1000 ? $"{milliseconds} ms" : string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000.0:0.00} s");
}
