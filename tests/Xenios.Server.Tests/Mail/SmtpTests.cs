using System.Text;
using Microsoft.Extensions.Logging;
using Xenios.Server.Hosting;
using Xenios.Server.Mail;
using Xenios.Testing;

namespace Xenios.Server.Tests.Mail;

/// <summary>What really goes over the wire (threats A16, H04).</summary>
public sealed class SmtpTests
{
    private readonly LogSink _log = new();

    [Theory]
    [InlineData("a+tag@v.test", "a+tag@v.test")]
    [InlineData("o'neil@v.test", "o'neil@v.test")]
    [InlineData("A.B@V.Test", "A.B@V.Test")]
    [InlineData("a@bücher.example", "a@xn--bcher-kva.example")]
    public async Task A_mail_goes_to_one_mailbox_and_to_no_other(string to, string recipient)
    {
        var (commands, mail) = await SendAsync(new Message(to, "123 456 is your code", "Your code is 123 456.", "123456"));
        Assert.Equal([$"RCPT TO:<{recipient}>"], commands.Where(command => command.StartsWith("RCPT", StringComparison.Ordinal)));
        Assert.Contains("\nAuto-Submitted: auto-generated\n", "\n" + mail, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/plain", mail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Shop\r\nBcc: evil@e.test")]
    [InlineData("Shop\nBcc: evil@e.test")]
    [InlineData("Shop\rBcc: evil@e.test")]
    [InlineData("Shop\u0085\u2028Bcc: evil@e.test")]
    [InlineData("Shöp\r\nBcc: evil@e.test")]
    public async Task A_subject_adds_no_header(string subject)
    {
        var (commands, mail) = await SendAsync(new Message("a@v.test", subject, "Text\r\n.\r\nRCPT TO:<evil@e.test>"));
        Assert.DoesNotContain(mail.Split('\n'), line => line.StartsWith("Bcc", StringComparison.OrdinalIgnoreCase));
        Assert.Single(commands, command => command.StartsWith("RCPT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_recipient_is_a_mail_that_was_not_sent_and_the_log_names_nobody()
    {
        using var sink = new SmtpSink("550 no such mailbox somebody@v.test");
        Assert.False(await Mailer(sink.Port).SendAsync(new Message("somebody@v.test", "s", "t"), CancellationToken.None));
        var line = Assert.Single(_log.Lines);
        Assert.DoesNotContain("somebody", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_at_the_port_is_a_mail_that_was_not_sent()
    {
        int port;
        using (var sink = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0))
        {
            sink.Start();
            port = ((System.Net.IPEndPoint)sink.LocalEndpoint).Port;
        }

        Assert.False(await Mailer(port).SendAsync(new Message("a@v.test", "s", "t"), CancellationToken.None));
        Assert.Contains(_log.Lines, line => line.Contains("Mail could not be handed to 127.0.0.1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_message_prints_neither_recipient_nor_code() =>
        Assert.Equal("mail", $"{new Message("a@v.test", "123 456 is your code", "123 456", "123456")}");

    private async Task<(List<string> Commands, string Mail)> SendAsync(Message message)
    {
        using var sink = new SmtpSink();
        Assert.True(await Mailer(sink.Port).SendAsync(message, CancellationToken.None), string.Join('\n', _log.Lines));
        var (commands, mail) = await sink.Done;
        return (commands, Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(mail)));
    }

    private Smtp Mailer(int port) =>
        new(new MailSettings("127.0.0.1", port, null, null, "no-reply@v.test", Tls: false), new LoggerFactory([_log]).CreateLogger<Smtp>());
}
