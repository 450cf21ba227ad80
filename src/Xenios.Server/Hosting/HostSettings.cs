using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Xenios.Server.Hosting;

/// <summary>What the operator sets for the whole program, by command line, environment or <c>appsettings.json</c>. Read once and checked as a whole; see contract §2.</summary>
public sealed record HostSettings
{
    /// <summary>Public base URL: issuer, links and the host that is answered. No path, no trailing slash.</summary>
    public required Uri Url { get; init; }

    /// <summary>Address to bind; from <see cref="Url"/> unless set.</summary>
    public required string Listen { get; init; }

    /// <summary>Folder for SQLite and generated keys.</summary>
    public required string Data { get; init; }

    /// <summary>PostgreSQL connection string; null for SQLite in <see cref="Data"/>.</summary>
    public string? Database { get; init; }

    /// <summary>Keys that seal secrets at rest, first one seals; null to generate one into <see cref="Data"/>.</summary>
    public IReadOnlyList<(string Id, byte[] Key)>? SealingKeys { get; init; }

    /// <summary>Path of a resource file applied at every start.</summary>
    public string? Resources { get; init; }

    /// <summary>X sandbox: true on, false off, null decided by <see cref="Url"/> and the environments.</summary>
    public bool? Sandbox { get; init; }

    /// <summary>Where the sandbox answers.</summary>
    public required Uri SandboxUrl { get; init; }

    /// <summary>Client ID of an X app of the operator for connections with blank credentials; null without.</summary>
    public string? SharedXClientId { get; init; }

    /// <summary>Its secret.</summary>
    public string? SharedXClientSecret { get; init; }

    /// <summary>SMTP server; null for the built-in mailbox.</summary>
    public MailSettings? Mail { get; init; }

    /// <summary>Networks whose forwarded headers are believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Host names that outgoing calls may reach although private.</summary>
    public IReadOnlyList<string> PrivateHosts { get; init; } = [];

    /// <summary>Networks that outgoing calls may reach although private.</summary>
    public IReadOnlyList<IPNetwork> PrivateNetworks { get; init; } = [];

    /// <summary>Least severe level that is logged, in .NET's words.</summary>
    public string LogLevel { get; init; } = "Information";

    /// <summary>Settings of the contract that this version knows but does nothing with yet, and that were set.</summary>
    public IReadOnlyList<string> WithoutEffect { get; init; } = [];

    /// <summary>Whether <see cref="Url"/> names this computer only.</summary>
    public bool IsLoopback => Url.IsLoopback || Url.Host.EndsWith(".localhost", StringComparison.Ordinal);

    /// <summary>The base URL as it stands in an issuer: no trailing slash.</summary>
    public string BaseUrl => Url.GetLeftPart(UriPartial.Authority);
}

/// <summary>How mail leaves.</summary>
/// <param name="Host">SMTP server.</param>
/// <param name="Port">Its port.</param>
/// <param name="User">User name, or null.</param>
/// <param name="Password">Password, or null.</param>
/// <param name="From">Sender address.</param>
/// <param name="Tls">Whether STARTTLS is demanded.</param>
public sealed record MailSettings(string Host, int Port, string? User, string? Password, string From, bool Tls)
{
    /// <summary>Never the password.</summary>
    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>One key of the host settings, for help texts and to tell a slip from a setting.</summary>
/// <param name="Name">Name, with <c>:</c> between parts.</param>
/// <param name="Meaning">What it is for.</param>
/// <param name="Default">Default as people read it.</param>
public sealed record HostSettingKey(string Name, string Meaning, string Default);

/// <summary>Reads <see cref="HostSettings"/> from configuration: a wrong setting is a line in a list, never an exception.</summary>
public static class HostSettingsReader
{
    private static readonly string[] NotYet = ["Operations:Listen", "Operations:Token", "Otlp:Endpoint", "Dns:Server"];

    /// <summary>Every key there is.</summary>
    public static IReadOnlyList<HostSettingKey> Keys { get; } =
    [
        new("Url", "public base URL", "http://127.0.0.1:7400"),
        new("Listen", "address to bind", "from Url"),
        new("Data", "folder for SQLite and generated keys", "./.data in a repository, else ~/.local/share/xenios"),
        new("Database", "PostgreSQL connection string; empty for SQLite in Data", "empty"),
        new("SealingKey", "base64 of 32 bytes, or id:base64,… (first one seals, all open)", "generated into Data outside production"),
        new("Resources", "resource file applied at every start", "none"),
        new("Sandbox", "on or off: the X sandbox", "on while Url is loopback and no environment is production"),
        new("Sandbox:Url", "where the X sandbox answers", "port of Url + 1"),
        new("SharedX:ClientId", "X app for connections with blank credentials outside production", "empty"),
        new("SharedX:ClientSecret", "its secret", "empty"),
        new("Mail:Host", "SMTP server; empty for the built-in mailbox", "empty"),
        new("Mail:Port", "SMTP port", "587"),
        new("Mail:User", "SMTP user", "empty"),
        new("Mail:Password", "SMTP password", "empty"),
        new("Mail:From", "sender address", "empty"),
        new("Mail:Tls", "on or off: demand STARTTLS", "on"),
        new("Proxy:TrustedNetworks", "networks whose forwarded headers are believed, comma-separated", "none"),
        new("Outgoing:AllowPrivate", "hosts or networks that outgoing calls may reach although private, comma-separated", "none; loopback outside production"),
        new("Log:Level", "Trace, Debug, Information, Warning, Error or Critical", "Information"),
        new("Server", "for commands: base URL of the server", "from operator.json in Data"),
        new("Token", "for commands: bearer token of the management API", "from operator.json in Data"),
        .. NotYet.Select(name => new HostSettingKey(name, "has no effect in this version", "none")),
    ];

    /// <summary>Reads and checks all settings.</summary>
    /// <param name="configuration">Keys directly below it, such as <c>Url</c> and <c>Sandbox:Url</c>.</param>
    /// <param name="errors">What is wrong, one line each; empty when the result is not null.</param>
    /// <returns>The settings, or null.</returns>
    public static HostSettings? Read(IConfiguration configuration, out IReadOnlyList<string> errors)
    {
        var reading = new Reading(configuration);
        var settings = reading.Run();
        errors = reading.Errors;
        return reading.Errors.Count == 0 ? settings : null;
    }

    private sealed class Reading(IConfiguration configuration)
    {
        public List<string> Errors { get; } = [];

        public HostSettings Run()
        {
            CheckNames();
            var url = Address("Url", "http://127.0.0.1:7400");
            var listen = Text("Listen") is null ? url : Address("Listen", "http://127.0.0.1:7400");
            if (listen.Scheme == "https")
            {
                Errors.Add("Listen: TLS ends at a proxy before this server. Set Listen to where the proxy finds it, such as http://127.0.0.1:7400.");
            }

            var privateEntries = List("Outgoing:AllowPrivate");
            return new HostSettings
            {
                Url = url,
                Listen = listen.GetLeftPart(UriPartial.Authority),
                Data = Path.GetFullPath(Text("Data") ?? DefaultData()),
                Database = ReadDatabase(),
                SealingKeys = SealingKeys(),
                Resources = ExistingFile("Resources"),
                Sandbox = Switch("Sandbox"),
                SandboxUrl = Text("Sandbox:Url") is null
                    ? new UriBuilder(url.Scheme, url.Host, url.Port == 65535 ? 65534 : url.Port + 1).Uri
                    : Address("Sandbox:Url", "http://127.0.0.1:7401"),
                SharedXClientId = Text("SharedX:ClientId"),
                SharedXClientSecret = Text("SharedX:ClientSecret"),
                Mail = Mail(),
                TrustedProxies = [.. List("Proxy:TrustedNetworks").Select(entry => Network("Proxy:TrustedNetworks", entry)).OfType<IPNetwork>()],
                PrivateNetworks = [.. privateEntries.Where(LooksLikeNetwork).Select(entry => Network("Outgoing:AllowPrivate", entry)).OfType<IPNetwork>()],
                PrivateHosts = [.. privateEntries.Where(entry => !LooksLikeNetwork(entry))],
                LogLevel = OneOf("Log:Level", "Information", "Trace", "Debug", "Information", "Warning", "Error", "Critical"),
                WithoutEffect = [.. NotYet.Where(name => Text(name) is not null)],
            };
        }

        private static bool LooksLikeNetwork(string entry) => entry.Length > 0 && (char.IsAsciiDigit(entry[0]) || entry.Contains(':', StringComparison.Ordinal));

        private static string DefaultData() =>
            Directory.Exists(".git") || Directory.Exists(".data")
                ? ".data"
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "xenios");

        private string? Text(string key) => configuration[key] is { } value && value.Trim() is { Length: > 0 } trimmed ? trimmed : null;

        private string[] List(string key) => Text(key)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

        private void CheckNames()
        {
            foreach (var (key, value) in configuration.AsEnumerable(makePathsRelative: true))
            {
                if (value is null || Keys.Any(known => known.Name.Equals(key, StringComparison.OrdinalIgnoreCase)))
                {
                    continue;
                }

                var nearest = Nearest.Of(key, Keys.Select(known => known.Name));
                Errors.Add($"{key}: there is no such setting{(nearest is null ? "" : $"; did you mean {nearest}?")}");
            }
        }

        private Uri Address(string key, string example)
        {
            var text = Text(key) ?? example;
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.AbsolutePath == "/" && uri.Query.Length == 0
                && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0)
            {
                if (uri.Scheme == "http" && key == "Url" && !uri.IsLoopback && !uri.Host.EndsWith(".localhost", StringComparison.Ordinal))
                {
                    // A-03: over http on a public name browsers would send our cookies in the clear.
                    Errors.Add($"{key}: {text} is http on a name that is not this computer. Use https, or http://127.0.0.1 for trying out (A-03).");
                }

                return uri;
            }

            // What stands before an @ may be a password.
            Errors.Add($"{key}: {(text.Contains('@', StringComparison.Ordinal) ? "this" : $"'{text}'")} is not a base URL such as {example} (scheme, host and port, no path).");
            return new Uri(example);
        }

        private string? ReadDatabase()
        {
            if (Text("Database") is not { } text)
            {
                return null;
            }

            try
            {
                _ = new Npgsql.NpgsqlConnectionStringBuilder(text);
                return text;
            }
            catch (ArgumentException)
            {
                // The text itself may hold a password and is not repeated.
                Errors.Add("Database: not a PostgreSQL connection string such as Host=db;Database=xenios;Username=xenios;Password=….");
                return null;
            }
        }

        private IReadOnlyList<(string Id, byte[] Key)>? SealingKeys()
        {
            var entries = List("SealingKey");
            if (entries.Length == 0)
            {
                return null;
            }

            var keys = new List<(string, byte[])>();
            foreach (var entry in entries)
            {
                var colon = entry.IndexOf(':', StringComparison.Ordinal);
                var key = new byte[48];
                if (!Convert.TryFromBase64String(entry[(colon + 1)..], key, out var length) || length != 32)
                {
                    Errors.Add("SealingKey: every key must be base64 of exactly 32 bytes, optionally as id:base64; make one with: openssl rand -base64 32");
                    return null;
                }

                var id = colon > 0 ? entry[..colon] : Convert.ToHexStringLower(SHA256.HashData(key.AsSpan(0, 32)).AsSpan(0, 4));
                if (id.Length > 32 || keys.Any(other => other.Item1 == id))
                {
                    Errors.Add("SealingKey: key ids must differ and have at most 32 characters.");
                }

                keys.Add((id, key[..32]));
            }

            return keys;
        }

        private MailSettings? Mail()
        {
            if (Text("Mail:Host") is not { } host)
            {
                return null;
            }

            var from = Text("Mail:From");
            if (from is null || !MailAddress.TryCreate(from, out _))
            {
                Errors.Add("Mail:From: needed with Mail:Host, an address such as no-reply@example.org.");
            }

            if (!int.TryParse(Text("Mail:Port") ?? "587", NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            {
                Errors.Add("Mail:Port: a number from 1 to 65535.");
            }

            return new MailSettings(host, port, Text("Mail:User"), Text("Mail:Password"), from ?? "", Switch("Mail:Tls") ?? true);
        }

        private string? ExistingFile(string key)
        {
            var path = Text(key);
            if (path is not null && !File.Exists(path))
            {
                Errors.Add($"{key}: there is no file {path}.");
            }

            return path;
        }

        private bool? Switch(string key)
        {
            switch (Text(key)?.ToLowerInvariant())
            {
                case null:
                    return null;
                case "on" or "true" or "yes" or "1":
                    return true;
                case "off" or "false" or "no" or "0":
                    return false;
                default:
                    Errors.Add($"{key}: must be on or off.");
                    return null;
            }
        }

        private string OneOf(string key, string fallback, params string[] values)
        {
            var text = Text(key) ?? fallback;
            if (values.FirstOrDefault(value => value.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known)
            {
                return known;
            }

            Errors.Add($"{key}: must be one of {string.Join(", ", values)}.");
            return fallback;
        }

        private IPNetwork? Network(string key, string entry)
        {
            if (IPNetwork.TryParse(entry, out var network))
            {
                return network;
            }

            if (IPAddress.TryParse(entry, out var address))
            {
                return new IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128);
            }

            Errors.Add($"{key}: '{entry}' is not an address or network such as 10.0.0.0/8.");
            return null;
        }
    }
}
