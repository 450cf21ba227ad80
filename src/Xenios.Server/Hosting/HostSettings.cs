using System.Net;
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

    /// <summary>Whether log lines are JSON objects; otherwise they are text for people.</summary>
    public bool LogsJson { get; init; }

    /// <summary>Address of a listener of its own for <c>/metrics</c> and <c>/health/*</c>; null for none.</summary>
    public string? OperationsListen { get; init; }

    /// <summary>Bearer token that opens <c>/metrics</c>; null for none.</summary>
    public string? OperationsToken { get; init; }

    /// <summary>OpenTelemetry collector for traces and metrics; null for none.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>Settings of the contract that this version knows but does nothing with yet, and that were set.</summary>
    public IReadOnlyList<string> WithoutEffect { get; init; } = [];

    /// <summary>Whether <see cref="Url"/> names this computer only.</summary>
    public bool IsLoopback => Url.IsLoopback || Url.Host.EndsWith(".localhost", StringComparison.Ordinal);

    /// <summary>What to bind for an address: a name that means this computer never opens the port to others.</summary>
    /// <param name="address">Address of a listener.</param>
    public static string BindUrl(Uri address) =>
        address.Host.EndsWith(".localhost", StringComparison.Ordinal) || address.Host == "localhost" ? $"http://127.0.0.1:{address.Port}"
        : address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 ? address.GetLeftPart(UriPartial.Authority)
        : $"http://*:{address.Port}";

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
public static partial class HostSettingsReader
{
    private static readonly string[] NotYet = ["Dns:Server"];

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
        new("Log:Format", "text for people, or json: one object a line", "text"),
        new("Operations:Listen", "listener of its own for /metrics and /health, such as http://127.0.0.1:9464", "none: /metrics is off"),
        new("Operations:Token", "bearer token for /metrics, 16 characters or more", "none: /metrics is off"),
        new("Otlp:Endpoint", "OpenTelemetry collector for traces and metrics, such as http://127.0.0.1:4318 (4317: gRPC)", "none"),
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

    private sealed partial class Reading(IConfiguration configuration)
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
                LogsJson = OneOf("Log:Format", "text", "text", "json") == "json",
                OperationsListen = Text("Operations:Listen") is null ? null : Plain(Address("Operations:Listen", "http://127.0.0.1:9464")),
                OperationsToken = OperationsToken(),
                OtlpEndpoint = OtlpEndpoint(),
                WithoutEffect = [.. NotYet.Where(name => Text(name) is not null)],
            };
        }
    }
}
