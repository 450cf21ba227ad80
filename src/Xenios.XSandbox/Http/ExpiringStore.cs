namespace Xenios.XSandbox.Http;

/// <summary>A bounded memory of things that live equally long: the oldest make room, the expired are gone.</summary>
internal sealed class ExpiringStore<T>(int capacity, TimeSpan lifetime, TimeProvider time)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    // Everything lives equally long, so the order of arrival is the order of expiry. Names already taken out stay here until their turn.
    private readonly Queue<KeyValuePair<string, Entry>> _order = new();

    /// <summary>Remembers a value under a name not in use; false when it is.</summary>
    public bool TryAdd(string key, T value)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            Evict(now);
            var entry = new Entry(value, now + lifetime);
            if (!_entries.TryAdd(key, entry))
            {
                return false;
            }

            _order.Enqueue(new(key, entry));
            return true;
        }
    }

    public T? Find(string? key)
    {
        lock (_gate)
        {
            return key is not null && _entries.TryGetValue(key, out var entry) && entry.Until > time.GetUtcNow() ? entry.Value : null;
        }
    }

    /// <summary>Finds and forgets: of two callers, one gets the value.</summary>
    public T? Take(string? key)
    {
        lock (_gate)
        {
            return key is not null && _entries.Remove(key, out var entry) && entry.Until > time.GetUtcNow() ? entry.Value : null;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
            _order.Clear();
        }
    }

    private void Evict(DateTimeOffset now)
    {
        while (_order.TryPeek(out var oldest) && (oldest.Value.Until <= now || _order.Count >= capacity))
        {
            _order.Dequeue();
            if (_entries.TryGetValue(oldest.Key, out var entry) && ReferenceEquals(entry, oldest.Value))
            {
                _entries.Remove(oldest.Key);
            }
        }
    }

    private sealed record Entry(T Value, DateTimeOffset Until);
}
