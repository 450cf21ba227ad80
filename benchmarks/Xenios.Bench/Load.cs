using System.Diagnostics;

namespace Xenios.Bench;

/// <summary>What one operation cost.</summary>
/// <param name="CpuMs">Milliseconds of the measured process's CPU time per operation, user and system.</param>
/// <param name="PerSecond">Operations per second.</param>
/// <param name="P50Ms">Median milliseconds an operation took.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="Operations">How many were counted.</param>
internal sealed record Cost(double CpuMs, double PerSecond, double P50Ms, double P99Ms, long Operations);

/// <summary>Closed-loop load: each user does the operation again and again on connections of its own.</summary>
internal static class Load
{
    /// <summary>Runs the load, lets it warm up, then measures.</summary>
    /// <param name="users">One operation per concurrent user; it throws when an answer is not the expected one, and answers false when there is nothing left to do.</param>
    /// <param name="cpu">CPU time of the measured process so far.</param>
    /// <param name="warm">Time that is not counted; it goes on, up to a minute, while the operation still becomes cheaper: what is measured is a program that has been
    /// running, not its compiler. Zero measures at once.</param>
    /// <param name="time">Time that is.</param>
    public static Cost Run(IReadOnlyList<Func<bool>> users, Func<TimeSpan> cpu, TimeSpan warm, TimeSpan time)
    {
        var measuring = false;
        var stop = false;
        Exception? broken = null;
        var taken = users.Select(_ => new List<long>(1 << 16)).ToArray();
        var done = 0L;
        var threads = users.Select((user, i) => new Thread(() =>
        {
            try
            {
                while (!Volatile.Read(ref stop))
                {
                    var began = Stopwatch.GetTimestamp();
                    if (!user())
                    {
                        return;
                    }

                    Interlocked.Increment(ref done);
                    if (Volatile.Read(ref measuring))
                    {
                        taken[i].Add(Stopwatch.GetTimestamp() - began);
                    }
                }
            }
            catch (Exception exception)
            {
                broken = exception;
            }
        })).ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        if (warm > TimeSpan.Zero)
        {
            WarmUp(cpu, () => Volatile.Read(ref done), warm, () => threads.All(thread => thread.IsAlive));
        }

        var before = cpu();
        var clock = Stopwatch.StartNew();
        Volatile.Write(ref measuring, true);
        while (clock.Elapsed < time && threads.Any(thread => thread.IsAlive))
        {
            Thread.Sleep(5);
        }

        Volatile.Write(ref measuring, false);
        var seconds = clock.Elapsed.TotalSeconds;
        var spent = cpu() - before;
        Volatile.Write(ref stop, true);
        foreach (var thread in threads)
        {
            thread.Join();
        }

        if (broken is not null)
        {
            throw new InvalidOperationException($"The load met an answer it did not expect: {broken.Message}", broken);
        }

        if (taken.All(list => list.Count == 0))
        {
            return new Cost(0, 0, 0, 0, 0); // whoever only wants the load has nothing to measure
        }

        var all = taken.SelectMany(list => list).Order().ToArray();
        return new Cost(
            spent.TotalMilliseconds / all.Length,
            all.Length / seconds,
            Stopwatch.GetElapsedTime(0, all[all.Length / 2]).TotalMilliseconds,
            Stopwatch.GetElapsedTime(0, all[(int)(all.Length * 0.99)]).TotalMilliseconds,
            all.Length);
    }

    private static void WarmUp(Func<TimeSpan> cpu, Func<long> done, TimeSpan window, Func<bool> goesOn)
    {
        // Windows rather than operations: the compiler works beside the load, so a window without gain may come before one with it.
        const int CalmWindows = 2;
        const double Gain = 0.98;
        var clock = Stopwatch.StartNew();
        var best = double.PositiveInfinity;
        var calm = 0;
        while (calm < CalmWindows && clock.Elapsed < TimeSpan.FromMinutes(1) && goesOn())
        {
            var (spent, operations) = (cpu(), done());
            Thread.Sleep(window);
            var each = (cpu() - spent).TotalMilliseconds / Math.Max(1, done() - operations);
            Console.Error.WriteLine($"  warming: {each:F3} ms");
            calm = each < best * Gain ? 0 : calm + 1;
            best = Math.Min(best, each);
        }
    }
}
