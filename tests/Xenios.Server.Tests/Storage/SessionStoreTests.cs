using Xenios.Server.Hosting;
using Xenios.Server.Sessions;
using Xenios.Server.Storage;
using Xenios.Server.Users;

namespace Xenios.Server.Tests.Storage;

/// <summary>Sessions at rest: found by their cookie only, on their host only, while their person may sign in.</summary>
public abstract class SessionStoreTests(TestDatabase data) : IAsyncLifetime
{
    private const string Host = "https://id.test";

    private readonly string _environment = $"env-{Guid.NewGuid():N}";

    private static readonly SessionLimits Limits = new(TimeSpan.FromHours(24), TimeSpan.FromHours(8), Persistent: false);

    private SessionStore Store => new(data.Database, data.Clock);

    private SessionApplications Applications => new(data.Database, data.Clock);

    private SignOut SignOut => new(data.Database, Applications, new RevokedGrants(Ephemeral), data.Clock);

    private TokenFamilies Families => new(data.Database, data.Vault, data.Clock);

    private EphemeralStore Ephemeral => new(data.Database, data.Vault, data.Clock);

    public Task InitializeAsync() => data.ExecuteAsync(
        $"""
        INSERT INTO environments (environment_id, slug, kind, display_name, is_default, version, created_at) VALUES ('{_environment}', '{_environment}', 'non_production', 'E', 0, 0, 0);
        INSERT INTO users (environment_id, user_id, status, email_verified, attributes, created_at, updated_at) VALUES ('{_environment}', 'usr_1', 'active', 0, '[]', 0, 0)
        """);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_session_is_found_by_its_cookie_and_by_nothing_else()
    {
        var (session, cookie) = await OpenedAsync(NewSession());
        Assert.Equal(session, await FindAsync(cookie));
        Assert.Null(await FindAsync(null));
        Assert.Null(await FindAsync(""));
        Assert.Null(await FindAsync(session.Id));
        Assert.Null(await FindAsync(cookie.ToUpperInvariant()));
        Assert.Null(await Store.FindAsync(_environment, "https://other.test", cookie, CancellationToken.None));
        Assert.Null(await Store.FindAsync("other", Host, cookie, CancellationToken.None));
        Assert.DoesNotContain(await data.QueryAsync("SELECT * FROM sessions"), row => row.Contains(cookie, StringComparison.Ordinal));
    }

    [Fact] // Threats G01.
    public async Task A_session_ends_after_its_lifetime_however_much_it_is_used()
    {
        var (session, cookie) = await OpenedAsync(NewSession());
        for (var hours = 0; hours < 24; hours += 6)
        {
            data.Clock.Advance(TimeSpan.FromHours(6) - (hours == 18 ? TimeSpan.FromMilliseconds(1) : TimeSpan.Zero));
            session = await FindAsync(cookie);
            Assert.NotNull(session);
            await UseAsync(session);
        }

        Assert.Equal(session.EndsAt, (await FindAsync(cookie))!.ExpiresAt);
        data.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await FindAsync(cookie));
    }

    [Fact] // Threats G01.
    public async Task A_session_that_lies_unused_ends_after_the_idle_limit()
    {
        var cookie = await OpenAsync(NewSession());
        data.Clock.Advance(Limits.Idle - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await FindAsync(cookie));
        data.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await FindAsync(cookie));
    }

    [Fact]
    public async Task Use_is_written_once_per_step()
    {
        var (opened, cookie) = await OpenedAsync(NewSession());
        data.Clock.Advance(Limits.Step - TimeSpan.FromMilliseconds(1));
        Assert.False(Store.IsUseUnwritten(Limits, (await FindAsync(cookie))!));
        data.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(Store.IsUseUnwritten(Limits, (await FindAsync(cookie))!));
        await UseAsync(opened);
        var used = (await FindAsync(cookie))!;
        Assert.False(Store.IsUseUnwritten(Limits, used));
        Assert.Equal((opened.LastUsedAt + Limits.Step, opened.ExpiresAt + Limits.Step), (used.LastUsedAt, used.ExpiresAt));
    }

    [Fact]
    public async Task Use_does_not_bring_an_ended_session_back()
    {
        var (opened, cookie) = await OpenedAsync(NewSession());
        data.Clock.Advance(Limits.Idle);
        await UseAsync(opened);
        Assert.Null(await FindAsync(cookie));
    }

    [Fact]
    public async Task A_list_shows_the_live_sessions_of_one_person_the_last_used_first()
    {
        var user = await NewUserAsync();
        var ended = (await OpenedAsync(NewSession(user))).Opened;
        data.Clock.Advance(Limits.Idle);
        var (first, second) = ((await OpenedAsync(NewSession(user))).Opened, (await OpenedAsync(NewSession(user))).Opened);
        data.Clock.Advance(Limits.Step);
        await UseAsync(first);
        Assert.Equal([first.Id, second.Id], (await Store.ListAsync(_environment, user, CancellationToken.None)).Select(session => session.Id));
        Assert.DoesNotContain(await Store.ListAsync(_environment, "usr_1", CancellationToken.None), session => session.UserId == user || session.Id == ended.Id);
        Assert.Empty(await Store.ListAsync("other", user, CancellationToken.None));
    }

    [Fact]
    public async Task A_list_has_a_limit()
    {
        var user = await NewUserAsync();
        for (var i = 0; i < SessionStore.MostListed + 1; i++)
        {
            await OpenAsync(NewSession(user));
        }

        Assert.Equal(SessionStore.MostListed, (await Store.ListAsync(_environment, user, CancellationToken.None)).Count);
    }

    // Threats A15.
    [Fact]
    public async Task A_blocked_person_has_no_session()
    {
        var cookie = await OpenAsync(NewSession());
        await data.ExecuteAsync($"UPDATE users SET status = 'blocked' WHERE environment_id = '{_environment}'");
        Assert.Null(await FindAsync(cookie));
    }

    // Threats G01.
    [Fact]
    public async Task A_new_session_ends_the_one_it_replaces()
    {
        var first = await OpenAsync(NewSession());
        var second = await OpenAsync(NewSession(), first);
        Assert.NotEqual(first, second);
        Assert.Null(await FindAsync(first));
        Assert.NotNull(await FindAsync(second));
    }

    [Fact]
    public async Task Ending_one_leaves_the_others()
    {
        var (one, other) = (await OpenAsync(NewSession()), await OpenAsync(NewSession()));
        await SignOut.EndAsync("other", one, CancellationToken.None);
        Assert.NotNull(await FindAsync(one));
        await SignOut.EndAsync(_environment, one, CancellationToken.None);
        Assert.Null(await FindAsync(one));
        Assert.NotNull(await FindAsync(other));
    }

    [Fact] // Threats I03; Back-Channel Logout §2.7.
    public async Task Signing_out_ends_the_grants_of_the_session_except_those_for_afterwards()
    {
        var (session, cookie) = await OpenedAsync(NewSession());
        var (bound, offline, elsewhere) = (await GrantAsync(session, "openid"), await GrantAsync(session, "openid offline_access"), await GrantAsync((await OpenedAsync(NewSession())).Opened, "openid"));
        await SignOut.EndAsync(_environment, cookie, CancellationToken.None);
        Assert.False(await LivesAsync(bound));
        Assert.True(await LivesAsync(offline));
        Assert.True(await LivesAsync(elsewhere));
    }

    [Fact]
    public async Task A_revoked_session_ends_with_all_its_grants_and_no_other()
    {
        var (one, other) = (await OpenedAsync(NewSession()), await OpenedAsync(NewSession()));
        var (offline, elsewhere) = (await GrantAsync(one.Opened, "openid offline_access"), await GrantAsync(other.Opened, "openid offline_access"));
        Assert.False(await SignOut.RevokeAsync(_environment, "usr_2", one.Opened.Id, CancellationToken.None));
        Assert.False(await SignOut.RevokeAsync("other", "usr_1", one.Opened.Id, CancellationToken.None));
        Assert.True(await LivesAsync(offline));
        Assert.True(await SignOut.RevokeAsync(_environment, "usr_1", one.Opened.Id, CancellationToken.None));
        Assert.False(await SignOut.RevokeAsync(_environment, "usr_1", one.Opened.Id, CancellationToken.None));
        Assert.Null(await FindAsync(one.Cookie));
        Assert.NotNull(await FindAsync(other.Cookie));
        Assert.False(await LivesAsync(offline));
        Assert.True(await LivesAsync(elsewhere));
        Assert.True(await new RevokedGrants(Ephemeral).IsRevokedAsync(_environment, offline.Split('.')[0], CancellationToken.None));
    }

    [Fact]
    public async Task Revoking_all_ends_every_session_and_grant_of_one_person()
    {
        var user = await NewUserAsync();
        var (mine, again, others) = (await OpenedAsync(NewSession(user)), await OpenedAsync(NewSession(user)), await OpenedAsync(NewSession()));
        var (grant, foreign) = (await GrantAsync(mine.Opened, "openid offline_access"), await GrantAsync(others.Opened, "openid offline_access"));
        Assert.Equal(2, await SignOut.RevokeAllAsync(_environment, user, CancellationToken.None));
        Assert.Equal(0, await SignOut.RevokeAllAsync(_environment, user, CancellationToken.None));
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
        await data.Database.WriteAsync(scope => NoteAsync(session, "shop", scope), CancellationToken.None);
        await data.Database.WriteAsync(scope => NoteAsync(session, "shop", scope), CancellationToken.None);
        Assert.Empty(await TakeAsync());
        await SignOut.EndAsync(_environment, cookie, CancellationToken.None);
        await using var elsewhere = data.OpenAgain();
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => new SessionApplications(i % 2 == 0 ? data.Database : elsewhere, data.Clock).TakeAsync(CancellationToken.None))));
        var notice = Assert.Single(taken.SelectMany(list => list));
        Assert.Equal(("shop", session.Id, "usr_1", Host, 1, false), (notice.ClientId, notice.SessionId, notice.UserId, notice.Issuer, notice.Attempt, notice.IsLast));

        foreach (var (wait, attempt) in ((int, int)[])[(30, 2), (120, 3), (600, 4), (3600, 5), (21_600, 6)])
        {
            data.Clock.Advance(TimeSpan.FromSeconds(wait) - TimeSpan.FromMilliseconds(1));
            Assert.Empty(await TakeAsync());
            data.Clock.Advance(TimeSpan.FromMilliseconds(1));
            notice = Assert.Single(await TakeAsync());
            Assert.Equal((attempt, attempt == 6), (notice.Attempt, notice.IsLast));
        }

        await Applications.DropAsync(notice, CancellationToken.None);
        data.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await TakeAsync());
    }

    [Fact] // BCL-02: expiry is an end like any other.
    public async Task A_swept_session_leaves_its_applications_to_be_told()
    {
        var session = (await OpenedAsync(NewSession())).Opened;
        await data.Database.WriteAsync(scope => NoteAsync(session, "shop", scope), CancellationToken.None);
        data.Clock.Advance(Limits.Lifetime);
        await new Sweeper(data.Database, data.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<Sweeper>.Instance).SweepAsync(CancellationToken.None);
        Assert.Empty(await data.QueryAsync($"SELECT session_id FROM sessions WHERE session_id = '{session.Id}'"));
        var notice = Assert.Single(await TakeAsync(), notice => notice.SessionId == session.Id);
        await Applications.DropAsync(notice, CancellationToken.None);
    }

    [Fact] // BCL-02
    public async Task Another_person_in_the_same_browser_ends_the_session_of_the_first()
    {
        var (session, cookie) = await OpenedAsync(NewSession());
        await data.Database.WriteAsync(scope => NoteAsync(session, "shop", scope), CancellationToken.None);
        await OpenedAsync(NewSession(), cookie);
        Assert.Empty(await TakeAsync());

        var (kept, other) = await OpenedAsync(NewSession());
        await data.Database.WriteAsync(scope => NoteAsync(kept, "shop", scope), CancellationToken.None);
        await OpenedAsync(NewSession(await NewUserAsync()), other);
        var notice = Assert.Single(await TakeAsync());
        Assert.Equal(kept.Id, notice.SessionId);
        await Applications.DropAsync(notice, CancellationToken.None);
    }

    private Session NewSession(string user = "usr_1") => new()
    {
        Id = Secrets.NewId("ses", data.Clock.GetUtcNow()),
        UserId = user,
        Host = Host,
        Connection = "x",
        AuthTime = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123),
    };

    private async Task<string> NewUserAsync()
    {
        var user = Secrets.NewId("usr", data.Clock.GetUtcNow());
        await data.ExecuteAsync($"INSERT INTO users (environment_id, user_id, status, email_verified, attributes, created_at, updated_at) VALUES ('{_environment}', '{user}', 'active', 0, '[]', 0, 0)");
        return user;
    }

    private async Task<string> OpenAsync(Session session, string? replaced = null) => (await OpenedAsync(session, replaced)).Cookie;

    private Task<(Session Opened, string Cookie)> OpenedAsync(Session session, string? replaced = null) =>
        data.Database.WriteAsync(scope => Store.OpenAsync(_environment, Limits, session, replaced, scope), CancellationToken.None);

    private Task UseAsync(Session session) => data.Database.WriteAsync(
        async scope =>
        {
            await Store.NoteUseAsync(_environment, Limits, session, scope);
            return true;
        },
        CancellationToken.None);

    private async Task<bool> NoteAsync(Session session, string client, WriteScope scope)
    {
        await SessionApplications.NoteAsync(_environment, session, client, scope);
        return true;
    }

    private async Task<IReadOnlyList<LogoutNotice>> TakeAsync() =>
        [.. (await Applications.TakeAsync(CancellationToken.None)).Where(notice => notice.Environment == _environment)];

    private Task<string> GrantAsync(Session session, string scopes) => data.Database.WriteAsync(
        scope => Families.BeginAsync(
            _environment,
            new TokenFamily
            {
                Id = Secrets.NewId("grt", data.Clock.GetUtcNow()),
                ClientId = "shop",
                UserId = session.UserId,
                SessionId = session.Id,
                Issuer = Host,
                Scopes = scopes.Split(' '),
                Resources = [],
                AuthTime = session.AuthTime,
            },
            scope),
        CancellationToken.None);

    private async Task<bool> LivesAsync(string refreshToken) => await Families.FindLiveAsync(_environment, refreshToken, CancellationToken.None) is not null;

    private Task<Session?> FindAsync(string? cookie) => Store.FindAsync(_environment, Host, cookie, CancellationToken.None);
}

public sealed class SessionStoreOnSqliteTests(SqliteDatabase data) : SessionStoreTests(data), IClassFixture<SqliteDatabase>;

[Trait("Category", "Postgres")]
public sealed class SessionStoreOnPostgresTests(PostgresDatabase data) : SessionStoreTests(data), IClassFixture<PostgresDatabase>;
