using Microsoft.Extensions.Configuration;
using Xenios.Server.Hosting;

namespace Xenios.Server.Tests.Hosting;

/// <summary>Host settings (contract §2): a wrong one is a readable line, and no line repeats a secret.</summary>
public sealed class HostSettingsTests
{
    private const string Canary = "hunter2canary";

    [Theory]
    [InlineData("Url", "127.0.0.1:7400", "Url: '127.0.0.1:7400' is not a base URL")]
    [InlineData("Url", "ftp://id.example", "Url: 'ftp://id.example' is not a base URL")]
    [InlineData("Url", "https://id.example/path", "is not a base URL")]
    [InlineData("Url", "https://id.example/?a=b", "is not a base URL")]
    [InlineData("Url", "https://id.example/#a", "is not a base URL")]
    [InlineData("Url", "https://user:" + Canary + "@id.example", "Url: this is not a base URL")]
    [InlineData("Url", "http://id.example", "(A-03)")]
    [InlineData("Listen", "nonsense", "Listen: 'nonsense' is not a base URL")]
    [InlineData("Listen", "https://127.0.0.1:7400", "TLS ends at a proxy")]
    [InlineData("Sandbox:Url", "http://127.0.0.1:7401/x", "Sandbox:Url:")]
    [InlineData("Database", "Host=db;Pasword=" + Canary, "Database: not a PostgreSQL connection string")]
    [InlineData("Database", Canary, "Database: not a PostgreSQL connection string")]
    [InlineData("SealingKey", Canary, "SealingKey: every key must be base64 of exactly 32 bytes")]
    [InlineData("SealingKey", "aHVudGVyMmNhbmFyeQ==", "SealingKey: every key must be base64 of exactly 32 bytes")]
    [InlineData("SealingKey", "a:" + Key + ",b:" + Canary, "SealingKey: every key must be base64 of exactly 32 bytes")]
    [InlineData("SealingKey", "a:" + Key + ",a:" + OtherKey, "SealingKey: key ids must differ")]
    [InlineData("SealingKey", "abcdefghijklmnopqrstuvwxyz0123456789:" + Key, "at most 32 characters")]
    [InlineData("Resources", "/nowhere/resources.yaml", "Resources: there is no file /nowhere/resources.yaml")]
    [InlineData("Sandbox", "maybe", "Sandbox: must be on or off")]
    [InlineData("Mail:Tls", "sometimes", "Mail:Tls: must be on or off")]
    [InlineData("Mail:Port", "0", "Mail:Port: a number from 1 to 65535")]
    [InlineData("Mail:Port", "65536", "Mail:Port: a number from 1 to 65535")]
    [InlineData("Mail:Port", "smtp", "Mail:Port: a number from 1 to 65535")]
    [InlineData("Mail:From", "", "Mail:From: needed with Mail:Host")]
    [InlineData("Mail:From", "@", "Mail:From: needed with Mail:Host")]
    [InlineData("Mail:From", "nobody", "Mail:From: needed with Mail:Host")]
    [InlineData("Log:Level", "Loud", "Log:Level: must be one of Trace, Debug")]
    [InlineData("Log:Format", "xml", "Log:Format: must be one of text, json")]
    [InlineData("Operations:Listen", "https://127.0.0.1:9464", "Operations:Listen: TLS ends at a proxy")]
    [InlineData("Operations:Listen", "9464", "Operations:Listen: '9464' is not a base URL")]
    [InlineData("Operations:Token", Canary, "Operations:Token: 16 to 512")]
    [InlineData("Operations:Token", "two words are no bearer token", "Operations:Token: 16 to 512")]
    [InlineData("Otlp:Endpoint", "127.0.0.1:4318", "Otlp:Endpoint: not the address of a collector")]
    [InlineData("Otlp:Endpoint", "https://user:" + Canary + "@collector.example", "Otlp:Endpoint: not the address of a collector")]
    [InlineData("Proxy:TrustedNetworks", "10.0.0.0/8, proxy", "Proxy:TrustedNetworks: 'proxy' is not an address or network")]
    [InlineData("Proxy:TrustedNetworks", "10.0.0.0/33", "Proxy:TrustedNetworks: '10.0.0.0/33'")]
    [InlineData("Outgoing:AllowPrivate", "10.0.0.0/99", "Outgoing:AllowPrivate: '10.0.0.0/99'")]
    [InlineData("SealingKeys", Canary, "SealingKeys: there is no such setting; did you mean SealingKey?")]
    [InlineData("Mail:Pasword", Canary, "Mail:Pasword: there is no such setting; did you mean Mail:Password?")]
    [InlineData("SharedX:ClientSecrt", Canary, "did you mean SharedX:ClientSecret?")]
    [InlineData("mail:ssl", "on", "mail:ssl: there is no such setting")]
    [InlineData("Sandbox_Url", "x", "did you mean Sandbox:Url?")]
    [InlineData("SealingKey:0", Canary, "SealingKey:0: there is no such setting; did you mean SealingKey?")]
    public void A_wrong_setting_is_one_readable_line(string key, string value, string line)
    {
        var settings = Read(out var errors, (key, value), ("Mail:Host", "smtp.example"), key == "Mail:From" ? ("Log:Level", "Debug") : ("Mail:From", "no-reply@v.test"));
        Assert.Null(settings);
        Assert.Contains(line, Assert.Single(errors), StringComparison.Ordinal);
        Assert.DoesNotContain(errors, error => error.Contains(Canary, StringComparison.Ordinal) || error.Contains(Key, StringComparison.Ordinal));
    }

    [Fact]
    public void All_mistakes_are_listed_at_once()
    {
        Assert.Null(Read(out var errors, ("Url", "x"), ("Sandbox", "maybe"), ("Log:Level", "Loud"), ("Colour", "blue")));
        Assert.Equal(4, errors.Count);
    }

    [Fact]
    public void Nothing_set_is_a_server_on_this_computer()
    {
        var settings = Read(out var errors)!;
        Assert.Empty(errors);
        Assert.Equal(("http://127.0.0.1:7400", "http://127.0.0.1:7400", "http://127.0.0.1:7401/"), (settings.BaseUrl, settings.Listen, settings.SandboxUrl.AbsoluteUri));
        Assert.True(settings.IsLoopback);
        Assert.Equal((null, null, null, null), (settings.Database, settings.SealingKeys, settings.Mail, settings.Sandbox));
    }

    [Theory]
    [InlineData("http://127.0.0.1:7500", true)]
    [InlineData("http://[::1]:7500", true)]
    [InlineData("http://localhost:7500", true)]
    [InlineData("http://id.localhost:7500", true)]
    [InlineData("https://id.example", false)]
    [InlineData("https://localhost.example", false)]
    public void What_this_computer_is(string url, bool loopback) => Assert.Equal(loopback, Read(out _, ("Url", url), ("Listen", "http://127.0.0.1:7500"))!.IsLoopback);

    [Fact]
    public void Names_are_read_whatever_their_case_and_values_are_trimmed()
    {
        var settings = Read(out var errors, ("URL", " https://id.example "), ("listen", "http://127.0.0.1:7500"), ("sandbox", "OFF"), ("LOG:level", "debug"), ("mail:HOST", "smtp.example"), ("mail:from", "X <no-reply@v.test>"), ("mail:tls", "off"))!;
        Assert.Empty(errors);
        Assert.Equal(("https://id.example", false, "Debug"), (settings.BaseUrl, settings.Sandbox, settings.LogLevel));
        Assert.Equal(("smtp.example", 587, false), (settings.Mail!.Host, settings.Mail.Port, settings.Mail.Tls));
    }

    [Fact]
    public void A_list_of_sealing_keys_keeps_its_order_and_a_bare_key_gets_an_id()
    {
        var settings = Read(out _, ("SealingKey", $" new:{Key} , {OtherKey}"))!;
        Assert.Equal("new", settings.SealingKeys![0].Id);
        Assert.Equal(8, settings.SealingKeys[1].Id.Length);
        Assert.All(settings.SealingKeys, key => Assert.Equal(32, key.Key.Length));
    }

    [Fact]
    public void Known_settings_without_effect_are_told() =>
        Assert.Equal(["Dns:Server"], Read(out _, ("Dns:Server", "127.0.0.1"))!.WithoutEffect);

    [Fact]
    public void Mail_settings_do_not_print_their_password() =>
        Assert.DoesNotContain(Canary, Read(out _, ("Mail:Host", "smtp.example"), ("Mail:From", "a@v.test"), ("Mail:User", "u"), ("Mail:Password", Canary))!.Mail!.ToString(), StringComparison.Ordinal);

    private const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private const string OtherKey = "HxwdHhsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";

    private static HostSettings? Read(out IReadOnlyList<string> errors, params (string Key, string Value)[] values)
    {
        var given = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in values)
        {
            given.TryAdd(key, value);
        }

        return HostSettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(given).Build(), out errors);
    }
}
