using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Xenios.Server.Hosting;

/// <summary>How single settings are read.</summary>
public static partial class HostSettingsReader
{
    private sealed partial class Reading
    {
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

        private string Plain(Uri listen)
        {
            if (listen.Scheme == "https")
            {
                Errors.Add("Operations:Listen: TLS ends at a proxy before this server, such as http://127.0.0.1:9464.");
            }

            return listen.GetLeftPart(UriPartial.Authority);
        }

        private string? OperationsToken()
        {
            var token = Text("Operations:Token");
            if (token is not null && (token.Length is < 16 or > 512 || token.Any(c => !char.IsAsciiLetterOrDigit(c) && !"-._~+/=".Contains(c, StringComparison.Ordinal))))
            {
                Errors.Add("Operations:Token: 16 to 512 of A–Z a–z 0–9 - . _ ~ + / =; make one with: openssl rand -base64 32");
            }

            return token;
        }

        // A collector may lie below a path; what stands before an @ would be a password, and is no part of it.
        private Uri? OtlpEndpoint()
        {
            if (Text("Otlp:Endpoint") is not { } text)
            {
                return null;
            }

            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { UserInfo: "", Query: "", Fragment: "" })
            {
                return uri;
            }

            Errors.Add("Otlp:Endpoint: not the address of a collector such as http://127.0.0.1:4318; headers it needs go into OTEL_EXPORTER_OTLP_HEADERS.");
            return null;
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
