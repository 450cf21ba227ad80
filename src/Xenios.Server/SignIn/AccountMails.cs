using System.Globalization;
using Xenios.Server.Connectors;
using Xenios.Server.Environments;
using Xenios.Server.Mail;

namespace Xenios.Server.SignIn;

/// <summary>What the owner of an account is told by mail when its ways in change (ux 3.6).</summary>
internal sealed class AccountMails(TimeProvider time)
{
    private const int LongestHandle = 50;

    /// <summary>An identity was connected with the account.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="language">Language of the mail.</param>
    /// <param name="to">The account's confirmed address, as stored.</param>
    /// <param name="connection">Name of the connection.</param>
    /// <param name="identity">Who was connected.</param>
    public Message Connected(EnvironmentContext environment, string language, string to, string connection, ExternalIdentity identity) =>
        Write("connected", environment, language, to, connection, identity.Handle ?? identity.Subject);

    /// <summary>An identity was taken from the account.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="language">Language of the mail.</param>
    /// <param name="to">The account's confirmed address, as stored.</param>
    /// <param name="connection">Name of the connection.</param>
    /// <param name="handle">Its handle, or its subject where it had none.</param>
    public Message Disconnected(EnvironmentContext environment, string language, string to, string connection, string handle) =>
        Write("disconnected", environment, language, to, connection, handle);

    /// <summary>Somebody proved an address that an unfinished account had claimed.</summary>
    /// <param name="environment">The environment in use.</param>
    /// <param name="language">Language of the mail.</param>
    /// <param name="to">The address.</param>
    public Message TakenOver(EnvironmentContext environment, string language, string to) => Write("takenOver", environment, language, to, "", "");

    private Message Write(string kind, EnvironmentContext environment, string language, string to, string connection, string handle)
    {
        var texts = Texts.For(language);
        var person = handle.All(char.IsAsciiDigit) ? handle : $"@{(handle.Length > LongestHandle ? handle[..LongestHandle] : handle)}";
        var at = time.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        (string, string)[] values = [("person", person), ("connection", connection), ("time", at), ("app", environment.Snapshot.DisplayName)];
        return new Message(to, texts[$"mail.{kind}.subject", values], texts[$"mail.{kind}.text", values]);
    }
}
