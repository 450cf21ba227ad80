using System.Text;
using System.Text.Json.Serialization;
using Xenios.Server.Hosting;
using Xenios.Server.Storage;

namespace Xenios.Server.Tests.Storage;

/// <summary>Short-lived values, used once (threats: invariant 5).</summary>
public abstract class EphemeralStoreTests(TestDatabase data)
{
    private static readonly EphemeralKind<Note> Notes = new("note", NoteJson.Default.Note);
    private static readonly EphemeralKind<Note> Letters = new("letter", NoteJson.Default.Note);
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly string _key = Secrets.New();

    private EphemeralStore Store => new(data.Database, data.Vault, data.Clock);

    [Fact]
    public async Task What_was_put_is_there_until_it_is_taken()
    {
        await PutAsync("one");
        Assert.Equal(new Found<Note>(EphemeralState.Live, new Note("one"), 1), await GetAsync());
        Assert.Equal(EphemeralState.Live, (await GetAsync()).State);
        Assert.Equal(new Found<Note>(EphemeralState.Live, new Note("one"), 1), await TakeAsync());
        Assert.Equal((EphemeralState.Taken, new Note("one")), await StateAsync());
        Assert.Equal(EphemeralState.Taken, (await TakeAsync()).State);
    }

    [Fact]
    public async Task What_was_never_put_is_missing()
    {
        Assert.Equal(default, await GetAsync());
        Assert.Equal(default, await TakeAsync());
        Assert.False(await Store.ReplaceAsync(Notes, "env", _key, new Note("x"), 1, CancellationToken.None));
    }

    [Fact]
    public async Task A_second_value_under_the_same_key_changes_nothing()
    {
        await PutAsync("one");
        await PutAsync("two");
        Assert.Equal("one", (await GetAsync()).Value!.Text);
    }

    [Fact]
    public async Task A_stale_version_is_refused_and_nothing_is_merged()
    {
        await PutAsync("one");
        Assert.True(await Store.ReplaceAsync(Notes, "env", _key, new Note("two"), 1, CancellationToken.None));
        Assert.False(await Store.ReplaceAsync(Notes, "env", _key, new Note("three"), 1, CancellationToken.None));
        Assert.Equal(new Found<Note>(EphemeralState.Live, new Note("two"), 2), await GetAsync());
    }

    [Fact]
    public async Task What_was_taken_or_is_late_cannot_be_replaced()
    {
        await PutAsync("one");
        await TakeAsync();
        Assert.False(await Store.ReplaceAsync(Notes, "env", _key, new Note("two"), 1, CancellationToken.None));

        var late = Secrets.New();
        await Store.PutAsync(Notes, "env", late, new Note("late"), Life, Kept, CancellationToken.None);
        data.Clock.Advance(Life);
        Assert.False(await Store.ReplaceAsync(Notes, "env", late, new Note("two"), 1, CancellationToken.None));
        Assert.Equal(EphemeralState.Expired, (await Store.TakeAsync(Notes, "env", late, CancellationToken.None)).State);
    }

    [Fact]
    public async Task A_life_ends_to_the_millisecond_and_is_remembered_after_that()
    {
        await PutAsync("one");
        data.Clock.Advance(Life - TimeSpan.FromMilliseconds(1));
        Assert.Equal(EphemeralState.Live, (await GetAsync()).State);
        data.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((EphemeralState.Expired, new Note("one")), await StateAsync());
        Assert.Equal(EphemeralState.Expired, (await TakeAsync()).State);
        Assert.Equal(EphemeralState.Expired, (await GetAsync()).State);
    }

    [Fact]
    public async Task Of_a_hundred_parallel_takes_exactly_one_is_told_live()
    {
        await PutAsync("one");
        var takes = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(TakeAsync)));
        Assert.Single(takes, take => take.State == EphemeralState.Live);
        Assert.Equal(99, takes.Count(take => take.State == EphemeralState.Taken && take.Value == new Note("one")));
    }

    [Fact]
    public async Task Of_a_hundred_parallel_replacements_exactly_one_wins()
    {
        await PutAsync("one");
        var won = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => Store.ReplaceAsync(Notes, "env", _key, new Note($"{i}"), 1, CancellationToken.None))));
        Assert.Equal(Array.IndexOf(won, true), Array.LastIndexOf(won, true));
        Assert.Equal(new Found<Note>(EphemeralState.Live, new Note($"{Array.IndexOf(won, true)}"), 2), await GetAsync());
    }

    [Fact]
    public async Task Another_kind_or_another_environment_does_not_see_it()
    {
        await PutAsync("one");
        Assert.Equal(default, await Store.GetAsync(Letters, "env", _key, CancellationToken.None));
        Assert.Equal(default, await Store.TakeAsync(Letters, "env", _key, CancellationToken.None));
        Assert.Equal(default, await Store.TakeAsync(Notes, "other", _key, CancellationToken.None));
        Assert.Equal(EphemeralState.Live, (await GetAsync()).State);
    }

    [Fact]
    public async Task A_row_moved_to_another_kind_cannot_be_opened()
    {
        await PutAsync("one");
        await data.ExecuteAsync($"UPDATE ephemeral SET kind = 'letter' WHERE {HashIs(_key)}");
        await Assert.ThrowsAnyAsync<System.Security.Cryptography.CryptographicException>(() => Store.GetAsync(Letters, "env", _key, CancellationToken.None));
    }

    [Fact]
    public async Task At_rest_neither_key_nor_value_can_be_read()
    {
        await PutAsync("a text that would be found");
        var row = (await data.QueryAsync($"SELECT * FROM ephemeral WHERE {HashIs(_key)}")).Single();
        Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes("would be found")), row, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(_key)), row, StringComparison.Ordinal);
        Assert.DoesNotContain(_key, row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_take_in_a_transaction_that_is_abandoned_did_not_happen()
    {
        await PutAsync("one");
        var taken = await data.Database.WriteAsync(
            async scope =>
            {
                var won = await Store.TakeAsync<Note>(Notes, "env", _key, 1, scope);
                scope.Abandon();
                return won;
            },
            CancellationToken.None);
        Assert.True(taken);
        Assert.Equal(EphemeralState.Live, (await GetAsync()).State);
        await Assert.ThrowsAsync<InvalidOperationException>(() => data.Database.WriteAsync<bool>(
            async scope =>
            {
                await Store.TakeAsync<Note>(Notes, "env", _key, 1, scope);
                throw new InvalidOperationException();
            },
            CancellationToken.None));
        Assert.Equal(EphemeralState.Live, (await GetAsync()).State);
        Assert.False(await data.Database.WriteAsync(scope => Store.TakeAsync<Note>(Notes, "env", _key, 2, scope), CancellationToken.None));
    }

    private string HashIs(string key) => data.Database.IsPostgres ? $"key_hash = '\\x{Convert.ToHexStringLower(Secrets.Hash(key))}'" : $"key_hash = x'{Convert.ToHexStringLower(Secrets.Hash(key))}'";

    private Task PutAsync(string text) => Store.PutAsync(Notes, "env", _key, new Note(text), Life, Kept, CancellationToken.None);

    private Task<Found<Note>> GetAsync() => Store.GetAsync(Notes, "env", _key, CancellationToken.None);

    private Task<Found<Note>> TakeAsync() => Store.TakeAsync(Notes, "env", _key, CancellationToken.None);

    private async Task<(EphemeralState State, Note? Value)> StateAsync() => await GetAsync() is var found ? (found.State, found.Value) : default;
}

internal sealed record Note(string Text);

[JsonSerializable(typeof(Note))]
internal sealed partial class NoteJson : JsonSerializerContext;

public sealed class EphemeralStoreOnSqliteTests(SqliteDatabase data) : EphemeralStoreTests(data), IClassFixture<SqliteDatabase>;

[Trait("Category", "Postgres")]
public sealed class EphemeralStoreOnPostgresTests(PostgresDatabase data) : EphemeralStoreTests(data), IClassFixture<PostgresDatabase>;
