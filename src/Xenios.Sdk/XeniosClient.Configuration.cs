using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Xenios.Sdk;

/// <content>Environments, applications, login flows, connections and keys.</content>
public sealed partial class XeniosClient
{
    /// <summary>A page of the environments; the operator's.</summary>
    /// <param name="query">Which part.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<EnvironmentList> ListEnvironmentsAsync(ListQuery? query = null, CancellationToken ct = default) => ListAsync("environments", query, XeniosJson.Default.EnvironmentList, ct);

    /// <summary>All environments, page by page.</summary>
    /// <inheritdoc cref="ListEnvironmentsAsync"/>
    public IAsyncEnumerable<EnvironmentView> EnumerateEnvironmentsAsync(ListQuery? query = null, CancellationToken ct = default) =>
        FollowAsync(query?.Cursor, cursor => ListEnvironmentsAsync((query ?? new()) with { Cursor = cursor }, ct), page => (page.Items, page.NextCursor), ct);

    /// <summary>Makes an environment; the operator's.</summary>
    /// <param name="environment">Its fields.</param>
    /// <param name="idempotencyKey">Any text, so that sending again makes nothing twice; null for none.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<EnvironmentView>> CreateEnvironmentAsync(EnvironmentResource environment, string? idempotencyKey = null, CancellationToken ct = default) =>
        CreateAsync("environments", Body(environment, XeniosJson.Default.EnvironmentResource), idempotencyKey, XeniosJson.Default.EnvironmentView, ct);

    /// <summary>Shows an environment; the operator's.</summary>
    /// <param name="id">Slug or id.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<EnvironmentView>> ReadEnvironmentAsync(string id, CancellationToken ct = default) => ReadAsync(Path("environments", id), XeniosJson.Default.EnvironmentView, ct);

    /// <summary>Changes what is given of an environment; the operator's.</summary>
    /// <param name="id">Slug or id.</param>
    /// <param name="changes">The fields to set.</param>
    /// <param name="ifMatch">ETag of what is to be changed; null for whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<EnvironmentView>> ChangeEnvironmentAsync(string id, EnvironmentResource changes, string? ifMatch = null, CancellationToken ct = default) =>
        ChangeAsync(Path("environments", id), Patch(changes, XeniosJson.Default.EnvironmentResource), ifMatch, XeniosJson.Default.EnvironmentView, ct);

    /// <summary>Changes an environment by a merge patch, in which null removes; the operator's.</summary>
    /// <param name="id">Slug or id.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="ifMatch">ETag of what is to be changed; null for whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<EnvironmentView>> ChangeEnvironmentAsync(string id, JsonObject patch, string? ifMatch = null, CancellationToken ct = default) =>
        ChangeAsync(Path("environments", id), Patch(patch), ifMatch, XeniosJson.Default.EnvironmentView, ct);

    /// <summary>Shows the environment of the call.</summary>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<EnvironmentView>> ReadSettingsAsync(CancellationToken ct = default) => ReadAsync("settings", XeniosJson.Default.EnvironmentView, ct);

    /// <summary>Changes what is given of the environment of the call.</summary>
    /// <param name="changes">The fields to set.</param>
    /// <param name="ifMatch">ETag of what is to be changed; null for whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<EnvironmentView>> ChangeSettingsAsync(EnvironmentResource changes, string? ifMatch = null, CancellationToken ct = default) =>
        ChangeAsync("settings", Patch(changes, XeniosJson.Default.EnvironmentResource), ifMatch, XeniosJson.Default.EnvironmentView, ct);

    /// <summary>Changes the environment of the call by a merge patch, in which null removes.</summary>
    /// <param name="patch">The patch.</param>
    /// <param name="ifMatch">ETag of what is to be changed; null for whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<EnvironmentView>> ChangeSettingsAsync(JsonObject patch, string? ifMatch = null, CancellationToken ct = default) =>
        ChangeAsync("settings", Patch(patch), ifMatch, XeniosJson.Default.EnvironmentView, ct);

    /// <summary>A page of the applications.</summary>
    /// <param name="query">Which part.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<ApplicationList> ListApplicationsAsync(ListQuery? query = null, CancellationToken ct = default) => ListAsync("applications", query, XeniosJson.Default.ApplicationList, ct);

    /// <summary>All applications, page by page.</summary>
    /// <inheritdoc cref="ListApplicationsAsync"/>
    public IAsyncEnumerable<ApplicationView> EnumerateApplicationsAsync(ListQuery? query = null, CancellationToken ct = default) =>
        FollowAsync(query?.Cursor, cursor => ListApplicationsAsync((query ?? new()) with { Cursor = cursor }, ct), page => (page.Items, page.NextCursor), ct);

    /// <summary>Makes an application. A client secret that the server generates is in this answer alone.</summary>
    /// <param name="application">Its fields.</param>
    /// <param name="idempotencyKey">Any text, so that sending again makes nothing twice; null for none.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<ApplicationView>> CreateApplicationAsync(ApplicationResource application, string? idempotencyKey = null, CancellationToken ct = default) =>
        CreateAsync("applications", Body(application, XeniosJson.Default.ApplicationResource), idempotencyKey, XeniosJson.Default.ApplicationView, ct);

    /// <summary>Shows an application.</summary>
    /// <param name="clientId">Its <c>client_id</c>.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<ApplicationView>> ReadApplicationAsync(string clientId, CancellationToken ct = default) => ReadAsync(Path("applications", clientId), XeniosJson.Default.ApplicationView, ct);

    /// <summary>Changes what is given of an application.</summary>
    /// <param name="clientId">Its <c>client_id</c>.</param>
    /// <param name="changes">The fields to set.</param>
    /// <param name="ifMatch">ETag of what is to be changed; null for whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<ApplicationView>> ChangeApplicationAsync(string clientId, ApplicationResource changes, string? ifMatch = null, CancellationToken ct = default) =>
        ChangeAsync(Path("applications", clientId), Patch(changes, XeniosJson.Default.ApplicationResource), ifMatch, XeniosJson.Default.ApplicationView, ct);

    /// <summary>Changes an application by a merge patch, in which null removes.</summary>
    /// <param name="clientId">Its <c>client_id</c>.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="ifMatch">ETag of what is to be changed; null for whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<ApplicationView>> ChangeApplicationAsync(string clientId, JsonObject patch, string? ifMatch = null, CancellationToken ct = default) =>
        ChangeAsync(Path("applications", clientId), Patch(patch), ifMatch, XeniosJson.Default.ApplicationView, ct);

    /// <summary>Deletes an application, and with it what people allowed it.</summary>
    /// <param name="clientId">Its <c>client_id</c>.</param>
    /// <param name="ifMatch">ETag of what is to be deleted; null for whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    public Task DeleteApplicationAsync(string clientId, string? ifMatch = null, CancellationToken ct = default) => SendAsync(new(HttpMethod.Delete, Path("applications", clientId)) { IfMatch = ifMatch }, ct);

    /// <summary>Gives an application a new client secret, which is in this answer alone; the former one works for a while yet.</summary>
    /// <param name="clientId">Its <c>client_id</c>.</param>
    /// <param name="rotation">For how long.</param>
    /// <param name="idempotencyKey">Any text, so that sending again makes nothing twice; null for none.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<RotatedSecret> RotateApplicationSecretAsync(string clientId, SecretRotation? rotation = null, string? idempotencyKey = null, CancellationToken ct = default) =>
        SendAsync(
            new(HttpMethod.Post, Path("applications", clientId, "secret")) { Content = Body(rotation ?? new(), XeniosJson.Default.SecretRotation), IdempotencyKey = idempotencyKey }, XeniosJson.Default.RotatedSecret, ct);

    /// <summary>Offers a connection in the first step of an application's login flow.</summary>
    /// <param name="clientId">The application's <c>client_id</c>.</param>
    /// <param name="connection">The connection's slug.</param>
    /// <param name="ct">Ends the call.</param>
    public Task ConnectApplicationAsync(string clientId, string connection, CancellationToken ct = default) => SendAsync(new(HttpMethod.Put, Path("applications", clientId, "connections", connection)), ct);

    /// <summary>Offers a connection no longer; the last way in is refused.</summary>
    /// <inheritdoc cref="ConnectApplicationAsync"/>
    public Task DisconnectApplicationAsync(string clientId, string connection, CancellationToken ct = default) => SendAsync(new(HttpMethod.Delete, Path("applications", clientId, "connections", connection)), ct);

    /// <summary>A page of the login flows of all applications.</summary>
    /// <param name="query">Which part.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<LoginFlowList> ListLoginFlowsAsync(ListQuery? query = null, CancellationToken ct = default) => ListAsync("login-flows", query, XeniosJson.Default.LoginFlowList, ct);

    /// <summary>All login flows, page by page.</summary>
    /// <inheritdoc cref="ListLoginFlowsAsync"/>
    public IAsyncEnumerable<LoginFlowView> EnumerateLoginFlowsAsync(ListQuery? query = null, CancellationToken ct = default) =>
        FollowAsync(query?.Cursor, cursor => ListLoginFlowsAsync((query ?? new()) with { Cursor = cursor }, ct), page => (page.Items, page.NextCursor), ct);

    /// <summary>Shows the login flow of an application.</summary>
    /// <param name="clientId">Its <c>client_id</c>.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<LoginFlowView>> ReadLoginFlowAsync(string clientId, CancellationToken ct = default) => ReadAsync(Path("login-flows", clientId), XeniosJson.Default.LoginFlowView, ct);

    /// <summary>Changes the login flow of an application; no steps offer every connection.</summary>
    /// <param name="clientId">Its <c>client_id</c>.</param>
    /// <param name="flow">The steps.</param>
    /// <param name="ifMatch">ETag of what is to be changed; null for whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<LoginFlowView>> ChangeLoginFlowAsync(string clientId, LoginFlowResource flow, string? ifMatch = null, CancellationToken ct = default) =>
        ChangeAsync(
            Path("login-flows", clientId), flow.Steps is null ? Patch(new JsonObject { ["steps"] = null }) : Patch(flow, XeniosJson.Default.LoginFlowResource), ifMatch, XeniosJson.Default.LoginFlowView, ct);

    /// <summary>A page of the connections.</summary>
    /// <param name="query">Which part.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<ConnectionList> ListConnectionsAsync(ListQuery? query = null, CancellationToken ct = default) => ListAsync("connections", query, XeniosJson.Default.ConnectionList, ct);

    /// <summary>All connections, page by page.</summary>
    /// <inheritdoc cref="ListConnectionsAsync"/>
    public IAsyncEnumerable<ConnectionView> EnumerateConnectionsAsync(ListQuery? query = null, CancellationToken ct = default) =>
        FollowAsync(query?.Cursor, cursor => ListConnectionsAsync((query ?? new()) with { Cursor = cursor }, ct), page => (page.Items, page.NextCursor), ct);

    /// <summary>Makes a connection.</summary>
    /// <param name="connection">Its fields.</param>
    /// <param name="idempotencyKey">Any text, so that sending again makes nothing twice; null for none.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<ConnectionView>> CreateConnectionAsync(ConnectionResource connection, string? idempotencyKey = null, CancellationToken ct = default) =>
        CreateAsync("connections", Body(connection, XeniosJson.Default.ConnectionResource), idempotencyKey, XeniosJson.Default.ConnectionView, ct);

    /// <summary>Shows a connection.</summary>
    /// <param name="id">Slug or <c>connection_id</c>.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<ConnectionView>> ReadConnectionAsync(string id, CancellationToken ct = default) => ReadAsync(Path("connections", id), XeniosJson.Default.ConnectionView, ct);

    /// <summary>Changes what is given of a connection.</summary>
    /// <param name="id">Slug or <c>connection_id</c>.</param>
    /// <param name="changes">The fields to set.</param>
    /// <param name="force">Whether it is switched off although an application then has no way in.</param>
    /// <param name="ifMatch">ETag of what is to be changed; null for whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<ConnectionView>> ChangeConnectionAsync(string id, ConnectionResource changes, bool force = false, string? ifMatch = null, CancellationToken ct = default) =>
        ChangeAsync(Query(Path("connections", id), [("force", force ? "true" : null)]), Patch(changes, XeniosJson.Default.ConnectionResource), ifMatch, XeniosJson.Default.ConnectionView, ct);

    /// <summary>Changes a connection by a merge patch, in which null removes.</summary>
    /// <param name="id">Slug or <c>connection_id</c>.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="force">Whether it is switched off although an application then has no way in.</param>
    /// <param name="ifMatch">ETag of what is to be changed; null for whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<ConnectionView>> ChangeConnectionAsync(string id, JsonObject patch, bool force = false, string? ifMatch = null, CancellationToken ct = default) =>
        ChangeAsync(Query(Path("connections", id), [("force", force ? "true" : null)]), Patch(patch), ifMatch, XeniosJson.Default.ConnectionView, ct);

    /// <summary>Deletes a connection, as its <c>policy.on_connection_delete</c> says.</summary>
    /// <param name="id">Slug or <c>connection_id</c>.</param>
    /// <param name="force">Whether it is deleted although applications name it.</param>
    /// <param name="ifMatch">ETag of what is to be deleted; null for whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    public Task DeleteConnectionAsync(string id, bool force = false, string? ifMatch = null, CancellationToken ct = default) =>
        SendAsync(new(HttpMethod.Delete, Query(Path("connections", id), [("force", force ? "true" : null)])) { IfMatch = ifMatch }, ct);

    /// <summary>The callback addresses of a connection, to enter at the provider.</summary>
    /// <param name="id">Slug or <c>connection_id</c>.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<CallbackList> ListConnectionCallbacksAsync(string id, CancellationToken ct = default) => GetAsync(Path("connections", id, "callbacks"), XeniosJson.Default.CallbackList, ct);

    /// <summary>The keys that sign tokens.</summary>
    /// <param name="ct">Ends the call.</param>
    public Task<SigningKeyList> ListKeysAsync(CancellationToken ct = default) => GetAsync("keys", XeniosJson.Default.SigningKeyList, ct);

    /// <summary>Publishes the next keys; they sign after the overlap.</summary>
    /// <param name="idempotencyKey">Any text, so that sending again makes nothing twice; null for none.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<SigningKeyList> RotateKeysAsync(string? idempotencyKey = null, CancellationToken ct = default) =>
        SendAsync(new(HttpMethod.Post, "keys/rotate") { IdempotencyKey = idempotencyKey }, XeniosJson.Default.SigningKeyList, ct);

    private Task<T> ListAsync<T>(string path, ListQuery? query, JsonTypeInfo<T> json, CancellationToken ct) => GetAsync(Query(path, query?.Parameters ?? []), json, ct);

    private Task<Tagged<T>> ReadAsync<T>(string path, JsonTypeInfo<T> json, CancellationToken ct) => SendTaggedAsync(new(HttpMethod.Get, path), json, ct);

    private Task<Tagged<T>> CreateAsync<T>(string path, HttpContent body, string? idempotencyKey, JsonTypeInfo<T> json, CancellationToken ct) =>
        SendTaggedAsync(new(HttpMethod.Post, path) { Content = body, IdempotencyKey = idempotencyKey }, json, ct);

    private Task<Tagged<T>> ChangeAsync<T>(string path, HttpContent patch, string? ifMatch, JsonTypeInfo<T> json, CancellationToken ct) =>
        SendTaggedAsync(new(HttpMethod.Patch, path) { Content = patch, IfMatch = ifMatch }, json, ct);
}
