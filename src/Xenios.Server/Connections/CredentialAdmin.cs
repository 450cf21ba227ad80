using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Resources;
using Xenios.Server.Storage;
using ResourceRules = Xenios.Server.Resources.ResourceRules;

namespace Xenios.Server.Connections;

/// <summary>
/// Another X app, or another secret, without anybody noticing (kinde-and-wso2 row 80): the next credentials lie beside those in use, are tested with a person, then
/// put into use; what began with the former ones finishes with them, and they can be put back.
/// </summary>
internal sealed class CredentialAdmin(Database database, ConnectionAdmin connections, AuditLog audit, Vault vault, ConnectionCredentials credentials, TimeProvider time)
{
    private const int UsualOverlap = 86_400;
    private const int LongestOverlap = 2_592_000;

    /// <summary>The sets of a connection; null when there is no such connection.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="id">Slug or id of the connection.</param>
    /// <param name="ct">Ends the reading.</param>
    public Task<CredentialsView?> FindAsync(EnvironmentSnapshot environment, string id, CancellationToken ct) => database.ReadAsync(
        async db => await ConnectionRows.FindAsync(db, environment.Id, id) is { } stored
            ? View(environment.Id, environment.Kind, stored, await CredentialSetRows.ListAsync(db, environment.Id, stored.Id, time.GetUtcNow()))
            : null,
        ct);

    /// <summary>Stores the next set, in place of one that is there.</summary>
    /// <param name="caller">Who stores it.</param>
    /// <param name="id">Slug or id of the connection.</param>
    /// <param name="given">The set.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public Task<Result<CredentialsView, Problem>> SetNextAsync(Caller caller, string id, CredentialsResource given, CancellationToken ct) => connections.WithAsync<CredentialsView>(
        caller,
        id,
        async (change, stored) =>
        {
            var set = new CredentialSet { ClientId = Blank(given.ClientId), ClientSecret = Blank(given.ClientSecret), ApiKey = Blank(given.ApiKey), ApiKeySecret = Blank(given.ApiKeySecret) };
            if (set is { ClientId: null, ApiKey: null })
            {
                return Problem.Refused([new FieldError("client_id", FieldCode.Required, "client_id or api_key is needed")]);
            }

            // In's rule would let the secret of a key that is not named go by unseen.
            FieldError[] astray =
            [
                .. set is { ClientId: null, ClientSecret: not null } ? [new FieldError("client_secret", FieldCode.Conflict, "client_secret is given without client_id")] : Array.Empty<FieldError>(),
                .. set is { ApiKey: null, ApiKeySecret: not null } ? [new FieldError("api_key_secret", FieldCode.Conflict, "api_key_secret is given without api_key")] : Array.Empty<FieldError>(),
                .. ResourceRules.Check(set.In(stored.Resource, stored.Secrets(change.Id, vault)), change.Known),
            ];
            return astray.Length > 0 ? Problem.Refused(astray) : await NotedAsync(
                change,
                stored,
                "connection.credentials_stored",
                () => CredentialSetRows.WriteAsync(change.Id, stored.Id, CredentialsPlace.Next, set, vault, time.GetUtcNow(), null, change.Scope));
        },
        ct);

    /// <summary>Forgets the next or the former set.</summary>
    /// <param name="caller">Who does so.</param>
    /// <param name="id">Slug or id of the connection.</param>
    /// <param name="place">Which.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public Task<Result<CredentialsView, Problem>> DeleteAsync(Caller caller, string id, CredentialsPlace place, CancellationToken ct) => connections.WithAsync<CredentialsView>(
        caller,
        id,
        async (change, stored) => await SetAsync(change, stored, place) is null
            ? Problem.NotFound("set of credentials")
            : await NotedAsync(change, stored, "connection.credentials_deleted", () => CredentialSetRows.DeleteAsync(change.Id, stored.Id, place, change.Scope)),
        ct);

    /// <summary>Puts a set into use: the next one, once a test with it went well, or the former one again. The one that was in use becomes the former one.</summary>
    /// <param name="caller">Who does so.</param>
    /// <param name="id">Slug or id of the connection.</param>
    /// <param name="place">Which.</param>
    /// <param name="given">How.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public Task<Result<CredentialsView, Problem>> ActivateAsync(Caller caller, string id, CredentialsPlace place, CredentialsActivation given, CancellationToken ct) => connections.WithAsync<CredentialsView>(
        caller,
        id,
        async (change, stored) =>
        {
            if (given.Overlap is < 0 or > LongestOverlap)
            {
                return Problem.Refused([new FieldError("overlap", FieldCode.OutOfRange, "the former credentials may be kept for 0 to 2,592,000 seconds")]);
            }

            if (await SetAsync(change, stored, place) is not { } set)
            {
                return Problem.NotFound("set of credentials");
            }

            if (place == CredentialsPlace.Next && set.TestedAt is null && given.Force != true)
            {
                return Problem.Conflict("credentials_not_tested", "No test with these credentials went well yet. Test them first, or send \"force\": true.");
            }

            var (secrets, now) = (stored.Secrets(change.Id, vault), time.GetUtcNow());
            var written = await connections.CheckAndStoreAsync(change, stored, set.Open(change.Id, vault).In(stored.Resource, secrets), "connection.credentials_activated", whole: true);
            if (!written.TryGet(out _, out var refused))
            {
                return refused;
            }

            await CredentialSetRows.DeleteAsync(change.Id, stored.Id, place, change.Scope);
            await CredentialSetRows.WriteAsync(
                change.Id, stored.Id, CredentialsPlace.Former, CredentialSet.Of(stored.Resource, secrets), vault, now, now.AddSeconds(given.Overlap ?? UsualOverlap), change.Scope);
            return await ViewAsync(change, (await ConnectionRows.FindAsync(change.Scope.Connection, change.Id, stored.Id, change.Scope.Transaction))!);
        },
        ct);

    private static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private async Task<StoredCredentialSet?> SetAsync(ConfigurationChange change, StoredConnection stored, CredentialsPlace place) =>
        (await CredentialSetRows.ListAsync(change.Scope.Connection, change.Id, stored.Id, time.GetUtcNow(), change.Scope.Transaction)).FirstOrDefault(set => set.Place == WireName.Of(place));

    private async Task<Result<CredentialsView, Problem>> NotedAsync(ConfigurationChange change, StoredConnection stored, string action, Func<Task> write)
    {
        var before = await ViewAsync(change, stored);
        await write();
        var after = await ViewAsync(change, stored);
        await audit.WriteAsync(change.Scope, change.Caller, action, $"connection:{stored.Resource.Slug}", Shown(before), Shown(after));
        return after;
    }

    private static JsonObject Shown(CredentialsView view) => Representation.AsObject(view, XeniosJson.Default.CredentialsView);

    private async Task<CredentialsView> ViewAsync(ConfigurationChange change, StoredConnection stored) => View(
        change.Id, change.Environment.Kind, stored, await CredentialSetRows.ListAsync(change.Scope.Connection, change.Id, stored.Id, time.GetUtcNow(), change.Scope.Transaction));

    private CredentialsView View(string environment, EnvironmentKind kind, StoredConnection stored, IReadOnlyList<StoredCredentialSet> sets)
    {
        var secrets = stored.Secrets(environment, vault);
        var current = CredentialSet.Of(stored.Resource, secrets);
        CredentialSetView? Of(CredentialsPlace place) =>
            sets.FirstOrDefault(set => set.Place == WireName.Of(place)) is { } set ? View(set.Open(environment, vault), set.Resolve(environment, stored, kind, vault, credentials, FrozenDictionary<string, AttributeType>.Empty)) with
            {
                CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(set.CreatedAt),
                TestedAt = set.TestedAt is { } tested ? DateTimeOffset.FromUnixTimeMilliseconds(tested) : null,
                Until = set.EndsAt is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null,
            } : null;
        return new(
            View(current, Connection.Create(stored.Id, stored.Resource, secrets, kind, credentials, FrozenDictionary<string, AttributeType>.Empty)),
            Of(CredentialsPlace.Next),
            Of(CredentialsPlace.Former));
    }

    private static CredentialSetView View(CredentialSet set, Connection connection) => new()
    {
        ClientId = Blank(set.ClientId),
        HasClientSecret = !string.IsNullOrEmpty(set.ClientSecret),
        ApiKey = Blank(set.ApiKey),
        HasApiKeySecret = !string.IsNullOrEmpty(set.ApiKeySecret),
        Credentials = connection.Credentialed,
    };
}
