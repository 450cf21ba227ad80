using System.Text.Json;
using Dapper;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>An identity that is linked already, with what a sign-in may have to refresh.</summary>
internal sealed class LinkedAccount
{
    /// <summary>Identity id.</summary>
    public string IdentityId { get; init; } = "";

    /// <summary>User id.</summary>
    public string UserId { get; init; } = "";

    /// <summary><c>active</c> or <c>blocked</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Stored handle.</summary>
    public string? Handle { get; init; }

    /// <summary>Stored address of the identity.</summary>
    public string? Email { get; init; }

    /// <summary>Confirmed address of the account; null without one.</summary>
    public string? ConfirmedEmail { get; init; }

    /// <summary>1 when any address of the person is known, confirmed or given by an upstream.</summary>
    public long KnowsEmail { get; init; }

    /// <summary>Whether any address of the person is known.</summary>
    public bool HasEmail => KnowsEmail == 1;

    /// <summary>The user's attributes as JSON.</summary>
    public string Attributes { get; init; } = "{}";
}

/// <summary>Finds whom an identity or an address belongs to.</summary>
internal sealed class AccountLookup(Database database)
{
    /// <summary>The account of an external identity: one read.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="connection">Connection id.</param>
    /// <param name="issuer">Upstream issuer.</param>
    /// <param name="subject">Upstream subject.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<LinkedAccount?> FindAsync(string environment, string connection, string issuer, string subject, CancellationToken ct) => database.ReadAsync(
        db => db.QuerySingleOrDefaultAsync<LinkedAccount>(
            """
            SELECT i.identity_id AS IdentityId, i.user_id AS UserId, i.handle AS Handle, i.email AS Email, u.status AS Status, u.attributes AS Attributes,
                   CASE WHEN u.email_verified = 1 THEN u.email END AS ConfirmedEmail,
                   CASE WHEN u.email IS NOT NULL OR EXISTS (
                       SELECT 1 FROM linked_identities o WHERE o.environment_id = u.environment_id AND o.user_id = u.user_id AND o.email IS NOT NULL) THEN 1 ELSE 0 END AS KnowsEmail
            FROM linked_identities i JOIN users u ON u.environment_id = i.environment_id AND u.user_id = i.user_id
            WHERE i.environment_id = @environment AND i.connection_id = @connection AND i.issuer = @issuer AND i.subject = @subject
            """,
            new { environment, connection, issuer, subject }),
        ct);

    /// <summary>Whether a user holds an address as confirmed: one read.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="email">The address.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<bool> IsConfirmedAsync(string environment, EmailAddress email, CancellationToken ct) => database.ReadAsync(
        async db => await db.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM users WHERE environment_id = @environment AND email_key = @Key AND email_verified = 1", new { environment, email.Key }) > 0,
        ct);

    /// <summary>Reads stored attributes.</summary>
    /// <param name="json">The column.</param>
    public static IReadOnlyDictionary<string, string> ReadAttributes(string json) =>
        JsonSerializer.Deserialize(json, UserJson.Default.DictionaryStringString) ?? [];
}
