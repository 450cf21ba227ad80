using Xenios.Server.Sessions;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.Tests.Storage;

/// <summary>The end of a session at rest: what goes with it, and who is told (threats I03, I04; standards BCL-02).</summary>
public abstract class SignOutTests(TestDatabase data) : SessionRig(data)
{
    [Fact]
    public async Task Ending_one_leaves_the_others()
    {
        var (one, other) = (await OpenAsync(NewSession()), await OpenAsync(NewSession()));
        await SignOut.EndAsync("other", one, CancellationToken.None);
        Assert.NotNull(await FindAsync(one));
        await SignOut.EndAsync(Environment, one, CancellationToken.None);
        Assert.Null(await FindAsync(one));
        Assert.NotNull(await FindAsync(other));
    }

    [Fact] // Threats I03; Back-Channel Logout §2.7: refresh tokens are given with offline_access only.
    public async Task Signing_out_leaves_the_grants_for_afterwards()
    {
        var (session, cookie) = await OpenedAsync(NewSession());
        var offline = await GrantAsync(session, "openid offline_access");
        await SignOut.EndAsync(Environment, cookie, CancellationToken.None);
        Assert.Null(await FindAsync(cookie));
        Assert.True(await LivesAsync(offline));
    }

    [Fact] // local_subject: one person, known to some applications by the subject of the identity
    public async Task Revoking_all_ends_what_applications_hold_under_the_persons_other_subjects_too()
    {
        var (user, subject, stranger) = (await NewUserAsync(), $"fed_{Guid.NewGuid():N}", $"fed_{Guid.NewGuid():N}");
        foreach (var (guest, behind) in ((string, string)[])[(subject, $"'{user}'"), (stranger, "NULL")])
        {
            await Data.ExecuteAsync($"INSERT INTO guests (environment_id, subject, user_id, claims_sealed, updated_at, ends_at) VALUES ('{Environment}', '{guest}', {behind}, {(Data.Database.IsPostgres ? "''::bytea" : "x''")}, 0, 0)");
        }

        var (mine, kept, others) = (await OpenedAsync(NewSession(subject)), await OpenedAsync(NewSession(subject)), await OpenedAsync(NewSession(stranger)));
        var (grant, keptGrant, foreign) = (await GrantAsync(mine.Opened, "openid offline_access"), await GrantAsync(kept.Opened, "openid offline_access"), await GrantAsync(others.Opened, "openid offline_access"));
        await Data.Database.WriteAsync(scope => SignOut.RevokeAllAsync(Environment, user, scope, kept.Opened.Id), CancellationToken.None);
        Assert.Equal((null, false), (await FindAsync(mine.Cookie), await LivesAsync(grant)));
        Assert.NotNull(await FindAsync(kept.Cookie));
        Assert.True(await LivesAsync(keptGrant));
        Assert.Equal(1, await SignOut.RevokeAllAsync(Environment, user, CancellationToken.None));
        Assert.False(await LivesAsync(keptGrant));
        Assert.NotNull(await FindAsync(others.Cookie));
        Assert.True(await LivesAsync(foreign));
    }

    [Fact]
    public async Task A_revoked_session_ends_with_all_its_grants_and_no_other()
    {
        var (one, other) = (await OpenedAsync(NewSession()), await OpenedAsync(NewSession()));
        var (offline, elsewhere) = (await GrantAsync(one.Opened, "openid offline_access"), await GrantAsync(other.Opened, "openid offline_access"));
        Assert.False(await SignOut.RevokeAsync(Environment, "usr_2", one.Opened.Id, CancellationToken.None));
        Assert.False(await SignOut.RevokeAsync("other", "usr_1", one.Opened.Id, CancellationToken.None));
        Assert.True(await LivesAsync(offline));
        Assert.True(await SignOut.RevokeAsync(Environment, "usr_1", one.Opened.Id, CancellationToken.None));
        Assert.False(await SignOut.RevokeAsync(Environment, "usr_1", one.Opened.Id, CancellationToken.None));
        Assert.Null(await FindAsync(one.Cookie));
        Assert.NotNull(await FindAsync(other.Cookie));
        Assert.False(await LivesAsync(offline));
        Assert.True(await LivesAsync(elsewhere));
        Assert.True(await new RevokedGrants(Ephemeral).IsRevokedAsync(Environment, offline.Split('.')[0], CancellationToken.None));
    }

    [Fact]
    public async Task Revoking_all_ends_every_session_and_grant_of_one_person()
    {
        var user = await NewUserAsync();
        var (mine, again, others) = (await OpenedAsync(NewSession(user)), await OpenedAsync(NewSession(user)), await OpenedAsync(NewSession()));
        var (grant, foreign) = (await GrantAsync(mine.Opened, "openid offline_access"), await GrantAsync(others.Opened, "openid offline_access"));
        Assert.Equal(2, await SignOut.RevokeAllAsync(Environment, user, CancellationToken.None));
        Assert.Equal(0, await SignOut.RevokeAllAsync(Environment, user, CancellationToken.None));
        Assert.Null(await FindAsync(mine.Cookie));
        Assert.Null(await FindAsync(again.Cookie));
        Assert.NotNull(await FindAsync(others.Cookie));
        Assert.False(await LivesAsync(grant));
        Assert.True(await LivesAsync(foreign));
    }

    [Fact] // Threats I04: at once, then ever later, six times, and never two at a time.
    public async Task A_notice_is_taken_by_one_node_and_comes_back_until_it_is_dropped()
    {
        var (session, cookie) = await OpenedAsync(NewSession());
        await Data.Database.WriteAsync(scope => NoteAsync(session, "shop", scope), CancellationToken.None);
        await Data.Database.WriteAsync(scope => NoteAsync(session, "shop", scope), CancellationToken.None);
        Assert.Empty(await TakeAsync());
        await SignOut.EndAsync(Environment, cookie, CancellationToken.None);
        await using var elsewhere = Data.OpenAgain();
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => new SessionApplications(i % 2 == 0 ? Data.Database : elsewhere, Data.Clock).TakeAsync(new LogoutQueue(Environment, "shop"), CancellationToken.None))));
        var notice = Assert.Single(taken.SelectMany(list => list));
        Assert.Equal(("shop", session.Id, "usr_1", Host, 1, false), (notice.ClientId, notice.SessionId, notice.UserId, notice.Issuer, notice.Attempt, notice.IsLast));

        foreach (var (wait, attempt) in ((int, int)[])[(30, 2), (120, 3), (600, 4), (3600, 5), (21_600, 6)])
        {
            Data.Clock.Advance(TimeSpan.FromSeconds(wait) - TimeSpan.FromMilliseconds(1));
            Assert.Empty(await TakeAsync());
            Data.Clock.Advance(TimeSpan.FromMilliseconds(1));
            notice = Assert.Single(await TakeAsync());
            Assert.Equal((attempt, attempt == 6), (notice.Attempt, notice.IsLast));
        }

        await Applications.DropAsync(notice, CancellationToken.None);
        Data.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await TakeAsync());
    }

    [Fact] // BCL-02: expiry is an end like any other.
    public async Task A_swept_session_leaves_its_applications_to_be_told()
    {
        var session = (await OpenedAsync(NewSession())).Opened;
        await Data.Database.WriteAsync(scope => NoteAsync(session, "shop", scope), CancellationToken.None);
        Data.Clock.Advance(Limits.Lifetime);
        await new Sweeper(Data.Database, new Xenios.Server.Audit.AuditLog(Data.Database, Data.Vault, Data.Clock), Data.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<Sweeper>.Instance).SweepAsync(CancellationToken.None);
        Assert.Empty(await Data.QueryAsync($"SELECT session_id FROM sessions WHERE session_id = '{session.Id}'"));
        var notice = Assert.Single(await TakeAsync(), notice => notice.SessionId == session.Id);
        await Applications.DropAsync(notice, CancellationToken.None);
    }

    [Fact] // BCL-02
    public async Task Another_person_in_the_same_browser_ends_the_session_of_the_first()
    {
        var (session, cookie) = await OpenedAsync(NewSession());
        await Data.Database.WriteAsync(scope => NoteAsync(session, "shop", scope), CancellationToken.None);
        await OpenedAsync(NewSession(), cookie);
        Assert.Empty(await TakeAsync());

        var (kept, other) = await OpenedAsync(NewSession());
        await Data.Database.WriteAsync(scope => NoteAsync(kept, "shop", scope), CancellationToken.None);
        await OpenedAsync(NewSession(await NewUserAsync()), other);
        var notice = Assert.Single(await TakeAsync());
        Assert.Equal(kept.Id, notice.SessionId);
        await Applications.DropAsync(notice, CancellationToken.None);
    }
}

public sealed class SignOutOnSqliteTests(SqliteDatabase data) : SignOutTests(data), IClassFixture<SqliteDatabase>;

[Trait("Category", "Postgres")]
public sealed class SignOutOnPostgresTests(PostgresDatabase data) : SignOutTests(data), IClassFixture<PostgresDatabase>;
