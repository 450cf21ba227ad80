using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Sdk;
using Xenios.Server.Management;
using Xenios.Server.Resources;

namespace Xenios.Server.Audit;

/// <summary>The audit log in the management API: to search, to export as JSON lines, to check. Nothing there can change it.</summary>
internal static class AuditApi
{
    private static readonly string[] Filters = ["target", "action", "caller", "from", "to"];

    /// <summary>Adds the routes.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/audit-events", ListAsync)
            .Is(new("listAuditEvents", "Lists what was changed, newest first.")
            {
                Pages = Listing.Most,
                Searches = "the target",
                Query =
                [
                    new("target", "What it was done to, for example application:shop.", typeof(string)),
                    new("action", "What was done, for example application.changed.", typeof(string)),
                    new("caller", "Who did it.", typeof(string)),
                    new("from", "First moment.", typeof(DateTimeOffset)),
                    new("to", "Before this moment.", typeof(DateTimeOffset)),
                ],
                Gives = typeof(AuditEventList),
            });
        api.MapGet("/audit-events/export", ExportAsync)
            .Is(new("exportAuditEvents", "Writes events in their order, one a line, 1,000 at most.") { Query = [new("after", "Sequence of the last event one has.", typeof(long))], Gives = typeof(AuditEventView), GivesAs = [Operation.Lines] });
        api.MapGet("/audit-events/check", CheckAsync)
            .Is(new("checkAuditEvents", "Follows the chain of hashes and says whether it is whole.") { Gives = typeof(AuditCheckView) });
    }

    private static async Task<IResult> ListAsync(HttpRequest request, Caller caller, AuditLog audit, CancellationToken ct)
    {
        if (!Listing.Read(request, Filters).TryGet(out var listing, out var problem))
        {
            return problem;
        }

        var errors = new List<FieldError>();
        var filter = new AuditFilter
        {
            // "q" is a target, because that is what people look for.
            Target = Listing.Given(request, "target") ?? listing.Query,
            Action = Listing.Given(request, "action"),
            Caller = Listing.Given(request, "caller"),
            From = Listing.Moment(request, "from", errors),
            To = Listing.Moment(request, "to", errors),
        };
        var before = long.MaxValue;
        if (listing.After is not null && !long.TryParse(listing.After, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            errors.Add(new FieldError("cursor", FieldCode.Malformed, "this is no cursor of this list; begin again without one"));
        }

        if (errors.Count > 0)
        {
            return Problem.Malformed(errors);
        }

        // One more than asked for tells whether there is a next page.
        var found = await audit.ListAsync(caller.EnvironmentId, filter, before, listing.Limit + 1, ct);
        var items = found.Take(listing.Limit).ToArray();
        return Results.Json(
            new AuditEventList(items, found.Count > items.Length ? Listing.Cursor(items[^1].Sequence.ToString(CultureInfo.InvariantCulture)) : null), XeniosJson.Default.AuditEventList);
    }

    // At most a thousand lines; "after" is the sequence of the last line one has.
    private static async Task<IResult> ExportAsync(HttpRequest request, Caller caller, AuditLog audit, CancellationToken ct)
    {
        var after = 0L;
        if (request.Query.TryGetValue("after", out var given) && !long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return Problem.Malformed(new FieldError("after", FieldCode.Malformed, "the sequence of an event is needed"));
        }

        var text = new StringBuilder();
        foreach (var one in await audit.ExportAsync(caller.EnvironmentId, after, ct))
        {
            text.Append(JsonSerializer.Serialize(one, XeniosJson.Default.AuditEventView)).Append('\n');
        }

        return Results.Text(text.ToString(), "application/jsonl", Encoding.UTF8);
    }

    private static async Task<IResult> CheckAsync(Caller caller, AuditLog audit, CancellationToken ct) =>
        Results.Json(await audit.CheckAsync(caller.EnvironmentId, ct), XeniosJson.Default.AuditCheckView);
}
