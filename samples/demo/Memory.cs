using System.Diagnostics.CodeAnalysis;

namespace Xenios.Demo;

/// <summary>Remembers things for a while and forgets the oldest when full. A real application uses its database.</summary>
/// <typeparam name="T">What is remembered.</typeparam>
internal sealed class Memory<T>(TimeProvider time, TimeSpan lifetime, int capacity)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (T Value, DateTimeOffset Until)> _entries = new(StringComparer.Ordinal);

    // Every entry lives equally long, so the first one in is also the first one to expire.
    private readonly Queue<string> _oldestFirst = new();

    public void Add(string key, T value)
    {
        lock (_gate)
        {
            while (_oldestFirst.TryPeek(out var oldest) && (_oldestFirst.Count >= capacity || !IsAlive(oldest)))
            {
                _entries.Remove(_oldestFirst.Dequeue());
            }

            _entries[key] = (value, time.GetUtcNow() + lifetime);
            _oldestFirst.Enqueue(key);
        }
    }

    public bool TryGet(string key, [NotNullWhen(true)] out T? value)
    {
        lock (_gate)
        {
            value = IsAlive(key) ? _entries[key].Value : null;
            return value is not null;
        }
    }

    /// <summary>Reads an entry and forgets it in one step, so that it is good for one use.</summary>
    public bool TryTake(string key, [NotNullWhen(true)] out T? value)
    {
        lock (_gate)
        {
            value = IsAlive(key) ? _entries[key].Value : null;
            _entries.Remove(key);
            return value is not null;
        }
    }

    private bool IsAlive(string key) => _entries.TryGetValue(key, out var entry) && entry.Until > time.GetUtcNow();
}
