namespace Xenios.XSandbox.Http;

/// <summary>One answered request as the control page shows it. Paths come without their query, so no code or token is ever in here.</summary>
internal sealed record LoggedRequest(
    DateTimeOffset At,
    string Method,
    string Path,
    string? Endpoint,
    int Status,
    string? App,
    string? Person,
    string? Fault,
    string? Reason,
    int Milliseconds);

/// <summary>The newest requests, newest first.</summary>
internal sealed class RequestLog
{
    private const int Capacity = 100;

    private readonly Lock _gate = new();
    private readonly LinkedList<LoggedRequest> _requests = new();

    public IReadOnlyList<LoggedRequest> Newest
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    public void Add(LoggedRequest request)
    {
        lock (_gate)
        {
            if (_requests.Count == Capacity)
            {
                _requests.RemoveLast();
            }

            _requests.AddFirst(request);
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _requests.Clear();
        }
    }
}
