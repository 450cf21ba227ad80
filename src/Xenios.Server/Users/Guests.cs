using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Connections;
using Xenios.Server.Connectors;
using Xenios.Server.Hosting;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>What is remembered of somebody without a local account.</summary>
internal sealed record GuestClaims
{
    /// <summary>Attributes, as a user's.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Address the upstream gave; null for none.</summary>
    public string? Email { get; init; }

    /// <summary>Whether the connection's word about it counts.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>Numeric id at X; null for another kind of upstream.</summary>
    public string? XId { get; init; }

    /// <summary>Handle at X.</summary>
    public string? XHandle { get; init; }
}

/// <summary>
/// People who are signed in without a local account (<c>jit: off</c>, <c>on_no_match: pass_through</c>, <c>local_subject: disabled</c>): a subject that is the
/// same each time, and a sealed note of what tokens may say, which goes with their last session and refresh token.
/// </summary>
internal sealed class Guests(Database database, Vault vault, TimeProvider time)
{
    private const string UserPrefix = "usr_";
    private const string SubjectPrefix = "fed_";
    private const int KeySize = 32;
    private const string SelectKey = "SELECT subject_key_sealed FROM environments WHERE environment_id = @environment";

    // Longer than any session or access token; refresh tokens keep the note alive by themselves.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(2);

    /// <summary>Whether a subject is nobody's local account. No id of ours can be mistaken for one, nor the other way round.</summary>
    /// <param name="subject">A <c>sub</c>.</param>
    public static bool IsGuest(string subject) => !subject.StartsWith(UserPrefix, StringComparison.Ordinal);

    /// <summary>The subject that somebody would have as a guest, whether or not they are one yet: at most one read.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="connection">The connection the person came by.</param>
    /// <param name="identity">Who came back.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Null while nobody in this environment has been a guest: then nobody is known by such a subject.</returns>
    public async Task<string?> SubjectAsync(string environment, Connection connection, ExternalIdentity identity, CancellationToken ct)
    {
        if (IsExternal(connection, identity))
        {
            return identity.Subject;
        }

        var stored = await database.ReadAsync(db => db.ExecuteScalarAsync<byte[]?>(SelectKey, new { environment }), ct);
        return stored is null ? null : Subject(vault.Open(KeyPurpose(environment), stored), connection.Id, identity);
    }

    /// <summary>Notes what is known of a guest now.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="connection">The connection the person came by.</param>
    /// <param name="identity">Who came back.</param>
    /// <param name="user">Local account behind it, which may be blocked; null for none.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>The subject.</returns>
    public async Task<string> WriteAsync(string environment, Connection connection, ExternalIdentity identity, string? user, WriteScope scope)
    {
        var subject = IsExternal(connection, identity)
            ? identity.Subject
            : Subject(await KeyAsync(environment, scope), connection.Id, identity);
        var isX = identity.Connector == "x";
        var claims = new GuestClaims
        {
            Attributes = connection.Attributes.ApplyAll(identity),
            Email = EmailAddress.Parse(identity.Email)?.Text,
            EmailVerified = AccountRules.IsTrusted(connection.Policy, identity.EmailVerified),
            XId = isX ? identity.Subject : null,
            XHandle = isX ? identity.Handle : null,
        };
        var now = time.GetUtcNow();
        await scope.Connection.ExecuteAsync(
            """
            INSERT INTO guests (environment_id, subject, user_id, claims_sealed, updated_at, ends_at) VALUES (@environment, @subject, @user, @claims, @now, @ends)
            ON CONFLICT (environment_id, subject) DO UPDATE SET
                user_id = excluded.user_id, claims_sealed = excluded.claims_sealed, updated_at = excluded.updated_at, ends_at = excluded.ends_at
            """,
            new
            {
                environment,
                subject,
                user,
                claims = vault.Seal(Purpose(environment, subject), JsonSerializer.SerializeToUtf8Bytes(claims, GuestJson.Default.GuestClaims)),
                now = now.ToUnixTimeMilliseconds(),
                ends = (now + Kept).ToUnixTimeMilliseconds(),
            },
            scope.Transaction);
        return subject;
    }

    /// <summary>Reads what may be said about a guest: one read, with everything that could forbid saying it.</summary>
    /// <inheritdoc cref="UserClaims.FindAsync(string, string, string?, string, CancellationToken, string?)"/>
    public async Task<PersonClaims?> FindAsync(DbConnection connection, DbTransaction? transaction, string environment, string subject, string? session, string grant, string? token)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            """
            SELECT COALESCE(u.status, CASE WHEN g.user_id IS NULL THEN 'active' ELSE 'blocked' END) AS Status, g.claims_sealed AS Sealed, g.updated_at AS UpdatedAt,
                   CASE WHEN EXISTS (SELECT 1 FROM sessions s WHERE s.environment_id = @environment AND s.session_id = @session AND s.expires_at > @now) THEN 1 ELSE 0 END AS SessionLives,
                   CASE WHEN EXISTS (SELECT 1 FROM ephemeral e WHERE e.environment_id = @environment AND e.kind = @kind AND e.key_hash IN (@hash, @tokenHash)) THEN 1 ELSE 0 END AS GrantRevoked
            FROM guests g LEFT JOIN users u ON u.environment_id = g.environment_id AND u.user_id = g.user_id
            WHERE g.environment_id = @environment AND g.subject = @subject
            """,
            new { environment, subject, session, now = time.GetUtcNow().ToUnixTimeMilliseconds(), kind = RevokedGrants.Kind.Name, hash = Secrets.KeyOf(grant), tokenHash = Secrets.KeyOf(token ?? grant) },
            transaction);
        if (row is null)
        {
            return null;
        }

        var claims = JsonSerializer.Deserialize(vault.Open(Purpose(environment, subject), row.Sealed), GuestJson.Default.GuestClaims)!;
        return new PersonClaims
        {
            Status = row.Status,
            Email = claims.Email,
            EmailVerified = claims.EmailVerified ? 1 : 0,
            Attributes = AccountWriter.WriteAttributes(claims.Attributes),
            UpdatedAt = row.UpdatedAt,
            XId = claims.XId,
            XHandle = claims.XHandle,
            SessionLives = row.SessionLives,
            GrantRevoked = row.GrantRevoked,
        };
    }

    private static bool IsExternal(Connection connection, ExternalIdentity identity) =>
        connection.Policy.FederatedSubject == FederatedSubject.External && !IsOurs(identity.Subject);

    private static bool IsOurs(string subject) =>
        !IsGuest(subject) || subject.StartsWith(SubjectPrefix, StringComparison.Ordinal) || subject.Contains(':', StringComparison.Ordinal);

    // Per connection, so that two upstreams never make one person by using one number.
    private static string Subject(byte[] key, string connection, ExternalIdentity identity) =>
        SubjectPrefix + System.Buffers.Text.Base64Url.EncodeToString(
            HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{connection}\n{identity.Issuer}\n{identity.Subject}")).AsSpan(0, 18));

    private static string Purpose(string environment, string subject) => $"guest|{environment}|{subject}";

    private static string KeyPurpose(string environment) => $"subject-key|{environment}";

    // Made once and never changed, unlike the sealing key: a subject must not change when an operator rotates that.
    private async Task<byte[]> KeyAsync(string environment, WriteScope scope)
    {
        var purpose = KeyPurpose(environment);
        await scope.Connection.ExecuteAsync(
            "UPDATE environments SET subject_key_sealed = @fresh WHERE environment_id = @environment AND subject_key_sealed IS NULL",
            new { environment, fresh = vault.Seal(purpose, RandomNumberGenerator.GetBytes(KeySize)) },
            scope.Transaction);
        var stored = await scope.Connection.ExecuteScalarAsync<byte[]>(SelectKey, new { environment }, scope.Transaction);
        return vault.Open(purpose, stored!);
    }

    private sealed class Row
    {
        public string Status { get; init; } = "";

        public byte[] Sealed { get; init; } = [];

        public long UpdatedAt { get; init; }

        public long SessionLives { get; init; }

        public long GrantRevoked { get; init; }
    }
}

/// <summary>How notes about guests are written before they are sealed.</summary>
[JsonSerializable(typeof(GuestClaims))]
internal sealed partial class GuestJson : JsonSerializerContext;
