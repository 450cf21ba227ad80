using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;
using Xenios.Sdk;
using Xenios.Server.Hosting;

namespace Xenios.Host.Commands;

/// <summary>
/// One run of a command against a server's management API: with <c>operator.json</c> of the data folder, or with <c>--server</c> and <c>--token</c> (decision 2). Exit status: 0
/// fine, 1 refused, 2 wrong use, 3 the server cannot be reached.
/// </summary>
internal sealed class ServerCall
{
    /// <summary>Exit status when the server, or a rule, said no.</summary>
    public const int Refused = 1;

    /// <summary>Exit status when the command line, or a file it names, cannot be used.</summary>
    public const int WrongUse = 2;

    private const int NotReachable = 3;

    private readonly ParseResult _result;
    private readonly string _server;

    private ServerCall(ParseResult result, XeniosClient client, string server, bool json, bool quiet, CancellationToken ct) =>
        (_result, Client, _server, Json, Quiet, Ct) = (result, client, server, json, quiet, ct);

    /// <summary>The server's API, of the environment that is meant; with <c>--dry-run</c> it keeps nothing.</summary>
    public XeniosClient Client { get; }

    /// <summary>Whether records are printed as the server's JSON.</summary>
    public bool Json { get; }

    /// <summary>Whether only what a script goes on with is printed: names, and secrets that are shown once.</summary>
    public bool Quiet { get; }

    /// <summary>Ends the command.</summary>
    public CancellationToken Ct { get; }

    /// <summary>Makes a command one that calls a server.</summary>
    /// <param name="command">The command, with its own arguments and options.</param>
    /// <param name="act">What it does; gives its exit status.</param>
    /// <param name="inEnvironment">Whether it is about one environment.</param>
    /// <param name="changes">Whether it changes something, so that it can be tried: the server decides, and keeps nothing.</param>
    public static Command Make(Command command, Func<ServerCall, Task<int>> act, bool inEnvironment = true, bool changes = false)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be done, and do nothing." };
        var environment = new Option<string?>("--environment") { Description = "Slug of the environment, where it is not the default one." };
        var json = new Option<bool>("--json") { Description = "Print JSON, as the server answers." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Print names alone, and nothing where there is none." };
        var server = new Option<string?>("--server") { Description = "Base URL of the server; otherwise operator.json in the data folder says it." };
        var token = new Option<string?>("--token") { Description = "Its bearer token; better as XENIOS__TOKEN, because other users see command lines." };
        var data = new Option<string?>("--data") { Description = "Data folder of the server, where it is not the usual one." };
        foreach (var option in new Option[] { dryRun, environment, json, quiet, server, token, data }.Where(option => (inEnvironment || option != environment) && (changes || option != dryRun)))
        {
            command.Add(option);
        }

        command.SetAction(async (result, ct) =>
        {
            var (access, status) = Find(
            [
                .. new[] { ("Server", result.GetValue(server)), ("Token", result.GetValue(token)), ("Data", result.GetValue(data)) }
                    .Where(option => option.Item2 is not null).Select(option => new KeyValuePair<string, string?>(option.Item1, option.Item2)),
            ]);
            if (access is null)
            {
                return status;
            }

            var slug = inEnvironment ? result.GetValue(environment) : null;
            using var client = ClientOf(access, slug, changes && result.GetValue(dryRun));
            var call = new ServerCall(result, client, access.Url, result.GetValue(json), result.GetValue(quiet), ct);
            try
            {
                var (refused, exit) = await call.TryAsync(() => act(call));
                if (client.DryRun && refused == 0 && exit == 0 && !call.Quiet && !call.Json)
                {
                    Console.WriteLine("Dry run: nothing was changed.");
                }

                return refused != 0 ? refused : exit;
            }
            catch (Exception exception) when (exception is JsonException or MissingInputException)
            {
                Output.Say(exception.Message);
                return WrongUse;
            }
        });
        return command;
    }

    /// <summary>What was given for an argument.</summary>
    /// <param name="argument">The argument.</param>
    public T? Get<T>(Argument<T> argument) => _result.GetValue(argument);

    /// <summary>What was given for an option.</summary>
    /// <param name="option">The option.</param>
    public T? Get<T>(Option<T> option) => _result.GetValue(option);

    /// <summary>What was given for the options of a record's fields.</summary>
    /// <param name="fields">The options.</param>
    public JsonObject Get(FieldOptions fields) => fields.Read(_result);

    /// <summary>What was given for the options of a record's fields, as that record.</summary>
    /// <param name="fields">The options.</param>
    /// <param name="known">Name of the field that the argument says.</param>
    /// <param name="value">The argument.</param>
    /// <typeparam name="T">The record.</typeparam>
    public T Get<T>(FieldOptions fields, string known, string value) => fields.Read<T>(_result, known, value);

    /// <summary>Does something with the server, and says what it refuses.</summary>
    /// <param name="act">What to do.</param>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <returns>The exit status, and what came of it where that is 0.</returns>
    public async Task<(int Status, T? Value)> TryAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return (0, await act());
        }
        catch (XeniosApiException exception)
        {
            Output.Say(Words(_server, exception));
            foreach (var error in exception.Problem.Errors ?? [])
            {
                Console.Error.WriteLine($"  {(error.Field.Length == 0 ? "" : error.Field + ": ")}{error.Message}");
            }

            return (Refused, default);
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutException)
        {
            Output.Say($"{_server} cannot be reached: {exception.Message}");
            return (NotReachable, default);
        }
    }

    /// <summary>Shows what the server answered.</summary>
    /// <param name="value">The record.</param>
    /// <param name="json">How it is written.</param>
    /// <param name="name">What it is called, for <c>--quiet</c>; null for nothing.</param>
    /// <param name="readable">Shows it to a person; null for all its fields.</param>
    /// <typeparam name="T">The record's type.</typeparam>
    public int Show<T>(T value, JsonTypeInfo<T> json, string? name, Action? readable = null)
    {
        if (Json)
        {
            Output.Json(value, json);
        }
        else if (Quiet)
        {
            // What a dry run makes up is nothing to go on with.
            Output.Line(Client.DryRun ? null : name);
        }
        else if (readable is not null)
        {
            readable();
        }
        else
        {
            Output.Fields(value, json);
        }

        return 0;
    }

    /// <summary>Says that something was done, or would be by a dry run, and what may come next.</summary>
    /// <param name="done">What was done.</param>
    /// <param name="next">What may come next; null for nothing.</param>
    public int Done(string done, string? next = null)
    {
        if (!Quiet && !Json)
        {
            Console.WriteLine(Client.DryRun ? $"Would be: {done}" : $"✓ {done}");
            Output.Line(Client.DryRun ? null : next);
        }

        return 0;
    }

    /// <summary>What a server refused, in words.</summary>
    /// <param name="server">Its base URL.</param>
    /// <param name="refused">The refusal.</param>
    public static string Words(string server, XeniosApiException refused) =>
        refused.Problem.Status == 401 ? $"{server} does not know the token. A server that was started anew has a new one."
        : refused.Problem is { Status: 404, Code: "unexpected_answer" } ? $"{server} has no such environment."
        : refused.Message;

    /// <summary>The server's API.</summary>
    /// <param name="access">Where it is, and its token.</param>
    /// <param name="environment">Slug of the environment; null or empty for the default one.</param>
    /// <param name="dryRun">Whether nothing is kept.</param>
    public static XeniosClient ClientOf(OperatorAccess access, string? environment, bool dryRun = false) =>
        new(new Uri(access.Url.TrimEnd('/') + (string.IsNullOrEmpty(environment) ? "" : $"/e/{Uri.EscapeDataString(environment)}")), access.Token) { DryRun = dryRun };

    /// <summary>Which server is meant, and its token: as the command line and the environment say, otherwise as <c>operator.json</c> of the data folder does.</summary>
    /// <param name="configuration">What was given.</param>
    /// <param name="settings">The same, read; its data folder counts.</param>
    /// <returns>Null where nothing says it.</returns>
    public static OperatorAccess? Known(IConfiguration configuration, HostSettings settings)
    {
        var file = OperatorAccess.Read(settings.Data);
        var url = configuration["Server"] ?? file?.Url;

        // The token of one server is not shown to another.
        var token = configuration["Token"] ?? (string.Equals(url?.TrimEnd('/'), file?.Url.TrimEnd('/'), StringComparison.Ordinal) ? file?.Token : null);
        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && !string.IsNullOrEmpty(token) ? new OperatorAccess(url!, token) : null;
    }

    /// <summary>Reads a secret from standard input, as one line. Nothing there is a slip and never "no secret", which would take away the one that is stored.</summary>
    /// <param name="field">The field it is for.</param>
    /// <param name="how">How the command is to be called.</param>
    /// <exception cref="MissingInputException">Nothing stands there.</exception>
    public static string ReadSecret(string field, string how) => Console.In.ReadLine() is { Length: > 0 } secret
        ? secret
        : throw new MissingInputException($"{field} is read from standard input, as one line, and nothing stands there. Give it: {how}");

    private static (OperatorAccess? Access, int Status) Find(IEnumerable<KeyValuePair<string, string?>> given)
    {
        var configuration = UpCommand.Configuration(given);
        if (HostSettingsReader.Read(configuration, out var errors) is not { } settings)
        {
            Output.Say(string.Join(Environment.NewLine, errors));
            return (null, WrongUse);
        }

        if (Known(configuration, settings) is { } access)
        {
            return (access, 0);
        }

        Output.Say($"No server is known. Start one (xenios up), name its folder with --data (looked in {settings.Data}), or give --server and --token.");
        return (null, NotReachable);
    }
}

/// <summary>What a command reads from standard input does not stand there.</summary>
/// <param name="message">What to do, in words.</param>
internal sealed class MissingInputException(string message) : Exception(message);
