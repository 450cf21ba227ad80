using System.Data.Common;
using Dapper;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Management;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.Administrators;

/// <summary>A user who looks after this server.</summary>
/// <param name="UserId">User id, in the default environment.</param>
/// <param name="Email">Address; null for none.</param>
/// <param name="Username">User name; null for none.</param>
/// <param name="Attributes">The user's attributes as JSON.</param>
/// <param name="Status"><c>active</c> or <c>blocked</c>.</param>
/// <param name="MaySignIn">Whether the person can sign in to the console (<see cref="UserRow.MayEnterByPassword"/>).</param>
/// <param name="AddedBy">Who added the administrator, as the audit log names callers.</param>
/// <param name="CreatedAt">Since when, in milliseconds.</param>
internal sealed record Administrator(string UserId, string? Email, string? Username, string Attributes, string Status, bool MaySignIn, string AddedBy, long CreatedAt)
{
    /// <summary>As the audit log names the person as a caller and as a target.</summary>
    public string Target => TargetOf(UserId);

    /// <summary>Name as people read it; null where the user has none.</summary>
    public string? Name => AccountLookup.ReadAttributes(Attributes).GetValueOrDefault("name") ?? Username;

    /// <summary>As the audit log names an administrator.</summary>
    /// <param name="user">User id.</param>
    public static string TargetOf(string user) => $"administrator:{user}";

    /// <summary>The administrator as the management API shows it.</summary>
    public AdministratorView ToView() => new()
    {
        UserId = UserId,
        Name = Name,
        Email = Email,
        Status = Status == "active" ? UserStatus.Active : UserStatus.Blocked,
        MaySignIn = MaySignIn,
        Since = UserRow.Time(CreatedAt),
        AddedBy = AddedBy,
    };
}

/// <summary>The table <c>administrators</c>: users of the default environment who may do everything (decision 10).</summary>
internal sealed class AdministratorStore(Database database)
{
    /// <summary>Most administrators of a server.</summary>
    public const int Most = 100;

    /// <summary>Code of the refusal that keeps somebody able to sign in to the console.</summary>
    public const string LastAdministrator = "last_administrator";

    private const string Columns =
        $"""
        SELECT a.user_id, u.email, u.username, u.attributes, u.status, CASE WHEN {UserRow.EntersByPassword} THEN 1 ELSE 0 END, a.added_by, a.created_at
        FROM administrators a JOIN users u ON u.environment_id = a.environment_id AND u.user_id = a.user_id
        """;

    private const string CountAble =
        $"""
        SELECT COUNT(*) FROM administrators a JOIN users u ON u.environment_id = a.environment_id AND u.user_id = a.user_id
        WHERE a.environment_id = @environment AND {UserRow.EntersByPassword} AND a.user_id <> @except
        """;

    private static readonly Statement One = new($"{Columns} WHERE a.environment_id = $1 AND a.user_id = $2");

    /// <summary>One administrator: one read.</summary>
    /// <param name="environment">Id of the default environment; another one has none.</param>
    /// <param name="user">User id.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Null for everybody else.</returns>
    public Task<Administrator?> FindAsync(string environment, string user, CancellationToken ct) => database.FirstAsync(One, Read, ct, environment, user);

    /// <summary>One administrator, as part of a transaction.</summary>
    /// <param name="environment">Id of the default environment; another one has none.</param>
    /// <param name="user">User id.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>Null for everybody else.</returns>
    public static Task<Administrator?> FindAsync(string environment, string user, WriteScope scope) => scope.FirstAsync(One, Read, environment, user);

    /// <summary>All of them, the first one first.</summary>
    /// <param name="environment">Id of the default environment.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<IReadOnlyList<Administrator>> ListAsync(string environment, CancellationToken ct) => database.ReadAsync(
        async connection =>
        {
            await using var row = await connection.ExecuteReaderAsync($"{Columns} WHERE a.environment_id = @environment ORDER BY a.created_at, a.user_id LIMIT {Most}", new { environment });
            var all = new List<Administrator>();
            while (await row.ReadAsync(ct))
            {
                all.Add(Read(row));
            }

            return (IReadOnlyList<Administrator>)all;
        },
        ct);

    /// <summary>Whether there is one who can sign in to the console (<see cref="UserRow.MayEnterByPassword"/>).</summary>
    /// <param name="environment">Id of the default environment.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<bool> IsAnyAsync(string environment, CancellationToken ct) =>
        database.ReadAsync(async connection => await connection.ExecuteScalarAsync<long>(CountAble, new { environment, except = "" }) > 0, ct);

    /// <summary>How many there are, blocked ones too.</summary>
    /// <param name="environment">Id of the default environment.</param>
    /// <param name="scope">The transaction.</param>
    public static Task<long> CountAsync(string environment, WriteScope scope) =>
        scope.Connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM administrators WHERE environment_id = @environment", new { environment }, scope.Transaction);

    /// <summary>
    /// Makes a user an administrator, which ends every setup link. As long as the row is there, the mailbox alone does not open the account, and nothing is connected
    /// with it without a sign-in (<see cref="AccountLookup"/>, <see cref="IdentityWriter"/>; threats, invariant 2).
    /// </summary>
    /// <param name="environment">Id of the default environment.</param>
    /// <param name="user">User id; its row is held.</param>
    /// <param name="addedBy">Who does it, as the audit log names callers.</param>
    /// <param name="now">The present.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>False when the user is one already.</returns>
    public static async Task<bool> AddAsync(string environment, string user, string addedBy, DateTimeOffset now, WriteScope scope)
    {
        var isNew = await scope.Connection.ExecuteAsync(
            "INSERT INTO administrators (environment_id, user_id, added_by, created_at) VALUES (@environment, @user, @addedBy, @now) ON CONFLICT DO NOTHING",
            new { environment, user, addedBy, now = now.ToUnixTimeMilliseconds() },
            scope.Transaction) == 1;
        if (isNew)
        {
            await SetupLinks.EndAsync(environment, scope);
        }

        return isNew;
    }

    /// <summary>Takes the right away.</summary>
    /// <param name="environment">Id of the default environment.</param>
    /// <param name="user">User id.</param>
    /// <param name="scope">The transaction.</param>
    public static Task RemoveAsync(string environment, string user, WriteScope scope) =>
        scope.Connection.ExecuteAsync("DELETE FROM administrators WHERE environment_id = @environment AND user_id = @user", new { environment, user }, scope.Transaction);

    /// <summary>What stands against a change of a user because of who it is: an account that opens the whole server is not for a token of one environment to change (threats L02).</summary>
    /// <param name="caller">Who changes it.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="scope">The transaction.</param>
    public static async Task<Problem?> GuardAsync(Caller caller, string environment, string user, WriteScope scope) =>
        caller.IsOperator || await FindAsync(environment, user, scope) is null ? null : Foreign;

    /// <summary>
    /// The same for a change that may end who can sign in: the last administrator who can stays able to. Whatever blocks, removes or locks out an administrator goes
    /// by here, so here the setup links end: nobody comes back in by one that was made before (threats L03).
    /// </summary>
    /// <param name="caller">Who changes it.</param>
    /// <param name="environment">Environment id.</param>
    /// <param name="before">The user as it was read in this transaction.</param>
    /// <param name="after">The user as it is to be; null where the account, or the right, is to be gone.</param>
    /// <param name="scope">The transaction, which holds the environment (<see cref="AuditLog.HoldAsync(string, WriteScope)"/>): of two who end the last two at once, the second is refused.</param>
    /// <returns>Null where nothing stands against it; <c>forbidden</c>, or <see cref="LastAdministrator"/>: the change must not be written then.</returns>
    public static async Task<Problem?> GuardAsync(Caller caller, string environment, UserRow before, UserRow? after, WriteScope scope)
    {
        var ends = after is null || (before.MayEnterByPassword && !after.MayEnterByPassword);
        if ((caller.IsOperator && !ends && after!.Status == before.Status) || await FindAsync(environment, before.Id, scope) is null)
        {
            return null;
        }

        if (!caller.IsOperator)
        {
            return Foreign;
        }

        if (ends && await scope.Connection.ExecuteScalarAsync<long>(CountAble, new { environment, except = before.Id }, scope.Transaction) == 0)
        {
            return Problem.Conflict(LastAdministrator, "This is the last administrator who can sign in. Add another one first: xenios admin create EMAIL --password-stdin");
        }

        await SetupLinks.EndAsync(environment, scope);
        return null;
    }

    private static Problem Foreign => Problem.Forbidden("This is an administrator's account: only administrators and the operator change it.");

    private static Administrator Read(DbDataReader row) => new(
        row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt32(5) == 1,
        row.GetString(6), row.GetInt64(7));
}
