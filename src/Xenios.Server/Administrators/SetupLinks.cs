using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Xenios.Protocol;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Hosting;
using Xenios.Server.Management;
using Xenios.Server.Sessions;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.Administrators;

/// <summary>A setup link that is out.</summary>
/// <param name="MadeAt">When it was made.</param>
internal sealed record SetupLink(DateTimeOffset MadeAt);

/// <summary>Links that make an administrator without anybody being signed in: 256 random bits, stored hashed, good once and for 30 minutes (ux 2.2; threats L03).</summary>
/// <remarks>All links end when somebody becomes an administrator or no longer is one who can sign in: what was printed and forgotten, or made by whoever lost the right, opens nothing.</remarks>
internal sealed class SetupLinks(
    Database database, EphemeralStore store, AdministratorStore administrators, AdministratorAdmin admin, SessionStore sessions, SnapshotCache snapshots, AuditLog audit, TimeProvider time)
{
    /// <summary>How long a link is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private static readonly EphemeralKind<SetupLink> Links = new("setup_link", SetupJson.Default.SetupLink);

    /// <summary>Makes a link.</summary>
    /// <param name="caller">Who does it; its environment is the default one.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    public async Task<SetupLinkView> CreateAsync(Caller caller, CancellationToken ct)
    {
        var (secret, now) = (Secrets.New(), time.GetUtcNow());
        await database.WriteAsync(
            async scope =>
            {
                await AuditLog.HoldAsync(caller, scope);
                await store.PutAsync(Links, caller.EnvironmentId, secret, new SetupLink(now), Lifetime, TimeSpan.Zero, scope);
                await audit.WriteAsync(scope, caller, "setup_link.created", "setup_link", null, null);
                return true;
            },
            ct);
        return new SetupLinkView($"{snapshots.Default.Issuer}/setup?k={secret}", now + Lifetime);
    }

    /// <summary>Whether there is no administrator who can sign in.</summary>
    /// <param name="ct">Ends the wait.</param>
    public async Task<bool> IsNeededAsync(CancellationToken ct) => !await administrators.IsAnyAsync(snapshots.Default.Id, ct);

    /// <summary>A link for a start without any administrator who can sign in; null once there is one.</summary>
    /// <param name="ct">Ends the wait.</param>
    public async Task<SetupLinkView?> CreateWhileNobodyAsync(CancellationToken ct) =>
        await IsNeededAsync(ct) ? await CreateAsync(Caller.Server(snapshots.Default.Id), ct) : null;

    /// <summary>Whether a link may still be used.</summary>
    /// <param name="secret">What it carries.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<bool> IsLiveAsync(string secret, CancellationToken ct) => (await store.GetAsync(Links, snapshots.Default.Id, secret, ct)).State == EphemeralState.Live;

    /// <summary>Ends every link, as part of a transaction.</summary>
    /// <param name="environment">Id of the default environment; another one has none.</param>
    /// <param name="scope">The transaction.</param>
    public static Task EndAsync(string environment, WriteScope scope) => EphemeralStore.RemoveAllAsync(Links, environment, scope);

    /// <summary>Uses a link up: the administrator is made and signed in, or nothing happens at all. Of two who send the page at once, one succeeds.</summary>
    /// <param name="environment">The default environment.</param>
    /// <param name="secret">What the link carries.</param>
    /// <param name="email">Address, which counts as confirmed: who has the link commands the server (decision 10).</param>
    /// <param name="hash">Hash of the password.</param>
    /// <param name="former">Cookie of the session that the browser had; null for none.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <returns>Cookie of the new session; <c>gone</c>, or what <see cref="AdministratorAdmin.CreateAsync"/> says.</returns>
    public Task<Result<string, Problem>> UseAsync(EnvironmentContext environment, string secret, EmailAddress email, string hash, string? former, CancellationToken ct) =>
        database.WriteAsync<Result<string, Problem>>(
            async scope =>
            {
                var id = environment.Snapshot.Id;
                var caller = new Caller("setup", id, IsOperator: true, MayWrite: true);
                await AuditLog.HoldAsync(id, scope);
                var taken = await store.TakeAsync(Links, id, secret, scope);
                if (taken.State != EphemeralState.Live)
                {
                    scope.Abandon();
                    return Gone;
                }

                if (!(await admin.CreateAsync(caller, email, hash, scope)).TryGet(out var made, out var problem))
                {
                    scope.Abandon();
                    return problem;
                }

                var now = time.GetUtcNow();
                var session = new Session { Id = Secrets.NewId("ses", now), UserId = made.UserId, Host = environment.BaseUrl, AuthTime = now, Proved = true };
                return (await sessions.OpenAsync(id, environment.Snapshot.SessionLimits, session, former, scope)).Cookie;
            },
            ct);

    private static Problem Gone => new(StatusCodes.Status404NotFound, "gone", "The setup link was used, or is too old: xenios setup-link prints a new one (A-11).");
}

/// <summary>How links are written before they are sealed.</summary>
[JsonSerializable(typeof(SetupLink))]
internal sealed partial class SetupJson : JsonSerializerContext;
