using System.Data.Common;
using Dapper;
using Xenios.Server.Sessions;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>Writes users at an administrator's wish; sign-ins write by <see cref="AccountWriter"/>.</summary>
internal sealed class UserWriter(SignOut signOut, TimeProvider time)
{
    private const string UniqueViolation = "23505";

    /// <summary>What makes a name of no use for a user; each stands in an answer.</summary>
    public const string UsernameTaken = "username_taken";

    /// <summary>The confirmed address belongs to another user.</summary>
    public const string EmailTaken = "email_taken";

    /// <summary>Holds a user's row until the end of the transaction, so that what is read from now on is still so when it is written.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>The user; null when there is none in this environment.</returns>
    public static async Task<UserRow?> HoldAsync(string environment, string user, WriteScope scope) =>
        await scope.Connection.ExecuteAsync("UPDATE users SET updated_at = updated_at WHERE environment_id = @environment AND user_id = @user", new { environment, user }, scope.Transaction) == 0
            ? null
            : await UserRow.FindAsync(scope.Connection, scope.Transaction, environment, user);

    /// <summary>Whether another user has the name or the confirmed address.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">The user as it is to be.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns><see cref="UsernameTaken"/>, <see cref="EmailTaken"/>, or null.</returns>
    public static Task<string?> TakenAsync(string environment, UserRow user, WriteScope scope) => scope.Connection.ExecuteScalarAsync<string?>(
        $"""
        SELECT '{UsernameTaken}' FROM users WHERE environment_id = @environment AND username_key = @UsernameKey AND user_id <> @Id
        UNION ALL SELECT '{EmailTaken}' FROM users WHERE environment_id = @environment AND email_key = @EmailKey AND email_verified = 1 AND @EmailVerified = 1 AND user_id <> @Id
        ORDER BY 1 DESC LIMIT 1
        """,
        new { environment, user.Id, user.UsernameKey, user.EmailKey, user.EmailVerified },
        scope.Transaction);

    /// <summary>Stores a user that was changed. Blocking ends all sessions and grants, and so does another password or address (threats A03, E05).</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="before">The user as it was read in this transaction.</param>
    /// <param name="after">The user as it is to be.</param>
    /// <param name="scope">The transaction.</param>
    /// <returns>False when somebody took the name or address at the same moment: the transaction is of no use then.</returns>
    public async Task<bool> SaveAsync(string environment, UserRow before, UserRow after, WriteScope scope)
    {
        if (before == after)
        {
            return true;
        }

        try
        {
            await scope.Connection.ExecuteAsync(
                """
                UPDATE users SET username = @Username, username_key = @UsernameKey, email = @Email, email_key = @EmailKey, email_verified = @EmailVerified,
                    email_verified_by = @EmailVerifiedBy, password_hash = @PasswordHash, status = @Status, attributes = @Attributes, managed_by = @ManagedBy,
                    sign_in_to_link = @SignInToLink, updated_at = @now
                WHERE environment_id = @environment AND user_id = @Id
                """,
                new
                {
                    environment,
                    after.Id,
                    after.Username,
                    after.UsernameKey,
                    after.Email,
                    after.EmailKey,
                    after.EmailVerified,
                    after.EmailVerifiedBy,
                    after.PasswordHash,
                    after.Status,
                    after.Attributes,
                    after.ManagedBy,
                    after.SignInToLink,
                    now = time.GetUtcNow().ToUnixTimeMilliseconds(),
                },
                scope.Transaction);
        }
        catch (DbException exception) when (exception.SqlState == UniqueViolation)
        {
            return false;
        }

        if (after.Status != "active" || after.PasswordHash != before.PasswordHash || after.EmailKey != before.EmailKey)
        {
            await signOut.RevokeAllAsync(environment, after.Id, scope);
        }

        return true;
    }

    /// <summary>Removes a user and everything that is held about the person: X asks for it within a day, here it is at once (decision 23). Applications are told that the sessions ended.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="user">User id; its row is held.</param>
    /// <param name="scope">The transaction.</param>
    public async Task DeleteAsync(string environment, string user, WriteScope scope)
    {
        await signOut.RevokeAllAsync(environment, user, scope);
        const string Theirs = "environment_id = @environment AND (user_id = @user OR user_id IN (SELECT subject FROM guests WHERE environment_id = @environment AND user_id = @user))";
        foreach (var statement in (string[])
            [
                $"DELETE FROM token_families WHERE {Theirs}",
                $"DELETE FROM consents WHERE {Theirs}",
                $"DELETE FROM sign_ins WHERE {Theirs}",
                "DELETE FROM guests WHERE environment_id = @environment AND user_id = @user",
                """
                DELETE FROM identity_handles WHERE environment_id = @environment AND (user_id = @user
                    OR identity_id IN (SELECT identity_id FROM linked_identities WHERE environment_id = @environment AND user_id = @user))
                """,
                "DELETE FROM linked_identities WHERE environment_id = @environment AND user_id = @user",
                "DELETE FROM administrators WHERE environment_id = @environment AND user_id = @user",
                "DELETE FROM users WHERE environment_id = @environment AND user_id = @user",
            ])
        {
            await scope.Connection.ExecuteAsync(statement, new { environment, user }, scope.Transaction);
        }
    }
}
