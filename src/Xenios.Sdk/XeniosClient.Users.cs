using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Xenios.Sdk;

/// <content>Users.</content>
public sealed partial class XeniosClient
{
    private const int ExportedAtOnce = 500;

    /// <summary>A page of the users.</summary>
    /// <param name="query">Which.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<UserList> ListUsersAsync(UserQuery? query = null, CancellationToken ct = default) => ListAsync("users", query, XeniosJson.Default.UserList, ct);

    /// <summary>All users, page by page.</summary>
    /// <inheritdoc cref="ListUsersAsync"/>
    public IAsyncEnumerable<UserView> EnumerateUsersAsync(UserQuery? query = null, CancellationToken ct = default) =>
        FollowAsync(query?.Cursor, cursor => ListUsersAsync((query ?? new()) with { Cursor = cursor }, ct), page => (page.Items, page.NextCursor), ct);

    /// <summary>Makes a user.</summary>
    /// <param name="user">Its fields.</param>
    /// <param name="idempotencyKey">Any text, so that sending again makes nothing twice; null for none.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<UserView>> CreateUserAsync(UserResource user, string? idempotencyKey = null, CancellationToken ct = default) =>
        CreateAsync("users", Body(user, XeniosJson.Default.UserResource), idempotencyKey, XeniosJson.Default.UserView, ct);

    /// <summary>Shows a user.</summary>
    /// <param name="id">User id.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<UserView>> ReadUserAsync(string id, CancellationToken ct = default) => ReadAsync(Path("users", id), XeniosJson.Default.UserView, ct);

    /// <summary>Changes what is given of a user.</summary>
    /// <param name="id">User id.</param>
    /// <param name="changes">The fields to set.</param>
    /// <param name="ifMatch">ETag of what is to be changed; null for whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<UserView>> ChangeUserAsync(string id, UserResource changes, string? ifMatch = null, CancellationToken ct = default) =>
        ChangeAsync(Path("users", id), Patch(changes, XeniosJson.Default.UserResource), ifMatch, XeniosJson.Default.UserView, ct);

    /// <summary>Changes a user by a merge patch, in which null removes.</summary>
    /// <param name="id">User id.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="ifMatch">ETag of what is to be changed; null for whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<Tagged<UserView>> ChangeUserAsync(string id, JsonObject patch, string? ifMatch = null, CancellationToken ct = default) =>
        ChangeAsync(Path("users", id), Patch(patch), ifMatch, XeniosJson.Default.UserView, ct);

    /// <summary>Deletes a user with everything that is held about the person.</summary>
    /// <param name="id">User id.</param>
    /// <param name="ifMatch">ETag of what is to be deleted; null for whatever is there.</param>
    /// <param name="ct">Ends the call.</param>
    public Task DeleteUserAsync(string id, string? ifMatch = null, CancellationToken ct = default) => SendAsync(new(HttpMethod.Delete, Path("users", id)) { IfMatch = ifMatch }, ct);

    /// <summary>Identities that are connected with a user.</summary>
    /// <param name="id">User id.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<IdentityList> ListIdentitiesAsync(string id, CancellationToken ct = default) => GetAsync(Path("users", id, "identities"), XeniosJson.Default.IdentityList, ct);

    /// <summary>Connects an identity with a user.</summary>
    /// <param name="id">User id.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="idempotencyKey">Any text, so that sending again makes nothing twice; null for none.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<IdentityView> LinkIdentityAsync(string id, IdentityResource identity, string? idempotencyKey = null, CancellationToken ct = default) =>
        SendAsync(new(HttpMethod.Post, Path("users", id, "identities")) { Content = Body(identity, XeniosJson.Default.IdentityResource), IdempotencyKey = idempotencyKey }, XeniosJson.Default.IdentityView, ct);

    /// <summary>Disconnects an identity; the last way in is refused.</summary>
    /// <param name="id">User id.</param>
    /// <param name="identity">Id of the identity.</param>
    /// <param name="ct">Ends the call.</param>
    public Task UnlinkIdentityAsync(string id, string identity, CancellationToken ct = default) => SendAsync(new(HttpMethod.Delete, Path("users", id, "identities", identity)), ct);

    /// <summary>Handles that an identity had, the newest first.</summary>
    /// <inheritdoc cref="UnlinkIdentityAsync"/>
    public Task<HandleList> ListHandlesAsync(string id, string identity, CancellationToken ct = default) => GetAsync(Path("users", id, "identities", identity, "handles"), XeniosJson.Default.HandleList, ct);

    /// <summary>Browsers in which a user is signed in.</summary>
    /// <param name="id">User id.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<SessionList> ListSessionsAsync(string id, CancellationToken ct = default) => GetAsync(Path("users", id, "sessions"), XeniosJson.Default.SessionList, ct);

    /// <summary>Ends every session of a user, and the grants that began in them.</summary>
    /// <param name="id">User id.</param>
    /// <param name="ct">Ends the call.</param>
    public Task EndSessionsAsync(string id, CancellationToken ct = default) => SendAsync(new(HttpMethod.Delete, Path("users", id, "sessions")), ct);

    /// <summary>Ends a session, and the grants that began in it.</summary>
    /// <param name="id">User id.</param>
    /// <param name="session">Id of the session.</param>
    /// <param name="ct">Ends the call.</param>
    public Task EndSessionAsync(string id, string session, CancellationToken ct = default) => SendAsync(new(HttpMethod.Delete, Path("users", id, "sessions", session)), ct);

    /// <summary>Everything that is held about a person, without secrets.</summary>
    /// <param name="id">User id.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<UserExport> ExportUserAsync(string id, CancellationToken ct = default) => GetAsync(Path("users", id, "export"), XeniosJson.Default.UserExport, ct);

    /// <summary>Imports users: each is stored or refused by itself.</summary>
    /// <param name="users">At most 1,000.</param>
    /// <param name="dryRun">Whether nothing is kept.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<ImportResult> ImportUsersAsync(IEnumerable<UserImport> users, bool dryRun = false, CancellationToken ct = default)
    {
        var lines = new StringBuilder();
        foreach (var user in users)
        {
            lines.Append(JsonSerializer.Serialize(user, XeniosJson.Default.UserImport)).Append('\n');
        }

        return ImportUsersAsync(lines.ToString(), dryRun, ct);
    }

    /// <summary>Imports users as they stand in a file: one JSON object a line.</summary>
    /// <param name="lines">At most 1,000 lines and 4 MiB.</param>
    /// <param name="dryRun">Whether nothing is kept.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<ImportResult> ImportUsersAsync(string lines, bool dryRun = false, CancellationToken ct = default) => SendAsync(
        new(HttpMethod.Post, "users/import") { Content = Body(Encoding.UTF8.GetBytes(lines), Lines), IsLong = true, IsDryRun = dryRun }, XeniosJson.Default.ImportResult, ct);

    /// <summary>All users, without secrets, in the form in which they can be imported.</summary>
    /// <param name="ct">Ends the calls.</param>
    public async IAsyncEnumerable<UserImport> ExportUsersAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        string? cursor = null;
        do
        {
            var path = Query("users/export", [("limit", ExportedAtOnce.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("cursor", cursor)]);
            var page = await SendAsync(new(HttpMethod.Get, path) { Accept = Lines }, ct).ConfigureAwait(false);
            foreach (var line in page.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                yield return Read(page with { Body = line }, XeniosJson.Default.UserImport);
            }

            // Only the cursor of the next page is taken from the answer, never its address.
            cursor = page.Link?.Split('>')[0].Split("cursor=") is [_, { Length: > 0 } next] ? Uri.UnescapeDataString(next.Split('&')[0]) : null;
        }
        while (cursor is not null);
    }
}
