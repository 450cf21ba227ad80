using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Resources;
using Xenios.Server.Users;

namespace Xenios.Server.Audit;

/// <summary>Sign-ins in the management API: a list, and each one's timeline by its support code (contract §5).</summary>
internal static class SignInApi
{
    private const int MostPeriods = 31;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(35);
    private static readonly string[] Filters = ["application", "connection", "outcome", "error_code", "from", "to"];

    /// <summary>Adds the routes.</summary>
    /// <param name="api">The management API.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/sign-ins", ListAsync)
            .Is(new("listSignIns", "Lists sign-ins, newest first.")
            {
                Pages = Listing.Most,
                Searches = "support code, beginning of a handle, email and user id",
                Query =
                [
                    new("application", "client_id of an application.", typeof(string)),
                    new("connection", "Slug of a connection.", typeof(string)),
                    new("outcome", "How it stands.", typeof(SignInOutcome)),
                    new("error_code", "Code it ended with.", typeof(string)),
                    new("from", "First moment.", typeof(DateTimeOffset)),
                    new("to", "Before this moment.", typeof(DateTimeOffset)),
                ],
                Gives = typeof(SignInList),
            });
        api.MapGet("/sign-ins/statistics", CountAsync)
            .Is(new("countSignIns", "Counts sign-ins by how they ended, of periods and of the last 24 hours.")
            {
                Query = [new("since", "First moments of the periods, the oldest first, with commas between; at most 31, none older than 35 days.", typeof(string))],
                Gives = typeof(SignInStatistics),
                Refuses = [400],
            });
        api.MapGet("/sign-ins/{supportCode}", ShowAsync)
            .Is(new("readSignIn", "Tells one sign-in hop by hop, by the support code of its pages.") { Gives = typeof(SignInTimelineView) });
    }

    private static async Task<IResult> ListAsync(Caller caller, HttpRequest request, SignInQuery query, CancellationToken ct)
    {
        if (!Listing.Read(request, Filters).TryGet(out var listing, out var problem) || !Read(request, listing).TryGet(out var filter, out problem))
        {
            return problem;
        }

        var rows = await query.ListAsync(caller.EnvironmentId, filter, listing.Limit + 1, ct);
        var shown = rows.Take(listing.Limit).ToList();
        var next = rows.Count > listing.Limit ? Listing.Cursor($"{shown[^1].StartedAt.ToString(CultureInfo.InvariantCulture)}|{shown[^1].SupportCode}") : null;
        return Results.Json(new SignInList([.. shown.Select(Summary)], next), XeniosJson.Default.SignInList);
    }

    private static async Task<IResult> CountAsync(Caller caller, HttpRequest request, SignInCounts counts, TimeProvider time, CancellationToken ct)
    {
        if (request.Query.Keys.FirstOrDefault(name => name != "since") is { } unknown)
        {
            return Problem.Malformed(new FieldError(FieldPath.Name(unknown), "A-10", "unknown parameter; known is since"));
        }

        var (now, moments) = (time.GetUtcNow(), new List<DateTimeOffset>());
        foreach (var part in request.Query["since"].ToString().Split(',', MostPeriods + 1, StringSplitOptions.RemoveEmptyEntries))
        {
            if (moments.Count == MostPeriods
                || !Listing.TryMoment(part, out var moment)
                || moment < now - Longest
                || (moments.Count > 0 && moment <= moments[^1]))
            {
                return Problem.Malformed(new FieldError("since", FieldCode.Malformed, $"at most {MostPeriods} moments such as 2026-11-09T00:00:00Z, the oldest first, none older than {Longest.Days} days, with commas between"));
            }

            moments.Add(moment);
        }

        return Results.Json(await counts.CountAsync(caller.EnvironmentId, moments, ct), XeniosJson.Default.SignInStatistics);
    }

    private static async Task<IResult> ShowAsync(string supportCode, Caller caller, EnvironmentContext environment, SignInQuery query, CancellationToken ct)
    {
        if (!SupportCode.TryRead(supportCode, out var code) || await query.FindAsync(caller.EnvironmentId, code, ct) is not { } row)
        {
            return Problem.NotFound("sign-in");
        }

        var snapshot = environment.Snapshot;
        var titles = new HopTitles(
            client => snapshot.Clients.TryGetValue(client, out var found) ? found.Name : client, slug => snapshot.Connections.TryGetValue(slug, out var found) ? found.Name : slug);
        var hops = JsonSerializer.Deserialize(row.Hops, HopJson.Default.IReadOnlyListHop)!;
        var rule = hops.LastOrDefault(hop => hop.Kind == HopKind.Rule)?.Data;
        var summary = Summary(row);
        var view = new SignInTimelineView
        {
            SupportCode = summary.SupportCode,
            StartedAt = summary.StartedAt,
            EndedAt = summary.EndedAt,
            DurationMs = summary.DurationMs,
            Application = summary.Application,
            Connection = summary.Connection,
            User = summary.User,
            Handle = summary.Handle,
            Outcome = summary.Outcome,
            ErrorCode = summary.ErrorCode,
            Error = Explain(row.ErrorCode),
            Rule = rule is null ? null : new SignInRule(rule.GetValueOrDefault("code") ?? "", rule.GetValueOrDefault("why") ?? ""),
            Hops = [.. hops.Select(hop => new SignInHop
            {
                Time = DateTimeOffset.FromUnixTimeMilliseconds(hop.At),
                DurationMs = hop.Duration,
                Kind = hop.Kind,
                Outcome = hop.Outcome switch { HopOutcome.Failed => SignInOutcome.Failed, HopOutcome.Refused => SignInOutcome.Refused, _ => SignInOutcome.Ok },
                Title = titles.Of(hop),
                Data = hop.Data ?? new Dictionary<string, string>(),
                Error = Explain(hop.Error),
            })],
        };
        return Results.Json(view, XeniosJson.Default.SignInTimelineView);
    }

    /// <summary>A code with what to do; null for none.</summary>
    /// <param name="code">Stable code.</param>
    [return: NotNullIfNotNull(nameof(code))]
    internal static SignInError? Explain(string? code) => code is null ? null : ErrorCatalogue.Find(code) is var entry ? new SignInError(code, entry.Title, entry.Remedy) : null;

    private static SignInSummary Summary(SignInRow row) => new()
    {
        SupportCode = Audit.SupportCode.Readable(row.SupportCode),
        StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.StartedAt),
        EndedAt = row.EndedAt is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null,
        DurationMs = row.EndedAt - row.StartedAt,
        Application = row.ClientId,
        Connection = row.Connection,
        User = row.UserId,
        Handle = row.Handle,
        Outcome = WireName.TryParse<SignInOutcome>(row.Outcome, out var outcome) ? outcome : SignInOutcome.Running,
        ErrorCode = row.ErrorCode,
    };

    private static Result<SignInFilter, Problem> Read(HttpRequest request, Listing listing)
    {
        var errors = new List<FieldError>();
        var outcome = Listing.Given(request, "outcome");
        if (outcome is not null && !WireName.TryParse<SignInOutcome>(outcome, out _))
        {
            errors.Add(new FieldError("outcome", FieldCode.Malformed, $"one of {string.Join(", ", WireName.All(typeof(SignInOutcome)).Keys)}"));
        }

        (long, string)? after = null;
        if (listing.After is { } key)
        {
            var parts = key.Split('|');
            if (parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at) && Audit.SupportCode.TryRead(parts[1], out var code))
            {
                after = (at, code);
            }
            else
            {
                errors.Add(new FieldError("cursor", FieldCode.Malformed, "this is no cursor of this list; begin again without one"));
            }
        }

        var filter = new SignInFilter
        {
            Text = listing.Query,
            EmailKey = listing.Query?.IndexOf('@', StringComparison.Ordinal) > 0 ? EmailAddress.Parse(listing.Query)?.Key : null,
            Application = Listing.Given(request, "application"),
            Connection = Listing.Given(request, "connection"),
            Outcome = outcome,
            ErrorCode = Listing.Given(request, "error_code"),
            From = Listing.Moment(request, "from", errors),
            To = Listing.Moment(request, "to", errors),
            After = after,
        };
        return errors.Count > 0 ? Problem.Malformed(errors) : filter;
    }
}
