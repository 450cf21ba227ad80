namespace Xenios.XSandbox.Faults;

/// <summary>The faults switched on, at most one for each endpoint.</summary>
internal sealed class FaultBoard
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Fault> _faults = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Fault> All
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, Fault>(_faults, StringComparer.Ordinal);
            }
        }
    }

    public void Set(string endpoint, Fault fault)
    {
        lock (_gate)
        {
            _faults[endpoint] = fault;
        }
    }

    /// <summary>The fault for one request, counted down.</summary>
    public Fault? Take(string endpoint)
    {
        lock (_gate)
        {
            if (!_faults.TryGetValue(endpoint, out var fault))
            {
                return null;
            }

            if (fault.Times is { } times)
            {
                if (times <= 1)
                {
                    _faults.Remove(endpoint);
                }
                else
                {
                    _faults[endpoint] = fault with { Times = times - 1 };
                }
            }

            return fault;
        }
    }

    public void Clear(string endpoint)
    {
        lock (_gate)
        {
            _faults.Remove(endpoint);
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _faults.Clear();
        }
    }
}
