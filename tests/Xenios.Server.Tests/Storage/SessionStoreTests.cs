using Xenios.Server.Hosting;
using Xenios.Server.Sessions;

namespace Xenios.Server.Tests.Storage;

/// <summary>Sessions at rest: found by their cookie only, on their host only, while their person may sign in.</summary>
public abstract class SessionStoreTests(TestDatabase data) : IAsyncLifetime
{
    private const string Host = "https://id.test";

    private readonly string _environment = $"env-{Guid.NewGuid():N}";

    private SessionStore Store => new(data.Database, data.Clock);

    public Task InitializeAsync() => data.ExecuteAsync(
        $"""
        INSERT INTO environments (environment_id, slug, kind, display_name, is_default, version, created_at) VALUES ('{_environment}', '{_environment}', 'non_production', 'E', 0, 0, 0);
        INSERT INTO users (environment_id, user_id, status, email_verified, attributes, created_at, updated_at) VALUES ('{_environment}', 'usr_1', 'active', 0, '[]', 0, 0)
        """);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_session_is_found_by_its_cookie_and_by_nothing_else()
    {
        var session = NewSession();
        var cookie = await OpenAsync(session);
        Assert.Equal(session, await FindAsync(cookie));
        Assert.Null(await FindAsync(null));
        Assert.Null(await FindAsync(""));
        Assert.Null(await FindAsync(session.Id));
        Assert.Null(await FindAsync(cookie.ToUpperInvariant()));
        Assert.Null(await Store.FindAsync(_environment, "https://other.test", cookie, CancellationToken.None));
        Assert.Null(await Store.FindAsync("other", Host, cookie, CancellationToken.None));
        Assert.DoesNotContain(await data.QueryAsync("SELECT * FROM sessions"), row => row.Contains(cookie, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_ends_after_its_lifetime()
    {
        var cookie = await OpenAsync(NewSession());
        data.Clock.Advance(SessionStore.Lifetime - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await FindAsync(cookie));
        data.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await FindAsync(cookie));
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
        await Store.EndAsync("other", one, CancellationToken.None);
        Assert.NotNull(await FindAsync(one));
        await Store.EndAsync(_environment, one, CancellationToken.None);
        Assert.Null(await FindAsync(one));
        Assert.NotNull(await FindAsync(other));
    }

    private Session NewSession() => new()
    {
        Id = Secrets.NewId("ses", data.Clock.GetUtcNow()),
        UserId = "usr_1",
        Host = Host,
        Connection = "x",
        AuthTime = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123),
    };

    private async Task<string> OpenAsync(Session session, string? replaced = null) =>
        (await data.Database.WriteAsync(scope => Store.OpenAsync(_environment, session, replaced, scope), CancellationToken.None)).Cookie;

    private Task<Session?> FindAsync(string? cookie) => Store.FindAsync(_environment, Host, cookie, CancellationToken.None);
}

public sealed class SessionStoreOnSqliteTests(SqliteDatabase data) : SessionStoreTests(data), IClassFixture<SqliteDatabase>;

[Trait("Category", "Postgres")]
public sealed class SessionStoreOnPostgresTests(PostgresDatabase data) : SessionStoreTests(data), IClassFixture<PostgresDatabase>;
