using Xenios.Server.Sessions;

namespace Xenios.Server.Tests.Storage;

/// <summary>Sessions at rest: found by their cookie only, on their host only, while their person may sign in.</summary>
public abstract class SessionStoreTests(TestDatabase data) : SessionRig(data)
{
    [Fact]
    public async Task A_session_is_found_by_its_cookie_and_by_nothing_else()
    {
        var (session, cookie) = await OpenedAsync(NewSession());
        Assert.Equal(session, await FindAsync(cookie));
        Assert.Null(await FindAsync(null));
        Assert.Null(await FindAsync(""));
        Assert.Null(await FindAsync(session.Id));
        Assert.Null(await FindAsync(cookie.ToUpperInvariant()));
        Assert.Null(await Store.FindAsync(Environment, "https://other.test", cookie, CancellationToken.None));
        Assert.Null(await Store.FindAsync("other", Host, cookie, CancellationToken.None));
        Assert.DoesNotContain(await Data.QueryAsync("SELECT * FROM sessions"), row => row.Contains(cookie, StringComparison.Ordinal));
    }

    [Fact] // Threats G01.
    public async Task A_session_ends_after_its_lifetime_however_much_it_is_used()
    {
        var (session, cookie) = await OpenedAsync(NewSession());
        for (var hours = 0; hours < 24; hours += 6)
        {
            Data.Clock.Advance(TimeSpan.FromHours(6) - (hours == 18 ? TimeSpan.FromMilliseconds(1) : TimeSpan.Zero));
            session = await FindAsync(cookie);
            Assert.NotNull(session);
            await UseAsync(session);
        }

        Assert.Equal(session.EndsAt, (await FindAsync(cookie))!.ExpiresAt);
        Data.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await FindAsync(cookie));
    }

    [Fact] // Threats G01.
    public async Task A_session_that_lies_unused_ends_after_the_idle_limit()
    {
        var cookie = await OpenAsync(NewSession());
        Data.Clock.Advance(Limits.Idle - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await FindAsync(cookie));
        Data.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await FindAsync(cookie));
    }

    [Fact]
    public async Task Use_is_written_once_per_step()
    {
        var (opened, cookie) = await OpenedAsync(NewSession());
        Data.Clock.Advance(Limits.Step - TimeSpan.FromMilliseconds(1));
        Assert.False(Store.IsUseUnwritten(Limits, (await FindAsync(cookie))!));
        Data.Clock.Advance(TimeSpan.FromMilliseconds(1));
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
        Data.Clock.Advance(Limits.Idle);
        await UseAsync(opened);
        Assert.Null(await FindAsync(cookie));
    }

    [Fact]
    public async Task A_list_shows_the_live_sessions_of_one_person_the_last_used_first()
    {
        var user = await NewUserAsync();
        var ended = (await OpenedAsync(NewSession(user))).Opened;
        Data.Clock.Advance(Limits.Idle);
        var (first, second) = ((await OpenedAsync(NewSession(user))).Opened, (await OpenedAsync(NewSession(user))).Opened);
        Data.Clock.Advance(Limits.Step);
        await UseAsync(first);
        Assert.Equal([first.Id, second.Id], (await Store.ListAsync(Environment, user, CancellationToken.None)).Select(session => session.Id));
        Assert.DoesNotContain(await Store.ListAsync(Environment, "usr_1", CancellationToken.None), session => session.UserId == user || session.Id == ended.Id);
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

        Assert.Equal(SessionStore.MostListed, (await Store.ListAsync(Environment, user, CancellationToken.None)).Count);
    }

    // Threats A15.
    [Fact]
    public async Task A_blocked_person_has_no_session()
    {
        var cookie = await OpenAsync(NewSession());
        await Data.ExecuteAsync($"UPDATE users SET status = 'blocked' WHERE environment_id = '{Environment}'");
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
}

public sealed class SessionStoreOnSqliteTests(SqliteDatabase data) : SessionStoreTests(data), IClassFixture<SqliteDatabase>;

[Trait("Category", "Postgres")]
public sealed class SessionStoreOnPostgresTests(PostgresDatabase data) : SessionStoreTests(data), IClassFixture<PostgresDatabase>;
