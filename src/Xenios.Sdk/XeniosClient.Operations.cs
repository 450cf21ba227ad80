using System.Globalization;
using System.Runtime.CompilerServices;

namespace Xenios.Sdk;

/// <content>Sign-ins, the audit log and the resource file.</content>
public sealed partial class XeniosClient
{
    /// <summary>A page of the sign-ins, newest first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<SignInList> ListSignInsAsync(SignInListQuery? query = null, CancellationToken ct = default) => ListAsync("sign-ins", query, XeniosJson.Default.SignInList, ct);

    /// <summary>All sign-ins, page by page.</summary>
    /// <inheritdoc cref="ListSignInsAsync"/>
    public IAsyncEnumerable<SignInSummary> EnumerateSignInsAsync(SignInListQuery? query = null, CancellationToken ct = default) =>
        FollowAsync(query?.Cursor, cursor => ListSignInsAsync((query ?? new()) with { Cursor = cursor }, ct), page => (page.Items, page.NextCursor), ct);

    /// <summary>Tells one sign-in hop by hop.</summary>
    /// <param name="supportCode">The code that its pages showed.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<SignInTimelineView> ReadSignInAsync(string supportCode, CancellationToken ct = default) => GetAsync(Path("sign-ins", supportCode), XeniosJson.Default.SignInTimelineView, ct);

    /// <summary>Counts sign-ins.</summary>
    /// <param name="since">First moments of the periods to count, the oldest first; at most 31, none older than 35 days.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<SignInStatistics> CountSignInsAsync(IReadOnlyList<DateTimeOffset> since, CancellationToken ct = default) =>
        GetAsync(Query("sign-ins/statistics", [("since", string.Join(',', since.Select(one => one.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))))]), XeniosJson.Default.SignInStatistics, ct);

    /// <summary>A page of the audit log, newest first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<AuditEventList> ListAuditEventsAsync(AuditEventQuery? query = null, CancellationToken ct = default) => ListAsync("audit-events", query, XeniosJson.Default.AuditEventList, ct);

    /// <summary>All audit events, page by page.</summary>
    /// <inheritdoc cref="ListAuditEventsAsync"/>
    public IAsyncEnumerable<AuditEventView> EnumerateAuditEventsAsync(AuditEventQuery? query = null, CancellationToken ct = default) =>
        FollowAsync(query?.Cursor, cursor => ListAuditEventsAsync((query ?? new()) with { Cursor = cursor }, ct), page => (page.Items, page.NextCursor), ct);

    /// <summary>The audit log in its order, to be kept elsewhere.</summary>
    /// <param name="after">Sequence of the last event one has; 0 for all.</param>
    /// <param name="ct">Ends the calls.</param>
    public async IAsyncEnumerable<AuditEventView> ExportAuditEventsAsync(long after = 0, [EnumeratorCancellation] CancellationToken ct = default)
    {
        while (true)
        {
            var path = Query("audit-events/export", [("after", after.ToString(CultureInfo.InvariantCulture))]);
            var page = await SendAsync(new(HttpMethod.Get, path) { Accept = Lines }, ct).ConfigureAwait(false);
            var lines = page.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            foreach (var line in lines)
            {
                var one = Read(page with { Body = line }, XeniosJson.Default.AuditEventView);
                after = one.Sequence;
                yield return one;
            }

            if (lines.Length == 0)
            {
                yield break;
            }
        }
    }

    /// <summary>Whether the chain of audit events is whole.</summary>
    /// <param name="ct">Ends the call.</param>
    public Task<AuditCheckView> CheckAuditEventsAsync(CancellationToken ct = default) => GetAsync("audit-events/check", XeniosJson.Default.AuditCheckView, ct);

    /// <summary>What is wrong with the server, for the operator, and with connections.</summary>
    /// <param name="ct">Ends the call.</param>
    public Task<DoctorReport> ReadDoctorAsync(CancellationToken ct = default) => GetAsync("doctor", XeniosJson.Default.DoctorReport, ct);

    /// <summary>The environment as a resource file without secrets.</summary>
    /// <param name="ct">Ends the call.</param>
    public Task<ResourceDocument> ExportResourcesAsync(CancellationToken ct = default) => GetAsync("resources", XeniosJson.Default.ResourceDocument, ct);

    /// <summary>The same as YAML.</summary>
    /// <param name="ct">Ends the call.</param>
    public async Task<string> ExportResourcesAsYamlAsync(CancellationToken ct = default) =>
        (await SendAsync(new(HttpMethod.Get, "resources") { Accept = "application/yaml" }, ct).ConfigureAwait(false)).Body;

    /// <summary>Says what a resource file would change.</summary>
    /// <param name="resources">The file.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<ResourceChangeList> PlanResourcesAsync(ResourceDocument resources, CancellationToken ct = default) =>
        SendAsync(new(HttpMethod.Post, "resources/plan") { Content = Body(resources, XeniosJson.Default.ResourceDocument), IsLong = true }, XeniosJson.Default.ResourceChangeList, ct);

    /// <summary>Makes the environment what a resource file says, in one transaction.</summary>
    /// <param name="resources">The file.</param>
    /// <param name="idempotencyKey">Any text, so that sending again makes nothing twice; null for none.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<ResourceChangeList> ApplyResourcesAsync(ResourceDocument resources, string? idempotencyKey = null, CancellationToken ct = default) =>
        SendAsync(
            new(HttpMethod.Post, "resources/apply") { Content = Body(resources, XeniosJson.Default.ResourceDocument), IdempotencyKey = idempotencyKey, IsLong = true }, XeniosJson.Default.ResourceChangeList, ct);
}
