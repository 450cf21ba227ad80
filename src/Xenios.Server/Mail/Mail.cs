using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Mail;
using Microsoft.Extensions.Logging;
using Xenios.Server.Hosting;

namespace Xenios.Server.Mail;

/// <summary>A mail to one person.</summary>
/// <param name="To">The address as it is stored or was typed, one mailbox.</param>
/// <param name="Subject">Subject; line breaks are removed.</param>
/// <param name="Text">Plain text.</param>
/// <param name="Code">The code in it, for the built-in mailbox; null without.</param>
internal sealed record Message(string To, string Subject, string Text, string? Code = null)
{
    /// <summary>Never the text: it may hold a code.</summary>
    public override string ToString() => "mail";
}

/// <summary>Sends mail.</summary>
internal interface IMailer
{
    /// <summary>Hands a mail over.</summary>
    /// <param name="message">The mail.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>False when it could not be handed over; the log says why.</returns>
    Task<bool> SendAsync(Message message, CancellationToken ct);
}

/// <summary>Counts mails.</summary>
internal static class MailMeter
{
    private static readonly Meter Meter = new("Xenios.Mail");
    private static readonly Counter<long> Mails = Meter.CreateCounter<long>("xenios.mails", "{mail}", "Mails, by whether they could be handed over.");

    /// <summary>Counts one.</summary>
    /// <param name="sent">Whether it was handed over.</param>
    /// <returns>The same.</returns>
    public static bool Count(bool sent)
    {
        Mails.Add(1, new KeyValuePair<string, object?>("xenios.mail.outcome", sent ? "sent" : "failed"));
        return sent;
    }
}

/// <summary>The built-in mailbox: nothing leaves this computer. Holds the newest 200 mails in memory.</summary>
internal sealed class Mailbox(TimeProvider time) : IMailer
{
    private const int Limit = 200;

    private readonly Lock _lock = new();
    private readonly LinkedList<(Message Message, DateTimeOffset SentAt)> _messages = [];

    /// <summary>All mails, newest first.</summary>
    public IReadOnlyList<(Message Message, DateTimeOffset SentAt)> Messages
    {
        get
        {
            lock (_lock)
            {
                return [.. _messages];
            }
        }
    }

    /// <inheritdoc/>
    public Task<bool> SendAsync(Message message, CancellationToken ct)
    {
        lock (_lock)
        {
            _messages.AddFirst((message, time.GetUtcNow()));
            if (_messages.Count > Limit)
            {
                _messages.RemoveLast();
            }
        }

        return Task.FromResult(MailMeter.Count(true));
    }
}

/// <summary>Hands mails to an SMTP server.</summary>
internal sealed partial class Smtp(MailSettings settings, ILogger<Smtp> logger) : IMailer
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<bool> SendAsync(Message message, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(Limit);
        try
        {
            using var client = new SmtpClient(settings.Host, settings.Port) { EnableSsl = settings.Tls };
            if (settings.User is not null)
            {
                client.Credentials = new NetworkCredential(settings.User, settings.Password);
            }

            using var mail = new MailMessage(settings.From, message.To) { Subject = OneLine(message.Subject), Body = message.Text, IsBodyHtml = false };
            mail.Headers.Add("Auto-Submitted", "auto-generated");
            await client.SendMailAsync(mail, timeout.Token);
            return MailMeter.Count(true);
        }
        catch (Exception exception) when (exception is SmtpException or OperationCanceledException or FormatException or InvalidOperationException or IOException)
        {
            Log.Failed(logger, settings.Host, settings.Port, exception.GetType().Name, (exception as SmtpException)?.StatusCode.ToString());
            return MailMeter.Count(false);
        }
    }

    /// <summary>Tries whether the mail server answers; no mail is sent.</summary>
    /// <param name="settings">Where it is.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Why it cannot be used; null when it greets (RFC 5321 §4.2).</returns>
    public static async Task<string?> TryAsync(MailSettings settings, CancellationToken ct)
    {
        try
        {
            using var client = new System.Net.Sockets.TcpClient();
            await client.ConnectAsync(settings.Host, settings.Port, ct);
            var greeting = new byte[512];
            var length = await client.GetStream().ReadAtLeastAsync(greeting, 3, throwOnEndOfStream: false, ct);
            return length >= 3 && greeting.AsSpan(0, 3).SequenceEqual("220"u8) ? null : "it does not greet as a mail server";
        }
        catch (System.Net.Sockets.SocketException exception)
        {
            return exception.SocketErrorCode.ToString();
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return exception is IOException ? "the connection broke" : "no answer in time";
        }
    }

    private static string OneLine(string text) => new([.. text.Where(c => !char.IsControl(c))]);

    private static partial class Log
    {
        [LoggerMessage(EventId = 120, Level = LogLevel.Error, Message = "Mail could not be handed to {Host}:{Port}: {Kind} {Status}")]
        public static partial void Failed(ILogger logger, string host, int port, string kind, string? status);
    }
}
