using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Hosting;
using Xenios.Server.Management;
using Xenios.Server.Resources;
using Xenios.Server.Storage;
using ResourceRules = Xenios.Server.Resources.ResourceRules;

namespace Xenios.Server.Applications;

/// <summary>What administrators do with applications. Every change goes by the rules of the resource file.</summary>
internal sealed class ApplicationAdmin(Database database, Applier applier, AuditLog audit, Vault vault, TimeProvider time)
{
    private const int UsualOverlap = 86_400;
    private const int LongestOverlap = 2_592_000;

    /// <summary>Part of an environment's applications.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="listing">Which part; the query is looked for in <c>client_id</c> and name.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<ApplicationList> ListAsync(string environment, Listing listing, CancellationToken ct)
    {
        var stored = await database.ReadAsync(
            connection => ApplicationRows.ListAsync(connection, environment, listing.After, listing.Query is null ? listing.Limit + 1 : int.MaxValue), ct);
        var found = stored.Where(one => listing.Query is null || Contains(one.Resource.ClientId, listing.Query) || Contains(one.Resource.Name, listing.Query)).Take(listing.Limit + 1).Select(View).ToArray();
        return found.Length > listing.Limit ? new(found[..listing.Limit], Listing.Cursor(found[listing.Limit - 1].ClientId!)) : new(found, null);
    }

    /// <summary>One application; null when there is none of that name.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="id">Its <c>client_id</c>.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<ApplicationView?> FindAsync(string environment, string id, CancellationToken ct) =>
        await database.ReadAsync(connection => ApplicationRows.FindAsync(connection, environment, id), ct) is { } stored ? View(stored) : null;

    /// <summary>Makes an application. One that needs a secret and was given none gets a generated one, which the answer alone shows.</summary>
    /// <param name="caller">Who makes it.</param>
    /// <param name="given">Its fields.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public Task<Result<ApplicationView, Problem>> CreateAsync(Caller caller, ApplicationResource given, CancellationToken ct) => applier.ChangeAsync<ApplicationView>(
        caller,
        async change =>
        {
            var generated = given.ClientSecret is null && ApplicationRules.HasSecret(given) ? Secrets.NewClientSecret() : null;
            var application = given with { ClientSecret = generated ?? given.ClientSecret };
            if (await StoredAsync(change, given.ClientId) is not null)
            {
                return Problem.Conflict("already_exists", "There is an application with this client_id already. Change that one, or choose another client_id.");
            }

            // What a deleted application of this name left is not taken for its secret.
            var known = change.Known with { HasClientSecret = _ => false, HasSealedClientSecret = _ => application.ClientSecret is not null };
            if (ResourceRules.Check(application, known) is { Count: > 0 } refused)
            {
                return Problem.Refused(refused);
            }

            var made = await StoreAsync(change, null, application);
            return generated is null ? made : made with { ClientSecret = generated };
        },
        ct);

    /// <summary>Changes an application by a merge patch.</summary>
    /// <param name="caller">Who changes it.</param>
    /// <param name="id">Its <c>client_id</c>.</param>
    /// <param name="request">Its <c>If-Match</c> is compared.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public Task<Result<ApplicationView, Problem>> ChangeAsync(Caller caller, string id, HttpRequest request, JsonObject patch, CancellationToken ct) => WithAsync(
        caller,
        id,
        async (change, stored) =>
        {
            var before = View(stored);
            if (Representation.Check(request, before, XeniosJson.Default.ApplicationView) is { } changedMeanwhile)
            {
                return changedMeanwhile;
            }

            return MergePatch.Apply<ApplicationView, ApplicationResource>(before, XeniosJson.Default.ApplicationView, patch, "client_id").TryGet(out var application, out var unfit)
                ? await CheckAndStoreAsync(change, stored, application)
                : unfit;
        },
        ct);

    /// <summary>Changes the login flow of an application by a merge patch. From then on it is stored in its long form.</summary>
    /// <inheritdoc cref="ChangeAsync"/>
    public Task<Result<ApplicationView, Problem>> ChangeFlowAsync(Caller caller, string id, HttpRequest request, JsonObject patch, CancellationToken ct) => WithAsync(
        caller,
        id,
        async (change, stored) =>
        {
            var before = OfferedConnections.Flow(stored.Resource);
            if (Representation.Check(request, before, XeniosJson.Default.LoginFlowView) is { } changedMeanwhile)
            {
                return changedMeanwhile;
            }

            return MergePatch.Apply<LoginFlowView, LoginFlowResource>(before, XeniosJson.Default.LoginFlowView, patch).TryGet(out var flow, out var unfit)
                ? await CheckAndStoreAsync(change, stored, stored.Resource with { Connections = null, LoginFlow = flow.Steps is null ? null : flow })
                : unfit;
        },
        ct);

    /// <summary>Deletes an application, and with it what people allowed it.</summary>
    /// <param name="caller">Who deletes it.</param>
    /// <param name="id">Its <c>client_id</c>.</param>
    /// <param name="request">Its <c>If-Match</c> is compared.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>The application as it was.</returns>
    public Task<Result<ApplicationView, Problem>> DeleteAsync(Caller caller, string id, HttpRequest request, CancellationToken ct) => WithAsync<ApplicationView>(
        caller,
        id,
        async (change, stored) =>
        {
            var before = View(stored);
            if (Representation.Check(request, before, XeniosJson.Default.ApplicationView) is { } changedMeanwhile)
            {
                return changedMeanwhile;
            }

            await ApplicationRows.DeleteAsync(change.Id, id, time.GetUtcNow(), change.Scope);
            await WriteAuditAsync(change, "application.deleted", id, before, null);
            return before;
        },
        ct);

    /// <summary>Gives an application a new secret; the present one works for a while yet.</summary>
    /// <param name="caller">Who does so.</param>
    /// <param name="id">Its <c>client_id</c>.</param>
    /// <param name="rotation">For how long.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public Task<Result<RotatedSecret, Problem>> RotateAsync(Caller caller, string id, SecretRotation rotation, CancellationToken ct) => WithAsync<RotatedSecret>(
        caller,
        id,
        async (change, stored) =>
        {
            if (rotation.Overlap is < 0 or > LongestOverlap)
            {
                return Problem.Refused([new FieldError("overlap", FieldCode.OutOfRange, "the former secret may work for 0 to 2,592,000 seconds")]);
            }

            if (!ApplicationRules.HasSecret(stored.Resource))
            {
                return Problem.Refused([new FieldError("token_endpoint_auth_method", FieldCode.NotAllowed, "this application proves itself without a secret")]);
            }

            var (now, secret) = (time.GetUtcNow(), Secrets.NewClientSecret());
            var until = now.AddSeconds(rotation.Overlap ?? UsualOverlap);
            var secrets = Application.Rotate(stored.Secrets, stored.Resource, secret, until, now, value => vault.Seal(Application.Purpose(change.Id, id), value));
            await ApplicationRows.WriteSecretsAsync(change.Id, id, secrets, now, change.Scope);
            await WriteAuditAsync(change, "application.secret_rotated", id, View(stored), View((await StoredAsync(change, id))!));
            return new RotatedSecret(secret, Application.FormerUntil(secrets, now));
        },
        ct);

    /// <summary>Switches a connection on or off for an application: in the first step of its login flow, whichever form that is stored in (D4).</summary>
    /// <param name="caller">Who does so.</param>
    /// <param name="id">Its <c>client_id</c>.</param>
    /// <param name="connection">Slug or id of the connection.</param>
    /// <param name="on">Whether it is to be offered.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public Task<Result<ApplicationView, Problem>> SwitchAsync(Caller caller, string id, string connection, bool on, CancellationToken ct) => WithAsync(
        caller,
        id,
        async (change, stored) =>
        {
            if (await ConnectionRows.FindAsync(change.Scope.Connection, change.Id, connection, change.Scope.Transaction) is not { Resource.Slug: { } slug })
            {
                return Problem.NotFound("connection");
            }

            var every = (await ConnectionRows.ListAsync(change.Scope.Connection, change.Id, transaction: change.Scope.Transaction)).Select(one => one.Resource.Slug!).ToArray();
            var switched = on ? OfferedConnections.Add(stored.Resource, slug) : OfferedConnections.Remove(stored.Resource, slug, every);
            return switched is null
                ? Problem.Refused([new FieldError(stored.Resource.LoginFlow is null ? "connections" : "login_flow.steps[0].options", FieldCode.Required, "nothing else is offered there; switch another way in on first")])
                : switched == stored.Resource ? View(stored) : await CheckAndStoreAsync(change, stored, switched);
        },
        ct);

    private Task<Result<T, Problem>> WithAsync<T>(Caller caller, string id, Func<ConfigurationChange, StoredApplication, Task<Result<T, Problem>>> act, CancellationToken ct)
        where T : class => applier.ChangeAsync(
        caller, async change => await StoredAsync(change, id) is { } stored ? await act(change, stored) : Problem.NotFound("application"), ct);

    private static Task<StoredApplication?> StoredAsync(ConfigurationChange change, string? id) =>
        ApplicationRows.FindAsync(change.Scope.Connection, change.Id, id ?? "", change.Scope.Transaction);

    private async Task<Result<ApplicationView, Problem>> CheckAndStoreAsync(ConfigurationChange change, StoredApplication before, ApplicationResource application) =>
        ResourceRules.Check(application, change.Known) is { Count: > 0 } refused ? Problem.Refused(refused) : await StoreAsync(change, before, application);

    private async Task<ApplicationView> StoreAsync(ConfigurationChange change, StoredApplication? before, ApplicationResource application)
    {
        await ApplicationRows.WriteAsync(change.Id, application, vault, time.GetUtcNow(), change.Scope);
        var stored = (await StoredAsync(change, application.ClientId))!;
        var (was, now) = (before is null ? null : View(before), View(stored));
        if (was is null || before!.Secrets != stored.Secrets || !Representation.IsSame(was, now, XeniosJson.Default.ApplicationView))
        {
            await WriteAuditAsync(change, was is null ? "application.created" : "application.changed", application.ClientId!, was, now);
        }

        return now;
    }

    private Task WriteAuditAsync(ConfigurationChange change, string action, string id, ApplicationView? before, ApplicationView? after) => audit.WriteAsync(
        change.Scope, change.Caller, action, $"application:{id}", Representation.AsObjectOrNull(before, XeniosJson.Default.ApplicationView), Representation.AsObjectOrNull(after, XeniosJson.Default.ApplicationView));

    private ApplicationView View(StoredApplication stored) => new(stored.Resource)
    {
        HasClientSecret = Application.HasSecret(stored.Secrets, time.GetUtcNow()),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(stored.CreatedAt),
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(stored.UpdatedAt),
    };

    private static bool Contains(string? text, string query) => text?.Contains(query, StringComparison.OrdinalIgnoreCase) == true;
}
