using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Storage;
using Xenios.Testing;

namespace Xenios.Server.Tests.Hosting;

/// <summary>What runs beside the requests never ends the server, whatever it meets.</summary>
public sealed class BackgroundTaskTests
{
    private const int LongestQueue = 10_000;

    [Fact] // the queue of writes has an end, and reaching it is no error of the database's own kind
    public async Task Sweep_and_key_change_that_find_the_queue_of_writes_full_are_tried_again()
    {
        var time = new QuickTimers { Running = false };
        await using var host = await XeniosHost.StartAsync(options => options.Services = services => services.AddSingleton<TimeProvider>(time));
        var database = host.Services.GetRequiredService<Database>();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = database.WriteAsync(_ => Task.FromResult(release.Task.Wait(TimeSpan.FromSeconds(60))), CancellationToken.None); // holds the writer's thread, as a slow disk does
        var writes = new List<Task>();
        while (true)
        {
            try
            {
                writes.Add(database.WriteAsync(_ => Task.FromResult(0), CancellationToken.None));
            }
            catch (InvalidOperationException)
            {
                break;
            }
        }

        Assert.True(writes.Count >= LongestQueue);
        (time.Days, time.Running) = (90, true);
        await LoggedAsync(host, "[101]", "[143]");
        release.SetResult();
        await Task.WhenAll([first, .. writes]);

        // Both go on: the key that was due is published.
        await UntilAsync(async () => (await host.QueryAsync("SELECT COUNT(*) FROM signing_keys")).Single() == "4");
        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
    }

    [Fact] // a node that was not given the new key yet
    [Trait("Category", "Postgres")]
    public async Task Node_that_cannot_open_what_another_sealed_goes_on_with_what_it_knows()
    {
        var (database, _) = await XeniosHost.CreateDatabaseAsync(PostgresServer.ConnectionString);
        const string Old = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        const string New = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        await using var one = await XeniosHost.StartAsync(options =>
        {
            (options.Settings["Database"], options.Settings["SealingKey"]) = (database, Old);
            options.Services = services => services.AddSingleton<TimeProvider>(new QuickTimers());
        });
        await using var two = await XeniosHost.StartAsync(options => (options.Settings["Database"], options.Settings["SealingKey"]) = (database, $"{New},{Old}"));
        await two.Services.GetRequiredService<KeyRotation>().RotateAsync(Caller.Server(two.Services.GetRequiredService<SnapshotCache>().Default.Id), CancellationToken.None);
        await LoggedAsync(one, "[110]");
        Assert.False(one.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        using var client = one.NewClient();
        Assert.Equal(200, (int)(await client.GetAsync(new Uri("/oauth2/jwks", UriKind.Relative))).StatusCode);
    }

    [Fact] // two changes at once
    public async Task Configuration_that_was_read_first_never_replaces_one_that_was_read_later()
    {
        await using var host = await XeniosHost.StartAsync();
        var snapshots = host.Services.GetRequiredService<SnapshotCache>();
        for (var i = 0; i < 60; i++)
        {
            var before = Enumerable.Range(0, 6).Select(_ => Task.Run(() => snapshots.ReloadAsync(CancellationToken.None))).ToList();
            await host.Services.GetRequiredService<Database>().WriteAsync(
                async scope =>
                {
                    await using var command = scope.Connection.CreateCommand();
                    (command.CommandText, command.Transaction) = ("UPDATE environments SET version = version + 1", scope.Transaction);
                    return await command.ExecuteNonQueryAsync();
                },
                CancellationToken.None);
            await snapshots.ReloadAsync(CancellationToken.None);
            var version = snapshots.Default.Version;
            await Task.WhenAll(before);
            Assert.Equal(version, snapshots.Default.Version);
        }
    }

    private static Task LoggedAsync(XeniosHost host, params string[] events) =>
        UntilAsync(() => Task.FromResult(events.All(number => host.Log.Lines.Any(line => line.Contains(number, StringComparison.Ordinal)))));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; tries < 1000; tries++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(20);
        }

        Assert.Fail("It did not come about within twenty seconds.");
    }

    /// <summary>Timers that come at once; the time of day stands still until a test moves it.</summary>
    private sealed class QuickTimers : TimeProvider
    {
        public int Days { get; set; }

        public bool Running { get; set; } = true;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero).AddDays(Days);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(given => Fire(callback, given), state, TimeSpan.FromMilliseconds(20), period > TimeSpan.Zero ? TimeSpan.FromMilliseconds(20) : period);

        private void Fire(TimerCallback callback, object? state)
        {
            if (Running)
            {
                callback(state);
            }
        }
    }
}
