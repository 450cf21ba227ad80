using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Xenios.Server.Tests.Mail;

/// <summary>An SMTP server that keeps one mail, as much of the protocol as a client needs.</summary>
internal sealed class SmtpSink : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SmtpSink(string recipientAnswer = "250 OK")
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        Done = ServeAsync(recipientAnswer);
    }

    public int Port { get; }

    /// <summary>The commands of the one connection, and the mail itself.</summary>
    public Task<(List<string> Commands, string Mail)> Done { get; }

    public void Dispose() => _listener.Dispose();

    private async Task<(List<string> Commands, string Mail)> ServeAsync(string recipientAnswer)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await using var writer = new StreamWriter(stream, Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
        var (commands, mail) = (new List<string>(), new StringBuilder());
        await writer.WriteLineAsync("220 sink");
        while (await reader.ReadLineAsync() is { } line)
        {
            commands.Add(line);
            if (line == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                while (await reader.ReadLineAsync() is { } text && text != ".")
                {
                    mail.Append(text).Append('\n');
                }
            }

            await writer.WriteLineAsync(line.StartsWith("RCPT", StringComparison.Ordinal) ? recipientAnswer : line == "QUIT" ? "221 bye" : "250 OK");
        }

        return (commands, mail.ToString());
    }
}
