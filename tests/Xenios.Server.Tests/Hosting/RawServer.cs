using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Xenios.Server.Tests.Hosting;

/// <summary>A listener on this computer that says what a test wants, byte by byte, and counts who came.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;
    private readonly List<string> _requests = [];
    private int _connections;

    public RawServer(Func<NetworkStream, CancellationToken, Task> answer)
    {
        Answer = answer;
        _listener.Start();
        _loop = RunAsync();
    }

    /// <summary>What it says; a test may change it between calls.</summary>
    public Func<NetworkStream, CancellationToken, Task> Answer { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>A server that answers every request with the same text.</summary>
    public static RawServer Saying(string text) => new(async (stream, ct) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), ct));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _loop;
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        var calls = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                Interlocked.Increment(ref _connections);
                calls.Add(ServeAsync(client));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(calls);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var buffer = new byte[16 * 1024];
                var head = new StringBuilder();
                while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    var read = await stream.ReadAsync(buffer, _end.Token);
                    if (read == 0)
                    {
                        return;
                    }

                    head.Append(Encoding.ASCII.GetString(buffer, 0, read));
                }

                lock (_requests)
                {
                    _requests.Add(head.ToString());
                }

                await Answer(stream, _end.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The other side hung up, which is what some tests are about.
            }
        }
    }
}
