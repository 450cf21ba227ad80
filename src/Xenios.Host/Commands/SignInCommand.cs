using System.CommandLine;
using System.Globalization;
using Xenios.Sdk;

namespace Xenios.Host.Commands;

/// <summary><c>xenios sign-in</c>: lists sign-ins and tells the story of one (ux 2.7).</summary>
internal static class SignInCommand
{
    /// <summary>The command with its verbs.</summary>
    public static Command Create() => new("sign-in", "Sign-ins and their timelines. Example: xenios sign-in show K7PX4-9QM2T") { List(), Show() };

    private static Command List()
    {
        var query = new Argument<string?>("query") { Description = "Support code, handle or its beginning, email or user id.", Arity = ArgumentArity.ZeroOrOne };
        var application = new Option<string?>("--application") { Description = "client_id of an application." };
        var connection = new Option<string?>("--connection") { Description = "Slug of a connection." };
        string[] outcomes = [.. WireName.All(typeof(SignInOutcome)).Keys.Order(StringComparer.Ordinal)];
        var outcome = new Option<string?>("--outcome") { Description = $"One of {string.Join(", ", outcomes)}." };
        outcome.AcceptOnlyFromAmong(outcomes);
        var error = new Option<string?>("--error-code") { Description = "Code it ended with, such as X-102." };
        var from = new Option<DateTimeOffset?>("--from") { Description = "First moment, such as 2026-11-22T14:00:00Z." };
        var to = new Option<DateTimeOffset?>("--to") { Description = "Before this moment." };
        var limit = new Option<int>("--limit") { Description = "Most entries, 1 to 100.", DefaultValueFactory = _ => 50 };
        var cursor = new Option<string?>("--cursor") { Description = "Where the next page begins, as the page before said." };
        var command = new Command("list", "List sign-ins, newest first. Example: xenios sign-in list ada --outcome failed") { query, application, connection, outcome, error, from, to, limit, cursor };
        return ServerCall.Make(command, async call =>
        {
            var list = await call.Client.ListSignInsAsync(
                new()
                {
                    Q = call.Get(query),
                    Application = call.Get(application),
                    Connection = call.Get(connection),
                    Outcome = call.Get(outcome) is { } name && WireName.TryParse<SignInOutcome>(name, out var wanted) ? wanted : null,
                    ErrorCode = call.Get(error),
                    From = call.Get(from),
                    To = call.Get(to),
                    Limit = call.Get(limit),
                    Cursor = call.Get(cursor),
                },
                call.Ct);
            return call.Show(list, XeniosJson.Default.SignInList, list.Items.Count == 0 ? null : string.Join('\n', list.Items.Select(item => item.SupportCode)), () => Print(list));
        });
    }

    private static Command Show()
    {
        var code = new Argument<string>("code") { Description = "The support code that the page showed, in either case, with or without its dash." };
        return ServerCall.Make(new Command("show", "Tell the story of one sign-in. Example: xenios sign-in show K7PX4-9QM2T") { code }, async call =>
        {
            var told = await call.Client.ReadSignInAsync(call.Get(code)!, call.Ct);
            return call.Show(told, XeniosJson.Default.SignInTimelineView, told.SupportCode, () => Print(told));
        });
    }

    private static void Print(SignInList list)
    {
        foreach (var item in list.Items)
        {
            Console.WriteLine(
                $"{Mark(item.Outcome)} {item.SupportCode}  {item.StartedAt:yyyy-MM-dd HH:mm:ss}  {WireName.Of(item.Outcome),-9}  {item.Application ?? "–",-16}  {Who(item),-20}  {item.Connection ?? "–"}  {item.ErrorCode}".TrimEnd());
        }

        Console.WriteLine(list.NextCursor is { } cursor ? $"more: --cursor {cursor}" : $"{list.Items.Count} sign-ins. xenios sign-in show CODE tells one.");
    }

    private static void Print(SignInTimelineView view)
    {
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
