using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Data.Sqlite;

namespace Xenios.Server.Storage;

/// <summary>
/// SQLite's one writer: a thread that takes everything that waits, runs each in a savepoint of its own, and commits once. Whoever comes while a commit reaches the
/// disk shares the next one, so the more there is to write, the less a write costs.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    // A batch ends before those at its head have waited long; the queue ends before memory does.
    private const int LargestBatch = 64;
    private const int LongestQueue = 10_000;

    private static readonly Statement Begin = new("BEGIN IMMEDIATE");
    private static readonly Statement Commit = new("COMMIT");
    private static readonly Statement Rollback = new("ROLLBACK");
    private static readonly Statement Savepoint = new("SAVEPOINT one");
    private static readonly Statement Release = new("RELEASE one");
    private static readonly Statement RollbackToSavepoint = new("ROLLBACK TO one");

    private static readonly ConcurrentDictionary<SqliteWriter, bool> Living = [];
    private static readonly Meter Meter = new("Xenios.Database");
    private static readonly Histogram<int> BatchSizes = Meter.CreateHistogram<int>(
        "xenios.database.commit.size", "{write}", "Writes that shared a commit of SQLite.", advice: new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, LargestBatch] });

    private readonly SqliteSession _session;
    private readonly Counter<long> _commits;
    private readonly Histogram<double> _durations;
    private readonly Queue<Pending> _waiting = new();
    private readonly List<Pending> _batch = new(LargestBatch);
    private readonly Thread _thread;
    private bool _ends;

    static SqliteWriter() => Meter.CreateObservableGauge("xenios.database.queue.length", () => Living.Keys.Sum(writer => writer._waiting.Count), "{write}", "Writes that wait for SQLite's writer.");

    /// <summary>Starts the thread.</summary>
    /// <param name="session">The connection it writes on; it is disposed with the writer.</param>
    /// <param name="commits">Counts commits.</param>
    /// <param name="durations">Measures them, in seconds.</param>
    public SqliteWriter(SqliteSession session, Counter<long> commits, Histogram<double> durations)
    {
        (_session, _commits, _durations) = (session, commits, durations);
        Living[this] = true;
        _thread = new Thread(Work) { IsBackground = true, Name = "SQLite writer" };
        _thread.Start();
    }

    /// <summary>Runs one short transaction; it is committed when the task ends, unless it was abandoned or threw.</summary>
    /// <param name="write">Writes.</param>
    /// <param name="ct">Ends the wait for the start.</param>
    /// <typeparam name="T">What it yields.</typeparam>
    public Task<T> WriteAsync<T>(Func<WriteScope, Task<T>> write, CancellationToken ct)
    {
        var pending = new Pending<T>(write, ct);
        lock (_waiting)
        {
            ObjectDisposedException.ThrowIf(_ends, this);
            if (_waiting.Count >= LongestQueue)
            {
                throw new InvalidOperationException("Too many writes are waiting for the database.");
            }

            _waiting.Enqueue(pending);
            if (_waiting.Count == 1)
            {
                Monitor.Pulse(_waiting);
            }
        }

        return pending.Task;
    }

    /// <summary>Finishes what waits and ends the thread.</summary>
    public void Dispose()
    {
        Living.TryRemove(this, out _);
        lock (_waiting)
        {
            _ends = true;
            Monitor.Pulse(_waiting);
        }

        _thread.Join();
        _session.Dispose();
    }

    private void Work()
    {
        while (TakeBatch())
        {
            try
            {
                WriteBatch();
            }
            catch (Exception exception)
            {
                // The commit itself failed, or the whole transaction was lost: nobody's write is there.
                Undo();
                foreach (var pending in _batch)
                {
                    pending.Fail(exception);
                }
            }

            foreach (var pending in _batch)
            {
                pending.Answer();
            }

            _batch.Clear();
        }
    }

    private bool TakeBatch()
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0)
            {
                if (_ends)
                {
                    return false;
                }

                Monitor.Wait(_waiting);
            }
        }

        LetOthersCome();
        lock (_waiting)
        {
            while (_batch.Count < LargestBatch && _waiting.TryDequeue(out var pending))
            {
                _batch.Add(pending);
            }

            return true;
        }
    }

    // Whoever is about to write and only waits for a processor shares this commit: on one core there is nothing to gain by beginning before them. Where nobody waits
    // for the processor this takes no time.
    private void LetOthersCome()
    {
        const int MostTurns = 8;
        var before = 0;
        for (var turn = 0; turn < MostTurns && _waiting.Count is var now && now > before && now < LargestBatch; turn++)
        {
            before = now;
            Thread.Yield();
        }
    }

    private void WriteBatch()
    {
        var began = Stopwatch.GetTimestamp();
        _session.Execute(Begin);
        var keeps = false;
        foreach (var pending in _batch)
        {
            // Alone, the transaction is savepoint enough.
            if (_batch.Count == 1)
            {
                keeps = pending.Run(_session);
                continue;
            }

            _session.Execute(Savepoint);
            if (pending.Run(_session))
            {
                keeps = true;
            }
            else
            {
                _session.Execute(RollbackToSavepoint);
            }

            _session.Execute(Release);
        }

        _session.Execute(keeps ? Commit : Rollback);
        if (keeps)
        {
            _commits.Add(1);
            _durations.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
            BatchSizes.Record(_batch.Count);
        }
    }

    private void Undo()
    {
        try
        {
            _session.Execute(Rollback);
        }
        catch (SqliteException)
        {
            // SQLite rolled back by itself.
        }
    }

    private abstract class Pending
    {
        /// <summary>Runs it; false when nothing of it is to be kept.</summary>
        public abstract bool Run(SqliteSession session);

        /// <summary>Makes it end with an error, whatever it yielded.</summary>
        public abstract void Fail(Exception exception);

        /// <summary>Tells the caller, after the commit.</summary>
        public abstract void Answer();
    }

    private sealed class Pending<T>(Func<WriteScope, Task<T>> write, CancellationToken ct) : Pending
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task<T>? _ran;
        private Exception? _failure;

        public Task<T> Task => _answer.Task;

        public override bool Run(SqliteSession session)
        {
            if (ct.IsCancellationRequested)
            {
                return false;
            }

            var scope = new WriteScope(session, null);
            try
            {
                _ran = write(scope);

                // SQLite answers at once, so this waits only for code that awaits something else.
                _ran.GetAwaiter().GetResult();
                return !scope.Abandoned;
            }
            catch (Exception exception)
            {
                _failure = exception;
                return false;
            }
        }

        public override void Fail(Exception exception) => _failure ??= exception;

        public override void Answer()
        {
            if (_failure is not null)
            {
                _answer.SetException(_failure);
            }
            else if (_ran is null)
            {
                _answer.SetCanceled(ct);
            }
            else
            {
                _answer.SetResult(_ran.Result);
            }
        }
    }
}
