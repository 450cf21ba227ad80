namespace Xenios.Testing;

/// <summary>Answers the server's outgoing calls: the X sandbox in process, with a place where a test can step in between. Nothing reaches the network.</summary>
public sealed class Upstreams(Func<HttpMessageHandler> sandbox) : HttpMessageHandler
{
    private readonly List<(string Method, string Path)> _calls = [];
    private readonly List<string> _authorizations = [];
    private HttpMessageInvoker? _invoker;

    /// <summary>Answers instead of the sandbox when it returns something.</summary>
    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>>? Intercept { get; set; }

    /// <summary>Every call so far.</summary>
    public IReadOnlyList<(string Method, string Path)> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>The <c>Authorization</c> header of every call so far that had one.</summary>
    public IReadOnlyList<string> Authorizations
    {
        get
        {
            lock (_calls)
            {
                return [.. _authorizations];
            }
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (_calls)
        {
            _calls.Add((request.Method.Method, request.RequestUri!.AbsolutePath));
            if (request.Headers.Authorization is { } authorization)
            {
                _authorizations.Add(authorization.ToString());
            }
        }

        if (Intercept is not null && await Intercept(request, cancellationToken) is { } answer)
        {
            return answer;
        }

        _invoker ??= new HttpMessageInvoker(sandbox());
        return await _invoker.SendAsync(request, cancellationToken);
    }
}
