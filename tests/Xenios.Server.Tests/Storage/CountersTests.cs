using Xenios.Server.Storage;

namespace Xenios.Server.Tests.Storage;

/// <summary>Limits that hold under any number of parallel requests (threats H01, H04).</summary>
public abstract class CountersTests(TestDatabase data)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly string _key = Guid.NewGuid().ToString();

    private Counters Counters => new(data.Database, data.Clock);

    [Fact]
    public async Task A_window_begins_with_its_first_event_and_then_counts_anew()
    {
        var ends = data.Clock.GetUtcNow() + Window;
        Assert.Equal((1, ends), await AddAsync());
        data.Clock.Advance(Window - TimeSpan.FromMilliseconds(1));
        Assert.Equal((2, ends), await AddAsync());
        data.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((1, ends + Window), await AddAsync());
    }

    [Fact]
    public async Task A_hundred_parallel_events_are_a_hundred()
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => AddAsync())));
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), counts.Select(count => count.Count).Order());
    }

    [Fact]
    public async Task Kinds_environments_and_keys_count_apart()
    {
        await AddAsync();
        Assert.Equal(1, (await AddAsync(kind: "other")).Count);
        Assert.Equal(1, (await AddAsync(environment: "other")).Count);
        Assert.Equal(1, (await Counters.AddAsync("kind", "env", _key.ToUpperInvariant(), Window, CancellationToken.None)).Count);
        Assert.Equal(2, (await AddAsync()).Count);
    }

    [Fact]
    public async Task At_rest_nobody_can_read_who_was_counted()
    {
        await AddAsync();
        Assert.DoesNotContain(await data.QueryAsync("SELECT * FROM counters"), row => row.Contains(_key, StringComparison.Ordinal));
    }

    private Task<(long Count, DateTimeOffset Ends)> AddAsync(string kind = "kind", string environment = "env") =>
        Counters.AddAsync(kind, environment, _key, Window, CancellationToken.None);
}

public sealed class CountersOnSqliteTests(SqliteDatabase data) : CountersTests(data), IClassFixture<SqliteDatabase>;

[Trait("Category", "Postgres")]
public sealed class CountersOnPostgresTests(PostgresDatabase data) : CountersTests(data), IClassFixture<PostgresDatabase>;
