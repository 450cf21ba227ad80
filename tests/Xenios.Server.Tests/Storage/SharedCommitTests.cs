using Xenios.Server.Storage;
using Xenios.Server.Tests.Sessions;

namespace Xenios.Server.Tests.Storage;

/// <summary>Writes to SQLite that wait at the same time share a commit, and nothing else (decision 10).</summary>
[Collection("Alone")]
public sealed class SharedCommitTests : IAsyncLifetime
{
    // Prepared once, like every statement of the program: what fails may be run again.
    private static readonly Statement InsertNote = new("INSERT INTO notes (id) VALUES ($1)");

    private readonly SqliteDatabase _data = new();

    public async Task InitializeAsync()
    {
        await _data.InitializeAsync();
        await _data.ExecuteAsync("CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY)");
    }

    public Task DisposeAsync() => _data.DisposeAsync();

    [Fact]
    public async Task Fifty_writes_that_wait_together_cost_one_commit()
    {
        using var meter = new DatabaseMeter();
        var (first, open) = Hold();
        var writes = Enumerable.Range(1, 50).Select(Insert).ToArray();
        open();
        await Task.WhenAll([first, .. writes]);

        Assert.Equal(2, meter.Counts.Commits);
        Assert.Equal(["50"], await _data.QueryAsync("SELECT count(*) FROM notes"));
    }

    [Fact]
    public async Task A_write_that_throws_or_is_abandoned_takes_nothing_of_its_neighbours_with_it()
    {
        var (first, open) = Hold();
        var before = Insert(1);
        var broken = _data.Database.WriteAsync<bool>(
            async scope =>
            {
                await InsertAsync(scope, 2);
                throw new InvalidOperationException("on purpose");
            },
            CancellationToken.None);
        var twice = Insert(1);
        var abandoned = _data.Database.WriteAsync(
            async scope =>
            {
                await InsertAsync(scope, 3);
                scope.Abandon();
                return true;
            },
            CancellationToken.None);
        var after = Insert(4);
        open();

        await Task.WhenAll(first, before, abandoned, after);
        Assert.Equal("on purpose", (await Assert.ThrowsAsync<InvalidOperationException>(() => broken)).Message);
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => twice);
        Assert.Equal(["1", "4"], await _data.QueryAsync("SELECT id FROM notes ORDER BY id"));
    }

    [Fact]
    public async Task A_write_sees_what_its_neighbour_in_the_same_commit_wrote()
    {
        var (first, open) = Hold();
        var one = Insert(1);
        var two = _data.Database.WriteAsync(scope => InsertAsync(scope, "INSERT INTO notes SELECT max(id) + 1 FROM notes"), CancellationToken.None);
        open();
        await Task.WhenAll(first, one, two);
        Assert.Equal(["1", "2"], await _data.QueryAsync("SELECT id FROM notes ORDER BY id"));
    }

    [Fact]
    public async Task When_the_transaction_itself_is_lost_every_write_in_it_fails_and_the_next_works()
    {
        var (first, open) = Hold();
        var one = Insert(1);
        var lost = _data.Database.WriteAsync(scope => InsertAsync(scope, "ROLLBACK"), CancellationToken.None);
        var two = Insert(2);
        open();
        await first;
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => Task.WhenAll(one, lost, two));
        Assert.True(one.IsFaulted && lost.IsFaulted && two.IsFaulted);
        await Insert(3);
        Assert.Equal(["3"], await _data.QueryAsync("SELECT id FROM notes ORDER BY id"));
    }

    [Fact]
    public async Task A_write_whose_caller_gave_up_before_its_turn_does_not_happen()
    {
        using var impatience = new CancellationTokenSource();
        var (first, open) = Hold();
        var late = _data.Database.WriteAsync(scope => InsertAsync(scope, 1), impatience.Token);
        await impatience.CancelAsync();
        open();
        await first;
        await Assert.ThrowsAsync<TaskCanceledException>(() => late);
        await Insert(2);
        Assert.Equal(["2"], await _data.QueryAsync("SELECT id FROM notes ORDER BY id"));
    }

    [Fact]
    public async Task What_waits_when_the_database_is_closed_is_still_written()
    {
        var (first, open) = Hold();
        var waiting = Insert(1);
        var closing = Task.Run(async () => await _data.Database.DisposeAsync());
        open();
        await Task.WhenAll(first, waiting, closing);
        await using var again = _data.OpenAgain();
        Assert.Equal(1, await TestDatabase.ExecuteAsync(again, "DELETE FROM notes WHERE id = 1"));
    }

    // Keeps the writer busy until it is opened, so that everything behind it waits together.
    private (Task First, Action Open) Hold()
    {
        var gate = new ManualResetEventSlim();
        var isHeld = new ManualResetEventSlim();
        var first = _data.Database.WriteAsync(
            async scope =>
            {
                await InsertAsync(scope, "DELETE FROM notes WHERE id = 0");
                isHeld.Set();
                return gate.Wait(TimeSpan.FromSeconds(30));
            },
            CancellationToken.None);
        Assert.True(isHeld.Wait(TimeSpan.FromSeconds(30)));
        return (first, gate.Set);
    }

    private Task<int> Insert(int id) => _data.Database.WriteAsync(scope => InsertAsync(scope, id), CancellationToken.None);

    private static Task<int> InsertAsync(WriteScope scope, int id) => scope.ExecuteAsync(InsertNote, id);

    private static Task<int> InsertAsync(WriteScope scope, string sql) => scope.ExecuteAsync(new Statement(sql));
}
