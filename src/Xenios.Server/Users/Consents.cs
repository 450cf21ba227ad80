using Dapper;
using Xenios.Protocol;
using Xenios.Protocol.Authorize;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>What people allowed applications: scopes by API. A yes is remembered until it is taken back, and covers as much or less, never more.</summary>
internal sealed class Consents(Database database, TimeProvider time)
{
    /// <summary>What a person allowed an application: one read.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">The person's <c>sub</c>: user id or guest's subject.</param>
    /// <param name="client">The application's <c>client_id</c>.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Scopes by API, <see cref="ConsentRules.NoResource"/> for none.</returns>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> FindAsync(string environment, string user, string client, CancellationToken ct) => database.ReadAsync(
        async db =>
        {
            var rows = await db.QueryAsync<(string Resource, string Scopes)>(
                "SELECT resource, scopes FROM consents WHERE environment_id = @environment AND user_id = @user AND client_id = @client",
                new { environment, user, client });
            return (IReadOnlyDictionary<string, IReadOnlyList<string>>)rows.ToDictionary(row => row.Resource, row => Scopes.Split(row.Scopes), StringComparer.Ordinal);
        },
        ct);

    /// <summary>Remembers a yes, beside what was allowed before.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">The person's <c>sub</c>: user id or guest's subject.</param>
    /// <param name="client">The application's <c>client_id</c>.</param>
    /// <param name="given">What the person said yes to.</param>
    /// <param name="scope">The transaction.</param>
    public async Task GrantAsync(string environment, string user, string client, ConsentNeed given, WriteScope scope)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var resource in ConsentRules.ResourcesOf(given))
        {
            var held = await scope.Connection.ExecuteScalarAsync<string?>(
                "SELECT scopes FROM consents WHERE environment_id = @environment AND user_id = @user AND client_id = @client AND resource = @resource",
                new { environment, user, client, resource },
                scope.Transaction);
            await scope.Connection.ExecuteAsync(
                """
                INSERT INTO consents (environment_id, user_id, client_id, resource, scopes, granted_at, updated_at)
                VALUES (@environment, @user, @client, @resource, @scopes, @now, @now)
                ON CONFLICT (environment_id, user_id, client_id, resource) DO UPDATE SET scopes = excluded.scopes, updated_at = excluded.updated_at
                """,
                new { environment, user, client, resource, scopes = string.Join(' ', Scopes.Split(held).Union(given.Scopes, StringComparer.Ordinal)), now },
                scope.Transaction);
        }
    }
}
