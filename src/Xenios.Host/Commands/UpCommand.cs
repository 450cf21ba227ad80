using System.CommandLine;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Xenios.Sdk;
using Xenios.Server;
using Xenios.Server.Administrators;
using Xenios.Server.Hosting;
using Xenios.Server.Operations;
using Xenios.XSandbox;

namespace Xenios.Host.Commands;

/// <summary><c>xenios up</c>: serves, with the X sandbox beside it where that is on.</summary>
internal static partial class UpCommand
{
    private const int Refused = 1;
    private const int WrongUse = 2;

    private static string Version => Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);

    /// <summary>The command with one option per host setting.</summary>
    public static Command Create()
    {
        var command = new Command("up", "Serve. Example: xenios up --url http://127.0.0.1:7500 --data ./data");
        var options = new List<(HostSettingKey Key, Option<string?> Option)>();
        foreach (var key in HostSettingsReader.Keys)
        {
            var lower = key.Name.ToLowerInvariant();
            var option = new Option<string?>($"--{lower}", $"--{key.Name}", $"--{lower.Replace(':', '-')}") { Description = $"{key.Meaning} [default: {key.Default}]" };
            options.Add((key, option));
            command.Add(option);
        }

        command.SetAction((result, ct) =>
        {
            var given = options
                .Where(entry => result.GetResult(entry.Option) is not null)
                .Select(entry => new KeyValuePair<string, string?>(entry.Key.Name, result.GetValue(entry.Option)));
            return RunAsync(given, ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(IEnumerable<KeyValuePair<string, string?>> given, CancellationToken ct)
    {
        var settings = HostSettingsReader.Read(Configuration(given), out var errors);
        if (settings is null)
        {
            return Fail(WrongUse, "These settings cannot be used:", errors);
        }

        using var data = DataFolder.Open(settings.Data, out var problem);
        if (data is null)
        {
            return Fail(Refused, "Xenios cannot start:", [problem!]);
        }

        var app = settings.Sandbox ?? settings.IsLoopback ? XSandboxApp.CreateRandom() : null;
        await using var server = Build(settings, data, app is null ? null : new SandboxApp(app.ClientId, app.ClientSecret, app.ApiKey, app.ApiKeySecret));
        var against = await XeniosServer.PrepareAsync(server.Services, ct);
        if (against.Count > 0)
        {
            return Fail(Refused, "Xenios cannot start:", against);
        }

        var usesSandbox = XeniosServer.UsesSandbox(server.Services);
        await using var sandbox = usesSandbox ? BuildSandbox(settings, app!, XeniosServer.SandboxCallbacks(server.Services)) : null;
        try
        {
            if (sandbox is not null)
            {
                await sandbox.StartAsync(ct);
            }

            await server.MapXenios().StartAsync(ct);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            return Fail(Refused, "Xenios cannot start:", [$"A-01 {exception.Message} Choose another: xenios up {Another(settings, exception.Message)}"]);
        }

        var links = server.Services.GetRequiredService<SetupLinks>();
        if (settings.LogsJson)
        {
            // Nothing but objects on standard output, this too; and no secret in them, so no link.
            var logger = server.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Xenios.Host");
            Log.Serves(logger, Version, settings.BaseUrl, settings.Data, usesSandbox);
            if (await links.IsNeededAsync(ct))
            {
                Log.Nobody(logger);
            }

            foreach (var setting in settings.WithoutEffect)
            {
                Log.WithoutEffect(logger, setting);
            }
        }
        else
        {
            PrintWelcome(settings, usesSandbox, await links.CreateWhileNobodyAsync(ct));
        }

        await server.WaitForShutdownAsync(ct);
        if (sandbox is not null)
        {
            await sandbox.StopAsync(CancellationToken.None);
        }

        return 0;
    }

    /// <summary>Settings as the program finds them: command line over environment over file.</summary>
    /// <param name="given">What the command line says.</param>
    internal static IConfiguration Configuration(IEnumerable<KeyValuePair<string, string?>> given)
    {
        var file = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true).Build();
        return new ConfigurationBuilder()
            .AddConfiguration(file.GetSection("Xenios"))
            .AddEnvironmentVariables("XENIOS__")
            .AddInMemoryCollection(given)
            .Build();
    }

    private static WebApplication Build(HostSettings settings, DataFolder data, SandboxApp? sandbox)
    {
        // Nothing that the framework adds by itself: hosts are checked by us, and its configuration would be a second way to set the same things.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        Quiet(builder, settings);
        builder.Services.AddSingleton(data);
        builder.Services.AddXenios(settings, sandbox);
        builder.Services.AddSingleton(ConsoleFiles.Of(Assembly.GetExecutingAssembly()));
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestLineSize = 16 * 1024;
            options.Limits.MaxRequestBodySize = 1024 * 1024;
        });
        builder.WebHost.UseUrls(HostSettings.BindUrl(new Uri(settings.Listen)));
        return builder.Build();
    }

    private static WebApplication BuildSandbox(HostSettings settings, XSandboxApp app, IReadOnlyList<string> callbacks)
    {
        var options = new XSandboxOptions { Url = settings.SandboxUrl, BuiltInApp = app, BuiltInCallbacks = callbacks };
        return XSandboxServer.Create(options, builder =>
        {
            Quiet(builder, settings);
            builder.WebHost.UseUrls(HostSettings.BindUrl(settings.SandboxUrl));
        });
    }

    private static void Quiet(WebApplicationBuilder builder, HostSettings settings)
    {
        builder.Logging.ClearProviders();
        if (settings.LogsJson)
        {
            builder.Services.TryAddSingleton(TimeProvider.System);
            builder.Logging.AddConsoleFormatter<JsonLog, ConsoleFormatterOptions>();
            builder.Logging.AddConsole(console => console.FormatterName = JsonLog.FormatName);
        }
        else
        {
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
                console.UseUtcTimestamp = true;
            });
        }

        builder.Logging.SetMinimumLevel(Enum.Parse<LogLevel>(settings.LogLevel));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("System", LogLevel.Warning);

        // While this category may log at all, every request gets an activity and a scope that nobody reads.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    }

    private static void PrintWelcome(HostSettings settings, bool sandbox, SetupLinkView? setup)
    {
        var url = settings.BaseUrl;
        Console.WriteLine(
            $"""
            xenios {Version} — data in {settings.Data} ({(settings.Database is null ? "SQLite" : "PostgreSQL")})

              Server      {url}
              Sign-in     {url}/signin
              Console     {url}/console
              Mail        {(settings.Mail is { } mail ? $"sent by {mail}" : settings.IsLoopback ? $"shown at {url}/dev/mail   (nothing leaves this computer)" : "not set up (A-04): codes cannot be read")}
              X sandbox   {(sandbox ? $"on at {settings.SandboxUrl.GetLeftPart(UriPartial.Authority)}/sandbox   (people you can sign in as, no X account needed)" : "off")}

            {(setup is null ? "" : $"Create the first administrator (link works once, for 30 minutes):\n  {setup.Url}\n\n")}Press Ctrl-C to stop.
            """);
        foreach (var setting in settings.WithoutEffect)
        {
            Console.WriteLine($"! {setting} has no effect in this version");
        }
    }

    /// <summary>The option that takes another address in place of the one that is taken.</summary>
    /// <param name="settings">The settings of the start.</param>
    /// <param name="taken">What Kestrel says; the address stands in it as it was bound, with its port.</param>
    internal static string Another(HostSettings settings, string taken)
    {
        var addresses = new (string Option, Uri? Address)[]
        {
            ("--operations-listen", settings.OperationsListen is { } operations ? new Uri(operations) : null),
            ("--sandbox-url", settings.SandboxUrl),
            ("--listen", new Uri(settings.Listen) is var listen && listen.Authority != settings.Url.Authority ? listen : null),
        };
        var (option, address) = addresses.FirstOrDefault(one => one.Address is { } bound && taken.Contains($":{bound.Port}:", StringComparison.Ordinal));
        (option, address) = address is null ? ("--url", settings.Url) : (option, address);
        return $"{option} http://{(address.IsLoopback ? "127.0.0.1" : address.Host)}:{(address.Port > 65_435 ? address.Port - 100 : address.Port + 100)}";
    }

    private static int Fail(int status, string heading, IEnumerable<string> lines)
    {
        Console.Error.WriteLine(heading);
        foreach (var line in lines)
        {
            Console.Error.WriteLine($"  ✗ {line}");
        }

        return status;
    }
    private static partial class Log
    {
        [LoggerMessage(EventId = 90, Level = LogLevel.Information, Message = "xenios {Version} serves {Url}, data in {Data}, X sandbox {Sandbox}")]
        public static partial void Serves(ILogger logger, string version, string url, string data, bool sandbox);

        [LoggerMessage(EventId = 91, Level = LogLevel.Warning, Message = "no administrator who can sign in yet: run xenios setup-link")]
        public static partial void Nobody(ILogger logger);

        [LoggerMessage(EventId = 92, Level = LogLevel.Warning, Message = "{Setting} has no effect in this version")]
        public static partial void WithoutEffect(ILogger logger, string setting);
    }
}
