using Dapper;
using Xenios.Server.Storage;

namespace Xenios.Server.Users;

/// <summary>How a typed password fared.</summary>
internal enum PasswordOutcome
{
    /// <summary>It is the account's.</summary>
    Right,

    /// <summary>It is not, or there is no such account, or it has none: nobody can tell which.</summary>
    Wrong,

    /// <summary>No password is looked at for a while.</summary>
    TooManyTries,

    /// <summary>It is the account's, and the account is blocked.</summary>
    Blocked,
}

/// <summary>Signs in with a password: throttled per person and network rather than locked, so that nobody can lock somebody else out (threats H03, H05).</summary>
internal sealed class PasswordSignIn(Database database, Counters counters)
{
    private const int TriesPerNameAndNetwork = 10;
    private const int TriesPerNetwork = 100;
    private const int TriesPerName = 500;

    private static readonly TimeSpan Short = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    /// <summary>Checks a password for whoever has a user name or a confirmed address.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="network">Address the request comes from.</param>
    /// <param name="name">User name or address, as typed; at most 320 characters are looked at.</param>
    /// <param name="password">As typed.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<(PasswordOutcome Outcome, string? UserId, DateTimeOffset Until)> TryAsync(string environment, string network, string name, string password, CancellationToken ct)
    {
        var email = EmailAddress.Parse(name)?.Key;
        var username = email is null && Usernames.IsWellFormed(name) ? Usernames.Key(name) : null;
        return TryAsync(environment, network, email ?? username ?? "", password, new Wanted(environment, username, email, null), ct);
    }

    /// <summary>Checks a password for one account, which may not exist.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="network">Address the request comes from.</param>
    /// <param name="counted">What its tries are counted under, the same whether or not it exists: the address in question.</param>
    /// <param name="user">User id; null when there is none.</param>
    /// <param name="password">As typed.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<(PasswordOutcome Outcome, string? UserId, DateTimeOffset Until)> TryUserAsync(
        string environment, string network, string counted, string? user, string password, CancellationToken ct) =>
        TryAsync(environment, network, counted, password, new Wanted(environment, null, null, user), ct);

    private async Task<(PasswordOutcome Outcome, string? UserId, DateTimeOffset Until)> TryAsync(
        string environment, string network, string counted, string password, Wanted wanted, CancellationToken ct)
    {
        // Counted before it is looked at: parallel guesses gain nothing (threats H01).
        foreach (var (kind, key, limit, window) in new[]
        {
            ("passwords_by_name_and_network", $"{counted}|{network}", TriesPerNameAndNetwork, Short),
            ("passwords_by_network", network, TriesPerNetwork, Long),
            ("passwords_by_name", counted, TriesPerName, Long),
        })
        {
            var (count, ends) = await counters.AddAsync(kind, environment, key, window, ct);
            if (count > limit)
            {
                return (PasswordOutcome.TooManyTries, null, ends);
            }
        }

        var stored = password.Length > Passwords.MaxLength ? null : await database.ReadAsync(
            db => db.QuerySingleOrDefaultAsync<Stored>(
                """
                SELECT user_id AS UserId, status AS Status, password_hash AS PasswordHash FROM users
                WHERE environment_id = @Environment AND (username_key = @Username OR (email_key = @Email AND email_verified = 1) OR user_id = @User)
                """,
                wanted),
            ct);
        return Passwords.Verify(stored?.PasswordHash, password.Length > Passwords.MaxLength ? "" : password)
            ? (stored!.Status == "active" ? PasswordOutcome.Right : PasswordOutcome.Blocked, stored.UserId, default)
            : (PasswordOutcome.Wrong, null, default);
    }

    private sealed record Wanted(string Environment, string? Username, string? Email, string? User);

    private sealed class Stored
    {
        public string UserId { get; init; } = "";

        public string Status { get; init; } = "";

        public string? PasswordHash { get; init; }
    }
}
