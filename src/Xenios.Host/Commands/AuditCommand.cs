using System.CommandLine;
using System.Globalization;
using Xenios.Sdk;

namespace Xenios.Host.Commands;

/// <summary><c>xenios audit</c>: who changed what.</summary>
internal static class AuditCommand
{
    /// <summary>The command with its verbs.</summary>
    public static Command Create() => new("audit", "Who changed what. Example: xenios audit list --target application:shop") { List(), Export(), Check() };

    private static Command List()
    {
        var target = new Option<string?>("--target") { Description = "What it was done to, for example application:shop." };
        var action = new Option<string?>("--action") { Description = "What was done, for example application.changed." };
        var caller = new Option<string?>("--caller") { Description = "Who did it, for example operator." };
        var limit = new Option<int>("--limit") { Description = "Most events, 1 to 100.", DefaultValueFactory = _ => 50 };
        var cursor = new Option<string?>("--cursor") { Description = "Where the page before ended." };
        return ServerCall.Make(new Command("list", "List changes, newest first. Example: xenios audit list --target application:shop") { target, action, caller, limit, cursor }, async call =>
        {
            var page = await call.Client.ListAuditEventsAsync(
                new() { Target = call.Get(target), Action = call.Get(action), Caller = call.Get(caller), Limit = call.Get(limit), Cursor = call.Get(cursor) }, call.Ct);
            return call.Show(page, XeniosJson.Default.AuditEventList, page.Items.Count == 0 ? null : string.Join('\n', page.Items.Select(one => one.Sequence)), () =>
            {
                Output.Table(
                    ["NUMBER", "AT", "CALLER", "ACTION", "TARGET"],
                    page.Items.Select(one => (string?[])[one.Sequence.ToString(CultureInfo.InvariantCulture), $"{one.At:yyyy-MM-dd HH:mm:ss}", one.Caller, one.Action, one.Target]));
                Output.Line(page.NextCursor is { } next ? $"There are more: --cursor {next}" : "xenios audit export writes them whole, with what was and what is.");
            });
        });
    }

    private static Command Export()
    {
        var after = new Option<long>("--after") { Description = "Number of the last event one has; 0 for all.", DefaultValueFactory = _ => 0 };
        return ServerCall.Make(new Command("export", "Print events in their order as JSON lines. Example: xenios audit export --after 4711 >> audit.jsonl") { after }, async call =>
        {
            await foreach (var one in call.Client.ExportAuditEventsAsync(call.Get(after), call.Ct))
            {
                Output.Json(one, XeniosJson.Default.AuditEventView);
            }

            return 0;
        });
    }

    private static Command Check() => ServerCall.Make(new Command("check", "Follow the chain of hashes. Example: xenios audit check"), async call =>
    {
        var check = await call.Client.CheckAuditEventsAsync(call.Ct);
        _ = call.Show(check, XeniosJson.Default.AuditCheckView, check.Hash, () => Console.WriteLine(
            check.Intact ? $"✓ {check.Checked} events, all where and as they were written. Last hash: {check.Hash ?? "–"}" : $"✗ Event {check.BrokenAt} is missing or not as it was written."));
        return check.Intact ? 0 : ServerCall.Refused;
    });
}
