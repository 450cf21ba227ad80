using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Connections;
using Xenios.Server.Hosting;
using Xenios.Server.Management;
using Xenios.Server.Resources;
using Xenios.Server.Storage;
using ResourceRules = Xenios.Server.Resources.ResourceRules;

namespace Xenios.Server.Environments;

/// <summary>What administrators do with environments and their settings. Every change goes by the rules of the resource file.</summary>
internal sealed class EnvironmentAdmin(
    Database database, Applier applier, AuditLog audit, KeyMaker maker, Vault vault, HostSettings settings, ConnectionCredentials credentials, SnapshotCache snapshots, TimeProvider time)
{
    /// <summary>Part of the environments.</summary>
    /// <param name="listing">Which part; the query is looked for in slug and display name.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<EnvironmentList> ListAsync(Listing listing, CancellationToken ct)
    {
        var stored = await database.ReadAsync(connection => EnvironmentRows.ListAsync(connection, listing.After, listing.Query is null ? listing.Limit + 1 : int.MaxValue), ct);
        var found = stored.Where(one => listing.Query is null || Contains(one.Resource.Slug, listing.Query) || Contains(one.Resource.DisplayName, listing.Query)).Take(listing.Limit + 1).Select(View).ToArray();
        return found.Length > listing.Limit ? new(found[..listing.Limit], Listing.Cursor(found[listing.Limit - 1].Slug!)) : new(found, null);
    }

    /// <summary>One environment; null when there is none of that name.</summary>
    /// <param name="id">Its slug or id.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<EnvironmentView?> FindAsync(string id, CancellationToken ct) =>
        await database.ReadAsync(connection => EnvironmentRows.FindAsync(connection, id), ct) is { } stored ? View(stored) : null;

    /// <summary>Makes an environment, with its keys. It has nothing else yet, connections neither.</summary>
    /// <param name="caller">Who makes it.</param>
    /// <param name="given">Its fields.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public async Task<Result<EnvironmentView, Problem>> CreateAsync(Caller caller, EnvironmentResource given, CancellationToken ct)
    {
        var made = await applier.ChangeAsync<EnvironmentView>(
            caller,
            async change =>
            {
                var refused = ResourceRules.Check(given).ToList();
                if (given.Slug is null)
                {
                    refused.Add(new FieldError("slug", FieldCode.Required, "every environment needs a slug"));
                }

                if (given.Kind == EnvironmentKind.Production)
                {
                    refused.AddRange(MissingForProduction(given.Slug ?? ""));
                }

                return refused.Count > 0 ? Problem.Refused(refused)
                    : await EnvironmentRows.FindAsync(change.Scope.Connection, given.Slug!, change.Scope.Transaction) is not null ? Problem.Conflict("already_exists", "There is an environment with this slug already. Choose another one.")
                    : await NotedAsync(change, null, await EnvironmentRows.WriteAsync(given with { DisplayName = given.DisplayName ?? given.Slug }, maker, vault, time.GetUtcNow(), change.Scope));
            },
            ct);
        await SandboxAsync(caller);
        return made;
    }

    /// <summary>Changes an environment by a merge patch.</summary>
    /// <param name="caller">Who changes it, and which environment.</param>
    /// <param name="mayDecide">Whether its kind and how long its audit log is kept may change: the operator's and the administrators' decisions.</param>
    /// <param name="request">Its <c>If-Match</c> is compared.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public async Task<Result<EnvironmentView, Problem>> ChangeAsync(Caller caller, bool mayDecide, HttpRequest request, JsonObject patch, CancellationToken ct)
    {
        var changed = await applier.ChangeAsync<EnvironmentView>(
            caller,
            async change =>
            {
                var before = View(change.Environment);
                if (Representation.Check(request, before, XeniosJson.Default.EnvironmentView) is { } changedMeanwhile)
                {
                    return changedMeanwhile;
                }

                string[] alsoFixed = mayDecide ? ["slug"] : ["slug", "kind", "audit_retention_days"];
                if (!MergePatch.Apply<EnvironmentView, EnvironmentResource>(before, XeniosJson.Default.EnvironmentView, patch, alsoFixed).TryGet(out var whole, out var unfit))
                {
                    return unfit;
                }

                var refused = ResourceRules.Check(whole).ToList();
                if (whole.Kind == EnvironmentKind.Production && change.Environment.Kind != EnvironmentKind.Production)
                {
                    var connections = await ConnectionRows.ListAsync(change.Scope.Connection, change.Id, transaction: change.Scope.Transaction);
                    refused.AddRange(MissingForProduction(whole.Slug!));
                    refused.AddRange(connections.SelectMany(one => ResourceRules.CheckProduction([one.Resource], change.Known)
                        .Select(error => error with { Path = error.Path.Replace("connections[0]", $"connections.{one.Resource.Slug}", StringComparison.Ordinal) })));
                }

                if (refused.Count > 0)
                {
                    return Problem.Refused(refused);
                }

                await EnvironmentRows.ReplaceAsync(change.Id, whole, change.Scope);
                return await NotedAsync(change, before, (await EnvironmentRows.FindAsync(change.Scope.Connection, change.Id, change.Scope.Transaction))!);
            },
            ct);
        await SandboxAsync(caller);
        return changed;
    }

    // A new environment stands in the log of the one it was made from.
    private async Task<EnvironmentView> NotedAsync(ConfigurationChange change, EnvironmentView? before, StoredEnvironment stored)
    {
        var after = View(stored);
        if (before is null || !Representation.IsSame(before, after, XeniosJson.Default.EnvironmentView))
        {
            await audit.WriteAsync(
                change.Scope, change.Caller, before is null ? "environment.created" : "environment.changed", $"environment:{stored.Resource.Slug}",
                Representation.AsObjectOrNull(before, XeniosJson.Default.EnvironmentView), Representation.AsObject(after, XeniosJson.Default.EnvironmentView));
        }

        return after;
    }

    private IEnumerable<FieldError> MissingForProduction(string slug) =>
        XeniosServer.Check(settings, slug).Select(missing => new FieldError("kind", FieldCode.Conflict, missing));

    // Left to itself, the sandbox goes off as soon as any environment is production.
    private async Task SandboxAsync(Caller caller)
    {
        if (!caller.IsDryRun && settings.Sandbox is null && credentials.SandboxUrl is not null && snapshots.All.Any(environment => environment.Kind == EnvironmentKind.Production))
        {
            credentials.SetSandbox(null);
            await snapshots.ReloadAsync(CancellationToken.None);
        }
    }

    private EnvironmentView View(StoredEnvironment stored) => new(stored.Resource)
    {
        Id = stored.Id,
        IsDefault = stored.IsDefault,
        Issuer = stored.IsDefault ? settings.BaseUrl : $"{settings.BaseUrl}/e/{stored.Resource.Slug}",
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(stored.CreatedAt),
    };

    private static bool Contains(string? text, string query) => text?.Contains(query, StringComparison.OrdinalIgnoreCase) == true;
}
