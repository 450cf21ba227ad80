using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Applications;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Resources;
using Xenios.Server.Sessions;
using Xenios.Server.Storage;
using ResourceRules = Xenios.Server.Resources.ResourceRules;

namespace Xenios.Server.Connections;

/// <summary>What administrators do with connections. Every change goes by the rules of the resource file.</summary>
internal sealed class ConnectionAdmin(Database database, Applier applier, AuditLog audit, Vault vault, ConnectionCredentials credentials, SignOut signOut, TimeProvider time)
{
    private const string Beside = "connections[0].";

    /// <summary>Part of an environment's connections.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="listing">Which part; the query is looked for in slug and name.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<ConnectionList> ListAsync(EnvironmentSnapshot environment, Listing listing, CancellationToken ct)
    {
        var stored = await database.ReadAsync(
            connection => ConnectionRows.ListAsync(connection, environment.Id, listing.After, listing.Query is null ? listing.Limit + 1 : int.MaxValue), ct);
        var found = stored.Where(one => listing.Query is null || Contains(one.Resource.Slug, listing.Query) || Contains(one.Resource.Name, listing.Query))
            .Take(listing.Limit + 1).Select(one => View(environment.Id, environment.Kind, one)).ToArray();
        return found.Length > listing.Limit ? new(found[..listing.Limit], Listing.Cursor(found[listing.Limit - 1].Slug!)) : new(found, null);
    }

    /// <summary>One connection; null when there is none of that name.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="id">Its slug or id.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<ConnectionView?> FindAsync(EnvironmentSnapshot environment, string id, CancellationToken ct) =>
        await database.ReadAsync(connection => ConnectionRows.FindAsync(connection, environment.Id, id), ct) is { } stored ? View(environment.Id, environment.Kind, stored) : null;

    /// <summary>Makes a connection. Blank credentials are fine outside production: its callback address is needed before there are any.</summary>
    /// <param name="caller">Who makes it.</param>
    /// <param name="given">Its fields.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public Task<Result<ConnectionView, Problem>> CreateAsync(Caller caller, ConnectionResource given, CancellationToken ct) => applier.ChangeAsync<ConnectionView>(
        caller,
        async change => await StoredAsync(change, given.Slug) is null
            ? await CheckAndStoreAsync(change, null, given)
            : Problem.Conflict("already_exists", "There is a connection with this slug already. Change that one, or choose another slug."),
        ct);

    /// <summary>Changes a connection by a merge patch.</summary>
    /// <param name="caller">Who changes it.</param>
    /// <param name="id">Its slug or id.</param>
    /// <param name="request">Its <c>If-Match</c> is compared.</param>
    /// <param name="patch">The patch. A secret that is not named, or blank, stays.</param>
    /// <param name="force">Whether it may be switched off although an application then has no way in.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public Task<Result<ConnectionView, Problem>> ChangeAsync(Caller caller, string id, HttpRequest request, JsonObject patch, bool force, CancellationToken ct) => WithAsync(
        caller,
        id,
        async (change, stored) =>
        {
            var before = View(change.Id, change.Environment.Kind, stored);
            if (Representation.Check(request, before, XeniosJson.Default.ConnectionView) is { } changedMeanwhile)
            {
                return changedMeanwhile;
            }

            if (!MergePatch.Apply<ConnectionView, ConnectionResource>(before, XeniosJson.Default.ConnectionView, patch, "slug").TryGet(out var connection, out var unfit))
            {
                return unfit;
            }

            var switchedOff = stored.Resource.Enabled != false && connection.Enabled == false;
            return switchedOff && !force && await StrandedAsync(change, stored) is { } stranded ? stranded : await CheckAndStoreAsync(change, stored, connection);
        },
        ct);

    /// <summary>
    /// Deletes a connection as its policy says (<c>on_connection_delete</c>, D-16): with its identities and what people have open who came by it. Applications lose
    /// it; one that would be left without a way in stands against it.
    /// </summary>
    /// <param name="caller">Who deletes it.</param>
    /// <param name="id">Its slug or id.</param>
    /// <param name="force">Whether it goes although applications offer it and the policy refuses that.</param>
    /// <param name="request">Its <c>If-Match</c> is compared.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>The connection as it was.</returns>
    public Task<Result<ConnectionView, Problem>> DeleteAsync(Caller caller, string id, bool force, HttpRequest request, CancellationToken ct) => WithAsync<ConnectionView>(
        caller,
        id,
        async (change, stored) =>
        {
            var before = View(change.Id, change.Environment.Kind, stored);
            if (Representation.Check(request, before, XeniosJson.Default.ConnectionView) is { } changedMeanwhile)
            {
                return changedMeanwhile;
            }

            var slug = stored.Resource.Slug!;
            var every = await ApplicationRows.ListAsync(change.Scope.Connection, change.Id, transaction: change.Scope.Transaction);
            var offering = every.Select(one => one.Resource).Where(application => OfferedConnections.Names(application, slug)).ToArray();
            var emailIsWayIn = every.Any(one => OfferedConnections.Offers(one.Resource, SignInMethod.EmailCode));
            var policy = ConnectionPolicy.From(stored.Resource).OnConnectionDelete;
            if (policy == OnConnectionDelete.RefuseIfUsed && offering.Length > 0 && !force)
            {
                var (people, orphans) = await ConnectionRows.CountAsync(change.Id, stored.Id, emailIsWayIn, change.Scope);
                return InUse("connection_in_use", $"Applications offer this connection. {people} people came by it; {orphans} of them have no other way in. With ?force=true it goes all the same.", offering, "offers this connection");
            }

            var stranded = offering.Where(application => OfferedConnections.Forget(application, slug) is null).ToArray();
            if (stranded.Length > 0)
            {
                return InUse("application_without_way_in", "An application would be left without a way to sign in. Switch another one on for it first.", stranded, "offers nothing else");
            }

            foreach (var application in offering)
            {
                var without = OfferedConnections.Forget(application, slug)!;
                await ApplicationRows.WriteAsync(change.Id, without, vault, time.GetUtcNow(), change.Scope);
                await audit.WriteAsync(
                    change.Scope, change.Caller, "application.changed", $"application:{application.ClientId}",
                    Representation.AsObject(application, XeniosJson.Default.ApplicationResource), Representation.AsObject(without, XeniosJson.Default.ApplicationResource));
            }

            await signOut.RevokeConnectionAsync(change.Id, stored.Id, slug, change.Scope);
            await ConnectionRows.DeleteAsync(change.Id, stored.Id, policy == OnConnectionDelete.DeactivateOrphans, emailIsWayIn, time.GetUtcNow(), change.Scope);
            await audit.WriteAsync(change.Scope, change.Caller, "connection.deleted", $"connection:{slug}", Representation.AsObject(before, XeniosJson.Default.ConnectionView), null);
            return before;
        },
        ct);

    // Switching off is taken back by switching on, so only what would shut people out at once stands against it (B14).
    private static async Task<Problem?> StrandedAsync(ConfigurationChange change, StoredConnection stored)
    {
        var enabled = (await ConnectionRows.ListAsync(change.Scope.Connection, change.Id, transaction: change.Scope.Transaction))
            .Where(one => one.Id != stored.Id && one.Resource.Enabled != false).Select(one => one.Resource.Slug!).ToArray();
        var every = (await ApplicationRows.ListAsync(change.Scope.Connection, change.Id, transaction: change.Scope.Transaction)).Select(one => one.Resource).ToArray();
        var stranded = every.Where(application => OfferedConnections.DependsOn(application, stored.Resource.Slug!, enabled)).ToArray();
        if (stranded.Length == 0)
        {
            return null;
        }

        var emailIsWayIn = every.Any(application => OfferedConnections.Offers(application, SignInMethod.EmailCode));
        var (people, orphans) = await ConnectionRows.CountAsync(change.Id, stored.Id, emailIsWayIn, change.Scope);
        return InUse(
            "application_without_way_in",
            $"Applications would be left without a way to sign in. {people} people came by this connection; {orphans} of them have no other way in. With ?force=true it is switched off all the same.",
            stranded,
            "offers nothing else that is switched on");
    }

    private static Problem InUse(string code, string title, IEnumerable<ApplicationResource> applications, string why) =>
        Problem.Conflict(code, title) with { Errors = [.. applications.Select(application => new FieldError($"applications.{application.ClientId}", FieldCode.Conflict, why))] };

    /// <summary>Changes one connection, or what belongs to it, in one transaction.</summary>
    /// <param name="caller">Who changes it.</param>
    /// <param name="id">Its slug or id.</param>
    /// <param name="act">Checks and writes.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <typeparam name="T">What the change yields.</typeparam>
    public Task<Result<T, Problem>> WithAsync<T>(Caller caller, string id, Func<ConfigurationChange, StoredConnection, Task<Result<T, Problem>>> act, CancellationToken ct)
        where T : class => applier.ChangeAsync(
        caller, async change => await StoredAsync(change, id) is { } stored ? await act(change, stored) : Problem.NotFound("connection"), ct);

    private static Task<StoredConnection?> StoredAsync(ConfigurationChange change, string? id) =>
        ConnectionRows.FindAsync(change.Scope.Connection, change.Id, id ?? "", change.Scope.Transaction);

    /// <summary>Stores a connection if the rules have nothing against it, and what became of it in the audit log; what changes nothing leaves no event.</summary>
    /// <param name="change">The change it is part of.</param>
    /// <param name="before">The connection as it is stored; null for a new one.</param>
    /// <param name="connection">The connection as it is to be.</param>
    /// <param name="action">What the audit log calls a change.</param>
    /// <param name="whole">Whether a blank secret is none; otherwise it stands for the stored one.</param>
    public async Task<Result<ConnectionView, Problem>> CheckAndStoreAsync(
        ConfigurationChange change, StoredConnection? before, ConnectionResource connection, string action = "connection.changed", bool whole = false)
    {
        var refused = ResourceRules.Check(connection, change.Known).ToList();
        if (refused.Count == 0 && change.Environment.Kind == EnvironmentKind.Production)
        {
            refused.AddRange(ResourceRules.CheckProduction([connection], change.Known).Select(error => error with { Path = error.Path[Beside.Length..] }));
        }

        if (refused.Count > 0)
        {
            return Problem.Refused(refused);
        }

        if (await ConnectionRows.WriteAsync(change.Id, "", connection, vault, time.GetUtcNow(), change.Scope, whole) is { } conflict)
        {
            return Problem.Refused([conflict]);
        }

        var stored = (await StoredAsync(change, connection.Slug))!;
        var (was, now) = (before is null ? null : View(change.Id, change.Environment.Kind, before), View(change.Id, change.Environment.Kind, stored));
        var sameSecrets = before?.Sealed.AsSpan().SequenceEqual(stored.Sealed) == true;
        if (was is null || !sameSecrets || !Representation.IsSame(was, now, XeniosJson.Default.ConnectionView))
        {
            var (said, says) = (Representation.AsObjectOrNull(was, XeniosJson.Default.ConnectionView), Representation.AsObject(now, XeniosJson.Default.ConnectionView));
            if (said is not null && !sameSecrets)
            {
                // That they were changed, which has_client_secret alone does not show.
                says["secrets"] = "***";
            }

            await audit.WriteAsync(change.Scope, change.Caller, was is null ? "connection.created" : action, $"connection:{connection.Slug}", said, says);
        }

        return now;
    }

    private ConnectionView View(string environment, EnvironmentKind kind, StoredConnection stored)
    {
        var secrets = stored.Secrets(environment, vault);
        var connection = Connection.Create(stored.Id, stored.Resource, secrets, kind, credentials, FrozenDictionary<string, AttributeType>.Empty);
        return new ConnectionView(stored.Resource)
        {
            ConnectionId = stored.Id,
            HasClientSecret = !string.IsNullOrEmpty(secrets.ClientSecret),
            HasApiKeySecret = !string.IsNullOrEmpty(secrets.ApiKeySecret),
            Credentials = connection.Credentialed,
            Preset = stored.Resource.Policy?.Preset ?? PolicyPreset.Kinde,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(stored.CreatedAt),
            UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(stored.UpdatedAt),
        };
    }

    private static bool Contains(string? text, string query) => text?.Contains(query, StringComparison.OrdinalIgnoreCase) == true;
}
