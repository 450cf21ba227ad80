using System.Threading.RateLimiting;
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

    /// <summary>It was not looked at: as many are being looked at as the machine can bear.</summary>
    Busy,
}

/// <summary>
/// Signs in with a password, and hashes one that is chosen: throttled per person and network rather than locked, so that nobody can lock somebody else out
/// (threats H03, H05), and only so many at once, because each takes a core for a while (threats L05).
/// </summary>
internal sealed class PasswordSignIn(Database database, Counters counters) : IDisposable
{
    private const int TriesPerNameAndNetwork = 10;
    private const int TriesPerNetwork = 100;
    private const int TriesPerName = 500;
    private const int ChosenPerNetwork = 100;
    private const int Waiting = 32;

    private static readonly TimeSpan Short = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    /// <summary>One place per core, and a short queue: whoever finds it full is told to come back.</summary>
    public RateLimiter Places { get; } = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = Environment.ProcessorCount, QueueLimit = Waiting });

    /// <summary>Checks a password for whoever has a user name or a confirmed address.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="network">Network the request comes from.</param>
    /// <param name="name">User name or address, as typed; at most 320 characters are looked at.</param>
    /// <param name="password">As typed.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<(PasswordOutcome Outcome, string? UserId, DateTimeOffset Until)> TryAsync(string environment, string network, string name, string password, CancellationToken ct)
    {
        var email = EmailAddress.Parse(name)?.Key;
        var username = email is null && Usernames.IsWellFormed(name) ? Usernames.Key(name) : null;
        return TryAsync(environment, network, [email ?? username ?? ""], password, new Wanted(environment, username, email, null), ct);
    }

    /// <summary>Checks a password for one account, which may not exist.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="network">Network the request comes from.</param>
    /// <param name="counted">What its tries are counted under whether or not it exists: the address in question. One that exists is counted under its id as well,
    /// because it may have been found by another name than the address that arrived.</param>
    /// <param name="user">User id; null when there is none.</param>
    /// <param name="password">As typed.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<(PasswordOutcome Outcome, string? UserId, DateTimeOffset Until)> TryUserAsync(
        string environment, string network, string counted, string? user, string password, CancellationToken ct) =>
        TryAsync(environment, network, user is null ? [counted] : [counted, user], password, new Wanted(environment, null, null, user), ct);

    /// <summary>Hashes a password that somebody chose for a new account.</summary>
    /// <param name="environment">Environment id.</param>
    /// <param name="network">Network the request comes from.</param>
    /// <param name="password">As typed, and allowed (<see cref="Passwords.IsAllowed"/>).</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns><see cref="PasswordOutcome.Right"/> with the hash, <see cref="PasswordOutcome.TooManyTries"/> or <see cref="PasswordOutcome.Busy"/>.</returns>
    public async Task<(PasswordOutcome Outcome, string? Hash, DateTimeOffset Until)> HashAsync(string environment, string network, string password, CancellationToken ct)
    {
        if (await counters.AddAsync(environment, [new("passwords_chosen_by_network", network, ChosenPerNetwork, Long)], ct) is { } windowEnds)
        {
            return (PasswordOutcome.TooManyTries, null, windowEnds);
        }

        using var place = await Places.AcquireAsync(1, ct);
        return place.IsAcquired ? (PasswordOutcome.Right, Passwords.Hash(password), default) : (PasswordOutcome.Busy, null, default);
    }

    /// <inheritdoc/>
    public void Dispose() => Places.Dispose();

    private async Task<(PasswordOutcome Outcome, string? UserId, DateTimeOffset Until)> TryAsync(
        string environment, string network, string[] counted, string password, Wanted wanted, CancellationToken ct)
    {
        // Counted before it is looked at: parallel guesses gain nothing (threats H01).
        CountLimit[] limits =
        [
            .. counted.Select(name => new CountLimit("passwords_by_name_and_network", $"{name}|{network}", TriesPerNameAndNetwork, Short)),
            new("passwords_by_network", network, TriesPerNetwork, Long),
            .. counted.Select(name => new CountLimit("passwords_by_name", name, TriesPerName, Long)),
        ];
        if (await counters.AddAsync(environment, limits, ct) is { } windowEnds)
        {
            return (PasswordOutcome.TooManyTries, null, windowEnds);
        }

        var stored = password.Length > Passwords.MaxLength ? null : await database.ReadAsync(
            db => db.QuerySingleOrDefaultAsync<Stored>(
                """
                SELECT user_id AS UserId, status AS Status, password_hash AS PasswordHash FROM users
                WHERE environment_id = @Environment AND (username_key = @Username OR (email_key = @Email AND email_verified = 1) OR user_id = @User)
                """,
                wanted),
            ct);
        using var place = await Places.AcquireAsync(1, ct);
        var isRight = place.IsAcquired && Passwords.Verify(stored?.PasswordHash, password.Length > Passwords.MaxLength ? "" : password);
        if (isRight && Passwords.IsOutdated(stored!.PasswordHash!))
        {
            await UpgradeAsync(environment, stored, Passwords.Hash(password), ct);
        }

        if (isRight || !place.IsAcquired)
        {
            // Only wrong ones are limited: an office behind one address may sign in as often as it likes.
            await counters.GiveBackAsync(environment, limits, ct);
        }

        return isRight ? (stored!.Status == "active" ? PasswordOutcome.Right : PasswordOutcome.Blocked, stored.UserId, default)
            : (place.IsAcquired ? PasswordOutcome.Wrong : PasswordOutcome.Busy, null, default);
    }

    // Unless it was changed meanwhile.
    private Task<int> UpgradeAsync(string environment, Stored stored, string hash, CancellationToken ct) => database.WriteAsync(
        scope => scope.Connection.ExecuteAsync(
            "UPDATE users SET password_hash = @hash WHERE environment_id = @environment AND user_id = @UserId AND password_hash = @PasswordHash",
            new { environment, hash, stored.UserId, stored.PasswordHash },
            scope.Transaction),
        ct);

    private sealed record Wanted(string Environment, string? Username, string? Email, string? User);

    private sealed class Stored
    {
        public string UserId { get; init; } = "";

        public string Status { get; init; } = "";

        public string? PasswordHash { get; init; }
    }
}
