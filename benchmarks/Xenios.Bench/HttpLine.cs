using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Xenios.Bench;

/// <summary>An answer as far as the load needs it.</summary>
/// <param name="Status">Status code.</param>
/// <param name="Location">The <c>Location</c> header; null for none.</param>
/// <param name="Cookies">Name and value of each cookie that was set.</param>
/// <param name="Body">The body.</param>
internal sealed record Answer(int Status, string? Location, IReadOnlyList<KeyValuePair<string, string>> Cookies, string Body);

/// <summary>One keep-alive HTTP/1.1 connection with blocking calls: the least a client can cost, so that one core loads another.</summary>
internal sealed class HttpLine(int port) : IDisposable
{
    private static readonly SearchValues<byte> EndOfLine = SearchValues.Create("\r\n"u8);

    private readonly byte[] _buffer = new byte[256 * 1024];
    private Socket? _socket;
    private int _filled;

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <param name="method">Method.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="headers">Further header lines, each ending with CR LF.</param>
    /// <param name="form">A form body; null for none.</param>
    public Answer Send(string method, string target, string headers = "", string? form = null)
    {
        var text = form is null
            ? $"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}\r\n"
            : $"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {form.Length}\r\n\r\n{form}";
        var request = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            var length = Encoding.ASCII.GetBytes(text, request);
            Connected().Send(request.AsSpan(0, length));
            return Read();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(request);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private Socket Connected()
    {
        if (_socket is null)
        {
            _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000 };
            _socket.Connect(IPAddress.Loopback, port);
        }

        return _socket;
    }

    private Answer Read()
    {
        _filled = 0;
        int end;
        while ((end = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            Fill();
        }

        var head = _buffer.AsSpan(0, end);
        var status = int.Parse(head.Slice(9, 3), CultureInfo.InvariantCulture);
        string? location = null;
        var cookies = new List<KeyValuePair<string, string>>();
        long length = -1;
        var close = false;
        var rest = head[(head.IndexOfAny(EndOfLine) + 2)..];
        while (!rest.IsEmpty)
        {
            var stop = rest.IndexOfAny(EndOfLine);
            var line = stop < 0 ? rest : rest[..stop];
            rest = stop < 0 ? [] : rest[(stop + 2)..];
            if (Value(line, "Content-Length: "u8) is { IsEmpty: false } number)
            {
                length = long.Parse(number, CultureInfo.InvariantCulture);
            }
            else if (Value(line, "Location: "u8) is { IsEmpty: false } place)
            {
                location = Encoding.ASCII.GetString(place);
            }
            else if (Value(line, "Set-Cookie: "u8) is { IsEmpty: false } cookie)
            {
                var pair = Encoding.ASCII.GetString(cookie).Split(';')[0].Split('=', 2);
                cookies.Add(new(pair[0], pair[1]));
            }
            else if (Value(line, "Connection: close"u8) is { IsEmpty: true } && line.StartsWith("Connection: close"u8))
            {
                close = true;
            }
        }

        var body = length >= 0 ? Exactly(end + 4, (int)length) : status is 204 or 304 ? "" : Chunks(end + 4);
        if (close)
        {
            _socket!.Dispose();
            _socket = null;
        }

        return new Answer(status, location, cookies, body);
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) => line.StartsWith(name) ? line[name.Length..] : [];

    private string Exactly(int start, int length)
    {
        while (_filled < start + length)
        {
            Fill();
        }

        return Encoding.UTF8.GetString(_buffer, start, length);
    }

    private string Chunks(int at)
    {
        var body = new StringBuilder();
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(at, _filled - at).IndexOf("\r\n"u8)) < 0)
            {
                Fill();
            }

            var size = int.Parse(_buffer.AsSpan(at, line), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Append(Exactly(at + line + 2, size));
            at += line + 2 + size + 2;
            while (_filled < at)
            {
                Fill();
            }

            if (size == 0)
            {
                return body.ToString();
            }
        }
    }

    private void Fill()
    {
        var read = _socket!.Receive(_buffer.AsSpan(_filled));
        if (read == 0)
        {
            throw new IOException("The server closed the connection.");
        }

        _filled += read;
    }
}
